/* logs: what containers and machines wrote, and with -f what they write: several merged by time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/logmerge.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/pattern.h"
#include "net/loop.h"

#define WINDOW_MS 300                 /* a silent source holds the others up, while following */
#define PATIENT   5000                /* and when it is not followed: it ends by itself */
#define AHEAD     ((size_t)256 << 10) /* bytes that wait for others: then it is held up */
#define SETTLE_MS 50

struct logs;

struct source {
	struct logs *logs;
	unsigned number;
	struct yg_row *row; /* ours */
	char *name;         /* "web-1", or "controller/web-1" where there are two */
	struct yg_stream *stream;
	bool is_paused, is_over;
};

struct logs {
	struct yg_cli *cli;
	struct yg_pick *picks;
	struct yg_stream_request request;
	struct yg_pattern *with, *without;
	bool is_jsonl, has_times;
	struct yg_logmerge *merge;
	struct source *sources;
	size_t n_sources, n_open, n_failed;
	int first_error; /* code */
	int width;       /* of the longest name */
};

static int64_t steady_ms(void)
{
	return yg_mono_us() / 1000;
}

/* ---- a line ---- */

static void put_text_line(struct logs *l, const struct source *s, const struct yg_logline *line)
{
	static const enum yg_style colours[] = {YG_ST_BUSY, YG_ST_OK, YG_ST_UNKNOWN, YG_ST_WARN};
	struct yg_buf *out = &l->cli->out;
	bool has_colour = l->cli->has_colour;
	const char *off = has_colour ? "\033[0m" : "";
	char time[32];

	if (l->n_sources > 1) {
		yg_buf_str(out, has_colour ? yg_ansi(colours[s->number % YG_COUNT(colours)]) : "");
		yg_text_clean(out, s->name, strlen(s->name));
		yg_buf_fill(out, ' ', (size_t)(l->width - yg_text_cells(s->name)));
		yg_buf_printf(out, " |%s ", off);
	}
	if (l->has_times) {
		yg_time_iso(line->us / 1000, time, sizeof(time));
		yg_buf_printf(out, "%s%.19s.%03dZ%s ", has_colour ? yg_ansi(YG_ST_DIM) : "", time,
		    (int)(line->us / 1000 % 1000), off);
	}
	const char *colour = has_colour ? yg_ansi(yg_level_style(line->level)) : "";
	yg_buf_str(out, colour);
	yg_text_clean(out, line->text, line->len);
	yg_buf_str(out, line->is_cut ? "..." : "");
	yg_buf_printf(out, "%s\n", colour[0] ? off : "");
}

static void put_member(struct yg_buf *out, const char *name, const char *value, size_t len)
{
	yg_buf_printf(out, ",\"%s\":", name);
	yg_text_json(out, value, len);
}

static void put_object(struct logs *l, const struct source *s, const struct yg_logline *line)
{
	struct yg_buf *out = &l->cli->out;
	const char *controller = yg_row_text(s->row, YG_F_CONTROLLER);
	char time[32];

	yg_time_iso(line->us / 1000, time, sizeof(time));
	yg_buf_printf(out, "{\"time\":\"%.19s.%06dZ\"", time, (int)(line->us % 1000000));
	put_member(out, "kind", s->row->kind->name, strlen(s->row->kind->name));
	put_member(out, "controller", controller, strlen(controller));
	put_member(out, "id", yg_row_id(s->row), strlen(yg_row_id(s->row)));
	put_member(out, "name", yg_row_name(s->row), strlen(yg_row_name(s->row)));
	yg_buf_printf(out, ",\"from\":\"%s\"", line->from == 2 ? "stderr" : "stdout");
	if (line->level)
		yg_buf_printf(out, ",\"level\":\"%s\"", yg_level_name(line->level));
	if (line->is_cut)
		yg_buf_str(out, ",\"is_cut\":true");
	put_member(out, "text", line->text, line->len);
	yg_buf_str(out, "}\n");
}

static void on_line(void *data, const struct yg_logline *line)
{
	struct logs *l = data;

	if (l->with && !yg_pattern_match(l->with, line->text, line->len))
		return;
	if (l->without && yg_pattern_match(l->without, line->text, line->len))
		return;
	if (l->is_jsonl)
		put_object(l, &l->sources[line->source], line);
	else
		put_text_line(l, &l->sources[line->source], line);
	yg_cli_flow(l->cli);
}

/* ---- streams ---- */

static void on_open(void *data)
{
	struct source *s = data;

	yg_logmerge_opened(s->logs->merge, s->number, steady_ms());
}

static void on_bytes(void *data, int from, const char *bytes, size_t len)
{
	struct source *s = data;

	yg_logmerge_feed(s->logs->merge, s->number, from, bytes, len, steady_ms());
}

static void fail(struct source *s, const struct yg_err *err)
{
	struct logs *l = s->logs;

	if (!l->n_failed++)
		l->first_error = err->code;
	yg_cli_say(l->cli, "%s '%s': %s", s->row->kind->name, yg_row_name(s->row), err->text);
}

static void on_end(void *data, int exit_code, const struct yg_err *err)
{
	struct source *s = data;

	s->stream = NULL;
	s->is_over = true;
	s->logs->n_open--;
	yg_logmerge_end(s->logs->merge, s->number, steady_ms());
	if (err)
		fail(s, err);
}

static void open_source(struct logs *l, struct source *s)
{
	struct yg_controller *c =
	    yg_host_find_controller(l->cli->host, yg_row_text(s->row, YG_F_CONTROLLER));
	struct yg_stream_request request = l->request;
	struct yg_err err = {0};

	request.open = on_open;
	request.bytes = on_bytes;
	request.end = on_end;
	request.data = s;
	l->n_open++;
	int rc = c ? yg_controller_stream(c, s->row, &request, &s->stream, &err)
		   : yg_err_set(&err, YG_E_UNSUPPORTED, "no controller has logs of it");
	if (!rc)
		return;
	err.code = rc;
	on_end(s, -1, &err);
}

/* Who is far ahead of the others waits until they have come after it. */
static void hold_up(struct logs *l)
{
	for (size_t i = 0; i < l->n_sources; i++) {
		struct source *s = &l->sources[i];
		size_t waiting = yg_logmerge_waiting(l->merge, s->number);
		bool on = waiting > (s->is_paused ? AHEAD / 4 : AHEAD);
		if (on != s->is_paused)
			yg_stream_pause(s->stream, on);
		s->is_paused = on;
	}
}

static void follow(struct logs *l)
{
	bool is_waiting = false;

	while (l->n_open && !l->cli->host->is_interrupted) {
		yg_loop_turn(l->cli->host->loop, is_waiting ? SETTLE_MS : 60000);
		is_waiting = yg_logmerge_settle(l->merge, steady_ms());
		hold_up(l);
		yg_cli_flush(l->cli);
	}
}

/* ---- which ---- */

static bool is_same_name(const struct logs *l, size_t i)
{
	for (size_t k = 0; k < l->n_sources; k++)
		if (k != i &&
		    yg_streq(yg_row_name(l->sources[k].row), yg_row_name(l->sources[i].row)))
			return true;
	return false;
}

static void name_sources(struct logs *l)
{
	for (size_t i = 0; i < l->n_sources; i++) {
		struct source *s = &l->sources[i];
		s->name = is_same_name(l, i)
			      ? yg_xasprintf("%s/%s", yg_row_text(s->row, YG_F_CONTROLLER),
				    yg_row_name(s->row))
			      : yg_xstrdup(yg_row_name(s->row));
		l->width = YG_MAX(l->width, yg_text_cells(s->name));
	}
}

static bool is_taken(const struct yg_picked *slots, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (slots->items[k] == slots->items[i])
			return true;
	return false;
}

static int make_sources(struct logs *l, const struct yg_picked *slots, struct yg_err *err)
{
	l->sources = yg_xcalloc(slots->count + 1, sizeof(*l->sources));
	for (size_t i = 0; i < slots->count; i++) {
		const struct yg_row *row = yg_inventory_row(l->cli->host->inv, slots->items[i]);
		if (is_taken(slots, i))
			continue;
		if (l->n_sources == YG_LOGMERGE_SOURCES)
			return yg_err_set(err, YG_E_INVALID, "more than %d match: ask for fewer",
			    YG_LOGMERGE_SOURCES);
		struct source *s = &l->sources[l->n_sources++];
		s->logs = l;
		s->row = yg_row_ref((struct yg_row *)row);
		s->number = yg_logmerge_add(l->merge, true);
	}
	name_sources(l);
	return 0;
}

static int outcome(const struct logs *l, int code)
{
	if (l->cli->host->is_interrupted)
		return YG_EXIT_INTERRUPTED;
	if (l->n_failed && l->n_failed == l->n_sources)
		return yg_err_exit(l->first_error);
	return l->n_failed ? YG_EXIT_SOME : code;
}

static int show(struct logs *l, const struct yg_query *query, uint64_t kinds, int64_t timeout_ms)
{
	struct yg_cli *cli = l->cli;
	struct yg_picked slots = {0};
	struct yg_err err = {0};
	int code = yg_cli_settle(cli, kinds, false, timeout_ms);

	if (code == YG_EXIT_INTERRUPTED)
		return code;
	for (size_t i = 0; i < cli->n_args; i++)
		yg_pick_rows(cli->host, &l->picks[i], query, &slots);
	int rc = make_sources(l, &slots, &err);
	yg_vec_done(&slots);
	if (rc)
		return yg_cli_fail(cli, &err);
	if (!l->n_sources) {
		if (!code)
			yg_cli_say(cli, "nothing matches '%s'", cli->args[0]);
		return code ? code : YG_EXIT_NONE;
	}
	yg_feed_watch_signals(cli->host);
	for (size_t i = 0; i < l->n_sources; i++)
		open_source(l, &l->sources[i]);
	follow(l);
	yg_cli_flush(cli);
	return outcome(l, code);
}

/* ---- what the command line says ---- */

/* KIND[/NAME], or the name of a container. */
static int parse_picks(struct logs *l, uint64_t *out_kinds, struct yg_err *err)
{
	struct yg_cli *cli = l->cli;

	l->picks = yg_xcalloc(cli->n_args + 1, sizeof(*l->picks));
	*out_kinds = 0;
	for (size_t i = 0; i < cli->n_args; i++) {
		int rc = yg_pick_parse(cli->args[i], &l->picks[i], err);
		if (rc && strchr(cli->args[i], '/'))
			return rc;
		if (rc)
			l->picks[i] = (struct yg_pick){&yg_kind_container, cli->args[i]};
		*out_kinds |= yg_kind_bit(l->picks[i].kind);
	}
	return 0;
}

static int parse_when(struct yg_cli *cli, const char *option, int64_t *out_ms, struct yg_err *err)
{
	const char *text = yg_cli_value(cli, option);

	if (!text || !yg_logline_when(text, yg_now_ms(), out_ms, err))
		return 0;
	return yg_err_wrap(err, "--%s", option);
}

static int parse_tail(struct yg_cli *cli, int64_t *out, struct yg_err *err)
{
	const char *text = yg_cli_value(cli, "tail");
	char *end = NULL;

	*out = -1;
	if (!text || yg_streq(text, "all"))
		return 0;
	*out = strtoll(text, &end, 10);
	if (end == text || *end || *out < 0)
		return yg_err_set(
		    err, YG_E_INVALID, "--tail '%s': a number of lines, or all", text);
	return 0;
}

static int parse_pattern(
    struct yg_cli *cli, const char *option, struct yg_pattern **out, struct yg_err *err)
{
	const char *text = yg_cli_value(cli, option);

	if (!text || !yg_pattern_create(text, YG_PATTERN_REGEX, false, out, err))
		return 0;
	return yg_err_wrap(err, "--%s", option);
}

static int parse_output(struct logs *l, struct yg_err *err)
{
	const char *text = yg_cli_value(l->cli, "output");

	l->is_jsonl = yg_streq(text, "jsonl");
	if (!text || l->is_jsonl || yg_streq(text, "text"))
		return 0;
	return yg_err_set(err, YG_E_INVALID, "output '%s': there are text and jsonl", text);
}

static int parse(struct logs *l, struct yg_err *err)
{
	struct yg_cli *cli = l->cli;
	int rc = parse_when(cli, "since", &l->request.since_ms, err);

	l->request.what = YG_STREAM_LOGS;
	l->request.has_times = true;
	l->request.is_following = yg_cli_value(cli, "follow") != NULL;
	l->has_times = yg_cli_value(cli, "timestamps") != NULL;
	if (!rc)
		rc = parse_when(cli, "until", &l->request.until_ms, err);
	if (!rc)
		rc = parse_tail(cli, &l->request.tail, err);
	if (!rc)
		rc = parse_pattern(cli, "grep", &l->with, err);
	if (!rc)
		rc = parse_pattern(cli, "not", &l->without, err);
	return rc ? rc : parse_output(l, err);
}

static int parse_query(struct logs *l, struct yg_query **out, struct yg_err *err)
{
	const char *text = yg_cli_value(l->cli, "query");
	int rc = text ? yg_query_parse(text, NULL, out, err) : 0;

	return rc ? yg_err_wrap(err, "-l") : 0;
}

static void done(struct logs *l)
{
	for (size_t i = 0; i < l->n_sources; i++) {
		yg_stream_close(l->sources[i].stream);
		yg_row_unref(l->sources[i].row);
		free(l->sources[i].name);
	}
	free(l->sources);
	free(l->picks);
	yg_pattern_destroy(l->with);
	yg_pattern_destroy(l->without);
	yg_logmerge_destroy(l->merge);
}

static int run(struct yg_cli *cli)
{
	struct logs l = {.cli = cli};
	struct yg_err err = {0};
	struct yg_query *query = NULL;
	uint64_t kinds = 0;
	int64_t timeout_ms = 0;

	if (!cli->n_args)
		return yg_cli_usage(cli, "whose logs? KIND/NAME, like container/web-1");
	int code = yg_cli_open(cli), rc = 0;
	if (code)
		return code;
	rc = parse(&l, &err);
	if (!rc)
		rc = parse_picks(&l, &kinds, &err);
	if (!rc)
		rc = yg_cli_timeout(cli, &timeout_ms, &err);
	if (!rc)
		rc = parse_query(&l, &query, &err);
	l.merge = yg_logmerge_create(l.request.is_following ? WINDOW_MS : PATIENT, on_line, &l);
	code = rc ? yg_cli_fail(cli, &err) : show(&l, query, kinds, timeout_ms);
	yg_query_free(query);
	done(&l);
	return code;
}

static const struct yg_verb_option options[] = {
    {.name = "follow", .letter = 'f', .help = "go on with what is written from now on"},
    {.name = "since", .arg = "TIME", .help = "not what is older: 10m, 2h, 2026-01-15T10:42:07Z"},
    {.name = "until", .arg = "TIME", .help = "not what is newer"},
    {.name = "tail", .letter = 'n', .arg = "N", .help = "only the last N lines of each"},
    {.name = "grep", .arg = "RE", .help = "only lines that match this regular expression"},
    {.name = "not", .arg = "RE", .help = "only lines that do not"},
    {.name = "timestamps", .letter = 't', .help = "the time in front of each line"},
    {.name = "query",
	.letter = 'l',
	.arg = "QUERY",
	.help = "only rows that match: 'project:shop'"},
    {.name = "output", .letter = 'o', .arg = "FORMAT", .help = "text or jsonl"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_logs = {
    .name = "logs",
    .usage = "KIND[/NAME]...",
    .help = "what containers and machines wrote, several merged by time",
    .notes = "A word without a kind is a container: 'yagura logs web-1' is 'yagura logs "
	     "container/web-1'.\n"
	     "Of several, each line begins with the name of its source. With -f it goes on until\n"
	     "all have ended or Ctrl-C, which is exit code 130.",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
