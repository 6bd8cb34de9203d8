/* map: text to pointer, by hash; the order is that of insertion. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/map.h"

#include <stdlib.h>

/* FNV-1a over 8 bytes a step with a final mix: quick on short keys, good enough for our tables
 * (keys come from controllers, but a table never holds more than its listing). */
uint32_t yg_hash(const void *data, size_t len, uint32_t seed)
{
	const unsigned char *p = data;
	uint64_t h = 0xcbf29ce484222325u ^ seed;

	for (; len >= 8; p += 8, len -= 8) {
		uint64_t word;
		memcpy(&word, p, 8);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	for (; len; p++, len--)
		h = (h ^ *p) * 0x100000001b3u;
	h ^= h >> 32;
	h *= 0x9e3779b97f4a7c15u;
	return (uint32_t)(h >> 32);
}

static size_t find(const struct yg_map *m, const char *key, uint32_t hash)
{
	size_t at = hash & (m->index_size - 1);

	for (; m->index[at]; at = (at + 1) & (m->index_size - 1)) {
		const struct yg_map_entry *e = &m->entries[m->index[at] - 1];
		if (e->hash == hash && strcmp(e->key, key) == 0)
			break;
	}
	return at;
}

static void reindex(struct yg_map *m, size_t size)
{
	free(m->index);
	m->index = yg_xcalloc(size, sizeof(*m->index));
	m->index_size = size;
	for (size_t i = 0; i < m->count; i++) {
		size_t at = m->entries[i].hash & (size - 1);
		while (m->index[at])
			at = (at + 1) & (size - 1);
		m->index[at] = (uint32_t)i + 1;
	}
}

void *yg_map_put(struct yg_map *m, const char *key, void *value)
{
	uint32_t hash = yg_hash(key, strlen(key), 0);

	if (m->index_size < (m->count + 1) * 2)
		reindex(m, m->index_size ? m->index_size * 2 : 16);
	size_t at = find(m, key, hash);
	if (m->index[at]) {
		struct yg_map_entry *e = &m->entries[m->index[at] - 1];
		void *old = e->value;
		e->value = value;
		return old;
	}
	if (m->count == m->room) {
		m->room = m->room ? m->room * 2 : 8;
		m->entries = yg_xreallocarray(m->entries, m->room, sizeof(*m->entries));
	}
	m->entries[m->count] =
	    (struct yg_map_entry){.key = yg_xstrdup(key), .value = value, .hash = hash};
	m->index[at] = (uint32_t)++m->count;
	return NULL;
}

void *yg_map_get(const struct yg_map *m, const char *key)
{
	if (!m->count)
		return NULL;
	size_t at = find(m, key, yg_hash(key, strlen(key), 0));
	return m->index[at] ? m->entries[m->index[at] - 1].value : NULL;
}

void *yg_map_remove(struct yg_map *m, const char *key)
{
	if (!m->count)
		return NULL;
	size_t at = find(m, key, yg_hash(key, strlen(key), 0));
	if (!m->index[at])
		return NULL;
	size_t i = m->index[at] - 1;
	void *old = m->entries[i].value;
	free(m->entries[i].key);
	memmove(m->entries + i, m->entries + i + 1, (m->count - i - 1) * sizeof(*m->entries));
	m->count--;
	reindex(m, m->index_size);
	return old;
}

void yg_map_done(struct yg_map *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->entries[i].key);
	free(m->entries);
	free(m->index);
	*m = (struct yg_map){0};
}
