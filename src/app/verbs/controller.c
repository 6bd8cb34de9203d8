/* controller: adds, tests, renames and removes controllers: edits yagura.yaml where it stands. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/controller.h"

#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "base/text.h"
#include "store/edit.h"

/* ---- list ---- */

static int run_list(struct yg_cli *cli)
{
	static const char columns[] = "name,provider,site,url,source";
	struct yg_pick all = {.kind = &yg_kind_controller};
	struct yg_picked rows = {0};
	struct yg_printer printer;
	struct yg_err err = {0};
	enum yg_output output;

	if (yg_output_find(yg_cli_value(cli, "output"), &output, &err))
		return yg_cli_fail(cli, &err);
	int code = yg_cli_open(cli);
	if (code)
		return code;
	bool is_table = output == YG_OUT_TABLE || output == YG_OUT_CSV;
	if (yg_printer_init(
		&printer, &yg_kind_controller, output, is_table ? columns : NULL, NULL, &err))
		return yg_cli_fail(cli, &err);
	yg_host_settle(cli->host, 0, false, 0, NULL);
	yg_pick_rows(cli->host, &all, NULL, &rows);
	yg_printer_sort(&printer, cli->host->inv, rows.items, rows.count);
	yg_printer_print(cli, &printer, rows.items, rows.count);
	yg_vec_done(&rows);
	yg_printer_done(&printer);
	return YG_EXIT_OK;
}

/* ---- what changes the file ---- */

/* The file, and what it says now. */
struct job {
	struct yg_edit *edit;
	struct yg_config *config;
};

static int job_open(const struct yg_cli *cli, struct job *job, struct yg_err *err)
{
	const char *said = yg_cli_value(cli, "config");
	char *path = said ? yg_xstrdup(said) : yg_config_usual_path();
	int rc = yg_edit_open(path, &job->edit, err);

	if (!rc)
		rc = yg_config_parse(path, yg_buf_text(&job->edit->before), job->edit->before.len,
		    &job->config, err);
	free(path);
	return rc;
}

static void job_done(struct job *job)
{
	yg_edit_free(job->edit);
	yg_config_free(job->config);
}

/* Shows what would change, or writes it. */
static int finish(struct yg_cli *cli, const struct job *job, struct yg_err *err)
{
	if (yg_cli_value(cli, "dry-run")) {
		struct yg_buf diff = {0};
		yg_edit_diff(job->edit, &diff);
		for (const char *p = yg_buf_text(&diff); *p; p += strcspn(p, "\n") + 1) {
			yg_text_clean(&cli->out, p, strcspn(p, "\n"));
			yg_buf_char(&cli->out, '\n');
		}
		yg_buf_done(&diff);
		return 0;
	}
	if (cli->setup.is_read_only || job->config->is_read_only)
		return yg_err_set(err, YG_E_REFUSED,
		    "read-only: %s is not changed; --dry-run shows "
		    "what would be",
		    job->edit->path);
	return yg_edit_save(job->edit, err);
}

static const struct yg_config_controller *find(const struct yg_config *config, const char *name)
{
	for (size_t i = 0; i < config->n_controllers; i++)
		if (yg_streq(config->controllers[i].name, name))
			return &config->controllers[i];
	return NULL;
}

static int check_free(const struct job *job, const char *name, struct yg_err *err)
{
	const struct yg_config_controller *c = find(job->config, name);

	return c ? yg_err_set(err, YG_E_INVALID,
		       "controller '%s' is there already, in line %d of %s", name, c->line,
		       job->edit->path)
		 : 0;
}

/* ---- add ---- */

/* true if one of a provider's example URLs begins as this one does: "qemu", "unix". */
static bool has_scheme(const struct yg_provider *p, const char *url)
{
	size_t n = strcspn(url, ":+");

	for (const char *at = p->url_help; at && *at; at += strcspn(at, " ")) {
		at += strspn(at, " ");
		if (n && url[n] && strncmp(at, url, n) == 0 && (at[n] == ':' || at[n] == '+'))
			return true;
	}
	return false;
}

static int guess_provider(const char *url, const char **out, struct yg_err *err)
{
	struct yg_buf names = {0};

	for (size_t i = 0; i < yg_n_providers; i++) {
		yg_buf_printf(&names, "%s%s", i ? ", " : "", yg_providers[i]->name);
		if (has_scheme(yg_providers[i], url)) {
			*out = yg_providers[i]->name;
			yg_buf_done(&names);
			return 0;
		}
	}
	int rc = yg_err_set(err, YG_E_INVALID,
	    "URL '%.200s': it does not say of which provider it is; give --provider: %s", url,
	    yg_buf_text(&names));
	yg_buf_done(&names);
	return rc;
}

/* Each --set NAME=VALUE; the words that are no options of a provider have their own place. */
static int take_options(
    const struct yg_cli *cli, struct yg_config_controller *c, struct yg_err *err)
{
	static const char *const own[] = {"name", "provider", "url", "site"};
	const char *set;

	for (size_t n = 0; (set = yg_cli_nth(cli, "set", n)); n++) {
		size_t len = strcspn(set, "=");
		if (!len || !set[len])
			return yg_err_set(
			    err, YG_E_INVALID, "--set '%s': NAME=VALUE is wanted", set);
		struct yg_config_pair pair = {
		    .name = yg_xstrndup(set, len), .value = yg_xstrdup(set + len + 1)};
		c->options = yg_xreallocarray(c->options, c->n_options + 1, sizeof(*c->options));
		c->options[c->n_options++] = pair;
		for (size_t i = 0; i < YG_COUNT(own); i++)
			if (yg_streq(own[i], pair.name))
				return yg_err_set(err, YG_E_INVALID,
				    "--set %s: that is no option of a provider", pair.name);
		for (size_t i = 0; i + 1 < c->n_options; i++)
			if (yg_streq(c->options[i].name, pair.name))
				return yg_err_set(
				    err, YG_E_INVALID, "--set %s: it is given twice", pair.name);
	}
	return 0;
}

static int add(
    struct yg_cli *cli, const struct job *job, struct yg_config_controller *c, struct yg_err *err)
{
	const char *provider = yg_cli_value(cli, "provider");
	int rc = check_free(job, c->name, err);

	if (!rc && !provider)
		rc = guess_provider(c->url, &provider, err);
	if (!rc)
		rc = take_options(cli, c, err);
	c->provider = (char *)(uintptr_t)provider;
	if (!rc)
		rc = yg_controllers_check(job->config, c, err);
	return rc ? rc : yg_edit_add(job->edit, c, err);
}

static int do_add(struct yg_cli *cli, struct job *job, struct yg_err *err)
{
	struct yg_config_controller c = {
	    .name = cli->args[1],
	    .url = cli->args[2],
	    .site = (char *)(uintptr_t)yg_cli_value(cli, "site"),
	};
	int rc = add(cli, job, &c, err);

	for (size_t i = 0; i < c.n_options; i++) {
		free(c.options[i].name);
		free(c.options[i].value);
	}
	free(c.options);
	return rc;
}

/* ---- rename, rm ---- */

static int do_rename(struct yg_cli *cli, struct job *job, struct yg_err *err)
{
	const struct yg_config_controller *old = find(job->config, cli->args[1]);
	int rc = old ? check_free(job, cli->args[2], err) : 0;

	if (old && !rc) {
		struct yg_config_controller c = *old;
		c.name = cli->args[2];
		c.line = 0;
		rc = yg_controllers_check(job->config, &c, err);
	}
	return rc ? rc : yg_edit_rename(job->edit, cli->args[1], cli->args[2], err);
}

static int do_rm(struct yg_cli *cli, struct job *job, struct yg_err *err)
{
	return yg_edit_remove(job->edit, cli->args[1], err);
}

static int change(
    struct yg_cli *cli, int (*what)(struct yg_cli *cli, struct job *job, struct yg_err *err))
{
	struct job job = {0};
	struct yg_err err = {0};
	int rc = job_open(cli, &job, &err);

	if (!rc)
		rc = what(cli, &job, &err);
	if (!rc)
		rc = finish(cli, &job, &err);
	job_done(&job);
	return rc ? yg_cli_fail(cli, &err) : YG_EXIT_OK;
}

static const struct part {
	const char *name, *usage;
	size_t n_args; /* behind the name */
	int (*run)(struct yg_cli *cli);
	int (*change)(struct yg_cli *cli, struct job *job, struct yg_err *err);
} parts[] = {
    {"list", "list", 0, run_list, NULL},
    {"add", "add NAME URL", 2, NULL, do_add},
    {"test", "test NAME", 1, yg_controller_test, NULL},
    {"rename", "rename OLD NEW", 2, NULL, do_rename},
    {"rm", "rm NAME", 1, NULL, do_rm},
};

static int run(struct yg_cli *cli)
{
	const char *names[YG_COUNT(parts)], *word = cli->n_args ? cli->args[0] : "list";

	for (size_t i = 0; i < YG_COUNT(parts); i++) {
		const struct part *p = &parts[i];
		names[i] = p->name;
		if (!yg_streq(p->name, word))
			continue;
		if (cli->n_args > p->n_args + 1 || (cli->n_args ? cli->n_args - 1 : 0) < p->n_args)
			return yg_cli_usage(cli, "'%s' is wanted", p->usage);
		return p->run ? p->run(cli) : change(cli, p->change);
	}
	const char *near = yg_text_nearest(word, names, YG_COUNT(names));
	return near ? yg_cli_usage(cli, "no '%s', did you mean '%s'?", word, near)
		    : yg_cli_usage(cli, "no '%s': list, add, test, rename or rm", word);
}

static const struct yg_verb_option options[] = {
    {.name = "provider",
	.arg = "NAME",
	.help = "of add: who speaks to it, if the URL does not say"},
    {.name = "set",
	.arg = "NAME=VALUE",
	.help = "of add: an option of the provider; may be repeated"},
    {.name = "dry-run", .help = "show what would change, and change nothing"},
    YG_OUTPUT_OPTION,
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_controller = {
    .name = "controller",
    .usage = "list|add|test|rename|rm [NAME] [URL|NEW]",
    .help = "add, test, rename or remove a controller in yagura.yaml",
    .notes =
	"list: what is configured and found, without connecting. add NAME URL: writes it, with "
	"--site\nand --set. test NAME: connects, and tells how long each step took. rename OLD "
	"NEW. "
	"rm NAME.\nComments and order of the file stay as they are; a comment above a removed one "
	"stays "
	"too.\nyagura controller add kvm-02 qemu+ssh://root@kvm-02.example.net/system --site tokyo",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
