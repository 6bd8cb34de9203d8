/* views: the set of table views: built-in ones, those of plugins, the user's. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/views.h"

#include <stdlib.h>

#include "base/text.h"
#include "base/vec.h"
#include "store/builtin.h"
#include "store/folder.h"

/* Who may bring a view of a name; the last one there is shows. */
enum layer { BUILTIN, PLUGIN, USER, LAYERS };

struct entry {
	char *name;
	struct yg_table *layers[LAYERS];
};

/* The one set of views. */
static struct {
	struct yg_vec(struct entry) entries;
	const struct yg_table **all;
	size_t n_all;
} shelf;

static struct yg_table *shown(const struct entry *e)
{
	struct yg_table *table = NULL;

	for (int i = 0; i < LAYERS; i++)
		if (e->layers[i])
			table = e->layers[i];
	return table;
}

static struct entry *find_entry(const char *name)
{
	yg_vec_each (&shelf.entries, e)
		if (yg_streq(e->name, name))
			return e;
	return NULL;
}

static int pane_order(const struct yg_table *t)
{
	static const char *const panes[] = {"hosts", "vms", "containers", "network"};

	for (size_t i = 0; i < YG_COUNT(panes); i++)
		if (yg_streq(t->pane, panes[i]))
			return (int)i;
	return (int)YG_COUNT(panes);
}

static int compare_tables(const void *a, const void *b)
{
	const struct yg_table *x = *(const struct yg_table *const *)a;
	const struct yg_table *y = *(const struct yg_table *const *)b;

	if (pane_order(x) != pane_order(y))
		return pane_order(x) - pane_order(y);
	if (x->tab != y->tab)
		return x->tab - y->tab;
	return strcmp(x->name, y->name);
}

/* Makes the sorted list again, after any change. */
static void list_again(void)
{
	shelf.n_all = 0;
	shelf.all = yg_xreallocarray(shelf.all, shelf.entries.count, sizeof(*shelf.all));
	yg_vec_each (&shelf.entries, e)
		if (shown(e))
			shelf.all[shelf.n_all++] = shown(e);
	if (shelf.n_all)
		qsort(shelf.all, shelf.n_all, sizeof(*shelf.all), compare_tables);
}

/* Takes the table over. */
static void put(struct yg_table *table, enum layer layer)
{
	struct entry *e = find_entry(table->name);

	if (!e) {
		yg_vec_push(&shelf.entries, (struct entry){.name = yg_xstrdup(table->name)});
		e = &shelf.entries.items[shelf.entries.count - 1];
	}
	yg_table_free(e->layers[layer]);
	e->layers[layer] = table;
}

static void clear_layer(enum layer layer)
{
	yg_vec_each (&shelf.entries, e) {
		yg_table_free(e->layers[layer]);
		e->layers[layer] = NULL;
	}
}

struct listener {
	yg_report_cb *report;
	void *data;
	const char *only; /* the one file that is wanted; NULL: all */
};

static void take(
    const struct yg_yaml *yaml, const char *name, enum layer layer, const struct listener *l)
{
	struct yg_reading r = {.file = yaml->name};
	struct yg_table *table = yg_table_read(&r, name, yaml->root);

	if (table)
		put(table, layer);
	yg_mistakes_tell(&r.mistakes, l->report, l->data);
	yg_mistakes_done(&r.mistakes);
}

static void load_file(void *data, const char *name, const char *path)
{
	const struct listener *l = data;
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (l->only && !yg_streq(l->only, name))
		return;
	if (yg_yaml_read(path, &yaml, &err) == 0)
		take(yaml, name, USER, l);
	else if (l->report)
		l->report(l->data, err.text);
	yg_yaml_free(yaml);
}

static void load_builtin(const struct yg_builtin *file, const struct listener *l)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (l->only && !yg_streq(l->only, file->name))
		return;
	if (yg_yaml_parse(file->name, file->text, file->size, &yaml, &err) == 0)
		take(yaml, file->name, BUILTIN, l);
	else if (l->report)
		l->report(l->data, err.text);
	yg_yaml_free(yaml);
}

void yg_tables_load_only(const char *folder, const char *name, yg_report_cb *report, void *data)
{
	struct listener l = {.report = report, .data = data, .only = name};

	clear_layer(BUILTIN);
	clear_layer(USER);
	for (size_t i = 0; i < yg_builtin_views_count; i++)
		load_builtin(&yg_builtin_views[i], &l);
	yg_folder_each(folder, "views", report, data, load_file, &l);
	list_again();
}

void yg_tables_load(const char *folder, yg_report_cb *report, void *data)
{
	yg_tables_load_only(folder, NULL, report, data);
}

const struct yg_table *yg_tables_find(const char *name)
{
	const struct entry *e = find_entry(name);

	return e ? shown(e) : NULL;
}

const struct yg_table *yg_tables_find_kind(const struct yg_kind *kind)
{
	const struct yg_table *first = NULL;

	for (size_t i = 0; i < shelf.n_all; i++) {
		const struct yg_table *t = shelf.all[i];
		if (t->kind == kind && yg_streq(t->name, kind->plural))
			return t;
		if (t->kind == kind && !first)
			first = t;
	}
	return first;
}

const struct yg_table *const *yg_tables_all(size_t *count)
{
	*count = shelf.n_all;
	return shelf.all;
}

int yg_tables_add_yaml(const char *name, const char *text, struct yg_err *err)
{
	struct yg_reading r = {0};
	struct yg_yaml *yaml = NULL;
	int rc = yg_yaml_parse(name, text, strlen(text), &yaml, err);

	if (rc)
		return rc;
	r.file = yaml->name;
	struct yg_table *table = yg_table_read(&r, name, yaml->root);
	if (table) {
		put(table, PLUGIN);
		list_again();
	}
	rc = yg_mistakes_err(&r.mistakes, err);
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
	return rc;
}

void yg_tables_remove(const char *name)
{
	struct entry *e = find_entry(name);

	if (!e)
		return;
	yg_table_free(e->layers[PLUGIN]);
	e->layers[PLUGIN] = NULL;
	list_again();
}

void yg_tables_forget_kind(const struct yg_kind *kind)
{
	yg_vec_each (&shelf.entries, e)
		for (int i = 0; i < LAYERS; i++)
			if (e->layers[i] && e->layers[i]->kind == kind) {
				yg_table_free(e->layers[i]);
				e->layers[i] = NULL;
			}
	list_again();
}

void yg_tables_unload(void)
{
	for (int i = 0; i < LAYERS; i++)
		clear_layer((enum layer)i);
	yg_vec_each (&shelf.entries, e)
		free(e->name);
	yg_vec_done(&shelf.entries);
	free(shelf.all);
	memset(&shelf, 0, sizeof(shelf));
}
