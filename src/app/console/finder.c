/* finder: one list of everything, found by a few letters. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/finder.h"

#include <stdio.h>

#include "app/console/bookmarks.h"
#include "app/console/commands.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/themes.h"

#define SLICE_US   1000
#define CHUNK      128 /* rows between two looks at the clock */
#define USED_BONUS 6   /* for each time that something was chosen */
#define USED_MAX   8
#define HELP_SCORE 4 /* of what was found in the help only */

/* ---- what there is to choose from ---- */

static void add(struct yg_finder *f, struct yg_finder_item item)
{
	yg_vec_push(&f->items, item);
}

static void add_actions(struct yg_console *con, struct yg_finder *f)
{
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
	struct yg_view *v = yg_panes_current(con);
	size_t count, marked = yg_tableview_n_marked(v);
	const struct yg_action *const *all = yg_action_all(&count);

	for (size_t i = 0; row && i < count; i++) {
		if (!all[i] || !yg_streq(all[i]->kind, row->kind->name))
			continue;
		bool is_off = yg_action_check(all[i], row, NULL) != 0;
		char *to = marked > 1 ? yg_xasprintf("%zu %s", marked, row->kind->plural)
				      : yg_xstrdup(yg_row_name(row));
		add(f, (struct yg_finder_item){.what = "action",
			   .label = yg_xasprintf("%s %s", _(all[i]->title), to),
			   .help = yg_xstrdup(
			       _(is_off && all[i]->why_not ? all[i]->why_not : all[i]->help)),
			   .key = all[i]->key ? yg_xstrdup(all[i]->key) : NULL,
			   .command = yg_xasprintf("do %s", all[i]->name),
			   .is_disabled = is_off});
		free(to);
	}
}

/* The key of a command line; of a view also that of "view NAME". */
static char *key_of(struct yg_console *con, const char *command)
{
	const char *key = yg_keys_of(con, command);

	return key ? yg_xstrdup(key) : NULL;
}

static void add_views(struct yg_console *con, struct yg_finder *f)
{
	size_t count;
	const struct yg_view_ops *const *views = yg_view_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (!views[i])
			continue;
		char *command = yg_xasprintf("view %s", views[i]->name);
		add(f, (struct yg_finder_item){.what = "view",
			   .label = yg_xstrdup(views[i]->name),
			   .help = yg_xstrdup(_(views[i]->help)),
			   .key = key_of(con, command),
			   .command = command});
	}
}

/* A command that needs words is put on the command line, to be finished there. */
static void add_commands(struct yg_console *con, struct yg_finder *f)
{
	size_t count;
	const struct yg_command *commands = yg_commands_all(&count);

	for (size_t i = 0; i < count; i++) {
		bool needs_more = commands[i].args[0] && commands[i].args[0] != '[';
		if (yg_streq(commands[i].name, "q") || yg_streq(commands[i].name, "find"))
			continue;
		add(f,
		    (struct yg_finder_item){.what = "command",
			.label = yg_xasprintf("%s%s%s", commands[i].name,
			    commands[i].args[0] ? " " : "", commands[i].args),
			.help = yg_xstrdup(_(commands[i].help)),
			.key = key_of(con, commands[i].name),
			.command = yg_xasprintf("%s%s", commands[i].name, needs_more ? " " : "")});
	}
}

static void add_setting(
    struct yg_console *con, struct yg_finder *f, const char *command, const char *help)
{
	add(f, (struct yg_finder_item){.what = "setting",
		   .label = yg_xstrdup(command),
		   .help = yg_xstrdup(help),
		   .key = key_of(con, command),
		   .command = yg_xstrdup(command)});
}

static void add_settings(struct yg_console *con, struct yg_finder *f)
{
	size_t count;
	const char *const *names = yg_theme_names(&count);
	bool is_locked = yg_host_is_read_only(con->host);

	for (size_t i = 0; i < count; i++) {
		const struct yg_theme *theme = yg_theme_find(names[i]);
		char *command = yg_xasprintf("theme %s", names[i]);
		add_setting(con, f, command, theme ? _(theme->help) : "");
		free(command);
	}
	add_setting(con, f, is_locked ? "read-only off" : "read-only on",
	    is_locked ? _("allow actions") : _("refuse all actions"));
}

struct kept {
	struct yg_console *con;
	struct yg_finder *f;
};

static void add_kept(
    void *data, const char *what, const char *name, const char *help, const char *command)
{
	struct kept *to = data;

	add(to->f, (struct yg_finder_item){.what = what,
		       .label = yg_xstrdup(name),
		       .help = yg_xstrdup(help),
		       .key = key_of(to->con, command),
		       .command = yg_xstrdup(command)});
}

static void add_rows(struct yg_console *con, struct yg_finder *f)
{
	const struct yg_inventory *inv = yg_host_inventory(con->host);
	size_t n_kinds, count;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);

	for (size_t k = 0; k < n_kinds; k++) {
		const uint32_t *slots = kinds[k] ? yg_inventory_slots(inv, kinds[k], &count) : NULL;
		if (!slots)
			continue;
		yg_vec_reserve(&f->rows, f->rows.count + count);
		memcpy(f->rows.items + f->rows.count, slots, count * sizeof(*slots));
		f->rows.count += count;
	}
}

static void clear(struct yg_finder *f)
{
	yg_vec_each (&f->items, item) {
		free(item->label);
		free(item->help);
		free(item->key);
		free(item->command);
	}
	f->items.count = 0;
	yg_vec_done(&f->rows);
	yg_line_done(&f->line);
}

const struct yg_finder_item *yg_finder_item(
    struct yg_console *con, const struct yg_finder_hit *hit, const struct yg_row **out_row)
{
	const struct yg_finder *f = con->finder;

	*out_row = NULL;
	if (hit->index < f->items.count)
		return &f->items.items[hit->index];
	*out_row = yg_inventory_row(
	    yg_host_inventory(con->host), f->rows.items[hit->index - f->items.count]);
	return NULL;
}

/* ---- what was chosen before ---- */

static char *row_key(const struct yg_row *row)
{
	return yg_xasprintf(
	    "%s/%s/%s", yg_row_text(row, YG_F_CONTROLLER), row->kind->name, yg_row_id(row));
}

static int times_used(const struct yg_finder *f, const char *key)
{
	return (int)(intptr_t)yg_map_get(&f->used, key);
}

static void note_use(struct yg_finder *f, const char *key)
{
	yg_map_put(&f->used, key, (void *)(intptr_t)YG_MIN(times_used(f, key) + 1, USED_MAX));
}

static int row_uses(const struct yg_finder *f, const struct yg_row *row)
{
	if (!f->used.count)
		return 0;
	char *key = row_key(row);
	int uses = times_used(f, key);
	free(key);
	return uses;
}

/* ---- looking ---- */

/* The better one first: by score, then the shorter text, then as they stand. */
static bool is_before(const struct yg_finder_hit *a, const struct yg_finder_hit *b)
{
	if (a->score != b->score)
		return a->score > b->score;
	if (a->length != b->length)
		return a->length < b->length;
	return a->index < b->index;
}

static void keep(struct yg_finder *f, struct yg_finder_hit hit)
{
	size_t at = f->n_best, low = 0;

	f->n_found++;
	if (at == YG_FINDER_BEST && !is_before(&hit, &f->best[at - 1]))
		return;
	while (low < at) {
		size_t mid = (low + at) / 2;
		if (is_before(&f->best[mid], &hit))
			low = mid + 1;
		else
			at = mid;
	}
	f->n_best = YG_MIN(f->n_best + 1, (size_t)YG_FINDER_BEST);
	memmove(&f->best[at + 1], &f->best[at], (f->n_best - at - 1) * sizeof(hit));
	f->best[at] = hit;
}

/* Each word typed stands in the help, as it was typed. */
static bool is_in_help(const struct yg_finder *f, const char *help)
{
	char *words = yg_xstrdup(yg_line_text(&f->line)), *save = NULL;
	bool is_in = help != NULL;

	for (char *word = strtok_r(words, " ", &save); word && is_in;
	     word = strtok_r(NULL, " ", &save))
		is_in = strlen(word) > 2 && yg_text_find(help, word);
	free(words);
	return is_in;
}

static void look_at_item(struct yg_finder *f, uint32_t index)
{
	const struct yg_finder_item *item = &f->items.items[index];
	char text[256];

	snprintf(text, sizeof(text), "%s  %s", item->label, item->what);
	int score = yg_fuzzy_score(&f->wanted, text, NULL);
	if (score < 0 && is_in_help(f, item->help))
		score = HELP_SCORE;
	if (score < 0)
		return;
	score += USED_BONUS * times_used(f, item->command) - item->is_disabled;
	keep(f, (struct yg_finder_hit){.score = score,
		    .length = f->wanted.count ? (int)strlen(item->label) : 0,
		    .index = index});
}

static void look_at_row(struct yg_finder *f, const struct yg_row *row, uint32_t index)
{
	char text[256];
	const char *name = yg_row_name(row);

	if (!f->wanted.count) {
		keep(f,
		    (struct yg_finder_hit){.score = USED_BONUS * row_uses(f, row), .index = index});
		return;
	}
	snprintf(text, sizeof(text), "%.200s  %s", name, row->kind->name);
	int score = yg_fuzzy_score(&f->wanted, text, NULL);
	if (score >= 0)
		keep(f, (struct yg_finder_hit){.score = score + USED_BONUS * row_uses(f, row),
			    .length = (int)strlen(name),
			    .index = index});
}

static size_t total(const struct yg_finder *f)
{
	return f->items.count + f->rows.count;
}

static void look_at(struct yg_console *con, uint32_t index)
{
	struct yg_finder *f = con->finder;

	if (index < f->items.count) {
		look_at_item(f, index);
		return;
	}
	const struct yg_row *row =
	    yg_inventory_row(yg_host_inventory(con->host), f->rows.items[index - f->items.count]);
	if (row)
		look_at_row(f, row, index);
}

/* Looks at the next ones until it is time; true if there are more. */
static bool look(struct yg_console *con, int64_t until_us)
{
	struct yg_finder *f = con->finder;

	while (f->scan_at < total(f)) {
		look_at(con, (uint32_t)f->scan_at++);
		if (f->scan_at % CHUNK == 0 && yg_mono_us() > until_us)
			break;
	}
	return f->scan_at < total(f);
}

static void start_looking(struct yg_console *con)
{
	struct yg_finder *f = con->finder;

	yg_fuzzy_parse(&f->wanted, yg_line_text(&f->line));
	f->n_best = f->n_found = f->scan_at = f->at = f->top = 0;
	look(con, yg_mono_us() + SLICE_US);
}

bool yg_finder_work(struct yg_console *con)
{
	struct yg_finder *f = con->finder;

	if (con->mode != YG_MODE_FIND || f->scan_at == total(f))
		return false;
	bool is_busy = look(con, yg_mono_us() + SLICE_US);
	yg_console_touch(con, YG_DIRTY_ALL, !is_busy);
	return is_busy;
}

void yg_finder_open(struct yg_console *con)
{
	struct yg_finder *f = con->finder;

	if (!f)
		f = con->finder = yg_xcalloc(1, sizeof(*f));
	clear(f);
	add_views(con, f); /* first: what nobody regrets to have chosen by mistake */
	yg_bookmarks_each(con, add_kept, &(struct kept){con, f});
	add_actions(con, f);
	add_commands(con, f);
	add_settings(con, f);
	add_rows(con, f);
	yg_line_start(&f->line, "", NULL, NULL, NULL);
	con->mode = YG_MODE_FIND;
	start_looking(con);
}

static void leave(struct yg_console *con)
{
	con->mode = YG_MODE_NORMAL;
	clear(con->finder);
}

void yg_finder_free(struct yg_console *con)
{
	if (!con->finder)
		return;
	clear(con->finder);
	yg_vec_done(&con->finder->items);
	yg_map_done(&con->finder->used);
	free(con->finder);
	con->finder = NULL;
}

/* ---- choosing ---- */

static int run_line(struct yg_console *con, const char *command, struct yg_err *err)
{
	size_t len = strlen(command);

	if (!len || command[len - 1] != ' ')
		return yg_console_command(con, command, err);
	con->mode = YG_MODE_COMMAND;
	yg_line_start(&con->line, command, &con->commands, yg_command_complete, con);
	return 0;
}

/* What is under the cursor when everything was looked at: what was typed ahead must not choose what
 * only was the best so far. */
static void choose(struct yg_console *con)
{
	struct yg_finder *f = con->finder;
	const struct yg_row *row;
	struct yg_err err = {0};
	int rc = 0;

	look(con, INT64_MAX);
	if (f->at >= f->n_best)
		return;
	struct yg_finder_hit hit = f->best[f->at];
	const struct yg_finder_item *item = yg_finder_item(con, &hit, &row);
	uint32_t slot = item ? YG_NO_SLOT : f->rows.items[hit.index - f->items.count];
	char *key = item ? yg_xstrdup(item->command) : row ? row_key(row) : yg_xstrdup("");
	note_use(f, key);
	leave(con);
	if (slot == YG_NO_SLOT)
		rc = run_line(con, key, &err);
	else
		rc = yg_panes_go(con, slot, &err);
	if (rc)
		yg_console_fail(con, &err);
	free(key);
}

static const struct {
	const char *key;
	int rows, pages;
} moves[] = {{"Down", 1, 0}, {"C-n", 1, 0}, {"C-j", 1, 0}, {"Up", -1, 0}, {"C-p", -1, 0},
    {"PageDown", 0, 1}, {"PageUp", 0, -1}, {"Tab", 1, 0}, {"S-Tab", -1, 0}};

static bool move(struct yg_finder *f, const char *key)
{
	for (size_t i = 0; i < YG_COUNT(moves); i++) {
		if (!yg_streq(moves[i].key, key))
			continue;
		int64_t to = (int64_t)f->at + moves[i].rows +
			     moves[i].pages * (int64_t)YG_MAX(f->page, (size_t)1);
		to = YG_MAX(YG_MIN(to, (int64_t)f->n_best - 1), 0);
		f->at = (size_t)to;
		return true;
	}
	return false;
}

void yg_finder_event(struct yg_console *con, const struct yg_event *ev)
{
	struct yg_finder *f = con->finder;

	if (yg_streq(ev->key, "Esc") || yg_streq(ev->key, "C-c"))
		leave(con);
	else if (yg_streq(ev->key, "Enter"))
		choose(con);
	else if (!move(f, ev->key)) {
		char *before = yg_xstrdup(yg_line_text(&f->line));
		yg_line_event(&f->line, ev);
		if (!yg_streq(before, yg_line_text(&f->line)))
			start_looking(con);
		free(before);
	}
}
