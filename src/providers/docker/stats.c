/* stats: held streams of statistics, for the containers on screen only. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdlib.h>

#include "base/clock.h"
#include "net/loop.h"

#define MAX_STREAMS  100
#define MAX_INSPECTS 4    /* at a time */
#define OLD_MS       5000 /* numbers older than this are no longer shown */
#define SCREEN_MS    60   /* rows that are only scrolled past get no stream */

/* ---- streams ---- */

static void check_sampled(struct docker *d)
{
	if (d->c->is_sampled || !d->is_visible_told || d->is_screen_new)
		return;
	for (size_t i = 0; i < d->boxes.count; i++) {
		const struct docker_box *box = d->boxes.entries[i].value;
		if (box->stats && !box->has_rates)
			return;
	}
	yg_controller_sampled(d->c);
}

static void on_sample(void *data, const struct yg_json *item)
{
	struct docker_box *box = data;
	struct docker_sample now;

	if (!docker_sample_read(item, &now))
		return;
	box->sampled_at_ms = docker_steady_ms();
	struct docker_sample before = box->last;
	bool had_sample = box->has_sample;
	box->last = now;
	box->has_sample = true;
	if (!had_sample || !docker_rates_between(&before, &now, &box->rates))
		return;
	box->has_rates = true;
	docker_box_show(box->d, box);
	check_sampled(box->d);
}

static bool on_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct docker_box *box = data;

	if (yg_http_status(call) == 200)
		yg_json_stream_feed(box->stats_json, bytes, len, NULL);
	return true;
}

static void forget_stream(struct docker_box *box)
{
	box->stats = NULL;
	yg_json_stream_destroy(box->stats_json);
	box->stats_json = NULL;
	box->d->n_streams--;
}

/* The container ended, or the engine did; the events tell which. */
static void on_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_box *box = data;

	forget_stream(box);
	box->has_sample = false;
	check_sampled(box->d);
}

void docker_stats_stop(struct docker *d, struct docker_box *box)
{
	if (!box->stats)
		return;
	yg_http_cancel(box->stats);
	forget_stream(box);
}

static void start_stream(struct docker *d, struct docker_box *box)
{
	struct yg_json_setup setup = {.item = on_sample, .data = box};
	struct yg_buf path = {0};

	yg_buf_printf(&path, "%s/containers/", d->prefix);
	yg_http_escape(&path, box->id);
	yg_buf_str(&path, "/stats?stream=1");
	struct yg_http_request request = {
	    .method = "GET",
	    .path = path.data,
	    .body_cb = on_bytes,
	    .done = on_done,
	    .data = box,
	};
	box->stats_json = yg_json_stream_create(&setup);
	box->has_sample = false;
	box->stats = yg_http_start(d->http, &request);
	d->n_streams++;
	yg_buf_done(&path);
}

/* ---- when it was started: no listing says so ---- */

static void inspect_item(struct docker_list *l, const struct yg_json *item)
{
	struct docker *d = l->d;
	struct docker_box *box = yg_map_get(&d->boxes, l->data);
	int64_t started = 0;

	if (!box ||
	    yg_time_parse(yg_json_text(yg_json_get(item, "State.StartedAt")), &started, NULL))
		return;
	box->started_ms = YG_MAX(started, (int64_t)0);
	docker_box_show(d, box);
}

static void inspect_end(struct docker_list *l, int status, const struct yg_err *err)
{
	l->d->n_inspects--;
	l->d->is_screen_new = true;
	docker_soon(l->d, 1);
}

static const struct docker_list_ops inspect = {"container", NULL, inspect_item, inspect_end};

static void inspect_box(struct docker *d, struct docker_box *box)
{
	struct yg_buf path = {0};

	yg_buf_str(&path, "/containers/");
	yg_http_escape(&path, box->id);
	yg_buf_str(&path, "/json");
	box->is_inspected = true;
	d->n_inspects++;
	docker_ask(d, &inspect, path.data, 0, yg_xstrdup(box->id));
	yg_buf_done(&path);
}

/* ---- what is on screen ---- */

void docker_visible(struct docker *d, const struct yg_row *const *rows, size_t count)
{
	for (size_t i = 0; i < d->boxes.count; i++)
		((struct docker_box *)d->boxes.entries[i].value)->is_visible = false;
	for (size_t i = 0; i < count; i++) {
		struct docker_box *box = rows[i]->kind == &yg_kind_container
					     ? yg_map_get(&d->boxes, yg_row_id(rows[i]))
					     : NULL;
		if (box)
			box->is_visible = true;
	}
	d->is_visible_told = d->is_screen_new = true;
	docker_soon(d, SCREEN_MS);
}

void docker_stats_soon(struct docker *d)
{
	if (!d->is_screen_new)
		return;
	d->is_screen_new = false;
	for (size_t i = 0; i < d->boxes.count; i++) {
		struct docker_box *box = d->boxes.entries[i].value;
		if (box->stats && !(box->is_visible && box->is_running))
			docker_stats_stop(d, box);
	}
	for (size_t i = 0; i < d->boxes.count; i++) {
		struct docker_box *box = d->boxes.entries[i].value;
		if (!box->is_visible || !box->is_running)
			continue;
		if (!box->stats && d->n_streams < MAX_STREAMS)
			start_stream(d, box);
		if (!box->is_inspected && d->n_inspects < MAX_INSPECTS)
			inspect_box(d, box);
	}
	check_sampled(d);
}

/* Numbers that nobody keeps fresh are taken away. */
void docker_stats_beat(struct docker *d)
{
	int64_t now = docker_steady_ms();

	for (size_t i = 0; i < d->boxes.count; i++) {
		struct docker_box *box = d->boxes.entries[i].value;
		if (box->has_rates && now - box->sampled_at_ms > OLD_MS) {
			box->has_rates = box->has_sample = false;
			docker_box_show(d, box);
		}
	}
	/* A stream that broke while its container goes on is taken up again. */
	if (d->is_visible_told) {
		d->is_screen_new = true;
		docker_soon(d, SCREEN_MS);
	}
}
