/* controllers: connects to all of them and tells how they are. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"

static int print(struct yg_cli *cli, const struct yg_printer *printer)
{
	struct yg_pick all = {.kind = &yg_kind_controller};
	struct yg_picked rows = {0};
	int code = YG_EXIT_OK;

	yg_pick_rows(cli->host, &all, NULL, &rows);
	yg_printer_sort(printer, cli->host->inv, rows.items, rows.count);
	yg_printer_print(cli, printer, rows.items, rows.count);
	for (size_t i = 0; i < rows.count; i++) {
		const struct yg_row *row = yg_inventory_row(cli->host->inv, rows.items[i]);
		if (yg_row_state(row) != YG_CONTROLLER_STATE_UP)
			code = YG_EXIT_UNREACHABLE;
	}
	if (!rows.count)
		yg_cli_say(cli, "no controllers; see yagura doctor");
	yg_vec_done(&rows);
	return code;
}

static int run(struct yg_cli *cli)
{
	static const char columns[] = "name,provider,state,latency,version,url,note";
	struct yg_printer printer;
	struct yg_err err = {0};
	enum yg_output output;
	int64_t timeout_ms;

	if (cli->n_args)
		return yg_cli_usage(cli, "takes no arguments");
	int code = yg_cli_open(cli);
	if (code)
		return code;
	if (yg_output_find(yg_cli_value(cli, "output"), &output, &err) ||
	    yg_cli_timeout(cli, &timeout_ms, &err))
		return yg_cli_fail(cli, &err);
	bool is_table = output == YG_OUT_TABLE || output == YG_OUT_CSV;
	if (yg_printer_init(
		&printer, &yg_kind_controller, output, is_table ? columns : NULL, NULL, &err))
		return yg_cli_fail(cli, &err);
	yg_host_open(cli->host, yg_kind_bit(&yg_kind_controller));
	int rc =
	    yg_host_settle(cli->host, yg_kind_bit(&yg_kind_controller), false, timeout_ms, &err);
	code = rc == YG_E_CANCELLED ? yg_cli_fail(cli, &err) : print(cli, &printer);
	yg_printer_done(&printer);
	return code;
}

static const struct yg_verb_option options[] = {
    YG_OUTPUT_OPTION,
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_controllers = {
    .name = "controllers",
    .help = "connect to all controllers and tell how they are",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
