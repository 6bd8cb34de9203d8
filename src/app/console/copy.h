/* copy: what can be put into the clipboard: a name, a row as JSON, the last thing done as a command
 * line. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_COPY_H
#define YG_APP_CONSOLE_COPY_H

#include "app/console/console.h"

/* Commands: see the table in commands.c. */
int yg_run_copy(struct yg_console *con, char *args, struct yg_err *err);
void yg_complete_copy(struct yg_console *con, const char *word, struct yg_completions *out);
/* Remembers what is being done, as "yagura do ACTION KIND/CONTROLLER/NAME --set x=y". */
void yg_copy_note(struct yg_console *con, const struct yg_plan *plan);

#endif
