/* columns: what is shown of rows, and in which order: from the user, the kind's table, or its
 * fields. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "app/verbs/rows.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/views.h"
#include "ui/cells.h"

#define FEW_FIELDS 6 /* of a kind that has no table */

static const char *const output_names[] = {
    [YG_OUT_TABLE] = "table",
    [YG_OUT_WIDE] = "wide",
    [YG_OUT_JSON] = "json",
    [YG_OUT_JSONL] = "jsonl",
    [YG_OUT_YAML] = "yaml",
    [YG_OUT_CSV] = "csv",
    [YG_OUT_NAME] = "name",
};

int yg_output_find(const char *name, enum yg_output *out, struct yg_err *err)
{
	for (size_t i = 0; i < YG_COUNT(output_names); i++)
		if (!name || yg_streq(name, output_names[i])) {
			*out = (enum yg_output)i;
			return 0;
		}
	const char *near = yg_text_nearest(name, output_names, YG_COUNT(output_names));
	return yg_err_set(err, YG_E_INVALID, "no format '%s'%s%s%s", name,
	    near ? _("; did you mean '")
		 : _("; there are table, wide, json, jsonl, yaml, csv, name"),
	    near ? near : "", near ? "'?" : "");
}

static bool is_number(enum yg_type type)
{
	return type == YG_T_INT || type == YG_T_REAL || type == YG_T_BYTES ||
	       type == YG_T_PERCENT || type == YG_T_RATE || type == YG_T_INSTANT ||
	       type == YG_T_DURATION;
}

/* A column of our own: a field, or an expression. */
static int make_column(
    struct yg_column *out, const struct yg_kind *kind, const char *source, struct yg_err *err)
{
	struct yg_column column = {0};
	int rc = yg_expr_parse(source, kind, &column.expr, err);

	if (rc)
		return rc;
	int field = yg_expr_field(column.expr);
	column.title = yg_xstrdup(field < 0 ? source : kind->fields[field].title);
	column.source = yg_xstrdup(field < 0 ? source : kind->fields[field].name);
	column.is_right = field < 0 || is_number(kind->fields[field].type);
	*out = column;
	return 0;
}

static void free_column(struct yg_column *column)
{
	free(column->title);
	free(column->source);
	yg_expr_free(column->expr);
}

/* A column of the kind's table, by its title or source; NULL if there is none. */
static const struct yg_column *find_column(const struct yg_printer *p, const char *name)
{
	for (size_t i = 0; p->table && i < p->table->n_columns; i++)
		if (strcasecmp(p->table->columns[i].source, name) == 0 ||
		    strcasecmp(p->table->columns[i].title, name) == 0)
			return &p->table->columns[i];
	return NULL;
}

/* A field by its name goes before a column that happens to be called the same. */
static int choose_column(struct yg_printer *p, const char *name, struct yg_err *err)
{
	const struct yg_column *of_table =
	    yg_kind_field(p->kind, name) < 0 ? find_column(p, name) : NULL;

	if (p->n_columns == YG_FIELDS_MAX)
		return yg_err_set(
		    err, YG_E_INVALID, "--columns: at most %d of them", YG_FIELDS_MAX);
	if (of_table) {
		p->columns[p->n_columns++] = *of_table;
		return 0;
	}
	int rc = make_column(&p->columns[p->n_columns], p->kind, name, err);
	if (rc)
		return rc;
	p->is_ours[p->n_columns++] = true;
	return 0;
}

/* Commas separate, but not inside of min(a, b). */
static size_t item_length(const char *s)
{
	int depth = 0;
	size_t n = 0;

	for (; s[n] && !(s[n] == ',' && depth <= 0); n++)
		depth += s[n] == '(' ? 1 : s[n] == ')' ? -1 : 0;
	return n;
}

static int choose_columns(struct yg_printer *p, const char *list, struct yg_err *err)
{
	p->is_chosen = true;
	for (const char *s = list; *s;) {
		size_t n = item_length(s);
		char *name = yg_xstrndup(s, n);
		int rc = choose_column(p, name, err);
		free(name);
		if (rc) {
			yg_err_wrap(err, "--columns");
			return rc;
		}
		s += n + (s[n] == ',');
	}
	if (p->n_columns)
		return 0;
	return yg_err_set(err, YG_E_INVALID, "--columns: names at least one field");
}

static void table_columns(struct yg_printer *p)
{
	for (size_t i = 0; i < p->table->n_columns && p->n_columns < YG_FIELDS_MAX; i++) {
		const struct yg_column *column = &p->table->columns[i];
		/* The past is not known to who came just now. */
		if (column->format == YG_FMT_SPARK ||
		    (column->is_wide_only && p->output != YG_OUT_WIDE))
			continue;
		p->columns[p->n_columns++] = *column;
	}
}

static void field_columns(struct yg_printer *p)
{
	static const int common[] = {YG_F_NAME, YG_F_STATE, YG_F_CONTROLLER};
	size_t end = p->kind->n_fields;

	for (size_t i = 0; i < YG_COUNT(common); i++)
		choose_column(p, p->kind->fields[common[i]].name, NULL);
	if (p->output != YG_OUT_WIDE)
		end = YG_MIN(end, (size_t)YG_F_COMMON + FEW_FIELDS);
	for (size_t i = YG_F_COMMON; i < end; i++)
		choose_column(p, p->kind->fields[i].name, NULL);
	if (p->output == YG_OUT_WIDE) {
		choose_column(p, p->kind->fields[YG_F_NOTE].name, NULL);
		choose_column(p, p->kind->fields[YG_F_ID].name, NULL);
	}
}

static int choose_sort(struct yg_printer *p, const char *sort, struct yg_err *err)
{
	p->is_descending = sort[0] == '-';
	sort += p->is_descending;
	const struct yg_column *of_table =
	    yg_kind_field(p->kind, sort) < 0 ? find_column(p, sort) : NULL;
	if (of_table) {
		p->sort = *of_table;
		return 0;
	}
	int rc = make_column(&p->sort, p->kind, sort, err);
	if (rc) {
		yg_err_wrap(err, "--sort");
		return rc;
	}
	p->is_sort_ours = true;
	return 0;
}

int yg_printer_init(struct yg_printer *p, const struct yg_kind *kind, enum yg_output output,
    const char *columns, const char *sort, struct yg_err *err)
{
	int rc = 0;

	memset(p, 0, sizeof(*p));
	p->kind = kind;
	p->output = output;
	p->table = yg_tables_find_kind(kind);
	if (columns)
		rc = choose_columns(p, columns, err);
	else if (output != YG_OUT_TABLE && output != YG_OUT_WIDE && output != YG_OUT_CSV)
		; /* all fields */
	else if (p->table)
		table_columns(p);
	else
		field_columns(p);
	if (!rc && sort)
		rc = choose_sort(p, sort, err);
	if (rc)
		yg_printer_done(p);
	return rc;
}

void yg_printer_done(struct yg_printer *p)
{
	for (size_t i = 0; i < p->n_columns; i++)
		if (p->is_ours[i])
			free_column(&p->columns[i]);
	if (p->is_sort_ours)
		free_column(&p->sort);
	memset(p, 0, sizeof(*p));
}

uint64_t yg_printer_chosen_fields(const struct yg_printer *p)
{
	uint64_t fields = p->sort.expr ? yg_expr_fields(p->sort.expr) : 0;

	for (size_t i = 0; p->is_chosen && i < p->n_columns; i++)
		fields |= yg_expr_fields(p->columns[i].expr);
	return fields;
}

/* ---- order ---- */

struct key {
	const struct yg_row *row;
	const char *text; /* of the sorted column, or "" */
	double number;    /* the same, or NAN */
	uint64_t name[YG_NATURAL_KEYS];
	uint32_t slot;
	bool is_descending;
};

static int compare_names(const struct key *a, const struct key *b)
{
	for (size_t i = 0; i < YG_NATURAL_KEYS; i++)
		if (a->name[i] != b->name[i])
			return a->name[i] < b->name[i] ? -1 : 1;
	int order = yg_text_natural(yg_row_name(a->row), yg_row_name(b->row));
	if (!order)
		order = strcmp(
		    yg_row_text(a->row, YG_F_CONTROLLER), yg_row_text(b->row, YG_F_CONTROLLER));
	return order ? order : strcmp(yg_row_id(a->row), yg_row_id(b->row));
}

/* What has no value comes last, whichever way round. */
static int compare(const void *left, const void *right)
{
	const struct key *a = left, *b = right;
	int order = 0;

	if (!isnan(a->number) && !isnan(b->number))
		order = (a->number > b->number) - (a->number < b->number);
	else if (isnan(a->number) != isnan(b->number))
		return isnan(a->number) ? 1 : -1;
	else if (!a->text[0] != !b->text[0])
		return a->text[0] ? -1 : 1;
	else
		order = yg_text_natural(a->text, b->text);
	if (order)
		return a->is_descending ? -order : order;
	return compare_names(a, b);
}

static struct key make_key(
    const struct yg_printer *p, const struct yg_row *row, uint32_t slot, int64_t now)
{
	struct key key = {
	    .row = row,
	    .text = "",
	    .number = NAN,
	    .slot = slot,
	    .is_descending = p->is_descending,
	};

	yg_text_natural_key(yg_row_name(row), key.name);
	if (p->sort.expr) {
		key.number = yg_cell_number(&p->sort, row, now);
		key.text = yg_cell_sort_text(&p->sort, row, now);
	}
	return key;
}

void yg_printer_sort(
    const struct yg_printer *p, struct yg_inventory *inv, uint32_t *slots, size_t count)
{
	struct key *keys = yg_xcalloc(count + 1, sizeof(*keys));
	int64_t now = yg_now_ms();

	for (size_t i = 0; i < count; i++)
		keys[i] = make_key(p, yg_inventory_row(inv, slots[i]), slots[i], now);
	qsort(keys, count, sizeof(*keys), compare);
	for (size_t i = 0; i < count; i++)
		slots[i] = keys[i].slot;
	free(keys);
}
