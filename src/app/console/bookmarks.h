/* bookmarks: what is kept by name: bookmarks of places, and workspaces. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_BOOKMARKS_H
#define YG_APP_CONSOLE_BOOKMARKS_H

#include "app/console/console.h"
#include "store/kept.h"

/* Commands: see the table in commands.c. */
int yg_run_bookmark(struct yg_console *con, char *args, struct yg_err *err);
int yg_run_bookmarks(struct yg_console *con, char *args, struct yg_err *err);
int yg_run_go(struct yg_console *con, char *args, struct yg_err *err);
int yg_run_workspace(struct yg_console *con, char *args, struct yg_err *err);
int yg_run_forget(struct yg_console *con, char *args, struct yg_err *err);
void yg_complete_bookmarks(struct yg_console *con, const char *word, struct yg_completions *out);
void yg_complete_workspaces(struct yg_console *con, const char *word, struct yg_completions *out);
/* All panes as they are, and back: what is wrong in one tab is told, the others are shown. */
void yg_workspace_take(struct yg_console *con, struct yg_workspace *out);
int yg_workspace_show(struct yg_console *con, const struct yg_workspace *space, struct yg_err *err);
/* Tells cb of each: "bookmark" or "workspace", its name, what it is, the command that goes there.
 */
void yg_bookmarks_each(struct yg_console *con,
    void (*cb)(
	void *data, const char *what, const char *name, const char *help, const char *command),
    void *data);

#endif
