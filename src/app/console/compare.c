/* compare: two rows side by side, what differs first. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/compare.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"

#define NAME_W 16

/* Of the view that is opened next, or again from the history: a view knows one row only. */
static struct {
	uint32_t first, second;
} pair = {YG_NO_SLOT, YG_NO_SLOT};

struct compare {
	uint32_t other;
	int top, page, lines;
};

static const struct yg_row *row_of(const struct yg_view *v, uint32_t slot)
{
	return yg_inventory_row(yg_host_inventory(v->host), slot);
}

static void count_text(struct yg_view *v, const struct yg_row *a, const struct yg_row *b)
{
	uint64_t there = a->has | b->has;

	snprintf(v->count, sizeof(v->count), _("%d of %d differ"),
	    __builtin_popcountll(yg_row_diff(a, b) & there), __builtin_popcountll(there));
}

static int compare_open(struct yg_view *v, struct yg_err *err)
{
	struct compare *c = v->priv;
	const struct yg_row *a = row_of(v, v->subject), *b = row_of(v, pair.second);

	if (v->subject != pair.first || !a || !b || a->kind != b->kind)
		return yg_err_set(err, YG_E_INVALID, "compare: mark two rows with Space first");
	c->other = pair.second;
	snprintf(v->title, sizeof(v->title), _("%s %.40s and %.40s"), a->kind->name, yg_row_name(a),
	    yg_row_name(b));
	count_text(v, a, b);
	return 0;
}

static int compare_event(struct yg_view *v, const struct yg_event *ev)
{
	static const struct {
		const char *key;
		int lines, pages;
	} moves[] = {{"j", 1, 0}, {"Down", 1, 0}, {"k", -1, 0}, {"Up", -1, 0}, {"PageDown", 0, 1},
	    {"C-d", 0, 1}, {"PageUp", 0, -1}, {"C-u", 0, -1}, {"g", -9999, 0}, {"Home", -9999, 0},
	    {"G", 9999, 0}, {"End", 9999, 0}};
	struct compare *c = v->priv;
	int step = 0;

	if (ev->what == YG_EV_MOUSE && ev->button >= 4)
		step = ev->button == 4 ? -3 : 3;
	for (size_t i = 0; ev->what == YG_EV_KEY && i < YG_COUNT(moves); i++)
		if (yg_streq(moves[i].key, ev->key))
			step = moves[i].lines + moves[i].pages * YG_MAX(c->page - 2, 1);
	if (!step)
		return YG_R_NONE;
	c->top = YG_MAX(YG_MIN(c->top + step, c->lines - c->page), 0);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int compare_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	const struct compare *c = v->priv;
	const struct yg_row *a = row_of(v, v->subject), *b = row_of(v, c->other);
	bool is_ours = false;

	for (size_t i = 0; i < count; i++)
		is_ours |= changes[i].slot == v->subject || changes[i].slot == c->other;
	if (is_ours && a && b && a->kind == b->kind)
		count_text(v, a, b);
	return is_ours ? YG_R_REDRAW : YG_R_NONE;
}

static void put_value(
    struct yg_canvas *canvas, int x, int y, int w, int style, const struct yg_row *row, int field)
{
	struct yg_buf text = {0};

	if (yg_row_has(row, field))
		yg_row_format(&text, row, field);
	else
		yg_buf_str(&text, "-");
	yg_put(canvas, x, y, w, style, yg_buf_text(&text));
	yg_buf_done(&text);
}

/* One field, if it is in sight; lines that differ have a sign in front, and more colour. */
static void draw_field(struct compare *c, struct yg_canvas *canvas, int line,
    const struct yg_row *const rows[2], int field, bool differs)
{
	int y = line - c->top + 1, w = (yg_canvas_width(canvas) - NAME_W - 4) / 2;
	int style = differs ? YG_ST_TEXT : YG_ST_DIM;

	if (y < 1 || y > c->page)
		return;
	if (differs)
		yg_put(canvas, 0, y, 1, YG_ST_WARN, "≠");
	yg_put(canvas, 2, y, NAME_W - 1, differs ? YG_ST_KEY : YG_ST_DIM,
	    rows[0]->kind->fields[field].name);
	for (int i = 0; i < 2; i++)
		put_value(canvas, 2 + NAME_W + i * (w + 1), y, w, style, rows[i], field);
}

static void draw_head(struct yg_canvas *canvas, const struct yg_row *const rows[2])
{
	int w = (yg_canvas_width(canvas) - NAME_W - 4) / 2;

	yg_put_fill(canvas, 0, 0, yg_canvas_width(canvas), YG_ST_COLUMN);
	for (int i = 0; i < 2; i++)
		yg_put(canvas, 2 + NAME_W + i * (w + 1), 0, w, YG_ST_COLUMN | YG_ST_STRONG,
		    yg_row_name(rows[i]));
}

static void compare_draw(struct yg_view *v, struct yg_canvas *canvas)
{
	struct compare *c = v->priv;
	const struct yg_row *const rows[2] = {row_of(v, v->subject), row_of(v, c->other)};
	int line = 0;

	if (!rows[0] || !rows[1] || rows[0]->kind != rows[1]->kind) {
		yg_put(canvas, 1, 1, -1, YG_ST_DIM, _("one of them is gone; Esc goes back"));
		return;
	}
	uint64_t diff = yg_row_diff(rows[0], rows[1]);
	c->page = yg_canvas_height(canvas) - 1;
	draw_head(canvas, rows);
	for (int same = 0; same < 2; same++)
		for (int f = 0; f < (int)rows[0]->kind->n_fields; f++) {
			bool is_there = yg_row_has(rows[0], f) || yg_row_has(rows[1], f);
			if (is_there && (diff >> f & 1) == !same)
				draw_field(c, canvas, line++, rows, f, !same);
		}
	c->lines = line;
}

static const struct yg_view_ops ops = {
    .size = sizeof(struct yg_view_ops),
    .name = "compare",
    .title = N_("Compare"),
    .help = N_("two marked rows side by side, what differs first"),
    .kind = "*",
    .private_size = sizeof(struct compare),
    .open = compare_open,
    .event = compare_event,
    .recalc = compare_recalc,
    .draw = compare_draw,
};

int yg_run_compare(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v = yg_panes_current(con);
	uint32_t slots[2] = {YG_NO_SLOT, YG_NO_SLOT}, cursor = yg_panes_current_slot(con);
	size_t n = yg_tableview_targets(v, slots, 2);

	(void)args;
	if (n == 1 && slots[0] != cursor)
		slots[n++] = cursor;
	if (n != 2)
		return yg_err_set(err, YG_E_INVALID,
		    n > 2 ? "compare: more than two rows are marked"
			  : "compare: mark two rows with Space first");
	pair.first = slots[0];
	pair.second = slots[1];
	return yg_panes_show(con, "compare", slots[0], err);
}

void yg_compare_register(void)
{
	yg_view_register(&ops, NULL);
}

void yg_compare_forget(void)
{
	yg_view_forget(&ops);
	pair.first = pair.second = YG_NO_SLOT;
}
