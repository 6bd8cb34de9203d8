/* test_vterm: a terminal inside the screen: what is drawn, kept, answered, and what never gets out.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <limits.h>

#include "base/buf.h"
#include "ui/vterm.h"

struct far {
	struct yg_vterm *vt;
	struct yg_buf answers;
	struct yg_grid grid;
};

static void on_answer(void *data, const char *bytes, size_t len)
{
	yg_buf_add(&((struct far *)data)->answers, bytes, len);
}

static void far_open(struct far *f, int cols, int rows)
{
	struct yg_vterm_setup setup = {.cols = cols, .rows = rows, .answer = on_answer, .data = f};

	*f = (struct far){.vt = yg_vterm_create(&setup)};
	yg_grid_resize(&f->grid, cols, rows);
}

static void far_close(struct far *f)
{
	yg_vterm_destroy(f->vt);
	yg_buf_done(&f->answers);
	yg_grid_done(&f->grid);
}

static void say(struct far *f, const char *text)
{
	yg_vterm_feed(f->vt, text, strlen(text));
}

static char *drawn(struct far *f)
{
	struct yg_buf out = {0};
	struct yg_canvas c = yg_canvas_of(&f->grid);

	yg_grid_clear(&f->grid);
	yg_vterm_draw(f->vt, &c, true);
	yg_grid_text(&f->grid, &out);
	return yg_buf_take(&out);
}

static void assert_drawn(struct far *f, const char *text)
{
	char *now = drawn(f);

	assert_string_equal(now, text);
	free(now);
}

static void assert_answer(struct far *f, const char *text)
{
	assert_string_equal(yg_buf_text(&f->answers), text);
	yg_buf_clear(&f->answers);
}

static void test_text(void **state)
{
	struct far f;

	far_open(&f, 10, 3);
	say(&f, "one\r\n\033[31;1;44mtwo\033[0m x\r\n\033[38;2;1;2;3m日本\033[38;5;200mz");
	assert_drawn(&f, "one\ntwo x\n日本z\n");
	const struct yg_cell *cell = yg_grid_cell(&f.grid, 0, 1);
	assert_int_equal(cell->style, YG_CELL_FAR | YG_FAR_BOLD);
	assert_int_equal(cell->fg, YG_FAR_INDEX | 1);
	assert_int_equal(cell->bg, YG_FAR_INDEX | 4);
	assert_int_equal(yg_grid_cell(&f.grid, 4, 1)->fg, 0);
	assert_int_equal(yg_grid_cell(&f.grid, 0, 2)->fg, YG_FAR_RGB | 0x010203);
	assert_int_equal(yg_grid_cell(&f.grid, 0, 2)->width, 2);
	assert_int_equal(yg_grid_cell(&f.grid, 4, 2)->fg, YG_FAR_INDEX | 200);
	assert_int_equal(f.grid.cursor_x, 5);
	assert_int_equal(f.grid.cursor_y, 2);
	say(&f, "\033[?25l");
	assert_drawn(&f, "one\ntwo x\n日本z\n");
	assert_int_equal(f.grid.cursor_x, -1);
	far_close(&f);
}

/* Strings for the terminal itself, whole or in pieces, ended in each way. */
static void test_strings_are_dropped(void **state)
{
	static const char *const strings[] = {"\033]0;title\a", "\033]52;c;aGk=\033\\",
	    "\033P$qm\033\\", "\033_apc\033\\", "\033^pm\033\\", "\033Xsos\033\\", "\033]8;;u\030"};
	struct far f;

	far_open(&f, 20, 2);
	for (size_t i = 0; i < YG_COUNT(strings); i++) {
		say(&f, "\033[2J\033[Ha");
		say(&f, strings[i]);
		say(&f, "b");
		assert_drawn(&f, "ab\n\n");
		say(&f, "\033[2J\033[Ha");
		for (const char *p = strings[i]; *p; p++)
			yg_vterm_feed(f.vt, p, 1);
		say(&f, "b");
		assert_drawn(&f, "ab\n\n");
	}
	assert_answer(&f, "");
	/* One that never ends does not swallow everything. */
	say(&f, "\033]0;");
	for (int i = 0; i < 70000; i++)
		say(&f, "x");
	say(&f, "\033[2J\033[Hend");
	assert_drawn(&f, "end\n\n");
	far_close(&f);
}

/* libvterm 0.1.4 would not come back. */
static void test_repeat(void **state)
{
	struct far f;

	far_open(&f, 10, 2);
	say(&f, "\033[5b\xe2\x80\x8b\033[3b\r\033[2Ka\033[3b-\033[b");
	assert_drawn(&f, "aaaa--\n\n");
	say(&f, "\r\n=\033[99999b");
	assert_drawn(&f, "==========\n=\n");
	far_close(&f);
}

/* A pane is drawn at its place, and nothing outside of it changes. */
static void test_stays_in_its_pane(void **state)
{
	struct yg_grid g = {0};
	struct far f;
	char *before;
	struct yg_buf out = {0};

	yg_grid_resize(&g, 20, 6);
	struct yg_canvas all = yg_canvas_of(&g);
	yg_put_border(&all, YG_ST_BORDER, YG_ST_TITLE, "t", "");
	yg_grid_text(&g, &out);
	before = yg_buf_take(&out);
	far_open(&f, 30, 10);
	say(&f, "\033[9;29H日本\033[1;1H\033[99999999999B\033["
		"99999999999C\xe2\x80\xae\xf3\xa0\x81\x81");
	say(&f, "\033[3;30r\033[?6h\033[2147483647A\033[4294967295@\033[99999999L\033[99999999b");
	struct yg_canvas in = yg_canvas_sub(&all, (struct yg_rect){1, 1, 18, 4});
	yg_vterm_draw(f.vt, &in, true);
	for (int y = 1; y < 5; y++)
		yg_put_fill(&in, 0, y - 1, 18, YG_ST_TEXT);
	yg_grid_text(&g, &out);
	assert_string_equal(yg_buf_text(&out), before);
	yg_buf_done(&out);
	free(before);
	yg_grid_done(&g);
	far_close(&f);
}

static void test_answers(void **state)
{
	struct far f;

	far_open(&f, 20, 5);
	say(&f, "\033[6n");
	assert_answer(&f, "\033[1;1R");
	say(&f, "\033[c");
	assert_answer(&f, "\033[?1;2c");
	say(&f, "\033[21t\033]11;?\a\033[5n");
	assert_answer(&f, "\033[0n");
	far_close(&f);
}

static void test_other_screen(void **state)
{
	struct far f;

	far_open(&f, 10, 2);
	say(&f, "shell\033[?1049h\033[Heditor");
	assert_true(yg_vterm_is_full_screen(f.vt));
	assert_drawn(&f, "editor\n\n");
	for (int i = 0; i < 10; i++)
		say(&f, "\r\nline");
	assert_int_equal(yg_vterm_lines(f.vt), 0);
	say(&f, "\033[?1049l");
	assert_false(yg_vterm_is_full_screen(f.vt));
	assert_drawn(&f, "shell\n\n");
	far_close(&f);
}

static void count_to(struct far *f, int n)
{
	char line[32];

	for (int i = 1; i <= n; i++) {
		snprintf(line, sizeof(line), "%d%s", i, i < n ? "\r\n" : "");
		say(f, line);
	}
}

static void test_scrolled(void **state)
{
	struct far f;

	far_open(&f, 10, 3);
	count_to(&f, 10);
	assert_int_equal(yg_vterm_lines(f.vt), 7);
	assert_drawn(&f, "8\n9\n10\n");
	assert_int_equal(yg_vterm_scroll(f.vt, 2), 2);
	assert_drawn(&f, "6\n7\n8\n");
	/* Who reads stays where he is while more comes. */
	say(&f, "\r\n11");
	assert_drawn(&f, "6\n7\n8\n");
	assert_int_equal(yg_vterm_scroll(f.vt, INT_MAX), 8);
	assert_drawn(&f, "1\n2\n3\n");
	assert_int_equal(yg_vterm_scroll(f.vt, -INT_MAX), 0);
	assert_drawn(&f, "9\n10\n11\n");
	/* A higher pane takes lines back. */
	assert_true(yg_vterm_resize(f.vt, 10, 5));
	assert_false(yg_vterm_resize(f.vt, 10, 5));
	yg_grid_resize(&f.grid, 10, 5);
	assert_drawn(&f, "7\n8\n9\n10\n11\n");
	assert_int_equal(yg_vterm_lines(f.vt), 6);
	struct yg_buf text = {0};
	yg_vterm_text(f.vt, &text);
	assert_string_equal(yg_buf_text(&text), "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n");
	yg_buf_done(&text);
	far_close(&f);
}

static void test_bounds(void **state)
{
	struct far f;

	far_open(&f, 10, 3);
	count_to(&f, YG_VTERM_LINES + 500);
	assert_int_equal(yg_vterm_lines(f.vt), YG_VTERM_LINES);
	yg_vterm_scroll(f.vt, INT_MAX);
	assert_drawn(&f, "498\n499\n500\n");
	far_close(&f);
	/* Wide lines: the memory is what ends first. */
	far_open(&f, YG_VTERM_MAX_W, 3);
	for (int i = 0; i < 2000 * YG_VTERM_MAX_W; i++)
		say(&f, "x");
	assert_in_range(yg_vterm_lines(f.vt), 500, YG_VTERM_BYTES / sizeof(struct yg_cell) / 1000);
	far_close(&f);
}

static void test_find(void **state)
{
	struct far f;

	far_open(&f, 20, 3);
	say(&f, "an Error here\r\n2\r\n3\r\n4\r\nerror again\r\n6\r\n7\r\n8\r\n9");
	assert_true(yg_vterm_find(f.vt, "ERROR", true));
	assert_drawn(&f, "error again\n6\n7\n");
	assert_true(yg_grid_cell(&f.grid, 0, 0)->style & YG_FAR_REVERSE);
	assert_false(yg_grid_cell(&f.grid, 6, 0)->style & YG_FAR_REVERSE);
	assert_true(yg_vterm_find(f.vt, "error", true));
	assert_drawn(&f, "an Error here\n2\n3\n");
	assert_false(yg_vterm_find(f.vt, "error", true));
	assert_true(yg_vterm_find(f.vt, "error", false));
	assert_drawn(&f, "error again\n6\n7\n");
	assert_false(yg_vterm_find(f.vt, "", false));
	assert_drawn(&f, "error again\n6\n7\n");
	assert_false(yg_grid_cell(&f.grid, 0, 0)->style & YG_FAR_REVERSE);
	far_close(&f);
}

static void test_keys(void **state)
{
	static const struct {
		const char *key, *bytes;
	} table[] = {{"a", "a"}, {"Space", " "}, {"Enter", "\r"}, {"Tab", "\t"},
	    {"S-Tab", "\033[Z"}, {"Backspace", "\x7f"}, {"Esc", "\033"}, {"Up", "\033[A"},
	    {"C-Left", "\033[1;5D"}, {"F1", "\033OP"}, {"F5", "\033[15~"}, {"S-F5", "\033[15;2~"},
	    {"PageUp", "\033[5~"}, {"Delete", "\033[3~"}, {"C-c", "\003"}, {"C-]", "\035"},
	    {"C-_", "\037"}, {"M-x", "\033x"}, {"C-M-a", "\033\001"}, {"日", "日"}, {"-", "-"},
	    {"é", "é"}};
	struct far f;

	far_open(&f, 10, 3);
	for (size_t i = 0; i < YG_COUNT(table); i++) {
		assert_true(yg_vterm_key(f.vt, table[i].key));
		assert_answer(&f, table[i].bytes);
	}
	say(&f, "\033[?1h");
	assert_true(yg_vterm_key(f.vt, "Up"));
	assert_answer(&f, "\033OA");
	assert_true(yg_vterm_key(f.vt, "C-Space"));
	assert_int_equal(f.answers.len, 1);
	assert_int_equal(f.answers.data[0], 0);
	far_close(&f);
}

static void test_paste_and_mouse(void **state)
{
	struct far f;

	far_open(&f, 10, 3);
	yg_vterm_paste(f.vt, true);
	yg_vterm_paste(f.vt, false);
	assert_answer(&f, "");
	say(&f, "\033[?2004h");
	yg_vterm_paste(f.vt, true);
	yg_vterm_key(f.vt, "x");
	yg_vterm_paste(f.vt, false);
	assert_answer(&f, "\033[200~x\033[201~");
	assert_false(yg_vterm_mouse(f.vt, 2, 1, 1));
	say(&f, "\033[?1000h\033[?1006h");
	assert_true(yg_vterm_mouse(f.vt, 2, 1, 1));
	assert_answer(&f, "\033[<0;3;2M\033[<0;3;2m");
	assert_true(yg_vterm_mouse(f.vt, 2, 1, 4));
	assert_answer(&f, "\033[<64;3;2M");
	assert_false(yg_vterm_mouse(f.vt, 12, 1, 1));
	far_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_strings_are_dropped),
	    cmocka_unit_test(test_repeat),
	    cmocka_unit_test(test_stays_in_its_pane),
	    cmocka_unit_test(test_answers),
	    cmocka_unit_test(test_other_screen),
	    cmocka_unit_test(test_scrolled),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_paste_and_mouse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
