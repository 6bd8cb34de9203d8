/* http_pipe: one question over HTTP whose connection becomes a pipe in both directions. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/http_answer.h"
#include "net/loop.h"

#define UNIX_PREFIX "unix://"
#define READ_BYTES  ((size_t)64 << 10)
#define MAX_ANSWER  ((size_t)4096)

struct yg_http_pipe {
	struct yg_loop *loop;
	struct yg_http_pipe_setup setup; /* texts are not ours: not used later */
	char *url;
	int fd;
	struct yg_fd_watch *watch;
	struct yg_timer *deadline;
	struct yg_buf out;
	size_t sent;
	struct yg_http_answer head;
	struct yg_buf rest;    /* of what came: half a line of the head, of a chunk's size */
	struct yg_buf problem; /* the body of an answer that is no success */
	bool is_eof_wanted, is_eof_sent, is_paused;
	bool is_busy, is_closed; /* a callback runs: it is freed after it */
};

static void pipe_free(struct yg_http_pipe *p)
{
	yg_fd_watch_stop(p->watch);
	yg_timer_stop(p->deadline);
	if (p->fd >= 0)
		close(p->fd);
	yg_buf_done(&p->out);
	yg_buf_done(&p->problem);
	yg_buf_done(&p->rest);
	yg_http_answer_done(&p->head);
	free(p->url);
	free(p);
}

static bool is_success(const struct yg_http_pipe *p)
{
	return p->head.status >= 200 && p->head.status < 300;
}

static void end(struct yg_http_pipe *p, int code, const char *what)
{
	struct yg_err err = {0};

	if (code)
		yg_err_set(&err, code, "'%s': %s", p->url, what);
	p->is_busy = true;
	p->setup.end(p->setup.data, p->head.status, yg_buf_text(&p->problem), code ? &err : NULL);
	pipe_free(p);
}

static void watch(struct yg_http_pipe *p)
{
	int events = p->is_paused ? 0 : YG_READABLE;

	if (p->sent < p->out.len)
		events |= YG_WRITABLE;
	yg_fd_watch_change(p->watch, events);
}

/* ---- what comes ---- */

static void on_head(void *data)
{
	struct yg_http_pipe *p = data;

	yg_timer_stop(p->deadline);
	p->deadline = NULL;
	if (is_success(p) && p->setup.open)
		p->setup.open(p->setup.data);
}

static bool on_body(void *data, const char *bytes, size_t len)
{
	struct yg_http_pipe *p = data;

	if (p->is_closed)
		return false;
	if (is_success(p))
		p->setup.bytes(p->setup.data, bytes, len);
	else
		yg_buf_add(&p->problem, bytes, len);
	return true;
}

/* 0 while it goes on; else it has ended, and how. */
static int take(struct yg_http_pipe *p, const char *bytes, size_t len, const char **what)
{
	size_t n = 1, at = 0;
	struct yg_buf all = p->rest;

	if (all.len) {
		yg_buf_add(&all, bytes, len);
		bytes = all.data;
		len = all.len;
	}
	p->rest = (struct yg_buf){0};
	for (; at < len && n && !p->is_closed && !p->head.err.code; at += n)
		n = yg_http_answer_take(&p->head, bytes + at, len - at);
	yg_buf_add(&p->rest, bytes + at, len - at);
	yg_buf_done(&all);
	*what = p->head.err.text;
	return p->head.err.code;
}

static void read_in(struct yg_http_pipe *p)
{
	char bytes[READ_BYTES];
	const char *what = NULL;
	ssize_t n = recv(p->fd, bytes, sizeof(bytes), 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		bool is_broken = n < 0 && errno != ECONNRESET;
		if (is_broken || !p->head.status)
			end(p, YG_E_FAILED,
			    n < 0 ? strerror(errno) : "it hung up without an answer");
		else
			end(p, 0, NULL);
		return;
	}
	p->is_busy = true;
	int code = take(p, bytes, (size_t)n, &what);
	p->is_busy = false;
	if (p->is_closed)
		pipe_free(p);
	else if (code)
		end(p, code, what);
	else if (yg_http_answer_is_done(&p->head))
		end(p, 0, NULL);
}

/* ---- what goes ---- */

static void write_out(struct yg_http_pipe *p)
{
	while (p->sent < p->out.len) {
		ssize_t n = send(p->fd, p->out.data + p->sent, p->out.len - p->sent, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno != EAGAIN) /* what it said before it hung up is still read */
			p->sent = p->out.len;
		if (n < 0)
			break;
		p->sent += (size_t)n;
	}
	if (p->sent == p->out.len) {
		yg_buf_clear(&p->out);
		p->sent = 0;
		if (p->is_eof_wanted && !p->is_eof_sent)
			shutdown(p->fd, SHUT_WR);
		p->is_eof_sent |= p->is_eof_wanted;
	}
	watch(p);
}

static void on_ready(void *data, int events)
{
	struct yg_http_pipe *p = data;

	if (events & YG_WRITABLE && p->sent < p->out.len)
		write_out(p);
	if (events & YG_READABLE && !p->is_paused)
		read_in(p);
}

static void on_deadline(void *data)
{
	end(data, YG_E_TIMEOUT, "no answer in time");
}

/* ---- public ---- */

static int connect_to(struct yg_http_pipe *p, struct yg_err *err)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = p->url + strlen(UNIX_PREFIX);

	if (!yg_starts_with(p->url, UNIX_PREFIX "/") || strlen(path) >= sizeof(to.sun_path))
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "'%s': a terminal is carried over sockets of this machine only", p->url);
	memcpy(to.sun_path, path, strlen(path));
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0 || connect(p->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		return yg_err_set(
		    err, YG_E_UNREACHABLE, "'%s': cannot connect: %s", p->url, strerror(errno));
	p->watch = yg_fd_watch_start(p->loop, p->fd, 0, on_ready, p);
	if (!p->watch)
		return yg_err_set(err, YG_E_FAILED, "'%s': cannot be watched", p->url);
	return 0;
}

int yg_http_pipe_open(struct yg_loop *loop, const struct yg_http_pipe_setup *setup,
    struct yg_http_pipe **out, struct yg_err *err)
{
	struct yg_http_pipe *p = yg_xcalloc(1, sizeof(*p));

	p->loop = loop;
	p->setup = *setup;
	p->url = yg_xstrdup(setup->url);
	p->fd = -1;
	p->problem.max = MAX_ANSWER;
	p->head = (struct yg_http_answer){.on_head = on_head, .on_body = on_body, .data = p};
	int rc = connect_to(p, err);
	if (rc) {
		pipe_free(p);
		return rc;
	}
	yg_buf_printf(&p->out,
	    "POST %s HTTP/1.1\r\nHost: localhost\r\nUser-Agent: yagura/" YG_VERSION
	    "\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
	    setup->path, strlen(setup->body), setup->body);
	p->deadline = yg_timer_start(loop, setup->answer_ms, 0, on_deadline, p);
	write_out(p);
	*out = p;
	return 0;
}

bool yg_http_pipe_write(struct yg_http_pipe *p, const char *bytes, size_t len)
{
	if (p->is_eof_wanted)
		return false;
	if (p->sent > 0) {
		memmove(p->out.data, p->out.data + p->sent, p->out.len - p->sent);
		p->out.len -= p->sent;
		p->sent = 0;
	}
	p->out.max = YG_HTTP_PIPE_PENDING_MAX;
	p->out.is_full = false;
	yg_buf_add(&p->out, bytes, len);
	bool is_whole = !p->out.is_full;
	write_out(p);
	return is_whole;
}

size_t yg_http_pipe_pending(const struct yg_http_pipe *p)
{
	return p->out.len - p->sent;
}

void yg_http_pipe_eof(struct yg_http_pipe *p)
{
	p->is_eof_wanted = true;
	write_out(p);
}

void yg_http_pipe_pause(struct yg_http_pipe *p, bool on)
{
	p->is_paused = on;
	watch(p);
}

void yg_http_pipe_close(struct yg_http_pipe *p)
{
	if (!p || p->is_closed)
		return;
	p->is_closed = true;
	if (!p->is_busy)
		pipe_free(p);
}
