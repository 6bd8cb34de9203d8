/* logmerge: bytes of several logs at once, cut into lines and merged by time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/logmerge.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/vec.h"

#define STAMP_MAX 64 /* a stamp does not count to a line's length */

/* A line that is not whole yet. */
struct part {
	struct yg_buf text; /* at most YG_LOGLINE_MAX + STAMP_MAX */
	bool is_cut;
};

/* A line that waits, in front of its text; copied in and out, for texts have odd lengths. */
struct head {
	int64_t us;
	uint32_t len;
	uint8_t from, level;
	bool is_cut;
};

struct source {
	bool has_times, is_open, has_spoken;
	int64_t heard_ms; /* 0: not connected yet */
	int64_t last_us;  /* of its last line: what has no stamp of its own */
	struct part parts[2];
	struct yg_buf queue;
	size_t taken; /* bytes of the queue that are through */
};

struct yg_logmerge {
	int64_t window_ms;
	yg_logline_cb cb;
	void *data;
	struct yg_vec(struct source *) sources;
	size_t waiting; /* bytes, of all */
};

struct yg_logmerge *yg_logmerge_create(int64_t window_ms, yg_logline_cb cb, void *data)
{
	struct yg_logmerge *m = yg_xcalloc(1, sizeof(*m));

	m->window_ms = window_ms;
	m->cb = cb;
	m->data = data;
	return m;
}

void yg_logmerge_destroy(struct yg_logmerge *m)
{
	if (!m)
		return;
	yg_vec_each (&m->sources, s) {
		yg_buf_done(&(*s)->parts[0].text);
		yg_buf_done(&(*s)->parts[1].text);
		yg_buf_done(&(*s)->queue);
		free(*s);
	}
	yg_vec_done(&m->sources);
	free(m);
}

unsigned yg_logmerge_add(struct yg_logmerge *m, bool has_times)
{
	struct source *s = yg_xcalloc(1, sizeof(*s));

	s->has_times = has_times;
	s->is_open = true;
	yg_vec_push(&m->sources, s);
	return (unsigned)m->sources.count - 1;
}

void yg_logmerge_opened(struct yg_logmerge *m, unsigned source, int64_t now_ms)
{
	m->sources.items[source]->heard_ms = now_ms;
}

void yg_logmerge_again(struct yg_logmerge *m, unsigned source)
{
	struct source *s = m->sources.items[source];

	s->is_open = true;
	s->heard_ms = 0;
}

size_t yg_logmerge_waiting(const struct yg_logmerge *m, unsigned source)
{
	const struct source *s = m->sources.items[source];

	return s->queue.len - s->taken;
}

/* ---- lines that wait ---- */

static void tell(struct yg_logmerge *m, unsigned source, const struct head *head, const char *text)
{
	struct yg_logline line = {
	    .us = head->us,
	    .text = text,
	    .len = head->len,
	    .source = (uint16_t)source,
	    .from = head->from,
	    .level = head->level,
	    .is_cut = head->is_cut,
	};

	m->cb(m->data, &line);
}

static void enqueue(
    struct yg_logmerge *m, struct source *s, const struct head *head, const char *text)
{
	yg_buf_add(&s->queue, (const char *)head, sizeof(*head));
	yg_buf_add(&s->queue, text, head->len);
	m->waiting += sizeof(*head) + head->len;
}

static bool has_line(const struct source *s)
{
	return s->taken < s->queue.len;
}

static int64_t first_us(const struct source *s)
{
	struct head head;

	memcpy(&head, s->queue.data + s->taken, sizeof(head));
	return head.us;
}

static void tell_first(struct yg_logmerge *m, unsigned source)
{
	struct source *s = m->sources.items[source];
	struct head head;

	memcpy(&head, s->queue.data + s->taken, sizeof(head));
	tell(m, source, &head, s->queue.data + s->taken + sizeof(head));
	s->taken += sizeof(head) + head.len;
	m->waiting -= sizeof(head) + head.len;
	if (s->taken < s->queue.len && s->taken < 65536)
		return;
	/* What is through is given up now and then, not line by line. */
	if (s->taken == s->queue.len || s->taken > s->queue.len / 2) {
		size_t rest = s->queue.len - s->taken;
		if (rest)
			memmove(s->queue.data, s->queue.data + s->taken, rest);
		s->queue.len = rest;
		s->taken = 0;
	}
}

/* true: nothing may be told before this one has said something. */
static bool holds_up(const struct yg_logmerge *m, const struct source *s, int64_t now_ms)
{
	if (!s->is_open || has_line(s))
		return false;
	return !s->heard_ms || now_ms - s->heard_ms < m->window_ms;
}

/* The source whose first line is the oldest; -1 if there is none, or somebody is waited for. */
static int choose(const struct yg_logmerge *m, int64_t now_ms)
{
	bool must_go = m->waiting > YG_LOGMERGE_BYTES;
	int best = -1;

	for (size_t i = 0; i < m->sources.count; i++) {
		const struct source *s = m->sources.items[i];
		if (!must_go && holds_up(m, s, now_ms))
			return -1;
		if (has_line(s) && (best < 0 || first_us(s) < first_us(m->sources.items[best])))
			best = (int)i;
	}
	return best;
}

bool yg_logmerge_settle(struct yg_logmerge *m, int64_t now_ms)
{
	int source;

	while (m->waiting && (source = choose(m, now_ms)) >= 0)
		tell_first(m, (unsigned)source);
	return m->waiting > 0;
}

/* ---- cutting ---- */

static void take_line(
    struct yg_logmerge *m, unsigned source, int from, char *text, size_t len, bool is_cut)
{
	struct source *s = m->sources.items[source];
	int64_t us = 0;
	size_t stamp = 0;

	if (s->has_times) {
		us = s->last_us;
		stamp = yg_logline_stamp(text, len, &us);
	}
	if (!us)
		us = yg_now_ms() * 1000;
	s->last_us = us;
	text += stamp;
	len = yg_logline_strip(text, YG_MIN(len - stamp, (size_t)YG_LOGLINE_MAX));
	struct head head = {
	    .us = us,
	    .len = (uint32_t)len,
	    .from = (uint8_t)from,
	    .level = (uint8_t)yg_logline_level(text, len),
	    .is_cut = is_cut,
	};
	/* Alone it waits for nobody. */
	if (m->sources.count == 1)
		tell(m, source, &head, text);
	else
		enqueue(m, s, &head, text);
}

static void add_part(struct part *p, const char *bytes, size_t len)
{
	size_t room = YG_LOGLINE_MAX + STAMP_MAX - p->text.len, n = YG_MIN(len, room);

	yg_buf_add(&p->text, bytes, n);
	p->is_cut |= n < len;
}

static void end_part(struct yg_logmerge *m, unsigned source, int from)
{
	struct part *p = &m->sources.items[source]->parts[from - 1];

	/* An empty line has no memory yet; it is one all the same. */
	yg_buf_add(&p->text, "", 0);
	take_line(m, source, from, p->text.data, p->text.len, p->is_cut);
	yg_buf_clear(&p->text);
	p->is_cut = false;
}

void yg_logmerge_feed(
    struct yg_logmerge *m, unsigned source, int from, const char *bytes, size_t len, int64_t now_ms)
{
	struct source *s = m->sources.items[source];
	const char *end = bytes + len;

	from = from == 2 ? 2 : 1;
	s->heard_ms = now_ms;
	while (bytes < end) {
		const char *stop = memchr(bytes, '\n', (size_t)(end - bytes));
		add_part(&s->parts[from - 1], bytes, (size_t)((stop ? stop : end) - bytes));
		if (stop)
			end_part(m, source, from);
		bytes = stop ? stop + 1 : end;
	}
	yg_logmerge_settle(m, now_ms);
}

void yg_logmerge_end(struct yg_logmerge *m, unsigned source, int64_t now_ms)
{
	struct source *s = m->sources.items[source];

	for (int from = 1; from <= 2; from++)
		if (s->parts[from - 1].text.len)
			end_part(m, source, from);
	s->is_open = false;
	yg_logmerge_settle(m, now_ms);
}
