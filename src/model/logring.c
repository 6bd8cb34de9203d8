/* logring: the newest lines of a log in bounded memory, and which of them a filter lets through. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/logring.h"

#include <stdlib.h>

#include "base/clock.h"

#define UNIT         8u /* texts begin at multiples of it, so that 4 bytes tell where */
#define LINES_A_LOOK 64 /* between two looks at the clock */

struct record {
	int64_t us;
	uint32_t len;
	uint16_t source;
	uint8_t from, level_and_cut;
};
#define IS_CUT 0x80

struct yg_logring {
	char *bytes;
	size_t size;      /* of bytes */
	size_t head;      /* where the next record goes */
	size_t used;      /* of bytes, with what is left unused at the end */
	uint32_t *places; /* of line n: places[n % max_lines], in units */
	size_t max_lines;
	uint64_t first, end;
};

struct yg_logring *yg_logring_create(size_t max_bytes)
{
	struct yg_logring *r = yg_xcalloc(1, sizeof(*r));

	/* A line of 8 bytes takes 24 and its place 4; most are longer. */
	r->size = max_bytes / 8 * 7 / UNIT * UNIT;
	r->max_lines = max_bytes / 8 / sizeof(*r->places);
	r->bytes = yg_xmalloc(r->size);
	r->places = yg_xmalloc(r->max_lines * sizeof(*r->places));
	return r;
}

void yg_logring_destroy(struct yg_logring *r)
{
	if (!r)
		return;
	free(r->bytes);
	free(r->places);
	free(r);
}

static size_t room_of(size_t len)
{
	return (sizeof(struct record) + len + UNIT - 1) / UNIT * UNIT;
}

static size_t place_of(const struct yg_logring *r, uint64_t number)
{
	return (size_t)r->places[number % r->max_lines] * UNIT;
}

/* Where the oldest line begins; where the next one will if there is none. */
static size_t tail_of(const struct yg_logring *r)
{
	return r->first < r->end ? place_of(r, r->first) : r->head;
}

static void drop_first(struct yg_logring *r)
{
	r->first++;
	size_t tail = tail_of(r);
	r->used = r->first == r->end ? 0 : (r->head + r->size - tail - 1) % r->size + 1;
}

void yg_logring_add(struct yg_logring *r, const struct yg_logline *line)
{
	size_t need = room_of(YG_MIN(line->len, r->size / 4));
	size_t skip = r->head + need > r->size ? r->size - r->head : 0;

	while (r->first < r->end &&
	       (r->used + skip + need > r->size || r->end - r->first == r->max_lines))
		drop_first(r);
	if (skip) {
		r->head = 0;
		r->used += r->used ? skip : 0;
	}
	struct record record = {
	    .us = line->us,
	    .len = (uint32_t)YG_MIN(line->len, r->size / 4),
	    .source = line->source,
	    .from = line->from,
	    .level_and_cut = (uint8_t)(line->level | (line->is_cut ? IS_CUT : 0)),
	};
	memcpy(r->bytes + r->head, &record, sizeof(record));
	if (record.len)
		memcpy(r->bytes + r->head + sizeof(record), line->text, record.len);
	r->places[r->end++ % r->max_lines] = (uint32_t)(r->head / UNIT);
	r->head = (r->head + need) % r->size;
	r->used += need;
}

uint64_t yg_logring_first(const struct yg_logring *r)
{
	return r->first;
}

uint64_t yg_logring_end(const struct yg_logring *r)
{
	return r->end;
}

void yg_logring_get(const struct yg_logring *r, uint64_t number, struct yg_logline *out)
{
	const char *at = r->bytes + place_of(r, number);
	struct record record;

	memcpy(&record, at, sizeof(record));
	*out = (struct yg_logline){
	    .us = record.us,
	    .text = at + sizeof(record),
	    .len = record.len,
	    .source = record.source,
	    .from = record.from,
	    .level = record.level_and_cut & ~IS_CUT,
	    .is_cut = record.level_and_cut & IS_CUT,
	};
}

size_t yg_logring_used(const struct yg_logring *r)
{
	return r->used + (size_t)(r->end - r->first) * sizeof(*r->places);
}

/* ---- the sieve ---- */

/* Passing lines in a ring of their own that grows at both ends; numbers are kept as 32 bits behind
 * `base`, which no log outlives: at 100,000 lines a second it lasts for eleven hours, and is set
 * anew whenever all before it is gone. */
struct yg_logsieve {
	const struct yg_logring *ring;
	const struct yg_pattern *with, *without;
	uint64_t low, high; /* lines from low to high - 1 were looked at */
	uint64_t base;
	uint32_t *items;
	size_t room, at, count; /* a power of two; the first one; how many */
};

struct yg_logsieve *yg_logsieve_create(const struct yg_logring *ring)
{
	struct yg_logsieve *s = yg_xcalloc(1, sizeof(*s));

	s->ring = ring;
	yg_logsieve_set(s, NULL, NULL);
	return s;
}

void yg_logsieve_destroy(struct yg_logsieve *s)
{
	if (!s)
		return;
	free(s->items);
	free(s);
}

void yg_logsieve_set(
    struct yg_logsieve *s, const struct yg_pattern *with, const struct yg_pattern *without)
{
	s->with = with;
	s->without = without;
	s->low = s->high = yg_logring_end(s->ring);
	s->base = yg_logring_first(s->ring);
	s->at = s->count = 0;
	if (!with && !without) {
		free(s->items);
		s->items = NULL;
		s->room = 0;
	}
}

static bool lets_all_through(const struct yg_logsieve *s)
{
	return !s->with && !s->without;
}

static bool passes(const struct yg_logsieve *s, uint64_t number)
{
	struct yg_logline line;

	yg_logring_get(s->ring, number, &line);
	if (s->with && !yg_pattern_match(s->with, line.text, line.len))
		return false;
	return !s->without || !yg_pattern_match(s->without, line.text, line.len);
}

static uint64_t item(const struct yg_logsieve *s, size_t i)
{
	return s->base + s->items[(s->at + i) & (s->room - 1)];
}

static void grow(struct yg_logsieve *s)
{
	size_t room = s->room ? s->room * 2 : 1024;
	uint32_t *items = yg_xreallocarray(NULL, room, sizeof(*items));

	for (size_t i = 0; i < s->count; i++)
		items[i] = s->items[(s->at + i) & (s->room - 1)];
	free(s->items);
	s->items = items;
	s->room = room;
	s->at = 0;
}

static void keep(struct yg_logsieve *s, uint64_t number, bool in_front)
{
	if (s->count == s->room)
		grow(s);
	if (in_front)
		s->at = (s->at + s->room - 1) & (s->room - 1);
	size_t i = in_front ? s->at : (s->at + s->count) & (s->room - 1);
	s->items[i] = (uint32_t)(number - s->base);
	s->count++;
}

/* Numbers that would no longer fit are counted from where the ring begins now. */
static void rebase(struct yg_logsieve *s, uint64_t first)
{
	uint32_t step = (uint32_t)(first - s->base);

	for (size_t i = 0; i < s->count; i++)
		s->items[(s->at + i) & (s->room - 1)] -= step;
	s->base = first;
}

/* Forgets what the ring has dropped. */
static void catch_up(struct yg_logsieve *s)
{
	uint64_t first = yg_logring_first(s->ring);

	while (s->count && item(s, 0) < first) {
		s->at = (s->at + 1) & (s->room - 1);
		s->count--;
	}
	s->low = YG_MAX(s->low, first);
	s->high = YG_MAX(s->high, s->low);
	if (yg_logring_end(s->ring) - s->base > UINT32_MAX / 2)
		rebase(s, first);
}

bool yg_logsieve_work(struct yg_logsieve *s, int64_t until_us)
{
	uint64_t first = yg_logring_first(s->ring), end = yg_logring_end(s->ring);

	if (lets_all_through(s))
		return false;
	catch_up(s);
	while (s->high < end || s->low > first) {
		for (int n = 0; n < LINES_A_LOOK && s->high < end; n++, s->high++)
			if (passes(s, s->high))
				keep(s, s->high, false);
		for (int n = 0; n < LINES_A_LOOK && s->high == end && s->low > first; n++)
			if (passes(s, --s->low))
				keep(s, s->low, true);
		if (yg_mono_us() >= until_us)
			break;
	}
	return s->high < end || s->low > first;
}

size_t yg_logsieve_count(const struct yg_logsieve *s)
{
	if (lets_all_through(s))
		return (size_t)(yg_logring_end(s->ring) - yg_logring_first(s->ring));
	return s->count;
}

uint64_t yg_logsieve_line(const struct yg_logsieve *s, size_t i)
{
	if (lets_all_through(s))
		return yg_logring_first(s->ring) + i;
	return item(s, i);
}

size_t yg_logsieve_find(const struct yg_logsieve *s, uint64_t number)
{
	size_t low = 0, high = yg_logsieve_count(s);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (yg_logsieve_line(s, middle) < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
