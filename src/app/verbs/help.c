/* help: how the program, or one verb, is used. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs.h"

static int run(struct yg_cli *cli)
{
	const struct yg_verb *verb = cli->n_args ? yg_verb_find(cli->args[0]) : NULL;

	if (cli->n_args && !verb) {
		struct yg_err err = {0};
		yg_verb_unknown(cli->args[0], &err);
		return yg_cli_fail(cli, &err);
	}
	yg_cli_help(&cli->out, verb);
	return YG_EXIT_OK;
}

const struct yg_verb yg_verb_help = {
    .name = "help",
    .usage = "[VERB]",
    .help = "tell how the program or a verb is used",
    .run = run,
};
