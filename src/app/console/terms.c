/* terms: terminals inside the console: shells and consoles of rows, as overlays that can be left
 * and found again. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/terms.h"

#include <limits.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"

#define COMMAND_WORDS 64

enum term_state { TERM_RUNS, TERM_ENDED };

struct yg_term {
	struct yg_console *con;
	unsigned number;
	char title[128];
	struct yg_stream *stream; /* NULL: it ended */
	struct yg_vterm *vt;
	struct yg_view *view; /* what shows it, or NULL */
	enum term_state state;
	int exit_code; /* -1: none */
	struct yg_err err;
	bool is_pasting;
	bool is_asking; /* a text to look for is typed */
	struct yg_line line;
	char *needle;
};

static struct yg_term *opening; /* for the view that is being made */

static struct yg_term *term_of(const struct yg_view *v)
{
	return *(struct yg_term **)v->priv;
}

static bool is_on_top(const struct yg_term *t)
{
	const struct yg_console *con = t->con;

	return t->view && con->n_stack && con->stack[con->n_stack - 1] == t->view;
}

static void touch(struct yg_term *t, bool is_urgent)
{
	if (is_on_top(t))
		yg_console_touch(t->con, YG_DIRTY_ALL, is_urgent);
}

/* ---- the stream ---- */

static void on_bytes(void *data, int from, const char *bytes, size_t len)
{
	struct yg_term *t = data;

	yg_vterm_feed(t->vt, bytes, len);
	touch(t, false);
}

static void on_end(void *data, int exit_code, const struct yg_err *err)
{
	struct yg_term *t = data;

	t->stream = NULL;
	t->state = TERM_ENDED;
	t->exit_code = exit_code;
	if (err)
		t->err = *err;
	touch(t, true);
}

static void on_answer(void *data, const char *bytes, size_t len)
{
	struct yg_term *t = data;

	yg_stream_write(t->stream, bytes, len);
}

/* ---- the list ---- */

static void term_free(struct yg_term *t)
{
	struct yg_console *con = t->con;

	for (size_t i = 0; i < con->terms.count; i++)
		if (con->terms.items[i] == t) {
			yg_vec_remove(&con->terms, i);
			break;
		}
	yg_stream_close(t->stream);
	yg_vterm_destroy(t->vt);
	yg_line_done(&t->line);
	free(t->needle);
	free(t);
}

void yg_terms_close_all(struct yg_console *con)
{
	while (con->terms.count)
		term_free(con->terms.items[0]);
	yg_vec_done(&con->terms);
}

/* ---- the view ---- */

static int term_open(struct yg_view *v, struct yg_err *err)
{
	*(struct yg_term **)v->priv = opening;
	opening->view = v;
	snprintf(v->title, sizeof(v->title), "%s", opening->title);
	return 0;
}

static void term_close(struct yg_view *v)
{
	struct yg_term *t = term_of(v);

	t->view = NULL;
	if (t->state == TERM_ENDED)
		term_free(t);
}

static void start_asking(struct yg_term *t)
{
	t->is_asking = true;
	yg_line_start(&t->line, t->needle ? t->needle : "", NULL, NULL, NULL);
}

static void find(struct yg_term *t, bool is_up)
{
	if (!t->needle || !t->needle[0])
		return;
	if (!yg_vterm_find(t->vt, t->needle, is_up))
		yg_console_say(t->con, YG_ST_DIM, _("no more of it that way"));
}

static void asking_event(struct yg_term *t, const struct yg_event *ev)
{
	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c")) {
		t->is_asking = false;
		yg_vterm_find(t->vt, "", true);
	} else if (yg_streq(ev->key, "Enter")) {
		t->is_asking = false;
		free(t->needle);
		t->needle = yg_xstrdup(yg_line_text(&t->line));
		find(t, true);
	} else
		yg_line_event(&t->line, ev);
}

static int page(const struct yg_term *t)
{
	int cols, rows;

	yg_vterm_size(t->vt, &cols, &rows);
	return YG_MAX(rows - 2, 1);
}

/* Keys while what scrolled away is read; false: it goes to the far side. */
static bool reading_event(struct yg_term *t, const char *key)
{
	static const struct {
		const char *key;
		int lines, pages;
	} moves[] = {{"S-PageUp", 0, 1}, {"S-PageDown", 0, -1}, {"PageUp", 0, 1},
	    {"PageDown", 0, -1}, {"Up", 1, 0}, {"Down", -1, 0}, {"k", 1, 0}, {"j", -1, 0},
	    {"g", INT_MAX, 0}, {"G", -INT_MAX, 0}, {"Home", INT_MAX, 0}, {"End", -INT_MAX, 0}};
	bool is_reading = yg_vterm_scrolled(t->vt) > 0 || t->state == TERM_ENDED;

	for (size_t i = 0; i < YG_COUNT(moves); i++)
		if (yg_streq(moves[i].key, key) && (is_reading || i == 0)) {
			yg_vterm_scroll(
			    t->vt, moves[i].pages ? moves[i].pages * page(t) : moves[i].lines);
			return true;
		}
	if (!is_reading)
		return false;
	if (yg_streq(key, "/"))
		start_asking(t);
	else if (yg_streq(key, "n") || yg_streq(key, "N"))
		find(t, key[0] == 'n');
	else if ((yg_streq(key, "Esc") || yg_streq(key, "q")) && yg_vterm_scrolled(t->vt))
		yg_vterm_scroll(t->vt, -INT_MAX);
	else
		return false;
	return true;
}

static void wheel(struct yg_term *t, int button)
{
	if (!yg_vterm_is_full_screen(t->vt)) {
		yg_vterm_scroll(t->vt, button == 4 ? 3 : -3);
		return;
	}
	for (int i = 0; i < 3; i++)
		yg_vterm_key(t->vt, button == 4 ? "Up" : "Down");
}

static void type(struct yg_term *t, const struct yg_event *ev)
{
	if (yg_vterm_scrolled(t->vt)) {
		yg_vterm_scroll(t->vt, -INT_MAX);
		touch(t, true);
	}
	if (ev->is_pasted != t->is_pasting)
		yg_vterm_paste(t->vt, ev->is_pasted);
	t->is_pasting = ev->is_pasted;
	yg_vterm_key(t->vt, ev->key);
}

/* Enter closes what ended; any other key that means nothing is told what does. */
static int ended_event(struct yg_term *t, const char *key)
{
	if (yg_streq(key, "Enter") || yg_streq(key, "Esc") || yg_streq(key, "q") ||
	    yg_streq(key, YG_TERM_LEAVE))
		return YG_R_HANDLED | YG_R_CLOSE;
	return YG_R_HANDLED;
}

static int term_event(struct yg_view *v, const struct yg_event *ev)
{
	struct yg_term *t = term_of(v);

	if (ev->what == YG_EV_MOUSE) {
		bool is_taken = yg_vterm_mouse(t->vt, ev->x, ev->y, ev->button);
		if (!is_taken && ev->button >= 4)
			wheel(t, ev->button);
		return YG_R_HANDLED | YG_R_REDRAW;
	}
	int shown = YG_R_HANDLED | YG_R_REDRAW;
	if (t->is_asking)
		asking_event(t, ev);
	else if (!ev->is_pasted && reading_event(t, ev->key))
		return shown;
	else if (t->state == TERM_ENDED)
		return ev->is_pasted ? YG_R_HANDLED : ended_event(t, ev->key);
	else if (!ev->is_pasted && yg_streq(ev->key, YG_TERM_LEAVE)) {
		yg_console_say(t->con, YG_ST_DIM, _("it runs on; :terminals finds it again"));
		return YG_R_HANDLED | YG_R_CLOSE;
	} else {
		type(t, ev);
		return YG_R_HANDLED; /* drawn when the far side answers */
	}
	return shown;
}

static void end_line(const struct yg_term *t, char *buf, size_t size)
{
	char clean[sizeof(t->err.text)];

	if (t->err.code)
		snprintf(clean, sizeof(clean), "%s", t->err.text);
	else if (t->exit_code >= 0)
		snprintf(clean, sizeof(clean), _("ended, exit code %d"), t->exit_code);
	else
		snprintf(clean, sizeof(clean), "%s", _("ended"));
	snprintf(buf, size, _(" %s; Enter closes "), clean);
}

static void note(struct yg_term *t, struct yg_view *v)
{
	int up = yg_vterm_scrolled(t->vt);

	if (t->state == TERM_ENDED)
		snprintf(v->count, sizeof(v->count), "%s", _("ended"));
	else if (up)
		snprintf(v->count, sizeof(v->count), _("%d lines up"), up);
	else
		v->count[0] = '\0';
}

static void term_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct yg_term *t = term_of(v);
	int w = yg_canvas_width(c), h = yg_canvas_height(c);
	char text[640];

	if (yg_vterm_resize(t->vt, w, h))
		yg_stream_resize(t->stream, w, h);
	yg_vterm_draw(t->vt, c, t->state == TERM_RUNS && t->con->mode == YG_MODE_NORMAL);
	if (t->is_asking)
		yg_line_draw(&t->line, c, h - 1, "/");
	else if (t->state == TERM_ENDED) {
		end_line(t, text, sizeof(text));
		yg_put_fill(c, 0, h - 1, w, YG_ST_SELECTED | YG_ST_TEXT);
		yg_put(c, 0, h - 1, w, YG_ST_SELECTED | YG_ST_TEXT, text);
	}
	note(t, v);
}

static const struct yg_view_ops term_ops = {
    .size = sizeof(struct yg_view_ops),
    .name = "terminal",
    .title = "Terminal",
    .help = "a shell or a console",
    .private_size = sizeof(struct yg_term *),
    .open = term_open,
    .event = term_event,
    .draw = term_draw,
    .close = term_close,
    .takes_paste = true,
};

bool yg_terms_is_view(const struct yg_view *v)
{
	return v->ops == &term_ops;
}

void yg_terms_paste_over(struct yg_console *con)
{
	const struct yg_view *v = con->n_stack ? con->stack[con->n_stack - 1] : NULL;
	struct yg_term *t = v && yg_terms_is_view(v) ? term_of(v) : NULL;

	if (t && t->is_pasting) {
		t->is_pasting = false;
		yg_vterm_paste(t->vt, false);
	}
}

/* ---- opening ---- */

static int show(struct yg_console *con, struct yg_term *t, struct yg_err *err)
{
	if (is_on_top(t))
		return 0;
	if (t->view)
		return yg_err_set(err, YG_E_INVALID, "%s", _("it is open below: Esc goes back"));
	if (con->n_stack == YG_STACK_MAX)
		return yg_err_set(
		    err, YG_E_TOOBIG, "%s", _("too many views are open: Esc closes one"));
	opening = t;
	con->stack[con->n_stack++] = yg_console_view_open(con, &term_ops, YG_NO_SLOT, NULL);
	yg_console_touch(con, YG_DIRTY_ALL, true);
	return 0;
}

static struct yg_term *term_new(struct yg_console *con, const char *what, const struct yg_row *row)
{
	static unsigned numbers;
	struct yg_term *t = yg_xcalloc(1, sizeof(*t));
	struct yg_vterm_setup setup = {.cols = YG_MAX(con->grid.w - 2, 2),
	    .rows = YG_MAX(con->grid.h - 5, 2),
	    .answer = on_answer,
	    .data = t};

	t->con = con;
	t->number = ++numbers;
	t->exit_code = -1;
	t->vt = yg_vterm_create(&setup);
	snprintf(t->title, sizeof(t->title), "%s %s/%s", what, row->kind->name, yg_row_name(row));
	yg_vec_push(&con->terms, t);
	return t;
}

int yg_terms_start(struct yg_console *con, enum yg_stream_what what, const char *const *argv,
    bool is_forced, struct yg_err *err)
{
	uint32_t slot = yg_panes_current_slot(con);
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(con->host), slot);

	if (!row)
		return yg_err_set(err, YG_E_NOTFOUND, "%s", _("no row is chosen"));
	struct yg_term *t = term_new(con, what == YG_STREAM_EXEC ? _("shell") : _("console"), row);
	struct yg_stream_request request = {.what = what,
	    .argv = argv,
	    .is_tty = true,
	    .is_forced = is_forced,
	    .bytes = on_bytes,
	    .end = on_end,
	    .data = t};
	yg_vterm_size(t->vt, &request.cols, &request.rows);
	int rc = yg_host_stream(con->host, slot, &request, &t->stream, err);
	if (rc) {
		term_free(t);
		return rc;
	}
	return show(con, t, err);
}

int yg_terms_shell(struct yg_console *con, char *args, struct yg_err *err)
{
	const char *argv[COMMAND_WORDS + 1] = {NULL};
	char *save = NULL, *word = strtok_r(args, " ", &save);
	size_t n = 0;

	for (; word && n < COMMAND_WORDS; word = strtok_r(NULL, " ", &save))
		argv[n++] = word;
	return yg_terms_start(con, YG_STREAM_EXEC, n ? argv : NULL, false, err);
}

/* ---- the list as a menu ---- */

static void add_item(struct yg_console *con, const struct yg_term *t, size_t place)
{
	char key[8] = "";

	if (place < 9)
		snprintf(key, sizeof(key), "%zu", place + 1);
	yg_vec_push(
	    &con->menu, (struct yg_menu_item){
			    .label = yg_xstrdup(t->title),
			    .key = yg_xstrdup(key),
			    .help = yg_xstrdup(t->state == TERM_ENDED ? _("ended") : _("runs")),
			    .command = yg_xasprintf("terminals %u", t->number),
			});
}

int yg_terms_list(struct yg_console *con, const char *args, struct yg_err *err)
{
	unsigned number = (unsigned)strtoul(args, NULL, 10);

	for (size_t i = 0; i < con->terms.count && args[0]; i++)
		if (con->terms.items[i]->number == number)
			return show(con, con->terms.items[i], err);
	if (args[0] || !con->terms.count)
		return yg_err_set(err, YG_E_NOTFOUND, "%s",
		    _("no terminal is open: 'e' opens a shell, 'c' a console"));
	yg_dialog_close(con);
	for (size_t i = 0; i < con->terms.count; i++)
		add_item(con, con->terms.items[i], i);
	snprintf(con->menu_title, sizeof(con->menu_title), "%s", _("Terminals"));
	con->menu_at = con->menu_top = 0;
	con->mode = YG_MODE_MENU;
	return 0;
}
