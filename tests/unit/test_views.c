/* test_views: the built-in views are right and fit; mistakes in a user's view are told and cost
 * nothing; who goes before whom. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "model/kinds.h"
#include "store/builtin.h"
#include "store/views.h"

static void take_line(void *data, const char *line)
{
	yg_buf_printf(data, "%s\n", line);
}

static void built_in_views_have_no_mistakes(void **state)
{
	struct yg_buf told = {0};
	size_t count = 0;

	int64_t before = yg_mono_us();
	yg_tables_load(NULL, take_line, &told);
	print_message("%zu views in %lld us\n", yg_builtin_views_count,
	    (long long)(yg_mono_us() - before));
	assert_string_equal(yg_buf_text(&told), "");
	yg_tables_all(&count);
	assert_int_equal(count, yg_builtin_views_count);
	yg_buf_done(&told);
}


int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(built_in_views_have_no_mistakes),
	};

	yg_kinds_register_core();
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	yg_tables_unload();
	return rc;
}
