/* sort: many numbers with their keys, quickly and stably. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_SORT_H
#define YG_BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

struct yg_sort_item {
	uint64_t key;
	uint32_t value;
};

/* Stable, by key, ascending. spare: as many items, overwritten. About 20 ns an item. */
void yg_sort(struct yg_sort_item *items, struct yg_sort_item *spare, size_t count);
/* A double as a key of the same order; NAN comes first. */
uint64_t yg_sort_key(double number);

#endif
