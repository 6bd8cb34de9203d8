/* inventory: every row we know, by key, and who wants to hear of changes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/inventory.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"

#define KINDS_MAX 64

enum { MARK_DIRTY = 1, MARK_ADDED = 2 };

struct slot {
	struct yg_row *row;  /* NULL: free, or gone and not told yet */
	struct yg_row *gone; /* kept until listeners were told */
	uint64_t fields;     /* changed since the last flush */
	int64_t seen_ms;
	uint32_t hash;
	uint32_t listing; /* number of the listing that named it last */
	uint32_t place;   /* in the kind's list */
	uint8_t marks;
	uint8_t kind;
};

/* The hash stands beside the slot, so that most look-ups touch no row. */
struct place {
	uint32_t hash;
	uint32_t slot; /* number + 1; 0 free, DELETED */
};

/* A listing under way or ended: one for each controller and kind. */
struct listing {
	char *controller;
	const struct yg_kind *kind;
	uint32_t number; /* 0: none is under way */
};

struct listener {
	yg_changes_cb cb; /* NULL: removed during a flush */
	void *data;
};

struct completer {
	yg_completer_cb cb;
	void *data;
};

struct yg_inventory {
	struct yg_vec(struct slot) slots;
	struct yg_vec(uint32_t) free_slots;
	struct yg_vec(uint32_t) by_kind[KINDS_MAX];
	struct completer completers[KINDS_MAX];
	struct place *index; /* open addressing by key */
	size_t index_size, index_used;
	struct yg_vec(uint32_t) dirty;
	struct yg_vec(struct yg_change) changes;
	struct yg_vec(struct listing) listings;
	struct yg_vec(struct listener) listeners;
	struct yg_map counts; /* controller -> how many rows, as a number in the pointer */
	uint32_t listing_counter;
	bool is_flushing;
};

#define DELETED UINT32_MAX

struct yg_inventory *yg_inventory_create(void)
{
	return yg_xcalloc(1, sizeof(struct yg_inventory));
}

void yg_inventory_destroy(struct yg_inventory *inv)
{
	if (!inv)
		return;
	yg_vec_each (&inv->slots, s) {
		yg_row_unref(s->row);
		yg_row_unref(s->gone);
	}
	yg_vec_each (&inv->listings, l)
		free(l->controller);
	for (size_t i = 0; i < KINDS_MAX; i++)
		yg_vec_done(&inv->by_kind[i]);
	yg_vec_done(&inv->slots);
	yg_vec_done(&inv->free_slots);
	yg_vec_done(&inv->dirty);
	yg_vec_done(&inv->changes);
	yg_vec_done(&inv->listings);
	yg_vec_done(&inv->listeners);
	yg_map_done(&inv->counts);
	free(inv->index);
	free(inv);
}

/* ---- keys ---- */

static uint32_t key_hash(const char *controller, size_t controller_len, const struct yg_kind *kind,
    const char *id, size_t id_len)
{
	uint32_t h = yg_hash(controller, controller_len, (uint32_t)yg_kind_index(kind) + 1);
	return yg_hash(id, id_len, h);
}

static bool text_is(const char *s, const char *other, size_t len)
{
	return strncmp(s, other, len) == 0 && !s[len];
}

/* Slot number of a key, or YG_NO_SLOT. *out_at: its place in the index. */
static uint32_t lookup(const struct yg_inventory *inv, uint32_t hash, const char *controller,
    size_t controller_len, const struct yg_kind *kind, const char *id, size_t id_len,
    size_t *out_at)
{
	if (!inv->index_size)
		return YG_NO_SLOT;
	size_t at = hash & (inv->index_size - 1);
	for (; inv->index[at].slot; at = (at + 1) & (inv->index_size - 1)) {
		if (inv->index[at].slot == DELETED || inv->index[at].hash != hash)
			continue;
		uint32_t n = inv->index[at].slot - 1;
		const struct slot *s = &inv->slots.items[n];
		if (s->row->kind == kind && text_is(yg_row_id(s->row), id, id_len) &&
		    text_is(yg_row_text(s->row, YG_F_CONTROLLER), controller, controller_len)) {
			if (out_at)
				*out_at = at;
			return n;
		}
	}
	return YG_NO_SLOT;
}

static void index_put(struct yg_inventory *inv, uint32_t hash, uint32_t slot)
{
	size_t at = hash & (inv->index_size - 1);

	while (inv->index[at].slot && inv->index[at].slot != DELETED)
		at = (at + 1) & (inv->index_size - 1);
	if (!inv->index[at].slot)
		inv->index_used++;
	inv->index[at] = (struct place){.hash = hash, .slot = slot + 1};
}

/* Keeps the index at most half used; deleted places count as used until the next growth. */
static void index_grow(struct yg_inventory *inv)
{
	size_t live = inv->slots.count - inv->free_slots.count + 1, size = 64;

	if (inv->index_size >= (inv->index_used + 1) * 2)
		return;
	while (size < live * 3)
		size *= 2;
	free(inv->index);
	inv->index = yg_xcalloc(size, sizeof(*inv->index));
	inv->index_size = size;
	inv->index_used = 0;
	for (uint32_t n = 0; n < inv->slots.count; n++)
		if (inv->slots.items[n].row)
			index_put(inv, inv->slots.items[n].hash, n);
}

uint32_t yg_inventory_find(const struct yg_inventory *inv, const char *controller,
    const struct yg_kind *kind, const char *id)
{
	size_t clen = strlen(controller), ilen = strlen(id);
	return lookup(inv, key_hash(controller, clen, kind, id, ilen), controller, clen, kind, id,
	    ilen, NULL);
}

uint32_t yg_inventory_follow(
    const struct yg_inventory *inv, const struct yg_row *row, const struct yg_ref *ref)
{
	char name[64];
	const char *controller = ref->controller;
	size_t clen = ref->controller_len;

	if (ref->kind_len >= sizeof(name))
		return YG_NO_SLOT;
	memcpy(name, ref->kind, ref->kind_len);
	name[ref->kind_len] = '\0';
	const struct yg_kind *kind = yg_kind_find(name);
	if (!kind)
		return YG_NO_SLOT;
	if (!controller) {
		controller = yg_row_text(row, YG_F_CONTROLLER);
		clen = strlen(controller);
	}
	return lookup(inv, key_hash(controller, clen, kind, ref->id, ref->id_len), controller, clen,
	    kind, ref->id, ref->id_len, NULL);
}

/* ---- changes ---- */

static void mark_dirty(struct yg_inventory *inv, uint32_t n, uint64_t fields)
{
	struct slot *s = &inv->slots.items[n];

	s->fields |= fields;
	if (s->marks & MARK_DIRTY)
		return;
	s->marks |= MARK_DIRTY;
	yg_vec_push(&inv->dirty, n);
}

static struct listing *find_listing(
    struct yg_inventory *inv, const char *controller, const struct yg_kind *kind)
{
	yg_vec_each (&inv->listings, l) {
		if (l->kind == kind && yg_streq(l->controller, controller))
			return l;
	}
	return NULL;
}

static uint32_t listing_number(struct yg_inventory *inv, const struct yg_row *row)
{
	const struct listing *l = find_listing(inv, yg_row_text(row, YG_F_CONTROLLER), row->kind);
	return l ? l->number : 0;
}

static uint32_t new_slot(struct yg_inventory *inv)
{
	if (inv->free_slots.count)
		return inv->free_slots.items[--inv->free_slots.count];
	yg_vec_push(&inv->slots, (struct slot){0});
	return (uint32_t)inv->slots.count - 1;
}

static void count(struct yg_inventory *inv, const struct yg_row *row, intptr_t step)
{
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);
	intptr_t n = (intptr_t)yg_map_get(&inv->counts, controller);

	yg_map_put(&inv->counts, controller, (void *)(n + step));
}

static uint32_t add(struct yg_inventory *inv, struct yg_row *row, uint32_t hash)
{
	count(inv, row, 1);
	index_grow(inv);
	uint32_t n = new_slot(inv);
	int kind = yg_kind_index(row->kind);
	struct slot *s = &inv->slots.items[n];
	*s = (struct slot){.row = row, .hash = hash, .kind = (uint8_t)kind, .marks = MARK_ADDED};
	s->place = (uint32_t)inv->by_kind[kind].count;
	yg_vec_push(&inv->by_kind[kind], n);
	index_put(inv, hash, n);
	mark_dirty(inv, n, UINT64_MAX);
	return n;
}

static struct yg_row *complete(const struct yg_inventory *inv, struct yg_row *row)
{
	int kind = yg_kind_index(row->kind);

	if (kind < 0 || !inv->completers[kind].cb)
		return row;
	return inv->completers[kind].cb(inv->completers[kind].data, row);
}

uint32_t yg_inventory_put_new(struct yg_inventory *inv, struct yg_row *told)
{
	struct yg_row *row = complete(inv, told);
	const char *controller = yg_row_text(row, YG_F_CONTROLLER), *id = yg_row_id(row);
	size_t clen = strlen(controller), ilen = strlen(id);
	uint32_t hash = key_hash(controller, clen, row->kind, id, ilen);
	uint32_t n = lookup(inv, hash, controller, clen, row->kind, id, ilen, NULL);

	if (n == YG_NO_SLOT)
		n = add(inv, row, hash);
	else {
		struct slot *s = &inv->slots.items[n];
		uint64_t fields = yg_row_diff(s->row, row);
		if (fields) {
			yg_row_unref(s->row);
			s->row = row;
			mark_dirty(inv, n, fields);
		} else
			yg_row_unref(row);
	}
	struct slot *s = &inv->slots.items[n];
	s->seen_ms = yg_now_ms();
	s->listing = listing_number(inv, s->row);
	return n;
}

/* Takes the row out of all look-ups; the slot is free for others after the flush. */
static void drop_slot(struct yg_inventory *inv, uint32_t n)
{
	struct slot *s = &inv->slots.items[n];
	const char *controller = yg_row_text(s->row, YG_F_CONTROLLER);
	size_t at = 0;

	lookup(inv, s->hash, controller, strlen(controller), s->row->kind, yg_row_id(s->row),
	    strlen(yg_row_id(s->row)), &at);
	inv->index[at].slot = DELETED;
	uint32_t last = inv->by_kind[s->kind].items[--inv->by_kind[s->kind].count];
	inv->by_kind[s->kind].items[s->place] = last;
	inv->slots.items[last].place = s->place;
	count(inv, s->row, -1);
	s->gone = s->row;
	s->row = NULL;
	mark_dirty(inv, n, UINT64_MAX);
}

void yg_inventory_drop(
    struct yg_inventory *inv, const char *controller, const struct yg_kind *kind, const char *id)
{
	uint32_t n = yg_inventory_find(inv, controller, kind, id);

	if (n != YG_NO_SLOT)
		drop_slot(inv, n);
}

void yg_inventory_begin(
    struct yg_inventory *inv, const char *controller, const struct yg_kind *kind)
{
	struct listing *l = find_listing(inv, controller, kind);

	if (!l) {
		yg_vec_push(&inv->listings,
		    (struct listing){.controller = yg_xstrdup(controller), .kind = kind});
		l = &inv->listings.items[inv->listings.count - 1];
	}
	l->number = ++inv->listing_counter;
}

void yg_inventory_end(struct yg_inventory *inv, const char *controller, const struct yg_kind *kind)
{
	struct listing *l = find_listing(inv, controller, kind);
	int k = yg_kind_index(kind);

	if (!l || !l->number || k < 0)
		return;
	for (size_t i = inv->by_kind[k].count; i-- > 0;) {
		uint32_t n = inv->by_kind[k].items[i];
		const struct slot *s = &inv->slots.items[n];
		if (s->listing != l->number &&
		    yg_streq(yg_row_text(s->row, YG_F_CONTROLLER), controller))
			drop_slot(inv, n);
	}
	l->number = 0;
}

void yg_inventory_forget(struct yg_inventory *inv, const char *controller)
{
	for (uint32_t n = 0; n < inv->slots.count; n++) {
		const struct slot *s = &inv->slots.items[n];
		if (s->row && yg_streq(yg_row_text(s->row, YG_F_CONTROLLER), controller))
			drop_slot(inv, n);
	}
}

void yg_inventory_forget_kind(struct yg_inventory *inv, const struct yg_kind *kind)
{
	int k = yg_kind_index(kind);

	if (k < 0)
		return;
	inv->completers[k] = (struct completer){0};
	while (inv->by_kind[k].count)
		drop_slot(inv, inv->by_kind[k].items[inv->by_kind[k].count - 1]);
	for (size_t i = inv->listings.count; i-- > 0;)
		if (inv->listings.items[i].kind == kind) {
			free(inv->listings.items[i].controller);
			yg_vec_remove(&inv->listings, i);
		}
	yg_inventory_flush(inv);
}

/* ---- looking ---- */

const struct yg_row *yg_inventory_row(const struct yg_inventory *inv, uint32_t slot)
{
	return slot < inv->slots.count ? inv->slots.items[slot].row : NULL;
}

int64_t yg_inventory_seen(const struct yg_inventory *inv, uint32_t slot)
{
	if (slot >= inv->slots.count || !inv->slots.items[slot].row)
		return 0;
	return inv->slots.items[slot].seen_ms;
}

const uint32_t *yg_inventory_slots(
    const struct yg_inventory *inv, const struct yg_kind *kind, size_t *count)
{
	int k = yg_kind_index(kind);

	*count = k < 0 ? 0 : inv->by_kind[k].count;
	return k < 0 ? NULL : inv->by_kind[k].items;
}

size_t yg_inventory_count(const struct yg_inventory *inv, const char *controller)
{
	return (size_t)(intptr_t)yg_map_get(&inv->counts, controller);
}

uint32_t yg_inventory_limit(const struct yg_inventory *inv)
{
	return (uint32_t)inv->slots.count;
}

/* ---- listeners ---- */

void yg_inventory_listen(struct yg_inventory *inv, yg_changes_cb cb, void *data)
{
	yg_vec_push(&inv->listeners, (struct listener){.cb = cb, .data = data});
}

void yg_inventory_unlisten(struct yg_inventory *inv, yg_changes_cb cb, void *data)
{
	for (size_t i = 0; i < inv->listeners.count; i++) {
		struct listener *l = &inv->listeners.items[i];
		if (l->cb != cb || l->data != data)
			continue;
		if (inv->is_flushing)
			l->cb = NULL;
		else
			yg_vec_remove(&inv->listeners, i);
		return;
	}
}

bool yg_inventory_complete(
    struct yg_inventory *inv, const struct yg_kind *kind, yg_completer_cb cb, void *data)
{
	int k = yg_kind_index(kind);

	if (k < 0 || (cb && inv->completers[k].cb))
		return false;
	inv->completers[k] = (struct completer){cb, data};
	return true;
}

bool yg_inventory_dirty(const struct yg_inventory *inv)
{
	return inv->dirty.count > 0;
}

/* Turns the dirty slots into changes; one that came and went untold is no change. */
static void collect(struct yg_inventory *inv)
{
	inv->changes.count = 0;
	yg_vec_each (&inv->dirty, n) {
		struct slot *s = &inv->slots.items[*n];
		bool is_new = s->marks & MARK_ADDED;
		struct yg_change change = {.slot = *n, .fields = s->fields, .what = YG_CHANGED};
		change.kind = s->row ? s->row->kind : s->gone->kind;
		if (s->gone)
			change.what = YG_GONE;
		else if (is_new)
			change.what = YG_ADDED;
		if (!(s->gone && is_new))
			yg_vec_push(&inv->changes, change);
		s->marks = 0;
		s->fields = 0;
	}
}

/* Slots whose row is gone may be used again from now on. The row stays until here, so that rows
 * borrowed in this turn were valid. */
static void recycle(struct yg_inventory *inv, const uint32_t *told, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct slot *s = &inv->slots.items[told[i]];
		/* Dropped by a listener just now: told in the next flush, and kept until then. */
		if (!s->gone || s->marks & MARK_DIRTY)
			continue;
		yg_row_unref(s->gone);
		s->gone = NULL;
		yg_vec_push(&inv->free_slots, told[i]);
	}
}

bool yg_inventory_flush(struct yg_inventory *inv)
{
	if (!inv->dirty.count || inv->is_flushing)
		return false;
	collect(inv);
	uint32_t *told = inv->dirty.items;
	size_t count = inv->dirty.count;
	memset(&inv->dirty, 0, sizeof(inv->dirty));
	inv->is_flushing = true;
	for (size_t i = 0; i < inv->listeners.count; i++) {
		const struct listener l = inv->listeners.items[i];
		if (l.cb && inv->changes.count)
			l.cb(l.data, inv->changes.items, inv->changes.count);
	}
	inv->is_flushing = false;
	for (size_t i = inv->listeners.count; i-- > 0;)
		if (!inv->listeners.items[i].cb)
			yg_vec_remove(&inv->listeners, i);
	recycle(inv, told, count);
	if (inv->dirty.items)
		free(told);
	else {
		inv->dirty.items = told;
		inv->dirty.room = count;
		inv->dirty.count = 0;
	}
	return inv->changes.count > 0;
}
