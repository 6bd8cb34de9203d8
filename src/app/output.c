/* output: data to stdout, messages to stderr, and what becomes of a reader who leaves. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

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

void yg_cli_flush(struct yg_cli *cli)
{
	size_t at = 0;

	while (at < cli->out.len) {
		ssize_t n = write(STDOUT_FILENO, cli->out.data + at, cli->out.len - at);
		if (n < 0 && errno == EINTR)
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
