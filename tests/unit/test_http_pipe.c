/* test_http_pipe: a question whose connection becomes a pipe; what comes is cut at every place. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/http_pipe.h"
#include "net/loop.h"

static char folder[] = "/tmp/yagura-test-pipe-XXXXXX";

/* Our end, and what we were told. */
struct line {
	struct yg_loop *loop;
	struct yg_http_pipe *pipe;
	int listener, fd;
	int opens, ends, status;
	struct yg_buf got, answer;
	struct yg_err err;
};

static void on_open(void *data)
{
	((struct line *)data)->opens++;
}

static void on_bytes(void *data, const char *bytes, size_t len)
{
	yg_buf_add(&((struct line *)data)->got, bytes, len);
}

static void on_end(void *data, int status, const char *answer, const struct yg_err *err)
{
	struct line *l = data;

	l->ends++;
	l->status = status;
	l->pipe = NULL;
	yg_buf_str(&l->answer, answer);
	l->err = err ? *err : (struct yg_err){0};
}

static void turn(struct line *l)
{
	for (int i = 0; i < 4; i++)
		yg_loop_turn(l->loop, 0);
}

static int setup(void **state)
{
	struct line *l = calloc(1, sizeof(*l));
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	char url[128];
	struct yg_http_pipe_setup how = {.url = url,
	    .path = "/x",
	    .body = "{}",
	    .answer_ms = 10000,
	    .open = on_open,
	    .bytes = on_bytes,
	    .end = on_end,
	    .data = l};

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/s", folder);
	snprintf(url, sizeof(url), "unix://%s", at.sun_path);
	l->loop = yg_loop_create();
	l->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(l->listener, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(l->listener, 1), 0);
	assert_int_equal(yg_http_pipe_open(l->loop, &how, &l->pipe, NULL), 0);
	l->fd = accept(l->listener, NULL, NULL);
	assert_true(l->fd >= 0);
	turn(l);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct line *l = *state;
	char path[128];

	yg_http_pipe_close(l->pipe);
	close(l->fd);
	close(l->listener);
	yg_loop_destroy(l->loop);
	yg_buf_done(&l->got);
	yg_buf_done(&l->answer);
	snprintf(path, sizeof(path), "%s/s", folder);
	unlink(path);
	free(l);
	return 0;
}

/* Sends it in two pieces, cut at one place. */
static void say_cut(struct line *l, const char *text, size_t at)
{
	assert_int_equal(send(l->fd, text, at, MSG_NOSIGNAL), at);
	turn(l);
	assert_int_equal(
	    send(l->fd, text + at, strlen(text) - at, MSG_NOSIGNAL), strlen(text) - at);
	turn(l);
}

static const char upgraded[] = "HTTP/1.1 200 OK\r\nContent-Type: raw\r\n\r\nhello";

static void test_cut_anywhere(void **state)
{
	for (size_t at = 1; at < sizeof(upgraded) - 1; at++) {
		struct line *l = *state;
		say_cut(l, upgraded, at);
		if (l->opens != 1 || strcmp(yg_buf_text(&l->got), "hello") != 0)
			fail_msg("cut at %zu: '%s'", at, yg_buf_text(&l->got));
		assert_int_equal(l->ends, 0);
		teardown(state);
		setup(state);
	}
}

static void test_both_ways(void **state)
{
	struct line *l = *state;
	char got[4096];
	ssize_t n = recv(l->fd, got, sizeof(got) - 1, 0);

	assert_true(n > 0);
	got[n] = '\0';
	assert_memory_equal(got, "POST /x HTTP/1.1\r\n", 18);
	say_cut(l, upgraded, 20);
	assert_true(yg_http_pipe_write(l->pipe, "ls\n", 3));
	yg_http_pipe_eof(l->pipe);
	turn(l);
	assert_int_equal(recv(l->fd, got, sizeof(got), 0), 3);
	assert_memory_equal(got, "ls\n", 3);
	assert_int_equal(recv(l->fd, got, sizeof(got), 0), 0);
	shutdown(l->fd, SHUT_WR);
	turn(l);
	assert_int_equal(l->ends, 1);
	assert_int_equal(l->status, 200);
	assert_int_equal(l->err.code, 0);
}

static void test_refused(void **state)
{
	struct line *l = *state;

	say_cut(l, "HTTP/1.1 409 Conflict\r\nContent-Length: 4\r\n\r\noops", 30);
	assert_int_equal(l->ends, 1);
	assert_int_equal(l->status, 409);
	assert_string_equal(yg_buf_text(&l->answer), "oops");
	assert_int_equal(l->opens, 0);
}

static void test_no_answer(void **state)
{
	struct line *l = *state;

	shutdown(l->fd, SHUT_RDWR);
	turn(l);
	assert_int_equal(l->ends, 1);
	assert_int_not_equal(l->err.code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_cut_anywhere, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_both_ways, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_no_answer, setup, teardown),
	};

	if (!mkdtemp(folder))
		return 1;
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return rc;
}
