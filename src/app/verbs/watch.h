/* watch: prints again what get printed, each time something of it changed. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_WATCH_H
#define YG_APP_VERBS_WATCH_H

#include "app/verbs/pick.h"
#include "app/verbs/rows.h"

/* What get was asked for. */
struct yg_ask {
	const struct yg_kind *kind;
	struct yg_pick *picks;
	size_t n_picks;
	uint64_t kinds;
	struct yg_query *query;
	struct yg_printer printer;
	int64_t timeout_ms;
	struct yg_picked rows;
};

/* Fills ask->rows with what the words and the query (NULL: all) mean now. */
void yg_ask_collect(struct yg_cli *cli, struct yg_ask *ask, const struct yg_query *query);
void yg_ask_print(struct yg_cli *cli, struct yg_ask *ask);
/* Until it is interrupted; returns the exit code. */
int yg_watch(struct yg_cli *cli, struct yg_ask *ask);

#endif
