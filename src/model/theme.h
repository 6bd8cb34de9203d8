/* theme: how each meaning looks: pure data, read from a YAML file in themes/. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_THEME_H
#define YG_MODEL_THEME_H

#include <stdbool.h>
#include <stdint.h>

#include "model/style.h"

#define YG_COLOUR_DEFAULT (-1) /* the terminal's own */

/* 0xRRGGBB, or YG_COLOUR_DEFAULT; ansi: 0..15 for terminals with 16 colours, or -1. */
struct yg_colour {
	int32_t rgb;
	int8_t ansi;
};

struct yg_look {
	struct yg_colour fg, bg;
	bool is_bold, is_dim, is_reverse, is_underline;
};

struct yg_theme {
	char *name;
	char *help;
	bool is_light; /* made for a light background */
	struct yg_look looks[YG_ST_COUNT];
	struct yg_look selected; /* laid over the look of the row under the cursor: bg and flags */
	struct yg_look strong;
};

void yg_theme_free(struct yg_theme *t);
/* true for a background that dark text is for. */
bool yg_rgb_is_light(int32_t rgb);

#endif
