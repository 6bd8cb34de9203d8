/* console: the full-screen face: events in, painting out. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/console.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "app/console/compare.h"
#include "app/console/finder.h"
#include "app/console/help.h"
#include "app/console/keys.h"
#include "app/console/places.h"
#include "app/console/reload.h"
#include "app/console/terms.h"
#include "app/views.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"
#include "store/config.h"
#include "store/themes.h"
#include "ui/input.h"
#include "ui/terminal.h"

#define PAINT_US   150000 /* between two paintings that nobody asked for by a key */
#define LIVE_US    16000 /* the same where a terminal is on top: what is typed comes back at once */
#define MESSAGE_US 6000000
#define SECOND_US  900000 /* what was drawn later than that shows true ages */
#define SLICE_MS   1
#define MIN_W      60
#define MIN_H      15

/* ---- what is to be painted ---- */

/* The terminal can take more: what waited is sent on, and painting goes on when all of it went. */
static void on_writable(void *data, int events)
{
	struct yg_console *con = data;

	(void)events;
	if (!yg_terminal_flush(con->term))
		return;
	yg_fd_watch_stop(con->output);
	con->output = NULL;
}

static void paint(struct yg_console *con)
{
	con->painted_us = yg_mono_us();
	yg_console_draw(con);
	con->is_urgent = false;
	yg_terminal_paint(con->term, &con->grid);
	if (!yg_terminal_flush(con->term))
		con->output = yg_fd_watch_start(yg_host_loop(con->host), yg_terminal_fd(con->term),
		    YG_WRITABLE, on_writable, con);
	yg_panes_tell_visible(con);
}

static void on_paint_timer(void *data)
{
	struct yg_console *con = data;

	yg_timer_stop(con->paint_timer);
	con->paint_timer = NULL;
}

static void on_slice(void *data)
{
	struct yg_console *con = data;

	yg_timer_stop(con->slice_timer);
	con->slice_timer = NULL;
}

static bool has_terminal(const struct yg_console *con)
{
	return con->n_stack && yg_terms_is_view(con->stack[con->n_stack - 1]);
}

/* Before the loop waits: painting, at once after a key, else when it is time; then sliced work, so
 * that a key is answered before more is looked for. */
static void on_turn(void *data)
{
	struct yg_console *con = data;
	struct yg_loop *loop = yg_host_loop(con->host);

	if (!con->term)
		return;
	if (con->is_urgent && !con->output)
		paint(con);
	if (!con->slice_timer && yg_panes_work(con))
		con->slice_timer = yg_timer_start(loop, SLICE_MS, 0, on_slice, con);
	if (con->is_urgent && !con->output)
		paint(con);
	int64_t pace_us = has_terminal(con) ? LIVE_US : PAINT_US;
	int64_t wait_us = con->painted_us + pace_us - yg_mono_us();
	if (con->output)
		return;
	if (con->dirty && wait_us <= 0)
		paint(con);
	else if (con->dirty && !con->paint_timer)
		con->paint_timer = yg_timer_start(loop, wait_us / 1000 + 1, 0, on_paint_timer, con);
}

void yg_console_touch(struct yg_console *con, unsigned parts, bool urgent)
{
	con->dirty |= parts;
	con->is_urgent |= urgent;
}

static void on_changes(void *data, const struct yg_change *changes, size_t count)
{
	yg_panes_changed(data, changes, count);
}

/* The clock in the header, ages, and messages that have been seen. */
static void on_second(void *data)
{
	struct yg_console *con = data;
	unsigned parts = YG_DIRTY_HEADER | YG_DIRTY_STRIP | YG_DIRTY_BOTTOM;
	int64_t now_us = yg_mono_us();

	yg_panes_focus_first(con);
	if (con->message[0] && now_us > con->message_until_us)
		con->message[0] = '\0';
	for (int p = 0; p < YG_PANES; p++)
		if (now_us - con->panes[p].drawn_us >= SECOND_US)
			parts |= 1u << p;
	yg_console_touch(con, parts, false);
}

static void draw_too_small(struct yg_console *con, struct yg_canvas *c)
{
	char text[64];

	snprintf(text, sizeof(text), "%dx%d: needs %dx%d", con->grid.w, con->grid.h, MIN_W, MIN_H);
	yg_put(c, 0, con->grid.h / 2, -1, YG_ST_WARN, text);
}

/* Dialogs and completions lie over everything: then nothing can be kept. */
static bool must_draw_all(const struct yg_console *con)
{
	return con->dirty & YG_DIRTY_ALL || con->n_stack || con->mode > YG_MODE_FILTER ||
	       con->line.completions.count > 1;
}

void yg_console_draw(struct yg_console *con)
{
	struct yg_canvas all = yg_canvas_of(&con->grid);

	if (must_draw_all(con)) {
		yg_grid_clear(&con->grid);
		con->dirty = ~0u;
	}
	if (con->grid.w < MIN_W || con->grid.h < MIN_H)
		draw_too_small(con, &all);
	else {
		struct yg_canvas panes =
		    yg_canvas_sub(&all, (struct yg_rect){0, 1, con->grid.w, con->grid.h - 3});
		if (con->dirty & YG_DIRTY_BOTTOM)
			con->grid.cursor_x = con->grid.cursor_y = -1;
		yg_panes_draw(con, &panes);
		yg_frame_draw(con, &all);
		yg_dialog_draw(con, &panes);
	}
	con->dirty = 0;
}

/* ---- messages ---- */

void yg_console_say(struct yg_console *con, enum yg_style style, const char *text)
{
	snprintf(con->message, sizeof(con->message), "%s", text);
	con->message_style = (int)style;
	con->message_until_us = yg_mono_us() + MESSAGE_US;
	yg_console_touch(con, YG_DIRTY_BOTTOM, true);
}

void yg_console_fail(struct yg_console *con, const struct yg_err *err)
{
	yg_console_say(con, YG_ST_WARN, err->text);
}

/* What is said before the first picture is kept: the first line, and how many there were. */
static void on_say(void *data, enum yg_style style, const char *text)
{
	struct yg_console *con = data;
	size_t len = strlen(con->first_words);

	if (con->painted_us) {
		yg_console_say(con, style, text);
		return;
	}
	if (con->n_words++ == 0)
		snprintf(con->first_words, sizeof(con->first_words), "%s", text);
	else if (con->n_words == 2)
		snprintf(con->first_words + len, sizeof(con->first_words) - len,
		    " (and more: yagura doctor)");
	yg_console_say(con, style, con->first_words);
}

static int on_command(void *data, const char *line, struct yg_err *err)
{
	return yg_console_command(data, line, err);
}

static void on_mistake(void *data, const char *line)
{
	on_say(data, YG_ST_WARN, line);
}

/* ---- events ---- */

static void leave_prompt(struct yg_console *con)
{
	con->mode = YG_MODE_NORMAL;
	yg_line_done(&con->line);
	con->message[0] = '\0';
}

static void command_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_err err = {0};

	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c") ||
	    (yg_streq(ev->key, "Backspace") && !con->line.text.len)) {
		leave_prompt(con);
	} else if (yg_streq(ev->key, "Enter")) {
		char *line = yg_xstrdup(yg_line_text(&con->line));
		yg_history_add(&con->commands, line);
		leave_prompt(con);
		if (yg_console_command(con, line, &err))
			yg_console_fail(con, &err);
		free(line);
	} else
		yg_line_event(&con->line, ev);
}

/* Filters as it is typed; what is not a query yet is told at the right and changes nothing. */
static void try_filter(struct yg_console *con)
{
	struct yg_err err = {0};
	struct yg_view *v = yg_panes_current(con);

	con->message[0] = '\0';
	if (yg_streq(yg_line_text(&con->line), yg_tableview_filter_text(v)))
		return;
	if (yg_tableview_filter(v, yg_line_text(&con->line), &err))
		yg_console_say(con, YG_ST_DIM, err.text);
}

static void filter_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_view *v = yg_panes_current(con);

	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c")) {
		yg_tableview_filter(v, con->filter_before, NULL);
		leave_prompt(con);
	} else if (yg_streq(ev->key, "Enter")) {
		yg_history_add(&con->filters, yg_line_text(&con->line));
		leave_prompt(con);
	} else {
		bool had_list = con->line.completions.count > 1;
		yg_line_event(&con->line, ev);
		try_filter(con);
		if (had_list)
			yg_console_touch(con, YG_DIRTY_ALL, true);
	}
}

/* Escape and a key in one piece, as a slow line brings them, are read as Alt and the key: where
 * that means nothing, it was the two. */
static bool press_apart(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_event half = *ev;

	if (ev->is_pasted || !ev->key || !yg_starts_with(ev->key, "M-"))
		return false;
	half.key = "Esc";
	yg_console_event(con, &half);
	half.key = ev->key + strlen("M-");
	yg_console_event(con, &half);
	return true;
}

/* The view first, then the keys of views, of actions, the built-in ones. */
static void press(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_view *v = yg_panes_current(con);
	struct yg_err err = {0};

	if (ev->is_pasted && !v->ops->takes_paste)
		return;
	int flags = v->ops->event ? v->ops->event(v, ev) : YG_R_NONE;
	if (flags & YG_R_REDRAW)
		yg_console_touch(con, 1u << con->focus, true);
	if (flags & YG_R_CLOSE)
		yg_panes_pop(con);
	if (flags & YG_R_HANDLED || ev->is_pasted)
		return;
	const char *line = yg_keys_find(con, ev->key);
	if (!line)
		press_apart(con, ev);
	else if (yg_console_command(con, line, &err))
		yg_console_fail(con, &err);
}

void yg_console_press(struct yg_console *con, const char *key)
{
	press(con, &(struct yg_event){.what = YG_EV_KEY, .key = key, .now_ms = yg_now_ms()});
}

/* What the user said of a key goes before all else. */
static void normal_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_err err = {0};

	if (con->message[0])
		yg_console_touch(con, YG_DIRTY_BOTTOM, true);
	con->message[0] = '\0';
	const char *line = ev->is_pasted ? NULL : yg_keys_users(con, ev->key);
	if (!line)
		press(con, ev);
	else if (yg_console_command(con, line, &err))
		yg_console_fail(con, &err);
}

static void dispatch(struct yg_console *con, const struct yg_event *ev)
{
	con->is_touched = true;
	if (ev->what == YG_EV_MOUSE) {
		struct yg_event inner = *ev;
		inner.y -= 1; /* the header */
		if (con->mode == YG_MODE_NORMAL)
			yg_panes_mouse(con, &inner);
		return;
	}
	if (ev->is_pasted && con->mode == YG_MODE_MENU)
		return;
	if (con->mode != YG_MODE_NORMAL && press_apart(con, ev))
		return;
	switch (con->mode) {
	case YG_MODE_NORMAL: normal_event(con, ev); break;
	case YG_MODE_COMMAND:
		command_event(con, ev);
		yg_console_touch(con, YG_DIRTY_ALL, true);
		break;
	case YG_MODE_FILTER:
		filter_event(con, ev);
		yg_console_touch(con, 1u << con->focus | YG_DIRTY_BOTTOM, true);
		break;
	default: yg_dialog_event(con, ev); break;
	}
}

static bool is_typing(const struct yg_console *con)
{
	return con->mode == YG_MODE_COMMAND || con->mode == YG_MODE_FILTER ||
	       con->mode == YG_MODE_PARAM || con->mode == YG_MODE_FIND ||
	       (con->mode == YG_MODE_CONFIRM && con->plan->effect == YG_DESTRUCTIVE);
}

/* With an input method on, keys come full-width: they mean the same where no text is typed. */
void yg_console_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_event half = *ev;
	char key[8];

	if (ev->what == YG_EV_KEY && !is_typing(con))
		half.key = yg_half_width(ev->key, key);
	if (!con->places)
		yg_places_note(con);
	if (ev->what == YG_EV_KEY && !ev->is_pasted && con->mode != YG_MODE_NORMAL)
		half.key = yg_keys_prompt(con, half.key);
	dispatch(con, &half);
	yg_reload_catch_up(con);
	if (con->mode == YG_MODE_NORMAL)
		yg_places_note(con);
	if (con->is_quitting)
		yg_loop_stop(yg_host_loop(con->host));
}

/* ---- the terminal ---- */

static void on_escape_timer(void *data);

/* Where nobody has said which theme, a light terminal gets the light one. */
static void heed_background(struct yg_console *con)
{
	int32_t rgb = yg_input_background(con->input);

	if (!con->is_theme_open || rgb < 0)
		return;
	con->is_theme_open = false;
	if (yg_rgb_is_light(rgb) && !yg_console_theme(con, "light", NULL))
		yg_console_touch(con, YG_DIRTY_ALL, true);
}

static void take_events(struct yg_console *con, bool is_late)
{
	struct yg_event ev;
	int wait_ms;

	yg_input_keep_breaks(con->input, has_terminal(con));
	while (!con->is_quitting && yg_input_next(con->input, is_late, &ev, &wait_ms)) {
		ev.now_ms = yg_now_ms();
		yg_console_event(con, &ev);
		yg_input_keep_breaks(con->input, has_terminal(con));
	}
	heed_background(con);
	if (!yg_input_is_pasting(con->input))
		yg_terms_paste_over(con);
	yg_timer_stop(con->escape_timer);
	con->escape_timer = NULL;
	if (wait_ms >= 0 && !is_late)
		con->escape_timer =
		    yg_timer_start(yg_host_loop(con->host), wait_ms, 0, on_escape_timer, con);
}

static void on_escape_timer(void *data)
{
	take_events(data, true);
}

static void on_keyboard(void *data, int events)
{
	struct yg_console *con = data;
	char bytes[1024];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	(void)events;
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		con->is_quitting = true;
		yg_loop_stop(yg_host_loop(con->host));
		return;
	}
	if (n > 0) {
		yg_input_feed(con->input, bytes, (size_t)n);
		take_events(con, false);
	}
}

static void on_signal(void *data, int signum)
{
	struct yg_console *con = data;
	int w, h;

	if (signum == SIGWINCH) {
		yg_terminal_resized(con->term);
		yg_terminal_size(con->term, &w, &h);
		yg_grid_resize(&con->grid, w, h);
		yg_console_touch(con, YG_DIRTY_ALL, true);
	} else if (signum == SIGTSTP) {
		yg_console_suspend(con);
	} else if (signum == SIGCONT) {
		yg_terminal_resume(con->term);
		yg_console_touch(con, YG_DIRTY_ALL, true);
	} else {
		con->is_quitting = true;
		yg_loop_stop(yg_host_loop(con->host));
	}
}

void yg_console_suspend(struct yg_console *con)
{
	if (!con->term)
		return;
	yg_terminal_suspend(con->term);
	raise(SIGSTOP);
	/* Not only when the loop hears of SIGCONT: it might paint before that. */
	yg_terminal_resume(con->term);
	yg_console_touch(con, YG_DIRTY_ALL, true);
}

int yg_console_theme(struct yg_console *con, const char *name, struct yg_err *err)
{
	const struct yg_theme *theme = yg_theme_need(name[0] ? name : "default", err);

	if (!theme)
		return YG_E_NOTFOUND;
	con->theme = theme;
	con->is_theme_open = false;
	if (con->term)
		yg_terminal_theme(con->term, theme);
	return 0;
}

static void set_borders(struct yg_console *con)
{
	const struct yg_config *config = yg_host_config(con->host);
	bool utf8 = yg_terminal_is_utf8();

	con->grid.is_ascii_text = !utf8;
	con->grid.is_ascii_lines = !utf8 || (config && config->borders == 2);
}

/* The theme that the configuration names. Where a file has mistakes the console starts all the
 * same, with the theme that is always there; a name that never was is the configuration's mistake.
 */
static int first_theme(struct yg_console *con, struct yg_err *err)
{
	const struct yg_config *config = yg_host_config(con->host);
	const char *name = config && config->theme ? config->theme : "default";

	yg_themes_load(config ? config->folder : NULL, on_mistake, con);
	if (con->n_words && !yg_theme_find(name))
		name = "default";
	if (!yg_console_theme(con, name, err))
		return 0;
	if (err)
		err->code = YG_E_INVALID;
	return yg_err_wrap(err, "%s: theme", config ? config->path : "");
}

static void on_key_trouble(void *data, enum yg_key_trouble trouble, const char *line)
{
	if (trouble != YG_KEY_REPLACES)
		on_say(data, YG_ST_WARN, line);
}

static void load_keys(struct yg_console *con)
{
	yg_keys_load(con, on_mistake, con, NULL);
}

int yg_console_create(
    struct yg_host *host, int w, int h, struct yg_console **out, struct yg_err *err)
{
	struct yg_console *con = yg_xcalloc(1, sizeof(*con));

	con->host = host;
	yg_grid_resize(&con->grid, w, h);
	set_borders(con);
	int rc = first_theme(con, err);
	if (rc) {
		yg_themes_unload();
		yg_grid_done(&con->grid);
		free(con);
		return rc;
	}
	yg_host_set_face(host, on_say, on_command, con);
	yg_host_series(host); /* from the first row on, so that the first picture is whole */
	yg_views_start(host);
	load_keys(con);
	yg_help_register(con);
	yg_compare_register();
	yg_panes_make(con);
	yg_keys_check(con->keymap, yg_host_config(host), on_key_trouble, con);
	yg_inventory_listen(yg_host_inventory(host), on_changes, con);
	yg_host_on_turn(host, on_turn, con);
	*out = con;
	return 0;
}

void yg_console_destroy(struct yg_console *con)
{
	if (!con)
		return;
	yg_host_on_turn(con->host, NULL, NULL);
	yg_host_set_face(con->host, NULL, NULL, NULL);
	yg_inventory_unlisten(yg_host_inventory(con->host), on_changes, con);
	yg_dialog_close(con);
	yg_vec_done(&con->menu);
	yg_finder_free(con);
	yg_places_free(con);
	yg_keys_done(con);
	yg_panes_free(con);
	yg_terms_close_all(con);
	yg_help_forget();
	yg_compare_forget();
	free(con->last_done);
	yg_views_stop();
	yg_themes_unload();
	yg_history_done(&con->commands);
	yg_history_done(&con->filters);
	free(con->filter_before);
	yg_grid_done(&con->grid);
	free(con);
}

/* Before the terminal is taken over: one that comes then must find us ready to give it back. */
static void watch_signals(struct yg_console *con)
{
	static const int signals[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT, SIGQUIT,
	    SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU};

	for (size_t i = 0; i < YG_COUNT(signals); i++)
		yg_loop_on_signal(yg_host_loop(con->host), signals[i], on_signal, con);
}

static void start(struct yg_console *con)
{
	struct yg_loop *loop = yg_host_loop(con->host);

	con->input = yg_input_create();
	con->keyboard = yg_fd_watch_start(loop, STDIN_FILENO, YG_READABLE, on_keyboard, con);
	con->second_timer = yg_timer_start(loop, 1000, 1000, on_second, con);
	yg_reload_start(con);
}

static void stop(struct yg_console *con)
{
	yg_reload_stop(con);
	yg_fd_watch_stop(con->keyboard);
	yg_fd_watch_stop(con->output);
	yg_timer_stop(con->second_timer);
	yg_timer_stop(con->escape_timer);
	yg_timer_stop(con->slice_timer);
	yg_timer_stop(con->paint_timer);
	con->second_timer = con->escape_timer = con->slice_timer = con->paint_timer = NULL;
	yg_input_destroy(con->input);
}

static bool is_theme_open(const struct yg_console *con)
{
	const struct yg_config *config = yg_host_config(con->host);

	return !config || !config->theme;
}

int yg_console_run(struct yg_console *con, struct yg_err *err)
{
	int w, h, rc;

	watch_signals(con);
	rc = yg_terminal_open(&con->term, err);
	if (rc)
		return rc;
	yg_terminal_theme(con->term, con->theme);
	yg_terminal_size(con->term, &w, &h);
	yg_grid_resize(&con->grid, w, h);
	yg_panes_focus_first(con);
	start(con);
	con->is_theme_open = is_theme_open(con);
	if (con->is_theme_open)
		yg_terminal_ask_background(con->term);
	yg_console_touch(con, YG_DIRTY_ALL, false);
	yg_loop_run(yg_host_loop(con->host));
	stop(con);
	yg_terminal_close(con->term);
	con->term = NULL;
	return 0;
}
