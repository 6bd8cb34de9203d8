/* get: lists rows of a kind, or how many there are of each. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "app/verbs/sheet.h"
#include "app/verbs/watch.h"
#include "base/clock.h"
#include "base/text.h"
#include "net/loop.h"
#include "store/views.h"

static void on_view_mistake(void *data, const char *line)
{
	yg_cli_say(data, "%s", line);
}

/* Reads the kind's view, if the columns will come from it. */
static void load_view(struct yg_cli *cli, enum yg_output output, const struct yg_kind *kind)
{
	bool is_named = yg_cli_value(cli, "columns") && !yg_cli_value(cli, "sort");
	const char *folder = cli->host->config->folder;

	if (is_named || output == YG_OUT_NAME || output == YG_OUT_JSONL || output == YG_OUT_JSON ||
	    output == YG_OUT_YAML)
		return;
	yg_tables_load_only(folder, kind->plural, on_view_mistake, cli);
	if (!yg_tables_find_kind(kind)) /* it may be called otherwise */
		yg_tables_load(folder, on_view_mistake, cli);
}

/* ---- what is asked for ---- */

void yg_ask_done(struct yg_ask *ask)
{
	free(ask->picks);
	yg_query_free(ask->query);
	yg_printer_done(&ask->printer);
	yg_vec_done(&ask->rows);
}

/* Words, options and names are checked before anybody is spoken to. */
int yg_ask_parse(struct yg_cli *cli, struct yg_ask *ask, struct yg_err *err)
{
	enum yg_output output;
	const char *query = yg_cli_value(cli, "query");
	int rc = yg_output_find(yg_cli_value(cli, "output"), &output, err);

	if (!rc)
		rc = yg_cli_timeout(cli, &ask->timeout_ms, err);
	if (!rc)
		rc = yg_picks_parse(cli->args, cli->n_args, &ask->picks, &ask->kinds, err);
	if (rc)
		return rc;
	ask->n_picks = cli->n_args;
	ask->kind = ask->picks[0].kind;
	if (ask->kinds != yg_kind_bit(ask->kind))
		return yg_err_set(err, YG_E_INVALID, "%s: one kind at a time", cli->verb->name);
	load_view(cli, output, ask->kind);
	if (query)
		rc = yg_query_parse(query, ask->kind, &ask->query, err);
	if (rc) {
		yg_err_wrap(err, "-l");
		return rc;
	}
	return yg_printer_init(&ask->printer, ask->kind, output, yg_cli_value(cli, "columns"),
	    yg_cli_value(cli, "sort") ? yg_cli_value(cli, "sort") : ask->sort, err);
}

/* true if the user named a field that changes all the time: worth waiting for. */
static bool needs_samples(const struct yg_ask *ask)
{
	uint64_t fields = yg_printer_chosen_fields(&ask->printer);

	if (ask->query)
		fields |= yg_query_fields(ask->query, ask->kind);
	for (size_t i = 0; i < ask->kind->n_fields; i++)
		if ((fields >> i & 1) && (ask->kind->fields[i].flags & YG_FF_METRIC))
			return true;
	return false;
}

static int compare_slots(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

void yg_ask_collect(struct yg_cli *cli, struct yg_ask *ask, const struct yg_query *query)
{
	size_t kept = 0;

	ask->rows.count = 0;
	for (size_t i = 0; i < ask->n_picks; i++)
		yg_pick_rows(cli->host, &ask->picks[i], query, &ask->rows);
	if (ask->n_picks < 2)
		return;
	/* Two words may mean the same row. */
	qsort(ask->rows.items, ask->rows.count, sizeof(uint32_t), compare_slots);
	for (size_t i = 0; i < ask->rows.count; i++)
		if (!kept || ask->rows.items[kept - 1] != ask->rows.items[i])
			ask->rows.items[kept++] = ask->rows.items[i];
	ask->rows.count = kept;
}

/* Once: with --watch it would be said again and again. */
static void tell_of_pattern(struct yg_cli *cli, struct yg_ask *ask)
{
	if (ask->is_told || !yg_query_gave_up(ask->query))
		return;
	ask->is_told = true;
	yg_cli_say(cli, "-l: '%s': the pattern takes too many steps: rows may be left out",
	    yg_query_text(ask->query));
}

void yg_ask_print(struct yg_cli *cli, struct yg_ask *ask)
{
	yg_printer_sort(&ask->printer, cli->host->inv, ask->rows.items, ask->rows.count);
	yg_printer_print(cli, &ask->printer, ask->rows.items, ask->rows.count);
	yg_cli_flush(cli);
	tell_of_pattern(cli, ask);
}

/* Rates need a second look at the rows, which some controllers only take at those on screen. */
static int wait_for_samples(struct yg_cli *cli, struct yg_ask *ask, int64_t timeout_ms)
{
	struct yg_err err;

	yg_ask_collect(cli, ask, NULL);
	yg_host_set_visible(cli->host, ask->kinds, ask->rows.items, ask->rows.count);
	int rc = yg_host_settle(cli->host, ask->kinds, true, YG_MAX(timeout_ms, 1), &err);
	return rc == YG_E_CANCELLED ? yg_cli_fail(cli, &err) : 0;
}

static bool is_of_house(const struct yg_kind *kind)
{
	return kind == &yg_kind_controller || kind == &yg_kind_alarm || kind == &yg_kind_task;
}

static bool is_listed_by_any(const struct yg_cli *cli, const struct yg_kind *kind)
{
	for (size_t i = 0; i < cli->host->controllers.count; i++)
		if (yg_provider_kinds(cli->host->controllers.items[i]->provider) &
		    yg_kind_bit(kind))
			return true;
	return is_of_house(kind);
}

int yg_ask_explain_nothing(struct yg_cli *cli, const struct yg_ask *ask, int code)
{
	bool is_asked = ask->query || ask->picks[0].name;

	if (code)
		return code;
	if (is_asked)
		yg_cli_say(cli, "nothing matches %s%s%s", cli->args[0], ask->query ? " -l " : "",
		    ask->query ? yg_query_text(ask->query) : "");
	else if (!is_listed_by_any(cli, ask->kind))
		yg_cli_say(cli, "no controller here has %s; see yagura doctor", ask->kind->plural);
	else if (ask->printer.output == YG_OUT_TABLE || ask->printer.output == YG_OUT_WIDE)
		yg_cli_say(cli, "no %s", ask->kind->plural);
	return is_asked ? YG_EXIT_NONE : YG_EXIT_OK;
}

int yg_ask_wait(struct yg_cli *cli, struct yg_ask *ask)
{
	int64_t start = yg_mono_us();
	int code = yg_cli_settle(cli, ask->kinds, false, ask->timeout_ms);

	if (code == YG_EXIT_INTERRUPTED || !needs_samples(ask))
		return code;
	int64_t used = (yg_mono_us() - start) / 1000;
	return wait_for_samples(cli, ask, ask->timeout_ms - used) ? YG_EXIT_INTERRUPTED : code;
}

static int get_rows(struct yg_cli *cli, struct yg_ask *ask)
{
	int code = yg_ask_wait(cli, ask);

	if (code == YG_EXIT_INTERRUPTED)
		return code;
	if (yg_cli_value(cli, "watch"))
		return yg_watch(cli, ask);
	yg_ask_collect(cli, ask, ask->query);
	yg_ask_print(cli, ask);
	return ask->rows.count ? code : yg_ask_explain_nothing(cli, ask, code);
}

/* ---- all kinds ---- */

static void count_row(struct yg_cli *cli, enum yg_output output, const struct yg_kind *kind,
    size_t count, bool is_first)
{
	struct yg_buf *out = &cli->out;

	switch (output) {
	case YG_OUT_JSON:
	case YG_OUT_JSONL:
		yg_buf_str(out, output == YG_OUT_JSONL || is_first ? "" : ",\n ");
		yg_buf_str(out, "{\"kind\":");
		yg_text_json(out, kind->name, strlen(kind->name));
		yg_buf_printf(out, ",\"count\":%zu}%s", count, output == YG_OUT_JSONL ? "\n" : "");
		break;
	case YG_OUT_YAML:
		yg_buf_printf(out, "- kind: %s\n  count: %zu\n", kind->name, count);
		break;
	case YG_OUT_CSV: yg_buf_printf(out, "%s,%zu\n", kind->name, count); break;
	default: yg_buf_printf(out, "%s\n", kind->name);
	}
}

static void count_cells(struct yg_sheet *sheet, const struct yg_kind *kind, size_t count)
{
	char text[32];

	snprintf(text, sizeof(text), "%zu", count);
	yg_sheet_cell(sheet, kind->name, YG_ST_TEXT);
	yg_sheet_cell(sheet, text, count ? YG_ST_TEXT : YG_ST_OFF);
	yg_sheet_cell(sheet, kind->aliases ? kind->aliases : "", YG_ST_DIM);
	yg_sheet_cell(sheet, kind->help ? kind->help : "", YG_ST_DIM);
}

static void print_counts(struct yg_cli *cli, enum yg_output output)
{
	struct yg_sheet sheet = {0};
	size_t n_kinds, count;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);
	bool is_table = output == YG_OUT_TABLE || output == YG_OUT_WIDE, is_first = true;

	yg_sheet_column(&sheet, "KIND", false);
	yg_sheet_column(&sheet, "COUNT", true);
	yg_sheet_column(&sheet, "ALSO", false);
	yg_sheet_column(&sheet, "WHAT IT IS", false);
	yg_buf_str(&cli->out, output == YG_OUT_JSON ? "[" : "");
	yg_buf_str(&cli->out, output == YG_OUT_CSV ? "kind,count\n" : "");
	for (size_t i = 0; i < n_kinds; i++) {
		if (!kinds[i])
			continue;
		yg_inventory_slots(cli->host->inv, kinds[i], &count);
		if (is_table)
			count_cells(&sheet, kinds[i], count);
		else
			count_row(cli, output, kinds[i], count, is_first);
		is_first = false;
	}
	yg_buf_str(&cli->out, output == YG_OUT_JSON ? "]\n" : "");
	if (is_table)
		yg_sheet_write(&sheet, &cli->out, cli->has_colour);
	yg_sheet_done(&sheet);
}

static int get_counts(struct yg_cli *cli)
{
	struct yg_err err = {0};
	enum yg_output output;
	int64_t timeout_ms;
	int rc = yg_output_find(yg_cli_value(cli, "output"), &output, &err);

	if (!rc)
		rc = yg_cli_timeout(cli, &timeout_ms, &err);
	if (rc)
		return yg_cli_fail(cli, &err);
	static const char *const others[] = {"query", "sort", "columns", "watch"};
	for (size_t i = 0; i < YG_COUNT(others); i++)
		if (yg_cli_value(cli, others[i]))
			return yg_cli_usage(cli, "--%s needs a kind", others[i]);
	int code = yg_cli_settle(cli, UINT64_MAX, false, timeout_ms);
	if (code != YG_EXIT_INTERRUPTED)
		print_counts(cli, output);
	return code;
}

static int run(struct yg_cli *cli)
{
	struct yg_ask ask = {0};
	struct yg_err err = {0};
	int code = yg_cli_open(cli);

	if (code)
		return code;
	if (!cli->n_args || (cli->n_args == 1 && yg_streq(cli->args[0], "all")))
		return get_counts(cli);
	code = yg_ask_parse(cli, &ask, &err) ? yg_cli_fail(cli, &err) : get_rows(cli, &ask);
	yg_ask_done(&ask);
	return code;
}

static const struct yg_verb_option options[] = {
    {.name = "query",
	.letter = 'l',
	.arg = "QUERY",
	.help = "only what matches: 'state:running cpu>80'"},
    YG_OUTPUT_OPTION,
    {.name = "sort", .arg = "FIELD", .help = "by this field; -FIELD: the largest first"},
    {.name = "columns", .arg = "A,B", .help = "these fields or expressions: name,mem_used/mem*100"},
    {.name = "watch", .letter = 'w', .help = "print again when something changes"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_get = {
    .name = "get",
    .usage = "[KIND[/NAME]...]",
    .help = "list rows of a kind, or how many there are of each",
    .notes =
	"NAME is a name or an id, a pattern with * and ?, or controller/NAME.\n"
	"Without a KIND, or with 'all': the kinds there are. docs/json.md tells what JSON has.",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
