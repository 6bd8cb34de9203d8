/* act: what can be done to a container: one question each, whose answer is the outcome. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdlib.h>

#include "base/clock.h"
#include "net/loop.h"

#define SHORT_MS    60000
#define STOP_MS     110000 /* a container may be given its own time to stop in */
#define DEADLINE_MS 5000   /* the task's is this much later than the question's */
#define MAX_ANSWER  (64 * 1024)
#define MAX_PROBLEM 4096

struct verb {
	const char *name, *method, *path, *phase;
	int64_t total_ms;
};

static const struct verb verbs[] = {
    {"start", "POST", "/start", "starting", SHORT_MS},
    {"stop", "POST", "/stop", "waiting for it to stop", STOP_MS},
    {"restart", "POST", "/restart", "stopping and starting", STOP_MS},
    {"pause", "POST", "/pause", "pausing", SHORT_MS},
    {"unpause", "POST", "/unpause", "waking up", SHORT_MS},
    {"kill", "POST", "/kill", "killing", SHORT_MS},
    {"remove", "DELETE", "", "removing", SHORT_MS},
};

struct docker_act {
	struct docker *d;
	struct docker_act *prev, *next;
	struct yg_task *task;
	struct yg_http_call *call;
	struct yg_buf answer;
	struct yg_timer *letting_go;
	char *id;
};

static void act_free(struct docker_act *a)
{
	if (a->prev)
		a->prev->next = a->next;
	else
		a->d->acts = a->next;
	if (a->next)
		a->next->prev = a->prev;
	yg_timer_stop(a->letting_go);
	yg_buf_done(&a->answer);
	free(a->id);
	free(a);
}

static void end_task(struct docker_act *a, const struct yg_err *err)
{
	struct yg_task *task = a->task;
	struct docker *d = a->d;

	task->cancel = NULL;
	docker_refresh(d, a->id);
	act_free(a);
	yg_task_end_code(task, err);
}

static bool on_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct docker_act *a = data;

	yg_buf_add(&a->answer, bytes, len);
	return true;
}

static void on_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_act *a = data;
	int status = yg_http_status(call);
	struct yg_err why = {0};

	a->call = NULL;
	if (!status && err)
		why = *err;
	else if (status == 304)
		yg_task_log(a->task, "it was so already");
	else if (status < 200 || status > 299)
		docker_problem(a->d, a->task->title, status, yg_buf_text(&a->answer), &why);
	/* What is not there can be neither found nor refused by looking again: it failed. */
	if (why.code == YG_E_NOTFOUND)
		why.code = YG_E_FAILED;
	end_task(a, &why);
}

static void on_let_go(void *data)
{
	struct docker_act *a = data;
	struct yg_err err = {0};

	yg_http_cancel(a->call);
	a->call = NULL;
	yg_err_set(&err, YG_E_DOUBT, "controller '%s': it was asked for and may still be done",
	    a->d->c->name);
	end_task(a, &err);
}

/* The engine cannot be told to stop stopping: we only stop waiting. */
static void on_cancel(struct yg_task *task, void *data)
{
	struct docker_act *a = data;

	if (!a->letting_go)
		a->letting_go = yg_timer_start(a->d->c->loop, 0, 0, on_let_go, a);
}

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < YG_COUNT(verbs); i++)
		if (yg_streq(verbs[i].name, name))
			return &verbs[i];
	return NULL;
}

static void send_verb(struct docker_act *a, const struct verb *verb)
{
	struct yg_buf path = {0};

	yg_buf_printf(&path, "%s/containers/", a->d->prefix);
	yg_http_escape(&path, a->id);
	yg_buf_str(&path, verb->path);
	struct yg_http_request request = {
	    .method = verb->method,
	    .path = path.data,
	    .total_ms = verb->total_ms,
	    .max_bytes = MAX_ANSWER,
	    .body_cb = on_bytes,
	    .done = on_done,
	    .data = a,
	};
	a->call = yg_http_start(a->d->http, &request);
	yg_buf_done(&path);
}

int docker_act(struct docker *d, const struct yg_action *action, const struct yg_row *row,
    struct yg_task *task, struct yg_err *err)
{
	const struct verb *verb = find_verb(action->name);

	if (!verb || !yg_streq(action->kind, "container"))
		return yg_err_set(
		    err, YG_E_UNSUPPORTED, "docker cannot %s a %s", action->name, action->kind);
	struct docker_act *a = yg_xcalloc(1, sizeof(*a));
	a->d = d;
	a->task = task;
	a->id = yg_xstrdup(yg_row_id(row));
	a->answer.max = MAX_PROBLEM;
	a->next = d->acts;
	if (a->next)
		a->next->prev = a;
	d->acts = a;
	task->cancel = on_cancel;
	task->cancel_data = a;
	task->deadline_ms = yg_now_ms() + verb->total_ms + DEADLINE_MS;
	yg_task_phase(task, "%s", verb->phase);
	send_verb(a, verb);
	return 0;
}

void docker_acts_stop(struct docker *d)
{
	while (d->acts) {
		yg_http_cancel(d->acts->call);
		d->acts->task->cancel = NULL;
		act_free(d->acts);
	}
}
