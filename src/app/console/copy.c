/* copy: what can be put into the clipboard. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/copy.h"

#include <stdio.h>

#include "app/verbs/rows.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ui/terminal.h"

#define COMMAND_MAX 16384

/* ---- the last thing done ---- */

/* A word of a shell's line: as it is where that means only itself, else in quotes. */
static void put_word(struct yg_buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._-:@%+=,";
	struct yg_buf clean = {0};

	yg_text_clean(&clean, word, strlen(word));
	const char *text = yg_buf_text(&clean);
	if (text[0] && !text[strspn(text, plain)])
		yg_buf_str(out, text);
	else {
		yg_buf_char(out, '\'');
		for (const char *p = text; *p; p++)
			yg_buf_str(out, *p == '\'' ? "'\\''" : (char[]){*p, '\0'});
		yg_buf_char(out, '\'');
	}
	yg_buf_done(&clean);
}

void yg_copy_note(struct yg_console *con, const struct yg_plan *plan)
{
	struct yg_buf line = {.max = COMMAND_MAX};

	yg_buf_printf(&line, "yagura do %s", plan->action->name);
	for (size_t i = 0; i < plan->n_targets; i++) {
		const struct yg_row *row = plan->targets[i].row;
		if (plan->targets[i].refused)
			continue;
		char *word = yg_xasprintf("%s/%s/%s", row->kind->name,
		    yg_row_text(row, YG_F_CONTROLLER), yg_row_name(row));
		yg_buf_char(&line, ' ');
		put_word(&line, word);
		free(word);
	}
	for (size_t i = 0; i < plan->args.count; i++) {
		char *word = yg_xasprintf("%s=%s", plan->args.names[i], plan->args.values[i]);
		yg_buf_str(&line, " --set ");
		put_word(&line, word);
		free(word);
	}
	free(con->last_done);
	con->last_done = line.is_full ? NULL : yg_buf_take(&line);
	yg_buf_done(&line);
}

/* ---- copying ---- */

static int need_row(struct yg_console *con, const struct yg_row **out, struct yg_err *err)
{
	*out = yg_inventory_row(yg_host_inventory(con->host), yg_panes_current_slot(con));
	return *out ? 0 : yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
}

static int take_name(struct yg_console *con, struct yg_buf *out, struct yg_err *err)
{
	const struct yg_row *row;
	int rc = need_row(con, &row, err);

	if (!rc)
		yg_text_clean(out, yg_row_name(row), strlen(yg_row_name(row)));
	return rc;
}

static int take_json(struct yg_console *con, struct yg_buf *out, struct yg_err *err)
{
	struct yg_printer printer = {.output = YG_OUT_JSON};
	const struct yg_row *row;
	int rc = need_row(con, &row, err);

	if (rc)
		return rc;
	printer.kind = row->kind;
	yg_row_object(out, &printer, row, NULL);
	return 0;
}

static int take_command(struct yg_console *con, struct yg_buf *out, struct yg_err *err)
{
	if (!con->last_done)
		return yg_err_set(err, YG_E_NOTFOUND, "nothing was done yet");
	yg_buf_str(out, con->last_done);
	return 0;
}

static const struct {
	const char *name, *key, *help;
	int (*take)(struct yg_console *con, struct yg_buf *out, struct yg_err *err);
} things[] = {
    {"name", "y", N_("the name of the row"), take_name},
    {"json", "J", N_("the whole row, as 'get -o json' prints it"), take_json},
    {"command", "c", N_("the command line of what was done last"), take_command},
};

/* Puts it into the clipboard, and says what it is as far as there is room for. */
static int copy(struct yg_console *con, size_t i, struct yg_err *err)
{
	struct yg_buf text = {0};
	int rc = things[i].take(con, &text, err);

	if (!rc) {
		if (con->term)
			yg_terminal_copy(con->term, yg_buf_text(&text));
		char *said = yg_xasprintf(
		    _("in the clipboard, if your terminal takes it: %s"), yg_buf_text(&text));
		yg_console_say(con, YG_ST_DIM, said);
		free(said);
	}
	yg_buf_done(&text);
	return rc;
}

/* Shows what each would be. */
static int ask(struct yg_console *con, struct yg_err *err)
{
	yg_dialog_menu_begin(con, _("copy to the clipboard"));
	for (size_t i = 0; i < YG_COUNT(things); i++) {
		struct yg_buf text = {0};
		char *command = yg_xasprintf("copy %s", things[i].name);
		if (things[i].take(con, &text, NULL) == 0)
			yg_dialog_menu_add(con, things[i].key, things[i].name,
			    yg_streq(things[i].name, "json") ? _(things[i].help)
							     : yg_buf_text(&text),
			    command);
		free(command);
		yg_buf_done(&text);
	}
	if (yg_dialog_menu_show(con))
		return 0;
	return yg_err_set(err, YG_E_NOTFOUND, "no row is chosen");
}

int yg_run_copy(struct yg_console *con, char *args, struct yg_err *err)
{
	if (!args[0])
		return ask(con, err);
	for (size_t i = 0; i < YG_COUNT(things); i++)
		if (yg_streq(things[i].name, args))
			return copy(con, i, err);
	return yg_err_set(err, YG_E_INVALID, "copy: name, json or command");
}

void yg_complete_copy(struct yg_console *con, const char *word, struct yg_completions *out)
{
	(void)con;
	for (size_t i = 0; i < YG_COUNT(things); i++)
		yg_complete_add(out, word, things[i].name, _(things[i].help));
}
