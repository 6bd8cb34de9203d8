/* sample: who this machine is, and its counters at two instants. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/map.h"
#include "providers/local/local.h"

/* The machine's id is not for showing around: ours is made from it and this. */
#define ID_SALT "yagura local host"

static void identify_machine(struct local *local)
{
	char id[80] = ID_SALT;
	size_t len = strlen(id);

	if (!local_read_line(id + len, sizeof(id) - len, "/etc/machine-id") &&
	    !local_read_line(id + len, sizeof(id) - len, "/var/lib/dbus/machine-id"))
		snprintf(id + len, sizeof(id) - len, "%.40s", local->name);
	len = strlen(id);
	snprintf(local->id, sizeof(local->id), "%08x%08x%08x%08x", yg_hash(id, len, 1),
	    yg_hash(id, len, 2), yg_hash(id, len, 3), yg_hash(id, len, 4));
}

/* Maker and product, or the processor where the firmware does not say. */
static void identify_model(struct local *local)
{
	char vendor[64] = "", product[64] = "";
	struct yg_buf text = {0};

	local_read_line(vendor, sizeof(vendor), "/sys/class/dmi/id/sys_vendor");
	if (local_read_line(product, sizeof(product), "/sys/class/dmi/id/product_name"))
		snprintf(local->model, sizeof(local->model), "%s%s%s", vendor, vendor[0] ? " " : "",
		    product);
	else if (!local_read_line(local->model, sizeof(local->model), "/proc/device-tree/model") &&
		 local_read("/proc/cpuinfo", &text))
		local_parse_colon(
		    yg_buf_text(&text), "model name", local->model, sizeof(local->model));
	yg_buf_done(&text);
	if (local_read_line(local->uuid, sizeof(local->uuid), "/sys/class/dmi/id/product_uuid"))
		for (char *s = local->uuid; *s; s++)
			*s = (char)tolower((unsigned char)*s);
}

void local_identify(struct local *local)
{
	struct utsname names;
	struct yg_buf text = {0};

	if (uname(&names) == 0) {
		snprintf(local->name, sizeof(local->name), "%.*s", LOCAL_NAME - 1, names.nodename);
		snprintf(local->kernel, sizeof(local->kernel), "%.120s", names.release);
		snprintf(local->arch, sizeof(local->arch), "%.31s", names.machine);
	}
	if (!local->name[0])
		snprintf(local->name, sizeof(local->name), "localhost");
	if (local_read("/etc/os-release", &text) || local_read("/usr/lib/os-release", &text))
		local_parse_release(
		    yg_buf_text(&text), "PRETTY_NAME", local->os, sizeof(local->os));
	yg_buf_done(&text);
	identify_machine(local);
	identify_model(local);
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	local->cpus = cpus > 0 ? cpus : 1;
}

static void read_counters(const char *path, struct yg_buf *text, struct local_counters *now,
    struct local_counters *before, void (*parse)(const char *text, struct local_counters *out))
{
	struct local_counters old = *before;

	*before = *now;
	*now = old;
	now->count = 0;
	if (local_read(path, text))
		parse(yg_buf_text(text), now);
}

void local_sample(struct local *local)
{
	struct yg_buf text = {0};

	local->before_us = local->sampled_us;
	local->sampled_us = yg_mono_us();
	local->cpu_before = local->cpu;
	if (local_read("/proc/stat", &text))
		local_parse_stat(yg_buf_text(&text), &local->cpu);
	if (local->cpu.booted_ms)
		local->booted_ms = local->cpu.booted_ms;
	read_counters(
	    "/proc/net/dev", &text, &local->links, &local->links_before, local_parse_net_dev);
	read_counters(
	    "/proc/diskstats", &text, &local->disks, &local->disks_before, local_parse_diskstats);
	yg_buf_done(&text);
}

double local_rate(const struct local *local, uint64_t before, uint64_t now)
{
	/* A counter that fell began anew: its device was taken out, or it is of 32 bits. */
	if (!local->before_us || now < before)
		return -1;
	return (double)(now - before) * 1e6 / (double)(local->sampled_us - local->before_us);
}
