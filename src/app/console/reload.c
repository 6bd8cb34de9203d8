/* reload: configuration, keys, themes and views read anew while the console runs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/reload.h"

#include <stdio.h>
#include <unistd.h>

#include "app/console/bookmarks.h"
#include "app/console/keys.h"
#include "app/console/places.h"
#include "app/views.h"
#include "base/i18n.h"
#include "net/loop.h"
#include "store/config.h"
#include "store/folder.h"
#include "store/themes.h"
#include "store/views.h"

#define QUIET_MS 200

#define CONFIG 1u
#define THEMES 2u
#define VIEWS  4u
#define ALL    (CONFIG | THEMES | VIEWS)

struct yg_reload {
	struct yg_file_watch *config, *themes, *views;
	unsigned due; /* what changed and was not read yet */
};

/* The first mistake, and whether there was one. */
struct mistakes {
	size_t count;
	char first[512];
};

static void on_mistake(void *data, const char *line)
{
	struct mistakes *m = data;

	if (m->count++ == 0)
		snprintf(m->first, sizeof(m->first), "%s", line);
}

/* ---- each of them ---- */

static bool has_other_controllers(const struct yg_config *a, const struct yg_config *b)
{
	if (a->n_controllers != b->n_controllers || a->no_discovery != b->no_discovery)
		return true;
	for (size_t i = 0; i < a->n_controllers; i++)
		if (!yg_streq(a->controllers[i].name, b->controllers[i].name) ||
		    !yg_streq(a->controllers[i].url, b->controllers[i].url))
			return true;
	return false;
}

/* Only what was changed in the file changes: what was set by hand since stays otherwise. */
static void apply_config(struct yg_console *con, const struct yg_config *now, struct mistakes *m)
{
	const struct yg_config *old = yg_host_config(con->host);
	struct yg_err err = {0};

	if (!yg_streq(old->theme, now->theme) &&
	    yg_console_theme(con, now->theme ? now->theme : "default", &err))
		on_mistake(m, err.text);
	if (old->is_read_only != now->is_read_only)
		yg_host_set_read_only(con->host, now->is_read_only);
	if (old->borders != now->borders)
		con->grid.is_ascii_lines = con->grid.is_ascii_text || now->borders == 2;
	if (has_other_controllers(old, now))
		yg_console_say(con, YG_ST_WARN,
		    _("controllers are read at the start: what changed of them comes then"));
}

static void read_config(struct yg_console *con, struct mistakes *m)
{
	const struct yg_config *old = yg_host_config(con->host);
	struct yg_config *now = NULL;
	struct yg_err err = {0};

	if (!old)
		return;
	bool is_there = access(old->path, F_OK) == 0;
	if (yg_config_load(is_there ? old->path : NULL, &now, &err)) {
		on_mistake(m, err.text);
		return;
	}
	apply_config(con, now, m);
	yg_host_set_config_new(con->host, now);
}

static void on_key_trouble(void *data, enum yg_key_trouble trouble, const char *line)
{
	if (trouble != YG_KEY_REPLACES)
		on_mistake(data, line);
}

static void read_keys(struct yg_console *con, struct mistakes *m)
{
	if (yg_keys_load(con, on_mistake, m, NULL) == 0)
		yg_keys_check(con->keymap, yg_host_config(con->host), on_key_trouble, m);
}

/* Reads a file to see whether it is right, before anything is let go of. */
static void try_file(void *data, const char *name, const char *path,
    void (*read)(struct yg_reading *r, const char *name, const struct yg_node *root))
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (yg_yaml_read(path, &yaml, &err)) {
		on_mistake(data, err.text);
		return;
	}
	struct yg_reading r = {.file = yaml->name};
	read(&r, name, yaml->root);
	yg_mistakes_tell(&r.mistakes, on_mistake, data);
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
}

static void read_theme(struct yg_reading *r, const char *name, const struct yg_node *root)
{
	yg_theme_free(yg_theme_read(r, name, root));
}

static void try_theme(void *data, const char *name, const char *path)
{
	try_file(data, name, path, read_theme);
}

static void read_view(struct yg_reading *r, const char *name, const struct yg_node *root)
{
	yg_table_free(yg_table_read(r, name, root));
}

static void try_view(void *data, const char *name, const char *path)
{
	try_file(data, name, path, read_view);
}

static bool is_right(struct yg_console *con, const char *sub,
    void (*try)(void *data, const char *name, const char *path), struct mistakes *m)
{
	size_t before = m->count;

	yg_folder_each(yg_host_config(con->host)->folder, sub, on_mistake, m, try, m);
	return m->count == before;
}

static void read_themes(struct yg_console *con, struct mistakes *m)
{
	if (!is_right(con, "themes", try_theme, m))
		return;
	char *name = yg_xstrdup(con->theme->name);
	yg_themes_load(yg_host_config(con->host)->folder, on_mistake, m);
	if (yg_console_theme(con, name, NULL))
		yg_console_theme(con, "default", NULL);
	free(name);
}

/* Everything that is open is closed, and shown again by name. */
static void read_views(struct yg_console *con, struct mistakes *m)
{
	struct yg_workspace space = {0};
	struct yg_place place;

	if (!is_right(con, "views", try_view, m))
		return;
	yg_workspace_take(con, &space);
	yg_place_take(con, &place);
	yg_panes_free(con);
	for (int p = 0; p < YG_PANES; p++)
		con->panes[p].n_tabs = con->panes[p].tab = 0;
	yg_views_stop();
	yg_views_start(con->host);
	yg_panes_make(con);
	yg_workspace_show(con, &space, NULL);
	yg_place_show(con, &place, NULL);
	yg_place_done(&place);
	yg_workspace_done(&space);
}

static void reload(struct yg_console *con, unsigned what, struct mistakes *m)
{
	if (what & CONFIG) {
		read_config(con, m);
		read_keys(con, m);
	}
	if (what & THEMES)
		read_themes(con, m);
	if (what & VIEWS)
		read_views(con, m);
	yg_console_touch(con, YG_DIRTY_ALL, true);
}

int yg_run_reload(struct yg_console *con, char *args, struct yg_err *err)
{
	struct mistakes m = {0};

	(void)args;
	reload(con, ALL, &m);
	if (m.count)
		return yg_err_set(err, YG_E_INVALID, "%s%s", m.first,
		    m.count > 1 ? _(" (and more: yagura doctor)") : "");
	if (!con->message[0])
		yg_console_say(con, YG_ST_DIM, _("read anew: configuration, keys, themes, views"));
	return 0;
}

/* ---- when files change ---- */

static unsigned watch_all(struct yg_console *con);

void yg_reload_catch_up(struct yg_console *con)
{
	struct mistakes m = {0};
	unsigned due = con->reload ? con->reload->due : 0;

	if (!due || con->mode != YG_MODE_NORMAL)
		return;
	con->reload->due = 0;
	con->message[0] = '\0';
	due |= watch_all(con);
	reload(con, due, &m);
	if (m.count)
		yg_console_say(con, YG_ST_WARN, m.first);
	else if (!con->message[0])
		yg_console_say(con, YG_ST_DIM,
		    due & VIEWS    ? _("views are read anew")
		    : due & THEMES ? _("themes are read anew")
				   : _("configuration and keys are read anew"));
}

static void on_change(struct yg_console *con, unsigned what)
{
	con->reload->due |= what;
	yg_reload_catch_up(con);
}

static void on_config(void *data)
{
	on_change(data, CONFIG);
}

static void on_themes(void *data)
{
	on_change(data, THEMES);
}

static void on_views(void *data)
{
	on_change(data, VIEWS);
}

static bool is_yaml(const char *name)
{
	size_t len = strlen(name);

	return name[0] != '.' && len > 5 && yg_streq(name + len - 5, ".yaml");
}

/* What the console itself keeps there is no news; a folder that was made is looked into. */
static bool is_config(const char *name)
{
	return (is_yaml(name) && !yg_streq(name, "state.yaml")) || yg_streq(name, "themes") ||
	       yg_streq(name, "views");
}

static struct yg_file_watch *watch(struct yg_console *con, const char *sub,
    bool (*wants)(const char *name), void (*cb)(void *data))
{
	char *path = yg_xasprintf("%s%s", yg_host_config(con->host)->folder, sub);
	struct yg_file_watch *w =
	    yg_file_watch_start(yg_host_loop(con->host), path, QUIET_MS, wants, cb, con);

	free(path);
	return w;
}

/* Those that are not looked at yet: a folder may come later. Returns which came. */
static unsigned watch_all(struct yg_console *con)
{
	struct yg_reload *r = con->reload;
	bool had_themes = r->themes, had_views = r->views;

	if (!r->config)
		r->config = watch(con, "", is_config, on_config);
	if (!r->themes)
		r->themes = watch(con, "/themes", is_yaml, on_themes);
	if (!r->views)
		r->views = watch(con, "/views", is_yaml, on_views);
	return (!had_themes && r->themes ? THEMES : 0) | (!had_views && r->views ? VIEWS : 0);
}

void yg_reload_start(struct yg_console *con)
{
	if (!yg_host_config(con->host))
		return;
	con->reload = yg_xcalloc(1, sizeof(*con->reload));
	watch_all(con);
}

void yg_reload_stop(struct yg_console *con)
{
	if (!con->reload)
		return;
	yg_file_watch_stop(con->reload->config);
	yg_file_watch_stop(con->reload->themes);
	yg_file_watch_stop(con->reload->views);
	free(con->reload);
	con->reload = NULL;
}
