/* metrics: what the view of charts knows, shared by its two files: what it keeps, and how it draws.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VIEWS_METRICS_H
#define VIEWS_METRICS_H

#include "api/yagura.h"

#define METRICS_ROWS 8 /* in one chart: more cannot be told apart */

struct metrics_row {
	uint32_t slot; /* YG_NO_SLOT: it is gone */
	char name[96];
	bool is_watched;
	float values[YG_SERIES_LONG]; /* the newest at the end */
};

struct metrics {
	const struct yg_kind *kind;
	int field;
	struct metrics_row rows[METRICS_ROWS];
	int n_rows, chosen;
	int64_t times[YG_SERIES_LONG]; /* of the values */
	uint64_t ticks;
	int zoom;          /* in metrics_zooms */
	int64_t cursor_ms; /* time of the sample that is read; 0: the newest, whichever that is */
	struct yg_scale scale;
	int scale_h;                 /* height that the scale was made for */
	struct yg_chart_frame frame; /* as drawn last */
	int plot_x;
	struct yg_chart_cell *cells;
	size_t room; /* cells in it */
};

/* Time of a column of dots. */
extern const int64_t metrics_zooms[];
extern const int metrics_n_zooms;

/* The sample that is read: the one at the cursor. */
int metrics_at(const struct metrics *m);
void metrics_draw(struct yg_view *v, struct yg_canvas *c);

#endif
