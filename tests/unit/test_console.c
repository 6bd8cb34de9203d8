/* test_console: what the console hands to a view, and when it paints what the view says. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/console/console.h"

static char home[] = "/tmp/yagura-test-console-XXXXXX";

/* Two views that write down what they get: one as a terminal would be, one as all others are. */
static struct {
	char keys[64];
	int flags; /* that recalc returns */
} seen;

static int take_event(struct yg_view *v, const struct yg_event *ev)
{
	(void)v;
	strncat(seen.keys, ev->key, sizeof(seen.keys) - strlen(seen.keys) - 1);
	return YG_R_NONE;
}

static int take_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	(void)v, (void)changes, (void)count;
	return seen.flags;
}

static void draw(struct yg_view *v, struct yg_canvas *c)
{
	(void)v;
	yg_put(c, 0, 0, -1, YG_ST_TEXT, seen.keys);
}

static const struct yg_view_ops shell = {
    .size = sizeof(shell),
    .name = "shell",
    .title = "Shell",
    .event = take_event,
    .recalc = take_recalc,
    .draw = draw,
    .takes_paste = true,
};

static const struct yg_view_ops picture = {
    .size = sizeof(picture),
    .name = "picture",
    .title = "Picture",
    .event = take_event,
    .draw = draw,
};

/* A drawn view among the tables of a pane. */
static const struct yg_view_ops sketch = {
    .size = sizeof(sketch),
    .name = "sketch",
    .title = "Sketch",
    .event = take_event,
    .draw = draw,
    .pane = "network",
    .tab = 99,
};

static int setup(void **state)
{
	const struct yg_setup how = {.demo = "seed:1"};
	struct yg_host *host = NULL;
	struct yg_console *con = NULL;
	struct yg_err err = {0};

	memset(&seen, 0, sizeof(seen));
	assert_int_equal(yg_host_create(&how, &host, &err), 0);
	assert_int_equal(yg_view_register(&sketch, &err), 0);
	assert_int_equal(yg_console_create(host, 80, 24, &con, &err), 0);
	assert_int_equal(yg_view_register(&shell, &err), 0);
	assert_int_equal(yg_view_register(&picture, &err), 0);
	*state = con;
	return 0;
}

static int teardown(void **state)
{
	struct yg_console *con = *state;
	struct yg_host *host = con->host;

	yg_console_destroy(con);
	yg_view_forget(&shell);
	yg_view_forget(&picture);
	yg_view_forget(&sketch);
	yg_host_destroy(host);
	return 0;
}

static void paste(struct yg_console *con, const char *key)
{
	yg_console_event(con, &(struct yg_event){.what = YG_EV_KEY, .key = key, .is_pasted = true});
}

static void test_paste(void **state)
{
	struct yg_console *con = *state;
	struct yg_err err = {0};

	assert_int_equal(yg_console_command(con, "view picture", &err), 0);
	paste(con, "z");
	assert_string_equal(seen.keys, "");
	assert_int_equal(yg_console_command(con, "view shell", &err), 0);
	paste(con, "z");
	paste(con, "q");
	assert_string_equal(seen.keys, "zq");
	/* Neither zoomed nor closed: what is pasted is never a command, also where it is taken. */
	assert_false(con->is_zoomed);
	assert_int_equal(con->n_stack, 2);
}

static void test_now(void **state)
{
	struct yg_console *con = *state;
	struct yg_err err = {0};

	assert_int_equal(yg_console_command(con, "view shell", &err), 0);
	yg_console_draw(con);
	con->is_urgent = false;
	seen.flags = YG_R_REDRAW;
	yg_panes_work(con);
	assert_true(con->dirty);
	assert_false(con->is_urgent);
	seen.flags = YG_R_REDRAW | YG_R_NOW;
	yg_panes_work(con);
	assert_true(con->is_urgent);
}

/* It is one of the tabs, under the pane's own number; what only a table can do is refused in words.
 */
static void test_tab(void **state)
{
	struct yg_console *con = *state;
	struct yg_err err = {0};
	struct yg_buf screen = {0};

	yg_console_press(con, "4");
	yg_console_press(con, "[");
	assert_string_equal(yg_panes_current(con)->ops->name, "sketch");
	assert_int_equal(con->n_stack, 0);
	snprintf(seen.keys, sizeof(seen.keys), "drawn by hand");
	yg_console_draw(con);
	yg_grid_text(&con->grid, &screen);
	assert_non_null(strstr(yg_buf_text(&screen), "4 Sketch"));
	assert_non_null(strstr(yg_buf_text(&screen), "drawn by hand"));
	yg_buf_done(&screen);
	assert_int_not_equal(yg_console_command(con, "filter web", &err), 0);
	assert_non_null(strstr(err.text, "only in a table"));
	for (const char *key = "/ sSay"; *key; key++)
		yg_console_press(con, (const char[]){*key, '\0'});
	yg_console_press(con, "Esc");
	assert_int_not_equal(yg_console_command(con, "view sketsh", &err), 0);
	assert_non_null(strstr(err.text, "did you mean sketch"));
	assert_int_equal(yg_console_command(con, "view vms", NULL), 0);
	assert_int_equal(yg_console_command(con, "view sketch", NULL), 0);
	assert_string_equal(yg_panes_current(con)->ops->name, "sketch");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_paste),
	    TEST(test_now),
	    TEST(test_tab),
	};

	/* Nothing of the user who runs the tests. */
	if (!mkdtemp(home))
		return 1;
	setenv("HOME", home, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(home);
	return rc;
}
