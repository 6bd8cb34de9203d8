/* viewfile: one table view out of its YAML. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/text.h"
#include "base/vec.h"
#include "store/views.h"

#define RULES_MAX 100
#define KEYS_MAX  100

/* A column while it is read. */
struct making_column {
	struct yg_column column;
	char *field, *expr;
	int format, align;
};

/* A rule or a key while it is read. */
struct making_rule {
	char *when, *test, *column;
	int style;
};

/* A view while it is read; what the table keeps in another form than the file. */
struct making {
	struct yg_table table;
	int pane;
	struct yg_vec(struct yg_column) columns;
	struct yg_vec(struct yg_rule) rules;
	struct yg_vec(struct yg_key_binding) keys;
};

static const char *const panes[] = {"hosts", "vms", "containers", "network"};
static const char *const aligns[] = {"auto", "left", "right"};
static const char *const formats[] = {
#define X(name, text) text,
    YG_FORMAT_MAP(X)
#undef X
};
static const char *const styles[] = {
#define X(name, text, glyph, ascii) text,
    YG_STYLE_MAP(X)
#undef X
};

/* ---- columns ---- */

/* Cells that the longest usual value takes, and whether it stands at the right. */
static const struct {
	int width;
	bool is_right;
} usual[] = {
    [YG_FMT_AUTO] = {12, false},
    [YG_FMT_TEXT] = {12, false},
    [YG_FMT_NUMBER] = {5, true},
    [YG_FMT_BYTES] = {4, true},
    [YG_FMT_RATE] = {6, true},
    [YG_FMT_PERCENT] = {4, true},
    [YG_FMT_BAR] = {12, false},
    [YG_FMT_SPARK] = {10, false},
    [YG_FMT_AGE] = {4, true},
    [YG_FMT_DURATION] = {7, true},
    [YG_FMT_STATE] = {10, false},
    [YG_FMT_GLYPH] = {1, false},
    [YG_FMT_REF] = {12, false},
    [YG_FMT_LABELS] = {16, false},
};

static const struct yg_setting column_items[] = {
    {YG_SETTING("field", TEXT, struct making_column, field)},
    {YG_SETTING("expr", TEXT, struct making_column, expr)},
    {YG_SETTING("title", TEXT, struct making_column, column.title)},
    {YG_SETTING("format", CHOICE, struct making_column, format), .words = formats,
	.n_words = YG_COUNT(formats)},
    {YG_SETTING("width", INT, struct making_column, column.width), .min = 1, .max = 200},
    {YG_SETTING("flex", INT, struct making_column, column.flex), .min = 0, .max = 100},
    {YG_SETTING("align", CHOICE, struct making_column, align), .words = aligns,
	.n_words = YG_COUNT(aligns)},
    {YG_SETTING("priority", INT, struct making_column, column.priority), .min = 1, .max = 9},
    {YG_SETTING("wide", BOOL, struct making_column, column.is_wide_only)},
    {YG_SETTING("max", REAL, struct making_column, column.max)},
};
static const struct yg_settings column_settings = {
    .what = "a column",
    .items = column_items,
    .count = YG_COUNT(column_items),
};

static void free_column(struct making_column *c)
{
	free(c->column.title);
	free(c->column.source);
	yg_expr_free(c->column.expr);
	free(c->field);
	free(c->expr);
}

/* The field of a column as the kind knows it, or NULL, which is noted. */
static const struct yg_field *find_field(
    struct yg_reading *r, const struct yg_node *item, const struct yg_kind *kind, const char *name)
{
	int index = yg_kind_field(kind, name);

	if (index >= 0)
		return &kind->fields[index];
	const char *near = yg_kind_nearest_field(kind, name);
	yg_mistake(r, yg_node_get(item, "field"), "no field '%.60s' of a %s%s%s%s", name,
	    kind->name, near ? _(", did you mean '") : "", near ? near : "", near ? "'" : "");
	return NULL;
}

static bool compile_column(struct yg_reading *r, const struct yg_node *item,
    const struct yg_kind *kind, struct making_column *c)
{
	struct yg_err err = {0};

	if (!c->field == !c->expr) {
		yg_mistake(
		    r, item, "a column needs 'field' or 'expr'%s", c->field ? ", not both" : "");
		return false;
	}
	c->column.source = yg_xstrdup(c->field ? c->field : c->expr);
	if (yg_expr_parse(c->column.source, kind, &c->column.expr, &err)) {
		yg_mistake(r, yg_node_get(item, c->field ? "field" : "expr"), "%s", err.text);
		return false;
	}
	return true;
}

/* What the file leaves open comes from the field and the format. */
static bool complete_column(struct yg_reading *r, const struct yg_node *item,
    const struct yg_field *field, struct making_column *c)
{
	enum yg_format shown =
	    c->format || !field ? (enum yg_format)c->format : yg_format_of_type(field->type);

	if (!c->column.title && !field && shown != YG_FMT_GLYPH) {
		yg_mistake(r, item, "a column with 'expr' needs 'title'");
		return false;
	}
	if (shown == YG_FMT_SPARK && !(field && field->flags & YG_FF_METRIC)) {
		yg_mistake(r, item, "format spark needs a 'field' that changes all the time");
		return false;
	}
	if ((shown == YG_FMT_GLYPH || shown == YG_FMT_STATE) &&
	    !(field && field->type == YG_T_STATE)) {
		yg_mistake(r, item, "format %s is for 'field: state'", formats[shown]);
		return false;
	}
	if (!c->column.title)
		c->column.title = yg_xstrdup(shown == YG_FMT_GLYPH ? "" : field->title);
	if (!c->column.width)
		c->column.width =
		    YG_MAX(usual[shown].width, (int)YG_MIN(strlen(c->column.title), (size_t)40));
	c->column.is_right = c->align ? c->align == 2 : usual[shown].is_right;
	c->column.format = (enum yg_format)c->format;
	return true;
}

static void read_column(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct making *m = dest;
	struct making_column c = {.column.priority = 5};
	const struct yg_field *field = NULL;

	if (!m->table.kind)
		return;
	if (m->columns.count == YG_FIELDS_MAX) {
		yg_mistake(r, item, "more than %d columns", YG_FIELDS_MAX);
		return;
	}
	bool is_good = yg_settings_read(r, item, &column_settings, &c) == 0;
	if (is_good && c.field && !c.expr) {
		field = find_field(r, item, m->table.kind, c.field);
		is_good = field;
	}
	if (!is_good || !compile_column(r, item, m->table.kind, &c) ||
	    !complete_column(r, item, field, &c)) {
		free_column(&c);
		return;
	}
	yg_vec_push(&m->columns, c.column);
	free(c.field);
	free(c.expr);
}

/* The column with this source or title; -1 if there is none. */
static int find_column(const struct making *m, const char *word)
{
	for (size_t i = 0; i < m->columns.count; i++)
		if (yg_streq(m->columns.items[i].source, word))
			return (int)i;
	for (size_t i = 0; i < m->columns.count; i++)
		if (yg_streq(m->columns.items[i].title, word))
			return (int)i;
	return -1;
}

static void refuse_column(
    struct yg_reading *r, const struct yg_node *node, const struct making *m, const char *word)
{
	const char *words[2 * YG_FIELDS_MAX];
	size_t n = 0;
	char near[120];

	for (size_t i = 0; i < m->columns.count; i++) {
		words[n++] = m->columns.items[i].source;
		words[n++] = m->columns.items[i].title;
	}
	yg_did_you_mean(word, words, n, near, sizeof(near));
	yg_mistake(r, node, "no column '%.60s' in this view%s", word, near);
}

/* ---- rules, keys ---- */

static const struct yg_setting rule_items[] = {
    {YG_SETTING("when", TEXT, struct making_rule, when)},
    {YG_SETTING("if", TEXT, struct making_rule, test)},
    {YG_SETTING("style", CHOICE, struct making_rule, style), .is_required = true, .words = styles,
	.n_words = YG_COUNT(styles)},
    {YG_SETTING("column", TEXT, struct making_rule, column)},
};
static const struct yg_settings rule_settings = {
    .what = "a rule",
    .items = rule_items,
    .count = YG_COUNT(rule_items),
};

/* Compiles what a rule asks; false if something is wrong with it, which is noted. */
static bool compile_rule(struct yg_reading *r, const struct yg_node *item, const struct making *m,
    const struct making_rule *in, struct yg_rule *out)
{
	struct yg_err err = {0};

	if (in->column && (out->column = find_column(m, in->column)) < 0)
		refuse_column(r, yg_node_get(item, "column"), m, in->column);
	else if (!in->when && !in->test)
		yg_mistake(r, item, "a rule needs 'when' (a query) or 'if' (an expression)");
	else if (in->when && yg_query_parse(in->when, m->table.kind, &out->when, &err))
		yg_mistake(r, yg_node_get(item, "when"), "%s", err.text);
	else if (in->test && yg_expr_parse(in->test, m->table.kind, &out->test, &err))
		yg_mistake(r, yg_node_get(item, "if"), "%s", err.text);
	else
		return true;
	return false;
}

static void read_rule(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct making *m = dest;
	struct making_rule in = {0};
	struct yg_rule rule = {.column = -1};

	if (m->rules.count == RULES_MAX)
		yg_mistake(r, item, "more than %d rules", RULES_MAX);
	else if (yg_settings_read(r, item, &rule_settings, &in) == 0 && m->table.kind &&
		 compile_rule(r, item, m, &in, &rule)) {
		rule.style = (enum yg_style)in.style;
		yg_vec_push(&m->rules, rule);
		rule = (struct yg_rule){0};
	}
	yg_query_free(rule.when);
	yg_expr_free(rule.test);
	free(in.when);
	free(in.test);
	free(in.column);
}

static const struct yg_setting key_items[] = {
    {YG_SETTING("key", TEXT, struct yg_key_binding, key), .is_required = true},
    {YG_SETTING("command", TEXT, struct yg_key_binding, command), .is_required = true},
    {YG_SETTING("help", TEXT, struct yg_key_binding, help)},
};
static const struct yg_settings key_settings = {
    .what = "a key",
    .items = key_items,
    .count = YG_COUNT(key_items),
};

static void free_key(struct yg_key_binding *key)
{
	free(key->key);
	free(key->command);
	free(key->help);
}

static void read_key(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct making *m = dest;
	struct yg_key_binding key = {0};
	bool is_good = yg_settings_read(r, item, &key_settings, &key) == 0;

	if (is_good && m->keys.count == KEYS_MAX) {
		yg_mistake(r, item, "more than %d keys", KEYS_MAX);
		is_good = false;
	}
	for (size_t i = 0; i < m->keys.count && is_good; i++)
		if (yg_streq(m->keys.items[i].key, key.key)) {
			yg_mistake(r, item, "key '%.20s' stands here twice", key.key);
			is_good = false;
		}
	if (!is_good) {
		free_key(&key);
		return;
	}
	if (!key.help)
		key.help = yg_xstrdup(key.command);
	yg_vec_push(&m->keys, key);
}

/* ---- the view ---- */

static bool is_good_name(const char *name)
{
	size_t len = strlen(name);

	for (const char *p = name; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			return false;
	return len > 0 && len <= 40;
}

static void read_name(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct making *m = dest;

	if (node->is != YG_NODE_TEXT || !is_good_name(node->text)) {
		yg_mistake(r, node, "'name' must be a word of letters, digits and -");
		return;
	}
	free(m->table.name);
	m->table.name = yg_xstrdup(node->text);
}

static void read_kind(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct making *m = dest;

	m->table.kind = node->is == YG_NODE_TEXT ? yg_kind_find(node->text) : NULL;
	if (m->table.kind)
		return;
	const struct yg_kind *near = node->is == YG_NODE_TEXT ? yg_kind_nearest(node->text) : NULL;
	yg_mistake(r, node, "no kind '%.60s'%s%s%s", node->text, near ? _(", did you mean '") : "",
	    near ? near->name : "", near ? "'" : "");
}

static void read_filter(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct making *m = dest;
	struct yg_err err = {0};

	if (node->is != YG_NODE_TEXT)
		yg_mistake(r, node, "'filter' must be a query, not %s", yg_node_is_name(node));
	else if (m->table.kind && yg_query_parse(node->text, m->table.kind, &m->table.filter, &err))
		yg_mistake(r, node, "%s", err.text);
}

static void read_sort(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct making *m = dest;
	const char *word = node->text + (node->text[0] == '-');

	m->table.is_descending = node->text[0] == '-';
	if (yg_streq(word, "name"))
		return;
	m->table.sort_column = find_column(m, word);
	if (m->table.sort_column < 0 && m->table.kind)
		refuse_column(r, node, m, word);
}

/* In an order in which each may stand on those before it. */
static const struct yg_setting items[] = {
    {.name = "name", .type = YG_SET_OWN, .read = read_name},
    {YG_SETTING("title", TEXT, struct making, table.title)},
    {YG_SETTING("help", TEXT, struct making, table.help)},
    {.name = "kind", .type = YG_SET_OWN, .read = read_kind, .is_required = true},
    {YG_SETTING("pane", CHOICE, struct making, pane), .words = panes, .n_words = YG_COUNT(panes)},
    {YG_SETTING("tab", INT, struct making, table.tab), .min = 1, .max = 99},
    {.name = "filter", .type = YG_SET_OWN, .read = read_filter},
    {.name = "columns", .type = YG_SET_LIST, .read = read_column, .is_required = true},
    {.name = "sort", .type = YG_SET_OWN, .read = read_sort},
    {.name = "rules", .type = YG_SET_LIST, .read = read_rule},
    {.name = "keys", .type = YG_SET_LIST, .read = read_key},
    {YG_SETTING("empty", TEXT, struct making, table.empty)},
};
static const struct yg_settings settings = {
    .what = "a view",
    .items = items,
    .count = YG_COUNT(items),
};

static void preset(char **text, const char *value)
{
	if (!*text)
		*text = yg_xstrdup(value);
}

struct yg_table *yg_table_read(struct yg_reading *r, const char *name, const struct yg_node *root)
{
	struct making m = {.table = {.sort_column = -1, .tab = 50}, .pane = -1};
	size_t before = r->mistakes.count;

	m.table.name = yg_xstrdup(name);
	yg_settings_read(r, root, &settings, &m);
	if (r->mistakes.count == before && !is_good_name(m.table.name))
		yg_mistake(r, root, "a view's name is a word of letters, digits and -");
	if (r->mistakes.count == before && !m.columns.count)
		yg_mistake(r, root, "a view needs columns");
	if (m.table.kind) {
		preset(&m.table.title, m.table.kind->title);
		preset(&m.table.help, m.table.kind->help);
	}
	if (m.pane >= 0)
		m.table.pane = yg_xstrdup(panes[m.pane]);
	m.table.columns = m.columns.items;
	m.table.n_columns = m.columns.count;
	m.table.rules = m.rules.items;
	m.table.n_rules = m.rules.count;
	m.table.keys = m.keys.items;
	m.table.n_keys = m.keys.count;
	struct yg_table *table = yg_xcalloc(1, sizeof(*table));
	*table = m.table;
	if (r->mistakes.count == before)
		return table;
	yg_table_free(table);
	return NULL;
}
