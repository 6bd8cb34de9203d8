/* rows: prints rows as a table, JSON, YAML, CSV or names. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/rows.h"

#include <ctype.h>
#include <math.h>

#include "app/verbs/sheet.h"
#include "base/clock.h"
#include "base/text.h"
#include "ui/cells.h"

/* ---- JSON and YAML ---- */

/* A name in front of each value: `"cpu":` or `cpu: `. */
struct style {
	const char *first, *next; /* before the first and each other name */
	bool is_quoted;
};

static const struct style json_style = {"", ",", true};
static const struct style yaml_style = {"- ", "  ", false};

/* true for a field, false for what is made of several. */
static bool is_field(const char *name)
{
	return !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")];
}

static void put_name(struct yg_buf *out, const struct style *s, const char *name, bool is_first)
{
	yg_buf_str(out, is_first ? s->first : s->next);
	if (!s->is_quoted) {
		/* A name that is an expression needs quotes in YAML too. */
		if (is_field(name))
			yg_buf_str(out, name);
		else
			yg_text_json(out, name, strlen(name));
		yg_buf_str(out, ": ");
		return;
	}
	yg_text_json(out, name, strlen(name));
	yg_buf_char(out, ':');
}

static void put_text(
    struct yg_buf *out, const struct style *s, const char *name, const char *text, bool is_first)
{
	put_name(out, s, name, is_first);
	yg_text_json(out, text, strlen(text));
	if (!s->is_quoted)
		yg_buf_char(out, '\n');
}

static void put_column(struct yg_buf *out, const struct yg_column *column, const struct yg_row *row)
{
	int field = yg_expr_field(column->expr);

	if (field >= 0) {
		yg_row_json(out, row, field);
		return;
	}
	struct yg_expr_value v = yg_expr_eval(column->expr, row, yg_now_ms());
	if (v.is == YG_IS_NUMBER && isfinite(v.number))
		yg_buf_printf(out, "%.15g", v.number);
	else if (v.is == YG_IS_TEXT)
		yg_text_json(out, v.text, strlen(v.text));
	else
		yg_buf_str(out, "null");
}

static void put_chosen(struct yg_buf *out, const struct style *s, const struct yg_printer *p,
    const struct yg_row *row, bool is_first)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		put_name(out, s, p->columns[i].source, is_first && i == 0);
		put_column(out, &p->columns[i], row);
		if (!s->is_quoted)
			yg_buf_char(out, '\n');
	}
}

/* kind, controller, id, name and state are always there; all else is where it is known. */
static void put_all(
    struct yg_buf *out, const struct style *s, const struct yg_row *row, bool is_first)
{
	const struct yg_kind *kind = row->kind;

	put_text(out, s, "kind", kind->name, is_first);
	put_text(out, s, "controller", yg_row_text(row, YG_F_CONTROLLER), false);
	put_text(out, s, "id", yg_row_id(row), false);
	put_text(out, s, "name", yg_row_name(row), false);
	int state = yg_row_state(row);
	put_text(out, s, "state",
	    kind->states[state >= 0 && (size_t)state < kind->n_states ? state : 0].name, false);
	for (int i = YG_F_STATE + 1; i < (int)kind->n_fields; i++) {
		if (!yg_row_has(row, i))
			continue;
		put_name(out, s, kind->fields[i].name, false);
		yg_row_json(out, row, i);
		if (!s->is_quoted)
			yg_buf_char(out, '\n');
	}
}

void yg_row_object(
    struct yg_buf *out, const struct yg_printer *p, const struct yg_row *row, const char *change)
{
	yg_buf_char(out, '{');
	if (change)
		put_text(out, &json_style, "change", change, true);
	if (p->is_chosen)
		put_chosen(out, &json_style, p, row, !change);
	else
		put_all(out, &json_style, row, !change);
	yg_buf_char(out, '}');
}

static void print_yaml_row(struct yg_buf *out, const struct yg_printer *p, const struct yg_row *row)
{
	if (p->is_chosen)
		put_chosen(out, &yaml_style, p, row, true);
	else
		put_all(out, &yaml_style, row, true);
}

/* ---- CSV and names ---- */

static void put_csv(struct yg_buf *out, const char *text)
{
	if (!text[strcspn(text, ",\"\r\n")]) {
		yg_buf_str(out, text);
		return;
	}
	yg_buf_char(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			yg_buf_char(out, '"');
		yg_buf_char(out, *text);
	}
	yg_buf_char(out, '"');
}

/* Numbers as JSON has them, texts without quotes. */
static void csv_value(struct yg_buf *out, const struct yg_column *column, const struct yg_row *row)
{
	int field = yg_expr_field(column->expr);
	struct yg_expr_value v = yg_expr_eval(column->expr, row, yg_now_ms());
	bool is_number = field >= 0 ? yg_row_has(row, field) &&
					  !yg_type_is_text(row->kind->fields[field].type) &&
					  row->kind->fields[field].type != YG_T_STATE &&
					  row->kind->fields[field].type != YG_T_INSTANT
				    : v.is == YG_IS_NUMBER;

	if (is_number)
		put_column(out, column, row);
	else if (field >= 0 && yg_row_has(row, field) &&
		 row->kind->fields[field].type == YG_T_INSTANT) {
		char text[32];
		yg_buf_str(out, yg_time_iso(yg_row_int(row, field), text, sizeof(text)));
	} else
		yg_cell_text(out, column, row);
}

static void print_csv_row(struct yg_buf *out, const struct yg_printer *p, const struct yg_row *row)
{
	struct yg_buf value = {0};

	for (size_t i = 0; i < p->n_columns; i++) {
		yg_buf_clear(&value);
		csv_value(&value, &p->columns[i], row);
		if (i)
			yg_buf_char(out, ',');
		put_csv(out, yg_buf_text(&value));
	}
	yg_buf_char(out, '\n');
	yg_buf_done(&value);
}

/* A field by its name, as in JSON; an expression by the title that its view gave it. */
static void csv_title(struct yg_buf *out, const struct yg_column *column)
{
	struct yg_buf title = {0};

	if (is_field(column->source) || yg_streq(column->title, column->source))
		yg_buf_str(&title, column->source);
	else
		for (const char *p = column->title; *p; p++)
			yg_buf_char(&title, (char)tolower((unsigned char)*p));
	put_csv(out, yg_buf_text(&title));
	yg_buf_done(&title);
}

static void print_csv_head(struct yg_buf *out, const struct yg_printer *p)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		if (i)
			yg_buf_char(out, ',');
		csv_title(out, &p->columns[i]);
	}
	yg_buf_char(out, '\n');
}

/* "vm/web-01", or "vm/kvm-01/web-01" where another controller has a web-01 too. Only
 * neighbours are compared, which is enough where rows are sorted by name. */
static void print_name(struct yg_buf *out, const struct yg_row *row, bool is_ambiguous)
{
	yg_buf_printf(out, "%s/", row->kind->name);
	if (is_ambiguous) {
		const char *controller = yg_row_text(row, YG_F_CONTROLLER);
		yg_text_clean(out, controller, strlen(controller));
		yg_buf_char(out, '/');
	}
	yg_text_clean(out, yg_row_name(row), strlen(yg_row_name(row)));
	yg_buf_char(out, '\n');
}

/* ---- tables ---- */

static enum yg_style row_style(const struct yg_printer *p, const struct yg_row *row, int column)
{
	const struct yg_table *t = p->table;
	int64_t now = yg_now_ms();

	for (size_t i = 0; t && i < t->n_rules; i++) {
		const struct yg_rule *rule = &t->rules[i];
		if (rule->column >= 0 &&
		    (p->is_chosen || column < 0 ||
			!yg_streq(t->columns[rule->column].source, p->columns[column].source)))
			continue;
		if (yg_rule_holds(rule, row, now))
			return rule->style;
	}
	return YG_ST_TEXT;
}

static void sheet_row(const struct yg_cli *cli, const struct yg_printer *p, struct yg_sheet *sheet,
    const struct yg_row *row, struct yg_buf *value)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct yg_column *column = &p->columns[i];
		enum yg_style style = YG_ST_TEXT;
		yg_buf_clear(value);
		yg_cell_text(value, column, row);
		if (cli->has_colour) {
			enum yg_format format = yg_cell_format(column, p->kind);
			style = format == YG_FMT_STATE || format == YG_FMT_GLYPH
				    ? yg_row_meaning(row)
				    : row_style(p, row, (int)i);
		}
		yg_sheet_cell(sheet, yg_buf_text(value), style);
	}
}

/* Where the screen shows a glyph without a title, a word stands here, and wants one. */
static const char *title_of(const struct yg_printer *p, const struct yg_column *column)
{
	int field = yg_expr_field(column->expr);

	if (column->title[0] || field < 0)
		return column->title;
	return p->kind->fields[field].title;
}

static void print_table(
    struct yg_cli *cli, const struct yg_printer *p, const uint32_t *slots, size_t count)
{
	struct yg_inventory *inv = yg_host_inventory(cli->host);
	struct yg_sheet sheet = {0};
	struct yg_buf value = {0};

	for (size_t i = 0; i < p->n_columns; i++)
		yg_sheet_column(&sheet, title_of(p, &p->columns[i]), p->columns[i].is_right);
	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		if (row)
			sheet_row(cli, p, &sheet, row, &value);
	}
	if (count)
		yg_sheet_write(&sheet, &cli->out, cli->has_colour);
	yg_buf_done(&value);
	yg_sheet_done(&sheet);
}

static bool is_same_name(struct yg_inventory *inv, const uint32_t *slots, size_t a, size_t b)
{
	const struct yg_row *left = yg_inventory_row(inv, slots[a]);
	const struct yg_row *right = yg_inventory_row(inv, slots[b]);

	return left && right && yg_streq(yg_row_name(left), yg_row_name(right));
}

static void print_row(
    struct yg_cli *cli, const struct yg_printer *p, const uint32_t *slots, size_t count, size_t i)
{
	struct yg_inventory *inv = yg_host_inventory(cli->host);
	const struct yg_row *row = yg_inventory_row(inv, slots[i]);

	switch (p->output) {
	case YG_OUT_JSON: yg_buf_str(&cli->out, i ? ",\n " : ""); /* fallthrough */
	case YG_OUT_JSONL: yg_row_object(&cli->out, p, row, NULL); break;
	case YG_OUT_YAML: print_yaml_row(&cli->out, p, row); break;
	case YG_OUT_CSV: print_csv_row(&cli->out, p, row); break;
	default:
		print_name(&cli->out, row,
		    (i && is_same_name(inv, slots, i, i - 1)) ||
			(i + 1 < count && is_same_name(inv, slots, i, i + 1)));
	}
	if (p->output == YG_OUT_JSONL)
		yg_buf_char(&cli->out, '\n');
}

void yg_printer_print(
    struct yg_cli *cli, const struct yg_printer *p, const uint32_t *slots, size_t count)
{
	if (p->output == YG_OUT_TABLE || p->output == YG_OUT_WIDE) {
		print_table(cli, p, slots, count);
		return;
	}
	if (p->output == YG_OUT_JSON)
		yg_buf_char(&cli->out, '[');
	if (p->output == YG_OUT_CSV)
		print_csv_head(&cli->out, p);
	if (p->output == YG_OUT_YAML && !count)
		yg_buf_str(&cli->out, "[]\n");
	for (size_t i = 0; i < count; i++) {
		print_row(cli, p, slots, count, i);
		yg_cli_flow(cli);
	}
	if (p->output == YG_OUT_JSON)
		yg_buf_str(&cli->out, "]\n");
}
