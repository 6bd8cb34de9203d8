/* tableview: a table of rows of one kind as a view: filter, sort, marks, cursor. Made from a struct
 * yg_table; one view type for each table. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_TABLEVIEW_H
#define YG_UI_TABLEVIEW_H

#include "api/yagura.h"
#include "model/table.h"

/* A view type for the table; the table is borrowed until _free(). Give its ops to
 * yg_view_register(); it is named as the table. */
struct yg_view_ops *yg_tableview_new(const struct yg_table *table);
void yg_tableview_free(struct yg_view_ops *ops);
/* The table of a view, or NULL if the view is none: filter and order are then refused, what is
 * asked of it is empty. Marks need a table. */
const struct yg_table *yg_tableview_table(const struct yg_view *v);

/* Shows only what matches; NULL or "" shows all. The result comes in slices, see recalc(): first
 * the top of the list, so that a screen is full at once. */
int yg_tableview_filter(struct yg_view *v, const char *query, struct yg_err *err);
const char *yg_tableview_filter_text(const struct yg_view *v);
/* By a column's title, source or field name, "-" in front turns it round; NULL: the next column. */
int yg_tableview_sort(struct yg_view *v, const char *spec, struct yg_err *err);
void yg_tableview_sort_next(struct yg_view *v);
/* "cpu", "-cpu", or "name". */
void yg_tableview_sort_text(const struct yg_view *v, struct yg_buf *out);
/* true if it is the order of the view's own file, and back to that. */
bool yg_tableview_is_sorted_as_made(const struct yg_view *v);
void yg_tableview_sort_as_made(struct yg_view *v);
void yg_tableview_mark(struct yg_view *v, uint32_t slot, bool on);
void yg_tableview_mark_all(struct yg_view *v, bool on);
bool yg_tableview_is_marked(const struct yg_view *v, uint32_t slot);
size_t yg_tableview_n_marked(const struct yg_view *v);
/* Of any view: the marked rows that are shown, or else the one under the cursor, or what it is
 * about. Returns how many there are. */
size_t yg_tableview_targets(struct yg_view *v, uint32_t *out, size_t max);
/* Moves the cursor to a row; false if it is not shown. */
bool yg_tableview_go(struct yg_view *v, uint32_t slot);
/* Rows on screen now, top first; returns how many. */
size_t yg_tableview_on_screen(const struct yg_view *v, uint32_t *out, size_t max);
/* Only the view with the keys shows its cursor. */
void yg_tableview_focus(struct yg_view *v, bool on);

#endif
