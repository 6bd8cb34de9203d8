/* exec: a command in a container or on a host, its exit code ours; attach: its main process. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "app/verbs/inside.h"
#include "app/verbs/pick.h"

static int run_exec(struct yg_cli *cli)
{
	bool has_command = cli->n_args > 1, is_tty = yg_cli_value(cli, "tty") != NULL;
	struct yg_inside inside = {
	    .word = cli->args[0],
	    .what = YG_STREAM_EXEC,
	    .argv = has_command ? (const char *const *)cli->args + 1 : NULL,
	    .has_input = is_tty || !has_command || yg_cli_value(cli, "interactive"),
	    .is_tty = is_tty || !has_command,
	};

	if (!cli->n_args)
		return yg_cli_usage(cli, "needs one KIND/NAME");
	return yg_inside_run(cli, &inside);
}

static const struct yg_verb_option exec_options[] = {
    {.name = "interactive", .letter = 'i', .help = "it reads our standard input"},
    {.name = "tty", .letter = 't', .help = "in a terminal, if standard input is one; as -i"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_exec = {
    .name = "exec",
    .usage = "KIND/NAME [-- COMMAND [ARGUMENT...]]",
    .help = "run a command in a container or on this host, or a shell",
    .notes =
	"Without a command it is a shell, in a terminal if there is one. The exit code is the\n"
	"command's own. In a terminal Ctrl-] leaves it. What it writes is passed on as it is.",
    .options = exec_options,
    .n_options = YG_COUNT(exec_options),
    .run = run_exec,
};

static int run_attach(struct yg_cli *cli)
{
	if (cli->n_args != 1)
		return yg_cli_usage(cli, "needs one KIND/NAME");
	return yg_inside_run(
	    cli, &(struct yg_inside){.word = cli->args[0],
		     .what = YG_STREAM_CONSOLE,
		     .has_input = isatty(STDIN_FILENO) || yg_cli_value(cli, "interactive"),
		     .is_tty = true,
		     .is_forced = yg_cli_value(cli, "force") != NULL});
}

static const struct yg_verb_option attach_options[] = {
    {.name = "interactive",
	.letter = 'i',
	.help = "it reads our standard input, also if that is no terminal"},
    {.name = "force", .help = "of a VM: take the console over from whoever is attached"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_attach = {
    .name = "attach",
    .usage = "KIND/NAME",
    .help = "the serial console of a VM, or a container's main process",
    .notes = "Ctrl-] leaves it; it runs on. What it writes is passed on as it is.",
    .options = attach_options,
    .n_options = YG_COUNT(attach_options),
    .run = run_attach,
};
