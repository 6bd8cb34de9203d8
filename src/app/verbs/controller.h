/* controller: the parts of the verb `controller` that stand in files of their own. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_CONTROLLER_H
#define YG_APP_VERBS_CONTROLLER_H

#include "app/verbs.h"

/* Opens one controller and tells how long each step took; returns the exit code. */
int yg_controller_test(struct yg_cli *cli);

#endif
