/* terminal: the only file with curses: takes over the terminal, writes what changed of a grid,
 * gives the terminal back, also when we crash. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_TERMINAL_H
#define YG_UI_TERMINAL_H

#include "ui/canvas.h"

struct yg_terminal;

/* Takes over the terminal on descriptors 0 and 1: alternate screen, raw keys, mouse. Fails with one
 * line if there is none or its type is not known. One at a time. */
int yg_terminal_open(struct yg_terminal **out, struct yg_err *err);
/* Gives the terminal back as it was. NULL is fine. */
void yg_terminal_close(struct yg_terminal *t);
/* Size in cells, asked anew of the terminal. */
void yg_terminal_size(struct yg_terminal *t, int *out_w, int *out_h);
/* Forgets what is on the screen, after a resize or when something else wrote there. */
void yg_terminal_resized(struct yg_terminal *t);
/* Makes the looks of a theme known. Borrowed until the next call or close. */
void yg_terminal_theme(struct yg_terminal *t, const struct yg_theme *theme);
/* Asks for the terminal's background; the answer, if one comes, comes as input. */
void yg_terminal_ask_background(struct yg_terminal *t);
/* Sends what waits to be written, as much as the terminal takes now. true: all of it went. When it
 * is false, watch yg_terminal_fd() and call again when it can be written; paint nothing until then,
 * so that a slow line gets the newest picture and not all of them. */
bool yg_terminal_flush(struct yg_terminal *t);
int yg_terminal_fd(const struct yg_terminal *t);
/* Writes what differs from the last grid. Writes nothing if nothing does. */
void yg_terminal_paint(struct yg_terminal *t, const struct yg_grid *g);
/* true if it can show UTF-8. */
bool yg_terminal_is_utf8(void);
/* Leaves the terminal for a moment (job control), and takes it again. */
void yg_terminal_suspend(struct yg_terminal *t);
void yg_terminal_resume(struct yg_terminal *t);
/* Copies text to the clipboard of the terminal's own machine (OSC 52). */
void yg_terminal_copy(struct yg_terminal *t, const char *text);

#endif
