/* places: where one is, and where one was: back and forth, and the path in the title. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/places.h"

#include <stdio.h>

#include "base/i18n.h"
#include "base/text.h"

#define PLACES_MAX 100

struct yg_places {
	struct yg_vec(struct yg_place) all; /* oldest first */
	size_t at;                          /* where we are in them */
};

/* ---- one place ---- */

static char *row_text(struct yg_console *con, uint32_t slot)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(con->host), slot);

	if (!row)
		return NULL;
	return yg_xasprintf(
	    "%s/%s/%s", yg_row_text(row, YG_F_CONTROLLER), row->kind->name, yg_row_id(row));
}

uint32_t yg_place_find_row(struct yg_console *con, const char *row)
{
	const char *kind = row ? strchr(row, '/') : NULL, *id = kind ? strchr(kind + 1, '/') : NULL;
	uint32_t slot = YG_NO_SLOT;

	if (!id)
		return YG_NO_SLOT;
	char *controller = yg_xstrndup(row, (size_t)(kind - row));
	char *name = yg_xstrndup(kind + 1, (size_t)(id - kind - 1));
	if (yg_kind_find(name))
		slot = yg_inventory_find(
		    yg_host_inventory(con->host), controller, yg_kind_find(name), id + 1);
	free(controller);
	free(name);
	return slot;
}

char *yg_place_sort(const struct yg_view *v)
{
	struct yg_buf sort = {0};

	if (yg_tableview_is_sorted_as_made(v))
		return NULL;
	yg_tableview_sort_text(v, &sort);
	return yg_buf_take(&sort);
}

int yg_place_set_table(struct yg_view *v, const char *filter, const char *sort, struct yg_err *err)
{
	int rc = yg_tableview_filter(v, filter, err);

	if (sort)
		return rc ? rc : yg_tableview_sort(v, sort, err);
	yg_tableview_sort_as_made(v);
	return rc;
}

void yg_place_take(struct yg_console *con, struct yg_place *out)
{
	const struct yg_pane *pane = &con->panes[con->focus];
	struct yg_view *v = yg_panes_current(con);

	*out = (struct yg_place){.is_zoomed = con->is_zoomed};
	if (pane->n_tabs)
		out->tab = yg_xstrdup(pane->tabs[pane->tab].ops->name);
	for (size_t i = 0; i < con->n_stack && i < YG_PLACE_OVERS; i++) {
		out->over[i].view = yg_xstrdup(con->stack[i]->ops->name);
		out->over[i].row = row_text(con, con->stack[i]->subject);
		out->n_over++;
	}
	if (v->ops->current)
		out->row = row_text(con, v->ops->current(v));
	if (!yg_tableview_table(v))
		return;
	out->filter = yg_xstrdup(yg_tableview_filter_text(v));
	out->sort = yg_place_sort(v);
}

/* The same view of the same thing with the same filter. */
static bool is_same(const struct yg_place *a, const struct yg_place *b)
{
	if (!yg_streq(a->tab, b->tab) || a->n_over != b->n_over ||
	    strcmp(a->filter ? a->filter : "", b->filter ? b->filter : "") != 0)
		return false;
	for (size_t i = 0; i < a->n_over; i++)
		if (!yg_streq(a->over[i].view, b->over[i].view) ||
		    !yg_streq(a->over[i].row, b->over[i].row))
			return false;
	return true;
}

static int show_overs(struct yg_console *con, const struct yg_place *place, struct yg_err *err)
{
	for (size_t i = 0; i < place->n_over; i++) {
		uint32_t slot = yg_place_find_row(con, place->over[i].row);
		if (place->over[i].row && slot == YG_NO_SLOT)
			return yg_err_set(err, YG_E_NOTFOUND, "%s is gone", place->over[i].row);
		int rc = yg_panes_show(con, place->over[i].view, slot, err);
		if (rc)
			return rc;
	}
	return 0;
}

int yg_place_show(struct yg_console *con, const struct yg_place *place, struct yg_err *err)
{
	int rc = place->tab ? yg_panes_show(con, place->tab, YG_NO_SLOT, err) : 0;

	if (rc)
		return rc;
	con->is_zoomed = place->is_zoomed;
	rc = show_overs(con, place, err);
	struct yg_view *v = yg_panes_current(con);
	if (rc || !yg_tableview_table(v))
		return rc;
	rc = yg_place_set_table(v, place->filter, place->sort, err);
	uint32_t slot = yg_place_find_row(con, place->row);
	if (!rc && slot != YG_NO_SLOT)
		yg_tableview_go(v, slot);
	return rc;
}

/* ---- back and forth ---- */

static void forget_from(struct yg_places *p, size_t from)
{
	while (p->all.count > from)
		yg_place_done(&p->all.items[--p->all.count]);
}

void yg_places_note(struct yg_console *con)
{
	struct yg_places *p = con->places;
	struct yg_place now;

	if (!p)
		p = con->places = yg_xcalloc(1, sizeof(*p));
	yg_place_take(con, &now);
	if (p->all.count && is_same(&p->all.items[p->at], &now)) {
		yg_place_done(&p->all.items[p->at]);
		p->all.items[p->at] = now;
		return;
	}
	forget_from(p, p->all.count ? p->at + 1 : 0);
	if (p->all.count == PLACES_MAX) {
		yg_place_done(&p->all.items[0]);
		yg_vec_remove(&p->all, 0);
	}
	yg_vec_push(&p->all, now);
	p->at = p->all.count - 1;
}

int yg_places_step(struct yg_console *con, int step, struct yg_err *err)
{
	struct yg_places *p = con->places;

	if (!p || (step < 0 ? p->at == 0 : p->at + 1 >= p->all.count))
		return yg_err_set(err, YG_E_NOTFOUND,
		    step < 0 ? "no place before this one" : "no place behind it");
	p->at = step < 0 ? p->at - 1 : p->at + 1;
	int rc = yg_place_show(con, &p->all.items[p->at], err);
	if (!rc)
		return 0;
	/* What it was is gone: where that led to takes its place. */
	yg_place_done(&p->all.items[p->at]);
	yg_place_take(con, &p->all.items[p->at]);
	return rc;
}

void yg_places_free(struct yg_console *con)
{
	if (!con->places)
		return;
	forget_from(con->places, 0);
	yg_vec_done(&con->places->all);
	free(con->places);
	con->places = NULL;
}

/* ---- the path in the title ---- */

void yg_places_crumbs(struct yg_console *con, int width, struct yg_buf *out)
{
	const struct yg_pane *pane = &con->panes[con->focus];
	const char *base = pane->n_tabs ? _(pane->tabs[pane->tab].ops->title) : "";
	int used = yg_text_cells(base);
	size_t from = con->n_stack;

	/* From the end, as much as there is room for. */
	while (from > 0 && used + yg_text_cells(con->stack[from - 1]->title) + 3 <= width)
		used += yg_text_cells(con->stack[--from]->title) + 3;
	from = YG_MIN(from, con->n_stack - 1);
	if (base[0])
		yg_buf_printf(out, "%s › %s", base, from ? "… › " : "");
	for (size_t i = from; i < con->n_stack; i++)
		yg_buf_printf(out, "%s%s", con->stack[i]->title, i + 1 < con->n_stack ? " › " : "");
}
