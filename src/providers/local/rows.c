/* rows: this machine, its links, disks, filesystems and sockets as rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "model/row.h"
#include "providers/local/local.h"

#define ADDRESSES_SHOWN 6
#define FULL_SHARE      0.95

static struct local *local_of(struct yg_controller *c)
{
	return c->priv;
}

static void set_rate(struct yg_draft *d, int field, double rate)
{
	if (rate >= 0)
		yg_draft_real(d, field, rate);
}

static void set_text(struct yg_draft *d, int field, const char *text)
{
	if (text[0])
		yg_draft_text(d, field, text);
}

static bool has_file(const char *fmt, const char *name)
{
	char path[256];
	int n = snprintf(path, sizeof(path), fmt, name);

	return n > 0 && (size_t)n < sizeof(path) && access(path, F_OK) == 0;
}

/* Names come from the kernel, which allows no slash in them; those of disks may have '!'. */
static bool is_safe(const char *name)
{
	return name[0] && name[0] != '.' && !strchr(name, '/');
}

/* The addresses of a link, or of all but the loopback where name is NULL: "192.0.2.1, 2001:db8::1".
 * Link-local ones say nothing. */
static void add_addresses(
    struct yg_draft *d, int field, const struct ifaddrs *all, const char *name)
{
	size_t shown = 0;

	for (const struct ifaddrs *a = all; a && shown < ADDRESSES_SHOWN; a = a->ifa_next) {
		char text[INET6_ADDRSTRLEN];
		const void *addr = NULL;
		if (!a->ifa_addr ||
		    (name ? !yg_streq(a->ifa_name, name) : (a->ifa_flags & IFF_LOOPBACK) != 0))
			continue;
		if (a->ifa_addr->sa_family == AF_INET)
			addr = &((const struct sockaddr_in *)(const void *)a->ifa_addr)->sin_addr;
		else if (a->ifa_addr->sa_family == AF_INET6)
			addr = &((const struct sockaddr_in6 *)(const void *)a->ifa_addr)->sin6_addr;
		if (!addr || !inet_ntop(a->ifa_addr->sa_family, addr, text, sizeof(text)) ||
		    yg_starts_with(text, "fe80:"))
			continue;
		yg_draft_add_text(d, field, text);
		shown++;
	}
}

/* ---- the host ---- */

static bool is_physical_link(const char *name)
{
	return is_safe(name) && has_file("/sys/class/net/%s/device", name);
}

static bool is_physical_disk(const char *name)
{
	return is_safe(name) && has_file("/sys/block/%s/device", name);
}

/* What all physical ones did a second; all but the loopback where there are none, as in containers.
 */
static void total_rate(const struct local *local, const struct local_counters *now,
    const struct local_counters *before, bool (*is_physical)(const char *name), double *out_in,
    double *out_sent)
{
	double sums[2][2] = {{0}};
	bool has_physical = false;

	for (size_t i = 0; i < now->count; i++) {
		const struct local_counter *n = &now->items[i];
		const struct local_counter *b = local_counter_find(before, n->name, i);
		bool physical = is_physical(n->name);
		has_physical |= physical;
		if (!b || yg_streq(n->name, "lo"))
			continue;
		double in = local_rate(local, b->in, n->in),
		       sent = local_rate(local, b->out, n->out);
		sums[physical][0] += in > 0 ? in : 0;
		sums[physical][1] += sent > 0 ? sent : 0;
	}
	*out_in = sums[has_physical][0];
	*out_sent = sums[has_physical][1];
}

static void host_metrics(const struct local *local, struct yg_draft *d)
{
	struct yg_buf text = {0};
	int64_t total = 0, available = 0;
	double load = 0, in = 0, out = 0;

	if (local_read("/proc/meminfo", &text) &&
	    local_parse_meminfo(yg_buf_text(&text), &total, &available)) {
		yg_draft_int(d, YG_HOST_MEM, total);
		yg_draft_int(d, YG_HOST_MEM_USED, total - available);
	}
	if (local_read("/proc/loadavg", &text) && local_parse_loadavg(yg_buf_text(&text), &load))
		yg_draft_real(d, YG_HOST_LOAD, load);
	yg_buf_done(&text);
	if (!local->before_us)
		return;
	uint64_t busy = local->cpu.busy - local->cpu_before.busy;
	uint64_t ticks = local->cpu.total - local->cpu_before.total;
	if (local->cpu.total > local->cpu_before.total && busy <= ticks)
		yg_draft_real(d, YG_HOST_CPU, 100.0 * (double)busy / (double)ticks);
	total_rate(local, &local->links, &local->links_before, is_physical_link, &in, &out);
	yg_draft_real(d, YG_HOST_NET_RX, in);
	yg_draft_real(d, YG_HOST_NET_TX, out);
	total_rate(local, &local->disks, &local->disks_before, is_physical_disk, &in, &out);
	yg_draft_real(d, YG_HOST_DISK_READ, in);
	yg_draft_real(d, YG_HOST_DISK_WRITE, out);
}

void local_put_host(struct yg_controller *c)
{
	const struct local *local = local_of(c);
	struct ifaddrs *addresses = NULL;
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_host, c->name, local->id);
	yg_draft_text(&d, YG_F_NAME, local->name);
	yg_draft_state(&d, YG_HOST_STATE_UP);
	if (getifaddrs(&addresses) == 0)
		add_addresses(&d, YG_HOST_ADDRESS, addresses, NULL);
	freeifaddrs(addresses);
	yg_draft_int(&d, YG_HOST_CPUS, local->cpus);
	host_metrics(local, &d);
	if (local->booted_ms)
		yg_draft_int(&d, YG_HOST_STARTED, local->booted_ms);
	set_text(&d, YG_HOST_OS, local->os);
	set_text(&d, YG_HOST_KERNEL, local->kernel);
	set_text(&d, YG_HOST_MODEL, local->model);
	set_text(&d, YG_HOST_ARCH, local->arch);
	set_text(&d, YG_HOST_UUID, local->uuid);
	yg_controller_list_begin(c, &yg_kind_host);
	yg_controller_put(c, yg_draft_done(&d));
	yg_controller_list_end(c, &yg_kind_host);
}

/* ---- links ---- */

/* What the kernel calls it (DEVTYPE), or what its files tell. */
static void link_type(struct yg_draft *d, const char *name)
{
	char path[128], type[32] = "";
	struct yg_buf text = {0};
	char number[16] = "";

	snprintf(path, sizeof(path), "/sys/class/net/%s/uevent", name);
	if (local_read(path, &text))
		local_parse_release(yg_buf_text(&text), "DEVTYPE", type, sizeof(type));
	yg_buf_done(&text);
	local_read_line(number, sizeof(number), "/sys/class/net/%s/type", name);
	if (!type[0])
		snprintf(type, sizeof(type), "%s",
		    yg_streq(number, "772")                            ? "loopback"
		    : has_file("/sys/class/net/%s/tun_flags", name)    ? "tun"
		    : has_file("/sys/class/net/%s/bonding", name)      ? "bond"
		    : has_file("/sys/class/net/%s/bridge", name)       ? "bridge"
		    : is_physical_link(name) || !yg_streq(number, "1") ? "ether"
								       : "virtual");
	yg_draft_text(d, YG_LINK_TYPE, type);
}

static void link_master(struct yg_draft *d, const char *name)
{
	char path[128], target[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/class/net/%s/master", name);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	const char *slash = strrchr(target, '/');
	yg_draft_text(d, YG_LINK_MASTER, slash ? slash + 1 : target);
}

static bool is_link_up(const struct ifaddrs *all, const char *name)
{
	for (const struct ifaddrs *a = all; a; a = a->ifa_next)
		if (yg_streq(a->ifa_name, name))
			return (a->ifa_flags & IFF_UP) && (a->ifa_flags & IFF_RUNNING);
	return false;
}

static void link_facts(struct yg_draft *d, const char *name)
{
	char text[64];

	link_type(d, name);
	link_master(d, name);
	if (local_read_line(text, sizeof(text), "/sys/class/net/%s/address", name))
		yg_draft_text(d, YG_LINK_MAC, text);
	if (local_read_line(text, sizeof(text), "/sys/class/net/%s/mtu", name))
		yg_draft_int(d, YG_LINK_MTU, atoi(text));
	/* In megabits a second; -1 or an error where it means nothing. */
	if (local_read_line(text, sizeof(text), "/sys/class/net/%s/speed", name) && atoi(text) > 0)
		yg_draft_real(d, YG_LINK_SPEED, atoi(text) * 125000.0);
}

static void put_link(struct yg_controller *c, size_t i, const struct ifaddrs *addresses)
{
	const struct local *local = local_of(c);
	const struct local_counter *now = &local->links.items[i];
	const struct local_counter *before = local_counter_find(&local->links_before, now->name, i);
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_link, c->name, now->name);
	yg_draft_text(&d, YG_F_NAME, now->name);
	yg_draft_state(
	    &d, is_link_up(addresses, now->name) ? YG_LINK_STATE_UP : YG_LINK_STATE_DOWN);
	yg_draft_ref(&d, YG_LINK_HOST, NULL, "host", local->id, local->name);
	link_facts(&d, now->name);
	add_addresses(&d, YG_LINK_ADDRESS, addresses, now->name);
	if (before) {
		set_rate(&d, YG_LINK_NET_RX, local_rate(local, before->in, now->in));
		set_rate(&d, YG_LINK_NET_TX, local_rate(local, before->out, now->out));
	}
	yg_draft_int(&d, YG_LINK_ERRORS, (int64_t)YG_MIN(now->extra, (uint64_t)INT64_MAX));
	yg_controller_put(c, yg_draft_done(&d));
}

void local_put_links(struct yg_controller *c)
{
	const struct local *local = local_of(c);
	struct ifaddrs *addresses = NULL;

	if (getifaddrs(&addresses))
		addresses = NULL;
	yg_controller_list_begin(c, &yg_kind_link);
	for (size_t i = 0; i < local->links.count; i++)
		if (is_safe(local->links.items[i].name))
			put_link(c, i, addresses);
	yg_controller_list_end(c, &yg_kind_link);
	freeifaddrs(addresses);
}

/* ---- disks and filesystems ---- */

static void put_disk(struct yg_controller *c, size_t i)
{
	const struct local *local = local_of(c);
	const struct local_counter *now = &local->disks.items[i];
	const struct local_counter *before = local_counter_find(&local->disks_before, now->name, i);
	struct yg_draft d;
	char text[64], id[LOCAL_NAME + 8];

	snprintf(id, sizeof(id), "disk:%s", now->name);
	yg_draft_init(&d, &yg_kind_disk, c->name, id);
	yg_draft_text(&d, YG_F_NAME, now->name);
	yg_draft_state(&d, YG_DISK_STATE_OK);
	if (local_read_line(text, sizeof(text), "/sys/block/%s/ro", now->name) && text[0] == '1')
		yg_draft_state(&d, YG_DISK_STATE_READONLY);
	yg_draft_ref(&d, YG_DISK_HOST, NULL, "host", local->id, local->name);
	yg_draft_const(&d, YG_DISK_TYPE, "disk");
	if (local_read_line(text, sizeof(text), "/sys/block/%s/size", now->name)) {
		long long sectors = atoll(text);
		if (sectors > 0 && sectors < INT64_MAX / 512)
			yg_draft_int(&d, YG_DISK_SIZE, sectors * 512);
	}
	if (local_read_line(text, sizeof(text), "/sys/block/%s/device/model", now->name))
		yg_draft_text(&d, YG_DISK_MODEL, text);
	if (before) {
		double busy = local_rate(local, before->extra, now->extra) / 10;
		set_rate(&d, YG_DISK_BUSY, busy > 100 ? 100 : busy);
		set_rate(&d, YG_DISK_DISK_READ, local_rate(local, before->in, now->in));
		set_rate(&d, YG_DISK_DISK_WRITE, local_rate(local, before->out, now->out));
	}
	yg_controller_put(c, yg_draft_done(&d));
}

/* silent_ms: since when the kernel does not answer about it; 0: it does. */
static void put_filesystem(struct yg_controller *c, const struct local_mount *m,
    const struct local_space *space, int64_t silent_ms)
{
	const struct local *local = local_of(c);
	bool is_full = space->is_known && (double)space->used >= FULL_SHARE * (double)space->size;
	char *id = yg_xasprintf("fs:%s", m->path);
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_disk, c->name, id);
	free(id);
	yg_draft_text(&d, YG_F_NAME, m->path);
	yg_draft_state(&d, m->is_read_only ? YG_DISK_STATE_READONLY
			   : is_full       ? YG_DISK_STATE_FULL
					   : YG_DISK_STATE_OK);
	if (silent_ms) {
		yg_draft_const(&d, YG_F_NOTE, "it hangs: the kernel waits for it");
		yg_draft_int(&d, YG_F_SILENT, silent_ms);
	}
	yg_draft_ref(&d, YG_DISK_HOST, NULL, "host", local->id, local->name);
	yg_draft_const(&d, YG_DISK_TYPE, "filesystem");
	yg_draft_text(&d, YG_DISK_MOUNT, m->path);
	yg_draft_text(&d, YG_DISK_FSTYPE, m->type);
	yg_draft_text(&d, YG_DISK_MODEL, m->source);
	if (space->is_known) {
		yg_draft_int(&d, YG_DISK_SIZE, space->size);
		yg_draft_int(&d, YG_DISK_USED, space->used);
	}
	yg_controller_put(c, yg_draft_done(&d));
}

/* What was known of a mount before, for one that was not measured yet. */
static struct local_space space_before(const struct local_mount_scan *scan, const char *path)
{
	for (size_t i = 0; scan && i < scan->mounts.count; i++)
		if (yg_streq(scan->mounts.items[i].path, path))
			return scan->spaces[i];
	return (struct local_space){0};
}

static void put_filesystems(struct yg_controller *c)
{
	const struct local *local = local_of(c);
	struct local_mount_scan *scan = local->mount_scan ? local->mount_scan : local->mounts;
	size_t n_done = atomic_load_explicit(&scan->n_done, memory_order_acquire);
	bool is_late = scan == local->mount_scan && yg_mono_us() - scan->begun_us > LOCAL_HANG_US;

	for (size_t i = 0; i < scan->mounts.count; i++) {
		const struct local_mount *m = &scan->mounts.items[i];
		struct local_space space =
		    i < n_done ? scan->spaces[i] : space_before(local->mounts, m->path);
		put_filesystem(c, m, &space, is_late && i == n_done ? scan->begun_ms : 0);
	}
}

void local_put_disks(struct yg_controller *c)
{
	const struct local *local = local_of(c);

	yg_controller_list_begin(c, &yg_kind_disk);
	for (size_t i = 0; i < local->disks.count; i++)
		if (is_physical_disk(local->disks.items[i].name))
			put_disk(c, i);
	if (local->mount_scan || local->mounts)
		put_filesystems(c);
	yg_controller_list_end(c, &yg_kind_disk);
}

/* ---- sockets ---- */

static void put_socket(
    struct yg_controller *c, const struct local_socket *s, const char *id, const char *passwd)
{
	const struct local *local = local_of(c);
	struct yg_draft d;
	char user[64];

	yg_draft_init(&d, &yg_kind_socket, c->name, id);
	yg_draft_printf(&d, YG_F_NAME, "%s:%u", local_protos[s->proto], s->port);
	yg_draft_state(&d, YG_SOCKET_STATE_LISTEN);
	yg_draft_ref(&d, YG_SOCKET_HOST, NULL, "host", local->id, local->name);
	yg_draft_const(&d, YG_SOCKET_PROTO, local_protos[s->proto]);
	yg_draft_text(&d, YG_SOCKET_ADDRESS, s->address);
	yg_draft_int(&d, YG_SOCKET_PORT, s->port);
	if (s->pid) {
		set_text(&d, YG_SOCKET_PROCESS, s->process);
		yg_draft_int(&d, YG_SOCKET_PID, s->pid);
	}
	if (local_parse_passwd(passwd, s->uid, user, sizeof(user)))
		yg_draft_text(&d, YG_SOCKET_USER, user);
	else
		yg_draft_printf(&d, YG_SOCKET_USER, "%u", s->uid);
	yg_controller_put(c, yg_draft_done(&d));
}

void local_put_sockets(struct yg_controller *c, const struct local_sockets *sockets)
{
	struct yg_map seen = {0};
	struct yg_buf passwd = {0};
	char id[128];

	local_read("/etc/passwd", &passwd);
	yg_controller_list_begin(c, &yg_kind_socket);
	for (size_t i = 0; i < sockets->count; i++) {
		const struct local_socket *s = &sockets->items[i];
		snprintf(id, sizeof(id), "%s:%s:%u", local_protos[s->proto], s->address, s->port);
		/* Several processes may share a port: the first stands for all. */
		if (!yg_map_get(&seen, id))
			put_socket(c, s, id, yg_buf_text(&passwd));
		yg_map_put(&seen, id, c);
	}
	yg_controller_list_end(c, &yg_kind_socket);
	yg_map_done(&seen);
	yg_buf_done(&passwd);
}
