/* task: everything that takes time: the list of it, and its rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/task.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/vec.h"

#define KEPT_MAX      200 /* tasks that are over */
#define LINES_MAX     500 /* of a task's log; the oldest go first, a few at a time */
#define LINES_DROPPED 100
#define RATE_MS       500 /* a rate over less time than this is noise */

/* What the list knows of a task and nobody else needs. */
struct entry {
	struct yg_task task; /* must be first */
	double rate_done;    /* at rate_ms, on the steady clock */
	int64_t rate_ms;
};

struct yg_tasks {
	struct yg_inventory *inv;
	struct yg_vec(struct entry *) entries; /* oldest first */
	uint32_t last_id;
};

/* ---- rows ---- */

/* Units done are shown as bytes, so only bytes are told. */
static void put_numbers(struct yg_draft *d, const struct yg_task *t)
{
	if (t->percent >= 0)
		yg_draft_real(d, YG_TASK_PERCENT, t->percent);
	if (!yg_streq(t->unit, "bytes"))
		return;
	yg_draft_number(d, YG_TASK_DONE, t->done);
	if (t->total > 0)
		yg_draft_number(d, YG_TASK_TOTAL, t->total);
	if (t->rate > 0)
		yg_draft_real(d, YG_TASK_RATE, t->rate);
}

static void put_row(const struct yg_task *t)
{
	struct yg_draft d;
	char id[16];

	snprintf(id, sizeof(id), "%u", t->id);
	yg_draft_init(&d, &yg_kind_task, "yagura", id);
	yg_draft_text(&d, YG_F_NAME, t->title);
	yg_draft_state(&d, t->state);
	if (t->err.text[0])
		yg_draft_text(&d, YG_F_NOTE, t->err.text);
	yg_draft_text(&d, YG_TASK_ACTION, t->action);
	yg_draft_ref(&d, YG_TASK_TARGET, t->controller, t->kind, t->target_id, t->target_name);
	if (t->phase)
		yg_draft_text(&d, YG_TASK_PHASE, t->phase);
	put_numbers(&d, t);
	yg_draft_int(&d, YG_TASK_STARTED, t->started_ms);
	if (t->ended_ms)
		yg_draft_int(&d, YG_TASK_ENDED, t->ended_ms);
	yg_draft_const(&d, YG_TASK_BY, t->is_ours ? "us" : "seen at the controller");
	yg_inventory_put_new(t->list->inv, yg_draft_done(&d));
}

static void drop_row(const struct yg_task *t)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", t->id);
	yg_inventory_drop(t->list->inv, "yagura", &yg_kind_task, id);
}

/* ---- the list ---- */

struct yg_tasks *yg_tasks_create(struct yg_inventory *inv)
{
	struct yg_tasks *tasks = yg_xcalloc(1, sizeof(*tasks));

	tasks->inv = inv;
	return tasks;
}

static void free_entry(struct entry *e)
{
	struct yg_task *t = &e->task;

	for (size_t i = 0; i < t->n_log; i++)
		free(t->log[i].text);
	free(t->log);
	free(t->action);
	free(t->title);
	free(t->controller);
	free(t->kind);
	free(t->target_id);
	free(t->target_name);
	free(t->phase);
	free(e);
}

void yg_tasks_destroy(struct yg_tasks *tasks)
{
	if (!tasks)
		return;
	yg_vec_each (&tasks->entries, e)
		free_entry(*e);
	yg_vec_done(&tasks->entries);
	free(tasks);
}

struct yg_task *yg_task_add(
    struct yg_tasks *tasks, const char *action, const char *title, const struct yg_row *target)
{
	struct entry *e = yg_xcalloc(1, sizeof(*e));
	struct yg_task *t = &e->task;

	t->id = ++tasks->last_id;
	t->action = yg_xstrdup(action);
	t->title = yg_xstrdup(title);
	t->controller = yg_xstrdup(yg_row_text(target, YG_F_CONTROLLER));
	t->kind = yg_xstrdup(target->kind->name);
	t->target_id = yg_xstrdup(yg_row_id(target));
	t->target_name = yg_xstrdup(yg_row_name(target));
	t->state = YG_TASK_STATE_WAITING;
	t->unit = "";
	t->percent = -1;
	t->started_ms = yg_now_ms();
	t->is_ours = true;
	t->list = tasks;
	yg_vec_push(&tasks->entries, e);
	put_row(t);
	return t;
}

bool yg_task_is_over(const struct yg_task *t)
{
	return t->state != YG_TASK_STATE_WAITING && t->state != YG_TASK_STATE_RUNNING;
}

/* Gives up the oldest of those that are over, but none that is held. */
static void prune(struct yg_tasks *tasks)
{
	size_t over = 0;

	yg_vec_each (&tasks->entries, e)
		over += yg_task_is_over(&(*e)->task) && !(*e)->task.holds;
	for (size_t i = 0; i < tasks->entries.count && over > KEPT_MAX;) {
		struct entry *e = tasks->entries.items[i];
		if (!yg_task_is_over(&e->task) || e->task.holds) {
			i++;
			continue;
		}
		drop_row(&e->task);
		free_entry(e);
		yg_vec_remove(&tasks->entries, i);
		over--;
	}
}

void yg_task_hold(struct yg_task *task)
{
	task->holds++;
}

void yg_task_let_go(struct yg_task *task)
{
	assert(task->holds > 0);
	if (--task->holds == 0)
		prune(task->list);
}

struct yg_task *yg_task_find(struct yg_tasks *tasks, uint32_t id)
{
	size_t low = 0, high = tasks->entries.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct yg_task *t = &tasks->entries.items[middle]->task;
		if (t->id == id)
			return t;
		if (t->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct yg_task *yg_task_at(struct yg_tasks *tasks, size_t i)
{
	size_t count = tasks->entries.count;

	return i < count ? &tasks->entries.items[count - 1 - i]->task : NULL;
}

size_t yg_tasks_running(const struct yg_tasks *tasks)
{
	size_t running = 0;

	yg_vec_each (&tasks->entries, e)
		running += !yg_task_is_over(&(*e)->task);
	return running;
}

/* ---- while it runs ---- */

static void add_line(struct yg_task *t, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	if (t->n_log == LINES_MAX) {
		for (size_t i = 0; i < LINES_DROPPED; i++)
			free(t->log[i].text);
		t->n_log -= LINES_DROPPED;
		memmove(t->log, t->log + LINES_DROPPED, t->n_log * sizeof(*t->log));
	}
	if (t->n_log == t->log_room) {
		t->log_room = t->log_room ? t->log_room * 2 : 8;
		t->log = yg_xreallocarray(t->log, t->log_room, sizeof(*t->log));
	}
	t->log[t->n_log++] =
	    (struct yg_task_line){.when_ms = yg_now_ms(), .text = yg_xstrdup(text)};
}

void yg_task_log(struct yg_task *task, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_line(task, fmt, ap);
	va_end(ap);
}

/* false if nothing more may happen to it. */
static bool run(struct yg_task *t)
{
	if (yg_task_is_over(t))
		return false;
	t->state = YG_TASK_STATE_RUNNING;
	return true;
}

void yg_task_phase(struct yg_task *task, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (!run(task))
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (!yg_streq(task->phase, text)) {
		free(task->phase);
		task->phase = yg_xstrdup(text);
		yg_task_log(task, "%s", text);
	}
	put_row(task);
}

static void raise_percent(struct yg_task *t, double percent)
{
	if (isfinite(percent) && percent >= 0 && percent <= 100 && percent > t->percent)
		t->percent = percent;
}

/* Smoothed; a step back (a migration begins another pass) counts as nothing done. */
static void update_rate(struct entry *e, double done)
{
	int64_t now_ms = yg_mono_us() / 1000;

	if (!e->rate_ms || done < e->rate_done) {
		e->rate_ms = now_ms;
		e->rate_done = done;
		return;
	}
	int64_t passed_ms = now_ms - e->rate_ms;
	if (passed_ms < RATE_MS)
		return;
	double rate = (done - e->rate_done) * 1000 / (double)passed_ms;
	e->task.rate = e->task.rate > 0 ? e->task.rate * 0.6 + rate * 0.4 : rate;
	e->rate_ms = now_ms;
	e->rate_done = done;
}

void yg_task_progress(struct yg_task *task, double done, double total, const char *unit)
{
	if (!run(task) || !isfinite(done) || !isfinite(total) || done < 0)
		return;
	task->done = done;
	task->total = total > 0 ? total : 0;
	task->unit = unit ? unit : "";
	/* More done than there is to do: how far it is is not known, and what is shown stays. */
	if (total > 0 && done <= total)
		raise_percent(task, done / total * 100);
	update_rate((struct entry *)task, done);
	put_row(task);
}

void yg_task_percent(struct yg_task *task, double percent)
{
	if (!run(task))
		return;
	raise_percent(task, percent);
	put_row(task);
}

bool yg_task_cancel(struct yg_task *task)
{
	if (yg_task_is_over(task) || !task->cancel)
		return false;
	yg_task_log(task, "asked to stop");
	task->cancel(task, task->cancel_data);
	return true;
}

/* ---- the end ---- */

void yg_task_end(struct yg_task *task, int state, const struct yg_err *err)
{
	assert(state > YG_TASK_STATE_RUNNING && state <= YG_TASK_STATE_DOUBT);
	if (state <= YG_TASK_STATE_RUNNING || state > YG_TASK_STATE_DOUBT)
		state = YG_TASK_STATE_FAILED; /* without assertions: a plugin's mistake */
	if (yg_task_is_over(task)) {
		yg_log("task", YG_LOG_WARN, "task %u '%s' ends twice, now as '%s'", task->id,
		    task->title, yg_kind_task.states[state].name);
		return;
	}
	task->state = state;
	task->ended_ms = yg_now_ms();
	task->rate = 0;
	task->cancel = NULL;
	if (state == YG_TASK_STATE_DONE)
		task->percent = 100;
	else if (err)
		task->err = *err;
	yg_task_log(task, "%s%s%s", yg_kind_task.states[state].name, task->err.text[0] ? ": " : "",
	    task->err.text);
	put_row(task);
	/* Whoever is told may still look at it, and may end others. */
	task->holds++;
	if (task->ended)
		task->ended(task, task->ended_data);
	yg_task_let_go(task);
}

void yg_task_end_code(struct yg_task *task, const struct yg_err *err)
{
	switch (err ? err->code : YG_OK) {
	case YG_OK: yg_task_end(task, YG_TASK_STATE_DONE, NULL); break;
	case YG_E_CANCELLED: yg_task_end(task, YG_TASK_STATE_CANCELLED, err); break;
	case YG_E_DOUBT: yg_task_end(task, YG_TASK_STATE_DOUBT, err); break;
	default: yg_task_end(task, YG_TASK_STATE_FAILED, err); break;
	}
}

static struct yg_task *find_overdue(struct yg_tasks *tasks, int64_t now_ms)
{
	yg_vec_each (&tasks->entries, e) {
		struct yg_task *t = &(*e)->task;
		if (!yg_task_is_over(t) && t->deadline_ms && now_ms > t->deadline_ms)
			return t;
	}
	return NULL;
}

void yg_tasks_tick(struct yg_tasks *tasks, int64_t now_ms)
{
	struct yg_task *t;

	/* Looked for anew each time: who is told of an end may change the list. */
	while ((t = find_overdue(tasks, now_ms))) {
		struct yg_err err = {0};
		yg_err_set(&err, YG_E_DOUBT,
		    "%s: no answer after %lld s; look at it before you try again", t->title,
		    (long long)(t->deadline_ms - t->started_ms) / 1000);
		yg_task_end(t, YG_TASK_STATE_DOUBT, &err);
	}
}
