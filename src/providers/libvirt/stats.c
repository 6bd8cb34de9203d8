/* stats: libvirt's statistics, by name and number, made into what rows show. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/stats.h"

#include "model/kinds.h"

/* Less time than this between two looks makes a rate of noise. */
#define RATE_MIN_US 100000

/* The part of "block.12.rd.bytes" after the number, or NULL if it does not start with prefix. */
static const char *after_number(const char *field, const char *prefix)
{
	if (!yg_starts_with(field, prefix))
		return NULL;
	field += strlen(prefix);
	size_t digits = strspn(field, "0123456789");
	return digits && field[digits] == '.' ? field + digits + 1 : NULL;
}

static void add_block(struct yg_virt_sample *s, const char *what, uint64_t value)
{
	if (yg_streq(what, "capacity")) {
		s->disk_size += value;
		s->has |= YG_VIRT_SIZE;
	} else if (yg_streq(what, "rd.bytes")) {
		s->disk_read += value;
		s->has |= YG_VIRT_DISK;
	} else if (yg_streq(what, "wr.bytes")) {
		s->disk_written += value;
		s->has |= YG_VIRT_DISK;
	}
}

static void add_net(struct yg_virt_sample *s, const char *what, uint64_t value)
{
	if (yg_streq(what, "rx.bytes"))
		s->net_received += value;
	else if (yg_streq(what, "tx.bytes"))
		s->net_sent += value;
	else
		return;
	s->has |= YG_VIRT_NET;
}

static void add_balloon(struct yg_virt_sample *s, const char *what, uint64_t kib)
{
	uint64_t bytes = kib > UINT64_MAX / 1024 ? 0 : kib * 1024;

	if (yg_streq(what, "current")) {
		s->balloon = bytes;
		s->has |= YG_VIRT_BALLOON;
	} else if (yg_streq(what, "rss")) {
		s->rss = bytes;
		s->has |= YG_VIRT_RSS;
	} else if (yg_streq(what, "available")) {
		s->available = bytes;
	} else if (yg_streq(what, "unused")) {
		s->unused = bytes;
		s->has |= YG_VIRT_GUEST;
	}
}

void yg_virt_sample_add(struct yg_virt_sample *s, const char *field, uint64_t value)
{
	const char *what = after_number(field, "block.");

	if (what) {
		add_block(s, what, value);
	} else if ((what = after_number(field, "net."))) {
		add_net(s, what, value);
	} else if (yg_starts_with(field, "balloon.")) {
		add_balloon(s, field + strlen("balloon."), value);
	} else if (yg_streq(field, "state.state")) {
		s->state = (int)value;
		s->has |= YG_VIRT_STATE;
	} else if (yg_streq(field, "state.reason")) {
		s->reason = (int)value;
	} else if (yg_streq(field, "cpu.time")) {
		s->cpu_ns = value;
		s->has |= YG_VIRT_CPU;
	} else if (yg_streq(field, "vcpu.current")) {
		s->vcpus = value;
		s->has |= YG_VIRT_VCPUS;
	}
}

static bool rate(uint64_t before, uint64_t now, double seconds, double *out)
{
	if (now < before)
		return false;
	*out = (double)(now - before) / seconds;
	return true;
}

struct yg_virt_rates yg_virt_rates(
    const struct yg_virt_sample *before, const struct yg_virt_sample *now)
{
	struct yg_virt_rates r = {0};
	unsigned both = before->has & now->has;
	double seconds = (double)(now->at_us - before->at_us) / 1e6, ns;

	if (now->at_us - before->at_us < RATE_MIN_US)
		return r;
	if ((both & YG_VIRT_CPU) && now->vcpus && rate(before->cpu_ns, now->cpu_ns, seconds, &ns)) {
		/* The emulator's own threads count too: more than all processors is all of them. */
		r.cpu = YG_MIN(ns / 1e7 / (double)now->vcpus, 100.0);
		r.has |= YG_VIRT_CPU;
	}
	if ((both & YG_VIRT_DISK) &&
	    rate(before->disk_read, now->disk_read, seconds, &r.disk_read) &&
	    rate(before->disk_written, now->disk_written, seconds, &r.disk_write))
		r.has |= YG_VIRT_DISK;
	if ((both & YG_VIRT_NET) &&
	    rate(before->net_received, now->net_received, seconds, &r.net_rx) &&
	    rate(before->net_sent, now->net_sent, seconds, &r.net_tx))
		r.has |= YG_VIRT_NET;
	return r;
}

static const struct {
	const char *name;
	enum yg_virt_job_field field;
} job_fields[] = {
    {"time_elapsed", YG_VIRT_JOB_ELAPSED},
    {"downtime", YG_VIRT_JOB_DOWNTIME},
    {"data_total", YG_VIRT_JOB_TOTAL},
    {"data_processed", YG_VIRT_JOB_SENT},
    {"data_remaining", YG_VIRT_JOB_REMAINING},
    {"memory_total", YG_VIRT_JOB_MEM_TOTAL},
    {"memory_processed", YG_VIRT_JOB_MEM_SENT},
    {"memory_bps", YG_VIRT_JOB_MEM_RATE},
    {"memory_dirty_rate", YG_VIRT_JOB_PAGES_DIRTY},
    {"memory_page_size", YG_VIRT_JOB_PAGE_SIZE},
    {"memory_iteration", YG_VIRT_JOB_PASS},
    {"disk_total", YG_VIRT_JOB_DISK_TOTAL},
    {"disk_remaining", YG_VIRT_JOB_DISK_REMAINING},
    {"disk_bps", YG_VIRT_JOB_DISK_RATE},
    {"memory_postcopy_requests", YG_VIRT_JOB_POSTCOPY_REQUESTS},
    {"auto_converge_throttle", YG_VIRT_JOB_THROTTLE},
};

void yg_virt_job_add(struct yg_virt_job *job, const char *field, uint64_t value)
{
	for (size_t i = 0; i < YG_COUNT(job_fields); i++)
		if (yg_streq(job_fields[i].name, field)) {
			job->v[job_fields[i].field] = value;
			job->has |= 1u << job_fields[i].field;
			return;
		}
}

static bool has(const struct yg_virt_job *job, enum yg_virt_job_field field)
{
	return job->has >> field & 1;
}

/* Disks go first, then memory; libvirt has no word for the phase, so it follows from the figures.
 */
static int job_state(const struct yg_virt_job *job, int state, int reason)
{
	const uint64_t *v = job->v;

	if ((state == 3 && reason == 12) || v[YG_VIRT_JOB_POSTCOPY_REQUESTS])
		return YG_MIGRATION_STATE_POSTCOPY;
	if (!v[YG_VIRT_JOB_TOTAL])
		return YG_MIGRATION_STATE_SETUP;
	if (state == 3 && reason == 2)
		return YG_MIGRATION_STATE_FINISHING;
	if (v[YG_VIRT_JOB_DISK_TOTAL] && !v[YG_VIRT_JOB_MEM_TOTAL])
		return YG_MIGRATION_STATE_DISK;
	return YG_MIGRATION_STATE_MEMORY;
}

static void put(
    const struct yg_virt_job *job, enum yg_virt_job_field from, int field, struct yg_draft *d)
{
	if (has(job, from))
		yg_draft_number(d, field, (double)job->v[from]);
}

void yg_virt_job_draft(
    const struct yg_virt_job *job, int state, int reason, int64_t now_ms, struct yg_draft *d)
{
	int phase = job_state(job, state, reason);
	bool is_known = phase != YG_MIGRATION_STATE_SETUP;

	yg_draft_state(d, phase);
	put(job, YG_VIRT_JOB_ELAPSED, YG_MIGRATION_ELAPSED, d);
	if (has(job, YG_VIRT_JOB_ELAPSED))
		yg_draft_int(
		    d, YG_MIGRATION_STARTED, now_ms - (int64_t)job->v[YG_VIRT_JOB_ELAPSED]);
	if (!is_known)
		return;
	put(job, YG_VIRT_JOB_DOWNTIME, YG_MIGRATION_DOWNTIME, d);
	put(job, YG_VIRT_JOB_TOTAL, YG_MIGRATION_TOTAL, d);
	put(job, YG_VIRT_JOB_SENT, YG_MIGRATION_SENT, d);
	put(job, YG_VIRT_JOB_REMAINING, YG_MIGRATION_REMAINING, d);
	put(job, YG_VIRT_JOB_THROTTLE, YG_MIGRATION_THROTTLE, d);
	if (job->v[YG_VIRT_JOB_PASS])
		put(job, YG_VIRT_JOB_PASS, YG_MIGRATION_PASS, d);
	if (has(job, YG_VIRT_JOB_MEM_RATE) || has(job, YG_VIRT_JOB_DISK_RATE))
		yg_draft_real(d, YG_MIGRATION_RATE,
		    (double)job->v[YG_VIRT_JOB_MEM_RATE] + (double)job->v[YG_VIRT_JOB_DISK_RATE]);
	/* The first pass knows no dirty rate: QEMU then says 0, which is no figure. */
	if (has(job, YG_VIRT_JOB_PAGES_DIRTY) && has(job, YG_VIRT_JOB_PAGE_SIZE) &&
	    job->v[YG_VIRT_JOB_PASS] > 1)
		yg_draft_real(d, YG_MIGRATION_DIRTY,
		    (double)job->v[YG_VIRT_JOB_PAGES_DIRTY] *
			(double)job->v[YG_VIRT_JOB_PAGE_SIZE]);
}

int yg_virt_vm_state(int state)
{
	/* virDomainState: nostate, running, blocked, paused, shutdown, shutoff, crashed,
	 * pmsuspended; blocked is a running one that waits. */
	static const int states[] = {
	    YG_VM_STATE_UNKNOWN,
	    YG_VM_STATE_RUNNING,
	    YG_VM_STATE_RUNNING,
	    YG_VM_STATE_PAUSED,
	    YG_VM_STATE_SHUTDOWN,
	    YG_VM_STATE_SHUTOFF,
	    YG_VM_STATE_CRASHED,
	    YG_VM_STATE_PMSUSPENDED,
	};

	return state >= 0 && (size_t)state < YG_COUNT(states) ? states[state] : YG_VM_STATE_UNKNOWN;
}

const char *yg_virt_vm_note(int state, int reason)
{
	static const char *const paused[] = {
	    [2] = "migration",
	    [3] = "being saved",
	    [4] = "being dumped",
	    [5] = "I/O error",
	    [6] = "watchdog",
	    [7] = "from a snapshot",
	    [8] = "shutting down",
	    [9] = "being snapshotted",
	    [10] = "crashed",
	    [11] = "starting up",
	    [12] = "post-copy",
	    [13] = "post-copy failed",
	    [14] = "could not be resumed",
	};
	static const char *const shutoff[] = {
	    [3] = "crashed",
	    [5] = "saved",
	    [6] = "failed to start",
	    [7] = "from a snapshot",
	};
	size_t at = reason < 0 ? 0 : (size_t)reason;

	if (state == 3)
		return at < YG_COUNT(paused) ? paused[at] : NULL;
	if (state == 5)
		return at < YG_COUNT(shutoff) ? shutoff[at] : NULL;
	if (state == 6 && at == 1)
		return "panicked";
	return NULL;
}
