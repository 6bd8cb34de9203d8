/* logring: the newest lines of a log in bounded memory, and which of them a filter lets through,
 * found out in slices so that a key is never held up. One thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_LOGRING_H
#define YG_MODEL_LOGRING_H

#include "model/logline.h"
#include "model/pattern.h"

#define YG_LOGRING_BYTES ((size_t)16 << 20)

struct yg_logring;

/* max_bytes in all, index included; memory is touched only as lines come. */
struct yg_logring *yg_logring_create(size_t max_bytes);
void yg_logring_destroy(struct yg_logring *r); /* NULL is fine */
/* Copies the line; the oldest ones make room. */
void yg_logring_add(struct yg_logring *r, const struct yg_logline *line);
/* Lines are numbered as they come, from 0: those from first to end - 1 are there. */
uint64_t yg_logring_first(const struct yg_logring *r);
uint64_t yg_logring_end(const struct yg_logring *r);
/* number must be there; the text is borrowed until the next line is added. */
void yg_logring_get(const struct yg_logring *r, uint64_t number, struct yg_logline *out);
size_t yg_logring_used(const struct yg_logring *r); /* bytes */

/* Which lines pass: those that match `with` (NULL: all) and do not match `without` (NULL: none). */
struct yg_logsieve;
struct yg_logsieve *yg_logsieve_create(const struct yg_logring *ring);
void yg_logsieve_destroy(struct yg_logsieve *s); /* NULL is fine */
/* Begins anew, from the newest line back. The patterns are borrowed. */
void yg_logsieve_set(
    struct yg_logsieve *s, const struct yg_pattern *with, const struct yg_pattern *without);
/* Goes on until until_us of yg_mono_us(), new lines first; true if there is more to do. */
bool yg_logsieve_work(struct yg_logsieve *s, int64_t until_us);
/* The lines that were known to pass at the last yg_logsieve_work() (since then the ring may have
 * dropped some): how many, and the number of the i-th. */
size_t yg_logsieve_count(const struct yg_logsieve *s);
uint64_t yg_logsieve_line(const struct yg_logsieve *s, size_t i);
/* The first i whose line is number or later; the count if there is none. */
size_t yg_logsieve_find(const struct yg_logsieve *s, uint64_t number);

#endif
