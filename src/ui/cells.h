/* cells: how a table shows a value in a column: its text, its order, its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_CELLS_H
#define YG_UI_CELLS_H

#include "api/yagura.h"
#include "model/table.h"

/* The format a column really has: AUTO is looked up by the field's type. */
enum yg_format yg_cell_format(const struct yg_column *column, const struct yg_kind *kind);
/* Appends the value as text, harmless, for `get` and for the screen. */
void yg_cell_text(struct yg_buf *out, const struct yg_column *column, const struct yg_row *row);
/* The value as a number for sorting; NAN where it is absent or a text. */
double yg_cell_number(const struct yg_column *column, const struct yg_row *row, int64_t now_ms);
/* The value's text for sorting, borrowed; "" where it is a number or absent. */
const char *yg_cell_sort_text(
    const struct yg_column *column, const struct yg_row *row, int64_t now_ms);
/* Draws the value into width cells. style: of the row or a rule, or-ed with flags; YG_ST_TEXT lets
 * the format choose its own. */
void yg_cell_draw(struct yg_canvas *c, int x, int y, int width, int style,
    const struct yg_column *column, const struct yg_row *row, struct yg_host *host, uint32_t slot);

#endif
