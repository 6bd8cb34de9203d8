/* console: what runs without a verb: the full-screen face. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/console.h"
#include "app/verbs.h"
#include "app/verbs/pick.h"

/* So long the first picture waits for what answers at once: one picture instead of two. */
#define FIRST_MS 25

static int run(struct yg_cli *cli)
{
	struct yg_console *con = NULL;
	struct yg_err err = {0};

	if (cli->n_args)
		return yg_verb_attach.run(cli);
	cli->setup.is_batch = false;
	int rc = yg_cli_open(cli);
	if (rc)
		return rc;
	rc = yg_console_create(cli->host, 80, 24, &con, &err);
	if (!rc) {
		yg_host_open(cli->host, UINT64_MAX);
		yg_host_settle(cli->host, UINT64_MAX, false, FIRST_MS, NULL);
		rc = yg_console_run(con, &err);
	}
	yg_console_destroy(con);
	return rc ? yg_cli_fail(cli, &err) : YG_EXIT_OK;
}

/* As those of attach. */
static const struct yg_verb_option options[] = {
    {.name = "interactive",
	.letter = 'i',
	.help = "it reads our standard input, also if that is no terminal"},
    {.name = "force", .help = "of a VM: take the console over from whoever is attached"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_console = {
    .name = "console",
    .usage = "[KIND/NAME]",
    .help = "the full-screen console, as no verb; of one VM: as attach",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
