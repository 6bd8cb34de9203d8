/* overview: the site at a glance: capacity, alarms, the worst rows, what there is. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include "api/yagura.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define PACE_US    1000000 /* it is not worked out more often */
#define LINES_MAX  96
#define WORST_N    3
#define ALARMS_N   4
#define STATES_MAX 16
#define BAR_W      16

enum what { TITLE, SUM, ROW, COUNT };

struct line {
	enum what what;
	const char *text; /* of TITLE and SUM, to be translated */
	uint32_t slot;    /* of ROW */
	const struct yg_kind *kind;
	double percent;              /* of ROW and SUM; NAN: none */
	double used, size;           /* of SUM, in bytes; size 0: none */
	size_t count;                /* of COUNT */
	unsigned states[STATES_MAX]; /* of COUNT */
};

struct overview {
	struct line lines[LINES_MAX];
	size_t n_lines;
	int at, top, page;
	bool is_known, is_dirty;
	int64_t next_us;
};

static struct line *add(struct overview *o, enum what what, const char *text)
{
	if (o->n_lines == LINES_MAX)
		return &o->lines[LINES_MAX - 1];
	struct line *line = &o->lines[o->n_lines++];
	*line = (struct line){.what = what, .text = text, .slot = YG_NO_SLOT, .percent = NAN};
	return line;
}

/* ---- what it tells ---- */

static double share(const struct yg_row *row, int used, int size)
{
	double whole = yg_row_number(row, size);

	return yg_row_has(row, used) && whole > 0 ? yg_row_number(row, used) / whole * 100 : NAN;
}

/* How bad a row is in one of three ways; NAN: that does not apply to it. */
static double cpu_of(const struct yg_row *row)
{
	int field = yg_kind_field(row->kind, "cpu");

	return field >= 0 && yg_row_has(row, field) ? yg_row_number(row, field) : NAN;
}

static double memory_of(const struct yg_row *row)
{
	int used = yg_kind_field(row->kind, "mem_used"), size = yg_kind_field(row->kind, "mem");

	return used >= 0 && size >= 0 ? share(row, used, size) : NAN;
}

static double fill_of(const struct yg_row *row)
{
	return row->kind == &yg_kind_pool ? share(row, YG_POOL_USED, YG_POOL_SIZE)
					  : share(row, YG_DISK_USED, YG_DISK_SIZE);
}

/* For alarms the newest are first. */
static double since_of(const struct yg_row *row)
{
	return yg_row_number(row, YG_ALARM_SINCE);
}

struct best {
	struct {
		double value;
		uint32_t slot;
	} rows[ALARMS_N];
	size_t count, max;
};

static void best_take(struct best *b, double value, uint32_t slot)
{
	size_t at = b->count;

	while (at && b->rows[at - 1].value < value)
		at--;
	if (at >= b->max)
		return;
	b->count = YG_MIN(b->count + 1, b->max);
	for (size_t i = b->count - 1; i > at; i--)
		b->rows[i] = b->rows[i - 1];
	b->rows[at].value = value;
	b->rows[at].slot = slot;
}

static void add_best(struct yg_view *v, const char *title, const struct yg_kind *const *kinds,
    double (*value_of)(const struct yg_row *row), size_t max)
{
	const struct yg_inventory *inv = yg_host_inventory(v->host);
	struct best best = {.max = max};

	for (; *kinds; kinds++) {
		size_t count;
		const uint32_t *slots = yg_inventory_slots(inv, *kinds, &count);
		for (size_t i = 0; i < count; i++) {
			double value = value_of(yg_inventory_row(inv, slots[i]));
			if (!isnan(value))
				best_take(&best, value, slots[i]);
		}
	}
	if (!best.count)
		return;
	add(v->priv, TITLE, title);
	for (size_t i = 0; i < best.count; i++) {
		struct line *line = add(v->priv, ROW, NULL);
		line->slot = best.rows[i].slot;
		line->percent = value_of == since_of ? NAN : best.rows[i].value;
	}
}

/* Sums over hosts that tell both how much there is and how much is used. */
static void add_capacity(struct yg_view *v)
{
	const struct yg_inventory *inv = yg_host_inventory(v->host);
	double cpus = 0, busy = 0, mem = 0, used = 0;
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_host, &count);

	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		double n = yg_row_number(row, YG_HOST_CPUS);
		if (yg_row_has(row, YG_HOST_CPU) && n > 0) {
			cpus += n;
			busy += n * yg_row_number(row, YG_HOST_CPU);
		}
		if (!isnan(share(row, YG_HOST_MEM_USED, YG_HOST_MEM))) {
			mem += yg_row_number(row, YG_HOST_MEM);
			used += yg_row_number(row, YG_HOST_MEM_USED);
		}
	}
	if (cpus <= 0 && mem <= 0)
		return;
	add(v->priv, TITLE, N_("Capacity of all hosts"));
	struct line *line = add(v->priv, SUM, N_("processors"));
	line->percent = cpus > 0 ? busy / cpus : NAN;
	line->count = (size_t)cpus;
	line = add(v->priv, SUM, N_("memory"));
	line->percent = mem > 0 ? used / mem * 100 : NAN;
	line->used = used;
	line->size = mem;
}

static void add_counts(struct yg_view *v)
{
	const struct yg_inventory *inv = yg_host_inventory(v->host);
	size_t n_kinds;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);

	add(v->priv, TITLE, N_("What there is"));
	for (size_t k = 0; k < n_kinds; k++) {
		size_t count;
		const uint32_t *slots =
		    kinds[k] ? yg_inventory_slots(inv, kinds[k], &count) : (count = 0, NULL);
		if (!count)
			continue;
		struct line *line = add(v->priv, COUNT, NULL);
		line->kind = kinds[k];
		line->count = count;
		for (size_t i = 0; i < count; i++) {
			int state = yg_row_state(yg_inventory_row(inv, slots[i]));
			if (state >= 0 && state < STATES_MAX)
				line->states[state]++;
		}
	}
}

static void work_out(struct yg_view *v)
{
	static const struct yg_kind *const busy[] = {
	    &yg_kind_host, &yg_kind_vm, &yg_kind_container, NULL};
	static const struct yg_kind *const full[] = {&yg_kind_pool, &yg_kind_disk, NULL};
	static const struct yg_kind *const alarms[] = {&yg_kind_alarm, NULL};
	struct overview *o = v->priv;

	o->n_lines = 0;
	add_capacity(v);
	add_best(v, N_("Newest alarms"), alarms, since_of, ALARMS_N);
	add_best(v, N_("Busiest"), busy, cpu_of, WORST_N);
	add_best(v, N_("Most of its memory used"), busy, memory_of, WORST_N);
	add_best(v, N_("Fullest"), full, fill_of, WORST_N);
	add_counts(v);
	o->at = YG_MIN(o->at, (int)o->n_lines - 1);
	o->is_known = true;
}

/* ---- the view ---- */

static int overview_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct overview *o = v->priv;

	(void)changes;
	o->is_dirty |= count > 0 || !o->is_known;
	if (!o->is_dirty || (o->is_known && yg_mono_us() < o->next_us))
		return 0;
	o->is_dirty = false;
	work_out(v);
	o->next_us = yg_mono_us() + PACE_US;
	return YG_R_REDRAW;
}

static int overview_open(struct yg_view *v, struct yg_err *err)
{
	struct overview *o = v->priv;

	(void)err;
	snprintf(v->title, sizeof(v->title), "%s", _(v->ops->title));
	o->at = 1;
	overview_recalc(v, NULL, 0);
	return 0;
}

/* Goes to the next line that is no title. */
static int move(struct overview *o, int to)
{
	int step = to < o->at ? -1 : 1, last = (int)o->n_lines - 1;

	to = YG_MIN(YG_MAX(to, 0), last);
	while (to > 0 && to < last && o->lines[to].what == TITLE)
		to += step;
	if (o->lines[to].what == TITLE)
		to = YG_MIN(to + 1, last);
	o->at = to;
	return YG_R_HANDLED | YG_R_REDRAW;
}

/* The rows of a line: their table. It takes the place of this view, which is closed by it. */
static int lead(struct yg_view *v)
{
	const struct overview *o = v->priv;
	const struct line *line = &o->lines[o->at];
	struct yg_host *host = v->host;
	struct yg_err err = {0};

	if (line->what != COUNT && line->what != SUM)
		return 0; /* Enter is the console's: the details of the row */
	if (yg_host_command(host, line->kind ? line->kind->plural : "hosts", &err))
		yg_host_say(host, YG_ST_BAD, "%s", err.text);
	return YG_R_HANDLED;
}

static int overview_event(struct yg_view *v, const struct yg_event *ev)
{
	struct overview *o = v->priv;

	if (ev->what == YG_EV_MOUSE)
		return ev->button >= 4   ? move(o, o->at + (ev->button == 4 ? -3 : 3))
		       : ev->button == 1 ? move(o, o->top + ev->y)
					 : 0;
	if (yg_streq(ev->key, "Enter"))
		return lead(v);
	if (yg_streq(ev->key, "j") || yg_streq(ev->key, "Down"))
		return move(o, o->at + 1);
	if (yg_streq(ev->key, "k") || yg_streq(ev->key, "Up"))
		return move(o, o->at - 1);
	if (yg_streq(ev->key, "g") || yg_streq(ev->key, "Home"))
		return move(o, 0);
	if (yg_streq(ev->key, "G") || yg_streq(ev->key, "End"))
		return move(o, LINES_MAX);
	return 0;
}

static int bar_style(double percent)
{
	return percent >= 95 ? YG_ST_BAD : percent >= 85 ? YG_ST_WARN : YG_ST_BAR;
}

/* A bar and its number; returns where to go on. */
static int draw_percent(struct yg_canvas *c, int x, int y, double percent, int flags)
{
	if (isnan(percent))
		return x;
	yg_put_bar(c, x, y, BAR_W, bar_style(percent), YG_MIN(percent, 100));
	yg_putf(c, x + BAR_W + 1, y, 5, YG_ST_NUMBER | flags, "%3.0f%%", percent);
	return x + BAR_W + 7;
}

static void draw_row(struct yg_view *v, struct yg_canvas *c, int y, const struct line *l, int flags)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(v->host), l->slot);

	if (!row) {
		yg_put(c, 2, y, -1, YG_ST_DIM | flags, _("gone"));
		return;
	}
	int x = 4;
	yg_put_glyph(c, 2, y, (int)yg_row_meaning(row) | flags);
	if (row->kind == &yg_kind_alarm) {
		struct yg_ref ref;
		if (yg_ref_next(yg_row_text(row, YG_ALARM_ABOUT), &ref))
			yg_putf(c, x, y, 33, YG_ST_TEXT | flags, "%.*s",
			    (int)YG_MIN(ref.name_len, (size_t)128), ref.name);
		yg_put(c, 38, y, -1, YG_ST_TEXT | flags, yg_row_text(row, YG_ALARM_TEXT));
		return;
	}
	yg_put(c, x, y, 10, YG_ST_DIM | flags, row->kind->name);
	yg_put(c, x + 11, y, 22, YG_ST_TEXT | flags, yg_row_name(row));
	x = draw_percent(c, x + 34, y, l->percent, flags);
	yg_put(c, x, y, -1, YG_ST_DIM | flags, yg_row_text(row, YG_F_NOTE));
}

static void draw_sum(struct yg_canvas *c, int y, const struct line *l, int flags)
{
	char used[16], size[16];

	yg_put(c, 4, y, 33, YG_ST_TEXT | flags, _(l->text));
	int x = draw_percent(c, 38, y, l->percent, flags);
	if (l->size > 0)
		yg_putf(c, x, y, -1, YG_ST_DIM | flags, "%s / %s",
		    yg_fmt_bytes(l->used, used, sizeof(used)),
		    yg_fmt_bytes(l->size, size, sizeof(size)));
	else if (l->count)
		yg_putf(c, x, y, -1, YG_ST_DIM | flags, "%zu", l->count);
}

static void draw_count(struct yg_canvas *c, int y, const struct line *l, int flags)
{
	int x = 26;

	yg_put(c, 4, y, 14, YG_ST_TEXT | flags, _(l->kind->title));
	yg_putf(c, 19, y, 6, YG_ST_NUMBER | flags, "%zu", l->count);
	size_t n = YG_MIN(l->kind->n_states, (size_t)STATES_MAX);
	for (size_t k = 1; k <= n; k++) { /* what is unknown comes last */
		size_t i = k % n;
		int meaning = (int)l->kind->states[i].meaning;
		if (!l->states[i])
			continue;
		yg_put_glyph(c, x, y, meaning | flags);
		x += 2;
		x += yg_putf(
		    c, x, y, -1, meaning | flags, "%u %s", l->states[i], l->kind->states[i].name);
		x += 2;
	}
}

static void draw_line(
    struct yg_view *v, struct yg_canvas *c, int y, const struct line *line, int flags)
{
	if (flags)
		yg_put_fill(c, 0, y, yg_canvas_width(c), YG_ST_TEXT | flags);
	switch (line->what) {
	case TITLE: yg_put(c, 1, y, -1, YG_ST_ACCENT | flags, _(line->text)); break;
	case SUM: draw_sum(c, y, line, flags); break;
	case ROW: draw_row(v, c, y, line, flags); break;
	case COUNT: draw_count(c, y, line, flags); break;
	}
}

static void overview_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct overview *o = v->priv;

	o->page = yg_canvas_height(c);
	if (o->at < o->top)
		o->top = o->at;
	if (o->at == 1)
		o->top = 0; /* its title too */
	if (o->at >= o->top + o->page)
		o->top = o->at - o->page + 1;
	for (int y = 0; y < o->page && (size_t)(o->top + y) < o->n_lines; y++)
		draw_line(v, c, y, &o->lines[o->top + y], o->top + y == o->at ? YG_ST_SELECTED : 0);
}

static uint32_t overview_current(struct yg_view *v)
{
	const struct overview *o = v->priv;

	return o->n_lines ? o->lines[o->at].slot : YG_NO_SLOT;
}

const struct yg_view_ops yg_view_overview = {
    .size = sizeof(struct yg_view_ops),
    .name = "overview",
    .title = "Overview",
    .help = "the site at a glance: capacity, alarms, the worst rows, what there is",
    .private_size = sizeof(struct overview),
    .open = overview_open,
    .event = overview_event,
    .recalc = overview_recalc,
    .draw = overview_draw,
    .current = overview_current,
};
