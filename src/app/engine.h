/* engine: the running program without a face: loop, inventory, controllers, tasks, plugins. Console
 * and verbs both stand on it. struct yg_host is what views and plugins see of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_ENGINE_H
#define YG_APP_ENGINE_H

#include "api/provider.h"
#include "api/yagura.h"

struct yg_loop;

/* How to start; texts are borrowed during yg_host_create(). */
struct yg_setup {
	const char *demo; /* "" or "hosts:200,vms:3000,seed:1": only the demo site; NULL: none */
	const char *config_path; /* --config; NULL: the usual place, where it may be missing */
	bool is_read_only;
	bool is_batch;    /* a verb: nothing is opened unless asked for */
	const char *site; /* only controllers of this site; NULL: all */
};

/* Reads the configuration, discovers, loads plugins; opens nothing. */
int yg_host_create(const struct yg_setup *setup, struct yg_host **out, struct yg_err *err);
void yg_host_destroy(struct yg_host *host); /* closes everything; NULL is fine */

struct yg_loop *yg_host_loop(struct yg_host *host);
size_t yg_host_n_controllers(const struct yg_host *host);
struct yg_controller *yg_host_controller(struct yg_host *host, size_t i);
struct yg_controller *yg_host_find_controller(struct yg_host *host, const char *name);
bool yg_host_is_read_only(const struct yg_host *host);
void yg_host_set_read_only(struct yg_host *host, bool on);
const struct yg_config *yg_host_config(const struct yg_host *host);
/* Takes over a configuration that was read anew; the old one is freed. Controllers stay. */
void yg_host_set_config_new(struct yg_host *host, struct yg_config *config);

/* Opens controllers that can list one of these kinds (bits of yg_kind_index(); UINT64_MAX: all) and
 * are off. Loads the modules that needs, in a worker. Returns how many have such kinds. */
size_t yg_host_open(struct yg_host *host, uint64_t kinds);
/* Tries a controller again now, whatever its state; all of them for NULL. */
void yg_host_retry(struct yg_host *host, struct yg_controller *c);
/* Polls again now what lists these kinds. */
void yg_host_refresh(struct yg_host *host, uint64_t kinds);
/* What is on screen: kinds to poll at full pace, rows whose metrics are wanted. Cheap to call with
 * the same again. */
void yg_host_set_visible(struct yg_host *host, uint64_t kinds, const uint32_t *slots, size_t count);
/* For verbs: turns the loop until every open controller has listed these kinds (and, sampled, knows
 * rates) or has failed, or timeout_ms is over, or is interrupted. 0; YG_E_UNREACHABLE with the
 * first reason if one or more did not answer; YG_E_CANCELLED. */
int yg_host_settle(
    struct yg_host *host, uint64_t kinds, bool sampled, int64_t timeout_ms, struct yg_err *err);
/* Each loop turn, after the inventory was flushed: the console paints here. */
void yg_host_on_turn(struct yg_host *host, void (*cb)(void *data), void *data);
/* Where yg_host_say() goes; NULL data: stderr. And who runs yg_host_command(). */
void yg_host_set_face(struct yg_host *host,
    void (*say)(void *data, enum yg_style style, const char *text),
    int (*command)(void *data, const char *line, struct yg_err *err), void *data);

/* ---- plans: an action on targets, before it is done ---- */
struct yg_plan_target {
	uint32_t slot;
	struct yg_row *row; /* ours: a reference */
	int refused;        /* 0, or why it cannot be done */
	struct yg_err err;  /* why it is refused, or failed */
	uint32_t *impact;   /* slots of what stops working with it */
	size_t n_impact;
	struct yg_task *task; /* while it runs; NULL before and after */
	int outcome;          /* once it ended: YG_TASK_STATE_...; err says why */
};
struct yg_plan {
	const struct yg_action *action;
	struct yg_args args; /* values are ours */
	struct yg_plan_target *targets;
	size_t n_targets, n_able;
	enum yg_effect effect; /* the action's, raised by what it takes down */
};
/* Checks the action against each row as it is now: state, read-only, controller up, parameters. */
int yg_plan_create(struct yg_host *host, const struct yg_action *action, const uint32_t *slots,
    size_t count, const struct yg_args *args, struct yg_plan **out, struct yg_err *err);
void yg_plan_free(struct yg_plan *plan);
/* Starts a task for each target that can be done; each ends by itself. Once per plan. */
void yg_plan_run(struct yg_host *host, struct yg_plan *plan);

#endif
