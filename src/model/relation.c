/* relation: the one graph: edges followed both ways, and what stops working when a row goes off. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/relation.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#include "base/map.h"
#include "base/text.h"
#include "base/vec.h"

#define KINDS_MAX 64

struct pair {
	uint32_t hash; /* of the key that a reference names, or of an identity */
	uint32_t slot; /* the row that says so */
};

/* Pairs in buckets by the low bits of their hash: bucket n is pairs[starts[n]] to [starts[n + 1]].
 */
struct index {
	struct pair *pairs;
	uint32_t *starts;
	uint32_t mask;
	size_t count;
};

struct fields {
	const struct yg_kind *kind;
	uint64_t refs, identities; /* bits of fields */
};

struct yg_graph {
	struct yg_inventory *inv;
	bool is_built;
	struct index refs, same;
	struct fields fields[KINDS_MAX]; /* by position of the kind */
};

/* ---- hashes ---- */

static uint32_t text_hash(const char *s, size_t len)
{
	return yg_hash(s, len, 0);
}

/* rest: hash of "kind/id", as it stands in a reference. */
static uint32_t join(uint32_t controller, uint32_t rest)
{
	return controller * 0x9e3779b1u ^ rest;
}

static uint32_t key_hash(const struct yg_row *row)
{
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);
	struct yg_buf rest = {0};

	yg_buf_str(&rest, row->kind->name);
	yg_buf_char(&rest, '/');
	yg_buf_str(&rest, yg_row_id(row));
	uint32_t hash =
	    join(text_hash(controller, strlen(controller)), text_hash(rest.data, rest.len));
	yg_buf_done(&rest);
	return hash;
}

/* Takes the next reference from *s and hashes the key it names; false at the end. It does less than
 * yg_ref_next(): what is no reference gives a hash that nobody looks for. */
static bool next_hash(const char **s, uint32_t own, uint32_t *out)
{
	const char *p = *s, *slash = *p == '@' ? strchr(p, '/') : NULL;

	if (!*p || *p == '\n')
		return false;
	if (slash) {
		own = text_hash(p + 1, (size_t)(slash - p - 1));
		p = slash + 1;
	}
	const char *end = strchrnul(p, '\n'), *tab = memchr(p, '\t', (size_t)(end - p));
	*out = join(own, text_hash(p, (size_t)((tab ? tab : end) - p)));
	*s = end + (*end == '\n');
	return true;
}

static bool is_text(const char *s, const char *other, size_t len)
{
	return strncmp(s, other, len) == 0 && !s[len];
}

static bool points_to(
    const struct yg_row *row, const struct yg_ref *ref, const struct yg_row *target)
{
	const char *controller = yg_row_text(target, YG_F_CONTROLLER);
	bool is_there = ref->controller
			    ? is_text(controller, ref->controller, ref->controller_len)
			    : strcmp(controller, yg_row_text(row, YG_F_CONTROLLER)) == 0;

	return is_there && is_text(target->kind->name, ref->kind, ref->kind_len) &&
	       is_text(yg_row_id(target), ref->id, ref->id_len);
}

/* Firmware without a UUID of its own says all zeros, all ones, or this. */
static bool is_identity(const char *s)
{
	size_t len = strlen(s);

	if (len < 8 || strcasecmp(s, "03000200-0400-0500-0006-000700080009") == 0)
		return false;
	for (size_t i = 1; i < len; i++)
		if (s[i] != s[0] && isalnum((unsigned char)s[i]))
			return true;
	return false;
}

/* Letters in either case are the same: a bit of each byte is not looked at. The field's name keeps
 * different facts apart; its kind does not: a node of a cluster may be somebody's VM. */
static uint32_t identity_hash(const struct yg_field *field, const char *s)
{
	uint32_t h = text_hash(field->name, strlen(field->name));
	char folded[64];

	for (size_t len = strlen(s); len;) {
		size_t n = YG_MIN(len, sizeof(folded));
		for (size_t i = 0; i < n; i++)
			folded[i] = s[i] | 0x20;
		h = yg_hash(folded, n, h);
		s += n;
		len -= n;
	}
	return h;
}

/* ---- the index ---- */

static struct fields fields_of(const struct yg_kind *kind)
{
	struct fields f = {.kind = kind};

	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct yg_field *field = &kind->fields[i];
		if (field->type == YG_T_REF || field->type == YG_T_REFS)
			f.refs |= (uint64_t)1 << i;
		else if (field->type == YG_T_TEXT && field->flags & YG_FF_IDENTITY)
			f.identities |= (uint64_t)1 << i;
	}
	return f;
}

/* Small kinds are looked at again; a table of them would have to follow plugins. */
static struct fields find_fields(const struct yg_graph *g, const struct yg_kind *kind)
{
	int k = yg_kind_index(kind);

	if (k >= 0 && k < KINDS_MAX && g->fields[k].kind == kind)
		return g->fields[k];
	return fields_of(kind);
}

struct pairs yg_vec(struct pair);

/* What a build goes along with. */
struct builder {
	struct pairs refs, same;
	const char *controller; /* of the row before, and its hash */
	uint32_t own;
};

static void add_row(
    struct builder *b, const struct yg_row *row, uint32_t slot, const struct fields *fields)
{
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);
	struct pair pair = {.slot = slot};

	if (!b->controller || strcmp(controller, b->controller) != 0)
		b->own = text_hash(controller, strlen(controller));
	b->controller = controller;
	for (uint64_t left = fields->refs & row->has; left; left &= left - 1) {
		const char *s = row->v[__builtin_ctzll(left)].s;
		while (next_hash(&s, b->own, &pair.hash))
			yg_vec_push(&b->refs, pair);
	}
	for (uint64_t left = fields->identities & row->has; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		if (!is_identity(row->v[f].s))
			continue;
		pair.hash = identity_hash(&row->kind->fields[f], row->v[f].s);
		yg_vec_push(&b->same, pair);
	}
}

static void drop_index(struct index *index)
{
	free(index->pairs);
	free(index->starts);
	*index = (struct index){0};
}

/* Sorts the pairs into buckets, keeping their order in each; they are given back. */
static void fill_index(struct index *index, struct pairs *pairs)
{
	uint32_t size = 64;

	while (size < pairs->count)
		size *= 2;
	drop_index(index);
	index->mask = size - 1;
	index->count = pairs->count;
	index->starts = yg_xcalloc(size + 2, sizeof(*index->starts));
	index->pairs = yg_xcalloc(pairs->count + 1, sizeof(*index->pairs));
	/* Counted two places further on: filling moves each start to where it belongs. */
	uint32_t *starts = index->starts + 1;
	yg_vec_each (pairs, p)
		starts[(p->hash & index->mask) + 1]++;
	for (uint32_t i = 1; i <= size; i++)
		starts[i] += starts[i - 1];
	yg_vec_each (pairs, p)
		index->pairs[starts[p->hash & index->mask]++] = *p;
	yg_vec_done(pairs);
}

static void build(struct yg_graph *g)
{
	struct builder b = {0};
	size_t n_kinds = 0, count = 0;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);

	if (g->is_built)
		return;
	yg_vec_reserve(&b.refs, g->refs.count + g->refs.count / 8);
	yg_vec_reserve(&b.same, g->same.count + g->same.count / 8);
	for (size_t k = 0; k < n_kinds && k < KINDS_MAX; k++) {
		if (!kinds[k])
			continue;
		g->fields[k] = fields_of(kinds[k]);
		const uint32_t *slots = yg_inventory_slots(g->inv, kinds[k], &count);
		for (size_t i = 0; i < count; i++)
			add_row(&b, yg_inventory_row(g->inv, slots[i]), slots[i], &g->fields[k]);
	}
	fill_index(&g->refs, &b.refs);
	fill_index(&g->same, &b.same);
	g->is_built = true;
}

static void on_changes(void *data, const struct yg_change *changes, size_t count)
{
	struct yg_graph *g = data;

	for (size_t i = 0; i < count && g->is_built; i++) {
		struct fields f = find_fields(g, changes[i].kind);
		if (changes[i].what != YG_CHANGED || changes[i].fields & (f.refs | f.identities))
			g->is_built = false;
	}
}

struct yg_graph *yg_graph_create(struct yg_inventory *inv)
{
	struct yg_graph *g = yg_xcalloc(1, sizeof(*g));

	g->inv = inv;
	yg_inventory_listen(inv, on_changes, g);
	return g;
}

void yg_graph_destroy(struct yg_graph *g)
{
	if (!g)
		return;
	yg_inventory_unlisten(g->inv, on_changes, g);
	drop_index(&g->refs);
	drop_index(&g->same);
	free(g);
}

/* ---- edges ---- */

struct edges {
	struct yg_edge *out;
	size_t max, count;
};

static void add_edge(struct edges *edges, struct yg_edge edge)
{
	if (edges->count < edges->max)
		edges->out[edges->count] = edge;
	edges->count++;
}

/* A row may name another twice, two cards on one network: that is one edge. Of the very many that a
 * peer could send only the last ones are compared. */
static bool is_known(const struct edges *edges, int field, uint32_t slot)
{
	size_t end = YG_MIN(edges->count, edges->max), first = end > 64 ? end - 64 : 0;

	for (size_t i = first; i < end; i++)
		if (edges->out[i].field == field && edges->out[i].slot == slot)
			return true;
	return false;
}

static void add_forward(
    const struct yg_graph *g, const struct yg_row *row, int field, struct edges *edges)
{
	struct yg_ref ref;

	for (const char *s = row->v[field].s; (s = yg_ref_next(s, &ref));) {
		uint32_t to = yg_inventory_follow(g->inv, row, &ref);
		if (to != YG_NO_SLOT && is_known(edges, field, to))
			continue;
		add_edge(edges, (struct yg_edge){.slot = to,
				    .rel = row->kind->fields[field].rel,
				    .field = field,
				    .ref = ref});
	}
}

static bool field_points_to(const struct yg_row *row, int field, const struct yg_row *target)
{
	struct yg_ref ref;

	for (const char *s = row->v[field].s; (s = yg_ref_next(s, &ref));)
		if (points_to(row, &ref, target))
			return true;
	return false;
}

/* The reference fields of row, of those in mask, that name target. */
static uint64_t pointing(
    const struct yg_graph *g, const struct yg_row *row, uint64_t mask, const struct yg_row *target)
{
	uint64_t found = 0;

	for (uint64_t left = find_fields(g, row->kind).refs & row->has & mask; left;
	     left &= left - 1)
		if (field_points_to(row, __builtin_ctzll(left), target))
			found |= left & -left;
	return found;
}

/* Goes through the rows in a bucket whose hash is right, each once. *at: 0 at first. */
static const struct yg_row *next_in(const struct yg_graph *g, const struct index *index,
    uint32_t hash, uint32_t *at, uint32_t *out_slot)
{
	uint32_t first = index->starts[hash & index->mask];
	uint32_t end = index->starts[(hash & index->mask) + 1];

	for (uint32_t i = *at ? *at : first; i < end; i++) {
		const struct pair *p = &index->pairs[i];
		const struct yg_row *row = yg_inventory_row(g->inv, p->slot);
		if (p->hash != hash || !row || (*at && p->slot == *out_slot))
			continue;
		*at = i + 1;
		*out_slot = p->slot;
		return row;
	}
	return NULL;
}

static void add_backward(const struct yg_graph *g, const struct yg_row *target, struct edges *edges)
{
	uint32_t hash = key_hash(target), at = 0, slot = 0;

	for (const struct yg_row *row; (row = next_in(g, &g->refs, hash, &at, &slot));)
		for (uint64_t left = pointing(g, row, UINT64_MAX, target); left; left &= left - 1) {
			int f = __builtin_ctzll(left);
			add_edge(edges, (struct yg_edge){.slot = slot,
					    .rel = row->kind->fields[f].rel,
					    .is_backward = true,
					    .field = f});
		}
}

/* What a row says of the same fact, "" if nothing. */
static const char *identity(const struct yg_row *row, const char *name)
{
	int f = yg_kind_field(row->kind, name);

	return f >= 0 && row->kind->fields[f].flags & YG_FF_IDENTITY ? yg_row_text(row, f) : "";
}

static void add_same(
    const struct yg_graph *g, uint32_t self, const struct yg_row *row, struct edges *edges)
{
	uint64_t left = find_fields(g, row->kind).identities & row->has;

	for (; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		const char *s = row->v[f].s;
		const struct yg_field *field = &row->kind->fields[f];
		uint32_t hash = identity_hash(field, s), at = 0, slot = 0;
		if (!is_identity(s))
			continue;
		for (const struct yg_row *other; (other = next_in(g, &g->same, hash, &at, &slot));)
			if (slot != self && strcasecmp(identity(other, field->name), s) == 0 &&
			    !is_known(edges, -1, slot))
				add_edge(
				    edges, (struct yg_edge){
					       .slot = slot, .rel = YG_REL_SAME_AS, .field = -1});
	}
}

/* Kinds in their order, rows by name: not in the order in which they happened to come. */
static int compare_edges(const void *a, const void *b, void *data)
{
	const struct yg_graph *g = data;
	const struct yg_edge *x = a, *y = b;
	const struct yg_row *row = yg_inventory_row(g->inv, x->slot);
	const struct yg_row *other = yg_inventory_row(g->inv, y->slot);
	int by_kind = yg_kind_index(row->kind) - yg_kind_index(other->kind);

	if (by_kind)
		return by_kind;
	int by_name = yg_text_natural(yg_row_name(row), yg_row_name(other));
	return by_name ? by_name : x->field - y->field;
}

size_t yg_graph_edges(struct yg_graph *g, uint32_t slot, struct yg_edge *out, size_t max)
{
	const struct yg_row *row = yg_inventory_row(g->inv, slot);
	struct edges edges = {.out = out, .max = max};

	if (!row)
		return 0;
	build(g);
	for (uint64_t left = find_fields(g, row->kind).refs & row->has; left; left &= left - 1)
		add_forward(g, row, __builtin_ctzll(left), &edges);
	size_t forward = YG_MIN(edges.count, max);
	add_backward(g, row, &edges);
	if (edges.count > forward && max > forward)
		qsort_r(out + forward, YG_MIN(edges.count, max) - forward, sizeof(*out),
		    compare_edges, g);
	add_same(g, slot, row, &edges);
	return edges.count;
}

int yg_edge_way(const struct yg_edge *edge, int way)
{
	if (edge->field < 0)
		return way; /* the same thing: no step */
	return edge->is_backward ? -1 : 1;
}

bool yg_edge_leads_on(const struct yg_edge *edge, int way)
{
	int next = yg_edge_way(edge, way);
	return !way || !next || way == next;
}

/* ---- impact ---- */

struct walk {
	struct yg_graph *g;
	uint8_t *seen;                 /* a bit for each slot */
	struct yg_vec(uint32_t) queue; /* what stops, nearest first */
	struct yg_vec(
	    uint32_t) twins; /* of the row looked at: itself, and what is the same thing */
};

/* true the first time. */
static bool see(struct walk *w, uint32_t slot)
{
	uint8_t bit = (uint8_t)(1 << (slot & 7));

	if (w->seen[slot / 8] & bit)
		return false;
	w->seen[slot / 8] |= bit;
	return true;
}

/* A row that does not answer may still work: its last known state counts. */
static bool is_working(const struct yg_row *row)
{
	int state = yg_row_state(row);

	if (state < 0 || (size_t)state >= row->kind->n_states)
		return false;
	enum yg_style meaning = row->kind->states[state].meaning;
	return meaning == YG_ST_OK || meaning == YG_ST_WARN || meaning == YG_ST_BUSY;
}

static uint64_t needs_of(const struct yg_kind *kind)
{
	uint64_t needs = 0;

	for (size_t i = 0; i < kind->n_fields; i++)
		if (kind->fields[i].flags & YG_FF_NEEDS)
			needs |= (uint64_t)1 << i;
	return needs;
}

static void add_dependents(struct walk *w, const struct yg_row *target)
{
	uint32_t hash = key_hash(target), at = 0, slot = 0;

	for (const struct yg_row *row; (row = next_in(w->g, &w->g->refs, hash, &at, &slot));)
		if (is_working(row) && pointing(w->g, row, needs_of(row->kind), target) &&
		    see(w, slot))
			yg_vec_push(&w->queue, slot);
}

/* A machine known to two controllers goes off in both. Nothing that others need is known to more
 * than a few. */
static void add_twins(struct walk *w, uint32_t slot, const struct yg_row *row)
{
	struct yg_edge found[16];
	struct edges edges = {.out = found, .max = YG_COUNT(found)};

	add_same(w->g, slot, row, &edges);
	for (size_t i = 0; i < YG_MIN(edges.count, edges.max); i++)
		if (see(w, found[i].slot))
			yg_vec_push(&w->twins, found[i].slot);
}

static void expand(struct walk *w, uint32_t slot)
{
	w->twins.count = 0;
	yg_vec_push(&w->twins, slot);
	for (size_t i = 0; i < w->twins.count; i++) {
		uint32_t twin = w->twins.items[i];
		const struct yg_row *row = yg_inventory_row(w->g->inv, twin);
		add_twins(w, twin, row);
		add_dependents(w, row);
	}
}

size_t yg_graph_impact(struct yg_graph *g, uint32_t slot, uint32_t *out, size_t max)
{
	if (!yg_inventory_row(g->inv, slot))
		return 0;
	build(g);
	struct walk w = {.g = g, .seen = yg_xcalloc(yg_inventory_limit(g->inv) / 8 + 1, 1)};
	see(&w, slot);
	expand(&w, slot);
	for (size_t i = 0; i < w.queue.count; i++)
		expand(&w, w.queue.items[i]);
	size_t count = w.queue.count;
	for (size_t i = 0; i < YG_MIN(count, max); i++)
		out[i] = w.queue.items[i];
	free(w.seen);
	yg_vec_done(&w.queue);
	yg_vec_done(&w.twins);
	return count;
}
