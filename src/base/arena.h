/* arena: memory that is given back all at once. All zero is an empty one. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_ARENA_H
#define YG_BASE_ARENA_H

#include "base/mem.h"

struct yg_arena {
	struct yg_arena_block *blocks;
	size_t used, total; /* bytes used in the newest block; bytes handed out in all */
};

/* Aligned to 8; not zeroed; valid until reset or done. */
void *yg_arena_alloc(struct yg_arena *a, size_t size);
char *yg_arena_strndup(struct yg_arena *a, const char *s, size_t len);
/* Forgets all that was handed out and keeps one block for the next round. */
void yg_arena_reset(struct yg_arena *a);
void yg_arena_done(struct yg_arena *a);

#endif
