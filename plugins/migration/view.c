/* view: one migration: how far it is, whether it will end, its figures and its passes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "plugins/migration/moves.h"

#define LABEL_W    9
#define HALF_W     36 /* of a column of figures */
#define CHART_ROWS 8

/* The slot may be used for another row once the migration is over; the key is kept. */
struct view {
	char *controller, *id;
};

static const struct mig_move *move_of(const struct yg_view *v)
{
	const struct view *priv = v->priv;
	const struct mig_moves *moves = mig_moves_here();

	return moves ? mig_moves_find(moves, priv->controller, priv->id) : NULL;
}

/* ---- words ---- */

static const char *rate_text(double rate, char *buf, size_t size)
{
	char bytes[16];

	snprintf(buf, size, "%s/s", yg_fmt_bytes(rate, bytes, sizeof(bytes)));
	return buf;
}

static const char *const outlooks[] = {
    [MIG_CONVERGES] = "converges",
    [MIG_SLOWLY] = "converges slowly",
    [MIG_DIVERGES] = "does not converge at this rate",
};
static const int outlook_styles[] = {
    [MIG_UNKNOWN] = YG_ST_TEXT,
    [MIG_SURE] = YG_ST_TEXT,
    [MIG_CONVERGES] = YG_ST_OK,
    [MIG_SLOWLY] = YG_ST_WARN,
    [MIG_DIVERGES] = YG_ST_BAD,
};

/* What can be said of whether it will end. */
static void outlook_text(const struct mig_move *m, char *buf, size_t size)
{
	const struct mig_progress *p = &m->progress;
	int state = yg_row_state(m->row);
	char dirty[24], rate[24];

	if (state == YG_MIGRATION_STATE_POSTCOPY)
		snprintf(buf, size, "it runs there already and fetches the rest: no way back");
	else if (state == YG_MIGRATION_STATE_FINISHING)
		snprintf(buf, size, "it stands still while the last part is sent");
	else if (state == YG_MIGRATION_STATE_DISK)
		snprintf(buf, size, "disks are copied first, memory follows");
	else if (state == YG_MIGRATION_STATE_SETUP || !p->n_passes)
		snprintf(buf, size, "it is being prepared");
	else if (p->outlook == MIG_UNKNOWN || !outlooks[p->outlook])
		snprintf(buf, size, "how fast its memory changes is not known%s",
		    p->passes[p->n_passes - 1].number == 1 ? " before the second pass" : "");
	else if (yg_row_has(m->row, YG_MIGRATION_DIRTY) && p->rate > 0)
		snprintf(buf, size, "dirties %s, sends %s: %s",
		    rate_text(yg_row_number(m->row, YG_MIGRATION_DIRTY), dirty, sizeof(dirty)),
		    rate_text(p->rate, rate, sizeof(rate)), outlooks[p->outlook]);
	else
		snprintf(buf, size, "each pass is %.0f%% of the one before: %s", p->ratio * 100,
		    outlooks[p->outlook]);
}

static void end_text(const struct mig_move *m, char *buf, size_t size)
{
	const struct mig_progress *p = &m->progress;
	char left[32];

	buf[0] = '\0';
	if (m->gone_ms)
		snprintf(buf, size, "over");
	else if (p->eta_ms >= 0)
		snprintf(buf, size, "ends in about %s",
		    yg_fmt_duration(YG_MAX(p->eta_ms, 1000), left, sizeof(left)));
	else if (p->outlook == MIG_DIVERGES)
		snprintf(buf, size, "no end in sight");
	else if (p->least_ms >= 1000)
		snprintf(buf, size, "at least %s more",
		    yg_fmt_duration(p->least_ms, left, sizeof(left)));
}

/* ---- head ---- */

static int put_head(struct yg_canvas *c, const struct mig_move *m)
{
	int w = yg_canvas_width(c), state = yg_row_state(m->row), x = 3;
	const char *word = state > 0 ? yg_kind_migration.states[state].name : "";
	const char *to = yg_row_text(m->row, YG_MIGRATION_TO);
	char from[80];

	mig_from(m->row, from, sizeof(from));
	yg_put_glyph(c, 1, 0, (int)yg_row_meaning(m->row));
	x += yg_put(c, x, 0, -1, YG_ST_TEXT | YG_ST_STRONG, yg_row_name(m->row)) + 2;
	x += yg_putf(c, x, 0, -1, YG_ST_TEXT, "%s → %s", from, to[0] ? to : "?") + 2;
	if (x + 12 < w)
		yg_put_right(
		    c, x, 0, w - x - 1, m->gone_ms ? YG_ST_DIM : (int)yg_row_meaning(m->row), word);
	return 2;
}

/* A bar only where it is known how far it is. */
static int put_bar(struct yg_canvas *c, int y, const struct mig_move *m)
{
	double percent = m->outcome == YG_TASK_STATE_DONE ? 100 : m->progress.percent;
	int w = yg_canvas_width(c), bar = YG_MIN(w / 2, 60), x = 1;
	char end[64], outlook[160];

	if (percent >= 0) {
		yg_put_bar(c, x, y, bar, m->gone_ms ? YG_ST_DIM : YG_ST_BAR, percent);
		x += bar +
		     yg_putf(c, x + bar + 1, y, -1, YG_ST_TEXT | YG_ST_STRONG, "%.0f%%", percent) +
		     4;
	}
	end_text(m, end, sizeof(end));
	yg_put(c, x, y, -1, YG_ST_TEXT, end);
	if (m->gone_ms) {
		yg_put(c, 1, y + 1, -1, YG_ST_TEXT,
		    m->verdict[0] ? m->verdict : "it is asked what became of it ...");
		return y + 3;
	}
	outlook_text(m, outlook, sizeof(outlook));
	yg_put(c, 1, y + 1, -1, outlook_styles[m->progress.outlook], outlook);
	if (yg_row_has(m->row, YG_F_NOTE))
		yg_put(c, 1, y + 2, -1, YG_ST_DIM, yg_row_text(m->row, YG_F_NOTE));
	return y + 4;
}

/* ---- figures ---- */

static void put_figure(struct yg_canvas *c, int x, int y, const char *label, const char *text)
{
	yg_put(c, x, y, LABEL_W, YG_ST_KEY, label);
	yg_put(c, x + LABEL_W + 1, y, HALF_W - LABEL_W - 2, text[0] ? YG_ST_TEXT : YG_ST_DIM,
	    text[0] ? text : "not told");
}

static void field_text(struct yg_buf *out, const struct yg_row *row, int field)
{
	yg_buf_clear(out);
	if (field == YG_MIGRATION_DIRTY && !yg_row_number(row, field) &&
	    yg_row_int(row, YG_MIGRATION_PASS) == 1)
		yg_buf_str(out, "not known yet");
	else if (field == YG_MIGRATION_DOWNTIME && yg_row_has(row, field) &&
		 yg_row_int(row, field) < 10000)
		yg_buf_printf(out, "%lld ms", (long long)yg_row_int(row, field));
	else
		yg_row_format(out, row, field);
	if (field == YG_MIGRATION_REMAINING && yg_row_has(row, YG_MIGRATION_TOTAL)) {
		yg_buf_str(out, out->len ? " of " : "");
		yg_row_format(out, row, YG_MIGRATION_TOTAL);
	}
}

static int put_figures(struct yg_canvas *c, int y, const struct yg_row *row)
{
	static const struct {
		int field;
		const char *label;
	} figures[][2] = {
	    {{YG_MIGRATION_REMAINING, "left"}, {YG_MIGRATION_PASS, "pass"}},
	    {{YG_MIGRATION_SENT, "sent"}, {YG_MIGRATION_DOWNTIME, "downtime"}},
	    {{YG_MIGRATION_RATE, "sends"}, {YG_MIGRATION_ELAPSED, "elapsed"}},
	    {{YG_MIGRATION_DIRTY, "dirties"}, {YG_MIGRATION_THROTTLE, "slowed by"}},
	};
	struct yg_buf text = {0};

	for (size_t i = 0; i < YG_COUNT(figures); i++)
		for (size_t side = 0; side < 2; side++) {
			int field = figures[i][side].field;
			field_text(&text, row, field);
			if (field == YG_MIGRATION_THROTTLE && !text.len)
				continue;
			put_figure(c, 1 + (int)side * HALF_W, y + (int)i, figures[i][side].label,
			    yg_buf_text(&text));
		}
	yg_buf_done(&text);
	return y + (int)YG_COUNT(figures) + 1;
}

/* ---- the past ---- */

/* All samples in at most n cells: the largest of those that share one. */
static size_t squeeze(const float *samples, size_t count, float *out, size_t n)
{
	size_t cells = YG_MIN(count, n);

	for (size_t i = 0; i < cells; i++) {
		size_t from = i * count / cells, to = (i + 1) * count / cells;
		out[i] = NAN;
		for (size_t k = from; k < to; k++)
			out[i] = fmaxf(out[i], samples[k]);
	}
	return cells;
}

/* A chart of several lines, each of them a sparkline of what reaches into it. */
static void put_chart(struct yg_canvas *c, int x, int y, int rows, const float *samples, size_t n)
{
	float max = 0, part[MIG_PAST];

	for (size_t i = 0; i < n; i++)
		max = fmaxf(max, samples[i]);
	for (int line = 0; line < rows && max > 0; line++) {
		for (size_t i = 0; i < n; i++) {
			part[i] = samples[i] / max * (float)rows - (float)line;
			if (line && part[i] <= 0)
				part[i] = NAN;
		}
		yg_put_spark(c, x, y + rows - 1 - line, (int)n, YG_ST_SPARK, part, n, 1);
	}
}

static int put_past(struct yg_canvas *c, int y, const struct mig_past *past)
{
	int w = yg_canvas_width(c) - LABEL_W - 3, h = yg_canvas_height(c);
	int rows = YG_MIN(YG_MAX((h - 15) / 3, 2), CHART_ROWS);
	float samples[MIG_PAST];

	if (!past->count || w < 8)
		return y;
	size_t n = squeeze(past->left, past->count, samples, (size_t)YG_MIN(w, MIG_PAST));
	yg_put(c, 1, y, LABEL_W, YG_ST_KEY, "left");
	put_chart(c, LABEL_W + 2, y, rows, samples, n);
	n = squeeze(past->rate, past->count, samples, (size_t)YG_MIN(w, MIG_PAST));
	yg_put(c, 1, y + rows, LABEL_W, YG_ST_KEY, "sends");
	yg_put_spark(c, LABEL_W + 2, y + rows, (int)n, YG_ST_SPARK, samples, n, 0);
	return y + rows + 2;
}

/* ---- passes ---- */

static void pass_name(const struct mig_pass *pass, char *buf, size_t size)
{
	if (pass->number == MIG_DISKS)
		snprintf(buf, size, "disks");
	else if (pass->number == MIG_POSTCOPY)
		snprintf(buf, size, "post-copy");
	else
		snprintf(buf, size, "pass %d", pass->number);
}

static void put_pass(
    struct yg_canvas *c, int y, const struct mig_pass *pass, double largest, bool is_last)
{
	int bar = YG_MIN(yg_canvas_width(c) - LABEL_W - 30, 40), x = LABEL_W + 2;
	char name[24], size[16], took[32];

	pass_name(pass, name, sizeof(name));
	yg_put(c, 1, y, LABEL_W, YG_ST_TEXT, name);
	if (bar > 4 && largest > 0 && pass->size > 0)
		yg_put_bar(c, x, y, bar, YG_ST_BAR, pass->size / largest * 100);
	x += YG_MAX(bar, 0) + 1;
	if (pass->size >= 0)
		yg_put_right(c, x, y, 5, YG_ST_TEXT, yg_fmt_bytes(pass->size, size, sizeof(size)));
	yg_put(c, x + 8, y, -1, is_last ? YG_ST_BUSY : YG_ST_DIM,
	    is_last         ? "under way"
	    : pass->took_ms ? yg_fmt_duration(pass->took_ms, took, sizeof(took))
			    : "");
}

/* The first, for comparison, and the newest that there is room for. */
static void put_passes(struct yg_canvas *c, int y, const struct mig_move *m)
{
	const struct mig_progress *p = &m->progress;
	int room = yg_canvas_height(c) - y;
	double largest = 0;

	if (room < 1 || !p->n_passes)
		return;
	for (size_t i = 0; i < p->n_passes; i++)
		largest = fmax(largest, p->passes[i].size);
	size_t shown = YG_MIN(p->n_passes, (size_t)room);
	for (size_t i = 0; i < shown; i++) {
		size_t at = i ? p->n_passes - shown + i : 0;
		put_pass(
		    c, y + (int)i, &p->passes[at], largest, at + 1 == p->n_passes && !m->gone_ms);
	}
}

static void draw(struct yg_view *v, struct yg_canvas *c)
{
	const struct mig_move *m = move_of(v);

	if (!m) {
		yg_put(c, 1, 0, -1, YG_ST_DIM, "it is over, and long ago");
		return;
	}
	int y = put_head(c, m);
	y = put_bar(c, y, m);
	y = put_figures(c, y, m->row);
	y = put_past(c, y, &m->past);
	put_passes(c, y, m);
}

/* ---- the rest ---- */

static void set_title(struct yg_view *v)
{
	const struct mig_move *m = move_of(v);

	if (!m)
		return;
	snprintf(v->title, sizeof(v->title), "Migration of %s", yg_row_name(m->row));
	snprintf(v->count, sizeof(v->count), "%s", m->gone_ms ? "over" : "c cancels");
}

static int open_view(struct yg_view *v, struct yg_err *err)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(v->host), v->subject);
	struct view *priv = v->priv;

	if (!row)
		return yg_err_set(err, YG_E_NOTFOUND, "view 'migration': it is over");
	priv->controller = yg_xstrdup(yg_row_text(row, YG_F_CONTROLLER));
	priv->id = yg_xstrdup(yg_row_id(row));
	set_title(v);
	return 0;
}

static int recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	bool concerns = false;

	/* Tasks: what became of it is known when they end. */
	for (size_t i = 0; i < count; i++)
		concerns |=
		    changes[i].kind == &yg_kind_migration || changes[i].kind == &yg_kind_task;
	if (!concerns)
		return 0;
	set_title(v);
	return YG_R_REDRAW;
}

static int event(struct yg_view *v, const struct yg_event *ev)
{
	struct yg_err err = {0};

	if (ev->what != YG_EV_KEY || !yg_streq(ev->key, "c"))
		return 0;
	if (yg_host_command(v->host, "do cancel", &err))
		yg_host_say(v->host, YG_ST_WARN, "%s", err.text);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static uint32_t current(struct yg_view *v)
{
	const struct mig_move *m = move_of(v);

	return m ? m->slot : YG_NO_SLOT;
}

static void close_view(struct yg_view *v)
{
	struct view *priv = v->priv;

	free(priv->controller);
	free(priv->id);
}

const struct yg_view_ops mig_view = {
    .size = sizeof(struct yg_view_ops),
    .name = "migration",
    .title = "Migration",
    .help = "one migration: how far it is, and whether it will end",
    .kind = "migration",
    .private_size = sizeof(struct view),
    .open = open_view,
    .event = event,
    .recalc = recalc,
    .draw = draw,
    .current = current,
    .close = close_view,
};
