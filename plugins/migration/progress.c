/* progress: how far a migration is and whether it will end. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/migration/progress.h"

#include <math.h>

#define CLOCK_SLACK_MS 1000 /* answers may be this much out of order */
#define RATE_WEIGHT    0.3  /* of a new rate against those before */
#define SLOW_RATIO     0.8
/* From here on passes do not become smaller: nearly all memory is changed during each, or a small
 * mistake in the rates is hours. */
#define ENDLESS_RATIO 0.97
#define JUMP_SHARE    0.01 /* what is left grew by so much of all: another pass */
#define PERCENT_MAX   99
/* While the ratio is not known, later passes are supposed to be this much of the one under way: two
 * thirds of the bar stay open for them. Machines that work hard come to that. */
#define LATER 2

void mig_progress_init(struct mig_progress *p)
{
	*p = (struct mig_progress){.percent = -1, .eta_ms = -1, .least_ms = -1, .ratio = -1};
}

static bool is_in_memory(int state)
{
	return state == YG_MIGRATION_STATE_MEMORY || state == YG_MIGRATION_STATE_STUCK ||
	       state == YG_MIGRATION_STATE_FINISHING;
}

static bool is_another(const struct mig_progress *p, const struct mig_figures *now)
{
	return p->has_last && now->elapsed_ms < p->last.elapsed_ms - CLOCK_SLACK_MS;
}

/* ---- rate ---- */

/* What the controller says, or what the difference to its last answer says; -1 for neither. */
static double rate_of(const struct mig_progress *p, const struct mig_figures *now)
{
	double ms = (double)(now->elapsed_ms - p->last.elapsed_ms);

	if (now->rate > 0)
		return now->rate;
	if (!p->has_last || now->sent < 0 || p->last.sent < 0 || ms <= 0)
		return -1;
	return now->sent > p->last.sent ? (now->sent - p->last.sent) * 1000 / ms : -1;
}

static void follow_rate(struct mig_progress *p, const struct mig_figures *now)
{
	double rate = rate_of(p, now);

	if (rate > 0)
		p->rate += p->rate > 0 ? (rate - p->rate) * RATE_WEIGHT : rate;
}

/* ---- passes ---- */

static struct mig_pass *newest(struct mig_progress *p)
{
	return p->n_passes ? &p->passes[p->n_passes - 1] : NULL;
}

/* The pass it is in, counted by us where the controller does not. -1: in none. */
static int pass_of(struct mig_progress *p, const struct mig_figures *now)
{
	const struct mig_pass *pass = newest(p);

	if (now->state == YG_MIGRATION_STATE_DISK)
		return MIG_DISKS;
	if (now->state == YG_MIGRATION_STATE_POSTCOPY || (pass && pass->number == MIG_POSTCOPY))
		return MIG_POSTCOPY;
	if (!is_in_memory(now->state))
		return -1;
	if (now->pass > 0)
		return now->pass;
	if (!pass || pass->number == MIG_DISKS)
		return 1;
	bool has_jumped = now->remaining > p->last.remaining + now->total * JUMP_SHARE;
	return pass->number + (has_jumped && p->last.remaining >= 0);
}

/* What a pass that we see for the first time began with. It may have been under way for a while:
 * how passes shrink tells more than what is left now. */
static double size_of(struct mig_progress *p, const struct mig_figures *now, int number)
{
	const struct mig_pass *before = newest(p);
	double ratio = now->dirty >= 0 && p->rate > 0 ? now->dirty / p->rate : 1;
	double size = now->total;
	int first = 1;

	if (before && before->number == MIG_DISKS)
		size -= before->size;
	else if (before) {
		size = before->size;
		first = before->number;
	}
	if (number == MIG_POSTCOPY || (number > first && ratio >= 1))
		return now->remaining;
	return fmax(size * pow(ratio, YG_MAX(number - first, 0)), now->remaining);
}

static void follow_pass(struct mig_progress *p, const struct mig_figures *now)
{
	struct mig_pass *pass = newest(p);
	int number = pass_of(p, now);

	if (number < 0)
		return;
	if (pass && pass->number == number) {
		pass->size = fmax(pass->size, now->remaining);
		return;
	}
	struct mig_pass next = {
	    .number = number, .size = size_of(p, now, number), .began_ms = now->elapsed_ms};
	if (pass)
		pass->took_ms = now->elapsed_ms - pass->began_ms;
	if (p->n_passes == MIG_PASSES_MAX) {
		memmove(p->passes + 1, p->passes + 2, (MIG_PASSES_MAX - 2) * sizeof(next));
		p->n_passes--;
	}
	p->passes[p->n_passes++] = next;
}

/* ---- will it end ---- */

/* In the first pass QEMU tells 0 as the rate of change, which is no figure. Where it is not told,
 * two passes that we saw tell as much. */
static double ratio_of(const struct mig_progress *p, const struct mig_figures *now, int number)
{
	if (now->dirty >= 0 && p->rate > 0 && (number > 1 || now->dirty > 0))
		return now->dirty / p->rate;
	if (p->n_passes >= 2) {
		const struct mig_pass *pass = &p->passes[p->n_passes - 1];
		if (pass[-1].number >= 1 && pass[-1].size > 0)
			return pass->size / pass[-1].size;
	}
	return -1;
}

static void judge(struct mig_progress *p, const struct mig_figures *now)
{
	const struct mig_pass *pass = newest(p);

	p->ratio = -1;
	p->outlook = MIG_UNKNOWN;
	if (!pass || pass->number == MIG_DISKS)
		return;
	if (pass->number == MIG_POSTCOPY || now->state == YG_MIGRATION_STATE_FINISHING) {
		p->outlook = MIG_SURE;
		return;
	}
	p->ratio = ratio_of(p, now, pass->number);
	if (p->ratio >= ENDLESS_RATIO)
		p->outlook = MIG_DIVERGES;
	else if (p->ratio >= SLOW_RATIO || now->state == YG_MIGRATION_STATE_STUCK)
		p->outlook = MIG_SLOWLY;
	else if (p->ratio >= 0)
		p->outlook = MIG_CONVERGES;
}

/* ---- how far ---- */

/* What is still to be sent, later passes too; -1: nobody knows. */
static double to_come(const struct mig_progress *p, const struct mig_figures *now)
{
	const struct mig_pass *pass = p->n_passes ? &p->passes[p->n_passes - 1] : NULL;
	double left = now->remaining;

	if (left < 0 && now->total > 0 && now->sent >= 0 && now->sent <= now->total)
		left = now->total - now->sent;
	if (!pass || left < 0)
		return -1;
	if (pass->number == MIG_DISKS)
		return left + (1 + LATER) * (now->memory > 0 ? now->memory : now->total);
	switch (p->outlook) {
	case MIG_SURE: return left;
	case MIG_UNKNOWN: return left + LATER * pass->size;
	case MIG_DIVERGES: return -1;
	default: break;
	}
	return left + pass->size * (p->ratio < 0 ? LATER : p->ratio / (1 - p->ratio));
}

/* Empty pages are not sent, and yet are done with. */
static void follow_skipped(struct mig_progress *p, const struct mig_figures *now)
{
	const struct mig_pass *pass = newest(p);
	double skipped = now->total - now->remaining - now->sent;

	if (pass && pass->number == 1 && now->remaining >= 0 && now->sent >= 0)
		p->skipped = fmax(p->skipped, skipped);
}

static void raise_percent(struct mig_progress *p, const struct mig_figures *now, double left)
{
	double done = now->sent + p->skipped;

	if (now->total <= 0 || now->sent < 0 || left < 0 || done + left <= 0)
		return;
	p->percent = fmax(p->percent, fmin(100 * done / (done + left), PERCENT_MAX));
}

static void estimate(struct mig_progress *p, const struct mig_figures *now)
{
	double left = to_come(p, now);

	raise_percent(p, now, left);
	p->eta_ms = p->least_ms = -1;
	if (p->rate <= 0 || now->remaining < 0)
		return;
	p->least_ms = (int64_t)(now->remaining * 1000 / p->rate);
	if ((p->outlook == MIG_SURE || p->ratio >= 0) && left >= 0)
		p->eta_ms = (int64_t)(left * 1000 / p->rate);
}

void mig_progress_add(struct mig_progress *p, const struct mig_figures *now)
{
	if (is_another(p, now))
		mig_progress_init(p);
	if (p->has_last && now->elapsed_ms <= p->last.elapsed_ms && now->state == p->last.state &&
	    now->pass == p->last.pass)
		return;
	follow_rate(p, now);
	follow_pass(p, now);
	follow_skipped(p, now);
	judge(p, now);
	estimate(p, now);
	p->last = *now;
	p->has_last = true;
}
