/* test_http: the HTTP client against a server that hangs, lies, floods, redirects, resets. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake_http.h"

#include "base/buf.h"
#include "base/clock.h"
#include "net/http.h"
#include "net/loop.h"

#define PATIENCE_US 20000000

/* 100,000 zeros: head and tail of the gzip file; between them 100 zeros. */
static const unsigned char bomb_head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3, 0xed, 0xc1, 0x31, 1,
    0, 0, 0, 0xc2, 0xa0, 0xf5, 0x4f, 0x6d, 0x0d, 0x0f, 0xa0};
static const unsigned char bomb_tail[] = {
    0x80, 0x57, 0x03, 0x7d, 0x95, 0x11, 0xd4, 0xa0, 0x86, 1, 0};

struct world {
	struct yg_loop *loop;
	struct yg_http *http;
	struct fake_http fake;
	char folder[32];
	int asked, heard;
};

/* One call and what became of it. */
struct got {
	struct world *w;
	struct yg_http_call *call;
	struct yg_buf body;
	int status, heads, ends, refusals;
	bool is_paused, is_destroying, is_cancelling;
	char redirect[64];
	struct yg_err err;
};

static bool answer_bomb(int fd)
{
	static const char zeros[97];

	fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 132\r\n\r\n");
	fake_send(fd, bomb_head, sizeof(bomb_head));
	fake_send(fd, zeros, 132 - sizeof(bomb_head) - sizeof(bomb_tail));
	return fake_send(fd, bomb_tail, sizeof(bomb_tail));
}

static bool answer_forever(int fd, const char *first, const char *again)
{
	fake_say(fd, first);
	while (fake_say(fd, again))
		;
	return false;
}

static bool answer_badly(struct fake_http *f, int fd, const char *path)
{
	struct linger reset = {.l_onoff = 1};

	if (yg_streq(path, "/hang"))
		fake_hang(fd);
	else if (yg_streq(path, "/half"))
		fake_say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
	else if (yg_streq(path, "/halfhead"))
		fake_say(fd, "HTTP/1.1 200 OK\r\nConte");
	else if (yg_streq(path, "/reset"))
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	else if (yg_streq(path, "/chunks"))
		fake_say(fd,
		    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZZ\r\nnope");
	else if (yg_streq(path, "/rubbish"))
		fake_say(fd, "\x16\x03\x01 this is not HTTP\n\n");
	else if (yg_streq(path, "/headers"))
		return answer_forever(
		    fd, "HTTP/1.1 200 OK\r\n", "X-Flood: 0123456789012345678901234567890123\r\n");
	else if (yg_streq(path, "/continue"))
		return answer_forever(fd, "", "HTTP/1.1 100 Continue\r\n\r\n");
	else if (yg_streq(path, "/flood"))
		return answer_forever(
		    fd, "HTTP/1.1 200 OK\r\n\r\n", "0123456789012345678901234567890123456789");
	else if (yg_streq(path, "/first")) {
		fake_say(fd, "HTTP/1.1 200 OK\r\n\r\nfirst");
		fake_hang(fd);
	}
	return false;
}

static bool answer(struct fake_http *f, int fd, const char *method, const char *path)
{
	if (yg_streq(path, "/ok"))
		return fake_reply(fd, 200, "X-Word: yes\r\n", "hello");
	if (yg_streq(path, "/hints")) {
		fake_say(fd, "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
		return fake_reply(fd, 404, "", "{\"message\":\"no\"}");
	}
	if (yg_streq(path, "/redirect"))
		return fake_reply(fd, 302, "Location: /ok\r\n", "");
	if (yg_streq(path, "/bomb"))
		return answer_bomb(fd);
	/* Answers, and closes under the next question. */
	if (yg_streq(path, "/once")) {
		fake_reply(fd, 200, "", "1");
		char byte;
		recv(fd, &byte, 1, MSG_PEEK);
		return false;
	}
	return answer_badly(f, fd, path);
}

static void on_asked(void *data)
{
	((struct world *)data)->asked++;
}

static void on_heard(void *data)
{
	((struct world *)data)->heard++;
}

static void connect_to(struct world *w, const char *url)
{
	struct yg_http_setup setup = {
	    .url = url, .connect_ms = 5000, .asked = on_asked, .heard = on_heard, .data = w};
	struct yg_err err;

	assert_int_equal(yg_http_create(w->loop, &setup, &w->http, &err), 0);
}

static void begin(struct world *w, bool is_unix)
{
	*w = (struct world){.loop = yg_loop_create(), .folder = "/tmp/yg-http-XXXXXX"};
	assert_non_null(mkdtemp(w->folder));
	fake_start(&w->fake, is_unix ? w->folder : NULL, answer);
	connect_to(w, w->fake.url);
}

static void end(struct world *w)
{
	yg_http_destroy(w->http);
	fake_stop(&w->fake);
	yg_loop_destroy(w->loop);
	assert_int_equal(rmdir(w->folder), 0);
}

static void on_head(void *data, struct yg_http_call *call)
{
	struct got *g = data;

	g->heads++;
	g->status = yg_http_status(call);
}

static bool on_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct got *g = data;

	if (g->is_paused) {
		g->refusals++;
		return false;
	}
	yg_buf_add(&g->body, bytes, len);
	if (g->is_destroying) {
		yg_http_destroy(g->w->http);
		g->w->http = NULL;
	}
	if (g->is_cancelling)
		yg_http_cancel(call);
	return true;
}

static void on_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct got *g = data;

	g->ends++;
	g->status = yg_http_status(call);
	if (err)
		g->err = *err;
	const char *to = yg_http_header(call, "location");
	snprintf(g->redirect, sizeof(g->redirect), "%s", to ? to : "");
	g->call = NULL;
}

static void ask(struct world *w, struct got *g, const char *method, const char *path,
    struct yg_http_request request)
{
	*g = (struct got){.w = w,
	    .is_paused = g->is_paused,
	    .is_destroying = g->is_destroying,
	    .is_cancelling = g->is_cancelling};
	request.method = method;
	request.path = path;
	request.head = on_head;
	request.body_cb = on_bytes;
	request.done = on_done;
	request.data = g;
	g->call = yg_http_start(w->http, &request);
	assert_int_equal(g->heads + g->ends, 0);
}

static void turn_until(struct world *w, const int *count, int wanted)
{
	int64_t until = yg_mono_us() + PATIENCE_US;

	while (*count < wanted && yg_mono_us() < until)
		yg_loop_turn(w->loop, 50);
	assert_int_equal(*count, wanted);
}

/* Asks and waits for the end; what may be wrong is told by err. */
static void fetch(struct world *w, struct got *g, const char *method, const char *path,
    struct yg_http_request request)
{
	ask(w, g, method, path, request);
	turn_until(w, &g->ends, 1);
}

static const struct yg_http_request usual = {.total_ms = 10000, .max_bytes = 10000};

static void check_good(struct world *w)
{
	struct got g = {0};

	fetch(w, &g, "GET", "/ok", usual);
	assert_int_equal(g.err.code, 0);
	assert_int_equal(g.status, 200);
	assert_int_equal(g.heads, 1);
	assert_string_equal(yg_buf_text(&g.body), "hello");
	yg_buf_done(&g.body);
	fetch(w, &g, "GET", "/hints", usual);
	assert_int_equal(g.heads, 1);
	assert_int_equal(g.status, 404);
	assert_string_equal(yg_buf_text(&g.body), "{\"message\":\"no\"}");
	yg_buf_done(&g.body);
	fetch(w, &g, "POST", "/ok", usual);
	assert_string_equal(yg_buf_text(&g.body), "hello");
	yg_buf_done(&g.body);
	assert_int_equal(w->asked, 3);
	assert_true(w->heard >= 3);
}

static void test_good(void **state)
{
	struct world w;

	begin(&w, true);
	check_good(&w);
	end(&w);
	begin(&w, false);
	check_good(&w);
	end(&w);
}

static void test_name(void **state)
{
	struct world w;
	char url[64];

	begin(&w, false);
	yg_http_destroy(w.http);
	snprintf(url, sizeof(url), "http://localhost:%d", w.fake.port);
	connect_to(&w, url);
	check_good(&w);
	end(&w);
}

static const struct {
	const char *path;
	int code;
	int status;
} faults[] = {
    {"/half", YG_E_FAILED, 200},
    {"/halfhead", YG_E_UNREACHABLE, 0},
    {"/reset", YG_E_UNREACHABLE, 0},
    {"/chunks", YG_E_FAILED, 200},
    {"/rubbish", YG_E_FAILED, 0},
    {"/headers", YG_E_TOOBIG, 0},
    {"/continue", YG_E_TOOBIG, 0},
    {"/flood", YG_E_TOOBIG, 200},
};

/* Those that do not say so run over TCP, by libcurl, and over a unix socket, by ourselves. */
static char over_tcp[] = "tcp", over_unix[] = "unix";
#define BOTH(test)                                           \
	{#test " (tcp)", test, NULL, NULL, over_tcp},        \
	{                                                    \
#test " (unix)", test, NULL, NULL, over_unix \
	}

static bool is_unix(void **state)
{
	return *state == over_unix;
}

static void test_faults(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, is_unix(state));
	for (size_t i = 0; i < YG_COUNT(faults); i++) {
		fetch(&w, &g, "GET", faults[i].path, usual);
		assert_int_equal(g.err.code, faults[i].code);
		assert_int_equal(g.status, faults[i].status);
		assert_true(g.body.len <= 10000);
		yg_buf_done(&g.body);
	}
	w.asked = w.heard = 0;
	check_good(&w);
	end(&w);
}

static void test_bomb(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, false);
	fetch(&w, &g, "GET", "/bomb", usual);
	assert_int_equal(g.err.code, YG_E_TOOBIG);
	assert_true(g.body.len <= 10000);
	yg_buf_done(&g.body);
	fetch(&w, &g, "GET", "/bomb", (struct yg_http_request){.max_bytes = 100000});
	assert_int_equal(g.err.code, 0);
	assert_int_equal(g.body.len, 100000);
	yg_buf_done(&g.body);
	end(&w);
}

static void test_redirect(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, is_unix(state));
	fetch(&w, &g, "GET", "/redirect", usual);
	assert_int_equal(g.status, 302);
	assert_string_equal(g.redirect, "/ok");
	assert_int_equal(w.fake.requests, 1);
	end(&w);
}

static void test_deadlines(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, is_unix(state));
	fetch(&w, &g, "GET", "/hang", (struct yg_http_request){.total_ms = 100});
	assert_int_equal(g.err.code, YG_E_TIMEOUT);
	fetch(&w, &g, "GET", "/first", (struct yg_http_request){.idle_ms = 1000});
	assert_int_equal(g.err.code, YG_E_TIMEOUT);
	assert_string_equal(yg_buf_text(&g.body), "first");
	yg_buf_done(&g.body);
	fetch(&w, &g, "POST", "/hang", (struct yg_http_request){.total_ms = 100});
	assert_int_equal(g.err.code, YG_E_DOUBT);
	end(&w);
}

/* What acts is sent once, even on a connection that goes away, and lost answers are in doubt. */
static void test_once(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, is_unix(state));
	fetch(&w, &g, "GET", "/once", usual);
	assert_int_equal(g.err.code, 0);
	yg_buf_done(&g.body);
	fetch(&w, &g, "POST", "/reset", usual);
	assert_int_equal(g.err.code, YG_E_DOUBT);
	fetch(&w, &g, "DELETE", "/halfhead", usual);
	assert_int_equal(g.err.code, YG_E_DOUBT);
	assert_int_equal(w.fake.posts, 2);
	end(&w);
}

static void test_nobody_there(void **state)
{
	struct world w;
	struct got g = {0};

	begin(&w, true);
	yg_http_destroy(w.http);
	connect_to(&w, "unix:///nonexistent/sock");
	fetch(&w, &g, "POST", "/ok", usual);
	assert_int_equal(g.err.code, YG_E_UNREACHABLE);
	assert_non_null(strstr(g.err.text, "No such file"));
	yg_http_destroy(w.http);
	connect_to(&w, "http://127.0.0.1:1");
	fetch(&w, &g, "GET", "/ok", usual);
	assert_int_equal(g.err.code, YG_E_UNREACHABLE);
	assert_non_null(strstr(g.err.text, "refused"));
	yg_http_destroy(w.http);
	connect_to(&w, "http://name.invalid");
	fetch(&w, &g, "GET", "/ok", usual);
	assert_true(g.err.code == YG_E_UNREACHABLE || g.err.code == YG_E_TIMEOUT);
	assert_non_null(strstr(g.err.text, "name.invalid"));
	end(&w);
}

static void test_pause(void **state)
{
	struct world w;
	struct got g = {.is_paused = true};

	begin(&w, is_unix(state));
	ask(&w, &g, "GET", "/ok", usual);
	turn_until(&w, &g.refusals, 1);
	yg_loop_turn(w.loop, 20);
	assert_int_equal(g.ends + g.refusals, 1);
	g.is_paused = false;
	yg_http_resume(g.call);
	assert_int_equal(g.body.len, 0);
	turn_until(&w, &g.ends, 1);
	assert_string_equal(yg_buf_text(&g.body), "hello");
	yg_buf_done(&g.body);
	end(&w);
}

/* A cancelled call says nothing more, whenever that happens; the others go on. */
static void test_cancel(void **state)
{
	struct world w;
	struct got first = {0}, second = {0}, inside = {.is_cancelling = true};

	begin(&w, is_unix(state));
	ask(&w, &first, "GET", "/hang", usual);
	yg_http_cancel(first.call);
	ask(&w, &first, "GET", "/hang", usual);
	ask(&w, &inside, "GET", "/ok", usual);
	yg_loop_turn(w.loop, 10);
	yg_http_cancel(first.call);
	fetch(&w, &second, "GET", "/ok", usual);
	for (int i = 0; i < 100 && !inside.body.len; i++)
		yg_loop_turn(w.loop, 20);
	yg_loop_turn(w.loop, 20);
	assert_int_equal(inside.body.len, 5);
	assert_int_equal(first.ends + inside.ends, 0);
	assert_int_equal(second.err.code, 0);
	yg_buf_done(&second.body);
	yg_buf_done(&inside.body);
	end(&w);
}

static void test_destroy_inside(void **state)
{
	struct world w;
	struct got other = {0}, g = {.is_destroying = true};

	begin(&w, is_unix(state));
	ask(&w, &other, "GET", "/hang", usual);
	ask(&w, &g, "GET", "/ok", usual);
	for (int i = 0; i < 1000 && w.http; i++)
		yg_loop_turn(w.loop, 20);
	assert_null(w.http);
	yg_loop_turn(w.loop, 20);
	assert_int_equal(g.ends + other.ends, 0);
	yg_buf_done(&g.body);
	end(&w);
}

static void test_many(void **state)
{
	static struct got many[100];
	struct world w;

	begin(&w, is_unix(state));
	for (size_t i = 0; i < YG_COUNT(many); i++)
		ask(&w, &many[i], "GET", "/ok", usual);
	for (size_t i = 0; i < YG_COUNT(many); i++) {
		turn_until(&w, &many[i].ends, 1);
		assert_int_equal(many[i].status, 200);
		yg_buf_done(&many[i].body);
	}
	end(&w);
}

static void test_urls(void **state)
{
	static const char *const bad[] = {"", "/run/docker.sock", "unix://run/x", "tcp://h:1",
	    "ftp://h", "http://", "http://:80", "http://h:0", "http://h:x", "http://h:70000",
	    "http://h/path", "http://u:p@h", "http://h?x", "https://h#x", "http://h:1 "};
	static const char *const good[] = {"unix:///run/x", "http://h", "https://h:1",
	    "http://h:1/", "http://[::1]:8", "https://192.0.2.1"};
	struct world w;
	struct yg_http *http;
	struct yg_err err;

	begin(&w, true);
	for (size_t i = 0; i < YG_COUNT(bad); i++) {
		struct yg_http_setup setup = {.url = bad[i]};
		assert_int_equal(yg_http_create(w.loop, &setup, &http, &err), YG_E_INVALID);
		assert_non_null(strstr(err.text, bad[i]));
	}
	for (size_t i = 0; i < YG_COUNT(good); i++) {
		struct yg_http_setup setup = {.url = good[i]};
		assert_int_equal(yg_http_create(w.loop, &setup, &http, &err), 0);
		yg_http_destroy(http);
	}
	end(&w);
}

static void test_escape(void **state)
{
	struct yg_buf b = {0};

	yg_http_escape(&b, "a-Z/9 {é?");
	assert_string_equal(b.data, "a-Z%2F9%20%7B%C3%A9%3F");
	yg_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_name),
	    BOTH(test_faults),
	    cmocka_unit_test(test_bomb),
	    BOTH(test_redirect),
	    BOTH(test_deadlines),
	    BOTH(test_once),
	    cmocka_unit_test(test_nobody_there),
	    BOTH(test_pause),
	    BOTH(test_cancel),
	    BOTH(test_destroy_inside),
	    BOTH(test_many),
	    cmocka_unit_test(test_urls),
	    cmocka_unit_test(test_escape),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
