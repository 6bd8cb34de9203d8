/* fuzz_proc: any text as any of the files of /proc and /etc that are read: what comes out of it is
 * bounded, whole, and possible. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "providers/local/local.h"

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_proc: %s\n", what);
	abort();
}

static void fuzz_machine(const char *text)
{
	struct local_cpu cpu = {0};
	int64_t total = 0, available = 0;
	double load = 0;

	if (local_parse_stat(text, &cpu))
		require(cpu.busy <= cpu.total && cpu.booted_ms >= 0, "more than all processors");
	if (local_parse_meminfo(text, &total, &available))
		require(total > 0 && available >= 0 && available <= total, "more than all memory");
	if (local_parse_loadavg(text, &load))
		require(isfinite(load) && load >= 0, "a load that is none");
}

static void fuzz_counters(const char *text)
{
	struct local_counters list = {0};

	local_parse_net_dev(text, &list);
	local_parse_diskstats(text, &list);
	require(list.count <= LOCAL_ROWS_MAX, "too many counters");
	for (size_t i = 0; i < list.count; i++) {
		size_t len = strnlen(list.items[i].name, LOCAL_NAME);
		require(len > 0 && len < LOCAL_NAME, "a name without an end");
		require(local_counter_find(&list, list.items[i].name, i) != NULL, "lost again");
	}
	yg_vec_done(&list);
}

static void fuzz_mounts(const char *text)
{
	struct local_mounts list = {0};

	local_parse_mountinfo(text, &list);
	require(list.count <= LOCAL_ROWS_MAX, "too many mounts");
	yg_vec_each (&list, m) {
		require(m->path[0] && m->source[0], "a mount of nothing");
		/* What is shown of this machine is shown of all. */
		require(!local_mount_is_shown(m, false) || local_mount_is_shown(m, true),
		    "shown and not shown");
	}
	local_mounts_done(&list);
}

static void fuzz_sockets(const char *text)
{
	struct local_sockets list = {0};

	for (unsigned proto = 0; proto < YG_COUNT(local_protos); proto++)
		local_parse_sockets(text, proto, &list);
	require(list.count <= LOCAL_ROWS_MAX, "too many sockets");
	yg_vec_each (&list, s) {
		require(s->port && s->proto < YG_COUNT(local_protos), "a port that is none");
		require(strnlen(s->address, sizeof(s->address)) < sizeof(s->address), "no end");
	}
	yg_vec_done(&list);
}

static void fuzz_values(const char *text)
{
	char value[8];

	if (local_parse_release(text, "NAME", value, sizeof(value)) ||
	    local_parse_colon(text, "model name", value, sizeof(value)) ||
	    local_parse_passwd(text, 0, value, sizeof(value)))
		require(strnlen(value, sizeof(value)) < sizeof(value), "a value without an end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = yg_xmalloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	fuzz_machine(text);
	fuzz_counters(text);
	fuzz_mounts(text);
	fuzz_sockets(text);
	fuzz_values(text);
	free(text);
	return 0;
}
