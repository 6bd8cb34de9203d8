/* test_themes: the built-in themes are whole and readable; a user's theme is strict and replaces.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/builtin.h"
#include "store/themes.h"

static void built_in_themes_have_no_mistakes(void **state)
{
	for (size_t i = 0; i < yg_builtin_themes_count; i++) {
		const struct yg_builtin *file = &yg_builtin_themes[i];
		struct yg_reading r = {.file = file->name};
		struct yg_yaml *yaml = NULL;
		struct yg_err err = {0};

		if (yg_yaml_parse(file->name, file->text, file->size, &yaml, &err))
			fail_msg("%s", err.text);
		struct yg_theme *theme = yg_theme_read(&r, file->name, yaml->root);
		if (r.mistakes.count)
			fail_msg("%s", r.mistakes.lines[0]);
		/* Every meaning is thought of. */
		assert_int_equal(yg_node_get(yaml->root, "styles")->count, YG_ST_COUNT);
		assert_string_equal(theme->name, file->name);
		assert_true(strlen(theme->help) > 0);
		yg_theme_free(theme);
		yg_yaml_free(yaml);
	}
}

static double channel(int value)
{
	double x = value / 255.0;

	return x <= 0.03928 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static double luminance(int32_t rgb)
{
	return 0.2126 * channel(rgb >> 16 & 255) + 0.7152 * channel(rgb >> 8 & 255) +
	       0.0722 * channel(rgb & 255);
}

/* WCAG's contrast ratio, 1 to 21. */
static double contrast(int32_t a, int32_t b)
{
	double la = luminance(a), lb = luminance(b);

	return (YG_MAX(la, lb) + 0.05) / (YG_MIN(la, lb) + 0.05);
}

/* Lines and the empty part of a bar carry no text. */
static bool is_read(int style)
{
	return style != YG_ST_BORDER && style != YG_ST_BAR_REST;
}

static void readable(const struct yg_theme *theme, int32_t ground, double wanted)
{
	for (int style = 0; style < YG_ST_COUNT; style++) {
		int32_t fg = theme->looks[style].fg.rgb;
		if (is_read(style) && fg != YG_COLOUR_DEFAULT && contrast(fg, ground) < wanted)
			fail_msg("%s: style %d, #%06x on #%06x, has a contrast of %.2f",
			    theme->name, style, fg, ground, contrast(fg, ground));
	}
}

/* WCAG's 4.5 on every background that the theme may meet: its own, those that terminals of its
 * kind have, and the row under the cursor. */
static void built_in_themes_are_readable(void **state)
{
	static const int32_t dark[] = {0x000000, 0x14181d, 0x1e1e1e};
	static const int32_t light[] = {0xffffff, 0xfafafa, 0xfdf6e3};

	for (size_t i = 0; i < yg_builtin_themes_count; i++) {
		const struct yg_theme *t = yg_theme_find(yg_builtin_themes[i].name);
		int32_t ground = t->looks[YG_ST_TEXT].bg.rgb;
		for (size_t j = 0; ground == YG_COLOUR_DEFAULT && j < YG_COUNT(dark); j++)
			readable(t, (t->is_light ? light : dark)[j], 4.5);
		if (ground != YG_COLOUR_DEFAULT)
			readable(t, ground, 4.5);
		if (t->selected.bg.rgb != YG_COLOUR_DEFAULT)
			readable(t, t->selected.bg.rgb, 4.5);
	}
	readable(yg_theme_find("high-contrast"), 0x000000, 8);
}

/* How a colour is seen without one sort of cones: Machado, Oliveira and Fernandes 2009. */
static const double without_red[3][3] = {
    {0.152286, 1.052583, -0.204868},
    {0.114503, 0.786281, 0.099216},
    {-0.003882, -0.048116, 1.051998},
};
static const double without_green[3][3] = {
    {0.367322, 0.860646, -0.227968},
    {0.280085, 0.672501, 0.047413},
    {-0.011820, 0.042940, 0.968881},
};

static double seen_apart(const double how[3][3], int32_t a, int32_t b)
{
	double sum = 0;

	for (int row = 0; row < 3; row++) {
		double d = 0;
		for (int i = 0; i < 3; i++)
			d += how[row][i] *
			     (channel(a >> (16 - 8 * i) & 255) - channel(b >> (16 - 8 * i) & 255));
		sum += d * d;
	}
	return sqrt(sum);
}

static double nearest_states(const double how[3][3], const char *name)
{
	static const enum yg_style states[] = {YG_ST_OK, YG_ST_WARN, YG_ST_BAD};
	const struct yg_theme *t = yg_theme_find(name);
	double nearest = 10;

	for (size_t i = 0; i < YG_COUNT(states); i++)
		for (size_t j = 0; j < i; j++)
			nearest = YG_MIN(nearest, seen_apart(how, t->looks[states[i]].fg.rgb,
						      t->looks[states[j]].fg.rgb));
	return nearest;
}

/* That of the usual theme, where green and red come close, shows that it measures something. */
static void colour_blind_people_see_states(void **state)
{
	assert_true(nearest_states(without_red, "colour-blind") > 0.3);
	assert_true(nearest_states(without_green, "colour-blind") > 0.3);
	assert_true(nearest_states(without_green, "default") < 0.2);
	assert_true(yg_theme_find("colour-blind")->looks[YG_ST_BAD].is_underline);
}

static void roles_differ(void **state)
{
	const struct yg_theme *t = yg_theme_find("default");

	assert_true(t->looks[YG_ST_OK].fg.rgb != t->looks[YG_ST_WARN].fg.rgb);
	assert_true(t->looks[YG_ST_WARN].fg.rgb != t->looks[YG_ST_BAD].fg.rgb);
	assert_true(t->looks[YG_ST_FOCUS].fg.rgb != t->looks[YG_ST_BORDER].fg.rgb);
	/* The terminal's background stays, so that transparent and tinted ones do too. */
	for (size_t i = 0; i < YG_ST_COUNT; i++)
		assert_int_equal(t->looks[i].bg.rgb, YG_COLOUR_DEFAULT);
	assert_int_equal(t->looks[YG_ST_TEXT].fg.rgb, YG_COLOUR_DEFAULT);
	assert_true(yg_theme_find("light")->is_light);
	assert_false(t->is_light);
	t = yg_theme_find("mono");
	for (size_t i = 0; i < YG_ST_COUNT; i++)
		assert_int_equal(t->looks[i].fg.rgb, YG_COLOUR_DEFAULT);
	assert_true(t->selected.is_reverse);
	t = yg_theme_find("high-contrast");
	for (size_t i = 0; i < YG_ST_COUNT; i++)
		assert_int_equal(t->looks[i].bg.rgb, 0x000000);
	assert_null(yg_theme_find("nothing"));
}

/* A folder with themes/NAME.yaml in it. */
static char folder[64], file[128];

static int make_folder(void **state)
{
	char sub[96];

	snprintf(folder, sizeof(folder), "/tmp/yagura-themes-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(sub, sizeof(sub), "%s/themes", folder);
	return mkdir(sub, 0700);
}

static int remove_folder(void **state)
{
	char sub[96];

	yg_themes_unload();
	unlink(file);
	snprintf(sub, sizeof(sub), "%s/themes", folder);
	rmdir(sub);
	return rmdir(folder);
}

static void write_theme(const char *name, const char *text)
{
	snprintf(file, sizeof(file), "%s/themes/%s.yaml", folder, name);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void take_line(void *data, const char *line)
{
	yg_buf_printf(data, "%s\n", line);
}

static void user_theme_stands_on_a_built_in_one(void **state)
{
	struct yg_buf told = {0};
	size_t count = 0;

	write_theme("mine", "help: my own\n"
			    "colours: {sea: \"#3080a0/cyan\", sky: sea}\n"
			    "styles: {ok: sky, bad: bold red on \"#102030\"}\n");
	yg_themes_load(folder, take_line, &told);
	/* The quotes are inside plain text: not a colour. */
	assert_non_null(strstr(told.data, "mine.yaml:3:24: no colour or emphasis '\"#102030\"'"));
	assert_null(yg_theme_find("mine"));
	yg_buf_clear(&told);
	write_theme("mine", "help: my own\n"
			    "colours: {sea: \"#3080a0/cyan\", sky: sea}\n"
			    "styles: {ok: sky, bad: \"underline red on #102030\"}\n"
			    "selected: on 4\n");
	yg_themes_load(folder, take_line, &told);
	assert_string_equal(yg_buf_text(&told), "");
	const struct yg_theme *t = yg_theme_find("mine");
	assert_string_equal(t->help, "my own");
	assert_int_equal(t->looks[YG_ST_OK].fg.rgb, 0x3080a0);
	assert_int_equal(t->looks[YG_ST_OK].fg.ansi, 6);
	assert_int_equal(t->looks[YG_ST_BAD].bg.rgb, 0x102030);
	assert_int_equal(t->looks[YG_ST_BAD].bg.ansi, 0);
	assert_true(t->looks[YG_ST_BAD].is_underline);
	assert_false(t->looks[YG_ST_BAD].is_bold);
	assert_int_equal(t->selected.bg.ansi, 4);
	assert_int_equal(
	    t->looks[YG_ST_WARN].fg.rgb, yg_theme_find("default")->looks[YG_ST_WARN].fg.rgb);
	const char *const *names = yg_theme_names(&count);
	assert_int_equal(count, yg_builtin_themes_count + 1);
	assert_string_equal(names[0], "colour-blind");
	yg_buf_done(&told);
}

static void user_theme_replaces_a_built_in_one(void **state)
{
	size_t count = 0;

	write_theme("light", "background: light\nstyles: {ok: \"#010203\"}\n");
	yg_themes_load(folder, NULL, NULL);
	assert_int_equal(yg_theme_find("light")->looks[YG_ST_OK].fg.rgb, 0x010203);
	assert_true(yg_theme_find("light")->is_light);
	yg_theme_names(&count);
	assert_int_equal(count, yg_builtin_themes_count);
}

static const struct {
	const char *text, *message;
} mistakes[] = {
    {"colour: {a: b}\n", ":1:1: no setting 'colour', did you mean 'colours'"},
    {"styles: {okay: red}\n", ":1:10: no style 'okay'"},
    {"styles: {tittle: red}\n", ":1:10: no style 'tittle', did you mean 'title'"},
    {"styles: {ok: gren}\n", ":1:14: no colour or emphasis 'gren', did you mean 'green'"},
    {"styles: {ok: bolt red}\n", ":1:14: no colour or emphasis 'bolt', did you mean 'bold'"},
    {"styles: {ok: \"#12345\"}\n",
	":1:14: no colour '#12345': write it like #8b949e or #8b949e/bright-black"},
    {"styles: {ok: \"#123456/grren\"}\n",
	":1:14: no colour '#123456/grren': write it like #8b949e or #8b949e/bright-black"},
    {"styles: {ok: [red]}\n", ":1:14: 'ok' must be words like bold red on blue, not a list"},
    {"base: lihgt\n", ":1:7: no built-in theme 'lihgt' to stand on"},
    {"background: grey\n", ":1:13: 'background' must be dark or light"},
    {"a: [\n", ":2:1: not YAML: did not find expected node content"},
};

static void mistakes_are_placed_and_harmless(void **state)
{
	for (size_t i = 0; i < YG_COUNT(mistakes); i++) {
		struct yg_buf told = {0};
		char wanted[300];
		write_theme("default", mistakes[i].text);
		yg_themes_load(folder, take_line, &told);
		snprintf(wanted, sizeof(wanted), "%s%s\n", file, mistakes[i].message);
		assert_string_equal(yg_buf_text(&told), wanted);
		/* The built-in one stays. */
		assert_int_equal(yg_theme_find("default")->selected.bg.rgb, 0x1f2a36);
		yg_buf_done(&told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(built_in_themes_have_no_mistakes),
	    cmocka_unit_test(built_in_themes_are_readable),
	    cmocka_unit_test(colour_blind_people_see_states),
	    cmocka_unit_test(roles_differ),
	    cmocka_unit_test_setup_teardown(
		user_theme_stands_on_a_built_in_one, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		user_theme_replaces_a_built_in_one, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		mistakes_are_placed_and_harmless, make_folder, remove_folder),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	yg_themes_unload();
	return rc;
}
