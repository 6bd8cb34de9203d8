/* graph: what a row has to do with others, and those with others, as a tree or as JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "base/text.h"

#define DEPTH_PRESET 2
#define DEPTH_MAX    8
#define WIDTH_MAX    200 /* relations shown of one row */

struct walk {
	struct yg_cli *cli;
	struct yg_graph *graph;
	int depth;
	uint8_t *seen; /* by slot */
	size_t n_seen;
	bool is_json, is_first_edge;
	struct yg_buf edges; /* JSON of the edges, written behind the nodes */
	struct yg_buf indent;
};

static bool take(struct walk *w, uint32_t slot)
{
	if (slot >= w->n_seen || w->seen[slot])
		return false;
	w->seen[slot] = 1;
	return true;
}

/* ---- text ---- */

static void put_row(struct walk *w, const struct yg_row *row)
{
	struct yg_buf *out = &w->cli->out;
	int state = yg_row_state(row);
	bool has_colour = w->cli->has_colour;

	yg_buf_printf(out, "%s/", row->kind->name);
	yg_text_clean(out, yg_row_name(row), strlen(yg_row_name(row)));
	if (state > 0 && (size_t)state < row->kind->n_states)
		yg_buf_printf(out, " %s%s%s", has_colour ? yg_ansi(yg_row_meaning(row)) : "",
		    row->kind->states[state].name, has_colour ? "\033[0m" : "");
}

static void put_unknown(struct walk *w, const struct yg_ref *ref)
{
	struct yg_buf *out = &w->cli->out;

	yg_text_clean(out, ref->kind, ref->kind_len);
	yg_buf_char(out, '/');
	yg_text_clean(out, ref->name, ref->name_len);
	yg_buf_str(out, " (not known here)");
}

/* ---- JSON ---- */

static void put_json_key(struct yg_buf *out, const struct yg_row *row)
{
	char *key = yg_xasprintf(
	    "%s/%s/%s", yg_row_text(row, YG_F_CONTROLLER), row->kind->name, yg_row_id(row));

	yg_text_json(out, key, strlen(key));
	free(key);
}

static void put_json_node(struct walk *w, const struct yg_row *row, bool is_first)
{
	struct yg_printer all = {.kind = row->kind};
	struct yg_buf *out = &w->cli->out;

	yg_buf_str(out, is_first ? "{\"key\":" : ",\n  {\"key\":");
	put_json_key(out, row);
	yg_buf_str(out, ",\"row\":");
	yg_row_object(out, &all, row, NULL);
	yg_buf_char(out, '}');
}

/* Each relation once, as the row that says it has it. */
static void put_json_edge(struct walk *w, const struct yg_row *from, const struct yg_edge *e)
{
	const struct yg_row *to =
	    e->slot == YG_NO_SLOT ? NULL : yg_inventory_row(w->cli->host->inv, e->slot);
	struct yg_buf *out = &w->edges;

	if (!to)
		return;
	const char *name = yg_rel_name(e->rel, false);
	yg_buf_str(out, w->is_first_edge ? "{\"from\":" : ",\n  {\"from\":");
	w->is_first_edge = false;
	put_json_key(out, e->is_backward ? to : from);
	yg_buf_str(out, ",\"relation\":");
	yg_text_json(out, name, strlen(name));
	yg_buf_str(out, ",\"to\":");
	put_json_key(out, e->is_backward ? from : to);
	yg_buf_char(out, '}');
}

/* ---- the walk ---- */

static void walk(struct walk *w, uint32_t slot, int depth, int way);

static void walk_edge(struct walk *w, const struct yg_row *row, const struct yg_edge *e,
    bool is_last, int depth, int way)
{
	struct yg_inventory *inv = w->cli->host->inv;
	const struct yg_row *other = e->slot == YG_NO_SLOT ? NULL : yg_inventory_row(inv, e->slot);
	bool is_new = other && take(w, e->slot);

	if (w->is_json) {
		if (is_new)
			put_json_node(w, other, false);
		put_json_edge(w, row, e);
		if (is_new)
			walk(w, e->slot, depth + 1, yg_edge_way(e, way));
		return;
	}
	yg_buf_printf(&w->cli->out, "%s%s %s ", yg_buf_text(&w->indent), is_last ? "└─" : "├─",
	    yg_rel_name(e->rel, e->is_backward));
	if (other)
		put_row(w, other);
	else
		put_unknown(w, &e->ref);
	yg_buf_str(&w->cli->out, other && !is_new ? " (above)\n" : "\n");
	if (!is_new)
		return;
	size_t len = w->indent.len;
	yg_buf_str(&w->indent, is_last ? "   " : "│  ");
	walk(w, e->slot, depth + 1, yg_edge_way(e, way));
	w->indent.len = len;
	w->indent.data[len] = '\0';
}

/* The way that we came is not told again. */
static bool is_way_back(const struct walk *w, const struct yg_edge *e, int depth)
{
	return depth > 0 && e->slot != YG_NO_SLOT && e->slot < w->n_seen && w->seen[e->slot] &&
	       !w->is_json;
}

static void walk(struct walk *w, uint32_t slot, int depth, int way)
{
	const struct yg_row *row = yg_inventory_row(w->cli->host->inv, slot);
	struct yg_edge edges[WIDTH_MAX];

	if (depth >= w->depth || !row)
		return;
	size_t all = yg_graph_edges(w->graph, slot, edges, YG_COUNT(edges));
	size_t n = YG_MIN(all, YG_COUNT(edges)), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (!is_way_back(w, &edges[i], depth) && yg_edge_leads_on(&edges[i], way))
			edges[kept++] = edges[i];
	for (size_t i = 0; i < kept; i++)
		walk_edge(w, row, &edges[i], i + 1 == kept && all == n, depth, way);
	if (all > n && !w->is_json)
		yg_buf_printf(
		    &w->cli->out, "%s└─ and %zu more\n", yg_buf_text(&w->indent), all - n);
	yg_cli_flow(w->cli);
}

static void print(struct yg_cli *cli, uint32_t slot, int depth, bool is_json)
{
	const struct yg_row *row = yg_inventory_row(cli->host->inv, slot);
	struct walk w = {
	    .cli = cli,
	    .graph = yg_host_graph(cli->host),
	    .depth = depth,
	    .n_seen = yg_inventory_limit(cli->host->inv),
	    .is_json = is_json,
	    .is_first_edge = true,
	};

	w.seen = yg_xcalloc(w.n_seen + 1, 1);
	take(&w, slot);
	if (is_json) {
		yg_buf_str(&cli->out, "{\"root\":");
		put_json_key(&cli->out, row);
		yg_buf_str(&cli->out, ",\n \"nodes\":[");
		put_json_node(&w, row, true);
	} else {
		put_row(&w, row);
		yg_buf_char(&cli->out, '\n');
	}
	walk(&w, slot, 0, 0);
	if (is_json)
		yg_buf_printf(&cli->out, "],\n \"edges\":[%s]}\n", yg_buf_text(&w.edges));
	free(w.seen);
	yg_buf_done(&w.edges);
	yg_buf_done(&w.indent);
}

static int print_all(struct yg_cli *cli, const struct yg_pick *pick, int depth, bool is_json)
{
	struct yg_printer by_name = {.kind = pick->kind};
	struct yg_picked rows = {0};

	yg_pick_rows(cli->host, pick, NULL, &rows);
	yg_printer_sort(&by_name, cli->host->inv, rows.items, rows.count);
	for (size_t i = 0; i < rows.count; i++) {
		if (i && !is_json)
			yg_buf_char(&cli->out, '\n');
		print(cli, rows.items[i], depth, is_json);
	}
	size_t count = rows.count;
	yg_vec_done(&rows);
	return count ? 0 : YG_E_NOTFOUND;
}

static int parse_depth(const struct yg_cli *cli, int *out, struct yg_err *err)
{
	const char *text = yg_cli_value(cli, "depth");
	char *end;

	*out = DEPTH_PRESET;
	if (!text)
		return 0;
	long depth = strtol(text, &end, 10);
	if (end == text || *end || depth < 1 || depth > DEPTH_MAX)
		return yg_err_set(
		    err, YG_E_INVALID, "--depth: '%s' is not 1 to %d", text, DEPTH_MAX);
	*out = (int)depth;
	return 0;
}

static int run(struct yg_cli *cli)
{
	struct yg_pick pick;
	struct yg_err err = {0};
	enum yg_output output;
	int64_t timeout_ms;
	int depth;

	if (cli->n_args != 1)
		return yg_cli_usage(cli, "needs one KIND/NAME");
	int code = yg_cli_open(cli);
	if (code)
		return code;
	if (yg_output_find(yg_cli_value(cli, "output"), &output, &err) ||
	    yg_cli_timeout(cli, &timeout_ms, &err) || parse_depth(cli, &depth, &err) ||
	    yg_pick_parse(cli->args[0], &pick, &err))
		return yg_cli_fail(cli, &err);
	if (output != YG_OUT_TABLE && output != YG_OUT_JSON)
		return yg_cli_usage(cli, "-o is json");
	/* Relations cross controllers: all are asked. */
	code = yg_cli_settle(cli, UINT64_MAX, false, timeout_ms);
	if (code == YG_EXIT_INTERRUPTED)
		return code;
	if (!print_all(cli, &pick, depth, output == YG_OUT_JSON))
		return code;
	yg_cli_say(cli, "nothing matches %s", cli->args[0]);
	return code ? code : YG_EXIT_NONE;
}

static const struct yg_verb_option options[] = {
    {.name = "depth", .arg = "N", .help = "follow relations so many steps, 2 if not said"},
    {.name = "output", .letter = 'o', .arg = "FORMAT", .help = "json"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_graph = {
    .name = "graph",
    .usage = "KIND/NAME",
    .help = "show what a row has to do with others",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
