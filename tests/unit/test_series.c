/* test_series: samples in order, gaps, and what is given up when memory is short. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <math.h>

#include <cmocka.h>

#include "model/kinds.h"
#include "model/series.h"

static int setup(void **state)
{
	(void)state;
	yg_kinds_register_core();
	return 0;
}

static uint32_t put(struct yg_inventory *inv, const char *id, double cpu)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "kvm", id);
	if (cpu >= 0)
		yg_draft_real(&d, YG_VM_CPU, cpu);
	yg_draft_int(&d, YG_VM_MEM_USED, (int64_t)(cpu * 10));
	uint32_t slot = yg_inventory_put_new(inv, yg_draft_done(&d));
	yg_inventory_flush(inv);
	return slot;
}

static void test_samples(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	uint32_t slot = put(inv, "a", 1);
	struct yg_series *s = yg_series_create(inv, 100000);
	float out[4];

	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 4), 0);
	assert_true(isnan(out[0]) && isnan(out[3]));
	yg_series_tick(s);
	put(inv, "a", 2);
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 4), 2);
	assert_true(isnan(out[0]) && isnan(out[1]));
	assert_true(out[2] == 1 && out[3] == 2);
	/* A row that did not change is sampled too; one without the value leaves a gap. */
	yg_series_tick(s);
	put(inv, "a", -1);
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 4), 3);
	assert_true(out[0] == 1 && out[1] == 2 && out[2] == 2 && isnan(out[3]));
	assert_int_equal(yg_series_get(s, slot, YG_VM_MEM_USED, out, 2), 2);
	assert_true(out[0] == 20 && out[1] == -10);
	assert_int_equal(yg_series_get(s, slot, YG_VM_MEM, out, 4), 0);
	assert_true(isnan(out[3]));
	assert_int_equal(yg_series_get(s, YG_NO_SLOT, YG_VM_CPU, out, 4), 0);
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

static void test_round(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 100000);
	uint32_t slot = put(inv, "a", 0);
	float out[YG_SERIES_LEN + 5];

	for (int i = 0; i < YG_SERIES_LEN + 7; i++) {
		put(inv, "a", i);
		yg_series_tick(s);
	}
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, YG_SERIES_LEN + 5), YG_SERIES_LEN);
	assert_true(isnan(out[4]));
	for (int i = 0; i < YG_SERIES_LEN; i++)
		assert_true(out[5 + i] == (float)(i + 7));
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 3), 3);
	assert_true(out[2] == YG_SERIES_LEN + 6 && out[0] == YG_SERIES_LEN + 4);
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

/* A slot that another row has taken does not show the past of the first. */
static void test_slot_again(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 100000);
	uint32_t slot = put(inv, "a", 5);
	float out[2];

	yg_series_tick(s);
	yg_inventory_drop(inv, "kvm", &yg_kind_vm, "a");
	yg_series_tick(s);
	yg_inventory_flush(inv);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 2), 0);
	assert_int_equal(put(inv, "b", 7), slot);
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 2), 1);
	assert_true(out[1] == 7);
	yg_series_destroy(s);
	yg_series_destroy(NULL);
	yg_inventory_destroy(inv);
	(void)state;
}

#define ROWS 40

/* Room for a few of many rows: the first ones have it until others are asked for; what was asked
 * for just now keeps it. */
static void test_budget(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 8000);
	uint32_t slots[ROWS];
	float out[2];
	size_t kept = 0;

	for (int i = 0; i < ROWS; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		slots[i] = put(inv, id, i);
	}
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slots[0], YG_VM_CPU, out, 2), 1);
	assert_int_equal(yg_series_get(s, slots[ROWS - 1], YG_VM_CPU, out, 2), 0);
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slots[ROWS - 1], YG_VM_CPU, out, 2), 1);
	assert_true(out[1] == ROWS - 1);
	/* All are looked at: those that came first and were just looked at are not given up. */
	for (int i = 0; i < ROWS; i++)
		yg_series_get(s, slots[i], YG_VM_CPU, out, 2);
	yg_series_tick(s);
	for (int i = 0; i < ROWS; i++)
		kept += yg_series_get(s, slots[i], YG_VM_CPU, out, 1);
	assert_in_range(kept, 3, 8);
	assert_int_equal(yg_series_get(s, slots[0], YG_VM_CPU, out, 2), 2);
	/* Nobody looks for a while: others may have the room. */
	for (int i = 0; i < 5; i++)
		yg_series_tick(s);
	yg_series_get(s, slots[ROWS - 2], YG_VM_CPU, out, 2);
	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slots[ROWS - 2], YG_VM_CPU, out, 2), 1);
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

static void test_no_budget(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 0);
	uint32_t slot = put(inv, "a", 1);
	float out[1];

	yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, 1), 0);
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

/* A watched row keeps its past and gets a longer one; who is out of touch has no samples. */
static void test_watched(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 1000000);
	uint32_t slot = put(inv, "a", 1);
	static float out[YG_SERIES_LONG];
	int64_t times[3];

	yg_series_tick(s);
	assert_false(yg_series_watch(s, YG_NO_SLOT));
	assert_true(yg_series_watch(s, slot));
	for (int i = 0; i < 100; i++)
		yg_series_tick(s);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, YG_SERIES_LONG), 101);
	yg_series_unwatch(s, slot);
	assert_int_equal(yg_series_get(s, slot, YG_VM_CPU, out, YG_SERIES_LONG), 101);
	yg_series_times(s, times, 3);
	assert_true(times[0] > 0 && times[2] >= times[0]);
	struct yg_draft d;
	yg_draft_init(&d, &yg_kind_vm, "kvm", "a");
	yg_draft_real(&d, YG_VM_CPU, 5);
	yg_draft_int(&d, YG_F_SILENT, 1);
	yg_inventory_put_new(inv, yg_draft_done(&d));
	yg_inventory_flush(inv);
	yg_series_tick(s);
	yg_series_get(s, slot, YG_VM_CPU, out, 2);
	assert_true(out[0] == 1 && isnan(out[1]));
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

/* No more than so many rows have a long past, whoever is looked at. */
static void test_watched_bound(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_series *s = yg_series_create(inv, 100000000);
	uint32_t slots[YG_SERIES_WATCHED + 1];

	for (int i = 0; i <= YG_SERIES_WATCHED; i++) {
		char id[8];
		snprintf(id, sizeof(id), "%d", i);
		slots[i] = put(inv, id, i);
		assert_int_equal(yg_series_watch(s, slots[i]), i < YG_SERIES_WATCHED);
	}
	yg_series_unwatch(s, slots[3]);
	assert_true(yg_series_watch(s, slots[YG_SERIES_WATCHED]));
	yg_series_destroy(s);
	yg_inventory_destroy(inv);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_round),
	    cmocka_unit_test(test_slot_again),
	    cmocka_unit_test(test_budget),
	    cmocka_unit_test(test_no_budget),
	    cmocka_unit_test(test_watched),
	    cmocka_unit_test(test_watched_bound),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
