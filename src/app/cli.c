/* cli: the command line: verbs, their options, help. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/verbs.h"
#include "base/i18n.h"
#include "base/text.h"

/* In the order of `yagura help`. Those of the console are NULL where there is none. */
static const struct yg_verb *const verbs[] = {
    &yg_verb_get,
    &yg_verb_top,
    &yg_verb_describe,
    &yg_verb_graph,
    &yg_verb_logs,
    &yg_verb_do,
    &yg_verb_exec,
    &yg_verb_attach,
    &yg_verb_controllers,
    &yg_verb_controller,
    &yg_verb_doctor,
    &yg_verb_config,
    &yg_verb_version,
    &yg_verb_help,
    &yg_verb_screen,
    &yg_verb_console,
    &yg_verb_complete,
    &yg_verb_man,
};

static const struct yg_verb_option globals[] = {
    {.name = "demo",
	.arg = "[=SPEC]",
	.help = "only the built-in demo site; SPEC hosts:200,vms:3000"},
    {.name = "config", .arg = "FILE", .help = "read this configuration"},
    {.name = "site", .arg = "NAME", .help = "only the controllers of this site"},
    {.name = "read-only", .help = "change nothing"},
    {.name = "help", .letter = 'h', .help = "tell how it is used"},
    {.name = "version", .help = "tell the version"},
};

#define OPTIONS_MAX 64
#define FIRST_VALUE 256

/* The tables that getopt_long() wants, made of ours. */
struct tables {
	const struct yg_verb_option *options[OPTIONS_MAX];
	struct option longs[OPTIONS_MAX + 1];
	char shorts[3 * OPTIONS_MAX + 3];
	size_t count;
};

static int needs_arg(const struct yg_verb_option *o)
{
	if (!o->arg)
		return no_argument;
	return o->arg[0] == '[' ? optional_argument : required_argument;
}

static void tables_add(struct tables *t, const struct yg_verb_option *options, size_t count)
{
	for (size_t i = 0; i < count && t->count < OPTIONS_MAX; i++) {
		const struct yg_verb_option *o = &options[i];
		size_t n = strlen(t->shorts);
		t->options[t->count] = o;
		t->longs[t->count] = (struct option){
		    .name = o->name,
		    .has_arg = needs_arg(o),
		    .val = FIRST_VALUE + (int)t->count,
		};
		t->count++;
		if (!o->letter)
			continue;
		t->shorts[n++] = o->letter;
		if (o->arg)
			t->shorts[n++] = ':';
	}
}

static const struct yg_verb_option *tables_find(const struct tables *t, int value)
{
	if (value >= FIRST_VALUE && value < FIRST_VALUE + (int)t->count)
		return t->options[value - FIRST_VALUE];
	for (size_t i = 0; i < t->count; i++)
		if (value && t->options[i]->letter == value)
			return t->options[i];
	return NULL;
}

static int unknown_option(const struct tables *t, const char *text, struct yg_err *err)
{
	const char *names[OPTIONS_MAX];
	char word[64];

	for (size_t i = 0; i < t->count; i++)
		names[i] = t->options[i]->name;
	size_t n = strcspn(text, "=");
	snprintf(word, sizeof(word), "%.*s", (int)YG_MIN(n, sizeof(word) - 1), text);
	const char *near =
	    yg_starts_with(word, "--") ? yg_text_nearest(word + 2, names, t->count) : NULL;
	return yg_err_set(err, YG_E_INVALID, "unknown option '%s'%s%s%s", word,
	    near ? _("; did you mean '--") : "", near ? near : "", near ? "'?" : "");
}

/* What getopt_long() does not like. */
static int wrong_option(const struct tables *t, int got, char **argv, struct yg_err *err)
{
	const struct yg_verb_option *o = tables_find(t, optopt);
	char letter[] = {'-', (char)optopt, '\0'};

	if (got == ':' && o)
		return yg_err_set(
		    err, YG_E_INVALID, "option '--%s' needs a value: %s", o->name, o->arg);
	if (o && optopt >= FIRST_VALUE)
		return yg_err_set(err, YG_E_INVALID, "option '--%s' takes no value", o->name);
	return unknown_option(t, optopt && !o ? letter : argv[optind - 1], err);
}

static void take_value(struct yg_cli *cli, const struct yg_verb_option *o, const char *value)
{
	cli->values = yg_xreallocarray(cli->values, cli->n_values + 1, sizeof(*cli->values));
	cli->values[cli->n_values++] = (struct yg_cli_value){o->name, value ? value : ""};
}

/* Reads options up to the first other word if is_front, or all of them. Returns the index of the
 * first word, or an error. */
static int parse_options(
    struct yg_cli *cli, int argc, char **argv, bool is_front, struct yg_err *err)
{
	struct tables t = {.shorts = ":"};
	int got;

	if (is_front)
		memcpy(t.shorts, "+:", 3);
	tables_add(&t, globals, YG_COUNT(globals));
	if (!is_front)
		tables_add(&t, cli->verb->options, cli->verb->n_options);
	optind = 0;
	opterr = 0;
	while ((got = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct yg_verb_option *o = tables_find(&t, got);
		if (got == ':' || got == '?' || !o)
			return wrong_option(&t, got, argv, err);
		take_value(cli, o, optarg);
	}
	return optind;
}

int yg_verb_unknown(const char *name, struct yg_err *err)
{
	const char *names[YG_COUNT(verbs)];
	size_t n = 0;

	for (size_t i = 0; i < YG_COUNT(verbs); i++)
		if (verbs[i] && !verbs[i]->is_hidden)
			names[n++] = verbs[i]->name;
	const char *near = yg_text_nearest(name, names, n);
	return yg_err_set(err, YG_E_INVALID, "unknown verb '%s'%s%s%s", name,
	    near ? _("; did you mean '") : _("; see yagura help"), near ? near : "",
	    near ? "'?" : "");
}

static void take_setup(struct yg_cli *cli)
{
	cli->setup = (struct yg_setup){
	    .demo = yg_cli_value(cli, "demo"),
	    .config_path = yg_cli_value(cli, "config"),
	    .site = yg_cli_value(cli, "site"),
	    .is_read_only = yg_cli_value(cli, "read-only") != NULL,
	    .is_batch = true,
	};
}

int yg_cli_parse(struct yg_cli *cli, int argc, char **argv, struct yg_err *err)
{
	int at = parse_options(cli, argc, argv, true, err);

	if (at < 0)
		return at;
	if (at < argc) {
		cli->verb = yg_verb_find(argv[at]);
		if (!cli->verb)
			return yg_verb_unknown(argv[at], err);
		int words = parse_options(cli, argc - at, argv + at, false, err);
		if (words < 0)
			return words;
		cli->args = argv + at + words;
		cli->n_args = (size_t)(argc - at - words);
	}
	take_setup(cli);
	return 0;
}

void yg_cli_done(struct yg_cli *cli)
{
	free(cli->values);
	yg_buf_done(&cli->out);
}

const struct yg_verb *yg_verb_find(const char *name)
{
	for (size_t i = 0; i < YG_COUNT(verbs); i++)
		if (verbs[i] && yg_streq(verbs[i]->name, name))
			return verbs[i];
	return NULL;
}

const struct yg_verb *const *yg_verb_all(size_t *count)
{
	*count = YG_COUNT(verbs);
	return verbs;
}

const struct yg_verb_option *yg_verb_options(const struct yg_verb *verb, size_t *count)
{
	*count = verb ? verb->n_options : YG_COUNT(globals);
	return verb ? verb->options : globals;
}

const char *yg_cli_value(const struct yg_cli *cli, const char *name)
{
	for (size_t i = cli->n_values; i-- > 0;)
		if (yg_streq(cli->values[i].name, name))
			return cli->values[i].value;
	return NULL;
}

const char *yg_cli_nth(const struct yg_cli *cli, const char *name, size_t n)
{
	for (size_t i = 0; i < cli->n_values; i++)
		if (yg_streq(cli->values[i].name, name) && n-- == 0)
			return cli->values[i].value;
	return NULL;
}

/* ---- help ---- */

static void help_options(struct yg_buf *out, const struct yg_verb_option *options, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct yg_verb_option *o = &options[i];
		char left[64];
		snprintf(left, sizeof(left), "%c%c%c --%s%s%s", o->letter ? '-' : ' ',
		    o->letter ? o->letter : ' ', o->letter ? ',' : ' ', o->name,
		    o->arg && o->arg[0] != '[' ? " " : "", o->arg ? o->arg : "");
		yg_buf_printf(out, "  %-24s %s\n", left, _(o->help));
	}
}

static void help_program(struct yg_buf *out)
{
	yg_buf_str(out, _("yagura: one terminal for everything a virtualised site is made of\n\n"
			  "usage: yagura [OPTION...]             the console\n"
			  "       yagura VERB [ARGUMENT...] [OPTION...]\n\nverbs:\n"));
	for (size_t i = 0; i < YG_COUNT(verbs); i++)
		if (verbs[i] && !verbs[i]->is_hidden)
			yg_buf_printf(out, "  %-12s %s\n", verbs[i]->name, _(verbs[i]->help));
	yg_buf_str(out, _("\noptions:\n"));
	help_options(out, globals, YG_COUNT(globals));
	yg_buf_str(
	    out, _("\nexit codes: 0 done, 1 some targets failed, 2 usage or configuration, 3 "
		   "nothing matched,\n"
		   "4 controller unreachable, 5 refused, 6 outcome in doubt, 130 interrupted\n"
		   "yagura help VERB tells more\n"));
}

void yg_cli_help(struct yg_buf *out, const struct yg_verb *verb)
{
	if (!verb) {
		help_program(out);
		return;
	}
	yg_buf_printf(out, "yagura %s: %s\n\nusage: yagura %s%s%s%s\n", verb->name, _(verb->help),
	    verb->name, verb->usage ? " " : "", verb->usage ? verb->usage : "",
	    verb->n_options ? " [OPTION...]" : "");
	if (verb->n_options) {
		yg_buf_str(out, _("\noptions:\n"));
		help_options(out, verb->options, verb->n_options);
	}
	yg_buf_str(out, _("\noptions of all verbs:\n"));
	help_options(out, globals, YG_COUNT(globals));
	if (verb->notes)
		yg_buf_printf(out, "\n%s\n", _(verb->notes));
}
