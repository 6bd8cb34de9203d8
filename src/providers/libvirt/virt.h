/* virt: what the files of the libvirt provider share. Only this file includes libvirt.
 *
 * A connection is a counted object with a worker thread of its own, which does every call that may
 * block; the loop thread only posts to it and takes its answers. What may hang on one guest goes to
 * a thread for that one call (a "call"), which is abandoned past its deadline and owns its memory
 * until it ends. Nothing is ever joined. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_LIBVIRT_VIRT_H
#define YG_PROVIDERS_LIBVIRT_VIRT_H

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <pthread.h>

#include "api/provider.h"
#include "base/map.h"
#include "base/vec.h"
#include "model/kinds.h"
#include "providers/libvirt/domxml.h"
#include "providers/libvirt/stats.h"

#define YG_VIRT_STUCK_MAX                                                      \
	3 /* calls that hang on guests: each holds one of the daemon's workers \
	   */

/* What a domain event told, for the worker. */
enum yg_virt_event_what {
	YG_VIRT_EV_STATE,     /* lifecycle; detail: virDomainEventType */
	YG_VIRT_EV_CHANGED,   /* definition, devices, metadata */
	YG_VIRT_EV_MIGRATION, /* a pass of a migration began */
	YG_VIRT_EV_NETWORK,
	YG_VIRT_EV_POOL,
	YG_VIRT_EV_SNAPSHOT, /* from us: libvirt has no event for it */
};
#define YG_VIRT_REBOOTED (-1) /* details of EV_STATE that are no virDomainEventType */
#define YG_VIRT_OTHER    (-2)

struct yg_virt_event {
	enum yg_virt_event_what what;
	int detail;
	char uuid[VIR_UUID_STRING_BUFLEN];
};

/* Somebody who waits for a domain to start anew; in a list under the connection's lock. */
struct yg_virt_wait {
	struct yg_virt_wait *next;
	const char *uuid;
	bool is_seen;
};

/* A domain as the worker knows it. */
struct yg_virt_dom {
	char uuid[VIR_UUID_STRING_BUFLEN];
	char *name;
	virDomainPtr ptr;
	unsigned listed; /* number of the listing that saw it last */
	bool is_active, is_transient, is_autostart, has_snapshots;
	struct yg_virt_sample now; /* the last full look; its state is always fresh */
	struct yg_virt_rates rates;
	struct yg_domxml *xml; /* NULL: not yet, or none to be had */
	bool is_xml_stale, has_no_xml;
	bool had_rss; /* its statistics once were whole */
	char *ips;
	int snapshots;      /* -1: not known */
	int64_t started_ms; /* 0: not known */
	bool is_birth_sought;
	int64_t silent_ms; /* 0: it answers */
	int64_t lack_ms;   /* since when statistics lack what only the guest's process can tell */
	struct yg_virt_job job;
	bool is_migrating;
	char *going_to;  /* URI, if it was we who sent it */
	bool is_changed; /* row to be published */
	int64_t info_us; /* last virDomainGetInfo */
};

struct yg_virt_net {
	char uuid[VIR_UUID_STRING_BUFLEN];
	char *name;
	virNetworkPtr ptr;
	bool is_active, is_there;
	bool is_known; /* its facts are read */
	int autostart;
	struct yg_xml_facts facts;
};

struct yg_virt_host {
	bool is_known;
	char *model, *arch, *uuid, *version;
	int cpus;
	int64_t mem, mem_used;    /* -1: not known */
	uint64_t busy_ns, all_ns; /* counters of the last look */
	double cpu;               /* percent, -1: not known */
};

struct yg_virt_conn {
	int refs; /* atomic */
	pthread_mutex_t lock;
	pthread_cond_t wake;

	/* The loop thread's. */
	struct yg_controller *ctl; /* NULL once closed */
	struct yg_virt_act *acts;
	bool is_up; /* it said so: virt and what is learnt with it stay as they are */

	/* Under lock. */
	struct yg_loop *loop; /* NULL once closed */
	bool is_closed, is_opening, is_poll_wanted;
	const char *lost; /* why the connection is gone */
	uint64_t kinds;   /* wanted by the next poll */
	struct yg_vec(struct yg_virt_event) events;
	bool has_missed_events;
	struct yg_map visible; /* ids of VM rows on screen */
	struct yg_map going;   /* uuid -> URI, of migrations that we began; freed by us */
	int stuck;             /* calls that hang */
	struct yg_virt_wait *waits;
	struct yg_virt_conn *next; /* in the list of all that live */

	/* Set before the worker starts. */
	char *uri, *name;

	/* Set by the worker before it says that it is up. */
	virConnectPtr virt;
	char *hostname, *type;
	bool is_qemu; /* knows jobs, snapshots with memory, statistics in bulk */
	bool is_lxc;
	bool is_shared; /* the driver's state is in the connection, or a second login is dear */

	/* The worker's own. */
	virConnectPtr probe; /* a second connection, for calls; NULL: none yet */
	unsigned listing;
	struct yg_map doms; /* uuid -> struct yg_virt_dom */
	struct yg_map nets; /* uuid -> struct yg_virt_net */
	struct yg_virt_host host;
	bool has_stats; /* bulk statistics work */
	bool is_sampled, is_host_listed, is_watching;
	int64_t first_us; /* of the first full statistics */
	int callbacks[12], n_callbacks, net_callback, pool_callback, refresh_callback;
	int64_t nets_us, pools_us, volumes_us, snapshots_us, leases_us, vms_us, stats_us, flags_us;
	size_t scan_at, info_at; /* where the next slice of a walk over all domains begins */
	unsigned looks;          /* times statistics were asked for */
	bool has_jobs, has_flags, has_no_leases, has_all_details, is_migration_listed;
};

/* ---- births.c ---- */
/* true if the URI is of a daemon on this machine, reached by its socket: no other can reach it so.
 */
bool yg_virt_is_here(const char *uri);
/* Finds when running guests began, if they run on this machine. Worker thread. */
void yg_virt_find_births(struct yg_virt_conn *v);
/* Pure: the value of -uuid in the arguments (NUL after each) of a QEMU process, or NULL; the start
 * of a process by the text of its /proc/PID/stat, 0 if it cannot be read. */
const char *yg_virt_uuid_of_args(const char *args, size_t len);
int64_t yg_virt_start_of_stat(const char *stat, int64_t booted_ms, long ticks_a_second);

/* ---- conn.c ---- */
struct yg_virt_conn *yg_virt_conn_new(struct yg_controller *c, const char *uri);
struct yg_virt_conn *yg_virt_conn_ref(struct yg_virt_conn *v);
void yg_virt_conn_unref(struct yg_virt_conn *v);
bool yg_virt_is_closed(struct yg_virt_conn *v);
void yg_virt_event(
    struct yg_virt_conn *v, enum yg_virt_event_what what, int detail, const char *uuid);
/* Starts a detached thread with a small stack; false if there can be none. */
bool yg_virt_thread(void *(*run)(void *data), void *data);
/* The clock of v->wake, so many milliseconds from now. */
struct timespec yg_virt_after(int ms);
/* Opens a URI without ever asking at the terminal. */
virConnectPtr yg_virt_open(const char *uri, struct yg_err *err);
/* libvirt's last error of this thread as ours; returns the code. */
int yg_virt_error(struct yg_err *err, const char *fmt, ...) YG_PRINTF(2, 3);
/* How many connections to this URI were given up while they were being made and still hang. */
int yg_virt_hanging(const char *uri);
/* Starts libvirt and its event thread, once. */
void yg_virt_start(void);

/* ---- post.c: from the worker to the loop; each does nothing once closed ---- */
struct yg_virt_rows {
	struct yg_row **items;
	size_t count, room;
};
void yg_virt_post_up(struct yg_virt_conn *v, const char *version);
void yg_virt_post_failed(struct yg_virt_conn *v, const struct yg_err *err);
void yg_virt_post_heard(struct yg_virt_conn *v);
void yg_virt_post_sampled(struct yg_virt_conn *v);
void yg_virt_post_skip(struct yg_virt_conn *v, const struct yg_kind *kind);
/* Takes over the rows and empties the vec; is_list: a whole listing. */
void yg_virt_post_rows(
    struct yg_virt_conn *v, const struct yg_kind *kind, struct yg_virt_rows *rows, bool is_list);
void yg_virt_post_drop(struct yg_virt_conn *v, const struct yg_kind *kind, const char *id);
/* Runs cb(data) on the loop thread, also once closed unless the loop is gone: then at once drop. */
void yg_virt_post(
    struct yg_virt_conn *v, void (*cb)(void *data), void (*drop)(void *data), void *data);

/* ---- call.c: what may hang ---- */
struct yg_virt_call {
	struct yg_virt_conn *conn;
	void (*run)(struct yg_virt_call *call); /* on the call's thread */
	int refs;
	bool is_done, is_abandoned;
	virConnectPtr virt; /* what it is asked on; NULL: to be opened */
	struct yg_map ids;  /* domains it is about, uuid -> place + 1; none: all */
	virDomainPtr *doms; /* by place; NULL: gone */
	unsigned stats;
	virDomainStatsRecordPtr *records;
	int n_records;            /* -1: failed */
	struct yg_virt_job *jobs; /* by place */
	int *job_types;           /* -1: no answer */
	int code;                 /* libvirt's error code */
};
/* A call about all domains, or those that are added. */
struct yg_virt_call *yg_virt_call_new(struct yg_virt_conn *v);
void yg_virt_call_add(struct yg_virt_call *call, struct yg_virt_dom *d);
/* Runs it; false: still not done after timeout_ms: it is abandoned. Either way unref it after. */
bool yg_virt_call_run(
    struct yg_virt_call *call, void (*run)(struct yg_virt_call *call), int timeout_ms);
void yg_virt_call_unref(struct yg_virt_call *call);
/* A typed parameter as a number; 0 for what is none or below zero. */
uint64_t yg_virt_number(const virTypedParameter *p);
void yg_virt_call_stats(struct yg_virt_call *call);
void yg_virt_call_jobs(struct yg_virt_call *call);

/* ---- worker.c ---- */
void *yg_virt_worker(void *conn);
/* true if the last error says that the connection itself is gone. */
bool yg_virt_is_gone(struct yg_virt_conn *v);

/* ---- domains.c: the worker's view of domains ---- */
/* Lists domains and their states; what is quick to know is known after it. */
int yg_virt_list(struct yg_virt_conn *v, struct yg_err *err);
void yg_virt_stats(struct yg_virt_conn *v); /* metrics, hung guests */
/* Reads definitions not read yet, for at most budget_ms; true if some are left. */
bool yg_virt_details(struct yg_virt_conn *v, int budget_ms);
void yg_virt_refresh(struct yg_virt_conn *v, const char *uuid, int event); /* one domain */
void yg_virt_dom_free(struct yg_virt_dom *d);
struct yg_virt_dom *yg_virt_dom_at(struct yg_virt_conn *v, size_t i);
void yg_virt_publish(struct yg_virt_conn *v, bool is_list); /* all, or those that changed */

/* ---- sites.c: host, networks, pools, volumes, snapshots ---- */
void yg_virt_list_host(struct yg_virt_conn *v);
void yg_virt_list_networks(struct yg_virt_conn *v, bool is_changed); /* is_changed: read anew */
void yg_virt_list_pools(struct yg_virt_conn *v, bool with_volumes);
void yg_virt_list_snapshots(struct yg_virt_conn *v);
void yg_virt_leases(struct yg_virt_conn *v); /* addresses of domains */
void yg_virt_net_free(struct yg_virt_net *n);

/* ---- jobs.c: migrations ---- */
void yg_virt_scan_jobs(struct yg_virt_conn *v);   /* looks for new ones */
bool yg_virt_follow_jobs(struct yg_virt_conn *v); /* true while there are some */
void yg_virt_job_over(struct yg_virt_conn *v, struct yg_virt_dom *d);

/* ---- rows.c: pure ---- */
struct yg_row *yg_virt_vm_row(const struct yg_virt_conn *v, const struct yg_virt_dom *d);
struct yg_row *yg_virt_host_row(const struct yg_virt_conn *v);
struct yg_row *yg_virt_net_row(const struct yg_virt_conn *v, const struct yg_virt_net *n);
struct yg_row *yg_virt_migration_row(const struct yg_virt_conn *v, const struct yg_virt_dom *d);

/* ---- act.c ---- */
int yg_virt_act(struct yg_controller *c, const struct yg_action *action, const struct yg_row *row,
    const struct yg_args *args, struct yg_task *task, struct yg_err *err);
/* The connection is closed: what still runs is in doubt. */
void yg_virt_acts_close(struct yg_virt_conn *v);

/* ---- console.c ---- */
int yg_virt_console_open(struct yg_virt_conn *v, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);

#endif
