/* test_expr: what expressions give, and what they say when they are wrong. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/expr.h"
#include "model/kinds.h"

#define NOW_MS 1700000000000

static struct yg_row *vm;

static int setup(void **state)
{
	struct yg_draft d;

	(void)state;
	yg_kinds_register_core();
	yg_draft_init(&d, &yg_kind_vm, "kvm", "uuid-1");
	yg_draft_text(&d, YG_F_NAME, "web-01");
	yg_draft_state(&d, YG_VM_STATE_RUNNING);
	yg_draft_ref(&d, YG_VM_HOST, NULL, "host", "h-7", "kvm-01");
	yg_draft_int(&d, YG_VM_CPUS, 4);
	yg_draft_int(&d, YG_VM_MEM, 4096);
	yg_draft_int(&d, YG_VM_MEM_USED, 1024);
	yg_draft_real(&d, YG_VM_CPU, 12.5);
	yg_draft_int(&d, YG_VM_STARTED, NOW_MS - 5000);
	yg_draft_int(&d, YG_VM_AUTOSTART, 1);
	yg_draft_add_label(&d, YG_VM_LABELS, "app", "web");
	vm = yg_draft_done(&d);
	return 0;
}

static int teardown(void **state)
{
	yg_row_unref(vm);
	(void)state;
	return 0;
}

static struct yg_expr *parse(const char *text)
{
	struct yg_expr *e = NULL;
	struct yg_err err = {0};

	if (yg_expr_parse(text, &yg_kind_vm, &e, &err))
		fail_msg("'%s': %s", text, err.text);
	return e;
}

static void gives(const char *text, double number)
{
	struct yg_expr *e = parse(text);
	struct yg_expr_value v = yg_expr_eval(e, vm, NOW_MS);

	if (v.is != YG_IS_NUMBER || v.number != number)
		fail_msg("'%s': is %d, %g, not %g", text, (int)v.is, v.number, number);
	yg_expr_free(e);
}

static void gives_text(const char *text, const char *wanted)
{
	struct yg_expr *e = parse(text);
	struct yg_expr_value v = yg_expr_eval(e, vm, NOW_MS);

	assert_int_equal(v.is, YG_IS_TEXT);
	assert_string_equal(v.text, wanted);
	yg_expr_free(e);
}

static void gives_nothing(const char *text)
{
	struct yg_expr *e = parse(text);

	assert_int_equal(yg_expr_eval(e, vm, NOW_MS).is, YG_IS_NOTHING);
	yg_expr_free(e);
}

static void test_numbers(void **state)
{
	gives("1", 1);
	gives(" 1.5e2 ", 150);
	gives(".5", 0.5);
	gives("1 + 2 * 3", 7);
	gives("(1 + 2) * 3", 9);
	gives("10 - 4 - 3", 3);
	gives("100 / 10 / 2", 5);
	gives("7 % 4", 3);
	gives("-2 * -3", 6);
	gives("--2", 2);
	gives("2--2", 4);
	gives("1e308 / 10", 1e307);
	(void)state;
}

static void test_fields(void **state)
{
	gives("mem_used / mem * 100", 25);
	gives("CPU", 12.5);
	gives("cpus", 4);
	gives("autostart", 1);
	gives("(now() - started) / 1000", 5);
	gives_text("name", "web-01");
	gives_text("state", "running");
	gives_text("host", "kvm-01");
	gives_text("label", "app=web\n");
	(void)state;
}

static void test_logic(void **state)
{
	gives("1 < 2", 1);
	gives("2 <= 1", 0);
	gives("3 >= 3", 1);
	gives("3 > 3", 0);
	gives("1 = 1", 1);
	gives("1 == 2", 0);
	gives("1 != 2", 1);
	gives("1 < 2 and 2 < 3", 1);
	gives("0 or 5", 1);
	gives("0 or 0", 0);
	gives("not 0", 1);
	gives("not not 3", 1);
	gives("not 1 = 2", 1);
	gives("1 or 0 and 0", 1);
	gives("state == 'running'", 1);
	gives("state = \"paused\"", 0);
	gives("name < 'web-2'", 1);
	gives("cpus > 2 ? 10 : 20", 10);
	gives("cpus > 9 ? 1 : cpus > 3 ? 2 : 3", 2);
	gives_text("cpu > 80 ? 'hot' : 'cool'", "cool");
	gives_text("1 ? name : cpus", "web-01");
	(void)state;
}

static void test_functions(void **state)
{
	gives("min(3, 2)", 2);
	gives("max(3, 2)", 3);
	gives("min(3, 2, 1)", 1);
	gives("max(cpus, cpu, 5)", 12.5);
	gives("abs(-3)", 3);
	gives("round(2.5)", 3);
	gives("round(max(1, 2) * 1.2)", 2);
	gives("now ( )", NOW_MS);
	(void)state;
}

static void test_absent(void **state)
{
	gives_nothing("disk");
	gives_nothing("disk + 1");
	gives_nothing("1 - disk");
	gives_nothing("-disk");
	gives_nothing("not disk");
	gives_nothing("abs(disk)");
	gives_nothing("max(1, disk)");
	gives_nothing("disk > 1");
	gives_nothing("disk ? 1 : 2");
	gives_nothing("ip");
	gives_nothing("1 and disk");
	gives("0 and disk", 0);
	gives("disk ?? 7", 7);
	gives("disk ?? net_rx ?? 8", 8);
	gives("cpus ?? 7", 4);
	gives("(disk + 1) ?? 2", 2);
	gives_text("ip ?? 'none'", "none");
	gives("1 ? 2 : disk", 2);
	gives_nothing("1 / 0");
	gives_nothing("1 % 0");
	gives_nothing("1e308 * 10");
	gives_nothing("0 / 0");
	/* Found out only when the row is there. */
	gives_nothing("(1 ? name : cpus) + 1");
	(void)state;
}

static void wrong(const char *text, const char *message)
{
	struct yg_expr *e = NULL;
	struct yg_err err = {0};

	assert_int_equal(yg_expr_parse(text, &yg_kind_vm, &e, &err), YG_E_INVALID);
	assert_null(e);
	assert_string_equal(err.text, message);
	assert_int_equal(yg_expr_parse(text, &yg_kind_vm, &e, NULL), YG_E_INVALID);
}

static void test_errors(void **state)
{
	wrong("mem_used / memm", "expression: column 12: no field 'memm', did you mean 'mem'");
	wrong("'\xe6\xab\x93' = cpuu", "expression: column 7: no field 'cpuu', did you mean 'cpu'");
	wrong("zebra", "expression: column 1: vm has no field 'zebra'");
	wrong("", "expression: column 1: a field or a number is missing at the end");
	wrong("1 +", "expression: column 4: a field or a number is missing at the end");
	wrong("1 2", "expression: column 3: an operator is expected here, not '2'");
	wrong("(1", "expression: column 3: ')' is missing at the end");
	wrong("(1 2)", "expression: column 4: ')' is expected here, not '2)'");
	wrong("1 ? 2", "expression: column 6: ':' is missing at the end");
	wrong("'x", "expression: column 1: the text is not closed by '");
	wrong("4G", "expression: column 1: '4G' is not a number");
	wrong("#", "expression: column 1: a field or a number is expected here, not '#'");
	wrong("name * 2", "expression: column 6: '*' needs numbers, and this is a text");
	wrong("1 + state", "expression: column 3: '+' needs numbers, and this is a text");
	wrong("-name", "expression: column 1: '-' needs numbers, and this is a text");
	wrong("name = 4", "expression: column 6: '=' compares a text with a number here");
	wrong("max(1, name)", "expression: column 8: 'max' needs numbers, and this is a text");
	wrong("max(1)", "expression: column 1: 'max' takes 2 values or more, not 1");
	wrong("abs(1, 2)", "expression: column 1: 'abs' takes 1 value, not 2");
	wrong("now(1)", "expression: column 1: 'now' takes 0 values, not 1");
	wrong("sqrt(2)",
	    "expression: column 1: no function 'sqrt': there are min, max, abs, round, now");
	wrong("name ? 1 : 2", "expression: column 1: '?' needs numbers, and this is a text");
	(void)state;
}

static void test_ceilings(void **state)
{
	struct yg_expr *e = NULL;
	struct yg_err err = {0};
	char text[1100];

	memset(text, '(', sizeof(text));
	text[1000] = '\0';
	wrong(text, "expression: column 65: too deep");
	memset(text, '-', sizeof(text));
	text[1000] = '\0';
	wrong(text, "expression: column 64: too deep");
	text[sizeof(text) - 1] = '\0';
	text[1000] = '-';
	assert_int_equal(yg_expr_parse(text, &yg_kind_vm, &e, &err), YG_E_INVALID);
	assert_string_equal(err.text, "expression: longer than 1024 bytes");
	for (int i = 0; i < 1024; i += 2)
		memcpy(text + i, "1+", 2);
	text[1023] = '\0';
	gives(text, 512);
	(void)state;
}

static void test_what_it_reads(void **state)
{
	struct yg_expr *e = parse("mem_used / mem + (0 ? cpu : 1)");

	assert_true(yg_expr_fields(e) == ((uint64_t)1 << YG_VM_MEM | (uint64_t)1 << YG_VM_MEM_USED |
					     (uint64_t)1 << YG_VM_CPU));
	assert_int_equal(yg_expr_field(e), -1);
	yg_expr_free(e);
	e = parse(" (cpu) ");
	assert_int_equal(yg_expr_field(e), YG_VM_CPU);
	yg_expr_free(e);
	e = parse("1");
	assert_int_equal(yg_expr_field(e), -1);
	assert_true(yg_expr_fields(e) == 0);
	yg_expr_free(e);
	yg_expr_free(NULL);
	(void)state;
}

static void test_other_kind(void **state)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_alarm, "c", "x");
	struct yg_row *row = yg_draft_done(&d);
	struct yg_expr *e = parse("mem");
	assert_int_equal(yg_expr_eval(e, row, NOW_MS).is, YG_IS_NOTHING);
	yg_expr_free(e);
	yg_row_unref(row);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_logic),
	    cmocka_unit_test(test_functions),
	    cmocka_unit_test(test_absent),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_ceilings),
	    cmocka_unit_test(test_what_it_reads),
	    cmocka_unit_test(test_other_kind),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
