/* describe: all that is known of a row: every field, and what it has to do with others. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "base/clock.h"
#include "base/text.h"

#define SAMPLES_MS 3000 /* how long rates are waited for */

static void put_field(struct yg_cli *cli, const struct yg_row *row, int field, int width)
{
	const struct yg_field *f = &row->kind->fields[field];
	struct yg_buf *out = &cli->out;
	bool has_colour = cli->has_colour && field == YG_F_STATE;
	char iso[32];

	yg_buf_printf(
	    out, "  %-*s  %s", width, f->name, has_colour ? yg_ansi(yg_row_meaning(row)) : "");
	yg_row_format(out, row, field);
	yg_buf_str(out, has_colour ? "\033[0m" : "");
	if (f->type == YG_T_INSTANT)
		yg_buf_printf(out, " (%s)", yg_time_iso(yg_row_int(row, field), iso, sizeof(iso)));
	yg_buf_char(out, '\n');
}

static void put_key(struct yg_buf *out, const struct yg_row *row)
{
	yg_buf_printf(out, "%s/", row->kind->name);
	yg_text_clean(out, yg_row_name(row), strlen(yg_row_name(row)));
}

/* Forward references are among the fields: only what others say of it is new. */
static void put_relations(struct yg_cli *cli, uint32_t slot)
{
	struct yg_graph *graph = yg_host_graph(cli->host);
	size_t n = yg_graph_edges(graph, slot, NULL, 0);
	struct yg_edge *edges = yg_xcalloc(n + 1, sizeof(*edges));
	bool is_first = true;

	n = YG_MIN(yg_graph_edges(graph, slot, edges, n), n);
	for (size_t i = 0; i < n; i++) {
		const struct yg_row *other = edges[i].slot == YG_NO_SLOT
						 ? NULL
						 : yg_inventory_row(cli->host->inv, edges[i].slot);
		if (!other || (!edges[i].is_backward && edges[i].rel != YG_REL_SAME_AS))
			continue;
		yg_buf_str(&cli->out, is_first ? "  relations\n" : "");
		is_first = false;
		yg_buf_printf(
		    &cli->out, "    %s ", yg_rel_name(edges[i].rel, edges[i].is_backward));
		put_key(&cli->out, other);
		yg_buf_char(&cli->out, '\n');
	}
	free(edges);
}

static void describe(struct yg_cli *cli, uint32_t slot)
{
	const struct yg_row *row = yg_inventory_row(cli->host->inv, slot);
	int width = 0;

	for (int i = 0; i < (int)row->kind->n_fields; i++)
		if (yg_row_has(row, i))
			width = YG_MAX(width, (int)strlen(row->kind->fields[i].name));
	put_key(&cli->out, row);
	yg_buf_char(&cli->out, '\n');
	for (int i = 0; i < (int)row->kind->n_fields; i++)
		if (yg_row_has(row, i))
			put_field(cli, row, i, width);
	put_relations(cli, slot);
}

static void print(struct yg_cli *cli, const struct yg_printer *printer, struct yg_picked *rows)
{
	yg_printer_sort(printer, cli->host->inv, rows->items, rows->count);
	if (printer->output != YG_OUT_TABLE) {
		yg_printer_print(cli, printer, rows->items, rows->count);
		return;
	}
	for (size_t i = 0; i < rows->count; i++) {
		if (i)
			yg_buf_char(&cli->out, '\n');
		describe(cli, rows->items[i]);
		yg_cli_flow(cli);
	}
}

/* Everything is opened, for what others say of the row; only its own kind is waited for long. */
static int find(
    struct yg_cli *cli, const struct yg_pick *pick, int64_t timeout_ms, struct yg_picked *rows)
{
	uint64_t kinds = yg_kind_bit(pick->kind);
	struct yg_err err;

	yg_host_open(cli->host, UINT64_MAX);
	int code = yg_cli_settle(cli, kinds, false, timeout_ms);
	if (code == YG_EXIT_INTERRUPTED)
		return code;
	yg_pick_rows(cli->host, pick, NULL, rows);
	if (!rows->count)
		return code;
	yg_host_set_visible(cli->host, UINT64_MAX, rows->items, rows->count);
	int rc = yg_host_settle(
	    cli->host, UINT64_MAX, false, YG_MIN(timeout_ms, (int64_t)SAMPLES_MS), &err);
	if (rc != YG_E_CANCELLED)
		rc = yg_host_settle(
		    cli->host, kinds, true, YG_MIN(timeout_ms, (int64_t)SAMPLES_MS), &err);
	return rc == YG_E_CANCELLED ? yg_cli_fail(cli, &err) : code;
}

static int run_parsed(struct yg_cli *cli, const struct yg_pick *pick, enum yg_output output)
{
	struct yg_printer printer;
	struct yg_picked rows = {0};
	struct yg_err err = {0};
	int64_t timeout_ms;

	if (yg_cli_timeout(cli, &timeout_ms, &err) ||
	    yg_printer_init(&printer, pick->kind, output, NULL, NULL, &err))
		return yg_cli_fail(cli, &err);
	int code = find(cli, pick, timeout_ms, &rows);
	if (rows.count && code != YG_EXIT_INTERRUPTED) {
		print(cli, &printer, &rows);
	} else if (!code) {
		yg_cli_say(cli, "nothing matches %s", cli->args[0]);
		code = YG_EXIT_NONE;
	}
	yg_printer_done(&printer);
	yg_vec_done(&rows);
	return code;
}

static int run(struct yg_cli *cli)
{
	struct yg_pick pick;
	struct yg_err err = {0};
	enum yg_output output;

	if (cli->n_args != 1)
		return yg_cli_usage(cli, "needs one KIND/NAME");
	int code = yg_cli_open(cli);
	if (code)
		return code;
	if (yg_output_find(yg_cli_value(cli, "output"), &output, &err) ||
	    yg_pick_parse(cli->args[0], &pick, &err))
		return yg_cli_fail(cli, &err);
	if (output == YG_OUT_WIDE || output == YG_OUT_CSV || output == YG_OUT_NAME)
		return yg_cli_usage(cli, "-o is json, jsonl or yaml");
	return run_parsed(cli, &pick, output);
}

static const struct yg_verb_option options[] = {
    {.name = "output", .letter = 'o', .arg = "FORMAT", .help = "json, jsonl or yaml"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_describe = {
    .name = "describe",
    .usage = "KIND/NAME",
    .help = "tell all that is known of a row",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
