/* births: when guests began to run, as the process table of this machine knows it: libvirt does not
 * tell. Only for QEMU on this machine: each guest's process has "-uuid UUID" in its arguments. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "providers/libvirt/virt.h"

#define ARGS_MAX 65536 /* of a command line; QEMU's have a few KiB */

/* Reads at most size - 1 bytes of /proc/PID/name; returns how many, 0 on any trouble. */
static size_t read_proc(const char *pid, const char *name, char *out, size_t size)
{
	char path[64];
	size_t len = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%.20s/%s", pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (len + 1 < size && (n = read(fd, out + len, size - 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	out[len] = '\0';
	return len;
}

const char *yg_virt_uuid_of_args(const char *args, size_t len)
{
	const char *end = args + len;

	if (!memmem(args, strnlen(args, len), "qemu", 4))
		return NULL;
	for (const char *p = args; p < end; p += strlen(p) + 1)
		if (yg_streq(p, "-uuid") && p + 6 < end)
			return p + 6;
	return NULL;
}

/* Field 22 of /proc/PID/stat: ticks after the machine's start. The name in field 2 may hold blanks
 * and brackets: the fields are counted from its last bracket (proc(5)). */
int64_t yg_virt_start_of_stat(const char *stat, int64_t booted_ms, long ticks_a_second)
{
	const char *p = strrchr(stat, ')');
	unsigned long long ticks;

	if (!p || ticks_a_second <= 0 ||
	    sscanf(p + 1,
		" %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
		&ticks) != 1)
		return 0;
	return booted_ms + (int64_t)(ticks * 1000 / (unsigned long long)ticks_a_second);
}

bool yg_virt_is_here(const char *uri)
{
	const char *host = strstr(uri, "://");

	return strstr(uri, "+unix:") || !host || host[3] == '/' || !host[3];
}

static int64_t booted_ms(void)
{
	struct timespec up;

	if (clock_gettime(CLOCK_BOOTTIME, &up))
		return 0;
	return yg_now_ms() - (int64_t)up.tv_sec * 1000 - up.tv_nsec / 1000000;
}

static void look_at(struct yg_virt_conn *v, const char *pid, char *args)
{
	char stat[1024];
	size_t len = read_proc(pid, "cmdline", args, ARGS_MAX);
	const char *uuid = len ? yg_virt_uuid_of_args(args, len) : NULL;
	struct yg_virt_dom *d = uuid ? yg_map_get(&v->doms, uuid) : NULL;

	if (!d || d->started_ms || !d->is_active || !read_proc(pid, "stat", stat, sizeof(stat)))
		return;
	d->started_ms = yg_virt_start_of_stat(stat, booted_ms(), sysconf(_SC_CLK_TCK));
	d->is_changed = true;
}

/* true if there is a running guest whose beginning was not looked for yet. */
static bool is_wanted(struct yg_virt_conn *v)
{
	bool wanted = false;

	for (size_t i = 0; i < v->doms.count; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, i);
		wanted |= d->is_active && !d->started_ms && !d->is_birth_sought;
		d->is_birth_sought |= d->is_active;
	}
	return wanted;
}

void yg_virt_find_births(struct yg_virt_conn *v)
{
	if (!v->is_qemu || !yg_virt_is_here(v->uri) || !is_wanted(v))
		return;
	DIR *dir = opendir("/proc");
	char *args = yg_xmalloc(ARGS_MAX);
	for (struct dirent *e; dir && (e = readdir(dir));)
		if (isdigit((unsigned char)e->d_name[0]))
			look_at(v, e->d_name, args);
	free(args);
	if (dir)
		closedir(dir);
}
