/* arena: memory that is given back all at once. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdlib.h>

#define BLOCK_MIN 4096

struct yg_arena_block {
	struct yg_arena_block *next;
	size_t size;
	_Alignas(8) char data[];
};

static void add_block(struct yg_arena *a, size_t size)
{
	size_t wanted = YG_MAX(size, (size_t)BLOCK_MIN);

	if (a->blocks)
		wanted = YG_MAX(wanted, YG_MIN(a->blocks->size * 2, (size_t)1 << 20));
	struct yg_arena_block *block = yg_xmalloc(sizeof(*block) + wanted);
	block->size = wanted;
	block->next = a->blocks;
	a->blocks = block;
	a->used = 0;
}

void *yg_arena_alloc(struct yg_arena *a, size_t size)
{
	size = (size + 7) & ~(size_t)7;
	if (!a->blocks || a->blocks->size - a->used < size)
		add_block(a, size);
	void *out = a->blocks->data + a->used;
	a->used += size;
	a->total += size;
	return out;
}

char *yg_arena_strndup(struct yg_arena *a, const char *s, size_t len)
{
	char *out = yg_arena_alloc(a, len + 1);

	if (len)
		memcpy(out, s, len);
	out[len] = '\0';
	return out;
}

void yg_arena_reset(struct yg_arena *a)
{
	struct yg_arena_block *keep = a->blocks;

	while (keep && keep->next) {
		struct yg_arena_block *next = keep->next;
		keep->next = next->next;
		free(next);
	}
	a->used = a->total = 0;
}

void yg_arena_done(struct yg_arena *a)
{
	while (a->blocks) {
		struct yg_arena_block *next = a->blocks->next;
		free(a->blocks);
		a->blocks = next;
	}
	*a = (struct yg_arena){0};
}
