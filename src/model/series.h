/* series: the recent past of metric fields, for sparklines: a ring of samples for a slot and field,
 * in a bounded amount of memory. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_SERIES_H
#define YG_MODEL_SERIES_H

#include "model/inventory.h"

#define YG_SERIES_LEN     60   /* samples kept */
#define YG_SERIES_LONG    1800 /* of rows that are watched: an hour */
#define YG_SERIES_WATCHED 16   /* rows that may be watched, or were and still have a long past */
#define YG_SERIES_PACE_MS 2000 /* between two ticks */

struct yg_series;

/* Listens to the inventory and keeps samples of fields flagged YG_FF_METRIC, for as many rows as
 * fit into max_bytes: the first ones that come, then those that are asked for. */
struct yg_series *yg_series_create(struct yg_inventory *inv, size_t max_bytes);
void yg_series_destroy(struct yg_series *s);
/* Takes one sample of every kept row, whether it changed or not: call it at a steady pace. A row
 * that is out of touch has none: what it says is no longer true. */
void yg_series_tick(struct yg_series *s);
/* Copies the newest n samples, oldest first, to out (NAN where there is none) and returns how many
 * are known. Asking keeps the row's history in memory rather than others'. */
size_t yg_series_get(struct yg_series *s, uint32_t slot, int field, float *out, size_t n);
/* From now on the row keeps YG_SERIES_LONG samples, of every number that it has, until as many
 * unwatch; its past stays after that as long as no other needs the room. false: there is no room
 * for it, or no such row; then there is nothing to unwatch. */
bool yg_series_watch(struct yg_series *s, uint32_t slot);
void yg_series_unwatch(struct yg_series *s, uint32_t slot);
/* Ticks so far. */
uint64_t yg_series_ticks(const struct yg_series *s);
/* When the newest n samples were taken, oldest first, at the end of out; 0 where there was none. */
void yg_series_times(const struct yg_series *s, int64_t *out, size_t n);

#endif
