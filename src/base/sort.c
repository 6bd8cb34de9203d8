/* sort: many numbers with their keys, quickly and stably: radix sort from the last byte on. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sort.h"

#include <string.h>

/* One pass over one byte of the keys; false if all keys have the same byte there. */
static int pass(const struct yg_sort_item *from, struct yg_sort_item *to, size_t count, int shift)
{
	size_t starts[256] = {0}, sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].key >> shift & 255]++;
	if (starts[from[0].key >> shift & 255] == count)
		return 0;
	for (int b = 0; b < 256; b++) {
		size_t n = starts[b];
		starts[b] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].key >> shift & 255]++] = from[i];
	return 1;
}

void yg_sort(struct yg_sort_item *items, struct yg_sort_item *spare, size_t count)
{
	struct yg_sort_item *from = items, *to = spare;

	for (int shift = 0; count > 1 && shift < 64; shift += 8)
		if (pass(from, to, count, shift)) {
			struct yg_sort_item *other = from;
			from = to;
			to = other;
		}
	if (from != items)
		memcpy(items, from, count * sizeof(*items));
}

uint64_t yg_sort_key(double number)
{
	uint64_t bits;

	if (number != number)
		return 0;
	memcpy(&bits, &number, sizeof(bits));
	return bits >> 63 ? ~bits : bits | (uint64_t)1 << 63;
}
