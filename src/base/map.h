/* map: text to pointer, by hash; the order is that of insertion. All zero is an empty one. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_MAP_H
#define YG_BASE_MAP_H

#include <stdint.h>

#include "base/mem.h"

struct yg_map_entry {
	char *key;   /* ours */
	void *value; /* the caller's */
	uint32_t hash;
};

struct yg_map {
	struct yg_map_entry *entries; /* count of them, in order of insertion */
	size_t count, room;
	uint32_t *index;   /* open addressing: entry number + 1, 0 is free */
	size_t index_size; /* a power of two */
};

uint32_t yg_hash(const void *data, size_t len, uint32_t seed);
/* Puts value under key and returns the one that was there, or NULL. The key is copied. */
void *yg_map_put(struct yg_map *m, const char *key, void *value);
void *yg_map_get(const struct yg_map *m, const char *key);
/* Takes it out and returns it, or NULL. Later entries move down by one. */
void *yg_map_remove(struct yg_map *m, const char *key);
void yg_map_done(struct yg_map *m);

#endif
