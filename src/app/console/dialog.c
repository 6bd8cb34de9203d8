/* dialog: the menu of actions, the question before one is done, the parameters it needs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "app/console/console.h"
#include "app/console/copy.h"
#include "app/console/finder.h"
#include "base/i18n.h"
#include "base/text.h"

#define QUESTION_W 66
#define LISTED_MAX 6 /* targets and victims named in a question */

static void free_menu(struct yg_console *con)
{
	yg_vec_each (&con->menu, item) {
		free(item->label);
		free(item->key);
		free(item->help);
		free(item->command);
	}
	con->menu.count = 0;
}

static void free_params(struct yg_console *con)
{
	for (size_t i = 0; i < con->param_args.count; i++) {
		free((char *)con->param_args.names[i]);
		free((char *)con->param_args.values[i]);
	}
	con->param_args.count = 0;
	con->param_action = NULL;
	free(con->param_targets.items);
	con->param_targets.items = NULL;
}

void yg_dialog_close(struct yg_console *con)
{
	free_menu(con);
	yg_plan_free(con->plan);
	con->plan = NULL;
	free_params(con);
	yg_line_done(&con->line);
	con->mode = YG_MODE_NORMAL;
	yg_console_touch(con, YG_DIRTY_ALL, true);
}

/* ---- the menu ---- */

static void add_item(
    struct yg_console *con, const struct yg_action *action, const struct yg_row *row)
{
	struct yg_err err = {0};
	struct yg_menu_item item = {.label = yg_xstrdup(_(action->title)),
	    .key = yg_xstrdup(action->key ? action->key : ""),
	    .command = yg_xasprintf("do %s", action->name)};

	item.is_disabled = yg_action_check(action, row, &err) != 0;
	item.help =
	    yg_xstrdup(_(item.is_disabled && action->why_not ? action->why_not : action->help));
	yg_vec_push(&con->menu, item);
}

void yg_dialog_menu_begin(struct yg_console *con, const char *title)
{
	free_menu(con);
	snprintf(con->menu_title, sizeof(con->menu_title), "%s", title);
}

void yg_dialog_menu_add(struct yg_console *con, const char *key, const char *label,
    const char *help, const char *command)
{
	struct yg_menu_item item = {.label = yg_xstrdup(label),
	    .key = yg_xstrdup(key),
	    .help = yg_xstrdup(help),
	    .command = yg_xstrdup(command)};

	yg_vec_push(&con->menu, item);
}

bool yg_dialog_menu_show(struct yg_console *con)
{
	if (!con->menu.count)
		return false;
	con->menu_at = con->menu_top = 0;
	con->mode = YG_MODE_MENU;
	return true;
}

void yg_dialog_actions(struct yg_console *con)
{
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
	size_t count;
	const struct yg_action *const *actions = yg_action_all(&count);

	free_menu(con);
	for (size_t i = 0; row && i < count; i++)
		if (actions[i] && yg_streq(actions[i]->kind, row->kind->name))
			add_item(con, actions[i], row);
	if (!con->menu.count) {
		yg_console_say(con, YG_ST_DIM, _("nothing can be done to this row"));
		return;
	}
	snprintf(
	    con->menu_title, sizeof(con->menu_title), "%s %s", row->kind->name, yg_row_name(row));
	con->menu_at = con->menu_top = 0;
	while (
	    (size_t)con->menu_at + 1 < con->menu.count && con->menu.items[con->menu_at].is_disabled)
		con->menu_at++;
	con->mode = YG_MODE_MENU;
}

static void menu_choose(struct yg_console *con, const struct yg_menu_item *item)
{
	char *command = yg_xstrdup(item->command);
	struct yg_err err = {0};

	yg_dialog_close(con);
	if (yg_console_command(con, command, &err))
		yg_console_fail(con, &err);
	free(command);
}

static void menu_event(struct yg_console *con, const char *key)
{
	int n = (int)con->menu.count;

	if (yg_streq(key, "j") || yg_streq(key, "Down"))
		con->menu_at = (con->menu_at + 1) % n;
	else if (yg_streq(key, "k") || yg_streq(key, "Up"))
		con->menu_at = (con->menu_at + n - 1) % n;
	else if (yg_streq(key, "Enter"))
		menu_choose(con, &con->menu.items[con->menu_at]);
	else if (yg_streq(key, "Esc") || yg_streq(key, "q") || yg_streq(key, "C-c"))
		yg_dialog_close(con);
	else
		for (int i = 0; i < n; i++)
			if (yg_streq(con->menu.items[i].key, key)) {
				menu_choose(con, &con->menu.items[i]);
				break;
			}
}

/* ---- parameters ---- */

static void keep_param(struct yg_console *con, const char *name, const char *value)
{
	if (con->param_args.count == YG_COUNT(con->param_args.names))
		return;
	con->param_args.names[con->param_args.count] = yg_xstrdup(name);
	con->param_args.values[con->param_args.count++] = yg_xstrdup(value);
}

/* The next required parameter without a value, or NULL. */
static const struct yg_param *missing_param(const struct yg_console *con)
{
	const struct yg_action *action = con->param_action;

	for (size_t i = 0; action && i < action->n_params; i++)
		if (action->params[i].is_required &&
		    !yg_args_get(&con->param_args, action, action->params[i].name))
			return &action->params[i];
	return NULL;
}

/* Values known to us: URLs of controllers, for parameters that are one. */
static void complete_param(void *data, const char *text, struct yg_completions *out)
{
	struct yg_console *con = data;

	out->start = 0;
	for (size_t i = 0; i < yg_host_n_controllers(con->host); i++) {
		const struct yg_controller *c = yg_host_controller(con->host, i);
		yg_complete_add(out, text, c->url, c->name);
	}
}

/* ---- the question ---- */

/* What must be typed for a destructive plan: the name, or the number of targets. */
static void secret_word(const struct yg_plan *plan, struct yg_buf *out)
{
	if (plan->n_able > 1) {
		yg_buf_printf(out, "%zu", plan->n_able);
		return;
	}
	for (size_t i = 0; i < plan->n_targets; i++)
		if (!plan->targets[i].refused) {
			const char *name = yg_row_name(plan->targets[i].row);
			yg_text_clean(out, name, strlen(name));
		}
}

static void run_plan(struct yg_console *con)
{
	yg_copy_note(con, con->plan);
	yg_plan_run(con->host, con->plan);
	yg_dialog_close(con);
}

/* All parameters are there: makes the plan, and asks as much as its effect deserves. */
static int ask(struct yg_console *con, struct yg_err *err)
{
	struct yg_plan *plan = NULL;
	int rc = yg_plan_create(con->host, con->param_action, con->param_targets.items,
	    con->param_targets.count, &con->param_args, &plan, err);

	if (!rc && !plan->n_able) {
		if (plan->n_targets == 1 && err)
			*err = plan->targets[0].err;
		else
			yg_err_set(err, YG_E_REFUSED, "%s: can be done to none of %zu",
			    _(con->param_action->title), plan->n_targets);
		rc = YG_E_REFUSED;
	}
	if (rc) {
		yg_plan_free(plan);
		yg_dialog_close(con);
		return rc;
	}
	con->plan = plan;
	if (plan->effect == YG_SAFE && plan->n_able == plan->n_targets) {
		run_plan(con);
		return 0;
	}
	con->mode = YG_MODE_CONFIRM;
	yg_line_start(&con->line, "", NULL, NULL, NULL);
	return 0;
}

static int next_step(struct yg_console *con, struct yg_err *err)
{
	const struct yg_param *param = missing_param(con);

	if (!param)
		return ask(con, err);
	con->mode = YG_MODE_PARAM;
	yg_line_start(&con->line, "", NULL, complete_param, con);
	return 0;
}

int yg_dialog_do(struct yg_console *con, const struct yg_action *action, const uint32_t *slots,
    size_t count, const struct yg_args *args, struct yg_err *err)
{
	yg_dialog_close(con);
	con->param_action = action;
	con->param_targets.items = yg_xcalloc(count, sizeof(*slots));
	memcpy(con->param_targets.items, slots, count * sizeof(*slots));
	con->param_targets.count = count;
	for (size_t i = 0; i < args->count; i++)
		keep_param(con, args->names[i], args->values[i]);
	return next_step(con, err);
}

static void param_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_err err = {0};

	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c")) {
		yg_dialog_close(con);
		return;
	}
	if (!yg_streq(ev->key, "Enter")) {
		yg_line_event(&con->line, ev);
		return;
	}
	if (!yg_line_text(&con->line)[0])
		return;
	keep_param(con, missing_param(con)->name, yg_line_text(&con->line));
	if (next_step(con, &err))
		yg_console_fail(con, &err);
}

static void confirm_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_buf word = {0};

	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c")) {
		yg_dialog_close(con);
		yg_console_say(con, YG_ST_DIM, _("nothing was done"));
		return;
	}
	if (con->plan->effect == YG_DESTRUCTIVE && !yg_streq(ev->key, "Enter")) {
		yg_line_event(&con->line, ev);
		return;
	}
	if (!yg_streq(ev->key, "Enter"))
		return;
	secret_word(con->plan, &word);
	if (con->plan->effect != YG_DESTRUCTIVE || yg_streq(word.data, yg_line_text(&con->line)))
		run_plan(con);
	else
		yg_console_say(
		    con, YG_ST_WARN, _("that is not it; Esc leaves everything as it is"));
	yg_buf_done(&word);
}

void yg_dialog_event(struct yg_console *con, const struct yg_event *ev)
{
	if (ev->what != YG_EV_KEY)
		return;
	/* A paste must never say yes. */
	if (ev->is_pasted && yg_streq(ev->key, "Enter"))
		return;
	switch (con->mode) {
	case YG_MODE_MENU: menu_event(con, ev->key); break;
	case YG_MODE_PARAM: param_event(con, ev); break;
	case YG_MODE_CONFIRM: confirm_event(con, ev); break;
	case YG_MODE_FIND: yg_finder_event(con, ev); break;
	default: break;
	}
	yg_console_touch(con, YG_DIRTY_ALL, true);
}

/* ---- drawing ---- */

struct yg_canvas yg_dialog_box(struct yg_canvas *c, int w, int h, const char *title, int style)
{
	w = YG_MIN(w + 4, yg_canvas_width(c));
	h = YG_MIN(h + 2, yg_canvas_height(c));
	struct yg_rect at = {(yg_canvas_width(c) - w) / 2, (yg_canvas_height(c) - h) / 2, w, h};
	struct yg_canvas outer = yg_canvas_sub(c, at);
	for (int y = 0; y < h; y++)
		yg_put_fill(&outer, 0, y, w, YG_ST_TEXT);
	yg_put_border(&outer, style, YG_ST_TITLE, title, NULL);
	return yg_canvas_sub(&outer, (struct yg_rect){2, 1, w - 4, h - 2});
}

static void draw_menu(struct yg_console *con, struct yg_canvas *c)
{
	int width = yg_text_cells(con->menu_title) + 4, n = (int)con->menu.count;

	yg_vec_each (&con->menu, item)
		width = YG_MAX(width, 24 + yg_text_cells(item->help));
	int rows = YG_MIN(n, yg_canvas_height(c) - 4);
	struct yg_canvas in = yg_dialog_box(c, width, rows, con->menu_title, YG_ST_FOCUS);
	if (con->menu_at < con->menu_top)
		con->menu_top = con->menu_at;
	if (con->menu_at >= con->menu_top + rows)
		con->menu_top = con->menu_at - rows + 1;
	for (int y = 0; y < rows; y++) {
		const struct yg_menu_item *item = &con->menu.items[con->menu_top + y];
		int flags = con->menu_top + y == con->menu_at ? YG_ST_SELECTED : 0;
		int style = (item->is_disabled ? YG_ST_DIM : YG_ST_TEXT) | flags;
		yg_put_fill(&in, 0, y, yg_canvas_width(&in), style);
		yg_put(&in, 0, y, 5, YG_ST_KEY | flags, item->key);
		yg_put(&in, 5, y, 18, style, item->label);
		yg_put(&in, 24, y, -1, YG_ST_DIM | flags, item->help);
	}
}

/* The rows of a question, one after another. */
struct sheet {
	struct yg_canvas *c;
	int y;
};

static void say(struct sheet *s, int x, int style, const char *text)
{
	yg_put(s->c, x, s->y++, -1, style, text);
}

/* The reason without "vm 'web-01': " in front: the name stands beside it. */
static const char *reason(const struct yg_plan_target *t)
{
	const char *text = strstr(t->err.text, "': ");

	return text ? text + 3 : t->err.text;
}

static void list_targets(struct sheet *s, const struct yg_plan *plan)
{
	char text[1024];
	size_t listed = 0;

	for (size_t i = 0; i < plan->n_targets && listed < LISTED_MAX; i++, listed++) {
		const struct yg_plan_target *t = &plan->targets[i];
		int state = yg_row_state(t->row);
		const char *now = t->row->kind->states[state].name;
		yg_put_glyph(s->c, 0, s->y, (int)yg_row_meaning(t->row));
		if (t->refused)
			snprintf(text, sizeof(text), _("%s  left alone: %s"), yg_row_name(t->row),
			    reason(t));
		else if (plan->action->after)
			snprintf(text, sizeof(text), "%s  %s → %s", yg_row_name(t->row), now,
			    plan->action->after);
		else
			snprintf(text, sizeof(text), "%s  %s", yg_row_name(t->row), now);
		say(s, 2, t->refused ? YG_ST_DIM : YG_ST_TEXT, text);
	}
	if (plan->n_targets > listed) {
		snprintf(text, sizeof(text), _("and %zu more"), plan->n_targets - listed);
		say(s, 2, YG_ST_DIM, text);
	}
}

static size_t count_impact(const struct yg_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_targets; i++)
		n += plan->targets[i].refused ? 0 : plan->targets[i].n_impact;
	return n;
}

static void list_impact(struct yg_console *con, struct sheet *s, const struct yg_plan *plan)
{
	const struct yg_inventory *inv = yg_host_inventory(con->host);
	size_t total = count_impact(plan), listed = 0;
	char text[256];

	if (!total)
		return;
	snprintf(text, sizeof(text), _("stops working with it: %zu"), total);
	say(s, 0, YG_ST_WARN, text);
	for (size_t i = 0; i < plan->n_targets && listed < LISTED_MAX; i++)
		for (size_t j = 0; j < plan->targets[i].n_impact && listed < LISTED_MAX; j++) {
			const struct yg_row *row =
			    yg_inventory_row(inv, plan->targets[i].impact[j]);
			if (!row)
				continue;
			snprintf(text, sizeof(text), "%s %s", row->kind->name, yg_row_name(row));
			say(s, 2, YG_ST_TEXT, text);
			listed++;
		}
	if (total > listed) {
		snprintf(text, sizeof(text), _("and %zu more"), total - listed);
		say(s, 2, YG_ST_DIM, text);
	}
}

static void draw_confirm(struct yg_console *con, struct yg_canvas *c)
{
	const struct yg_plan *plan = con->plan;
	size_t impact = count_impact(plan);
	const char *help = _(plan->action->help);
	int width = YG_MIN(QUESTION_W, yg_canvas_width(c) - 4);
	int help_rows = yg_put_paragraph(NULL, 0, width, 0, help);
	size_t rows = (size_t)help_rows + YG_MIN(plan->n_targets, (size_t)LISTED_MAX + 1) + 3 +
		      (impact ? YG_MIN(impact, (size_t)LISTED_MAX + 1) + 1 : 0);
	char title[128];
	struct yg_buf word = {0};

	if (plan->n_targets == 1)
		snprintf(title, sizeof(title), _("%s %s?"), _(plan->action->title),
		    yg_row_name(plan->targets[0].row));
	else if (plan->n_able == plan->n_targets)
		snprintf(title, sizeof(title), _("%s %zu %s?"), _(plan->action->title),
		    plan->n_able, _(plan->targets[0].row->kind->title));
	else
		snprintf(title, sizeof(title), _("%s %zu of %zu %s?"), _(plan->action->title),
		    plan->n_able, plan->n_targets, _(plan->targets[0].row->kind->title));
	bool is_bad = plan->effect == YG_DESTRUCTIVE;
	struct yg_canvas in =
	    yg_dialog_box(c, width, (int)rows, title, is_bad ? YG_ST_BAD : YG_ST_WARN);
	struct sheet s = {.c = &in};
	s.y += yg_put_paragraph(&in, 0, width, YG_ST_DIM, help);
	list_targets(&s, plan);
	list_impact(con, &s, plan);
	s.y = (int)rows - 1;
	if (is_bad) {
		secret_word(plan, &word);
		char prompt[160];
		snprintf(prompt, sizeof(prompt), _("type %s to do it, Esc to leave: "), word.data);
		yg_line_draw(&con->line, &in, s.y, prompt);
		yg_buf_done(&word);
	} else {
		int x = yg_put(&in, 0, s.y, -1, YG_ST_KEY, "Enter");
		x += yg_put(&in, x + 1, s.y, -1, YG_ST_TEXT, _("does it   ")) + 1;
		x += yg_put(&in, x, s.y, -1, YG_ST_KEY, "Esc");
		yg_put(&in, x + 1, s.y, -1, YG_ST_TEXT, _("leaves it"));
	}
}

static void draw_param(struct yg_console *con, struct yg_canvas *c)
{
	const struct yg_param *param = missing_param(con);
	char prompt[80];

	if (!param)
		return;
	int width = YG_MIN(QUESTION_W, yg_canvas_width(c) - 4);
	int rows = yg_put_paragraph(NULL, 0, width, 0, _(param->help));
	struct yg_canvas in =
	    yg_dialog_box(c, width, rows + 2, _(con->param_action->title), YG_ST_FOCUS);
	yg_put_paragraph(&in, 0, width, YG_ST_DIM, _(param->help));
	snprintf(prompt, sizeof(prompt), "%s: ", param->name);
	yg_line_draw(&con->line, &in, rows + 1, prompt);
}

void yg_dialog_draw(struct yg_console *con, struct yg_canvas *c)
{
	switch (con->mode) {
	case YG_MODE_MENU: draw_menu(con, c); break;
	case YG_MODE_CONFIRM: draw_confirm(con, c); break;
	case YG_MODE_PARAM: draw_param(con, c); break;
	case YG_MODE_FIND: yg_finder_draw(con, c); break;
	case YG_MODE_COMMAND:
	case YG_MODE_FILTER: yg_line_draw_completions(&con->line, c, yg_canvas_height(c)); break;
	default: break;
	}
}
