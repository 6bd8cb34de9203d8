/* views: makes views of all that can be one: tables from YAML, views in C, those of plugins. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/views.h"

#include <stdlib.h>

#include "base/vec.h"
#include "store/config.h"
#include "store/views.h"
#include "ui/tableview.h"

/* The registries are the program's; see yg_view_register(). */
static struct {
	struct yg_vec(struct yg_view_ops *) tables; /* registered views of tables */
	struct yg_vec(char *) yaml;                 /* names that plugins gave; NULL: forgotten */
	bool is_started;
} views;

static void register_table(const struct yg_table *table)
{
	struct yg_view_ops *ops = yg_tableview_new(table);

	if (yg_view_register(ops, NULL)) {
		yg_tableview_free(ops);
		return;
	}
	yg_vec_push(&views.tables, ops);
}

static void forget_table(const char *name)
{
	for (size_t i = 0; i < views.tables.count; i++) {
		struct yg_view_ops *ops = views.tables.items[i];
		if (!yg_streq(ops->name, name))
			continue;
		yg_view_forget(ops);
		yg_tableview_free(ops);
		yg_vec_remove(&views.tables, i);
		return;
	}
}

static void report(void *data, const char *line)
{
	yg_host_say(data, YG_ST_WARN, "%s", line);
}

void yg_views_start(struct yg_host *host)
{
	const struct yg_config *config = yg_host_config(host);
	size_t count;

	yg_tables_load(config ? config->folder : NULL, report, host);
	const struct yg_table *const *tables = yg_tables_all(&count);
	for (size_t i = 0; i < count; i++)
		register_table(tables[i]);
	for (size_t i = 0; i < yg_views_n_in_c; i++)
		yg_view_register(yg_views_in_c[i], NULL);
	views.is_started = true;
}

void yg_views_stop(void)
{
	while (views.tables.count)
		forget_table(views.tables.items[0]->name);
	for (size_t i = 0; i < yg_views_n_in_c; i++)
		yg_view_forget(yg_views_in_c[i]);
	yg_vec_done(&views.tables);
	views.is_started = false;
}

int yg_view_register_yaml(const char *name, const char *yaml, struct yg_err *err)
{
	int rc = yg_tables_add_yaml(name, yaml, err);

	if (rc)
		return rc;
	yg_vec_push(&views.yaml, yg_xstrdup(name));
	if (views.is_started && yg_tables_find(name))
		register_table(yg_tables_find(name));
	return 0;
}

void yg_view_forget_yaml(const char *name)
{
	yg_vec_each (&views.yaml, entry) {
		if (!yg_streq(*entry, name))
			continue;
		forget_table(name);
		yg_tables_remove(name);
		free(*entry);
		*entry = NULL;
		return;
	}
}

size_t yg_views_yaml_mark(void)
{
	return views.yaml.count;
}

void yg_views_yaml_forget_since(size_t mark, size_t end)
{
	for (size_t i = mark; i < end && i < views.yaml.count; i++)
		if (views.yaml.items[i]) {
			char *name = yg_xstrdup(views.yaml.items[i]);
			yg_view_forget_yaml(name);
			free(name);
		}
}
