/* plan: an action on targets, looked at before it is done: who can, what stops working with them.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/host.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/text.h"

#define PLAN_WIDE 10 /* this many rows hit: asked for as one step worse */

/* ---- parameters ---- */

static const struct yg_param *find_param(const struct yg_action *action, const char *name)
{
	for (size_t i = 0; i < action->n_params; i++)
		if (yg_streq(action->params[i].name, name))
			return &action->params[i];
	return NULL;
}

static int unknown_param(const struct yg_action *action, const char *name, struct yg_err *err)
{
	const char **names = yg_xcalloc(action->n_params + 1, sizeof(*names));

	for (size_t i = 0; i < action->n_params; i++)
		names[i] = action->params[i].name;
	const char *near = yg_text_nearest(name, names, action->n_params);
	free(names);
	return yg_err_set(err, YG_E_INVALID, "%s %s has no parameter '%s'%s%s%s", action->kind,
	    action->name, name, near ? _("; did you mean '") : "", near ? near : "",
	    near               ? "'?"
	    : action->n_params ? ""
			       : ": it takes none");
}

static int check_args(
    const struct yg_action *action, const struct yg_args *args, struct yg_err *err)
{
	for (size_t i = 0; args && i < args->count; i++) {
		const struct yg_param *param = find_param(action, args->names[i]);
		if (!param)
			return unknown_param(action, args->names[i], err);
		if (yg_type_check(param->type, args->values[i], err))
			return yg_err_wrap(err, "%s", param->name);
	}
	for (size_t i = 0; i < action->n_params; i++) {
		const struct yg_param *param = &action->params[i];
		if (param->is_required && !(args && yg_args_get(args, action, param->name)))
			return yg_err_set(err, YG_E_INVALID, "%s %s needs %s: %s", action->kind,
			    action->name, param->name, param->help);
	}
	return 0;
}

static void copy_args(
    struct yg_args *to, const struct yg_action *action, const struct yg_args *from)
{
	for (size_t i = 0; from && i < from->count; i++) {
		to->names[i] = find_param(action, from->names[i])->name;
		to->values[i] = yg_xstrdup(from->values[i]);
	}
	to->count = from ? from->count : 0;
}

/* ---- targets ---- */

static int check_target(struct yg_host *host, const struct yg_action *action,
    const struct yg_row *row, struct yg_err *err)
{
	struct yg_controller *c = yg_host_find_controller(host, yg_row_text(row, YG_F_CONTROLLER));

	if (!yg_streq(row->kind->name, action->kind))
		return yg_err_set(err, YG_E_INVALID, "a %s cannot be %s: that is for a %s",
		    row->kind->name, action->name, action->kind);
	if (host->is_read_only)
		return yg_err_set(err, YG_E_REFUSED, "read-only: nothing is changed");
	if (!action->run && !c)
		return yg_err_set(err, YG_E_UNSUPPORTED, "'%s' can do nothing",
		    yg_row_text(row, YG_F_CONTROLLER));
	if (!action->run && !yg_provider_can(c->provider, action))
		return yg_err_set(
		    err, YG_E_UNSUPPORTED, "%s cannot %s", c->provider->name, action->name);
	if (c && !yg_controller_is_up(c))
		return yg_err_set(err, YG_E_UNREACHABLE, "controller '%s' is not connected%s%s",
		    c->name, c->err.code ? ": " : "", c->err.code ? c->err.text : "");
	return yg_action_check(action, row, err);
}

static void find_impact(struct yg_host *host, struct yg_plan_target *t)
{
	struct yg_graph *graph = yg_host_graph(host);
	size_t n = yg_graph_impact(graph, t->slot, NULL, 0);

	if (!n)
		return;
	t->impact = yg_xcalloc(n, sizeof(*t->impact));
	t->n_impact = YG_MIN(yg_graph_impact(graph, t->slot, t->impact, n), n);
}

/* Asked for as one step worse if much goes down with it. */
static enum yg_effect raised_effect(const struct yg_plan *plan)
{
	size_t n_hit = plan->n_able;

	for (size_t i = 0; i < plan->n_targets; i++)
		n_hit += plan->targets[i].n_impact;
	if (plan->action->effect == YG_DISRUPTIVE && n_hit >= PLAN_WIDE)
		return YG_DESTRUCTIVE;
	return plan->action->effect;
}

int yg_plan_create(struct yg_host *host, const struct yg_action *action, const uint32_t *slots,
    size_t count, const struct yg_args *args, struct yg_plan **out, struct yg_err *err)
{
	int rc = check_args(action, args, err);

	if (rc)
		return rc;
	struct yg_plan *plan = yg_xcalloc(1, sizeof(*plan));
	plan->action = action;
	copy_args(&plan->args, action, args);
	plan->targets = yg_xcalloc(count + 1, sizeof(*plan->targets));
	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(host->inv, slots[i]);
		if (!row)
			continue;
		struct yg_plan_target *t = &plan->targets[plan->n_targets++];
		t->slot = slots[i];
		t->row = yg_row_ref((struct yg_row *)row);
		t->refused = check_target(host, action, row, &t->err);
		if (t->refused)
			continue;
		plan->n_able++;
		if (action->effect != YG_SAFE)
			find_impact(host, t);
	}
	plan->effect = raised_effect(plan);
	*out = plan;
	return 0;
}

void yg_plan_free(struct yg_plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->n_targets; i++) {
		struct yg_plan_target *t = &plan->targets[i];
		if (t->task) {
			t->task->ended = NULL;
			t->task->ended_data = NULL;
		}
		yg_row_unref(t->row);
		free(t->impact);
	}
	for (size_t i = 0; i < plan->args.count; i++)
		free((char *)plan->args.values[i]);
	free(plan->targets);
	free(plan);
}

/* The list may forget a task once it is over: what the plan wants to know is kept here. */
static void on_ended(struct yg_task *task, void *data)
{
	struct yg_plan_target *t = data;

	yg_log("house", YG_LOG_INFO, "task %u: %s: %s%s%s", task->id, task->title,
	    yg_kind_task.states[task->state].name, task->err.text[0] ? ": " : "", task->err.text);
	t->outcome = task->state;
	t->err = task->err;
	t->task = NULL;
}

static void run_target(struct yg_host *host, struct yg_plan *plan, struct yg_plan_target *t)
{
	const struct yg_action *action = plan->action;
	struct yg_controller *c =
	    yg_host_find_controller(host, yg_row_text(t->row, YG_F_CONTROLLER));
	struct yg_err err = {0};
	char *title = yg_xasprintf("%s %s", action->title, yg_row_name(t->row));

	struct yg_task *task = yg_task_add(host->tasks, action->name, title, t->row);
	free(title);
	yg_log("house", YG_LOG_INFO, "task %u: %s on '%s'", task->id, task->title,
	    yg_row_text(t->row, YG_F_CONTROLLER));
	t->task = task;
	task->ended = on_ended;
	task->ended_data = t;
	int rc = action->run ? action->run(action, t->row, &plan->args, task, &err)
			     : yg_controller_act(c, action, t->row, &plan->args, task, &err);
	if (rc) {
		err.code = rc;
		yg_task_end_code(task, &err);
	}
}

void yg_plan_run(struct yg_host *host, struct yg_plan *plan)
{
	for (size_t i = 0; i < plan->n_targets; i++)
		if (!plan->targets[i].refused)
			run_target(host, plan, &plan->targets[i]);
}
