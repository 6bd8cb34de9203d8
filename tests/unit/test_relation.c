/* test_relation: edges both ways, the same thing seen twice, and what goes off with what. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/kinds.h"
#include "model/relation.h"

struct site {
	struct yg_inventory *inv;
	struct yg_graph *graph;
	uint32_t host, docker, vm, off_vm, net, container;
};

static uint32_t put(struct site *s, struct yg_draft *d, const char *name, int row_state)
{
	yg_draft_text(d, YG_F_NAME, name);
	yg_draft_state(d, row_state);
	return yg_inventory_put_new(s->inv, yg_draft_done(d));
}

static uint32_t put_host(struct site *s, const char *controller, const char *uuid)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_host, controller, "h");
	yg_draft_text(&d, YG_HOST_UUID, uuid);
	return put(s, &d, controller, YG_HOST_STATE_UP);
}

static uint32_t put_vm(struct site *s, const char *id, const char *host, int row_state)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_vm, "kvm", id);
	yg_draft_ref(&d, YG_VM_HOST, NULL, "host", host, host);
	yg_draft_add_ref(&d, YG_VM_NETWORKS, NULL, "network", "n", "default");
	yg_draft_add_ref(&d, YG_VM_NETWORKS, NULL, "network", "gone", "not there");
	yg_draft_add_ref(&d, YG_VM_NETWORKS, NULL, "network", "n", "default");
	return put(s, &d, id, row_state);
}

static uint32_t put_container(struct site *s)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_container, "docker", "c");
	yg_draft_ref(&d, YG_CONTAINER_HOST, NULL, "host", "h", NULL);
	yg_draft_add_ref(&d, YG_CONTAINER_NETWORKS, "kvm", "network", "n", "default");
	return put(s, &d, "nginx", YG_CONTAINER_STATE_RUNNING);
}

/* A libvirt host and a Docker host that are one machine, two machines, a network and a container.
 */
static int setup(void **state)
{
	static bool is_registered;
	struct site *s = calloc(1, sizeof(*s));
	struct yg_draft d;

	if (!is_registered)
		yg_kinds_register_core();
	is_registered = true;
	s->inv = yg_inventory_create();
	s->graph = yg_graph_create(s->inv);
	s->host = put_host(s, "kvm", "4C4C4544-0042-aaaa");
	s->docker = put_host(s, "docker", "4c4c4544-0042-AAAA");
	s->vm = put_vm(s, "web", "h", YG_VM_STATE_RUNNING);
	s->off_vm = put_vm(s, "old", "h", YG_VM_STATE_SHUTOFF);
	yg_draft_init(&d, &yg_kind_network, "kvm", "n");
	yg_draft_ref(&d, YG_NETWORK_HOST, NULL, "host", "h", "kvm");
	s->net = put(s, &d, "default", YG_NETWORK_STATE_ACTIVE);
	s->container = put_container(s);
	yg_inventory_flush(s->inv);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;

	yg_graph_destroy(s->graph);
	yg_inventory_destroy(s->inv);
	free(s);
	return 0;
}

static bool has_edge(const struct yg_edge *edges, size_t n, uint32_t slot, bool is_backward,
    enum yg_rel rel, int field)
{
	for (size_t i = 0; i < n; i++)
		if (edges[i].slot == slot && edges[i].is_backward == is_backward &&
		    edges[i].rel == rel && edges[i].field == field)
			return true;
	return false;
}

static void test_forward(void **state)
{
	struct site *s = *state;
	struct yg_edge e[8];

	assert_int_equal(yg_graph_edges(s->graph, s->vm, e, 8), 3);
	assert_int_equal(e[0].slot, s->host);
	assert_int_equal(e[0].field, YG_VM_HOST);
	assert_int_equal(e[0].rel, YG_REL_RUNS_ON);
	assert_false(e[0].is_backward);
	assert_int_equal(e[1].slot, s->net);
	assert_int_equal(e[2].slot, YG_NO_SLOT);
	assert_memory_equal(e[2].ref.name, "not there", e[2].ref.name_len);
	/* Across controllers. */
	assert_int_equal(yg_graph_edges(s->graph, s->container, e, 8), 2);
	assert_int_equal(e[0].slot, s->docker);
	assert_int_equal(e[1].slot, s->net);
}

static void test_backward(void **state)
{
	struct site *s = *state;
	struct yg_edge e[8];

	size_t n = yg_graph_edges(s->graph, s->host, e, 8);
	assert_int_equal(n, 4);
	assert_true(has_edge(e, n, s->vm, true, YG_REL_RUNS_ON, YG_VM_HOST));
	assert_true(has_edge(e, n, s->off_vm, true, YG_REL_RUNS_ON, YG_VM_HOST));
	assert_true(has_edge(e, n, s->net, true, YG_REL_PART_OF, YG_NETWORK_HOST));
	assert_true(has_edge(e, n, s->docker, false, YG_REL_SAME_AS, -1));
	assert_int_equal(e[3].field, -1);
	n = yg_graph_edges(s->graph, s->net, e, 8);
	assert_int_equal(n, 4);
	assert_int_equal(e[0].slot, s->host);
	assert_true(has_edge(e, n, s->container, true, YG_REL_ATTACHED, YG_CONTAINER_NETWORKS));
	n = yg_graph_edges(s->graph, s->docker, e, 8);
	assert_int_equal(n, 2);
	assert_true(has_edge(e, n, s->container, true, YG_REL_RUNS_ON, YG_CONTAINER_HOST));
	assert_true(has_edge(e, n, s->host, false, YG_REL_SAME_AS, -1));
}

/* Rows come in any order: who looks sees the same. */
static void test_order(void **state)
{
	struct site *s = *state;
	struct yg_edge e[8];
	uint32_t ten = put_vm(s, "app-10", "h", YG_VM_STATE_RUNNING);
	uint32_t nine = put_vm(s, "app-9", "h", YG_VM_STATE_RUNNING);

	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 6);
	assert_int_equal(e[0].slot, nine);
	assert_int_equal(e[1].slot, ten);
	assert_int_equal(e[5].field, -1);
}

static void test_limits(void **state)
{
	struct site *s = *state;
	struct yg_edge e[8];
	uint32_t slots[8];

	memset(e, 0x55, sizeof(e));
	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 1), 4);
	assert_int_equal(e[1].slot, 0x55555555);
	assert_int_equal(yg_graph_edges(s->graph, s->host, NULL, 0), 4);
	assert_int_equal(yg_graph_edges(s->graph, YG_NO_SLOT, e, 8), 0);
	assert_int_equal(yg_graph_impact(s->graph, YG_NO_SLOT, slots, 8), 0);
	slots[1] = 77;
	assert_int_equal(yg_graph_impact(s->graph, s->host, slots, 1), 3);
	assert_int_equal(slots[1], 77);
}

/* What is listed is what others said since; a change of numbers alone builds nothing anew. */
static void test_changes(void **state)
{
	struct site *s = *state;
	struct yg_edge e[8];

	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 4);
	yg_inventory_drop(s->inv, "kvm", &yg_kind_vm, "web");
	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 3);
	yg_inventory_flush(s->inv);
	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 3);
	uint32_t web = put_vm(s, "web", "elsewhere", YG_VM_STATE_RUNNING);
	yg_inventory_flush(s->inv);
	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 3);
	assert_int_equal(put_vm(s, "web", "h", YG_VM_STATE_RUNNING), web);
	yg_inventory_flush(s->inv);
	size_t n = yg_graph_edges(s->graph, s->host, e, 8);
	assert_int_equal(n, 4);
	assert_true(has_edge(e, n, web, true, YG_REL_RUNS_ON, YG_VM_HOST));
	/* The network comes to be known. */
	struct yg_draft d;
	yg_draft_init(&d, &yg_kind_network, "kvm", "gone");
	uint32_t net = put(s, &d, "gone", YG_NETWORK_STATE_ACTIVE);
	yg_inventory_flush(s->inv);
	n = yg_graph_edges(s->graph, net, e, 8);
	assert_int_equal(n, 2);
	assert_true(has_edge(e, n, web, true, YG_REL_ATTACHED, YG_VM_NETWORKS));
}

static void test_identity(void **state)
{
	static const char *const none[] = {"", "0", "00000000-0000-0000-0000-000000000000",
	    "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "03000200-0400-0500-0006-000700080009"};
	struct site *s = *state;
	struct yg_edge e[8];

	for (size_t i = 0; i < YG_COUNT(none); i++) {
		uint32_t a = put_host(s, "a", none[i]), b = put_host(s, "b", none[i]);
		yg_inventory_flush(s->inv);
		assert_int_equal(yg_graph_edges(s->graph, a, e, 8), 0);
		assert_int_equal(yg_graph_edges(s->graph, b, e, 8), 0);
	}
	put_host(s, "docker", "00000000-0000-0000-0000-00000000000a");
	yg_inventory_flush(s->inv);
	assert_int_equal(yg_graph_edges(s->graph, s->host, e, 8), 3);
	/* A host with the UUID of somebody's VM is that VM: a node of a cluster. */
	struct yg_draft d;
	yg_draft_init(&d, &yg_kind_vm, "kvm", "v");
	yg_draft_text(&d, YG_VM_UUID, "4C4C4544-0042-aaaa");
	uint32_t vm = put(s, &d, "v", YG_VM_STATE_RUNNING);
	yg_inventory_flush(s->inv);
	assert_int_equal(yg_graph_edges(s->graph, vm, e, 8), 1);
	assert_int_equal(e[0].rel, YG_REL_SAME_AS);
	assert_int_equal(e[0].slot, s->host);
}

static void test_impact(void **state)
{
	struct site *s = *state;
	uint32_t slots[8];
	bool seen[8] = {0};

	/* The machine: its vm, its network, and by its other name the container. */
	size_t n = yg_graph_impact(s->graph, s->host, slots, 8);
	assert_int_equal(n, 3);
	for (size_t i = 0; i < n; i++)
		seen[slots[i]] = true;
	assert_true(seen[s->vm] && seen[s->net] && seen[s->container]);
	assert_false(seen[s->off_vm] || seen[s->host] || seen[s->docker]);
	assert_int_equal(yg_graph_impact(s->graph, s->docker, slots, 8), 3);
	n = yg_graph_impact(s->graph, s->net, slots, 8);
	assert_int_equal(n, 2);
	assert_int_equal(yg_graph_impact(s->graph, s->vm, slots, 8), 0);
}

/* Two networks that need each other do not go round for ever; far ones come last. */
static void test_impact_order(void **state)
{
	struct site *s = *state;
	struct yg_draft d;
	uint32_t slots[8], chain[3];

	for (int i = 0; i < 3; i++) {
		char id[8], next[8];
		snprintf(id, sizeof(id), "v%d", i);
		snprintf(next, sizeof(next), "v%d", (i + 2) % 3);
		yg_draft_init(&d, &yg_kind_volume, "kvm", id);
		yg_draft_ref(&d, YG_VOLUME_POOL, NULL, "volume", next, next);
		chain[i] = put(s, &d, id, YG_VOLUME_STATE_USED);
	}
	yg_inventory_flush(s->inv);
	assert_int_equal(yg_graph_impact(s->graph, chain[0], slots, 8), 2);
	assert_int_equal(slots[0], chain[1]);
	assert_int_equal(slots[1], chain[2]);
}

static void test_hostile(void **state)
{
	struct site *s = *state;
	struct yg_draft d;
	struct yg_edge e[8];

	yg_draft_init(&d, &yg_kind_vm, "kvm", "");
	yg_draft_text(&d, YG_VM_HOST, "/");
	yg_draft_text(&d, YG_VM_NETWORKS, "@/x\n@kvm\nvm/\n\n");
	uint32_t self = put(s, &d, "", YG_VM_STATE_RUNNING);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "self");
	yg_draft_ref(&d, YG_VM_HOST, NULL, "vm", "self", NULL);
	uint32_t loop = put(s, &d, "loop", YG_VM_STATE_RUNNING);
	yg_inventory_flush(s->inv);
	assert_in_range(yg_graph_edges(s->graph, self, e, 8), 1, 4);
	assert_int_equal(yg_graph_edges(s->graph, loop, e, 8), 2);
	uint32_t slots[4];
	assert_int_equal(yg_graph_impact(s->graph, loop, slots, 4), 0);
}

static void test_empty(void **state)
{
	struct yg_inventory *inv = yg_inventory_create();
	struct yg_graph *g = yg_graph_create(inv);
	struct yg_edge e;

	assert_int_equal(yg_graph_edges(g, 0, &e, 1), 0);
	yg_graph_destroy(g);
	yg_graph_destroy(NULL);
	yg_inventory_destroy(inv);
	(void)state;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_forward, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_backward, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_identity, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_impact, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_impact_order, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_hostile, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
