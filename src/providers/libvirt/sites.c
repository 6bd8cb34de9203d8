/* sites: what stands around the domains: the host, networks with their leases, pools with their
 * volumes, snapshots. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/clock.h"
#include "providers/libvirt/virt.h"

#define VOLUMES_MS 1500 /* for asking each volume; the rest is left for the next time */

/* ---- the host ---- */
static uint64_t stat_named(const virNodeCPUStats *stats, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (yg_streq(stats[i].field, name))
			return stats[i].value;
	return 0;
}

static void look_at_cpu(struct yg_virt_conn *v)
{
	struct yg_virt_host *h = &v->host;
	virNodeCPUStats stats[16];
	int count = 0, all = VIR_NODE_CPU_STATS_ALL_CPUS;

	h->cpu = -1;
	if (virNodeGetCPUStats(v->virt, all, NULL, &count, 0) < 0 || count < 1 ||
	    (size_t)count > YG_COUNT(stats) ||
	    virNodeGetCPUStats(v->virt, all, stats, &count, 0) < 0)
		return;
	uint64_t busy = stat_named(stats, count, VIR_NODE_CPU_STATS_KERNEL) +
			stat_named(stats, count, VIR_NODE_CPU_STATS_USER);
	uint64_t sum = busy + stat_named(stats, count, VIR_NODE_CPU_STATS_IDLE) +
		       stat_named(stats, count, VIR_NODE_CPU_STATS_IOWAIT);
	if (h->all_ns && sum > h->all_ns && busy >= h->busy_ns)
		h->cpu =
		    YG_MIN(100.0, 100.0 * (double)(busy - h->busy_ns) / (double)(sum - h->all_ns));
	h->busy_ns = busy;
	h->all_ns = sum;
}

static void look_at_memory(struct yg_virt_conn *v)
{
	struct yg_virt_host *h = &v->host;
	virNodeMemoryStats stats[16];
	int count = 0, all = VIR_NODE_MEMORY_STATS_ALL_CELLS;
	uint64_t total = 0, spare = 0;

	h->mem_used = -1;
	if (virNodeGetMemoryStats(v->virt, all, NULL, &count, 0) < 0 || count < 1 ||
	    (size_t)count > YG_COUNT(stats) ||
	    virNodeGetMemoryStats(v->virt, all, stats, &count, 0) < 0)
		return;
	for (int i = 0; i < count; i++) {
		if (yg_streq(stats[i].field, VIR_NODE_MEMORY_STATS_TOTAL))
			total = stats[i].value;
		else if (yg_streq(stats[i].field, VIR_NODE_MEMORY_STATS_FREE) ||
			 yg_streq(stats[i].field, VIR_NODE_MEMORY_STATS_BUFFERS) ||
			 yg_streq(stats[i].field, VIR_NODE_MEMORY_STATS_CACHED))
			spare += stats[i].value;
	}
	if (!total || total > INT64_MAX / 1024)
		return;
	h->mem = (int64_t)total * 1024;
	h->mem_used = (int64_t)(total > spare ? total - spare : 0) * 1024;
}

static char *take(char **text)
{
	char *s = *text;

	*text = NULL;
	return s;
}

/* What does not change while a host is up. */
static void learn_host(struct yg_virt_conn *v)
{
	struct yg_virt_host *h = &v->host;
	struct yg_xml_facts facts;
	virNodeInfo info;

	h->is_known = true;
	h->mem = -1;
	if (virNodeGetInfo(v->virt, &info) == 0) {
		h->cpus = (int)info.cpus;
		h->mem = (int64_t)info.memory * 1024;
		h->arch = yg_xstrndup(info.model, sizeof(info.model));
	}
	char *xml = virConnectGetCapabilities(v->virt);
	if (yg_xml_facts(xml, "capabilities", &facts)) {
		h->uuid = take(&facts.v[YG_XML_UUID]);
		h->model = take(&facts.v[YG_XML_MODEL]);
	}
	yg_xml_facts_done(&facts);
	free(xml);
	xml = virConnectGetSysinfo(v->virt, 0);
	if (yg_xml_facts(xml, "sysinfo", &facts) && facts.v[YG_XML_MODEL]) {
		free(h->model);
		h->model = take(&facts.v[YG_XML_MODEL]);
	}
	yg_xml_facts_done(&facts);
	free(xml);
}

void yg_virt_list_host(struct yg_virt_conn *v)
{
	struct yg_virt_rows rows = {0};

	if (!v->host.is_known)
		learn_host(v);
	look_at_cpu(v);
	look_at_memory(v);
	yg_vec_push(&rows, yg_virt_host_row(v));
	v->is_host_listed = true;
	yg_virt_post_rows(v, &yg_kind_host, &rows, true);
}

/* ---- networks ---- */
void yg_virt_net_free(struct yg_virt_net *n)
{
	if (!n)
		return;
	if (n->ptr)
		virNetworkFree(n->ptr);
	yg_xml_facts_done(&n->facts);
	free(n->name);
	free(n);
}

/* Steals ptr. */
static void meet_network(struct yg_virt_conn *v, virNetworkPtr ptr)
{
	char uuid[VIR_UUID_STRING_BUFLEN] = "";
	const char *name = virNetworkGetName(ptr);

	virNetworkGetUUIDString(ptr, uuid);
	struct yg_virt_net *n = yg_map_get(&v->nets, uuid);
	if (!n) {
		n = yg_xcalloc(1, sizeof(*n));
		snprintf(n->uuid, sizeof(n->uuid), "%s", uuid);
		n->autostart = -1;
		yg_map_put(&v->nets, uuid, n);
	}
	if (n->ptr)
		virNetworkFree(n->ptr);
	free(n->name);
	n->ptr = ptr;
	n->name = yg_xstrdup(name ? name : uuid);
	n->is_active = virNetworkIsActive(ptr) == 1;
	n->is_there = true;
}

static void read_network(struct yg_virt_net *n)
{
	char *xml = virNetworkGetXMLDesc(n->ptr, 0);

	yg_xml_facts_done(&n->facts);
	n->is_known = yg_xml_facts(xml, "network", &n->facts);
	if (virNetworkGetAutostart(n->ptr, &n->autostart) < 0)
		n->autostart = -1;
	free(xml);
}

static bool find_networks(struct yg_virt_conn *v)
{
	virNetworkPtr *nets = NULL;
	int count = virConnectListAllNetworks(v->virt, &nets, 0);

	if (count < 0)
		return false;
	for (size_t i = 0; i < v->nets.count; i++)
		((struct yg_virt_net *)v->nets.entries[i].value)->is_there = false;
	for (int i = 0; i < count; i++)
		meet_network(v, nets[i]);
	free(nets);
	for (size_t i = v->nets.count; i-- > 0;) {
		struct yg_virt_net *n = v->nets.entries[i].value;
		if (n->is_there)
			continue;
		yg_map_remove(&v->nets, n->uuid);
		yg_virt_net_free(n);
	}
	return true;
}

void yg_virt_list_networks(struct yg_virt_conn *v, bool is_changed)
{
	struct yg_virt_rows rows = {0};

	if (!find_networks(v)) {
		yg_virt_post_skip(v, &yg_kind_network);
		return;
	}
	for (size_t i = 0; i < v->nets.count; i++) {
		struct yg_virt_net *n = v->nets.entries[i].value;
		if (is_changed || !n->is_known)
			read_network(n);
		yg_vec_push(&rows, yg_virt_net_row(v, n));
	}
	yg_virt_post_rows(v, &yg_kind_network, &rows, true);
}

/* ---- addresses: by the leases of each network, not domain by domain ---- */
static void add_ip(struct yg_map *by_mac, const char *mac, const char *ip)
{
	if (!mac || !ip)
		return;
	char *old = yg_map_get(by_mac, mac);
	char *all = old ? yg_xasprintf("%s, %s", old, ip) : yg_xstrdup(ip);
	free(yg_map_put(by_mac, mac, all));
}

/* false: the driver has no leases. */
static bool read_leases(virNetworkPtr net, struct yg_map *by_mac)
{
	virNetworkDHCPLeasePtr *leases = NULL;
	int count = virNetworkGetDHCPLeases(net, NULL, &leases, 0);

	if (count < 0)
		return virGetLastErrorCode() != VIR_ERR_NO_SUPPORT;
	for (int i = 0; i < count; i++) {
		add_ip(by_mac, leases[i]->mac, leases[i]->ipaddr);
		virNetworkDHCPLeaseFree(leases[i]);
	}
	free(leases);
	return true;
}

static void set_ips(struct yg_virt_dom *d, const struct yg_map *by_mac)
{
	struct yg_buf b = {.max = 4096};

	for (size_t i = 0; d->xml && i < d->xml->nics.count; i++) {
		const char *mac = d->xml->nics.items[i].mac;
		const char *ips = mac ? yg_map_get(by_mac, mac) : NULL;
		if (ips)
			yg_buf_printf(&b, "%s%s", b.len ? ", " : "", ips);
	}
	if (!yg_streq(d->ips ? d->ips : "", yg_buf_text(&b))) {
		free(d->ips);
		d->ips = yg_xstrdup(yg_buf_text(&b));
		d->is_changed = true;
	}
	yg_buf_done(&b);
}

void yg_virt_leases(struct yg_virt_conn *v)
{
	struct yg_map by_mac = {0};
	bool is_first = !v->nets.count;

	if (v->has_no_leases)
		return;
	if (is_first && !find_networks(v)) {
		v->has_no_leases = true;
		return;
	}
	for (size_t i = 0; i < v->nets.count && !v->has_no_leases; i++) {
		struct yg_virt_net *n = v->nets.entries[i].value;
		v->has_no_leases = n->is_active && !read_leases(n->ptr, &by_mac);
	}
	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		set_ips(d, &by_mac);
		d->is_changed |= is_first && d->xml && d->xml->nics.count;
	}
	for (size_t i = 0; i < by_mac.count; i++)
		free(by_mac.entries[i].value);
	yg_map_done(&by_mac);
}

/* ---- pools and volumes ---- */
static int pool_state(int state)
{
	switch (state) {
	case VIR_STORAGE_POOL_RUNNING: return YG_POOL_STATE_ACTIVE;
	case VIR_STORAGE_POOL_DEGRADED: return YG_POOL_STATE_DEGRADED;
	case VIR_STORAGE_POOL_INACCESSIBLE: return YG_POOL_STATE_DEGRADED;
	case VIR_STORAGE_POOL_INACTIVE:
	case VIR_STORAGE_POOL_BUILDING: return YG_POOL_STATE_INACTIVE;
	default: return YG_POOL_STATE_UNKNOWN;
	}
}

static struct yg_row *pool_row(struct yg_virt_conn *v, virStoragePoolPtr pool, const char *uuid)
{
	const char *name = virStoragePoolGetName(pool);
	char *xml = virStoragePoolGetXMLDesc(pool, 0);
	struct yg_xml_facts facts;
	virStoragePoolInfo info;
	struct yg_draft d;
	int autostart, volumes;

	yg_draft_init(&d, &yg_kind_pool, v->name, uuid);
	yg_draft_text(&d, YG_F_NAME, name ? name : uuid);
	yg_draft_ref(&d, YG_POOL_HOST, NULL, "host", v->hostname, v->hostname);
	if (virStoragePoolGetInfo(pool, &info) == 0) {
		yg_draft_state(&d, pool_state(info.state));
		if (info.state == VIR_STORAGE_POOL_INACCESSIBLE)
			yg_draft_const(&d, YG_F_NOTE, "not accessible");
		if (info.state != VIR_STORAGE_POOL_INACTIVE) {
			yg_draft_int(&d, YG_POOL_SIZE, (int64_t)info.capacity);
			yg_draft_int(&d, YG_POOL_USED, (int64_t)info.allocation);
			volumes = virStoragePoolNumOfVolumes(pool);
			if (volumes >= 0)
				yg_draft_int(&d, YG_POOL_VOLUMES, volumes);
		}
	}
	if (yg_xml_facts(xml, "pool", &facts)) {
		if (facts.v[YG_XML_TYPE])
			yg_draft_text(&d, YG_POOL_TYPE, facts.v[YG_XML_TYPE]);
		if (facts.v[YG_XML_PATH])
			yg_draft_text(&d, YG_POOL_PATH, facts.v[YG_XML_PATH]);
	}
	yg_xml_facts_done(&facts);
	free(xml);
	if (virStoragePoolGetAutostart(pool, &autostart) == 0)
		yg_draft_int(&d, YG_POOL_AUTOSTART, autostart);
	yg_draft_text(&d, YG_POOL_UUID, uuid);
	return yg_draft_done(&d);
}

static bool is_used(struct yg_virt_conn *v, const char *path, const char *pool, const char *name)
{
	for (size_t i = 0; i < v->doms.count; i++) {
		const struct yg_domxml *xml = yg_virt_dom_at(v, i)->xml;
		for (size_t n = 0; xml && n < xml->disks.count; n++) {
			const struct yg_domxml_disk *disk = &xml->disks.items[n];
			if (yg_streq(disk->path, path) ||
			    (disk->pool && yg_streq(disk->pool, pool) &&
				yg_streq(disk->volume, name)))
				return true;
		}
	}
	return false;
}

static const char *volume_type(int type)
{
	static const char *const names[] = {"file", "block", "dir", "network", "netdir", "ploop"};

	return type >= 0 && (size_t)type < YG_COUNT(names) ? names[type] : NULL;
}

static struct yg_row *volume_row(
    struct yg_virt_conn *v, virStorageVolPtr volume, const char *pool_uuid, const char *pool)
{
	const char *key = virStorageVolGetKey(volume), *name = virStorageVolGetName(volume);
	virStorageVolInfo info;
	struct yg_draft d;

	if (!key || !name)
		return NULL;
	/* Where the key is a path, it is the path: that saves a question for each volume. */
	char *path = key[0] == '/' ? yg_xstrdup(key) : virStorageVolGetPath(volume);
	yg_draft_init(&d, &yg_kind_volume, v->name, path ? path : key);
	yg_draft_text(&d, YG_F_NAME, name);
	yg_draft_ref(&d, YG_VOLUME_HOST, NULL, "host", v->hostname, v->hostname);
	yg_draft_ref(&d, YG_VOLUME_POOL, NULL, "pool", pool_uuid, pool);
	if (path)
		yg_draft_text(&d, YG_VOLUME_PATH, path);
	if (v->has_all_details)
		yg_draft_state(&d, is_used(v, path ? path : key, pool, name)
				       ? YG_VOLUME_STATE_USED
				       : YG_VOLUME_STATE_UNUSED);
	if (virStorageVolGetInfo(volume, &info) == 0) {
		yg_draft_int(&d, YG_VOLUME_SIZE, (int64_t)info.capacity);
		yg_draft_int(&d, YG_VOLUME_USED, (int64_t)info.allocation);
		const char *type = volume_type(info.type);
		if (type)
			yg_draft_const(&d, YG_VOLUME_DRIVER, type);
	}
	free(path);
	return yg_draft_done(&d);
}

/* false: not all of them could be asked in time. */
static bool list_volumes(struct yg_virt_conn *v, virStoragePoolPtr pool, const char *uuid,
    int64_t until_us, struct yg_virt_rows *out)
{
	virStorageVolPtr *volumes = NULL;
	const char *name = virStoragePoolGetName(pool);
	int count = virStoragePoolListAllVolumes(pool, &volumes, 0);
	bool is_whole = true;

	for (int i = 0; i < count; i++) {
		is_whole = is_whole && yg_mono_us() < until_us;
		struct yg_row *row = is_whole ? volume_row(v, volumes[i], uuid, name) : NULL;
		if (row)
			yg_vec_push(out, row);
		virStorageVolFree(volumes[i]);
	}
	free(volumes);
	return is_whole;
}

void yg_virt_list_pools(struct yg_virt_conn *v, bool with_volumes)
{
	struct yg_virt_rows pools = {0}, volumes = {0};
	virStoragePoolPtr *all = NULL;
	int count = virConnectListAllStoragePools(v->virt, &all, 0);
	int64_t until = yg_mono_us() + VOLUMES_MS * 1000;
	bool is_whole = true;

	if (count < 0) {
		yg_virt_post_skip(v, &yg_kind_pool);
		yg_virt_post_skip(v, &yg_kind_volume);
		return;
	}
	for (int i = 0; i < count; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "";
		virStoragePoolGetUUIDString(all[i], uuid);
		yg_vec_push(&pools, pool_row(v, all[i], uuid));
		if (with_volumes && virStoragePoolIsActive(all[i]) == 1)
			is_whole &= list_volumes(v, all[i], uuid, until, &volumes);
		virStoragePoolFree(all[i]);
	}
	free(all);
	yg_virt_post_rows(v, &yg_kind_pool, &pools, true);
	if (!with_volumes)
		return;
	yg_virt_post_rows(v, &yg_kind_volume, &volumes, is_whole);
	if (!is_whole)
		yg_virt_post_skip(v, &yg_kind_volume);
}

/* ---- snapshots ---- */
static struct yg_row *snapshot_row(
    struct yg_virt_conn *v, struct yg_virt_dom *dom, virDomainSnapshotPtr snap, const char *current)
{
	const char *name = virDomainSnapshotGetName(snap);
	char *xml = virDomainSnapshotGetXMLDesc(snap, 0);
	char *id = yg_xasprintf("%s/%s", dom->uuid, name ? name : "");
	struct yg_xml_facts facts;
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_snapshot, v->name, id);
	yg_draft_text(&d, YG_F_NAME, name ? name : "");
	yg_draft_ref(&d, YG_SNAPSHOT_VM, NULL, "vm", dom->uuid, dom->name);
	yg_draft_int(&d, YG_SNAPSHOT_CURRENT, yg_streq(name, current));
	if (yg_xml_facts(xml, "domainsnapshot", &facts)) {
		const char *state = facts.v[YG_XML_STATE], *created = facts.v[YG_XML_CREATED];
		long long seconds = created ? strtoll(created, NULL, 10) : 0;
		yg_draft_state(&d, yg_kind_state(&yg_kind_snapshot, state ? state : ""));
		if (seconds > 0 && seconds < INT64_MAX / 1000)
			yg_draft_int(&d, YG_SNAPSHOT_CREATED, seconds * 1000);
		if (facts.v[YG_XML_PARENT])
			yg_draft_text(&d, YG_SNAPSHOT_PARENT, facts.v[YG_XML_PARENT]);
		if (facts.v[YG_XML_DESCRIPTION])
			yg_draft_text(&d, YG_SNAPSHOT_DESCRIPTION, facts.v[YG_XML_DESCRIPTION]);
	}
	yg_xml_facts_done(&facts);
	free(xml);
	free(id);
	return yg_draft_done(&d);
}

static void list_of(struct yg_virt_conn *v, struct yg_virt_dom *dom, struct yg_virt_rows *out)
{
	virDomainSnapshotPtr *snaps = NULL;
	int count = virDomainListAllSnapshots(dom->ptr, &snaps, 0);

	if (count < 0)
		return;
	virDomainSnapshotPtr current = count ? virDomainSnapshotCurrent(dom->ptr, 0) : NULL;
	const char *name = current ? virDomainSnapshotGetName(current) : NULL;
	for (int i = 0; i < count; i++) {
		yg_vec_push(out, snapshot_row(v, dom, snaps[i], name));
		virDomainSnapshotFree(snaps[i]);
	}
	free(snaps);
	if (current)
		virDomainSnapshotFree(current);
	dom->is_changed |= dom->snapshots != count;
	dom->snapshots = count;
}

void yg_virt_list_snapshots(struct yg_virt_conn *v)
{
	struct yg_virt_rows rows = {0};

	if (!v->has_flags) {
		yg_virt_post_skip(v, &yg_kind_snapshot);
		return;
	}
	for (size_t i = 0; i < v->doms.count; i++)
		if (yg_virt_dom_at(v, i)->has_snapshots)
			list_of(v, yg_virt_dom_at(v, i), &rows);
	yg_virt_post_rows(v, &yg_kind_snapshot, &rows, true);
}
