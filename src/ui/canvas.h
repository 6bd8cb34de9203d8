/* canvas: the screen as cells in memory: drawn by views, written out by the terminal or as text,
 * ANSI or SVG. Loop thread only. A cell holds only harmless code points: yg_put() sees to it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_CANVAS_H
#define YG_UI_CANVAS_H

#include "api/yagura.h"
#include "model/theme.h"

#define YG_CELL_MARKS 2 /* combining marks kept on a character; more are dropped */

/* Cells that a program of a far side drew, in a terminal (ui/vterm.h): style is YG_CELL_FAR with
 * flags of its own instead of a meaning, and the cell names colours. No other cell does. */
#define YG_CELL_FAR      0x8000
#define YG_FAR_BOLD      0x01
#define YG_FAR_DIM       0x02
#define YG_FAR_ITALIC    0x04
#define YG_FAR_UNDERLINE 0x08
#define YG_FAR_REVERSE   0x10
/* Colours of such a cell: 0 is the terminal's own, else one of these with a number. */
#define YG_FAR_INDEX 0x01000000u /* 0..255, xterm's palette */
#define YG_FAR_RGB   0x02000000u /* 0xRRGGBB */

struct yg_cell {
	uint32_t ch[1 + YG_CELL_MARKS]; /* unused ones are 0 */
	uint16_t style;                 /* yg_style and flags, or YG_CELL_FAR and its flags */
	uint16_t width;                 /* 1, 2, or 0: the right half of the cell before */
	uint32_t fg, bg;                /* of YG_CELL_FAR; else 0 */
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
/* A text in lines of at most width cells from (0, y) down, cut at blanks; returns how many lines.
 * c: NULL only counts them. */
int yg_put_paragraph(struct yg_canvas *c, int y, int width, int style, const char *text);
/* Puts the cursor of the terminal here: where text is typed. */
void yg_put_cursor(struct yg_canvas *c, int x, int y);

/* Puts a cell of YG_CELL_FAR, of its width, made harmless. What does not fit is a blank. */
void yg_put_far(struct yg_canvas *c, int x, int y, const struct yg_cell *cell);

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
/* The same for any cell, also one of YG_CELL_FAR. */
struct yg_look yg_cell_look(const struct yg_theme *theme, const struct yg_cell *cell);
/* A colour of xterm's palette, 0..255, as 0xRRGGBB. */
int32_t yg_xterm_rgb(int index);

#endif
