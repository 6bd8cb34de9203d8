/* rowlist: the rows of a table in order: sorted, filtered, kept up to date as rows change. Work is
 * done in slices, so that a hundred thousand rows never hold a key press. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_ROWLIST_H
#define YG_UI_ROWLIST_H

#include "base/vec.h"
#include "model/inventory.h"
#include "model/table.h"

struct yg_slots yg_vec(uint32_t);

struct yg_rowlist {
	struct yg_inventory *inv;
	const struct yg_table *table;
	struct yg_slots all;     /* every row of the table, sorted */
	struct yg_slots found;   /* those that the filter lets through, in the same order */
	struct yg_slots next;    /* found anew in the background, put in place when it is whole */
	struct yg_query *filter; /* NULL: found is not used */
	int sort_column;         /* of the table; -1 by name */
	bool is_descending;
	bool is_scanning;   /* found (or next) is not whole yet */
	bool is_background; /* the scan goes to next */
	bool needs_sort, needs_scan;
	size_t scan_at;    /* position in all */
	int64_t sorted_us; /* 0: needs to be collected anew */
	int64_t collected_us, collect_took_us, scanned_us;
	uint64_t sort_fields;
};

void yg_rowlist_init(struct yg_rowlist *l, struct yg_inventory *inv, const struct yg_table *table);
void yg_rowlist_done(struct yg_rowlist *l);
/* What is to be shown now. */
const struct yg_slots *yg_rowlist_shown(const struct yg_rowlist *l);
/* Takes over the query (NULL: none) and starts to look, from the top. */
void yg_rowlist_filter_new(struct yg_rowlist *l, struct yg_query *filter);
void yg_rowlist_sort(struct yg_rowlist *l, int column, bool descending);
/* Takes in changes; true if the order or the set may be different. */
bool yg_rowlist_change(struct yg_rowlist *l, const struct yg_change *changes, size_t count);
/* Goes on with what is due, for about budget_us; true if what is shown is different now. Call it
 * again soon while yg_rowlist_is_busy(). */
bool yg_rowlist_work(struct yg_rowlist *l, int64_t budget_us);
bool yg_rowlist_is_busy(const struct yg_rowlist *l);

#endif
