/* watch: prints again what get printed, each time something of it changed. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_WATCH_H
#define YG_APP_VERBS_WATCH_H

#include "app/verbs/pick.h"
#include "app/verbs/rows.h"

/* What get, or top, was asked for. */
struct yg_ask {
	const struct yg_kind *kind;
	struct yg_pick *picks;
	size_t n_picks;
	uint64_t kinds;
	struct yg_query *query;
	struct yg_printer printer;
	int64_t timeout_ms;
	const char *sort; /* where the user names none; NULL: by name */
	struct yg_picked rows;
	bool is_told; /* that rows may be left out */
};

/* Checks words and options before anybody is spoken to; yg_ask_done() in any case. */
int yg_ask_parse(struct yg_cli *cli, struct yg_ask *ask, struct yg_err *err);
void yg_ask_done(struct yg_ask *ask);
/* Until the rows are listed, and sampled if the user named a field that changes all the time: an
 * exit code, as yg_cli_settle(). */
int yg_ask_wait(struct yg_cli *cli, struct yg_ask *ask);
/* There is no row: why, and the exit code. code: of yg_ask_wait(). */
int yg_ask_explain_nothing(struct yg_cli *cli, const struct yg_ask *ask, int code);

/* Fills ask->rows with what the words and the query (NULL: all) mean now. */
void yg_ask_collect(struct yg_cli *cli, struct yg_ask *ask, const struct yg_query *query);
void yg_ask_print(struct yg_cli *cli, struct yg_ask *ask);
/* Until it is interrupted; returns the exit code. */
int yg_watch(struct yg_cli *cli, struct yg_ask *ask);

#endif
