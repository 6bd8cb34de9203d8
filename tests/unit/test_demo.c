/* test_demo: the demo site: the same at the same instant, whole, alive, and obedient. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/house.h"
#include "base/clock.h"
#include "model/inventory.h"
#include "model/kinds.h"
#include "net/loop.h"
#include "providers/demo/demo.h"

#define MORNING_MS  INT64_C(1768468927000) /* 2026-01-15T09:22:07Z */
#define DEADLINE_MS 20000

extern const struct yg_provider yg_provider_demo;

/* A demo site that was opened and listed. */
struct bench {
	struct yg_loop *loop;
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	struct yg_controller *c;
};

static void on_notify(struct yg_controller *c)
{
}

static void turn(struct bench *b)
{
	yg_loop_turn(b->loop, 20);
	yg_controller_tick(b->c, yg_mono_us() / 1000);
	if (yg_controller_take_fresh(b->c))
		yg_controller_poll(b->c, yg_provider_kinds(&yg_provider_demo));
	yg_inventory_flush(b->inv);
}

static void start(struct bench *b, const char *spec)
{
	char *url = yg_xasprintf("demo:%s", spec);

	b->loop = yg_loop_create();
	b->inv = yg_inventory_create();
	b->tasks = yg_tasks_create(b->inv);
	b->c = yg_controller_create(&yg_provider_demo, "demo", url, "test", on_notify);
	b->c->loop = b->loop;
	b->c->inv = b->inv;
	b->c->tasks = b->tasks;
	free(url);
	struct yg_err err = {0};
	if (yg_controller_check(b->c, &err))
		fail_msg("%s", err.text);
	yg_controller_open(b->c, yg_provider_demo.ops);
}

static void list(struct bench *b)
{
	uint64_t kinds = yg_provider_kinds(&yg_provider_demo);
	int64_t until = yg_mono_us() + DEADLINE_MS * 1000;

	while ((b->c->listed & kinds) != kinds && yg_mono_us() < until)
		turn(b);
	assert_true((b->c->listed & kinds) == kinds);
}

static void stop(struct bench *b)
{
	yg_controller_destroy(b->c);
	yg_tasks_destroy(b->tasks);
	yg_inventory_destroy(b->inv);
	yg_loop_destroy(b->loop);
}

static const struct yg_row *row_at(struct bench *b, const struct yg_kind *kind, size_t i)
{
	size_t count = 0;
	const uint32_t *slots = yg_inventory_slots(b->inv, kind, &count);

	return i < count ? yg_inventory_row(b->inv, slots[i]) : NULL;
}

static size_t count_of(struct bench *b, const struct yg_kind *kind)
{
	size_t count = 0;

	yg_inventory_slots(b->inv, kind, &count);
	return count;
}

static const struct yg_row *find(struct bench *b, const struct yg_kind *kind, const char *id)
{
	return yg_inventory_row(b->inv, yg_inventory_find(b->inv, "demo", kind, id));
}

/* How many rows of b are not the same in a; all kinds. */
static size_t differences(struct bench *a, struct bench *b)
{
	size_t n_kinds = 0, bad = 0;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);

	for (size_t k = 0; k < n_kinds; k++) {
		bad += count_of(a, kinds[k]) != count_of(b, kinds[k]);
		for (size_t i = 0; i < count_of(b, kinds[k]); i++) {
			const struct yg_row *row = row_at(b, kinds[k], i);
			const struct yg_row *same = find(a, kinds[k], yg_row_id(row));
			bad += !same || yg_row_diff(same, row);
		}
	}
	return bad;
}

/* ---- what it is ---- */

static void test_spec(void **state)
{
	struct demo_spec spec;
	struct yg_err err = {0};

	assert_int_equal(demo_spec_parse("", &spec, &err), 0);
	assert_int_equal(spec.hosts, 12);
	assert_int_equal(demo_spec_parse("hosts:3,vms:7,seed:9,rate:50,hang:2", &spec, &err), 0);
	assert_int_equal(spec.hosts, 3);
	assert_int_equal(spec.vms, 7);
	assert_int_equal(spec.hang_ms, 2000);
	assert_int_equal(spec.fail_ms, -1);
	assert_int_equal(demo_spec_parse("hosts:3,vns:7", &spec, &err), YG_E_INVALID);
	assert_non_null(strstr(err.text, "'vms'"));
	static const char *const bad[] = {"hosts", "hosts:", "hosts:x", "hosts:0", "vms:-1",
	    "vms:1e9", "vms:99999999999999999999", "=", ":", "seed:1:2"};
	for (size_t i = 0; i < YG_COUNT(bad); i++)
		assert_int_equal(demo_spec_parse(bad[i], &spec, NULL), YG_E_INVALID);
}

static void test_same(void **state)
{
	struct bench a, b;

	yg_clock_freeze(MORNING_MS);
	start(&a, "");
	list(&a);
	start(&b, "");
	list(&b);
	assert_int_equal(differences(&a, &b), 0);
	stop(&b);
	start(&b, "seed:2");
	list(&b);
	assert_true(differences(&a, &b) > 100);
	stop(&b);
	stop(&a);
}

/* A site that lived through the time is the same as one that was opened only now. */
static void test_same_later(void **state)
{
	static const int64_t steps_ms[] = {1000, 2000, 33000, 90000, 400000};
	struct bench old, new;
	int64_t now_ms = MORNING_MS;

	yg_clock_freeze(now_ms);
	start(&old, "hosts:14,vms:700,containers:600,rate:20000");
	list(&old);
	for (size_t i = 0; i < YG_COUNT(steps_ms); i++) {
		now_ms += steps_ms[i];
		yg_clock_freeze(now_ms);
		start(&new, "hosts:14,vms:700,containers:600,rate:20000");
		list(&new);
		int64_t until = yg_mono_us() + DEADLINE_MS * 1000;
		while (differences(&old, &new) && yg_mono_us() < until)
			turn(&old);
		assert_int_equal(differences(&old, &new), 0);
		stop(&new);
	}
	stop(&old);
}

static void test_alive(void **state)
{
	struct bench a, b;

	yg_clock_freeze(MORNING_MS);
	start(&a, "");
	list(&a);
	yg_clock_freeze(MORNING_MS + 10000);
	start(&b, "");
	list(&b);
	size_t moved = 0;
	for (size_t i = 0; i < count_of(&a, &yg_kind_vm); i++) {
		const struct yg_row *row = row_at(&a, &yg_kind_vm, i);
		const struct yg_row *later = find(&b, &yg_kind_vm, yg_row_id(row));
		double cpu = yg_row_number(row, YG_VM_CPU), then = yg_row_number(later, YG_VM_CPU);
		moved += cpu != then;
		assert_true(cpu >= 0 && cpu <= 100);
		/* Smooth: nothing goes from idle to full within ten seconds. */
		assert_true(cpu - then < 60 && then - cpu < 60);
		assert_true(yg_row_int(row, YG_VM_MEM_USED) <= yg_row_int(row, YG_VM_MEM));
	}
	assert_true(moved > 30);
	stop(&a);
	stop(&b);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *spec;
		size_t hosts, vms, containers;
	} sizes[] = {
	    {"", 12, 48, 60},
	    {"hosts:200,vms:3000,containers:5000", 200, 3000, 5000},
	    {"hosts:1,vms:0,containers:0", 1, 0, 0},
	    {"hosts:1,vms:1,containers:1", 1, 1, 1},
	    {"hosts:2,vms:3,containers:100", 2, 3, 100},
	    {"hosts:5,vms:20,containers:0", 5, 20, 0},
	    {"hosts:1000,vms:10,containers:10", 1000, 10, 10},
	};

	yg_clock_freeze(MORNING_MS);
	for (size_t i = 0; i < YG_COUNT(sizes); i++) {
		struct bench b;
		start(&b, sizes[i].spec);
		list(&b);
		assert_int_equal(count_of(&b, &yg_kind_host), sizes[i].hosts);
		assert_int_equal(count_of(&b, &yg_kind_vm), sizes[i].vms);
		assert_int_equal(count_of(&b, &yg_kind_container), sizes[i].containers);
		stop(&b);
	}
}

/* Every row and every reference of it leads somewhere. */
static void test_relations(void **state)
{
	struct bench b;
	size_t n_kinds = 0, n_refs = 0;

	yg_clock_freeze(MORNING_MS);
	start(&b, "");
	list(&b);
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);
	for (size_t k = 0; k < n_kinds; k++)
		for (size_t i = 0; i < count_of(&b, kinds[k]); i++) {
			const struct yg_row *row = row_at(&b, kinds[k], i);
			for (int f = 0; f < (int)kinds[k]->n_fields; f++) {
				enum yg_type type = kinds[k]->fields[f].type;
				struct yg_ref ref;
				if (type != YG_T_REF && type != YG_T_REFS)
					continue;
				for (const char *s = yg_row_text(row, f);
				     (s = yg_ref_next(s, &ref)); n_refs++)
					if (yg_inventory_follow(b.inv, row, &ref) == YG_NO_SLOT)
						fail_msg("%s %s: %s leads nowhere", kinds[k]->name,
						    yg_row_id(row), yg_row_text(row, f));
			}
		}
	assert_true(n_refs > 400);
	stop(&b);
}

/* Nodes are hosts and VMs at once: the same UUID says so. */
static void test_nodes(void **state)
{
	struct bench b;
	size_t same = 0;

	yg_clock_freeze(MORNING_MS);
	start(&b, "");
	list(&b);
	for (size_t i = 0; i < count_of(&b, &yg_kind_host); i++)
		for (size_t j = 0; j < count_of(&b, &yg_kind_vm); j++)
			same += yg_streq(yg_row_text(row_at(&b, &yg_kind_host, i), YG_HOST_UUID),
			    yg_row_text(row_at(&b, &yg_kind_vm, j), YG_VM_UUID));
	assert_int_equal(same, 3);
	stop(&b);
}

static size_t count_state(struct bench *b, const struct yg_kind *kind, int wanted)
{
	size_t count = 0;

	for (size_t i = 0; i < count_of(b, kind); i++)
		count += yg_row_state(row_at(b, kind, i)) == wanted;
	return count;
}

static void test_failures(void **state)
{
	struct bench b;
	size_t silent = 0, sick = 0, killed = 0;

	yg_clock_freeze(MORNING_MS);
	start(&b, "");
	list(&b);
	for (size_t i = 0; i < count_of(&b, &yg_kind_host); i++)
		silent += yg_row_has(row_at(&b, &yg_kind_host, i), YG_F_SILENT);
	for (size_t i = 0; i < count_of(&b, &yg_kind_container); i++) {
		const struct yg_row *row = row_at(&b, &yg_kind_container, i);
		sick += yg_streq(yg_row_text(row, YG_CONTAINER_HEALTH), "unhealthy");
		killed += yg_row_int(row, YG_CONTAINER_EXIT_CODE) == 137;
	}
	assert_int_equal(silent, 1);
	assert_true(sick >= 1 && killed >= 1);
	assert_int_equal(count_state(&b, &yg_kind_host, YG_HOST_STATE_DOWN), 1);
	assert_int_equal(count_state(&b, &yg_kind_host, YG_HOST_STATE_WARNING), 1);
	assert_true(count_state(&b, &yg_kind_vm, YG_VM_STATE_CRASHED) >= 1);
	assert_true(count_state(&b, &yg_kind_vm, YG_VM_STATE_UNKNOWN) >= 1);
	assert_true(count_state(&b, &yg_kind_vm, YG_VM_STATE_PAUSED) >= 1);
	assert_int_equal(count_state(&b, &yg_kind_vm, YG_VM_STATE_MIGRATING), 2);
	assert_true(count_state(&b, &yg_kind_container, YG_CONTAINER_STATE_RESTARTING) >= 1);
	assert_int_equal(count_state(&b, &yg_kind_disk, YG_DISK_STATE_FULL), 1);
	assert_int_equal(count_state(&b, &yg_kind_pool, YG_POOL_STATE_DEGRADED), 1);
	assert_true(count_of(&b, &yg_kind_alarm) >= 7);
	assert_int_equal(count_of(&b, &yg_kind_migration), 2);
	stop(&b);
}

static void test_ids(void **state)
{
	struct demo_site site;
	struct demo_spec spec;
	char id[DEMO_NAME];

	demo_spec_parse("containers:5000,vms:900", &spec, NULL);
	demo_site_init(&site, &spec, MORNING_MS);
	for (uint32_t n = 0; n < spec.containers; n++) {
		assert_int_equal(demo_container_id(&site, n, id), 12);
		assert_int_equal(demo_container_number(&site, id), n);
	}
	assert_int_equal(demo_container_number(&site, "ffffffffffff"), DEMO_NONE);
	assert_int_equal(demo_container_number(&site, "../../../etc"), DEMO_NONE);
	assert_int_equal(demo_vm_number(&site, "v899"), 899);
	assert_int_equal(demo_vm_number(&site, "v900"), DEMO_NONE);
	assert_int_equal(demo_vm_number(&site, "v-1"), DEMO_NONE);
	assert_int_equal(demo_vm_number(&site, "v99999999999999999999"), DEMO_NONE);
	demo_site_done(&site);
}

/* ---- migrations ---- */

static void test_passes(void **state)
{
	struct demo_migration m = {.total = 1e10};
	double left = m.total, before = -1;
	int jumps = 0;

	for (int64_t ms = 0; ms <= 60000; ms += 500) {
		demo_migration_at(&m, 0.6, ms, 60000);
		jumps += m.remaining > left;
		left = m.remaining;
		assert_true(m.remaining >= 0 && m.remaining <= m.total);
		double done = m.total - m.remaining - m.changed;
		assert_true(done >= before - 8192); /* it rests, it does not run back */
		before = done;
	}
	assert_true(jumps >= 3);
	assert_true(m.sent > m.total * 1.5);
	assert_int_equal(m.state, YG_MIGRATION_STATE_FINISHING);
}

static void test_lanes(void **state)
{
	struct demo_site site;
	struct demo_spec spec;
	uint32_t arrivals = 0;

	demo_spec_parse("", &spec, NULL);
	demo_site_init(&site, &spec, MORNING_MS);
	struct demo_migration was = {.vm = DEMO_NONE};
	for (int64_t now = MORNING_MS; now < MORNING_MS + 3600000; now += 1000) {
		struct demo_migration m = {.vm = DEMO_NONE};
		bool is_on = demo_lane(&site, 0, now, &m);
		if (is_on)
			assert_int_equal(demo_vm_host(&site, m.vm, now), m.from);
		if (!is_on && was.vm != DEMO_NONE) {
			assert_int_equal(demo_vm_host(&site, was.vm, now), was.to);
			arrivals++;
		}
		was = m;
	}
	assert_true(arrivals >= 30);
	demo_site_done(&site);
}

static void test_lane_cancelled(void **state)
{
	struct demo_site site;
	struct demo_spec spec;
	struct demo_migration m, next;
	int64_t now = MORNING_MS;

	demo_spec_parse("", &spec, NULL);
	demo_site_init(&site, &spec, now);
	while (!demo_lane(&site, 1, now, &m))
		now += 1000;
	demo_lane_cancel(&site, 1, now);
	assert_false(demo_lane(&site, 1, now, &next));
	assert_int_equal(demo_vm_host(&site, m.vm, now), m.from);
	while (!demo_lane(&site, 1, now, &next))
		now += 1000;
	assert_true(next.vm != m.vm);
	assert_int_equal(demo_vm_host(&site, m.vm, now), m.from);
	demo_site_done(&site);
}

/* ---- actions ---- */

/* Runs an action on a row; the task. */
static struct yg_task *act(struct bench *b, const struct yg_kind *kind, const char *id,
    const char *name, const struct yg_args *args, struct yg_err *err)
{
	const struct yg_row *row = find(b, kind, id);
	struct yg_action action = {.size = sizeof(action), .name = name, .kind = kind->name};

	assert_non_null(row);
	struct yg_task *task = yg_task_add(b->tasks, name, name, row);
	*err = (struct yg_err){0};
	yg_controller_act(b->c, &action, row, args, task, err);
	return task;
}

static void wait_for(struct bench *b, const struct yg_task *task)
{
	int64_t until = yg_mono_us() + DEADLINE_MS * 1000;

	while (!yg_task_is_over(task) && yg_mono_us() < until)
		turn(b);
	assert_true(yg_task_is_over(task));
	turn(b);
}

static void done(struct bench *b, const struct yg_kind *kind, const char *id, const char *name)
{
	struct yg_err err;
	struct yg_task *task = act(b, kind, id, name, NULL, &err);

	if (err.code)
		fail_msg("%s", err.text);
	wait_for(b, task);
	if (task->state != YG_TASK_STATE_DONE)
		fail_msg("%s: %s", name, task->err.text);
}

/* The id of the i-th row in a state, on a host that answers. */
static char *pick(struct bench *b, const struct yg_kind *kind, int wanted, size_t i)
{
	for (size_t n = 0; n < count_of(b, kind); n++) {
		const struct yg_row *row = row_at(b, kind, n);
		if (yg_row_state(row) == wanted && !yg_row_has(row, YG_F_SILENT) &&
		    !strstr(yg_row_text(row, YG_F_NOTE), "host") && !i--)
			return yg_xstrdup(yg_row_id(row));
	}
	fail_msg("no %s in state %d", kind->name, wanted);
	return NULL;
}

static int state_of(struct bench *b, const struct yg_kind *kind, const char *id)
{
	const struct yg_row *row = find(b, kind, id);

	return row ? yg_row_state(row) : -1;
}

#define ACTIONS_SPEC "speed:50"

static void test_vm_actions(void **state)
{
	static const struct {
		const char *action;
		int after;
	} steps[] = {
	    {"pause", YG_VM_STATE_PAUSED},
	    {"resume", YG_VM_STATE_RUNNING},
	    {"reboot", YG_VM_STATE_RUNNING},
	    {"shutdown", YG_VM_STATE_SHUTOFF},
	    {"start", YG_VM_STATE_RUNNING},
	    {"snapshot", YG_VM_STATE_RUNNING},
	    {"force-off", YG_VM_STATE_SHUTOFF},
	};
	struct bench b;

	yg_clock_freeze(MORNING_MS);
	start(&b, ACTIONS_SPEC);
	list(&b);
	char *id = pick(&b, &yg_kind_vm, YG_VM_STATE_RUNNING, 6);
	for (size_t i = 0; i < YG_COUNT(steps); i++) {
		done(&b, &yg_kind_vm, id, steps[i].action);
		assert_int_equal(state_of(&b, &yg_kind_vm, id), steps[i].after);
	}
	assert_false(yg_row_has(find(&b, &yg_kind_vm, id), YG_VM_CPU));
	free(id);
	stop(&b);
}

static void test_container_actions(void **state)
{
	static const struct {
		const char *action;
		int after;
	} steps[] = {
	    {"pause", YG_CONTAINER_STATE_PAUSED},
	    {"unpause", YG_CONTAINER_STATE_RUNNING},
	    {"restart", YG_CONTAINER_STATE_RUNNING},
	    {"stop", YG_CONTAINER_STATE_EXITED},
	    {"start", YG_CONTAINER_STATE_RUNNING},
	    {"kill", YG_CONTAINER_STATE_EXITED},
	    {"remove", -1},
	};
	struct bench b;

	yg_clock_freeze(MORNING_MS);
	start(&b, ACTIONS_SPEC);
	list(&b);
	char *id = pick(&b, &yg_kind_container, YG_CONTAINER_STATE_RUNNING, 9);
	for (size_t i = 0; i < YG_COUNT(steps); i++) {
		done(&b, &yg_kind_container, id, steps[i].action);
		assert_int_equal(state_of(&b, &yg_kind_container, id), steps[i].after);
		if (yg_streq(steps[i].action, "kill"))
			assert_int_equal(
			    yg_row_int(find(&b, &yg_kind_container, id), YG_CONTAINER_EXIT_CODE),
			    137);
	}
	assert_int_equal(count_of(&b, &yg_kind_container), 59);
	free(id);
	stop(&b);
}

static void test_snapshots(void **state)
{
	struct yg_args args = {.names = {"name"}, .values = {"before-the-storm"}, .count = 1};
	struct bench b;
	struct yg_err err;

	yg_clock_freeze(MORNING_MS);
	start(&b, ACTIONS_SPEC);
	list(&b);
	size_t before = count_of(&b, &yg_kind_snapshot);
	char *id = pick(&b, &yg_kind_vm, YG_VM_STATE_RUNNING, 4);
	wait_for(&b, act(&b, &yg_kind_vm, id, "snapshot", &args, &err));
	assert_int_equal(count_of(&b, &yg_kind_snapshot), before + 1);
	char *snap = NULL;
	for (size_t i = 0; i < before + 1; i++)
		if (yg_streq(yg_row_name(row_at(&b, &yg_kind_snapshot, i)), "before-the-storm"))
			snap = yg_xstrdup(yg_row_id(row_at(&b, &yg_kind_snapshot, i)));
	assert_non_null(snap);
	assert_int_equal(yg_row_int(find(&b, &yg_kind_vm, id), YG_VM_SNAPSHOTS), 1);
	done(&b, &yg_kind_snapshot, snap, "revert");
	done(&b, &yg_kind_snapshot, snap, "delete");
	assert_null(find(&b, &yg_kind_snapshot, snap));
	assert_int_equal(yg_row_int(find(&b, &yg_kind_vm, id), YG_VM_SNAPSHOTS), 0);
	free(snap);
	free(id);
	stop(&b);
}

/* One guest is deaf, one container is held: they are told so, with the reason. */
static void test_refusals(void **state)
{
	struct demo_site site;
	struct demo_spec spec;
	struct bench b;
	struct yg_err err;
	char id[DEMO_NAME];

	yg_clock_freeze(MORNING_MS);
	demo_spec_parse("", &spec, NULL);
	demo_site_init(&site, &spec, MORNING_MS);
	start(&b, ACTIONS_SPEC);
	list(&b);
	demo_vm_id(site.deaf_vm, id);
	struct yg_task *task = act(&b, &yg_kind_vm, id, "shutdown", NULL, &err);
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_SHUTDOWN);
	wait_for(&b, task);
	assert_int_equal(task->state, YG_TASK_STATE_FAILED);
	assert_int_equal(task->err.code, YG_E_TIMEOUT);
	assert_non_null(strstr(task->err.text, "did not react"));
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_RUNNING);

	demo_container_id(&site, site.held_container, id);
	done(&b, &yg_kind_container, id, "stop");
	task = act(&b, &yg_kind_container, id, "remove", NULL, &err);
	wait_for(&b, task);
	assert_int_equal(task->err.code, YG_E_REFUSED);
	assert_int_equal(state_of(&b, &yg_kind_container, id), YG_CONTAINER_STATE_EXITED);
	demo_site_done(&site);
	stop(&b);
}

static int try_migrate(struct bench *b, const char *id, const char *to, struct yg_task **out)
{
	struct yg_args args = {.names = {"to"}, .values = {to}, .count = 1};
	struct yg_err err;

	*out = act(b, &yg_kind_vm, id, "migrate", &args, &err);
	return err.code;
}

static void test_migrate(void **state)
{
	struct bench b;
	struct yg_task *task = NULL, *other = NULL;
	struct yg_ref ref;

	yg_clock_freeze(MORNING_MS);
	start(&b, "speed:5");
	list(&b);
	char *id = pick(&b, &yg_kind_vm, YG_VM_STATE_RUNNING, 5);
	yg_ref_next(yg_row_text(find(&b, &yg_kind_vm, id), YG_VM_HOST), &ref);
	const char *to = strncmp(ref.id, "kvm-01", 6) == 0 ? "qemu+ssh://root@kvm-04.tokyo/system"
							   : "qemu+ssh://kvm-01.tokyo:22/system";
	assert_int_equal(try_migrate(&b, id, "nowhere", &task), YG_E_NOTFOUND);
	assert_int_equal(try_migrate(&b, id, "kvm-07.osaka", &task), YG_E_UNREACHABLE);
	assert_int_equal(try_migrate(&b, id, to, &task), 0);
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_MIGRATING);
	assert_int_equal(try_migrate(&b, id, to, &other), YG_E_BUSY);
	while (count_of(&b, &yg_kind_migration) < 3)
		turn(&b);
	wait_for(&b, task);
	assert_int_equal(task->state, YG_TASK_STATE_DONE);
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_RUNNING);
	const char *host = yg_row_text(find(&b, &yg_kind_vm, id), YG_VM_HOST);
	assert_non_null(strstr(to, host + strlen("host/")));
	assert_int_equal(count_of(&b, &yg_kind_migration), 2);
	free(id);
	stop(&b);
}

static void test_cancel(void **state)
{
	struct bench b;
	struct yg_task *task = NULL;
	struct yg_err err;

	yg_clock_freeze(MORNING_MS);
	start(&b, "");
	list(&b);
	char *id = pick(&b, &yg_kind_vm, YG_VM_STATE_RUNNING, 5);
	char *host = yg_xstrdup(yg_row_text(find(&b, &yg_kind_vm, id), YG_VM_HOST));
	bool is_first = strstr(host, "kvm-01") != NULL;
	assert_int_equal(try_migrate(&b, id, is_first ? "kvm-04.tokyo" : "kvm-01.tokyo", &task), 0);
	turn(&b);
	assert_true(yg_task_cancel(task));
	wait_for(&b, task);
	assert_int_equal(task->state, YG_TASK_STATE_CANCELLED);
	assert_string_equal(yg_row_text(find(&b, &yg_kind_vm, id), YG_VM_HOST), host);
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_RUNNING);
	/* One of those that go on by themselves, by its row. */
	char *lane = yg_xstrdup(yg_row_id(row_at(&b, &yg_kind_migration, 0)));
	done(&b, &yg_kind_migration, lane, "cancel");
	assert_null(find(&b, &yg_kind_migration, lane));
	/* Closing leaves no task hanging. */
	task = act(&b, &yg_kind_vm, id, "shutdown", NULL, &err);
	yg_controller_close(b.c);
	assert_int_equal(task->state, YG_TASK_STATE_DOUBT);
	free(lane);
	free(host);
	free(id);
	stop(&b);
}

static void test_force(void **state)
{
	struct bench b;
	struct yg_err err;

	yg_clock_freeze(MORNING_MS);
	start(&b, "");
	list(&b);
	char *id = pick(&b, &yg_kind_vm, YG_VM_STATE_RUNNING, 5);
	struct yg_task *slow = act(&b, &yg_kind_vm, id, "shutdown", NULL, &err);
	turn(&b);
	done(&b, &yg_kind_vm, id, "force-off");
	assert_int_equal(slow->state, YG_TASK_STATE_CANCELLED);
	assert_int_equal(state_of(&b, &yg_kind_vm, id), YG_VM_STATE_SHUTOFF);
	free(id);
	stop(&b);
}

/* ---- faults ---- */

static void test_faults(void **state)
{
	struct bench b;
	int64_t until = yg_mono_us() + DEADLINE_MS * 1000;

	start(&b, "fail:0");
	while (b.c->state != YG_CTL_DOWN && yg_mono_us() < until)
		turn(&b);
	assert_int_equal(b.c->state, YG_CTL_DOWN);
	assert_int_equal(b.c->err.code, YG_E_UNREACHABLE);
	stop(&b);
	start(&b, "hang:0");
	while (!b.c->asked_ms && yg_mono_us() < until) {
		turn(&b);
		yg_controller_poll(b.c, UINT64_MAX);
	}
	assert_true(b.c->asked_ms != 0);
	stop(&b);
	start(&b, "hang:0,back:1");
	while ((!b.c->asked_ms || b.c->state != YG_CTL_UP) && yg_mono_us() < until) {
		turn(&b);
		yg_controller_poll(b.c, UINT64_MAX);
	}
	while (b.c->asked_ms && yg_mono_us() < until)
		turn(&b);
	assert_int_equal(b.c->asked_ms, 0);
	list(&b);
	stop(&b);
}

static int thaw(void **state)
{
	yg_clock_freeze(0);
	return 0;
}

static int setup(void **state)
{
	yg_kinds_register_core();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_teardown(test_spec, thaw),
	    cmocka_unit_test_teardown(test_same, thaw),
	    cmocka_unit_test_teardown(test_same_later, thaw),
	    cmocka_unit_test_teardown(test_alive, thaw),
	    cmocka_unit_test_teardown(test_sizes, thaw),
	    cmocka_unit_test_teardown(test_relations, thaw),
	    cmocka_unit_test_teardown(test_nodes, thaw),
	    cmocka_unit_test_teardown(test_failures, thaw),
	    cmocka_unit_test_teardown(test_ids, thaw),
	    cmocka_unit_test_teardown(test_passes, thaw),
	    cmocka_unit_test_teardown(test_lanes, thaw),
	    cmocka_unit_test_teardown(test_lane_cancelled, thaw),
	    cmocka_unit_test_teardown(test_vm_actions, thaw),
	    cmocka_unit_test_teardown(test_container_actions, thaw),
	    cmocka_unit_test_teardown(test_snapshots, thaw),
	    cmocka_unit_test_teardown(test_refusals, thaw),
	    cmocka_unit_test_teardown(test_migrate, thaw),
	    cmocka_unit_test_teardown(test_cancel, thaw),
	    cmocka_unit_test_teardown(test_force, thaw),
	    cmocka_unit_test_teardown(test_faults, thaw),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
