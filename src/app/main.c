/* main: begins and ends the process: locale, descriptors, signals, the verb, the exit code. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/verbs.h"
#include "base/log.h"

/* Numbers and times are written as JSON and C have them; text is UTF-8 whatever the locale says. */
static void init_locale(void)
{
	setlocale(LC_CTYPE, "");
	if (!yg_streq(nl_langinfo(CODESET), "UTF-8"))
		setlocale(LC_CTYPE, "C.UTF-8");
}

/* A descriptor that we open must not become 0, 1 or 2 because those were closed. Opened the wrong
 * way round, so that using them is still an error. */
static void init_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", (fd == 0 ? O_WRONLY : O_RDONLY));
	signal(SIGPIPE, SIG_IGN);
}

static int init_log(struct yg_cli *cli)
{
	const char *path = secure_getenv("YAGURA_LOG");
	struct yg_err err;

	if (path && path[0] && yg_log_open(path, secure_getenv("YG_TRACE"), &err))
		return yg_cli_fail(cli, &err);
	return 0;
}

static int run(struct yg_cli *cli, int argc, char **argv)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");
	struct yg_err err = {0};

	cli->is_terminal = isatty(STDOUT_FILENO);
	cli->has_colour =
	    cli->is_terminal && !(no_color && no_color[0]) && term && !yg_streq(term, "dumb");
	if (yg_cli_parse(cli, argc, argv, &err))
		return yg_cli_fail(cli, &err);
	int rc = init_log(cli);
	if (rc)
		return rc;
	if (yg_cli_value(cli, "version"))
		return yg_verb_version.run(cli);
	if (yg_cli_value(cli, "help")) {
		yg_cli_help(&cli->out, cli->verb);
		return YG_EXIT_OK;
	}
	if (!cli->verb)
		cli->verb = &yg_verb_console ? &yg_verb_console : &yg_verb_help;
	return cli->verb->run(cli);
}

/* Giving everything back takes longer than what a verb does; the kernel is quicker. */
static bool must_free(void)
{
#ifdef __SANITIZE_ADDRESS__
	return true;
#else
	return getenv("YAGURA_FREE") != NULL;
#endif
}

int main(int argc, char **argv)
{
	struct yg_cli cli = {0};

	init_descriptors();
	init_locale();
	yg_messages_start();
	int code = run(&cli, argc, argv);
	yg_cli_flush(&cli);
	if (!must_free())
		_exit(code);
	yg_host_destroy(cli.host);
	yg_cli_done(&cli);
	return code;
}
