/* test_views: the built-in views are right and fit their panes; mistakes in a user's view are told
 * and cost nothing; who goes before whom. */
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
#include "model/kinds.h"
#include "model/row.h"
#include "store/builtin.h"
#include "store/themes.h"
#include "store/views.h"

/* Cells inside the border of one of four panes. */
#define PANE_80  38 /* at 80x24 */
#define PANE_200 98 /* at 200x60 */
#define ZOOM_200 198

static void take_line(void *data, const char *line)
{
	yg_buf_printf(data, "%s\n", line);
}

static void built_in_views_have_no_mistakes(void **state)
{
	struct yg_buf told = {0};
	size_t count = 0;

	yg_tables_load(NULL, take_line, &told);
	assert_string_equal(yg_buf_text(&told), "");
	yg_tables_all(&count);
	assert_int_equal(count, yg_builtin_views_count);
	yg_buf_done(&told);
}

/* Cells that the columns up to a priority need at least. */
static int needed(const struct yg_table *t, int priority, bool wide)
{
	int cells = -1;

	for (size_t i = 0; i < t->n_columns; i++)
		if (t->columns[i].priority <= priority && (wide || !t->columns[i].is_wide_only))
			cells += t->columns[i].width + 1;
	return cells;
}

static void built_in_views_fit(void **state)
{
	size_t count = 0;

	yg_tables_load(NULL, NULL, NULL);
	const struct yg_table *const *all = yg_tables_all(&count);
	for (size_t i = 0; i < count; i++) {
		const struct yg_table *t = all[i];
		int flex = 0;
		/* What matters is there in a small pane, all but the extras in a middling one. */
		if (needed(t, 2, false) > PANE_80 || needed(t, 9, false) > PANE_200 ||
		    needed(t, 9, true) > ZOOM_200)
			fail_msg("%s needs %d, %d, %d cells", t->name, needed(t, 2, false),
			    needed(t, 9, false), needed(t, 9, true));
		for (size_t c = 0; c < t->n_columns; c++) {
			flex += t->columns[c].flex;
			if ((int)strlen(t->columns[c].title) > t->columns[c].width)
				fail_msg(
				    "%s: title '%s' does not fit", t->name, t->columns[c].title);
		}
		/* Something takes what is left over. */
		assert_true(flex > 0);
		assert_non_null(t->empty);
		assert_true(strlen(t->empty) < PANE_80 || !t->pane);
	}
}

static bool shows(const struct yg_table *t, const char *source, int width)
{
	for (size_t i = 0; i < t->n_columns; i++)
		if (yg_streq(t->columns[i].source, source) &&
		    needed(t, t->columns[i].priority, false) <= width)
			return true;
	return false;
}

static void small_panes_show_what_matters(void **state)
{
	static const struct {
		const char *view, *source;
	} wanted[] = {
	    {"hosts", "state"},
	    {"hosts", "cpu"},
	    {"hosts", "mem_used / mem * 100"},
	    {"vms", "state"},
	    {"vms", "name"},
	    {"vms", "cpu"},
	    {"vms", "mem_used ?? mem"},
	    {"vms", "started"},
	    {"containers", "name"},
	    {"containers", "cpu"},
	    {"containers", "mem_used"},
	    {"containers", "started"},
	    {"networks", "subnet"},
	    {"links", "address"},
	    {"links", "net_rx"},
	    {"sockets", "port"},
	    {"controllers", "rows"},
	};

	yg_tables_load(NULL, NULL, NULL);
	for (size_t i = 0; i < YG_COUNT(wanted); i++)
		if (!shows(yg_tables_find(wanted[i].view), wanted[i].source, PANE_80))
			fail_msg("%s does not show %s", wanted[i].view, wanted[i].source);
	assert_false(shows(yg_tables_find("vms"), "ip", PANE_80));
	assert_true(shows(yg_tables_find("vms"), "ip", PANE_200));
}

static void panes_and_kinds_have_their_views(void **state)
{
	static const char *const order[] = {"hosts", "controllers", "disks", "pools", "vms",
	    "snapshots", "containers", "images", "volumes", "projects", "networks", "links",
	    "sockets", "alarms", "tasks"};
	size_t count = 0;

	yg_tables_load(NULL, NULL, NULL);
	const struct yg_table *const *all = yg_tables_all(&count);
	assert_int_equal(count, YG_COUNT(order));
	for (size_t i = 0; i < count; i++)
		assert_string_equal(all[i]->name, order[i]);
	assert_null(all[14]->pane);
	assert_string_equal(all[4]->pane, "vms");
	assert_ptr_equal(yg_tables_find_kind(&yg_kind_vm), yg_tables_find("vms"));
	assert_ptr_equal(yg_tables_find_kind(&yg_kind_task), yg_tables_find("tasks"));
	assert_null(yg_tables_find_kind(&yg_kind_migration));
	assert_null(yg_tables_find("nothing"));
}

/* The style of a row's column by the view's rules. */
static enum yg_style style_of(const char *view, const char *title, const struct yg_row *row)
{
	const struct yg_table *t = yg_tables_find(view);

	for (size_t i = 0; i < t->n_rules; i++) {
		int column = t->rules[i].column;
		bool is_it =
		    title ? column >= 0 && yg_streq(t->columns[column].title, title) : column < 0;
		if (is_it && yg_rule_holds(&t->rules[i], row, 0))
			return t->rules[i].style;
	}
	return YG_ST_TEXT;
}

static struct yg_row *container(int state, int exit_code, double cpu)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_container, "docker", "1");
	yg_draft_text(&d, YG_F_NAME, "web");
	yg_draft_state(&d, state);
	if (exit_code >= 0)
		yg_draft_int(&d, YG_CONTAINER_EXIT_CODE, exit_code);
	yg_draft_real(&d, YG_CONTAINER_CPU, cpu);
	return yg_draft_done(&d);
}

static void rules_colour_what_is_wrong(void **state)
{
	yg_tables_load(NULL, NULL, NULL);
	struct yg_row *row = container(YG_CONTAINER_STATE_EXITED, 137, 0);
	assert_int_equal(style_of("containers", "NAME", row), YG_ST_BAD);
	assert_int_equal(style_of("containers", NULL, row), YG_ST_TEXT);
	yg_row_unref(row);
	row = container(YG_CONTAINER_STATE_EXITED, 0, 0);
	assert_int_equal(style_of("containers", NULL, row), YG_ST_DIM);
	assert_int_equal(style_of("containers", "NAME", row), YG_ST_TEXT);
	yg_row_unref(row);
	row = container(YG_CONTAINER_STATE_RUNNING, -1, 80);
	assert_int_equal(style_of("containers", "CPU", row), YG_ST_WARN);
	assert_int_equal(style_of("containers", "NAME", row), YG_ST_TEXT);
	yg_row_unref(row);
	row = container(YG_CONTAINER_STATE_RUNNING, -1, 95);
	assert_int_equal(style_of("containers", "CPU", row), YG_ST_BAD);
	yg_row_unref(row);

	struct yg_draft d;
	yg_draft_init(&d, &yg_kind_host, "local", "1");
	yg_draft_int(&d, YG_HOST_MEM, 1000);
	yg_draft_int(&d, YG_HOST_MEM_USED, 900);
	row = yg_draft_done(&d);
	assert_int_equal(style_of("hosts", "MEM", row), YG_ST_WARN);
	yg_row_unref(row);
}

/* ---- the user's files ---- */

static char folder[64], file[128];

static int make_folder(void **state)
{
	char sub[96];

	snprintf(folder, sizeof(folder), "/tmp/yagura-views-XXXXXX");
	if (!mkdtemp(folder))
		return -1;
	snprintf(sub, sizeof(sub), "%s/views", folder);
	return mkdir(sub, 0700);
}

static int remove_folder(void **state)
{
	char sub[96];

	yg_tables_unload();
	unlink(file);
	snprintf(sub, sizeof(sub), "%s/views", folder);
	rmdir(sub);
	return rmdir(folder);
}

static void write_view(const char *name, const char *text)
{
	snprintf(file, sizeof(file), "%s/views/%s.yaml", folder, name);
	FILE *f = fopen(file, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void user_view_has_everything(void **state)
{
	struct yg_buf told = {0};

	write_view("busy", "title: Busy\n"
			   "help: what works hard\n"
			   "kind: vm\n"
			   "pane: vms\n"
			   "tab: 3\n"
			   "filter: cpu>10\n"
			   "columns:\n"
			   "  - {field: state}\n"
			   "  - {field: name, flex: 1, width: 20, align: right}\n"
			   "  - {expr: \"mem_used / mem * 100\", title: SHARE, format: bar, "
			   "wide: true}\n"
			   "  - {field: cpu, format: spark, max: 100, priority: 7}\n"
			   "  - {field: cpu, title: BUSY}\n"
			   "sort: -BUSY\n"
			   "rules:\n"
			   "  - {when: \"cpu>90\", column: BUSY, style: bad}\n"
			   "  - {if: mem_used > mem, style: warn}\n"
			   "keys:\n"
			   "  - {key: \"C-g\", command: sort -cpu, help: busiest first}\n"
			   "  - {key: B, command: \"do reboot\"}\n"
			   "empty: all is calm\n");
	yg_tables_load(folder, take_line, &told);
	assert_string_equal(yg_buf_text(&told), "");
	const struct yg_table *t = yg_tables_find("busy");
	assert_string_equal(t->title, "Busy");
	assert_int_equal(t->tab, 3);
	assert_string_equal(yg_query_text(t->filter), "cpu>10");
	assert_int_equal(t->n_columns, 5);
	/* What the file leaves open comes from the field. */
	assert_string_equal(t->columns[0].title, "STATE");
	assert_int_equal(t->columns[0].priority, 5);
	assert_true(t->columns[1].is_right);
	assert_int_equal(t->columns[1].width, 20);
	assert_true(t->columns[2].is_wide_only);
	assert_int_equal(t->columns[2].format, YG_FMT_BAR);
	assert_int_equal((int)t->columns[3].max, 100);
	assert_int_equal(t->columns[4].format, YG_FMT_AUTO);
	assert_int_equal(t->columns[4].width, 4);
	assert_true(t->columns[4].is_right);
	assert_int_equal(t->sort_column, 4);
	assert_true(t->is_descending);
	assert_int_equal(t->n_rules, 2);
	assert_int_equal(t->rules[0].column, 4);
	assert_int_equal(t->rules[1].column, -1);
	assert_int_equal(t->n_keys, 2);
	assert_string_equal(t->keys[0].help, "busiest first");
	assert_string_equal(t->keys[1].help, "do reboot");
	assert_string_equal(t->empty, "all is calm");
	yg_buf_done(&told);
}

static void user_view_replaces_a_built_in_one(void **state)
{
	size_t count = 0;

	/* By its file's name, or by the name that it gives itself. */
	write_view("mine", "name: vms\nkind: vm\ncolumns: [{field: name}]\n");
	yg_tables_load(folder, NULL, NULL);
	assert_int_equal(yg_tables_find("vms")->n_columns, 1);
	assert_null(yg_tables_find("vms")->pane);
	assert_null(yg_tables_find("mine"));
	yg_tables_all(&count);
	assert_int_equal(count, yg_builtin_views_count);
	unlink(file);
	yg_tables_load(folder, NULL, NULL);
	assert_true(yg_tables_find("vms")->n_columns > 5);
}

#define VM    "kind: vm\n"
#define NAMED VM "columns: [{field: name}]\n"

static const struct {
	const char *text, *message;
} mistakes[] = {
    {"kind: vmm\ncolumns: []\n", ":1:7: no kind 'vmm', did you mean 'vm'"},
    {"columns: []\n", ":1:1: a view needs 'kind'"},
    {VM, ":1:1: a view needs 'columns'"},
    {VM "columns: []\n", ":1:1: a view needs columns"},
    {NAMED "colums: []\n", ":3:1: no setting 'colums', did you mean 'columns'"},
    {VM "columns: [{field: nmae2}]\n", ":2:19: no field 'nmae2' of a vm"},
    {VM "columns: [{field: cpuu}]\n", ":2:19: no field 'cpuu' of a vm, did you mean 'cpu'"},
    {VM "columns: [{feld: cpu}]\n", ":2:12: no setting 'feld', did you mean 'field'"},
    {VM "columns: [{width: 5}]\n", ":2:11: a column needs 'field' or 'expr'"},
    {VM "columns: [{field: cpu, expr: mem}]\n",
	":2:11: a column needs 'field' or 'expr', not both"},
    {VM "columns: [{expr: mem / 2}]\n", ":2:11: a column with 'expr' needs 'title'"},
    {VM "columns: [{field: cpu, width: wide}]\n",
	":2:31: 'width' must be a whole number from 1 to 200, not 'wide'"},
    {VM "columns: [{field: cpu, width: 0}]\n",
	":2:31: 'width' must be a whole number from 1 to 200, not '0'"},
    {VM "columns: [{field: cpu, format: sparkk}]\n",
	":2:32: no format 'sparkk', did you mean 'spark'"},
    {VM "columns: [{field: name, format: spark}]\n",
	":2:11: format spark needs a 'field' that changes all the time"},
    {VM "columns: [{field: name, format: glyph}]\n", ":2:11: format glyph is for 'field: state'"},
    {NAMED "sort: -nam\n", ":3:7: no column 'nam' in this view, did you mean 'name'"},
    {NAMED "pane: vm\n", ":3:7: no pane 'vm', did you mean 'vms'"},
    {NAMED "rules: [{style: bad}]\n",
	":3:9: a rule needs 'when' (a query) or 'if' (an expression)"},
    {NAMED "rules: [{when: \"cpu>90\", style: red}]\n", NULL},
    {NAMED "rules: [{when: \"cpu>90\", column: cpu, style: bad}]\n",
	":3:34: no column 'cpu' in this view"},
    {NAMED "keys: [{key: a}]\n", ":3:8: a key needs 'command'"},
    {NAMED "name: a/b\n", ":3:7: 'name' must be a word of letters, digits and -"},
    {NAMED "title: [a\n", ":4:1: not YAML: did not find expected ',' or ']'"},
};

static void mistakes_are_placed_and_harmless(void **state)
{
	for (size_t i = 0; i < YG_COUNT(mistakes); i++) {
		struct yg_buf told = {0};
		char wanted[300];
		write_view("vms", mistakes[i].text);
		yg_tables_load(folder, take_line, &told);
		snprintf(wanted, sizeof(wanted), "%s%s\n", file,
		    mistakes[i].message ? mistakes[i].message : "");
		if (mistakes[i].message)
			assert_string_equal(yg_buf_text(&told), wanted);
		else
			assert_non_null(
			    strstr(yg_buf_text(&told), "vms.yaml:3:33: 'style' must be"));
		/* The built-in one stays. */
		assert_true(yg_tables_find("vms")->n_columns > 5);
		yg_buf_done(&told);
	}
}

static void query_mistakes_are_placed(void **state)
{
	struct yg_buf told = {0};

	write_view("vms", NAMED "rules:\n  - {when: \"cpuu>90\", style: bad}\n"
				"  - {if: cpuu > 3, style: bad}\nfilter: \"cppu>1\"\n");
	yg_tables_load(folder, take_line, &told);
	assert_non_null(strstr(yg_buf_text(&told), "vms.yaml:6:9: "));
	assert_non_null(strstr(yg_buf_text(&told), "vms.yaml:4:12: "));
	assert_non_null(strstr(yg_buf_text(&told), "vms.yaml:5:10: "));
	assert_non_null(strstr(yg_buf_text(&told), "'cpu'"));
	yg_buf_done(&told);
}

static void views_of_plugins_come_and_go(void **state)
{
	const struct yg_table *first = NULL;
	struct yg_err err = {0};
	size_t count = 0;

	yg_tables_load(NULL, NULL, NULL);
	assert_int_equal(
	    yg_tables_add_yaml("moves", "kind: migration\ncolumns: [{field: vm}]\n", &err), 0);
	first = yg_tables_find("moves");
	assert_ptr_equal(yg_tables_find_kind(&yg_kind_migration), first);
	assert_int_equal(yg_tables_add_yaml("vms", VM "columns: [{field: name}]\n", &err), 0);
	assert_int_equal(yg_tables_find("vms")->n_columns, 1);
	assert_int_equal(
	    yg_tables_add_yaml("bad", "kind: vm\ncolumns: [{field: x}]\n", &err), YG_E_INVALID);
	assert_string_equal(err.text, "bad:2:19: no field 'x' of a vm");
	/* The user's goes before the plugin's, also when it is loaded later; the plugin's stays. */
	write_view("vms", VM "columns: [{field: name}, {field: ip}]\n");
	yg_tables_load(folder, NULL, NULL);
	assert_int_equal(yg_tables_find("vms")->n_columns, 2);
	assert_ptr_equal(yg_tables_find("moves"), first);
	yg_tables_remove("vms");
	assert_int_equal(yg_tables_find("vms")->n_columns, 2);
	yg_tables_forget_kind(&yg_kind_migration);
	assert_null(yg_tables_find("moves"));
	yg_tables_all(&count);
	assert_int_equal(count, yg_builtin_views_count);
}

/* Reads the YAML block of the guide that begins with the line "# name". */
static struct yg_yaml *read_example(const char *name)
{
	struct yg_yaml *yaml = NULL;
	struct yg_buf text = {0}, mark = {0};
	struct yg_err err = {0};
	char chunk[4096];
	size_t n;

	/* __FILE__ is tests/unit/test_views.c of the sources. */
	yg_buf_add(&mark, __FILE__, strlen(__FILE__) - strlen("tests/unit/test_views.c"));
	yg_buf_str(&mark, "docs/guide-views.md");
	FILE *f = fopen(mark.data, "r");
	assert_non_null(f);
	while ((n = fread(chunk, 1, sizeof(chunk), f)))
		yg_buf_add(&text, chunk, n);
	fclose(f);
	yg_buf_clear(&mark);
	yg_buf_printf(&mark, "```yaml\n# %s\n", name);
	const char *begin = strstr(text.data, mark.data);
	assert_non_null(begin);
	begin += strlen("```yaml\n");
	const char *end = strstr(begin, "```");
	assert_non_null(end);
	if (yg_yaml_parse(name, begin, (size_t)(end - begin), &yaml, &err))
		fail_msg("%s", err.text);
	yg_buf_done(&text);
	yg_buf_done(&mark);
	return yaml;
}

static void examples_of_the_guide_are_right(void **state)
{
	struct yg_yaml *yaml = read_example("views/busy.yaml");
	struct yg_reading r = {.file = yaml->name};
	struct yg_table *table = yg_table_read(&r, "busy", yaml->root);

	if (!table)
		fail_msg("%s", r.mistakes.lines[0]);
	assert_true(needed(table, 3, false) <= 50);
	yg_table_free(table);
	yg_yaml_free(yaml);
	yaml = read_example("themes/dusk.yaml");
	r.file = yaml->name;
	struct yg_theme *theme = yg_theme_read(&r, "dusk", yaml->root);
	if (r.mistakes.count)
		fail_msg("%s", r.mistakes.lines[0]);
	yg_theme_free(theme);
	yg_themes_unload();
	yg_yaml_free(yaml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(built_in_views_have_no_mistakes),
	    cmocka_unit_test(built_in_views_fit),
	    cmocka_unit_test(small_panes_show_what_matters),
	    cmocka_unit_test(panes_and_kinds_have_their_views),
	    cmocka_unit_test(rules_colour_what_is_wrong),
	    cmocka_unit_test(examples_of_the_guide_are_right),
	    cmocka_unit_test_setup_teardown(user_view_has_everything, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		user_view_replaces_a_built_in_one, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		mistakes_are_placed_and_harmless, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(query_mistakes_are_placed, make_folder, remove_folder),
	    cmocka_unit_test_setup_teardown(
		views_of_plugins_come_and_go, make_folder, remove_folder),
	};

	yg_kinds_register_core();
	int rc = cmocka_run_group_tests(tests, NULL, NULL);
	yg_tables_unload();
	return rc;
}
