/* plan: a plan and its outcome, as text and as JSON. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_PLAN_H
#define YG_APP_VERBS_PLAN_H

#include "app/verbs.h"

/* What would be done to whom, and what would stop working. */
void yg_plan_text(
    struct yg_cli *cli, const struct yg_plan *plan, struct yg_buf *out, bool has_colour);
void yg_plan_json(struct yg_cli *cli, const struct yg_plan *plan);
/* How each target ended: a line each, failures to stderr; or JSON. */
void yg_plan_results(struct yg_cli *cli, const struct yg_plan *plan, bool is_json);

#endif
