/* chart: samples over time made into dots, and the numbers beside them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/chart.h"

#include <math.h>

#include "base/mem.h"

/* ---- scales ---- */

double yg_chart_step(double range, int n, bool is_binary)
{
	double wanted = range / YG_MAX(n, 1);

	if (!isfinite(wanted) || wanted <= 0)
		return 1;
	if (is_binary)
		return exp2(ceil(log2(wanted)));
	double unit = pow(10, floor(log10(wanted)));
	double times = wanted / unit;
	/* A hair of room: 0.3 / 3 is a little more than 0.1. */
	return unit * (times <= 1 + 1e-9 ? 1 : times <= 2 + 1e-9 ? 2 : times <= 5 + 1e-9 ? 5 : 10);
}

static struct yg_scale scale_of(double min, double max, int n, double least, bool is_binary)
{
	double step = YG_MAX(yg_chart_step(max - min, n, is_binary), least);
	struct yg_scale scale;

	/* Rounding at both ends may take one step more. */
	for (;; step = yg_chart_step(step * 1.01, 1, is_binary)) {
		scale.low = floor(min / step + 1e-9) * step;
		scale.high = ceil(max / step - 1e-9) * step;
		scale.step = step;
		if (scale.high <= scale.low)
			scale.high = scale.low + step;
		if ((scale.high - scale.low) / step < n + 0.5)
			return scale;
	}
}

bool yg_scale_fit(
    struct yg_scale *scale, double min, double max, int n, double least, bool is_binary)
{
	n = YG_MAX(n, 2); /* below and above zero */
	min = isfinite(min) ? YG_MIN(min, 0) : 0;
	max = isfinite(max) ? YG_MAX(max, 0) : 0;
	struct yg_scale fit = scale_of(min, max, n, least, is_binary);
	bool holds = scale->step > 0 && min >= scale->low && max <= scale->high;

	if (holds && fit.high - fit.low > (scale->high - scale->low) / 2)
		return false;
	bool is_other = fit.low != scale->low || fit.high != scale->high || fit.step != scale->step;
	*scale = fit;
	return is_other;
}

int64_t yg_chart_time_step(int64_t least_ms)
{
	static const int64_t seconds[] = {
	    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21600, 43200};

	for (size_t i = 0; i < YG_COUNT(seconds); i++)
		if (seconds[i] * 1000 >= least_ms)
			return seconds[i] * 1000;
	return 86400000;
}

/* ---- columns ---- */

struct columns {
	int64_t first, column_ms;
	float *low, *high;
	int64_t n;
};

static void put(const struct columns *c, int64_t column, float value)
{
	int64_t i = column - c->first;

	if (i < 0 || i >= c->n)
		return;
	c->low[i] = isnan(c->low[i]) ? value : YG_MIN(c->low[i], value);
	c->high[i] = isnan(c->high[i]) ? value : YG_MAX(c->high[i], value);
}

/* What lies between two samples that are joined, in the columns that have neither. */
static void join(const struct columns *c, int64_t from_ms, float from, int64_t to_ms, float to)
{
	int64_t begin = YG_MAX(from_ms / c->column_ms + 1, c->first);
	int64_t end = YG_MIN(to_ms / c->column_ms, c->first + c->n);

	for (int64_t i = begin; i < end; i++) {
		double at = (double)(i * c->column_ms + c->column_ms / 2 - from_ms);
		double share = at / (double)(to_ms - from_ms);
		put(c, i, (float)(from + (to - from) * YG_MIN(YG_MAX(share, 0), 1)));
	}
}

void yg_chart_columns(const struct yg_chart_samples *samples, int64_t first, int64_t column_ms,
    int64_t gap_ms, float *out_low, float *out_high, size_t n)
{
	struct columns c = {first, column_ms, out_low, out_high, (int64_t)n};
	const int64_t *times = samples->times;
	const float *values = samples->values;

	for (size_t i = 0; i < n; i++)
		out_low[i] = out_high[i] = NAN;
	for (size_t i = 0; i < samples->n; i++) {
		if (!times[i] || !isfinite(values[i]))
			continue;
		put(&c, times[i] / column_ms, values[i]);
		if (i && times[i - 1] && isfinite(values[i - 1]) && times[i] > times[i - 1] &&
		    times[i] - times[i - 1] <= gap_ms)
			join(&c, times[i - 1], values[i - 1], times[i], values[i]);
	}
}

/* ---- dots ---- */

static int clamped_w(const struct yg_chart_frame *f)
{
	return YG_MIN(YG_MAX(f->w, 0), YG_CHART_W_MAX);
}

void yg_chart_clear(const struct yg_chart_frame *frame, struct yg_chart_cell *cells)
{
	for (size_t i = 0; i < (size_t)frame->w * (size_t)frame->h; i++)
		cells[i] = (struct yg_chart_cell){.line = YG_CHART_NONE};
}

/* Dots are counted from the bottom. */
static int row_of(const struct yg_chart_frame *f, double value)
{
	double share = (value - f->low) / (f->high - f->low);

	return (int)lround(YG_MIN(YG_MAX(share, 0), 1) * (f->h * 4 - 1));
}

static void dot(
    const struct yg_chart_frame *f, struct yg_chart_cell *cells, int x, int y, uint8_t line)
{
	static const uint8_t bits[2][4] = {{0x40, 0x04, 0x02, 0x01}, {0x80, 0x20, 0x10, 0x08}};
	struct yg_chart_cell *cell = &cells[(f->h - 1 - y / 4) * f->w + x / 2];

	cell->dots |= bits[x % 2][y % 4];
	cell->line = line;
}

void yg_chart_line(const struct yg_chart_frame *frame, struct yg_chart_cell *cells, uint8_t line,
    const struct yg_chart_samples *samples)
{
	float low[YG_CHART_W_MAX * 2], high[YG_CHART_W_MAX * 2];
	int n = clamped_w(frame) * 2, from = -1, to = -1; /* of the column before; -1: a gap */

	if (frame->h < 1 || frame->high <= frame->low)
		return;
	yg_chart_columns(samples, frame->first, frame->dot_ms, frame->gap_ms, low, high, (size_t)n);
	for (int x = 0; x < n; x++) {
		if (isnan(low[x])) {
			from = to = -1;
			continue;
		}
		int bottom = row_of(frame, low[x]), top = row_of(frame, high[x]);
		int start = bottom, end = top;
		if (from >= 0 && bottom > to + 1)
			start = to + 1; /* up to meet the column before */
		if (from >= 0 && top < from - 1)
			end = from - 1;
		for (int y = start; y <= end; y++)
			dot(frame, cells, x, y, line);
		from = bottom;
		to = top;
	}
}
