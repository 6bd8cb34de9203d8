/* http_plain: HTTP/1.1 over a socket of this machine, without any library: for daemons that people
 * ask many times a day from scripts, where loading libcurl would take longer than the answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_wire.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/http_answer.h"
#include "net/loop.h"

#define CONNECT_MS 10000
#define AGAIN_MS   50 /* the daemon's queue is full: tried again */
#define MAX_CACHED 8  /* connections kept open without a question on them */
#define READ_BYTES ((size_t)64 << 10)

struct conn {
	struct pool *pool;
	struct call *call; /* NULL: idle */
	struct conn *next; /* of the idle ones */
	int fd;
	struct yg_fd_watch *watch;
};

struct call {
	struct yg_http_call base; /* first */
	struct pool *pool;
	struct call *prev, *next;
	struct yg_http_request request; /* texts are not ours: not used later */
	struct conn *conn;
	struct yg_buf out; /* what is to be sent */
	size_t sent;
	struct yg_http_answer answer;
	struct yg_buf rest; /* read and not taken yet */
	size_t body_bytes;
	struct yg_timer *timer;
	int64_t begun_ms, heard_ms; /* steady */
	bool is_once, is_reused;
	bool is_begun, is_paused, is_resumed, is_cancelled, is_over;
	struct yg_err err; /* how it ended */
};

struct pool {
	struct yg_http base; /* first */
	struct yg_loop *loop;
	struct yg_http_setup setup;
	char *url, *path;
	struct call *calls;
	struct conn *idle;
	size_t n_idle;
	struct yg_timer *kick;
	bool is_busy; /* a callback may be running: free nothing */
	bool is_dead;
};

extern const struct yg_http_wire yg_http_wire_plain;

static int64_t steady_ms(void)
{
	return yg_mono_us() / 1000;
}

/* ---- connections ---- */

static void conn_close(struct conn *c)
{
	yg_fd_watch_stop(c->watch);
	close(c->fd);
	free(c);
}

static void idle_remove(struct conn *conn)
{
	struct conn **at = &conn->pool->idle;

	while (*at != conn)
		at = &(*at)->next;
	*at = conn->next;
	conn->pool->n_idle--;
}

/* Takes the connection from its call: kept where another question may follow on it. */
static void let_go(struct call *call)
{
	struct conn *c = call->conn;
	struct pool *pool = call->pool;

	if (!c)
		return;
	call->conn = NULL;
	c->call = NULL;
	if (!yg_http_answer_is_done(&call->answer) || call->err.code || call->answer.is_closing ||
	    call->is_once || call->rest.len || call->sent < call->out.len ||
	    pool->n_idle == MAX_CACHED) {
		conn_close(c);
		return;
	}
	c->next = pool->idle;
	pool->idle = c;
	pool->n_idle++;
	yg_fd_watch_change(c->watch, YG_READABLE);
}

static void on_ready(void *data, int events);

/* 0; YG_E_BUSY: try again; else why not. */
static int connect_to(struct pool *pool, struct conn **out, struct yg_err *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(to.sun_path, pool->path, strlen(pool->path));
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		int why = errno;
		if (fd >= 0)
			close(fd);
		if (why == EAGAIN)
			return YG_E_BUSY;
		if (why == EACCES)
			return yg_err_set(err, YG_E_REFUSED,
			    "'%s': permission denied: join the group that owns the socket, or be "
			    "root",
			    pool->url);
		return yg_err_set(
		    err, YG_E_UNREACHABLE, "'%s': cannot connect: %s", pool->url, strerror(why));
	}
	struct conn *c = yg_xcalloc(1, sizeof(*c));
	c->pool = pool;
	c->fd = fd;
	c->watch = yg_fd_watch_start(pool->loop, fd, 0, on_ready, c);
	if (!c->watch) {
		close(fd);
		free(c);
		return yg_err_set(err, YG_E_FAILED, "'%s': cannot be watched", pool->url);
	}
	*out = c;
	return 0;
}

/* ---- the end of a call ---- */

static void call_free(struct call *call)
{
	if (call->prev)
		call->prev->next = call->next;
	else
		call->pool->calls = call->next;
	if (call->next)
		call->next->prev = call->prev;
	let_go(call);
	yg_timer_stop(call->timer);
	yg_buf_done(&call->out);
	yg_http_answer_done(&call->answer);
	yg_buf_done(&call->rest);
	free(call);
}

static void kick(struct pool *pool);

/* It is over; done is called from settle(). */
static void end(struct call *call, int code, const char *what)
{
	if (call->is_over)
		return;
	call->is_over = true;
	if (code)
		yg_err_set(&call->err, code, "'%s': %s", call->pool->url, what);
	if (code && call->is_once && !call->base.status && call->sent) {
		call->err.code = YG_E_DOUBT;
		yg_err_wrap(&call->err, "it was asked for, and the answer was lost");
	}
	kick(call->pool);
}

static void finish(struct call *call)
{
	struct yg_err err = call->err;

	/* Nothing can be cancelled any more, but its answers can be asked for. */
	call->is_cancelled = true;
	let_go(call);
	if (call->request.done)
		call->request.done(call->request.data, &call->base, err.code ? &err : NULL);
	call_free(call);
}

/* ---- the answer ---- */

static void on_head(void *data)
{
	struct call *call = data;

	call->base.status = call->answer.status;
	if (call->request.head)
		call->request.head(call->request.data, &call->base);
}

static bool on_body(void *data, const char *bytes, size_t len)
{
	struct call *call = data;
	size_t max = call->request.max_bytes;
	char text[64];

	if (max && len > max - call->body_bytes) {
		snprintf(text, sizeof(text), "the answer has more than %zu bytes", max);
		end(call, YG_E_TOOBIG, text);
		return false;
	}
	if (call->request.body_cb &&
	    !call->request.body_cb(call->request.data, &call->base, bytes, len)) {
		call->is_paused = !call->is_cancelled;
		return false;
	}
	call->body_bytes += len;
	return true;
}

/* Takes what it can of the bytes; keeps the others. */
static void feed(struct call *call, const char *bytes, size_t len)
{
	struct yg_http_answer *a = &call->answer;
	size_t at = 0, n = 1;

	while (at < len && n && !call->is_over && !call->is_cancelled && !call->is_paused &&
	       !yg_http_answer_is_done(a)) {
		n = yg_http_answer_take(a, bytes + at, len - at);
		at += n;
		if (a->err.code)
			end(call, a->err.code, a->err.text);
	}
	if (yg_http_answer_is_done(a) && !call->is_paused && !call->is_cancelled)
		end(call, 0, NULL);
	if (at < len && !call->is_cancelled)
		yg_buf_add(&call->rest, bytes + at, len - at);
}

/* Earlier bytes first. */
static void feed_all(struct call *call, const char *bytes, size_t len)
{
	struct yg_buf all = call->rest;

	call->rest = (struct yg_buf){0};
	if (!all.len) {
		yg_buf_done(&all);
		feed(call, bytes, len);
		return;
	}
	yg_buf_add(&all, bytes, len);
	feed(call, all.data, all.len);
	yg_buf_done(&all);
}

/* ---- reading and writing ---- */

static void watch(struct call *call)
{
	int events = call->is_paused || call->is_over ? 0 : YG_READABLE;

	if (call->sent < call->out.len)
		events |= YG_WRITABLE;
	if (call->conn)
		yg_fd_watch_change(call->conn->watch, call->is_over ? 0 : events);
}

static void begin(struct call *call);

/* The server closed a connection that it had kept for us, before it saw the question: that may be
 * asked again, on a new one. Never so for what must not be done twice: it has its own connection.
 */
static bool ask_again(struct call *call)
{
	struct pool *pool = call->pool;

	if (!call->is_reused || call->is_once || call->rest.len ||
	    !yg_http_answer_is_empty(&call->answer))
		return false;
	let_go(call);
	while (pool->idle) {
		struct conn *c = pool->idle;
		idle_remove(c);
		conn_close(c);
	}
	call->is_reused = call->is_begun = false;
	call->sent = 0;
	begin(call);
	return true;
}

/* The connection has ended: what: errno's text, or NULL where the server closed it. */
static void lost(struct call *call, const char *what)
{
	const char *why;

	if (ask_again(call))
		return;
	int code = yg_http_answer_end(&call->answer, call->rest.len, &why);
	end(call, what && !code ? YG_E_FAILED : code, what ? what : why);
}

static void write_out(struct call *call)
{
	while (call->sent < call->out.len && !call->is_over) {
		ssize_t n = send(call->conn->fd, call->out.data + call->sent,
		    call->out.len - call->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			lost(call, strerror(errno));
			return;
		}
		call->sent += (size_t)n;
	}
	watch(call);
}

static void read_in(struct call *call)
{
	char bytes[READ_BYTES];
	ssize_t n = recv(call->conn->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		lost(call, n < 0 ? strerror(errno) : NULL);
		return;
	}
	call->heard_ms = steady_ms();
	if (call->pool->setup.heard)
		call->pool->setup.heard(call->pool->setup.data);
	if (!call->is_cancelled)
		feed_all(call, bytes, (size_t)n);
	watch(call);
}

static void settle(struct pool *pool);

static void on_ready(void *data, int events)
{
	struct conn *c = data;
	struct pool *pool = c->pool;

	if (!c->call) {
		/* It says something that nobody asked for, or was closed. */
		idle_remove(c);
		conn_close(c);
		return;
	}
	pool->is_busy = true;
	struct call *call = c->call;
	if (events & YG_WRITABLE && call->sent < call->out.len)
		write_out(call);
	if (events & YG_READABLE && call->conn == c && !call->is_over && !call->is_paused)
		read_in(call);
	settle(pool);
}

/* ---- time ---- */

static void arm(struct call *call);

/* When the next of its deadlines is, and what to say then; 0: none. */
static int64_t deadline_of(const struct call *call, const char **what)
{
	const struct yg_http_request *r = &call->request;
	int64_t at = INT64_MAX;

	if (r->total_ms) {
		at = call->begun_ms + r->total_ms;
		*what = "no whole answer in time";
	}
	if (!call->conn && call->begun_ms + call->pool->setup.connect_ms < at) {
		at = call->begun_ms + call->pool->setup.connect_ms;
		*what = "cannot connect in time: its queue is full";
	}
	if (r->idle_ms && call->conn && !call->is_paused && call->heard_ms + r->idle_ms < at) {
		at = call->heard_ms + r->idle_ms;
		*what = "no byte for too long";
	}
	return at == INT64_MAX ? 0 : at;
}

static void on_timer(void *data)
{
	struct call *call = data;
	struct pool *pool = call->pool;
	const char *what = NULL;

	yg_timer_stop(call->timer);
	call->timer = NULL;
	pool->is_busy = true;
	int64_t at = deadline_of(call, &what);
	if (at && steady_ms() >= at)
		end(call, YG_E_TIMEOUT, what);
	else if (!call->conn)
		begin(call);
	if (!call->is_over && !call->timer)
		arm(call);
	settle(pool);
}

static void arm(struct call *call)
{
	const char *what;
	int64_t at = deadline_of(call, &what), now = steady_ms();

	yg_timer_stop(call->timer);
	call->timer = NULL;
	if (!call->conn)
		at = YG_MIN(at ? at : INT64_MAX, now + AGAIN_MS);
	if (at)
		call->timer = yg_timer_start(
		    call->pool->loop, YG_MAX(at - now, (int64_t)0) + 1, 0, on_timer, call);
}

/* ---- a question begins ---- */

static int get_conn(struct call *call, struct yg_err *err)
{
	struct pool *pool = call->pool;

	if (pool->idle && !call->is_once) {
		call->conn = pool->idle;
		idle_remove(call->conn);
		call->is_reused = true;
		return 0;
	}
	return connect_to(pool, &call->conn, err);
}

static void begin(struct call *call)
{
	struct yg_err err = {0};
	int rc = get_conn(call, &err);

	call->is_begun = true;
	if (rc && rc != YG_E_BUSY) {
		call->err = err;
		call->is_over = true;
		kick(call->pool);
		return;
	}
	if (!rc) {
		call->conn->call = call;
		call->heard_ms = steady_ms();
		write_out(call);
	}
	if (!call->is_over && !call->timer)
		arm(call);
}

static void go_on(struct call *call)
{
	call->is_resumed = call->is_paused = false;
	call->heard_ms = steady_ms();
	feed_all(call, "", 0);
	watch(call);
}

/* Does what callbacks asked for, and tells of the ends. */
static void settle(struct pool *pool)
{
	pool->is_busy = true;
	for (struct call *c = pool->calls; c && !pool->is_dead;) {
		struct call *call = c;
		bool is_touched = true;
		if (call->is_cancelled)
			call_free(call);
		else if (call->is_over)
			finish(call);
		else if (!call->is_begun)
			begin(call);
		else if (call->is_resumed)
			go_on(call);
		else
			is_touched = false;
		/* A callback may have changed the list anywhere. */
		c = is_touched ? pool->calls : c->next;
	}
	pool->is_busy = false;
	if (!pool->is_dead)
		return;
	while (pool->calls)
		call_free(pool->calls);
	while (pool->idle) {
		struct conn *c = pool->idle;
		idle_remove(c);
		conn_close(c);
	}
	yg_timer_stop(pool->kick);
	free(pool->url);
	free(pool->path);
	free(pool);
}

static void on_kick(void *data)
{
	struct pool *pool = data;

	yg_timer_stop(pool->kick);
	pool->kick = NULL;
	settle(pool);
}

static void kick(struct pool *pool)
{
	if (!pool->kick)
		pool->kick = yg_timer_start(pool->loop, 0, 0, on_kick, pool);
}

/* ---- the table ---- */

static struct yg_http *pool_create(
    struct yg_loop *loop, const struct yg_http_setup *setup, const struct yg_http_place *place)
{
	struct pool *pool = yg_xcalloc(1, sizeof(*pool));

	pool->base.wire = &yg_http_wire_plain;
	pool->loop = loop;
	pool->setup = *setup;
	if (!pool->setup.connect_ms)
		pool->setup.connect_ms = CONNECT_MS;
	pool->url = yg_xstrdup(setup->url);
	pool->path = yg_xstrdup(place->socket_path);
	return &pool->base;
}

static void pool_destroy(struct yg_http *base)
{
	struct pool *pool = yg_container_of(base, struct pool, base);

	for (struct call *c = pool->calls; c; c = c->next)
		c->is_cancelled = true;
	pool->setup.asked = pool->setup.heard = NULL;
	pool->is_dead = true;
	if (!pool->is_busy)
		settle(pool);
}

static bool is_path(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || *s == 0x7f)
			return false;
	return true;
}

static void write_request(struct call *call, const struct yg_http_request *r)
{
	struct yg_buf *out = &call->out;

	yg_buf_printf(out,
	    "%s %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: yagura/" YG_VERSION "\r\n", r->method,
	    r->path);
	if (call->is_once)
		yg_buf_str(out, "Connection: close\r\n");
	if (r->body)
		yg_buf_printf(out, "Content-Type: %s\r\n", r->type ? r->type : "application/json");
	if (r->body || call->is_once)
		yg_buf_printf(out, "Content-Length: %zu\r\n", r->body ? r->body_len : 0);
	yg_buf_str(out, "\r\n");
	if (r->body)
		yg_buf_add(out, r->body, r->body_len);
}

static struct yg_http_call *call_start(struct yg_http *base, const struct yg_http_request *request)
{
	struct pool *pool = yg_container_of(base, struct pool, base);
	struct call *call = yg_xcalloc(1, sizeof(*call));

	call->base.wire = &yg_http_wire_plain;
	call->pool = pool;
	call->request = *request;
	call->answer = (struct yg_http_answer){
	    .is_head = yg_streq(request->method, "HEAD"),
	    .on_head = on_head,
	    .on_body = on_body,
	    .data = call,
	};
	call->is_once = !call->answer.is_head && !yg_streq(request->method, "GET");
	call->begun_ms = steady_ms();
	write_request(call, request);
	call->next = pool->calls;
	if (call->next)
		call->next->prev = call;
	pool->calls = call;
	if (pool->setup.asked)
		pool->setup.asked(pool->setup.data);
	if (!is_path(request->path)) {
		call->is_begun = true;
		end(call, YG_E_INVALID, "a path with spaces or controls in it");
	} else if (!pool->is_busy) {
		begin(call);
	}
	return &call->base;
}

static void call_cancel(struct yg_http_call *base)
{
	struct call *call = yg_container_of(base, struct call, base);

	if (call->is_cancelled)
		return;
	call->is_cancelled = true;
	if (!call->pool->is_busy)
		call_free(call);
}

static void call_resume(struct yg_http_call *base)
{
	struct call *call = yg_container_of(base, struct call, base);

	call->is_resumed = true;
	kick(call->pool);
}

static const char *call_header(struct yg_http_call *base, const char *name)
{
	return yg_http_answer_header(&yg_container_of(base, struct call, base)->answer, name);
}

const struct yg_http_wire yg_http_wire_plain = {
    .size = sizeof(yg_http_wire_plain),
    .create = pool_create,
    .destroy = pool_destroy,
    .start = call_start,
    .cancel = call_cancel,
    .resume = call_resume,
    .header = call_header,
};
