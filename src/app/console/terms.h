/* terms: terminals inside the console: shells and consoles of rows, as overlays that can be left
 * and found again. They run on while they are not shown; one that ended keeps its last screen until
 * it is closed. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_TERMS_H
#define YG_APP_CONSOLE_TERMS_H

#include "api/stream.h"
#include "app/console/console.h"
#include "ui/vterm.h"

#define YG_TERM_LEAVE "C-]" /* the one key that does not go to the far side */

/* Opens a stream of the row that is chosen, and shows it. argv as in struct yg_stream_request. */
int yg_terms_start(struct yg_console *con, enum yg_stream_what what, const char *const *argv,
    bool is_forced, struct yg_err *err);
/* The same for a command line, cut at its blanks; "": a shell. */
int yg_terms_shell(struct yg_console *con, char *args, struct yg_err *err);
/* "": a menu of all; a number: shows that one. */
int yg_terms_list(struct yg_console *con, const char *args, struct yg_err *err);
/* true: the view is a terminal; keys and pastes are the far side's. */
bool yg_terms_is_view(const struct yg_view *v);
/* All that was pasted has been told. */
void yg_terms_paste_over(struct yg_console *con);
void yg_terms_close_all(struct yg_console *con);

#endif
