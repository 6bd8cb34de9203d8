/* man: the manual pages of the verbs, made of their own tables when Yagura is built. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/verbs.h"
#include "base/text.h"

#define MORE_MAX ((size_t)64 << 10) /* of a hand-written part */

/* A letter as mdoc has it: none is taken for an escape. */
static void put_letter(struct yg_buf *out, char c)
{
	if (c == '\\')
		yg_buf_str(out, "\\e");
	else if (c == '-')
		yg_buf_str(out, "\\-");
	else
		yg_buf_char(out, c);
}

/* Text of a table: no line of it is taken for a request; a sentence begins a line, an empty line a
 * paragraph, a command stands alone. */
static void put_text(struct yg_buf *out, const char *text)
{
	for (const char *p = text; *p; p++) {
		bool is_first = p == text || p[-1] == '\n';
		if (is_first && (*p == '.' || *p == '\''))
			yg_buf_str(out, "\\&");
		if (is_first && yg_starts_with(p, "yagura "))
			yg_buf_str(out, ".Dl ");
		if (*p == ' ' && p > text && p[-1] == '.' && isupper((unsigned char)p[1]))
			yg_buf_char(out, '\n');
		else if (*p == '\n' && is_first)
			yg_buf_str(out, ".Pp\n");
		else
			put_letter(out, *p);
	}
}

/* Words as arguments of a macro: each quoted, because "Op" or "No" would be a macro itself. */
static void put_argument(struct yg_buf *out, const char *text)
{
	yg_buf_str(out, " \"");
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			yg_buf_str(out, "\\(dq");
		else
			put_letter(out, *p);
	}
	yg_buf_char(out, '"');
}

static void put_option(struct yg_buf *out, const struct yg_verb_option *o)
{
	yg_buf_str(out, ".It");
	if (o->letter)
		yg_buf_printf(out, " Fl %c ,", o->letter);
	yg_buf_printf(out, " Fl Fl %s", o->name);
	if (o->arg && o->arg[0] == '[')
		yg_buf_str(out, " Ns");
	if (o->arg) {
		yg_buf_str(out, " Ar");
		put_argument(out, o->arg);
	}
	yg_buf_char(out, '\n');
	put_text(out, o->help);
	yg_buf_str(out, ".\n");
}

static void put_options(struct yg_buf *out, const struct yg_verb *verb)
{
	size_t count;
	const struct yg_verb_option *options = yg_verb_options(verb, &count);

	if (!count)
		return;
	yg_buf_str(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < count; i++)
		put_option(out, &options[i]);
	yg_buf_str(out, ".El\n");
}

static void put_head(struct yg_buf *out, const struct yg_verb *verb, const char *date)
{
	char upper[64];

	snprintf(upper, sizeof(upper), "%s", verb->name);
	for (char *p = upper; *p; p++)
		*p = (char)toupper((unsigned char)*p);
	yg_buf_printf(out,
	    ".\\\" Made of the verb's own table; see man/verbs.\n"
	    ".Dd %s\n.Dt YAGURA-%s 1\n.Os\n.Sh NAME\n.Nm yagura-%s\n.Nd ",
	    date, upper, verb->name);
	put_text(out, verb->help);
	yg_buf_printf(out, "\n.Sh SYNOPSIS\n.Nm yagura %s\n", verb->name);
	if (verb->usage) {
		yg_buf_str(out, ".Ar");
		put_argument(out, verb->usage);
		yg_buf_char(out, '\n');
	}
	yg_buf_str(out, ".Op Ar option ...\n.Sh DESCRIPTION\n");
}

/* What is written by hand about this verb, if something is: MORE/NAME.mdoc. */
static void put_more(struct yg_buf *out, const char *folder, const char *name)
{
	char *path = yg_xasprintf("%s/%s.mdoc", folder, name);
	FILE *file = fopen(path, "re");
	char bytes[4096];
	size_t n, sum = 0;

	free(path);
	if (!file)
		return;
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0 && (sum += n) < MORE_MAX)
		yg_buf_add(out, bytes, n);
	fclose(file);
}

static void put_page(
    struct yg_buf *out, const struct yg_verb *verb, const char *more, const char *date)
{
	put_head(out, verb, date);
	put_text(out, verb->notes ? verb->notes : verb->help);
	if (!verb->notes)
		yg_buf_char(out, '.');
	if (out->data[out->len - 1] != '\n')
		yg_buf_char(out, '\n');
	if (verb->n_options) {
		yg_buf_str(out, ".Pp\nIts options:\n");
		put_options(out, verb);
	}
	yg_buf_str(out, ".Pp\nOptions of all verbs:\n");
	put_options(out, NULL);
	yg_buf_str(out, ".Sh EXIT STATUS\nSee\n.Xr yagura 1 .\n");
	put_more(out, more, verb->name);
	yg_buf_str(out, ".Sh SEE ALSO\n.Xr yagura 1 ,\n.Xr yagura-query 7\n");
}

static int write_page(struct yg_cli *cli, const char *folder, const char *name, struct yg_buf *page)
{
	char *path = yg_xasprintf("%s/yagura-%s.1", folder, name);
	FILE *file = fopen(path, "we");
	bool is_written = file && fwrite(page->data, 1, page->len, file) == page->len;

	if (file && fclose(file))
		is_written = false;
	if (!is_written)
		yg_cli_say(cli, "%s: cannot be written (%s)", path, strerror(errno));
	free(path);
	return is_written ? YG_EXIT_OK : YG_EXIT_SOME;
}

static int run(struct yg_cli *cli)
{
	size_t count;
	const struct yg_verb *const *verbs = yg_verb_all(&count);
	int code = YG_EXIT_OK;

	if (cli->n_args != 3)
		return yg_cli_usage(cli, "needs two folders and a date");
	for (size_t i = 0; i < count && !code; i++) {
		struct yg_buf page = {0};
		if (!verbs[i] || verbs[i]->is_hidden)
			continue;
		put_page(&page, verbs[i], cli->args[0], cli->args[2]);
		code = write_page(cli, cli->args[1], verbs[i]->name, &page);
		yg_buf_done(&page);
	}
	return code;
}

const struct yg_verb yg_verb_man = {
    .name = "__man",
    .usage = "MORE FOLDER DATE",
    .help = "write the manual pages of the verbs",
    .is_hidden = true,
    .run = run,
};
