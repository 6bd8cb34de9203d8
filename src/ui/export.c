/* export: a grid as text, as text with colours, as an SVG picture. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "ui/canvas.h"

/* What a layer says wins over what is below it. */
static void lay(struct yg_look *look, const struct yg_look *layer)
{
	if (layer->fg.rgb != YG_COLOUR_DEFAULT || layer->fg.ansi >= 0)
		look->fg = layer->fg;
	if (layer->bg.rgb != YG_COLOUR_DEFAULT || layer->bg.ansi >= 0)
		look->bg = layer->bg;
	look->is_bold |= layer->is_bold;
	look->is_dim |= layer->is_dim;
	look->is_reverse |= layer->is_reverse;
	look->is_underline |= layer->is_underline;
}

struct yg_look yg_theme_look(const struct yg_theme *theme, int style)
{
	int base = style & YG_ST_MASK;
	struct yg_look look = theme->looks[base < YG_ST_COUNT ? base : 0];

	if (style & YG_ST_SELECTED)
		lay(&look, &theme->selected);
	if (style & YG_ST_STRONG)
		lay(&look, &theme->strong);
	return look;
}

/* xterm's first sixteen, as its 256colres says; the cube and the greys are computed. */
int32_t yg_xterm_rgb(int index)
{
	static const int32_t basic[] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd,
	    0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00, 0x5c5cff, 0xff00ff,
	    0x00ffff, 0xffffff};
	static const int steps[] = {0, 95, 135, 175, 215, 255};
	int grey = 8 + (index - 232) * 10, n = index - 16;

	if (index < 16)
		return basic[index & 15];
	if (index >= 232)
		return grey << 16 | grey << 8 | grey;
	return steps[n / 36] << 16 | steps[n / 6 % 6] << 8 | steps[n % 6];
}

static struct yg_colour far_colour(uint32_t colour)
{
	struct yg_colour out = {.rgb = YG_COLOUR_DEFAULT, .ansi = -1};

	if (colour & YG_FAR_INDEX) {
		out.rgb = yg_xterm_rgb(colour & 255);
		out.ansi = (colour & 255) < 16 ? (int8_t)(colour & 15) : (int8_t)-1;
	} else if (colour & YG_FAR_RGB)
		out.rgb = (int32_t)(colour & 0xffffff);
	return out;
}

struct yg_look yg_cell_look(const struct yg_theme *theme, const struct yg_cell *cell)
{
	if (!(cell->style & YG_CELL_FAR))
		return yg_theme_look(theme, cell->style);
	return (struct yg_look){
	    .fg = far_colour(cell->fg),
	    .bg = far_colour(cell->bg),
	    .is_bold = cell->style & YG_FAR_BOLD,
	    .is_dim = cell->style & YG_FAR_DIM,
	    .is_reverse = cell->style & YG_FAR_REVERSE,
	    .is_underline = cell->style & YG_FAR_UNDERLINE,
	};
}

static bool same_look(const struct yg_cell *a, const struct yg_cell *b)
{
	return a->style == b->style && a->fg == b->fg && a->bg == b->bg;
}

static void put_cell(struct yg_buf *out, const struct yg_cell *cell)
{
	char utf8[4];

	for (size_t i = 0; i <= YG_CELL_MARKS && cell->ch[i]; i++)
		yg_buf_add(out, utf8, yg_utf8_put(cell->ch[i], utf8));
}

/* One past the last cell of a row that is not an unstyled blank. */
static int row_end(const struct yg_grid *g, int y)
{
	int end = g->w;

	while (end > 0 && yg_grid_cell(g, end - 1, y)->ch[0] == ' ')
		end--;
	return end;
}

void yg_grid_text(const struct yg_grid *g, struct yg_buf *out)
{
	for (int y = 0; y < g->h; y++) {
		for (int x = 0, end = row_end(g, y); x < end; x++)
			put_cell(out, yg_grid_cell(g, x, y));
		yg_buf_char(out, '\n');
	}
}

static void ansi_colour(struct yg_buf *out, struct yg_colour colour, int base)
{
	if (colour.rgb != YG_COLOUR_DEFAULT)
		yg_buf_printf(out, ";%d;2;%d;%d;%d", base + 8, colour.rgb >> 16 & 255,
		    colour.rgb >> 8 & 255, colour.rgb & 255);
}

static void ansi_look(struct yg_buf *out, const struct yg_look *look)
{
	yg_buf_str(out, "\033[0");
	yg_buf_str(out, look->is_bold ? ";1" : "");
	yg_buf_str(out, look->is_dim ? ";2" : "");
	yg_buf_str(out, look->is_underline ? ";4" : "");
	yg_buf_str(out, look->is_reverse ? ";7" : "");
	ansi_colour(out, look->fg, 30);
	ansi_colour(out, look->bg, 40);
	yg_buf_char(out, 'm');
}

void yg_grid_ansi(const struct yg_grid *g, const struct yg_theme *theme, struct yg_buf *out)
{
	for (int y = 0; y < g->h; y++) {
		const struct yg_cell *before = NULL;
		for (int x = 0; x < g->w; x++) {
			const struct yg_cell *cell = yg_grid_cell(g, x, y);
			if (!before || !same_look(cell, before)) {
				struct yg_look look = yg_cell_look(theme, cell);
				ansi_look(out, &look);
			}
			before = cell;
			put_cell(out, cell);
		}
		yg_buf_str(out, "\033[0m\n");
	}
}

/* ---- SVG ---- */

#define CELL_W  8.4 /* of a 14 px monospace font */
#define CELL_H  18
#define MARGIN  12
#define DARK_BG "#14181d"
#define DARK_FG "#d0d4d8"

static void svg_text(struct yg_buf *out, const struct yg_cell *cell)
{
	switch (cell->ch[0]) {
	case '&': yg_buf_str(out, "&amp;"); break;
	case '<': yg_buf_str(out, "&lt;"); break;
	case '>': yg_buf_str(out, "&gt;"); break;
	default: put_cell(out, cell);
	}
}

static void svg_colour(struct yg_buf *out, const char *name, int32_t rgb, const char *preset)
{
	if (rgb != YG_COLOUR_DEFAULT)
		yg_buf_printf(out, " %s=\"#%06x\"", name, (unsigned)rgb);
	else
		yg_buf_printf(out, " %s=\"%s\"", name, preset);
}

static bool same_run(const struct yg_cell *a, const struct yg_cell *b)
{
	return same_look(a, b) && (a->ch[0] == ' ') == (b->ch[0] == ' ') && a->width == 1 &&
	       b->width == 1;
}

/* One run of cells of a style: its background, and its text stretched to its exact width. */
static int svg_run(struct yg_buf *out, const struct yg_grid *g, const struct yg_theme *theme, int x,
    int y, const char *fg, const char *bg)
{
	const struct yg_cell *first = yg_grid_cell(g, x, y);
	struct yg_look look = yg_cell_look(theme, first);
	int end = x + (first->width == 2 ? 2 : 1);

	while (end < g->w && same_run(first, yg_grid_cell(g, end, y)))
		end++;
	double px = MARGIN + x * CELL_W, width = (end - x) * CELL_W;
	int32_t ink = look.is_reverse ? look.bg.rgb : look.fg.rgb;
	int32_t paper = look.is_reverse ? look.fg.rgb : look.bg.rgb;
	if (look.is_reverse || paper != YG_COLOUR_DEFAULT) {
		yg_buf_printf(out, "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"", px,
		    MARGIN + y * CELL_H, width, CELL_H);
		svg_colour(out, "fill", paper, fg);
		yg_buf_str(out, "/>");
	}
	if (first->ch[0] == ' ')
		return end;
	yg_buf_printf(out, "<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\"", px,
	    MARGIN + y * CELL_H + 14, width);
	svg_colour(out, "fill", ink, look.is_reverse ? bg : fg);
	yg_buf_str(out, look.is_bold ? " font-weight=\"bold\"" : "");
	yg_buf_str(out, look.is_dim ? " opacity=\"0.6\"" : "");
	yg_buf_str(out, ">");
	for (int i = x; i < end; i++)
		svg_text(out, yg_grid_cell(g, i, y));
	yg_buf_str(out, "</text>\n");
	return end;
}

void yg_grid_svg(const struct yg_grid *g, const struct yg_theme *theme, struct yg_buf *out)
{
	const char *bg = theme->is_light ? "#ffffff" : DARK_BG;
	const char *fg = theme->is_light ? "#202428" : DARK_FG;
	int w = (int)(g->w * CELL_W) + 2 * MARGIN, h = g->h * CELL_H + 2 * MARGIN;

	yg_buf_printf(out,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
	    "font-family=\"DejaVu Sans Mono,Menlo,Consolas,Noto Sans Mono CJK JP,monospace\" "
	    "font-size=\"14\" xml:space=\"preserve\">\n"
	    "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"%s\"/>\n",
	    w, h, bg);
	for (int y = 0; y < g->h; y++)
		for (int x = 0; x < g->w;)
			x = svg_run(out, g, theme, x, y, fg, bg);
	yg_buf_str(out, "</svg>\n");
}
