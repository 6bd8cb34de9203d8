/* series: the recent past of metric fields: a ring of samples for a slot and field. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/series.h"

#include <math.h>
#include <stdlib.h>

/* A place in the circle of rings: the one asked for longest ago comes first. */
struct link {
	struct link *before, *after;
};

/* The samples of one row: YG_SERIES_LEN times one for each metric field: a tick touches one place.
 */
struct ring {
	struct link link;
	uint32_t slot;
	unsigned next, known; /* where the next sample goes; how many there are */
	uint64_t fields;
	uint64_t asked; /* tick of the last question, 0: never */
	size_t size;    /* bytes */
	float samples[];
};

struct yg_series {
	struct yg_inventory *inv;
	struct ring **rings; /* by slot; NULL: not kept */
	uint32_t n_rings;
	struct link ends; /* of the circle: after is the first, before the last */
	size_t used, max;
	uint64_t tick;
};

static uint64_t metrics_of(const struct yg_kind *kind)
{
	uint64_t fields = 0;

	for (size_t i = 0; i < kind->n_fields; i++)
		if (kind->fields[i].flags & YG_FF_METRIC && !yg_type_is_text(kind->fields[i].type))
			fields |= (uint64_t)1 << i;
	return fields;
}

static void unlink_ring(struct ring *r)
{
	r->link.before->after = r->link.after;
	r->link.after->before = r->link.before;
}

static void link_last(struct yg_series *s, struct ring *r)
{
	r->link.before = s->ends.before;
	r->link.after = &s->ends;
	r->link.before->after = &r->link;
	s->ends.before = &r->link;
}

/* The ring behind a place; NULL at the end of the circle. */
static struct ring *ring_at(struct yg_series *s, struct link *after)
{
	return after == &s->ends ? NULL : yg_container_of(after, struct ring, link);
}

static void drop_ring(struct yg_series *s, struct ring *r)
{
	unlink_ring(r);
	s->used -= r->size;
	s->rings[r->slot] = NULL;
	free(r);
}

static struct ring *ring_of(const struct yg_series *s, uint32_t slot)
{
	return slot < s->n_rings ? s->rings[slot] : NULL;
}

static void make_place(struct yg_series *s, uint32_t slot)
{
	if (slot < s->n_rings)
		return;
	uint32_t count = YG_MAX(slot + 1, s->n_rings * 2);
	s->rings = yg_xreallocarray(s->rings, count, sizeof(*s->rings));
	memset(s->rings + s->n_rings, 0, (count - s->n_rings) * sizeof(*s->rings));
	s->n_rings = count;
}

/* Gives up rings that nobody asked for lately until size more fits. What is on the screen now
 * stays, or two rows would take each other's place at every look. */
static bool make_room(struct yg_series *s, size_t size)
{
	while (s->used + size > s->max) {
		struct ring *oldest = ring_at(s, s->ends.after);
		if (!oldest || (oldest->asked && oldest->asked + 2 > s->tick))
			return false;
		drop_ring(s, oldest);
	}
	return true;
}

/* A ring for the row, if it has metrics and there is room; may_push: others are given up for it. */
static struct ring *add_ring(struct yg_series *s, uint32_t slot, bool may_push)
{
	const struct yg_row *row = yg_inventory_row(s->inv, slot);
	uint64_t fields = row ? metrics_of(row->kind) : 0;
	size_t n = (size_t)__builtin_popcountll(fields) * YG_SERIES_LEN;
	size_t size = sizeof(struct ring) + n * sizeof(float);

	if (!n || (s->used + size > s->max && !(may_push && make_room(s, size))))
		return NULL;
	struct ring *r = yg_xcalloc(1, size);
	r->slot = slot;
	r->fields = fields;
	r->size = size;
	s->used += size;
	make_place(s, slot);
	s->rings[slot] = r;
	link_last(s, r);
	return r;
}

static void on_changes(void *data, const struct yg_change *changes, size_t count)
{
	struct yg_series *s = data;

	for (size_t i = 0; i < count; i++) {
		struct ring *r = ring_of(s, changes[i].slot);
		if (changes[i].what != YG_CHANGED && r)
			drop_ring(s, r);
		if (changes[i].what == YG_ADDED)
			add_ring(s, changes[i].slot, false);
	}
}

struct yg_series *yg_series_create(struct yg_inventory *inv, size_t max_bytes)
{
	struct yg_series *s = yg_xcalloc(1, sizeof(*s));

	s->inv = inv;
	s->max = max_bytes;
	s->tick = 1;
	s->ends.before = s->ends.after = &s->ends;
	uint32_t limit = yg_inventory_limit(inv);
	for (uint32_t slot = 0; slot < limit; slot++)
		if (yg_inventory_row(inv, slot))
			add_ring(s, slot, false);
	yg_inventory_listen(inv, on_changes, s);
	return s;
}

void yg_series_destroy(struct yg_series *s)
{
	if (!s)
		return;
	yg_inventory_unlisten(s->inv, on_changes, s);
	for (struct ring *r; (r = ring_at(s, s->ends.after));)
		drop_ring(s, r);
	free(s->rings);
	free(s);
}

static void take_sample(struct ring *r, const struct yg_row *row)
{
	float *to = r->samples + r->next * (size_t)__builtin_popcountll(r->fields);

	for (uint64_t left = r->fields; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		*to++ = row && yg_row_has(row, f) ? (float)yg_row_number(row, f) : NAN;
	}
	r->next = (r->next + 1) % YG_SERIES_LEN;
	r->known = YG_MIN(r->known + 1, (unsigned)YG_SERIES_LEN);
}

void yg_series_tick(struct yg_series *s)
{
	s->tick++;
	for (struct ring *r = ring_at(s, s->ends.after); r; r = ring_at(s, r->link.after))
		take_sample(r, yg_inventory_row(s->inv, r->slot));
}

/* Copies the newest n of what is known to the end of out; the rest is NAN. */
static size_t copy(const struct ring *r, int field, float *out, size_t n)
{
	uint64_t below = r->fields & (((uint64_t)1 << field) - 1);
	const float *samples = r->samples + __builtin_popcountll(below);
	size_t step = (size_t)__builtin_popcountll(r->fields);
	size_t count = YG_MIN((size_t)r->known, n), known = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = (r->next + YG_SERIES_LEN - count + i) % YG_SERIES_LEN;
		out[n - count + i] = samples[at * step];
		known += !isnan(samples[at * step]);
	}
	return known;
}

size_t yg_series_get(struct yg_series *s, uint32_t slot, int field, float *out, size_t n)
{
	struct ring *r = ring_of(s, slot);

	for (size_t i = 0; i < n; i++)
		out[i] = NAN;
	if (!r)
		r = add_ring(s, slot, true);
	if (!r)
		return 0;
	r->asked = s->tick;
	unlink_ring(r);
	link_last(s, r);
	return r->fields >> field & 1 ? copy(r, field, out, n) : 0;
}
