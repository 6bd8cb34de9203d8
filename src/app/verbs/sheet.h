/* sheet: cells of text, put under each other by their width on the screen. All zero is empty. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_SHEET_H
#define YG_APP_VERBS_SHEET_H

#include "base/buf.h"
#include "model/style.h"

#define YG_SHEET_COLUMNS 72

struct yg_sheet {
	struct yg_buf text; /* of all cells, one behind the other */
	struct yg_sheet_cell *cells;
	size_t count, room, n_columns;
	struct {
		int width;
		bool is_right;
	} columns[YG_SHEET_COLUMNS];
};

/* First all columns, then the cells, row by row. */
void yg_sheet_column(struct yg_sheet *s, const char *title, bool is_right);
/* text is harmless already; style: YG_ST_TEXT for none. */
void yg_sheet_cell(struct yg_sheet *s, const char *text, enum yg_style style);
/* The lines, titles first. */
void yg_sheet_write(const struct yg_sheet *s, struct yg_buf *out, bool has_colour);
void yg_sheet_done(struct yg_sheet *s);

#endif
