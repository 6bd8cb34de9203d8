/* truecolour: the theme's own colours in place of the nearest of 256. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/truecolour.h"

#include <stdlib.h>
#include <string.h>

bool yg_truecolour_is_there(void)
{
	const char *colour = getenv("COLORTERM"), *term = getenv("TERM");

	if (!colour || (!yg_streq(colour, "truecolor") && !yg_streq(colour, "24bit")))
		return false;
	/* GNU screen inherits the word from the terminal around it and shows none of them. */
	return !getenv("STY") && !(term && yg_streq(term, "linux"));
}

void yg_truecolour_clear(struct yg_truecolour *t)
{
	for (size_t i = 0; i < YG_COUNT(t->rgb); i++)
		t->rgb[i] = -1;
}

void yg_truecolour_add(struct yg_truecolour *t, int number, int32_t rgb)
{
	if (number >= 16 && number < 256 && t->rgb[number] < 0)
		t->rgb[number] = rgb;
}

/* "ESC [ 38;5;NNN m" or 48, as terminfo's setaf and setab write it: how long it is, or 0. */
static size_t read_colour(const char *p, const char *end, char *out_what, int *out_number)
{
	const char *start = p;

	if (end - p < 9 || p[0] != '\033' || p[1] != '[' || (p[2] != '3' && p[2] != '4') ||
	    memcmp(p + 3, "8;5;", 4) != 0)
		return 0;
	*out_what = p[2];
	*out_number = 0;
	for (p += 7; p < end && *p >= '0' && *p <= '9' && *out_number < 1000; p++)
		*out_number = *out_number * 10 + (*p - '0');
	return p < end && *p == 'm' && *out_number < 256 ? (size_t)(p + 1 - start) : 0;
}

void yg_truecolour_rewrite(
    const struct yg_truecolour *t, const char *bytes, size_t len, struct yg_buf *out)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		const char *escape = memchr(p, '\033', (size_t)(end - p));
		char what;
		int number;
		yg_buf_add(out, p, (size_t)((escape ? escape : end) - p));
		if (!escape)
			return;
		size_t n = read_colour(escape, end, &what, &number);
		if (n && t->rgb[number] >= 0) {
			int32_t rgb = t->rgb[number];
			yg_buf_printf(out, "\033[%c8;2;%d;%d;%dm", what, rgb >> 16 & 255,
			    rgb >> 8 & 255, rgb & 255);
		} else {
			n = n ? n : 1;
			yg_buf_add(out, escape, n);
		}
		p = escape + n;
	}
}
