/* worker: the thread of one connection: opens it, waits for what the loop or libvirt's events want,
 * asks, answers in rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "providers/libvirt/virt.h"

#define FOLLOW_US      500000   /* pace of migrations under way */
#define SLICE_MS       100      /* of reading definitions */
#define FIRST_SLICE_MS 60       /* of that, before the first listing is shown */
#define SECOND_LOOK_US 500000   /* after the first statistics, so that rates are soon known */
#define SELDOM_US      30000000 /* pace of what nobody looks at */
#define SNAPSHOTS_US   10000000
#define LEASES_US      10000000

#define REFRESH_MAX 20 /* more events than these: one listing is cheaper */

bool yg_virt_is_gone(struct yg_virt_conn *v)
{
	virErrorPtr last = virGetLastError();
	bool is_rpc = last && (last->code == VIR_ERR_RPC || last->code == VIR_ERR_NO_CONNECT ||
				  last->code == VIR_ERR_INVALID_CONN);

	return is_rpc || virConnectIsAlive(v->virt) != 1;
}

/* ---- events: libvirt's thread calls these; they only leave a note ---- */
static void note(virDomainPtr dom, void *data, enum yg_virt_event_what what, int detail)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";

	virDomainGetUUIDString(dom, uuid);
	yg_virt_event(data, what, detail, uuid);
}

static int on_lifecycle(virConnectPtr conn, virDomainPtr dom, int event, int detail, void *data)
{
	note(dom, data, YG_VIRT_EV_STATE, event | detail << 8);
	return 0;
}

static void on_reboot(virConnectPtr conn, virDomainPtr dom, void *data)
{
	note(dom, data, YG_VIRT_EV_STATE, YG_VIRT_REBOOTED);
}

static void on_balloon(virConnectPtr conn, virDomainPtr dom, unsigned long long now, void *data)
{
	note(dom, data, YG_VIRT_EV_STATE, YG_VIRT_OTHER);
}

static void on_device(virConnectPtr conn, virDomainPtr dom, const char *alias, void *data)
{
	note(dom, data, YG_VIRT_EV_CHANGED, 0);
}

static void on_metadata(virConnectPtr conn, virDomainPtr dom, int type, const char *uri, void *data)
{
	note(dom, data, YG_VIRT_EV_CHANGED, 0);
}

static void on_agent(virConnectPtr conn, virDomainPtr dom, int state, int reason, void *data)
{
	note(dom, data, YG_VIRT_EV_STATE, YG_VIRT_OTHER);
}

static void on_iteration(virConnectPtr conn, virDomainPtr dom, int iteration, void *data)
{
	note(dom, data, YG_VIRT_EV_MIGRATION, iteration);
}

static void on_job(
    virConnectPtr conn, virDomainPtr dom, virTypedParameterPtr params, int count, void *data)
{
	note(dom, data, YG_VIRT_EV_MIGRATION, -1);
}

static void on_network(virConnectPtr conn, virNetworkPtr net, int event, int detail, void *data)
{
	yg_virt_event(data, YG_VIRT_EV_NETWORK, event, NULL);
}

static void on_pool(virConnectPtr conn, virStoragePoolPtr pool, int event, int detail, void *data)
{
	yg_virt_event(data, YG_VIRT_EV_POOL, event, NULL);
}

static void on_pool_refresh(virConnectPtr conn, virStoragePoolPtr pool, void *data)
{
	yg_virt_event(data, YG_VIRT_EV_POOL, 0, NULL);
}

static void on_close(virConnectPtr conn, int reason, void *data)
{
	static const char *const words[] = {
	    [VIR_CONNECT_CLOSE_REASON_ERROR] = "the connection broke",
	    [VIR_CONNECT_CLOSE_REASON_EOF] = "the daemon closed the connection",
	    [VIR_CONNECT_CLOSE_REASON_KEEPALIVE] = "the daemon does not answer",
	    [VIR_CONNECT_CLOSE_REASON_CLIENT] = "closed by us",
	};
	struct yg_virt_conn *v = data;

	pthread_mutex_lock(&v->lock);
	if (!v->lost)
		v->lost = reason >= 0 && (size_t)reason < YG_COUNT(words) ? words[reason] : "lost";
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
}

static void release(void *data)
{
	yg_virt_conn_unref(data);
}

/* What a driver does not know is left out: it is polled as well. */
static void watch_one(struct yg_virt_conn *v, int event, virConnectDomainEventGenericCallback cb)
{
	int id = virConnectDomainEventRegisterAny(
	    v->virt, NULL, event, cb, yg_virt_conn_ref(v), release);

	if (id >= 0)
		v->callbacks[v->n_callbacks++] = id;
	else
		release(v);
}

/* Each of these is a question to the daemon: they wait until the first rows are shown. Only the
 * lifecycle is watched before the first listing, so that nothing falls between the two. */
static void watch_more(struct yg_virt_conn *v)
{
	static const struct {
		int id;
		virConnectDomainEventGenericCallback cb;
	} events[] = {
	    {VIR_DOMAIN_EVENT_ID_REBOOT, VIR_DOMAIN_EVENT_CALLBACK(on_reboot)},
	    {VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, VIR_DOMAIN_EVENT_CALLBACK(on_balloon)},
	    {VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK(on_device)},
	    {VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK(on_device)},
	    {VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, VIR_DOMAIN_EVENT_CALLBACK(on_metadata)},
	    {VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_agent)},
	    {VIR_DOMAIN_EVENT_ID_MIGRATION_ITERATION, VIR_DOMAIN_EVENT_CALLBACK(on_iteration)},
	    {VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, VIR_DOMAIN_EVENT_CALLBACK(on_job)},
	};

	for (size_t i = 0; i < YG_COUNT(events); i++)
		watch_one(v, events[i].id, events[i].cb);
	v->net_callback =
	    virConnectNetworkEventRegisterAny(v->virt, NULL, VIR_NETWORK_EVENT_ID_LIFECYCLE,
		VIR_NETWORK_EVENT_CALLBACK(on_network), yg_virt_conn_ref(v), release);
	if (v->net_callback < 0)
		release(v);
	v->pool_callback = virConnectStoragePoolEventRegisterAny(v->virt, NULL,
	    VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE, VIR_STORAGE_POOL_EVENT_CALLBACK(on_pool),
	    yg_virt_conn_ref(v), release);
	if (v->pool_callback < 0)
		release(v);
	v->refresh_callback =
	    virConnectStoragePoolEventRegisterAny(v->virt, NULL, VIR_STORAGE_POOL_EVENT_ID_REFRESH,
		VIR_STORAGE_POOL_EVENT_CALLBACK(on_pool_refresh), yg_virt_conn_ref(v), release);
	if (v->refresh_callback < 0)
		release(v);
}

static void unwatch(struct yg_virt_conn *v)
{
	for (int i = 0; i < v->n_callbacks; i++)
		virConnectDomainEventDeregisterAny(v->virt, v->callbacks[i]);
	if (v->net_callback >= 0)
		virConnectNetworkEventDeregisterAny(v->virt, v->net_callback);
	if (v->pool_callback >= 0)
		virConnectStoragePoolEventDeregisterAny(v->virt, v->pool_callback);
	if (v->refresh_callback >= 0)
		virConnectStoragePoolEventDeregisterAny(v->virt, v->refresh_callback);
	virConnectUnregisterCloseCallback(v->virt, on_close);
}

static void add_version(struct yg_buf *b, const char *name, unsigned long version)
{
	yg_buf_printf(b, "%s%s %lu.%lu.%lu", b->len ? ", " : "", name, version / 1000000,
	    version / 1000 % 1000, version % 1000);
}

/* "QEMU 7.2.22, libvirt 9.0.0"; the version is also kept for the host's row. */
static void learn(struct yg_virt_conn *v)
{
	struct yg_buf b = {0};
	unsigned long version = 0;
	const char *type = virConnectGetType(v->virt);
	char *hostname = virConnectGetHostname(v->virt);

	v->type = yg_xstrdup(type ? type : "");
	v->is_shared = strcasecmp(v->type, "test") == 0 || strcasecmp(v->type, "ESX") == 0;
	v->is_qemu = strcasecmp(v->type, "QEMU") == 0;
	v->is_lxc = strcasecmp(v->type, "LXC") == 0;
	v->has_jobs = v->is_qemu;
	v->hostname = yg_xstrdup(hostname && *hostname ? hostname : v->name);
	free(hostname);
	if (virConnectGetVersion(v->virt, &version) == 0 && version)
		add_version(&b, v->type, version);
	else
		yg_buf_str(&b, v->type);
	if (virConnectGetLibVersion(v->virt, &version) == 0 && version)
		add_version(&b, "libvirt", version);
	v->host.version = yg_buf_take(&b);
}

/* true if it is open and still wanted. */
static bool connect(struct yg_virt_conn *v)
{
	struct yg_err err = {0};
	virConnectPtr virt = yg_virt_open(v->uri, &err);

	pthread_mutex_lock(&v->lock);
	v->is_opening = false;
	v->virt = virt;
	bool is_closed = v->is_closed;
	pthread_mutex_unlock(&v->lock);
	if (!virt) {
		yg_virt_post_failed(v, &err);
		return false;
	}
	if (is_closed)
		return false;
	v->has_stats = true;
	if (virConnectRegisterCloseCallback(virt, on_close, yg_virt_conn_ref(v), release) < 0)
		release(v);
	learn(v);
	yg_virt_post_up(v, v->host.version);
	return true;
}

/* ---- polling ---- */
static bool wants(uint64_t kinds, const struct yg_kind *kind)
{
	int index = yg_kind_index(kind);

	return index >= 0 && (kinds >> index & 1);
}

/* true if it is wanted, or was not looked at for so long; then it counts as looked at. */
static bool is_due(uint64_t kinds, const struct yg_kind *kind, int64_t *last_us, int64_t pace_us)
{
	bool is_wanted = wants(kinds, kind);
	int64_t now = yg_mono_us();

	if (*last_us && now - *last_us < (is_wanted ? pace_us : SELDOM_US))
		return false;
	*last_us = now;
	return true;
}

static void poll_vms(struct yg_virt_conn *v)
{
	struct yg_err err = {0};
	bool is_first = !v->listing;

	if (yg_virt_list(v, &err)) {
		if (yg_virt_is_gone(v))
			yg_virt_post_failed(v, &err);
		else
			yg_virt_post_skip(v, &yg_kind_vm);
		return;
	}
	if (is_first) {
		yg_virt_details(v, FIRST_SLICE_MS);
		yg_virt_leases(v);
		v->leases_us = yg_mono_us();
	}
	yg_virt_publish(v, true);
	yg_virt_post_heard(v);
}

/* What is on screen first; what nobody asked for comes after, and seldom. */
static void poll_kinds(struct yg_virt_conn *v, uint64_t kinds)
{
	bool with_vms = wants(kinds, &yg_kind_vm) || wants(kinds, &yg_kind_host) ||
			wants(kinds, &yg_kind_migration);
	bool with_stats = with_vms || !v->stats_us || yg_mono_us() - v->stats_us > SELDOM_US;

	if (is_due(with_vms ? UINT64_MAX : 0, &yg_kind_vm, &v->vms_us, 0))
		poll_vms(v);
	if (wants(kinds, &yg_kind_host) || !v->is_host_listed)
		yg_virt_list_host(v);
	if (is_due(kinds, &yg_kind_network, &v->nets_us, 0))
		yg_virt_list_networks(v, true);
	bool with_volumes = is_due(kinds, &yg_kind_volume, &v->volumes_us, SNAPSHOTS_US);
	if (is_due(kinds, &yg_kind_pool, &v->pools_us, 0) || with_volumes)
		yg_virt_list_pools(v, with_volumes);
	if (is_due(kinds, &yg_kind_snapshot, &v->snapshots_us, SNAPSHOTS_US))
		yg_virt_list_snapshots(v);
	yg_virt_post_heard(v);
	yg_virt_scan_jobs(v);
	if (with_stats)
		yg_virt_stats(v);
	int64_t now = yg_mono_us();
	if (now - v->leases_us > LEASES_US) {
		v->leases_us = now;
		yg_virt_leases(v);
	}
	yg_virt_publish(v, false);
}

/* ---- what events told ---- */
static void take_event(struct yg_virt_conn *v, const struct yg_virt_event *ev)
{
	struct yg_virt_dom *d = yg_map_get(&v->doms, ev->uuid);

	switch (ev->what) {
	case YG_VIRT_EV_STATE: yg_virt_refresh(v, ev->uuid, ev->detail); break;
	case YG_VIRT_EV_CHANGED:
		if (d)
			d->is_xml_stale = true;
		break;
	case YG_VIRT_EV_MIGRATION:
		if (d && !d->is_migrating && ev->detail >= 0)
			d->is_migrating = d->is_changed = true;
		break;
	case YG_VIRT_EV_NETWORK: yg_virt_list_networks(v, true); break;
	case YG_VIRT_EV_POOL: yg_virt_list_pools(v, false); break;
	case YG_VIRT_EV_SNAPSHOT:
		v->flags_us = 0;
		yg_virt_refresh(v, ev->uuid, YG_VIRT_OTHER);
		yg_virt_list_snapshots(v);
		break;
	}
}

static void take_events(
    struct yg_virt_conn *v, struct yg_virt_event *events, size_t count, bool has_missed)
{
	size_t refreshes = 0;

	if (!v->listing)
		return; /* nothing was asked for yet: the first listing tells it all */
	for (size_t i = 0; i < count; i++)
		refreshes += events[i].what == YG_VIRT_EV_STATE;
	bool is_flood = has_missed || refreshes > REFRESH_MAX;
	if (is_flood)
		poll_vms(v);
	for (size_t i = 0; i < count; i++)
		if (!is_flood || events[i].what != YG_VIRT_EV_STATE)
			take_event(v, &events[i]);
	yg_virt_publish(v, false);
}

/* ---- the thread ---- */
struct errand {
	bool is_over, is_poll, has_missed;
	uint64_t kinds;
	const char *lost;
	struct yg_virt_event *events;
	size_t n_events;
};

static bool has_errand(const struct yg_virt_conn *v)
{
	return v->is_closed || v->lost || v->is_poll_wanted || v->events.count ||
	       v->has_missed_events;
}

/* Waits until there is something to do, at most until until_us (0: no limit). */
static struct errand wait_errand(struct yg_virt_conn *v, int64_t until_us)
{
	struct timespec until = {
	    .tv_sec = until_us / 1000000, .tv_nsec = until_us % 1000000 * 1000};
	struct errand e = {0};

	pthread_mutex_lock(&v->lock);
	while (!has_errand(v))
		if (!until_us)
			pthread_cond_wait(&v->wake, &v->lock);
		else if (pthread_cond_timedwait(&v->wake, &v->lock, &until) != 0)
			break;
	e.is_over = v->is_closed;
	e.lost = v->lost;
	e.is_poll = v->is_poll_wanted;
	e.kinds = v->kinds;
	e.has_missed = v->has_missed_events;
	e.events = v->events.items;
	e.n_events = v->events.count;
	memset(&v->events, 0, sizeof(v->events));
	v->kinds = 0;
	v->is_poll_wanted = v->has_missed_events = false;
	pthread_mutex_unlock(&v->lock);
	return e;
}

static void say_lost(struct yg_virt_conn *v, const char *why)
{
	struct yg_err err = {0};

	yg_err_set(&err, YG_E_UNREACHABLE, "%s", why);
	yg_virt_post_failed(v, &err);
}

/* When there is something to do without being asked; 0: nothing. */
static int64_t next_us(struct yg_virt_conn *v, bool has_details, bool has_jobs)
{
	int64_t now = yg_mono_us(), at = 0;

	if (has_details)
		return now;
	if (has_jobs)
		at = now + FOLLOW_US;
	if (v->first_us && !v->is_sampled) {
		int64_t second = v->first_us + SECOND_LOOK_US;
		at = at ? YG_MIN(at, second) : second;
	}
	return at;
}

static void serve(struct yg_virt_conn *v)
{
	bool has_details = false, has_jobs = false;
	int64_t followed_us = 0;

	for (;;) {
		struct errand e = wait_errand(v, next_us(v, has_details, has_jobs));
		if (e.is_over || e.lost) {
			free(e.events);
			if (e.lost && !e.is_over)
				say_lost(v, e.lost);
			return;
		}
		take_events(v, e.events, e.n_events, e.has_missed);
		free(e.events);
		if (e.is_poll)
			poll_kinds(v, e.kinds);
		else if (v->first_us && !v->is_sampled &&
			 yg_mono_us() - v->first_us >= SECOND_LOOK_US) {
			yg_virt_stats(v);
			yg_virt_publish(v, false);
		}
		if (!v->listing)
			continue;
		if (!v->is_watching)
			watch_more(v);
		v->is_watching = true;
		has_details = yg_virt_details(v, SLICE_MS);
		if (yg_mono_us() - followed_us >= FOLLOW_US - 50000) {
			has_jobs = yg_virt_follow_jobs(v);
			followed_us = yg_mono_us();
		}
		yg_virt_publish(v, false);
		yg_virt_post_heard(v);
	}
}

/* The loop thread may take references of the connection as long as it has not closed it. */
static void wait_closed(struct yg_virt_conn *v)
{
	pthread_mutex_lock(&v->lock);
	while (!v->is_closed)
		pthread_cond_wait(&v->wake, &v->lock);
	pthread_mutex_unlock(&v->lock);
}

void *yg_virt_worker(void *conn)
{
	struct yg_virt_conn *v = conn;

	if (connect(v)) {
		watch_one(
		    v, VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle));
		serve(v);
		unwatch(v);
		wait_closed(v);
	}
	for (size_t i = 0; i < v->doms.count; i++)
		yg_virt_dom_free(v->doms.entries[i].value);
	yg_map_done(&v->doms);
	for (size_t i = 0; i < v->nets.count; i++)
		yg_virt_net_free(v->nets.entries[i].value);
	yg_map_done(&v->nets);
	if (v->probe)
		virConnectClose(v->probe);
	if (v->virt)
		virConnectClose(v->virt);
	yg_virt_conn_unref(v);
	return NULL;
}
