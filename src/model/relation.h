/* relation: the one graph: which row refers to which, across controllers. Loop thread only.
 * Edges are the rows' references, followed both ways, and "same as" between rows whose
 * identity fields of one name are equal. The reverse index is built when it is first asked for
 * after a change.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_RELATION_H
#define YG_MODEL_RELATION_H

#include "model/inventory.h"

struct yg_graph;

struct yg_edge {
	uint32_t slot; /* the other row; YG_NO_SLOT: named, but not known to us */
	enum yg_rel rel;
	bool is_backward;  /* the other row refers to this one */
	int field;         /* the field that says so, of the row that refers; -1 for same-as */
	struct yg_ref ref; /* where slot is YG_NO_SLOT: what the reference says */
};

struct yg_graph *yg_graph_create(struct yg_inventory *inv);
void yg_graph_destroy(struct yg_graph *g);
/* Appends up to max edges of a slot to out and returns how many there are in all. Forward first, in
 * field order, then backward by kind and name, then same-as. ref parts are valid as long as the
 * rows. */
size_t yg_graph_edges(struct yg_graph *g, uint32_t slot, struct yg_edge *out, size_t max);
/* Walking from row to row: the way one came, 0 at the root, 1 along references, -1 against them.
 * What I run on and what that runs on belong to me, and so does what runs on me; all else that runs
 * on my host does not. The way behind an edge, and whether it is to be followed. */
int yg_edge_way(const struct yg_edge *edge, int way);
bool yg_edge_leads_on(const struct yg_edge *edge, int way);
/* What stops working when slot goes off: everything that needs it (YG_FF_NEEDS), directly or not,
 * and is in a state that means "ok". Appends up to max slots, nearest first; returns how many in
 * all. */
size_t yg_graph_impact(struct yg_graph *g, uint32_t slot, uint32_t *out, size_t max);

#endif
