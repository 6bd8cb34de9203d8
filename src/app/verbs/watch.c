/* watch: prints again what get printed, each time something of it changed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/watch.h"

#include <stdlib.h>

#include "app/host.h"
#include "base/clock.h"
#include "net/loop.h"

#define TABLE_PACE_US 1000000 /* a table is not printed more often */

struct watch {
	struct yg_cli *cli;
	struct yg_ask *ask;
	bool is_dirty;
	struct yg_buf shown;  /* the last table */
	struct yg_row **told; /* by slot: the row as it was told last, ours; NULL: none */
	size_t n_told;
};

/* ---- tables ---- */

/* Prints only if it reads differently from the last one. */
static void print_table(struct watch *w)
{
	struct yg_buf *out = &w->cli->out;

	yg_ask_collect(w->cli, w->ask, w->ask->query);
	yg_host_set_visible(w->cli->host, w->ask->kinds, w->ask->rows.items, w->ask->rows.count);
	yg_printer_sort(
	    &w->ask->printer, w->cli->host->inv, w->ask->rows.items, w->ask->rows.count);
	yg_printer_print(w->cli, &w->ask->printer, w->ask->rows.items, w->ask->rows.count);
	if (yg_streq(yg_buf_text(out), yg_buf_text(&w->shown)) && w->shown.len) {
		yg_buf_clear(out);
		return;
	}
	bool is_first = !w->shown.len;
	struct yg_buf text = *out;
	*out = (struct yg_buf){0};
	if (w->cli->is_terminal)
		yg_buf_str(out, "\033[H\033[J");
	else if (!is_first)
		yg_buf_char(out, '\n');
	yg_buf_add(out, text.data, text.len);
	yg_cli_flush(w->cli);
	yg_buf_done(&w->shown);
	w->shown = text;
}

static void on_table_change(void *data, const struct yg_change *changes, size_t count)
{
	struct watch *w = data;

	for (size_t i = 0; i < count && !w->is_dirty; i++)
		w->is_dirty = changes[i].kind == w->ask->kind;
}

/* ---- lines ---- */

static struct yg_row **told_at(struct watch *w, uint32_t slot)
{
	if (slot >= w->n_told) {
		size_t n = (size_t)slot * 2 + 64;
		w->told = yg_xreallocarray(w->told, n, sizeof(struct yg_row *));
		memset(w->told + w->n_told, 0, (n - w->n_told) * sizeof(struct yg_row *));
		w->n_told = n;
	}
	return &w->told[slot];
}

static bool is_wanted(const struct watch *w, const struct yg_row *row)
{
	for (size_t i = 0; i < w->ask->n_picks; i++)
		if (yg_pick_is(&w->ask->picks[i], row))
			return yg_query_match(w->ask->query, row, yg_now_ms());
	return false;
}

static void tell(struct watch *w, const struct yg_row *row, const char *change)
{
	yg_row_object(&w->cli->out, &w->ask->printer, row, change);
	yg_buf_char(&w->cli->out, '\n');
	yg_cli_flow(w->cli);
}

/* One line for what became of the row in this slot, if it is one of ours. */
static void look_at(struct watch *w, uint32_t slot)
{
	const struct yg_row *row = yg_inventory_row(w->cli->host->inv, slot);
	struct yg_row **told = told_at(w, slot), *before = *told;

	if (row && is_wanted(w, row)) {
		tell(w, row, before ? "changed" : "added");
		*told = yg_row_ref((struct yg_row *)row);
	} else if (before) {
		tell(w, before, "gone");
		*told = NULL;
	}
	yg_row_unref(before);
}

static void on_line_change(void *data, const struct yg_change *changes, size_t count)
{
	struct watch *w = data;

	for (size_t i = 0; i < count; i++)
		if (changes[i].kind == w->ask->kind)
			look_at(w, changes[i].slot);
	yg_cli_flush(w->cli);
}

/* ---- both ---- */

static void start_lines(struct watch *w)
{
	yg_ask_collect(w->cli, w->ask, w->ask->query);
	for (size_t i = 0; i < w->ask->rows.count; i++)
		look_at(w, w->ask->rows.items[i]);
	yg_cli_flush(w->cli);
	yg_host_set_visible(w->cli->host, w->ask->kinds, w->ask->rows.items, w->ask->rows.count);
}

static void run_tables(struct watch *w)
{
	int64_t next = 0;

	while (!w->cli->host->is_interrupted) {
		int64_t wait = next - yg_mono_us();
		if (w->is_dirty && wait <= 0) {
			w->is_dirty = false;
			print_table(w);
			next = yg_mono_us() + TABLE_PACE_US;
		} else {
			yg_loop_turn(
			    w->cli->host->loop, w->is_dirty ? (int)(wait / 1000) + 1 : 60000);
		}
	}
}

static void done(struct watch *w)
{
	for (size_t i = 0; i < w->n_told; i++)
		yg_row_unref(w->told[i]);
	free(w->told);
	yg_buf_done(&w->shown);
}

int yg_watch(struct yg_cli *cli, struct yg_ask *ask)
{
	struct watch w = {.cli = cli, .ask = ask, .is_dirty = true};
	struct yg_inventory *inv = cli->host->inv;
	enum yg_output output = ask->printer.output;
	bool is_lines = output == YG_OUT_JSONL;

	if (!is_lines && output != YG_OUT_TABLE && output != YG_OUT_WIDE)
		return yg_cli_usage(cli, "--watch prints table, wide or jsonl");
	yg_feed_watch_signals(cli->host);
	if (is_lines)
		start_lines(&w);
	yg_inventory_listen(inv, is_lines ? on_line_change : on_table_change, &w);
	if (is_lines)
		while (!cli->host->is_interrupted)
			yg_loop_turn(cli->host->loop, 60000);
	else
		run_tables(&w);
	yg_inventory_unlisten(inv, is_lines ? on_line_change : on_table_change, &w);
	done(&w);
	return YG_EXIT_INTERRUPTED;
}
