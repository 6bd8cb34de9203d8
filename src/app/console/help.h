/* help: keys, commands and the query language as a view. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_HELP_H
#define YG_APP_CONSOLE_HELP_H

#include "app/console/console.h"

/* The view named "help"; it asks this console for its text. */
void yg_help_register(struct yg_console *con);
void yg_help_forget(void);

#endif
