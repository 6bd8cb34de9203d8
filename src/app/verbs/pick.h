/* pick: which rows the words KIND[/NAME] of a command line mean. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_PICK_H
#define YG_APP_VERBS_PICK_H

#include "app/verbs.h"
#include "base/vec.h"

struct yg_pick {
	const struct yg_kind *kind;
	const char *name; /* NULL: all of the kind; borrowed from the word */
};

struct yg_picked yg_vec(uint32_t);

/* YG_E_INVALID with the nearest right kind if there is none of that name. */
int yg_pick_parse(const char *word, struct yg_pick *out, struct yg_err *err);
/* Parses all words; *out_kinds: bits of their kinds. The caller frees *out. */
int yg_picks_parse(
    char **words, size_t count, struct yg_pick **out, uint64_t *out_kinds, struct yg_err *err);
/* Appends the slots that a pick means. NAME is the name or id, "controller/NAME" too; what is so
 * called exactly goes before what matches as a pattern with * and ?. */
void yg_pick_rows(struct yg_host *host, const struct yg_pick *pick, const struct yg_query *query,
    struct yg_picked *out);
/* true if a pick means this row. */
bool yg_pick_is(const struct yg_pick *pick, const struct yg_row *row);
uint64_t yg_kind_bit(const struct yg_kind *kind);
/* Opens what lists these kinds and waits until it has: 0 or an exit code, after a line for each
 * controller that failed. YG_EXIT_UNREACHABLE: go on with what the others gave. */
int yg_cli_settle(struct yg_cli *cli, uint64_t kinds, bool sampled, int64_t timeout_ms);
/* The value of --timeout, or 10 s; YG_E_INVALID. */
int yg_cli_timeout(const struct yg_cli *cli, int64_t *out_ms, struct yg_err *err);
#define YG_TIMEOUT_OPTION                                               \
	{                                                               \
		.name = "timeout", .arg = "TIME",                       \
		.help = "wait so long for controllers, 10s if not said" \
	}

#endif
