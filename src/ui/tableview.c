/* tableview: a table of rows of one kind as a view: filter, sort, marks, cursor. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/tableview.h"

#include <stdio.h>
#include <strings.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/canvas.h"
#include "ui/cells.h"
#include "ui/rowlist.h"

#define SLICE_US   1000 /* of work between two looks at the keyboard */
#define SCREEN_MAX 512

struct type {
	struct yg_view_ops ops;
	const struct yg_table *table;
};

struct table {
	struct yg_rowlist list;
	uint8_t *marks; /* a bit for each slot */
	size_t marks_size, n_marks;
	uint32_t cursor;             /* slot, or YG_NO_SLOT */
	size_t at;                   /* its position in what is shown */
	size_t top;                  /* first position on screen */
	int page;                    /* rows on screen at the last drawing */
	uint32_t screen[SCREEN_MAX]; /* what was drawn last */
	size_t n_screen;
	uint64_t columns; /* a bit for each column that was drawn last */
	bool is_focused;
	bool is_moved; /* the cursor was put where it is; before that it stays at the top */
};

static struct table *table_of(const struct yg_view *v)
{
	return v->priv;
}

static const struct yg_inventory *inventory_of(const struct yg_view *v)
{
	return table_of(v)->list.inv;
}

/* ---- cursor ---- */

/* Finds the cursor's row again after the order changed; it stays near where it was if the row is no
 * longer shown. */
static void settle_cursor(struct table *t)
{
	const struct yg_slots *shown = yg_rowlist_shown(&t->list);

	if (!shown->count) {
		t->at = t->top = 0;
		if (!yg_rowlist_is_busy(&t->list))
			t->cursor = YG_NO_SLOT;
		return;
	}
	if (!t->is_moved)
		t->at = t->top = 0, t->cursor = shown->items[0];
	if (t->at < shown->count && shown->items[t->at] == t->cursor)
		return;
	for (size_t i = 0; t->cursor != YG_NO_SLOT && i < shown->count; i++)
		if (shown->items[i] == t->cursor) {
			size_t offset = t->at >= t->top ? t->at - t->top : 0;
			t->at = i;
			t->top = i > offset ? i - offset : 0;
			return;
		}
	if (yg_rowlist_is_busy(&t->list) && t->cursor != YG_NO_SLOT && t->at)
		t->at = t->top = 0;
	t->at = YG_MIN(t->at, shown->count - 1);
	t->cursor = shown->items[t->at];
}

static int move_to(struct table *t, int64_t position)
{
	const struct yg_slots *shown = yg_rowlist_shown(&t->list);

	if (!shown->count)
		return YG_R_HANDLED;
	t->is_moved = true;
	position = YG_MIN(YG_MAX(position, 0), (int64_t)shown->count - 1);
	if ((size_t)position == t->at && t->cursor == shown->items[t->at])
		return YG_R_HANDLED;
	t->at = (size_t)position;
	t->cursor = shown->items[t->at];
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int mouse(struct table *t, const struct yg_event *ev)
{
	if (ev->button == 4 || ev->button == 5)
		return move_to(t, (int64_t)t->at + (ev->button == 4 ? -3 : 3));
	if (ev->button == 1 && ev->y >= 1 && (size_t)ev->y - 1 < t->n_screen)
		return move_to(t, (int64_t)t->top + ev->y - 1);
	return YG_R_NONE;
}

/* Movement keys: a step in rows, in pages, or to an end. */
static const struct {
	const char *key;
	int rows, pages; /* INT_MIN and INT_MAX pages: the ends */
} moves[] = {
    {"j", 1, 0},
    {"Down", 1, 0},
    {"k", -1, 0},
    {"Up", -1, 0},
    {"PageDown", 0, 2},
    {"C-f", 0, 2},
    {"PageUp", 0, -2},
    {"C-b", 0, -2},
    {"C-d", 0, 1},
    {"C-u", 0, -1},
    {"g", 0, -9999},
    {"Home", 0, -9999},
    {"G", 0, 9999},
    {"End", 0, 9999},
};

static int table_event(struct yg_view *v, const struct yg_event *ev)
{
	struct table *t = table_of(v);

	if (ev->what == YG_EV_MOUSE)
		return mouse(t, ev);
	if (ev->what != YG_EV_KEY)
		return YG_R_NONE;
	for (size_t i = 0; i < YG_COUNT(moves); i++) {
		if (!yg_streq(moves[i].key, ev->key))
			continue;
		if (moves[i].pages == 9999 || moves[i].pages == -9999)
			return move_to(t, moves[i].pages > 0 ? INT64_MAX : 0);
		int64_t half = YG_MAX(t->page / 2, 1);
		return move_to(t, (int64_t)t->at + moves[i].rows + moves[i].pages * half);
	}
	return YG_R_NONE;
}

/* ---- changes ---- */

static void count_text(struct yg_view *v)
{
	const struct table *t = table_of(v);
	size_t all = t->list.all.count, shown = yg_rowlist_shown(&t->list)->count;
	char marked[32] = "";

	if (t->n_marks)
		snprintf(marked, sizeof(marked), _("%zu marked · "), t->n_marks);
	if (!t->list.filter)
		snprintf(v->count, sizeof(v->count), "%s%zu", marked, all);
	else
		snprintf(v->count, sizeof(v->count), _("%s%zu%s of %zu%s"), marked, shown,
		    t->list.is_scanning && !t->list.is_background ? "+" : "", all,
		    yg_query_gave_up(t->list.filter) ? _(", pattern too slow") : "");
}

static int table_open(struct yg_view *v, struct yg_err *err)
{
	struct table *t = table_of(v);
	const struct type *type = (const struct type *)v->ops;

	(void)err;
	yg_rowlist_init(&t->list, yg_host_inventory(v->host), type->table);
	t->cursor = YG_NO_SLOT;
	snprintf(v->title, sizeof(v->title), "%s", _(type->table->title));
	yg_rowlist_work(&t->list, SLICE_US);
	settle_cursor(t);
	count_text(v);
	return 0;
}

static void table_close(struct yg_view *v)
{
	yg_rowlist_done(&table_of(v)->list);
	free(table_of(v)->marks);
}

static bool is_on_screen(const struct table *t, uint32_t slot)
{
	for (size_t i = 0; i < t->n_screen; i++)
		if (t->screen[i] == slot)
			return true;
	return false;
}

static int table_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct table *t = table_of(v);
	bool redraw = yg_rowlist_change(&t->list, changes, count);

	for (size_t i = 0; i < count; i++) {
		/* Why there is nothing is told by the controllers. */
		redraw |= changes[i].kind == &yg_kind_controller && !t->list.all.count;
		if (changes[i].kind != t->list.table->kind)
			continue;
		if (changes[i].what == YG_GONE)
			yg_tableview_mark(v, changes[i].slot, false);
		redraw = redraw || is_on_screen(t, changes[i].slot);
	}
	redraw |= yg_rowlist_work(&t->list, SLICE_US);
	if (redraw)
		settle_cursor(t);
	count_text(v);
	return (redraw ? YG_R_REDRAW : 0) | (yg_rowlist_is_busy(&t->list) ? YG_R_RECALC : 0);
}

/* ---- drawing ---- */

/* Of one drawing. */
struct layout {
	int64_t now_ms;
	int x[YG_FIELDS_MAX], w[YG_FIELDS_MAX]; /* w 0: not shown */
};

static bool fits(const struct yg_table *table, int priority, bool wide, int width)
{
	int used = 0;

	for (size_t i = 0; i < table->n_columns; i++) {
		const struct yg_column *c = &table->columns[i];
		if (c->priority <= priority && (wide || !c->is_wide_only))
			used += c->width + 1;
	}
	return used - 1 <= width;
}

/* Which columns fit: by priority, those for wide screens only when all the others do; what is left
 * goes to the flexible ones. */
static void lay_out(const struct yg_table *table, int width, struct layout *out)
{
	int priority = 1, left = width + 1, flex = 0, x = 0;
	bool wide = false;

	while (priority < 9 && fits(table, priority + 1, false, width))
		priority++;
	wide = priority == 9 && fits(table, 9, true, width);
	for (size_t i = 0; i < table->n_columns; i++) {
		const struct yg_column *c = &table->columns[i];
		bool shown = c->priority <= priority && (wide || !c->is_wide_only);
		out->w[i] = shown ? c->width : 0;
		left -= shown ? c->width + 1 : 0;
		flex += shown ? c->flex : 0;
	}
	for (size_t i = 0; i < table->n_columns; i++) {
		int share = out->w[i] && flex ? left * table->columns[i].flex / flex : 0;
		if (share > 0) {
			out->w[i] += share;
			left -= share;
			flex -= table->columns[i].flex;
		}
		out->x[i] = x;
		x += out->w[i] ? out->w[i] + 1 : 0;
	}
}

static void draw_head(const struct table *t, struct yg_canvas *c, const struct layout *layout)
{
	const struct yg_table *table = t->list.table;
	char title[64];

	yg_put_fill(c, 0, 0, yg_canvas_width(c), YG_ST_COLUMN);
	for (size_t i = 0; i < table->n_columns; i++) {
		if (!layout->w[i])
			continue;
		bool is_sort = t->list.sort_column == (int)i;
		snprintf(title, sizeof(title), "%s%s", _(table->columns[i].title),
		    !is_sort                ? ""
		    : t->list.is_descending ? "▾"
					    : "▴");
		int style = YG_ST_COLUMN | (is_sort ? YG_ST_STRONG : 0);
		if (table->columns[i].is_right)
			yg_put_right(c, layout->x[i], 0, layout->w[i], style, title);
		else
			yg_put(c, layout->x[i], 0, layout->w[i], style, title);
	}
}

/* true if the row's controller gave no sign of life lately: what we show is old. */
static bool is_old(const struct yg_view *v, const struct yg_row *row)
{
	const struct yg_inventory *inv = inventory_of(v);
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);
	uint32_t slot = yg_inventory_find(inv, "yagura", &yg_kind_controller, controller);
	const struct yg_row *ctl = yg_inventory_row(inv, slot);

	return ctl && yg_row_meaning(ctl) != YG_ST_OK;
}

/* Says at the right edge how long the row has been out of touch: its figures are no longer true. */
static void draw_age(struct yg_view *v, struct yg_canvas *c, int y, uint32_t slot, int flags)
{
	const struct yg_row *row = yg_inventory_row(inventory_of(v), slot);
	bool is_silent = yg_row_has(row, YG_F_SILENT);
	int64_t since =
	    is_silent ? yg_row_int(row, YG_F_SILENT) : yg_inventory_seen(inventory_of(v), slot);
	char age[16], text[32];

	yg_fmt_age(yg_now_ms() - since, age, sizeof(age));
	snprintf(text, sizeof(text), is_silent ? _(" silent %s") : _(" %s old"), age);
	int w = yg_text_cells(text);
	yg_put(c, yg_canvas_width(c) - w, y, w, YG_ST_WARN | flags, text);
}

static int rule_style(
    const struct yg_table *table, int column, const struct yg_row *row, int64_t now_ms)
{
	for (size_t i = 0; i < table->n_rules; i++)
		if (table->rules[i].column == column &&
		    yg_rule_holds(&table->rules[i], row, now_ms))
			return (int)table->rules[i].style;
	return YG_ST_TEXT;
}

static void draw_row(
    struct yg_view *v, struct yg_canvas *c, int y, uint32_t slot, const struct layout *layout)
{
	const struct table *t = table_of(v);
	const struct yg_table *table = t->list.table;
	const struct yg_row *row = yg_inventory_row(inventory_of(v), slot);
	int flags = t->is_focused && slot == t->cursor ? YG_ST_SELECTED : 0;

	if (!row)
		return;
	int base = rule_style(table, -1, row, layout->now_ms);
	bool is_out_of_touch = yg_row_has(row, YG_F_SILENT) || is_old(v, row);
	if (is_out_of_touch)
		base = YG_ST_STALE;
	if (yg_tableview_is_marked(v, slot))
		base = YG_ST_MARK;
	if (flags)
		yg_put_fill(c, 0, y, yg_canvas_width(c), base | flags);
	for (size_t i = 0; i < table->n_columns; i++) {
		if (!layout->w[i])
			continue;
		int style = base;
		if (base == YG_ST_TEXT)
			style = rule_style(table, (int)i, row, layout->now_ms);
		yg_cell_draw(c, layout->x[i], y, layout->w[i], style | flags, &table->columns[i],
		    row, v->host, slot);
	}
	if (base == YG_ST_MARK && layout->w[0] == 1)
		yg_put_glyph(c, 1, y, YG_ST_MARK | flags);
	if (is_out_of_touch)
		draw_age(v, c, y, slot, flags);
}

/* Returns the row below it. */
static int put_centred(struct yg_canvas *c, int y, int style, const char *text)
{
	int w = yg_canvas_width(c), x = (w - yg_text_cells(text)) / 2;

	if (x < 1)
		return y + yg_put_paragraph(c, y, w, style, text);
	yg_put(c, x, y, -1, style, text);
	return y + 1;
}

/* What is not there may be with a controller that does not answer, or not yet: "none" would be a
 * guess. true if line says so. */
static bool tell_of_controllers(const struct table *t, char *line, size_t size, int *out_style)
{
	const struct yg_kind *kind = t->list.table->kind;
	const struct yg_inventory *inv = t->list.inv;
	size_t count, sick = 0;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_controller, &count);

	line[0] = '\0';
	if (kind == &yg_kind_controller || kind == &yg_kind_alarm || kind == &yg_kind_task)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		sick += yg_row_is_sick(row);
		if (yg_row_state(row) == YG_CONTROLLER_STATE_CONNECTING)
			snprintf(line, size, _("connecting to %s ..."), yg_row_name(row));
	}
	if (sick)
		snprintf(line, size, _("%zu of %zu controllers do not answer"), sick, count);
	*out_style = sick ? YG_ST_WARN : YG_ST_DIM;
	return line[0];
}

/* Why the table is empty: the filter, the controllers, or there is nothing. */
static void draw_empty(struct yg_view *v, struct yg_canvas *c)
{
	const struct table *t = table_of(v);
	const char *text = _(t->list.table->empty ? t->list.table->empty : N_("nothing here"));
	const char *advice = "";
	char line[256];
	int style = YG_ST_DIM, y = YG_MAX(yg_canvas_height(c) / 2 - 1, 1);

	if (!t->list.all.count && tell_of_controllers(t, line, sizeof(line), &style)) {
		text = line;
		advice = style == YG_ST_WARN ? _(":controller tells why") : "";
	} else if (t->list.filter && t->list.all.count) {
		snprintf(line, sizeof(line), _("no match for '%s'"), yg_query_text(t->list.filter));
		text = line;
		advice = _("Esc shows all");
	}
	if (yg_rowlist_is_busy(&t->list)) {
		text = _("looking ...");
		advice = "";
		style = YG_ST_DIM;
	}
	y = put_centred(c, y, style, text);
	put_centred(c, y, YG_ST_DIM, advice);
}

static void table_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct table *t = table_of(v);
	const struct yg_slots *shown = yg_rowlist_shown(&t->list);
	struct layout layout = {.now_ms = yg_now_ms()};

	t->page = YG_MAX(yg_canvas_height(c) - 1, 0);
	if (t->at < t->top)
		t->top = t->at;
	if (t->page && t->at >= t->top + (size_t)t->page)
		t->top = t->at - (size_t)t->page + 1;
	if (t->top && t->top + (size_t)t->page > shown->count)
		t->top = shown->count > (size_t)t->page ? shown->count - (size_t)t->page : 0;
	lay_out(t->list.table, yg_canvas_width(c), &layout);
	t->columns = 0;
	for (size_t i = 0; i < t->list.table->n_columns; i++)
		t->columns |= (uint64_t)(layout.w[i] > 0) << i;
	draw_head(t, c, &layout);
	t->n_screen = 0;
	for (int y = 0; y < t->page && t->top + (size_t)y < shown->count; y++) {
		uint32_t slot = shown->items[t->top + (size_t)y];
		draw_row(v, c, y + 1, slot, &layout);
		if (t->n_screen < SCREEN_MAX)
			t->screen[t->n_screen++] = slot;
	}
	if (!shown->count)
		draw_empty(v, c);
}

static uint32_t table_current(struct yg_view *v)
{
	return table_of(v)->cursor;
}

/* ---- what the console asks ---- */

struct yg_view_ops *yg_tableview_new(const struct yg_table *table)
{
	struct type *type = yg_xcalloc(1, sizeof(*type));

	type->table = table;
	type->ops = (struct yg_view_ops){
	    .size = sizeof(type->ops),
	    .name = table->name,
	    .title = table->title,
	    .help = table->help,
	    .private_size = sizeof(struct table),
	    .open = table_open,
	    .event = table_event,
	    .recalc = table_recalc,
	    .draw = table_draw,
	    .current = table_current,
	    .close = table_close,
	    .pane = table->pane,
	    .tab = table->tab,
	    .rows = table->kind,
	};
	return &type->ops;
}

void yg_tableview_free(struct yg_view_ops *ops)
{
	free(ops);
}

const struct yg_table *yg_tableview_table(const struct yg_view *v)
{
	return v && v->ops->draw == table_draw ? ((const struct type *)v->ops)->table : NULL;
}

static int no_table(struct yg_err *err)
{
	return yg_err_set(err, YG_E_INVALID, "only in a table: Esc goes back");
}

int yg_tableview_filter(struct yg_view *v, const char *query, struct yg_err *err)
{
	struct table *t = table_of(v);
	struct yg_query *q = NULL;

	if (!yg_tableview_table(v))
		return no_table(err);
	if (query && query[0]) {
		int rc = yg_query_parse(query, t->list.table->kind, &q, err);
		if (rc)
			return rc;
	}
	t->is_moved |= q != NULL; /* what was found is where one was, also afterwards */
	yg_rowlist_filter_new(&t->list, q);
	yg_rowlist_work(&t->list, SLICE_US);
	settle_cursor(t);
	count_text(v);
	return 0;
}

const char *yg_tableview_filter_text(const struct yg_view *v)
{
	return yg_tableview_table(v) ? yg_query_text(table_of(v)->list.filter) : "";
}

/* The column that a word of the user means, or -1 for the name, or -2. */
static int find_column(const struct yg_table *table, const char *word)
{
	for (size_t i = 0; i < table->n_columns; i++)
		if (strcasecmp(table->columns[i].source, word) == 0 ||
		    strcasecmp(table->columns[i].title, word) == 0)
			return (int)i;
	return strcasecmp(word, "name") == 0 ? -1 : -2;
}

static void sort_column(struct table *t, int column, bool descending)
{
	yg_rowlist_sort(&t->list, column, descending);
	t->list.collected_us = 0;
	yg_rowlist_work(&t->list, SLICE_US);
	settle_cursor(t);
}

int yg_tableview_sort(struct yg_view *v, const char *spec, struct yg_err *err)
{
	struct table *t = table_of(v);
	const struct yg_table *table = yg_tableview_table(v);
	bool descending = spec[0] == '-';
	if (!table)
		return no_table(err);
	int column = find_column(table, spec + descending);

	if (column == -2) {
		const char *names[YG_FIELDS_MAX];
		for (size_t i = 0; i < table->n_columns; i++)
			names[i] = table->columns[i].source;
		const char *near = yg_text_nearest(spec + descending, names, table->n_columns);
		return yg_err_set(err, YG_E_INVALID, "no column '%s' here%s%s", spec + descending,
		    near ? _(", did you mean ") : "", near ? near : "");
	}
	sort_column(t, column, descending);
	return 0;
}

bool yg_tableview_is_sorted_as_made(const struct yg_view *v)
{
	const struct yg_rowlist *l = &table_of(v)->list;

	if (!yg_tableview_table(v))
		return true;
	return l->sort_column == l->table->sort_column &&
	       l->is_descending == l->table->is_descending;
}

void yg_tableview_sort_as_made(struct yg_view *v)
{
	struct table *t = table_of(v);

	if (!yg_tableview_is_sorted_as_made(v))
		sort_column(t, t->list.table->sort_column, t->list.table->is_descending);
}

void yg_tableview_sort_next(struct yg_view *v)
{
	const struct table *t = table_of(v);
	int column = t->list.sort_column, n = (int)t->list.table->n_columns;
	struct yg_buf spec = {0};

	do
		column = column + 1 >= n ? -1 : column + 1;
	while (column >= 0 && (t->list.table->columns[column].format == YG_FMT_GLYPH ||
				  !(t->columns >> column & 1) ||
				  yg_streq(t->list.table->columns[column].source, "name")));
	if (column < 0)
		yg_buf_str(&spec, "name");
	else
		yg_buf_printf(&spec, "%s%s", t->list.table->columns[column].is_right ? "-" : "",
		    t->list.table->columns[column].source);
	yg_tableview_sort(v, spec.data, NULL);
	yg_buf_done(&spec);
}

void yg_tableview_sort_text(const struct yg_view *v, struct yg_buf *out)
{
	const struct yg_rowlist *l = &table_of(v)->list;

	yg_buf_printf(out, "%s%s", l->is_descending ? "-" : "",
	    l->sort_column < 0 ? "name" : l->table->columns[l->sort_column].source);
}

void yg_tableview_mark(struct yg_view *v, uint32_t slot, bool on)
{
	struct table *t = table_of(v);

	if (slot / 8 >= t->marks_size) {
		if (!on)
			return;
		size_t size =
		    YG_MAX((size_t)yg_inventory_limit(t->list.inv) / 8 + 1, (size_t)slot / 8 + 1);
		t->marks = yg_xreallocarray(t->marks, size, 1);
		memset(t->marks + t->marks_size, 0, size - t->marks_size);
		t->marks_size = size;
	}
	bool is_on = t->marks[slot / 8] >> slot % 8 & 1;
	if (is_on == on)
		return;
	t->marks[slot / 8] ^= (uint8_t)(1 << slot % 8);
	t->n_marks += on ? 1 : (size_t)-1;
	count_text(v);
}

void yg_tableview_mark_all(struct yg_view *v, bool on)
{
	struct table *t = table_of(v);
	const struct yg_slots *slots = on ? yg_rowlist_shown(&t->list) : &t->list.all;

	for (size_t i = 0; i < slots->count; i++)
		yg_tableview_mark(v, slots->items[i], on);
}

bool yg_tableview_is_marked(const struct yg_view *v, uint32_t slot)
{
	const struct table *t = table_of(v);
	return slot / 8 < t->marks_size && (t->marks[slot / 8] >> slot % 8 & 1);
}

size_t yg_tableview_n_marked(const struct yg_view *v)
{
	return yg_tableview_table(v) ? table_of(v)->n_marks : 0;
}

static size_t marked_rows(const struct yg_view *v, uint32_t *out, size_t max)
{
	const struct yg_slots *shown = yg_rowlist_shown(&table_of(v)->list);
	size_t n = 0;

	for (size_t i = 0; i < shown->count; i++)
		if (yg_tableview_is_marked(v, shown->items[i]) && n++ < max)
			out[n - 1] = shown->items[i];
	return n;
}

size_t yg_tableview_targets(struct yg_view *v, uint32_t *out, size_t max)
{
	size_t n = yg_tableview_n_marked(v) ? marked_rows(v, out, max) : 0;
	uint32_t slot = v->ops->current ? v->ops->current(v) : YG_NO_SLOT;

	if (slot == YG_NO_SLOT)
		slot = v->subject;
	if (n || slot == YG_NO_SLOT || !max)
		return n;
	out[0] = slot;
	return 1;
}

bool yg_tableview_go(struct yg_view *v, uint32_t slot)
{
	struct table *t = table_of(v);

	if (!yg_tableview_table(v))
		return false;
	const struct yg_slots *shown = yg_rowlist_shown(&t->list);
	for (size_t i = 0; i < shown->count; i++)
		if (shown->items[i] == slot)
			return move_to(t, (int64_t)i), true;
	return false;
}

size_t yg_tableview_on_screen(const struct yg_view *v, uint32_t *out, size_t max)
{
	const struct table *t = table_of(v);

	if (!yg_tableview_table(v))
		return 0;
	size_t n = YG_MIN(t->n_screen, max);
	memcpy(out, t->screen, n * sizeof(*out));
	return n;
}

void yg_tableview_focus(struct yg_view *v, bool on)
{
	if (yg_tableview_table(v))
		table_of(v)->is_focused = on;
}
