/* host: the inside of struct yg_host, for the files of the engine only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_HOST_H
#define YG_APP_HOST_H

#include "api/house.h"
#include "app/engine.h"
#include "base/vec.h"
#include "store/config.h"

/* A provider's table, and the shared object that it may have to be loaded from. */
struct yg_module {
	const struct yg_provider *provider;
	const struct yg_provider_ops *ops; /* NULL: not loaded */
	bool is_loading;
	struct yg_err err; /* why it could not be loaded */
	struct yg_host *host;
};

/* A plugin as it was found; handle NULL: it was refused, err says why. */
struct yg_loaded {
	char *path;
	void *handle;
	const struct yg_plugin *table;
	void *data;
	size_t yaml_from, yaml_to; /* its views from YAML, see yg_views_yaml_mark() */
	struct yg_err err;
};

/* What the engine knows of one controller's polling; c->house. Times are steady milliseconds. */
struct yg_feed {
	struct yg_host *host;
	int64_t polled_at, polled_all_at;
	bool must_show; /* the rows on screen are to be told */
};

struct yg_host_timer {
	struct yg_timer *timer;
	void (*cb)(void *data);
};

struct yg_host {
	struct yg_loop *loop;
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	struct yg_graph *graph;   /* NULL until it is asked for */
	struct yg_series *series; /* NULL until it is asked for */
	struct yg_timer *series_timer;
	struct yg_config *config;
	bool is_batch, is_read_only, is_closing, is_interrupted, is_watching_signals;
	struct yg_vec_controllers {
		struct yg_controller **items;
		size_t count, room;
	} controllers;
	struct yg_module *modules; /* one for each provider, in their order */
	struct yg_discovery discovery;
	struct yg_vec_loaded {
		struct yg_loaded *items;
		size_t count, room;
	} plugins;
	struct yg_vec_timers {
		struct yg_host_timer *items;
		size_t count, room;
	} timers;
	/* what is wanted */
	uint64_t wanted, visible;
	uint32_t *slots;
	size_t n_slots;
	/* ticking */
	struct yg_timer *tick;
	bool is_tick_posted, is_status_old;
	int64_t second_at;
	/* the face */
	void (*on_turn)(void *data);
	void *on_turn_data;
	void (*say)(void *data, enum yg_style style, const char *text);
	int (*command)(void *data, const char *line, struct yg_err *err);
	void *face_data;
};

/* The generated list of what was built. */
extern const struct yg_provider *const yg_providers[];
extern const size_t yg_n_providers;

/* ---- controllers.c: who there is ---- */
int yg_controllers_create(struct yg_host *host, const struct yg_setup *setup, struct yg_err *err);
/* What is said of one controller is checked as when it is created; line 0: it stands in no file. */
int yg_controllers_check(
    struct yg_config *config, const struct yg_config_controller *cc, struct yg_err *err);

/* ---- feed.c: opening, polling, time ---- */
void yg_feed_start(struct yg_host *host);
void yg_feed_notify(struct yg_controller *c);
/* Opens a controller whatever its provider lists; loads the module if need be. */
void yg_feed_open(struct yg_host *host, struct yg_controller *c);
/* From now on Ctrl-C and SIGTERM only set is_interrupted. Of verbs only. */
void yg_feed_watch_signals(struct yg_host *host);
/* 0: it has listed these kinds (and knows rates); YG_E_BUSY: not yet; else why it will not. */
int yg_feed_verdict(struct yg_host *host, const struct yg_controller *c, uint64_t kinds,
    bool sampled, struct yg_err *err);

/* ---- status.c: controllers and what is wrong with them, as rows on "yagura" ---- */
#define YG_HOUSE_NAME "yagura"
void yg_status_update(struct yg_host *host);

/* ---- modules.c ---- */
/* Loads the provider's table in a worker and opens what waits for it; at once if it is built in. */
void yg_module_load(struct yg_host *host, struct yg_module *module, bool in_worker);
struct yg_module *yg_module_of(struct yg_host *host, const struct yg_provider *provider);
/* The folder of the running program; the caller frees. NULL if it is not known. */
char *yg_program_folder(void);

/* ---- plugins.c ---- */
void yg_plugins_load(struct yg_host *host);
void yg_plugins_unload(struct yg_host *host);

#endif
