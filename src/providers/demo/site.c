/* site: how the demo site is laid out: which host is what, what runs where, what is broken. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "providers/demo/demo.h"

#define CHUNK_ROWS 500  /* rows that change at one time: about half a millisecond of work */
#define EASY_MS    2000 /* a row changes this often where the rate allows */
#define EASY_RATE  5000

bool demo_host_is_node(const struct demo_site *s, uint32_t host)
{
	return host >= s->spec.hosts - s->n_nodes;
}

bool demo_host_answers(const struct demo_site *s, uint32_t host)
{
	if (demo_host_is_node(s, host) && s->n_nodes) {
		uint32_t vm = host - (s->spec.hosts - s->n_nodes);
		return vm >= s->spec.vms || demo_vm_state(s, vm) == YG_VM_STATE_RUNNING;
	}
	return host != s->silent_host && host != s->down_host;
}

uint32_t demo_host_find(const struct demo_site *s, const char *name)
{
	for (uint32_t i = 0; i < s->spec.hosts; i++)
		if (yg_streq(s->host_names[i], name))
			return i;
	return DEMO_NONE;
}

/* ---- VMs ---- */

/* Where a VM was born. Few are on the host that is down; nodes are on healthy ones. */
static uint32_t birth_host(const struct demo_site *s, uint32_t vm)
{
	uint64_t h = demo_hash(s, DEMO_H_VM, vm);
	uint32_t host = (uint32_t)(h >> 16) % s->n_hypervisors;
	bool is_picky = vm < s->n_nodes || h % 10 < 4;

	if ((host == s->down_host && is_picky) || (host == s->silent_host && vm < s->n_nodes))
		host = (uint32_t)(h >> 40) % (s->n_hypervisors - 2);
	return host;
}

uint32_t demo_vm_host(const struct demo_site *s, uint32_t vm, int64_t now_ms)
{
	if (s->vms[vm].host)
		return s->vms[vm].host - 1u;
	uint32_t host = demo_ring_host(s, vm, now_ms);
	return host != DEMO_NONE ? host : birth_host(s, vm);
}

int demo_vm_state(const struct demo_site *s, uint32_t vm)
{
	if (s->vms[vm].state)
		return s->vms[vm].state - 1;
	uint64_t lot = demo_hash(s, DEMO_H_VM, vm) % 1000;
	if (vm < s->n_nodes)
		return YG_VM_STATE_RUNNING;
	if (birth_host(s, vm) == s->down_host)
		return lot % 2 ? YG_VM_STATE_SHUTOFF : YG_VM_STATE_UNKNOWN;
	if (vm == s->crashed_vm)
		return YG_VM_STATE_CRASHED;
	if (vm == s->paused_vm)
		return YG_VM_STATE_PAUSED;
	if (vm == s->deaf_vm || lot >= 85)
		return YG_VM_STATE_RUNNING;
	return lot < 78   ? YG_VM_STATE_SHUTOFF
	       : lot < 81 ? YG_VM_STATE_PAUSED
	       : lot < 82 ? YG_VM_STATE_CRASHED
			  : YG_VM_STATE_PMSUSPENDED;
}

/* The next VM from start on that runs on a host that answers. */
static uint32_t healthy_vm(const struct demo_site *s, uint32_t start)
{
	for (uint32_t n = 0; n < s->spec.vms; n++) {
		uint32_t vm = (start + n) % s->spec.vms;
		if (vm >= s->n_nodes && demo_vm_state(s, vm) == YG_VM_STATE_RUNNING &&
		    demo_host_answers(s, birth_host(s, vm)))
			return vm;
	}
	return DEMO_NONE;
}

/* ---- containers ---- */

uint32_t demo_container_host(const struct demo_site *s, uint32_t container)
{
	uint32_t engines = s->n_engines + s->n_nodes;
	uint32_t stack = container / s->stack_size;

	return engines ? s->n_hypervisors + stack % engines : stack % s->spec.hosts;
}

int demo_container_state(const struct demo_site *s, uint32_t container)
{
	if (s->containers[container].state)
		return s->containers[container].state - 1;
	uint64_t lot = demo_hash(s, DEMO_H_CONTAINER, container) % 1000;
	if (container == s->looping_container)
		return YG_CONTAINER_STATE_RESTARTING;
	if (container == s->killed_container)
		return YG_CONTAINER_STATE_EXITED;
	if (container == s->sick_container || container == s->held_container || lot >= 70)
		return YG_CONTAINER_STATE_RUNNING;
	return lot < 52   ? YG_CONTAINER_STATE_EXITED
	       : lot < 58 ? YG_CONTAINER_STATE_PAUSED
	       : lot < 66 ? YG_CONTAINER_STATE_CREATED
			  : YG_CONTAINER_STATE_DEAD;
}

/* ---- counts ---- */

/* By where they were born or put: those in rings are looked at when a host's row is made. */
static void count_vms(struct demo_site *s)
{
	memset(s->host_vms, 0, s->spec.hosts * sizeof(*s->host_vms));
	for (uint32_t vm = 0; vm < s->spec.vms; vm++) {
		if (demo_vm_state(s, vm) != YG_VM_STATE_RUNNING)
			continue;
		s->host_vms[s->vms[vm].host ? s->vms[vm].host - 1u : birth_host(s, vm)]++;
		const struct demo_role *role = demo_vm_role(s, vm);
		unsigned env = demo_vm_env(s, vm);
		s->network_users[env]++;
		if (role->nets)
			s->network_users[role->nets == 1 ? DEMO_ENVS + env : 2 * DEMO_ENVS]++;
	}
}

static void count_containers(struct demo_site *s)
{
	memset(s->host_containers, 0, s->spec.hosts * sizeof(*s->host_containers));
	memset(s->stack_running, 0, s->n_stacks * sizeof(*s->stack_running));
	for (uint32_t n = 0; n < s->spec.containers; n++) {
		if (s->containers[n].state == DEMO_GONE)
			continue;
		uint32_t stack = n / s->stack_size;
		s->image_users[demo_service_of(s, n)->image]++;
		if (demo_container_state(s, n) != YG_CONTAINER_STATE_RUNNING)
			continue;
		s->host_containers[demo_container_host(s, n)]++;
		s->stack_running[stack]++;
		s->network_users[demo_stacks[stack % demo_n_stacks].network]++;
	}
}

void demo_site_count(struct demo_site *s)
{
	memset(s->network_users, 0, sizeof(s->network_users));
	memset(s->image_users, 0, sizeof(s->image_users));
	count_vms(s);
	count_containers(s);
	s->is_count_old = false;
}

/* ---- laying it out ---- */

static void lay_hosts(struct demo_site *s)
{
	uint32_t hosts = s->spec.hosts, guests = hosts - YG_MAX(hosts * 6 / 10, 1u);

	s->n_nodes = s->spec.containers ? YG_MIN(guests * 6 / 10, s->spec.vms / 4) : 0;
	s->n_engines = s->spec.containers ? guests - s->n_nodes : 0;
	s->n_hypervisors = hosts - s->n_nodes - s->n_engines;
	bool is_large = s->n_hypervisors >= 5;
	s->silent_host = is_large ? s->n_hypervisors - 2 : DEMO_NONE;
	s->down_host = is_large ? s->n_hypervisors - 1 : DEMO_NONE;
	s->hot_host = s->n_hypervisors >= 3 ? 2 : DEMO_NONE;
	s->full_host = hosts >= 2 ? 1 : DEMO_NONE;
	s->host_names = yg_xcalloc(hosts, sizeof(*s->host_names));
	for (uint32_t i = 0; i < hosts; i++) {
		uint32_t n = i;
		char *to = s->host_names[i];
		if (demo_host_is_node(s, i))
			demo_cat_number(demo_cat(to, "k8s-node-"), i - (hosts - s->n_nodes) + 1, 1);
		else if (i >= s->n_hypervisors)
			demo_cat_number(demo_cat(to, "docker-"), n - s->n_hypervisors + 1, 2);
		else
			demo_cat(demo_cat_number(demo_cat(to, "kvm-"), n + 1, 2),
			    n < s->n_hypervisors * 3 / 4 ? ".tokyo" : ".osaka");
	}
}

static void lay_containers(struct demo_site *s)
{
	/* At most about 200 projects: in a large site each service has many containers. */
	uint32_t copies = YG_MAX(s->spec.containers / DEMO_SERVICES / 200, 1u);

	s->stack_size = copies * DEMO_SERVICES;
	s->n_stacks = (s->spec.containers + s->stack_size - 1) / s->stack_size;
	uint32_t n = s->spec.containers;
	s->sick_container = n > 3 ? 3 * n / 10 : DEMO_NONE;
	s->looping_container = n > 6 ? n / 2 : DEMO_NONE;
	s->killed_container = n > 9 ? 7 * n / 10 : DEMO_NONE;
	s->held_container = n > 12 ? 5 : DEMO_NONE;
}

static void lay_failures(struct demo_site *s)
{
	s->crashed_vm = s->paused_vm = s->deaf_vm = DEMO_NONE;
	if (s->spec.vms < 8)
		return;
	uint32_t deaf = healthy_vm(s, s->n_nodes + 1);
	uint32_t crashed = healthy_vm(s, s->spec.vms * 2 / 3),
		 paused = healthy_vm(s, s->spec.vms / 2);
	s->deaf_vm = deaf;
	s->crashed_vm = crashed == deaf ? DEMO_NONE : crashed;
	s->paused_vm = paused == crashed || paused == deaf ? DEMO_NONE : paused;
	/* Why it is paused. */
	if (s->paused_vm != DEMO_NONE && birth_host(s, s->paused_vm) < DEMO_DETAIL)
		s->full_host = birth_host(s, s->paused_vm);
}

/* A host that answers and is not home, for the other end of a migration. */
static uint32_t other_host(const struct demo_site *s, uint32_t home, uint64_t lot)
{
	for (uint32_t n = 0; n < s->n_hypervisors; n++) {
		uint32_t host = (uint32_t)((lot + n) % s->n_hypervisors);
		if (host != home && demo_host_answers(s, host))
			return host;
	}
	return DEMO_NONE;
}

static void lay_rings(struct demo_site *s)
{
	uint32_t vm = s->spec.vms / 4, left = s->spec.vms;

	for (unsigned n = 0; n < DEMO_LANES * DEMO_RING; n++) {
		do {
			if (!left--)
				return;
			vm = (vm + 1) % s->spec.vms;
		} while (vm < s->n_nodes || demo_vm_state(s, vm) != YG_VM_STATE_RUNNING ||
			 vm == s->deaf_vm || !demo_host_answers(s, birth_host(s, vm)));
		uint32_t home = birth_host(s, vm);
		uint32_t other = other_host(s, home, demo_hash(s, DEMO_H_MIGRATION, vm) >> 8);
		if (other == DEMO_NONE)
			return;
		struct demo_ring *ring = &s->rings[n % DEMO_LANES];
		ring->vm[n / DEMO_LANES] = vm;
		ring->hosts[n / DEMO_LANES][0] = (uint16_t)home;
		ring->hosts[n / DEMO_LANES][1] = (uint16_t)other;
		ring->cancelled = -1;
	}
	s->has_rings = true;
}

static void lay_snapshots(struct demo_site *s, int64_t now_ms)
{
	uint32_t wanted = YG_MIN(s->spec.vms / 6, 64u);

	for (uint32_t n = 0; n < wanted; n++) {
		uint64_t h = demo_hash(s, DEMO_H_SNAPSHOT, n);
		uint32_t vm = (uint32_t)(h >> 8) % s->spec.vms, parent = 0;
		yg_vec_each (&s->snapshots, older) {
			if (older->vm == vm) {
				parent = older->number;
				older->is_current = false;
			}
		}
		yg_vec_push(&s->snapshots,
		    (struct demo_snapshot){.number = ++s->snapshot_counter,
			.vm = vm,
			.parent = parent,
			.created_ms = demo_month(now_ms) - (int64_t)(wanted - n) * 7200000 -
				      (int64_t)(h % 3600000),
			.is_current = true});
	}
}

static void lay_pace(struct demo_site *s)
{
	uint32_t detailed = YG_MIN(s->spec.hosts, (uint32_t)DEMO_DETAIL);

	s->n_links = detailed * 4;
	s->n_disks = detailed * 3;
	s->n_sockets = detailed * 4;
	s->n_volumes = YG_MIN(s->spec.vms, (uint32_t)DEMO_VOLUMES);
	s->n_pools = YG_MIN(s->n_hypervisors, (uint32_t)DEMO_DETAIL) + 2;
	s->n_networks = (uint32_t)demo_n_networks;
	s->n_living = s->spec.hosts + s->n_links + s->n_disks + s->n_pools + s->n_networks +
		      s->spec.vms + s->spec.containers;
	int64_t period = (int64_t)s->n_living * 1000 / (s->spec.rate ? s->spec.rate : EASY_RATE);
	period = YG_MAX(period, s->spec.rate ? 20 : EASY_MS);
	s->n_chunks = (s->n_living + CHUNK_ROWS - 1) / CHUNK_ROWS;
	s->n_chunks = (uint32_t)YG_MIN((int64_t)s->n_chunks, period / 20);
	s->n_chunks = YG_MAX(s->n_chunks, 1u);
	s->interval_ms = period / s->n_chunks;
}

void demo_site_init(struct demo_site *s, const struct demo_spec *spec, int64_t now_ms)
{
	memset(s, 0, sizeof(*s));
	s->spec = *spec;
	s->deaf_vm = s->crashed_vm = s->paused_vm = DEMO_NONE;
	s->vms = yg_xcalloc(spec->vms + 1, sizeof(*s->vms));
	s->containers = yg_xcalloc(spec->containers + 1, sizeof(*s->containers));
	lay_hosts(s);
	lay_containers(s);
	lay_failures(s);
	lay_rings(s);
	lay_snapshots(s, now_ms);
	lay_pace(s);
	s->host_vms = yg_xcalloc(spec->hosts, sizeof(*s->host_vms));
	s->host_containers = yg_xcalloc(spec->hosts, sizeof(*s->host_containers));
	s->stack_running = yg_xcalloc(s->n_stacks + 1, sizeof(*s->stack_running));
	s->is_count_old = true;
}

void demo_site_done(struct demo_site *s)
{
	yg_vec_each (&s->snapshots, snap) {
		free(snap->name);
		free(snap->description);
	}
	yg_vec_done(&s->snapshots);
	free(s->host_names);
	free(s->vms);
	free(s->containers);
	free(s->host_vms);
	free(s->host_containers);
	free(s->stack_running);
}
