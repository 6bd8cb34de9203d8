/* rowlist: the rows of a table in order: sorted, filtered, kept up to date as rows change. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/rowlist.h"

#include <math.h>

#include "base/clock.h"
#include "base/sort.h"
#include "base/text.h"
#include "ui/cells.h"

#define FEW        64      /* so many new rows are put in place one by one */
#define RESORT_US  1000000 /* at most once a second because metrics changed: nothing jumps */
#define RESCAN_US  500000
#define COLLECT_US 30000 /* while rows pour in, the list is made anew so often */
#define SCAN_CHUNK 256   /* rows between two looks at the clock */

void yg_rowlist_init(struct yg_rowlist *l, struct yg_inventory *inv, const struct yg_table *table)
{
	*l = (struct yg_rowlist){.inv = inv, .table = table};
	l->needs_sort = true;
	l->sort_column = table->sort_column;
	l->is_descending = table->is_descending;
	if (l->sort_column >= 0)
		l->sort_fields = yg_expr_fields(table->columns[l->sort_column].expr);
}

void yg_rowlist_done(struct yg_rowlist *l)
{
	yg_vec_done(&l->all);
	yg_vec_done(&l->found);
	yg_vec_done(&l->next);
	yg_query_free(l->filter);
}

const struct yg_slots *yg_rowlist_shown(const struct yg_rowlist *l)
{
	return l->filter ? &l->found : &l->all;
}

bool yg_rowlist_is_busy(const struct yg_rowlist *l)
{
	return l->is_scanning || (l->needs_sort && !l->sorted_us);
}

/* ---- the set ---- */

static bool is_ours(const struct yg_rowlist *l, uint32_t slot, int64_t now)
{
	const struct yg_row *row = yg_inventory_row(l->inv, slot);

	return row && row->kind == l->table->kind && yg_query_match(l->table->filter, row, now);
}

/* Takes out slots whose row is gone. */
static void compact(const struct yg_rowlist *l, struct yg_slots *slots)
{
	size_t kept = 0;
	int64_t now = yg_now_ms();

	for (size_t i = 0; i < slots->count; i++)
		if (is_ours(l, slots->items[i], now))
			slots->items[kept++] = slots->items[i];
	slots->count = kept;
}

/* ---- order ---- */

static const struct yg_column *sort_column(const struct yg_rowlist *l)
{
	return l->sort_column < 0 ? NULL : &l->table->columns[l->sort_column];
}

/* The keys of a row in the column that is sorted by (NULL: its name), most significant first.
 * Numbers need one, texts all; what is absent comes last, whichever way round. Returns true if it
 * is a text. */
static bool row_keys(const struct yg_rowlist *l, const struct yg_column *column,
    const struct yg_row *row, int64_t now, uint64_t key[YG_NATURAL_KEYS])
{
	double number = column ? yg_cell_number(column, row, now) : NAN;
	const char *text = "";

	memset(key, 0, YG_NATURAL_KEYS * sizeof(*key));
	if (isnan(number)) {
		text = column ? yg_cell_sort_text(column, row, now) : yg_row_name(row);
		yg_text_natural_key(text, key);
	} else
		key[0] = yg_sort_key(number);
	bool is_absent = isnan(number) && !text[0];
	for (size_t i = 0; i < YG_NATURAL_KEYS; i++)
		key[i] = is_absent ? UINT64_MAX : l->is_descending ? ~key[i] : key[i];
	return text[0] != '\0';
}

static int by_text(const struct yg_rowlist *l, const struct yg_row *a, const struct yg_row *b)
{
	const char *x = yg_row_name(a), *y = yg_row_name(b);

	if (sort_column(l)) {
		const char *p = yg_cell_sort_text(sort_column(l), a, 0);
		const char *q = yg_cell_sort_text(sort_column(l), b, 0);
		int c = yg_text_natural(p, q);
		if (c)
			return l->is_descending ? -c : c;
	}
	int c = yg_text_natural(x, y);
	return l->is_descending && !sort_column(l) ? -c : c;
}

/* The whole order of two rows: key, text, name, slot. */
static int compare(const struct yg_rowlist *l, uint32_t a, uint32_t b, int64_t now)
{
	const struct yg_row *x = yg_inventory_row(l->inv, a), *y = yg_inventory_row(l->inv, b);

	if (!x || !y) /* dropped since the flush: it is taken out at the next one */
		return (a > b) - (a < b);
	if (sort_column(l)) {
		uint64_t i[YG_NATURAL_KEYS], j[YG_NATURAL_KEYS];
		row_keys(l, sort_column(l), x, now, i);
		row_keys(l, sort_column(l), y, now, j);
		for (size_t k = 0; k < YG_NATURAL_KEYS; k++)
			if (i[k] != j[k])
				return i[k] < j[k] ? -1 : 1;
	}
	int c = by_text(l, x, y);
	return c ? c : (a > b) - (a < b);
}

static int by_text_cb(const void *a, const void *b, void *data)
{
	const struct yg_rowlist *l = data;
	uint32_t x = ((const struct yg_sort_item *)a)->value;
	uint32_t y = ((const struct yg_sort_item *)b)->value;
	int c = by_text(l, yg_inventory_row(l->inv, x), yg_inventory_row(l->inv, y));

	return c ? c : (x > y) - (x < y);
}

/* Rows whose keys are equal may still differ in the rest of their text. */
static void sort_ties(struct yg_rowlist *l, struct yg_sort_item *items,
    const uint64_t (*keys)[YG_NATURAL_KEYS], size_t count)
{
	for (size_t i = 0; i < count;) {
		size_t end = i + 1;
		while (end < count &&
		       memcmp(keys[items[end].value], keys[items[i].value], sizeof(keys[0])) == 0)
			end++;
		for (size_t k = i; k < end; k++)
			items[k].value = l->all.items[items[k].value];
		if (end - i > 1)
			qsort_r(items + i, end - i, sizeof(*items), by_text_cb, l);
		i = end;
	}
}

/* Sorts all by one column (NULL: the name), stably: rows of equal value stay as they were. */
static void sort_by(struct yg_rowlist *l, const struct yg_column *column)
{
	size_t count = l->all.count;
	struct yg_sort_item *items = yg_xcalloc(count * 2, sizeof(*items));
	uint64_t(*keys)[YG_NATURAL_KEYS] = yg_xcalloc(count, sizeof(*keys));
	int64_t now = yg_now_ms();
	bool is_text = false;

	for (size_t i = 0; i < count; i++) {
		items[i].value = (uint32_t)i;
		is_text |=
		    row_keys(l, column, yg_inventory_row(l->inv, l->all.items[i]), now, keys[i]);
	}
	for (int k = is_text ? YG_NATURAL_KEYS - 1 : 0; k >= 0; k--) {
		for (size_t i = 0; i < count; i++)
			items[i].key = keys[items[i].value][k];
		yg_sort(items, items + count, count);
	}
	if (is_text)
		sort_ties(l, items, (const uint64_t(*)[YG_NATURAL_KEYS])keys, count);
	for (size_t i = 0; i < count; i++)
		items[i].key = is_text ? items[i].value : l->all.items[items[i].value];
	for (size_t i = 0; i < count; i++)
		l->all.items[i] = (uint32_t)items[i].key;
	free(keys);
	free(items);
}

/* First by name, then by the column, so that rows of equal value stand in the order of names. */
static void sort_all(struct yg_rowlist *l)
{
	int column = l->sort_column;
	bool descending = l->is_descending;

	compact(l, &l->all);
	l->sort_column = -1;
	l->is_descending = descending && column < 0;
	sort_by(l, NULL);
	l->sort_column = column;
	l->is_descending = descending;
	if (column >= 0)
		sort_by(l, sort_column(l));
	l->needs_sort = false;
	l->sorted_us = yg_mono_us();
}

static void collect(struct yg_rowlist *l)
{
	size_t count;
	const uint32_t *slots = yg_inventory_slots(l->inv, l->table->kind, &count);
	int64_t now = yg_now_ms(), start = yg_mono_us();

	l->all.count = 0;
	yg_vec_reserve(&l->all, count);
	for (size_t i = 0; i < count; i++)
		if (!l->table->filter || is_ours(l, slots[i], now))
			l->all.items[l->all.count++] = slots[i];
	sort_all(l);
	l->collected_us = l->sorted_us;
	l->collect_took_us = l->sorted_us - start;
}

/* Where slot belongs: the first position whose row comes after it. */
static size_t place_of(const struct yg_rowlist *l, const struct yg_slots *slots, uint32_t slot)
{
	size_t low = 0, high = slots->count;
	int64_t now = yg_now_ms();

	while (low < high) {
		size_t mid = (low + high) / 2;
		if (compare(l, slots->items[mid], slot, now) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void insert(struct yg_rowlist *l, uint32_t slot)
{
	size_t at = place_of(l, &l->all, slot);

	if (at < l->all.count && l->all.items[at] == slot)
		return;
	yg_vec_insert(&l->all, at, slot);
	if (!l->filter || !yg_query_match(l->filter, yg_inventory_row(l->inv, slot), yg_now_ms()))
		return;
	if (l->is_scanning && !l->is_background) {
		if (at >= l->scan_at)
			return; /* the scan will come by */
		l->scan_at++;
	}
	yg_vec_insert(&l->found, place_of(l, &l->found, slot), slot);
}

static void start_scan(struct yg_rowlist *l, bool background)
{
	l->is_scanning = true;
	l->is_background = background;
	l->needs_scan = false;
	l->scan_at = 0;
	if (background)
		l->next.count = 0;
	else
		l->found.count = 0;
}

void yg_rowlist_filter_new(struct yg_rowlist *l, struct yg_query *filter)
{
	yg_query_free(l->filter);
	l->filter = filter;
	l->is_scanning = false;
	l->found.count = 0;
	if (filter)
		start_scan(l, false);
}

void yg_rowlist_sort(struct yg_rowlist *l, int column, bool descending)
{
	l->sort_column = column;
	l->is_descending = descending;
	l->sort_fields = column < 0 ? 0 : yg_expr_fields(l->table->columns[column].expr);
	l->needs_sort = true;
	l->sorted_us = 0;
}

/* ---- changes ---- */

static void take_in(struct yg_rowlist *l, const struct yg_change *change, uint64_t names)
{
	uint64_t filter = yg_query_fields(l->filter, l->table->kind);
	uint64_t sort = l->sort_fields | names;

	if (change->fields & sort) {
		l->needs_sort = true;
		if (change->fields & names)
			l->sorted_us = 0;
	}
	if (l->filter && change->fields & filter)
		l->needs_scan = true;
	if (l->table->filter && change->fields & yg_query_fields(l->table->filter, l->table->kind))
		l->sorted_us = 0, l->needs_sort = true;
}

bool yg_rowlist_change(struct yg_rowlist *l, const struct yg_change *changes, size_t count)
{
	const uint64_t names = (uint64_t)1 << YG_F_NAME;
	size_t added = 0, gone = 0;
	bool is_fresh = l->needs_sort && !l->sorted_us;

	for (size_t i = 0; i < count; i++) {
		if (changes[i].kind != l->table->kind)
			continue;
		added += changes[i].what == YG_ADDED;
		gone += changes[i].what == YG_GONE;
		if (changes[i].what == YG_CHANGED)
			take_in(l, &changes[i], names);
	}
	if (gone && !is_fresh) {
		compact(l, &l->all);
		compact(l, &l->found);
		if (l->is_scanning)
			start_scan(l, l->is_background);
	}
	if (added > FEW || (added && l->needs_sort)) {
		l->needs_sort = true;
		l->sorted_us = 0;
	} else if (added && !is_fresh)
		for (size_t i = 0; i < count; i++)
			if (changes[i].kind == l->table->kind && changes[i].what == YG_ADDED &&
			    is_ours(l, changes[i].slot, yg_now_ms()))
				insert(l, changes[i].slot);
	return added || gone;
}

/* ---- slices ---- */

static bool scan(struct yg_rowlist *l, int64_t until_us)
{
	struct yg_slots *to = l->is_background ? &l->next : &l->found;
	size_t before = to->count;
	int64_t now = yg_now_ms();

	do {
		size_t end = YG_MIN(l->scan_at + SCAN_CHUNK, l->all.count);
		yg_vec_reserve(to, to->count + SCAN_CHUNK);
		for (; l->scan_at < end; l->scan_at++) {
			uint32_t slot = l->all.items[l->scan_at];
			const struct yg_row *row = yg_inventory_row(l->inv, slot);
			if (row && yg_query_match(l->filter, row, now))
				to->items[to->count++] = slot;
		}
	} while (l->scan_at < l->all.count && yg_mono_us() < until_us);
	if (l->scan_at < l->all.count)
		return !l->is_background && to->count != before;
	l->is_scanning = false;
	l->scanned_us = yg_mono_us();
	if (l->is_background) {
		struct yg_slots old = l->found;
		l->found = l->next;
		l->next = old;
	}
	return true;
}

static bool is_sort_due(const struct yg_rowlist *l, int64_t now_us)
{
	if (!l->needs_sort)
		return false;
	if (l->sorted_us)
		return now_us - l->sorted_us >= RESORT_US;
	return !l->all.count || now_us - l->collected_us >= COLLECT_US + 4 * l->collect_took_us;
}

bool yg_rowlist_work(struct yg_rowlist *l, int64_t budget_us)
{
	int64_t start = yg_mono_us();
	bool changed = false;

	if (is_sort_due(l, start)) {
		if (l->sorted_us)
			sort_all(l);
		else
			collect(l);
		changed = true;
		if (l->filter)
			start_scan(l, !l->is_scanning || l->is_background);
	}
	if (l->filter && l->needs_scan && !l->is_scanning && start - l->scanned_us >= RESCAN_US)
		start_scan(l, true);
	if (l->is_scanning)
		changed |= scan(l, start + budget_us);
	return changed;
}
