/* table: what a table view is: pure data, read from a YAML file in views/. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_TABLE_H
#define YG_MODEL_TABLE_H

#include "model/expr.h"
#include "model/query.h"

/* How a column shows its value. name in YAML. AUTO: by the field's type. */
#define YG_FORMAT_MAP(X)                                                             \
	X(AUTO, "auto") /* as the field's type says */                               \
	X(TEXT, "text")                                                              \
	X(NUMBER, "number")                                                          \
	X(BYTES, "bytes")                                                            \
	X(RATE, "rate") /* bytes a second */                                         \
	X(PERCENT, "percent")                                                        \
	X(BAR, "bar")     /* percent as a bar, and its number where there is room */ \
	X(SPARK, "spark") /* the field's recent past */                              \
	X(AGE, "age")     /* time since an instant, one unit */                      \
	X(DURATION, "duration")                                                      \
	X(STATE, "state") /* glyph and word in the state's colour */                 \
	X(GLYPH, "glyph") /* glyph only */                                           \
	X(REF, "ref")     /* name of the other row */                                \
	X(LABELS, "labels")

enum yg_format {
#define X(name, text) YG_FMT_##name,
	YG_FORMAT_MAP(X)
#undef X
};

struct yg_column {
	char *title;
	char *source; /* the text of the expression; for --columns and :sort */
	struct yg_expr *expr;
	enum yg_format format;
	int width;         /* cells; for flexible ones the least */
	int flex;          /* share of what is left over; 0 fixed */
	bool is_right;     /* aligned right */
	int priority;      /* 1: always shown; larger ones go first when it is narrow */
	bool is_wide_only; /* only in `get -o wide` and when there is room */
	double max;        /* of SPARK: full height; 0: the largest sample */
};

/* The first rule that holds gives the style; column -1: the whole row. */
struct yg_rule {
	struct yg_query *when; /* NULL: any row */
	int column;
	enum yg_style style;
	struct yg_expr
	    *test; /* "mem_used > mem * 0.9": must be true as well; NULL: nothing to test */
};

struct yg_key_binding {
	char *key;     /* "C-s" */
	char *command; /* a line as after ':' */
	char *help;
};

struct yg_table {
	char *name; /* "vm" */
	char *title;
	char *help;
	char *pane; /* "hosts", "vms", "containers", "network": whose tab it is; NULL: none */
	int tab;    /* order of tabs in the pane */
	const struct yg_kind *kind;
	struct yg_query *filter; /* always on; NULL none */
	struct yg_column *columns;
	size_t n_columns;
	int sort_column; /* -1: by name */
	bool is_descending;
	struct yg_rule *rules;
	size_t n_rules;
	struct yg_key_binding *keys;
	size_t n_keys;
	char *empty; /* what to say where there is nothing; may name a command */
};

void yg_table_free(struct yg_table *t);
/* true if the row matches the rule's query and its test is true. */
bool yg_rule_holds(const struct yg_rule *rule, const struct yg_row *row, int64_t now_ms);
/* How a type shows itself where a view does not say. */
enum yg_format yg_format_of_type(enum yg_type type);

#endif
