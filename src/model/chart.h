/* chart: samples over time made into dots, and the numbers beside them: scales and steps that
 * people like to read. Pure functions; a sample of NAN is a gap, never zero. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_CHART_H
#define YG_MODEL_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define YG_CHART_W_MAX 512 /* cells; more are left empty */
#define YG_CHART_H_MAX 128
#define YG_CHART_NONE  UINT8_MAX

/* Two by four dots, bit by bit as in U+2800 and following. */
struct yg_chart_cell {
	uint8_t dots;
	uint8_t line; /* whose they are: of the line drawn last; YG_CHART_NONE: nobody's */
};

/* What a chart shows. Columns of dots are counted from 1970, so that a sample stays in its column
 * while time goes on: what is drawn moves, but does not shimmer. */
struct yg_chart_frame {
	int w, h;       /* cells */
	int64_t first;  /* number of the dot column at the left: it begins at first * dot_ms */
	int64_t dot_ms; /* time of a dot column */
	int64_t gap_ms; /* samples further apart are not joined */
	double low, high;
};

/* An axis of values, in steps. All zero: not known yet. */
struct yg_scale {
	double low, high, step;
};

/* The least of 1, 2, 5, 10 ... that divides range in at most n steps; is_binary: of 1, 2, 4, 8 ...
 */
double yg_chart_step(double range, int n, bool is_binary);
/* Makes the scale hold 0 and min to max in at most n steps, none smaller than least. It grows at
 * once, and shrinks only when half of it would do: an axis that jumps at each sample cannot be
 * read. true: it is another now. */
bool yg_scale_fit(
    struct yg_scale *scale, double min, double max, int n, double least, bool is_binary);
/* The least step of a clock (1 s, 2, 5, 10, 15, 30, 1 min ...) that is no shorter. */
int64_t yg_chart_time_step(int64_t least_ms);

/* Least and largest value in each of n columns of column_ms, the first one number `first`; between
 * samples that may be joined also what lies on the way. NAN: a gap. */
struct yg_chart_samples {
	const int64_t *times; /* in order; 0: none was taken */
	const float *values;
	size_t n;
};
void yg_chart_columns(const struct yg_chart_samples *samples, int64_t first, int64_t column_ms,
    int64_t gap_ms, float *out_low, float *out_high, size_t n);
/* Draws a line on w * h cells, over what is there; begin with yg_chart_clear(). */
void yg_chart_clear(const struct yg_chart_frame *frame, struct yg_chart_cell *cells);
void yg_chart_line(const struct yg_chart_frame *frame, struct yg_chart_cell *cells, uint8_t line,
    const struct yg_chart_samples *samples);

#endif
