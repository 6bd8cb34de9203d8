/* table: what a table view is: giving it back, and the names of formats. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/table.h"

#include <stdlib.h>
#include <strings.h>

static const char *const format_names[] = {
#define X(name, text) [YG_FMT_##name] = text,
    YG_FORMAT_MAP(X)
#undef X
};

static void free_columns(struct yg_table *t)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		free(t->columns[i].title);
		free(t->columns[i].source);
		yg_expr_free(t->columns[i].expr);
	}
	free(t->columns);
}

static void free_keys(struct yg_table *t)
{
	for (size_t i = 0; i < t->n_keys; i++) {
		free(t->keys[i].key);
		free(t->keys[i].command);
		free(t->keys[i].help);
	}
	free(t->keys);
}

void yg_table_free(struct yg_table *t)
{
	if (!t)
		return;
	free_columns(t);
	free_keys(t);
	for (size_t i = 0; i < t->n_rules; i++) {
		yg_query_free(t->rules[i].when);
		yg_expr_free(t->rules[i].test);
	}
	free(t->rules);
	yg_query_free(t->filter);
	free(t->name);
	free(t->title);
	free(t->help);
	free(t->pane);
	free(t->empty);
	free(t);
}

bool yg_rule_holds(const struct yg_rule *rule, const struct yg_row *row, int64_t now_ms)
{
	if (!yg_query_match(rule->when, row, now_ms))
		return false;
	if (!rule->test)
		return true;
	struct yg_expr_value v = yg_expr_eval(rule->test, row, now_ms);
	return v.is == YG_IS_NUMBER && v.number != 0;
}

const char *yg_format_name(enum yg_format format)
{
	return format_names[format];
}

int yg_format_find(const char *name)
{
	for (size_t i = 0; i < YG_COUNT(format_names); i++)
		if (strcasecmp(format_names[i], name) == 0)
			return (int)i;
	return -1;
}
