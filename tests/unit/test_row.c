/* test_row: rows and drafts: what goes in comes out, whatever it is. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/kinds.h"
#include "model/row.h"

static void test_values(void **state)
{
	struct yg_draft d;
	struct yg_buf out = {0};

	yg_draft_init(&d, &yg_kind_vm, "kvm", "id-1");
	yg_draft_text(&d, YG_F_NAME, "web\x1b[31m");
	yg_draft_int(&d, YG_VM_MEM, (int64_t)4 << 30);
	yg_draft_real(&d, YG_VM_CPU, 12.5);
	yg_draft_state(&d, YG_VM_STATE_RUNNING);
	struct yg_row *row = yg_draft_done(&d);
	assert_string_equal(yg_row_id(row), "id-1");
	assert_int_equal(yg_row_meaning(row), YG_ST_OK);
	yg_row_format(&out, row, YG_F_NAME);
	yg_buf_char(&out, '|');
	yg_row_format(&out, row, YG_VM_MEM);
	yg_buf_char(&out, '|');
	yg_row_format(&out, row, YG_VM_CPU);
	yg_buf_char(&out, '|');
	yg_row_format(&out, row, YG_VM_IP);
	assert_string_equal(out.data, "web\xe2\x90\x9b[31m|4.0G|12%|");
	yg_buf_clear(&out);
	yg_row_json(&out, row, YG_F_NAME);
	yg_row_json(&out, row, YG_VM_IP);
	assert_string_equal(out.data, "\"web\\u001b[31m\"null");
	yg_buf_done(&out);
	yg_row_unref(row);
	(void)state;
}

static void test_copy_and_diff(void **state)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "kvm", "id-1");
	yg_draft_text(&d, YG_F_NAME, "a");
	yg_draft_add_ref(&d, YG_VM_NETWORKS, NULL, "network", "n1", "net one");
	yg_draft_add_ref(&d, YG_VM_NETWORKS, "other", "network", "n2", "");
	struct yg_row *a = yg_draft_done(&d);
	yg_draft_copy(&d, a);
	yg_draft_real(&d, YG_VM_CPU, 1);
	struct yg_row *b = yg_draft_done(&d);
	assert_true(yg_row_diff(a, b) == (uint64_t)1 << YG_VM_CPU);
	yg_row_unref(a);
	struct yg_ref ref;
	const char *next = yg_ref_next(yg_row_text(b, YG_VM_NETWORKS), &ref);
	assert_non_null(next);
	assert_null(ref.controller);
	assert_memory_equal(ref.name, "net one", 7);
	next = yg_ref_next(next, &ref);
	assert_memory_equal(ref.controller, "other", 5);
	assert_memory_equal(ref.name, "n2", 2);
	assert_null(yg_ref_next(next, &ref));
	yg_row_unref(b);
	(void)state;
}

static void test_long_text(void **state)
{
	struct yg_draft d;
	struct yg_buf big = {0};

	yg_buf_fill(&big, 'x', 200000);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "id-1");
	yg_draft_text(&d, YG_F_NAME, big.data);
	yg_draft_text(&d, YG_F_NAME, "short");
	yg_draft_text(&d, YG_F_NOTE, big.data);
	struct yg_row *row = yg_draft_done(&d);
	assert_string_equal(yg_row_name(row), "short");
	assert_int_equal(strlen(yg_row_text(row, YG_F_NOTE)), 64 * 1024);
	assert_true(row->text_size < 66 * 1024);
	yg_row_unref(row);
	yg_buf_done(&big);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_values),
	    cmocka_unit_test(test_copy_and_diff),
	    cmocka_unit_test(test_long_text),
	};

	yg_kinds_register_core();
	return cmocka_run_group_tests_name("row", tests, NULL, NULL);
}
