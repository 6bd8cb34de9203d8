/* things: the rows of the demo site that are no machines: networks, storage, projects, what is
 * wrong; and the table of all its listings. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/row.h"
#include "providers/demo/demo.h"

#define MIB     1048576.0
#define GIB     1073741824.0
#define PAGE    4096
#define HOUR_MS INT64_C(3600000)

/* Where rows of these kinds stand among the living ones. */
static uint32_t first_link(const struct demo_site *s)
{
	return s->spec.hosts + s->spec.vms + s->spec.containers;
}

static uint32_t first_disk(const struct demo_site *s)
{
	return first_link(s) + s->n_links;
}

static uint32_t first_pool(const struct demo_site *s)
{
	return first_disk(s) + s->n_disks;
}

static uint32_t first_network(const struct demo_site *s)
{
	return first_pool(s) + s->n_pools;
}

static double rate(uint64_t hash, int64_t when_ms, double most)
{
	return demo_round(most * demo_wave(hash, when_ms), 1);
}

static void ref_vm(const struct demo_site *s, struct yg_draft *d, int field, uint32_t vm)
{
	char id[DEMO_NAME], name[DEMO_NAME];

	demo_vm_id(vm, id);
	demo_vm_name(s, vm, name);
	yg_draft_ref(d, field, NULL, "vm", id, name);
}

/* ---- networks and links ---- */

struct yg_row *demo_row_network(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	const struct demo_network *net = &demo_networks[n];
	uint64_t h = demo_hash(s, DEMO_H_NETWORK, n);
	int64_t when_ms = demo_step(s, first_network(s) + n, now_ms);
	bool is_active = !yg_streq(net->driver, "nat");
	struct yg_draft d;
	char text[DEMO_NAME];

	if (s->is_count_old)
		demo_site_count(s);
	yg_draft_init(&d, &yg_kind_network, ctl, net->id);
	yg_draft_const(&d, YG_F_NAME, net->name);
	yg_draft_state(&d, is_active ? YG_NETWORK_STATE_ACTIVE : YG_NETWORK_STATE_INACTIVE);
	yg_draft_const(&d, YG_NETWORK_DRIVER, net->driver);
	if (net->bridge[0])
		yg_draft_const(&d, YG_NETWORK_BRIDGE, net->bridge);
	yg_draft_const(&d, YG_NETWORK_SUBNET, net->subnet);
	yg_draft_const(&d, YG_NETWORK_GATEWAY, net->gateway);
	yg_draft_int(&d, YG_NETWORK_ATTACHED, s->network_users[n]);
	if (is_active) {
		double most = (4 + 30 * demo_unit(h)) * MIB * (1 + s->network_users[n]) / 4.0;
		yg_draft_real(&d, YG_NETWORK_NET_RX, rate(h, when_ms, most));
		yg_draft_real(&d, YG_NETWORK_NET_TX, rate(h * 3, when_ms, most * 0.8));
	}
	yg_draft_const(&d, YG_NETWORK_SCOPE, is_active ? "site" : "local");
	yg_draft_int(&d, YG_NETWORK_INTERNAL, n >= DEMO_ENVS && n < 2 * DEMO_ENVS);
	yg_draft_int(&d, YG_NETWORK_AUTOSTART, is_active);
	yg_draft_int(
	    &d, YG_NETWORK_CREATED, demo_month(now_ms) - (int64_t)(h >> 20) % (900 * 24) * HOUR_MS);
	demo_vm_uuid(s, 0x20000000u + n, text);
	yg_draft_text(&d, YG_NETWORK_UUID, text);
	return yg_draft_done(&d);
}

#define PORTS_OF_HOST 4
static const struct {
	const char *name, *type, *master;
	uint16_t mtu;
	uint16_t speed_mib; /* bytes a second it can carry, in MiB; 0: not known */
} ports[2][PORTS_OF_HOST] = {
    {{"eno1", "ether", "bond0", 9000, 2980}, {"eno2", "ether", "bond0", 9000, 2980},
	{"bond0", "bond", "br-int", 9000, 5960}, {"br-int", "openvswitch", "", 9000, 0}},
    {{"eth0", "ether", "", 1500, 1192}, {"docker0", "bridge", "", 1500, 0},
	{"vxlan0", "vxlan", "br-ovl", 1450, 0}, {"br-ovl", "bridge", "", 1450, 0}},
};

static void link_metrics(
    struct demo_site *s, struct yg_draft *d, uint32_t n, bool is_up, int64_t when_ms)
{
	uint64_t h = demo_hash(s, DEMO_H_LINK, n);
	double most = (n % PORTS_OF_HOST < 2 ? 60 : 110) * MIB * (0.4 + demo_unit(h));

	yg_draft_real(d, YG_LINK_NET_RX, is_up ? rate(h, when_ms, most) : 0);
	yg_draft_real(d, YG_LINK_NET_TX, is_up ? rate(h * 3, when_ms, most * 0.9) : 0);
	yg_draft_int(d, YG_LINK_ERRORS, is_up ? (int64_t)(h >> 50) % 3 : 2117);
}

struct yg_row *demo_row_link(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	uint32_t host = n / PORTS_OF_HOST, port = n % PORTS_OF_HOST;
	bool is_hypervisor = host < s->n_hypervisors, is_up = !(host == 3 && port == 1);
	struct yg_draft d;
	char text[2 * DEMO_NAME];

	if (!demo_host_answers(s, host))
		return NULL;
	demo_cat(
	    demo_cat(demo_cat(text, s->host_names[host]), ":"), ports[!is_hypervisor][port].name);
	yg_draft_init(&d, &yg_kind_link, ctl, text);
	yg_draft_const(&d, YG_F_NAME, ports[!is_hypervisor][port].name);
	yg_draft_state(&d, is_up ? YG_LINK_STATE_UP : YG_LINK_STATE_DOWN);
	if (!is_up)
		yg_draft_const(&d, YG_F_NOTE, "no carrier");
	demo_draft_host(s, &d, YG_LINK_HOST, host);
	yg_draft_const(&d, YG_LINK_TYPE, ports[!is_hypervisor][port].type);
	if (port == (is_hypervisor ? 3 : 0)) {
		char *to = demo_cat_number(demo_cat(text, "10.0."), host / 240, 1);
		*to++ = '.';
		demo_cat(demo_cat_number(to, host % 240 + 11, 1), "/16");
		yg_draft_text(&d, YG_LINK_ADDRESS, text);
	}
	uint64_t bits = demo_hash(s, DEMO_H_LINK, n) & 0xffff;
	char *to = demo_cat_hex(demo_cat(text, "7c:c2:55:"), host, 2);
	*to++ = ':';
	to = demo_cat_hex(to, bits >> 8, 2);
	*to++ = ':';
	demo_cat_hex(to, bits, 2);
	yg_draft_text(&d, YG_LINK_MAC, text);
	if (ports[!is_hypervisor][port].master[0])
		yg_draft_const(&d, YG_LINK_MASTER, ports[!is_hypervisor][port].master);
	yg_draft_int(&d, YG_LINK_MTU, ports[!is_hypervisor][port].mtu);
	if (ports[!is_hypervisor][port].speed_mib)
		yg_draft_real(&d, YG_LINK_SPEED, ports[!is_hypervisor][port].speed_mib * MIB);
	link_metrics(s, &d, n, is_up, demo_step(s, first_link(s) + n, now_ms));
	return yg_draft_done(&d);
}

#define SOCKETS_OF_HOST 4
static const struct {
	const char *proto, *address, *process, *user;
	uint16_t port;
} sockets[3][SOCKETS_OF_HOST] = {
    {{"tcp", "0.0.0.0", "sshd", "root", 22}, {"tcp6", "::", "libvirtd", "root", 16514},
	{"udp", "0.0.0.0", "ovs-vswitchd", "openvswitch", 4789},
	{"tcp6", "::", "node_exporter", "prometheus", 9100}},
    {{"tcp", "0.0.0.0", "sshd", "root", 22}, {"tcp6", "::", "dockerd", "root", 2376},
	{"tcp", "0.0.0.0", "docker-proxy", "root", 443},
	{"tcp6", "::", "node_exporter", "prometheus", 9100}},
    {{"tcp", "0.0.0.0", "sshd", "root", 22}, {"tcp6", "::", "kubelet", "root", 10250},
	{"tcp", "127.0.0.1", "containerd", "root", 10010},
	{"tcp6", "::", "kube-proxy", "root", 10256}},
};

struct yg_row *demo_row_socket(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	uint32_t host = n / SOCKETS_OF_HOST, i = n % SOCKETS_OF_HOST;
	unsigned set = demo_host_is_node(s, host) ? 2 : host >= s->n_hypervisors;
	struct yg_draft d;
	char text[2 * DEMO_NAME];

	if (!demo_host_answers(s, host))
		return NULL;
	char *to = demo_cat(demo_cat(text, s->host_names[host]), ":");
	char *tail = to;
	to = demo_cat(demo_cat(to, sockets[set][i].proto), ":");
	demo_cat_number(to, sockets[set][i].port, 1);
	yg_draft_init(&d, &yg_kind_socket, ctl, text);
	yg_draft_text(&d, YG_F_NAME, tail);
	yg_draft_state(&d, YG_SOCKET_STATE_LISTEN);
	demo_draft_host(s, &d, YG_SOCKET_HOST, host);
	yg_draft_const(&d, YG_SOCKET_PROTO, sockets[set][i].proto);
	yg_draft_const(&d, YG_SOCKET_ADDRESS, sockets[set][i].address);
	yg_draft_int(&d, YG_SOCKET_PORT, sockets[set][i].port);
	yg_draft_const(&d, YG_SOCKET_PROCESS, sockets[set][i].process);
	yg_draft_int(&d, YG_SOCKET_PID, 600 + (int64_t)(demo_hash(s, DEMO_H_HOST, n << 8) % 3000));
	yg_draft_const(&d, YG_SOCKET_USER, sockets[set][i].user);
	return yg_draft_done(&d);
}

/* ---- storage ---- */

#define DISKS_OF_HOST 3

static void disk_place(struct yg_draft *d, uint32_t i, bool is_hypervisor)
{
	static const char *const names[2][DISKS_OF_HOST] = {
	    {"nvme0n1", "/", "/var/lib/docker"}, {"nvme0n1", "/", "/var/lib/libvirt/images"}};

	yg_draft_const(d, YG_F_NAME, names[is_hypervisor][i]);
	yg_draft_const(d, YG_DISK_TYPE, i ? "filesystem" : "disk");
	if (i) {
		yg_draft_const(d, YG_DISK_MOUNT, names[is_hypervisor][i]);
		yg_draft_const(d, YG_DISK_FSTYPE, i == 1 ? "ext4" : "xfs");
	} else
		yg_draft_const(d, YG_DISK_MODEL, "KIOXIA CD8P-V 1.92 TB");
}

struct yg_row *demo_row_disk(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	static const int sizes_gib[DISKS_OF_HOST] = {1788, 96, 1536};
	uint32_t host = n / DISKS_OF_HOST, i = n % DISKS_OF_HOST;
	uint64_t h = demo_hash(s, DEMO_H_DISK, n);
	int64_t when_ms = demo_step(s, first_disk(s) + n, now_ms);
	double size = sizes_gib[i] * GIB, level = demo_wave(h, when_ms);
	bool is_full = host == s->full_host && i == 2;
	struct yg_draft d;
	char text[2 * DEMO_NAME];

	if (!demo_host_answers(s, host))
		return NULL;
	demo_cat_number(demo_cat(demo_cat(text, s->host_names[host]), ":disk"), i, 1);
	yg_draft_init(&d, &yg_kind_disk, ctl, text);
	disk_place(&d, i, host < s->n_hypervisors);
	yg_draft_state(&d, is_full ? YG_DISK_STATE_FULL : YG_DISK_STATE_OK);
	if (is_full)
		yg_draft_const(&d, YG_F_NOTE, "less than 1 % is free");
	demo_draft_host(s, &d, YG_DISK_HOST, host);
	yg_draft_int(&d, YG_DISK_SIZE, (int64_t)size);
	if (i) {
		double used =
		    is_full ? 0.991 + 0.003 * level : 0.3 + 0.4 * demo_unit(h) + 0.02 * level;
		yg_draft_int(&d, YG_DISK_USED, (int64_t)demo_round(size * used, PAGE));
	} else {
		double read = rate(h * 5, when_ms, 160 * MIB),
		       written = rate(h * 7, when_ms, 110 * MIB);
		yg_draft_real(&d, YG_DISK_BUSY, demo_round((read + 2 * written) / (6 * MIB), 0.1));
		yg_draft_real(&d, YG_DISK_DISK_READ, read);
		yg_draft_real(&d, YG_DISK_DISK_WRITE, written);
	}
	return yg_draft_done(&d);
}

/* Pools: one of each hypervisor, then the two that all share. */
static const struct {
	const char *id, *type, *path;
	int size_tib;
	double used;
} shared_pools[] = {
    {"ceph-ssd", "rbd", "ceph/ssd", 120, 0.71},
    {"nfs-backup", "netfs", "/mnt/backup", 400, 0.52},
};

static void shared_pool(struct demo_site *s, struct yg_draft *d, uint32_t i, double level)
{
	double size = shared_pools[i].size_tib * 1024 * GIB;

	yg_draft_const(d, YG_F_NAME, shared_pools[i].id);
	yg_draft_state(d, i ? YG_POOL_STATE_ACTIVE : YG_POOL_STATE_DEGRADED);
	if (!i)
		yg_draft_const(
		    d, YG_F_NOTE, "osd.17 is down: 214 placement groups have two copies");
	yg_draft_const(d, YG_POOL_TYPE, shared_pools[i].type);
	yg_draft_const(d, YG_POOL_PATH, shared_pools[i].path);
	yg_draft_int(d, YG_POOL_SIZE, (int64_t)size);
	yg_draft_int(d, YG_POOL_USED,
	    (int64_t)demo_round(size * (shared_pools[i].used + 0.01 * level), PAGE));
	yg_draft_int(d, YG_POOL_VOLUMES, i ? 0 : (s->n_volumes + 2) / 3);
}

/* Disks of every third VM are in the pool that all share; of others on the host where they are. */
static bool is_shared(const struct demo_site *s, uint32_t vm, int64_t now_ms)
{
	return vm % 3 == 0 || demo_vm_host(s, vm, now_ms) >= s->n_pools - YG_COUNT(shared_pools);
}

static int64_t pool_volumes(const struct demo_site *s, uint32_t host, int64_t now_ms)
{
	int64_t count = 0;

	for (uint32_t vm = 0; vm < s->n_volumes; vm++)
		count += !is_shared(s, vm, now_ms) && demo_vm_host(s, vm, now_ms) == host;
	return count;
}

static void local_pool(
    struct demo_site *s, struct yg_draft *d, uint32_t n, double level, int64_t now_ms)
{
	bool is_full = n == s->full_host, is_up = demo_host_answers(s, n);
	double size = 1536 * GIB;

	yg_draft_const(d, YG_F_NAME, "default");
	yg_draft_state(d, is_up ? YG_POOL_STATE_ACTIVE : YG_POOL_STATE_UNKNOWN);
	demo_draft_host(s, d, YG_POOL_HOST, n);
	yg_draft_const(d, YG_POOL_TYPE, "dir");
	yg_draft_const(d, YG_POOL_PATH, "/var/lib/libvirt/images");
	yg_draft_int(d, YG_POOL_SIZE, (int64_t)size);
	double used = is_full ? 0.991 + 0.003 * level
			      : 0.3 + 0.4 * demo_unit(demo_hash(s, DEMO_H_POOL, n)) + 0.01 * level;
	if (is_up)
		yg_draft_int(d, YG_POOL_USED, (int64_t)demo_round(size * used, PAGE));
	yg_draft_int(d, YG_POOL_VOLUMES, pool_volumes(s, n, now_ms));
}

struct yg_row *demo_row_pool(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	uint32_t n_local = s->n_pools - (uint32_t)YG_COUNT(shared_pools);
	uint64_t h = demo_hash(s, DEMO_H_POOL, n);
	double level = demo_wave(h, demo_step(s, first_pool(s) + n, now_ms));
	struct yg_draft d;
	char text[DEMO_NAME];

	demo_cat(demo_cat(text, "default:"), n < n_local ? s->host_names[n] : "");
	yg_draft_init(&d, &yg_kind_pool, ctl, n < n_local ? text : shared_pools[n - n_local].id);
	if (n < n_local)
		local_pool(s, &d, n, level, now_ms);
	else
		shared_pool(s, &d, n - n_local, level);
	yg_draft_int(&d, YG_POOL_AUTOSTART, 1);
	demo_vm_uuid(s, 0x30000000u + n, text);
	yg_draft_text(&d, YG_POOL_UUID, text);
	return yg_draft_done(&d);
}

static struct yg_row *vm_volume(struct demo_site *s, const char *ctl, uint32_t vm, int64_t now_ms)
{
	uint64_t h = demo_hash(s, DEMO_H_VM, vm);
	uint32_t host = demo_vm_host(s, vm, now_ms);
	double size = (20 << (h >> 30 & 3)) * GIB;
	char text[2 * DEMO_NAME], name[DEMO_NAME];
	struct yg_draft d;

	demo_vm_id(vm, demo_cat(text, "vol-"));
	yg_draft_init(&d, &yg_kind_volume, ctl, text);
	demo_vm_name(s, vm, name);
	yg_draft_printf(&d, YG_F_NAME, "%s.qcow2", name);
	yg_draft_state(&d, YG_VOLUME_STATE_USED);
	yg_draft_const(&d, YG_VOLUME_DRIVER, "qcow2");
	yg_draft_int(&d, YG_VOLUME_SIZE, (int64_t)size);
	yg_draft_int(
	    &d, YG_VOLUME_USED, (int64_t)demo_round(size * (0.2 + 0.6 * demo_unit(h * 31)), PAGE));
	if (is_shared(s, vm, now_ms)) {
		yg_draft_const(&d, YG_VOLUME_POOL, "pool/ceph-ssd");
		yg_draft_printf(&d, YG_VOLUME_PATH, "ceph/ssd/%s", name);
	} else {
		demo_draft_host(s, &d, YG_VOLUME_HOST, host);
		demo_cat(demo_cat(text, "default:"), s->host_names[host]);
		yg_draft_ref(&d, YG_VOLUME_POOL, NULL, "pool", text, "default");
		yg_draft_printf(&d, YG_VOLUME_PATH, "/var/lib/libvirt/images/%s.qcow2", name);
	}
	yg_draft_int(&d, YG_VOLUME_CREATED,
	    demo_month(now_ms) - (int64_t)(h >> 20) % (300 * 24) * HOUR_MS - 90 * 24 * HOUR_MS);
	return yg_draft_done(&d);
}

/* Data of a compose project's service. */
static struct yg_row *data_volume(
    struct demo_site *s, const char *ctl, uint32_t stack_n, uint32_t service_n, int64_t now_ms)
{
	unsigned env = 0;
	const struct demo_stack *stack = demo_stack_of(s, stack_n, &env);
	const struct demo_service *service = &stack->services[service_n];
	uint64_t h = demo_hash(s, DEMO_H_VOLUME, (uint64_t)stack_n * DEMO_SERVICES + service_n);
	uint32_t container = stack_n * s->stack_size + service_n;
	char id[2 * DEMO_NAME], name[DEMO_NAME];
	struct yg_draft d;

	if (!service->has_volume || container >= s->spec.containers)
		return NULL;
	demo_cat(demo_cat(demo_cat_number(demo_cat(id, "data-"), stack_n, 1), "-"), service->name);
	demo_stack_name(s, stack_n, name);
	yg_draft_init(&d, &yg_kind_volume, ctl, id);
	yg_draft_printf(&d, YG_F_NAME, "%s_%s", name, service->name);
	yg_draft_state(&d, s->containers[container].state == DEMO_GONE ? YG_VOLUME_STATE_UNUSED
								       : YG_VOLUME_STATE_USED);
	demo_draft_host(s, &d, YG_VOLUME_HOST, demo_container_host(s, container));
	yg_draft_const(&d, YG_VOLUME_DRIVER, "local");
	yg_draft_int(
	    &d, YG_VOLUME_USED, (int64_t)demo_round((0.2 + 40 * demo_unit(h)) * GIB, PAGE));
	yg_draft_printf(
	    &d, YG_VOLUME_PATH, "/var/lib/docker/volumes/%s_%s/_data", name, service->name);
	yg_draft_int(&d, YG_VOLUME_CREATED,
	    demo_month(now_ms) - (int64_t)(h >> 20) % (300 * 24) * HOUR_MS - 42 * 24 * HOUR_MS);
	yg_draft_const(&d, YG_VOLUME_LABELS, service->labels[env]);
	return yg_draft_done(&d);
}

struct yg_row *demo_row_volume(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	if (n < s->n_volumes)
		return vm_volume(s, ctl, n, now_ms - now_ms % 1000);
	n -= s->n_volumes;
	return data_volume(s, ctl, n / DEMO_SERVICES, n % DEMO_SERVICES, now_ms);
}

/* ---- images, projects, snapshots ---- */

struct yg_row *demo_row_image(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	const struct demo_image *image = &demo_images[n];
	uint64_t h = demo_hash(s, DEMO_H_IMAGE, n);
	struct yg_draft d;
	char text[80];

	if (s->is_count_old)
		demo_site_count(s);
	yg_draft_init(&d, &yg_kind_image, ctl, image->id);
	yg_draft_const(&d, YG_F_NAME, image->name);
	yg_draft_state(&d, s->image_users[n] ? YG_IMAGE_STATE_USED : YG_IMAGE_STATE_UNUSED);
	yg_draft_const(&d, YG_IMAGE_TAGS, image->name);
	yg_draft_int(&d, YG_IMAGE_SIZE, (int64_t)(image->size_mib * MIB));
	yg_draft_int(&d, YG_IMAGE_CONTAINERS, s->image_users[n]);
	yg_draft_int(
	    &d, YG_IMAGE_CREATED, demo_month(now_ms) - (int64_t)(h >> 20) % (200 * 24) * HOUR_MS);
	char *to = demo_cat(text, image->id);
	for (unsigned i = 1; i < 4; i++)
		to = demo_cat_hex(to, demo_hash(s, DEMO_H_IMAGE, n + i * 1000), i < 3 ? 16 : 20);
	yg_draft_text(&d, YG_IMAGE_DIGEST, text);
	return yg_draft_done(&d);
}

struct yg_row *demo_row_project(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	uint32_t first = n * s->stack_size,
		 count = YG_MIN(s->stack_size, s->spec.containers - first);
	uint32_t there = 0;
	unsigned env = 0;
	const struct demo_stack *stack = demo_stack_of(s, n, &env);
	struct yg_draft d;
	char name[DEMO_NAME];

	if (s->is_count_old)
		demo_site_count(s);
	for (uint32_t i = 0; i < count; i++)
		there += s->containers[first + i].state != DEMO_GONE;
	if (!there)
		return NULL;
	demo_stack_name(s, n, name);
	yg_draft_init(&d, &yg_kind_project, ctl, name);
	yg_draft_text(&d, YG_F_NAME, name);
	yg_draft_state(&d, s->stack_running[n] == there ? YG_PROJECT_STATE_RUNNING
			   : s->stack_running[n]        ? YG_PROJECT_STATE_PARTLY
							: YG_PROJECT_STATE_STOPPED);
	demo_draft_host(s, &d, YG_PROJECT_HOST, demo_container_host(s, first));
	yg_draft_int(&d, YG_PROJECT_SERVICES, YG_MIN(count, (uint32_t)DEMO_SERVICES));
	yg_draft_int(&d, YG_PROJECT_CONTAINERS, there);
	yg_draft_int(&d, YG_PROJECT_RUNNING, s->stack_running[n]);
	yg_draft_const(&d, YG_PROJECT_PATH, stack->path);
	return yg_draft_done(&d);
}

struct yg_row *demo_row_snapshot(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	static const char *const reasons[] = {"before the security updates",
	    "before the schema change", "weekly, by cron", "known good"};
	const struct demo_snapshot *snap = &s->snapshots.items[n];
	struct yg_draft d;
	char text[DEMO_NAME];

	demo_cat_number(demo_cat(text, "s"), snap->number, 1);
	yg_draft_init(&d, &yg_kind_snapshot, ctl, text);
	if (snap->name)
		yg_draft_text(&d, YG_F_NAME, snap->name);
	else
		yg_draft_printf(&d, YG_F_NAME, "snap-%02u", snap->number);
	yg_draft_state(&d, snap->number % 3 ? YG_SNAPSHOT_STATE_DISK : YG_SNAPSHOT_STATE_RUNNING);
	ref_vm(s, &d, YG_SNAPSHOT_VM, snap->vm);
	yg_draft_int(&d, YG_SNAPSHOT_CREATED, snap->created_ms);
	yg_draft_int(&d, YG_SNAPSHOT_CURRENT, snap->is_current);
	yg_vec_each (&s->snapshots, other) {
		if (other->number != snap->parent)
			continue;
		if (other->name)
			yg_draft_text(&d, YG_SNAPSHOT_PARENT, other->name);
		else
			yg_draft_printf(&d, YG_SNAPSHOT_PARENT, "snap-%02u", other->number);
	}
	if (snap->description)
		yg_draft_text(&d, YG_SNAPSHOT_DESCRIPTION, snap->description);
	else if (!snap->name)
		yg_draft_const(
		    &d, YG_SNAPSHOT_DESCRIPTION, reasons[snap->number % YG_COUNT(reasons)]);
	return yg_draft_done(&d);
}

/* ---- migrations and alarms ---- */

struct yg_row *demo_row_moving(const struct demo_site *s, const char *ctl, const char *id,
    const struct demo_migration *m, int64_t now_ms)
{
	struct yg_draft d;
	char name[DEMO_NAME];

	demo_vm_name(s, m->vm, name);
	yg_draft_init(&d, &yg_kind_migration, ctl, id);
	yg_draft_text(&d, YG_F_NAME, name);
	yg_draft_state(&d, m->state);
	if (m->state == YG_MIGRATION_STATE_STUCK)
		yg_draft_const(&d, YG_F_NOTE, "memory changes nearly as fast as it is sent");
	ref_vm(s, &d, YG_MIGRATION_VM, m->vm);
	demo_draft_host(s, &d, YG_MIGRATION_FROM, m->from);
	yg_draft_text(&d, YG_MIGRATION_TO, s->host_names[m->to]);
	yg_draft_const(&d, YG_MIGRATION_OPERATION, "migration out");
	yg_draft_int(&d, YG_MIGRATION_PASS, m->pass);
	yg_draft_int(&d, YG_MIGRATION_TOTAL, (int64_t)m->total);
	yg_draft_int(&d, YG_MIGRATION_SENT, (int64_t)m->sent);
	yg_draft_int(&d, YG_MIGRATION_REMAINING, (int64_t)m->remaining);
	yg_draft_real(&d, YG_MIGRATION_RATE, demo_round(m->rate, 1));
	yg_draft_real(&d, YG_MIGRATION_DIRTY, demo_round(m->dirty, 1));
	yg_draft_int(&d, YG_MIGRATION_DOWNTIME, m->downtime_ms);
	yg_draft_int(&d, YG_MIGRATION_ELAPSED, m->elapsed_ms);
	if (m->throttle > 0)
		yg_draft_real(&d, YG_MIGRATION_THROTTLE, m->throttle);
	yg_draft_int(&d, YG_MIGRATION_STARTED, m->started_ms);
	return yg_draft_done(&d);
}

struct yg_row *demo_row_migration(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	struct demo_migration m;
	char id[DEMO_NAME];

	if (!demo_lane(s, n, now_ms, &m))
		return NULL;
	char *to = demo_cat_number(demo_cat(id, "lane"), n, 1);
	*to++ = '-';
	demo_cat_number(to, (uint64_t)(m.started_ms / 1000), 1);
	return demo_row_moving(s, ctl, id, &m, now_ms);
}

/* What an alarm is about: a host, VM, container, or another row by id. */
struct about {
	const char *kind, *rule, *text;
	uint32_t number;
	bool is_critical;
	int64_t since_ms; /* 0: long ago */
};

static struct about alarm_at(struct demo_site *s, uint32_t n, int64_t now_ms)
{
	struct demo_migration m;

	switch (n) {
	case 0:
		return (struct about){
		    "host", "host-silent", "libvirtd does not answer", s->silent_host, true, 0};
	case 1: return (struct about){"host", "host-down", "power is off", s->down_host, true, 0};
	case 2: return (struct about){"host", "memory", "memory above 90 %", s->hot_host, false, 0};
	case 3:
		if (s->crashed_vm != DEMO_NONE &&
		    demo_vm_state(s, s->crashed_vm) == YG_VM_STATE_CRASHED)
			return (struct about){
			    "vm", "vm-crashed", "the guest panicked", s->crashed_vm, true, 0};
		break;
	case 4:
		return (struct about){
		    "disk", "disk-full", "less than 1 % is free", s->full_host, false, 0};
	case 5: return (struct about){"pool", "pool-degraded", "osd.17 is down", 0, false, 0};
	case 6:
		if (s->sick_container != DEMO_NONE && !s->containers[s->sick_container].state)
			return (struct about){"container", "unhealthy", "its health check fails",
			    s->sick_container, false, 0};
		break;
	case 7:
		if (s->looping_container != DEMO_NONE && !s->containers[s->looping_container].state)
			return (struct about){"container", "restart-loop",
			    "restarts again and again", s->looping_container, false, 0};
		break;
	default:
		if (demo_lane(s, 1, now_ms, &m) && m.state == YG_MIGRATION_STATE_STUCK)
			return (struct about){"vm", "migration-stuck",
			    "its migration does not converge", m.vm, false, m.started_ms + 60000};
	}
	return (struct about){.number = DEMO_NONE};
}

static void alarm_about(const struct demo_site *s, struct yg_draft *d, const struct about *a)
{
	char id[2 * DEMO_NAME], name[DEMO_NAME];

	if (yg_streq(a->kind, "vm"))
		ref_vm(s, d, YG_ALARM_ABOUT, a->number);
	else if (yg_streq(a->kind, "container")) {
		demo_container_id(s, a->number, id);
		demo_container_name(s, a->number, name);
		yg_draft_ref(d, YG_ALARM_ABOUT, NULL, "container", id, name);
	} else if (yg_streq(a->kind, "disk")) {
		demo_cat(demo_cat(id, s->host_names[a->number]), ":disk2");
		yg_draft_ref(d, YG_ALARM_ABOUT, NULL, "disk", id, s->host_names[a->number]);
	} else if (yg_streq(a->kind, "pool"))
		yg_draft_const(d, YG_ALARM_ABOUT, "pool/ceph-ssd");
	else
		demo_draft_host(s, d, YG_ALARM_ABOUT, a->number);
}

struct yg_row *demo_row_alarm(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms)
{
	struct about a = alarm_at(s, n, now_ms);
	struct yg_draft d;
	char id[DEMO_NAME];

	if (a.number == DEMO_NONE)
		return NULL;
	demo_cat_number(demo_cat(id, "alarm"), n, 1);
	yg_draft_init(&d, &yg_kind_alarm, ctl, id);
	yg_draft_const(&d, YG_F_NAME, a.rule);
	yg_draft_state(&d, a.is_critical ? YG_ALARM_STATE_CRITICAL : YG_ALARM_STATE_WARNING);
	alarm_about(s, &d, &a);
	yg_draft_const(&d, YG_ALARM_TEXT, a.text);
	int64_t long_ago = demo_quarter(now_ms) - 260000 - (int64_t)n * n * 613000;
	yg_draft_int(&d, YG_ALARM_SINCE, a.since_ms ? a.since_ms : long_ago);
	return yg_draft_done(&d);
}

/* ---- all listings ---- */

#define COUNT(name, expression)                                 \
	static uint32_t count_##name(const struct demo_site *s) \
	{                                                       \
		(void)s;                                        \
		return (uint32_t)(expression);                  \
	}
COUNT(hosts, s->spec.hosts)
COUNT(vms, s->spec.vms)
COUNT(containers, s->spec.containers)
COUNT(networks, demo_n_networks)
COUNT(alarms, DEMO_ALARMS)
COUNT(migrations, DEMO_LANES)
COUNT(links, s->n_links)
COUNT(sockets, s->n_sockets)
COUNT(images, demo_n_images)
COUNT(volumes, s->n_volumes + s->n_stacks * DEMO_SERVICES)
COUNT(pools, s->n_pools)
COUNT(disks, s->n_disks)
COUNT(projects, s->n_stacks)
COUNT(snapshots, s->snapshots.count)

/* The small ones first: a screen is nearly whole after the first slice. */
const struct demo_listing demo_listings[] = {
    {&yg_kind_host, demo_row_host, count_hosts},
    {&yg_kind_network, demo_row_network, count_networks},
    {&yg_kind_alarm, demo_row_alarm, count_alarms},
    {&yg_kind_migration, demo_row_migration, count_migrations},
    {&yg_kind_link, demo_row_link, count_links},
    {&yg_kind_pool, demo_row_pool, count_pools},
    {&yg_kind_disk, demo_row_disk, count_disks},
    {&yg_kind_project, demo_row_project, count_projects},
    {&yg_kind_image, demo_row_image, count_images},
    {&yg_kind_snapshot, demo_row_snapshot, count_snapshots},
    {&yg_kind_socket, demo_row_socket, count_sockets},
    {&yg_kind_volume, demo_row_volume, count_volumes},
    {&yg_kind_vm, demo_row_vm, count_vms},
    {&yg_kind_container, demo_row_container, count_containers},
};
const size_t demo_n_listings = YG_COUNT(demo_listings);
