/* series: the recent past of metric fields, for sparklines: a ring of samples for a slot and field,
 * in a bounded amount of memory. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_SERIES_H
#define YG_MODEL_SERIES_H

#include "model/inventory.h"

#define YG_SERIES_LEN 60 /* samples kept */

struct yg_series;

/* Listens to the inventory and keeps samples of fields flagged YG_FF_METRIC, for as many rows as
 * fit into max_bytes: the first ones that come, then those that are asked for. */
struct yg_series *yg_series_create(struct yg_inventory *inv, size_t max_bytes);
void yg_series_destroy(struct yg_series *s);
/* Takes one sample of every kept row, whether it changed or not: call it at a steady pace. */
void yg_series_tick(struct yg_series *s);
/* Copies the newest n samples, oldest first, to out (NAN where there is none) and returns how many
 * are known. Asking keeps the row's history in memory rather than others'. */
size_t yg_series_get(struct yg_series *s, uint32_t slot, int field, float *out, size_t n);

#endif
