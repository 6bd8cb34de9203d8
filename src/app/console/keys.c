/* keys: which key is which command in normal mode. A key that is not here goes to the view. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/keys.h"

#include <stdio.h>

#include "store/config.h"

/* The user's keys come first, then the view's own, then those of actions, then these. */
const struct yg_key yg_keys_builtin[] = {
    {"1", "focus 1", "hosts"},
    {"2", "focus 2", "VMs"},
    {"3", "focus 3", "containers"},
    {"4", "focus 4", "network"},
    {"Tab", "focus next", "next pane"},
    {"S-Tab", "focus previous", "previous pane"},
    {"h", "focus left", "pane at the left"},
    {"Left", "focus left", NULL},
    {"l", "focus right", "pane at the right"},
    {"Right", "focus right", NULL},
    {"[", "tab previous", "tab before: sibling kinds"},
    {"]", "tab next", "tab behind"},
    {"z", "zoom", "this pane alone, and back"},
    {"/", "prompt filter", "filter: name, field:value, cpu>80 ..."},
    {":", "prompt command", "command line"},
    {"C-p", "find", "find anything: rows, actions, views, commands"},
    {"n", "filter", "show all again"},
    {"Space", "mark", "mark the row, and go on"},
    {"*", "mark all", "mark all that are shown"},
    {"a", "actions", "what can be done to it"},
    {"Enter", "details", "every field of the row"},
    {"t", "graph", "what it depends on, and what depends on it"},
    {"s", "sort", "sort by the next column"},
    {"o", "sort turn", "turn the order round"},
    {"M-Left", "place previous", "back to where you were before"},
    {"M-Right", "place next", "forth again"},
    {"m", "prompt command bookmark", "keep this place under a name"},
    {"'", "bookmarks", "the places that are kept"},
    {"w", "workspace", "tabs, filters and sorts that are kept"},
    {"M-1", "workspace 1", "the first of them; M-2 to M-9 the next"},
    {"M-2", "workspace 2", NULL},
    {"M-3", "workspace 3", NULL},
    {"M-4", "workspace 4", NULL},
    {"M-5", "workspace 5", NULL},
    {"M-6", "workspace 6", NULL},
    {"M-7", "workspace 7", NULL},
    {"M-8", "workspace 8", NULL},
    {"M-9", "workspace 9", NULL},
    {"r", "refresh", "ask the controllers again now"},
    {"=", "compare", "two marked rows side by side"},
    {"y", "copy", "to the clipboard: name, JSON, the last command"},
    {"T", "view tasks", "tasks and their logs"},
    {"A", "view alarms", "alarms"},
    {"C", "view controllers", "controllers"},
    {"?", "help", "this help"},
    {"Esc", "back", "back: overlay, filter, marks, zoom"},
    {"q", "close", "close the overlay, or leave"},
    {"C-l", "repaint", "paint the screen anew"},
    {"C-z", "suspend", "go to the shell; fg comes back"},
    {"C-c", "quit", "leave"},
};
const size_t yg_keys_n_builtin = YG_COUNT(yg_keys_builtin);

static const char *user_key(struct yg_console *con, const char *key)
{
	const struct yg_config *config = yg_host_config(con->host);

	for (size_t i = 0; config && i < config->n_keys; i++)
		if (yg_streq(config->keys[i].name, key))
			return config->keys[i].value;
	return NULL;
}

static const char *view_key(struct yg_console *con, const char *key)
{
	const struct yg_table *table = yg_tableview_table(yg_panes_current(con));

	for (size_t i = 0; table && i < table->n_keys; i++)
		if (yg_streq(table->keys[i].key, key))
			return table->keys[i].command;
	return NULL;
}

/* "do NAME" for an action whose key this is, on rows of the current kind. */
static const char *action_key(struct yg_console *con, const char *key)
{
	static char line[80];
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
	size_t count;
	const struct yg_action *const *actions = yg_action_all(&count);

	for (size_t i = 0; row && i < count; i++)
		if (actions[i] && yg_streq(actions[i]->key, key) &&
		    yg_streq(actions[i]->kind, row->kind->name)) {
			snprintf(line, sizeof(line), "do %s", actions[i]->name);
			return line;
		}
	return NULL;
}

const char *yg_keys_find(struct yg_console *con, const char *key)
{
	const char *line = user_key(con, key);

	if (!line)
		line = view_key(con, key);
	if (!line)
		line = action_key(con, key);
	for (size_t i = 0; !line && i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].key, key))
			line = yg_keys_builtin[i].command;
	return line;
}

const char *yg_keys_of(struct yg_console *con, const char *command)
{
	const struct yg_config *config = yg_host_config(con->host);

	for (size_t i = 0; config && i < config->n_keys; i++)
		if (yg_streq(config->keys[i].value, command))
			return config->keys[i].name;
	for (size_t i = 0; i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].command, command))
			return yg_keys_builtin[i].key;
	return NULL;
}
