/* test_libvirt: the libvirt provider against libvirt's own test driver, a socket that says nothing,
 * and its pure parts: statistics, jobs, XML. The test plays the engine. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/house.h"
#include "base/clock.h"
#include "model/kinds.h"
#include "net/loop.h"
#include "providers/libvirt/virt.h"

#define PATIENCE_US 20000000

extern const struct yg_provider yg_provider_libvirt;
extern const struct yg_provider_ops yg_provider_ops;

/* ---- statistics ---- */
static struct yg_virt_sample sample(int64_t at_us, uint64_t cpu_ns, uint64_t read, uint64_t sent)
{
	struct yg_virt_sample s = {.at_us = at_us};

	yg_virt_sample_add(&s, "state.state", 1);
	yg_virt_sample_add(&s, "cpu.time", cpu_ns);
	yg_virt_sample_add(&s, "vcpu.current", 2);
	yg_virt_sample_add(&s, "balloon.current", 1024);
	yg_virt_sample_add(&s, "balloon.rss", 2048);
	yg_virt_sample_add(&s, "net.0.rx.bytes", 5);
	yg_virt_sample_add(&s, "net.0.tx.bytes", sent);
	yg_virt_sample_add(&s, "block.count", 2);
	yg_virt_sample_add(&s, "block.0.rd.bytes", read);
	yg_virt_sample_add(&s, "block.1.rd.bytes", read);
	yg_virt_sample_add(&s, "block.0.wr.bytes", 7);
	yg_virt_sample_add(&s, "block.0.capacity", 1000);
	yg_virt_sample_add(&s, "block.1.capacity", 24);
	return s;
}

static void test_sample(void **state)
{
	struct yg_virt_sample s = sample(1, 2, 3, 4);

	assert_int_equal(s.state, 1);
	assert_int_equal(s.balloon, 1024 * 1024);
	assert_int_equal(s.rss, 2048 * 1024);
	assert_int_equal(s.disk_size, 1024);
	assert_int_equal(s.disk_read, 6);
	assert_int_equal(s.vcpus, 2);
	assert_false(s.has & YG_VIRT_GUEST);
	unsigned has = s.has;
	yg_virt_sample_add(&s, "block.", 1);
	yg_virt_sample_add(&s, "block.x.capacity", 1);
	yg_virt_sample_add(&s, "block.0", 1);
	yg_virt_sample_add(&s, "", 1);
	yg_virt_sample_add(&s, "balloon.current", UINT64_MAX);
	assert_int_equal(s.has, has);
	assert_int_equal(s.disk_size, 1024);
	assert_int_equal(s.balloon, 0);
}

static void test_rates(void **state)
{
	struct yg_virt_sample a = sample(1000000, 1000000000, 100, 50);
	struct yg_virt_sample b = sample(3000000, 2000000000, 1100, 250);
	struct yg_virt_rates r = yg_virt_rates(&a, &b);

	/* One second of CPU in two seconds on two processors: a quarter. */
	assert_true(r.cpu > 24.99 && r.cpu < 25.01);
	assert_true(r.disk_read > 999.9 && r.disk_read < 1000.1); /* two disks */
	assert_true(r.disk_write < 0.001);
	assert_true(r.net_tx > 99.9 && r.net_tx < 100.1);
	b.cpu_ns = UINT64_C(900000000000);
	assert_true(yg_virt_rates(&a, &b).cpu <= 100.0);
	/* A guest that was started anew counts from zero: that is no rate. */
	b = sample(3000000, 5, 1100, 3);
	r = yg_virt_rates(&a, &b);
	assert_false(r.has & (YG_VIRT_CPU | YG_VIRT_NET));
	assert_true(r.has & YG_VIRT_DISK);
	b.at_us = a.at_us;
	assert_int_equal(yg_virt_rates(&a, &b).has, 0);
	b.at_us = a.at_us - 5000000;
	assert_int_equal(yg_virt_rates(&a, &b).has, 0);
}

static struct yg_row *job_row(const struct yg_virt_job *job, int state, int reason)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_migration, "c", "id");
	yg_virt_job_draft(job, state, reason, 1000000, &d);
	return yg_draft_done(&d);
}

static void test_job(void **state)
{
	struct yg_virt_job job = {0};
	struct yg_row *row = job_row(&job, 1, 1);

	assert_int_equal(yg_row_state(row), YG_MIGRATION_STATE_SETUP);
	assert_false(yg_row_has(row, YG_MIGRATION_TOTAL)); /* nothing is claimed */
	assert_false(yg_row_has(row, YG_MIGRATION_DOWNTIME));
	yg_row_unref(row);
	yg_virt_job_add(&job, "time_elapsed", 2000);
	yg_virt_job_add(&job, "data_total", 134217728);
	yg_virt_job_add(&job, "disk_total", 134217728);
	yg_virt_job_add(&job, "disk_bps", 5000);
	row = job_row(&job, 1, 1);
	assert_int_equal(yg_row_state(row), YG_MIGRATION_STATE_DISK);
	assert_false(yg_row_has(row, YG_MIGRATION_PASS));
	assert_int_equal(yg_row_int(row, YG_MIGRATION_STARTED), 998000);
	yg_row_unref(row);
	yg_virt_job_add(&job, "memory_total", 67641344);
	yg_virt_job_add(&job, "memory_iteration", 3);
	yg_virt_job_add(&job, "memory_dirty_rate", 1000);
	yg_virt_job_add(&job, "memory_page_size", 4096);
	yg_virt_job_add(&job, "memory_bps", 6000000);
	yg_virt_job_add(&job, "auto_converge_throttle", 20);
	row = job_row(&job, 1, 1);
	assert_int_equal(yg_row_state(row), YG_MIGRATION_STATE_MEMORY);
	assert_int_equal(yg_row_int(row, YG_MIGRATION_PASS), 3);
	assert_int_equal((int)yg_row_number(row, YG_MIGRATION_DIRTY), 4096000);
	assert_int_equal((int)yg_row_number(row, YG_MIGRATION_RATE), 6005000);
	assert_int_equal((int)yg_row_number(row, YG_MIGRATION_THROTTLE), 20);
	yg_row_unref(row);
	row = job_row(&job, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION);
	assert_int_equal(yg_row_state(row), YG_MIGRATION_STATE_FINISHING);
	yg_row_unref(row);
	row = job_row(&job, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_POSTCOPY);
	assert_int_equal(yg_row_state(row), YG_MIGRATION_STATE_POSTCOPY);
	yg_row_unref(row);
}

static void test_states(void **state)
{
	assert_int_equal(yg_virt_vm_state(VIR_DOMAIN_RUNNING), YG_VM_STATE_RUNNING);
	assert_int_equal(yg_virt_vm_state(VIR_DOMAIN_SHUTOFF), YG_VM_STATE_SHUTOFF);
	assert_int_equal(yg_virt_vm_state(VIR_DOMAIN_PMSUSPENDED), YG_VM_STATE_PMSUSPENDED);
	assert_int_equal(yg_virt_vm_state(99), YG_VM_STATE_UNKNOWN);
	assert_int_equal(yg_virt_vm_state(-1), YG_VM_STATE_UNKNOWN);
	assert_string_equal(
	    yg_virt_vm_note(VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR), "I/O error");
	assert_null(yg_virt_vm_note(VIR_DOMAIN_RUNNING, 1));
	assert_null(yg_virt_vm_note(VIR_DOMAIN_PAUSED, -5));
	assert_null(yg_virt_vm_note(VIR_DOMAIN_SHUTOFF, 1000));
}

/* ---- XML ---- */
static const char domain[] =
    "<domain type='qemu'><name>g</name><title> a &lt;b&gt; </title>"
    "<metadata><l:libosinfo xmlns:l='http://x'><l:os id='http://debian.org/debian/12'/>"
    "</l:libosinfo></metadata><memory unit='MiB'>64</memory>"
    "<currentMemory unit='KiB'>2048</currentMemory><vcpu current='2'>4</vcpu><devices>"
    "<disk type='file' device='disk'><source file='/a/b.img'/><target dev='vda'/></disk>"
    "<disk type='file' device='cdrom'><source file='/a/c.iso'/></disk>"
    "<disk type='volume'><source pool='p' volume='v'/><target dev='vdb'/></disk>"
    "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='n'/></interface>"
    "<interface type='bridge'><source bridge='br0'/></interface></devices></domain>";

static void test_domain_xml(void **state)
{
	struct yg_domxml *d = yg_domxml_parse(domain);

	assert_non_null(d);
	assert_string_equal(d->title, "a <b>");
	assert_string_equal(d->os, "debian 12");
	assert_int_equal(d->cpus, 2);
	assert_int_equal(d->mem, 2048 * 1024);
	assert_int_equal(d->disks.count, 2);
	assert_string_equal(d->disks.items[0].path, "/a/b.img");
	assert_string_equal(d->disks.items[1].volume, "v");
	assert_int_equal(d->nics.count, 2);
	assert_string_equal(d->nics.items[0].network, "n");
	assert_null(d->nics.items[1].network);
	yg_domxml_free(d);
	assert_null(yg_domxml_parse("<network/>"));
	assert_null(yg_domxml_parse("<domain>"));
	assert_null(yg_domxml_parse(""));
	assert_null(yg_domxml_parse(NULL));
}

/* Entities are neither fetched nor multiplied. */
static void test_hostile_xml(void **state)
{
	static const char fetch[] = "<!DOCTYPE domain [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
				    "<domain><title>&e;</title></domain>";
	static const char bomb[] =
	    "<!DOCTYPE domain [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'>"
	    "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;'>"
	    "<!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;'>]>"
	    "<domain><title>&e;</title></domain>";
	struct yg_domxml *d = yg_domxml_parse(fetch);

	assert_true(!d || !d->title || !strstr(d->title, "root"));
	yg_domxml_free(d);
	d = yg_domxml_parse(bomb);
	assert_true(!d || !d->title || strlen(d->title) <= 4096);
	yg_domxml_free(d);
	char *big = yg_xmalloc(YG_DOMXML_MAX + 100);
	memset(big, ' ', YG_DOMXML_MAX + 99);
	memcpy(big, "<domain>", 8);
	memcpy(big + YG_DOMXML_MAX + 90, "</domain>", 10);
	assert_null(yg_domxml_parse(big));
	free(big);
}

static void test_facts(void **state)
{
	struct yg_xml_facts f;

	assert_true(yg_xml_facts("<network><name>n</name><uuid>u</uuid><forward/>"
				 "<bridge name='br'/><ip address='192.168.7.9' "
				 "netmask='255.255.252.0'/></network>",
	    "network", &f));
	assert_string_equal(f.v[YG_XML_SUBNET], "192.168.4.0/22");
	assert_string_equal(f.v[YG_XML_GATEWAY], "192.168.7.9");
	assert_string_equal(f.v[YG_XML_FORWARD], "nat");
	yg_xml_facts_done(&f);
	assert_false(yg_xml_facts("<pool/>", "network", &f));
	assert_null(yg_xml_subnet("fe80::1", 129));
	assert_null(yg_xml_subnet("no", 8));
	char *subnet = yg_xml_subnet("2001:db8:ff::1", 36);
	assert_string_equal(subnet, "2001:db8::/36");
	free(subnet);
}

/* ---- the engine, played ---- */
struct site {
	struct yg_loop *loop;
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	struct yg_controller *c;
	char folder[64];
};

static void ignore(struct yg_controller *c)
{
}

static int site_up(void **state)
{
	struct site *s = yg_xcalloc(1, sizeof(*s));

	s->loop = yg_loop_create();
	s->inv = yg_inventory_create();
	s->tasks = yg_tasks_create(s->inv);
	snprintf(s->folder, sizeof(s->folder), "/tmp/test_libvirt.XXXXXX");
	assert_non_null(mkdtemp(s->folder));
	*state = s;
	return 0;
}

static int site_down(void **state)
{
	struct site *s = *state;

	yg_controller_destroy(s->c);
	yg_tasks_destroy(s->tasks);
	yg_inventory_destroy(s->inv);
	yg_loop_destroy(s->loop);
	rmdir(s->folder);
	free(s);
	return 0;
}

static void begin(struct site *s, const char *url)
{
	s->c = yg_controller_create(&yg_provider_libvirt, "lv", url, "test", ignore);
	s->c->loop = s->loop;
	s->c->inv = s->inv;
	s->c->tasks = s->tasks;
	assert_int_equal(yg_controller_check(s->c, NULL), 0);
	yg_controller_open(s->c, &yg_provider_ops);
}

static void turn(struct site *s)
{
	yg_loop_turn(s->loop, 20);
	yg_inventory_flush(s->inv);
	yg_controller_tick(s->c, yg_mono_us() / 1000);
	if (yg_controller_take_fresh(s->c))
		yg_controller_poll(s->c, UINT64_MAX);
}

/* Turns the loop until the condition holds; fails the test when that takes too long. */
#define turn_until(s, condition)                              \
	do {                                                  \
		int64_t until_ = yg_mono_us() + PATIENCE_US;  \
		while (!(condition) && yg_mono_us() < until_) \
			turn(s);                              \
		assert_true(condition);                       \
	} while (0)

static size_t count(struct site *s, const struct yg_kind *kind)
{
	size_t n = 0;

	yg_inventory_slots(s->inv, kind, &n);
	return n;
}

static const struct yg_row *named(struct site *s, const struct yg_kind *kind, const char *name)
{
	size_t n = 0;
	const uint32_t *slots = yg_inventory_slots(s->inv, kind, &n);

	for (size_t i = 0; i < n; i++) {
		const struct yg_row *row = yg_inventory_row(s->inv, slots[i]);
		if (row && yg_streq(yg_row_name(row), name))
			return row;
	}
	return NULL;
}

static bool vm_is(struct site *s, const char *name, int state)
{
	const struct yg_row *row = named(s, &yg_kind_vm, name);

	return row && yg_row_state(row) == state;
}

static bool is_listed(struct site *s)
{
	uint64_t all = yg_provider_kinds(&yg_provider_libvirt);

	return (s->c->listed & all) == all;
}

/* Runs an action to its end; returns the task's state. */
static int act(struct site *s, const struct yg_row *row, const char *name,
    const struct yg_args *given, struct yg_err *out_err)
{
	const struct yg_action *action = yg_action_find(row->kind->name, name);
	struct yg_args none = {0};

	assert_non_null(action);
	struct yg_task *task = yg_task_add(s->tasks, name, name, row);
	uint32_t id = task->id;
	assert_int_equal(
	    yg_controller_act(s->c, action, row, given ? given : &none, task, NULL), 0);
	turn_until(s, yg_task_is_over(yg_task_find(s->tasks, id)));
	task = yg_task_find(s->tasks, id);
	if (out_err)
		*out_err = task->err;
	return task->state;
}

static void test_default(void **state)
{
	struct site *s = *state;

	begin(s, "test:///default");
	turn_until(s, is_listed(s));
	assert_int_equal(s->c->state, YG_CTL_UP);
	assert_non_null(strstr(s->c->version, "libvirt"));
	const struct yg_row *vm = named(s, &yg_kind_vm, "test");
	assert_int_equal(yg_row_state(vm), YG_VM_STATE_RUNNING);
	assert_int_equal(yg_row_int(vm, YG_VM_MEM), 2097152LL * 1024);
	assert_int_equal(yg_row_int(vm, YG_VM_CPUS), 2);
	assert_int_equal(yg_row_int(vm, YG_VM_PERSISTENT), 1);
	assert_int_equal(yg_row_int(vm, YG_VM_AUTOSTART), 0);
	assert_int_equal(yg_row_int(vm, YG_VM_SNAPSHOTS), 0);
	assert_string_equal(yg_row_id(vm), "6695eb01-f6a4-8304-79aa-97f2502e193f");
	struct yg_ref ref;
	assert_non_null(yg_ref_next(yg_row_text(vm, YG_VM_HOST), &ref));
	assert_int_not_equal(yg_inventory_follow(s->inv, vm, &ref), YG_NO_SLOT);
	assert_int_equal(count(s, &yg_kind_host), 1);
	const struct yg_row *net = named(s, &yg_kind_network, "default");
	assert_int_equal(yg_row_state(net), YG_NETWORK_STATE_ACTIVE);
	assert_string_equal(yg_row_text(net, YG_NETWORK_SUBNET), "192.168.122.0/24");
	assert_string_equal(yg_row_text(net, YG_NETWORK_BRIDGE), "virbr0");
	const struct yg_row *pool = named(s, &yg_kind_pool, "default-pool");
	assert_int_equal(yg_row_state(pool), YG_POOL_STATE_ACTIVE);
	assert_string_equal(yg_row_text(pool, YG_POOL_TYPE), "dir");
	/* Rates need two looks. */
	yg_controller_poll(s->c, UINT64_MAX);
	turn_until(s, s->c->is_sampled);
}

static void test_actions(void **state)
{
	struct site *s = *state;
	struct yg_err err;

	begin(s, "test:///default");
	turn_until(s, is_listed(s));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "pause", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_PAUSED));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "resume", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_RUNNING));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "shutdown", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_SHUTOFF));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "start", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_RUNNING));
	assert_true(yg_row_has(named(s, &yg_kind_vm, "test"), YG_VM_STARTED));
	/* libvirt's no is our no, with its words. */
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "start", NULL, &err), YG_TASK_STATE_FAILED);
	assert_non_null(strstr(err.text, "vm 'test': cannot start it: "));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "force-off", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_SHUTOFF));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "start", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, vm_is(s, "test", YG_VM_STATE_RUNNING));
}

static void test_snapshots(void **state)
{
	struct site *s = *state;
	struct yg_args args = {.names = {"name", "description"},
	    .values = {"before <&> \"x\"", "a \x01 b"},
	    .count = 2};

	begin(s, "test:///default");
	turn_until(s, is_listed(s));
	assert_int_equal(
	    act(s, named(s, &yg_kind_vm, "test"), "snapshot", &args, NULL), YG_TASK_STATE_DONE);
	turn_until(s, named(s, &yg_kind_snapshot, "before <&> \"x\""));
	const struct yg_row *snap = named(s, &yg_kind_snapshot, "before <&> \"x\"");
	assert_int_equal(yg_row_state(snap), YG_SNAPSHOT_STATE_RUNNING);
	assert_int_equal(yg_row_int(snap, YG_SNAPSHOT_CURRENT), 1);
	assert_true(yg_row_has(snap, YG_SNAPSHOT_CREATED));
	turn_until(s, yg_row_int(named(s, &yg_kind_vm, "test"), YG_VM_SNAPSHOTS) == 1);
	assert_int_equal(act(s, snap, "revert", NULL, NULL), YG_TASK_STATE_DONE);
	snap = named(s, &yg_kind_snapshot, "before <&> \"x\"");
	assert_int_equal(act(s, snap, "delete", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, count(s, &yg_kind_snapshot) == 0);
	turn_until(s, yg_row_int(named(s, &yg_kind_vm, "test"), YG_VM_SNAPSHOTS) == 0);
}

static void test_network(void **state)
{
	struct site *s = *state;
	const struct yg_row *net;

	begin(s, "test:///default");
	turn_until(s, is_listed(s));
	assert_int_equal(
	    act(s, named(s, &yg_kind_network, "default"), "stop", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, (net = named(s, &yg_kind_network, "default")) &&
			  yg_row_state(net) == YG_NETWORK_STATE_INACTIVE);
	assert_int_equal(act(s, net, "start", NULL, NULL), YG_TASK_STATE_DONE);
	turn_until(s, (net = named(s, &yg_kind_network, "default")) &&
			  yg_row_state(net) == YG_NETWORK_STATE_ACTIVE);
}

/* Somebody else's deeds come as events, without a poll. */
static void test_events(void **state)
{
	struct site *s = *state;
	virConnectPtr other;
	virDomainPtr dom;

	begin(s, "test:///default");
	turn_until(s, is_listed(s));
	other = virConnectOpen("test:///default");
	assert_non_null(other);
	dom = virDomainDefineXML(other,
	    "<domain type='test'><name>new</name><memory>1024</memory><vcpu>1</vcpu>"
	    "<os><type>hvm</type></os><devices><interface type='network'>"
	    "<mac address='52:54:00:aa:bb:cc'/><source network='default'/></interface>"
	    "</devices></domain>");
	assert_non_null(dom);
	turn_until(s, vm_is(s, "new", YG_VM_STATE_SHUTOFF));
	assert_int_equal(virDomainCreate(dom), 0);
	turn_until(s, vm_is(s, "new", YG_VM_STATE_RUNNING));
	turn_until(s,
	    strcmp(yg_row_text(named(s, &yg_kind_vm, "new"), YG_VM_MAC), "52:54:00:aa:bb:cc") == 0);
	assert_int_equal(virDomainDestroy(dom), 0);
	turn_until(s, vm_is(s, "new", YG_VM_STATE_SHUTOFF));
	assert_int_equal(virDomainUndefine(dom), 0);
	turn_until(s, !named(s, &yg_kind_vm, "new"));
	virDomainFree(dom);
	virConnectClose(other);
}

/* Many domains: all rows are there with the first listing, what costs more follows. */
static void test_many(void **state)
{
	struct site *s = *state;
	char *path = yg_xasprintf("%s/node.xml", s->folder);
	char *url = yg_xasprintf("test://%s", path);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs("<node>", f);
	for (int i = 0; i < 1000; i++)
		fprintf(f,
		    "<domain type='test' "
		    "xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>vm-%d</name>"
		    "<memory>%d</memory><vcpu>2</vcpu><os><type>hvm</type></os><devices>"
		    "<interface type='network'><source network='none'/>"
		    "<mac address='52:54:00:00:%02x:%02x'/></interface></devices>"
		    "<test:runstate>%d</test:runstate></domain>\n",
		    i, 1024 + i, i / 256, i % 256, i % 10 ? 1 : 5);
	fputs("</node>", f);
	fclose(f);
	begin(s, url);
	turn_until(s, s->c->listed >> yg_kind_index(&yg_kind_vm) & 1);
	assert_int_equal(count(s, &yg_kind_vm), 1000);
	assert_true(vm_is(s, "vm-10", YG_VM_STATE_SHUTOFF));
	assert_true(vm_is(s, "vm-11", YG_VM_STATE_RUNNING));
	turn_until(s, yg_row_has(named(s, &yg_kind_vm, "vm-999"), YG_VM_MAC));
	turn_until(s, yg_row_has(named(s, &yg_kind_vm, "vm-999"), YG_VM_MEM));
	unlink(path);
	free(path);
	free(url);
}

/* ---- what does not work ---- */
static void test_refused(void **state)
{
	struct site *s = *state;

	begin(s, "qemu+unix:///system?socket=/nonexistent/sock");
	turn_until(s, s->c->state == YG_CTL_DOWN);
	assert_non_null(strstr(s->c->err.text, "/nonexistent/sock"));
	assert_int_equal(s->c->err.code, YG_E_UNREACHABLE);
}

static int listen_at(const char *path)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

/* It accepts and says nothing: nothing of ours may wait for it, and no pile of threads may grow. */
static void test_silent(void **state)
{
	struct site *s = *state;
	char *path = yg_xasprintf("%s/sock", s->folder);
	char *url = yg_xasprintf("qemu+unix:///system?socket=%s", path);
	int fd = listen_at(path), peers[3];

	for (size_t i = 0; i < YG_COUNT(peers); i++) {
		if (i)
			yg_controller_open(s->c, NULL);
		else
			begin(s, url);
		/* It has connected, and waits for an answer. */
		peers[i] = accept(fd, NULL, NULL);
		assert_true(peers[i] >= 0);
		turn(s);
		assert_int_equal(s->c->state, YG_CTL_CONNECTING);
		int64_t before = yg_mono_us();
		yg_controller_close(s->c);
		assert_true(yg_mono_us() - before < 1000000);
		assert_int_equal(yg_virt_hanging(url), i + 1);
	}
	yg_controller_open(s->c, NULL);
	assert_int_equal(s->c->state, YG_CTL_DOWN);
	assert_non_null(strstr(s->c->err.text, "still hang"));
	yg_controller_close(s->c);
	for (size_t i = 0; i < YG_COUNT(peers); i++)
		close(peers[i]);
	/* The threads end by themselves once their peer is gone. */
	turn_until(s, yg_virt_hanging(url) == 0);
	close(fd);
	unlink(path);
	free(path);
	free(url);
}

static void test_check(void **state)
{
	static const char *const bad[] = {"", "qemu", "://x", "/run/sock"};
	struct yg_err err = {0};

	for (size_t i = 0; i < YG_COUNT(bad); i++) {
		struct yg_controller *c =
		    yg_controller_create(&yg_provider_libvirt, "lv", bad[i], "test", ignore);
		assert_int_equal(yg_controller_check(c, &err), YG_E_INVALID);
		assert_non_null(strstr(err.text, "is no libvirt URI"));
		yg_controller_destroy(c);
	}
	struct yg_controller *c =
	    yg_controller_create(&yg_provider_libvirt, "lv", "qemu:///system", "test", ignore);
	assert_int_equal(yg_controller_check(c, NULL), 0);
	yg_controller_set_option(c, "shutdown_seconds", "0");
	assert_int_equal(yg_controller_check(c, NULL), YG_E_INVALID);
	yg_controller_destroy(c);
}

static int register_all(void **state)
{
	yg_kinds_register_core();
	yg_actions_register_core();
	return 0;
}

#define SITE(test) cmocka_unit_test_setup_teardown(test, site_up, site_down)

/* A guest's beginning, from what the process table says. */
static void test_births(void **state)
{
	static const char args[] = "/usr/bin/qemu-system-x86_64\0-name\0guest=a\0-uuid\0"
				   "11111111-2222-3333-4444-555555555555\0-m\0008";
	static const char other[] = "/bin/sh\0-uuid\0x";
	const char stat[] =
	    "42 (qemu) sys (x) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 250 0";

	(void)state;
	assert_string_equal(
	    yg_virt_uuid_of_args(args, sizeof(args)), "11111111-2222-3333-4444-555555555555");
	assert_null(yg_virt_uuid_of_args(other, sizeof(other)));
	assert_null(yg_virt_uuid_of_args("qemu\0-uuid", 10));
	assert_int_equal(yg_virt_start_of_stat(stat, 1000, 100), 3500);
	assert_int_equal(yg_virt_start_of_stat("42 (x) S 1", 1000, 100), 0);
	assert_int_equal(yg_virt_start_of_stat("", 1000, 100), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_births),
	    cmocka_unit_test(test_sample),
	    cmocka_unit_test(test_rates),
	    cmocka_unit_test(test_job),
	    cmocka_unit_test(test_states),
	    cmocka_unit_test(test_domain_xml),
	    cmocka_unit_test(test_hostile_xml),
	    cmocka_unit_test(test_facts),
	    cmocka_unit_test(test_check),
	    SITE(test_default),
	    SITE(test_actions),
	    SITE(test_snapshots),
	    SITE(test_network),
	    SITE(test_events),
	    SITE(test_many),
	    SITE(test_refused),
	    SITE(test_silent),
	};

	return cmocka_run_group_tests(tests, register_all, NULL);
}
