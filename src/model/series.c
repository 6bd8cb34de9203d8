/* series: the recent past of metric fields: a ring of samples for a slot and field. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/series.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "model/kinds.h"

/* A place in the circle of rings: the one asked for longest ago comes first. */
struct link {
	struct link *before, *after;
};

/* The samples of one row: len times one for each field that is kept: a tick touches one place. */
struct ring {
	struct link link;
	uint32_t slot;
	unsigned next, known; /* where the next sample goes; how many there are */
	uint64_t fields;
	uint64_t asked; /* tick of the last question, 0: never */
	size_t size;    /* bytes */
	unsigned len;   /* samples that it holds */
	unsigned watchers;
	float samples[];
};

struct yg_series {
	struct yg_inventory *inv;
	struct ring **rings; /* by slot; NULL: not kept */
	uint32_t n_rings;
	struct link ends; /* of the circle: after is the first, before the last */
	size_t used, max;
	uint64_t tick;
	size_t n_long;                 /* rings of watched rows, and of those that were */
	int64_t times[YG_SERIES_LONG]; /* by tick */
};

static uint64_t metrics_of(const struct yg_kind *kind)
{
	uint64_t fields = 0;

	for (size_t i = 0; i < kind->n_fields; i++)
		if (kind->fields[i].flags & YG_FF_METRIC && !yg_type_is_text(kind->fields[i].type))
			fields |= (uint64_t)1 << i;
	return fields;
}

/* Metrics, and all else that can be drawn over time. */
static uint64_t numbers_of(const struct yg_kind *kind)
{
	uint64_t fields = metrics_of(kind);

	for (size_t i = YG_F_COMMON; i < kind->n_fields; i++)
		if (yg_type_is_measure(kind->fields[i].type))
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
	s->n_long -= r->len == YG_SERIES_LONG;
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
		while (oldest && oldest->watchers)
			oldest = ring_at(s, oldest->link.after);
		if (!oldest || (oldest->asked && oldest->asked + 2 > s->tick))
			return false;
		drop_ring(s, oldest);
	}
	return true;
}

/* A ring in place of the row's old one, if there is room; may_push: others are given up for it. */
static struct ring *make_ring(
    struct yg_series *s, uint32_t slot, uint64_t fields, unsigned len, bool may_push)
{
	size_t n = (size_t)__builtin_popcountll(fields) * len;
	size_t size = sizeof(struct ring) + n * sizeof(float);

	if (!n || (s->used + size > s->max && !(may_push && make_room(s, size))))
		return NULL;
	struct ring *r = yg_xcalloc(1, size);
	r->slot = slot;
	r->fields = fields;
	r->size = size;
	r->len = len;
	s->used += size;
	s->n_long += len == YG_SERIES_LONG;
	make_place(s, slot);
	s->rings[slot] = r;
	link_last(s, r);
	return r;
}

static struct ring *add_ring(struct yg_series *s, uint32_t slot, bool may_push)
{
	const struct yg_row *row = yg_inventory_row(s->inv, slot);

	return row ? make_ring(s, slot, metrics_of(row->kind), YG_SERIES_LEN, may_push) : NULL;
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

/* The controller asked for last: neighbours mostly are of the same one. */
struct touch {
	const char *controller;
	bool is_lost;
};

/* true if nobody can say that the row still is as it says: it is silent, or its controller is. */
static bool is_out_of_touch(
    const struct yg_inventory *inv, const struct yg_row *row, struct touch *last)
{
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);

	if (yg_row_has(row, YG_F_SILENT))
		return true;
	if (!last->controller || strcmp(last->controller, controller) != 0) {
		uint32_t slot = yg_inventory_find(inv, "yagura", &yg_kind_controller, controller);
		const struct yg_row *ctl = yg_inventory_row(inv, slot);
		*last = (struct touch){controller, ctl && yg_row_meaning(ctl) != YG_ST_OK};
	}
	return last->is_lost;
}

/* row: NULL where it is not known how it is. */
static void take_sample(struct ring *r, const struct yg_row *row)
{
	float *to = r->samples + r->next * (size_t)__builtin_popcountll(r->fields);

	for (uint64_t left = r->fields; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		*to++ = row && yg_row_has(row, f) ? (float)yg_row_number(row, f) : NAN;
	}
	r->next = (r->next + 1) % r->len;
	r->known = YG_MIN(r->known + 1, r->len);
}

void yg_series_tick(struct yg_series *s)
{
	struct touch last = {0};

	s->times[s->tick % YG_SERIES_LONG] = yg_now_ms();
	s->tick++;
	for (struct ring *r = ring_at(s, s->ends.after); r; r = ring_at(s, r->link.after)) {
		const struct yg_row *row = yg_inventory_row(s->inv, r->slot);
		take_sample(r, row && is_out_of_touch(s->inv, row, &last) ? NULL : row);
	}
}

/* Copies the newest n of what is known to the end of out; the rest is NAN. */
static size_t copy(const struct ring *r, int field, float *out, size_t n)
{
	uint64_t below = r->fields & (((uint64_t)1 << field) - 1);
	const float *samples = r->samples + __builtin_popcountll(below);
	size_t step = (size_t)__builtin_popcountll(r->fields);
	size_t count = YG_MIN((size_t)r->known, n), known = 0;

	for (size_t i = 0; i < count; i++) {
		size_t at = (r->next + r->len - count + i) % r->len;
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

/* ---- watched rows ---- */

/* Takes over what the old ring knows, field by field. */
static void copy_past(struct ring *to, const struct ring *from)
{
	size_t step = (size_t)__builtin_popcountll(to->fields), at = 0;
	float past[YG_SERIES_LEN];

	for (uint64_t left = to->fields; left; left &= left - 1, at++) {
		int field = __builtin_ctzll(left);
		for (unsigned i = 0; i < from->known; i++)
			past[i] = NAN;
		if (from->fields >> field & 1)
			copy(from, field, past, from->known);
		for (unsigned i = 0; i < from->known; i++)
			to->samples[i * step + at] = past[i];
	}
	to->known = to->next = from->known;
}

/* Of those that nobody watches any more, the one asked for longest ago loses its past. */
static bool make_room_to_watch(struct yg_series *s)
{
	struct ring *r = ring_at(s, s->ends.after);

	if (s->n_long < YG_SERIES_WATCHED)
		return true;
	while (r && (r->watchers || r->len != YG_SERIES_LONG))
		r = ring_at(s, r->link.after);
	if (r)
		drop_ring(s, r);
	return r != NULL;
}

bool yg_series_watch(struct yg_series *s, uint32_t slot)
{
	const struct yg_row *row = yg_inventory_row(s->inv, slot);
	struct ring *old = ring_of(s, slot);

	if (!row)
		return false;
	if (!old || old->len != YG_SERIES_LONG) {
		if (old) {
			unlink_ring(old); /* it makes no room for its successor */
			s->rings[slot] = NULL;
		}
		struct ring *r = make_room_to_watch(s) ? make_ring(s, slot, numbers_of(row->kind),
							     YG_SERIES_LONG, true)
						       : NULL;
		if (!r && old) {
			s->rings[slot] = old;
			link_last(s, old);
		}
		if (!r)
			return false;
		if (old) {
			copy_past(r, old);
			s->used -= old->size;
			free(old);
		}
		old = r;
	}
	old->watchers++;
	old->asked = s->tick;
	return true;
}

void yg_series_unwatch(struct yg_series *s, uint32_t slot)
{
	struct ring *r = ring_of(s, slot);

	if (r && r->watchers)
		r->watchers--;
}

uint64_t yg_series_ticks(const struct yg_series *s)
{
	return s->tick;
}

void yg_series_times(const struct yg_series *s, int64_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t back = n - i;
		out[i] = back < s->tick && back <= YG_SERIES_LONG
			     ? s->times[(s->tick - back) % YG_SERIES_LONG]
			     : 0;
	}
}
