/* cells: how a table shows a value in a column: its text, its order, its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/cells.h"

#include <math.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

enum yg_format yg_cell_format(const struct yg_column *column, const struct yg_kind *kind)
{
	if (column->format != YG_FMT_AUTO)
		return column->format;
	int field = yg_expr_field(column->expr);
	return field < 0 ? YG_FMT_NUMBER : yg_format_of_type(kind->fields[field].type);
}

/* By integers where one can hold it, which is far quicker. */
static const char *percent_text(double n, char *buf, size_t size)
{
	if (fabs(n) < 1e9)
		snprintf(buf, size, "%ld%%", lrint(n));
	else
		snprintf(buf, size, "%.0f%%", n);
	return buf;
}

static void format_number(struct yg_buf *out, enum yg_format format, double n)
{
	char text[32];

	switch (format) {
	case YG_FMT_BYTES: yg_buf_str(out, yg_fmt_bytes(n, text, sizeof(text))); break;
	case YG_FMT_RATE: yg_buf_printf(out, "%s/s", yg_fmt_bytes(n, text, sizeof(text))); break;
	case YG_FMT_PERCENT:
	case YG_FMT_BAR:
	case YG_FMT_SPARK: yg_buf_str(out, percent_text(n, text, sizeof(text))); break;
	case YG_FMT_AGE:
		n = (double)yg_now_ms() - n;
		yg_buf_str(out, yg_fmt_age((int64_t)n, text, sizeof(text)));
		break;
	case YG_FMT_DURATION:
		yg_buf_str(out, yg_fmt_duration((int64_t)n, text, sizeof(text)));
		break;
	default: yg_buf_str(out, yg_fmt_real(n, text, sizeof(text)));
	}
}

void yg_cell_text(struct yg_buf *out, const struct yg_column *column, const struct yg_row *row)
{
	enum yg_format format = yg_cell_format(column, row->kind);
	int field = yg_expr_field(column->expr);

	if (field >= 0 && (yg_type_is_text(row->kind->fields[field].type) ||
			      row->kind->fields[field].type == YG_T_STATE ||
			      row->kind->fields[field].type == YG_T_BOOL)) {
		yg_row_format(out, row, field);
		return;
	}
	struct yg_expr_value v = yg_expr_eval(column->expr, row, yg_now_ms());
	if (v.is == YG_IS_NUMBER)
		format_number(out, format, v.number);
	else if (v.is == YG_IS_TEXT)
		yg_text_clean(out, v.text, strlen(v.text));
}

double yg_cell_number(const struct yg_column *column, const struct yg_row *row, int64_t now_ms)
{
	struct yg_expr_value v = yg_expr_eval(column->expr, row, now_ms);

	if (v.is != YG_IS_NUMBER)
		return NAN;
	/* What began last is youngest: ages sort as people read them. */
	return yg_cell_format(column, row->kind) == YG_FMT_AGE ? -v.number : v.number;
}

const char *yg_cell_sort_text(
    const struct yg_column *column, const struct yg_row *row, int64_t now_ms)
{
	int field = yg_expr_field(column->expr);
	struct yg_ref ref;

	if (field >= 0 && row->kind->fields[field].type == YG_T_REF)
		return yg_ref_next(yg_row_text(row, field), &ref) ? ref.name : "";
	struct yg_expr_value v = yg_expr_eval(column->expr, row, now_ms);
	return v.is == YG_IS_TEXT ? v.text : "";
}

/* ---- drawing ---- */

/* What a text cell needs to know. */
struct place {
	struct yg_canvas *c;
	int x, y, width, style;
};

static void draw_text(const struct place *p, const char *text, bool is_right)
{
	if (is_right && yg_text_cells(text) <= p->width)
		yg_put_right(p->c, p->x, p->y, p->width, p->style, text);
	else
		yg_put(p->c, p->x, p->y, p->width, p->style, text);
}

/* A style that the format likes, unless the row or a rule has one already. */
static int own_style(int style, int wanted)
{
	return (style & YG_ST_MASK) == YG_ST_TEXT ? wanted | (style & ~YG_ST_MASK) : style;
}

static void draw_bar(
    const struct place *p, const struct yg_column *column, const struct yg_row *row)
{
	struct yg_expr_value v = yg_expr_eval(column->expr, row, yg_now_ms());
	char text[32];

	if (v.is != YG_IS_NUMBER)
		return;
	int bar = p->width - 5;
	percent_text(v.number, text, sizeof(text));
	if (bar >= 3)
		yg_put_bar(p->c, p->x, p->y, bar, own_style(p->style, YG_ST_BAR), v.number);
	yg_put_right(p->c, p->x + p->width - 4, p->y, 4, p->style, text);
}

static void draw_spark(
    const struct place *p, const struct yg_column *column, struct yg_host *host, uint32_t slot)
{
	float samples[YG_SERIES_LEN];
	int field = yg_expr_field(column->expr);
	size_t n = (size_t)YG_MIN(p->width, YG_SERIES_LEN);

	if (field < 0)
		return;
	if (yg_series_get(yg_host_series(host), slot, field, samples, n))
		yg_put_spark(p->c, p->x, p->y, p->width, own_style(p->style, YG_ST_SPARK), samples,
		    n, column->max);
}

static void draw_state(const struct place *p, const struct yg_row *row, bool glyph_only)
{
	int meaning = (int)yg_row_meaning(row);
	int style = own_style(p->style, meaning), own = style & YG_ST_MASK;
	int state = yg_row_state(row);

	/* A rule may know better than the state: it runs, but it is not well. */
	if (own >= YG_ST_OK && own <= YG_ST_UNKNOWN)
		meaning = own;
	yg_put_glyph(p->c, p->x, p->y, (style & ~YG_ST_MASK) | meaning);
	if (glyph_only || p->width < 4)
		return;
	if (state < 0 || (size_t)state >= row->kind->n_states)
		state = 0;
	yg_put(p->c, p->x + 2, p->y, p->width - 2, style, row->kind->states[state].name);
}

void yg_cell_draw(struct yg_canvas *c, int x, int y, int width, int style,
    const struct yg_column *column, const struct yg_row *row, struct yg_host *host, uint32_t slot)
{
	struct place p = {c, x, y, width, style};
	struct yg_buf text = {0};

	switch (yg_cell_format(column, row->kind)) {
	case YG_FMT_BAR: draw_bar(&p, column, row); return;
	case YG_FMT_SPARK: draw_spark(&p, column, host, slot); return;
	case YG_FMT_GLYPH: draw_state(&p, row, true); return;
	case YG_FMT_STATE: draw_state(&p, row, false); return;
	default: break;
	}
	yg_cell_text(&text, column, row);
	draw_text(&p, yg_buf_text(&text), column->is_right);
	yg_buf_done(&text);
}
