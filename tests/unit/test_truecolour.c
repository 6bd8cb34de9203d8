/* test_truecolour: what curses wrote, with the theme's own colours in place; light backgrounds. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/theme.h"
#include "ui/truecolour.h"

static void becomes(const struct yg_truecolour *t, const char *written, const char *wanted)
{
	struct yg_buf out = {0};

	yg_truecolour_rewrite(t, written, strlen(written), &out);
	assert_string_equal(yg_buf_text(&out), wanted);
	yg_buf_done(&out);
}

static void numbers_become_colours(void **state)
{
	struct yg_truecolour t;

	yg_truecolour_clear(&t);
	yg_truecolour_add(&t, 110, 0x78b4e0);
	yg_truecolour_add(&t, 110, 0x000000); /* the first one keeps it */
	yg_truecolour_add(&t, 7, 0x123456);   /* the terminal's own sixteen stay */
	becomes(&t, "", "");
	becomes(&t, "a\033[38;5;110mb", "a\033[38;2;120;180;224mb");
	becomes(&t, "\033[48;5;110m\033[38;5;110m", "\033[48;2;120;180;224m\033[38;2;120;180;224m");
	becomes(&t, "\033[38;5;111m\033[38;5;7m\033[1m", "\033[38;5;111m\033[38;5;7m\033[1m");
	becomes(&t, "\033[38;5;1100m\033[38;5;m", "\033[38;5;1100m\033[38;5;m");
	/* Cut short at every place: nothing is read that is not there. */
	const char *whole = "\033[38;5;110";
	for (size_t n = 0; n <= strlen(whole); n++) {
		char *cut = yg_xstrndup(whole, n);
		becomes(&t, cut, cut);
		free(cut);
	}
}

static void only_who_says_so_has_them(void **state)
{
	unsetenv("STY");
	setenv("TERM", "xterm-256color", 1);
	unsetenv("COLORTERM");
	assert_false(yg_truecolour_is_there());
	setenv("COLORTERM", "yes", 1);
	assert_false(yg_truecolour_is_there());
	setenv("COLORTERM", "24bit", 1);
	assert_true(yg_truecolour_is_there());
	setenv("STY", "1.pts", 1);
	assert_false(yg_truecolour_is_there());
}

static void backgrounds_are_light_or_dark(void **state)
{
	assert_true(yg_rgb_is_light(0xffffff));
	assert_true(yg_rgb_is_light(0xfdf6e3));
	assert_false(yg_rgb_is_light(0x000000));
	assert_false(yg_rgb_is_light(0x002b36));
	assert_false(yg_rgb_is_light(0x0000ff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(numbers_become_colours),
	    cmocka_unit_test(only_who_says_so_has_them),
	    cmocka_unit_test(backgrounds_are_light_or_dark),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
