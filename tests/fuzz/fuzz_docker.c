/* fuzz_docker: any bytes as an engine's answer: listings, samples and events, in pieces of any
 * size; however it is cut, the same items come out of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "model/inventory.h"
#include "providers/docker/docker.h"

#define MAX_ITEM 20000

struct run {
	struct docker_site site;
	struct yg_buf seen; /* all that came of it, as text */
	struct docker_sample last;
	bool has_sample;
};

static void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "fuzz_docker: %s\n", what);
	abort();
}

static void take_row(struct run *r, struct yg_row *row)
{
	if (!row)
		return;
	for (size_t f = 0; f < row->kind->n_fields; f++) {
		yg_row_format(&r->seen, row, (int)f);
		yg_row_json(&r->seen, row, (int)f);
	}
	require(yg_row_state(row) >= 0 && (size_t)yg_row_state(row) < row->kind->n_states,
	    "a row is in no state of its kind");
	require(yg_row_id(row)[0], "a row has no id");
	yg_row_unref(row);
}

static void take_sample(struct run *r, const struct yg_json *item)
{
	struct docker_sample now;
	struct docker_rates rates;

	if (!docker_sample_read(item, &now))
		return;
	if (r->has_sample && docker_rates_between(&r->last, &now, &rates))
		take_row(r, docker_container_row(&r->site, item, now.read_ms, &rates));
	r->last = now;
	r->has_sample = true;
}

static void on_item(void *data, const struct yg_json *item)
{
	struct run *r = data;
	struct docker_event e;

	take_row(r, docker_container_row(&r->site, item, 0, NULL));
	take_row(r, docker_image_row(&r->site, item));
	take_row(r, docker_network_row(&r->site, item));
	take_row(r, docker_volume_row(&r->site, item));
	take_row(r, docker_host_row(&r->site, item));
	take_sample(r, item);
	docker_event_read(item, &e);
	yg_buf_printf(&r->seen, "%s %s %s %lld\n", e.type, e.action, e.id, (long long)e.nano);
}

static void on_bad(void *data, size_t index, const struct yg_err *err)
{
	struct run *r = data;

	require(err->code < 0 && err->text[0], "a bad item without a reason");
	yg_buf_printf(&r->seen, "bad %zu\n", index);
}

static void run(struct run *r, const char *data, size_t size, size_t step, const char *member)
{
	struct yg_json_setup setup = {
	    .member = member, .max_item = MAX_ITEM, .item = on_item, .bad = on_bad, .data = r};
	struct yg_json_stream *s = yg_json_stream_create(&setup);
	int rc = 0;

	r->site.controller = "d";
	r->site.host_id = r->site.host_name = (char[]){"h"};
	for (size_t at = 0; at < size && !rc; at += step)
		rc = yg_json_stream_feed(s, data + at, YG_MIN(step, size - at), NULL);
	yg_buf_printf(&r->seen, "end %d\n", rc ? rc : yg_json_stream_end(s, NULL));
	yg_json_stream_destroy(s);
}

static void compare(const char *data, size_t size, const char *member)
{
	struct run whole = {0}, cut = {0};

	run(&whole, data, size, size + 1, member);
	run(&cut, data, size, 1 + size % 7, member);
	require(yg_streq(yg_buf_text(&whole.seen), yg_buf_text(&cut.seen)),
	    "what comes in pieces differs from the whole");
	yg_buf_done(&whole.seen);
	yg_buf_done(&cut.seen);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_ready;

	if (!is_ready)
		yg_kinds_register_core();
	is_ready = true;
	compare((const char *)data, size, NULL);
	compare((const char *)data, size, "Volumes");
	return 0;
}
