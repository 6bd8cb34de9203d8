/* stats: libvirt's statistics, by name and number, made into what rows show. Pure functions. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_LIBVIRT_STATS_H
#define YG_PROVIDERS_LIBVIRT_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/row.h"

/* What a sample holds. */
enum yg_virt_has {
	YG_VIRT_STATE = 1,
	YG_VIRT_CPU = 2,
	YG_VIRT_VCPUS = 4,
	YG_VIRT_BALLOON = 8,
	YG_VIRT_RSS = 16,
	YG_VIRT_GUEST = 32, /* available and unused, from inside the guest */
	YG_VIRT_SIZE = 64,
	YG_VIRT_DISK = 128,
	YG_VIRT_NET = 256,
};

/* One look at a domain. Sizes in bytes. */
struct yg_virt_sample {
	int64_t at_us; /* when, by the steady clock */
	unsigned has;
	int state, reason; /* virDomainState and its reason */
	uint64_t cpu_ns;
	uint64_t vcpus;
	uint64_t balloon, rss, available, unused;
	uint64_t disk_size, disk_read, disk_written, net_received, net_sent;
};

/* Per second, and percent of all virtual processors; has: YG_VIRT_CPU, _DISK, _NET. */
struct yg_virt_rates {
	unsigned has;
	double cpu, disk_read, disk_write, net_rx, net_tx;
};

/* Takes in one statistic, "block.0.rd.bytes"; unknown ones are ignored. */
void yg_virt_sample_add(struct yg_virt_sample *s, const char *field, uint64_t value);
/* From two looks; a counter that went back or a time that did not pass gives none. */
struct yg_virt_rates yg_virt_rates(
    const struct yg_virt_sample *before, const struct yg_virt_sample *now);

/* What libvirt says of an outgoing job; all in bytes, milliseconds. has: bit n for member n. */
enum yg_virt_job_field {
	YG_VIRT_JOB_ELAPSED,
	YG_VIRT_JOB_DOWNTIME,
	YG_VIRT_JOB_TOTAL,
	YG_VIRT_JOB_SENT,
	YG_VIRT_JOB_REMAINING,
	YG_VIRT_JOB_MEM_TOTAL,
	YG_VIRT_JOB_MEM_SENT,
	YG_VIRT_JOB_MEM_RATE,
	YG_VIRT_JOB_PAGES_DIRTY, /* a second */
	YG_VIRT_JOB_PAGE_SIZE,
	YG_VIRT_JOB_PASS,
	YG_VIRT_JOB_DISK_TOTAL,
	YG_VIRT_JOB_DISK_REMAINING,
	YG_VIRT_JOB_DISK_RATE,
	YG_VIRT_JOB_POSTCOPY_REQUESTS,
	YG_VIRT_JOB_THROTTLE,
	YG_VIRT_JOB_FIELDS,
};
struct yg_virt_job {
	uint32_t has;
	uint64_t v[YG_VIRT_JOB_FIELDS];
};

void yg_virt_job_add(struct yg_virt_job *job, const char *field, uint64_t value);
/* Writes all that is known into a row of kind migration, its state too. state and reason are the
 * domain's. */
void yg_virt_job_draft(
    const struct yg_virt_job *job, int state, int reason, int64_t now_ms, struct yg_draft *d);

/* libvirt's states of a domain as ours, and why it is in it where that is worth a word (or NULL).
 */
int yg_virt_vm_state(int state);
const char *yg_virt_vm_note(int state, int reason);

#endif
