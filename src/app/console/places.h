/* places: where one is, and where one was: back and forth, and the path in the title. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_PLACES_H
#define YG_APP_CONSOLE_PLACES_H

#include "app/console/console.h"
#include "store/kept.h"

/* Where the keys are now; out is the caller's to end. */
void yg_place_take(struct yg_console *con, struct yg_place *out);
/* Goes there. What is no longer there is told, and the rest is shown all the same. */
int yg_place_show(struct yg_console *con, const struct yg_place *place, struct yg_err *err);
/* The row of "controller/kind/id", or YG_NO_SLOT. */
uint32_t yg_place_find_row(struct yg_console *con, const char *row);
/* The order of a table as ":sort" takes it; NULL: as its file says. The caller frees. */
char *yg_place_sort(const struct yg_view *v);
/* A table's filter and order, NULL: all, and as its file says. */
int yg_place_set_table(struct yg_view *v, const char *filter, const char *sort, struct yg_err *err);

/* After each event: another view or filter is a new place, another row is the same. */
void yg_places_note(struct yg_console *con);
/* step -1: back; 1: forth. */
int yg_places_step(struct yg_console *con, int step, struct yg_err *err);
void yg_places_free(struct yg_console *con);
/* The way to the overlay on top: "VMs › vm web-01 › graph of vm web-01". */
void yg_places_crumbs(struct yg_console *con, int width, struct yg_buf *out);

#endif
