/* test_migration_progress: series as they were measured on libvirt 9.0 with QEMU 7.2, and worse. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "plugins/migration/progress.h"

#define MIB 1048576.0

static struct mig_figures memory(
    int pass, int64_t ms, double sent, double left, double rate, double dirty)
{
	return (struct mig_figures){.state = YG_MIGRATION_STATE_MEMORY,
	    .pass = pass,
	    .elapsed_ms = ms,
	    .total = 64.508 * MIB,
	    .sent = sent * MIB,
	    .remaining = left * MIB,
	    .rate = rate * MIB,
	    .dirty = dirty < 0 ? -1 : dirty * MIB,
	    .memory = -1};
}

/* Adds it and holds it against what must always be so. */
static void add(struct mig_progress *p, struct mig_figures f)
{
	double before = p->percent;

	mig_progress_add(p, &f);
	assert_true(p->percent >= before);
	assert_true(p->percent < 100);
	assert_true(p->eta_ms >= -1);
}

/* QEMU's way: passes of what was changed during the one before, at limit, until what is left goes
 * in 300 ms. looked is called a second. Returns how long it took; gives up after max_ms. */
static int64_t play(struct mig_progress *p, double memory_mib, double limit, double dirty,
    int64_t from_ms, int64_t max_ms, double *io_sent)
{
	double size = memory_mib, left = size;
	int pass = 1;

	for (int64_t ms = from_ms; ms < max_ms; ms += 100) {
		double part = limit / 10;
		if (ms % 1000 == 0)
			add(p, memory(pass, ms, *io_sent, left, limit, pass > 1 ? dirty : -1));
		*io_sent += YG_MIN(part, left);
		left -= YG_MIN(part, left);
		if (left > 0)
			continue;
		size = YG_MIN(size * dirty / limit, memory_mib);
		left = size;
		pass++;
		if (left <= limit * 0.3)
			return ms;
	}
	return max_ms;
}

static void test_measured(void **state)
{
	/* 64 MiB, 1150 pages a second changed, 6 MiB/s at most: 43.9 s, 258 MiB sent. */
	static const struct {
		int64_t ms;
		double sent, left, rate;
		int pages, pass;
		double least, most;
	} told[] = {
	    {2176, 8.436, 55.223, 5.633, 0, 1, 5, 10},
	    {13165, 72.931, 36.895, 6.028, 1137, 2, 25, 50},
	    {24973, 143.452, 2.270, 6.028, 1153, 3, 50, 65},
	    {42917, 251.344, 1.863, 6.028, 1158, 14, 90, 99},
	};
	struct mig_progress p;

	mig_progress_init(&p);
	assert_true(p.percent == -1 && p.outlook == MIG_UNKNOWN);
	for (size_t i = 0; i < YG_COUNT(told); i++) {
		add(&p, memory(told[i].pass, told[i].ms, told[i].sent, told[i].left, told[i].rate,
			    told[i].pages * 4096 / MIB));
		assert_in_range((int)p.percent, (int)told[i].least, (int)told[i].most);
		/* Nobody knows in the first pass; from the second on it converges, and the end
		 * that is told is the right one to a quarter. */
		assert_int_equal(p.outlook, i ? MIG_CONVERGES : MIG_UNKNOWN);
		assert_true(i ? p.eta_ms >= 0 : p.eta_ms == -1 && p.least_ms > 9000);
		if (i == 1 || i == 2)
			assert_in_range(told[i].ms + p.eta_ms, 33000, 55000);
	}
	assert_int_equal(p.n_passes, 4);
	assert_int_equal(p.passes[3].number, 14);
	assert_true(p.passes[1].took_ms > 0 && !p.passes[3].took_ms);
}

static void test_saw_tooth(void **state)
{
	struct mig_progress p;
	double sent = 0;

	mig_progress_init(&p);
	int64_t took = play(&p, 64.508, 6, 4.44, 0, 600000, &sent);
	assert_in_range(took, 30000, 60000);
	assert_true(sent > 3 * 64.5);
	assert_true(p.percent > 85);
	assert_true(p.eta_ms >= 0 && p.eta_ms < 5000);
	assert_true(fabs(p.ratio - 0.74) < 0.01);
}

/* It does not converge for ten minutes; nothing is promised. Then the limit is raised. */
static void test_diverges(void **state)
{
	struct mig_progress p;
	double sent = 0;

	mig_progress_init(&p);
	assert_int_equal(play(&p, 64.508, 2, 4.5, 0, 613000, &sent), 613000);
	assert_int_equal(p.outlook, MIG_DIVERGES);
	assert_int_equal(p.eta_ms, -1);
	assert_true(p.percent <= 50);
	assert_true(sent > 1000);
	double stood = p.percent;
	int64_t end = play(&p, 64.508, 20, 4.5, 613000, 640000, &sent);
	assert_true(end < 640000);
	assert_true(p.percent > stood);
	/* The first second with the new limit is still reckoned with the old one. */
	assert_int_not_equal(p.outlook, MIG_SURE);
}

/* Disks first, in steps of 16 MiB and with no memory counted; then the total grows. */
static void test_disks(void **state)
{
	struct mig_progress p, blind;
	double sent = 128;

	mig_progress_init(&p);
	mig_progress_init(&blind);
	for (int i = 0; i <= 8; i++) {
		struct mig_figures f = {.state = YG_MIGRATION_STATE_DISK,
		    .elapsed_ms = i * 2000,
		    .total = 128 * MIB,
		    .sent = i * 16 * MIB,
		    .remaining = (8 - i) * 16 * MIB,
		    .rate = -1,
		    .dirty = -1,
		    .memory = 128 * MIB};
		add(&p, f);
		f.memory = -1;
		add(&blind, f);
	}
	/* All of the disks is not all. */
	assert_true(p.percent > 20 && p.percent < 40);
	assert_true(blind.percent > 20 && blind.percent < 40);
	assert_int_equal(p.passes[0].number, MIG_DISKS);
	for (int s = 0; s < 20; s++, sent += 6) {
		struct mig_figures f = memory(1, 17000 + s * 1000, sent, 256.5 - sent, 6, -1);
		f.total = 256.5 * MIB;
		add(&p, f);
		add(&blind, f);
	}
	assert_true(p.percent > 40 && p.percent < 80);
	assert_true(fabs(p.passes[1].size - 128.5 * MIB) < MIB);
	assert_true(blind.percent == p.percent);
}

/* From then on nothing is sent twice, so the end is known. */
static void test_postcopy(void **state)
{
	struct mig_progress p;
	double sent = 0;

	mig_progress_init(&p);
	play(&p, 64.508, 4, 4.5, 0, 30000, &sent);
	assert_int_equal(p.outlook, MIG_DIVERGES);
	for (int s = 0; s < 12; s++) {
		struct mig_figures f =
		    memory(3, 30000 + s * 1000, sent + s * 4, 48 - s * 4, 4, 4.5);
		f.state = s == 11 ? YG_MIGRATION_STATE_FINISHING : YG_MIGRATION_STATE_POSTCOPY;
		add(&p, f);
		assert_int_equal(p.outlook, MIG_SURE);
		assert_int_equal(p.eta_ms / 1000, 12 - s);
	}
	assert_true(p.percent > 95);
	assert_int_equal(p.passes[p.n_passes - 1].number, MIG_POSTCOPY);
}

/* A controller that tells no total: the numbers move, a share is not invented. */
static void test_no_total(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	for (int s = 0; s < 20; s++) {
		struct mig_figures f = memory(0, s * 1000, s * 4, -1, -1, -1);
		f.total = f.remaining = -1;
		add(&p, f);
		assert_true(p.percent == -1);
	}
	assert_true(fabs(p.rate - 4 * MIB) < 1);
	mig_progress_init(&p);
	add(&p, (struct mig_figures){.state = YG_MIGRATION_STATE_SETUP,
		    .total = -1,
		    .sent = -1,
		    .remaining = -1,
		    .rate = -1,
		    .dirty = -1});
	assert_true(p.percent == -1 && p.n_passes == 0);
}

/* No pass is told, and no rate of change: the teeth of the saw say both. */
static void test_uncounted(void **state)
{
	struct mig_progress p;
	double left[] = {64, 40, 16, 32, 8, 16, 4, 8};

	mig_progress_init(&p);
	for (int i = 0; i < 8; i++)
		add(&p, memory(0, i * 4000, i * 24, left[i], 6, -1));
	assert_int_equal(p.passes[p.n_passes - 1].number, 4);
	assert_int_equal(p.outlook, MIG_CONVERGES);
	assert_true(fabs(p.ratio - 0.5) < 0.1);
}

/* Empty pages are not sent: a bar by bytes sent would stand at its begin. */
static void test_empty_pages(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	add(&p, memory(1, 1000, 0.5, 60, 6, -1));
	add(&p, memory(1, 2000, 1.0, 2, 6, -1));
	assert_true(p.percent > 45 && p.percent <= 50);
}

/* Looked at late, once: what can be said is said, the rest is not. */
static void test_late(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	add(&p, memory(4, 31000, 180, 12, 6, 3));
	assert_true(p.percent > 85);
	assert_in_range(p.eta_ms, 2000, 5000);
	mig_progress_init(&p);
	add(&p, memory(9, 600000, 1200, 30, 2, 4.5));
	assert_true(p.percent == -1);
	assert_int_equal(p.outlook, MIG_DIVERGES);
}

/* The same machine moves once more: its clock went back. */
static void test_anew(void **state)
{
	struct mig_progress p;
	double sent = 0;

	mig_progress_init(&p);
	play(&p, 64.508, 6, 4.44, 0, 30000, &sent);
	double before = p.percent;
	struct mig_figures f = memory(1, 1000, 4, 60, 6, -1), same = f;
	mig_progress_add(&p, &f);
	assert_true(p.percent < before && p.percent > 0);
	assert_int_equal(p.n_passes, 1);
	/* The same answer again, and an older one, change nothing. */
	struct mig_progress twice = p;
	mig_progress_add(&p, &same);
	same.elapsed_ms -= 200;
	mig_progress_add(&p, &same);
	assert_memory_equal(&p, &twice, sizeof(p));
}

/* What no honest controller says. */
static void test_nonsense(void **state)
{
	static const double values[] = {-1, 0, 1, 1e300, 9e18};
	struct mig_progress p;
	unsigned n = 1;

	mig_progress_init(&p);
	for (int i = 0; i < 20000; i++) {
		double v[5];
		for (size_t k = 0; k < YG_COUNT(v); k++)
			v[k] = values[(n = n * 1103515245 + 12345) >> 16 & 3];
		struct mig_figures f = {.state = (int)(n >> 8 & 7),
		    .pass = (int)(n >> 12 & 1023),
		    .elapsed_ms = i * 100,
		    .total = v[0],
		    .sent = v[1],
		    .remaining = v[2],
		    .rate = v[3],
		    .dirty = v[4]};
		mig_progress_add(&p, &f);
		assert_false(isnan(p.percent));
		assert_true(p.percent >= -1 && p.percent < 100);
		assert_true(p.n_passes <= MIG_PASSES_MAX);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_measured),
	    cmocka_unit_test(test_saw_tooth),
	    cmocka_unit_test(test_diverges),
	    cmocka_unit_test(test_disks),
	    cmocka_unit_test(test_postcopy),
	    cmocka_unit_test(test_no_total),
	    cmocka_unit_test(test_uncounted),
	    cmocka_unit_test(test_empty_pages),
	    cmocka_unit_test(test_late),
	    cmocka_unit_test(test_anew),
	    cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
