/* vterm: a terminal inside the screen: takes the bytes of a far side, keeps what they draw and what
 * scrolled away, makes bytes of keys. The only file with libvterm. Loop thread only.
 *
 * What the far side writes never leaves it: it is drawn cell by cell through the canvas, strings
 * for the terminal itself (titles, clipboard, device control) are dropped before anybody reads
 * them, and what a terminal answers goes to setup.answer only. Memory is bounded. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_VTERM_H
#define YG_UI_VTERM_H

#include "ui/canvas.h"

#define YG_VTERM_LINES 10000              /* kept of what scrolled away */
#define YG_VTERM_BYTES ((size_t)24 << 20) /* and never more memory than this */
#define YG_VTERM_MAX_W 1000
#define YG_VTERM_MAX_H 500

struct yg_vterm;

struct yg_vterm_setup {
	int cols, rows;
	/* Bytes for the far side: of keys, and what a terminal answers by itself. */
	void (*answer)(void *data, const char *bytes, size_t len);
	void *data;
};

struct yg_vterm *yg_vterm_create(const struct yg_vterm_setup *setup);
void yg_vterm_destroy(struct yg_vterm *vt); /* NULL is fine */
/* Bytes of the far side, any. */
void yg_vterm_feed(struct yg_vterm *vt, const char *bytes, size_t len);
/* false: it has that size already. Lines are cut or padded: libvterm 0.1 does not wrap them anew.
 */
bool yg_vterm_resize(struct yg_vterm *vt, int cols, int rows);
void yg_vterm_size(const struct yg_vterm *vt, int *out_cols, int *out_rows);
/* Draws it from the canvas' top left; with_cursor: the terminal's cursor stands where its own is.
 */
void yg_vterm_draw(struct yg_vterm *vt, struct yg_canvas *c, bool with_cursor);

/* ---- what is typed ---- */
/* A key by its name ("a", "C-c", "M-Left", "F5", see ui/input.h) as bytes; false: it has none. */
bool yg_vterm_key(struct yg_vterm *vt, const char *name);
/* Around the keys of a paste; the far side is told if it wants to know. */
void yg_vterm_paste(struct yg_vterm *vt, bool is_begin);
/* A press of a button (4, 5: the wheel) at a cell; false: the far side does not want the mouse. */
bool yg_vterm_mouse(struct yg_vterm *vt, int x, int y, int button);
/* It draws on the other screen, as editors do: nothing scrolls away there. */
bool yg_vterm_is_full_screen(const struct yg_vterm *vt);

/* ---- what scrolled away ---- */
/* Shows lines further up (positive) or down; returns how far up it is now. INT_MAX is the top. */
int yg_vterm_scroll(struct yg_vterm *vt, int lines);
int yg_vterm_scrolled(const struct yg_vterm *vt);
size_t yg_vterm_lines(const struct yg_vterm *vt); /* that scrolled away */
/* Shows the next line with that text, further up or down, and marks the text wherever it is; false:
 * there is none. "" marks nothing any more. Case is ignored as in filters. */
bool yg_vterm_find(struct yg_vterm *vt, const char *text, bool is_up);
/* All lines as text, the kept ones and the screen's. */
void yg_vterm_text(const struct yg_vterm *vt, struct yg_buf *out);

#endif
