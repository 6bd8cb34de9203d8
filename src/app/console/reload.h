/* reload: configuration, keys, themes and views read anew while the console runs: when a file
 * changes, or by ":reload". A mistake is told and what was there stays. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_RELOAD_H
#define YG_APP_CONSOLE_RELOAD_H

#include "app/console/console.h"

int yg_run_reload(struct yg_console *con, char *args, struct yg_err *err);
/* Looks at the folders of the configuration from now on. */
void yg_reload_start(struct yg_console *con);
void yg_reload_stop(struct yg_console *con);
/* What changed while something was asked or typed is read when that is over. */
void yg_reload_catch_up(struct yg_console *con);

#endif
