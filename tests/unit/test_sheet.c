/* test_sheet: columns under each other, and one cell that is wider than any screen. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/verbs/sheet.h"

static void test_columns(void **state)
{
	struct yg_sheet s = {0};
	struct yg_buf out = {0};

	yg_sheet_column(&s, "NAME", false);
	yg_sheet_column(&s, "MEM", true);
	yg_sheet_cell(&s, "日本", YG_ST_TEXT);
	yg_sheet_cell(&s, "1.5G", YG_ST_TEXT);
	yg_sheet_write(&s, &out, false);
	assert_string_equal(yg_buf_text(&out), "NAME   MEM\n日本  1.5G\n");
	yg_buf_done(&out);
	yg_sheet_done(&s);
}

/* A name of 64 KiB is printed, but the other rows are not padded to its width. */
static void test_overlong(void **state)
{
	static char name[65536];
	struct yg_sheet s = {0};
	struct yg_buf out = {0};

	memset(name, 'x', sizeof(name) - 1);
	yg_sheet_column(&s, "NAME", false);
	yg_sheet_column(&s, "STATE", false);
	yg_sheet_cell(&s, name, YG_ST_TEXT);
	yg_sheet_cell(&s, "up", YG_ST_TEXT);
	for (int i = 0; i < 100; i++) {
		yg_sheet_cell(&s, "short", YG_ST_TEXT);
		yg_sheet_cell(&s, "up", YG_ST_TEXT);
	}
	yg_sheet_write(&s, &out, false);
	assert_non_null(strstr(yg_buf_text(&out), name));
	assert_in_range(out.len, sizeof(name), sizeof(name) + 100 * 300);
	yg_buf_done(&out);
	yg_sheet_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_overlong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
