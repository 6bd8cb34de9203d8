/* machines: the rows of hosts, VMs and containers of the demo site: made in a microsecond each, so
 * without printf. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/row.h"
#include "providers/demo/demo.h"

#define MIB     1048576.0
#define GIB     1073741824.0
#define PAGE    4096
#define HOUR_MS INT64_C(3600000)
#define SILENT_MS \
	260000 /* the silent host was heard this long before the quarter of the day began */

static const char *const env_ip[DEMO_ENVS] = {"10.1.", "10.2.", "10.3."};

static void set_text(struct yg_draft *d, int field, const char *text, const char *end)
{
	yg_draft_textn(d, field, text, (size_t)(end - text));
}

void demo_draft_host(const struct demo_site *s, struct yg_draft *d, int field, uint32_t host)
{
	char text[DEMO_NAME];

	set_text(d, field, text, demo_cat(demo_cat(text, "host/"), s->host_names[host]));
}

static int64_t silent_since(int64_t now_ms)
{
	return demo_quarter(now_ms) - SILENT_MS;
}

/* A rate with its own tremble around the share of the most it gets to. */
static double rate(uint64_t hash, int64_t when_ms, double most)
{
	return demo_round(most * demo_wave(hash, when_ms), 1);
}

/* ---- hosts ---- */

enum host_is { HYPERVISOR, ENGINE, NODE };
static const struct {
	const char *os, *kernel, *version, *model;
	const char *labels[2];
} host_kinds[] = {
    [HYPERVISOR] = {"Debian 12", "6.1.0-21-amd64", "QEMU 8.2.2, libvirt 10.0.0",
	"ThinkSystem SR650 V3", {"role=hypervisor\nsite=tokyo\n", "role=hypervisor\nsite=osaka\n"}},
    [ENGINE] = {"Debian 12", "6.1.0-21-amd64", "Docker 26.1.0", "PRIMERGY RX2530 M6",
	{"role=container-host\nsite=tokyo\n", "role=container-host\nsite=osaka\n"}},
    [NODE] = {"Debian 12", "6.1.0-21-cloud-amd64", "containerd 1.7.16, Kubernetes 1.29.4",
	"KVM guest", {"role=k8s-node\nsite=tokyo\n", "role=k8s-node\nsite=osaka\n"}},
};

static enum host_is host_is(const struct demo_site *s, uint32_t n)
{
	return demo_host_is_node(s, n) ? NODE : n >= s->n_hypervisors ? ENGINE : HYPERVISOR;
}

/* VMs that run on a host: those counted, and what moved since they were. */
static int64_t host_vms(const struct demo_site *s, uint32_t n, int64_t now_ms)
{
	int64_t count = s->host_vms[n];

	for (unsigned i = 0; i < DEMO_LANES * DEMO_RING && s->has_rings; i++) {
		const struct demo_ring *ring = &s->rings[i % DEMO_LANES];
		unsigned member = i / DEMO_LANES;
		uint32_t vm = ring->vm[member];
		if (s->vms[vm].host || demo_vm_state(s, vm) != YG_VM_STATE_RUNNING)
			continue;
		count -= ring->hosts[member][0] == n;
		count += demo_ring_host(s, vm, now_ms) == n;
	}
	return count;
}

static void host_metrics(const struct demo_site *s, struct yg_draft *d, uint32_t n, int64_t cpus,
    int64_t mem, int64_t when_ms)
{
	uint64_t h = demo_hash(s, DEMO_H_HOST, n);
	double busy = 0.35 + 0.9 * demo_unit(h), cpu = 100 * busy * demo_wave(h, when_ms);
	double used = 0.45 + 0.3 * demo_unit(h * 9) + 0.08 * demo_wave(h * 11, when_ms);

	cpu = n == s->hot_host ? 82 + 0.17 * cpu : cpu > 100 ? 100 : cpu;
	if (n == s->hot_host)
		used = 0.935 + 0.02 * demo_wave(h * 11, when_ms);
	yg_draft_real(d, YG_HOST_CPU, demo_round(cpu, 0.1));
	yg_draft_real(d, YG_HOST_LOAD,
	    demo_round((double)cpus * cpu / 100 * (0.7 + 0.5 * demo_wave(h * 13, when_ms)), 0.01));
	yg_draft_int(d, YG_HOST_MEM_USED, (int64_t)demo_round((double)mem * used, PAGE));
	yg_draft_real(d, YG_HOST_DISK_READ, rate(h * 15, when_ms, 180 * MIB * busy));
	yg_draft_real(d, YG_HOST_DISK_WRITE, rate(h * 17, when_ms, 120 * MIB * busy));
	yg_draft_real(d, YG_HOST_NET_RX, rate(h * 19, when_ms, 240 * MIB * busy));
	yg_draft_real(d, YG_HOST_NET_TX, rate(h * 21, when_ms, 210 * MIB * busy));
}

static void host_state(const struct demo_site *s, struct yg_draft *d, uint32_t n, int64_t now_ms)
{
	if (n == s->down_host) {
		yg_draft_state(d, YG_HOST_STATE_DOWN);
		yg_draft_const(d, YG_F_NOTE, "no answer to ping; its BMC says: power off");
	} else if (n == s->silent_host) {
		yg_draft_state(d, YG_HOST_STATE_UP);
		yg_draft_const(d, YG_F_NOTE, "libvirtd does not answer");
		yg_draft_int(d, YG_F_SILENT, silent_since(now_ms));
	} else if (!demo_host_answers(s, n)) {
		yg_draft_state(d, YG_HOST_STATE_DOWN);
		yg_draft_const(d, YG_F_NOTE, "the VM that it is does not run");
	} else if (n == s->hot_host) {
		yg_draft_state(d, YG_HOST_STATE_WARNING);
		yg_draft_const(d, YG_F_NOTE, "memory above 90 %: no room for another VM");
	} else
		yg_draft_state(d, YG_HOST_STATE_UP);
}

/* A node has the address of the VM that it is. */
static void host_address(const struct demo_site *s, struct yg_draft *d, uint32_t n)
{
	bool is_node = demo_host_is_node(s, n);
	uint32_t i = is_node ? n - (s->spec.hosts - s->n_nodes) : n;
	char text[DEMO_NAME];
	char *to = demo_cat_number(demo_cat(text, is_node ? "10.1." : "10.0."), i / 240, 1);

	*to++ = '.';
	set_text(d, YG_HOST_ADDRESS, text, demo_cat_number(to, i % 240 + (is_node ? 10 : 11), 1));
}

struct yg_row *demo_row_host(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	static const uint8_t sizes[] = {32, 48, 64, 96};
	uint64_t h = demo_hash(s, DEMO_H_HOST, n);
	enum host_is is = host_is(s, n);
	int64_t cpus = is == NODE ? 16 : sizes[h >> 8 & 3] >> is,
		mem = (int64_t)(cpus * (is == HYPERVISOR ? 8 : 4) * GIB);
	bool is_up = n != s->down_host && (n == s->silent_host || demo_host_answers(s, n));
	int64_t when_ms = n == s->silent_host ? silent_since(now_ms) : demo_step(s, n, now_ms);
	struct yg_draft d;
	char text[DEMO_NAME];

	if (s->is_count_old)
		demo_site_count(s);
	yg_draft_init(&d, &yg_kind_host, ctl, s->host_names[n]);
	yg_draft_text(&d, YG_F_NAME, s->host_names[n]);
	host_state(s, &d, n, now_ms);
	host_address(s, &d, n);
	yg_draft_int(&d, YG_HOST_CPUS, cpus);
	yg_draft_int(&d, YG_HOST_MEM, mem);
	if (is_up) {
		host_metrics(s, &d, n, cpus, mem, when_ms);
		yg_draft_int(&d, YG_HOST_STARTED,
		    demo_month(now_ms) - (int64_t)(h >> 20) % (400 * 24) * HOUR_MS - HOUR_MS);
	}
	if (is == HYPERVISOR)
		yg_draft_int(&d, YG_HOST_VMS, is_up ? host_vms(s, n, now_ms) : 0);
	else
		yg_draft_int(&d, YG_HOST_CONTAINERS, is_up ? s->host_containers[n] : 0);
	yg_draft_const(&d, YG_HOST_OS, host_kinds[is].os);
	yg_draft_const(&d, YG_HOST_KERNEL, host_kinds[is].kernel);
	yg_draft_const(&d, YG_HOST_VERSION, host_kinds[is].version);
	yg_draft_const(&d, YG_HOST_MODEL, host_kinds[is].model);
	yg_draft_const(&d, YG_HOST_ARCH, "x86_64");
	yg_draft_textn(&d, YG_HOST_UUID, text, demo_host_uuid(s, n, text));
	bool is_west = is == HYPERVISOR && n >= s->n_hypervisors * 3 / 4;
	yg_draft_const(&d, YG_HOST_LABELS, host_kinds[is].labels[is_west]);
	return yg_draft_done(&d);
}

/* ---- VMs ---- */

static void vm_metrics(const struct demo_site *s, struct yg_draft *d, uint32_t n,
    const struct demo_role *role, int64_t mem, int64_t when_ms)
{
	uint64_t h = demo_hash(s, DEMO_H_VM, n);
	double own = 0.5 + demo_unit(h), level = demo_wave(h, when_ms),
	       flow = demo_wave(h * 3, when_ms);
	double cpu = role->busy * own * level * 1.8, busy = role->busy / 50.0 * own;

	yg_draft_real(d, YG_VM_CPU, demo_round(cpu > 100 ? 100 : cpu, 0.1));
	yg_draft_int(d, YG_VM_MEM_USED,
	    (int64_t)demo_round(
		(double)mem * (0.35 + 0.35 * demo_unit(h * 5) + 0.25 * level), PAGE));
	yg_draft_real(d, YG_VM_DISK_READ, demo_round(9 * MIB * busy * flow * level, 1));
	yg_draft_real(d, YG_VM_DISK_WRITE, demo_round(6 * MIB * busy * flow, 1));
	yg_draft_real(d, YG_VM_NET_RX, demo_round(14 * MIB * busy * level * level, 1));
	yg_draft_real(d, YG_VM_NET_TX, demo_round(11 * MIB * busy * level * flow, 1));
}

static void vm_addresses(const struct demo_site *s, struct yg_draft *d, uint32_t n,
    const struct demo_role *role, bool is_up)
{
	char text[DEMO_NAME];
	char *to = demo_cat(text, "52:54:00");
	uint32_t bits = (n * 0x9e3779u + (uint32_t)s->spec.seed) & 0xffffff;

	for (int shift = 16; shift >= 0; shift -= 8) {
		*to++ = ':';
		to = demo_cat_hex(to, bits >> shift, 2);
	}
	set_text(d, YG_VM_MAC, text, to);
	if (!is_up)
		return;
	to = demo_cat_number(demo_cat(text, env_ip[demo_vm_env(s, n)]), n / 240 % 240, 1);
	*to++ = '.';
	to = demo_cat_number(to, n % 240 + 10, 1);
	if (role->nets == 2 && n < 240)
		to = demo_cat_number(demo_cat(to, ", 192.0.2."), n + 10, 1);
	set_text(d, YG_VM_IP, text, to);
}

/* Texts that live as long as the program cost a row nothing: the usual sets of networks are such.
 */
static void vm_networks(struct yg_draft *d, const struct demo_role *role, unsigned env)
{
#define REF(name) "network/net-" name "\t" name "\n"
	static const char *const sets[3][DEMO_ENVS] = {
	    {REF("prod"), REF("stg"), REF("dev")},
	    {REF("prod") REF("prod-db"), REF("stg") REF("stg-db"), REF("dev") REF("dev-db")},
	    {REF("prod") REF("dmz"), REF("stg") REF("dmz"), REF("dev") REF("dmz")},
	};
#undef REF
	yg_draft_const(d, YG_VM_NETWORKS, sets[role->nets][env]);
}

static void vm_volume(struct yg_draft *d, uint32_t n, const char *name)
{
	char text[2 * DEMO_NAME];
	char *to = demo_cat(text, "volume/vol-");

	to += demo_vm_id(n, to);
	*to++ = '\t';
	set_text(d, YG_VM_VOLUMES, text, demo_cat(demo_cat(to, name), ".qcow2\n"));
}

static int64_t vm_snapshots(const struct demo_site *s, uint32_t n)
{
	int64_t count = 0;

	for (size_t i = 0; i < s->snapshots.count; i++)
		count += s->snapshots.items[i].vm == n;
	return count;
}

/* State, and why; true if it runs and can be asked. */
static bool vm_state(
    const struct demo_site *s, struct yg_draft *d, uint32_t n, uint32_t host, int64_t now_ms)
{
	int state = demo_vm_state(s, n);

	if (state == YG_VM_STATE_RUNNING && demo_vm_moves(s, n, now_ms - now_ms % 1000))
		state = YG_VM_STATE_MIGRATING;
	yg_draft_state(d, state);
	if (host == s->silent_host)
		yg_draft_int(d, YG_F_SILENT, silent_since(now_ms));
	if (host == s->down_host)
		yg_draft_const(d, YG_F_NOTE, "its host is down");
	else if (state == YG_VM_STATE_CRASHED)
		yg_draft_const(
		    d, YG_F_NOTE, "panicked: kernel: Out of memory and no killable process");
	else if (state == YG_VM_STATE_PAUSED && !s->vms[n].state)
		yg_draft_const(d, YG_F_NOTE, "I/O error: its disk has no space left");
	return state == YG_VM_STATE_RUNNING || state == YG_VM_STATE_MIGRATING ||
	       state == YG_VM_STATE_PAUSED || state == YG_VM_STATE_SHUTDOWN;
}

struct yg_row *demo_row_vm(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	const struct demo_role *role = demo_vm_role(s, n);
	uint32_t host = demo_vm_host(s, n, now_ms - now_ms % 1000);
	uint64_t h = demo_hash(s, DEMO_H_VM, n);
	unsigned env = demo_vm_env(s, n);
	int64_t mem = (int64_t)(role->cpus * role->mem_per_cpu * GIB);
	struct yg_draft d;
	char text[DEMO_NAME];

	demo_vm_id(n, text);
	yg_draft_init(&d, &yg_kind_vm, ctl, text);
	size_t len = demo_vm_name(s, n, text);
	yg_draft_textn(&d, YG_F_NAME, text, len);
	if (n < s->n_volumes)
		vm_volume(&d, n, text);
	bool is_up = vm_state(s, &d, n, host, now_ms);
	demo_draft_host(s, &d, YG_VM_HOST, host);
	yg_draft_int(&d, YG_VM_CPUS, role->cpus);
	yg_draft_int(&d, YG_VM_MEM, mem);
	yg_draft_int(&d, YG_VM_DISK, (int64_t)((20 << (h >> 30 & 3)) * GIB));
	if (is_up) {
		int64_t when_ms = host == s->silent_host ? silent_since(now_ms)
							 : demo_step(s, s->spec.hosts + n, now_ms);
		vm_metrics(s, &d, n, role, mem, when_ms);
		yg_draft_int(&d, YG_VM_STARTED,
		    s->vms[n].since_s
			? s->vms[n].since_s * INT64_C(1000)
			: demo_month(now_ms) - (int64_t)(h >> 20) % (90 * 24) * HOUR_MS - HOUR_MS);
	}
	vm_addresses(s, &d, n, role, is_up);
	vm_networks(&d, role, env);
	yg_draft_const(&d, YG_VM_OS, role->os);
	yg_draft_int(&d, YG_VM_SNAPSHOTS, vm_snapshots(s, n));
	yg_draft_int(&d, YG_VM_AUTOSTART, h >> 12 & 1);
	yg_draft_int(&d, YG_VM_PERSISTENT, 1);
	yg_draft_textn(&d, YG_VM_UUID, text, demo_vm_uuid(s, n, text));
	yg_draft_const(&d, YG_VM_LABELS, role->labels[env]);
	return yg_draft_done(&d);
}

/* ---- containers ---- */

static void container_metrics(const struct demo_site *s, struct yg_draft *d, uint32_t n,
    const struct demo_service *service, int64_t when_ms)
{
	uint64_t h = demo_hash(s, DEMO_H_CONTAINER, n);
	double own = 0.4 + demo_unit(h), level = demo_wave(h, when_ms),
	       flow = demo_wave(h * 3, when_ms);
	double busy = service->busy / 40.0 * own;

	yg_draft_real(d, YG_CONTAINER_CPU, demo_round(service->busy * own * level * 2, 0.1));
	yg_draft_int(d, YG_CONTAINER_MEM_USED,
	    (int64_t)demo_round(service->mem * 16 * MIB * (0.6 + 0.3 * own * level), PAGE));
	yg_draft_real(d, YG_CONTAINER_DISK_READ, demo_round(MIB * busy * flow, 1));
	yg_draft_real(d, YG_CONTAINER_DISK_WRITE, demo_round(0.7 * MIB * busy * level, 1));
	yg_draft_real(d, YG_CONTAINER_NET_RX, demo_round(3 * MIB * busy * level * flow, 1));
	yg_draft_real(d, YG_CONTAINER_NET_TX, demo_round(4 * MIB * busy * level * level, 1));
	yg_draft_int(d, YG_CONTAINER_PIDS, 1 + service->mem / 4 + (int64_t)(4 * level));
}

static void container_state(const struct demo_site *s, struct yg_draft *d, uint32_t n, int state)
{
	uint64_t h = demo_hash(s, DEMO_H_CONTAINER, n);
	const struct demo_fate *fate = &s->containers[n];

	if (state == YG_CONTAINER_STATE_RESTARTING) {
		yg_draft_const(d, YG_F_NOTE, "restarting (1): it ends each time within 2 s");
		yg_draft_int(d, YG_CONTAINER_EXIT_CODE, 1);
	} else if (state == YG_CONTAINER_STATE_DEAD)
		yg_draft_const(d, YG_F_NOTE, "its filesystem could not be removed: device is busy");
	else if (state == YG_CONTAINER_STATE_EXITED) {
		static const uint8_t codes[] = {0, 0, 1, 137, 143, 0, 2, 139};
		int code = fate->state                ? fate->exit_code
			   : n == s->killed_container ? 137
						      : codes[h >> 24 & 7];
		yg_draft_int(d, YG_CONTAINER_EXIT_CODE, code);
		if (code == 137 && !fate->state)
			yg_draft_const(d, YG_F_NOTE, "killed: out of memory");
	}
}

/* Running ones with a health check say how they are; one in a hundred is not well. */
static void container_health(const struct demo_site *s, struct yg_draft *d, uint32_t n)
{
	bool is_sick =
	    n == s->sick_container || (demo_hash(s, DEMO_H_CONTAINER, n) >> 32) % 100 == 0;

	is_sick = is_sick && !s->containers[n].state;

	yg_draft_const(d, YG_CONTAINER_HEALTH, is_sick ? "unhealthy" : "healthy");
	if (is_sick)
		yg_draft_const(d, YG_F_NOTE, "health check: GET /healthz answered 503 three times");
}

static void container_volume(
    struct yg_draft *d, uint32_t stack, const char *name, const char *service)
{
	char text[3 * DEMO_NAME];
	char *to = demo_cat(demo_cat_number(demo_cat(text, "volume/data-"), stack, 1), "-");

	to = demo_cat(to, service);
	*to++ = '\t';
	to = demo_cat(to, name);
	*to++ = '_';
	set_text(d, YG_CONTAINER_VOLUMES, text, demo_cat(demo_cat(to, service), "\n"));
}

static void container_parts(
    struct demo_site *s, struct yg_draft *d, uint32_t n, const struct demo_service *service)
{
	uint32_t stack_n = n / s->stack_size;
	unsigned env = 0;
	const struct demo_stack *stack = demo_stack_of(s, stack_n, &env);
	char text[2 * DEMO_NAME], name[DEMO_NAME];
	size_t len = demo_stack_name(s, stack_n, name);

	memcpy(demo_cat(text, "project/"), name, len + 1);
	yg_draft_textn(d, YG_CONTAINER_PROJECT, text, len + strlen("project/"));
	yg_draft_const(d, YG_CONTAINER_SERVICE, service->name);
	yg_draft_const(d, YG_CONTAINER_IMAGE, demo_images[service->image].name);
	yg_draft_const(d, YG_CONTAINER_IMAGE_REF, demo_images[service->image].ref);
	yg_draft_const(d, YG_CONTAINER_COMMAND, service->command);
	yg_draft_const(d, YG_CONTAINER_NETWORKS, demo_networks[stack->network].ref);
	yg_draft_const(d, YG_CONTAINER_LABELS, service->labels[env]);
	if (service->has_volume && n % s->stack_size < DEMO_SERVICES)
		container_volume(d, stack_n, name, service->name);
}

static void container_address(const struct demo_site *s, struct yg_draft *d, uint32_t n)
{
	uint32_t stack = n / s->stack_size % (uint32_t)demo_n_stacks;
	char text[DEMO_NAME];
	char *to = demo_cat_number(demo_cat(text, "172."), 20 + stack, 1);

	*to++ = '.';
	to = demo_cat_number(to, n / 240 % 256, 1);
	*to++ = '.';
	set_text(d, YG_CONTAINER_IP, text, demo_cat_number(to, n % 240 + 10, 1));
}

struct yg_row *demo_row_container(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	const struct demo_service *service = demo_service_of(s, n);
	const struct demo_fate *fate = &s->containers[n];
	uint64_t h = demo_hash(s, DEMO_H_CONTAINER, n);
	uint32_t host = demo_container_host(s, n);
	int state = demo_container_state(s, n);
	bool is_heard = demo_host_answers(s, host);
	struct yg_draft d;
	char text[DEMO_NAME];

	if (fate->state == DEMO_GONE)
		return NULL;
	demo_container_id(s, n, text);
	yg_draft_init(&d, &yg_kind_container, ctl, text);
	yg_draft_textn(&d, YG_F_NAME, text, demo_container_name(s, n, text));
	yg_draft_state(&d, is_heard ? state : YG_CONTAINER_STATE_UNKNOWN);
	container_state(s, &d, n, state);
	if (!is_heard)
		yg_draft_const(&d, YG_F_NOTE, "its host does not answer");
	demo_draft_host(s, &d, YG_CONTAINER_HOST, host);
	container_parts(s, &d, n, service);
	yg_draft_int(&d, YG_CONTAINER_MEM, (int64_t)(service->mem * 32 * MIB));
	int64_t created =
	    demo_month(now_ms) - (int64_t)(h >> 20) % (40 * 24) * HOUR_MS - 2 * HOUR_MS;
	yg_draft_int(&d, YG_CONTAINER_CREATED, created);
	if ((state == YG_CONTAINER_STATE_RUNNING || state == YG_CONTAINER_STATE_PAUSED) &&
	    is_heard) {
		if (state == YG_CONTAINER_STATE_RUNNING)
			container_metrics(s, &d, n, service,
			    demo_step(s, s->spec.hosts + s->spec.vms + n, now_ms));
		if (service->has_health)
			container_health(s, &d, n);
		yg_draft_int(&d, YG_CONTAINER_STARTED,
		    fate->since_s ? fate->since_s * INT64_C(1000) : created + 4000);
		container_address(s, &d, n);
	}
	if (service->ports[0])
		yg_draft_const(&d, YG_CONTAINER_PORTS, service->ports);
	return yg_draft_done(&d);
}
