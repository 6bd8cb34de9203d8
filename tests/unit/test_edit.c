/* test_edit: a configuration is edited where it stands, and never over somebody else's change. */
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

#include "store/edit.h"

static const struct yg_config_controller added = {
    .name = "new", .provider = "demo", .url = "demo:", .site = "a # b"};
static char path[] = "/tmp/yagura-edit-XXXXXX/yagura.yaml";

static void write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_place(void **state)
{
	char *slash = strrchr(path, '/');

	*slash = '\0';
	bool is_made = mkdtemp(path) != NULL;
	*slash = '/';
	return is_made ? 0 : -1;
}

static int remove_place(void **state)
{
	char *slash = strrchr(path, '/');

	unlink(path);
	*slash = '\0';
	int rc = rmdir(path); /* fails if anything was left beside the file */
	*slash = '/';
	return rc;
}

static struct yg_edit *open_it(void)
{
	struct yg_edit *e = NULL;

	assert_int_equal(yg_edit_open(path, &e, NULL), 0);
	return e;
}

static void changed_meanwhile(void **state)
{
	struct yg_err err = {0};
	struct yg_edit *now = NULL;

	write_file("theme: mono\n");
	struct yg_edit *e = open_it();
	assert_int_equal(yg_edit_add(e, &added, &err), 0);
	write_file("theme: warm\n");
	assert_int_equal(yg_edit_save(e, &err), YG_E_FAILED);
	assert_non_null(strstr(err.text, "meanwhile"));
	assert_int_equal(yg_edit_open(path, &now, NULL), 0);
	assert_string_equal(yg_buf_text(&now->before), "theme: warm\n");
	yg_edit_free(now);
	yg_edit_free(e);
}

static void came_up_meanwhile(void **state)
{
	struct yg_err err = {0};

	unlink(path);
	struct yg_edit *e = open_it();
	assert_true(e->is_new);
	assert_int_equal(yg_edit_add(e, &added, &err), 0);
	write_file("theme: warm\n");
	assert_int_equal(yg_edit_save(e, &err), YG_E_FAILED);
	yg_edit_free(e);
}

/* What would say something else once it is read back is not written. */
static void too_special(void **state)
{
	static const char *const texts[] = {
	    "controllers: [{name: a, provider: demo}]\n",
	    "{controllers: [], theme: mono}\n",
	    "theme: mono\n...\n",
	    "{theme: mono}\n",
	};

	for (size_t i = 0; i < YG_COUNT(texts); i++) {
		struct yg_err err = {0};
		write_file(texts[i]);
		struct yg_edit *e = open_it();
		assert_int_equal(yg_edit_add(e, &added, &err), YG_E_UNSUPPORTED);
		yg_edit_free(e);
	}
}

static void quotes(void **state)
{
	static const struct {
		const char *before, *now, *after;
	} cases[] = {
	    {"controllers:\n- {provider: demo, name: 'it''s'} # x\n", "b",
		"controllers:\n- {provider: demo, name: b} # x\n"},
	    {"controllers:\n- provider: demo\n  name: \"it\\x27s\"\n", "true # no",
		"controllers:\n- provider: demo\n  name: \"true # no\"\n"},
	    {"# \xE6\xAB\x93\ncontrollers:\n- {url: \"\xE6\xAB\x93\", name: it's, provider: "
	     "demo}\n",
		"\xE6\xAB\x93",
		"# \xE6\xAB\x93\ncontrollers:\n- {url: \"\xE6\xAB\x93\", name: \"\xE6\xAB\x93\", "
		"provider: "
		"demo}\n"},
	};

	for (size_t i = 0; i < YG_COUNT(cases); i++) {
		struct yg_err err = {0};
		write_file(cases[i].before);
		struct yg_edit *e = open_it();
		yg_edit_rename(e, "it's", cases[i].now, &err);
		assert_string_equal(err.text, "");
		assert_string_equal(yg_buf_text(&e->after), cases[i].after);
		yg_edit_free(e);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changed_meanwhile),
	    cmocka_unit_test(came_up_meanwhile),
	    cmocka_unit_test(too_special),
	    cmocka_unit_test(quotes),
	};

	return cmocka_run_group_tests(tests, make_place, remove_place);
}
