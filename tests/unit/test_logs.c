/* test_logs: lines cut, timed, graded and opened up; several sources merged; a ring that stays
 * small and a sieve that works in slices. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/logmerge.h"
#include "model/logring.h"

/* ---- a line ---- */

static void test_stamp(void **state)
{
	static const struct {
		const char *text;
		size_t used;
		int64_t us;
	} cases[] = {
	    {"1970-01-01T00:00:00Z x", 21, 0},
	    {"1970-01-01T00:00:01.5Z x", 23, 1500000},
	    {"2026-11-24T13:21:12.123456789Z hello", 31, 1795526472123456},
	    {"2026-11-24T22:21:12.123456789+09:00 hello", 36, 1795526472123456},
	    {"2026-13-24T13:21:12Z x", 0, 0},
	    {"2026-11-24 13:21:12Z x", 0, 0},
	    {"2026-11-24T13:21:12 x and more", 0, 0},
	    {"hello", 0, 0},
	    {"", 0, 0},
	};

	for (size_t i = 0; i < YG_COUNT(cases); i++) {
		int64_t us = 0;
		size_t used = yg_logline_stamp(cases[i].text, strlen(cases[i].text), &us);
		assert_int_equal(used, cases[i].used);
		assert_int_equal(us, cases[i].us);
	}
}

static void test_level(void **state)
{
	static const struct {
		const char *text;
		enum yg_level level;
	} cases[] = {
	    {"ERROR cannot reach it", YG_LEVEL_ERROR},
	    {"2026-01-01 10:00:00 WARN  queue", YG_LEVEL_WARN},
	    {"[error] 12#12: connect() failed", YG_LEVEL_ERROR},
	    {"time=x level=warning msg=y", YG_LEVEL_WARN},
	    {"error: no such file", YG_LEVEL_ERROR},
	    {"app error: no such file", YG_LEVEL_ERROR},
	    {"<debug> x", YG_LEVEL_DEBUG},
	    {"no error was found", YG_LEVEL_NONE},
	    {"the terror of it", YG_LEVEL_NONE},
	    {"MAX_ERROR_COUNT is 5", YG_LEVEL_NONE},
	    {"E1124 10:42:07.123456 1 main.go:1] x", YG_LEVEL_ERROR},
	    {"{\"level\":\"error\",\"msg\":\"x\"}", YG_LEVEL_ERROR},
	    {"{\"msg\":\"an ERROR\",\"level\":\"info\"}", YG_LEVEL_INFO},
	    {"{\"level\":50,\"msg\":\"x\"}", YG_LEVEL_ERROR},
	    {"{\"level\":", YG_LEVEL_NONE},
	    {"", YG_LEVEL_NONE},
	};

	for (size_t i = 0; i < YG_COUNT(cases); i++)
		if (yg_logline_level(cases[i].text, strlen(cases[i].text)) != cases[i].level)
			fail_msg("'%s' is %s", cases[i].text,
			    yg_level_name(yg_logline_level(cases[i].text, strlen(cases[i].text))));
}

static void test_json(void **state)
{
	static const struct {
		const char *text, *shown; /* NULL: it is none */
	} cases[] = {
	    {"{\"msg\":\"it works\",\"level\":\"info\",\"time\":\"x\",\"n\":3}",
		"INFO  it works n=3"},
	    {"{\"level\":30,\"message\":\"a\\nb\",\"e\":\"x y\",\"o\":{\"a\":[1,\"}\"]}}",
		"INFO  a\nb e=\"x y\" o={\"a\":[1,\"}\"]}"},
	    {" { \"a\" : true , \"b\" : null } ", "a=true b=null"},
	    {"{\"a\":\"\\u00e9\\ud83d\\ude00\\ud800\"}", "a=\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbd"},
	    {"{\"a\":\"\"}", "a=\"\""},
	    {"{}", NULL},
	    {"{\"a\":1} trailing", NULL},
	    {"{\"a\":", NULL},
	    {"{\"a\"", NULL},
	    {"{\"a\":\"\\", NULL},
	    {"[1]", NULL},
	    {"text", NULL},
	    {"", NULL},
	};

	for (size_t i = 0; i < YG_COUNT(cases); i++) {
		struct yg_buf out = {0};
		bool is_json = yg_logline_json(&out, cases[i].text, strlen(cases[i].text));
		assert_int_equal(is_json, cases[i].shown != NULL);
		assert_string_equal(yg_buf_text(&out), cases[i].shown ? cases[i].shown : "");
		yg_buf_done(&out);
	}
}

static void test_strip(void **state)
{
	char text[] = "\033[1;31mred\033[0m \033]0;title\007 \033[ x\r";
	size_t len = yg_logline_strip(text, strlen(text));

	text[len] = '\0';
	/* What is no CSI stays and is made harmless when it is shown. */
	assert_string_equal(text, "red \033]0;title\007 ");
}

/* ---- merging ---- */

static struct yg_buf got;

static void on_line(void *data, const struct yg_logline *line)
{
	yg_buf_printf(&got, "%u%s:", line->source, line->from == 2 ? "e" : "");
	yg_buf_add(&got, line->text, line->len);
	yg_buf_str(&got, line->is_cut ? "!;" : ";");
}

static void feed(struct yg_logmerge *m, unsigned source, const char *text, int64_t now_ms)
{
	yg_logmerge_feed(m, source, 1, text, strlen(text), now_ms);
}

static void expect(const char *text)
{
	assert_string_equal(yg_buf_text(&got), text);
	yg_buf_clear(&got);
}

static void test_cut(void **state)
{
	struct yg_logmerge *m = yg_logmerge_create(100, on_line, NULL);
	unsigned s = yg_logmerge_add(m, false);

	feed(m, s, "one\ntw", 1);
	expect("0:one;");
	yg_logmerge_feed(m, s, 2, "err\n", 4, 1);
	feed(m, s, "o\n\n\r\nthree", 1);
	expect("0e:err;0:two;0:;0:;");
	yg_logmerge_end(m, s, 1);
	expect("0:three;");
	yg_logmerge_destroy(m);
}

static void test_long_line(void **state)
{
	struct yg_logmerge *m = yg_logmerge_create(100, on_line, NULL);
	unsigned s = yg_logmerge_add(m, false);
	char *text = yg_xmalloc(1 << 20);

	memset(text, 'x', 1 << 20);
	for (int i = 0; i < 8; i++)
		yg_logmerge_feed(m, s, 1, text, 1 << 20, 1);
	feed(m, s, "\nnext\n", 1);
	assert_int_equal(got.len, 2 + YG_LOGLINE_MAX + 2 + strlen("0:next;"));
	assert_string_equal(got.data + got.len - 9, "!;0:next;");
	yg_buf_clear(&got);
	free(text);
	yg_logmerge_destroy(m);
}

#define T(second) "2026-01-01T00:00:0" #second ".000000000Z "

static void test_merge(void **state)
{
	struct yg_logmerge *m = yg_logmerge_create(100, on_line, NULL);
	unsigned a = yg_logmerge_add(m, true), b = yg_logmerge_add(m, true);

	/* Nothing goes on before both have spoken. */
	feed(m, a, T(1) "a1\n" T(3) "a3\n", 10);
	assert_true(yg_logmerge_settle(m, 10000));
	expect("");
	feed(m, b, T(2) "b2\n" T(4) "b4\n", 20);
	expect("0:a1;1:b2;0:a3;");
	/* b4 waits for a, but not for long. */
	assert_true(yg_logmerge_settle(m, 50));
	expect("");
	assert_false(yg_logmerge_settle(m, 200));
	expect("1:b4;");
	/* Who ended is not waited for. */
	yg_logmerge_end(m, a, 210);
	feed(m, b, T(5) "b5\n", 220);
	expect("1:b5;");
	/* The same instant: the first source first; a source's own order stays. */
	yg_logmerge_again(m, a);
	feed(m, a, T(9) "a9\n" T(8) "a8\n", 300);
	feed(m, b, T(9) "b9\n", 300);
	yg_logmerge_end(m, a, 300);
	yg_logmerge_end(m, b, 300);
	expect("0:a9;0:a8;1:b9;");
	yg_logmerge_destroy(m);
}

static void test_merge_is_bounded(void **state)
{
	struct yg_logmerge *m = yg_logmerge_create(100, on_line, NULL);
	unsigned a = yg_logmerge_add(m, true);

	yg_logmerge_add(m, true); /* never says a word */
	for (int i = 0; i < 400000; i++) {
		feed(m, a, T(1) "a line that waits\n", 10);
		assert_true(yg_logmerge_waiting(m, a) <= YG_LOGMERGE_BYTES + 100);
		yg_buf_clear(&got);
	}
	yg_logmerge_destroy(m);
	yg_buf_done(&got);
}

/* ---- the ring ---- */

static void add(struct yg_logring *r, uint64_t n, size_t len)
{
	char text[4096];
	int head =
	    snprintf(text, sizeof(text), "%llu %s ", (unsigned long long)n, n % 3 ? "x" : "yes");

	len = YG_MAX(len, (size_t)head);
	memset(text + head, '.', len - (size_t)head);
	yg_logring_add(r, &(struct yg_logline){.us = (int64_t)n,
			      .text = text,
			      .len = len,
			      .source = (uint16_t)(n % 7),
			      .from = 1,
			      .level = n % 5,
			      .is_cut = n & 1});
}

static void test_ring(void **state)
{
	enum { BYTES = 65536 };
	struct yg_logring *r = yg_logring_create(BYTES);
	uint32_t random = 1;
	struct yg_logline line;

	for (uint64_t n = 0; n < 200000; n++) {
		random = random * 1664525 + 1013904223;
		add(r, n, n % 1000 < 500 ? random >> 24 : random >> 20 & 0xfff);
		assert_true(yg_logring_used(r) <= BYTES);
		assert_int_equal(yg_logring_end(r), n + 1);
		/* The oldest and the newest are whole. */
		uint64_t looked[] = {yg_logring_first(r), n};
		for (size_t i = 0; i < 2; i++) {
			yg_logring_get(r, looked[i], &line);
			assert_int_equal(line.us, looked[i]);
			assert_int_equal(strtoull(line.text, NULL, 10), looked[i]);
			assert_int_equal(line.source, looked[i] % 7);
			assert_int_equal(line.level, looked[i] % 5);
			assert_int_equal(line.is_cut, looked[i] & 1);
		}
	}
	for (uint64_t n = yg_logring_first(r); n < yg_logring_end(r); n++) {
		yg_logring_get(r, n, &line);
		assert_int_equal(line.us, n);
	}
	yg_logring_destroy(r);
}

static void test_ring_of_empty_lines(void **state)
{
	struct yg_logring *r = yg_logring_create(65536);

	for (int i = 0; i < 100000; i++) {
		yg_logring_add(r, &(struct yg_logline){.text = "", .len = 0});
		assert_true(yg_logring_used(r) <= 65536);
	}
	yg_logring_destroy(r);
}

/* What passes is what one would find by looking at each line. */
static void check_sieve(struct yg_logsieve *s, const struct yg_logring *r)
{
	size_t i = 0;

	for (uint64_t n = yg_logring_first(r); n < yg_logring_end(r); n++)
		if (n % 3 == 0 && n % 2 == 1) {
			assert_int_equal(yg_logsieve_line(s, i), n);
			assert_int_equal(yg_logsieve_find(s, n), i);
			assert_int_equal(yg_logsieve_find(s, n - 1), i);
			i++;
		}
	assert_int_equal(yg_logsieve_count(s), i);
}

static void test_sieve(void **state)
{
	struct yg_logring *r = yg_logring_create(1 << 20);
	struct yg_logsieve *s = yg_logsieve_create(r);
	struct yg_pattern *with, *without;

	assert_int_equal(yg_pattern_create("^\\d+ yes", YG_PATTERN_REGEX, false, &with, NULL), 0);
	assert_int_equal(
	    yg_pattern_create("^\\d*[02468] ", YG_PATTERN_REGEX, false, &without, NULL), 0);
	for (uint64_t n = 0; n < 5000; n++)
		add(r, n, 40);
	assert_int_equal(yg_logsieve_count(s), 5000);
	assert_false(yg_logsieve_work(s, 0));
	yg_logsieve_set(s, with, without);
	assert_int_equal(yg_logsieve_count(s), 0);
	/* One look at the clock, then it stops: the newest are there first. */
	assert_true(yg_logsieve_work(s, 0));
	assert_true(yg_logsieve_count(s) > 5 && yg_logsieve_count(s) < 100);
	assert_true(yg_logsieve_line(s, 0) > 4900);
	while (yg_logsieve_work(s, 0))
		;
	check_sieve(s, r);
	/* Lines come and go on while it works. */
	for (uint64_t n = 5000; n < 60000; n++) {
		add(r, n, 40);
		if (n % 50 == 0)
			yg_logsieve_work(s, 0);
	}
	while (yg_logsieve_work(s, yg_mono_us() + 1000))
		;
	assert_true(yg_logring_first(r) > 0);
	check_sieve(s, r);
	yg_logsieve_destroy(s);
	yg_pattern_destroy(with);
	yg_pattern_destroy(without);
	yg_logring_destroy(r);
}

static void test_find(void **state)
{
	struct yg_pattern *p;
	size_t from, to;

	assert_int_equal(yg_pattern_create("b+", YG_PATTERN_REGEX, false, &p, NULL), 0);
	assert_true(yg_pattern_find(p, "aabbbc", 6, &from, &to));
	assert_int_equal(from, 2);
	assert_int_equal(to, 5);
	assert_false(yg_pattern_find(p, "aac", 3, &from, &to));
	yg_pattern_destroy(p);
	assert_int_equal(yg_pattern_create("BB", YG_PATTERN_PART, false, &p, NULL), 0);
	assert_true(yg_pattern_find(p, "aabbbc", 6, &from, &to));
	assert_int_equal(from, 2);
	assert_int_equal(to, 4);
	yg_pattern_destroy(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stamp),
	    cmocka_unit_test(test_level),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_strip),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_long_line),
	    cmocka_unit_test(test_merge),
	    cmocka_unit_test(test_merge_is_bounded),
	    cmocka_unit_test(test_ring),
	    cmocka_unit_test(test_ring_of_empty_lines),
	    cmocka_unit_test(test_sieve),
	    cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
