/* doctor: what was found, what can be reached, what is missing and how to get it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <langinfo.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/console/keys.h"
#include "app/host.h"
#include "app/verbs/elsewhere.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "app/verbs/sheet.h"
#include "base/text.h"
#include "store/themes.h"
#include "store/views.h"

enum verdict { GOOD, KNOWN, MISSING, WRONG };

static const struct {
	const char *word;
	enum yg_style style;
} verdicts[] = {
    [GOOD] = {"ok", YG_ST_OK},
    [KNOWN] = {"known", YG_ST_DIM},
    [MISSING] = {"missing", YG_ST_WARN},
    [WRONG] = {"wrong", YG_ST_BAD},
};

struct report {
	struct yg_cli *cli;
	bool is_json, is_first;
	struct yg_sheet sheet;
};

static void put_json(struct yg_buf *out, const char *name, const char *value)
{
	yg_buf_printf(out, "\"%s\":", name);
	yg_text_json(out, value, strlen(value));
}

static void cell(struct yg_sheet *sheet, const char *text, enum yg_style style)
{
	struct yg_buf clean = {0};

	yg_text_clean(&clean, text, strlen(text));
	yg_sheet_cell(sheet, yg_buf_text(&clean), style);
	yg_buf_done(&clean);
}

static void put(
    struct report *r, enum verdict verdict, const char *what, const char *text, const char *hint)
{
	if (r->is_json) {
		struct yg_buf *out = &r->cli->out;
		yg_buf_str(out, r->is_first ? "{" : ",\n {");
		r->is_first = false;
		put_json(out, "verdict", verdicts[verdict].word);
		yg_buf_char(out, ',');
		put_json(out, "what", what);
		yg_buf_char(out, ',');
		put_json(out, "text", text);
		if (hint && hint[0]) {
			yg_buf_char(out, ',');
			put_json(out, "hint", hint);
		}
		yg_buf_char(out, '}');
		return;
	}
	char *line = yg_xasprintf("%s%s%s", text, hint && hint[0] ? "; " : "", hint ? hint : "");
	yg_sheet_cell(&r->sheet, verdicts[verdict].word, verdicts[verdict].style);
	cell(&r->sheet, what, YG_ST_TEXT);
	cell(&r->sheet, line, YG_ST_TEXT);
	free(line);
}

static void put_configuration(struct report *r)
{
	const struct yg_config *config = r->cli->host->config;
	bool is_there = config->path && access(config->path, R_OK) == 0;
	char *text = is_there ? yg_xasprintf("%s, controllers in it: %zu", config->path,
				    config->n_controllers)
			      : yg_xasprintf("none, and none is needed; it would be %s",
				    config->path ? config->path : "~/.config/yagura/yagura.yaml");

	put(r, GOOD, "configuration", text, NULL);
	free(text);
}

/* What is wrong in files of one sort. */
struct files_report {
	struct report *r;
	const char *what;
	bool is_good;
};

static void on_mistake(void *data, const char *line)
{
	struct files_report *f = data;

	put(f->r, WRONG, f->what, line, NULL);
	f->is_good = false;
}

static void on_key_trouble(void *data, enum yg_key_trouble trouble, const char *line)
{
	struct files_report *f = data;

	if (trouble == YG_KEY_REPLACES)
		put(f->r, GOOD, f->what, line, NULL);
	else
		on_mistake(f, line);
}

static bool put_themes(struct report *r)
{
	const struct yg_config *config = r->cli->host->config;
	struct files_report f = {r, "themes", true};
	struct yg_err err = {0};

	yg_themes_load(config->folder, on_mistake, &f);
	if (config->theme && !yg_theme_need(config->theme, &err)) {
		yg_err_wrap(&err, "%s: theme", config->path);
		on_mistake(&f, err.text);
	}
	return f.is_good;
}

/* Views first: a key may name one. */
static bool put_files(struct report *r)
{
	const struct yg_config *config = r->cli->host->config;
	struct files_report views = {r, "views", true}, keys = {r, "keys", true};
	struct yg_keymap map;

	yg_tables_load(config->folder, on_mistake, &views);
	bool has_themes = put_themes(r);
	yg_keymap_load(config->folder, &map, on_mistake, &keys, NULL);
	yg_keys_check(&map, config, on_key_trouble, &keys);
	yg_keymap_done(&map);
	return views.is_good && has_themes && keys.is_good;
}

static bool put_controller(struct report *r, const struct yg_controller *c)
{
	struct yg_err err = {0};
	uint64_t kinds = yg_kind_bit(&yg_kind_controller);
	int rc = yg_feed_verdict(r->cli->host, c, kinds, false, &err);
	char *what = yg_xasprintf("%s %s", c->provider->name, c->name);
	char *text;

	if (rc)
		text = yg_xasprintf("%s (%s)%s%s", c->url, c->source, ": ",
		    c->err.text[0] ? c->err.text : "no answer in time");
	else
		text = yg_xasprintf("%s (%s)%s%s", c->url, c->source,
		    c->version && c->version[0] ? ": " : "", c->version ? c->version : "");
	put(r, rc ? WRONG : GOOD, what, text, NULL);
	free(what);
	free(text);
	return rc == 0;
}

static void put_missing(struct report *r)
{
	const struct yg_discovery *d = &r->cli->host->discovery;

	for (size_t i = 0; i < d->n_missing; i++)
		put(r, d->missing[i].is_known ? KNOWN : MISSING,
		    d->missing[i].provider ? d->missing[i].provider->name : "elsewhere",
		    d->missing[i].looked_for, d->missing[i].hint);
}

static bool put_plugins(struct report *r)
{
	const struct yg_host *host = r->cli->host;
	bool is_good = true;

	for (size_t i = 0; i < host->plugins.count; i++) {
		const struct yg_loaded *p = &host->plugins.items[i];
		char *text = p->handle ? yg_xasprintf("%s: %s", p->path,
					     p->table->help ? p->table->help : "")
				       : yg_xstrdup(p->err.text);
		put(r, p->handle ? GOOD : WRONG, p->handle ? p->table->name : "plugin", text, NULL);
		free(text);
		is_good &= p->handle != NULL;
	}
	return is_good;
}

static void put_terminal(struct report *r)
{
	const char *term = getenv("TERM");

	if (!term || !term[0])
		put(r, MISSING, "terminal", "TERM is not set: the console cannot draw",
		    "export TERM=xterm-256color");
	if (!isatty(STDIN_FILENO))
		return;
	put(r, GOOD, "terminal", term ? term : "", NULL);
}

static int examine(struct report *r)
{
	struct yg_host *host = r->cli->host;
	bool is_good = true;

	put_configuration(r);
	bool has_files = put_files(r);
	for (size_t i = 0; i < host->controllers.count; i++)
		is_good &= put_controller(r, host->controllers.items[i]);
	if (!host->config->no_discovery && !r->cli->setup.demo)
		yg_elsewhere_find(&host->discovery);
	put_missing(r);
	bool has_plugins = put_plugins(r);
	put_terminal(r);
	if (!is_good)
		return YG_EXIT_UNREACHABLE;
	return has_plugins && has_files ? YG_EXIT_OK : YG_EXIT_USAGE;
}

static int run(struct yg_cli *cli)
{
	struct report r = {.cli = cli, .is_first = true};
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
	if (output != YG_OUT_TABLE && output != YG_OUT_JSON)
		return yg_cli_usage(cli, "-o is json");
	r.is_json = output == YG_OUT_JSON;
	uint64_t kinds = yg_kind_bit(&yg_kind_controller);
	yg_host_open(cli->host, kinds);
	if (yg_host_settle(cli->host, kinds, false, timeout_ms, &err) == YG_E_CANCELLED)
		return yg_cli_fail(cli, &err);
	yg_sheet_column(&r.sheet, "", false);
	yg_sheet_column(&r.sheet, "WHAT", false);
	yg_sheet_column(&r.sheet, "HOW IT IS", false);
	yg_buf_str(&cli->out, r.is_json ? "[" : "");
	code = examine(&r);
	if (r.is_json)
		yg_buf_str(&cli->out, "]\n");
	else
		yg_sheet_write(&r.sheet, &cli->out, cli->has_colour);
	yg_sheet_done(&r.sheet);
	return code;
}

static const struct yg_verb_option options[] = {
    {.name = "output", .letter = 'o', .arg = "FORMAT", .help = "json"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_doctor = {
    .name = "doctor",
    .help = "tell what was found, what is missing and how to get it",
    .notes = "It ends with 4 if a controller cannot be reached, 2 if a plugin cannot be "
	     "loaded or a key does not do what it should.",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
