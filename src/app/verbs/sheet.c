/* sheet: cells of text, put under each other by their width on the screen. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/sheet.h"

#include <stdlib.h>

#include "api/yagura.h"
#include "app/verbs.h"

/* One overlong text, of somebody who means harm, must not pad all rows to its width. */
#define COLUMN_MAX 200

struct yg_sheet_cell {
	size_t at; /* in the text */
	uint32_t len;
	uint16_t width;
	uint16_t style;
};

static int width_of(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] >= 0x80)
			return yg_text_cells(text);
	return (int)len;
}

static void add(struct yg_sheet *s, const char *text, enum yg_style style, size_t column)
{
	size_t len = strlen(text);
	int width = YG_MIN(width_of(text, len), UINT16_MAX);

	if (s->count == s->room) {
		s->room = s->room * 2 + 64;
		s->cells = yg_xreallocarray(s->cells, s->room, sizeof(*s->cells));
	}
	s->cells[s->count++] = (struct yg_sheet_cell){
	    .at = s->text.len,
	    .len = (uint32_t)len,
	    .width = (uint16_t)width,
	    .style = (uint16_t)style,
	};
	yg_buf_add(&s->text, text, len);
	s->columns[column].width = YG_MAX(s->columns[column].width, YG_MIN(width, COLUMN_MAX));
}

void yg_sheet_column(struct yg_sheet *s, const char *title, bool is_right)
{
	s->columns[s->n_columns].is_right = is_right;
	s->n_columns++;
	add(s, title, YG_ST_COLUMN, s->n_columns - 1);
}

void yg_sheet_cell(struct yg_sheet *s, const char *text, enum yg_style style)
{
	add(s, text, style, s->count % s->n_columns);
}

static void write_cell(const struct yg_sheet *s, const struct yg_sheet_cell *cell, size_t column,
    struct yg_buf *out, bool has_colour)
{
	size_t pad = (size_t)YG_MAX(s->columns[column].width - (int)cell->width, 0);
	const char *ansi = has_colour && cell->len ? yg_ansi(cell->style) : "";

	if (s->columns[column].is_right)
		yg_buf_fill(out, ' ', pad);
	yg_buf_str(out, ansi);
	yg_buf_add(out, s->text.data + cell->at, cell->len);
	if (ansi[0])
		yg_buf_str(out, "\033[0m");
	if (!s->columns[column].is_right)
		yg_buf_fill(out, ' ', pad);
}

void yg_sheet_write(const struct yg_sheet *s, struct yg_buf *out, bool has_colour)
{
	for (size_t i = 0; i < s->count; i += s->n_columns) {
		for (size_t c = 0; c < s->n_columns && i + c < s->count; c++) {
			if (c)
				yg_buf_str(out, "  ");
			write_cell(s, &s->cells[i + c], c, out, has_colour);
		}
		while (out->len && out->data[out->len - 1] == ' ')
			out->len--;
		yg_buf_char(out, '\n');
	}
}

void yg_sheet_done(struct yg_sheet *s)
{
	yg_buf_done(&s->text);
	free(s->cells);
	memset(s, 0, sizeof(*s));
}
