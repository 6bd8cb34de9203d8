/* test_inventory: listings, changes, slots, listeners that come and go. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/inventory.h"
#include "model/kinds.h"

struct heard {
	struct yg_inventory *inv;
	int added, changed, gone;
	uint64_t fields;
	struct heard *remove;
};

static void hear(void *data, const struct yg_change *changes, size_t count)
{
	struct heard *h = data;

	for (size_t i = 0; i < count; i++) {
		h->added += changes[i].what == YG_ADDED;
		h->changed += changes[i].what == YG_CHANGED;
		h->gone += changes[i].what == YG_GONE;
		h->fields |= changes[i].what == YG_CHANGED ? changes[i].fields : 0;
	}
	if (h->remove)
		yg_inventory_unlisten(h->inv, hear, h->remove);
}

static uint32_t put(struct yg_inventory *inv, const char *controller, int n, double cpu)
{
	struct yg_draft d;
	char id[16];

	snprintf(id, sizeof(id), "%d", n);
	yg_draft_init(&d, &yg_kind_vm, controller, id);
	yg_draft_real(&d, YG_VM_CPU, cpu);
	return yg_inventory_put_new(inv, yg_draft_done(&d));
}

static void test_changes(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard h = {.inv = inv};

	yg_inventory_listen(inv, hear, &h);
	uint32_t slot = put(inv, "a", 1, 1);
	put(inv, "b", 1, 1);
	assert_true(yg_inventory_flush(inv));
	assert_int_equal(h.added, 2);
	assert_false(yg_inventory_flush(inv));
	assert_int_equal(put(inv, "a", 1, 1), slot);
	assert_false(yg_inventory_flush(inv));
	assert_int_equal(put(inv, "a", 1, 2), slot);
	assert_true(yg_inventory_flush(inv));
	assert_int_equal(h.changed, 1);
	assert_true(h.fields == (uint64_t)1 << YG_VM_CPU);
	put(inv, "a", 2, 1);
	yg_inventory_drop(inv, "a", &yg_kind_vm, "2");
	assert_false(yg_inventory_flush(inv));
	assert_int_equal(h.added, 2);
	yg_inventory_destroy(inv);
	(void)state;
}

static void test_listing(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard h = {.inv = inv};
	size_t count;

	yg_inventory_listen(inv, hear, &h);
	for (int i = 0; i < 1000; i++)
		put(inv, "a", i, 0);
	put(inv, "b", 5, 0);
	yg_inventory_flush(inv);
	yg_inventory_begin(inv, "a", &yg_kind_vm);
	for (int i = 0; i < 1000; i += 2)
		put(inv, "a", i, 0);
	yg_inventory_flush(inv);
	assert_int_equal(h.gone, 0);
	put(inv, "a", 2000, 0);
	yg_inventory_end(inv, "a", &yg_kind_vm);
	yg_inventory_flush(inv);
	assert_int_equal(h.gone, 500);
	yg_inventory_slots(inv, &yg_kind_vm, &count);
	assert_int_equal(count, 502);
	assert_int_equal(yg_inventory_count(inv, "a"), 501);
	assert_int_not_equal(yg_inventory_find(inv, "b", &yg_kind_vm, "5"), YG_NO_SLOT);
	assert_int_equal(yg_inventory_find(inv, "a", &yg_kind_vm, "5"), YG_NO_SLOT);
	yg_inventory_forget(inv, "a");
	yg_inventory_flush(inv);
	yg_inventory_slots(inv, &yg_kind_vm, &count);
	assert_int_equal(count, 1);
	yg_inventory_destroy(inv);
	(void)state;
}

/* A key that goes and comes back within a turn is told as gone and added, on different slots. */
static void test_back_again(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard h = {.inv = inv};

	yg_inventory_listen(inv, hear, &h);
	uint32_t first = put(inv, "a", 1, 1);
	yg_inventory_flush(inv);
	yg_inventory_drop(inv, "a", &yg_kind_vm, "1");
	assert_null(yg_inventory_row(inv, first));
	uint32_t second = put(inv, "a", 1, 1);
	assert_int_not_equal(first, second);
	yg_inventory_flush(inv);
	assert_int_equal(h.gone, 1);
	assert_int_equal(h.added, 2);
	assert_int_equal(put(inv, "a", 7, 1), first);
	yg_inventory_destroy(inv);
	(void)state;
}

static void test_listeners_remove_each_other(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard a = {.inv = inv}, b = {.inv = inv}, c = {.inv = inv};

	a.remove = &b;
	c.remove = &c;
	yg_inventory_listen(inv, hear, &a);
	yg_inventory_listen(inv, hear, &b);
	yg_inventory_listen(inv, hear, &c);
	put(inv, "a", 1, 1);
	yg_inventory_flush(inv);
	put(inv, "a", 2, 1);
	yg_inventory_flush(inv);
	assert_int_equal(a.added, 2);
	assert_int_equal(b.added, 0);
	assert_int_equal(c.added, 1);
	yg_inventory_destroy(inv);
	(void)state;
}

static void drop_first(void *data, const struct yg_change *changes, size_t count)
{
	if (changes[0].what == YG_CHANGED)
		yg_inventory_drop(data, "a", &yg_kind_vm, "1");
	(void)count;
}

/* A listener may drop the very row that it is told of: it is told as gone in the next flush. */
static void test_dropped_while_told(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard h = {.inv = inv};

	yg_inventory_listen(inv, drop_first, inv);
	yg_inventory_listen(inv, hear, &h);
	uint32_t slot = put(inv, "a", 1, 1);
	yg_inventory_flush(inv);
	put(inv, "a", 1, 2);
	yg_inventory_flush(inv);
	assert_null(yg_inventory_row(inv, slot));
	assert_int_equal(h.gone, 0);
	yg_inventory_flush(inv);
	assert_int_equal(h.gone, 1);
	assert_int_equal(put(inv, "a", 3, 1), slot);
	yg_inventory_flush(inv);
	yg_inventory_destroy(inv);
	(void)state;
}

/* Many rounds of coming and going must not fill the index with tombstones. */
static void test_churn(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();

	for (int round = 0; round < 2000; round++) {
		for (int i = 0; i < 10; i++)
			put(inv, "a", round * 10 + i, 0);
		yg_inventory_flush(inv);
		yg_inventory_forget(inv, "a");
		yg_inventory_flush(inv);
	}
	assert_true(yg_inventory_limit(inv) <= 20);
	yg_inventory_destroy(inv);
	(void)state;
}

static struct yg_row *fill_note(void *data, struct yg_row *row)
{
	struct yg_draft d;

	++*(int *)data;
	if (yg_row_number(row, YG_VM_CPU) < 50)
		return row;
	yg_draft_copy(&d, row);
	yg_draft_text(&d, YG_F_NOTE, "busy");
	yg_row_unref(row);
	return yg_draft_done(&d);
}

/* What it fills in is part of the row: an equal one is no change. */
static void test_completer(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct heard h = {.inv = inv};
	int calls = 0;

	yg_inventory_listen(inv, hear, &h);
	assert_true(yg_inventory_complete(inv, &yg_kind_vm, fill_note, &calls));
	assert_false(yg_inventory_complete(inv, &yg_kind_vm, fill_note, &calls));
	uint32_t slot = put(inv, "a", 1, 10);
	assert_false(yg_row_has(yg_inventory_row(inv, slot), YG_F_NOTE));
	yg_inventory_flush(inv);
	assert_int_equal(put(inv, "a", 1, 90), slot);
	assert_string_equal(yg_row_text(yg_inventory_row(inv, slot), YG_F_NOTE), "busy");
	yg_inventory_flush(inv);
	assert_true(h.fields & (uint64_t)1 << YG_F_NOTE);
	put(inv, "a", 1, 90);
	assert_false(yg_inventory_dirty(inv));
	assert_int_equal(calls, 3);
	assert_true(yg_inventory_complete(inv, &yg_kind_vm, NULL, NULL));
	put(inv, "a", 1, 90);
	assert_false(yg_row_has(yg_inventory_row(inv, slot), YG_F_NOTE));
	assert_int_equal(calls, 3);
	yg_inventory_destroy(inv);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_changes),
	    cmocka_unit_test(test_listing),
	    cmocka_unit_test(test_back_again),
	    cmocka_unit_test(test_listeners_remove_each_other),
	    cmocka_unit_test(test_dropped_while_told),
	    cmocka_unit_test(test_churn),
	    cmocka_unit_test(test_completer),
	};

	yg_kinds_register_core();
	return cmocka_run_group_tests_name("inventory", tests, NULL, NULL);
}
