/* loop: the one event loop, on libuv. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/loop.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/log.h"

#define POST_BUDGET_US    4000 /* posts run for this long before descriptors get their turn */
#define DESTROY_WAIT_MS   2000
#define BEAT_LEAST_MS     100
#define LOOKUP_STACK_SIZE (256 * 1024)

struct lookup;

struct post {
	struct post *next;
	void (*cb)(void *data);
	void *data;
};

struct yg_timer {
	uv_timer_t uv;
	int64_t beat_ms; /* of one that keeps to the clock's; else 0 */
	void (*cb)(void *data);
	void *data;
};

struct yg_fd_watch {
	uv_poll_t uv;
	void (*cb)(void *data, int events);
	void *data;
};

struct yg_file_watch {
	uv_fs_event_t uv;
	struct yg_loop *loop;
	struct yg_timer *timer; /* not NULL: something changed, and it may not be all */
	int64_t quiet_ms;
	bool (*wants)(const char *name);
	void (*cb)(void *data);
	void *data;
};

struct signal_watch {
	uv_signal_t uv;
	void (*cb)(void *data, int signum);
	void *data;
};

/* Once destroyed it stays as a tombstone in a list of them: a thread that was left behind in a call
 * that hangs may still post to it, years later. */
struct yg_loop {
	uv_loop_t uv;
	uv_async_t async;
	uv_prepare_t prepare;
	uv_timer_t waiter; /* ends the wait of yg_loop_turn() */
	void (*before_wait)(void *data);
	void *before_wait_data;
	struct lookup *lookups;
	pthread_mutex_t lock; /* of what follows */
	struct post *first, **last;
	bool is_dead;
	struct yg_loop *next_dead;
};

static struct {
	pthread_mutex_t lock;
	struct yg_loop *first;
} graveyard = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* ---- posts ---- */

static struct post *posts_take(struct yg_loop *loop)
{
	pthread_mutex_lock(&loop->lock);
	struct post *first = loop->first;
	loop->first = NULL;
	loop->last = &loop->first;
	pthread_mutex_unlock(&loop->lock);
	return first;
}

/* Puts what there was no time for back in front of what came meanwhile. */
static void posts_return(struct yg_loop *loop, struct post *rest)
{
	struct post **end = &rest->next;

	while (*end)
		end = &(*end)->next;
	pthread_mutex_lock(&loop->lock);
	*end = loop->first;
	if (!loop->first)
		loop->last = end;
	loop->first = rest;
	pthread_mutex_unlock(&loop->lock);
	uv_async_send(&loop->async);
}

static void posts_run(struct yg_loop *loop, int64_t until_us)
{
	for (struct post *p = posts_take(loop); p;) {
		struct post *next = p->next;
		p->cb(p->data);
		free(p);
		p = next;
		if (p && yg_mono_us() > until_us) {
			posts_return(loop, p);
			return;
		}
	}
}

static void on_async(uv_async_t *async)
{
	posts_run(async->data, yg_mono_us() + POST_BUDGET_US);
}

/* false: the loop is gone, and cb will not run. */
static bool post(struct yg_loop *loop, void (*cb)(void *data), void *data)
{
	struct post *p = yg_xmalloc(sizeof(*p));

	*p = (struct post){.cb = cb, .data = data};
	pthread_mutex_lock(&loop->lock);
	bool is_dead = loop->is_dead;
	if (!is_dead) {
		*loop->last = p;
		loop->last = &p->next;
		uv_async_send(&loop->async);
	}
	pthread_mutex_unlock(&loop->lock);
	if (is_dead)
		free(p);
	return !is_dead;
}

void yg_loop_post(struct yg_loop *loop, void (*cb)(void *data), void *data)
{
	post(loop, cb, data);
}

/* ---- the loop ---- */

static void on_prepare(uv_prepare_t *prepare)
{
	struct yg_loop *loop = prepare->data;

	if (loop->before_wait)
		loop->before_wait(loop->before_wait_data);
}

struct yg_loop *yg_loop_create(void)
{
	struct yg_loop *loop = yg_xcalloc(1, sizeof(*loop));

	loop->last = &loop->first;
	pthread_mutex_init(&loop->lock, NULL);
	/* These fail only where there are no descriptors left: nothing can be done without a loop.
	 */
	if (uv_loop_init(&loop->uv) || uv_async_init(&loop->uv, &loop->async, on_async) ||
	    uv_prepare_init(&loop->uv, &loop->prepare) || uv_timer_init(&loop->uv, &loop->waiter))
		abort();
	loop->async.data = loop->prepare.data = loop->waiter.data = loop;
	return loop;
}

static void on_late(uv_timer_t *timer)
{
}

void yg_loop_turn(struct yg_loop *loop, int wait_ms)
{
	if (wait_ms <= 0) {
		uv_run(&loop->uv, UV_RUN_NOWAIT);
		return;
	}
	uv_update_time(&loop->uv);
	uv_timer_start(&loop->waiter, on_late, (uint64_t)wait_ms, 0);
	uv_run(&loop->uv, UV_RUN_ONCE);
	uv_timer_stop(&loop->waiter);
}

void yg_loop_run(struct yg_loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void yg_loop_stop(struct yg_loop *loop)
{
	uv_stop(&loop->uv);
}

void yg_loop_before_wait(struct yg_loop *loop, void (*cb)(void *data), void *data)
{
	loop->before_wait = cb;
	loop->before_wait_data = data;
	if (cb)
		uv_prepare_start(&loop->prepare, on_prepare);
	else
		uv_prepare_stop(&loop->prepare);
}

static void free_handle(uv_handle_t *uv)
{
	free(uv->data);
}

/* ---- timers and descriptors ---- */

static void on_timer(uv_timer_t *uv);

static void wait_for_beat(struct yg_timer *timer)
{
	int64_t beat = timer->beat_ms, delay_ms = beat - yg_now_ms() % beat;

	if (delay_ms < beat / 4) /* a little early is on time */
		delay_ms += beat;
	uv_update_time(timer->uv.loop);
	uv_timer_start(&timer->uv, on_timer, (uint64_t)delay_ms, 0);
}

static void on_timer(uv_timer_t *uv)
{
	struct yg_timer *timer = uv->data;

	if (timer->beat_ms)
		wait_for_beat(timer);
	timer->cb(timer->data);
}

struct yg_timer *yg_timer_start(
    struct yg_loop *loop, int64_t delay_ms, int64_t repeat_ms, void (*cb)(void *data), void *data)
{
	struct yg_timer *timer = yg_xcalloc(1, sizeof(*timer));

	timer->cb = cb;
	timer->data = data;
	uv_timer_init(&loop->uv, &timer->uv);
	timer->uv.data = timer;
	uv_update_time(&loop->uv);
	if (repeat_ms >= BEAT_LEAST_MS && delay_ms == repeat_ms) {
		timer->beat_ms = repeat_ms;
		wait_for_beat(timer);
	} else
		uv_timer_start(&timer->uv, on_timer, (uint64_t)YG_MAX(delay_ms, 0),
		    (uint64_t)YG_MAX(repeat_ms, 0));
	return timer;
}

void yg_timer_stop(struct yg_timer *timer)
{
	if (timer)
		uv_close((uv_handle_t *)&timer->uv, free_handle);
}

static void on_poll(uv_poll_t *uv, int status, int events)
{
	struct yg_fd_watch *watch = uv->data;
	int ready =
	    (events & UV_READABLE ? YG_READABLE : 0) | (events & UV_WRITABLE ? YG_WRITABLE : 0);

	watch->cb(watch->data, status < 0 ? YG_READABLE | YG_WRITABLE : ready);
}

struct yg_fd_watch *yg_fd_watch_start(
    struct yg_loop *loop, int fd, int events, void (*cb)(void *data, int events), void *data)
{
	int flags = fcntl(fd, F_GETFL);
	struct yg_fd_watch *watch = yg_xcalloc(1, sizeof(*watch));

	watch->cb = cb;
	watch->data = data;
	if (flags < 0 || uv_poll_init(&loop->uv, &watch->uv, fd)) {
		free(watch);
		return NULL;
	}
	watch->uv.data = watch;
	/* libuv makes it non-blocking, which a terminal shares with the shell behind us. */
	if (!(flags & O_NONBLOCK))
		fcntl(fd, F_SETFL, flags);
	yg_fd_watch_change(watch, events);
	return watch;
}

void yg_fd_watch_change(struct yg_fd_watch *watch, int events)
{
	int wanted =
	    (events & YG_READABLE ? UV_READABLE : 0) | (events & YG_WRITABLE ? UV_WRITABLE : 0);

	if (wanted)
		uv_poll_start(&watch->uv, wanted, on_poll);
	else
		uv_poll_stop(&watch->uv);
}

void yg_fd_watch_stop(struct yg_fd_watch *watch)
{
	if (watch)
		uv_close((uv_handle_t *)&watch->uv, free_handle);
}

/* ---- files ---- */

static void on_quiet(void *data)
{
	struct yg_file_watch *watch = data;

	yg_timer_stop(watch->timer);
	watch->timer = NULL;
	watch->cb(watch->data);
}

/* An editor writes a file in several steps: only when it is done is it worth a look. */
static void on_fs_event(uv_fs_event_t *uv, const char *name, int events, int status)
{
	struct yg_file_watch *watch = uv->data;

	if (status < 0 || (name && !watch->wants(name)))
		return;
	yg_timer_stop(watch->timer);
	watch->timer = yg_timer_start(watch->loop, watch->quiet_ms, 0, on_quiet, watch);
}

struct yg_file_watch *yg_file_watch_start(struct yg_loop *loop, const char *folder,
    int64_t quiet_ms, bool (*wants)(const char *name), void (*cb)(void *data), void *data)
{
	struct yg_file_watch *watch = yg_xcalloc(1, sizeof(*watch));

	watch->loop = loop;
	watch->quiet_ms = quiet_ms;
	watch->wants = wants;
	watch->cb = cb;
	watch->data = data;
	watch->uv.data = watch;
	uv_fs_event_init(&loop->uv, &watch->uv);
	if (uv_fs_event_start(&watch->uv, on_fs_event, folder, 0) < 0) {
		yg_file_watch_stop(watch);
		return NULL;
	}
	uv_unref((uv_handle_t *)&watch->uv);
	return watch;
}

void yg_file_watch_stop(struct yg_file_watch *watch)
{
	if (!watch)
		return;
	yg_timer_stop(watch->timer);
	watch->timer = NULL;
	uv_close((uv_handle_t *)&watch->uv, free_handle);
}

static void on_signal(uv_signal_t *uv, int signum)
{
	struct signal_watch *watch = uv->data;

	watch->cb(watch->data, signum);
}

void yg_loop_on_signal(
    struct yg_loop *loop, int signum, void (*cb)(void *data, int signum), void *data)
{
	struct signal_watch *watch = yg_xcalloc(1, sizeof(*watch));

	watch->cb = cb;
	watch->data = data;
	uv_signal_init(&loop->uv, &watch->uv);
	watch->uv.data = watch;
	uv_signal_start(&watch->uv, on_signal, signum);
	uv_unref((uv_handle_t *)&watch->uv);
}

/* ---- work ---- */

struct work {
	uv_work_t uv;
	void (*run)(void *data);
	void (*done)(void *data);
	void *data;
};

static void work_run(uv_work_t *uv)
{
	struct work *work = uv->data;

	work->run(work->data);
}

static void work_done(uv_work_t *uv, int status)
{
	struct work *work = uv->data;

	work->done(work->data);
	free(work);
}

void yg_work(struct yg_loop *loop, void (*run)(void *data), void (*done)(void *data), void *data)
{
	struct work *work = yg_xcalloc(1, sizeof(*work));

	work->run = run;
	work->done = done;
	work->data = data;
	work->uv.data = work;
	uv_queue_work(&loop->uv, &work->uv, work_run, work_done);
}

/* ---- names to addresses ---- */

/* The thread's, until its post is taken; then the loop's. cb and timer are the loop's always. */
struct lookup {
	struct yg_loop *loop;
	char *host;
	void (*cb)(void *data, const char *addr, const struct yg_err *err); /* NULL: was called */
	void *data;
	struct yg_timer *timer;
	struct lookup *prev, *next; /* in the loop's ring, until cb was called */
	int64_t timeout_ms;
	char addr[NI_MAXHOST];
	struct yg_err err;
};

static void lookup_answer(struct lookup *l, const char *addr, const struct yg_err *err)
{
	void (*cb)(void *data, const char *addr, const struct yg_err *err) = l->cb;

	if (!cb)
		return;
	if (l->prev)
		l->prev->next = l->next;
	else
		l->loop->lookups = l->next;
	if (l->next)
		l->next->prev = l->prev;
	l->cb = NULL;
	yg_timer_stop(l->timer);
	cb(l->data, addr, err);
}

static void lookup_free(struct lookup *l)
{
	free(l->host);
	free(l);
}

static void on_looked_up(void *data)
{
	struct lookup *l = data;

	lookup_answer(l, l->err.code ? NULL : l->addr, l->err.code ? &l->err : NULL);
	lookup_free(l);
}

static void on_lookup_timeout(void *data)
{
	struct lookup *l = data;
	struct yg_err err;

	yg_err_set(&err, YG_E_TIMEOUT, "host '%s': no answer from DNS within %lld s", l->host,
	    (long long)(l->timeout_ms + 999) / 1000);
	lookup_answer(l, NULL, &err);
}

static void lookup_resolve(struct lookup *l, int flags)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags}, *found = NULL;
	int rc = getaddrinfo(l->host, NULL, &hints, &found);

	l->err.code = 0;
	if (rc == 0)
		rc = getnameinfo(found->ai_addr, found->ai_addrlen, l->addr, sizeof(l->addr), NULL,
		    0, NI_NUMERICHOST);
	if (rc)
		yg_err_set(&l->err, YG_E_UNREACHABLE, "host '%s': %s", l->host, gai_strerror(rc));
	if (found)
		freeaddrinfo(found);
}

static void *lookup_main(void *arg)
{
	struct lookup *l = arg;

	lookup_resolve(l, 0);
	if (!post(l->loop, on_looked_up, l))
		lookup_free(l);
	return NULL;
}

/* Signals are for the main thread. */
static int lookup_spawn(struct lookup *l)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;

	sigfillset(&all);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, LOOKUP_STACK_SIZE);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	int rc = pthread_create(&thread, &attr, lookup_main, l);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

void yg_resolve(struct yg_loop *loop, const char *host, int64_t timeout_ms,
    void (*cb)(void *data, const char *addr, const struct yg_err *err), void *data)
{
	struct lookup *l = yg_xcalloc(1, sizeof(*l));

	l->loop = loop;
	l->host = yg_xstrdup(host);
	l->cb = cb;
	l->data = data;
	l->timeout_ms = timeout_ms;
	l->next = loop->lookups;
	if (l->next)
		l->next->prev = l;
	loop->lookups = l;
	lookup_resolve(l, AI_NUMERICHOST);
	if (l->err.code == 0) { /* an address already */
		yg_loop_post(loop, on_looked_up, l);
		return;
	}
	l->timer = yg_timer_start(loop, timeout_ms, 0, on_lookup_timeout, l);
	if (lookup_spawn(l)) {
		yg_err_set(&l->err, YG_E_FAILED, "host '%s': no thread for looking it up", host);
		yg_loop_post(loop, on_looked_up, l);
	}
}

/* ---- the end ---- */

/* Their threads stay behind and find the loop dead. */
static void lookups_cancel(struct yg_loop *loop)
{
	struct yg_err err;

	yg_err_set(&err, YG_E_CANCELLED, "not looked up: the program ends");
	while (loop->lookups)
		lookup_answer(loop->lookups, NULL, &err);
}

static void close_left(uv_handle_t *uv, void *arg)
{
	if (!uv_is_closing(uv)) /* the loop's own handles are part of it, all others on the heap */
		uv_close(uv, uv->data == arg ? NULL : free_handle);
}

static void bury(struct yg_loop *loop)
{
	pthread_mutex_lock(&graveyard.lock);
	loop->next_dead = graveyard.first;
	graveyard.first = loop;
	pthread_mutex_unlock(&graveyard.lock);
}

void yg_loop_destroy(struct yg_loop *loop)
{
	if (!loop)
		return;
	int64_t until = yg_mono_us() + DESTROY_WAIT_MS * INT64_C(1000);
	yg_loop_before_wait(loop, NULL, NULL);
	posts_run(loop, INT64_MAX);
	lookups_cancel(loop);
	uv_walk(&loop->uv, close_left, loop);
	do { /* work under way has a deadline of its own, but we do not wait for that */
		struct pollfd backend = {.fd = uv_backend_fd(&loop->uv), .events = POLLIN};
		poll(&backend, 1, uv_run(&loop->uv, UV_RUN_NOWAIT) ? 10 : 0);
		posts_run(loop, INT64_MAX);
		uv_walk(&loop->uv, close_left, loop);
	} while (uv_loop_alive(&loop->uv) && yg_mono_us() < until);
	pthread_mutex_lock(&loop->lock);
	loop->is_dead = true;
	pthread_mutex_unlock(&loop->lock);
	posts_run(loop, INT64_MAX);
	if (uv_loop_close(&loop->uv))
		yg_log("net", YG_LOG_WARN, "work in a thread does not end: it is left behind");
	bury(loop);
}
