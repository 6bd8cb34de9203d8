/* test_kept: what is kept by name comes back as it was, and is never lost. */
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

#include "store/kept.h"

static int make_folder(void **state)
{
	char *folder = yg_xstrdup("/tmp/yagura-state-XXXXXX");

	assert_non_null(mkdtemp(folder));
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	static const char *const files[] = {"state.yaml", "state.yaml.broken",
	    "state.yaml.broken-2", "a/b/state.yaml", "real.yaml"};
	char *folder = *state;

	for (size_t i = 0; i < YG_COUNT(files); i++) {
		char *path = yg_xasprintf("%s/%s", folder, files[i]);
		unlink(path);
		free(path);
	}
	char *inner = yg_xasprintf("%s/a/b", folder);
	rmdir(inner);
	inner[strlen(inner) - 2] = '\0';
	rmdir(inner);
	free(inner);
	assert_int_equal(rmdir(folder), 0); /* nothing else was left */
	free(folder);
	return 0;
}

static void write_file(const char *folder, const char *name, const char *text)
{
	char *path = yg_xasprintf("%s/%s", folder, name);
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	free(path);
}

static char *read_file(const char *folder, const char *name)
{
	char *path = yg_xasprintf("%s/%s", folder, name);
	FILE *f = fopen(path, "r");
	struct yg_buf text = {0};
	int c;

	free(path);
	if (!f)
		return NULL;
	while ((c = fgetc(f)) != EOF)
		yg_buf_char(&text, (char)c);
	fclose(f);
	return yg_buf_take(&text);
}

static struct yg_bookmark a_mark(const char *name, const char *row)
{
	struct yg_bookmark mark = {.name = yg_xstrdup(name)};

	mark.place.tab = yg_xstrdup("vms");
	mark.place.filter = yg_xstrdup("state:running \"two words\" ~^a\\d");
	mark.place.sort = yg_xstrdup("-cpu");
	mark.place.row = yg_xstrdup(row);
	mark.place.is_zoomed = true;
	mark.place.over[0].view = yg_xstrdup("details");
	mark.place.over[0].row = yg_xstrdup(row);
	mark.place.n_over = 1;
	return mark;
}

static void test_comes_back(void **test)
{
	static const char row[] =
	    "kvm/vm/\x1b[31m \xc2\x9b \xe2\x80\xae \xf3\xa0\x80\x81 東京 \t \"\\";
	struct yg_workspace space = {.name = yg_xstrdup("night"), .focus = yg_xstrdup("vms")};
	struct yg_kept *s, *again;
	struct stat st;

	assert_int_equal(yg_kept_load(*test, &s, NULL), 0);
	assert_int_equal(yg_kept_put_bookmark(s, a_mark("東 1", row), NULL), 0);
	yg_vec_push(&space.tabs,
	    (struct yg_workspace_tab){
		.view = yg_xstrdup("vms"), .filter = yg_xstrdup("web"), .is_shown = true});
	assert_int_equal(yg_kept_put_workspace(s, space, NULL), 0);
	assert_int_equal(yg_kept_save(s, NULL, NULL), 0);
	assert_int_equal(stat(s->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	yg_kept_free(s);

	assert_int_equal(yg_kept_load(*test, &again, NULL), 0);
	struct yg_bookmark *mark = yg_kept_bookmark(again, "東 1");
	assert_non_null(mark);
	assert_string_equal(mark->place.row, row);
	assert_string_equal(mark->place.filter, "state:running \"two words\" ~^a\\d");
	assert_string_equal(mark->place.over[0].row, row);
	assert_true(mark->place.is_zoomed);
	struct yg_workspace *back = yg_kept_workspace(again, "night");
	assert_non_null(back);
	assert_int_equal(back->tabs.count, 1);
	assert_true(back->tabs.items[0].is_shown);
	/* The file is shown by others too: nothing in it may act on a terminal. */
	char *text = read_file(*test, "state.yaml");
	assert_null(strchr(text, 0x1b));
	assert_null(strstr(text, "\xe2\x80\xae"));
	free(text);
	assert_true(yg_kept_drop_bookmark(again, "東 1"));
	assert_false(yg_kept_drop_bookmark(again, "東 1"));
	assert_true(yg_kept_drop_workspace(again, "night"));
	yg_kept_free(again);
}

static void test_same_name(void **test)
{
	struct yg_kept *s;

	assert_int_equal(yg_kept_load(*test, &s, NULL), 0);
	yg_kept_put_bookmark(s, a_mark("a", "x/vm/1"), NULL);
	yg_kept_put_bookmark(s, a_mark("a", "x/vm/2"), NULL);
	assert_int_equal(s->bookmarks.count, 1);
	assert_string_equal(s->bookmarks.items[0].place.row, "x/vm/2");
	yg_kept_free(s);
}

static void load_broken(const char *folder, const char *text, const char *told)
{
	struct yg_err err = {0};
	struct yg_kept *s;
	char *aside = NULL;

	write_file(folder, "state.yaml", text);
	assert_int_equal(yg_kept_load(folder, &s, &err), YG_E_INVALID);
	if (!strstr(err.text, told))
		fail_msg("'%s' is not in '%s'", told, err.text);
	yg_kept_put_bookmark(s, a_mark("new", "x/vm/1"), NULL);
	assert_int_equal(yg_kept_save(s, &aside, &err), 0);
	assert_non_null(aside);
	char *kept = read_file(folder, strrchr(aside, '/') + 1);
	assert_string_equal(kept, text);
	free(kept);
	free(aside);
	yg_kept_free(s);
}

static void test_broken(void **test)
{
	struct yg_kept *s;

	load_broken(*test, "bookmarks:\n  - name: a\n    tap: vms\n", "state.yaml:3:5: ");
	load_broken(*test, "bookmarks: [\n", "state.yaml:");
	assert_int_equal(yg_kept_load(*test, &s, NULL), 0);
	assert_int_equal(s->bookmarks.count, 1);
	yg_kept_free(s);
}

/* What was right in a file with a mistake is used all the same. */
static void test_half_right(void **test)
{
	struct yg_err err = {0};
	struct yg_kept *s;

	write_file(*test, "state.yaml",
	    "bookmarks:\n  - {name: good, tab: vms}\n  - {name: bad}\n"
	    "  - {name: good, tab: hosts}\n  - {name: \"a\\nb\", tab: hosts}\n");
	assert_int_equal(yg_kept_load(*test, &s, &err), YG_E_INVALID);
	assert_int_equal(s->bookmarks.count, 1);
	assert_string_equal(s->bookmarks.items[0].place.tab, "vms");
	yg_kept_free(s);
}

static void test_folders(void **test)
{
	char *folder = yg_xasprintf("%s/a/b", (char *)*test);
	struct yg_kept *s;

	assert_int_equal(yg_kept_load(folder, &s, NULL), 0);
	assert_int_equal(yg_kept_save(s, NULL, NULL), 0);
	yg_kept_free(s);
	free(folder);
}

/* A file that is kept elsewhere and linked here stays a link. */
static void test_link(void **test)
{
	char *path = yg_xasprintf("%s/state.yaml", (char *)*test);
	struct yg_kept *s;
	struct stat st;

	write_file(*test, "real.yaml", "");
	assert_int_equal(symlink("real.yaml", path), 0);
	assert_int_equal(yg_kept_load(*test, &s, NULL), 0);
	yg_kept_put_bookmark(s, a_mark("a", "x/vm/1"), NULL);
	assert_int_equal(yg_kept_save(s, NULL, NULL), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	yg_kept_free(s);
	free(path);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_FOLDER(test_comes_back),
	    IN_FOLDER(test_same_name),
	    IN_FOLDER(test_broken),
	    IN_FOLDER(test_half_right),
	    IN_FOLDER(test_folders),
	    IN_FOLDER(test_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
