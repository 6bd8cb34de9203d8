/* config: the configuration: all defaults with what they mean, as a file to begin with. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "api/provider.h"
#include "app/console/commands.h"
#include "app/console/keys.h"
#include "app/host.h"
#include "app/verbs.h"
#include "base/text.h"
#include "model/action.h"
#include "store/config.h"

/* In double quotes, for what is ours and plain. */
static void put_key(
    struct yg_buf *out, const char *lead, const char *key, const char *command, const char *help)
{
	char left[96];

	snprintf(left, sizeof(left), "%s\"%s\": \"%s\"", lead, key, command);
	yg_buf_printf(out, help ? "%-38s # %s\n" : "%s\n", left, help);
}

static void put_settings(struct yg_buf *out)
{
	yg_buf_str(out,
	    "# yagura.yaml: all there is to set, as it is when nothing is set.\n"
	    "# It goes to ~/.config/yagura/yagura.yaml; what you do not change can be left out.\n\n"
	    "# Controllers beside those that are found on this machine:\n"
	    "#  - name: kvm-02                 # how it is called here\n"
	    "#    provider: libvirt            # ");
	for (size_t i = 0; i < yg_n_providers; i++)
		yg_buf_printf(out, "%s%s", i ? ", " : "", yg_providers[i]->name);
	yg_buf_str(out, "\n#    url: qemu+ssh://root@kvm-02.example.net/system\n"
			"#    site: tokyo                  # --site tokyo shows only these\n"
			"controllers: []\n\n");
	for (size_t i = 0; i < yg_n_providers; i++)
		for (size_t j = 0; j < yg_providers[i]->n_options; j++)
			yg_buf_printf(out, "# option of %s: %s: %s\n", yg_providers[i]->name,
			    yg_providers[i]->options[j].name, yg_providers[i]->options[j].help);
	yg_buf_str(out, "\n# default, light, warm, colour-blind, high-contrast, mono, or "
			"themes/NAME.yaml beside this\n"
			"theme: default\n\n"
			"# true: nothing is ever changed\nread_only: false\n\n"
			"# false: nothing is looked for on this machine\ndiscovery: true\n\n"
			"# auto, light or ascii\nborders: auto\n\n");
}

/* The keys of actions stand under their kinds, where each kind's are together. */
static void put_action_keys(struct yg_buf *out)
{
	size_t n_kinds, count;
	const struct yg_kind *const *kinds = yg_kind_all(&n_kinds);
	const struct yg_action *const *actions = yg_action_all(&count);

	for (size_t k = 0; k < n_kinds; k++) {
		bool is_first = true;
		for (size_t i = 0; kinds[k] && i < count; i++) {
			char command[64];
			if (!actions[i] || !actions[i]->key ||
			    !yg_streq(actions[i]->kind, kinds[k]->name))
				continue;
			if (is_first)
				yg_buf_printf(out, "  %s:\n", kinds[k]->name);
			is_first = false;
			snprintf(command, sizeof(command), "do %s", actions[i]->name);
			put_key(out, "    ", actions[i]->key, command, actions[i]->help);
		}
	}
}

static void put_keys(struct yg_buf *out)
{
	yg_buf_str(out,
	    "# A key, and a line as after ':'; \"\" takes a meaning away, \"key NAME\" makes it\n"
	    "# another key. Also in keys.yaml beside this, without the word keys; that goes "
	    "first.\n"
	    "keys:\n"
	    "  preset: vi                         # or emacs, function-keys\n"
	    "  normal:\n");
	for (size_t i = 0; i < yg_keys_n_builtin; i++)
		put_key(out, "    ", yg_keys_builtin[i].key, yg_keys_builtin[i].command,
		    yg_keys_builtin[i].help);
	put_action_keys(out);
	yg_buf_str(out,
	    "  overlay: {}                        # while a view lies over the panes\n"
	    "  prompt: {}                         # where text is typed: C-g: \"key Esc\"\n");
}

/* What the commands are, for who writes keys. */
static void put_commands(struct yg_buf *out)
{
	size_t count;
	const struct yg_command *commands = yg_commands_all(&count);

	yg_buf_str(out, "\n# The commands, beside the names of views and kinds:\n");
	for (size_t i = 0; i < count; i++)
		yg_buf_printf(out, "#   %s%s%s: %s\n", commands[i].name,
		    commands[i].args[0] ? " " : "", commands[i].args, commands[i].help);
}

static int run(struct yg_cli *cli)
{
	if (cli->n_args)
		return yg_cli_usage(cli, "takes no arguments");
	if (!yg_cli_value(cli, "dump"))
		return yg_cli_usage(cli, "--dump prints all defaults");
	yg_kinds_register_core();
	if (!yg_action_find("vm", "start"))
		yg_actions_register_core();
	put_settings(&cli->out);
	put_keys(&cli->out);
	put_commands(&cli->out);
	return YG_EXIT_OK;
}

static const struct yg_verb_option options[] = {
    {.name = "dump", .help = "print all defaults, with what they mean, as a file to begin with"},
};

const struct yg_verb yg_verb_config = {
    .name = "config",
    .help = "print all settings and keys as a file to begin with",
    .notes = "yagura config --dump > ~/.config/yagura/yagura.yaml",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
