/* screen: draws one screen of the console without a terminal: for tests, documents, bug reports. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "app/console/console.h"
#include "app/verbs.h"
#include "base/clock.h"
#include "model/keyname.h"
#include "net/loop.h"
#include "ui/input.h"

#define SETTLE_MS 10000
#define WAIT_MS   15000

/* Turns the loop until nothing is left to do at once. */
static void calm(struct yg_console *con)
{
	struct yg_loop *loop = yg_host_loop(con->host);

	do
		yg_loop_turn(loop, 0);
	while (yg_panes_work(con) || yg_inventory_dirty(yg_host_inventory(con->host)));
	yg_console_draw(con);
	yg_panes_tell_visible(con);
}

static bool is_on_screen(struct yg_console *con, const char *text)
{
	struct yg_buf screen = {0};

	yg_grid_text(&con->grid, &screen);
	bool found = strstr(yg_buf_text(&screen), text) != NULL;
	yg_buf_done(&screen);
	return found;
}

/* Waits for a text to come on the screen. */
static int wait_for(struct yg_console *con, const char *text, struct yg_err *err)
{
	int64_t end = yg_mono_us() + (int64_t)WAIT_MS * 1000;

	for (;;) {
		calm(con);
		if (is_on_screen(con, text))
			return 0;
		if (yg_mono_us() > end)
			return yg_err_set(
			    err, YG_E_TIMEOUT, "'%s' did not come on the screen", text);
		yg_loop_turn(yg_host_loop(con->host), 20);
	}
}

static void press(struct yg_console *con, const char *key)
{
	yg_console_event(
	    con, &(struct yg_event){.what = YG_EV_KEY, .key = key, .now_ms = yg_now_ms()});
	calm(con);
}

/* A word of --keys: the name of a key, wait:TEXT, or letters that are typed one by one. */
static int type_word(struct yg_console *con, const char *word, struct yg_err *err)
{
	if (yg_starts_with(word, "wait:"))
		return wait_for(con, word + 5, err);
	if (yg_key_is_name(word)) {
		press(con, word);
		return 0;
	}
	for (const char *p = word; *p && !con->is_quitting;) {
		size_t len = 1;
		while (((unsigned char)p[len] & 0xC0) == 0x80)
			len++;
		char key[8];
		snprintf(key, sizeof(key), "%.*s", (int)YG_MIN(len, (size_t)7), p);
		press(con, key);
		p += len;
	}
	return 0;
}

static int type_keys(struct yg_console *con, const char *keys, struct yg_err *err)
{
	char *copy = yg_xstrdup(keys), *save = NULL;
	int rc = 0;

	for (char *word = strtok_r(copy, " ", &save); word && !rc && !con->is_quitting;
	     word = strtok_r(NULL, " ", &save))
		rc = type_word(con, word, err);
	free(copy);
	return rc;
}

static int put_screen(struct yg_cli *cli, struct yg_console *con, const char *format)
{
	if (!format || yg_streq(format, "text"))
		yg_grid_text(&con->grid, &cli->out);
	else if (yg_streq(format, "ansi"))
		yg_grid_ansi(&con->grid, con->theme, &cli->out);
	else if (yg_streq(format, "svg"))
		yg_grid_svg(&con->grid, con->theme, &cli->out);
	else
		return yg_cli_usage(cli, "-o %s: text, ansi or svg", format);
	return YG_EXIT_OK;
}

static int show(struct yg_cli *cli, int w, int h)
{
	const char *keys = yg_cli_value(cli, "keys"), *theme = yg_cli_value(cli, "theme");
	struct yg_console *con = NULL;
	struct yg_err err = {0};
	int rc = yg_console_create(cli->host, w, h, &con, &err);

	if (!rc && theme)
		rc = yg_console_theme(con, theme, &err);
	if (!rc) {
		yg_host_open(cli->host, UINT64_MAX);
		yg_host_settle(cli->host, UINT64_MAX, false, SETTLE_MS, NULL);
		yg_panes_focus_first(con);
		calm(con);
		rc = type_keys(con, keys ? keys : "", &err);
	}
	rc = rc ? yg_cli_fail(cli, &err) : put_screen(cli, con, yg_cli_value(cli, "output"));
	yg_console_destroy(con);
	return rc;
}

static int run(struct yg_cli *cli)
{
	const char *size = yg_cli_value(cli, "size"), *clock = yg_cli_value(cli, "clock");
	int w = 160, h = 45, used = 0;
	struct yg_err err = {0};
	int64_t now_ms;

	if (size && (sscanf(size, "%dx%d%n", &w, &h, &used) != 2 || size[used] || w < 1 || h < 1 ||
			w > 1000 || h > 500))
		return yg_cli_usage(cli, "--size %s: write it like 160x45, at most 1000x500", size);
	if (clock) {
		if (yg_time_parse(clock, &now_ms, &err))
			return yg_cli_usage(cli, "--clock: %s", err.text);
		yg_clock_freeze(now_ms);
	}
	cli->setup.is_batch = false;
	int rc = yg_cli_open(cli);
	if (rc)
		return rc;
	return show(cli, w, h);
}

static const struct yg_verb_option options[] = {
    {"size", 's', "COLUMNSxROWS", "size of the screen (160x45)"},
    {"keys", 'k', "KEYS", "keys to press, separated by blanks; wait:TEXT waits for a text"},
    {"output", 'o', "FORMAT", "text, ansi or svg (text)"},
    {"theme", 't', "NAME", "colours"},
    {"clock", 0, "TIME", "let it be this time, 2026-01-15T10:42:07Z, and stand still"},
};

const struct yg_verb yg_verb_screen = {
    .name = "screen",
    .help = "draw one screen of the console as text, ANSI or SVG",
    .notes = "yagura screen --demo --size 80x24 --keys '2 / web Enter' -o svg > screen.svg\n",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
