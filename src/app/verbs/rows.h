/* rows: rows as text: which columns, in which order, in which format. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_ROWS_H
#define YG_APP_VERBS_ROWS_H

#include "app/verbs.h"
#include "model/table.h"

enum yg_output {
	YG_OUT_TABLE,
	YG_OUT_WIDE,
	YG_OUT_JSON,
	YG_OUT_JSONL,
	YG_OUT_YAML,
	YG_OUT_CSV,
	YG_OUT_NAME
};

#define YG_OUTPUT_OPTION                                              \
	{                                                             \
		.name = "output", .letter = 'o', .arg = "FORMAT",     \
		.help = "table, wide, json, jsonl, yaml, csv or name" \
	}

/* How rows of one kind are printed. */
struct yg_printer {
	const struct yg_kind *kind;
	enum yg_output output;
	struct yg_column columns[YG_FIELDS_MAX]; /* of what is ours, expr and texts are too */
	bool is_ours[YG_FIELDS_MAX];
	size_t n_columns;
	bool is_chosen;        /* by --columns: JSON has only these */
	struct yg_column sort; /* expr NULL: by name */
	bool is_sort_ours, is_descending;
	const struct yg_table *table; /* of the kind, or NULL */
};

/* The format of this name; YG_E_INVALID with the nearest one. NULL is a table. */
int yg_output_find(const char *name, enum yg_output *out, struct yg_err *err);
/* columns: "name,cpu,mem_used/mem", or NULL: the kind's own. sort: "cpu", "-cpu", or NULL. */
int yg_printer_init(struct yg_printer *p, const struct yg_kind *kind, enum yg_output output,
    const char *columns, const char *sort, struct yg_err *err);
void yg_printer_done(struct yg_printer *p);
/* Bits of the fields that the user named in columns or sort. */
uint64_t yg_printer_chosen_fields(const struct yg_printer *p);
/* Sorts slots, as asked. */
void yg_printer_sort(
    const struct yg_printer *p, struct yg_inventory *inv, uint32_t *slots, size_t count);
/* Prints to cli->out, flushing on the way. is_more: a list that goes on, without its brackets. */
void yg_printer_print(
    struct yg_cli *cli, const struct yg_printer *p, const uint32_t *slots, size_t count);
/* One row as a JSON object; change: "added" or so, or NULL. */
void yg_row_object(
    struct yg_buf *out, const struct yg_printer *p, const struct yg_row *row, const char *change);

#endif
