/* truecolour: curses knows 256 colours; where the terminal shows all, the theme's own are sent in
 * place of the nearest of the 256. What curses wrote is rewritten on its way to the terminal: it
 * has no way to do both in one terminal type. Pure functions. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_TRUECOLOUR_H
#define YG_UI_TRUECOLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct yg_truecolour {
	bool is_on;
	int32_t rgb[256]; /* what is sent for a number, or -1: the number itself */
};

/* By the environment: COLORTERM says so, and nothing between us and the terminal takes it away. */
bool yg_truecolour_is_there(void);
void yg_truecolour_clear(struct yg_truecolour *t);
/* number: the nearest of the 256. The first one keeps it; a second is shown as the nearest is. */
void yg_truecolour_add(struct yg_truecolour *t, int number, int32_t rgb);
/* Appends what curses wrote, with the colours in place. Sequences must be whole. */
void yg_truecolour_rewrite(
    const struct yg_truecolour *t, const char *bytes, size_t len, struct yg_buf *out);

#endif
