/* test_json: JSON in pieces: items, broken items, hostile text, numbers that fit nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "net/json.h"

struct seen {
	size_t good, bad;
	struct yg_buf text; /* what came, as a short text */
};

/* {"a":[1,"x"]} is shown as {a:[1,x]}. */
static void show(struct yg_buf *out, const struct yg_json *n)
{
	static const char *const words[] = {"null", "false", "true"};

	if (n->key)
		yg_buf_printf(out, "%s:", n->key);
	if (n->type <= YG_JSON_TRUE)
		yg_buf_str(out, words[n->type]);
	else if (n->type < YG_JSON_ARRAY)
		yg_buf_str(out, yg_json_text(n));
	if (n->type < YG_JSON_ARRAY)
		return;
	yg_buf_char(out, n->type == YG_JSON_ARRAY ? '[' : '{');
	for (const struct yg_json *c = yg_json_first(n); c; c = yg_json_next(n, c)) {
		if (c != yg_json_first(n))
			yg_buf_char(out, ',');
		show(out, c);
	}
	yg_buf_char(out, n->type == YG_JSON_ARRAY ? ']' : '}');
}

static void on_item(void *data, const struct yg_json *item)
{
	struct seen *seen = data;

	seen->good++;
	if (seen->text.len)
		yg_buf_char(&seen->text, ' ');
	show(&seen->text, item);
}

static void on_bad(void *data, size_t index, const struct yg_err *err)
{
	struct seen *seen = data;

	assert_true(err->text[0]);
	assert_int_equal(index, seen->good + seen->bad);
	seen->bad++;
	yg_buf_str(&seen->text, seen->text.len ? " BAD" : "BAD");
}

/* Feeds text in pieces of step bytes; returns what feed or end said. */
static int feed(struct seen *seen, const char *member, size_t max, const char *text, size_t step)
{
	struct yg_json_setup setup = {
	    .member = member, .max_item = max, .item = on_item, .bad = on_bad, .data = seen};
	struct yg_json_stream *s = yg_json_stream_create(&setup);
	int rc = 0;

	for (size_t at = 0, len = strlen(text); at < len && !rc; at += step)
		rc = yg_json_stream_feed(s, text + at, YG_MIN(step, len - at), NULL);
	if (!rc)
		rc = yg_json_stream_end(s, NULL);
	yg_json_stream_destroy(s);
	return rc;
}

static const struct {
	const char *text, *shown;
	int rc;
	const char *member;
} cases[] = {
    {"[]", "", 0, NULL},
    {" [ {\"a\":1} , {\"b\":[true,null,\"x\"]} ]\n", "{a:1} {b:[true,null,x]}", 0, NULL},
    {"[1,2.50,-3e7,\"t,]\",false,[]]", "1 2.50 -3e7 t,] false []", 0, NULL},
    {"{\"a\":{\"b\":\"c\"}}", "{a:{b:c}}", 0, NULL},
    {"{\"a\":1}\n{\"a\":2}{\"a\":3}\r\n", "{a:1} {a:2} {a:3}", 0, NULL},
    /* strings that look like structure, and ends of strings that are none */
    {"[{\"a\":\"}],[{\"},{\"b\":\"\\\"}\"},{\"c\":\"\\\\\"},{\"d\":\"\\\\\\\"]\"}]",
	"{a:}],[{} {b:\"}} {c:\\} {d:\\\"]}", 0, NULL},
    /* numbers that fit into nothing, bad UTF-8, NUL: the item is good */
    {"[{\"n\":99999999999999999999},{\"n\":1e400}]", "{n:99999999999999999999} {n:1e400}", 0, NULL},
    {"[\"\xff\xc3(\"]", "\xff\xc3(", 0, NULL},
    {"[\"a\\u0000b\",\"\\u001b[2J\"]",
	"a\xe2\x90\x80"
	"b \x1b[2J",
	0, NULL},
    /* one bad item costs one item */
    {"[{\"a\":1},{\"a\":},{\"a\":3}]", "{a:1} BAD {a:3}", 0, NULL},
    {"[1,tru,2]", "1 BAD 2", 0, NULL},
    {"[{\"a\":1},{\"a\":[2},{\"a\":3}]", "{a:1} BAD {a:3}", 0, NULL},
    {"[{\"a\":1},{\"a\":2 \"b\"},{\"a\":\"\n\"},{\"a\":4}]", "{a:1} BAD BAD {a:4}", 0, NULL},
    {"[{\"a\":1},{\"b\":{},{\"c\":3}]", "{a:1} BAD", 0, NULL},
    {"{\"a\":1}\nrubbish } here\n{\"a\":2}\n", "{a:1} BAD {a:2}", 0, NULL},
    {"[{\"a\":1},}{\"a\":2}]", "{a:1} BAD", 0, NULL},
    /* the answer ends too early */
    {"[{\"a\":1},{\"a\"", "{a:1}", YG_E_INVALID, NULL},
    {"[{\"a\":1}", "{a:1}", YG_E_INVALID, NULL},
    {"", "", YG_E_INVALID, NULL},
    {"<html>", "", YG_E_INVALID, NULL},
    {"\"text\"", "", YG_E_INVALID, NULL},
    /* items under a name */
    {"{\"x\":[[1],{\"v\":[2]}],\"v\":[{\"a\":1},2],\"w\":{\"v\":[3]}}", "{a:1} 2", 0, "v"},
    {"{\"k\":\"v\",\"v\":null,\"z\":\"v\"}", "", 0, "v"},
    {"{\"a\\\"\":\"]\",\"v\":[]}", "", 0, "v"},
    {"[1]", "", YG_E_INVALID, "v"},
};

static void test_cases(void **state)
{
	for (size_t i = 0; i < YG_COUNT(cases); i++) {
		for (size_t step = 1; step < 9; step++) {
			struct seen seen = {0};
			int rc =
			    feed(&seen, cases[i].member, 0, cases[i].text, step == 8 ? 4096 : step);
			assert_string_equal(yg_buf_text(&seen.text), cases[i].shown);
			assert_int_equal(rc, cases[i].rc);
			yg_buf_done(&seen.text);
		}
	}
}

static void test_large_item(void **state)
{
	struct seen seen = {0};
	struct yg_buf text = {0};

	yg_buf_str(&text, "[{\"a\":1},{\"a\":\"");
	yg_buf_fill(&text, 'x', 5000);
	yg_buf_str(&text, "\"},{\"a\":3}]");
	assert_int_equal(feed(&seen, NULL, 1000, text.data, 64), 0);
	assert_string_equal(yg_buf_text(&seen.text), "{a:1} BAD {a:3}");
	yg_buf_done(&seen.text);
	yg_buf_done(&text);
}

static void test_deep_item(void **state)
{
	struct seen seen = {0};
	struct yg_buf text = {0};

	yg_buf_str(&text, "[1,");
	yg_buf_fill(&text, '[', 30000);
	yg_buf_fill(&text, ']', 30000);
	yg_buf_str(&text, ",2]");
	assert_int_equal(feed(&seen, NULL, 0, text.data, 100), 0);
	assert_string_equal(yg_buf_text(&seen.text), "1 BAD 2");
	yg_buf_done(&seen.text);
	yg_buf_done(&text);
}

/* Many small values in one item must not become much memory. */
static void test_many_values(void **state)
{
	struct seen seen = {0};
	struct yg_buf text = {0};

	yg_buf_str(&text, "[[0");
	for (int i = 0; i < 400; i++)
		yg_buf_str(&text, ",0");
	yg_buf_str(&text, "],2]");
	assert_int_equal(feed(&seen, NULL, 1000, text.data, 100), 0);
	assert_string_equal(yg_buf_text(&seen.text), "BAD 2");
	yg_buf_done(&seen.text);
	yg_buf_done(&text);
}

static void count_item(void *data, const struct yg_json *item)
{
	++*(size_t *)data;
}

static void test_memory_is_flat(void **state)
{
	static const char item[] =
	    "{\"Id\":\"0123456789abcdef\",\"Labels\":{\"a\":\"\\n\"},\"n\":[1,2,3]},";
	size_t count = 0;
	struct yg_json_setup setup = {.item = count_item, .data = &count};
	struct yg_json_stream *s = yg_json_stream_create(&setup);

	yg_json_stream_feed(s, "[", 1, NULL);
	for (int i = 0; i < 100; i++)
		yg_json_stream_feed(s, item, sizeof(item) - 1, NULL);
	size_t before = mallinfo2().uordblks;
	for (int i = 0; i < 100000; i++)
		yg_json_stream_feed(s, item, sizeof(item) - 1, NULL);
	assert_int_equal(count, 100100);
	assert_int_equal(mallinfo2().uordblks, before);
	yg_json_stream_destroy(s);
}

static void check_access(void *data, const struct yg_json *item)
{
	int64_t i = 7;
	double r = 7;

	assert_string_equal(yg_json_text(yg_json_get(item, "a.b.c")), "deep");
	assert_null(yg_json_get(item, "a.b.c.d"));
	assert_null(yg_json_get(item, "a.x"));
	assert_null(yg_json_get(item, ""));
	assert_string_equal(yg_json_text(yg_json_member(item, "x.y")), "dotted");
	assert_string_equal(yg_json_text(NULL), "");
	assert_true(yg_json_int(yg_json_get(item, "big"), &i) && i == INT64_MAX);
	assert_true(yg_json_int(yg_json_get(item, "small"), &i) && i == INT64_MIN);
	assert_true(yg_json_int(yg_json_get(item, "real"), &i) && i == -2);
	assert_true(yg_json_int(yg_json_get(item, "huge"), &i) && i == INT64_MAX);
	assert_true(yg_json_real(yg_json_get(item, "real"), &r) && r == -2.5);
	r = 7;
	assert_false(yg_json_real(yg_json_get(item, "huge"), &r));
	assert_false(yg_json_real(yg_json_get(item, "a"), &r));
	assert_false(yg_json_int(NULL, &i));
	assert_true(r == 7);
	assert_true(yg_json_is_true(yg_json_get(item, "yes")));
	assert_false(yg_json_is_true(yg_json_get(item, "a")));
	*(bool *)data = true;
}

static void test_access(void **state)
{
	static const char text[] =
	    "{\"a\":{\"b\":{\"c\":\"deep\"}},\"x.y\":\"dotted\",\"list\":[1,[2,3],4],"
	    "\"big\":92233720368547758070,\"small\":-92233720368547758080,\"real\":-2.5,"
	    "\"huge\":1e400,\"yes\":true}";
	bool is_called = false;
	struct yg_json_setup setup = {.item = check_access, .data = &is_called};
	struct yg_json_stream *s = yg_json_stream_create(&setup);

	assert_int_equal(yg_json_stream_feed(s, text, sizeof(text) - 1, NULL), 0);
	assert_true(is_called);
	yg_json_stream_destroy(s);
}

static void test_quote(void **state)
{
	struct yg_buf b = {0};

	yg_json_quote(&b, "a\"\\\n\x01"
			  "é");
	assert_string_equal(b.data, "\"a\\\"\\\\\\u000a\\u0001é\"");
	yg_buf_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_large_item),
	    cmocka_unit_test(test_deep_item),
	    cmocka_unit_test(test_many_values),
	    cmocka_unit_test(test_memory_is_flat),
	    cmocka_unit_test(test_access),
	    cmocka_unit_test(test_quote),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
