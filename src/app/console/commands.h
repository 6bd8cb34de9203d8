/* commands: what may stand after ':' and behind keys. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_COMMANDS_H
#define YG_APP_CONSOLE_COMMANDS_H

#include "app/console/console.h"

struct yg_command {
	const char *name;
	const char *args; /* for help; "" takes none, "[...]" may be left out */
	const char *help;
	int (*run)(struct yg_console *con, char *args, struct yg_err *err);
	void (*complete)(struct yg_console *con, const char *word, struct yg_completions *out);
};

/* All of them, by name. */
const struct yg_command *yg_commands_all(size_t *count);
/* NULL if there is none; case does not matter. */
const struct yg_command *yg_command_find(const char *name);

#endif
