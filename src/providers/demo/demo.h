/* demo: a made-up site of any size. Everything is worked out from the seed, the number of a row and
 * the clock, so that the same seed at the same instant is the same site, byte for byte; kept is
 * only what actions changed. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_DEMO_H
#define YG_PROVIDERS_DEMO_H

#include "api/provider.h"
#include "base/vec.h"
#include "model/kinds.h"

#define DEMO_NONE     UINT32_MAX
#define DEMO_DETAIL   64  /* hosts whose links, disks and sockets are told one by one */
#define DEMO_VOLUMES  256 /* VMs whose disks are told one by one */
#define DEMO_LANES    2   /* migrations that go on all the time, one after the other in each lane */
#define DEMO_RING     6   /* VMs that take turns in a lane */
#define DEMO_SERVICES 6   /* services of a compose project */

/* What the SPEC of "demo:SPEC" asks for. */
struct demo_spec {
	uint32_t hosts, vms, containers;
	uint64_t seed;
	uint32_t rate;                     /* rows a second that change; 0: as suits the size */
	uint32_t speed;                    /* of actions: 10 is ten times as fast */
	uint32_t logs;                     /* lines a second of each log; 0: as machines write */
	int64_t fail_ms, hang_ms, back_ms; /* after open; -1: never */
};
/* On an error the text names the word and the nearest right one. */
int demo_spec_parse(const char *text, struct demo_spec *out, struct yg_err *err);

/* What actions made of a VM or container; all zero: as it was born. */
struct demo_fate {
	uint8_t state; /* state + 1 */
	uint8_t exit_code;
	uint16_t host;    /* host + 1 */
	uint32_t since_s; /* started or stopped then, seconds since 1970 */
};
#define DEMO_GONE 255 /* a fate's state: removed */

struct demo_snapshot {
	uint32_t number, vm, parent; /* parent: number of another one, 0 none */
	int64_t created_ms;
	bool is_current;
	char *name, *description; /* ours; NULL: by its number */
};

/* The VMs that take turns in a lane, each between two hosts. */
struct demo_ring {
	uint32_t vm[DEMO_RING];
	uint16_t hosts[DEMO_RING][2];
	bool is_turned[DEMO_RING]; /* a cancelled migration leaves it on the other side for good */
	int64_t cancelled;         /* number of the cycle that was cancelled, -1 none */
};

/* A migration at one instant. */
struct demo_migration {
	uint32_t vm;
	uint16_t from, to;
	int state, pass;
	double total, sent, remaining, rate, dirty, throttle;
	double changed; /* in this pass: to be sent again in the next one */
	int64_t started_ms, elapsed_ms, downtime_ms;
};

struct demo_site {
	struct demo_spec spec;
	uint32_t n_hypervisors, n_engines, n_nodes; /* hosts: these three one after the other */
	uint32_t n_stacks, stack_size;              /* compose projects, containers in each */
	uint32_t silent_host, down_host, hot_host, full_host; /* or DEMO_NONE */
	uint32_t crashed_vm, paused_vm, deaf_vm;
	uint32_t sick_container, looping_container, killed_container, held_container;
	char (*host_names)[24]; /* spec.hosts of them */
	struct demo_fate *vms, *containers;
	uint32_t *host_vms, *host_containers; /* running on each host */
	uint32_t *stack_running;
	uint32_t image_users[16], network_users[24];
	bool is_count_old; /* the five above are to be worked out anew */
	struct yg_vec(struct demo_snapshot) snapshots;
	uint32_t snapshot_counter;
	bool has_rings;
	struct demo_ring rings[DEMO_LANES];
	/* Pace: rows change chunk by chunk, a chunk each interval_ms. */
	int64_t interval_ms;
	uint32_t n_chunks;
	uint32_t n_links, n_disks, n_sockets, n_volumes, n_pools, n_networks, n_living;
};

void demo_site_init(struct demo_site *s, const struct demo_spec *spec, int64_t now_ms);
void demo_site_done(struct demo_site *s);
void demo_site_count(struct demo_site *s); /* works the counts out anew */
bool demo_host_answers(const struct demo_site *s, uint32_t host);
bool demo_host_is_node(const struct demo_site *s, uint32_t host);
uint32_t demo_vm_host(const struct demo_site *s, uint32_t vm, int64_t now_ms);
int demo_vm_state(const struct demo_site *s, uint32_t vm); /* without migrations */
uint32_t demo_container_host(const struct demo_site *s, uint32_t container);
int demo_container_state(const struct demo_site *s, uint32_t container);
/* Finds by name; DEMO_NONE if there is none. */
uint32_t demo_host_find(const struct demo_site *s, const char *name);

/* ---- pulse: hashes and curves ---- */
/* Well mixed bits of the seed, what it is for, and a number. */
uint64_t demo_hash(const struct demo_site *s, unsigned what, uint64_t number);
double demo_unit(uint64_t hash); /* 0..1 */
/* How busy something is at an instant, 0..1, smooth, with days in it; hash: whose curve. */
double demo_wave(uint64_t hash, int64_t when_ms);
double demo_round(double value, double step);
/* The instant that row number n of the living ones shows, at the latest now_ms. */
int64_t demo_step(const struct demo_site *s, uint32_t living, int64_t now_ms);
/* Instants that stay the same for long, so that a machine is not started anew each second: the
 * beginning of the month, or of the quarter of the day, that now_ms is in. */
int64_t demo_month(int64_t now_ms);
int64_t demo_quarter(int64_t now_ms);

enum {
	DEMO_H_HOST = 1,
	DEMO_H_VM,
	DEMO_H_CONTAINER,
	DEMO_H_LINK,
	DEMO_H_DISK,
	DEMO_H_NETWORK,
	DEMO_H_POOL,
	DEMO_H_SNAPSHOT,
	DEMO_H_MIGRATION,
	DEMO_H_UUID,
	DEMO_H_VOLUME,
	DEMO_H_IMAGE,
	DEMO_H_LOG,
};

/* ---- names ---- */
#define DEMO_ENVS 3
/* The labels of an app of an owner in each environment, as rows hold them. */
#define DEMO_LABELS(app, owner)                                \
	{                                                      \
		"app=" app "\nenv=prod\nowner=" owner "\n",    \
		    "app=" app "\nenv=stg\nowner=" owner "\n", \
		    "app=" app "\nenv=dev\nowner=" owner "\n"  \
	}
struct demo_role {
	const char *name, *os;
	uint8_t per_round, ordinal; /* how many of the name in a round of roles; which of them */
	uint8_t cpus, mem_per_cpu, busy; /* GiB; percent */
	uint8_t nets;                    /* 0 its own, 1 and the database network, 2 the DMZ */
	const char *labels[DEMO_ENVS];
};
struct demo_service {
	const char *name;
	uint8_t image, busy, mem; /* number of the image; percent; MiB / 16 */
	const char *command, *ports;
	bool has_health, has_volume;
	const char *labels[DEMO_ENVS];
};
struct demo_stack {
	const char *name, *path;
	uint8_t network; /* number among the networks */
	struct demo_service services[DEMO_SERVICES];
};
struct demo_image {
	const char *id, *name,
	    *ref; /* "sha256:6f1c", "nginx:1.25", "image/sha256:6f1c\tnginx:1.25" */
	uint32_t size_mib;
};
struct demo_network {
	const char *id, *name, *ref, *driver, *subnet, *gateway, *bridge;
	bool is_container;
};
extern const struct demo_image demo_images[];
extern const size_t demo_n_images;
extern const struct demo_network demo_networks[];
extern const size_t demo_n_networks;
extern const struct demo_stack demo_stacks[];
extern const size_t demo_n_stacks;
const struct demo_role *demo_vm_role(const struct demo_site *s, uint32_t vm);
unsigned demo_vm_env(const struct demo_site *s, uint32_t vm);
const struct demo_stack *demo_stack_of(
    const struct demo_site *s, uint32_t stack, unsigned *out_env);
const struct demo_service *demo_service_of(const struct demo_site *s, uint32_t container);
/* Each writes a NUL-terminated text and returns its length; out has room for DEMO_NAME bytes. */
#define DEMO_NAME 64
size_t demo_vm_id(uint32_t vm, char *out);
size_t demo_vm_name(const struct demo_site *s, uint32_t vm, char *out);
size_t demo_container_id(const struct demo_site *s, uint32_t container, char *out);
size_t demo_container_name(const struct demo_site *s, uint32_t container, char *out);
size_t demo_stack_name(const struct demo_site *s, uint32_t stack, char *out);
size_t demo_vm_uuid(const struct demo_site *s, uint32_t vm, char *out);
size_t demo_host_uuid(const struct demo_site *s, uint32_t host, char *out);
/* And back; DEMO_NONE if it is none of ours. */
uint32_t demo_vm_number(const struct demo_site *s, const char *id);
uint32_t demo_container_number(const struct demo_site *s, const char *id);
/* For building: copies text or number to to and returns the place behind it. */
char *demo_cat(char *to, const char *text);
char *demo_cat_number(char *to, uint64_t number, unsigned digits);
char *demo_cat_hex(char *to, uint64_t number, unsigned digits);

/* ---- migrations ---- */
/* What goes on in a lane; false: nothing just now. */
bool demo_lane(
    const struct demo_site *s, unsigned lane, int64_t now_ms, struct demo_migration *out);
/* true if the VM is on its way in a lane. */
bool demo_vm_moves(const struct demo_site *s, uint32_t vm, int64_t now_ms);
/* Where a VM of a ring is now; DEMO_NONE for others. */
uint32_t demo_ring_host(const struct demo_site *s, uint32_t vm, int64_t now_ms);
/* Stops what goes on in a lane: the VM stays. */
void demo_lane_cancel(struct demo_site *s, unsigned lane, int64_t now_ms);
/* The figures of a migration elapsed_ms after it began, if it takes length_ms in all; turbulence:
 * memory changed for each byte sent, 0.3 to 0.95. */
void demo_migration_at(
    struct demo_migration *m, double turbulence, int64_t elapsed_ms, int64_t length_ms);

/* ---- rows; each gives a new reference, or NULL where there is no such row now ---- */
struct yg_row *demo_row_host(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_vm(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_container(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_network(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_link(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_socket(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_image(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_volume(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_pool(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_disk(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_project(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_snapshot(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_migration(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
struct yg_row *demo_row_alarm(struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
#define DEMO_ALARMS 9

typedef struct yg_row *(*demo_row_fn)(
    struct demo_site *s, const char *ctl, uint32_t n, int64_t now_ms);
/* How a kind is listed: its rows are numbered from 0. */
struct demo_listing {
	const struct yg_kind *kind;
	demo_row_fn row;
	uint32_t (*count)(const struct demo_site *s);
};
extern const struct demo_listing demo_listings[];
extern const size_t demo_n_listings;
/* A migration that an action runs, as a row. */
struct yg_row *demo_row_moving(const struct demo_site *s, const char *ctl, const char *id,
    const struct demo_migration *m, int64_t now_ms);
/* "host/NAME" to a draft. */
void demo_draft_host(const struct demo_site *s, struct yg_draft *d, int field, uint32_t host);

/* ---- jobs: actions under way ---- */
struct demo_jobs;
struct demo_jobs *demo_jobs_create(struct yg_controller *c, struct demo_site *site);
/* Ends what runs as in doubt; NULL is fine. */
void demo_jobs_destroy(struct demo_jobs *jobs);
int demo_jobs_start(struct demo_jobs *jobs, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err);
/* While hanging, nothing gets on and nothing is told. */
void demo_jobs_hang(struct demo_jobs *jobs, bool is_hanging);
/* Puts the rows of the migrations that actions run. */
void demo_jobs_put(struct demo_jobs *jobs, int64_t now_ms);

/* ---- logs ---- */
int demo_logs_open(struct yg_controller *c, const struct demo_site *site, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);

/* ---- the open controller ---- */
void demo_put_vm(struct yg_controller *c, uint32_t vm);
void demo_put_container(struct yg_controller *c, uint32_t container);
/* Tells anew what hangs on the state of machines: hosts, projects, alarms, snapshots ... */
void demo_put_rest(struct yg_controller *c);
/* Tells all migrations. */
void demo_put_migrations(struct yg_controller *c);
extern const struct yg_provider_ops demo_ops;

#endif
