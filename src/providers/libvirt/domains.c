/* domains: what the worker knows of domains: states and definitions, which nothing can block, and
 * statistics, which a hung guest can. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/clock.h"
#include "providers/libvirt/virt.h"

#define CHUNK      64   /* domains in one question for statistics */
#define STATS_MS   2000 /* a chunk takes 0.3 s; one that takes longer hangs on a guest */
#define LACK_MS    6000 /* somebody else's job may hold a guest for a while */
#define INFO_MS    100  /* for virDomainGetInfo of drivers without statistics */
#define FLAGS_US   10000000
#define ALL_EACH   3      /* of many domains, all are looked at each so many polls */
#define SAMPLED_US 400000 /* two looks so far apart make a rate */

#define STATS                                                                             \
	(VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON | \
	    VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BLOCK)

void yg_virt_dom_free(struct yg_virt_dom *d)
{
	if (!d)
		return;
	if (d->ptr)
		virDomainFree(d->ptr);
	yg_domxml_free(d->xml);
	free(d->name);
	free(d->ips);
	free(d->going_to);
	free(d);
}

struct yg_virt_dom *yg_virt_dom_at(struct yg_virt_conn *v, size_t i)
{
	return v->doms.entries[i].value;
}

/* Finds or makes the domain, and takes over what ptr knows of it: its name and whether it runs. */
static struct yg_virt_dom *meet(struct yg_virt_conn *v, virDomainPtr ptr)
{
	char uuid[VIR_UUID_STRING_BUFLEN];
	const char *name = virDomainGetName(ptr);

	if (virDomainGetUUIDString(ptr, uuid) < 0 || !name)
		return NULL;
	struct yg_virt_dom *d = yg_map_get(&v->doms, uuid);
	if (!d) {
		d = yg_xcalloc(1, sizeof(*d));
		snprintf(d->uuid, sizeof(d->uuid), "%s", uuid);
		d->snapshots = -1;
		d->is_changed = true;
		yg_map_put(&v->doms, uuid, d);
	}
	virDomainRef(ptr);
	if (d->ptr)
		virDomainFree(d->ptr);
	d->ptr = ptr;
	d->is_active = virDomainGetID(ptr) != (unsigned)-1;
	if (!yg_streq(d->name, name)) {
		free(d->name);
		d->name = yg_xstrdup(name);
		d->is_changed = true;
	}
	d->listed = v->listing;
	return d;
}

/* Of a domain that does not run nothing is left but its size. */
static void forget_run(struct yg_virt_dom *d)
{
	d->now.has &= YG_VIRT_BALLOON | YG_VIRT_VCPUS | YG_VIRT_SIZE | YG_VIRT_STATE;
	d->rates = (struct yg_virt_rates){0};
	d->silent_ms = d->lack_ms = d->started_ms = 0;
	d->is_birth_sought = false;
}

static void set_state(struct yg_virt_dom *d, int state, int reason)
{
	if ((d->now.has & YG_VIRT_STATE) && d->now.state == state && d->now.reason == reason)
		return;
	d->now.has |= YG_VIRT_STATE;
	d->now.state = state;
	d->now.reason = reason;
	d->is_changed = true;
	if (state == VIR_DOMAIN_SHUTOFF || state == VIR_DOMAIN_CRASHED)
		forget_run(d);
}

static struct yg_virt_sample sample_of(const virDomainStatsRecord *record)
{
	struct yg_virt_sample s = {.at_us = yg_mono_us()};

	for (int i = 0; i < record->nparams; i++)
		yg_virt_sample_add(&s, record->params[i].field, yg_virt_number(&record->params[i]));
	return s;
}

/* What a look lacks is taken from the look before, if it does not age. */
static void carry(const struct yg_virt_sample *old, struct yg_virt_sample *s)
{
	unsigned missing = old->has & ~s->has;

	if (missing & YG_VIRT_VCPUS)
		s->vcpus = old->vcpus;
	if (missing & YG_VIRT_BALLOON)
		s->balloon = old->balloon;
	if (missing & YG_VIRT_SIZE)
		s->disk_size = old->disk_size;
	if (missing & YG_VIRT_STATE) {
		s->state = old->state;
		s->reason = old->reason;
	}
	s->has |= missing & (YG_VIRT_VCPUS | YG_VIRT_BALLOON | YG_VIRT_SIZE | YG_VIRT_STATE);
}

static void take_sample(struct yg_virt_dom *d, struct yg_virt_sample *s)
{
	bool is_soon = d->now.at_us && s->at_us - d->now.at_us < 100000;

	carry(&d->now, s);
	if (is_soon && !(s->has & ~d->now.has))
		return;
	if (!is_soon && d->now.at_us)
		d->rates = yg_virt_rates(&d->now, s);
	d->now = *s;
	d->is_changed = true;
}

/* Without statistics the list alone says whether a domain runs, and one more which are paused. */
static void guess_states(struct yg_virt_conn *v)
{
	virDomainPtr *paused = NULL;
	int count = virConnectListAllDomains(v->virt, &paused, VIR_CONNECT_LIST_DOMAINS_PAUSED);

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (d->is_active !=
		    (d->now.state == VIR_DOMAIN_RUNNING || d->now.state == VIR_DOMAIN_PAUSED ||
			d->now.state == VIR_DOMAIN_BLOCKED))
			set_state(d, d->is_active ? VIR_DOMAIN_RUNNING : VIR_DOMAIN_SHUTOFF, 0);
	}
	for (int i = 0; i < count; i++) {
		struct yg_virt_dom *d = meet(v, paused[i]);
		if (d && d->now.state != VIR_DOMAIN_PAUSED)
			set_state(d, VIR_DOMAIN_PAUSED, 0);
		virDomainFree(paused[i]);
	}
	free(paused);
}

static int list_plain(struct yg_virt_conn *v, struct yg_err *err)
{
	virDomainPtr *doms = NULL;
	int count = virConnectListAllDomains(v->virt, &doms, 0);

	if (count < 0)
		return yg_virt_error(err, "cannot list domains");
	for (int i = 0; i < count; i++) {
		meet(v, doms[i]);
		virDomainFree(doms[i]);
	}
	free(doms);
	guess_states(v);
	return 0;
}

/* State alone needs no word from the guest's process, so nothing can hang here. */
static int list_states(struct yg_virt_conn *v, struct yg_err *err)
{
	virDomainStatsRecordPtr *records = NULL;
	int count = virConnectGetAllDomainStats(v->virt, VIR_DOMAIN_STATS_STATE, &records, 0);

	if (count < 0) {
		if (yg_virt_error(err, "cannot list domains") != YG_E_UNSUPPORTED)
			return YG_E_FAILED;
		v->has_stats = false;
		return list_plain(v, err);
	}
	for (int i = 0; i < count; i++) {
		struct yg_virt_dom *d = meet(v, records[i]->dom);
		struct yg_virt_sample s = sample_of(records[i]);
		if (d && (s.has & YG_VIRT_STATE))
			set_state(d, s.state, s.reason);
	}
	virDomainStatsRecordListFree(records);
	return 0;
}

static void remove_dom(struct yg_virt_conn *v, struct yg_virt_dom *d)
{
	if (d->is_migrating)
		yg_virt_job_over(v, d);
	yg_map_remove(&v->doms, d->uuid);
	yg_virt_dom_free(d);
}

static void sweep(struct yg_virt_conn *v)
{
	for (size_t i = v->doms.count; i-- > 0;) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (d->listed != v->listing)
			remove_dom(v, d);
	}
}

/* One flag of all domains by one question, instead of one for each domain. */
static bool mark(struct yg_virt_conn *v, unsigned filter, size_t member)
{
	virDomainPtr *doms = NULL;
	int count = virConnectListAllDomains(v->virt, &doms, filter);

	if (count < 0)
		return false;
	for (size_t i = 0; i < v->doms.count; i++)
		*(bool *)((char *)yg_virt_dom_at(v, i) + member) = false;
	for (int i = 0; i < count; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "";
		virDomainGetUUIDString(doms[i], uuid);
		struct yg_virt_dom *d = yg_map_get(&v->doms, uuid);
		if (d)
			*(bool *)((char *)d + member) = true;
		virDomainFree(doms[i]);
	}
	free(doms);
	return true;
}

static void mark_all(struct yg_virt_conn *v)
{
	int64_t now = yg_mono_us();

	if (v->flags_us && now - v->flags_us < FLAGS_US)
		return;
	v->flags_us = now;
	v->has_flags = mark(v, VIR_CONNECT_LIST_DOMAINS_TRANSIENT,
			   offsetof(struct yg_virt_dom, is_transient)) &&
		       mark(v, VIR_CONNECT_LIST_DOMAINS_AUTOSTART,
			   offsetof(struct yg_virt_dom, is_autostart)) &&
		       mark(v, VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT,
			   offsetof(struct yg_virt_dom, has_snapshots));
	for (size_t i = 0; v->has_flags && i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (!d->has_snapshots)
			d->snapshots = 0;
	}
}

static void ask_info(const struct yg_virt_conn *v, struct yg_virt_dom *d)
{
	virDomainInfo info;
	struct yg_virt_sample s = {.at_us = yg_mono_us()};

	if (virDomainGetInfo(d->ptr, &info) < 0)
		return;
	s.has = YG_VIRT_BALLOON | YG_VIRT_VCPUS;
	s.balloon = (uint64_t)info.memory * 1024;
	s.vcpus = info.nrVirtCpu;
	s.cpu_ns = info.cpuTime;
	if (d->is_active)
		s.has |= YG_VIRT_CPU;
	/* Of a container, libvirt tells the limit and what is used of it. */
	if (v->is_lxc) {
		s.balloon = (uint64_t)info.maxMem * 1024;
		s.rss = (uint64_t)info.memory * 1024;
		s.has |= d->is_active ? YG_VIRT_RSS : 0;
	}
	if (d->now.state != info.state)
		set_state(d, info.state, 0);
	take_sample(d, &s);
	d->info_us = s.at_us;
}

static bool is_visible(struct yg_virt_conn *v, const struct yg_virt_dom *d)
{
	pthread_mutex_lock(&v->lock);
	bool is = yg_map_get(&v->visible, d->uuid) != NULL;
	pthread_mutex_unlock(&v->lock);
	return is;
}

/* Sizes and CPU time domain by domain: what is on screen first, the others in turn, for as long as
 * the budget lasts. */
static void ask_infos(struct yg_virt_conn *v)
{
	int64_t until = yg_mono_us() + INFO_MS * 1000;

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (d->is_active && is_visible(v, d))
			ask_info(v, d);
		if (yg_mono_us() > until)
			return;
	}
	for (size_t i = 0; i < v->doms.count && yg_mono_us() < until; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, v->info_at++ % v->doms.count);
		if (d->is_active || !d->info_us)
			ask_info(v, d);
	}
}

int yg_virt_list(struct yg_virt_conn *v, struct yg_err *err)
{
	v->listing++;
	int rc = v->has_stats ? list_states(v, err) : list_plain(v, err);
	if (rc) {
		v->listing--;
		return rc;
	}
	sweep(v);
	mark_all(v);
	/* QEMU's sizes are in its statistics, and until then in the definition. */
	if (!v->is_qemu)
		ask_infos(v);
	return 0;
}

/* ---- statistics ---- */
static void judge(
    struct yg_virt_conn *v, struct yg_virt_dom *d, bool is_whole, int stuck, int64_t asked_ms)
{
	int64_t now = yg_now_ms(), was = d->silent_ms;

	if (is_whole || !d->is_active) {
		d->had_rss |= is_whole;
		d->lack_ms = d->silent_ms = 0;
	} else if (stuck > 0 || d->had_rss) {
		if (!d->lack_ms)
			d->lack_ms = asked_ms;
		if (!d->silent_ms && (stuck > 0 || now - d->lack_ms >= LACK_MS))
			d->silent_ms = d->lack_ms;
	}
	if (d->silent_ms)
		d->rates = (struct yg_virt_rates){0};
	d->is_changed |= was != d->silent_ms;
}

static int stuck_now(struct yg_virt_conn *v)
{
	pthread_mutex_lock(&v->lock);
	int stuck = v->stuck;
	pthread_mutex_unlock(&v->lock);
	return stuck;
}

static void take_records(struct yg_virt_conn *v, struct yg_virt_call *call, int64_t asked_ms)
{
	int stuck = stuck_now(v);

	for (int i = 0; i < call->n_records; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "";
		virDomainGetUUIDString(call->records[i]->dom, uuid);
		struct yg_virt_dom *d = yg_map_get(&v->doms, uuid);
		if (!d)
			continue;
		struct yg_virt_sample s = sample_of(call->records[i]);
		if (s.has & YG_VIRT_STATE)
			set_state(d, s.state, s.reason);
		take_sample(d, &s);
		/* Without the guest's job lock libvirt leaves out what only its process knows. */
		if (v->is_qemu)
			judge(v, d, s.has & YG_VIRT_RSS, stuck, asked_ms);
	}
}

/* A chunk that does not come back hangs on one guest and holds its job lock; asked again, libvirt
 * passes over that guest, and what it then leaves out names it. false: no more may be asked. */
static bool ask_chunk(struct yg_virt_conn *v, struct yg_virt_dom *const *doms, size_t count)
{
	int64_t asked_ms = yg_now_ms();

	while (!yg_virt_is_closed(v) && stuck_now(v) < YG_VIRT_STUCK_MAX) {
		struct yg_virt_call *call = yg_virt_call_new(v);
		for (size_t i = 0; i < count; i++)
			yg_virt_call_add(call, doms[i]);
		call->stats = STATS;
		bool is_done = yg_virt_call_run(call, yg_virt_call_stats, STATS_MS);
		if (is_done)
			take_records(v, call, asked_ms);
		yg_virt_call_unref(call);
		if (is_done)
			return true;
	}
	return false;
}

static bool is_turn(struct yg_virt_conn *v, struct yg_virt_dom *d, bool with_all)
{
	return d->is_active ? with_all || is_visible(v, d)
			    : !(d->now.has & YG_VIRT_SIZE) && !d->lack_ms && with_all;
}

static void ask_stats(struct yg_virt_conn *v)
{
	struct yg_virt_dom *chunk[CHUNK];
	size_t count = 0;
	bool with_all = v->doms.count <= CHUNK || v->looks % ALL_EACH == 0;

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (is_turn(v, d, with_all))
			chunk[count++] = d;
		if (count == CHUNK || (count && i + 1 == v->doms.count)) {
			if (!ask_chunk(v, chunk, count))
				return;
			count = 0;
			yg_virt_publish(v, false);
		}
	}
}

void yg_virt_stats(struct yg_virt_conn *v)
{
	int64_t now = yg_mono_us();

	if (v->has_stats && v->is_qemu)
		ask_stats(v);
	else if (v->stats_us)
		ask_infos(v);
	v->looks++;
	v->stats_us = now;
	if (!v->first_us) {
		v->first_us = now;
	} else if (!v->is_sampled && now - v->first_us >= SAMPLED_US) {
		v->is_sampled = true;
		yg_virt_publish(v, false);
		yg_virt_post_sampled(v);
	}
}

/* ---- definitions ---- */
static void read_xml(struct yg_virt_dom *d)
{
	char *text = virDomainGetXMLDesc(d->ptr, 0);

	yg_domxml_free(d->xml);
	d->xml = text ? yg_domxml_parse(text) : NULL;
	d->has_no_xml = !d->xml;
	d->is_xml_stale = false;
	d->is_changed = true;
	free(text);
}

bool yg_virt_details(struct yg_virt_conn *v, int budget_ms)
{
	int64_t until = yg_mono_us() + budget_ms * 1000;

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if ((d->xml || d->has_no_xml) && !d->is_xml_stale)
			continue;
		if (yg_mono_us() > until)
			return true;
		read_xml(d);
		v->leases_us = 0;
	}
	v->has_all_details = true;
	yg_virt_find_births(v);
	return false;
}

/* ---- one domain, when an event told of it ---- */
static void note_event(struct yg_virt_conn *v, struct yg_virt_dom *d, int event)
{
	int what = event < 0 ? event : event & 0xff, detail = event < 0 ? 0 : event >> 8;

	if (what == VIR_DOMAIN_EVENT_STARTED) {
		forget_run(d);
		d->started_ms = detail == VIR_DOMAIN_EVENT_STARTED_BOOTED ? yg_now_ms() : 0;
		d->is_xml_stale = true;
	} else if (what == VIR_DOMAIN_EVENT_DEFINED || what == VIR_DOMAIN_EVENT_UNDEFINED) {
		d->is_xml_stale = true;
		d->info_us = 0;
		v->flags_us = 0;
	}
}

void yg_virt_refresh(struct yg_virt_conn *v, const char *uuid, int event)
{
	struct yg_virt_dom *d = yg_map_get(&v->doms, uuid);
	virDomainPtr ptr = virDomainLookupByUUIDString(v->virt, uuid);
	int state, reason;

	if (!ptr) {
		virErrorPtr last = virGetLastError();
		if (d && last && last->code == VIR_ERR_NO_DOMAIN) {
			yg_virt_post_drop(v, &yg_kind_vm, uuid);
			remove_dom(v, d);
		}
		return;
	}
	bool is_new = !d;
	d = meet(v, ptr);
	virDomainFree(ptr);
	if (!d)
		return;
	if (virDomainGetState(d->ptr, &state, &reason, 0) == 0)
		set_state(d, state, reason);
	note_event(v, d, event);
	if (!v->is_qemu && (is_new || !d->info_us))
		ask_info(v, d);
	mark_all(v);
	d->is_changed = true;
}

void yg_virt_publish(struct yg_virt_conn *v, bool is_list)
{
	struct yg_virt_rows rows = {0};

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		if (!is_list && !d->is_changed)
			continue;
		d->is_changed = false;
		yg_vec_push(&rows, yg_virt_vm_row(v, d));
	}
	if (is_list || rows.count)
		yg_virt_post_rows(v, &yg_kind_vm, &rows, is_list);
}
