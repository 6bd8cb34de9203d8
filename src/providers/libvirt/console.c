/* console: the serial console of a domain, as a stream.
 *
 * Each has a connection and a thread of its own: what hangs hangs that thread, which is left behind
 * and owns its memory until it ends. libvirt's event thread only leaves a note; the thread reads
 * and sends, the loop thread is told by posts. A serial line cannot be held up: what comes while
 * nobody takes it is kept up to a bound, and the rest is left out and said so. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/buf.h"
#include "net/loop.h"
#include "providers/libvirt/virt.h"

#define OPEN_MS      15000
#define READ_BYTES   ((size_t)16 << 10)
#define SEND_BYTES   ((size_t)4 << 10)
#define KEPT_MAX     ((size_t)1 << 20)
#define THREADS_MAX  16 /* with those that hang */
#define STREAM_ENDED (VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP)

struct yg_virt_console {
	struct yg_stream base; /* first */
	int refs;              /* atomic */
	struct yg_virt_conn *conn;
	char *uuid, *name;
	bool is_forced, has_safe;

	/* The loop thread's. */
	struct yg_timer *deadline; /* of opening; NULL: it is open */
	bool is_open, is_over;

	/* Under lock. */
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct yg_buf in, out;
	size_t lost; /* bytes left out */
	bool is_up, is_closed, is_ended, is_paused, is_posted;
	bool is_readable, is_full, is_hung; /* what libvirt's event told; full: takes no more */
	struct yg_err err;

	pthread_mutex_t arming; /* the mask of events is set by two threads; never by the loop's */

	/* The thread's own. */
	virConnectPtr virt;
	virStreamPtr stream;
};

static int threads; /* atomic */

static struct yg_virt_console *console_of(struct yg_stream *s)
{
	return yg_container_of(s, struct yg_virt_console, base);
}

static struct yg_virt_console *ref(struct yg_virt_console *c)
{
	__atomic_add_fetch(&c->refs, 1, __ATOMIC_RELAXED);
	return c;
}

static void unref(void *data)
{
	struct yg_virt_console *c = data;

	if (__atomic_sub_fetch(&c->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	yg_buf_done(&c->in);
	yg_buf_done(&c->out);
	free(c->uuid);
	free(c->name);
	pthread_cond_destroy(&c->wake);
	pthread_mutex_destroy(&c->lock);
	pthread_mutex_destroy(&c->arming);
	yg_virt_conn_unref(c->conn);
	free(c);
}

/* ---- on the loop thread ---- */

/* Nothing of it is called any more; its thread finds out. */
static void let_go(struct yg_virt_console *c)
{
	if (c->is_over)
		return;
	c->is_over = true;
	yg_timer_stop(c->deadline);
	c->deadline = NULL;
	pthread_mutex_lock(&c->lock);
	c->is_closed = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	unref(c);
}

static void tell_open(struct yg_virt_console *c)
{
	c->is_open = true;
	yg_timer_stop(c->deadline);
	c->deadline = NULL;
	if (c->base.request.open)
		c->base.request.open(c->base.request.data);
}

/* What came; the bytes that were left out are told of in their place. */
static struct yg_buf take_bytes(struct yg_virt_console *c)
{
	struct yg_buf bytes = c->in;

	memset(&c->in, 0, sizeof(c->in));
	bytes.max = 0;
	if (c->lost)
		yg_buf_printf(&bytes, "\r\n[%zu bytes were left out]\r\n", c->lost);
	c->lost = 0;
	return bytes;
}

static void deliver(void *data)
{
	struct yg_virt_console *c = data;
	struct yg_buf bytes = {0};

	pthread_mutex_lock(&c->lock);
	c->is_posted = false;
	if (!c->is_paused)
		bytes = take_bytes(c);
	bool is_up = c->is_up, is_ended = c->is_ended && !c->is_paused;
	struct yg_err err = c->err;
	pthread_mutex_unlock(&c->lock);
	if (!c->is_over && is_up && !c->is_open)
		tell_open(c);
	if (!c->is_over && bytes.len)
		c->base.request.bytes(c->base.request.data, 1, bytes.data, bytes.len);
	if (!c->is_over && is_ended)
		yg_stream_end(&c->base, -1, err.code ? &err : NULL);
	yg_buf_done(&bytes);
	unref(c);
}

static void on_deadline(void *data)
{
	struct yg_virt_console *c = data;
	struct yg_err err = {0};

	yg_err_set(&err, YG_E_TIMEOUT,
	    "vm '%s': its console was not opened within %d s: no longer waited for", c->name,
	    OPEN_MS / 1000);
	yg_stream_end(&c->base, -1, &err);
}

/* ---- on the thread ---- */

/* One post at a time: it takes all that is there. */
static void post(struct yg_virt_console *c)
{
	pthread_mutex_lock(&c->lock);
	bool is_needed = !c->is_posted && !c->is_closed;
	c->is_posted |= is_needed;
	pthread_mutex_unlock(&c->lock);
	if (is_needed)
		yg_virt_post(c->conn, deliver, unref, ref(c));
}

/* libvirt calls as long as a thing is so: what is noted is not asked for again until it is done. */
static void arm(struct yg_virt_console *c)
{
	int mask = 0;

	pthread_mutex_lock(&c->arming);
	pthread_mutex_lock(&c->lock);
	if (!c->is_hung)
		mask = STREAM_ENDED | (c->is_readable ? 0 : VIR_STREAM_EVENT_READABLE) |
		       (c->is_full ? VIR_STREAM_EVENT_WRITABLE : 0);
	pthread_mutex_unlock(&c->lock);
	virStreamEventUpdateCallback(c->stream, mask);
	pthread_mutex_unlock(&c->arming);
}

static void on_event(virStreamPtr stream, int events, void *data)
{
	struct yg_virt_console *c = data;

	pthread_mutex_lock(&c->lock);
	c->is_readable |= (events & VIR_STREAM_EVENT_READABLE) != 0;
	c->is_hung |= (events & STREAM_ENDED) != 0;
	if (events & VIR_STREAM_EVENT_WRITABLE)
		c->is_full = false;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	arm(c);
}

static void on_lost(virConnectPtr conn, int reason, void *data)
{
	struct yg_virt_console *c = data;

	pthread_mutex_lock(&c->lock);
	c->is_hung = true;
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
}

/* Why libvirt did not open it, as one clear line. */
static int refused(struct yg_virt_console *c, struct yg_err *err)
{
	virErrorPtr last = virGetLastError();
	int code = last ? last->code : VIR_ERR_INTERNAL_ERROR;

	/* OPERATION_FAILED is what QEMU's driver says for this alone. */
	if (code == VIR_ERR_OPERATION_FAILED)
		return yg_err_set(err, YG_E_REFUSED,
		    "vm '%s': somebody else is attached to its console; --force takes it over",
		    c->name);
	if (code == VIR_ERR_OPERATION_INVALID)
		return yg_err_set(
		    err, YG_E_REFUSED, "vm '%s': it is off, so it has no console", c->name);
	return yg_virt_error(err, "vm '%s': it has no serial console to open", c->name);
}

static int open_console(struct yg_virt_console *c, struct yg_err *err)
{
	virDomainPtr dom = virDomainLookupByUUIDString(c->virt, c->uuid);
	unsigned flags = c->has_safe ? VIR_DOMAIN_CONSOLE_SAFE : 0;

	if (!dom)
		return yg_virt_error(err, "vm '%s': cannot open its console", c->name);
	if (c->is_forced)
		flags |= VIR_DOMAIN_CONSOLE_FORCE;
	c->stream = virStreamNew(c->virt, VIR_STREAM_NONBLOCK);
	int rc = 0;
	if (virDomainIsActive(dom) == 0)
		rc = yg_err_set(
		    err, YG_E_REFUSED, "vm '%s': it is off, so it has no console", c->name);
	else if (!c->stream || virDomainOpenConsole(dom, NULL, c->stream, flags) < 0)
		rc = refused(c, err);
	virDomainFree(dom);
	if (rc)
		return rc;
	if (virStreamEventAddCallback(
		c->stream, STREAM_ENDED | VIR_STREAM_EVENT_READABLE, on_event, ref(c), unref) < 0) {
		unref(c);
		return yg_virt_error(err, "vm '%s': cannot follow its console", c->name);
	}
	return 0;
}

static void keep(struct yg_virt_console *c, const char *bytes, size_t len)
{
	pthread_mutex_lock(&c->lock);
	size_t n = c->lost ? 0 : YG_MIN(len, KEPT_MAX - YG_MIN(c->in.len, KEPT_MAX));
	yg_buf_add(&c->in, bytes, n);
	c->lost += len - n;
	pthread_mutex_unlock(&c->lock);
	post(c);
}

/* Reads all that is there; false: it ended, with err if that was no plain end. */
static bool read_in(struct yg_virt_console *c, struct yg_err *err)
{
	char bytes[READ_BYTES];

	for (;;) {
		int n = virStreamRecv(c->stream, bytes, sizeof(bytes));
		if (n == -2)
			break;
		if (n < 0)
			yg_virt_error(err, "vm '%s': its console was closed", c->name);
		if (n <= 0)
			return false;
		keep(c, bytes, (size_t)n);
	}
	pthread_mutex_lock(&c->lock);
	c->is_readable = false;
	bool is_over = c->is_hung || c->is_closed;
	pthread_mutex_unlock(&c->lock);
	if (is_over)
		return false;
	arm(c);
	return true;
}

static bool send_out(struct yg_virt_console *c, struct yg_err *err)
{
	char bytes[SEND_BYTES];

	pthread_mutex_lock(&c->lock);
	size_t len = YG_MIN(c->out.len, sizeof(bytes));
	if (len)
		memcpy(bytes, c->out.data, len);
	pthread_mutex_unlock(&c->lock);
	int n = len ? virStreamSend(c->stream, bytes, len) : 0;
	if (n < 0 && n != -2) {
		yg_virt_error(err, "vm '%s': its console takes nothing", c->name);
		return false;
	}
	pthread_mutex_lock(&c->lock);
	c->is_full = n == -2;
	if (n > 0) {
		memmove(c->out.data, c->out.data + n, c->out.len - (size_t)n);
		c->out.len -= (size_t)n;
	}
	pthread_mutex_unlock(&c->lock);
	if (n == -2)
		arm(c);
	return true;
}

static void serve(struct yg_virt_console *c, struct yg_err *err)
{
	for (;;) {
		pthread_mutex_lock(&c->lock);
		while (
		    !c->is_closed && !c->is_hung && !c->is_readable && (!c->out.len || c->is_full))
			pthread_cond_wait(&c->wake, &c->lock);
		bool is_closed = c->is_closed, is_in = c->is_readable || c->is_hung;
		bool is_out = c->out.len && !c->is_full;
		pthread_mutex_unlock(&c->lock);
		if (is_closed || (is_in && !read_in(c, err)) || (is_out && !send_out(c, err)))
			break;
	}
	if (virConnectIsAlive(c->virt) != 1)
		yg_err_set(err, YG_E_UNREACHABLE, "vm '%s': the connection of its console is gone",
		    c->name);
	else
		virResetLastError();
	virStreamEventRemoveCallback(c->stream);
}

static void say_end(struct yg_virt_console *c, const struct yg_err *err)
{
	pthread_mutex_lock(&c->lock);
	c->err = *err;
	c->is_ended = true;
	pthread_mutex_unlock(&c->lock);
	post(c);
}

static void close_all(struct yg_virt_console *c)
{
	if (c->stream) {
		virStreamAbort(c->stream);
		virStreamFree(c->stream);
	}
	if (c->virt) {
		virConnectUnregisterCloseCallback(c->virt, on_lost);
		virConnectClose(c->virt);
	}
}

static void *run(void *data)
{
	struct yg_virt_console *c = data;
	struct yg_err err = {0};

	c->virt = yg_virt_open(c->conn->uri, &err);
	if (c->virt && virConnectRegisterCloseCallback(c->virt, on_lost, ref(c), unref) < 0)
		unref(c);
	if (c->virt && !open_console(c, &err)) {
		pthread_mutex_lock(&c->lock);
		c->is_up = true;
		pthread_mutex_unlock(&c->lock);
		post(c);
		serve(c, &err);
	}
	say_end(c, &err);
	close_all(c);
	__atomic_sub_fetch(&threads, 1, __ATOMIC_ACQ_REL);
	unref(c);
	return NULL;
}

/* ---- the table ---- */

static bool console_write(struct yg_stream *s, const char *bytes, size_t len)
{
	struct yg_virt_console *c = console_of(s);

	pthread_mutex_lock(&c->lock);
	size_t n = YG_MIN(len, KEPT_MAX - YG_MIN(c->out.len, KEPT_MAX));
	yg_buf_add(&c->out, bytes, n);
	pthread_cond_broadcast(&c->wake);
	pthread_mutex_unlock(&c->lock);
	return n == len;
}

static size_t console_pending(struct yg_stream *s)
{
	struct yg_virt_console *c = console_of(s);

	pthread_mutex_lock(&c->lock);
	size_t len = c->out.len;
	pthread_mutex_unlock(&c->lock);
	return len;
}

static void console_pause(struct yg_stream *s, bool on)
{
	struct yg_virt_console *c = console_of(s);

	pthread_mutex_lock(&c->lock);
	c->is_paused = on;
	pthread_mutex_unlock(&c->lock);
	if (!on)
		post(c);
}

static void console_close(struct yg_stream *s)
{
	let_go(console_of(s));
}

static const struct yg_stream_ops console_ops = {
    .size = sizeof(struct yg_stream_ops),
    .write = console_write,
    .pause = console_pause,
    .close = console_close,
    .pending = console_pending,
};

static struct yg_virt_console *console_new(
    struct yg_virt_conn *v, const struct yg_row *row, const struct yg_stream_request *request)
{
	struct yg_virt_console *c = yg_xcalloc(1, sizeof(*c));

	c->refs = 1;
	c->conn = yg_virt_conn_ref(v);
	c->uuid = yg_xstrdup(yg_row_id(row));
	c->name = yg_xstrdup(yg_row_name(row));
	c->is_forced = request->is_forced;
	c->has_safe = v->is_qemu; /* the others refuse the flag */
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->arming, NULL);
	pthread_cond_init(&c->wake, NULL);
	return c;
}

int yg_virt_console_open(struct yg_virt_conn *v, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	if (request->what != YG_STREAM_CONSOLE || row->kind != &yg_kind_vm)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "%s '%s': libvirt has serial consoles of VMs only", row->kind->name,
		    yg_row_name(row));
	if (__atomic_load_n(&threads, __ATOMIC_ACQUIRE) >= THREADS_MAX)
		return yg_err_set(err, YG_E_BUSY,
		    "vm '%s': %d consoles are open or hang: close one first", yg_row_name(row),
		    THREADS_MAX);
	struct yg_virt_console *c = console_new(v, row, request);
	__atomic_add_fetch(&threads, 1, __ATOMIC_ACQ_REL);
	if (!yg_virt_thread(run, ref(c))) {
		__atomic_sub_fetch(&threads, 1, __ATOMIC_ACQ_REL);
		unref(c);
		unref(c);
		return yg_err_set(
		    err, YG_E_FAILED, "vm '%s': no thread for its console", yg_row_name(row));
	}
	c->deadline = yg_timer_start(v->loop, OPEN_MS, 0, on_deadline, c);
	yg_stream_begin(&c->base, &console_ops, v->ctl, request);
	*out = &c->base;
	return 0;
}
