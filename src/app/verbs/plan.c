/* plan: a plan and its outcome, as text and as JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/plan.h"

#include "base/text.h"
#include "model/kinds.h"

#define IMPACT_SHOWN 12

static void put_name(struct yg_buf *out, const struct yg_row *row)
{
	yg_buf_printf(out, "%s/", row->kind->name);
	yg_text_clean(out, yg_row_name(row), strlen(yg_row_name(row)));
}

static const char *state_of(const struct yg_row *row)
{
	int state = yg_row_state(row);

	return row->kind->states[state >= 0 && (size_t)state < row->kind->n_states ? state : 0]
	    .name;
}

/* ---- the plan ---- */

static void put_impact(struct yg_cli *cli, const struct yg_plan_target *t, struct yg_buf *out)
{
	size_t shown = YG_MIN(t->n_impact, (size_t)IMPACT_SHOWN);

	for (size_t i = 0; i < shown; i++) {
		const struct yg_row *row =
		    yg_inventory_row(yg_host_inventory(cli->host), t->impact[i]);
		yg_buf_str(out, i ? ", " : "    stops working: ");
		if (row)
			put_name(out, row);
	}
	if (t->n_impact > shown)
		yg_buf_printf(out, " and %zu more", t->n_impact - shown);
	yg_buf_str(out, shown ? "\n" : "");
}

void yg_plan_text(
    struct yg_cli *cli, const struct yg_plan *plan, struct yg_buf *out, bool has_colour)
{
	const struct yg_action *action = plan->action;

	yg_buf_printf(
	    out, "%s (%s): %s\n", action->title, yg_effect_name(plan->effect), action->help);
	for (size_t i = 0; i < plan->n_targets; i++) {
		const struct yg_plan_target *t = &plan->targets[i];
		yg_buf_str(out, "  ");
		put_name(out, t->row);
		yg_buf_str(out, " on ");
		const char *controller = yg_row_text(t->row, YG_F_CONTROLLER);
		yg_text_clean(out, controller, strlen(controller));
		yg_buf_printf(out, ": %s", state_of(t->row));
		if (t->refused) {
			yg_buf_str(out, has_colour ? " \033[31m-\033[0m " : " - ");
			yg_text_clean(out, t->err.text, strlen(t->err.text));
			yg_buf_char(out, '\n');
			continue;
		}
		yg_buf_printf(
		    out, "%s%s\n", action->after ? " -> " : "", action->after ? action->after : "");
		put_impact(cli, t, out);
	}
}

static void put_string(struct yg_buf *out, const char *name, const char *value)
{
	yg_buf_printf(out, "\"%s\":", name);
	yg_text_json(out, value, strlen(value));
}

static void put_target(struct yg_buf *out, const struct yg_row *row)
{
	put_string(out, "kind", row->kind->name);
	yg_buf_char(out, ',');
	put_string(out, "controller", yg_row_text(row, YG_F_CONTROLLER));
	yg_buf_char(out, ',');
	put_string(out, "id", yg_row_id(row));
	yg_buf_char(out, ',');
	put_string(out, "name", yg_row_name(row));
}

static void put_impact_json(struct yg_cli *cli, const struct yg_plan_target *t, struct yg_buf *out)
{
	bool is_first = true;

	yg_buf_str(out, ",\"impact\":[");
	for (size_t i = 0; i < t->n_impact; i++) {
		const struct yg_row *row =
		    yg_inventory_row(yg_host_inventory(cli->host), t->impact[i]);
		if (!row)
			continue;
		yg_buf_str(out, is_first ? "{" : ",{");
		put_target(out, row);
		yg_buf_char(out, '}');
		is_first = false;
	}
	yg_buf_char(out, ']');
}

void yg_plan_json(struct yg_cli *cli, const struct yg_plan *plan)
{
	struct yg_buf *out = &cli->out;

	yg_buf_char(out, '{');
	put_string(out, "action", plan->action->name);
	yg_buf_char(out, ',');
	put_string(out, "effect", yg_effect_name(plan->effect));
	yg_buf_str(out, ",\"targets\":[");
	for (size_t i = 0; i < plan->n_targets; i++) {
		const struct yg_plan_target *t = &plan->targets[i];
		yg_buf_str(out, i ? ",\n {" : "{");
		put_target(out, t->row);
		yg_buf_char(out, ',');
		put_string(out, "before", state_of(t->row));
		if (plan->action->after) {
			yg_buf_char(out, ',');
			put_string(out, "after", plan->action->after);
		}
		if (t->refused) {
			yg_buf_char(out, ',');
			put_string(out, "refused", t->err.text);
		}
		put_impact_json(cli, t, out);
		yg_buf_char(out, '}');
	}
	yg_buf_str(out, "]}\n");
}

/* ---- the outcome ---- */

static const char *outcome_of(const struct yg_plan_target *t)
{
	if (t->refused)
		return "refused";
	if (t->task) /* left behind by Ctrl-C */
		return "running";
	return yg_kind_task.states[t->outcome].name;
}

static void result_json(struct yg_buf *out, const struct yg_plan *plan, size_t i)
{
	const struct yg_plan_target *t = &plan->targets[i];

	yg_buf_str(out, i ? ",\n {" : "{");
	put_string(out, "action", plan->action->name);
	yg_buf_char(out, ',');
	put_target(out, t->row);
	yg_buf_char(out, ',');
	put_string(out, "result", outcome_of(t));
	if (t->err.text[0]) {
		yg_buf_char(out, ',');
		put_string(out, "error", t->err.text);
	}
	yg_buf_char(out, '}');
}

static void result_text(struct yg_cli *cli, const struct yg_plan *plan, size_t i)
{
	const struct yg_plan_target *t = &plan->targets[i];

	if (!t->refused) {
		put_name(&cli->out, t->row);
		yg_buf_printf(&cli->out, "  %s  %s\n", plan->action->name, outcome_of(t));
	}
	if (t->err.text[0] && (t->refused || t->outcome != YG_TASK_STATE_DONE))
		yg_cli_say(cli, "%s", t->err.text);
}

void yg_plan_results(struct yg_cli *cli, const struct yg_plan *plan, bool is_json)
{
	if (is_json)
		yg_buf_char(&cli->out, '[');
	for (size_t i = 0; i < plan->n_targets; i++) {
		if (is_json)
			result_json(&cli->out, plan, i);
		else
			result_text(cli, plan, i);
	}
	if (is_json)
		yg_buf_str(&cli->out, "]\n");
}
