/* task: everything that takes time: phase, done of total, cancel, log. Loop thread only.
 * A task ends exactly once; YG_TASK_STATE_DOUBT says that it was asked for and the answer was lost:
 * look before you try again. Tasks are also rows of kind task, on the controller "yagura". */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_TASK_H
#define YG_MODEL_TASK_H

#include "model/inventory.h"
#include "model/kinds.h"

struct yg_tasks; /* the list of them */

struct yg_task_line {
	int64_t when_ms;
	char *text;
};

struct yg_task {
	uint32_t id;  /* 1, 2, ... */
	char *action; /* "shutdown"; "migrate" for one that we only watch */
	char *title;  /* "shut down web-01" */
	char *controller, *kind, *target_id, *target_name;
	char *phase;                               /* or NULL */
	int state;                                 /* YG_TASK_STATE_WAITING ... */
	double done, total;                        /* total 0: not known */
	const char *unit;                          /* "bytes", "" ... ; a literal */
	double percent;                            /* 0..100, -1: not known; never goes back */
	double rate;                               /* units a second, 0: not known */
	int64_t started_ms, ended_ms, deadline_ms; /* deadline 0: none */
	bool is_ours;                              /* false: somebody else began it */
	struct yg_err err;                         /* why it failed */
	struct yg_task_line *log;
	size_t n_log, log_room;
	/* Set by whoever runs it; NULL: cannot be cancelled. Must not end the task from inside. */
	void (*cancel)(struct yg_task *task, void *data);
	void *cancel_data;
	/* Called once, when it ends, from yg_task_end(). */
	void (*ended)(struct yg_task *task, void *data);
	void *ended_data;
	void *provider_data; /* the provider's own */
	struct yg_tasks *list;
	unsigned holds; /* how many want it kept, see yg_task_hold() */
};

struct yg_tasks *yg_tasks_create(struct yg_inventory *inv);
/* Ends nothing and tells nobody: who runs a task closes first. */
void yg_tasks_destroy(struct yg_tasks *tasks);
/* A new task, YG_TASK_STATE_WAITING, owned by the list. target: the row, borrowed during the call.
 */
struct yg_task *yg_task_add(
    struct yg_tasks *tasks, const char *action, const char *title, const struct yg_row *target);
void yg_task_phase(struct yg_task *task, const char *fmt, ...) YG_PRINTF(2, 3);
/* total 0: not known. The percent shown never runs backwards. */
void yg_task_progress(struct yg_task *task, double done, double total, const char *unit);
void yg_task_percent(struct yg_task *task, double percent);
void yg_task_log(struct yg_task *task, const char *fmt, ...) YG_PRINTF(2, 3);
/* The one end. err is copied (NULL for DONE). A second end is ignored and logged. */
void yg_task_end(struct yg_task *task, int state, const struct yg_err *err);
/* Ends by a code: 0 done, CANCELLED, DOUBT and the rest failed. */
void yg_task_end_code(struct yg_task *task, const struct yg_err *err);
/* Keeps the task in the list, over or not, until it is let go as often: for those that read it
 * after it ended, while more than 200 others may have ended too. */
void yg_task_hold(struct yg_task *task);
void yg_task_let_go(struct yg_task *task);
bool yg_task_is_over(const struct yg_task *task);
/* Asks for it to stop; false if it cannot be, or is over. */
bool yg_task_cancel(struct yg_task *task);
struct yg_task *yg_task_find(struct yg_tasks *tasks, uint32_t id);
/* The i-th, newest first; NULL past the end. The last 200 ended ones are kept. */
struct yg_task *yg_task_at(struct yg_tasks *tasks, size_t i);
size_t yg_tasks_running(const struct yg_tasks *tasks);
/* Ends tasks past their deadline as DOUBT; call it once a second. */
void yg_tasks_tick(struct yg_tasks *tasks, int64_t now_ms);

#endif
