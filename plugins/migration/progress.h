/* progress: how far a migration is and whether it will end, worked out from what its controller
 * tells. Pure: no clock, no rows.
 *
 * Memory is sent in passes: each sends what was changed during the one before. So what is left is a
 * saw-tooth, and what was sent passes the total. What can be known: this pass, and, once the rate
 * of change is told, that each further pass is dirty/rate of the one before: what is still to be
 * sent is the sum of that row. Where the sum has no end, nobody knows when it will be over. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PLUGINS_MIGRATION_PROGRESS_H
#define YG_PLUGINS_MIGRATION_PROGRESS_H

#include "model/kinds.h"

/* One answer of the controller. Bytes, bytes a second; below 0: it does not tell. */
struct mig_figures {
	int state; /* YG_MIGRATION_STATE_... */
	int pass;  /* 0: it does not tell */
	int64_t elapsed_ms;
	double total, sent, remaining, rate, dirty;
	double memory; /* of the machine: while disks are copied, total is without it */
};

enum mig_outlook {
	MIG_UNKNOWN,
	MIG_SURE, /* nothing is sent twice any more */
	MIG_CONVERGES,
	MIG_SLOWLY,   /* passes hardly become smaller */
	MIG_DIVERGES, /* memory is changed as fast as it is sent */
};

#define MIG_DISKS      0 /* the "pass" in which disks are copied */
#define MIG_POSTCOPY   1000000
#define MIG_PASSES_MAX 64 /* kept: the first, and the newest others */

struct mig_pass {
	int number;                /* from 1; or MIG_DISKS, MIG_POSTCOPY */
	double size;               /* left when it began */
	int64_t began_ms, took_ms; /* on the migration's own clock; took 0: under way */
};

/* All zero but for mig_progress_init() is a migration of which nothing was told. */
struct mig_progress {
	double percent;   /* -1: not known; never goes back, never 100 */
	int64_t eta_ms;   /* until it ends, if it goes on so; -1: not known */
	int64_t least_ms; /* it takes at least so long; -1: not known */
	enum mig_outlook outlook;
	double ratio; /* the next pass to this one; -1: not known */
	struct mig_pass passes[MIG_PASSES_MAX];
	size_t n_passes;
	/* inside */
	struct mig_figures last;
	double rate;    /* smoothed */
	double skipped; /* pages that need not be sent, being empty */
	bool has_last;
};

void mig_progress_init(struct mig_progress *p);
/* Takes the next answer; the same again changes nothing. One that can only be of another migration
 * (its clock went back) starts anew. */
void mig_progress_add(struct mig_progress *p, const struct mig_figures *now);

#endif
