/* compare: two rows side by side, what differs first. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_COMPARE_H
#define YG_APP_CONSOLE_COMPARE_H

#include "app/console/console.h"

/* The view named "compare"; ":compare" opens it on the two marked rows, or the marked one and the
 * one under the cursor. */
void yg_compare_register(void);
void yg_compare_forget(void);
int yg_run_compare(struct yg_console *con, char *args, struct yg_err *err);

#endif
