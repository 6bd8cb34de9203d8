/* expr: small calculations over the fields of a row, for columns: "mem_used / mem * 100".
 * Numbers, field names, 'text', + - * / %, comparisons, and or not, c ? a : b, (), and the
 * functions min max abs round now. A field that is absent makes the whole result absent, except in
 * "a ?? b". */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_EXPR_H
#define YG_MODEL_EXPR_H

#include "model/row.h"

struct yg_expr;

enum yg_expr_is { YG_IS_NOTHING, YG_IS_NUMBER, YG_IS_TEXT };
struct yg_expr_value {
	enum yg_expr_is is;
	double number;
	const char *text; /* borrowed from the row or the expression */
};

/* On error the text names the column in the expression and the nearest right word. */
int yg_expr_parse(
    const char *text, const struct yg_kind *kind, struct yg_expr **out, struct yg_err *err);
void yg_expr_free(struct yg_expr *e);
struct yg_expr_value yg_expr_eval(
    const struct yg_expr *e, const struct yg_row *row, int64_t now_ms);
uint64_t yg_expr_fields(const struct yg_expr *e); /* bits of the fields it reads */
/* The field, if the expression is nothing but one; else -1. */
int yg_expr_field(const struct yg_expr *e);

#endif
