/* test_action: the core actions make sense, and the list of actions keeps its rules. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"
#include "model/action.h"

static int setup(void **state)
{
	(void)state;
	yg_kinds_register_core();
	yg_actions_register_core();
	return 0;
}

static struct yg_row *row_of(const struct yg_kind *kind, int row_state)
{
	struct yg_draft d;

	yg_draft_init(&d, kind, "c", "id");
	yg_draft_text(&d, YG_F_NAME, "web-01");
	yg_draft_state(&d, row_state);
	return yg_draft_done(&d);
}

static bool is_able(const char *name, const struct yg_kind *kind, int row_state)
{
	struct yg_err err = {0};
	const struct yg_action *a = yg_action_find(kind->name, name);

	assert_non_null(a);
	struct yg_row *row = row_of(kind, row_state);
	int rc = yg_action_check(a, row, &err);
	assert_int_equal(rc, rc ? YG_E_REFUSED : 0);
	assert_int_equal(!rc, !err.text[0]);
	yg_row_unref(row);
	return !rc;
}

static void test_vm_states(void **state)
{
	assert_true(is_able("start", &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_false(is_able("start", &yg_kind_vm, YG_VM_STATE_RUNNING));
	assert_true(is_able("shutdown", &yg_kind_vm, YG_VM_STATE_RUNNING));
	assert_false(is_able("shutdown", &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_true(is_able("force-off", &yg_kind_vm, YG_VM_STATE_PAUSED));
	assert_true(is_able("force-off", &yg_kind_vm, YG_VM_STATE_CRASHED));
	assert_true(is_able("force-off", &yg_kind_vm, YG_VM_STATE_SHUTDOWN));
	assert_false(is_able("force-off", &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_true(is_able("resume", &yg_kind_vm, YG_VM_STATE_PAUSED));
	assert_false(is_able("resume", &yg_kind_vm, YG_VM_STATE_RUNNING));
	assert_true(is_able("snapshot", &yg_kind_vm, YG_VM_STATE_SHUTOFF));
	assert_false(is_able("migrate", &yg_kind_vm, YG_VM_STATE_MIGRATING));
	(void)state;
}

static void test_container_states(void **state)
{
	assert_true(is_able("start", &yg_kind_container, YG_CONTAINER_STATE_EXITED));
	assert_true(is_able("stop", &yg_kind_container, YG_CONTAINER_STATE_RUNNING));
	assert_false(is_able("stop", &yg_kind_container, YG_CONTAINER_STATE_EXITED));
	assert_false(is_able("remove", &yg_kind_container, YG_CONTAINER_STATE_RUNNING));
	assert_true(is_able("remove", &yg_kind_container, YG_CONTAINER_STATE_DEAD));
	assert_true(is_able("unpause", &yg_kind_container, YG_CONTAINER_STATE_PAUSED));
	assert_true(is_able("cancel", &yg_kind_migration, YG_MIGRATION_STATE_MEMORY));
	assert_false(is_able("cancel", &yg_kind_migration, YG_MIGRATION_STATE_POSTCOPY));
	assert_true(is_able("start", &yg_kind_network, YG_NETWORK_STATE_INACTIVE));
	assert_true(is_able("revert", &yg_kind_snapshot, YG_SNAPSHOT_STATE_UNKNOWN));
	(void)state;
}

static void test_refusals(void **state)
{
	struct yg_err err = {0};
	const struct yg_action *start = yg_action_find("vm", "start");
	struct yg_row *running = row_of(&yg_kind_vm, YG_VM_STATE_RUNNING);
	struct yg_row *other = row_of(&yg_kind_host, YG_HOST_STATE_UP);

	assert_int_equal(yg_action_check(start, running, &err), YG_E_REFUSED);
	assert_string_equal(err.text, "vm 'web-01': cannot start: it is not off (it is running)");
	assert_int_equal(yg_action_check(start, other, &err), YG_E_REFUSED);
	assert_string_equal(err.text, "host 'web-01': 'start' is for a vm");
	assert_int_equal(yg_action_check(start, other, NULL), YG_E_REFUSED);
	yg_row_unref(running);
	yg_row_unref(other);
	assert_null(yg_action_find("vm", "nosuch"));
	assert_null(yg_action_find("host", "start"));
	(void)state;
}

/* Small letters and these belong to the console. */
static bool is_console_key(const char *key)
{
	return !key[1] && !(key[0] >= 'A' && key[0] <= 'Z' && key[0] != 'G' && key[0] != 'N');
}

/* What a table promises to those who make menus, keys and help from it. */
static void test_core_table(void **state)
{
	size_t count = 0;
	const struct yg_action *const *all = yg_action_all(&count);

	assert_in_range(count, 15, 100);
	for (size_t i = 0; i < count; i++) {
		const struct yg_action *a = all[i];
		assert_non_null(a);
		assert_ptr_equal(yg_action_find(a->kind, a->name), a);
		assert_int_equal(!a->when, !a->why_not);
		assert_false(a->help[strlen(a->help) - 1] == '.');
		assert_null(a->run);
		if (a->key && is_console_key(a->key))
			fail_msg("%s %s: '%s' is the console's", a->kind, a->name, a->key);
		for (size_t k = 0; k < i; k++)
			if (yg_streq(a->kind, all[k]->kind) && a->key && all[k]->key &&
			    yg_streq(a->key, all[k]->key))
				fail_msg("%s: '%s' is taken twice", a->kind, a->key);
	}
	(void)state;
}

static void test_params(void **state)
{
	const struct yg_action *migrate = yg_action_find("vm", "migrate");
	const struct yg_args args = {
	    .names = {"to", "live"}, .values = {"qemu:///x", "no"}, .count = 2};

	assert_string_equal(yg_args_get(&args, migrate, "to"), "qemu:///x");
	assert_string_equal(yg_args_get(&args, migrate, "live"), "no");
	assert_string_equal(yg_args_get(NULL, migrate, "live"), "yes");
	assert_null(yg_args_get(NULL, migrate, "to"));
	assert_null(yg_args_get(&args, migrate, "bandwidth"));
	assert_null(yg_args_get(&args, migrate, "nosuch"));
	assert_true(migrate->params[0].is_required);
	(void)state;
}

static void refused(struct yg_action a, const char *message)
{
	struct yg_err err = {0};

	assert_int_equal(yg_action_register(&a, &err), YG_E_INVALID);
	assert_string_equal(err.text, message);
	assert_int_equal(yg_action_register(&a, NULL), YG_E_INVALID);
}

static void test_bad_tables(void **state)
{
	static const struct yg_param bad_param[] = {
	    {.name = "to", .is_required = true, .preset = "x", .help = "h"}};
	const struct yg_action good = {.size = sizeof(good),
	    .name = "hug",
	    .title = "Hug",
	    .kind = "host",
	    .help = "hugs it",
	    .when = "state=up"};
	struct yg_action a = good;

	a.size = 8;
	refused(a, "an action's table is of another version, or has no name");
	a = good;
	a.name = "Hug me";
	refused(a, "an action's table is of another version, or has no name");
	a = good;
	a.help = NULL;
	refused(a, "action 'hug': needs a title, a line of help and an effect");
	a = good;
	a.kind = "tree";
	refused(a, "action 'hug': there is no kind 'tree'");
	a = good;
	a.after = "hugged";
	refused(a, "action 'hug': host has no state 'hugged'");
	a = good;
	a.when = "stat=up";
	refused(a, "action 'hug': query: column 1: no field 'stat', did you mean 'state'");
	a = good;
	a.params = bad_param;
	a.n_params = 1;
	refused(a, "action 'hug': parameter 1 needs a name and a line of help, and no default if "
		   "it is required");
	a = good;
	a.kind = "vm";
	a.name = "start";
	refused(a, "action 'start': vm has one of that name already");
	(void)state;
}

/* A plugin's action comes, works, goes, and its place is used again. */
static void test_forget(void **state)
{
	static const struct yg_action hug = {.size = sizeof(hug),
	    .name = "hug",
	    .title = "Hug",
	    .kind = "host",
	    .help = "hugs it",
	    .when = "state=up",
	    .why_not = "it is not up"};
	size_t before = 0, after = 0;

	yg_action_all(&before);
	assert_int_equal(yg_action_register(&hug, NULL), 0);
	assert_true(is_able("hug", &yg_kind_host, YG_HOST_STATE_UP));
	assert_false(is_able("hug", &yg_kind_host, YG_HOST_STATE_DOWN));
	yg_action_forget(&hug);
	yg_action_forget(&hug);
	assert_null(yg_action_find("host", "hug"));
	const struct yg_action *const *all = yg_action_all(&after);
	assert_int_equal(after, before + 1);
	assert_null(all[before]);
	assert_int_equal(yg_action_register(&hug, NULL), 0);
	yg_action_all(&after);
	assert_int_equal(after, before + 1);
	yg_action_forget(&hug);
	struct yg_row *row = row_of(&yg_kind_host, YG_HOST_STATE_UP);
	assert_int_equal(yg_action_check(&hug, row, NULL), YG_E_REFUSED);
	yg_row_unref(row);
	(void)state;
}

static void test_names(void **state)
{
	assert_string_equal(yg_effect_name(YG_SAFE), "safe");
	assert_string_equal(yg_effect_name(YG_DESTRUCTIVE), "destructive");
	assert_int_equal(yg_action_find("vm", "force-off")->effect, YG_DESTRUCTIVE);
	assert_int_equal(yg_action_find("vm", "start")->effect, YG_SAFE);
	(void)state;
}

/* What the house checks and what providers read is one thing: "on" is yes to both. */
static void test_values(void **state)
{
	static const struct {
		enum yg_type type;
		const char *text;
		bool is_right;
	} cases[] = {
	    {YG_T_BOOL, "on", true},
	    {YG_T_BOOL, "TRUE", true},
	    {YG_T_BOOL, "0", true},
	    {YG_T_BOOL, "", false},
	    {YG_T_BOOL, "maybe", false},
	    {YG_T_INT, "-12", true},
	    {YG_T_INT, "1.5", false},
	    {YG_T_INT, " 1", false},
	    {YG_T_INT, "99999999999999999999", false},
	    {YG_T_REAL, "1.5", true},
	    {YG_T_REAL, "nan", false},
	    {YG_T_PERCENT, "", false},
	    {YG_T_BYTES, "4G", true},
	    {YG_T_RATE, "fast", false},
	    {YG_T_DURATION, "5m", true},
	    {YG_T_DURATION, "5", false},
	    {YG_T_TEXT, "", true},
	};
	struct yg_err err;
	bool yes = false;

	(void)state;
	for (size_t i = 0; i < YG_COUNT(cases); i++)
		if ((yg_type_check(cases[i].type, cases[i].text, &err) == 0) != cases[i].is_right)
			fail_msg("case %zu: '%s'", i, cases[i].text);
	assert_int_equal(yg_parse_bool("On", &yes, NULL), 0);
	assert_true(yes);
	assert_int_equal(yg_parse_bool("perhaps", &yes, &err), YG_E_INVALID);
	assert_true(yes);
}

int main(void)
{
	/* The table is looked at before others have registered and forgotten in it. */
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_core_table),
	    cmocka_unit_test(test_vm_states),
	    cmocka_unit_test(test_container_states),
	    cmocka_unit_test(test_refusals),
	    cmocka_unit_test(test_params),
	    cmocka_unit_test(test_bad_tables),
	    cmocka_unit_test(test_forget),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
