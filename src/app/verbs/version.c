/* version: which Yagura this is. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs.h"

static int run(struct yg_cli *cli)
{
	yg_buf_printf(&cli->out, "yagura %s (plugin interface %d)\n", YG_VERSION, YG_API_VERSION);
	return YG_EXIT_OK;
}

const struct yg_verb yg_verb_version = {
    .name = "version",
    .help = "tell the version",
    .run = run,
};
