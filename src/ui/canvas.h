/* canvas: the screen as cells in memory: drawn by views, written out by the terminal or as text,
 * ANSI or SVG. Loop thread only. A cell holds only harmless code points: yg_put() sees to it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_CANVAS_H
#define YG_UI_CANVAS_H

#include "api/yagura.h"
#include "model/theme.h"

#define YG_CELL_MARKS 2 /* combining marks kept on a character; more are dropped */

struct yg_cell {
	uint32_t ch[1 + YG_CELL_MARKS]; /* unused ones are 0 */
	uint16_t style;                 /* yg_style and flags */
	uint16_t width;                 /* 1, 2, or 0: the right half of the cell before */
};

struct yg_rect {
	int x, y, w, h;
};

/* The whole screen. */
struct yg_grid {
	int w, h;
	struct yg_cell *cells;  /* h rows of w */
	bool is_ascii_lines;    /* borders, bars and glyphs in ASCII */
	bool is_ascii_text;     /* the terminal cannot show anything else */
	int cursor_x, cursor_y; /* where text is typed; -1: no cursor */
};

/* A part of a grid, as a view sees it. */
struct yg_canvas {
	struct yg_grid *grid;
	struct yg_rect clip;
};

/* w and h are at least 1; cells are blanks. Keeps the ASCII flags. */
void yg_grid_resize(struct yg_grid *g, int w, int h);
void yg_grid_clear(struct yg_grid *g);
void yg_grid_done(struct yg_grid *g);
static inline struct yg_cell *yg_grid_cell(const struct yg_grid *g, int x, int y)
{
	return &g->cells[(size_t)y * (size_t)g->w + (size_t)x];
}

struct yg_canvas yg_canvas_of(struct yg_grid *g);
/* The part of c at r (in c's own cells), cut to c. */
struct yg_canvas yg_canvas_sub(const struct yg_canvas *c, struct yg_rect r);
/* A border around the whole of c, with a title at the left and a note at the right of its top. */
void yg_put_border(
    struct yg_canvas *c, int style, int title_style, const char *title, const char *note);
/* Puts the cursor of the terminal here: where text is typed. */
void yg_put_cursor(struct yg_canvas *c, int x, int y);

/* Cells of one code point: 0 combining, 1, 2. */
int yg_cells_of(uint32_t cp);

/* The grid as plain text, a line a row, trailing blanks cut. */
void yg_grid_text(const struct yg_grid *g, struct yg_buf *out);
/* The same with SGR sequences, 24-bit colours. */
void yg_grid_ansi(const struct yg_grid *g, const struct yg_theme *theme, struct yg_buf *out);
/* The same as a picture: SVG in the fonts that readers have. */
void yg_grid_svg(const struct yg_grid *g, const struct yg_theme *theme, struct yg_buf *out);
/* How a cell's style looks: the base look with the layers of its flags. */
struct yg_look yg_theme_look(const struct yg_theme *theme, int style);

#endif
