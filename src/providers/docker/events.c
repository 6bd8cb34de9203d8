/* events: the engine's stream of what happens, followed without gaps. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdlib.h>

#include "base/log.h"

#define FIRST_MS 300 /* after the listing: what asks once and leaves needs no stream */
#define RETRY_MS 2000

static const char filters[] = "{\"type\":[\"container\",\"image\",\"network\",\"volume\"]}";

/* Of these no row shows anything. */
static bool is_of_no_interest(const char *action)
{
	static const char *const prefixes[] = {"exec_", "attach", "detach", "resize", "top", "copy",
	    "archive-path", "extract-to-dir", "export", "commit", "exec"};

	for (size_t i = 0; i < YG_COUNT(prefixes); i++)
		if (yg_starts_with(action, prefixes[i]))
			return true;
	return false;
}

static void container_event(struct docker *d, const struct docker_event *e)
{
	if (!e->id[0] || is_of_no_interest(e->action))
		return;
	/* Podman says remove. */
	if (yg_streq(e->action, "destroy") || yg_streq(e->action, "remove")) {
		docker_box_drop(d, e->id);
		/* A listing that is under way may still name it. */
		if (d->parts || d->is_waiting_for_info || d->is_refreshing)
			docker_refresh(d, e->id);
		docker_soon(d, 30);
		return;
	}
	struct docker_box *box = docker_box(d, e->id);
	if (yg_streq(e->action, "start") || yg_streq(e->action, "restart")) {
		box->started_ms = e->nano / 1000000;
		box->is_inspected = true;
		box->has_sample = box->has_rates = false;
	}
	docker_refresh(d, e->id);
}

static void take_event(struct docker *d, const struct docker_event *e)
{
	/* The first ones after a new start were there before. */
	if (e->nano && e->nano <= d->last_nano)
		return;
	if (e->nano)
		d->last_nano = e->nano;
	if (yg_streq(e->type, "container"))
		container_event(d, e);
	else if (yg_streq(e->type, "image"))
		d->dirty_kinds |= docker_kind_bit(&yg_kind_image);
	else if (yg_streq(e->type, "volume"))
		d->dirty_kinds |= docker_kind_bit(&yg_kind_volume);
	else if (yg_streq(e->type, "network"))
		d->dirty_kinds |= docker_kind_bit(&yg_kind_network);
	if (yg_streq(e->type, "network") && e->container[0] && yg_map_get(&d->boxes, e->container))
		docker_refresh(d, e->container);
	docker_soon(d, 30);
}

static void on_event(void *data, const struct yg_json *item)
{
	struct docker_event e;

	docker_event_read(item, &e);
	take_event(data, &e);
}

static void on_bad(void *data, size_t index, const struct yg_err *err)
{
	struct docker *d = data;

	yg_log("docker", YG_LOG_WARN, "controller '%s': events: %s", d->c->name, err->text);
}

static bool on_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct docker *d = data;

	if (yg_http_status(call) == 200 && d->events_json &&
	    yg_json_stream_feed(d->events_json, bytes, len, NULL)) {
		yg_json_stream_destroy(d->events_json);
		d->events_json = NULL;
	}
	return true;
}

/* The stream is not meant to end: what happens until it is there again is told by it then. */
static void on_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker *d = data;
	int status = yg_http_status(call);

	d->events = NULL;
	yg_json_stream_destroy(d->events_json);
	d->events_json = NULL;
	d->events_retry_ms = docker_steady_ms() + RETRY_MS;
	yg_log("docker", YG_LOG_INFO, "controller '%s': the stream of events ended: %s (HTTP %d)",
	    d->c->name, err ? err->text : "it was closed", status);
	if (err && err->code == YG_E_UNREACHABLE && !status)
		yg_controller_failed(d->c, err);
}

void docker_events_start(struct docker *d)
{
	struct yg_json_setup setup = {.item = on_event, .bad = on_bad, .data = d};
	struct yg_buf path = {0};

	yg_buf_printf(&path, "%s/events?filters=", d->prefix);
	yg_http_escape(&path, filters);
	if (d->last_nano)
		yg_buf_printf(&path, "&since=%lld.%09lld", (long long)(d->last_nano / 1000000000),
		    (long long)(d->last_nano % 1000000000));
	else if (d->server_s)
		yg_buf_printf(&path, "&since=%lld", (long long)d->server_s);
	struct yg_http_request request = {
	    .method = "GET",
	    .path = path.data,
	    .body_cb = on_bytes,
	    .done = on_done,
	    .data = d,
	};
	d->events_json = yg_json_stream_create(&setup);
	d->events = yg_http_start(d->http, &request);
	yg_buf_done(&path);
}

void docker_events_beat(struct docker *d)
{
	int64_t now = docker_steady_ms();

	if (d->events || !d->was_listed)
		return;
	if (!d->events_retry_ms)
		d->events_retry_ms = now + FIRST_MS;
	else if (now >= d->events_retry_ms)
		docker_events_start(d);
}

void docker_events_stop(struct docker *d)
{
	yg_http_cancel(d->events);
	d->events = NULL;
	yg_json_stream_destroy(d->events_json);
	d->events_json = NULL;
}
