/* moves: every migration that is told of, and what became of those that are no longer: figures,
 * their past, the task that stands for it. One list, the plugin's; loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PLUGINS_MIGRATION_MOVES_H
#define YG_PLUGINS_MIGRATION_MOVES_H

#include "api/yagura.h"
#include "base/vec.h"
#include "plugins/migration/progress.h"

#define MIG_PAST 240

/* All of its time in at most MIG_PAST samples: when they are full, every second one goes. */
struct mig_past {
	float left[MIG_PAST], rate[MIG_PAST];
	size_t count;
	int64_t step_ms, next_ms;
};

struct mig_move {
	struct yg_row *row; /* as it was told last, completed; ours */
	uint32_t slot;      /* YG_NO_SLOT until it was told, and once it is gone */
	int64_t seen_ms;    /* first */
	struct mig_progress progress;
	struct mig_past past;
	uint32_t task;      /* that stands for it; 0: none yet */
	bool was_migrating; /* so its row says: then that tells the end, too */
	bool is_watched;    /* the task is one of ours about somebody else's migration */
	int64_t gone_ms;    /* its row is gone since; 0: it is under way */
	int outcome;        /* YG_TASK_STATE_...: RUNNING until it is known */
	char verdict[160];  /* what became of it */
};

struct mig_moves {
	struct yg_host *host;
	struct yg_vec(struct mig_move *) items; /* oldest first */
	struct yg_timer *timer;                 /* while it is not known what became of one */
};

struct mig_moves *mig_moves_create(struct yg_host *host);
/* Ends watching; tasks that we made are left as they are, without us. */
void mig_moves_destroy(struct mig_moves *moves);
/* The newest with this key, or NULL. */
struct mig_move *mig_moves_find(
    const struct mig_moves *moves, const char *controller, const char *id);

/* ---- tasks.c ---- */
/* Sees to it that a task stands for it, and tells the task how far it is. */
void mig_task_update(struct mig_moves *moves, struct mig_move *move);
/* The row is gone: looks what became of it; true once that is known. */
bool mig_task_settle(struct mig_moves *moves, struct mig_move *move);
/* Another one of the same machine began: it is still where this one left from. */
void mig_task_stayed(struct mig_moves *moves, struct mig_move *move);
/* The task does without us from now on. */
void mig_task_leave(struct mig_moves *moves, struct mig_move *move);

/* ---- migration.c ---- */
/* The list of the running program: a view knows the host, not the plugin. */
struct mig_moves *mig_moves_here(void);

/* ---- view.c ---- */
extern const struct yg_view_ops mig_view;

/* "kvm-02" of "qemu+ssh://root@kvm-02:22/system"; all else as it is. */
void mig_short_host(const char *to, char *buf, size_t size);
/* The name of the host that it leaves, or "its host". */
void mig_from(const struct yg_row *row, char *buf, size_t size);

#endif
