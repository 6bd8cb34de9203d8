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

/* One answer of virDomainGetJobStats. */
struct told {
	int state, pass;
	int64_t ms;
	double sent, left, rate, dirty;
};
#define MEMORY   YG_MIGRATION_STATE_MEMORY
#define POSTCOPY YG_MIGRATION_STATE_POSTCOPY

/* 64 MiB, 1150 pages a second changed, 6 MiB/s at most: it took 43.9 s and sent 258 MiB. */
static const struct told converging[] = {
    {MEMORY, 1, 1191, 3790045, 62951424, 6320340, -1},
    {MEMORY, 1, 3572, 18958621, 47812608, 6077250, -1},
    {MEMORY, 1, 5590, 30967077, 35827712, 6320340, -1},
    {MEMORY, 1, 8051, 46767677, 20058112, 6320340, -1},
    {MEMORY, 1, 10058, 59408157, 7442432, 6320340, -1},
    {MEMORY, 2, 12038, 72049828, 43876352, 6257762, 4780032},
    {MEMORY, 2, 14064, 84690308, 31260672, 6320340, 4780032},
    {MEMORY, 2, 16081, 97330788, 18644992, 6136252, 4780032},
    {MEMORY, 2, 18102, 109971268, 6029312, 6320340, 4780032},
    {MEMORY, 3, 20402, 124507820, 28753920, 5962584, 4739072},
    {MEMORY, 3, 22636, 138412348, 14876672, 6257762, 4739072},
    {MEMORY, 3, 24682, 151052828, 2260992, 6320340, 4739072},
    {MEMORY, 4, 27174, 166221404, 15704064, 6320340, 4780032},
    {MEMORY, 4, 29190, 178861884, 3088384, 6320340, 4780032},
    {MEMORY, 5, 31724, 194662484, 9338880, 6320340, 4812800},
    {MEMORY, 6, 33947, 209199036, 11354112, 6320340, 4706304},
    {MEMORY, 7, 36553, 225631660, 7536640, 6257762, 4820992},
    {MEMORY, 9, 39164, 242064284, 8437760, 6320340, 4730880},
    {MEMORY, 10, 41232, 254704764, 1589248, 6320340, 4771840},
    {MEMORY, 18, 43700, 270505364, 1556480, 6320340, 4780032},
};

/* The same at 3 MiB/s: nearly all of its memory is changed in the 20 s of a pass. */
static const struct told saturated[] = {
    {MEMORY, 1, 1551, 1898101, 64839680, 3160260, -1},
    {MEMORY, 1, 6214, 16434837, 50331648, 3160260, -1},
    {MEMORY, 1, 11208, 31919621, 34877440, 3160260, -1},
    {MEMORY, 1, 15714, 46140341, 20684800, 3160260, -1},
    {MEMORY, 1, 20232, 60361061, 6492160, 3160260, -1},
    {MEMORY, 2, 25255, 76163052, 56004608, 3160260, 3129344},
    {MEMORY, 2, 29752, 90383772, 41811968, 3160260, 3129344},
    {MEMORY, 2, 34271, 104604492, 27619328, 3160260, 3129344},
    {MEMORY, 2, 38776, 118825212, 13426688, 3160260, 3129344},
    {MEMORY, 3, 43353, 133361948, 63979520, 3160260, 3129344},
};

/* From the third pass on post-copy, at 4 MiB/s; it ended at 43.2 s. */
static const struct told postcopied[] = {
    {MEMORY, 1, 3331, 7902405, 58847232, 3160260, -1},
    {MEMORY, 1, 9349, 26547349, 40239104, 3128970, -1},
    {MEMORY, 1, 15423, 45824325, 21000192, 3160260, -1},
    {MEMORY, 1, 21879, 66049349, 815104, 3160260, -1},
    {MEMORY, 2, 28406, 86591580, 45596672, 3160260, 3117056},
    {POSTCOPY, 3, 30600, 94122603, 52436992, 4227300, 1761280},
    {POSTCOPY, 3, 32926, 103845163, 42733568, 4227300, 1761280},
    {POSTCOPY, 3, 34949, 112299563, 34295808, 4227300, 1761280},
    {POSTCOPY, 3, 36970, 120753963, 25858048, 4227300, 1761280},
    {POSTCOPY, 3, 39000, 129208363, 17420288, 4185445, 1761280},
    {POSTCOPY, 3, 40990, 137662763, 8982528, 4227300, 1761280},
};

static void add_told(struct mig_progress *p, const struct told *t)
{
	struct mig_figures f = {.state = t->state,
	    .pass = t->pass,
	    .elapsed_ms = t->ms,
	    .total = 67641344,
	    .sent = t->sent,
	    .remaining = t->left,
	    .rate = t->rate,
	    .dirty = t->dirty,
	    .memory = -1};

	add(p, f);
}

/* Nobody knows in the first pass; from the second on the end that is told is right to a tenth. */
static void test_converging(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	assert_true(p.percent == -1 && p.outlook == MIG_UNKNOWN);
	for (size_t i = 0; i < YG_COUNT(converging); i++) {
		const struct told *t = &converging[i];
		add_told(&p, t);
		if (t->pass == 1) {
			assert_int_equal(p.outlook, MIG_UNKNOWN);
			assert_true(p.eta_ms == -1 && p.least_ms > 0 && p.percent <= 34);
			continue;
		}
		assert_int_equal(p.outlook, MIG_CONVERGES);
		assert_in_range(t->ms + p.eta_ms, 43900 * 9 / 10, 43900 * 11 / 10);
		assert_true(fabs(p.percent - (double)t->ms / 439) < 8);
	}
	assert_true(p.percent > 95);
	assert_int_equal(p.passes[0].took_ms / 1000, 10);
	assert_int_equal(p.passes[p.n_passes - 1].number, 18);
	assert_int_equal(p.passes[p.n_passes - 1].took_ms, 0);
}

static void test_saturated(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	for (size_t i = 0; i < YG_COUNT(saturated); i++) {
		add_told(&p, &saturated[i]);
		assert_int_equal(p.outlook, saturated[i].pass == 1 ? MIG_UNKNOWN : MIG_DIVERGES);
		assert_int_equal(p.eta_ms, -1);
		assert_true(p.percent <= 34);
	}
}

static void test_postcopied(void **state)
{
	struct mig_progress p;

	mig_progress_init(&p);
	for (size_t i = 0; i < YG_COUNT(postcopied); i++) {
		const struct told *t = &postcopied[i];
		add_told(&p, t);
		if (t->state != POSTCOPY)
			continue;
		assert_int_equal(p.outlook, MIG_SURE);
		/* The rate is still that of before for a while. */
		assert_in_range(t->ms + p.eta_ms, 41000, t->ms < 33000 ? 47000 : 45500);
	}
	assert_true(p.percent > 90);
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
	assert_true(p.percent <= 34);
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
	assert_true(p.percent > 30 && p.percent <= 34);
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
	    cmocka_unit_test(test_converging),
	    cmocka_unit_test(test_saturated),
	    cmocka_unit_test(test_postcopied),
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
