/* rows: what Docker and Podman say in JSON, as rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/clock.h"

#define MAX_PORTS 32

static void set_text(struct yg_draft *d, int field, const struct yg_json *node)
{
	if (node && node->text && node->len)
		yg_draft_textn(d, field, node->text, node->len);
}

static void set_int(struct yg_draft *d, int field, const struct yg_json *node)
{
	int64_t value;

	if (yg_json_int(node, &value))
		yg_draft_int(d, field, value);
}

/* Seconds since 1970, or RFC 3339; the year 1 means never. */
static void set_time(struct yg_draft *d, int field, const struct yg_json *node)
{
	int64_t value;

	if (yg_json_int(node, &value)) {
		if (value > 0 && value < INT64_MAX / 1000)
			yg_draft_int(d, field, value * 1000);
	} else if (yg_json_text(node)[0] && !yg_time_parse(yg_json_text(node), &value, NULL) &&
		   value > 0) {
		yg_draft_int(d, field, value);
	}
}

static void set_labels(struct yg_draft *d, int field, const struct yg_json *labels)
{
	for (const struct yg_json *l = yg_json_first(labels); l; l = yg_json_next(labels, l))
		if (l->key)
			yg_draft_add_label(d, field, l->key, yg_json_text(l));
}

static const char *short_id(const char *id, char out[16])
{
	const char *hex = strchr(id, ':');

	snprintf(out, 16, "%.12s", hex ? hex + 1 : id);
	return out;
}

void docker_set_host(struct yg_draft *d, const struct docker_site *site, int field)
{
	if (site->host_id)
		yg_draft_ref(d, field, NULL, "host", site->host_id, site->host_name);
}

/* ---- containers ---- */

/* Podman's words that Docker has not. */
static int state_of(const char *word)
{
	static const struct {
		const char *word;
		int state;
	} more[] = {
	    {"configured", YG_CONTAINER_STATE_CREATED},
	    {"initialized", YG_CONTAINER_STATE_CREATED},
	    {"stopping", YG_CONTAINER_STATE_RUNNING},
	    {"stopped", YG_CONTAINER_STATE_EXITED},
	};

	for (size_t i = 0; i < YG_COUNT(more); i++)
		if (yg_streq(word, more[i].word))
			return more[i].state;
	return yg_kind_state(&yg_kind_container, word);
}

/* "/web": other names, with a second slash, are how linked containers call it. */
static const char *name_of(const struct yg_json *names)
{
	for (const struct yg_json *n = yg_json_first(names); n; n = yg_json_next(names, n)) {
		const char *name = yg_json_text(n);
		name += name[0] == '/';
		if (!strchr(name, '/'))
			return name;
	}
	return "";
}

/* "Exited (3) 4 seconds ago", "Up 2 hours (unhealthy)": the listing has these nowhere else. */
static void set_status(struct yg_draft *d, const char *status)
{
	static const char *const healths[] = {"healthy", "unhealthy", "health: starting"};
	const char *open = strchr(status, '('), *last = strrchr(status, '(');

	yg_draft_text(d, YG_F_NOTE, status);
	if (open &&
	    (yg_starts_with(status, "Exited (") || yg_starts_with(status, "Restarting ("))) {
		char *end;
		long code = strtol(open + 1, &end, 10);
		if (end > open + 1 && *end == ')')
			yg_draft_int(d, YG_CONTAINER_EXIT_CODE, code);
	}
	for (size_t i = 0; last && i < YG_COUNT(healths); i++) {
		size_t len = strlen(healths[i]);
		if (strncmp(last + 1, healths[i], len) == 0 && last[1 + len] == ')')
			yg_draft_const(d, YG_CONTAINER_HEALTH, i == 2 ? "starting" : healths[i]);
	}
}

/* "8080->80/tcp": one for both families where it listens on all addresses. */
static void add_port(struct yg_draft *d, const struct yg_json *port)
{
	int64_t inside = 0, outside = 0;
	const char *ip = yg_json_text(yg_json_member(port, "IP"));
	bool is_v6 = strchr(ip, ':'), is_all = yg_streq(ip, "0.0.0.0") || !ip[0];
	char text[128];

	yg_json_int(yg_json_member(port, "PrivatePort"), &inside);
	if (!yg_json_int(yg_json_member(port, "PublicPort"), &outside) || !outside ||
	    yg_streq(ip, "::"))
		return;
	snprintf(text, sizeof(text), "%s%.46s%s%s%lld->%lld/%.8s", is_v6 ? "[" : "",
	    is_all ? "" : ip, is_v6 ? "]" : "", is_all ? "" : ":", (long long)outside,
	    (long long)inside, yg_json_text(yg_json_member(port, "Type")));
	yg_draft_add_text(d, YG_CONTAINER_PORTS, text);
}

static void set_ports(struct yg_draft *d, const struct yg_json *ports)
{
	int n = 0;

	for (const struct yg_json *p = yg_json_first(ports); p; p = yg_json_next(ports, p)) {
		if (n++ == MAX_PORTS) {
			yg_draft_add_text(d, YG_CONTAINER_PORTS, "...");
			return;
		}
		add_port(d, p);
	}
}

/* Appends the text under a name in each of the values inside. One field after the other: a draft
 * that is appended to in turns copies what it has each time. */
static void add_each(struct yg_draft *d, int field, const struct yg_json *nodes, const char *first,
    const char *second)
{
	for (const struct yg_json *n = yg_json_first(nodes); n; n = yg_json_next(nodes, n)) {
		const char *a = yg_json_text(yg_json_member(n, first));
		const char *b = second ? yg_json_text(yg_json_member(n, second)) : "";
		if (a[0])
			yg_draft_add_text(d, field, a);
		if (b[0])
			yg_draft_add_text(d, field, b);
	}
}

static void set_networks(struct yg_draft *d, const struct yg_json *networks)
{
	for (const struct yg_json *n = yg_json_first(networks); n; n = yg_json_next(networks, n)) {
		const char *id = yg_json_text(yg_json_member(n, "NetworkID"));
		/* A container that never ran is on none yet. */
		if (id[0])
			yg_draft_add_ref(d, YG_CONTAINER_NETWORKS, NULL, "network", id, n->key);
	}
	add_each(d, YG_CONTAINER_IP, networks, "IPAddress", "GlobalIPv6Address");
}

static void set_volumes(struct yg_draft *d, const struct yg_json *mounts)
{
	for (const struct yg_json *m = yg_json_first(mounts); m; m = yg_json_next(mounts, m)) {
		const char *name = yg_json_text(yg_json_member(m, "Name"));
		if (name[0] && yg_streq(yg_json_text(yg_json_member(m, "Type")), "volume"))
			yg_draft_add_ref(d, YG_CONTAINER_VOLUMES, NULL, "volume", name, name);
	}
}

static void set_compose(struct yg_draft *d, const struct yg_json *labels)
{
	const struct yg_json *project = yg_json_member(labels, "com.docker.compose.project");

	if (!project || !project->len)
		return;
	yg_draft_ref(d, YG_CONTAINER_PROJECT, NULL, "project", yg_json_text(project), NULL);
	set_text(d, YG_CONTAINER_SERVICE, yg_json_member(labels, "com.docker.compose.service"));
}

struct yg_row *docker_container_row(const struct docker_site *site, const struct yg_json *item,
    int64_t started_ms, const struct docker_rates *rates)
{
	const char *id = yg_json_text(yg_json_member(item, "Id"));
	const struct yg_json *labels = yg_json_member(item, "Labels");
	const char *image_id = yg_json_text(yg_json_member(item, "ImageID"));
	struct yg_draft d;

	if (!id[0])
		return NULL;
	yg_draft_init(&d, &yg_kind_container, site->controller, id);
	yg_draft_text(&d, YG_F_NAME, name_of(yg_json_member(item, "Names")));
	int state = state_of(yg_json_text(yg_json_member(item, "State")));
	yg_draft_state(&d, state);
	set_status(&d, yg_json_text(yg_json_member(item, "Status")));
	docker_set_host(&d, site, YG_CONTAINER_HOST);
	set_text(&d, YG_CONTAINER_IMAGE, yg_json_member(item, "Image"));
	if (image_id[0])
		yg_draft_ref(&d, YG_CONTAINER_IMAGE_REF, NULL, "image", image_id,
		    yg_json_text(yg_json_member(item, "Image")));
	set_text(&d, YG_CONTAINER_COMMAND, yg_json_member(item, "Command"));
	set_time(&d, YG_CONTAINER_CREATED, yg_json_member(item, "Created"));
	set_ports(&d, yg_json_member(item, "Ports"));
	set_networks(&d, yg_json_get(item, "NetworkSettings.Networks"));
	set_volumes(&d, yg_json_member(item, "Mounts"));
	set_compose(&d, labels);
	set_labels(&d, YG_CONTAINER_LABELS, labels);
	bool is_running = state == YG_CONTAINER_STATE_RUNNING || state == YG_CONTAINER_STATE_PAUSED;
	if (started_ms && is_running)
		yg_draft_int(&d, YG_CONTAINER_STARTED, started_ms);
	if (rates && is_running)
		docker_set_rates(&d, rates);
	return yg_draft_done(&d);
}

/* ---- images, networks, volumes, the host ---- */

static bool is_nameless(const char *tag)
{
	return !tag[0] || yg_streq(tag, "<none>:<none>");
}

static void set_image_name(struct yg_draft *d, const struct yg_json *tags, const char *id)
{
	const char *name = NULL;
	char text[16];

	for (const struct yg_json *t = yg_json_first(tags); t; t = yg_json_next(tags, t)) {
		if (is_nameless(yg_json_text(t)))
			continue;
		yg_draft_add_text(d, YG_IMAGE_TAGS, yg_json_text(t));
		if (!name)
			name = yg_json_text(t);
	}
	yg_draft_text(d, YG_F_NAME, name ? name : short_id(id, text));
}

struct yg_row *docker_image_row(const struct docker_site *site, const struct yg_json *item)
{
	const char *id = yg_json_text(yg_json_member(item, "Id"));
	const char *digest = yg_json_text(yg_json_first(yg_json_member(item, "RepoDigests")));
	const char *at = strrchr(digest, '@');
	struct yg_draft d;

	if (!id[0])
		return NULL;
	yg_draft_init(&d, &yg_kind_image, site->controller, id);
	set_image_name(&d, yg_json_member(item, "RepoTags"), id);
	yg_draft_state(&d, YG_IMAGE_STATE_UNUSED);
	docker_set_host(&d, site, YG_IMAGE_HOST);
	set_int(&d, YG_IMAGE_SIZE, yg_json_member(item, "Size"));
	yg_draft_int(&d, YG_IMAGE_CONTAINERS, 0);
	set_time(&d, YG_IMAGE_CREATED, yg_json_member(item, "Created"));
	if (at)
		yg_draft_text(&d, YG_IMAGE_DIGEST, at + 1);
	set_labels(&d, YG_IMAGE_LABELS, yg_json_member(item, "Labels"));
	return yg_draft_done(&d);
}

static void set_bridge(struct yg_draft *d, const struct yg_json *item, const char *id)
{
	const struct yg_json *options = yg_json_member(item, "Options");
	const struct yg_json *name = yg_json_member(options, "com.docker.network.bridge.name");

	if (!yg_streq(yg_json_text(yg_json_member(item, "Driver")), "bridge"))
		return;
	if (name)
		set_text(d, YG_NETWORK_BRIDGE, name);
	else
		yg_draft_printf(d, YG_NETWORK_BRIDGE, "br-%.12s", id);
}

struct yg_row *docker_network_row(const struct docker_site *site, const struct yg_json *item)
{
	const char *id = yg_json_text(yg_json_member(item, "Id"));
	const struct yg_json *pools = yg_json_get(item, "IPAM.Config");
	struct yg_draft d;

	if (!id[0])
		return NULL;
	yg_draft_init(&d, &yg_kind_network, site->controller, id);
	set_text(&d, YG_F_NAME, yg_json_member(item, "Name"));
	yg_draft_state(&d, YG_NETWORK_STATE_ACTIVE);
	docker_set_host(&d, site, YG_NETWORK_HOST);
	set_text(&d, YG_NETWORK_DRIVER, yg_json_member(item, "Driver"));
	set_bridge(&d, item, id);
	add_each(&d, YG_NETWORK_SUBNET, pools, "Subnet", NULL);
	add_each(&d, YG_NETWORK_GATEWAY, pools, "Gateway", NULL);
	yg_draft_int(&d, YG_NETWORK_ATTACHED, 0);
	set_text(&d, YG_NETWORK_SCOPE, yg_json_member(item, "Scope"));
	yg_draft_int(&d, YG_NETWORK_INTERNAL, yg_json_is_true(yg_json_member(item, "Internal")));
	set_time(&d, YG_NETWORK_CREATED, yg_json_member(item, "Created"));
	set_labels(&d, YG_NETWORK_LABELS, yg_json_member(item, "Labels"));
	return yg_draft_done(&d);
}

struct yg_row *docker_volume_row(const struct docker_site *site, const struct yg_json *item)
{
	const char *name = yg_json_text(yg_json_member(item, "Name"));
	struct yg_draft d;

	if (!name[0])
		return NULL;
	yg_draft_init(&d, &yg_kind_volume, site->controller, name);
	yg_draft_text(&d, YG_F_NAME, name);
	yg_draft_state(&d, YG_VOLUME_STATE_UNUSED);
	docker_set_host(&d, site, YG_VOLUME_HOST);
	set_text(&d, YG_VOLUME_DRIVER, yg_json_member(item, "Driver"));
	set_text(&d, YG_VOLUME_PATH, yg_json_member(item, "Mountpoint"));
	set_time(&d, YG_VOLUME_CREATED, yg_json_member(item, "CreatedAt"));
	set_labels(&d, YG_VOLUME_LABELS, yg_json_member(item, "Labels"));
	return yg_draft_done(&d);
}

struct yg_row *docker_host_row(const struct docker_site *site, const struct yg_json *info)
{
	struct yg_draft d;

	if (!site->host_id)
		return NULL;
	yg_draft_init(&d, &yg_kind_host, site->controller, site->host_id);
	yg_draft_text(&d, YG_F_NAME, site->host_name);
	yg_draft_state(&d, YG_HOST_STATE_UP);
	set_int(&d, YG_HOST_CPUS, yg_json_member(info, "NCPU"));
	set_int(&d, YG_HOST_MEM, yg_json_member(info, "MemTotal"));
	set_int(&d, YG_HOST_CONTAINERS, yg_json_member(info, "ContainersRunning"));
	set_text(&d, YG_HOST_OS, yg_json_member(info, "OperatingSystem"));
	set_text(&d, YG_HOST_KERNEL, yg_json_member(info, "KernelVersion"));
	set_text(&d, YG_HOST_VERSION, yg_json_member(info, "ServerVersion"));
	set_text(&d, YG_HOST_ARCH, yg_json_member(info, "Architecture"));
	const struct yg_json *labels = yg_json_member(info, "Labels");
	for (const struct yg_json *l = yg_json_first(labels); l; l = yg_json_next(labels, l)) {
		char *name = yg_xstrdup(yg_json_text(l)), *equals = strchr(name, '=');
		if (equals)
			*equals++ = '\0';
		yg_draft_add_label(&d, YG_HOST_LABELS, name, equals ? equals : "");
		free(name);
	}
	return yg_draft_done(&d);
}

/* ---- stats ---- */

static double number_of(const struct yg_json *node)
{
	double value;

	return yg_json_real(node, &value) ? value : -1;
}

/* Adds what is known; a sum of nothing stays unknown. */
static void add_to(double *sum, double value)
{
	if (value >= 0)
		*sum = YG_MAX(*sum, 0.0) + value;
}

static void read_memory(const struct yg_json *memory, struct docker_sample *s)
{
	double usage = number_of(yg_json_member(memory, "usage"));
	/* cgroup v1 tells it for the whole group under another name than v2. */
	double cache = number_of(yg_json_get(memory, "stats.total_inactive_file"));

	if (cache < 0)
		cache = number_of(yg_json_get(memory, "stats.inactive_file"));
	s->mem = usage < 0 ? -1 : usage - YG_MIN(YG_MAX(cache, 0.0), usage);
	s->mem_limit = number_of(yg_json_member(memory, "limit"));
}

static void read_disks(const struct yg_json *entries, struct docker_sample *s)
{
	for (const struct yg_json *e = yg_json_first(entries); e; e = yg_json_next(entries, e)) {
		const char *op = yg_json_text(yg_json_member(e, "op"));
		double value = number_of(yg_json_member(e, "value"));
		if (strcasecmp(op, "read") == 0)
			add_to(&s->disk_read, value);
		else if (strcasecmp(op, "write") == 0)
			add_to(&s->disk_write, value);
	}
}

bool docker_sample_read(const struct yg_json *item, struct docker_sample *out)
{
	const struct yg_json *cpu = yg_json_member(item, "cpu_stats");
	const struct yg_json *networks = yg_json_member(item, "networks");
	struct docker_sample s = {.net_rx = -1, .net_tx = -1, .disk_read = -1, .disk_write = -1};

	if (yg_time_parse(yg_json_text(yg_json_member(item, "read")), &s.read_ms, NULL) ||
	    s.read_ms <= 0)
		return false;
	s.cpu_ns = number_of(yg_json_get(cpu, "cpu_usage.total_usage"));
	s.system_ns = number_of(yg_json_member(cpu, "system_cpu_usage"));
	s.cpus = number_of(yg_json_member(cpu, "online_cpus"));
	read_memory(yg_json_member(item, "memory_stats"), &s);
	s.pids = number_of(yg_json_get(item, "pids_stats.current"));
	for (const struct yg_json *n = yg_json_first(networks); n; n = yg_json_next(networks, n)) {
		add_to(&s.net_rx, number_of(yg_json_member(n, "rx_bytes")));
		add_to(&s.net_tx, number_of(yg_json_member(n, "tx_bytes")));
	}
	read_disks(yg_json_get(item, "blkio_stats.io_service_bytes_recursive"), &s);
	*out = s;
	return true;
}

static double rate(double before, double now, double seconds)
{
	/* Disks show up with the first byte. */
	if (now < 0 || now < before)
		return -1;
	return (now - YG_MAX(before, 0.0)) / seconds;
}

static double cpu_percent(
    const struct docker_sample *a, const struct docker_sample *b, double seconds)
{
	double used = b->cpu_ns - a->cpu_ns, system = b->system_ns - a->system_ns;

	if (a->cpu_ns < 0 || used < 0)
		return -1;
	if (a->system_ns > 0 && system > 0 && b->cpus > 0)
		return used / system * b->cpus * 100;
	return used / (seconds * 1e9) * 100;
}

bool docker_rates_between(
    const struct docker_sample *before, const struct docker_sample *now, struct docker_rates *out)
{
	double seconds = (double)(now->read_ms - before->read_ms) / 1000;

	if (seconds < 0.05 || (before->cpu_ns > now->cpu_ns))
		return false;
	*out = (struct docker_rates){
	    .cpu = cpu_percent(before, now, seconds),
	    .mem = now->mem,
	    .mem_limit = now->mem_limit,
	    .pids = now->pids,
	    .net_rx = rate(before->net_rx, now->net_rx, seconds),
	    .net_tx = rate(before->net_tx, now->net_tx, seconds),
	    .disk_read = rate(before->disk_read, now->disk_read, seconds),
	    .disk_write = rate(before->disk_write, now->disk_write, seconds),
	};
	return true;
}

static void set_rate(struct yg_draft *d, int field, double value)
{
	if (value >= 0 && value < 1e18)
		yg_draft_number(d, field, value);
	else
		yg_draft_clear(d, field);
}

void docker_set_rates(struct yg_draft *d, const struct docker_rates *rates)
{
	set_rate(d, YG_CONTAINER_CPU, rates->cpu);
	set_rate(d, YG_CONTAINER_MEM_USED, rates->mem);
	set_rate(d, YG_CONTAINER_MEM, rates->mem_limit);
	set_rate(d, YG_CONTAINER_PIDS, rates->pids);
	set_rate(d, YG_CONTAINER_NET_RX, rates->net_rx);
	set_rate(d, YG_CONTAINER_NET_TX, rates->net_tx);
	set_rate(d, YG_CONTAINER_DISK_READ, rates->disk_read);
	set_rate(d, YG_CONTAINER_DISK_WRITE, rates->disk_write);
}

/* ---- events ---- */

void docker_event_read(const struct yg_json *item, struct docker_event *out)
{
	const struct yg_json *actor = yg_json_member(item, "Actor");
	int64_t seconds = 0;

	*out = (struct docker_event){
	    .type = yg_json_text(yg_json_member(item, "Type")),
	    .action = yg_json_text(yg_json_member(item, "Action")),
	    .id = yg_json_text(yg_json_member(actor, "ID")),
	    .container = yg_json_text(yg_json_get(actor, "Attributes.container")),
	};
	if (!yg_json_int(yg_json_member(item, "timeNano"), &out->nano) &&
	    yg_json_int(yg_json_member(item, "time"), &seconds) && seconds < INT64_MAX / 1000000000)
		out->nano = seconds * 1000000000;
}
