/* details: every field of a row, with its help and its recent past; the log of a task. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "api/yagura.h"
#include "base/i18n.h"

#define NAME_W   13
#define VALUE_W  34
#define SPARK_W  24
#define LINE_MAX 512

struct line {
	char text[LINE_MAX]; /* of a title or a log line */
	int field;           /* -1: text only */
	int style;
};

struct details {
	struct line *lines;
	size_t n_lines;
	int top, page;
};

static const struct yg_row *row_of(const struct yg_view *v)
{
	return yg_inventory_row(yg_host_inventory(v->host), v->subject);
}

static struct line *add(struct details *d, int field, int style)
{
	d->lines = yg_xreallocarray(d->lines, d->n_lines + 1, sizeof(*d->lines));
	struct line *line = &d->lines[d->n_lines++];
	*line = (struct line){.field = field, .style = style};
	return line;
}

static void add_text(struct details *d, int style, const char *text)
{
	struct line *line = add(d, -1, style);

	snprintf(line->text, sizeof(line->text), "%s", text);
}

/* The log of the task that a row of kind task stands for. */
static void add_log(struct yg_view *v, const struct yg_row *row)
{
	struct details *d = v->priv;
	const struct yg_task *task =
	    yg_task_find(yg_host_tasks(v->host), (uint32_t)strtoul(yg_row_id(row), NULL, 10));
	char text[LINE_MAX];

	if (!task)
		return;
	add_text(d, YG_ST_TEXT, "");
	add_text(d, YG_ST_ACCENT, _("Log"));
	for (size_t i = 0; i < task->n_log; i++) {
		double seconds = (double)(task->log[i].when_ms - task->started_ms) / 1000;
		snprintf(text, sizeof(text), "%+8.1fs  %s", seconds, task->log[i].text);
		add_text(d, YG_ST_TEXT, text);
	}
	if (task->err.text[0])
		add_text(d, YG_ST_BAD, task->err.text);
}

/* What is wrong with the row: alarms about it. */
static void add_alarms(struct yg_view *v)
{
	const struct yg_inventory *inv = yg_host_inventory(v->host);
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_alarm, &count);
	struct yg_ref ref;

	for (size_t i = 0; i < count; i++) {
		const struct yg_row *alarm = yg_inventory_row(inv, slots[i]);
		const char *about = yg_row_text(alarm, YG_ALARM_ABOUT);
		if (yg_ref_next(about, &ref) && yg_inventory_follow(inv, alarm, &ref) == v->subject)
			add_text(
			    v->priv, (int)yg_row_meaning(alarm), yg_row_text(alarm, YG_ALARM_TEXT));
	}
}

static int details_recalc(struct yg_view *v, const struct yg_change *changes, size_t count)
{
	struct details *d = v->priv;
	const struct yg_row *row = row_of(v);
	bool concerns = count == 0 && !d->n_lines;

	for (size_t i = 0; i < count; i++)
		concerns |= changes[i].slot == v->subject || changes[i].kind == &yg_kind_alarm;
	if (!concerns)
		return 0;
	d->n_lines = 0;
	if (!row) {
		add_text(d, YG_ST_WARN, _("it is gone: the controller no longer lists it"));
		return YG_R_REDRAW;
	}
	snprintf(v->title, sizeof(v->title), "%s %s", row->kind->name, yg_row_name(row));
	add_alarms(v);
	for (size_t f = 0; f < row->kind->n_fields; f++)
		if (yg_row_has(row, (int)f))
			add(d, (int)f, YG_ST_TEXT);
	if (row->kind == &yg_kind_task)
		add_log(v, row);
	snprintf(
	    v->count, sizeof(v->count), _("%zu fields"), (size_t)__builtin_popcountll(row->has));
	return YG_R_REDRAW;
}

static int details_open(struct yg_view *v, struct yg_err *err)
{
	(void)err;
	details_recalc(v, NULL, 0);
	return 0;
}

static int scroll(struct details *d, int to)
{
	int last = YG_MAX((int)d->n_lines - d->page, 0);

	d->top = YG_MIN(YG_MAX(to, 0), last);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static int details_event(struct yg_view *v, const struct yg_event *ev)
{
	struct details *d = v->priv;

	if (ev->what == YG_EV_MOUSE && ev->button >= 4)
		return scroll(d, d->top + (ev->button == 4 ? -3 : 3));
	if (ev->what != YG_EV_KEY)
		return 0;
	if (yg_streq(ev->key, "j") || yg_streq(ev->key, "Down"))
		return scroll(d, d->top + 1);
	if (yg_streq(ev->key, "k") || yg_streq(ev->key, "Up"))
		return scroll(d, d->top - 1);
	if (yg_streq(ev->key, "PageDown") || yg_streq(ev->key, "C-d"))
		return scroll(d, d->top + d->page / 2);
	if (yg_streq(ev->key, "PageUp") || yg_streq(ev->key, "C-u"))
		return scroll(d, d->top - d->page / 2);
	if (yg_streq(ev->key, "g") || yg_streq(ev->key, "Home"))
		return scroll(d, 0);
	if (yg_streq(ev->key, "G") || yg_streq(ev->key, "End"))
		return scroll(d, (int)d->n_lines);
	return 0;
}

static void draw_field(
    struct yg_view *v, struct yg_canvas *c, int y, const struct yg_row *row, int f)
{
	const struct yg_field *field = &row->kind->fields[f];
	struct yg_buf text = {0};
	float samples[YG_SERIES_LEN];
	int w = yg_canvas_width(c), value_w = w < 100 ? YG_MAX(w - NAME_W - 4, 10) : VALUE_W;
	bool with_help = w >= 100;

	yg_row_format(&text, row, f);
	yg_put(c, 1, y, NAME_W, YG_ST_KEY, field->name);
	int style = f == YG_F_STATE ? (int)yg_row_meaning(row) : YG_ST_TEXT;
	bool has_past = field->flags & YG_FF_METRIC;
	if (has_past && !with_help)
		value_w -= SPARK_W + 1;
	if (with_help && !has_past && yg_text_cells(yg_buf_text(&text)) > VALUE_W) {
		value_w = w - NAME_W - 4;
		with_help = false;
	}
	yg_put(c, NAME_W + 2, y, value_w, style, yg_buf_text(&text));
	int x = NAME_W + 3 + value_w;
	if (has_past) {
		double max = field->type == YG_T_PERCENT ? 100 : 0;
		if (yg_series_get(yg_host_series(v->host), v->subject, f, samples, SPARK_W))
			yg_put_spark(c, x, y, SPARK_W, YG_ST_SPARK, samples, SPARK_W, max);
	}
	if (with_help)
		yg_put(c, x + SPARK_W + 1, y, -1, YG_ST_DIM, _(field->help));
	yg_buf_done(&text);
}

static void details_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct details *d = v->priv;
	const struct yg_row *row = row_of(v);

	d->page = yg_canvas_height(c);
	for (int y = 0; y < d->page && (size_t)(d->top + y) < d->n_lines; y++) {
		const struct line *line = &d->lines[d->top + y];
		if (line->field < 0)
			yg_put(c, 1, y, -1, line->style, line->text);
		else if (row)
			draw_field(v, c, y, row, line->field);
	}
}

static uint32_t details_current(struct yg_view *v)
{
	return v->subject;
}

static void details_close(struct yg_view *v)
{
	struct details *d = v->priv;

	free(d->lines);
}

const struct yg_view_ops yg_view_details = {
    .size = sizeof(struct yg_view_ops),
    .name = "details",
    .title = "Details",
    .help = "every field of a row",
    .kind = "*",
    .private_size = sizeof(struct details),
    .open = details_open,
    .event = details_event,
    .recalc = details_recalc,
    .draw = details_draw,
    .current = details_current,
    .close = details_close,
};
