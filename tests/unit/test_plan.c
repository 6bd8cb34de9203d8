/* test_plan: actions on rows of the demo site: who can, what stops working, how it ends. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/engine.h"
#include "base/clock.h"
#include "net/loop.h"

#define PATIENCE_US 30000000

static char home[] = "/tmp/yagura-test-plan-XXXXXX";

static int setup(void **state)
{
	const struct yg_setup how = {.demo = "seed:1", .is_batch = true};
	struct yg_host *host = NULL;
	struct yg_err err = {0};

	assert_int_equal(yg_host_create(&how, &host, &err), 0);
	assert_int_equal(yg_host_open(host, UINT64_MAX), 1);
	assert_int_equal(yg_host_settle(host, UINT64_MAX, false, 30000, &err), 0);
	*state = host;
	return 0;
}

static int teardown(void **state)
{
	yg_host_destroy(*state);
	return 0;
}

/* The first row of a kind in a state; not one that is silent. */
static uint32_t find(struct yg_host *host, const struct yg_kind *kind, int state)
{
	struct yg_inventory *inv = yg_host_inventory(host);
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, kind, &count);

	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		if (row && yg_row_state(row) == state && !yg_row_has(row, YG_F_SILENT))
			return slots[i];
	}
	fail_msg("no %s in state %d", kind->name, state);
	return YG_NO_SLOT;
}

static struct yg_plan *plan_of(struct yg_host *host, const struct yg_action *action, uint32_t slot)
{
	struct yg_plan *plan = NULL;
	struct yg_err err = {0};

	assert_non_null(action);
	assert_int_equal(yg_plan_create(host, action, &slot, 1, NULL, &plan, &err), 0);
	assert_int_equal(plan->n_targets, 1);
	return plan;
}

static void test_state_decides(void **state)
{
	struct yg_host *host = *state;
	const struct yg_action *start = yg_action_find("vm", "start");

	struct yg_plan *plan = plan_of(host, start, find(host, &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_int_equal(plan->n_able, 1);
	assert_int_equal(plan->effect, YG_SAFE);
	yg_plan_free(plan);
	plan = plan_of(host, start, find(host, &yg_kind_vm, YG_VM_STATE_RUNNING));
	assert_int_equal(plan->n_able, 0);
	assert_int_equal(plan->targets[0].refused, YG_E_REFUSED);
	assert_non_null(strstr(plan->targets[0].err.text, "cannot start"));
	yg_plan_free(plan);
	yg_plan_free(NULL);
}

static void test_read_only(void **state)
{
	struct yg_host *host = *state;

	yg_host_set_read_only(host, true);
	struct yg_plan *plan = plan_of(
	    host, yg_action_find("vm", "start"), find(host, &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_int_equal(plan->n_able, 0);
	assert_int_equal(plan->targets[0].refused, YG_E_REFUSED);
	assert_non_null(strstr(plan->targets[0].err.text, "read-only"));
	yg_plan_run(host, plan);
	assert_int_equal(yg_tasks_running(yg_host_tasks(host)), 0);
	yg_plan_free(plan);
}

static void test_provider_cannot(void **state)
{
	struct yg_host *host = *state;

	struct yg_plan *plan = plan_of(host, yg_action_find("network", "stop"),
	    find(host, &yg_kind_network, YG_NETWORK_STATE_ACTIVE));
	assert_int_equal(plan->targets[0].refused, YG_E_UNSUPPORTED);
	yg_plan_free(plan);
}

/* One that has to refuse its parameters. */
static void try_args(struct yg_host *host, const char *name, const char *value, const char *text)
{
	const struct yg_args args = {.names = {name}, .values = {value}, .count = name != NULL};
	uint32_t slot = find(host, &yg_kind_vm, YG_VM_STATE_RUNNING);
	struct yg_plan *plan = NULL;
	struct yg_err err = {0};
	int rc =
	    yg_plan_create(host, yg_action_find("vm", "migrate"), &slot, 1, &args, &plan, &err);

	assert_int_equal(rc, YG_E_INVALID);
	assert_null(plan);
	if (!strstr(err.text, text))
		fail_msg("'%s' is not in '%s'", text, err.text);
}

static void test_parameters(void **state)
{
	struct yg_host *host = *state;

	try_args(host, NULL, NULL, "vm migrate needs to");
	try_args(host, "too", "x", "no parameter 'too'; did you mean 'to'?");
	try_args(host, "live", "perhaps", "live: 'perhaps': write yes or no");
	try_args(host, "bandwidth", "fast", "bandwidth: size 'fast': write");
}

/* An action on hosts, which the demo site has none of; run by ourselves, as a plugin's. */
static int ran;

static int run_evacuate(const struct yg_action *action, const struct yg_row *row,
    const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	ran++;
	assert_string_equal(yg_args_get(args, action, "how"), "gently");
	return yg_err_set(err, YG_E_BUSY, "host '%s': not now", yg_row_name(row));
}

static const struct yg_param evacuate_params[] = {
    {.name = "how", .type = YG_T_TEXT, .preset = "gently", .help = "how"},
};

static const struct yg_action evacuate = {
    .size = sizeof(evacuate),
    .name = "evacuate",
    .title = "Evacuate",
    .kind = "host",
    .effect = YG_DISRUPTIVE,
    .params = evacuate_params,
    .n_params = YG_COUNT(evacuate_params),
    .help = "takes all away",
    .run = run_evacuate,
};

/* true if following what it runs on leads to the host. */
static bool stands_on(struct yg_inventory *inv, const struct yg_row *row, uint32_t host_slot)
{
	for (size_t i = YG_F_COMMON; i < row->kind->n_fields; i++) {
		struct yg_ref ref;
		const struct yg_field *field = &row->kind->fields[i];
		if (!(field->flags & YG_FF_NEEDS) || !yg_row_has(row, (int)i))
			continue;
		for (const char *p = yg_row_text(row, (int)i); (p = yg_ref_next(p, &ref));)
			if (yg_inventory_follow(inv, row, &ref) == host_slot)
				return true;
	}
	return false;
}

static uint32_t busiest_host(struct yg_host *host)
{
	struct yg_inventory *inv = yg_host_inventory(host);
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_host, &count);
	uint32_t best = YG_NO_SLOT;
	int64_t most = 0;

	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		if (row && yg_row_int(row, YG_HOST_VMS) > most) {
			most = yg_row_int(row, YG_HOST_VMS);
			best = slots[i];
		}
	}
	assert_int_not_equal(best, YG_NO_SLOT);
	return best;
}

static void test_impact_and_own_actions(void **state)
{
	struct yg_host *host = *state;
	struct yg_inventory *inv = yg_host_inventory(host);
	uint32_t slot = busiest_host(host);

	assert_int_equal(yg_action_register(&evacuate, NULL), 0);
	struct yg_plan *plan = plan_of(host, &evacuate, slot);
	const struct yg_plan_target *t = &plan->targets[0];
	assert_int_equal(plan->n_able, 1);
	assert_true(t->n_impact > 1);
	const struct yg_row *first = yg_inventory_row(inv, t->impact[0]);
	assert_true(stands_on(inv, first, slot));
	assert_int_equal(yg_row_meaning(first), YG_ST_OK);
	/* Ten and more rows are asked for as if data were lost. */
	assert_int_equal(plan->effect, t->n_impact + 1 >= 10 ? YG_DESTRUCTIVE : YG_DISRUPTIVE);
	ran = 0;
	yg_plan_run(host, plan);
	assert_int_equal(ran, 1);
	assert_null(t->task);
	assert_int_equal(t->outcome, YG_TASK_STATE_FAILED);
	assert_non_null(strstr(t->err.text, "not now"));
	yg_plan_free(plan);
	yg_action_forget(&evacuate);
}

static void test_runs_to_its_end(void **state)
{
	struct yg_host *host = *state;
	struct yg_inventory *inv = yg_host_inventory(host);
	uint32_t slot = find(host, &yg_kind_container, YG_CONTAINER_STATE_RUNNING);
	int64_t until = yg_mono_us() + PATIENCE_US;

	struct yg_plan *plan = plan_of(host, yg_action_find("container", "stop"), slot);
	assert_int_equal(plan->n_able, 1);
	yg_plan_run(host, plan);
	struct yg_plan_target *t = &plan->targets[0];
	assert_non_null(t->task); /* never over before the starter returns */
	while (t->task && yg_mono_us() < until)
		yg_loop_turn(yg_host_loop(host), 100);
	assert_null(t->task);
	assert_int_equal(t->outcome, YG_TASK_STATE_DONE);
	yg_inventory_flush(inv);
	assert_int_equal(yg_row_state(yg_inventory_row(inv, slot)), YG_CONTAINER_STATE_EXITED);
	yg_plan_free(plan);
}

static void test_plan_may_go_before_its_tasks(void **state)
{
	struct yg_host *host = *state;
	uint32_t slot = find(host, &yg_kind_container, YG_CONTAINER_STATE_RUNNING);
	int64_t until = yg_mono_us() + PATIENCE_US;

	struct yg_plan *plan = plan_of(host, yg_action_find("container", "stop"), slot);
	yg_plan_run(host, plan);
	struct yg_task *task = plan->targets[0].task;
	yg_task_hold(task);
	yg_plan_free(plan);
	while (!yg_task_is_over(task) && yg_mono_us() < until)
		yg_loop_turn(yg_host_loop(host), 100);
	assert_int_equal(task->state, YG_TASK_STATE_DONE);
	yg_task_let_go(task);
}

static void test_connection_ends_before_the_answer(void **state)
{
	struct yg_host *host = *state;
	uint32_t slot = find(host, &yg_kind_container, YG_CONTAINER_STATE_RUNNING);

	struct yg_plan *plan = plan_of(host, yg_action_find("container", "stop"), slot);
	yg_plan_run(host, plan);
	assert_non_null(plan->targets[0].task);
	struct yg_controller *c = yg_host_controller(host, 0);
	const struct yg_err err = {.code = YG_E_UNREACHABLE, .text = "gone"};
	yg_controller_failed(c, &err);
	int64_t until = yg_mono_us() + PATIENCE_US;
	while (plan->targets[0].task && yg_mono_us() < until)
		yg_loop_turn(yg_host_loop(host), 100);
	assert_int_equal(plan->targets[0].outcome, YG_TASK_STATE_DOUBT);
	yg_plan_free(plan);
}

/* The house's own refusals; what a provider has is the provider's test. */
static void test_streams(void **state)
{
	struct yg_host *host = *state;
	const struct yg_stream_request shell = {.what = YG_STREAM_EXEC};
	uint32_t slot = find(host, &yg_kind_vm, YG_VM_STATE_RUNNING);
	struct yg_stream *stream = NULL;
	struct yg_err err = {0};

	assert_int_equal(yg_host_stream(host, YG_NO_SLOT, &shell, &stream, &err), YG_E_NOTFOUND);
	yg_host_set_read_only(host, true);
	assert_int_equal(yg_host_stream(host, slot, &shell, &stream, &err), YG_E_REFUSED);
	assert_non_null(strstr(err.text, "read-only"));
	assert_null(stream);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_state_decides),
	    TEST(test_read_only),
	    TEST(test_provider_cannot),
	    TEST(test_parameters),
	    TEST(test_streams),
	    TEST(test_impact_and_own_actions),
	    TEST(test_runs_to_its_end),
	    TEST(test_plan_may_go_before_its_tasks),
	    TEST(test_connection_ends_before_the_answer),
	};

	/* Nothing of the user who runs the tests. */
	if (!mkdtemp(home))
		return 1;
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(home);
	return rc;
}
