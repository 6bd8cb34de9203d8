/* moves: every migration that is told of: completes its rows, keeps its past, notices its end. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/migration/moves.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

#define OVER_MAX 32 /* that are kept once it is known what became of them */
#define LOOK_MS  1000
#define STEP_MS  1000

static void move_free(struct mig_move *m)
{
	yg_row_unref(m->row);
	free(m);
}

static bool is_same(const struct yg_row *a, const struct yg_row *b)
{
	return yg_streq(yg_row_id(a), yg_row_id(b)) &&
	       yg_streq(yg_row_text(a, YG_F_CONTROLLER), yg_row_text(b, YG_F_CONTROLLER));
}

struct mig_move *mig_moves_find(
    const struct mig_moves *moves, const char *controller, const char *id)
{
	for (size_t i = moves->items.count; i-- > 0;) {
		const struct yg_row *row = moves->items.items[i]->row;
		if (yg_streq(yg_row_id(row), id) &&
		    yg_streq(yg_row_text(row, YG_F_CONTROLLER), controller))
			return moves->items.items[i];
	}
	return NULL;
}

/* ---- the past ---- */

static void thin_out(struct mig_past *past)
{
	for (size_t i = 0; i < MIG_PAST / 2; i++) {
		past->left[i] = past->left[2 * i];
		past->rate[i] = past->rate[2 * i];
	}
	past->count = MIG_PAST / 2;
	past->step_ms *= 2;
}

static void remember(struct mig_past *past, const struct mig_figures *f)
{
	if (f->elapsed_ms < past->next_ms || f->state == YG_MIGRATION_STATE_SETUP)
		return;
	if (past->count == MIG_PAST)
		thin_out(past);
	past->left[past->count] = f->remaining < 0 ? NAN : (float)f->remaining;
	past->rate[past->count++] = f->rate < 0 ? NAN : (float)f->rate;
	past->next_ms = f->elapsed_ms + past->step_ms;
}

/* ---- rows ---- */

static double number(const struct yg_row *row, int field)
{
	return yg_row_has(row, field) ? yg_row_number(row, field) : -1;
}

/* The memory of the machine that moves, if it is known; -1. */
static double memory_of(const struct mig_moves *moves, const struct yg_row *row)
{
	const struct yg_inventory *inv = yg_host_inventory(moves->host);
	struct yg_ref ref;

	if (!yg_ref_next(yg_row_text(row, YG_MIGRATION_VM), &ref))
		return -1;
	const struct yg_row *vm = yg_inventory_row(inv, yg_inventory_follow(inv, row, &ref));
	return vm && vm->kind == &yg_kind_vm ? number(vm, YG_VM_MEM) : -1;
}

static struct mig_figures figures_of(
    const struct mig_moves *moves, const struct mig_move *m, const struct yg_row *row)
{
	return (struct mig_figures){
	    .state = yg_row_state(row),
	    .pass = (int)YG_MIN(yg_row_int(row, YG_MIGRATION_PASS), MIG_POSTCOPY - 1),
	    .elapsed_ms = yg_row_has(row, YG_MIGRATION_ELAPSED)
			      ? yg_row_int(row, YG_MIGRATION_ELAPSED)
			      : yg_now_ms() - m->seen_ms,
	    .total = number(row, YG_MIGRATION_TOTAL),
	    .sent = number(row, YG_MIGRATION_SENT),
	    .remaining = number(row, YG_MIGRATION_REMAINING),
	    .rate = number(row, YG_MIGRATION_RATE),
	    .dirty = number(row, YG_MIGRATION_DIRTY),
	    .memory = memory_of(moves, row),
	};
}

static struct mig_move *add(struct mig_moves *moves, struct yg_row *row)
{
	struct mig_move *m = yg_xcalloc(1, sizeof(*m));

	m->row = yg_row_ref(row);
	m->slot = YG_NO_SLOT;
	m->seen_ms = yg_now_ms();
	m->outcome = YG_TASK_STATE_RUNNING;
	m->past.step_ms = STEP_MS;
	mig_progress_init(&m->progress);
	yg_vec_push(&moves->items, m);
	return m;
}

/* The same machine moves again, under the same key. */
static bool has_begun_anew(const struct mig_move *m, const struct mig_figures *f)
{
	return m->gone_ms ||
	       (m->progress.has_last && f->elapsed_ms + 2000 < m->progress.last.elapsed_ms);
}

static struct yg_row *completed(const struct mig_move *m, struct yg_row *row)
{
	struct yg_draft d;

	if (m->progress.percent < 0 && m->progress.eta_ms < 0)
		return row;
	yg_draft_copy(&d, row);
	if (m->progress.percent >= 0)
		yg_draft_real(&d, YG_MIGRATION_PROGRESS, floor(m->progress.percent * 10) / 10);
	if (m->progress.eta_ms >= 0)
		yg_draft_int(&d, YG_MIGRATION_ETA, m->progress.eta_ms);
	struct yg_row *full = yg_draft_done(&d);
	yg_row_unref(row);
	return full;
}

static struct yg_row *on_row(void *data, struct yg_row *row)
{
	struct mig_moves *moves = data;
	struct mig_move *m =
	    mig_moves_find(moves, yg_row_text(row, YG_F_CONTROLLER), yg_row_id(row));

	if (!m)
		m = add(moves, row);
	struct mig_figures f = figures_of(moves, m, row);
	if (has_begun_anew(m, &f)) {
		m = add(moves, row);
		f = figures_of(moves, m, row);
	}
	mig_progress_add(&m->progress, &f);
	remember(&m->past, &f);
	row = completed(m, row);
	yg_row_unref(m->row);
	m->row = yg_row_ref(row);
	return row;
}

/* ---- changes ---- */

static void forget_old(struct mig_moves *moves)
{
	size_t over = 0;

	yg_vec_each (&moves->items, m)
		over += (*m)->outcome != YG_TASK_STATE_RUNNING;
	for (size_t i = 0; over > OVER_MAX && i < moves->items.count;) {
		if (moves->items.items[i]->outcome == YG_TASK_STATE_RUNNING) {
			i++;
			continue;
		}
		move_free(moves->items.items[i]);
		yg_vec_remove(&moves->items, i);
		over--;
	}
}

static void on_look(void *data)
{
	struct mig_moves *moves = data;
	bool has_open = false;

	yg_vec_each (&moves->items, m)
		if ((*m)->gone_ms && (*m)->outcome == YG_TASK_STATE_RUNNING)
			has_open |= !mig_task_settle(moves, *m);
	forget_old(moves);
	if (has_open)
		return;
	yg_host_unwait(moves->host, moves->timer);
	moves->timer = NULL;
}

static void over(struct mig_moves *moves, struct mig_move *m)
{
	m->gone_ms = yg_now_ms();
	m->slot = YG_NO_SLOT;
	if (!mig_task_settle(moves, m) && !moves->timer)
		moves->timer = yg_host_wait(moves->host, LOOK_MS, LOOK_MS, on_look, moves);
	forget_old(moves);
}

static void row_gone(struct mig_moves *moves, uint32_t slot)
{
	for (size_t i = 0; i < moves->items.count; i++)
		if (moves->items.items[i]->slot == slot) {
			over(moves, moves->items.items[i]);
			return;
		}
}

static void row_told(struct mig_moves *moves, uint32_t slot)
{
	const struct yg_row *row = yg_inventory_row(yg_host_inventory(moves->host), slot);
	struct mig_move *m =
	    row ? mig_moves_find(moves, yg_row_text(row, YG_F_CONTROLLER), yg_row_id(row)) : NULL;

	if (!m)
		return;
	for (size_t i = 0; i < moves->items.count; i++) {
		struct mig_move *other = moves->items.items[i];
		if (other == m)
			continue;
		if (other->slot == slot)
			over(moves, other);
		if (other->gone_ms && other->outcome == YG_TASK_STATE_RUNNING &&
		    is_same(other->row, row))
			mig_task_stayed(moves, other);
	}
	m->slot = slot;
	mig_task_update(moves, m);
}

static void on_changes(void *data, const struct yg_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (changes[i].kind == &yg_kind_migration && changes[i].what == YG_GONE)
			row_gone(data, changes[i].slot);
	for (size_t i = 0; i < count; i++)
		if (changes[i].kind == &yg_kind_migration && changes[i].what != YG_GONE)
			row_told(data, changes[i].slot);
}

/* ---- the list ---- */

struct mig_moves *mig_moves_create(struct yg_host *host)
{
	struct mig_moves *moves = yg_xcalloc(1, sizeof(*moves));

	moves->host = host;
	yg_inventory_complete(yg_host_inventory(host), &yg_kind_migration, on_row, moves);
	yg_inventory_listen(yg_host_inventory(host), on_changes, moves);
	return moves;
}

void mig_moves_destroy(struct mig_moves *moves)
{
	if (!moves)
		return;
	yg_inventory_complete(yg_host_inventory(moves->host), &yg_kind_migration, NULL, NULL);
	yg_inventory_unlisten(yg_host_inventory(moves->host), on_changes, moves);
	yg_host_unwait(moves->host, moves->timer);
	yg_vec_each (&moves->items, m) {
		mig_task_leave(moves, *m);
		move_free(*m);
	}
	yg_vec_done(&moves->items);
	free(moves);
}
