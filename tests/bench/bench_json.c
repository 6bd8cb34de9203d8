/* bench_json: how fast a container listing is cut and parsed: MB/s of CPU time, and memory. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "net/json.h"

#define PIECE 16384 /* as libcurl hands it over */

static const char item[] =
    "{\"Id\":\"%064zx\",\"Names\":[\"/web-%zu\"],\"Image\":\"acme/web:1.4.2\",\"ImageID\":"
    "\"sha256:ee0d78aacf49bf5edf4f4992eefc8f4ebc7de16e26c9acc6c04e195ac0e30960\",\"Command\":"
    "\"/bin/sh -c 'echo \\\"boom\\\" \\u003e\\u00262; exit 3'\",\"Created\":1795290495,\"Ports\":"
    "[{\"IP\":\"127.0.0.1\",\"PrivatePort\":80,\"PublicPort\":%zu,\"Type\":\"tcp\"}],\"Labels\":"
    "{\"com.docker.compose.project\":\"shop\",\"com.docker.compose.service\":\"web\","
    "\"com.docker.compose.container-number\":\"1\",\"com.docker.compose.oneoff\":\"False\"},"
    "\"State\":\"running\",\"Status\":\"Up 4 seconds (healthy)\",\"HostConfig\":{\"NetworkMode\":"
    "\"bridge\"},\"NetworkSettings\":{\"Networks\":{\"bridge\":{\"IPAMConfig\":null,\"Links\":null,"
    "\"Aliases\":null,\"NetworkID\":"
    "\"de23e02af8185395032411cb2b1936ad0ea03c8fe7a5ba9cbd797eb35be29a57\",\"EndpointID\":"
    "\"409d8471c834dd192aa33f6e841c2194eabe38a127c718df089d84d0b36bbd84\",\"Gateway\":"
    "\"172.17.0.1\",\"IPAddress\":\"172.17.0.2\",\"IPPrefixLen\":16,\"IPv6Gateway\":\"\","
    "\"GlobalIPv6Address\":\"\",\"GlobalIPv6PrefixLen\":0,\"MacAddress\":\"02:42:ac:11:00:02\","
    "\"DriverOpts\":null}}},\"Mounts\":[{\"Type\":\"volume\",\"Name\":\"dbdata\",\"Source\":"
    "\"/var/lib/docker/volumes/dbdata/_data\",\"Destination\":\"/tmp\",\"Driver\":\"local\","
    "\"Mode\":\"z\",\"RW\":true,\"Propagation\":\"\"}]}";

static void make_listing(struct yg_buf *out, size_t bytes)
{
	yg_buf_char(out, '[');
	for (size_t i = 0; out->len < bytes; i++) {
		if (i)
			yg_buf_char(out, ',');
		yg_buf_printf(out, item, i, i, i % 65536);
	}
	yg_buf_str(out, "]\n");
}

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Memory in use, in KiB; what the listing itself takes is the caller's business. */
static size_t used_kib(void)
{
	struct mallinfo2 m = mallinfo2();

	return (m.uordblks + m.hblkhd) >> 10;
}

/* What a provider does with an item, in small: it looks some names up. */
static void on_item(void *data, const struct yg_json *node)
{
	size_t *good = data;

	*good += yg_json_text(yg_json_get(node, "Id"))[0] &&
		 yg_json_text(yg_json_get(node, "HostConfig.NetworkMode"))[0] == 'b';
}

static double run(const struct yg_buf *listing, size_t *good, size_t *kib)
{
	size_t before = used_kib();
	struct yg_json_setup setup = {.item = on_item, .data = good};
	double start = cpu_ms();
	struct yg_json_stream *s = yg_json_stream_create(&setup);

	for (size_t at = 0; at < listing->len; at += PIECE)
		yg_json_stream_feed(
		    s, listing->data + at, YG_MIN(listing->len - at, (size_t)PIECE), NULL);
	*kib = used_kib() - before;
	if (yg_json_stream_end(s, NULL) || *good != yg_json_stream_count(s))
		*good = 0;
	yg_json_stream_destroy(s);
	return cpu_ms() - start;
}

int main(int argc, char **argv)
{
	size_t mib = argc > 1 ? (size_t)atoi(argv[1]) : 20;
	struct yg_buf listing = {0};
	double best = 1e9;
	size_t good = 0, kib = 0;

	make_listing(&listing, mib << 20);
	for (int i = 0; i < 7; i++) {
		good = 0;
		double ms = run(&listing, &good, &kib);
		best = YG_MIN(best, ms);
	}
	printf("%zu MiB, %zu items: %.1f ms of CPU, %.0f MB/s, %zu KiB held by the stream\n", mib,
	    good, best, (double)listing.len / 1e3 / best, kib);
	yg_buf_done(&listing);
	return good ? 0 : 1;
}
