/* test_fuzzy: which of two texts fits what was typed better, and which letters were found. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/fuzzy.h"

static int score(const char *typed, const char *text)
{
	struct yg_fuzzy f;

	yg_fuzzy_parse(&f, typed);
	return yg_fuzzy_score(&f, text, NULL);
}

static void fits(const char *typed, const char *text)
{
	if (score(typed, text) < 0)
		fail_msg("'%s' does not find '%s'", typed, text);
}

static void fits_not(const char *typed, const char *text)
{
	if (score(typed, text) >= 0)
		fail_msg("'%s' finds '%s'", typed, text);
}

static void better(const char *typed, const char *good, const char *bad)
{
	int a = score(typed, good), b = score(typed, bad);

	if (a <= b || b < 0)
		fail_msg("'%s': '%s' is worth %d, '%s' %d", typed, good, a, bad, b);
}

static void test_what_fits(void **state)
{
	(void)state;
	fits("", "anything");
	fits("w1", "web-01");
	fits("web01", "web-01");
	fits_not("webb", "web-01");
	fits_not("10", "web-01");
	fits("01 web", "web-01");
	fits_not("web db", "web-01");
	fits("   ", "web");
	fits("a", "a");
	fits_not("a", "");
	assert_int_equal(score("", "web"), 0);
}

static void test_case(void **state)
{
	(void)state;
	fits("web", "WEB-01");
	fits("WEB", "WEB-01");
	fits_not("WEB", "web-01");
	fits_not("Web", "web-01");
	fits("grün", "GRÜN");
	fits("привет", "ПРИВЕТ");
	fits("ωμεγα", "ΩΜΕΓΑ");
}

static void test_every_script(void **state)
{
	(void)state;
	fits("東京", "東京-データベース");
	fits("東デ", "東京-データベース");
	fits_not("京東", "東京");
	fits("ｗｅｂ", "web-01");
	fits("web", "ｗｅｂ-01");
	fits("\xff", "a\xff");
	fits_not("\xf0\x9f", "web");
}

static void test_order(void **state)
{
	(void)state;
	better("web", "web-01", "my-web-01");
	better("web", "my-web-01", "mywebsite");
	better("web", "web-01", "wxexb");
	better("db", "prod-db", "prodb");
	better("kn1", "k8s-node-1", "kitten1");
	better("go", "view-goat", "cargo");
	better("sd", "shut-down", "passed");
	better("ms", "migrateSoon", "images");
	better("n2", "node2", "an12");
	better("wb1", "web-1", "web-01-01");
}

static void test_best_place(void **state)
{
	bool marks[YG_FUZZY_TEXT];
	struct yg_fuzzy f;

	(void)state;
	yg_fuzzy_parse(&f, "web");
	/* Not the first letters that would do, but those in a row. */
	assert_true(yg_fuzzy_score(&f, "w-e-web", marks) > 0);
	assert_false(marks[0] || marks[2]);
	assert_true(marks[4] && marks[5] && marks[6]);
	yg_fuzzy_parse(&f, "東 b");
	assert_true(yg_fuzzy_score(&f, "ab東", marks) > 0);
	assert_true(!marks[0] && marks[1] && marks[2] && !marks[3]);
	assert_int_equal(yg_fuzzy_score(&f, "ab", marks), -1);
}

static void test_bounds(void **state)
{
	char text[YG_FUZZY_TEXT * 4], typed[YG_FUZZY_LETTERS * YG_FUZZY_TERMS * 4];
	bool marks[YG_FUZZY_TEXT];
	struct yg_fuzzy f;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memset(typed, 'a', sizeof(typed));
	typed[sizeof(typed) - 1] = '\0';
	yg_fuzzy_parse(&f, typed);
	assert_int_equal(f.terms[0].count, YG_FUZZY_LETTERS);
	assert_true(yg_fuzzy_score(&f, text, marks) > 0);
	for (size_t i = 1; i < sizeof(typed) - 1; i += 2)
		typed[i] = ' ';
	yg_fuzzy_parse(&f, typed);
	assert_int_equal(f.count, YG_FUZZY_TERMS);
	assert_true(yg_fuzzy_score(&f, text, marks) > 0);
	/* What stands behind the part that is looked at is not found. */
	text[sizeof(text) - 2] = 'z';
	assert_true(score("z", text) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_fits),
	    cmocka_unit_test(test_case),
	    cmocka_unit_test(test_every_script),
	    cmocka_unit_test(test_order),
	    cmocka_unit_test(test_best_place),
	    cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
