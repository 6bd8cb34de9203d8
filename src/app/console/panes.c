/* panes: the four panes with their tabs, and the overlays above them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "app/console/console.h"
#include "app/console/finder.h"
#include "app/console/places.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/views.h"

static const char *const pane_names[YG_PANES] = {"hosts", "vms", "containers", "network"};

static void free_view(struct yg_view *v)
{
	free((void *)v->slots);
	free((void *)v->args);
	free(v->priv);
	free(v);
}

struct yg_view *yg_console_view_open_many(struct yg_console *con, const struct yg_view_ops *ops,
    const uint32_t *slots, size_t count, const char *args, struct yg_err *err)
{
	struct yg_view *v = yg_xcalloc(1, sizeof(*v));
	uint32_t *copy = yg_xcalloc(count + 1, sizeof(*copy));

	if (count)
		memcpy(copy, slots, count * sizeof(*copy));
	v->ops = ops;
	v->host = con->host;
	v->subject = count ? slots[0] : YG_NO_SLOT;
	v->slots = copy;
	v->n_slots = count;
	v->args = yg_xstrdup(args);
	v->priv = yg_xcalloc(1, ops->private_size);
	snprintf(v->title, sizeof(v->title), "%s", _(ops->title));
	if (ops->open && ops->open(v, err)) {
		free_view(v);
		return NULL;
	}
	return v;
}

struct yg_view *yg_console_view_open(
    struct yg_console *con, const struct yg_view_ops *ops, uint32_t subject, struct yg_err *err)
{
	return yg_console_view_open_many(con, ops, &subject, subject != YG_NO_SLOT, "", err);
}

void yg_console_view_close(struct yg_view *v)
{
	if (!v)
		return;
	if (v->ops->close)
		v->ops->close(v);
	free_view(v);
}

static int pane_of(const struct yg_view_ops *ops)
{
	for (int i = 0; i < YG_PANES && ops->pane; i++)
		if (yg_streq(ops->pane, pane_names[i]))
			return i;
	return -1;
}

/* Puts the view among the tabs of its pane, in the order of their tab numbers. */
static void add_tab(struct yg_pane *pane, const struct yg_view_ops *ops)
{
	size_t at = pane->n_tabs;

	if (at == YG_TABS_MAX)
		return;
	while (at > 0 && pane->tabs[at - 1].ops->tab > ops->tab) {
		pane->tabs[at] = pane->tabs[at - 1];
		at--;
	}
	pane->tabs[at] = (struct yg_tab){.ops = ops};
	pane->n_tabs++;
}

struct yg_view *yg_panes_tab_view(struct yg_console *con, struct yg_tab *tab)
{
	if (!tab->view)
		tab->view = yg_console_view_open(con, tab->ops, YG_NO_SLOT, NULL);
	return tab->view;
}

static struct yg_view *tab_view(struct yg_console *con, struct yg_pane *pane)
{
	return yg_panes_tab_view(con, &pane->tabs[pane->tab]);
}

void yg_panes_make(struct yg_console *con)
{
	size_t count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	for (size_t i = 0; i < count; i++) {
		int pane = views[i] ? pane_of(views[i]) : -1;
		if (pane >= 0)
			add_tab(&con->panes[pane], views[i]);
	}
	con->focus = 1;
	yg_panes_focus(con, 1);
}

void yg_panes_free(struct yg_console *con)
{
	while (con->n_stack)
		yg_console_view_close(con->stack[--con->n_stack]);
	for (size_t p = 0; p < YG_PANES; p++)
		for (size_t i = 0; i < con->panes[p].n_tabs; i++)
			yg_console_view_close(con->panes[p].tabs[i].view);
}

struct yg_view *yg_panes_current(struct yg_console *con)
{
	if (con->n_stack)
		return con->stack[con->n_stack - 1];
	return tab_view(con, &con->panes[con->focus]);
}

uint32_t yg_panes_current_slot(struct yg_console *con)
{
	struct yg_view *v = yg_panes_current(con);
	uint32_t slot = v->ops->current ? v->ops->current(v) : YG_NO_SLOT;

	return slot == YG_NO_SLOT ? v->subject : slot;
}

/* Only the view with the keys shows a cursor. */
static void mark_focus(struct yg_console *con)
{
	const struct yg_view *current = yg_panes_current(con);

	for (int p = 0; p < YG_PANES; p++) {
		struct yg_view *v = con->panes[p].tabs[con->panes[p].tab].view;
		if (v)
			yg_tableview_focus(v, v == current);
	}
	for (size_t i = 0; i < con->n_stack; i++)
		yg_tableview_focus(con->stack[i], con->stack[i] == current);
	yg_console_touch(con, YG_DIRTY_ALL, true);
}

void yg_panes_focus(struct yg_console *con, int pane)
{
	while (con->n_stack)
		yg_console_view_close(con->stack[--con->n_stack]);
	if (con->panes[pane].n_tabs)
		con->focus = pane;
	mark_focus(con);
}

static size_t count_rows(const struct yg_console *con, int p)
{
	const struct yg_pane *pane = &con->panes[p];
	const struct yg_kind *kind = pane->n_tabs ? pane->tabs[pane->tab].ops->rows : NULL;
	size_t count = 0;

	if (kind)
		yg_inventory_slots(yg_host_inventory(con->host), kind, &count);
	return count;
}

void yg_panes_focus_first(struct yg_console *con)
{
	static const int order[YG_PANES] = {1, 2, 0, 3};

	if (con->is_touched)
		return;
	/* The best pane may get its rows later than another: which has the keys in the end must not
	 * hang on who answers first. */
	for (int i = 0; i < YG_PANES; i++)
		if (count_rows(con, order[i])) {
			if (order[i] != con->focus)
				yg_panes_focus(con, order[i]);
			return;
		}
}

void yg_panes_tab(struct yg_console *con, int step)
{
	struct yg_pane *pane = &con->panes[con->focus];
	int n = (int)pane->n_tabs;

	if (con->n_stack || !n)
		return;
	pane->tab = (size_t)(((int)pane->tab + step + n) % n);
	mark_focus(con);
}

static bool show_tab(struct yg_console *con, const char *name)
{
	for (int p = 0; p < YG_PANES; p++)
		for (size_t i = 0; i < con->panes[p].n_tabs; i++)
			if (yg_streq(con->panes[p].tabs[i].ops->name, name)) {
				con->panes[p].tab = i;
				yg_panes_focus(con, p);
				return true;
			}
	return false;
}

static int no_view(const char *name, struct yg_err *err)
{
	size_t count, n = 0;
	const struct yg_view_ops *const *views = yg_view_all(&count);
	const char **names = yg_xcalloc(count + 1, sizeof(*names));

	for (size_t i = 0; i < count; i++)
		if (views[i])
			names[n++] = views[i]->name;
	const char *near = yg_text_nearest(name, names, n);
	free(names);
	return yg_err_set(err, YG_E_NOTFOUND, "there is no view '%s'%s%s", name,
	    near ? _(", did you mean ") : "", near ? near : "");
}

int yg_panes_show(struct yg_console *con, const char *name, uint32_t subject, struct yg_err *err)
{
	const struct yg_view_ops *ops = yg_view_find(name);

	if (!ops)
		return no_view(name, err);
	if (show_tab(con, name))
		return 0;
	if (ops->kind && subject == YG_NO_SLOT)
		return yg_err_set(err, YG_E_INVALID, "view '%s': choose a row first", name);
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(con->host), subject);
	if (ops->kind && !yg_streq(ops->kind, "*") &&
	    (!row || !yg_streq(row->kind->name, ops->kind)))
		return yg_err_set(err, YG_E_INVALID, "view '%s': is for a %s", name, ops->kind);
	return yg_panes_show_many(con, ops, &subject, subject != YG_NO_SLOT, "", err);
}

int yg_panes_show_many(struct yg_console *con, const struct yg_view_ops *ops, const uint32_t *slots,
    size_t count, const char *args, struct yg_err *err)
{
	if (con->n_stack == YG_STACK_MAX)
		return yg_err_set(err, YG_E_TOOBIG, "too many views are open: Esc closes one");
	struct yg_view *v = yg_console_view_open_many(con, ops, slots, count, args, err);
	if (!v)
		return err && err->code ? err->code : YG_E_FAILED;
	con->stack[con->n_stack++] = v;
	mark_focus(con);
	return 0;
}

/* The view under the keys gives its place to the one above it. */
static void drop_below(struct yg_console *con)
{
	yg_console_view_close(con->stack[con->n_stack - 2]);
	con->stack[con->n_stack - 2] = con->stack[con->n_stack - 1];
	con->n_stack--;
}

/* The rows of the view under the keys if it is of this type, else what is marked there. */
static size_t rows_for(struct yg_view *v, const struct yg_view_ops *ops, uint32_t *out)
{
	if (v->ops != ops)
		return yg_tableview_targets(v, out, ops->max_rows);
	size_t n = YG_MIN(v->n_slots, ops->max_rows);
	memcpy(out, v->slots, n * sizeof(*out));
	return n;
}

int yg_panes_show_rows(
    struct yg_console *con, const char *name, const char *args, struct yg_err *err)
{
	const struct yg_view_ops *ops = yg_view_find(name);
	struct yg_view *v = yg_panes_current(con);
	bool is_again = v->ops == ops;

	if (!ops)
		return no_view(name, err);
	uint32_t *slots = yg_xcalloc(ops->max_rows + 1, sizeof(*slots));
	size_t n = rows_for(v, ops, slots);
	int rc = 0;
	if (!n)
		rc = yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
	else if (n > ops->max_rows)
		rc = yg_err_set(
		    err, YG_E_TOOBIG, "%s: at most %zu rows at once", name, ops->max_rows);
	else
		rc = yg_panes_show_many(con, ops, slots, n, args, err);
	if (!rc && is_again)
		drop_below(con);
	free(slots);
	return rc;
}

/* A table that can show the row: the one with the keys, then the tabs, then views without a pane.
 */
static const struct yg_table *table_for(struct yg_console *con, const struct yg_row *row)
{
	size_t count;
	const struct yg_table *const *tables = yg_tables_all(&count);
	const struct yg_table *now = yg_tableview_table(yg_panes_current(con));

	if (now && now->kind == row->kind && yg_query_match(now->filter, row, yg_now_ms()))
		return now;
	now = yg_tables_find_kind(row->kind);
	if (now && yg_query_match(now->filter, row, yg_now_ms()))
		return now;
	for (size_t i = 0; i < count; i++)
		if (tables[i] && tables[i]->kind == row->kind &&
		    yg_query_match(tables[i]->filter, row, yg_now_ms()))
			return tables[i];
	return NULL;
}

static int go_in(
    struct yg_console *con, uint32_t slot, const struct yg_row *row, struct yg_err *err)
{
	struct yg_view *v = yg_panes_current(con);
	char text[256];

	if (yg_tableview_go(v, slot))
		return 0;
	if (yg_tableview_filter_text(v)[0]) {
		snprintf(text, sizeof(text), _("the filter '%s' hid %s: all are shown again"),
		    yg_tableview_filter_text(v), yg_row_name(row));
		yg_tableview_filter(v, NULL, NULL);
		if (yg_tableview_go(v, slot)) {
			yg_console_say(con, YG_ST_DIM, text);
			return 0;
		}
	}
	return yg_err_set(err, YG_E_NOTFOUND, "%s is not in the table yet", yg_row_name(row));
}

int yg_panes_go(struct yg_console *con, uint32_t slot, struct yg_err *err)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(con->host), slot);

	if (!row)
		return yg_err_set(err, YG_E_NOTFOUND, "it is gone");
	const struct yg_table *table = table_for(con, row);
	if (!table)
		return yg_panes_show(con, "details", slot, err);
	int rc = 0;
	if (table != yg_tableview_table(yg_panes_current(con)))
		rc = yg_panes_show(con, table->name, slot, err);
	return rc ? rc : go_in(con, slot, row, err);
}

void yg_panes_pop(struct yg_console *con)
{
	if (con->n_stack)
		yg_console_view_close(con->stack[--con->n_stack]);
	mark_focus(con);
}

/* ---- changes ---- */

static bool is_shown(const struct yg_console *con, int pane)
{
	return !con->n_stack && (!con->is_zoomed || pane == con->focus);
}

static int recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	return v && v->ops->recalc ? v->ops->recalc(v, changes, count) : 0;
}

void yg_panes_changed(struct yg_console *con, const struct yg_change *changes, size_t count)
{
	unsigned parts = YG_DIRTY_HEADER | YG_DIRTY_STRIP;

	for (int p = 0; p < YG_PANES; p++)
		for (size_t i = 0; i < con->panes[p].n_tabs; i++) {
			int flags = recalc(con->panes[p].tabs[i].view, changes, count);
			if (is_shown(con, p) && i == con->panes[p].tab && flags & YG_R_REDRAW)
				parts |= 1u << p;
		}
	for (size_t i = 0; i < con->n_stack; i++)
		if (recalc(con->stack[i], changes, count) & YG_R_REDRAW)
			parts |= YG_DIRTY_ALL;
	yg_console_touch(con, parts, false);
}

bool yg_panes_work(struct yg_console *con)
{
	int all = yg_finder_work(con) ? YG_R_RECALC : 0;

	if (con->n_stack) {
		all |= recalc(con->stack[con->n_stack - 1], NULL, 0);
		if (all & YG_R_REDRAW)
			yg_console_touch(con, YG_DIRTY_ALL, all & YG_R_NOW);
	}
	for (int p = 0; p < YG_PANES; p++) {
		if (!is_shown(con, p) || !con->panes[p].n_tabs)
			continue;
		int flags = recalc(tab_view(con, &con->panes[p]), NULL, 0);
		if (flags & YG_R_REDRAW)
			yg_console_touch(con, 1u << p, flags & YG_R_NOW);
		all |= flags;
	}
	return all & YG_R_RECALC;
}

/* ---- drawing ---- */

/* The tabs of a pane as its title: "2 VMs · snapshots · migrations", the chosen one first said. */
static void pane_title(const struct yg_pane *pane, int number, int width, struct yg_buf *out)
{
	yg_buf_printf(out, "%d %s", number, _(pane->tabs[pane->tab].ops->title));
	const struct yg_view *v = pane->tabs[pane->tab].view;
	const char *filter = v ? yg_tableview_filter_text(v) : "";
	if (filter[0])
		yg_buf_printf(out, " /%s", filter);
	if (width < 60)
		return;
	for (size_t i = 0; i < pane->n_tabs; i++)
		if (i != pane->tab)
			yg_buf_printf(out, " · %s", _(pane->tabs[i].ops->title));
}

static void draw_pane(struct yg_console *con, struct yg_canvas *c, int p, struct yg_rect at)
{
	struct yg_pane *pane = &con->panes[p];
	bool focused = p == con->focus && !con->n_stack;
	struct yg_canvas box = yg_canvas_sub(c, at);
	struct yg_buf title = {0};

	pane->at = at;
	pane->drawn_us = yg_mono_us();
	for (int y = 0; y < at.h; y++)
		yg_put_fill(&box, 0, y, at.w, YG_ST_TEXT);
	pane_title(pane, p + 1, at.w, &title);
	struct yg_view *v = tab_view(con, pane);
	yg_put_border(&box, focused ? YG_ST_FOCUS : YG_ST_BORDER, focused ? YG_ST_TITLE : YG_ST_DIM,
	    title.data, v->count);
	struct yg_canvas inside = yg_canvas_sub(&box, (struct yg_rect){1, 1, at.w - 2, at.h - 2});
	v->ops->draw(v, &inside);
	yg_buf_done(&title);
}

static void draw_overlay(struct yg_console *con, struct yg_canvas *c)
{
	struct yg_view *v = con->stack[con->n_stack - 1];
	int w = yg_canvas_width(c), h = yg_canvas_height(c);

	struct yg_buf title = {0};

	con->stack_at = (struct yg_rect){0, 0, w, h};
	yg_places_crumbs(con, w - yg_text_cells(v->count) - 8, &title);
	yg_put_border(c, YG_ST_FOCUS, YG_ST_TITLE, title.data, v->count);
	yg_buf_done(&title);
	struct yg_canvas inside = yg_canvas_sub(c, (struct yg_rect){1, 1, w - 2, h - 2});
	v->ops->draw(v, &inside);
}

void yg_panes_draw(struct yg_console *con, struct yg_canvas *c)
{
	int w = yg_canvas_width(c), h = yg_canvas_height(c), left = w / 2, top = (h + 1) / 2;
	const struct yg_rect at[YG_PANES] = {{0, 0, left, top}, {left, 0, w - left, top},
	    {0, top, left, h - top}, {left, top, w - left, h - top}};

	if (con->n_stack)
		draw_overlay(con, c);
	else if (con->is_zoomed)
		draw_pane(con, c, con->focus, (struct yg_rect){0, 0, w, h});
	else
		for (int p = 0; p < YG_PANES; p++)
			if (con->panes[p].n_tabs && con->dirty >> p & 1)
				draw_pane(con, c, p, at[p]);
}

/* ---- mouse ---- */

static bool is_inside(const struct yg_rect *r, int x, int y)
{
	return x >= r->x && x < r->x + r->w && y >= r->y && y < r->y + r->h;
}

static void pass_mouse(
    struct yg_console *con, struct yg_view *v, const struct yg_rect *at, const struct yg_event *ev)
{
	struct yg_event inner = *ev;

	inner.x -= at->x + 1;
	inner.y -= at->y + 1;
	if (v->ops->event && v->ops->event(v, &inner) & YG_R_REDRAW)
		yg_console_touch(con, con->n_stack ? YG_DIRTY_ALL : 1u << con->focus, true);
}

/* x and y are of the panes' area. */
void yg_panes_mouse(struct yg_console *con, const struct yg_event *ev)
{
	if (con->n_stack) {
		pass_mouse(con, con->stack[con->n_stack - 1], &con->stack_at, ev);
		return;
	}
	for (int p = 0; p < YG_PANES; p++) {
		const struct yg_rect *at = &con->panes[p].at;
		if ((con->is_zoomed && p != con->focus) || !is_inside(at, ev->x, ev->y))
			continue;
		if (ev->button == 1 && p != con->focus)
			yg_panes_focus(con, p);
		pass_mouse(con, tab_view(con, &con->panes[p]), at, ev);
		return;
	}
}

/* ---- what is on screen ---- */

static size_t add_visible(
    const struct yg_view *v, uint32_t *out, size_t n, size_t max, uint64_t *kinds)
{
	if (v->ops->rows)
		*kinds |= (uint64_t)1 << yg_kind_index(v->ops->rows);
	return n + yg_tableview_on_screen(v, out + n, max - n);
}

void yg_panes_tell_visible(struct yg_console *con)
{
	uint32_t slots[YG_COUNT(con->visible)];
	uint64_t kinds = 0;
	size_t n = 0;

	for (int p = 0; p < YG_PANES; p++)
		if (is_shown(con, p) && con->panes[p].n_tabs &&
		    con->panes[p].tabs[con->panes[p].tab].view)
			n = add_visible(con->panes[p].tabs[con->panes[p].tab].view, slots, n,
			    YG_COUNT(slots), &kinds);
	for (size_t i = 0; i < con->n_stack; i++) {
		n = add_visible(con->stack[i], slots, n, YG_COUNT(slots), &kinds);
		const struct yg_row *row =
		    yg_inventory_row(yg_host_inventory(con->host), con->stack[i]->subject);
		if (row && n < YG_COUNT(slots)) {
			slots[n++] = con->stack[i]->subject;
			kinds |= (uint64_t)1 << yg_kind_index(row->kind);
		}
	}
	if (n == con->n_visible && kinds == con->visible_kinds &&
	    memcmp(slots, con->visible, n * sizeof(*slots)) == 0)
		return;
	memcpy(con->visible, slots, n * sizeof(*slots));
	con->n_visible = n;
	con->visible_kinds = kinds;
	yg_host_set_visible(con->host, kinds, slots, n);
}
