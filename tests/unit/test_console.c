/* test_console: what the console hands to a view, and when it paints what the view says. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

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

static int setup(void **state)
{
	const struct yg_setup how = {.demo = "seed:1"};
	struct yg_host *host = NULL;
	struct yg_console *con = NULL;
	struct yg_err err = {0};

	memset(&seen, 0, sizeof(seen));
	assert_int_equal(yg_host_create(&how, &host, &err), 0);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_paste),
	    TEST(test_now),
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
