/* table: what a table view is: giving it back, its rules, how a type shows itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/table.h"

#include <stdlib.h>

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

enum yg_format yg_format_of_type(enum yg_type type)
{
	static const enum yg_format by_type[] = {
	    [YG_T_TEXT] = YG_FMT_TEXT,
	    [YG_T_INT] = YG_FMT_NUMBER,
	    [YG_T_REAL] = YG_FMT_NUMBER,
	    [YG_T_BOOL] = YG_FMT_TEXT,
	    [YG_T_BYTES] = YG_FMT_BYTES,
	    [YG_T_PERCENT] = YG_FMT_PERCENT,
	    [YG_T_RATE] = YG_FMT_RATE,
	    [YG_T_INSTANT] = YG_FMT_AGE,
	    [YG_T_DURATION] = YG_FMT_DURATION,
	    [YG_T_STATE] = YG_FMT_STATE,
	    [YG_T_REF] = YG_FMT_REF,
	    [YG_T_REFS] = YG_FMT_REF,
	    [YG_T_LABELS] = YG_FMT_LABELS,
	};

	return by_type[type];
}
