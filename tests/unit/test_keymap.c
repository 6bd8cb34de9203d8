/* test_keymap: keys as a person writes them, their contexts, and how mistakes are told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/keyname.h"
#include "model/kinds.h"
#include "store/keymap.h"

static int setup(void **state)
{
	(void)state;
	yg_kinds_register_core();
	return 0;
}

static int parse(const char *text, struct yg_keymap *out, struct yg_err *err)
{
	struct yg_yaml *yaml;
	int rc = yg_yaml_parse("keys.yaml", text, strlen(text), &yaml, err);

	*out = (struct yg_keymap){0};
	if (rc)
		return rc;
	struct yg_reading r = {.file = yaml->name};
	yg_keymap_read(&r, yaml->root, out);
	rc = yg_mistakes_err(&r.mistakes, err);
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
	return rc;
}

static const char *command(const struct yg_keymap *map, const char *context, const char *key)
{
	const struct yg_binding *b = yg_keymap_find(map, context, key);

	return b ? b->command : NULL;
}

static void test_contexts(void **state)
{
	struct yg_keymap map;

	(void)state;
	assert_int_equal(
	    parse("preset: emacs\nF5: refresh\nnormal: {x: zoom, \"'\": bookmarks}\n"
		  "vms: {x: graph, C-M-S-Up: sort}\noverlay:\nprompt: {C-g: key Esc, q: \"\"}\n",
		&map, NULL),
	    0);
	assert_string_equal(map.preset, "emacs");
	assert_string_equal(command(&map, "normal", "F5"), "refresh");
	assert_string_equal(command(&map, "normal", "x"), "zoom");
	/* A kind by any of its names. */
	assert_string_equal(command(&map, "vm", "x"), "graph");
	assert_string_equal(command(&map, "vm", "C-M-S-Up"), "sort");
	assert_string_equal(command(&map, "prompt", "q"), "");
	assert_null(command(&map, "overlay", "x"));
	assert_string_equal(yg_keymap_find(&map, "normal", "F5")->where, "keys.yaml:2:1");
	yg_keymap_done(&map);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *text, *told;
	} cases[] = {
	    {"a: zoom\nCtrl-x: zoom\n", "keys.yaml:2:1: 'Ctrl-x' is no key, did you mean 'C-x'"},
	    {"pgup: zoom\n", ":1:1: 'pgup' is no key, did you mean 'PageUp'"},
	    {"Entr: zoom\n", "did you mean 'Enter'"},
	    {"vmm: {a: zoom}\n",
		":1:1: no context 'vmm': normal, overlay, prompt or a kind, did you"},
	    {"prompt: {a: zoom}\n", ":1:13: in 'prompt' a key can only be another one"},
	    {"preset: emac\n",
		":1:9: 'preset' is vi, emacs or function-keys, did you mean 'emacs'"},
	    {"preset: [vi]\n", ":1:9: 'preset' is vi"},
	    {"a: [zoom]\n", ":1:4: 'a' must be one value, not a list"},
	    {"- a\n", ":1:1: 'keys' must be a mapping"},
	    {"a: zoom\na: graph\n", ":2:1: "},
	};

	(void)state;
	for (size_t i = 0; i < YG_COUNT(cases); i++) {
		struct yg_err err = {0};
		struct yg_keymap map;
		assert_int_equal(parse(cases[i].text, &map, &err), YG_E_INVALID);
		if (!strstr(err.text, cases[i].told))
			fail_msg("'%s' is not in '%s'", cases[i].told, err.text);
		yg_keymap_done(&map);
	}
}

static void test_what_is_right_stays(void **state)
{
	struct yg_keymap map;

	(void)state;
	assert_int_equal(parse("nokey: zoom\nb: graph\n", &map, NULL), YG_E_INVALID);
	assert_string_equal(command(&map, "normal", "b"), "graph");
	yg_keymap_done(&map);
}

static void test_names(void **state)
{
	static const char *const good[] = {"j", "C-x", "M-x", "S-Tab", "C-M-x", "M-Left", "F1",
	    "F12", "-", "C--", "\"", "あ", "M-S-F5"};
	static const char *const bad[] = {
	    "", "jj", "C-", "X-x", "M-C-x", "F0", "F123", "up", "C-up", "ああ"};
	char buf[32];

	(void)state;
	for (size_t i = 0; i < YG_COUNT(good); i++)
		if (!yg_key_is_name(good[i]))
			fail_msg("'%s' is a key", good[i]);
	for (size_t i = 0; i < YG_COUNT(bad); i++)
		if (yg_key_is_name(bad[i]))
			fail_msg("'%s' is no key", bad[i]);
	assert_string_equal(yg_key_nearest("alt-x", buf, sizeof(buf)), "M-x");
	assert_string_equal(yg_key_nearest("escape", buf, sizeof(buf)), "Esc");
	assert_null(yg_key_nearest("qqqqqqq", buf, sizeof(buf)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_contexts),
	    cmocka_unit_test(test_mistakes),
	    cmocka_unit_test(test_what_is_right_stays),
	    cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
