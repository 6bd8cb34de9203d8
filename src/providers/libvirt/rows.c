/* rows: what the worker knows, as rows. Nothing is asked here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "providers/libvirt/virt.h"

static void text(struct yg_draft *d, int field, const char *s)
{
	if (s && *s)
		yg_draft_text(d, field, s);
}

static void host_ref(const struct yg_virt_conn *v, struct yg_draft *d, int field)
{
	yg_draft_ref(d, field, NULL, "host", v->hostname, v->hostname);
}

static const struct yg_virt_net *net_named(const struct yg_virt_conn *v, const char *name)
{
	for (size_t i = 0; i < v->nets.count; i++) {
		const struct yg_virt_net *n = v->nets.entries[i].value;
		if (yg_streq(n->name, name))
			return n;
	}
	return NULL;
}

static void put_nics(const struct yg_virt_conn *v, const struct yg_domxml *xml, struct yg_draft *d)
{
	for (size_t i = 0; i < xml->nics.count; i++) {
		const struct yg_domxml_nic *nic = &xml->nics.items[i];
		const struct yg_virt_net *net = nic->network ? net_named(v, nic->network) : NULL;
		if (nic->mac)
			yg_draft_add_text(d, YG_VM_MAC, nic->mac);
		if (net)
			yg_draft_add_ref(d, YG_VM_NETWORKS, NULL, "network", net->uuid, net->name);
	}
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void put_disks(const struct yg_domxml *xml, struct yg_draft *d)
{
	for (size_t i = 0; i < xml->disks.count; i++) {
		const char *path = xml->disks.items[i].path;
		if (path)
			yg_draft_add_ref(d, YG_VM_VOLUMES, NULL, "volume", path, last_part(path));
	}
}

static void put_definition(
    const struct yg_virt_conn *v, const struct yg_domxml *xml, struct yg_draft *d)
{
	if (xml->title)
		yg_draft_add_label(d, YG_VM_LABELS, "title", xml->title);
	if (xml->description)
		yg_draft_add_label(d, YG_VM_LABELS, "description", xml->description);
	text(d, YG_VM_OS, xml->os);
	put_nics(v, xml, d);
	put_disks(xml, d);
	if (!(d->has >> YG_VM_CPUS & 1) && xml->cpus)
		yg_draft_int(d, YG_VM_CPUS, xml->cpus);
	if (!(d->has >> YG_VM_MEM & 1) && xml->mem)
		yg_draft_int(d, YG_VM_MEM, xml->mem);
}

static void put_sample(const struct yg_virt_dom *dom, struct yg_draft *d)
{
	const struct yg_virt_sample *s = &dom->now;

	if (s->has & YG_VIRT_VCPUS)
		yg_draft_int(d, YG_VM_CPUS, (int64_t)s->vcpus);
	if (s->has & YG_VIRT_BALLOON)
		yg_draft_int(d, YG_VM_MEM, (int64_t)s->balloon);
	if (s->has & YG_VIRT_SIZE)
		yg_draft_int(d, YG_VM_DISK, (int64_t)s->disk_size);
	if ((s->has & YG_VIRT_GUEST) && s->available >= s->unused && s->available)
		yg_draft_int(d, YG_VM_MEM_USED, (int64_t)(s->available - s->unused));
	else if (s->has & YG_VIRT_RSS)
		yg_draft_int(d, YG_VM_MEM_USED, (int64_t)s->rss);
	if (dom->rates.has & YG_VIRT_CPU)
		yg_draft_real(d, YG_VM_CPU, dom->rates.cpu);
	if (dom->rates.has & YG_VIRT_DISK) {
		yg_draft_real(d, YG_VM_DISK_READ, dom->rates.disk_read);
		yg_draft_real(d, YG_VM_DISK_WRITE, dom->rates.disk_write);
	}
	if (dom->rates.has & YG_VIRT_NET) {
		yg_draft_real(d, YG_VM_NET_RX, dom->rates.net_rx);
		yg_draft_real(d, YG_VM_NET_TX, dom->rates.net_tx);
	}
}

struct yg_row *yg_virt_vm_row(const struct yg_virt_conn *v, const struct yg_virt_dom *dom)
{
	struct yg_draft d;
	const struct yg_virt_sample *s = &dom->now;
	const char *note = yg_virt_vm_note(s->state, s->reason);
	int state = s->has & YG_VIRT_STATE ? yg_virt_vm_state(s->state) : YG_VM_STATE_UNKNOWN;

	yg_draft_init(&d, &yg_kind_vm, v->name, dom->uuid);
	yg_draft_text(&d, YG_F_NAME, dom->name);
	yg_draft_state(&d, dom->is_migrating ? YG_VM_STATE_MIGRATING : state);
	if (dom->silent_ms) {
		yg_draft_int(&d, YG_F_SILENT, dom->silent_ms);
		note = "its process does not answer";
	}
	if (note)
		yg_draft_const(&d, YG_F_NOTE, note);
	host_ref(v, &d, YG_VM_HOST);
	put_sample(dom, &d);
	text(&d, YG_VM_IP, dom->is_active ? dom->ips : NULL);
	if (dom->started_ms)
		yg_draft_int(&d, YG_VM_STARTED, dom->started_ms);
	if (dom->xml)
		put_definition(v, dom->xml, &d);
	if (dom->snapshots >= 0)
		yg_draft_int(&d, YG_VM_SNAPSHOTS, dom->snapshots);
	if (v->has_flags) {
		yg_draft_int(&d, YG_VM_AUTOSTART, dom->is_autostart);
		yg_draft_int(&d, YG_VM_PERSISTENT, !dom->is_transient);
	}
	yg_draft_text(&d, YG_VM_UUID, dom->uuid);
	return yg_draft_done(&d);
}

struct yg_row *yg_virt_host_row(const struct yg_virt_conn *v)
{
	const struct yg_virt_host *h = &v->host;
	struct yg_draft d;
	int running = 0;

	for (size_t i = 0; i < v->doms.count; i++)
		running += ((struct yg_virt_dom *)v->doms.entries[i].value)->is_active;
	yg_draft_init(&d, &yg_kind_host, v->name, v->hostname);
	yg_draft_text(&d, YG_F_NAME, v->hostname);
	yg_draft_state(&d, YG_HOST_STATE_UP);
	if (h->cpus > 0)
		yg_draft_int(&d, YG_HOST_CPUS, h->cpus);
	if (h->cpu >= 0)
		yg_draft_real(&d, YG_HOST_CPU, h->cpu);
	if (h->mem >= 0)
		yg_draft_int(&d, YG_HOST_MEM, h->mem);
	if (h->mem_used >= 0)
		yg_draft_int(&d, YG_HOST_MEM_USED, h->mem_used);
	yg_draft_int(&d, YG_HOST_VMS, running);
	text(&d, YG_HOST_VERSION, h->version);
	text(&d, YG_HOST_MODEL, h->model);
	text(&d, YG_HOST_ARCH, h->arch);
	text(&d, YG_HOST_UUID, h->uuid);
	return yg_draft_done(&d);
}

/* Running machines with a card on it. */
static int attached(const struct yg_virt_conn *v, const char *network)
{
	int count = 0;

	for (size_t i = 0; i < v->doms.count; i++) {
		const struct yg_virt_dom *dom = v->doms.entries[i].value;
		bool is_on = false;
		for (size_t n = 0; dom->xml && n < dom->xml->nics.count; n++)
			is_on |= yg_streq(dom->xml->nics.items[n].network, network);
		count += is_on && dom->is_active;
	}
	return count;
}

struct yg_row *yg_virt_net_row(const struct yg_virt_conn *v, const struct yg_virt_net *n)
{
	char *const *facts = n->facts.v;
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_network, v->name, n->uuid);
	yg_draft_text(&d, YG_F_NAME, n->name);
	yg_draft_state(&d, n->is_active ? YG_NETWORK_STATE_ACTIVE : YG_NETWORK_STATE_INACTIVE);
	host_ref(v, &d, YG_NETWORK_HOST);
	yg_draft_text(
	    &d, YG_NETWORK_DRIVER, facts[YG_XML_FORWARD] ? facts[YG_XML_FORWARD] : "isolated");
	yg_draft_int(&d, YG_NETWORK_INTERNAL, !facts[YG_XML_FORWARD]);
	if (!n->is_known) {
		yg_draft_clear(&d, YG_NETWORK_DRIVER);
		yg_draft_clear(&d, YG_NETWORK_INTERNAL);
	}
	text(&d, YG_NETWORK_BRIDGE, facts[YG_XML_BRIDGE]);
	text(&d, YG_NETWORK_SUBNET, facts[YG_XML_SUBNET]);
	text(&d, YG_NETWORK_GATEWAY, facts[YG_XML_GATEWAY]);
	if (v->has_all_details)
		yg_draft_int(&d, YG_NETWORK_ATTACHED, attached(v, n->name));
	yg_draft_const(&d, YG_NETWORK_SCOPE, "local");
	if (n->autostart >= 0)
		yg_draft_int(&d, YG_NETWORK_AUTOSTART, n->autostart);
	yg_draft_text(&d, YG_NETWORK_UUID, n->uuid);
	return yg_draft_done(&d);
}

struct yg_row *yg_virt_migration_row(const struct yg_virt_conn *v, const struct yg_virt_dom *dom)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_migration, v->name, dom->uuid);
	yg_draft_text(&d, YG_F_NAME, dom->name);
	yg_draft_ref(&d, YG_MIGRATION_VM, NULL, "vm", dom->uuid, dom->name);
	host_ref(v, &d, YG_MIGRATION_FROM);
	text(&d, YG_MIGRATION_TO, dom->going_to);
	yg_draft_const(&d, YG_MIGRATION_OPERATION, "outgoing migration");
	yg_virt_job_draft(&dom->job, dom->now.state, dom->now.reason, yg_now_ms(), &d);
	return yg_draft_done(&d);
}
