/* keys: which key is which command in normal mode. A key that is not here goes to the view. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/keys.h"

#include <stdio.h>

#include "base/i18n.h"
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
    {"v", "metrics", "its figures over time, as a chart; of all that are marked"},
    {"e", "shell", "a shell in the container or on the host"},
    {"c", "console", "serial console, main process"},
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

/* ---- what the user said ---- */

static const char *preset_name(const struct yg_console *con)
{
	const struct yg_config *config = yg_host_config(con->host);

	if (con->keymap->preset)
		return con->keymap->preset;
	return config && config->keys.preset ? config->keys.preset : yg_key_presets[0];
}

static const char *preset_key(const struct yg_console *con, const char *context, const char *key)
{
	const char *preset = preset_name(con);

	for (size_t i = 0; i < yg_keys_n_presets; i++)
		if (yg_streq(yg_keys_presets[i].preset, preset) &&
		    yg_streq(yg_keys_presets[i].context, context) &&
		    yg_streq(yg_keys_presets[i].key, key))
			return yg_keys_presets[i].command;
	return NULL;
}

bool yg_key_is_builtin(const struct yg_binding *b)
{
	const struct yg_action *action =
	    yg_starts_with(b->command, "do ") ? yg_action_find(b->context, b->command + 3) : NULL;

	if (!yg_streq(b->context, "normal"))
		return action && yg_streq(action->key, b->key);
	for (size_t i = 0; i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].key, b->key))
			return yg_streq(yg_keys_builtin[i].command, b->command);
	return false;
}

/* keys.yaml goes before yagura.yaml, that before the preset. */
static const char *key_in(const struct yg_console *con, const char *context, const char *key)
{
	const struct yg_config *config = yg_host_config(con->host);
	const struct yg_binding *b = yg_keymap_find(con->keymap, context, key);

	if (!b && config)
		b = yg_keymap_find(&config->keys, context, key);
	if (!b)
		return preset_key(con, context, key);
	/* What only says again what is built in changes nothing, not even who is asked first. */
	return yg_key_is_builtin(b) && yg_streq(context, "normal") ? NULL : b->command;
}

const char *yg_keys_users(struct yg_console *con, const char *key)
{
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
	const char *line = row ? key_in(con, row->kind->name, key) : NULL;

	if (!line && con->n_stack)
		line = key_in(con, "overlay", key);
	return line ? line : key_in(con, "normal", key);
}

const char *yg_keys_prompt(struct yg_console *con, const char *key)
{
	const char *line = key_in(con, "prompt", key);

	return line && yg_starts_with(line, "key ") ? line + 4 : key;
}

int yg_keys_load(struct yg_console *con, yg_report_cb *report, void *data, struct yg_err *err)
{
	const struct yg_config *config = yg_host_config(con->host);
	struct yg_keymap map;
	int rc = yg_keymap_load(config ? config->folder : ".", &map, report, data, err);

	if (rc && con->keymap) {
		yg_keymap_done(&map);
		return rc;
	}
	yg_keys_done(con);
	con->keymap = yg_xcalloc(1, sizeof(*con->keymap));
	*con->keymap = map;
	return rc;
}

void yg_keys_done(struct yg_console *con)
{
	if (!con->keymap)
		return;
	yg_keymap_done(con->keymap);
	free(con->keymap);
	con->keymap = NULL;
}

/* ---- all keys ---- */

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
	const char *line = view_key(con, key);

	if (!line)
		line = action_key(con, key);
	for (size_t i = 0; !line && i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].key, key))
			line = yg_keys_builtin[i].command;
	return line;
}

bool yg_keys_is_in_force(struct yg_console *con, const struct yg_key *key)
{
	const char *line = key_in(con, "normal", key->key);

	return !line || yg_streq(line, key->command);
}

static const char *key_of(const struct yg_keymap *map, const char *command)
{
	for (size_t i = map->bindings.count; i-- > 0;)
		if (yg_streq(map->bindings.items[i].command, command) &&
		    !yg_streq(map->bindings.items[i].context, "prompt"))
			return map->bindings.items[i].key;
	return NULL;
}

const char *yg_keys_of(struct yg_console *con, const char *command)
{
	const struct yg_config *config = yg_host_config(con->host);
	const char *key = key_of(con->keymap, command);

	if (!key && config)
		key = key_of(&config->keys, command);
	for (size_t i = 0; !key && i < yg_keys_n_presets; i++)
		if (yg_streq(yg_keys_presets[i].preset, preset_name(con)) &&
		    yg_streq(yg_keys_presets[i].command, command))
			key = yg_keys_presets[i].key;
	for (size_t i = 0; !key && i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].command, command) &&
		    yg_keys_is_in_force(con, &yg_keys_builtin[i]))
			key = yg_keys_builtin[i].key;
	return key;
}

static void help_map(const struct yg_keymap *map, struct yg_buf *out)
{
	yg_vec_each (&map->bindings, b)
		if (!yg_key_is_builtin(b))
			yg_buf_printf(out, "%s\t%s\t%s%s\n", b->key,
			    b->command[0] ? b->command : _("(nothing)"),
			    yg_streq(b->context, "normal") ? "" : b->context,
			    yg_streq(b->context, "normal") ? b->where : "");
}

void yg_keys_help_users(struct yg_console *con, struct yg_buf *out)
{
	const struct yg_config *config = yg_host_config(con->host);
	const char *preset = preset_name(con);
	struct yg_buf mine = {0};

	help_map(con->keymap, &mine);
	if (config)
		help_map(&config->keys, &mine);
	if (mine.len)
		yg_buf_printf(out, "# %s\n%s\n", _("Your keys"), mine.data);
	yg_buf_done(&mine);
	if (yg_streq(preset, yg_key_presets[0]))
		return;
	yg_buf_printf(out, "# %s\n", _("Keys of the preset"));
	for (size_t i = 0; i < yg_keys_n_presets; i++)
		if (yg_streq(yg_keys_presets[i].preset, preset))
			yg_buf_printf(out, "%s\t%s\t%s\n", yg_keys_presets[i].key,
			    yg_keys_presets[i].command,
			    yg_streq(yg_keys_presets[i].context, "normal")
				? ""
				: yg_keys_presets[i].context);
	yg_buf_char(out, '\n');
}
