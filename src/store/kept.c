/* kept: what a person keeps by name: places to come back to, and workspaces. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASIDE_MAX 99

/* ---- reading ---- */

static void read_over(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct yg_place *place = dest;
	struct over {
		char *view, *row;
	} over = {0};
	static const struct yg_setting items[] = {
	    {YG_SETTING("view", TEXT, struct over, view), .is_required = true},
	    {YG_SETTING("row", TEXT, struct over, row)},
	};
	static const struct yg_settings settings = {
	    .what = "a view of a bookmark", .items = items, .count = YG_COUNT(items)};

	yg_settings_read(r, item, &settings, &over);
	if (!over.view || place->n_over == YG_PLACE_OVERS) {
		if (over.view)
			yg_mistake(r, item, "more than %d views upon each other", YG_PLACE_OVERS);
		free(over.view);
		free(over.row);
		return;
	}
	place->over[place->n_over].view = over.view;
	place->over[place->n_over++].row = over.row;
}

static void read_over_of_mark(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	read_over(r, item, &((struct yg_bookmark *)dest)->place);
}

static const struct yg_setting bookmark_items[] = {
    {YG_SETTING("name", TEXT, struct yg_bookmark, name), .is_required = true},
    {YG_SETTING("tab", TEXT, struct yg_bookmark, place.tab), .is_required = true},
    {.name = "over", .type = YG_SET_LIST, .read = read_over_of_mark},
    {YG_SETTING("filter", TEXT, struct yg_bookmark, place.filter)},
    {YG_SETTING("sort", TEXT, struct yg_bookmark, place.sort)},
    {YG_SETTING("row", TEXT, struct yg_bookmark, place.row)},
    {YG_SETTING("zoomed", BOOL, struct yg_bookmark, place.is_zoomed)},
};
static const struct yg_settings bookmark_settings = {
    .what = "a bookmark", .items = bookmark_items, .count = YG_COUNT(bookmark_items)};

static const struct yg_setting tab_items[] = {
    {YG_SETTING("view", TEXT, struct yg_workspace_tab, view), .is_required = true},
    {YG_SETTING("filter", TEXT, struct yg_workspace_tab, filter)},
    {YG_SETTING("sort", TEXT, struct yg_workspace_tab, sort)},
    {YG_SETTING("shown", BOOL, struct yg_workspace_tab, is_shown)},
};
static const struct yg_settings tab_settings = {
    .what = "a tab of a workspace", .items = tab_items, .count = YG_COUNT(tab_items)};

static void tab_done(struct yg_workspace_tab *tab)
{
	free(tab->view);
	free(tab->filter);
	free(tab->sort);
}

static void read_tab(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct yg_workspace *space = dest;
	struct yg_workspace_tab tab = {0};

	yg_settings_read(r, item, &tab_settings, &tab);
	if (tab.view)
		yg_vec_push(&space->tabs, tab);
	else
		tab_done(&tab);
}

static const struct yg_setting workspace_items[] = {
    {YG_SETTING("name", TEXT, struct yg_workspace, name), .is_required = true},
    {YG_SETTING("focus", TEXT, struct yg_workspace, focus)},
    {YG_SETTING("zoomed", BOOL, struct yg_workspace, is_zoomed)},
    {.name = "tabs", .type = YG_SET_LIST, .read = read_tab},
};
static const struct yg_settings workspace_settings = {
    .what = "a workspace", .items = workspace_items, .count = YG_COUNT(workspace_items)};

/* A name that may not be one is a mistake; so is one that is there already. */
static bool take_name(
    struct yg_reading *r, const struct yg_node *item, const char *name, bool is_twice)
{
	struct yg_err err = {0};

	if (!name)
		return false;
	if (yg_kept_check_name(name, &err))
		yg_mistake(r, item, "%s", err.text);
	else if (is_twice)
		yg_mistake(r, item, "'%s' stands here twice", name);
	else
		return true;
	return false;
}

static void bookmark_done(struct yg_bookmark *mark)
{
	free(mark->name);
	yg_place_done(&mark->place);
}

static void read_bookmark(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct yg_kept *state = dest;
	struct yg_bookmark mark = {0};
	size_t wrong = yg_settings_read(r, item, &bookmark_settings, &mark);

	if (take_name(r, item, mark.name, mark.name && yg_kept_bookmark(state, mark.name)) &&
	    !wrong && state->bookmarks.count < YG_KEPT_MAX)
		yg_vec_push(&state->bookmarks, mark);
	else
		bookmark_done(&mark);
}

static void read_workspace(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct yg_kept *state = dest;
	struct yg_workspace space = {0};
	size_t wrong = yg_settings_read(r, item, &workspace_settings, &space);

	if (take_name(r, item, space.name, space.name && yg_kept_workspace(state, space.name)) &&
	    !wrong && state->workspaces.count < YG_KEPT_MAX)
		yg_vec_push(&state->workspaces, space);
	else
		yg_workspace_done(&space);
}

static const struct yg_setting state_items[] = {
    {.name = "bookmarks", .type = YG_SET_LIST, .read = read_bookmark},
    {.name = "workspaces", .type = YG_SET_LIST, .read = read_workspace},
};
static const struct yg_settings state_settings = {
    .what = "the state", .items = state_items, .count = YG_COUNT(state_items)};

int yg_kept_load(const char *folder, struct yg_kept **out, struct yg_err *err)
{
	struct yg_kept *state = yg_xcalloc(1, sizeof(*state));
	struct yg_yaml *yaml = NULL;
	int rc = 0;

	state->path = yg_xasprintf("%s/state.yaml", folder);
	*out = state;
	if (access(state->path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	rc = yg_yaml_read(state->path, &yaml, err);
	if (!rc) {
		struct yg_reading r = {.file = yaml->name};
		yg_settings_read(&r, yaml->root, &state_settings, state);
		rc = yg_mistakes_err(&r.mistakes, err);
		yg_mistakes_done(&r.mistakes);
	}
	yg_yaml_free(yaml);
	state->is_broken = rc != 0;
	return rc;
}

void yg_place_done(struct yg_place *place)
{
	for (size_t i = 0; i < place->n_over; i++) {
		free(place->over[i].view);
		free(place->over[i].row);
	}
	free(place->tab);
	free(place->filter);
	free(place->sort);
	free(place->row);
	*place = (struct yg_place){0};
}

void yg_workspace_done(struct yg_workspace *space)
{
	free(space->name);
	free(space->focus);
	yg_vec_each (&space->tabs, tab)
		tab_done(tab);
	yg_vec_done(&space->tabs);
}

void yg_kept_free(struct yg_kept *state)
{
	if (!state)
		return;
	yg_vec_each (&state->bookmarks, mark)
		bookmark_done(mark);
	yg_vec_each (&state->workspaces, space)
		yg_workspace_done(space);
	yg_vec_done(&state->bookmarks);
	yg_vec_done(&state->workspaces);
	free(state->path);
	free(state);
}

/* ---- what is in it ---- */

int yg_kept_check_name(const char *name, struct yg_err *err)
{
	bool is_good = name[0] && strlen(name) <= YG_KEPT_NAME;

	for (const char *p = name; *p; p++)
		is_good &= (unsigned char)*p >= ' ' && *p != 0x7F;
	if (is_good)
		return 0;
	return yg_err_set(err, YG_E_INVALID,
	    "a name is 1 to %d characters, none of them control characters", YG_KEPT_NAME);
}

struct yg_bookmark *yg_kept_bookmark(struct yg_kept *state, const char *name)
{
	yg_vec_each (&state->bookmarks, mark)
		if (yg_streq(mark->name, name))
			return mark;
	return NULL;
}

struct yg_workspace *yg_kept_workspace(struct yg_kept *state, const char *name)
{
	yg_vec_each (&state->workspaces, space)
		if (yg_streq(space->name, name))
			return space;
	return NULL;
}

static int too_many(const char *what, struct yg_err *err)
{
	return yg_err_set(err, YG_E_TOOBIG, "there are %d %s already", YG_KEPT_MAX, what);
}

int yg_kept_put_bookmark(struct yg_kept *state, struct yg_bookmark mark, struct yg_err *err)
{
	struct yg_bookmark *old = yg_kept_bookmark(state, mark.name);

	if (old) {
		bookmark_done(old);
		*old = mark;
		return 0;
	}
	if (state->bookmarks.count == YG_KEPT_MAX) {
		bookmark_done(&mark);
		return too_many("bookmarks", err);
	}
	yg_vec_push(&state->bookmarks, mark);
	return 0;
}

int yg_kept_put_workspace(struct yg_kept *state, struct yg_workspace space, struct yg_err *err)
{
	struct yg_workspace *old = yg_kept_workspace(state, space.name);

	if (old) {
		yg_workspace_done(old);
		*old = space;
		return 0;
	}
	if (state->workspaces.count == YG_KEPT_MAX) {
		yg_workspace_done(&space);
		return too_many("workspaces", err);
	}
	yg_vec_push(&state->workspaces, space);
	return 0;
}

bool yg_kept_drop_bookmark(struct yg_kept *state, const char *name)
{
	struct yg_bookmark *mark = yg_kept_bookmark(state, name);

	if (!mark)
		return false;
	bookmark_done(mark);
	yg_vec_remove(&state->bookmarks, (size_t)(mark - state->bookmarks.items));
	return true;
}

bool yg_kept_drop_workspace(struct yg_kept *state, const char *name)
{
	struct yg_workspace *space = yg_kept_workspace(state, name);

	if (!space)
		return false;
	yg_workspace_done(space);
	yg_vec_remove(&state->workspaces, (size_t)(space - state->workspaces.items));
	return true;
}

/* ---- writing ---- */

static void put_text(struct yg_buf *out, const char *lead, const char *name, const char *text)
{
	if (!text || !text[0])
		return;
	yg_buf_printf(out, "%s%s: ", lead, name);
	yg_yaml_put_quoted(out, text);
	yg_buf_char(out, '\n');
}

static void put_bookmark(struct yg_buf *out, const struct yg_bookmark *mark)
{
	const struct yg_place *place = &mark->place;

	put_text(out, "  - ", "name", mark->name);
	put_text(out, "    ", "tab", place->tab);
	if (place->n_over)
		yg_buf_str(out, "    over:\n");
	for (size_t i = 0; i < place->n_over; i++) {
		put_text(out, "      - ", "view", place->over[i].view);
		put_text(out, "        ", "row", place->over[i].row);
	}
	put_text(out, "    ", "filter", place->filter);
	put_text(out, "    ", "sort", place->sort);
	put_text(out, "    ", "row", place->row);
	if (place->is_zoomed)
		yg_buf_str(out, "    zoomed: true\n");
}

static void put_workspace(struct yg_buf *out, const struct yg_workspace *space)
{
	put_text(out, "  - ", "name", space->name);
	put_text(out, "    ", "focus", space->focus);
	if (space->is_zoomed)
		yg_buf_str(out, "    zoomed: true\n");
	if (space->tabs.count)
		yg_buf_str(out, "    tabs:\n");
	yg_vec_each (&space->tabs, tab) {
		put_text(out, "      - ", "view", tab->view);
		put_text(out, "        ", "filter", tab->filter);
		put_text(out, "        ", "sort", tab->sort);
		if (tab->is_shown)
			yg_buf_str(out, "        shown: true\n");
	}
}

void yg_kept_text(const struct yg_kept *state, struct yg_buf *out)
{
	yg_buf_str(out, "# Kept by the console: :bookmark NAME, :workspace save NAME.\n");
	if (state->bookmarks.count)
		yg_buf_str(out, "bookmarks:\n");
	yg_vec_each (&state->bookmarks, mark)
		put_bookmark(out, mark);
	if (state->workspaces.count)
		yg_buf_str(out, "workspaces:\n");
	yg_vec_each (&state->workspaces, space)
		put_workspace(out, space);
}

static int cannot(const char *path, struct yg_err *err)
{
	return yg_err_set(err, YG_E_FAILED, "%s: cannot be written: %s", path, strerror(errno));
}

/* The folders down to the file, if they are not there; what fails shows when the file is made. */
static void make_folders(const char *path)
{
	char *copy = yg_xstrdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

/* "state.yaml.broken", or the first number that is free. Nothing that is there is overwritten. */
static int put_aside(const char *path, char **out_aside, struct yg_err *err)
{
	for (int i = 1; i <= ASIDE_MAX; i++) {
		char *aside = i == 1 ? yg_xasprintf("%s.broken", path)
				     : yg_xasprintf("%s.broken-%d", path, i);
		if (link(path, aside) == 0) {
			*out_aside = aside;
			return 0;
		}
		free(aside);
		if (errno != EEXIST)
			break;
	}
	return yg_err_set(err, YG_E_FAILED,
	    "%s has mistakes and cannot be put aside: %s; mend it first", path, strerror(errno));
}

static bool write_all(int fd, const struct yg_buf *text)
{
	for (size_t done = 0; done < text->len;) {
		ssize_t n = write(fd, text->data + done, text->len - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0;
}

static int write_file(const char *path, const struct yg_buf *text, struct yg_err *err)
{
	char *other = yg_xasprintf("%s.XXXXXX", path);
	int rc = 0, fd = mkostemp(other, O_CLOEXEC); /* 0600 */

	if (fd < 0 || !write_all(fd, text) || rename(other, path) < 0) {
		rc = cannot(path, err);
		if (fd >= 0)
			unlink(other);
	}
	if (fd >= 0)
		close(fd);
	free(other);
	return rc;
}

int yg_kept_save(struct yg_kept *state, char **out_aside, struct yg_err *err)
{
	char *real = realpath(state->path, NULL), *aside = NULL;
	const char *path = real ? real : state->path;
	struct yg_buf text = {0};
	int rc = 0;

	if (!real)
		make_folders(path);
	if (state->is_broken && real)
		rc = put_aside(path, &aside, err);
	yg_kept_text(state, &text);
	if (!rc)
		rc = write_file(path, &text, err);
	if (!rc)
		state->is_broken = false;
	if (out_aside && !rc) {
		*out_aside = aside;
		aside = NULL;
	}
	yg_buf_done(&text);
	free(aside);
	free(real);
	return rc;
}
