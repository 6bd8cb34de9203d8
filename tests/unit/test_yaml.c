/* test_yaml: what the YAML reader takes, what it refuses, and that refusing is quick. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "store/yaml.h"

static struct yg_yaml *parse(const char *text)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};
	int rc = yg_yaml_parse("f.yaml", text, strlen(text), &yaml, &err);

	if (rc)
		print_error("%s\n", err.text);
	assert_int_equal(rc, 0);
	return yaml;
}

static void refuses(const char *text, size_t len, const char *message)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	assert_int_equal(yg_yaml_parse("f.yaml", text, len, &yaml, &err), YG_E_INVALID);
	assert_null(yaml);
	assert_string_equal(err.text, message);
}

static void refuses_text(const char *text, const char *message)
{
	refuses(text, strlen(text), message);
}

static void places(void **state)
{
	struct yg_yaml *y = parse("a: 1\nb:\n  - x\n  - {c: \"5\", d: ~}\n櫓: 'two  words'\n");
	const struct yg_node *b = yg_node_get(y->root, "b");
	const struct yg_node *map = b->first->next;

	assert_int_equal(y->root->is, YG_NODE_MAP);
	assert_int_equal(y->root->count, 3);
	assert_string_equal(yg_node_get(y->root, "a")->text, "1");
	assert_false(yg_node_get(y->root, "a")->is_quoted);
	assert_int_equal(b->is, YG_NODE_LIST);
	assert_int_equal(b->count, 2);
	assert_int_equal(map->line, 4);
	assert_int_equal(map->column, 5);
	assert_true(yg_node_get(map, "c")->is_quoted);
	assert_int_equal(yg_node_get(map, "c")->column, 9);
	assert_int_equal(yg_node_get(map, "c")->key_column, 6);
	assert_int_equal(yg_node_get(map, "d")->is, YG_NODE_NOTHING);
	assert_string_equal(yg_node_get(y->root, "櫓")->text, "two  words");
	/* A column is a character, not a byte. */
	assert_int_equal(yg_node_get(y->root, "櫓")->column, 4);
	assert_null(yg_node_get(y->root, "x"));
	yg_yaml_free(y);
}

static void empty_documents(void **state)
{
	static const char *const texts[] = {"", "\n\n", "# only a remark\n", "---\n", "~\n"};

	for (size_t i = 0; i < YG_COUNT(texts); i++) {
		struct yg_yaml *y = parse(texts[i]);
		assert_int_equal(y->root->is, YG_NODE_NOTHING);
		yg_yaml_free(y);
	}
}

static void line_ends_and_marks(void **state)
{
	struct yg_yaml *y = parse("a: 1\r\nb:\r\n  c: x\r\n");

	assert_string_equal(yg_node_get(y->root, "a")->text, "1");
	assert_int_equal(yg_node_get(yg_node_get(y->root, "b"), "c")->line, 3);
	assert_string_equal(yg_node_get(yg_node_get(y->root, "b"), "c")->text, "x");
	yg_yaml_free(y);
	y = parse("\xEF\xBB\xBFtheme: light\n");
	assert_string_equal(yg_node_get(y->root, "theme")->text, "light");
	yg_yaml_free(y);
}

static void mistakes_are_placed(void **state)
{
	refuses_text("a: 1\nb: 2\na: 3\n", "f.yaml:3:1: 'a' stands here twice, first in line 1");
	refuses_text("a: {b: 1, b: 2}\n", "f.yaml:1:11: 'b' stands here twice, first in line 1");
	refuses_text("a: &x 1\nb: *x\n", "f.yaml:2:4: an alias ('*x'); write it out");
	refuses_text(
	    "a: !!str 1\n", "f.yaml:1:4: a tag ('tag:yaml.org,2002:str') means nothing here");
	refuses_text("? [a]\n: b\n", "f.yaml:1:3: a key must be a word");
	refuses_text("a: 1\n---\nb: 2\n", "f.yaml:2:1: a second document");
	refuses_text("a:\n\tb: 1\n", "f.yaml:2:1: not YAML: a tab; indent with spaces");
	refuses_text("a: 1\n  b: 2\n",
	    "f.yaml:2:4: not YAML: mapping values are not allowed in this context");
	refuses_text("a: \"x\\0y\"\n", "f.yaml:1:4: text with a NUL in it");
	refuses_text("\"\": 1\n", "f.yaml:1:1: a key without a name");
	refuses_text(
	    "a: 1\nb: x\xFFy\n", "f.yaml:2:5: not text in UTF-8: invalid leading UTF-8 octet");
	refuses_text("a: [1, 2\n", "f.yaml:2:1: not YAML: did not find expected ',' or ']'");
	refuses("a: \0b\n", 6, "f.yaml:1:4: not text in UTF-8: control characters are not allowed");
}

static void one_anchor_is_harmless(void **state)
{
	struct yg_yaml *y = parse("a: &x 1\n");

	assert_string_equal(yg_node_get(y->root, "a")->text, "1");
	yg_yaml_free(y);
}

/* What costs libyaml seconds when it is let loose (0.2.5: 40,000 '[' 5.7 s). */
static void hostile_nesting_is_refused_at_once(void **state)
{
	static const char *const units[] = {
	    "[", "{a: ", "- ", "? ", "a: {", "[[", "{", "- - ", "&a [", "!a ["};
	struct yg_buf text = {0};

	for (size_t i = 0; i < YG_COUNT(units); i++) {
		struct yg_yaml *yaml = NULL;
		struct yg_err err = {0};
		yg_buf_clear(&text);
		while (text.len < 160000)
			yg_buf_str(&text, units[i]);
		int64_t before = yg_mono_us();
		int rc = yg_yaml_parse("f.yaml", text.data, text.len, &yaml, &err);
		int64_t took = yg_mono_us() - before;
		assert_int_equal(rc, YG_E_INVALID);
		assert_null(yaml);
		/* Also under valgrind and sanitizers on a busy machine; unbounded it is minutes. */
		assert_true(took < 2000000);
	}
	yg_buf_done(&text);
}

static void depth_has_an_edge(void **state)
{
	struct yg_buf text = {0};

	yg_buf_fill(&text, '[', YG_YAML_DEPTH);
	yg_buf_fill(&text, ']', YG_YAML_DEPTH);
	yg_yaml_free(parse(text.data));
	yg_buf_clear(&text);
	yg_buf_fill(&text, '[', YG_YAML_DEPTH + 1);
	yg_buf_fill(&text, ']', YG_YAML_DEPTH + 1);
	refuses(text.data, text.len, "f.yaml:1:65: nested deeper than 64");
	yg_buf_done(&text);
}

static void size_has_an_edge(void **state)
{
	struct yg_buf text = {0};

	yg_buf_str(&text, "a: ");
	yg_buf_fill(&text, 'x', YG_YAML_BYTES - text.len);
	struct yg_yaml *y = parse(text.data);
	assert_int_equal(strlen(yg_node_get(y->root, "a")->text), YG_YAML_BYTES - 3);
	yg_yaml_free(y);
	yg_buf_char(&text, 'x');
	refuses(text.data, text.len, "f.yaml:1:1: larger than 1024 KiB");
	yg_buf_done(&text);
}

static void counts_have_edges(void **state)
{
	struct yg_buf text = {0};

	yg_buf_char(&text, '[');
	for (int i = 0; i < YG_YAML_NODES; i++)
		yg_buf_str(&text, "a,");
	yg_buf_char(&text, ']');
	refuses(text.data, text.len, "f.yaml:1:100000: more than 50000 values");
	yg_buf_clear(&text);
	for (int i = 0; i <= YG_YAML_KEYS; i++)
		yg_buf_printf(&text, "k%d: 1\n", i);
	refuses(text.data, text.len, "f.yaml:1001:1: more than 1000 keys in one mapping");
	yg_buf_done(&text);
}

static void files_and_pipes(void **state)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};
	int fds[2];
	char path[64];

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], "a: 1\n", 5), 5);
	close(fds[1]);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[0]);
	assert_int_equal(yg_yaml_read(path, &yaml, &err), 0);
	assert_string_equal(yg_node_get(yaml->root, "a")->text, "1");
	yg_yaml_free(yaml);
	close(fds[0]);
	assert_int_equal(yg_yaml_read("/dev/zero", &yaml, &err), YG_E_INVALID);
	assert_string_equal(err.text, "/dev/zero:1:1: larger than 1024 KiB");
	assert_int_equal(yg_yaml_read("/", &yaml, &err), YG_E_INVALID);
	assert_string_equal(err.text, "/: cannot be read: Is a directory");
	assert_int_equal(yg_yaml_read("/nonexistent/x", &yaml, &err), YG_E_INVALID);
	assert_string_equal(err.text, "/nonexistent/x: cannot be read: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(places),
	    cmocka_unit_test(empty_documents),
	    cmocka_unit_test(line_ends_and_marks),
	    cmocka_unit_test(mistakes_are_placed),
	    cmocka_unit_test(one_anchor_is_harmless),
	    cmocka_unit_test(hostile_nesting_is_refused_at_once),
	    cmocka_unit_test(depth_has_an_edge),
	    cmocka_unit_test(size_has_an_edge),
	    cmocka_unit_test(counts_have_edges),
	    cmocka_unit_test(files_and_pipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
