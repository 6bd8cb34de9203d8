/* loop: the one event loop (libuv): timers, descriptors, work in threads, posts from threads.
 * All but yg_loop_post() is for the loop thread only. The loop thread never blocks: what may wait
 * goes to yg_work() or to a thread of its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_LOOP_H
#define YG_NET_LOOP_H

#include <stdint.h>

#include "base/err.h"

struct yg_loop;
struct yg_timer;
struct yg_fd_watch;
struct yg_file_watch;

struct yg_loop *yg_loop_create(void);
/* Runs what was posted, closes all that is left, frees. Threads must have been told to stop. */
void yg_loop_destroy(struct yg_loop *loop);
/* Runs until yg_loop_stop(). */
void yg_loop_run(struct yg_loop *loop);
/* One turn; waits at most wait_ms for something to happen (0: not at all). */
void yg_loop_turn(struct yg_loop *loop, int wait_ms);
void yg_loop_stop(struct yg_loop *loop);
/* cb is called each time before the loop waits: the place to flush and to paint. One only. */
void yg_loop_before_wait(struct yg_loop *loop, void (*cb)(void *data), void *data);

/* After delay_ms, then each repeat_ms (0: once). The owner stops it, also when it was for once;
 * stopping inside its own callback is fine. If both are the same and not below 100 ms it keeps to
 * the beats of the clock, the first one early: what is done now and then is then done together, and
 * the processor sleeps between. */
struct yg_timer *yg_timer_start(
    struct yg_loop *loop, int64_t delay_ms, int64_t repeat_ms, void (*cb)(void *data), void *data);
void yg_timer_stop(struct yg_timer *timer); /* NULL is fine */

#define YG_READABLE 1
#define YG_WRITABLE 2
/* Calls cb with what is ready (errors count as both) until it is stopped. Does not own fd and does
 * not change its flags. NULL: fd is closed or of no sort that can be waited for (a file). */
struct yg_fd_watch *yg_fd_watch_start(
    struct yg_loop *loop, int fd, int events, void (*cb)(void *data, int events), void *data);
void yg_fd_watch_change(struct yg_fd_watch *watch, int events);
void yg_fd_watch_stop(struct yg_fd_watch *watch); /* NULL is fine; before fd is closed */

/* Calls cb when files of the folder changed and nothing more happened for quiet_ms; wants says for
 * a file's name whether it matters. NULL: the folder is not there or cannot be watched. */
struct yg_file_watch *yg_file_watch_start(struct yg_loop *loop, const char *folder,
    int64_t quiet_ms, bool (*wants)(const char *name), void (*cb)(void *data), void *data);
void yg_file_watch_stop(struct yg_file_watch *watch); /* NULL is fine; also inside its callback */

/* From any thread: cb runs on the loop thread, in order of posting. After the loop is destroyed,
 * nothing runs. */
void yg_loop_post(struct yg_loop *loop, void (*cb)(void *data), void *data);
/* run in a thread of the pool, then done on the loop thread, exactly once, never from inside. The
 * pool has few threads: only for what has a deadline of its own. */
void yg_work(struct yg_loop *loop, void (*run)(void *data), void (*done)(void *data), void *data);
/* Calls cb on the loop thread when the signal comes, until the loop is destroyed. */
void yg_loop_on_signal(
    struct yg_loop *loop, int signum, void (*cb)(void *data, int signum), void *data);

/* Resolves without blocking the loop, in a thread of its own (dead DNS must not hold the pool).
 * addr is "192.0.2.1" or "2001:db8::1", NULL on error; cb exactly once, never from inside. Past
 * the deadline cb gets YG_E_TIMEOUT and the thread is left to end by itself. */
void yg_resolve(struct yg_loop *loop, const char *host, int64_t timeout_ms,
    void (*cb)(void *data, const char *addr, const struct yg_err *err), void *data);

#endif
