/* metrics_draw: how the chart, its axes and its legend are drawn. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "views/metrics.h"

#define LABEL_W  8  /* of the axis of values */
#define FIGURE_W 9  /* a column of the legend */
#define TICK_W   14 /* cells between two times, at least */

static const int styles[METRICS_ROWS] = {YG_ST_LINE_1, YG_ST_LINE_2, YG_ST_LINE_3, YG_ST_LINE_4,
    YG_ST_LINE_1, YG_ST_LINE_2, YG_ST_LINE_3, YG_ST_LINE_4};

/* ---- words ---- */

static const char *figure(const struct metrics *m, double value, char *buf, size_t size)
{
	char text[24];

	if (!isfinite(value)) {
		snprintf(buf, size, "-");
		return buf;
	}
	switch (m->kind->fields[m->field].type) {
	case YG_T_PERCENT:
		snprintf(buf, size, "%s%%", yg_fmt_real(value, text, sizeof(text)));
		break;
	case YG_T_BYTES: yg_fmt_bytes(value, buf, size); break;
	case YG_T_RATE: snprintf(buf, size, "%s/s", yg_fmt_bytes(value, text, sizeof(text))); break;
	case YG_T_DURATION: yg_fmt_duration((int64_t)value, buf, size); break;
	default: yg_fmt_real(value, buf, size);
	}
	return buf;
}

static const char *clock_text(int64_t ms, const char *format, char *buf, size_t size)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	if (!strftime(buf, size, format, &tm))
		buf[0] = '\0';
	return buf;
}

/* Local time less UTC: so that an axis has its marks at full hours where we are. */
static int64_t offset_ms(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;

	localtime_r(&seconds, &tm);
	return (int64_t)tm.tm_gmtoff * 1000;
}

/* ---- what is to be seen ---- */

static struct yg_chart_samples samples_of(const struct metrics *m, int row)
{
	return (struct yg_chart_samples){m->times, m->rows[row].values, YG_SERIES_LONG};
}

/* Which columns: the newest ones, or those around the cursor. In whole cells, so that dots keep
 * their places in a cell while time goes on. */
static void look(struct metrics *m, int w, int h)
{
	int64_t newest = m->times[YG_SERIES_LONG - 1];
	struct yg_chart_frame *f = &m->frame;

	*f =
	    (struct yg_chart_frame){.w = YG_MIN(w, YG_CHART_W_MAX), .h = YG_MIN(h, YG_CHART_H_MAX)};
	f->dot_ms = metrics_zooms[m->zoom];
	f->gap_ms = YG_SERIES_PACE_MS * 5 / 2;
	if (!newest)
		newest = yg_now_ms();
	f->first = (newest / f->dot_ms / 2 + 1 - f->w) * 2;
	if (m->cursor_ms)
		f->first =
		    YG_MIN(f->first, (m->times[metrics_at(m)] / f->dot_ms / 2 - f->w / 8) * 2);
}

static bool is_in_sight(const struct metrics *m, int sample)
{
	int64_t column = m->times[sample] / m->frame.dot_ms - m->frame.first;

	return m->times[sample] && column >= 0 && column < m->frame.w * 2;
}

/* Least, mean and most of what is in sight; NAN: nothing is. */
static void sum_up(const struct metrics *m, int row, double out[3])
{
	double sum = 0;
	int known = 0;

	out[0] = out[2] = NAN;
	for (int i = 0; i < YG_SERIES_LONG; i++) {
		double value = m->rows[row].values[i];
		if (!isfinite(value) || !is_in_sight(m, i))
			continue;
		out[0] = known ? YG_MIN(out[0], value) : value;
		out[2] = known ? YG_MAX(out[2], value) : value;
		sum += value;
		known++;
	}
	out[1] = known ? sum / known : NAN;
}

/* false: there is nothing to draw. */
static bool fit_scale(struct metrics *m)
{
	enum yg_type type = m->kind->fields[m->field].type;
	double least = NAN, most = NAN, sums[3];

	for (int i = 0; i < m->n_rows; i++) {
		sum_up(m, i, sums);
		least = fmin(least, sums[0]); /* fmin() takes the number where one is none */
		most = fmax(most, sums[2]);
	}
	if (m->scale_h != m->frame.h)
		m->scale = (struct yg_scale){0};
	m->scale_h = m->frame.h;
	yg_scale_fit(&m->scale, least, most, YG_MIN(YG_MAX(m->frame.h / 3, 2), 8),
	    type == YG_T_REAL ? 0 : 1, type == YG_T_BYTES || type == YG_T_RATE);
	m->frame.low = m->scale.low;
	m->frame.high = m->scale.high;
	return !isnan(most);
}

/* ---- axes ---- */

/* The row of cells, from the top of the plot, where a value is. */
static int cell_row(const struct metrics *m, double value)
{
	double share = (value - m->frame.low) / (m->frame.high - m->frame.low);
	int dots = (int)lround(YG_MIN(YG_MAX(share, 0), 1) * (m->frame.h * 4 - 1));

	return m->frame.h - 1 - dots / 4;
}

static void draw_values(const struct metrics *m, struct yg_canvas *c, int top)
{
	char text[32];

	for (int y = 0; y < m->frame.h; y++)
		yg_put(c, LABEL_W, top + y, 1, YG_ST_BORDER, "│");
	for (double at = m->scale.low; at < m->scale.high + m->scale.step / 2;
	     at += m->scale.step) {
		int y = top + cell_row(m, at);
		yg_put_right(c, 0, y, LABEL_W - 1, YG_ST_DIM, figure(m, at, text, sizeof(text)));
		yg_put(c, LABEL_W, y, 1, YG_ST_BORDER, "┤");
		for (int x = 2; x < m->frame.w; x += 4)
			yg_put(c, LABEL_W + 1 + x, y, 1, YG_ST_BAR_REST, "·");
	}
}

static void draw_times(const struct metrics *m, struct yg_canvas *c, int y)
{
	const struct yg_chart_frame *f = &m->frame;
	int64_t step = yg_chart_time_step(f->dot_ms * 2 * TICK_W);
	int64_t begin = f->first * f->dot_ms, shift = offset_ms(begin);
	char text[16];

	yg_put(c, LABEL_W, y, 1, YG_ST_BORDER, "╰");
	for (int x = 0; x < f->w; x++)
		yg_put(c, m->plot_x + x, y, 1, YG_ST_BORDER, "─");
	for (int64_t at = ((begin + shift) / step + 1) * step - shift;; at += step) {
		int x = (int)((at / f->dot_ms - f->first) / 2);
		if (x >= f->w)
			break;
		yg_put(c, m->plot_x + x, y, 1, YG_ST_BORDER, "┬");
		clock_text(at, step % 60000 ? "%H:%M:%S" : "%H:%M", text, sizeof(text));
		int from = m->plot_x + x - (int)strlen(text) / 2;
		if (from > LABEL_W && from + (int)strlen(text) <= yg_canvas_width(c))
			yg_put(c, from, y + 1, -1, YG_ST_DIM, text);
	}
}

/* ---- lines ---- */

static void put_dots(const struct metrics *m, struct yg_canvas *c, int top)
{
	const struct yg_chart_cell *cell = m->cells;

	for (int y = 0; y < m->frame.h; y++)
		for (int x = 0; x < m->frame.w; x++, cell++) {
			char text[5] = "";
			if (!cell->dots)
				continue;
			yg_utf8_put(0x2800u + cell->dots, text);
			yg_put(c, m->plot_x + x, top + y, 1, styles[cell->line], text);
		}
}

static void draw_dots(struct metrics *m, struct yg_canvas *c, int top)
{
	size_t n = (size_t)m->frame.w * (size_t)m->frame.h;

	if (m->room < n) {
		m->cells = yg_xreallocarray(m->cells, n, sizeof(*m->cells));
		m->room = n;
	}
	yg_chart_clear(&m->frame, m->cells);
	for (int i = 1; i <= m->n_rows; i++) {
		int row = (m->chosen + i) % m->n_rows; /* the chosen one last: in front */
		struct yg_chart_samples samples = samples_of(m, row);
		yg_chart_line(&m->frame, m->cells, (uint8_t)row, &samples);
	}
	put_dots(m, c, top);
}

/* A column of blocks in eighths; of zero an eighth is left, for what is known. */
static void put_blocks(const struct metrics *m, struct yg_canvas *c, int top, int x, double value)
{
	static const char *const eighths[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	double share = (value - m->frame.low) / (m->frame.high - m->frame.low);
	int level = YG_MAX((int)lround(share * m->frame.h * 8), 1);

	for (int y = m->frame.h - 1; y >= 0 && level > 0; y--, level -= 8)
		yg_put(
		    c, m->plot_x + x, top + y, 1, styles[m->chosen], eighths[YG_MIN(level, 8) - 1]);
}

/* Where there are no fine dots: the chosen row in blocks, and the others' letters before it. */
static void draw_blocks(struct metrics *m, struct yg_canvas *c, int top)
{
	float low[YG_CHART_W_MAX], high[YG_CHART_W_MAX];

	for (int i = 0; i < m->n_rows; i++) {
		int row = (m->chosen + i) % m->n_rows;
		char letter[2] = {(char)('a' + row), '\0'};
		struct yg_chart_samples samples = samples_of(m, row);
		yg_chart_columns(&samples, m->frame.first / 2, m->frame.dot_ms * 2, m->frame.gap_ms,
		    low, high, (size_t)m->frame.w);
		for (int x = 0; x < m->frame.w; x++) {
			if (isnan(high[x]))
				continue;
			if (row == m->chosen)
				put_blocks(m, c, top, x, high[x]);
			else
				yg_put(c, m->plot_x + x, top + cell_row(m, high[x]), 1, styles[row],
				    letter);
		}
	}
}

/* Each line's letter, at the height of its newest sample, or as near as there is room. */
static void draw_letters(const struct metrics *m, struct yg_canvas *c, int top)
{
	bool is_taken[YG_CHART_H_MAX] = {false};

	for (int i = 0; i < m->n_rows; i++) {
		int sample = YG_SERIES_LONG - 1;
		while (sample > 0 && (isnan(m->rows[i].values[sample]) || !is_in_sight(m, sample)))
			sample--;
		if (!is_in_sight(m, sample) || isnan(m->rows[i].values[sample]))
			continue;
		int want = cell_row(m, m->rows[i].values[sample]), y = want;
		for (int by = 1; y >= 0 && y < m->frame.h && is_taken[y] && by < m->frame.h; by++) {
			y = want - by >= 0 && !is_taken[want - by] ? want - by : want + by;
			y = YG_MIN(y, m->frame.h - 1);
		}
		is_taken[y] = true;
		yg_putf(c, m->plot_x + m->frame.w, top + y, 1,
		    styles[i] | (i == m->chosen ? YG_ST_STRONG : 0), "%c", 'a' + i);
	}
}

static void draw_cursor(const struct metrics *m, struct yg_canvas *c, int top)
{
	int64_t column = m->times[metrics_at(m)] / m->frame.dot_ms - m->frame.first;
	int x = (int)(column / 2);

	if (!m->cursor_ms || column < 0 || x >= m->frame.w)
		return;
	for (int y = 0; y < m->frame.h; y++)
		if (!m->cells || yg_canvas_is_plain(c) || !m->cells[y * m->frame.w + x].dots)
			yg_put(c, m->plot_x + x, top + y, 1, YG_ST_ACCENT, "│");
	yg_put(c, m->plot_x + x, top + m->frame.h, 1, YG_ST_ACCENT, "┼");
}

/* ---- around it ---- */

static void draw_heading(const struct metrics *m, struct yg_canvas *c)
{
	const struct yg_field *f = &m->kind->fields[m->field];
	int w = yg_canvas_width(c);
	char whole[32], cell[32], text[96];
	int64_t cell_ms = m->frame.dot_ms * 2;

	snprintf(text, sizeof(text), _("%s in sight, a cell is %s"),
	    yg_fmt_duration(cell_ms * m->frame.w, whole, sizeof(whole)),
	    yg_fmt_duration(cell_ms, cell, sizeof(cell)));
	int x = 1 + yg_put(c, 1, 0, 12, YG_ST_ACCENT, f->title) + 1;
	int room = w - x - yg_text_cells(text) - 2;
	yg_put(c, x, 0, YG_MAX(room, 8), YG_ST_TEXT, _(f->help));
	if (room >= 8)
		yg_put_right(c, x, 0, w - x - 1, YG_ST_DIM, text);
}

static void draw_legend_row(
    const struct metrics *m, struct yg_canvas *c, int y, int row, int flags, bool is_plain)
{
	const struct metrics_row *r = &m->rows[row];
	int w = yg_canvas_width(c), x = w - 4 * FIGURE_W - 1;
	double figures[4] = {r->values[metrics_at(m)]};
	char text[32];

	if (flags)
		yg_put_fill(c, 0, y, w, YG_ST_TEXT | flags);
	yg_putf(c, 1, y, 1, styles[row] | YG_ST_STRONG | flags, "%c", 'a' + row);
	yg_put(c, 3, y, 2, styles[row] | flags, is_plain ? "--" : "━━");
	int used = yg_put(c, 6, y, x - 7, YG_ST_TEXT | flags, r->name);
	if (r->slot == YG_NO_SLOT)
		yg_put(c, 7 + used, y, x - 8 - used, YG_ST_DIM | flags, _("gone"));
	sum_up(m, row, figures + 1);
	for (int i = 0; i < 4; i++, x += FIGURE_W)
		yg_put_right(c, x, y, FIGURE_W - 1, (i ? YG_ST_DIM : YG_ST_NUMBER) | flags,
		    figure(m, figures[i], text, sizeof(text)));
}

/* The time that is read, and of each row its value then, and least, mean and most in sight. */
static void draw_legend(const struct metrics *m, struct yg_canvas *c, int y, int n)
{
	static const char *const heads[] = {N_("then"), N_("least"), N_("mean"), N_("most")};
	int at = metrics_at(m), x = yg_canvas_width(c) - 4 * FIGURE_W - 1;
	char text[32];

	if (m->times[at])
		yg_putf(c, 1, y, x - 2, m->cursor_ms ? YG_ST_ACCENT : YG_ST_DIM, _("at %s"),
		    clock_text(m->times[at], "%Y-%m-%d %H:%M:%S", text, sizeof(text)));
	for (size_t i = 0; i < YG_COUNT(heads); i++, x += FIGURE_W)
		yg_put_right(c, x, y, FIGURE_W - 1, YG_ST_COLUMN,
		    i || m->cursor_ms ? _(heads[i]) : _("now"));
	int first = YG_MAX(m->chosen - n + 1, 0);
	for (int i = 0; i < n; i++)
		draw_legend_row(m, c, y + 1 + i, first + i,
		    m->n_rows > 1 && first + i == m->chosen ? YG_ST_SELECTED : 0,
		    yg_canvas_is_plain(c));
}

/* Which times and values are seen depends on the room that there is, which only draw() knows. */
void metrics_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct metrics *m = v->priv;
	int w = yg_canvas_width(c), h = yg_canvas_height(c);
	int legend = YG_MIN(m->n_rows, YG_MAX(h / 4, 1)), plot_h = h - 4 - legend;

	m->plot_x = LABEL_W + 1;
	if (plot_h < 2 || w < LABEL_W + 4 * FIGURE_W) {
		yg_put(c, 0, 0, -1, YG_ST_DIM, _("there is no room for a chart"));
		return;
	}
	look(m, w - m->plot_x - 2, plot_h);
	bool is_known = fit_scale(m);
	draw_heading(m, c);
	draw_values(m, c, 1);
	draw_times(m, c, 1 + plot_h);
	if (yg_canvas_is_plain(c))
		draw_blocks(m, c, 1);
	else
		draw_dots(m, c, 1);
	draw_letters(m, c, 1);
	draw_cursor(m, c, 1);
	if (!is_known)
		yg_put(c, m->plot_x + 2, 1 + plot_h / 2, m->frame.w - 2, YG_ST_DIM,
		    _("no samples yet: one is taken every 2 s"));
	draw_legend(m, c, 3 + plot_h, legend);
}
