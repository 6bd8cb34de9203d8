/* frame: the lines around the panes: header, task strip, hints or prompt. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>

#include "app/console/console.h"
#include "app/console/terms.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define STRIP_MS 10000 /* how long the strip tells of a task that is over */

/* ---- header ---- */

static size_t count_rows(const struct yg_console *con, const struct yg_kind *kind)
{
	size_t count;

	yg_inventory_slots(yg_host_inventory(con->host), kind, &count);
	return count;
}

/* The worst state of all controllers, and how many are in it; all if all are well. */
static enum yg_style controllers_meaning(const struct yg_console *con, size_t *out_sick)
{
	const struct yg_inventory *inv = yg_host_inventory(con->host);
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_controller, &count);
	enum yg_style worst = YG_ST_OK;

	*out_sick = 0;
	for (size_t i = 0; i < count; i++) {
		enum yg_style m = yg_row_meaning(yg_inventory_row(inv, slots[i]));
		if (m == YG_ST_OK || m == YG_ST_OFF)
			continue;
		*out_sick += yg_row_is_sick(yg_inventory_row(inv, slots[i]));
		if (worst == YG_ST_OK || m == YG_ST_BAD || (m == YG_ST_WARN && worst == YG_ST_BUSY))
			worst = m;
	}
	return worst;
}

static int put_part(struct yg_canvas *c, int x, int style, const char *glyph, const char *text)
{
	x += yg_put(c, x, 0, 2, style, glyph) + 1;
	return x + yg_put(c, x, 0, -1, YG_ST_HEADER, text) + 3;
}

static void clock_text(char *buf, size_t size)
{
	time_t now = (time_t)(yg_now_ms() / 1000);
	struct tm tm;

	localtime_r(&now, &tm);
	strftime(buf, size, "%H:%M:%S", &tm);
}

static void draw_header(struct yg_console *con, struct yg_canvas *c)
{
	int w = yg_canvas_width(c), x;
	size_t sick, n = count_rows(con, &yg_kind_controller);
	size_t alarms = count_rows(con, &yg_kind_alarm), tasks;
	enum yg_style meaning = controllers_meaning(con, &sick);
	char text[64];

	tasks = yg_tasks_running(yg_host_tasks(con->host));
	yg_put_fill(c, 0, 0, w, YG_ST_HEADER);
	x = 1 + yg_put(c, 1, 0, -1, YG_ST_ACCENT | YG_ST_STRONG,
		    con->grid.is_ascii_text ? "yagura" : "櫓 yagura");
	if (yg_host_is_read_only(con->host))
		x += 2 + yg_put(c, x + 2, 0, -1, YG_ST_WARN, _("read-only"));
	x += 4;
	if (sick)
		snprintf(text, sizeof(text), _("%zu of %zu controllers"), sick, n);
	else
		snprintf(text, sizeof(text), yg_tr_n("%zu controller", "%zu controllers", n), n);
	static const char *const glyphs[YG_ST_COUNT] = {
	    [YG_ST_OK] = "●", [YG_ST_BUSY] = "◐", [YG_ST_WARN] = "▲", [YG_ST_BAD] = "✖"};
	x = put_part(c, x, meaning, glyphs[meaning] ? glyphs[meaning] : "?", text);
	snprintf(text, sizeof(text), yg_tr_n("%zu alarm", "%zu alarms", alarms), alarms);
	x = put_part(c, x, alarms ? YG_ST_WARN : YG_ST_DIM, "▲", text);
	snprintf(text, sizeof(text), yg_tr_n("%zu task", "%zu tasks", tasks), tasks);
	put_part(c, x, tasks ? YG_ST_BUSY : YG_ST_DIM, "↻", text);
	clock_text(text, sizeof(text));
	yg_put_right(c, w - 9, 0, 8, YG_ST_DIM, text);
}

/* ---- task strip ---- */

static int put_progress(struct yg_canvas *c, int x, int y, const struct yg_task *task)
{
	char done[16], total[16], left[32];

	if (task->percent >= 0) {
		yg_put_bar(c, x, y, 16, YG_ST_BAR, task->percent);
		x += 17 + yg_putf(c, x + 17, y, 5, YG_ST_TEXT, "%3.0f%%", task->percent) + 2;
	}
	if (task->total > 0 && yg_streq(task->unit, "bytes"))
		x += 2 + yg_putf(c, x, y, -1, YG_ST_DIM, _("%s of %s"),
			     yg_fmt_bytes(task->done, done, sizeof(done)),
			     yg_fmt_bytes(task->total, total, sizeof(total)));
	if (task->rate > 0 && yg_streq(task->unit, "bytes"))
		x += 2 + yg_putf(c, x, y, -1, YG_ST_DIM, "%s/s",
			     yg_fmt_bytes(task->rate, done, sizeof(done)));
	if (task->phase)
		x += 2 + yg_put(c, x, y, -1, YG_ST_TEXT, task->phase);
	yg_putf(c, x, y, -1, YG_ST_DIM, "%s",
	    yg_fmt_duration((yg_now_ms() - task->started_ms) / 1000 * 1000, left, sizeof(left)));
	return x;
}

static const struct {
	int style;
	const char *glyph, *word;
} outcomes[] = {
    [YG_TASK_STATE_WAITING] = {YG_ST_BUSY, "↻", N_("waiting")},
    [YG_TASK_STATE_RUNNING] = {YG_ST_BUSY, "↻", ""},
    [YG_TASK_STATE_DONE] = {YG_ST_OK, "●", N_("done")},
    [YG_TASK_STATE_FAILED] = {YG_ST_BAD, "✖", N_("failed")},
    [YG_TASK_STATE_CANCELLED] = {YG_ST_OFF, "○", N_("cancelled")},
    [YG_TASK_STATE_DOUBT] = {YG_ST_WARN, "▲", N_("in doubt")},
};

/* What the user began goes before what others do: it runs, or ended just now. */
static int strip_rank(const struct yg_task *task)
{
	bool is_over = yg_task_is_over(task);

	if (is_over && yg_now_ms() - task->ended_ms >= STRIP_MS)
		return 0;
	return 1 + !is_over + 2 * task->is_ours;
}

/* The task that the strip tells of: of those with the highest rank the newest. */
static const struct yg_task *strip_task(struct yg_console *con)
{
	struct yg_tasks *tasks = yg_host_tasks(con->host);
	const struct yg_task *task, *best = NULL;

	for (size_t i = 0; (task = yg_task_at(tasks, i)); i++)
		if (strip_rank(task) > (best ? strip_rank(best) : 0))
			best = task;
	return best;
}

static void draw_strip(struct yg_console *con, struct yg_canvas *c, int y)
{
	const struct yg_task *task = strip_task(con);
	size_t running = yg_tasks_running(yg_host_tasks(con->host));
	int x = 1;

	if (!task)
		return;
	struct yg_canvas line = yg_canvas_sub(
	    c, (struct yg_rect){0, y, yg_canvas_width(c) - (running > 1 ? 12 : 0), 1});
	x += yg_put(c, x, y, 2, outcomes[task->state].style, outcomes[task->state].glyph) + 1;
	x += yg_put(c, x, y, 48, YG_ST_TEXT, task->title) + 2;
	if (!yg_task_is_over(task))
		put_progress(&line, x, 0, task);
	else if (task->err.text[0])
		yg_putf(&line, x, 0, -1, outcomes[task->state].style, "%s: %s",
		    _(outcomes[task->state].word), task->err.text);
	else
		yg_put(&line, x, 0, -1, outcomes[task->state].style, _(outcomes[task->state].word));
	size_t others = running - !yg_task_is_over(task);
	if (!others)
		return;
	yg_put_fill(c, yg_canvas_width(c) - 12, y, 12, YG_ST_TEXT);
	yg_putf(c, yg_canvas_width(c) - 11, y, 10, YG_ST_DIM, _("+%zu more"), others);
}

/* ---- hints ---- */

struct hint {
	const char *key, *text;
};

static const struct hint normal_hints[] = {{"1-4", N_("pane")}, {"[ ]", N_("tab")},
    {"/", N_("filter")}, {":", N_("command")}, {"Enter", N_("details")}, {"a", N_("actions")},
    {"t", N_("graph")}, {"s", N_("sort")}, {"z", N_("zoom")}, {"?", N_("help")}, {"q", N_("quit")}};
static const struct hint overlay_hints[] = {{"Esc", N_("back")}, {"j k", N_("move")},
    {"a", N_("actions")}, {"?", N_("help")}, {"q", N_("quit")}};
static const struct hint find_hints[] = {{"Enter", N_("go")}, {"Up Down", N_("choose")},
    {"Esc", N_("leave")}, {"Space", N_("one more word")}};
static const struct hint term_hints[] = {{"Ctrl-]", N_("leave it, it runs on")},
    {"Shift-PageUp", N_("what scrolled away")}, {"/", N_("look for, there")}};
static const struct hint menu_hints[] = {{"Enter", N_("choose")}, {"Esc", N_("close")}};

static void draw_hints(struct yg_canvas *c, int y, const struct hint *hints, size_t n)
{
	int x = 1, w = yg_canvas_width(c);

	for (size_t i = 0; i < n; i++) {
		int need = yg_text_cells(hints[i].key) + 1 + yg_text_cells(_(hints[i].text));
		if (x + need > w - 1)
			continue;
		x += yg_put(c, x, y, -1, YG_ST_KEY, hints[i].key) + 1;
		x += yg_put(c, x, y, -1, YG_ST_HINT, _(hints[i].text)) + 2;
	}
}

/* The hints of a view that has keys of its own. */
static void draw_view_hints(struct yg_canvas *c, int y, const struct yg_view_ops *ops)
{
	struct hint hints[32];
	size_t n = 0;

	hints[n++] = (struct hint){"Esc", N_("back")};
	for (size_t i = 0; i < ops->n_keys && n < YG_COUNT(hints) - 3; i++)
		if (ops->keys[i].hint)
			hints[n++] = (struct hint){ops->keys[i].key, ops->keys[i].hint};
	hints[n++] = (struct hint){"?", N_("help")};
	draw_hints(c, y, hints, n);
}

static void draw_bottom(struct yg_console *con, struct yg_canvas *c, int y)
{
	if (con->mode == YG_MODE_COMMAND || con->mode == YG_MODE_FILTER) {
		yg_line_draw(&con->line, c, y, con->mode == YG_MODE_COMMAND ? ":" : "/");
		if (con->message[0])
			yg_put_right(c, yg_canvas_width(c) / 2, y, yg_canvas_width(c) / 2 - 1,
			    con->message_style, con->message);
		return;
	}
	if (con->message[0])
		yg_put(c, 1, y, yg_canvas_width(c) - 2, con->message_style, con->message);
	else if (con->mode == YG_MODE_MENU)
		draw_hints(c, y, menu_hints, YG_COUNT(menu_hints));
	else if (con->mode == YG_MODE_FIND)
		draw_hints(c, y, find_hints, YG_COUNT(find_hints));
	else if (con->n_stack && yg_terms_is_view(con->stack[con->n_stack - 1]))
		draw_hints(c, y, term_hints, YG_COUNT(term_hints));
	else if (con->n_stack && con->stack[con->n_stack - 1]->ops->n_keys)
		draw_view_hints(c, y, con->stack[con->n_stack - 1]->ops);
	else if (con->n_stack)
		draw_hints(c, y, overlay_hints, YG_COUNT(overlay_hints));
	else
		draw_hints(c, y, normal_hints, YG_COUNT(normal_hints));
}

void yg_frame_draw(struct yg_console *con, struct yg_canvas *c)
{
	int w = yg_canvas_width(c), h = yg_canvas_height(c);

	if (con->dirty & YG_DIRTY_HEADER)
		draw_header(con, c);
	if (con->dirty & YG_DIRTY_STRIP) {
		yg_put_fill(c, 0, h - 2, w, YG_ST_TEXT);
		draw_strip(con, c, h - 2);
	}
	if (con->dirty & YG_DIRTY_BOTTOM) {
		yg_put_fill(c, 0, h - 1, w, YG_ST_TEXT);
		draw_bottom(con, c, h - 1);
	}
}
