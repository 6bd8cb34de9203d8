/* local: this machine as a host, read from /proc and /sys without starting anything. Parsers are
 * pure functions on text, from which nothing is expected; what may wait is done by threads. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_LOCAL_H
#define YG_PROVIDERS_LOCAL_H

#include <stdatomic.h>

#include "api/provider.h"
#include "base/vec.h"
#include "model/kinds.h"

#define LOCAL_NAME     64            /* bytes of a device's name */
#define LOCAL_FILE_MAX (1024 * 1024) /* of a file that is read */
#define LOCAL_ROWS_MAX 4096          /* of one kind */
#define LOCAL_HANG_US  3000000       /* a filesystem that did not answer for so long hangs */

/* ---- parsers: what is not understood is left out ---- */
struct local_cpu {
	uint64_t busy, total; /* ticks of all processors together */
	int64_t booted_ms;    /* 0: not said */
};
bool local_parse_stat(const char *text, struct local_cpu *out); /* /proc/stat */

/* /proc/meminfo, in bytes; available is made from free and caches on kernels that do not say. */
bool local_parse_meminfo(const char *text, int64_t *out_total, int64_t *out_available);
bool local_parse_loadavg(const char *text, double *out); /* the average of one minute */

struct local_counter {
	char name[LOCAL_NAME];
	uint64_t in, out; /* bytes received and sent, or read and written */
	uint64_t extra;   /* errors and drops, or milliseconds of work */
};
struct local_counters yg_vec(struct local_counter);
void local_parse_net_dev(const char *text, struct local_counters *out);
void local_parse_diskstats(const char *text, struct local_counters *out);
/* The one of that name; near: where it was last time. */
const struct local_counter *local_counter_find(
    const struct local_counters *list, const char *name, size_t near);

struct local_mount {
	uint32_t device;     /* major and minor in one */
	char *path, *source; /* ours */
	char type[32];
	bool is_read_only;
};
struct local_mounts yg_vec(struct local_mount);
void local_parse_mountinfo(const char *text, struct local_mounts *out);
void local_mounts_done(struct local_mounts *list);
/* Worth a row: on a disk of this machine, or, if is_remote_wanted, of another one. */
bool local_mount_is_shown(const struct local_mount *m, bool is_remote_wanted);
bool local_mount_is_remote(const struct local_mount *m);

struct local_socket {
	char address[64];
	uint16_t port;
	uint32_t uid;
	uint64_t inode;
	uint8_t proto; /* number among local_protos */
	uint32_t pid;  /* 0: not found */
	char process[LOCAL_NAME];
};
struct local_sockets yg_vec(struct local_socket);
extern const char *const local_protos[4]; /* tcp, tcp6, udp, udp6: files in /proc/net too */
/* Those that listen in one of these files. */
void local_parse_sockets(const char *text, unsigned proto, struct local_sockets *out);

/* Value of a line KEY=value or KEY="value", as in os-release; false: not there. */
bool local_parse_release(const char *text, const char *key, char *out, size_t size);
/* Value of a line "key : value", as in cpuinfo. */
bool local_parse_colon(const char *text, const char *key, char *out, size_t size);
/* Name of a user in the text of /etc/passwd. */
bool local_parse_passwd(const char *text, uint32_t uid, char *out, size_t size);

/* ---- reading ---- */
/* Reads at most LOCAL_FILE_MAX bytes; false, and out is empty, if it cannot be read. */
bool local_read(const char *path, struct yg_buf *out);
/* Reads the first line of a small file, trimmed; false if there is none. */
bool local_read_line(char *out, size_t size, const char *fmt, ...) YG_PRINTF(3, 4);

/* ---- the open controller ---- */
/* What a thread looks for; it outlives the controller if the thread is stuck. */
struct local_socket_scan {
	struct yg_controller *c; /* NULL: was closed meanwhile; loop thread only */
	struct local_sockets sockets;
};

struct local_space {
	int64_t size, used;
	bool is_known;
};
/* Mounts are chosen by the loop thread, then measured one by one by a thread: space[i] may be read
 * for i < n_done only; the thread that never comes back hangs at n_done. */
struct local_mount_scan {
	struct yg_controller *c; /* NULL: was closed meanwhile; loop thread only */
	struct yg_loop *loop;
	struct local_mounts mounts;
	struct local_space *spaces;
	atomic_size_t n_done;
	int64_t begun_us, begun_ms;
};

struct local {
	char id[40], name[LOCAL_NAME];
	char os[128], kernel[128], model[160], arch[32], uuid[48];
	int64_t cpus, booted_ms;
	struct yg_timer *timer; /* says that we are up */
	int64_t sampled_us;     /* when the counters below were read; 0 never */
	int64_t before_us;      /* and those before them */
	struct local_cpu cpu, cpu_before;
	struct local_counters links, links_before, disks, disks_before;
	struct local_socket_scan *socket_scan;        /* under way, or NULL */
	struct local_mount_scan *mount_scan, *mounts; /* under way; the last that came to an end */
	int64_t sockets_us;                           /* of the last scan */
};

/* Reads the counters anew; what was read last is kept for rates. */
void local_sample(struct local *local);
/* Change a second between the two samples, or a negative number if it is not known. */
double local_rate(const struct local *local, uint64_t before, uint64_t now);
void local_identify(struct local *local);

void local_put_host(struct yg_controller *c);
void local_put_links(struct yg_controller *c);
void local_put_disks(struct yg_controller *c);
void local_put_sockets(struct yg_controller *c, const struct local_sockets *sockets);

#define LOCAL_THREAD "yagura-mounts" /* the thread that measures */
/* Run in a thread; these block at worst as long as the kernel does. */
void local_scan_sockets(struct local_sockets *out);
void local_measure(struct local_mount_scan *scan);
/* What is mounted now and worth a row. */
struct local_mount_scan *local_mount_scan_new(bool is_remote_wanted);
void local_mount_scan_free(struct local_mount_scan *scan); /* NULL is fine */

/* ---- exec.c ---- */
int local_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);

extern const struct yg_provider_ops local_ops;

#endif
