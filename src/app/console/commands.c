/* commands: what may stand after ':' and behind keys: one table. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <strings.h>

#include "app/console/bookmarks.h"
#include "app/console/commands.h"
#include "app/console/compare.h"
#include "app/console/copy.h"
#include "app/console/finder.h"
#include "app/console/keys.h"
#include "app/console/places.h"
#include "app/console/reload.h"
#include "app/console/terms.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/keyname.h"
#include "store/themes.h"
#include "store/views.h"
#include "ui/terminal.h"

#define TARGETS_MAX 4096

/* The table under the keys, or NULL with an error that says so. */
static struct yg_view *need_table(struct yg_console *con, struct yg_err *err)
{
	struct yg_view *v = yg_panes_current(con);

	if (yg_tableview_table(v))
		return v;
	yg_err_set(err, YG_E_INVALID, "only in a table: Esc goes back");
	return NULL;
}

static const struct yg_row *current_row(struct yg_console *con)
{
	return yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
}

/* ---- moving about ---- */

static int run_focus(struct yg_console *con, char *args, struct yg_err *err)
{
	static const char *const steps[] = {"next", "previous", "left", "right", "up", "down"};
	int to = con->focus;

	if (args[0] >= '1' && args[0] <= '4' && !args[1])
		to = args[0] - '1';
	else if (yg_streq(args, steps[0]))
		to = (to + 1) % YG_PANES;
	else if (yg_streq(args, steps[1]))
		to = (to + YG_PANES - 1) % YG_PANES;
	else if (yg_streq(args, steps[2]) || yg_streq(args, steps[3]))
		to ^= 1;
	else if (yg_streq(args, steps[4]) || yg_streq(args, steps[5]))
		to ^= 2;
	else
		return yg_err_set(err, YG_E_INVALID, "focus: 1 to 4, next, previous, left, right");
	yg_panes_focus(con, to);
	return 0;
}

static int run_tab(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)err;
	yg_panes_tab(con, yg_streq(args, "previous") ? -1 : 1);
	return 0;
}

static int run_zoom(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	con->is_zoomed = !con->is_zoomed;
	return 0;
}

static int run_view(struct yg_console *con, char *args, struct yg_err *err)
{
	const struct yg_view_ops *ops = yg_view_find(args);

	if (ops && ops->max_rows)
		return yg_panes_show_rows(con, args, "", err);
	return yg_panes_show(con, args, yg_panes_current_slot(con), err);
}

static int run_details(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args;
	if (!current_row(con))
		return yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
	return yg_panes_show(con, "details", yg_panes_current_slot(con), err);
}

static int run_graph(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args;
	if (!current_row(con))
		return yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
	return yg_panes_show(con, "graph", yg_panes_current_slot(con), err);
}

static int run_logs(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_panes_show_rows(con, "logs", args, err);
}

static int run_metrics(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_panes_show_rows(con, "metrics", args, err);
}

static int run_help(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args;
	return yg_panes_show(con, "help", YG_NO_SLOT, err);
}

/* One step back: overlay, filter, marks, zoom, in this order. */
static int run_back(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v = yg_panes_current(con);

	(void)args, (void)err;
	if (yg_tableview_filter_text(v)[0])
		yg_tableview_filter(v, NULL, NULL);
	else if (con->n_stack)
		yg_panes_pop(con);
	else if (yg_tableview_n_marked(v))
		yg_tableview_mark_all(v, false);
	else
		con->is_zoomed = false;
	return 0;
}

static int run_close(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	if (con->n_stack)
		yg_panes_pop(con);
	else
		con->is_quitting = true;
	return 0;
}

static int run_quit(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	con->is_quitting = true;
	return 0;
}

/* ---- tables ---- */

static int run_prompt(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v;

	if (yg_starts_with(args, "command")) {
		char *text = args[7] ? yg_xasprintf("%s ", args + 8) : yg_xstrdup("");
		con->mode = YG_MODE_COMMAND;
		yg_line_start(&con->line, text, &con->commands, yg_command_complete, con);
		free(text);
		return 0;
	}
	v = need_table(con, err);
	if (!v)
		return YG_E_INVALID;
	con->mode = YG_MODE_FILTER;
	free(con->filter_before);
	con->filter_before = yg_xstrdup(yg_tableview_filter_text(v));
	yg_line_start(&con->line, con->filter_before, &con->filters, yg_filter_complete, con);
	return 0;
}

static int run_filter(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_tableview_filter(yg_panes_current(con), args, err);
}

static int run_sort(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v = need_table(con, err);
	struct yg_buf now = {0};
	int rc = 0;

	if (!v)
		return YG_E_INVALID;
	if (yg_streq(args, "turn")) {
		yg_tableview_sort_text(v, &now);
		if (now.data[0] == '-')
			rc = yg_tableview_sort(v, now.data + 1, err);
		else {
			struct yg_buf turned = {0};
			yg_buf_printf(&turned, "-%s", now.data);
			rc = yg_tableview_sort(v, turned.data, err);
			yg_buf_done(&turned);
		}
	} else if (args[0])
		rc = yg_tableview_sort(v, args, err);
	else
		yg_tableview_sort_next(v);
	yg_buf_done(&now);
	return rc;
}

static int run_mark(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v = need_table(con, err);

	if (!v)
		return YG_E_INVALID;
	if (yg_streq(args, "all")) {
		yg_tableview_mark_all(v, true);
		return 0;
	}
	uint32_t slot = v->ops->current(v);
	if (slot == YG_NO_SLOT)
		return 0;
	yg_tableview_mark(v, slot, !yg_tableview_is_marked(v, slot));
	v->ops->event(v, &(struct yg_event){.what = YG_EV_KEY, .key = "Down"});
	return 0;
}

static int run_unmark(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_view *v = need_table(con, err);

	(void)args;
	if (v)
		yg_tableview_mark_all(v, false);
	return v ? 0 : YG_E_INVALID;
}

/* ---- acting ---- */

static int run_actions(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args;
	if (!current_row(con))
		return yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
	yg_dialog_actions(con);
	return 0;
}

/* Slots that KIND/NAME means; appends, returns how many. */
static size_t find_named(struct yg_console *con, const char *word, uint32_t *out, size_t max)
{
	const char *slash = strchr(word, '/');
	const struct yg_inventory *inv = yg_host_inventory(con->host);
	char kind_name[64];
	size_t count = 0, n = 0;

	if (!slash || (size_t)(slash - word) >= sizeof(kind_name))
		return 0;
	snprintf(kind_name, sizeof(kind_name), "%.*s", (int)(slash - word), word);
	const struct yg_kind *kind = yg_kind_find(kind_name);
	const uint32_t *slots = kind ? yg_inventory_slots(inv, kind, &count) : NULL;
	for (size_t i = 0; i < count && n < max; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		if (yg_text_glob(slash + 1, yg_row_name(row)) ||
		    yg_streq(slash + 1, yg_row_id(row)))
			out[n++] = slots[i];
	}
	return n;
}

/* do ACTION [KIND/NAME ...] [param=value ...] */
static int run_do(struct yg_console *con, char *args, struct yg_err *err)
{
	uint32_t slots[TARGETS_MAX];
	struct yg_args given = {0};
	char *save = NULL, *name = strtok_r(args, " ", &save), *word;
	size_t n = 0;

	if (!name)
		return run_actions(con, args, err);
	while ((word = strtok_r(NULL, " ", &save))) {
		char *eq = strchr(word, '=');
		if (!eq) {
			size_t found = find_named(con, word, slots + n, TARGETS_MAX - n);
			if (!found)
				return yg_err_set(
				    err, YG_E_NOTFOUND, "nothing is called '%s'", word);
			n += found;
		} else if (given.count < YG_COUNT(given.names)) {
			*eq = '\0';
			given.names[given.count] = word;
			given.values[given.count++] = eq + 1;
		}
	}
	struct yg_view *v = yg_panes_current(con);
	if (!n)
		n = yg_tableview_targets(v, slots, TARGETS_MAX);
	const struct yg_row *row =
	    n ? yg_inventory_row(yg_host_inventory(con->host), slots[0]) : NULL;
	if (!row)
		return yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
	const struct yg_action *action = yg_action_find(row->kind->name, name);
	if (!action)
		return yg_err_set(err, YG_E_INVALID,
		    "'%s' cannot be done to a %s: 'a' shows what can", name, row->kind->name);
	return yg_dialog_do(con, action, slots, YG_MIN(n, (size_t)TARGETS_MAX), &given, err);
}

static int run_cancel(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_tasks *tasks = yg_host_tasks(con->host);
	const struct yg_row *row = current_row(con);
	struct yg_task *task = NULL;

	if (args[0])
		task = yg_task_find(tasks, (uint32_t)strtoul(args, NULL, 10));
	else if (row && row->kind == &yg_kind_task)
		task = yg_task_find(tasks, (uint32_t)strtoul(yg_row_id(row), NULL, 10));
	else
		for (size_t i = 0; (task = yg_task_at(tasks, i)) && yg_task_is_over(task); i++)
			;
	if (!task)
		return yg_err_set(err, YG_E_NOTFOUND, "no task is under way");
	if (!yg_task_cancel(task))
		return yg_err_set(err, YG_E_REFUSED, "%s: cannot be cancelled", task->title);
	return 0;
}

/* ---- inside things ---- */

static int run_shell(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_terms_shell(con, args, err);
}

static int run_console(struct yg_console *con, char *args, struct yg_err *err)
{
	bool is_forced = yg_streq(args, "force");

	if (args[0] && !is_forced)
		return yg_err_set(err, YG_E_INVALID, _("'%s'? only the word force is known"), args);
	return yg_terms_start(con, YG_STREAM_CONSOLE, NULL, is_forced, err);
}

static int run_terminals(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_terms_list(con, args, err);
}

/* ---- the program ---- */

static int run_theme(struct yg_console *con, char *args, struct yg_err *err)
{
	return yg_console_theme(con, args, err);
}

static int run_refresh(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	yg_host_refresh(con->host, UINT64_MAX);
	yg_console_say(con, YG_ST_DIM, _("asking the controllers again"));
	return 0;
}

static int run_retry(struct yg_console *con, char *args, struct yg_err *err)
{
	const struct yg_row *row = current_row(con);
	const char *name = args;

	if (!args[0] && row)
		name = row->kind == &yg_kind_controller ? yg_row_id(row)
							: yg_row_text(row, YG_F_CONTROLLER);
	struct yg_controller *c = yg_host_find_controller(con->host, name);
	if (!c && args[0])
		return yg_err_set(err, YG_E_NOTFOUND, "there is no controller '%s'", args);
	yg_host_retry(con->host, c);
	return 0;
}

static int run_read_only(struct yg_console *con, char *args, struct yg_err *err)
{
	if (args[0] && !yg_streq(args, "on") && !yg_streq(args, "off"))
		return yg_err_set(err, YG_E_INVALID, "read-only: on or off");
	yg_host_set_read_only(con->host, !yg_streq(args, "off"));
	return 0;
}

static int run_key(struct yg_console *con, char *args, struct yg_err *err)
{
	if (!yg_key_is_name(args))
		return yg_err_set(err, YG_E_INVALID, "'%s' is no key", args);
	yg_console_press(con, args);
	return 0;
}

static int run_place(struct yg_console *con, char *args, struct yg_err *err)
{
	if (!yg_streq(args, "previous") && !yg_streq(args, "next"))
		return yg_err_set(err, YG_E_INVALID, "place: previous or next");
	return yg_places_step(con, args[0] == 'p' ? -1 : 1, err);
}

static int run_find(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	yg_finder_open(con);
	return 0;
}

static int run_repaint(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	if (con->term)
		yg_terminal_resized(con->term);
	return 0;
}

static int run_suspend(struct yg_console *con, char *args, struct yg_err *err)
{
	(void)args, (void)err;
	yg_console_suspend(con);
	return 0;
}

/* ---- completion ---- */

static void complete_views(struct yg_console *con, const char *word, struct yg_completions *out)
{
	size_t count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	(void)con;
	for (size_t i = 0; i < count; i++)
		if (views[i])
			yg_complete_add(out, word, views[i]->name, _(views[i]->help));
}

static void complete_themes(struct yg_console *con, const char *word, struct yg_completions *out)
{
	size_t count;
	const char *const *names = yg_theme_names(&count);

	(void)con;
	for (size_t i = 0; i < count; i++) {
		const struct yg_theme *theme = yg_theme_find(names[i]);
		yg_complete_add(out, word, names[i], theme ? theme->help : "");
	}
}

static void complete_columns(struct yg_console *con, const char *word, struct yg_completions *out)
{
	const struct yg_table *table = yg_tableview_table(yg_panes_current(con));
	char text[96];

	for (size_t i = 0; table && i < table->n_columns; i++) {
		snprintf(text, sizeof(text), "%s%s", word[0] == '-' ? "-" : "",
		    table->columns[i].source);
		yg_complete_add(out, word, text, table->columns[i].title);
	}
}

static void complete_figures(struct yg_console *con, const char *word, struct yg_completions *out)
{
	const struct yg_row *row = current_row(con);

	for (size_t i = 0; row && i < row->kind->n_fields; i++)
		if (yg_type_is_measure(row->kind->fields[i].type))
			yg_complete_add(
			    out, word, row->kind->fields[i].name, _(row->kind->fields[i].help));
}

static void complete_actions(struct yg_console *con, const char *word, struct yg_completions *out)
{
	const struct yg_row *row = current_row(con);
	size_t count;
	const struct yg_action *const *actions = yg_action_all(&count);

	for (size_t i = 0; row && i < count; i++)
		if (actions[i] && yg_streq(actions[i]->kind, row->kind->name))
			yg_complete_add(out, word, actions[i]->name, _(actions[i]->help));
}

static void complete_controllers(
    struct yg_console *con, const char *word, struct yg_completions *out)
{
	for (size_t i = 0; i < yg_host_n_controllers(con->host); i++) {
		const struct yg_controller *c = yg_host_controller(con->host, i);
		yg_complete_add(out, word, c->name, c->url);
	}
}

static const struct yg_command commands[] = {
    {"actions", "", "what can be done to the row", run_actions, NULL},
    {"attach", "[force]", "the VM's serial console, or the container's main process", run_console,
	NULL},
    {"back", "", "one step back: overlay, filter, marks, zoom", run_back, NULL},
    {"bookmark", "NAME", "keep this place under a name", yg_run_bookmark, yg_complete_bookmarks},
    {"bookmarks", "", "the places that are kept", yg_run_bookmarks, NULL},
    {"cancel", "[TASK]", "stop a task that is under way", run_cancel, NULL},
    {"close", "", "close the overlay, or leave", run_close, NULL},
    {"compare", "", "two marked rows side by side", yg_run_compare, NULL},
    {"copy", "[name|json|command]", "the row, or what was done last, to the clipboard", yg_run_copy,
	yg_complete_copy},
    {"console", "[force]", "the VM's serial console, or the container's main process", run_console,
	NULL},
    {"details", "", "every field of the row, with its help", run_details, NULL},
    {"do", "ACTION [KIND/NAME ...] [x=y ...]", "act on the marked rows or those named", run_do,
	complete_actions},
    {"find", "", "go to any row, action, view or command by a few letters", run_find, NULL},
    {"filter", "[QUERY]", "show only what matches; nothing shows all", run_filter, NULL},
    {"focus", "1-4|next|left|...", "go to a pane", run_focus, NULL},
    {"forget", "bookmark|workspace NAME", "keep it no longer", yg_run_forget, NULL},
    {"go", "NAME", "go to a bookmark", yg_run_go, yg_complete_bookmarks},
    {"graph", "", "what the row depends on and what depends on it", run_graph, NULL},
    {"help", "", "keys, commands, the query language", run_help, NULL},
    {"key", "NAME", N_("as if this key were pressed: for keys of your own"), run_key, NULL},
    {"logs", "[--since 10m] [--until T] [--tail N]", "what the marked rows, or the row, wrote",
	run_logs, NULL},
    {"mark", "[all]", "mark the row, or all that are shown", run_mark, NULL},
    {"metrics", "[FIELD]", "the past of the marked rows, or the row, as a chart", run_metrics,
	complete_figures},
    {"place", "previous|next", "where you were before, and back", run_place, NULL},
    {"prompt", "filter|command [TEXT]", "open the line at the bottom", run_prompt, NULL},
    {"q", "", "leave", run_quit, NULL},
    {"quit", "", "leave", run_quit, NULL},
    {"read-only", "[on|off]", "refuse all actions", run_read_only, NULL},
    {"refresh", "", "ask the controllers again now", run_refresh, NULL},
    {"reload", "", N_("read configuration, keys, themes and views anew"), yg_run_reload, NULL},
    {"repaint", "", "paint the screen anew", run_repaint, NULL},
    {"retry", "[CONTROLLER]", "try a controller again now", run_retry, complete_controllers},
    {"shell", "[COMMAND]", "a shell, or a command, in the container or on the host", run_shell,
	NULL},
    {"sort", "[-]COLUMN|turn", "sort the table", run_sort, complete_columns},
    {"suspend", "", "go to the shell; fg comes back", run_suspend, NULL},
    {"tab", "next|previous", "another tab of the pane", run_tab, NULL},
    {"terminals", "[NUMBER]", "shells and consoles that are open", run_terminals, NULL},
    {"theme", "NAME", "other colours", run_theme, complete_themes},
    {"unmark", "", "take all marks away", run_unmark, NULL},
    {"view", "NAME", "open a view", run_view, complete_views},
    {"workspace", "[NAME | save NAME]", "tabs, filters and sorts as they were kept",
	yg_run_workspace, yg_complete_workspaces},
    {"zoom", "", "the pane alone, and back", run_zoom, NULL},
};

const struct yg_command *yg_command_find(const char *name)
{
	for (size_t i = 0; i < YG_COUNT(commands); i++)
		if (strcasecmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

const struct yg_command *yg_commands_all(size_t *count)
{
	*count = YG_COUNT(commands);
	return commands;
}

/* ":vm", ":vms", ":hv": the view of that name, or of the kind that is called so. */
static const char *view_of(const char *word)
{
	if (yg_view_find(word))
		return word;
	const struct yg_kind *kind = yg_kind_find(word);
	const struct yg_table *table = kind ? yg_tables_find_kind(kind) : NULL;
	return table ? table->name : NULL;
}

static int unknown(const char *word, struct yg_err *err)
{
	const char *names[YG_COUNT(commands) + 64];
	size_t n = 0, count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	for (size_t i = 0; i < YG_COUNT(commands); i++)
		names[n++] = commands[i].name;
	for (size_t i = 0; i < count && n < YG_COUNT(names); i++)
		if (views[i])
			names[n++] = views[i]->name;
	const char *near = yg_text_nearest(word, names, n);
	return yg_err_set(err, YG_E_INVALID, "no command '%s'%s%s%s", word,
	    near ? _(", did you mean '") : _("; '?' shows all"), near ? near : "", near ? "'" : "");
}

int yg_console_command(struct yg_console *con, const char *line, struct yg_err *err)
{
	char *copy = yg_xstrdup(line), *word = copy + strspn(copy, " :");
	char *args = word + strcspn(word, " ");
	int rc = 0;

	if (*args)
		*args++ = '\0';
	args += strspn(args, " ");
	for (size_t n = strlen(args); n && args[n - 1] == ' '; n--)
		args[n - 1] = '\0';
	const struct yg_command *command = yg_command_find(word);
	if (command)
		rc = command->run(con, args, err);
	else if (view_of(word))
		rc = yg_panes_show(con, view_of(word), yg_panes_current_slot(con), err);
	else if (*word)
		rc = unknown(word, err);
	free(copy);
	yg_console_touch(con, YG_DIRTY_ALL, true);
	return rc;
}

void yg_command_complete(void *data, const char *text, struct yg_completions *out)
{
	struct yg_console *con = data;
	const char *space = strrchr(text, ' '), *word = space ? space + 1 : text;
	char first[32];

	if (!space) {
		complete_views(con, word, out);
		for (size_t i = 0; i < YG_COUNT(commands); i++)
			yg_complete_add(out, word, commands[i].name, commands[i].help);
		return;
	}
	snprintf(first, sizeof(first), "%.*s", (int)strcspn(text, " "), text);
	const struct yg_command *command = yg_command_find(first);
	if (command && command->complete && strchr(text, ' ') == space)
		command->complete(con, word, out);
}

static void complete_value(
    const struct yg_table *table, const char *word, struct yg_completions *out)
{
	char text[96];

	if (strncasecmp(word, "state:", 6) != 0)
		return;
	for (size_t i = 0; i < table->kind->n_states; i++) {
		snprintf(text, sizeof(text), "state:%s", table->kind->states[i].name);
		yg_complete_add(out, word, text, "");
	}
}

void yg_filter_complete(void *data, const char *text, struct yg_completions *out)
{
	struct yg_console *con = data;
	const struct yg_table *table = yg_tableview_table(yg_panes_current(con));
	const char *space = strrchr(text, ' '), *word = space ? space + 1 : text;
	char name[96];

	if (!table)
		return;
	if (strchr(word, ':')) {
		complete_value(table, word, out);
		return;
	}
	for (size_t i = 0; i < table->kind->n_fields; i++) {
		const struct yg_field *f = &table->kind->fields[i];
		bool is_number = !yg_type_is_text(f->type) && f->type != YG_T_STATE;
		snprintf(name, sizeof(name), "%s%s", f->name, is_number ? ">" : ":");
		yg_complete_add(out, word, name, f->help);
	}
}

/* ---- help ---- */

static void help_actions(struct yg_buf *out)
{
	size_t count;
	const struct yg_action *const *actions = yg_action_all(&count);

	yg_buf_printf(out, "# %s\n", _("Actions (a shows those of the row; :do NAME)"));
	for (size_t i = 0; i < count; i++)
		if (actions[i])
			yg_buf_printf(out, "%-6s\t%s %s\t%s\n",
			    actions[i]->key ? actions[i]->key : "", actions[i]->kind,
			    actions[i]->name, _(actions[i]->help));
}

static void help_views(struct yg_buf *out)
{
	size_t count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	yg_buf_printf(out, "\n# %s\n", _("Views (:NAME)"));
	for (size_t i = 0; i < count; i++)
		if (views[i])
			yg_buf_printf(out, "\t%s\t%s\n", views[i]->name, _(views[i]->help));
}

static void help_of_view(const struct yg_view_ops *ops, struct yg_buf *out)
{
	if (ops->n_keys)
		yg_buf_printf(out, "# %s: %s\n", _("Keys"), _(ops->title));
	for (size_t i = 0; i < ops->n_keys; i++)
		yg_buf_printf(out, "%s\t%s\t%s\n", ops->keys[i].key,
		    ops->keys[i].hint ? _(ops->keys[i].hint) : "", _(ops->keys[i].help));
	yg_buf_str(out, ops->n_keys ? "\n" : "");
}

/* Views with keys of their own; the one that help was asked in went before. */
static void help_of_others(const struct yg_view_ops *current, struct yg_buf *out)
{
	size_t count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	for (size_t i = 0; i < count; i++)
		if (views[i] && views[i] != current)
			help_of_view(views[i], out);
}

void yg_console_help(struct yg_console *con, struct yg_buf *out)
{
	const struct yg_table *table = yg_tableview_table(yg_panes_current(con));

	yg_keys_help_users(con, out);
	help_of_view(yg_panes_current(con)->ops, out);
	yg_buf_printf(out, "# %s\n", _("Keys"));
	for (size_t i = 0; i < yg_keys_n_builtin; i++)
		if (yg_keys_builtin[i].help && yg_keys_is_in_force(con, &yg_keys_builtin[i]))
			yg_buf_printf(out, "%s\t%s\t%s\n", yg_keys_builtin[i].key,
			    yg_keys_builtin[i].command, _(yg_keys_builtin[i].help));
	yg_buf_str(out, "j k\tmove\talso arrows, PageUp, PageDown, C-d, C-u, g, G\n");
	for (size_t i = 0; table && i < table->n_keys; i++)
		yg_buf_printf(out, "%s\t%s\t%s\n", table->keys[i].key, table->keys[i].command,
		    table->keys[i].help ? _(table->keys[i].help) : "");
	yg_buf_char(out, '\n');
	help_of_others(yg_panes_current(con)->ops, out);
	help_actions(out);
	yg_buf_printf(out, "\n# %s\n", _("Commands (after :, Tab completes, Up is history)"));
	for (size_t i = 0; i < YG_COUNT(commands); i++)
		yg_buf_printf(
		    out, "\t%s %s\t%s\n", commands[i].name, commands[i].args, _(commands[i].help));
	help_views(out);
	yg_buf_str(
	    out, _("\n# Filter and -l (terms must all hold)\n"
		   "\tweb\tname, or a searched field, contains it\n"
		   "\tstate:running\tfield contains it; * and ? are patterns; a|b alternatives\n"
		   "\thost:kvm-*\treferences by the other's name\n"
		   "\tcpu>80 mem>=4G age<7d\tnumbers, sizes, ages\n"
		   "\tlabel.app=web\ta label\n"
		   "\tname~^web ~re\tregular expressions\n"
		   "\t!paused -state:off\tnot\n"));
	if (!table)
		return;
	yg_buf_str(out, "\n# ");
	yg_buf_printf(out, _("Fields of a %s"), table->kind->name);
	yg_buf_char(out, '\n');
	for (size_t i = 0; i < table->kind->n_fields; i++)
		yg_buf_printf(
		    out, "\t%s\t%s\n", table->kind->fields[i].name, _(table->kind->fields[i].help));
}
