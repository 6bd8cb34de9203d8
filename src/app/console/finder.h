/* finder: one list of everything: rows, actions, views, commands, themes, found by a few letters.
 *
 * Rows are not copied but looked at where they are, in slices, so that a hundred thousand of them
 * never hold a key; only the best are kept. What was chosen often comes first, as long as the
 * program runs. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_FINDER_H
#define YG_APP_CONSOLE_FINDER_H

#include "app/console/console.h"
#include "base/map.h"
#include "model/fuzzy.h"

#define YG_FINDER_BEST 300 /* so many can be chosen from */

/* What can be chosen that is no row. */
struct yg_finder_item {
	const char *what; /* "view", "action" */
	char *label;
	char *help;
	char *key;
	char *command; /* run when it is chosen; one that ends in a blank is typed instead */
	bool is_disabled;
};

/* A fit: of an item, or of a row behind them. */
struct yg_finder_hit {
	int score, length;
	uint32_t index; /* of an item, or their number and the position among the rows */
};

struct yg_finder {
	struct yg_line line;
	struct yg_fuzzy wanted;
	struct yg_vec(struct yg_finder_item) items;
	struct yg_vec(uint32_t) rows; /* slots, as they were when it was opened */
	struct yg_finder_hit best[YG_FINDER_BEST];
	size_t n_best, n_found;
	size_t scan_at; /* items and rows looked at */
	size_t at, top, page;
	struct yg_map used; /* how often: keys of rows and command lines to counts */
};

void yg_finder_open(struct yg_console *con);
void yg_finder_event(struct yg_console *con, const struct yg_event *ev);
/* Goes on looking; true if there is more to do. */
bool yg_finder_work(struct yg_console *con);
void yg_finder_draw(struct yg_console *con, struct yg_canvas *c);
void yg_finder_free(struct yg_console *con);

/* ---- for its drawing ---- */
/* The item of a hit, or NULL: then *out_row is the row, or NULL if that is gone. */
const struct yg_finder_item *yg_finder_item(
    struct yg_console *con, const struct yg_finder_hit *hit, const struct yg_row **out_row);

#endif
