/* logs: what a container wrote, and while it is followed what it writes, as a stream. Whether the
 * answer comes in frames depends on the container's having a terminal, and engines before API 1.42
 * do not say so: the container is looked at first. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdlib.h>

#define IDLE_MS     110000 /* of what is not followed */
#define MAX_PROBLEM 4096
#define FRAME_HEAD  8

/* The question whether there is a terminal; outlives the stream that asked it. */
struct look {
	struct docker_logs *logs; /* NULL: closed */
};

struct docker_logs {
	struct yg_stream base; /* first */
	struct docker *d;
	char *id;
	struct look *look; /* under way, or NULL */
	struct yg_http_call *call;
	struct yg_buf problem;
	bool is_raw, is_paused, is_waiting; /* is_waiting: bytes were not taken */
	bool is_telling, is_closed;         /* it may be closed by who takes its bytes */
	unsigned char head[FRAME_HEAD];
	size_t n_head, left; /* of the head that is there; of the frame that is to come */
	size_t taken;        /* of bytes that will be given again */
};

static struct docker_logs *logs_of(struct yg_stream *s)
{
	return yg_container_of(s, struct docker_logs, base);
}

/* Nothing of it is called any more; the memory stays while it is telling. */
static void logs_free(struct docker_logs *l)
{
	if (l->look)
		l->look->logs = NULL;
	yg_http_cancel(l->call);
	yg_buf_done(&l->problem);
	free(l->id);
	l->is_closed = true;
	if (!l->is_telling)
		free(l);
}

/* ---- frames: {stream, 0, 0, 0, length in 4 bytes, the largest first}, then the bytes ---- */

/* Gives on what is of one frame, at most len bytes; returns how many were used. */
static size_t take_frame(struct docker_logs *l, const char *bytes, size_t len)
{
	if (!l->left) {
		size_t n = YG_MIN(len, FRAME_HEAD - l->n_head);
		memcpy(l->head + l->n_head, bytes, n);
		l->n_head += n;
		if (l->n_head == FRAME_HEAD) {
			l->left = (size_t)l->head[4] << 24 | (size_t)l->head[5] << 16 |
				  (size_t)l->head[6] << 8 | l->head[7];
			l->n_head = 0;
		}
		return n;
	}
	size_t n = YG_MIN(len, l->left);
	l->left -= n;
	l->base.request.bytes(l->base.request.data, l->head[0] >= 2 ? 2 : 1, bytes, n);
	return n;
}

static bool on_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct docker_logs *l = data;

	if (yg_http_status(call) != 200) {
		yg_buf_add(&l->problem, bytes, len);
		return true;
	}
	size_t at = YG_MIN(l->taken, len);
	l->is_telling = true;
	while (at < len && !l->is_closed && !l->is_paused) {
		size_t n = len - at;
		if (l->is_raw)
			l->base.request.bytes(l->base.request.data, 1, bytes + at, n);
		else
			n = take_frame(l, bytes + at, n);
		at += n;
	}
	l->is_telling = false;
	if (l->is_closed) {
		free(l);
		return true;
	}
	l->is_waiting = at < len;
	l->taken = l->is_waiting ? at : 0;
	return !l->is_waiting;
}

static void on_head(void *data, struct yg_http_call *call)
{
	struct docker_logs *l = data;

	if (yg_http_status(call) == 200 && l->base.request.open)
		l->base.request.open(l->base.request.data);
}

static void on_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_logs *l = data;
	int status = yg_http_status(call);
	struct yg_err why = {0};

	l->call = NULL;
	if (err)
		why = *err;
	else if (status != 200)
		docker_problem(l->d, "logs", status, yg_buf_text(&l->problem), &why);
	yg_stream_end(&l->base, -1, why.code ? &why : NULL);
}

/* ---- asking ---- */

static void put_instant(struct yg_buf *path, const char *name, int64_t ms)
{
	if (ms > 0)
		yg_buf_printf(
		    path, "&%s=%lld.%03d", name, (long long)(ms / 1000), (int)(ms % 1000));
}

static void ask(struct docker_logs *l)
{
	const struct yg_stream_request *r = &l->base.request;
	struct yg_buf path = {0};

	yg_buf_printf(&path, "%s/containers/", l->d->prefix);
	yg_http_escape(&path, l->id);
	yg_buf_printf(&path, "/logs?stdout=1&stderr=1&follow=%d&timestamps=%d", r->is_following,
	    r->has_times);
	put_instant(&path, "since", r->since_ms);
	put_instant(&path, "until", r->until_ms);
	if (r->tail >= 0)
		yg_buf_printf(&path, "&tail=%lld", (long long)r->tail);
	else
		yg_buf_str(&path, "&tail=all");
	struct yg_http_request request = {
	    .method = "GET",
	    .path = path.data,
	    .idle_ms = r->is_following ? 0 : IDLE_MS,
	    .head = on_head,
	    .body_cb = on_bytes,
	    .done = on_done,
	    .data = l,
	};
	l->call = yg_http_start(l->d->http, &request);
	yg_buf_done(&path);
}

static void look_item(struct docker_list *list, const struct yg_json *item)
{
	struct look *look = list->data;
	const struct yg_json *tty = yg_json_member(yg_json_member(item, "Config"), "Tty");

	if (look->logs)
		look->logs->is_raw = yg_json_is_true(tty);
}

static void look_end(struct docker_list *list, int status, const struct yg_err *err)
{
	struct look *look = list->data;
	struct docker_logs *l = look->logs;

	if (!l)
		return;
	l->look = NULL;
	if (err)
		yg_stream_end(&l->base, -1, err);
	else
		ask(l);
}

static const struct docker_list_ops look_ops = {"logs", NULL, look_item, look_end};

static void look_first(struct docker_logs *l)
{
	struct yg_buf path = {0};

	l->look = yg_xcalloc(1, sizeof(*l->look));
	l->look->logs = l;
	yg_buf_str(&path, "/containers/");
	yg_http_escape(&path, l->id);
	yg_buf_str(&path, "/json");
	docker_ask(l->d, &look_ops, path.data, 0, l->look);
	yg_buf_done(&path);
}

/* ---- the table ---- */

static void logs_pause(struct yg_stream *s, bool on)
{
	struct docker_logs *l = logs_of(s);

	l->is_paused = on;
	if (on || !l->is_waiting || !l->call)
		return;
	l->is_waiting = false;
	yg_http_resume(l->call);
}

static void logs_close(struct yg_stream *s)
{
	logs_free(logs_of(s));
}

static const struct yg_stream_ops stream_ops = {
    .size = sizeof(stream_ops),
    .pause = logs_pause,
    .close = logs_close,
};

int docker_logs_open(struct docker *d, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	if (row->kind != &yg_kind_container)
		return yg_err_set(err, YG_E_UNSUPPORTED, "controller '%s': a %s has no logs",
		    d->c->name, row->kind->name);
	struct docker_logs *l = yg_xcalloc(1, sizeof(*l));
	yg_stream_begin(&l->base, &stream_ops, d->c, request);
	l->d = d;
	l->id = yg_xstrdup(yg_row_id(row));
	l->problem.max = MAX_PROBLEM;
	look_first(l);
	*out = &l->base;
	return 0;
}
