/* plugins: finds, checks, starts and takes back the C plugins. A plugin that is refused costs one
 * line; nothing of it has run but what its shared object does when it is loaded. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/host.h"
#include "app/views.h"
#include "base/log.h"
#include "store/views.h"

/* ---- may it be trusted ---- */

/* Ours or root's, and nobody else may write. A folder that came with the program is as trusted as
 * the program in it: there, the group may write (umask 002). */
static int check_owner(const char *path, bool is_shipped, struct yg_err *err)
{
	mode_t others = is_shipped ? S_IWOTH : S_IWGRP | S_IWOTH;
	struct stat st;

	if (stat(path, &st))
		return yg_err_set(
		    err, YG_E_REFUSED, "%s: cannot be looked at (%s)", path, strerror(errno));
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return yg_err_set(err, YG_E_REFUSED,
		    "%s: belongs to another user; chown it to you or root", path);
	if (st.st_mode & others)
		return yg_err_set(
		    err, YG_E_REFUSED, "%s: others may write to it; chmod go-w", path);
	return 0;
}

/* The number first: nothing else of the table means anything if it is another. */
static int check_table(const struct yg_plugin *table, struct yg_err *err)
{
	if (!table)
		return yg_err_set(err, YG_E_REFUSED, "exports no yg_plugin: it is no plugin");
	if (table->api != YG_API_VERSION)
		return yg_err_set(err, YG_E_REFUSED,
		    "was built for plugin interface %u, this is %d; build it again", table->api,
		    YG_API_VERSION);
	if (table->size != sizeof(*table) || !table->name || !table->start)
		return yg_err_set(err, YG_E_REFUSED, "its table is not whole; build it again");
	return 0;
}

static bool is_loaded(const struct yg_host *host, const char *name)
{
	for (size_t i = 0; i < host->plugins.count; i++) {
		const struct yg_loaded *p = &host->plugins.items[i];
		if (p->handle && yg_streq(p->table->name, name))
			return true;
	}
	return false;
}

/* It cannot be loaded whole: because it was built against another interface, or why else. */
static int explain(const char *path, const char *text, struct yg_err *err)
{
	void *handle = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
	const struct yg_plugin *table = handle ? dlsym(handle, "yg_plugin") : NULL;
	int rc = table ? check_table(table, err) : 0;

	if (!rc)
		rc = yg_err_set(err, YG_E_REFUSED, "cannot be loaded: %s", text);
	if (handle)
		dlclose(handle);
	return rc;
}

static int open_plugin(const struct yg_host *host, struct yg_loaded *p, struct yg_err *err)
{
	void *handle = dlopen(p->path, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		char *text = yg_xstrdup(dlerror());
		int why = explain(p->path, text, err);
		free(text);
		return why;
	}
	const struct yg_plugin *table = dlsym(handle, "yg_plugin");
	int rc = check_table(table, err);
	if (!rc && is_loaded(host, table->name))
		rc = yg_err_set(err, YG_E_REFUSED, "there is a plugin '%s' already", table->name);
	if (rc) {
		dlclose(handle);
		return rc;
	}
	p->handle = handle;
	p->table = table;
	return 0;
}

/* ---- taking back ---- */

/* true if a table or function is part of the plugin's image. */
static bool is_of(const struct yg_loaded *p, const void *address)
{
	const struct link_map *map = NULL;
	Dl_info info;

	return address && dladdr(address, &info) && dlinfo(p->handle, RTLD_DI_LINKMAP, &map) == 0 &&
	       info.dli_fbase == (void *)map->l_addr;
}

static void take_back_timers(struct yg_host *host, const struct yg_loaded *p)
{
	for (size_t i = host->timers.count; i-- > 0;)
		if (is_of(p, (const void *)(uintptr_t)host->timers.items[i].cb))
			yg_host_unwait(host, host->timers.items[i].timer);
}

/* Tasks stay in the list; nothing of them may point into its image. Those that nobody else would
 * end are in doubt. */
static void take_back_tasks(struct yg_host *host, const struct yg_loaded *p)
{
	struct yg_task *task;

	for (size_t i = 0; (task = yg_task_at(host->tasks, i)); i++) {
		if (is_of(p, task->unit))
			task->unit = yg_streq(task->unit, "bytes") ? "bytes" : "";
		if (is_of(p, (const void *)(uintptr_t)task->cancel))
			task->cancel = NULL;
		if (is_of(p, (const void *)(uintptr_t)task->ended))
			task->ended = NULL;
		if (!yg_task_is_over(task) && yg_streq(task->controller, p->table->name)) {
			struct yg_err err = {0};
			yg_err_set(&err, YG_E_DOUBT, "plugin '%s' was unloaded", p->table->name);
			yg_task_end_code(task, &err);
		}
	}
}

/* All that it registered: its tables lie in its image. */
static void take_back(struct yg_host *host, const struct yg_loaded *p)
{
	size_t n_views, n_actions, n_kinds;
	const struct yg_view_ops *const *views = yg_view_all(&n_views);
	const struct yg_action *const *actions = yg_action_all(&n_actions);
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);

	take_back_timers(host, p);
	take_back_tasks(host, p);
	yg_views_yaml_forget_since(p->yaml_from, p->yaml_to);
	for (size_t i = 0; i < n_views; i++)
		if (is_of(p, views[i]))
			yg_view_forget(views[i]);
	for (size_t i = 0; i < n_actions; i++)
		if (is_of(p, actions[i]))
			yg_action_forget(actions[i]);
	yg_inventory_forget(host->inv, p->table->name);
	for (size_t i = 0; i < n_kinds; i++)
		if (is_of(p, kinds[i])) {
			yg_tables_forget_kind(kinds[i]);
			yg_inventory_forget_kind(host->inv, kinds[i]);
			yg_kind_forget(kinds[i]);
		}
	yg_inventory_flush(host->inv);
}

static void unload(struct yg_host *host, struct yg_loaded *p)
{
	if (p->handle) {
		take_back(host, p);
		dlclose(p->handle);
		p->handle = NULL;
	}
}

/* ---- loading ---- */

static void load(struct yg_host *host, const char *folder, const char *file, bool is_shipped)
{
	struct yg_loaded p = {.path = yg_xasprintf("%s/%s", folder, file)};
	int rc = check_owner(p.path, is_shipped, &p.err);

	if (!rc) {
		rc = open_plugin(host, &p, &p.err);
		if (rc)
			yg_err_wrap(&p.err, "%s", p.path);
	}
	if (!rc) {
		p.yaml_from = yg_views_yaml_mark();
		rc = p.table->start(host, &p.data, &p.err);
		p.yaml_to = yg_views_yaml_mark();
		if (rc) {
			yg_err_wrap(&p.err, "%s: does not start", p.path);
			unload(host, &p);
		}
	}
	if (rc)
		yg_host_say(host, YG_ST_WARN, "plugin %s", p.err.text);
	yg_log("house", YG_LOG_INFO, "plugin %s: %s", p.path, rc ? "refused" : "started");
	yg_vec_push(&host->plugins, p);
}

static int is_plugin_file(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return entry->d_name[0] != '.' && yg_streq(dot, ".so");
}

static void load_folder(struct yg_host *host, char *folder, bool is_shipped)
{
	struct dirent **entries = NULL;
	struct yg_err err;
	int n = folder ? scandir(folder, &entries, is_plugin_file, alphasort) : 0;

	if (n > 0 && check_owner(folder, is_shipped, &err))
		yg_host_say(host, YG_ST_WARN, "plugins are not loaded from %s", err.text);
	else
		for (int i = 0; i < n; i++)
			load(host, folder, entries[i]->d_name, is_shipped);
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	free(folder);
}

static char *data_folder(void)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");

	if (data && data[0] == '/')
		return yg_xasprintf("%s/yagura/plugins", data);
	return home ? yg_xasprintf("%s/.local/share/yagura/plugins", home) : NULL;
}

void yg_plugins_load(struct yg_host *host)
{
	const char *tests = secure_getenv("YAGURA_PLUGINS");
	char *program = yg_program_folder();

	if (tests)
		load_folder(host, yg_xstrdup(tests), false);
	load_folder(host, data_folder(), false);
	if (host->config->folder)
		load_folder(host, yg_xasprintf("%s/plugins", host->config->folder), false);
	if (program) {
		load_folder(host, yg_xasprintf("%s/plugins", program), true);
		load_folder(host, yg_xasprintf("%s/" YG_LIB_FROM_BIN "/plugins", program), true);
	}
	free(program);
}

void yg_plugins_unload(struct yg_host *host)
{
	while (host->plugins.count) {
		struct yg_loaded *p = &host->plugins.items[--host->plugins.count];
		if (p->handle && p->table->stop)
			p->table->stop(host, p->data);
		unload(host, p);
		free(p->path);
	}
	yg_vec_done(&host->plugins);
}
