/* canvas: the screen as cells in memory. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/canvas.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"

static const struct yg_cell blank = {.ch = {' '}, .width = 1};

void yg_grid_clear(struct yg_grid *g)
{
	for (size_t i = 0; i < (size_t)g->w * (size_t)g->h; i++)
		g->cells[i] = blank;
	g->cursor_x = g->cursor_y = -1;
}

void yg_grid_resize(struct yg_grid *g, int w, int h)
{
	g->w = YG_MAX(w, 1);
	g->h = YG_MAX(h, 1);
	g->cells = yg_xreallocarray(g->cells, (size_t)g->w * (size_t)g->h, sizeof(*g->cells));
	yg_grid_clear(g);
}

void yg_grid_done(struct yg_grid *g)
{
	free(g->cells);
	*g = (struct yg_grid){0};
}

struct yg_canvas yg_canvas_of(struct yg_grid *g)
{
	return (struct yg_canvas){.grid = g, .clip = {.w = g->w, .h = g->h}};
}

struct yg_canvas yg_canvas_sub(const struct yg_canvas *c, struct yg_rect r)
{
	int x0 = YG_MAX(r.x, 0), y0 = YG_MAX(r.y, 0);
	int x1 = YG_MIN(r.x + r.w, c->clip.w), y1 = YG_MIN(r.y + r.h, c->clip.h);
	struct yg_rect clip = {.x = c->clip.x + x0,
	    .y = c->clip.y + y0,
	    .w = YG_MAX(x1 - x0, 0),
	    .h = YG_MAX(y1 - y0, 0)};

	return (struct yg_canvas){.grid = c->grid, .clip = clip};
}

int yg_canvas_width(const struct yg_canvas *c)
{
	return c->clip.w;
}

int yg_canvas_height(const struct yg_canvas *c)
{
	return c->clip.h;
}

bool yg_canvas_is_plain(const struct yg_canvas *c)
{
	return c->grid->is_ascii_lines || c->grid->is_ascii_text;
}

/* ---- cells ---- */

/* Writes one character; a wide one that is half overwritten becomes a blank. x and y are in the
 * clip and, for a wide one, x + 1 too. */
static void set_cell(struct yg_canvas *c, int x, int y, uint32_t cp, int width, int style)
{
	struct yg_cell *row = yg_grid_cell(c->grid, 0, c->clip.y + y);
	int at = c->clip.x + x, end = at + width;

	if (row[at].width == 0 && at > 0)
		row[at - 1].ch[0] = ' ', row[at - 1].width = 1;
	if (end < c->grid->w && row[end].width == 0)
		row[end].ch[0] = ' ', row[end].width = 1;
	row[at] = (struct yg_cell){.ch = {cp}, .style = (uint16_t)style, .width = (uint16_t)width};
	if (width == 2)
		row[at + 1] = (struct yg_cell){.style = (uint16_t)style};
}

static void add_mark(struct yg_canvas *c, int x, int y, uint32_t cp)
{
	if (x <= 0)
		return;
	struct yg_cell *cell = yg_grid_cell(c->grid, c->clip.x + x - 1, c->clip.y + y);
	if (cell->width == 0 && x > 1)
		cell--;
	for (size_t i = 1; i <= YG_CELL_MARKS; i++)
		if (!cell->ch[i]) {
			cell->ch[i] = cp;
			return;
		}
}

/* ASCII stand-ins for the characters that we draw with ourselves. */
static uint32_t ascii_line(uint32_t cp)
{
	static const struct {
		uint32_t cp;
		char ascii;
	} table[] = {{0x2500, '-'}, {0x2501, '='}, {0x2502, '|'}, {0x256D, '+'}, {0x256E, '+'},
	    {0x256F, '+'}, {0x2570, '+'}, {0x251C, '+'}, {0x2514, '+'}, {0x2524, '+'},
	    {0x252C, '+'}, {0x253C, '+'}, {0x2581, '.'}, {0x2582, '.'}, {0x2583, ':'},
	    {0x2584, '-'}, {0x2585, '='}, {0x2586, '+'}, {0x2587, '#'}, {0x2588, '#'},
	    {0x25CF, '*'}, {0x25B2, '!'}, {0x2716, 'X'}, {0x25CB, 'o'}, {0x25D0, '~'},
	    {0x2026, '~'}, {0x25B8, '>'}, {0x21BB, '@'}, {0x2192, '>'}, {0x2190, '<'},
	    {0x2191, '^'}, {0x2193, 'v'}, {0x00B7, '.'}, {0x2014, '-'}, {0x25BE, 'v'},
	    {0x25B4, '^'}, {0x258C, '|'}, {0x2591, '.'}};

	for (size_t i = 0; i < YG_COUNT(table); i++)
		if (table[i].cp == cp)
			return (uint32_t)table[i].ascii;
	return cp;
}

/* What is really written for a code point on this grid. */
static uint32_t shown(const struct yg_grid *g, uint32_t cp)
{
	cp = yg_harmless(cp);
	if (cp < 0x7f)
		return cp;
	if (g->is_ascii_lines || g->is_ascii_text)
		cp = ascii_line(cp);
	return g->is_ascii_text && cp > 0x7e ? '?' : cp;
}

int yg_put(struct yg_canvas *c, int x, int y, int width, int style, const char *text)
{
	const char *p = text, *end = text + strlen(text);
	int limit = width < 0 ? c->clip.w : YG_MIN(x + width, c->clip.w), at = x;

	if (y < 0 || y >= c->clip.h || x < 0)
		return 0;
	while (p < end) {
		uint32_t cp = shown(c->grid, yg_utf8_next(&p, end));
		int w = yg_cells_of(cp);
		if (!w) {
			add_mark(c, at, y, cp);
			continue;
		}
		if (at + w > limit || (at + w == limit && p < end && yg_text_cells(p) > 0)) {
			if (at < limit)
				set_cell(c, at++, y, shown(c->grid, 0x2026), 1, style);
			break;
		}
		set_cell(c, at, y, cp, w, style);
		at += w;
	}
	return at - x;
}

/* How much of the text goes into one line: up to the last blank that fits, or as many letters. */
static size_t line_of(const char *text, int width)
{
	const char *p = text, *end = text + strlen(text), *gap = NULL;

	for (int cells = 0; p < end;) {
		const char *at = p;
		cells += yg_cells_of(yg_harmless(yg_utf8_next(&p, end)));
		if (*at == ' ')
			gap = at;
		if (cells > width && at > text)
			return (size_t)((gap ? gap : at) - text);
	}
	return (size_t)(end - text);
}

int yg_put_paragraph(struct yg_canvas *c, int y, int width, int style, const char *text)
{
	int lines = 0;

	do {
		size_t len = line_of(text, YG_MAX(width, 1));
		if (c)
			yg_putf(c, 0, y + lines, width, style, "%.*s", (int)len, text);
		lines++;
		text += len;
		text += strspn(text, " ");
	} while (*text);
	return lines;
}

void yg_put_far(struct yg_canvas *c, int x, int y, const struct yg_cell *cell)
{
	uint32_t cp = shown(c->grid, cell->ch[0] ? cell->ch[0] : ' ');
	int width = cell->width == 2 ? 2 : 1;

	if (x < 0 || y < 0 || y >= c->clip.h || x >= c->clip.w)
		return;
	if (x + width > c->clip.w) {
		cp = ' ';
		width = 1;
	}
	/* Others may measure otherwise than we do: what would break the row is not shown. */
	if (yg_cells_of(cp) != width)
		cp = yg_cells_of(cp) < width && yg_cells_of(cp) ? cp : YG_REPLACEMENT;
	int cells = yg_cells_of(cp);
	set_cell(c, x, y, cp, cells, cell->style);
	if (cells < width)
		set_cell(c, x + 1, y, ' ', 1, cell->style);
	for (size_t i = 1; i <= YG_CELL_MARKS && cell->ch[i]; i++)
		if (yg_cells_of(shown(c->grid, cell->ch[i])) == 0)
			add_mark(c, x + 1, y, shown(c->grid, cell->ch[i]));
	struct yg_cell *to = yg_grid_cell(c->grid, c->clip.x + x, c->clip.y + y);
	for (int i = 0; i < width; i++) {
		to[i].fg = cell->fg;
		to[i].bg = cell->bg;
	}
}

int yg_putf(struct yg_canvas *c, int x, int y, int width, int style, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return yg_put(c, x, y, width, style, text);
}

void yg_put_right(struct yg_canvas *c, int x, int y, int width, int style, const char *text)
{
	int cells = YG_MIN(yg_text_cells(text), width);

	yg_put(c, x + width - cells, y, cells, style, text);
}

void yg_put_fill(struct yg_canvas *c, int x, int y, int width, int style)
{
	int from = YG_MAX(x, 0), end = YG_MIN(x + width, c->clip.w);

	if (y < 0 || y >= c->clip.h || from >= end)
		return;
	set_cell(c, from, y, ' ', 1, style); /* the ends may cut a wide one */
	set_cell(c, end - 1, y, ' ', 1, style);
	const struct yg_cell *first = yg_grid_cell(c->grid, c->clip.x + from, c->clip.y + y);
	struct yg_cell *cells = yg_grid_cell(c->grid, c->clip.x, c->clip.y + y);
	for (int at = from + 1; at < end - 1; at++)
		cells[at] = *first;
}

static const char *const style_glyphs[] = {
#define X(name, text, glyph, ascii) glyph,
    YG_STYLE_MAP(X)
#undef X
};

void yg_put_glyph(struct yg_canvas *c, int x, int y, int style)
{
	yg_put(c, x, y, 1, style, style_glyphs[style & YG_ST_MASK]);
}

void yg_put_bar(struct yg_canvas *c, int x, int y, int width, int style, double percent)
{
	double share = isfinite(percent) ? YG_MIN(YG_MAX(percent, 0), 100) / 100 : 0;
	int full = (int)lround(share * width), flags = style & ~YG_ST_MASK;

	if (full == 0 && percent > 0 && width > 0)
		full = 1;
	for (int i = 0; i < width; i++)
		yg_put(c, x + i, y, 1, i < full ? style : (YG_ST_BAR_REST | flags),
		    i < full ? "━" : "─");
}

void yg_put_spark(struct yg_canvas *c, int x, int y, int width, int style, const float *samples,
    size_t n, double max)
{
	static const char *const steps[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	size_t shown_n = YG_MIN(n, (size_t)YG_MAX(width, 0));

	samples += n - shown_n;
	for (size_t i = 0; max <= 0 && i < shown_n; i++)
		max = isnan(samples[i]) || samples[i] <= -max ? max : -samples[i];
	max = fabs(max);
	for (size_t i = 0; i < shown_n; i++) {
		int at = x + width - (int)shown_n + (int)i;
		if (isnan(samples[i]))
			continue;
		double share = max > 0 ? samples[i] / max : 0;
		int step = (int)(YG_MIN(YG_MAX(share, 0), 1) * 7.99);
		yg_put(c, at, y, 1, style, steps[step]);
	}
}

void yg_put_border(
    struct yg_canvas *c, int style, int title_style, const char *title, const char *note)
{
	int w = c->clip.w, h = c->clip.h;

	if (w < 2 || h < 2)
		return;
	for (int x = 1; x < w - 1; x++) {
		yg_put(c, x, 0, 1, style, "─");
		yg_put(c, x, h - 1, 1, style, "─");
	}
	for (int y = 1; y < h - 1; y++) {
		yg_put(c, 0, y, 1, style, "│");
		yg_put(c, w - 1, y, 1, style, "│");
	}
	yg_put(c, 0, 0, 1, style, "╭");
	yg_put(c, w - 1, 0, 1, style, "╮");
	yg_put(c, 0, h - 1, 1, style, "╰");
	yg_put(c, w - 1, h - 1, 1, style, "╯");
	int note_cells = note ? yg_text_cells(note) : 0;
	if (note_cells && note_cells + 6 <= w) {
		int at = w - note_cells - 3;
		yg_put(c, at, 0, 1, style, " ");
		yg_put(
		    c, at + 1, 0, note_cells, style == YG_ST_FOCUS ? YG_ST_TEXT : YG_ST_DIM, note);
		yg_put(c, at + 1 + note_cells, 0, 1, style, " ");
	} else
		note_cells = -3;
	int room = w - 6 - note_cells - 3;
	if (title && title[0] && room > 0) {
		int used = yg_put(c, 2, 0, room, title_style, title);
		yg_put(c, 1, 0, 1, style, " ");
		yg_put(c, 2 + used, 0, 1, style, " ");
	}
}

void yg_put_cursor(struct yg_canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->clip.w || y >= c->clip.h)
		return;
	c->grid->cursor_x = c->clip.x + x;
	c->grid->cursor_y = c->clip.y + y;
}
