/* test_loop: timers, descriptors, posts, work and look-ups on the event loop. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/loop.h"

#define PATIENCE_US 10000000

struct count {
	struct yg_loop *loop;
	struct yg_timer *timer;
	struct yg_fd_watch *watch;
	int calls, last;
	struct yg_err err;
	char addr[64];
};

/* Turns the loop until calls is reached; fails the test when that takes too long. */
static void turn_until(struct count *c, int calls)
{
	int64_t until = yg_mono_us() + PATIENCE_US;

	while (c->calls < calls && yg_mono_us() < until)
		yg_loop_turn(c->loop, 50);
	assert_true(c->calls >= calls);
}

static void on_call(void *data)
{
	((struct count *)data)->calls++;
}

static void on_call_stop(void *data)
{
	struct count *c = data;

	c->calls++;
	yg_timer_stop(c->timer);
	c->timer = NULL;
}

static void test_timer(void **state)
{
	struct count c = {.loop = yg_loop_create()};
	int64_t start = yg_mono_us();

	c.timer = yg_timer_start(c.loop, 20, 5, on_call, &c);
	turn_until(&c, 3);
	assert_true(yg_mono_us() - start >= 25000);
	yg_timer_stop(c.timer);
	int calls = c.calls;
	yg_loop_turn(c.loop, 20);
	assert_int_equal(c.calls, calls);
	c.calls = 0;
	c.timer = yg_timer_start(c.loop, 1, 1, on_call_stop, &c);
	turn_until(&c, 1);
	yg_loop_turn(c.loop, 10);
	assert_int_equal(c.calls, 1);
	yg_timer_stop(NULL);
	yg_timer_start(c.loop, 1000000, 0, on_call, &c); /* left for destroy */
	yg_loop_destroy(c.loop);
	assert_int_equal(c.calls, 1);
}

static void test_turn_waits_at_most(void **state)
{
	struct yg_loop *loop = yg_loop_create();
	int64_t start = yg_mono_us();

	yg_loop_turn(loop, 0);
	yg_loop_turn(loop, 30);
	int64_t took = yg_mono_us() - start;
	assert_true(took >= 28000 && took < PATIENCE_US);
	yg_loop_destroy(loop);
	yg_loop_destroy(NULL);
}

static void on_ready(void *data, int events)
{
	struct count *c = data;
	char buf[16];

	c->calls++;
	c->last = events;
	if (events & YG_READABLE)
		(void)!read(((int *)c->addr)[0], buf, sizeof(buf));
}

static void test_fd_watch(void **state)
{
	struct count c = {.loop = yg_loop_create()};
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	((int *)c.addr)[0] = fds[0];
	c.watch = yg_fd_watch_start(c.loop, fds[0], YG_READABLE, on_ready, &c);
	assert_non_null(c.watch);
	assert_int_equal(fcntl(fds[0], F_GETFL) & O_NONBLOCK, 0);
	yg_loop_turn(c.loop, 0);
	assert_int_equal(c.calls, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	turn_until(&c, 1);
	assert_int_equal(c.last, YG_READABLE);
	yg_fd_watch_change(c.watch, 0);
	assert_int_equal(write(fds[1], "x", 1), 1);
	yg_loop_turn(c.loop, 10);
	assert_int_equal(c.calls, 1);
	yg_fd_watch_change(c.watch, YG_READABLE);
	turn_until(&c, 2);
	yg_fd_watch_stop(c.watch);
	yg_fd_watch_stop(NULL);
	close(fds[0]);
	close(fds[1]);
	yg_loop_destroy(c.loop);
}

static void test_fd_of_file_is_refused(void **state)
{
	struct yg_loop *loop = yg_loop_create();

	assert_null(yg_fd_watch_start(loop, -1, YG_READABLE, on_ready, NULL));
	yg_loop_destroy(loop);
}

static void *post_many(void *arg)
{
	struct count *c = arg;

	for (int i = 0; i < 1000; i++)
		yg_loop_post(c->loop, on_call, c);
	return NULL;
}

static void test_post_from_threads(void **state)
{
	struct count c = {.loop = yg_loop_create()};
	pthread_t threads[3];

	for (size_t i = 0; i < YG_COUNT(threads); i++)
		assert_int_equal(pthread_create(&threads[i], NULL, post_many, &c), 0);
	turn_until(&c, 3000);
	for (size_t i = 0; i < YG_COUNT(threads); i++)
		pthread_join(threads[i], NULL);
	yg_loop_post(c.loop, on_call, &c); /* runs at destroy */
	yg_loop_destroy(c.loop);
	assert_int_equal(c.calls, 3001);
	yg_loop_post(c.loop, on_call, &c); /* too late */
	assert_int_equal(c.calls, 3001);
}

struct order {
	struct yg_loop *loop;
	int seen[8], count, next;
	bool was_slow;
};
struct order_item {
	struct order *order;
	int value;
};

static void on_ordered(void *data)
{
	struct order_item *item = data;
	struct order *o = item->order;
	int64_t until = yg_mono_us() + 6000;

	o->seen[o->count++] = item->value;
	while (yg_mono_us() < until) /* longer than what posts may take in one turn */
		continue;
}

static void test_posts_keep_order_over_turns(void **state)
{
	struct order o = {.loop = yg_loop_create()};
	struct order_item items[4];

	for (int i = 0; i < 4; i++) {
		items[i] = (struct order_item){&o, i};
		yg_loop_post(o.loop, on_ordered, &items[i]);
	}
	yg_loop_turn(o.loop, 0);
	assert_int_equal(o.count, 1);
	int64_t until = yg_mono_us() + PATIENCE_US;
	while (o.count < 4 && yg_mono_us() < until)
		yg_loop_turn(o.loop, 10);
	for (int i = 0; i < 4; i++)
		assert_int_equal(o.seen[i], i);
	yg_loop_destroy(o.loop);
}

static void run_elsewhere(void *data)
{
	((struct count *)data)->last = (int)gettid();
}

static void test_work(void **state)
{
	struct count c = {.loop = yg_loop_create()};

	yg_work(c.loop, run_elsewhere, on_call, &c);
	assert_int_equal(c.calls, 0);
	turn_until(&c, 1);
	assert_int_not_equal(c.last, (int)gettid());
	yg_work(c.loop, run_elsewhere, on_call, &c);
	yg_loop_destroy(c.loop);
	assert_int_equal(c.calls, 2);
}

static void on_signal(void *data, int signum)
{
	struct count *c = data;

	c->calls++;
	c->last = signum;
}

static void test_signal(void **state)
{
	struct count c = {.loop = yg_loop_create()};

	yg_loop_on_signal(c.loop, SIGUSR1, on_signal, &c);
	raise(SIGUSR1);
	turn_until(&c, 1);
	assert_int_equal(c.last, SIGUSR1);
	yg_loop_destroy(c.loop);
}

static void on_resolved(void *data, const char *addr, const struct yg_err *err)
{
	struct count *c = data;

	c->calls++;
	c->addr[0] = '\0';
	c->err = (struct yg_err){0};
	if (addr)
		snprintf(c->addr, sizeof(c->addr), "%s", addr);
	if (err)
		c->err = *err;
}

static void test_resolve(void **state)
{
	struct count c = {.loop = yg_loop_create()};

	yg_resolve(c.loop, "::1", 5000, on_resolved, &c);
	assert_int_equal(c.calls, 0);
	turn_until(&c, 1);
	assert_string_equal(c.addr, "::1");
	yg_resolve(c.loop, "localhost", 5000, on_resolved, &c);
	turn_until(&c, 2);
	assert_true(yg_streq(c.addr, "127.0.0.1") || yg_streq(c.addr, "::1"));
	/* The deadline is over before the thread can be: the timer comes first. */
	yg_resolve(c.loop, "localhost", 0, on_resolved, &c);
	turn_until(&c, 3);
	yg_resolve(c.loop, "localhost", 5000, on_resolved, &c);
	yg_loop_destroy(c.loop);
	assert_int_equal(c.calls, 4);
	assert_true(c.addr[0] || c.err.code == YG_E_CANCELLED);
}

static void test_resolve_fails(void **state)
{
	struct count c = {.loop = yg_loop_create()};

	yg_resolve(c.loop, "not a name", 5000, on_resolved, &c);
	turn_until(&c, 1);
	assert_true(c.err.code == YG_E_UNREACHABLE || c.err.code == YG_E_TIMEOUT);
	assert_non_null(strstr(c.err.text, "host 'not a name': "));
	yg_loop_destroy(c.loop);
}

static void test_before_wait(void **state)
{
	struct count c = {.loop = yg_loop_create()};

	yg_loop_before_wait(c.loop, on_call, &c);
	yg_loop_turn(c.loop, 0);
	yg_loop_turn(c.loop, 0);
	assert_int_equal(c.calls, 2);
	yg_loop_before_wait(c.loop, NULL, NULL);
	yg_loop_turn(c.loop, 0);
	assert_int_equal(c.calls, 2);
	yg_loop_destroy(c.loop);
}

static void stop_loop(void *data)
{
	yg_loop_stop(data);
}

static void test_run_until_stop(void **state)
{
	struct yg_loop *loop = yg_loop_create();
	struct yg_timer *timer = yg_timer_start(loop, 5, 0, stop_loop, loop);

	yg_loop_run(loop);
	yg_timer_stop(timer);
	yg_loop_destroy(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_timer),
	    cmocka_unit_test(test_turn_waits_at_most),
	    cmocka_unit_test(test_fd_watch),
	    cmocka_unit_test(test_fd_of_file_is_refused),
	    cmocka_unit_test(test_post_from_threads),
	    cmocka_unit_test(test_posts_keep_order_over_turns),
	    cmocka_unit_test(test_work),
	    cmocka_unit_test(test_signal),
	    cmocka_unit_test(test_resolve),
	    cmocka_unit_test(test_resolve_fails),
	    cmocka_unit_test(test_before_wait),
	    cmocka_unit_test(test_run_until_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
