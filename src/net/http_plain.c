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
#include "net/loop.h"

#define CONNECT_MS  10000
#define AGAIN_MS    50 /* the daemon's queue is full: tried again */
#define MAX_CACHED  8  /* connections kept open without a question on them */
#define READ_BYTES  ((size_t)64 << 10)
#define MAX_TRAILER ((size_t)8 << 10)

/* What comes next in an answer. */
enum part {
	PART_HEAD,
	PART_LENGTH, /* left bytes of body */
	PART_CHUNK_SIZE,
	PART_CHUNK,     /* left bytes of it */
	PART_CHUNK_END, /* its line end */
	PART_TRAILER,
	PART_TO_END, /* body until the connection is closed */
	PART_DONE,
};

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
	struct yg_buf head; /* of the final answer, each line ended by NUL once it is complete */
	size_t head_bytes;  /* of all heads */
	struct yg_buf rest; /* read and not taken yet */
	enum part part;
	uint64_t left;
	size_t body_bytes;
	struct yg_timer *timer;
	int64_t begun_ms, heard_ms; /* steady */
	bool is_once, is_head, is_closing, is_reused;
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
	if (call->part != PART_DONE || call->err.code || call->is_closing || call->is_once ||
	    call->rest.len || call->sent < call->out.len || pool->n_idle == MAX_CACHED) {
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
	yg_buf_done(&call->head);
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

static bool is_token(const char *list, const char *word)
{
	return list && strcasestr(list, word);
}

static const char *header_of(const struct call *call, const char *name)
{
	const char *p = call->head.data, *last = p + call->head.len;
	size_t len = strlen(name);

	if (!p || !call->base.status)
		return NULL;
	for (p += strlen(p) + 1; p < last; p += strlen(p) + 1) {
		if (strncasecmp(p, name, len) == 0 && p[len] == ':')
			return p + len + 1 + strspn(p + len + 1, " \t");
	}
	return NULL;
}

/* Ends each line of a complete head by NUL. */
static void split_head(struct yg_buf *head)
{
	char *to = head->data;

	for (const char *p = head->data, *last = p + head->len; p < last;) {
		const char *eol = memchr(p, '\n', (size_t)(last - p));
		size_t len = (size_t)(eol - p);
		while (len && (p[len - 1] == '\r' || p[len - 1] == ' '))
			len--;
		memmove(to, p, len);
		to += len;
		*to++ = '\0';
		p = eol + 1;
	}
	head->len = (size_t)(to - head->data);
}

static bool read_length(const char *text, int base, uint64_t *out)
{
	char *tail;

	errno = 0;
	unsigned long long n = strtoull(text, &tail, base);
	if (errno || tail == text || text[0] == '-' || text[0] == '+' ||
	    (*tail && *tail != ' ' && *tail != ';'))
		return false;
	*out = n;
	return true;
}

static void body_begins(struct call *call)
{
	const char *length = header_of(call, "Content-Length");
	int status = call->base.status;

	call->is_closing = is_token(header_of(call, "Connection"), "close") ||
			   yg_starts_with(call->head.data, "HTTP/1.0");
	if (call->is_head || status == 204 || status == 304) {
		call->part = PART_DONE;
	} else if (is_token(header_of(call, "Transfer-Encoding"), "chunked")) {
		call->part = PART_CHUNK_SIZE;
	} else if (!length) {
		call->part = PART_TO_END;
		call->is_closing = true;
	} else if (read_length(length, 10, &call->left)) {
		call->part = call->left ? PART_LENGTH : PART_DONE;
	} else {
		end(call, YG_E_FAILED, "the answer's length is no number");
	}
}

/* "HTTP/1.1 200 OK"; 1xx are followed by the real one. */
static void head_complete(struct call *call)
{
	int status = 0;

	split_head(&call->head);
	if (sscanf(call->head.data, "HTTP/1.%*1[01] %3d", &status) != 1 || status < 100) {
		end(call, YG_E_FAILED, "the answer is no HTTP");
		return;
	}
	if (status == 101) {
		end(call, YG_E_FAILED, "the answer changes the protocol, which was not asked for");
		return;
	}
	if (status < 200) {
		yg_buf_clear(&call->head);
		return;
	}
	call->base.status = status;
	body_begins(call);
	if (call->request.head && !call->is_over)
		call->request.head(call->request.data, &call->base);
}

/* Takes head lines up to the empty one; returns the bytes taken, 0: more are needed. */
static size_t take_head(struct call *call, const char *p, size_t len)
{
	const char *eol = memchr(p, '\n', len);
	size_t n = eol ? (size_t)(eol - p) + 1 : len;

	if (call->head_bytes + n > YG_HTTP_MAX_HEADERS) {
		end(call, YG_E_TOOBIG, "the answer has more than 64 KiB of headers");
		return 0;
	}
	/* What does not begin like HTTP need not be waited for. */
	if (call->head.len == 0 && strncmp(p, "HTTP/", YG_MIN(len, (size_t)5)) != 0) {
		end(call, YG_E_FAILED, "the answer is no HTTP");
		return 0;
	}
	if (!eol)
		return 0;
	call->head_bytes += n;
	bool is_last = n == 1 || (n == 2 && p[0] == '\r');
	if (is_last)
		head_complete(call);
	else
		yg_buf_add(&call->head, p, n);
	return n;
}

static size_t take_body(struct call *call, const char *p, size_t len)
{
	size_t max = call->request.max_bytes, n = len;

	if (call->part != PART_TO_END)
		n = (size_t)YG_MIN((uint64_t)len, call->left);
	if (max && n > max - call->body_bytes) {
		char text[64];
		snprintf(text, sizeof(text), "the answer has more than %zu bytes", max);
		end(call, YG_E_TOOBIG, text);
		return 0;
	}
	if (call->request.body_cb &&
	    !call->request.body_cb(call->request.data, &call->base, p, n)) {
		call->is_paused = !call->is_cancelled;
		return 0;
	}
	call->body_bytes += n;
	if (call->part == PART_TO_END)
		return n;
	call->left -= n;
	if (!call->left)
		call->part = call->part == PART_CHUNK ? PART_CHUNK_END : PART_DONE;
	return n;
}

/* A line of the chunked coding: a size, the end of a chunk, a trailer. */
static size_t take_line(struct call *call, const char *p, size_t len)
{
	const char *eol = memchr(p, '\n', len);
	char text[32];

	if (!eol) {
		if (len > (call->part == PART_TRAILER ? MAX_TRAILER : 1024))
			end(call, YG_E_FAILED, "the answer's chunks are broken");
		return 0;
	}
	size_t n = (size_t)(eol - p) + 1, size = n - 1;
	size -= size && p[size - 1] == '\r';
	snprintf(text, sizeof(text), "%.*s", (int)YG_MIN(size, sizeof(text) - 1), p);
	if (call->part == PART_TRAILER) {
		call->head_bytes += n;
		if (call->head_bytes > YG_HTTP_MAX_HEADERS)
			end(call, YG_E_TOOBIG, "the answer has more than 64 KiB of headers");
		call->part = size ? PART_TRAILER : PART_DONE;
	} else if (call->part == PART_CHUNK_END) {
		call->part = PART_CHUNK_SIZE;
		if (size)
			end(call, YG_E_FAILED, "the answer's chunks are broken");
	} else if (read_length(text, 16, &call->left)) {
		call->part = call->left ? PART_CHUNK : PART_TRAILER;
	} else {
		end(call, YG_E_FAILED, "the answer's chunks are broken");
	}
	return n;
}

static size_t take(struct call *call, const char *p, size_t len)
{
	switch (call->part) {
	case PART_HEAD: return take_head(call, p, len);
	case PART_LENGTH:
	case PART_CHUNK:
	case PART_TO_END: return take_body(call, p, len);
	case PART_CHUNK_SIZE:
	case PART_CHUNK_END:
	case PART_TRAILER: return take_line(call, p, len);
	case PART_DONE: break;
	}
	return 0;
}

/* Takes what it can of the bytes; keeps the others. */
static void feed(struct call *call, const char *bytes, size_t len)
{
	size_t at = 0, n = 1;

	while (at < len && n && !call->is_over && !call->is_cancelled && !call->is_paused &&
	       call->part != PART_DONE) {
		n = take(call, bytes + at, len - at);
		at += n;
	}
	if (call->part == PART_DONE && !call->is_paused && !call->is_cancelled)
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
	if (!call->is_reused || call->is_once || call->head.len || call->rest.len ||
	    call->base.status)
		return false;
	call->is_closing = true;
	call->part = PART_HEAD;
	let_go(call);
	call->is_closing = call->is_reused = call->is_begun = false;
	call->sent = 0;
	while (call->pool->idle) {
		struct conn *c = call->pool->idle;
		idle_remove(c);
		conn_close(c);
	}
	begin(call);
	return true;
}

static void lost(struct call *call, const char *what)
{
	if (ask_again(call))
		return;
	if (call->part == PART_TO_END && !what) {
		call->part = PART_DONE;
		end(call, 0, NULL);
	} else if (call->part == PART_HEAD && (call->head.len || call->rest.len)) {
		end(call, YG_E_UNREACHABLE, "the answer ended in its headers");
	} else if (call->part == PART_HEAD) {
		end(call, YG_E_UNREACHABLE,
		    what ? what : "the connection was closed without an answer");
	} else {
		end(call, YG_E_FAILED, what ? what : "the answer ended in the middle");
	}
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
	call->is_head = yg_streq(request->method, "HEAD");
	call->is_once = !call->is_head && !yg_streq(request->method, "GET");
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
	return header_of(yg_container_of(base, struct call, base), name);
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
