/* logs: what containers and machines wrote and write: followed, merged, filtered, saved. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "views/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define TAIL      1000 /* lines of the past of each, where nothing else is said */
#define WINDOW_MS 200  /* a source that is silent holds the others up */
#define SETTLE_MS 100
#define SLICE_US  1000 /* of filtering, or saving, between two looks for keys */
#define SIDE      8    /* cells of a step to the side */
#define TYPED_MAX 512

static int64_t steady_ms(void)
{
	return yg_mono_us() / 1000;
}

static void tell(struct logs *l, int style, const char *fmt, ...) YG_PRINTF(3, 4);
static void tell(struct logs *l, int style, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(l->told, sizeof(l->told), fmt, ap);
	va_end(ap);
	l->told_style = style;
	l->is_dirty = true;
}

/* ---- streams ---- */

static void on_settle(void *data);

static void settle(struct logs *l)
{
	if (yg_logmerge_settle(l->merge, steady_ms()) && !l->settling)
		l->settling = yg_host_wait(l->view->host, SETTLE_MS, 0, on_settle, l);
}

static void on_settle(void *data)
{
	struct logs *l = data;

	yg_host_unwait(l->view->host, l->settling);
	l->settling = NULL;
	settle(l);
}

static void on_line(void *data, const struct yg_logline *line)
{
	struct logs *l = data;

	yg_logring_add(l->ring, line);
	l->sources[line->source].last_us = line->us;
	l->is_dirty = true;
}

static void on_open(void *data)
{
	struct source *s = data;

	s->state = SOURCE_OPEN;
	s->logs->is_dirty = true;
	yg_logmerge_opened(s->logs->merge, s->number, steady_ms());
	settle(s->logs);
}

static void on_bytes(void *data, int from, const char *bytes, size_t len)
{
	struct source *s = data;

	s->state = SOURCE_OPEN;
	yg_logmerge_feed(s->logs->merge, s->number, from, bytes, len, steady_ms());
	if (s->logs->n_sources > 1)
		settle(s->logs);
}

static void on_end(void *data, int exit_code, const struct yg_err *err)
{
	struct source *s = data;

	(void)exit_code;
	s->stream = NULL;
	s->state = err ? SOURCE_FAILED : SOURCE_ENDED;
	snprintf(s->error, sizeof(s->error), "%.255s", err ? err->text : "");
	s->logs->is_dirty = true;
	yg_logmerge_end(s->logs->merge, s->number, steady_ms());
	settle(s->logs);
}

static void open_source(struct source *s, const struct yg_stream_request *how)
{
	struct yg_stream_request request = *how;
	struct yg_err err = {0};

	request.open = on_open;
	request.bytes = on_bytes;
	request.end = on_end;
	request.data = s;
	s->state = SOURCE_ASKED;
	if (yg_host_stream(s->logs->view->host, s->slot, &request, &s->stream, &err))
		on_end(s, -1, &err);
	else if (s->logs->is_paused)
		yg_stream_pause(s->stream, true);
}

/* It ended when its machine went down, and that is up again: on from where it ended. */
static void open_again(struct source *s)
{
	struct yg_stream_request request = s->logs->request;

	if (s->last_us) {
		request.since_ms = s->last_us / 1000 + 1;
		request.tail = -1;
	}
	yg_logmerge_again(s->logs->merge, s->number);
	open_source(s, &request);
}

static bool is_running(const struct yg_row *row)
{
	int state = row ? yg_row_state(row) : -1;

	return state >= 0 && (size_t)state < row->kind->n_states &&
	       yg_streq(row->kind->states[state].name, "running");
}

static void look_for_new_starts(struct logs *l, const struct yg_change *changes, size_t count)
{
	const struct yg_inventory *inv = yg_host_inventory(l->view->host);

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < l->n_sources; k++) {
			struct source *s = &l->sources[k];
			if (s->slot == changes[i].slot && s->state == SOURCE_ENDED &&
			    l->request.is_following && changes[i].fields >> YG_F_STATE & 1 &&
			    is_running(yg_inventory_row(inv, s->slot)))
				open_again(s);
		}
}

/* ---- what is asked for ---- */

static int parse_tail(const char *text, int64_t *out, struct yg_err *err)
{
	char *end = NULL;

	*out = yg_streq(text, "all") ? -1 : strtoll(text, &end, 10);
	if (*out == -1 || (end != text && !*end && *out >= 0))
		return 0;
	return yg_err_set(err, YG_E_INVALID, "--tail '%s': a number of lines, or all", text);
}

static int parse_word(
    struct yg_stream_request *r, const char *option, const char *value, struct yg_err *err)
{
	int rc;

	if (yg_streq(option, "--tail"))
		return parse_tail(value, &r->tail, err);
	if (yg_streq(option, "--since")) {
		rc = yg_logline_when(value, yg_now_ms(), &r->since_ms, err);
		r->tail = -1;
	} else if (yg_streq(option, "--until")) {
		rc = yg_logline_when(value, yg_now_ms(), &r->until_ms, err);
		r->is_following = false;
	} else
		return yg_err_set(err, YG_E_INVALID,
		    "logs: '%s': there are --since TIME, --until TIME, --tail N", option);
	return rc ? yg_err_wrap(err, "%s", option) : 0;
}

static int parse_args(struct yg_stream_request *r, const char *args, struct yg_err *err)
{
	char *copy = yg_xstrdup(args), *save = NULL, *word, *value;
	int rc = 0;

	r->what = YG_STREAM_LOGS;
	r->has_times = true;
	r->is_following = true;
	r->tail = TAIL;
	for (word = strtok_r(copy, " =", &save); word && !rc; word = strtok_r(NULL, " =", &save)) {
		value = strtok_r(NULL, " =", &save);
		rc = value ? parse_word(r, word, value, err)
			   : yg_err_set(err, YG_E_INVALID, "logs: '%s' needs a value", word);
	}
	free(copy);
	return rc;
}

/* ---- opening ---- */

static void set_title(struct logs *l)
{
	struct yg_view *v = l->view;
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(v->host), v->subject);
	int n = snprintf(v->title, sizeof(v->title), _("logs of "));

	if (l->n_sources == 1 && row)
		n += snprintf(v->title + n, sizeof(v->title) - (size_t)n, "%s %.60s",
		    row->kind->name, yg_row_name(row));
	else
		n += snprintf(v->title + n, sizeof(v->title) - (size_t)n, "%zu", l->n_sources);
	if (l->with)
		n += snprintf(v->title + n, sizeof(v->title) - (size_t)n, " /%.24s",
		    yg_pattern_text(l->with));
	if (l->without)
		snprintf(v->title + n, sizeof(v->title) - (size_t)n, " !%.24s",
		    yg_pattern_text(l->without));
}

static int logs_open(struct yg_view *v, struct yg_err *err)
{
	struct logs *l = v->priv;
	int rc = parse_args(&l->request, v->args, err);

	if (rc)
		return rc;
	l->view = v;
	l->fd = -1;
	l->at = NO_LINE;
	l->is_following = true;
	l->typed.max = TYPED_MAX;
	l->ring = yg_logring_create(YG_LOGRING_BYTES);
	l->merge = yg_logmerge_create(WINDOW_MS, on_line, l);
	l->shown = yg_logsieve_create(l->ring);
	l->matches = yg_logsieve_create(l->ring);
	l->sources = yg_xcalloc(v->n_slots + 1, sizeof(*l->sources));
	/* All are known before the first one is asked: then none goes ahead of the others. */
	for (size_t i = 0; i < v->n_slots; i++) {
		struct source *s = &l->sources[l->n_sources++];
		const struct yg_row *row =
		    yg_inventory_row(yg_host_inventory(v->host), v->slots[i]);
		s->logs = l;
		s->slot = v->slots[i];
		s->name = yg_xstrdup(row ? yg_row_name(row) : "gone");
		s->number = yg_logmerge_add(l->merge, true);
	}
	set_title(l);
	for (size_t i = 0; i < l->n_sources; i++)
		open_source(&l->sources[i], &l->request);
	return 0;
}

/* ---- filtering ---- */

static void sift(struct logs *l)
{
	yg_logsieve_set(l->shown, l->is_all ? NULL : l->with, l->without);
	yg_logsieve_set(l->matches, l->is_all ? l->with : NULL, l->is_all ? l->without : NULL);
	set_title(l);
	l->is_dirty = true;
}

/* Sets one of the two patterns; what is no expression (yet) is told and changes nothing. */
static void set_pattern(struct logs *l, bool is_not, const char *text)
{
	struct yg_pattern **place = is_not ? &l->without : &l->with, *made = NULL;
	struct yg_err err = {0};

	l->told[0] = '\0';
	if (*text && yg_pattern_create(text, YG_PATTERN_REGEX, false, &made, &err)) {
		tell(l, YG_ST_DIM, "%s", err.text);
		return;
	}
	struct yg_pattern *old = *place;
	*place = made;
	l->at = NO_LINE;
	sift(l);
	yg_pattern_destroy(old);
}

/* ---- saving ---- */

static void stop_saving(struct logs *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	free(l->file);
	l->file = NULL;
}

static char *path_of(const char *typed)
{
	const char *home = getenv("HOME");

	return yg_starts_with(typed, "~/") && home ? yg_xasprintf("%s%s", home, typed + 1)
						   : yg_xstrdup(typed);
}

/* Begins; the work is done in slices. A file that is there is never touched. */
static void save(struct logs *l, const char *typed)
{
	stop_saving(l);
	if (!*typed)
		return;
	l->file = path_of(typed);
	l->fd = open(l->file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (l->fd < 0) {
		tell(l, YG_ST_WARN, "%s: %s", l->file,
		    errno == EEXIST ? _("it is there already: choose another name")
				    : strerror(errno));
		stop_saving(l);
		return;
	}
	l->saved_to = yg_logring_first(l->ring);
	l->save_end = yg_logring_end(l->ring);
	l->n_saved = 0;
}

/* Time, source, text, all harmless: a log may be read with cat. */
static void put_saved(const struct logs *l, uint64_t number, struct yg_buf *out)
{
	struct yg_logline line;
	char time[32];

	yg_logring_get(l->ring, number, &line);
	yg_time_iso(line.us / 1000, time, sizeof(time));
	yg_buf_printf(out, "%.19s.%06dZ ", time, (int)(line.us % 1000000));
	if (l->n_sources > 1) {
		const char *name = l->sources[line.source].name;
		yg_text_clean(out, name, strlen(name));
		yg_buf_char(out, ' ');
	}
	yg_text_clean(out, line.text, line.len);
	yg_buf_char(out, '\n');
}

static bool write_all(int fd, const struct yg_buf *text)
{
	for (size_t at = 0; at < text->len;) {
		ssize_t n = write(fd, text->data + at, text->len - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* A slice of saving what is shown; true if there is more. */
static bool save_some(struct logs *l, int64_t until_us)
{
	struct yg_buf text = {0};
	size_t i = yg_logsieve_find(l->shown, YG_MAX(l->saved_to, yg_logring_first(l->ring)));
	size_t count = yg_logsieve_count(l->shown);
	uint64_t line = NO_LINE;

	if (l->fd < 0)
		return false;
	for (; i < count && (line = yg_logsieve_line(l->shown, i)) < l->save_end; i++) {
		put_saved(l, line, &text);
		l->saved_to = line + 1;
		l->n_saved++;
		if (l->n_saved % 64 == 0 && yg_mono_us() >= until_us)
			break;
	}
	bool is_over = i >= count || line >= l->save_end;
	if (!write_all(l->fd, &text)) {
		tell(l, YG_ST_BAD, _("%s: %s; it is not whole"), l->file, strerror(errno));
		stop_saving(l);
	} else if (is_over) {
		tell(l, YG_ST_OK, _("%zu lines are in %s"), l->n_saved, l->file);
		stop_saving(l);
	}
	yg_buf_done(&text);
	return l->fd >= 0;
}

/* ---- what is typed ---- */

static void start_prompt(struct logs *l, enum prompt prompt)
{
	const struct yg_pattern *now = prompt == PROMPT_FILTER ? l->with
				       : prompt == PROMPT_NOT  ? l->without
							       : NULL;

	l->prompt = prompt;
	free(l->before);
	l->before = yg_xstrdup(now ? yg_pattern_text(now) : "");
	yg_buf_clear(&l->typed);
	yg_buf_str(&l->typed, l->before);
}

static void end_prompt(struct logs *l, bool is_taken)
{
	enum prompt prompt = l->prompt;

	l->prompt = PROMPT_NONE;
	l->told[0] = '\0';
	if (prompt == PROMPT_SAVE) {
		if (is_taken)
			save(l, yg_buf_text(&l->typed));
	} else
		set_pattern(l, prompt == PROMPT_NOT, is_taken ? yg_buf_text(&l->typed) : l->before);
}

static void erase_last(struct yg_buf *text)
{
	while (text->len && ((unsigned char)text->data[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len)
		text->len--;
	if (text->data)
		text->data[text->len] = '\0';
}

/* Names of keys are longer than a character and begin with an ASCII letter; text is what is not. */
static bool is_text(const char *key)
{
	unsigned char c = (unsigned char)key[0];

	return c >= 0x80 || (c > ' ' && !key[1]);
}

static int prompt_event(struct logs *l, const char *key)
{
	if (yg_streq(key, "Enter") || yg_streq(key, "Esc") || yg_streq(key, "C-c") ||
	    (yg_streq(key, "Backspace") && !l->typed.len)) {
		end_prompt(l, yg_streq(key, "Enter"));
		return YG_R_HANDLED | YG_R_REDRAW;
	}
	if (yg_streq(key, "Backspace"))
		erase_last(&l->typed);
	else if (yg_streq(key, "C-u"))
		yg_buf_clear(&l->typed);
	else if (yg_streq(key, "Space"))
		yg_buf_char(&l->typed, ' ');
	else if (is_text(key))
		yg_buf_str(&l->typed, key);
	if (l->prompt != PROMPT_SAVE)
		set_pattern(l, l->prompt == PROMPT_NOT, yg_buf_text(&l->typed));
	return YG_R_HANDLED | YG_R_REDRAW;
}

/* ---- moving ---- */

/* By so many lines; whoever goes down to the end follows again. */
static void move(struct logs *l, int64_t lines)
{
	size_t count = yg_logsieve_count(l->shown);
	int64_t top = (int64_t)(l->is_following ? l->last_top : yg_logsieve_find(l->shown, l->top));
	int64_t to = YG_MAX(top + lines, (int64_t)0);

	l->is_following = lines > 0 && to >= (int64_t)l->last_top;
	if (!l->is_following && count)
		l->top = yg_logsieve_line(l->shown, (size_t)YG_MIN(to, (int64_t)count - 1));
}

static void go_to(struct logs *l, uint64_t line)
{
	size_t i = yg_logsieve_find(l->shown, line), third = (size_t)l->page / 3;

	l->at = line;
	size_t top = yg_logsieve_find(l->shown, l->is_following ? NO_LINE : l->top);
	if (l->is_following)
		top = l->last_top;
	l->is_following = false;
	if (i < top || i >= top + (size_t)l->page)
		top = i > third ? i - third : 0;
	if (top < yg_logsieve_count(l->shown))
		l->top = yg_logsieve_line(l->shown, top);
}

/* To the match before or behind the last one, or what is on screen. */
static void next_match(struct logs *l, bool is_back)
{
	const struct yg_logsieve *s = l->is_all ? l->matches : l->shown;
	size_t count = yg_logsieve_count(s);
	uint64_t from = l->at != NO_LINE ? l->at : is_back ? NO_LINE - 1 : l->top;
	size_t i = yg_logsieve_find(s, is_back || l->at == NO_LINE ? from : from + 1);

	if (!l->with)
		tell(l, YG_ST_DIM, _("there is nothing to look for: / asks for it"));
	else if (is_back ? i == 0 : i >= count)
		tell(l, YG_ST_DIM, "%s", is_back ? _("no match before") : _("no match behind"));
	else
		go_to(l, yg_logsieve_line(s, is_back ? i - 1 : i));
}

static void pause_all(struct logs *l, bool on)
{
	l->is_paused = on;
	for (size_t i = 0; i < l->n_sources; i++)
		yg_stream_pause(l->sources[i].stream, on);
}

/* ---- keys ---- */

enum what {
	DOWN,
	UP,
	PAGE_DOWN,
	PAGE_UP,
	HALF_DOWN,
	HALF_UP,
	FIRST,
	LAST,
	RIGHT,
	LEFT,
	FOLLOW,
	FILTER,
	NOT,
	NEXT,
	PREVIOUS,
	ALL,
	WRAP,
	PAUSE,
	TIMES,
	JSON,
	SAVE
};

static const struct {
	const char *key;
	enum what what;
} actions[] = {
    {"j", DOWN},
    {"Down", DOWN},
    {"k", UP},
    {"Up", UP},
    {"PageDown", PAGE_DOWN},
    {"PageUp", PAGE_UP},
    {"C-d", HALF_DOWN},
    {"C-u", HALF_UP},
    {"g", FIRST},
    {"Home", FIRST},
    {"G", LAST},
    {"End", LAST},
    {"Right", RIGHT},
    {"Left", LEFT},
    {"f", FOLLOW},
    {"/", FILTER},
    {"!", NOT},
    {"n", NEXT},
    {"N", PREVIOUS},
    {"m", ALL},
    {"w", WRAP},
    {"p", PAUSE},
    {"Space", PAUSE},
    {"t", TIMES},
    {"J", JSON},
    {"S", SAVE},
};

static void do_what(struct logs *l, enum what what)
{
	switch (what) {
	case DOWN: move(l, 1); break;
	case UP: move(l, -1); break;
	case PAGE_DOWN: move(l, YG_MAX(l->page - 1, 1)); break;
	case PAGE_UP: move(l, -YG_MAX(l->page - 1, 1)); break;
	case HALF_DOWN: move(l, YG_MAX(l->page / 2, 1)); break;
	case HALF_UP: move(l, -YG_MAX(l->page / 2, 1)); break;
	case FIRST: move(l, -((int64_t)1 << 40)); break;
	case LAST: l->is_following = true; break;
	case RIGHT: l->left += SIDE; break;
	case LEFT: l->left = YG_MAX(l->left - SIDE, 0); break;
	case FOLLOW: l->is_following = !l->is_following; break;
	case FILTER: start_prompt(l, PROMPT_FILTER); break;
	case NOT: start_prompt(l, PROMPT_NOT); break;
	case NEXT: next_match(l, false); break;
	case PREVIOUS: next_match(l, true); break;
	case ALL:
		l->is_all = !l->is_all;
		sift(l);
		break;
	case WRAP: l->is_wrapping = !l->is_wrapping; break;
	case PAUSE: pause_all(l, !l->is_paused); break;
	case TIMES: l->has_times = !l->has_times; break;
	case JSON: l->is_raw = !l->is_raw; break;
	case SAVE: start_prompt(l, PROMPT_SAVE); break;
	}
}

/* Esc takes the filters away before it leaves. */
static bool take_filters_away(struct logs *l)
{
	bool had = l->with || l->without;

	if (l->with)
		set_pattern(l, false, "");
	if (l->without)
		set_pattern(l, true, "");
	return had;
}

static int logs_event(struct yg_view *v, const struct yg_event *ev)
{
	struct logs *l = v->priv;

	if (ev->what == YG_EV_MOUSE && ev->button >= 4) {
		move(l, ev->button == 4 ? -3 : 3);
		return YG_R_HANDLED | YG_R_REDRAW;
	}
	if (ev->what != YG_EV_KEY || (ev->is_pasted && !l->prompt))
		return 0;
	if (l->prompt)
		return prompt_event(l, ev->key);
	l->told[0] = '\0';
	if (yg_streq(ev->key, "Esc") && take_filters_away(l))
		return YG_R_HANDLED | YG_R_REDRAW;
	for (size_t i = 0; i < YG_COUNT(actions); i++)
		if (yg_streq(actions[i].key, ev->key)) {
			do_what(l, actions[i].what);
			return YG_R_HANDLED | YG_R_REDRAW;
		}
	return 0;
}

/* ---- the table ---- */

static int logs_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct logs *l = v->priv;
	int64_t until_us = yg_mono_us() + SLICE_US;
	size_t before = yg_logsieve_count(l->shown);

	if (count) {
		look_for_new_starts(l, changes, count);
		return 0;
	}
	bool has_more = yg_logsieve_work(l->shown, until_us);
	has_more |= yg_logsieve_work(l->matches, until_us);
	has_more |= save_some(l, until_us);
	bool is_new = l->is_dirty || before != yg_logsieve_count(l->shown);
	l->is_dirty = false;
	return (is_new ? YG_R_REDRAW : 0) | (has_more ? YG_R_RECALC : 0);
}

static void logs_close(struct yg_view *v)
{
	struct logs *l = v->priv;

	for (size_t i = 0; i < l->n_sources; i++) {
		yg_stream_close(l->sources[i].stream);
		free(l->sources[i].name);
	}
	free(l->sources);
	if (l->settling)
		yg_host_unwait(v->host, l->settling);
	stop_saving(l);
	yg_logsieve_destroy(l->shown);
	yg_logsieve_destroy(l->matches);
	yg_pattern_destroy(l->with);
	yg_pattern_destroy(l->without);
	yg_logmerge_destroy(l->merge);
	yg_logring_destroy(l->ring);
	yg_buf_done(&l->typed);
	free(l->before);
}

static const struct yg_view_key keys[] = {
    {"f", N_("follow"), N_("follow what is written, or hold still")},
    {"/", N_("filter"), N_("only lines that match, as you type: a regular expression")},
    {"!", N_("not"), N_("no lines that match")},
    {"n", NULL, N_("the next match; N the one before")},
    {"m", NULL, N_("only matches, or all lines with the matches marked")},
    {"w", N_("wrap"), N_("wrap long lines, or cut them (Left and Right move aside)")},
    {"p", N_("pause"), N_("hold the far side up, and go on; also Space")},
    {"t", N_("times"), N_("the time of each line")},
    {"J", N_("JSON"), N_("lines in JSON opened up, or raw")},
    {"S", N_("save"), N_("save the lines that are shown to a new file")},
    {"g G", NULL, N_("the first line; the last, and follow")},
};

const struct yg_view_ops yg_view_logs = {
    .size = sizeof(struct yg_view_ops),
    .name = "logs",
    .title = "Logs",
    .help = "what a container or machine wrote and writes",
    .kind = "*",
    .private_size = sizeof(struct logs),
    .open = logs_open,
    .event = logs_event,
    .recalc = logs_recalc,
    .draw = logs_draw,
    .close = logs_close,
    .takes_paste = true,
    .keys = keys,
    .n_keys = YG_COUNT(keys),
    .max_rows = 64,
};
