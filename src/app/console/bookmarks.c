/* bookmarks: what is kept by name: bookmarks of places, and workspaces. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/bookmarks.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/console/places.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/config.h"

/* The file as it is now. A mistake in it is told, and what is right is used. Never NULL. */
static struct yg_kept *load(struct yg_console *con, bool is_loud)
{
	const struct yg_config *config = yg_host_config(con->host);
	struct yg_kept *state;
	struct yg_err err = {0};

	if (yg_kept_load(config ? config->folder : ".", &state, &err) && is_loud)
		yg_console_fail(con, &err);
	return state;
}

/* Writes it, and says what was done; frees it. */
YG_PRINTF(4, 5)
static int keep(
    struct yg_console *con, struct yg_kept *state, struct yg_err *err, const char *fmt, ...)
{
	char *aside = NULL, done[256];
	int rc = yg_kept_save(state, &aside, err);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(done, sizeof(done), _(fmt), ap);
	va_end(ap);
	if (!rc) {
		char *text =
		    aside ? yg_xasprintf(_("%s; the file had mistakes and is now %s"), done, aside)
			  : yg_xstrdup(done);
		yg_console_say(con, aside ? YG_ST_WARN : YG_ST_DIM, text);
		free(text);
	}
	free(aside);
	yg_kept_free(state);
	return rc;
}

/* ---- bookmarks ---- */

int yg_run_bookmark(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_bookmark mark = {0};

	if (!args[0])
		return yg_err_set(err, YG_E_INVALID, "which name? :bookmark NAME");
	int rc = yg_kept_check_name(args, err);
	if (rc)
		return rc;
	struct yg_kept *state = load(con, false);
	mark.name = yg_xstrdup(args);
	yg_place_take(con, &mark.place);
	rc = yg_kept_put_bookmark(state, mark, err);
	if (rc) {
		yg_kept_free(state);
		return rc;
	}
	return keep(con, state, err, "'%s' is kept: :go %s, or ' for all of them", args, args);
}

/* What a bookmark leads to: "vms /web, vm web-01". */
static void describe(struct yg_console *con, const struct yg_place *place, struct yg_buf *out)
{
	const char *text = place->row ? place->row : NULL;

	if (!text && place->n_over)
		text = place->over[place->n_over - 1].row;
	yg_buf_str(out, place->n_over ? place->over[place->n_over - 1].view : place->tab);
	if (place->filter && place->filter[0])
		yg_buf_printf(out, " /%s", place->filter);
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), yg_place_find_row(con, text));
	if (row)
		yg_buf_printf(out, ", %s %s", row->kind->name, yg_row_name(row));
	else if (text)
		yg_buf_printf(out, _(", %s, which is gone"), text);
}

static void unknown(
    struct yg_err *err, const char *what, const char *name, const char *const *names, size_t count)
{
	const char *near = yg_text_nearest(name, names, count);

	yg_err_set(err, YG_E_NOTFOUND, "no %s '%s'%s%s%s", what, name,
	    near    ? ", did you mean '"
	    : count ? ""
		    : ": none is kept",
	    near ? near : "", near ? "'" : "");
}

static void unknown_bookmark(struct yg_kept *state, const char *name, struct yg_err *err)
{
	const char *names[YG_KEPT_MAX] = {NULL};

	for (size_t i = 0; i < state->bookmarks.count; i++)
		names[i] = state->bookmarks.items[i].name;
	unknown(err, "bookmark", name, names, state->bookmarks.count);
}

int yg_run_go(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_kept *state = load(con, true);
	struct yg_bookmark *mark = yg_kept_bookmark(state, args);
	int rc = YG_E_NOTFOUND;

	if (mark)
		rc = yg_place_show(con, &mark->place, err);
	else
		unknown_bookmark(state, args, err);
	yg_kept_free(state);
	return rc;
}

/* A name of one letter is the key as well. */
static const char *key_for(const char *name)
{
	return name[0] && !name[1] ? name : "";
}

int yg_run_bookmarks(struct yg_console *con, char *args, struct yg_err *err)
{
	struct yg_kept *state = load(con, true);

	(void)args;
	yg_dialog_menu_begin(con, _("bookmarks"));
	yg_vec_each (&state->bookmarks, mark) {
		struct yg_buf help = {0};
		char *command = yg_xasprintf("go %s", mark->name);
		describe(con, &mark->place, &help);
		yg_dialog_menu_add(
		    con, key_for(mark->name), mark->name, yg_buf_text(&help), command);
		free(command);
		yg_buf_done(&help);
	}
	yg_kept_free(state);
	if (yg_dialog_menu_show(con))
		return 0;
	return yg_err_set(err, YG_E_NOTFOUND, "no bookmarks yet: m, or :bookmark NAME, keeps one");
}

void yg_complete_bookmarks(struct yg_console *con, const char *word, struct yg_completions *out)
{
	struct yg_kept *state = load(con, false);

	yg_vec_each (&state->bookmarks, mark) {
		struct yg_buf help = {0};
		describe(con, &mark->place, &help);
		yg_complete_add(out, word, mark->name, yg_buf_text(&help));
		yg_buf_done(&help);
	}
	yg_kept_free(state);
}

/* ---- workspaces ---- */

/* Every tab that was opened, as it is. */
void yg_workspace_take(struct yg_console *con, struct yg_workspace *out)
{
	out->is_zoomed = con->is_zoomed;
	for (int p = 0; p < YG_PANES; p++) {
		const struct yg_pane *pane = &con->panes[p];
		for (size_t i = 0; i < pane->n_tabs; i++) {
			struct yg_view *v = pane->tabs[i].view;
			struct yg_workspace_tab tab = {.is_shown = i == pane->tab};
			if (!v)
				continue;
			tab.view = yg_xstrdup(pane->tabs[i].ops->name);
			tab.filter = yg_xstrdup(yg_tableview_filter_text(v));
			tab.sort = yg_place_sort(v);
			yg_vec_push(&out->tabs, tab);
			if (p == con->focus && i == pane->tab)
				out->focus = yg_xstrdup(tab.view);
		}
	}
}

static const struct yg_workspace_tab *find_tab(const struct yg_workspace *space, const char *view)
{
	yg_vec_each (&space->tabs, tab)
		if (yg_streq(tab->view, view))
			return tab;
	return NULL;
}

/* One tab as the workspace has it; one that it does not know shows all. */
static int show_tab(struct yg_console *con, struct yg_pane *pane, size_t i,
    const struct yg_workspace_tab *wanted, struct yg_err *err)
{
	if (!wanted && !pane->tabs[i].view)
		return 0;
	struct yg_view *v = yg_panes_tab_view(con, &pane->tabs[i]);
	int rc = yg_place_set_table(
	    v, wanted ? wanted->filter : NULL, wanted ? wanted->sort : NULL, err);
	if (wanted && wanted->is_shown)
		pane->tab = i;
	return rc;
}

/* What is wrong in one tab is told, and the others are shown all the same. */
int yg_workspace_show(struct yg_console *con, const struct yg_workspace *space, struct yg_err *err)
{
	int rc = 0;

	for (int p = 0; p < YG_PANES; p++)
		for (size_t i = 0; i < con->panes[p].n_tabs; i++) {
			const char *name = con->panes[p].tabs[i].ops->name;
			int one = show_tab(
			    con, &con->panes[p], i, find_tab(space, name), rc ? NULL : err);
			rc = rc ? rc : one;
		}
	int focus = con->focus;
	for (int p = 0; p < YG_PANES; p++)
		for (size_t i = 0; i < con->panes[p].n_tabs; i++)
			if (yg_streq(con->panes[p].tabs[i].ops->name, space->focus))
				focus = p;
	yg_panes_focus(con, focus);
	con->is_zoomed = space->is_zoomed;
	return rc;
}

static int save_workspace(struct yg_console *con, const char *name, struct yg_err *err)
{
	struct yg_workspace space = {0};
	int rc = yg_kept_check_name(name, err);

	if (rc)
		return rc;
	struct yg_kept *state = load(con, false);
	space.name = yg_xstrdup(name);
	yg_workspace_take(con, &space);
	rc = yg_kept_put_workspace(state, space, err);
	if (rc) {
		yg_kept_free(state);
		return rc;
	}
	size_t at = (size_t)(yg_kept_workspace(state, name) - state->workspaces.items) + 1;
	if (at > 9)
		return keep(con, state, err, "workspace '%s' is kept", name);
	return keep(con, state, err, "workspace '%s' is kept: M-%zu goes there", name, at);
}

static void describe_workspace(const struct yg_workspace *space, struct yg_buf *out)
{
	yg_buf_printf(
	    out, "%s%s", space->focus ? space->focus : "", space->is_zoomed ? ", zoomed" : "");
	yg_vec_each (&space->tabs, tab)
		if (tab->filter && tab->filter[0])
			yg_buf_printf(out, "; %s /%s", tab->view, tab->filter);
}

static int list_workspaces(struct yg_console *con, struct yg_err *err)
{
	struct yg_kept *state = load(con, true);
	char key[8];

	yg_dialog_menu_begin(con, _("workspaces"));
	for (size_t i = 0; i < state->workspaces.count; i++) {
		const struct yg_workspace *space = &state->workspaces.items[i];
		struct yg_buf help = {0};
		char *command = yg_xasprintf("workspace %s", space->name);
		snprintf(key, sizeof(key), "%.*zu", i < 9 ? 1 : 0, i < 9 ? i + 1 : (size_t)0);
		describe_workspace(space, &help);
		yg_dialog_menu_add(con, key, space->name, yg_buf_text(&help), command);
		free(command);
		yg_buf_done(&help);
	}
	yg_kept_free(state);
	if (yg_dialog_menu_show(con))
		return 0;
	return yg_err_set(
	    err, YG_E_NOTFOUND, "no workspaces yet: :workspace save NAME keeps this one");
}

/* The one of that name, or the one with that number. */
static struct yg_workspace *find_workspace(struct yg_kept *state, const char *name)
{
	struct yg_workspace *space = yg_kept_workspace(state, name);

	if (!space && name[0] >= '1' && name[0] <= '9' && !name[1] &&
	    (size_t)(name[0] - '1') < state->workspaces.count)
		space = &state->workspaces.items[name[0] - '1'];
	return space;
}

int yg_run_workspace(struct yg_console *con, char *args, struct yg_err *err)
{
	int rc = YG_E_NOTFOUND;

	if (!args[0])
		return list_workspaces(con, err);
	if (yg_starts_with(args, "save "))
		return save_workspace(con, args + 5 + strspn(args + 5, " "), err);
	struct yg_kept *state = load(con, true);
	const struct yg_workspace *space = find_workspace(state, args);
	if (space) {
		char *text = yg_xasprintf(_("workspace '%s'"), space->name);
		rc = yg_workspace_show(con, space, err);
		if (!rc)
			yg_console_say(con, YG_ST_DIM, text);
		free(text);
	} else {
		const char *names[YG_KEPT_MAX] = {NULL};
		for (size_t i = 0; i < state->workspaces.count; i++)
			names[i] = state->workspaces.items[i].name;
		unknown(err, "workspace", args, names, state->workspaces.count);
	}
	yg_kept_free(state);
	return rc;
}

void yg_complete_workspaces(struct yg_console *con, const char *word, struct yg_completions *out)
{
	struct yg_kept *state = load(con, false);

	yg_complete_add(out, word, "save", _("keep what is shown under a name"));
	yg_vec_each (&state->workspaces, space)
		yg_complete_add(out, word, space->name, space->focus);
	yg_kept_free(state);
}

/* ---- both ---- */

int yg_run_forget(struct yg_console *con, char *args, struct yg_err *err)
{
	bool is_mark = yg_starts_with(args, "bookmark "),
	     is_space = yg_starts_with(args, "workspace ");
	char *name = strchr(args, ' ');

	if (!is_mark && !is_space)
		return yg_err_set(err, YG_E_INVALID, "forget: bookmark NAME or workspace NAME");
	name += strspn(name, " ");
	struct yg_kept *state = load(con, false);
	bool is_gone =
	    is_mark ? yg_kept_drop_bookmark(state, name) : yg_kept_drop_workspace(state, name);
	if (is_gone)
		return keep(con, state, err, "'%s' is forgotten", name);
	yg_kept_free(state);
	return yg_err_set(
	    err, YG_E_NOTFOUND, "no %s '%s'", is_mark ? "bookmark" : "workspace", name);
}

void yg_bookmarks_each(struct yg_console *con,
    void (*cb)(
	void *data, const char *what, const char *name, const char *help, const char *command),
    void *data)
{
	struct yg_kept *state = load(con, false);

	yg_vec_each (&state->bookmarks, mark) {
		struct yg_buf help = {0};
		char *command = yg_xasprintf("go %s", mark->name);
		describe(con, &mark->place, &help);
		cb(data, "bookmark", mark->name, yg_buf_text(&help), command);
		free(command);
		yg_buf_done(&help);
	}
	yg_vec_each (&state->workspaces, space) {
		struct yg_buf help = {0};
		char *command = yg_xasprintf("workspace %s", space->name);
		describe_workspace(space, &help);
		cb(data, "workspace", space->name, yg_buf_text(&help), command);
		free(command);
		yg_buf_done(&help);
	}
	yg_kept_free(state);
}
