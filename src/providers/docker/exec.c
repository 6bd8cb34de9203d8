/* exec: a command in a container, or its main process, as a stream.
 *
 * A command is made by one question, started by a second, whose connection then carries its bytes,
 * and asked for its exit code by a third. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdio.h>
#include <stdlib.h>

#include "net/http_pipe.h"
#include "net/loop.h"

#define ANSWER_MS  30000
#define MAX_ANSWER ((size_t)1 << 20)
#define MAX_EARLY  ((size_t)1 << 20) /* typed before it is connected */
#define FRAME_HEAD 8
#define AGAIN_MS   100 /* until an engine has written down how a process ended */
#define AGAIN_MAX  30

enum step { MAKING, RUNNING, ASKING_CODE };

struct docker_exec {
	struct yg_stream base; /* first */
	struct docker *d;
	enum step step;
	bool is_tty, is_connected, is_paused, is_eof_wanted;
	bool is_busy, is_closed;     /* a callback runs: it is freed after it */
	char *container, *id, *body; /* id: of the command; NULL: the main process */
	int cols, rows;
	struct yg_http_call *call; /* the question under way */
	struct yg_timer *again;
	int n_again;
	struct yg_http_call *resize; /* the same for the size */
	struct yg_buf answer;
	struct yg_http_pipe *pipe;
	struct yg_buf early;
	/* The frame that comes, without a terminal. */
	unsigned char head[FRAME_HEAD];
	size_t head_len, left;
};

static struct docker_exec *exec_of(struct yg_stream *s)
{
	return yg_container_of(s, struct docker_exec, base);
}

static void exec_free(struct docker_exec *e)
{
	yg_http_cancel(e->call);
	yg_timer_stop(e->again);
	yg_http_cancel(e->resize);
	yg_http_pipe_close(e->pipe);
	yg_buf_done(&e->answer);
	yg_buf_done(&e->early);
	free(e->container);
	free(e->id);
	free(e->body);
	free(e);
}

/* ---- questions ---- */

/* What we want to know of an answer; each value is left alone where it is not told. */
struct facts {
	char *id;
	bool is_tty;
	int exit_code;
};

static void take_facts(void *data, const struct yg_json *item)
{
	struct facts *f = data;
	int64_t code;

	if (!f->id && yg_json_text(yg_json_member(item, "Id"))[0])
		f->id = yg_xstrdup(yg_json_text(yg_json_member(item, "Id")));
	f->is_tty = yg_json_is_true(yg_json_get(item, "Config.Tty"));
	if (yg_json_int(yg_json_member(item, "ExitCode"), &code) ||
	    (yg_streq(yg_json_text(yg_json_get(item, "State.Status")), "exited") &&
		yg_json_int(yg_json_get(item, "State.ExitCode"), &code)))
		f->exit_code = (int)code;
}

static void read_facts(const struct docker_exec *e, struct facts *out)
{
	struct yg_json_setup setup = {.item = take_facts, .data = out};
	struct yg_json_stream *s = yg_json_stream_create(&setup);

	*out = (struct facts){.exit_code = -1};
	yg_json_stream_feed(s, yg_buf_text(&e->answer), e->answer.len, NULL);
	yg_json_stream_end(s, NULL);
	yg_json_stream_destroy(s);
}

static bool on_answer_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	yg_buf_add(&((struct docker_exec *)data)->answer, bytes, len);
	return true;
}

static void ask(struct docker_exec *e, const char *method, const char *path, const char *body,
    void (*done)(void *data, struct yg_http_call *call, const struct yg_err *err))
{
	struct yg_http_request request = {
	    .method = method,
	    .path = path,
	    .body = body,
	    .body_len = body ? strlen(body) : 0,
	    .total_ms = ANSWER_MS,
	    .max_bytes = MAX_ANSWER,
	    .body_cb = on_answer_bytes,
	    .done = done,
	    .data = e,
	};

	yg_buf_clear(&e->answer);
	e->call = yg_http_start(e->d->http, &request);
}

/* "/v1.41/containers/ID" + rest, or "/exec/ID" + rest. */
static char *path_of(
    const struct docker_exec *e, const char *what, const char *id, const char *rest)
{
	struct yg_buf path = {0};

	yg_buf_printf(&path, "%s/%s/", e->d->prefix, what);
	yg_http_escape(&path, id);
	yg_buf_str(&path, rest);
	return yg_buf_take(&path);
}

/* ---- the size ---- */

static void on_resized(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	((struct docker_exec *)data)->resize = NULL;
}

static void send_size(struct docker_exec *e)
{
	char rest[64];

	if (!e->is_tty || !e->is_connected || e->cols <= 0 || e->rows <= 0)
		return;
	snprintf(rest, sizeof(rest), "/resize?h=%d&w=%d", e->rows, e->cols);
	char *path = path_of(e, e->id ? "exec" : "containers", e->id ? e->id : e->container, rest);
	struct yg_http_request request = {
	    .method = "POST", .path = path, .total_ms = ANSWER_MS, .done = on_resized, .data = e};
	yg_http_cancel(e->resize); /* only the last one counts */
	e->resize = yg_http_start(e->d->http, &request);
	free(path);
}

/* ---- bytes ---- */

/* Without a terminal: frames of a head (1 or 2, three zeros, the length) and so many bytes. */
static void take_frames(struct docker_exec *e, const char *bytes, size_t len)
{
	while (len > 0 && !e->is_closed) {
		if (!e->left) {
			e->head[e->head_len++] = (unsigned char)*bytes++;
			len--;
			if (e->head_len < FRAME_HEAD)
				continue;
			e->head_len = 0;
			e->left = (size_t)e->head[4] << 24 | (size_t)e->head[5] << 16 |
				  (size_t)e->head[6] << 8 | e->head[7];
			continue;
		}
		size_t n = YG_MIN(len, e->left);
		e->left -= n;
		e->base.request.bytes(e->base.request.data, e->head[0] == 2 ? 2 : 1, bytes, n);
		bytes += n;
		len -= n;
	}
}

/* The callback may close the stream. */
static void on_bytes(void *data, const char *bytes, size_t len)
{
	struct docker_exec *e = data;

	e->is_busy = true;
	if (e->is_tty)
		e->base.request.bytes(e->base.request.data, 1, bytes, len);
	else
		take_frames(e, bytes, len);
	e->is_busy = false;
	if (e->is_closed)
		exec_free(e);
}

static void on_open(void *data)
{
	struct docker_exec *e = data;

	e->is_connected = true;
	send_size(e);
	if (e->early.len)
		yg_http_pipe_write(e->pipe, e->early.data, e->early.len);
	yg_buf_done(&e->early);
	if (e->is_eof_wanted && !e->is_tty)
		yg_http_pipe_eof(e->pipe);
	if (e->base.request.open)
		e->base.request.open(e->base.request.data);
}

/* ---- steps ---- */

static void ask_code(struct docker_exec *e);

static void on_again(void *data)
{
	struct docker_exec *e = data;

	yg_timer_stop(e->again);
	e->again = NULL;
	ask_code(e);
}

static void on_code(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_exec *e = data;
	struct facts facts = {.exit_code = -1};
	bool is_told = !err && yg_http_status(call) == 200;

	e->call = NULL;
	if (is_told)
		read_facts(e, &facts);
	free(facts.id);
	/* The main process hangs up before its engine has noted how it ended. */
	if (is_told && facts.exit_code < 0 && !e->id && e->n_again++ < AGAIN_MAX) {
		e->again = yg_timer_start(e->d->c->loop, AGAIN_MS, 0, on_again, e);
		return;
	}
	yg_stream_end(&e->base, facts.exit_code, err);
}

static void ask_code(struct docker_exec *e)
{
	char *path =
	    path_of(e, e->id ? "exec" : "containers", e->id ? e->id : e->container, "/json");

	ask(e, "GET", path, NULL, on_code);
	free(path);
}

static void on_pipe_end(void *data, int status, const char *answer, const struct yg_err *err)
{
	struct docker_exec *e = data;
	struct yg_err why = {0};

	e->pipe = NULL;
	if (err)
		why = *err;
	else if (status < 200 || status > 299)
		docker_problem(e->d, e->id ? "exec" : "attach", status, answer, &why);
	if (why.code) {
		yg_stream_end(&e->base, -1, &why);
		return;
	}
	e->step = ASKING_CODE;
	ask_code(e);
}

static int start_pipe(struct docker_exec *e, const char *path, const char *body, struct yg_err *err)
{
	char *url = yg_xasprintf("unix://%s", e->d->socket);
	struct yg_http_pipe_setup setup = {
	    .url = url,
	    .path = path,
	    .body = body,
	    .answer_ms = ANSWER_MS,
	    .open = on_open,
	    .bytes = on_bytes,
	    .end = on_pipe_end,
	    .data = e,
	};
	int rc = yg_http_pipe_open(e->d->c->loop, &setup, &e->pipe, err);

	free(url);
	if (!rc)
		e->step = RUNNING;
	if (!rc && e->is_paused)
		yg_http_pipe_pause(e->pipe, true);
	return rc;
}

static void on_made(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_exec *e = data;
	struct facts facts = {0};
	struct yg_err why = {0};
	int status = yg_http_status(call);
	bool is_exec = e->body != NULL;

	e->call = NULL;
	if (err)
		why = *err;
	else if (status < 200 || status > 299)
		docker_problem(
		    e->d, is_exec ? "exec" : "attach", status, yg_buf_text(&e->answer), &why);
	else
		read_facts(e, &facts);
	if (!why.code && !facts.id)
		yg_err_set(&why, YG_E_FAILED, "exec: an answer without an id");
	if (!why.code) {
		e->id = is_exec ? yg_xstrdup(facts.id) : NULL;
		e->is_tty = is_exec ? e->is_tty : facts.is_tty;
		char *path = is_exec ? path_of(e, "exec", e->id, "/start")
				     : path_of(e, "containers", e->container,
					   "/attach?stream=1&stdin=1&stdout=1&stderr=1");
		start_pipe(e, path,
		    !is_exec    ? ""
		    : e->is_tty ? "{\"Detach\":false,\"Tty\":true}"
				: "{\"Detach\":false,\"Tty\":false}",
		    &why);
		free(path);
	}
	free(facts.id);
	if (why.code)
		yg_stream_end(&e->base, -1, &why);
}

/* ---- the table ---- */

static bool exec_write(struct yg_stream *s, const char *bytes, size_t len)
{
	struct docker_exec *e = exec_of(s);

	if (e->is_connected && e->pipe)
		return yg_http_pipe_write(e->pipe, bytes, len);
	if (e->step == ASKING_CODE)
		return false;
	e->early.max = MAX_EARLY;
	yg_buf_add(&e->early, bytes, len);
	return !e->early.is_full;
}

static size_t exec_pending(struct yg_stream *s)
{
	struct docker_exec *e = exec_of(s);

	return e->early.len + (e->is_connected && e->pipe ? yg_http_pipe_pending(e->pipe) : 0);
}

static void exec_eof(struct yg_stream *s)
{
	struct docker_exec *e = exec_of(s);

	/* Behind a terminal it would be taken for our hanging up. */
	e->is_eof_wanted = true;
	if (e->is_connected && e->pipe && !e->is_tty)
		yg_http_pipe_eof(e->pipe);
}

static void exec_resize(struct yg_stream *s, int cols, int rows)
{
	struct docker_exec *e = exec_of(s);

	e->cols = cols;
	e->rows = rows;
	send_size(e);
}

static void exec_pause(struct yg_stream *s, bool on)
{
	struct docker_exec *e = exec_of(s);

	e->is_paused = on;
	if (e->pipe)
		yg_http_pipe_pause(e->pipe, on);
}

static void exec_close(struct yg_stream *s)
{
	struct docker_exec *e = exec_of(s);

	e->is_closed = true;
	if (!e->is_busy)
		exec_free(e);
}

static const struct yg_stream_ops exec_ops = {
    .size = sizeof(struct yg_stream_ops),
    .write = exec_write,
    .resize = exec_resize,
    .pause = exec_pause,
    .close = exec_close,
    .eof = exec_eof,
    .pending = exec_pending,
};

/* The best shell that it has. */
static const char *const shell[] = {
    "sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh", NULL};

static char *make_body(const struct yg_stream_request *request)
{
	const char *const *argv = request->argv ? request->argv : shell;
	struct yg_buf body = {0};

	yg_buf_printf(&body,
	    "{\"AttachStdin\":true,\"AttachStdout\":true,\"AttachStderr\":true,\"Tty\":%s,%"
	    "s\"Cmd\":[",
	    request->is_tty ? "true" : "false",
	    request->is_tty ? "\"Env\":[\"TERM=xterm-256color\"]," : "");
	for (size_t i = 0; argv[i]; i++) {
		yg_buf_str(&body, i ? "," : "");
		yg_json_quote(&body, argv[i]);
	}
	yg_buf_str(&body, "]}");
	return yg_buf_take(&body);
}

int docker_exec_open(struct docker *d, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	if (row->kind != &yg_kind_container)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "%s '%s': only a container has a terminal here", row->kind->name,
		    yg_row_name(row));
	if (!d->socket)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "container '%s': a terminal is carried over sockets of this machine only, not "
		    "over TCP and TLS: use ssh to controller '%s'",
		    yg_row_name(row), d->c->name);
	struct docker_exec *e = yg_xcalloc(1, sizeof(*e));
	yg_stream_begin(&e->base, &exec_ops, d->c, request);
	e->d = d;
	e->is_tty = request->is_tty;
	e->cols = request->cols;
	e->rows = request->rows;
	e->container = yg_xstrdup(yg_row_id(row));
	e->body = request->what == YG_STREAM_EXEC ? make_body(request) : NULL;
	char *path = path_of(e, "containers", e->container, e->body ? "/exec" : "/json");
	ask(e, e->body ? "POST" : "GET", path, e->body, on_made);
	free(path);
	*out = &e->base;
	return 0;
}
