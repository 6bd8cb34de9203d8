/* bench_docker: how long it takes from nothing to every container of an engine, in this process. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/engine.h"
#include "base/clock.h"
#include "model/kinds.h"

static int write_config(char *path, const char *url)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	dprintf(fd,
	    "discovery: false\ncontrollers:\n  - {name: bench, provider: docker, url: '%s'}\n",
	    url);
	return close(fd);
}

static void show(struct yg_host *host, const struct yg_kind *kind)
{
	struct yg_inventory *inv = yg_host_inventory(host);
	size_t n;
	const uint32_t *slots = yg_inventory_slots(inv, kind, &n);

	for (size_t i = 0; i < n; i++) {
		const struct yg_row *row = yg_inventory_row(inv, slots[i]);
		struct yg_buf line = {0};
		for (size_t f = 0; f < kind->n_fields; f++) {
			if (!yg_row_has(row, (int)f))
				continue;
			yg_buf_printf(&line, "%s%s=", f ? " " : "", kind->fields[f].name);
			yg_row_json(&line, row, (int)f);
		}
		printf("%s\n", yg_buf_text(&line));
		yg_buf_done(&line);
	}
}

/* bench_docker URL [KIND]: one line of times; with KIND, its rows too, with rates. */
int main(int argc, char **argv)
{
	char path[] = "/tmp/yg-bench-XXXXXX";
	struct yg_setup setup = {.config_path = path, .is_batch = true};
	struct yg_host *host;
	struct yg_err err = {0};

	if (argc < 2 || write_config(path, argv[1])) {
		fprintf(stderr, "usage: bench_docker URL [KIND]\n");
		return 2;
	}
	int64_t start = yg_mono_us();
	int rc = yg_host_create(&setup, &host, &err);
	unlink(path);
	if (rc) {
		fprintf(stderr, "bench_docker: %s\n", err.text);
		return 1;
	}
	int64_t made = yg_mono_us();
	const struct yg_kind *kind = yg_kind_find(argc > 2 ? argv[2] : "container");
	uint64_t kinds = UINT64_C(1) << yg_kind_index(kind);
	yg_host_open(host, kinds);
	int64_t opened = yg_mono_us();
	rc = yg_host_settle(host, kinds, false, 20000, &err);
	int64_t listed = yg_mono_us();
	if (argc > 2 && !rc) {
		size_t n;
		const uint32_t *slots = yg_inventory_slots(yg_host_inventory(host), kind, &n);
		yg_host_set_visible(host, kinds, slots, n);
		rc = yg_host_settle(host, kinds, true, 20000, &err);
		show(host, kind);
	}
	printf("setup %.1f ms, module %.1f ms, list %.1f ms, rates %.1f ms: %zu rows%s%s\n",
	    (double)(made - start) / 1e3, (double)(opened - made) / 1e3,
	    (double)(listed - opened) / 1e3, (double)(yg_mono_us() - listed) / 1e3,
	    yg_inventory_count(yg_host_inventory(host), "bench"), rc ? ": " : "",
	    rc ? err.text : "");
	yg_host_destroy(host);
	return rc ? 1 : 0;
}
