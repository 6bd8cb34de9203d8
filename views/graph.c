/* graph: what a row depends on and what depends on it, as a tree around it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "api/yagura.h"
#include "base/i18n.h"

#define DEPTH_MAX    4
#define CHILDREN_MAX 12 /* of one row; the rest is counted */
#define LINES_MAX    400

struct line {
	uint32_t slot; /* YG_NO_SLOT: text only */
	int depth;
	bool is_last; /* of its siblings */
	char rel[24];
	char text[128]; /* of a line without a slot */
	uint32_t above; /* bit n: a line runs down at depth n */
};

struct graph {
	struct line lines[LINES_MAX];
	size_t n_lines;
	int at, top, page;
};

static bool is_listed(const struct graph *g, uint32_t slot)
{
	for (size_t i = 0; i < g->n_lines; i++)
		if (g->lines[i].slot == slot)
			return true;
	return false;
}

static struct line *add(struct graph *g, uint32_t slot, const struct line *parent, bool is_last)
{
	if (g->n_lines == LINES_MAX)
		return NULL;
	struct line *line = &g->lines[g->n_lines++];
	*line = (struct line){.slot = slot, .is_last = is_last};
	if (parent) {
		line->depth = parent->depth + 1;
		line->above = parent->above;
		if (!parent->is_last && parent->depth)
			line->above |= 1u << parent->depth;
	}
	return line;
}

static void name_unknown(struct line *line, const struct yg_edge *edge)
{
	snprintf(line->text, sizeof(line->text), _("%.*s %.*s (not listed)"),
	    (int)YG_MIN(edge->ref.kind_len, (size_t)32), edge->ref.kind,
	    (int)YG_MIN(edge->ref.name_len, (size_t)64), edge->ref.name);
}

/* Adds the rows around one, those not seen yet, and theirs. way: as of yg_edge_way(). */
static void grow(struct yg_view *v, size_t at, int way)
{
	struct graph *g = v->priv;
	struct yg_edge edges[256];
	const struct line parent = g->lines[at];
	size_t kept = 0;

	if (parent.depth >= DEPTH_MAX || parent.slot == YG_NO_SLOT)
		return;
	size_t total = yg_graph_edges(yg_host_graph(v->host), parent.slot, edges, YG_COUNT(edges));
	for (size_t i = 0; i < YG_MIN(total, YG_COUNT(edges)); i++) {
		if (yg_edge_leads_on(&edges[i], way) &&
		    (edges[i].slot == YG_NO_SLOT || !is_listed(g, edges[i].slot)))
			edges[kept++] = edges[i];
	}
	size_t shown = YG_MIN(kept, (size_t)CHILDREN_MAX);
	for (size_t i = 0; i < shown; i++) {
		if (is_listed(g, edges[i].slot) && edges[i].slot != YG_NO_SLOT)
			continue;
		struct line *line = add(g, edges[i].slot, &parent, i + 1 == shown && kept == shown);
		if (!line)
			return;
		snprintf(line->rel, sizeof(line->rel), "%s",
		    _(yg_rel_name(edges[i].rel, edges[i].is_backward)));
		if (edges[i].slot == YG_NO_SLOT)
			name_unknown(line, &edges[i]);
		grow(v, g->n_lines - 1, yg_edge_way(&edges[i], way));
	}
	if (kept > shown) {
		struct line *line = add(g, YG_NO_SLOT, &parent, true);
		if (line)
			snprintf(line->text, sizeof(line->text), _("and %zu more"), kept - shown);
	}
}

static int graph_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct graph *g = v->priv;
	bool concerns = !g->n_lines;

	for (size_t i = 0; i < count; i++) {
		uint64_t refs = 0;
		for (size_t f = 0; f < changes[i].kind->n_fields; f++)
			if (changes[i].kind->fields[f].type == YG_T_REF ||
			    changes[i].kind->fields[f].type == YG_T_REFS)
				refs |= (uint64_t)1 << f;
		concerns |= changes[i].what != YG_CHANGED || (changes[i].fields & refs);
	}
	if (!concerns)
		return count ? YG_R_REDRAW : 0;
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(v->host), v->subject);
	g->n_lines = 0;
	struct line *root = add(g, v->subject, NULL, true);
	if (row) {
		snprintf(v->title, sizeof(v->title), _("graph of %s %s"), row->kind->name,
		    yg_row_name(row));
		grow(v, 0, 0);
	} else
		snprintf(root->text, sizeof(root->text), "%s", _("it is gone"));
	snprintf(v->count, sizeof(v->count), "%zu", g->n_lines - 1);
	g->at = YG_MIN(g->at, (int)g->n_lines - 1);
	return YG_R_REDRAW;
}

static int graph_open(struct yg_view *v, struct yg_err *err)
{
	(void)err;
	graph_recalc(v, NULL, 0);
	return 0;
}

static int move(struct graph *g, int to)
{
	g->at = YG_MIN(YG_MAX(to, 0), (int)g->n_lines - 1);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int graph_event(struct yg_view *v, const struct yg_event *ev)
{
	struct graph *g = v->priv;

	if (ev->what == YG_EV_MOUSE)
		return ev->button >= 4   ? move(g, g->at + (ev->button == 4 ? -3 : 3))
		       : ev->button == 1 ? move(g, g->top + ev->y)
					 : 0;
	if (ev->what != YG_EV_KEY)
		return 0;
	if (yg_streq(ev->key, "j") || yg_streq(ev->key, "Down"))
		return move(g, g->at + 1);
	if (yg_streq(ev->key, "k") || yg_streq(ev->key, "Up"))
		return move(g, g->at - 1);
	if (yg_streq(ev->key, "PageDown") || yg_streq(ev->key, "C-d"))
		return move(g, g->at + g->page / 2);
	if (yg_streq(ev->key, "PageUp") || yg_streq(ev->key, "C-u"))
		return move(g, g->at - g->page / 2);
	if (yg_streq(ev->key, "g") || yg_streq(ev->key, "Home"))
		return move(g, 0);
	if (yg_streq(ev->key, "G") || yg_streq(ev->key, "End"))
		return move(g, LINES_MAX);
	return 0;
}

static void draw_line(
    struct yg_view *v, struct yg_canvas *c, int y, const struct line *line, int flags)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(v->host), line->slot);
	int x = 1;

	if (flags)
		yg_put_fill(c, 0, y, yg_canvas_width(c), YG_ST_TEXT | flags);
	for (int depth = 1; depth < line->depth; depth++, x += 3)
		if (line->above >> depth & 1)
			yg_put(c, x, y, 1, YG_ST_BORDER | flags, "│");
	if (line->depth)
		x += yg_put(c, x, y, 2, YG_ST_BORDER | flags, line->is_last ? "╰─" : "├─") + 1;
	if (line->rel[0])
		x += yg_put(c, x, y, -1, YG_ST_DIM | flags, line->rel) + 1;
	if (!row) {
		yg_put(c, x, y, -1, YG_ST_DIM | flags, line->text[0] ? line->text : _("gone"));
		return;
	}
	int meaning = (int)yg_row_meaning(row);
	yg_put_glyph(c, x, y, meaning | flags);
	x += 2;
	x += yg_put(c, x, y, -1, YG_ST_DIM | flags, row->kind->name) + 1;
	x += yg_put(c, x, y, -1, YG_ST_TEXT | YG_ST_STRONG | flags, yg_row_name(row)) + 2;
	int state = yg_row_state(row);
	if (state > 0 && (size_t)state < row->kind->n_states)
		x += yg_put(c, x, y, -1, meaning | flags, row->kind->states[state].name) + 2;
	if (line->depth && yg_row_has(row, YG_F_NOTE))
		yg_put(c, x, y, -1, YG_ST_DIM | flags, yg_row_text(row, YG_F_NOTE));
}

static void graph_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct graph *g = v->priv;

	g->page = yg_canvas_height(c);
	if (g->at < g->top)
		g->top = g->at;
	if (g->at >= g->top + g->page)
		g->top = g->at - g->page + 1;
	for (int y = 0; y < g->page && (size_t)(g->top + y) < g->n_lines; y++)
		draw_line(v, c, y, &g->lines[g->top + y], g->top + y == g->at ? YG_ST_SELECTED : 0);
}

static uint32_t graph_current(struct yg_view *v)
{
	const struct graph *g = v->priv;

	return g->lines[g->at].slot;
}

const struct yg_view_ops yg_view_graph = {
    .size = sizeof(struct yg_view_ops),
    .name = "graph",
    .title = "Graph",
    .help = "what a row depends on and what depends on it",
    .kind = "*",
    .private_size = sizeof(struct graph),
    .open = graph_open,
    .event = graph_event,
    .recalc = graph_recalc,
    .draw = graph_draw,
    .current = graph_current,
};
