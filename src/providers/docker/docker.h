/* docker: the inside of the provider for Docker's Engine API and Podman's copy of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_DOCKER_H
#define YG_PROVIDERS_DOCKER_H

#include "api/provider.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/kinds.h"
#include "net/http.h"
#include "net/json.h"

/* ---- rows.c: their JSON into our rows; pure ---- */

/* Who tells it: on every row. */
struct docker_site {
	const char *controller;
	char *host_id, *host_name; /* NULL until /info is there */
};

/* What /containers/{id}/stats says at one moment. Counters; what is not told is -1. */
struct docker_sample {
	int64_t read_ms;
	double cpu_ns, system_ns, cpus;
	double mem, mem_limit, pids;
	double net_rx, net_tx, disk_read, disk_write;
};

struct docker_rates {
	double cpu, mem, mem_limit, pids, net_rx, net_tx, disk_read, disk_write; /* -1: not known */
};

/* NULL: there is no id in it. started_ms 0 and rates NULL: not known. */
struct yg_row *docker_container_row(const struct docker_site *site, const struct yg_json *item,
    int64_t started_ms, const struct docker_rates *rates);
struct yg_row *docker_image_row(const struct docker_site *site, const struct yg_json *item);
struct yg_row *docker_network_row(const struct docker_site *site, const struct yg_json *item);
struct yg_row *docker_volume_row(const struct docker_site *site, const struct yg_json *item);
struct yg_row *docker_host_row(const struct docker_site *site, const struct yg_json *info);
void docker_set_host(struct yg_draft *d, const struct docker_site *site, int field);
/* false: it holds no sample (the container has just ended). */
bool docker_sample_read(const struct yg_json *item, struct docker_sample *out);
/* What happened between two samples; false if no time passed or it was started anew. */
bool docker_rates_between(
    const struct docker_sample *before, const struct docker_sample *now, struct docker_rates *out);
void docker_set_rates(struct yg_draft *d, const struct docker_rates *rates);

struct docker_event {
	const char *type, *action, *id; /* "container", "start", full id; "" if not told */
	const char *container;          /* of network events: who came or went */
	int64_t nano;
};
void docker_event_read(const struct yg_json *item, struct docker_event *out);

/* ---- the connection ---- */

/* What we know of a container beyond the listing. */
struct docker_box {
	char *id;
	struct docker *d;
	bool is_running, is_visible, is_inspected;
	bool is_dirty, is_asked;    /* something happened to it; it is being looked at */
	int64_t started_ms;         /* 0: not known */
	struct yg_http_call *stats; /* the held stream, or NULL */
	struct yg_json_stream *stats_json;
	struct docker_sample last;
	bool has_sample, has_rates;
	int64_t sampled_at_ms; /* steady */
	struct docker_rates rates;
	unsigned round; /* of the listing that named it last */
};

/* One question whose answer is a list (or one object), item by item. */
struct docker_list;
/* item NULL: the end; err then says whether it went well. */
struct docker_list_ops {
	const char *what;   /* "containers": for messages */
	const char *member; /* as in yg_json_setup */
	void (*item)(struct docker_list *l, const struct yg_json *item);
	void (*end)(struct docker_list *l, int status, const struct yg_err *err);
};
struct docker_list {
	const struct docker_list_ops *ops;
	struct docker *d;
	struct yg_http_call *call;
	struct yg_json_stream *json;
	struct yg_buf problem; /* the body of an answer that is no list */
	size_t n_bad;
	struct docker_list *prev, *next;
	void *data; /* the user's; ours to free() */
};

struct docker_act;
struct docker_exec;
struct docker_loading;
struct docker_logs;

struct docker {
	struct yg_controller *c;
	struct yg_http *http; /* NULL while loading */
	struct docker_loading *loading;
	struct docker_site site;
	char *socket;    /* its path on this machine, or NULL */
	char prefix[16]; /* "/v1.41"; "" where no version was told */
	char version[128];
	bool is_podman, is_up;
	int64_t heard_ms;      /* steady */
	int64_t server_s;      /* the server's clock when we came up, 0: not known */
	struct yg_timer *beat; /* once a second */
	struct yg_http_call *ping;
	struct docker_list *lists; /* all under way */
	/* lists.c */
	uint64_t wanted; /* kinds to be listed once containers are there */
	int parts;       /* of a whole listing of containers, still to come */
	bool is_part_bad, is_info_asked, is_waiting_for_info, was_listed;
	int64_t info_ms;
	unsigned round;
	struct yg_map boxes; /* id -> struct docker_box */
	bool has_dirty, is_refreshing, is_underived;
	struct yg_timer *soon; /* something is to be done soon: refresh, derive, streams */
	/* events.c */
	struct yg_http_call *events;
	struct yg_json_stream *events_json;
	int64_t last_nano;
	int64_t events_retry_ms; /* steady; 0: not waiting */
	int64_t events_begun_ms;
	uint64_t dirty_kinds; /* to be listed again */
	/* stats.c */
	size_t n_streams, n_inspects;
	bool is_visible_told, is_screen_new;
	/* act.c */
	struct docker_act *acts;
	/* exec.c */
	/* logs.c */
};

/* docker.c */
int64_t docker_steady_ms(void);
/* Does what is pending in a moment, many things at once. */
void docker_soon(struct docker *d, int64_t delay_ms);
/* "docker 'NAME': what: 409: its own words": code by status. */
int docker_problem(
    struct docker *d, const char *what, int status, const char *body, struct yg_err *err);
/* A GET of prefix + path. Cancelled with the connection. */
struct docker_list *docker_ask(struct docker *d, const struct docker_list_ops *ops,
    const char *path, int64_t total_ms, void *data);

/* identity.c: sets the site's host from what is remembered; remembers it. */
void docker_identity_load(struct docker *d);
void docker_identity_save(struct docker *d);

/* lists.c */
void docker_poll(struct docker *d, uint64_t kinds);
void docker_ask_info(struct docker *d);
struct docker_box *docker_box(struct docker *d, const char *id); /* made if it is new */
void docker_box_drop(struct docker *d, const char *id);          /* with its row */
void docker_refresh(struct docker *d, const char *id);
void docker_lists_soon(struct docker *d); /* what docker_soon() does here */
void docker_boxes_free(struct docker *d);
/* Puts the row of a container again with what we know of it now. */
void docker_box_show(struct docker *d, struct docker_box *box);
uint64_t docker_kind_bit(const struct yg_kind *kind);

/* derive.c: projects, and who uses what, from the rows of the containers. */
void docker_derive(struct docker *d);
/* Sets the host of every row that says none or another. */
void docker_fix_hosts(struct docker *d);

/* events.c */
void docker_events_start(struct docker *d);
void docker_events_beat(struct docker *d);
void docker_events_stop(struct docker *d);

/* stats.c */
void docker_visible(struct docker *d, const struct yg_row *const *rows, size_t count);
void docker_stats_soon(struct docker *d);
void docker_stats_beat(struct docker *d);
void docker_stats_stop(struct docker *d, struct docker_box *box);

/* act.c */
int docker_act(struct docker *d, const struct yg_action *action, const struct yg_row *row,
    struct yg_task *task, struct yg_err *err);
void docker_acts_stop(struct docker *d);

/* exec.c: CONSOLE and EXEC of a container */
int docker_exec_open(struct docker *d, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);
/* logs.c: what a container wrote, as a stream */
int docker_logs_open(struct docker *d, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);

#endif
