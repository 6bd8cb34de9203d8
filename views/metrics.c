/* metrics: the past of one field of one or several rows, as lines over time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "views/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"

#define NEWEST     (YG_SERIES_LONG - 1)
#define ZOOM_FIRST 2

const int64_t metrics_zooms[] = {250, 500, 1000, 2000, 5000, 10000, 20000, 30000};
const int metrics_n_zooms = YG_COUNT(metrics_zooms);

/* ---- fields ---- */

static bool is_metric(const struct yg_field *f)
{
	return f->flags & YG_FF_METRIC && yg_type_is_measure(f->type);
}

/* The metric field next to one, step 1 or -1; -1 if there is none. */
static int next_field(const struct yg_kind *kind, int from, int step)
{
	int n = (int)kind->n_fields;

	for (int i = 1; i <= n; i++) {
		int at = ((from + i * step) % n + n) % n;
		if (is_metric(&kind->fields[at]))
			return at;
	}
	return -1;
}

static int choose_field(struct metrics *m, const char *name, struct yg_err *err)
{
	int field = next_field(m->kind, -1, 1);

	if (name[0]) {
		const char *near = yg_kind_nearest_field(m->kind, name);
		field = yg_kind_field(m->kind, name);
		if (field < 0)
			return yg_err_set(err, YG_E_INVALID, "no field '%s' of a %s%s%s%s", name,
			    m->kind->name, near ? _(", did you mean '") : "", near ? near : "",
			    near ? "'" : "");
		if (!yg_type_is_measure(m->kind->fields[field].type))
			return yg_err_set(err, YG_E_INVALID,
			    "field '%s' of a %s is no number that can be drawn over time", name,
			    m->kind->name);
	}
	if (field < 0)
		return yg_err_set(err, YG_E_INVALID, "a %s has no figures that change all the time",
		    m->kind->name);
	m->field = field;
	return 0;
}

/* ---- samples ---- */

/* What is gone has no samples from now on; those that it had stay. */
static void age(struct metrics_row *row, uint64_t ticks)
{
	size_t n = (size_t)YG_MIN(ticks, (uint64_t)YG_SERIES_LONG);

	memmove(row->values, row->values + n, (YG_SERIES_LONG - n) * sizeof(*row->values));
	for (size_t i = YG_SERIES_LONG - n; i < YG_SERIES_LONG; i++)
		row->values[i] = NAN;
}

static void take_samples(struct yg_view *v)
{
	struct metrics *m = v->priv;
	struct yg_series *series = yg_host_series(v->host);
	uint64_t ticks = yg_series_ticks(series);

	for (int i = 0; i < m->n_rows; i++) {
		struct metrics_row *row = &m->rows[i];
		if (row->slot == YG_NO_SLOT)
			age(row, ticks - m->ticks);
		else
			yg_series_get(series, row->slot, m->field, row->values, YG_SERIES_LONG);
	}
	yg_series_times(series, m->times, YG_SERIES_LONG);
	m->ticks = ticks;
}

static void name_it(struct yg_view *v)
{
	const struct metrics *m = v->priv;
	const char *field = m->kind->fields[m->field].name;

	if (m->n_rows == 1)
		snprintf(v->title, sizeof(v->title), _("%s of %s %s"), field, m->kind->name,
		    m->rows[0].name);
	else
		snprintf(v->title, sizeof(v->title), _("%s of %d %s"), field, m->n_rows,
		    m->kind->plural);
}

static int show_field(struct yg_view *v, int field)
{
	struct metrics *m = v->priv;

	if (field < 0)
		return YG_R_HANDLED;
	/* A row that is gone has the past of the field that was shown, and no other. */
	for (int i = 0; field != m->field && i < m->n_rows; i++)
		if (m->rows[i].slot == YG_NO_SLOT)
			age(&m->rows[i], YG_SERIES_LONG);
	m->field = field;
	m->scale = (struct yg_scale){0};
	name_it(v);
	take_samples(v);
	return YG_R_HANDLED | YG_R_REDRAW;
}

/* ---- the view ---- */

static int metrics_open(struct yg_view *v, struct yg_err *err)
{
	struct metrics *m = v->priv;
	const struct yg_inventory *inv = yg_host_inventory(v->host);
	const struct yg_row *first = yg_inventory_row(inv, v->subject);

	if (!first)
		return yg_err_set(err, YG_E_NOTFOUND, "it is gone");
	m->kind = first->kind;
	m->zoom = ZOOM_FIRST;
	int rc = choose_field(m, v->args, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < v->n_slots && m->n_rows < METRICS_ROWS; i++) {
		const struct yg_row *row = yg_inventory_row(inv, v->slots[i]);
		if (!row || row->kind != m->kind)
			continue;
		struct metrics_row *to = &m->rows[m->n_rows++];
		to->slot = v->slots[i];
		to->is_watched = yg_series_watch(yg_host_series(v->host), to->slot);
		snprintf(to->name, sizeof(to->name), "%s", yg_row_name(row));
	}
	show_field(v, m->field);
	return 0;
}

static void metrics_close(struct yg_view *v)
{
	struct metrics *m = v->priv;

	for (int i = 0; i < m->n_rows; i++)
		if (m->rows[i].is_watched)
			yg_series_unwatch(yg_host_series(v->host), m->rows[i].slot);
	free(m->cells);
}

static int metrics_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct metrics *m = v->priv;
	int flags = 0;

	for (size_t c = 0; c < count; c++)
		for (int i = 0; changes[c].what == YG_GONE && i < m->n_rows; i++)
			if (m->rows[i].slot == changes[c].slot) {
				m->rows[i].slot = YG_NO_SLOT;
				m->rows[i].is_watched = false;
				flags = YG_R_REDRAW;
			}
	if (m->ticks == yg_series_ticks(yg_host_series(v->host)))
		return flags;
	take_samples(v);
	return YG_R_REDRAW;
}

/* ---- keys ---- */

int metrics_at(const struct metrics *m)
{
	int at = NEWEST;

	if (!m->cursor_ms)
		return NEWEST;
	while (at > 0 && m->times[at - 1] && m->times[at] > m->cursor_ms)
		at--;
	return at;
}

/* Puts the cursor on a sample that was taken. */
static int read_at(struct metrics *m, int at)
{
	int oldest = NEWEST;

	while (oldest > 0 && m->times[oldest - 1])
		oldest--;
	at = YG_MIN(YG_MAX(at, oldest), NEWEST);
	m->cursor_ms = at == NEWEST ? 0 : m->times[at];
	return YG_R_HANDLED | YG_R_REDRAW;
}

/* Samples in so many cells: one step shows, however much time a cell is. */
static int samples_of(const struct metrics *m, int cells)
{
	int64_t ms = metrics_zooms[m->zoom] * 2 * cells;

	return (int)YG_MAX(ms / YG_SERIES_PACE_MS, 1);
}

static int zoom(struct metrics *m, int by)
{
	m->zoom = YG_MIN(YG_MAX(m->zoom + by, 0), metrics_n_zooms - 1);
	m->scale = (struct yg_scale){0};
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int choose(struct metrics *m, int row)
{
	m->chosen = YG_MIN(YG_MAX(row, 0), m->n_rows - 1);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int mouse(struct metrics *m, const struct yg_event *ev)
{
	if (ev->button >= 4)
		return zoom(m, ev->button == 4 ? -1 : 1);
	if (ev->button != 1 || ev->x < m->plot_x || ev->x >= m->plot_x + m->frame.w)
		return 0;
	m->cursor_ms = (m->frame.first + (int64_t)(ev->x - m->plot_x + 1) * 2) * m->frame.dot_ms;
	return read_at(m, metrics_at(m));
}

static int metrics_event(struct yg_view *v, const struct yg_event *ev)
{
	struct metrics *m = v->priv;
	int page = YG_MAX(m->frame.w / 2, 1), at = metrics_at(m);

	if (ev->what == YG_EV_MOUSE)
		return mouse(m, ev);
	if (yg_streq(ev->key, "Left") || yg_streq(ev->key, "h"))
		return read_at(m, at - samples_of(m, 1));
	if (yg_streq(ev->key, "Right") || yg_streq(ev->key, "l"))
		return read_at(m, at + samples_of(m, 1));
	if (yg_streq(ev->key, "PageUp"))
		return read_at(m, at - samples_of(m, page));
	if (yg_streq(ev->key, "PageDown"))
		return read_at(m, at + samples_of(m, page));
	if (yg_streq(ev->key, "Home") || yg_streq(ev->key, "g"))
		return read_at(m, 0);
	if (yg_streq(ev->key, "End") || yg_streq(ev->key, "G"))
		return read_at(m, NEWEST);
	if (yg_streq(ev->key, "+"))
		return zoom(m, -1);
	if (yg_streq(ev->key, "-"))
		return zoom(m, 1);
	if (yg_streq(ev->key, "f") || yg_streq(ev->key, "Tab"))
		return show_field(v, next_field(m->kind, m->field, 1));
	if (yg_streq(ev->key, "F") || yg_streq(ev->key, "S-Tab"))
		return show_field(v, next_field(m->kind, m->field, -1));
	if (yg_streq(ev->key, "j") || yg_streq(ev->key, "Down"))
		return choose(m, m->chosen + 1);
	if (yg_streq(ev->key, "k") || yg_streq(ev->key, "Up"))
		return choose(m, m->chosen - 1);
	return 0;
}

static uint32_t metrics_current(struct yg_view *v)
{
	const struct metrics *m = v->priv;

	return m->rows[m->chosen].slot;
}

static const struct yg_view_key keys[] = {
    {"f", N_("field"), N_("the next figure that is measured; also Tab, and F the one before")},
    {"Left", NULL, N_("read an older sample; Right a newer one")},
    {"+", N_("zoom"), N_("less time, closer; - more time")},
    {"j k", NULL, N_("the row that is drawn in front, and that actions are for")},
    {"g G", NULL, N_("the oldest sample; the newest, and stay there")},
};

const struct yg_view_ops yg_view_metrics = {
    .size = sizeof(struct yg_view_ops),
    .name = "metrics",
    .title = "Metrics",
    .help = "the past of the figures of a row, or of all that are marked, as a chart",
    .kind = "*",
    .private_size = sizeof(struct metrics),
    .open = metrics_open,
    .event = metrics_event,
    .recalc = metrics_recalc,
    .draw = metrics_draw,
    .current = metrics_current,
    .close = metrics_close,
    .keys = keys,
    .n_keys = YG_COUNT(keys),
    .max_rows = METRICS_ROWS,
};
