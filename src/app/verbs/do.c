/* do: does an action to rows: shows the plan, asks, waits for what the controllers say. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/plan.h"
#include "app/verbs/rows.h"
#include "base/clock.h"
#include "base/text.h"
#include "net/loop.h"

#define IMPACT_MS   2000 /* how long others are waited for, to say what stops working */
#define PROGRESS_MS 200
#define CANCEL_MS   5000 /* how long a cancelled task may take to end */

/* ---- what is asked for ---- */

static int unknown_action(const char *name, const struct yg_kind *kind, struct yg_err *err)
{
	size_t count, n = 0;
	const struct yg_action *const *all = yg_action_all(&count);
	const char **names = yg_xcalloc(count + 1, sizeof(*names));
	struct yg_buf list = {0};

	for (size_t i = 0; i < count; i++)
		if (all[i] && yg_streq(all[i]->kind, kind->name)) {
			yg_buf_printf(&list, "%s%s", n ? ", " : "", all[i]->name);
			names[n++] = all[i]->name;
		}
	const char *near = yg_text_nearest(name, names, n);
	if (near)
		yg_err_set(err, YG_E_INVALID, "no action '%s' for a %s; did you mean '%s'?", name,
		    kind->name, near);
	else
		yg_err_set(err, YG_E_INVALID, "no action '%s' for a %s; there %s %s", name,
		    kind->name, n == 1 ? "is" : "are", n ? yg_buf_text(&list) : "none");
	free(names);
	yg_buf_done(&list);
	return YG_E_INVALID;
}

/* --set name=value; the names are copied to buf, which the caller frees. */
static int parse_args(
    const struct yg_cli *cli, struct yg_args *args, char **names, struct yg_err *err)
{
	const char *text;

	for (size_t i = 0; (text = yg_cli_nth(cli, "set", i)); i++) {
		const char *equals = strchr(text, '=');
		if (!equals || equals == text)
			return yg_err_set(
			    err, YG_E_INVALID, "--set %s: write it as name=value", text);
		if (i == YG_COUNT(args->names))
			return yg_err_set(
			    err, YG_E_INVALID, "--set: at most %zu of them", YG_COUNT(args->names));
		names[i] = yg_xstrndup(text, (size_t)(equals - text));
		args->names[i] = names[i];
		args->values[i] = equals + 1;
		args->count = i + 1;
	}
	return 0;
}

struct order {
	const struct yg_action *action;
	struct yg_pick *picks;
	size_t n_picks;
	uint64_t kinds;
	struct yg_query *query;
	struct yg_args args;
	char *arg_names[8];
	int64_t timeout_ms;
	bool is_json;
	struct yg_picked rows;
	struct yg_plan *plan;
};

static void order_done(struct order *o)
{
	for (size_t i = 0; i < YG_COUNT(o->arg_names); i++)
		free(o->arg_names[i]);
	free(o->picks);
	yg_query_free(o->query);
	yg_vec_done(&o->rows);
	yg_plan_free(o->plan);
}

static int parse_targets(struct yg_cli *cli, struct order *o, struct yg_err *err)
{
	const char *query = yg_cli_value(cli, "query");

	o->n_picks = cli->n_args - 1;
	int rc = yg_picks_parse(cli->args + 1, o->n_picks, &o->picks, &o->kinds, err);
	if (rc)
		return rc;
	const struct yg_kind *kind = o->picks[0].kind;
	if (o->kinds != yg_kind_bit(kind))
		return yg_err_set(err, YG_E_INVALID, "do: one kind at a time");
	for (size_t i = 0; i < o->n_picks; i++)
		if (!o->picks[i].name && !query)
			return yg_err_set(err, YG_E_INVALID,
			    "do: which %s? write %s/NAME, or add -l QUERY", kind->plural,
			    kind->name);
	rc = query ? yg_query_parse(query, kind, &o->query, err) : 0;
	if (rc) {
		yg_err_wrap(err, "-l");
		return rc;
	}
	o->action = yg_action_find(kind->name, cli->args[0]);
	return o->action ? 0 : unknown_action(cli->args[0], kind, err);
}

static int parse(struct yg_cli *cli, struct order *o, struct yg_err *err)
{
	enum yg_output output;
	int rc = yg_output_find(yg_cli_value(cli, "output"), &output, err);

	if (!rc && output != YG_OUT_TABLE && output != YG_OUT_JSON)
		rc = yg_err_set(err, YG_E_INVALID, "do: -o is json");
	o->is_json = output == YG_OUT_JSON;
	if (!rc)
		rc = yg_cli_timeout(cli, &o->timeout_ms, err);
	if (!rc)
		rc = parse_targets(cli, o, err);
	if (!rc)
		rc = parse_args(cli, &o->args, o->arg_names, err);
	return rc;
}

/* A name that several rows have, on one controller or another, is no order. */
static int check_one(struct yg_host *host, const struct yg_pick *pick, const struct yg_picked *rows,
    size_t from, struct yg_err *err)
{
	if (!pick->name || pick->name[strcspn(pick->name, "*?")] || rows->count - from < 2)
		return 0;
	const struct yg_row *a = yg_inventory_row(host->inv, rows->items[from]);
	const struct yg_row *b = yg_inventory_row(host->inv, rows->items[from + 1]);
	const char *on = yg_row_text(a, YG_F_CONTROLLER), *other = yg_row_text(b, YG_F_CONTROLLER);
	if (yg_streq(on, other))
		return yg_err_set(err, YG_E_INVALID,
		    "%zu %s are called %s: say which by id, %s/%s or %s/%s", rows->count - from,
		    pick->kind->plural, pick->name, pick->kind->name, yg_row_id(a),
		    pick->kind->name, yg_row_id(b));
	return yg_err_set(err, YG_E_INVALID,
	    "%zu %s are called %s: say which, %s/%s/%s or %s/%s/%s", rows->count - from,
	    pick->kind->plural, pick->name, pick->kind->name, on, pick->name, pick->kind->name,
	    other, pick->name);
}

static void unite(struct yg_picked *rows)
{
	for (size_t i = 0; i < rows->count; i++)
		for (size_t j = i + 1; j < rows->count;)
			if (rows->items[i] == rows->items[j])
				yg_vec_remove(rows, j);
			else
				j++;
}

/* Rows that a pattern was not tried on would be left out in silence. */
static int check_pattern(const struct order *o, struct yg_err *err)
{
	return yg_query_gave_up(o->query)
		   ? yg_err_set(err, YG_E_INVALID,
			 "-l: '%s': the pattern takes too many steps: write a simpler one",
			 yg_query_text(o->query))
		   : 0;
}

static int find_targets(struct yg_cli *cli, struct order *o)
{
	struct yg_printer by_name = {.kind = o->action ? o->picks[0].kind : NULL};
	struct yg_err err;

	for (size_t i = 0; i < o->n_picks; i++) {
		size_t from = o->rows.count;
		yg_pick_rows(cli->host, &o->picks[i], o->query, &o->rows);
		if (check_one(cli->host, &o->picks[i], &o->rows, from, &err))
			return yg_cli_fail(cli, &err);
		if (o->rows.count == from && !o->query)
			yg_cli_say(cli, "nothing matches %s", cli->args[i + 1]);
	}
	if (check_pattern(o, &err))
		return yg_cli_fail(cli, &err);
	unite(&o->rows);
	yg_printer_sort(&by_name, cli->host->inv, o->rows.items, o->rows.count);
	if (!o->rows.count && o->query)
		yg_cli_say(cli, "nothing matches %s -l %s", cli->args[1], yg_query_text(o->query));
	return o->rows.count ? 0 : YG_EXIT_NONE;
}

/* ---- asking ---- */

static bool read_answer(char *buf, size_t size)
{
	if (!fgets(buf, (int)size, stdin))
		return false;
	buf[strcspn(buf, "\r\n")] = '\0';
	return true;
}

/* What has to be typed for a destructive plan. */
static const char *password(const struct yg_plan *plan)
{
	if (plan->n_able > 1)
		return plan->action->name;
	for (size_t i = 0; i < plan->n_targets; i++)
		if (!plan->targets[i].refused)
			return yg_row_name(plan->targets[i].row);
	return "";
}

static int ask(struct yg_cli *cli, const struct order *o)
{
	const struct yg_plan *plan = o->plan;
	struct yg_buf clean = {0};
	char answer[256];

	if (plan->effect == YG_SAFE || yg_cli_value(cli, "yes"))
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO)) {
		yg_cli_say(cli, "do %s: is %s; without a terminal to ask it needs --yes",
		    plan->action->name, yg_effect_name(plan->effect));
		return YG_EXIT_REFUSED;
	}
	const char *word = password(plan);
	yg_text_clean(&clean, word, strlen(word));
	if (plan->effect == YG_DISRUPTIVE)
		fputs("go on? [y/N] ", stderr);
	else
		fprintf(stderr, "type %s to go on: ", yg_buf_text(&clean));
	bool is_yes =
	    read_answer(answer, sizeof(answer)) &&
	    (plan->effect == YG_DISRUPTIVE
		    ? yg_streq(answer, "y") || yg_streq(answer, "Y") || yg_streq(answer, "yes")
		    : yg_streq(answer, yg_buf_text(&clean)));
	yg_buf_done(&clean);
	if (is_yes)
		return 0;
	yg_cli_say(cli, "nothing was done");
	return YG_EXIT_REFUSED;
}

/* ---- doing ---- */

static size_t n_running(const struct yg_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_targets; i++)
		n += plan->targets[i].task != NULL;
	return n;
}

static void show_progress(const struct yg_plan *plan)
{
	struct yg_buf line = {0};
	size_t left = n_running(plan);
	const struct yg_task *task = NULL;

	for (size_t i = 0; i < plan->n_targets && !task; i++)
		task = plan->targets[i].task;
	if (plan->n_able > 1)
		yg_buf_printf(&line, "%zu of %zu  ", plan->n_able - left, plan->n_able);
	if (task)
		yg_text_clean(&line, task->title, strlen(task->title));
	if (task && task->phase) {
		yg_buf_str(&line, ": ");
		yg_text_clean(&line, task->phase, strlen(task->phase));
	}
	if (task && task->percent >= 0)
		yg_buf_printf(&line, " %.0f%%", task->percent);
	fprintf(stderr, "\r\033[K%s", yg_buf_text(&line));
	yg_buf_done(&line);
}

static void cancel_all(struct yg_plan *plan)
{
	for (size_t i = 0; i < plan->n_targets; i++)
		if (plan->targets[i].task)
			yg_task_cancel(plan->targets[i].task);
}

/* Until all have ended; after Ctrl-C, until what could be cancelled has, or Ctrl-C again. */
static bool wait_for_tasks(struct yg_cli *cli, struct yg_plan *plan)
{
	struct yg_host *host = cli->host;
	bool has_terminal = isatty(STDERR_FILENO), was_interrupted = false;
	int64_t until = INT64_MAX;

	while (n_running(plan) && yg_mono_us() < until) {
		if (has_terminal)
			show_progress(plan);
		yg_loop_turn(host->loop, has_terminal ? PROGRESS_MS : 1000);
		if (!host->is_interrupted)
			continue;
		host->is_interrupted = false;
		if (was_interrupted)
			break;
		was_interrupted = true;
		until = yg_mono_us() + CANCEL_MS * INT64_C(1000);
		cancel_all(plan);
	}
	if (has_terminal)
		fputs("\r\033[K", stderr);
	return was_interrupted;
}

static int exit_code(const struct yg_plan *plan)
{
	size_t n_failed = plan->n_targets - plan->n_able;
	bool is_in_doubt = false;

	for (size_t i = 0; i < plan->n_targets; i++) {
		const struct yg_plan_target *t = &plan->targets[i];
		if (t->refused)
			continue;
		is_in_doubt |= t->outcome == YG_TASK_STATE_DOUBT;
		n_failed += t->outcome != YG_TASK_STATE_DONE;
	}
	if (is_in_doubt)
		return YG_EXIT_DOUBT;
	return n_failed ? YG_EXIT_SOME : YG_EXIT_OK;
}

/* Nobody can: refused, or not reached. */
static int refuse_all(struct yg_cli *cli, const struct order *o)
{
	const struct yg_plan_target *t = &o->plan->targets[0];

	for (size_t i = 0; i < o->plan->n_targets; i++)
		yg_cli_say(cli, "%s", o->plan->targets[i].err.text);
	if (o->is_json)
		yg_plan_results(cli, o->plan, true);
	return o->plan->n_targets ? yg_err_exit(t->refused) : YG_EXIT_NONE;
}

static int carry_out(struct yg_cli *cli, struct order *o)
{
	struct yg_plan *plan = o->plan;

	if (yg_cli_value(cli, "dry-run")) {
		if (o->is_json)
			yg_plan_json(cli, plan);
		else
			yg_plan_text(cli, plan, &cli->out, cli->has_colour);
		if (plan->n_able)
			return plan->n_able == plan->n_targets ? YG_EXIT_OK : YG_EXIT_SOME;
		return yg_err_exit(plan->targets[0].refused);
	}
	if (!plan->n_able)
		return refuse_all(cli, o);
	if (plan->effect != YG_SAFE && !yg_cli_value(cli, "yes")) {
		struct yg_buf text = {0};
		yg_plan_text(cli, plan, &text, false);
		fputs(yg_buf_text(&text), stderr);
		yg_buf_done(&text);
	}
	int code = ask(cli, o);
	if (code)
		return code;
	yg_feed_watch_signals(cli->host);
	yg_plan_run(cli->host, plan);
	bool was_interrupted = wait_for_tasks(cli, plan);
	yg_plan_results(cli, plan, o->is_json);
	return was_interrupted ? YG_EXIT_INTERRUPTED : exit_code(plan);
}

static int connect_and_do(struct yg_cli *cli, struct order *o)
{
	struct yg_err err = {0};

	if (o->action->effect != YG_SAFE)
		yg_host_open(cli->host, UINT64_MAX);
	int code = yg_cli_settle(cli, o->kinds, false, o->timeout_ms);
	if (code == YG_EXIT_INTERRUPTED)
		return code;
	if (o->action->effect != YG_SAFE) /* what stands on the targets; not knowing all is fine */
		yg_host_settle(cli->host, UINT64_MAX, false, IMPACT_MS, NULL);
	int found = find_targets(cli, o);
	if (found)
		return found == YG_EXIT_NONE && code ? code : found;
	if (yg_plan_create(
		cli->host, o->action, o->rows.items, o->rows.count, &o->args, &o->plan, &err))
		return yg_cli_fail(cli, &err);
	return carry_out(cli, o);
}

static int run(struct yg_cli *cli)
{
	struct order o = {0};
	struct yg_err err = {0};

	if (cli->n_args < 2)
		return yg_cli_usage(cli, "needs an ACTION and KIND/NAME");
	int code = yg_cli_open(cli);
	if (code)
		return code;
	if (parse(cli, &o, &err)) {
		code = yg_cli_fail(cli, &err);
	} else if (cli->host->is_read_only && !yg_cli_value(cli, "dry-run")) {
		yg_cli_say(cli, "do %s: read-only: nothing is changed", o.action->name);
		code = YG_EXIT_REFUSED;
	} else {
		code = connect_and_do(cli, &o);
	}
	order_done(&o);
	return code;
}

static const struct yg_verb_option options[] = {
    {.name = "query", .letter = 'l', .arg = "QUERY", .help = "only what matches"},
    {.name = "set", .arg = "NAME=VALUE", .help = "a parameter of the action; may be repeated"},
    {.name = "dry-run",
	.letter = 'n',
	.help = "only show what would be done, and what would stop working"},
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {.name = "output", .letter = 'o', .arg = "FORMAT", .help = "json"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_do = {
    .name = "do",
    .usage = "ACTION KIND/NAME...",
    .help = "do an action to rows: start, shutdown, snapshot ...",
    .notes =
	"It shows what would happen, asks if something stops working by it, and waits until the\n"
	"controller says how it ended. Ctrl-C cancels what can be cancelled.",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
