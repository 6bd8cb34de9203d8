/* scan: what is read by threads, because it may wait or take long: space on filesystems, and which
 * process holds which socket. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "providers/local/local.h"

#define SOCKETS_US 500000 /* for finding the processes: then the rest stays without */
#define LINKS_MAX  100000 /* descriptors that are looked at */

bool local_read(const char *path, struct yg_buf *out)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char part[16384];
	ssize_t n = 0;

	yg_buf_clear(out);
	out->max = LOCAL_FILE_MAX;
	if (fd < 0)
		return false;
	while (!out->is_full && (n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		yg_buf_add(out, part, (size_t)n);
	}
	close(fd);
	if (n < 0)
		yg_buf_clear(out);
	return n >= 0 && out->data;
}

bool local_read_line(char *out, size_t size, const char *fmt, ...)
{
	char path[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	ssize_t n = read(fd, out, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	out[n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	for (size_t len = strlen(out); len && isspace((unsigned char)out[len - 1]);)
		out[--len] = '\0';
	return out[0] != '\0';
}

/* ---- sockets ---- */

static int by_inode(const void *a, const void *b)
{
	const struct local_socket *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void set_process(struct local_sockets *sockets, uint64_t inode, uint32_t pid)
{
	struct local_socket key = {.inode = inode};
	struct local_socket *s =
	    bsearch(&key, sockets->items, sockets->count, sizeof(key), by_inode);

	if (!s || s->pid)
		return;
	s->pid = pid;
	local_read_line(s->process, sizeof(s->process), "/proc/%u/comm", pid);
}

/* Looks through the descriptors of a process; returns how many it has. */
static size_t scan_process(struct local_sockets *sockets, uint32_t pid)
{
	char path[64], target[64];
	size_t count = 0;

	snprintf(path, sizeof(path), "/proc/%u/fd", pid);
	DIR *dir = opendir(path);
	if (!dir)
		return 0;
	for (struct dirent *e; count < LINKS_MAX && (e = readdir(dir)); count++) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		if (yg_starts_with(target, "socket:["))
			set_process(sockets, strtoull(target + strlen("socket:["), NULL, 10), pid);
	}
	closedir(dir);
	return count;
}

static void find_processes(struct local_sockets *sockets)
{
	int64_t until_us = yg_mono_us() + SOCKETS_US;
	DIR *proc = opendir("/proc");
	size_t seen = 0;

	if (!proc)
		return;
	for (struct dirent *e;
	     seen < LINKS_MAX && yg_mono_us() < until_us && (e = readdir(proc));) {
		char *end = NULL;
		unsigned long pid = strtoul(e->d_name, &end, 10);
		if (pid && !*end && pid <= UINT32_MAX)
			seen += scan_process(sockets, (uint32_t)pid);
	}
	closedir(proc);
}

void local_scan_sockets(struct local_sockets *out)
{
	struct yg_buf text = {0};
	char path[32];

	for (unsigned proto = 0; proto < YG_COUNT(local_protos); proto++) {
		snprintf(path, sizeof(path), "/proc/net/%s", local_protos[proto]);
		if (local_read(path, &text))
			local_parse_sockets(yg_buf_text(&text), proto, out);
	}
	yg_buf_done(&text);
	if (!out->count)
		return;
	qsort(out->items, out->count, sizeof(*out->items), by_inode);
	find_processes(out);
}

/* ---- mounts ---- */

static bool is_seen(const struct local_mounts *list, size_t count, uint32_t device)
{
	for (size_t i = 0; i < count; i++)
		if (list->items[i].device == device)
			return true;
	return false;
}

/* Moves what is shown from all to out, and of what is mounted several times the first one. */
static void choose(struct local_mounts *all, bool is_remote, struct local_mounts *out)
{
	yg_vec_each (all, m) {
		if (!m->path || local_mount_is_remote(m) != is_remote ||
		    !local_mount_is_shown(m, is_remote) || is_seen(out, out->count, m->device))
			continue;
		yg_vec_push(out, *m);
		m->path = m->source = NULL;
	}
}

static struct local_space measure(const char *path)
{
	struct statvfs fs;

	if (statvfs(path, &fs) || !fs.f_blocks || fs.f_frsize > (1ul << 30) ||
	    fs.f_blocks > (uint64_t)INT64_MAX / YG_MAX(fs.f_frsize, 1ul))
		return (struct local_space){0};
	int64_t unit = (int64_t)fs.f_frsize;
	return (struct local_space){.is_known = true,
	    .size = (int64_t)fs.f_blocks * unit,
	    .used = (int64_t)(fs.f_blocks - YG_MIN(fs.f_bfree, fs.f_blocks)) * unit};
}

struct local_mount_scan *local_mount_scan_new(bool is_remote_wanted)
{
	struct local_mount_scan *scan = yg_xcalloc(1, sizeof(*scan));
	struct local_mounts all = {0};
	struct yg_buf text = {0};

	if (local_read("/proc/self/mountinfo", &text))
		local_parse_mountinfo(yg_buf_text(&text), &all);
	yg_buf_done(&text);
	/* Those of other machines come last: one that hangs holds up none of ours. */
	choose(&all, false, &scan->mounts);
	if (is_remote_wanted)
		choose(&all, true, &scan->mounts);
	local_mounts_done(&all);
	scan->spaces = yg_xcalloc(scan->mounts.count + 1, sizeof(*scan->spaces));
	scan->begun_us = yg_mono_us();
	scan->begun_ms = yg_now_ms();
	return scan;
}

void local_measure(struct local_mount_scan *scan)
{
	for (size_t i = 0; i < scan->mounts.count; i++) {
		scan->spaces[i] = measure(scan->mounts.items[i].path);
		atomic_store_explicit(&scan->n_done, i + 1, memory_order_release);
	}
}

void local_mount_scan_free(struct local_mount_scan *scan)
{
	if (!scan)
		return;
	local_mounts_done(&scan->mounts);
	free(scan->spaces);
	free(scan);
}
