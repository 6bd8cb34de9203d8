/* test_chart: numbers that people like, scales that stay, lines with gaps. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <math.h>

#include <cmocka.h>

#include "base/mem.h"
#include "model/chart.h"

static void test_steps(void **state)
{
	assert_true(fabs(yg_chart_step(0.3, 3, false) - 0.1) < 1e-9);
	assert_true(yg_chart_step(100, 5, false) == 20);
	assert_true(yg_chart_step(7, 2, false) == 5);
	assert_true(yg_chart_step(3000, 3, true) == 1024);
	assert_true(yg_chart_step(0, 3, false) == 1 && yg_chart_step(NAN, 3, true) == 1);
	assert_int_equal(yg_chart_time_step(1), 1000);
	assert_int_equal(yg_chart_time_step(16000), 30000);
	assert_int_equal(yg_chart_time_step(INT64_C(1) << 50), 86400000);
	(void)state;
}

/* It grows at once, and shrinks only when half of it would do. */
static void test_scale_stays(void **state)
{
	struct yg_scale s = {0};

	assert_true(yg_scale_fit(&s, 10, 51, 5, 1, false));
	assert_true(s.low == 0 && s.high == 60 && s.step == 20);
	assert_false(yg_scale_fit(&s, 10, 49, 5, 1, false));
	assert_false(yg_scale_fit(&s, 10, 31, 5, 1, false));
	assert_true(yg_scale_fit(&s, 10, 29, 5, 1, false));
	assert_true(s.high == 30);
	assert_false(yg_scale_fit(&s, 10, 30, 5, 1, false));
	assert_true(yg_scale_fit(&s, -4, 30, 5, 1, false));
	assert_true(s.low == -10 && s.high == 30);
	s = (struct yg_scale){0};
	assert_true(yg_scale_fit(&s, NAN, NAN, 5, 1, false));
	assert_true(s.low == 0 && s.high == 1);
	(void)state;
}

static void test_columns(void **state)
{
	const int64_t times[] = {0, 10000, 12000, 14000, 16000, 30000, 32000};
	const float values[] = {9, 1, 3, NAN, 5, 7, 0};
	const struct yg_chart_samples samples = {times, values, YG_COUNT(times)};
	float low[24], high[24];

	yg_chart_columns(&samples, 10, 1000, 5000, low, high, 24);
	assert_true(low[0] == 1 && high[2] == 3);
	assert_true(low[1] > 1 && low[1] < 3); /* on the way */
	/* What is not known is a gap; so is what is too far apart, and all that is beyond the end.
	 */
	assert_true(isnan(low[3]) && isnan(low[4]) && isnan(high[5]));
	assert_true(low[6] == 5 && isnan(low[7]) && isnan(low[19]));
	assert_true(low[20] == 7 && low[22] == 0 && isnan(low[23]));
	/* Several samples in one column: the least and the most. */
	yg_chart_columns(&samples, 0, 20000, 5000, low, high, 3);
	assert_true(low[0] == 1 && high[0] == 5 && low[1] == 0 && high[1] == 7 && isnan(low[2]));
	(void)state;
}

static void test_dots(void **state)
{
	const int64_t times[] = {1000, 2000, 3000, 4000};
	const float values[] = {0, 8, NAN, 0};
	const struct yg_chart_samples samples = {times, values, YG_COUNT(times)};
	const struct yg_chart_frame frame = {
	    .w = 3, .h = 2, .first = 1, .dot_ms = 1000, .gap_ms = 2500, .high = 8};
	struct yg_chart_cell cells[6];

	yg_chart_clear(&frame, cells);
	yg_chart_line(&frame, cells, 4, &samples);
	/* Zero is a dot at the bottom, and the next column comes down to meet it. */
	assert_int_equal(cells[3].dots, 0x40 | 0x08 | 0x10 | 0x20);
	assert_int_equal(cells[0].dots, 0x08 | 0x10 | 0x20 | 0x80);
	assert_int_equal(cells[4].dots, 0x80);
	assert_int_equal(cells[4].line, 4);
	assert_int_equal(cells[1].dots, 0);
	assert_int_equal(cells[2].line, YG_CHART_NONE);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_scale_stays),
	    cmocka_unit_test(test_columns),
	    cmocka_unit_test(test_dots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
