/* output: data to stdout, messages to stderr, and what becomes of a reader who leaves. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "app/host.h"
#include "app/verbs.h"
#include "base/i18n.h"
#include "base/text.h"

#define FLOW_BYTES 65536

/* About what each takes of the heap at least. */
#define BATCH_BYTES   ((size_t)256 << 10)
#define CONSOLE_BYTES ((size_t)2 << 20)

int yg_cli_open(struct yg_cli *cli)
{
	struct yg_err err = {0};

	yg_mem_prepare(cli->setup.is_batch ? BATCH_BYTES : CONSOLE_BYTES);
	return yg_host_create(&cli->setup, &cli->host, &err) ? yg_cli_fail(cli, &err) : 0;
}

/* Waits until standard output takes more. Where the loop looks after signals it cannot hear of them
 * here: a reader who does not read must not keep an interrupt from ending us. */
static void wait_for_reader(const struct yg_cli *cli, const sigset_t *signals)
{
	struct pollfd ready = {.fd = STDOUT_FILENO, .events = POLLOUT};

	if (ppoll(&ready, 1, NULL, signals) < 0 && errno == EINTR && cli->host &&
	    cli->host->is_watching_signals)
		_exit(YG_EXIT_INTERRUPTED);
}

/* No more at once than a pipe takes without waiting. */
static void write_all(struct yg_cli *cli, const sigset_t *signals)
{
	size_t at = 0;

	while (at < cli->out.len) {
		wait_for_reader(cli, signals);
		ssize_t n = write(
		    STDOUT_FILENO, cli->out.data + at, YG_MIN(cli->out.len - at, (size_t)PIPE_BUF));
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0 && errno == EPIPE)
			_exit(YG_EXIT_OK);
		if (n < 0) {
			fprintf(
			    stderr, "yagura: the output cannot be written (%s)\n", strerror(errno));
			_exit(YG_EXIT_SOME);
		}
		at += (size_t)n;
	}
}

void yg_cli_flush(struct yg_cli *cli)
{
	sigset_t held, before;

	if (!cli->out.len)
		return;
	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &held, &before);
	write_all(cli, &before);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	yg_buf_clear(&cli->out);
}

void yg_cli_flow(struct yg_cli *cli)
{
	if (cli->out.len >= FLOW_BYTES)
		yg_cli_flush(cli);
}

static void say(struct yg_cli *cli, const char *text)
{
	struct yg_buf line = {0};

	yg_cli_flush(cli);
	yg_buf_str(&line, "yagura: ");
	yg_text_clean(&line, text, strlen(text));
	yg_buf_char(&line, '\n');
	fputs(yg_buf_text(&line), stderr);
	yg_buf_done(&line);
}

void yg_cli_say(struct yg_cli *cli, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	say(cli, text);
}

int yg_cli_fail(struct yg_cli *cli, const struct yg_err *err)
{
	say(cli, err->text[0] ? err->text : yg_err_name(err->code));
	return yg_err_exit(err->code);
}

int yg_cli_usage(struct yg_cli *cli, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	yg_cli_say(cli, "%s: %s; see yagura help %s", cli->verb->name, text, cli->verb->name);
	return YG_EXIT_USAGE;
}

const char *yg_ansi(enum yg_style style)
{
	switch (style) {
	case YG_ST_OK: return "\033[32m";
	case YG_ST_WARN: return "\033[33m";
	case YG_ST_BAD: return "\033[31m";
	case YG_ST_BUSY: return "\033[36m";
	case YG_ST_UNKNOWN: return "\033[35m";
	case YG_ST_OFF:
	case YG_ST_STALE:
	case YG_ST_DIM: return "\033[90m";
	case YG_ST_COLUMN: return "\033[1m";
	default: return "";
	}
}
