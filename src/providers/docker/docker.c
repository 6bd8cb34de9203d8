/* docker: one connection to an engine: opens it, agrees on a version, keeps asking whether it is
 * there. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/log.h"
#include "net/loop.h"
#include "providers/docker/url.h"

#define CONNECT_MS  5000
#define ANSWER_MS   110000 /* the house shows silence long before, and hangs up after 120 s */
#define BEAT_MS     1000
#define QUIET_MS    2500 /* nothing heard for so long: is it still there? */
#define OUR_MAJOR   1    /* of the API that we were written against */
#define OUR_MINOR   45
#define LEAST_MINOR 24
#define MAX_LIST    ((size_t)1 << 30)
#define MAX_PROBLEM 4096

int64_t docker_steady_ms(void)
{
	return yg_mono_us() / 1000;
}

/* ---- answers that are lists ---- */

/* {"message":"..."} */
static void take_message(void *data, const struct yg_json *item)
{
	yg_buf_str(data, yg_json_text(yg_json_member(item, "message")));
}

int docker_problem(
    struct docker *d, const char *what, int status, const char *body, struct yg_err *err)
{
	struct yg_buf message = {.max = 300};
	struct yg_json_setup setup = {.item = take_message, .data = &message};
	struct yg_json_stream *s = yg_json_stream_create(&setup);
	int code = status == 404                    ? YG_E_NOTFOUND
		   : status == 401 || status == 403 ? YG_E_REFUSED
						    : YG_E_FAILED;

	yg_json_stream_feed(s, body, strlen(body), NULL);
	yg_json_stream_destroy(s);
	yg_err_set(err, code, "%s: %s (HTTP %d)", what,
	    message.len ? message.data : "no reason given", status);
	yg_buf_done(&message);
	return code;
}

static void list_free(struct docker_list *l)
{
	if (l->prev)
		l->prev->next = l->next;
	else
		l->d->lists = l->next;
	if (l->next)
		l->next->prev = l->prev;
	yg_json_stream_destroy(l->json);
	yg_buf_done(&l->problem);
	free(l->data);
	free(l);
}

static void on_list_item(void *data, const struct yg_json *item)
{
	struct docker_list *l = data;

	l->ops->item(l, item);
}

static void on_list_bad(void *data, size_t index, const struct yg_err *err)
{
	struct docker_list *l = data;

	if (l->n_bad++ == 0)
		yg_log("docker", YG_LOG_WARN, "controller '%s': %s: %s", l->d->c->name,
		    l->ops->what, err->text);
}

static bool on_list_bytes(void *data, struct yg_http_call *call, const char *bytes, size_t len)
{
	struct docker_list *l = data;

	if (yg_http_status(call) != 200)
		yg_buf_add(&l->problem, bytes, len);
	else if (!l->json || yg_json_stream_feed(l->json, bytes, len, NULL)) {
		yg_json_stream_destroy(l->json);
		l->json = NULL; /* no JSON at all; told at the end */
	}
	return true;
}

static void on_list_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker_list *l = data;
	struct yg_err why = {0};
	int status = yg_http_status(call);

	l->call = NULL;
	if (err)
		why = *err;
	else if (status != 200)
		docker_problem(l->d, l->ops->what, status, yg_buf_text(&l->problem), &why);
	else if (!l->json || yg_json_stream_end(l->json, &why))
		yg_err_set(&why, YG_E_FAILED, "%s: the answer is no whole JSON", l->ops->what);
	l->ops->end(l, err ? 0 : status, why.code ? &why : NULL);
	list_free(l);
}

struct docker_list *docker_ask(struct docker *d, const struct docker_list_ops *ops,
    const char *path, int64_t total_ms, void *data)
{
	struct docker_list *l = yg_xcalloc(1, sizeof(*l));
	struct yg_json_setup setup = {
	    .member = ops->member, .item = on_list_item, .bad = on_list_bad, .data = l};
	char *full = yg_xasprintf("%s%s", d->prefix, path);
	struct yg_http_request request = {
	    .method = "GET",
	    .path = full,
	    .total_ms = total_ms ? total_ms : ANSWER_MS,
	    .max_bytes = MAX_LIST,
	    .body_cb = on_list_bytes,
	    .done = on_list_done,
	    .data = l,
	};

	l->ops = ops;
	l->d = d;
	l->data = data;
	l->problem.max = MAX_PROBLEM;
	l->json = yg_json_stream_create(&setup);
	l->next = d->lists;
	if (l->next)
		l->next->prev = l;
	d->lists = l;
	l->call = yg_http_start(d->http, &request);
	free(full);
	return l;
}

/* ---- soon: what many events ask for is done once ---- */

static void on_soon(void *data)
{
	struct docker *d = data;

	yg_timer_stop(d->soon);
	d->soon = NULL;
	docker_lists_soon(d);
	docker_stats_soon(d);
}

void docker_soon(struct docker *d, int64_t delay_ms)
{
	if (!d->soon)
		d->soon = yg_timer_start(d->c->loop, delay_ms, 0, on_soon, d);
}

/* ---- the first question, and the one that is asked again and again ---- */

/* "Sat, 21 Nov 2026 19:48:21 GMT" */
static int64_t parse_date(const char *text)
{
	struct tm tm = {0};
	const char *end = text ? strptime(text, "%a, %d %b %Y %H:%M:%S", &tm) : NULL;

	return end ? (int64_t)timegm(&tm) : 0;
}

/* "Docker/20.10.24+dfsg1 (linux)" -> "Docker 20.10.24+dfsg1, API 1.41" */
static void set_version(struct docker *d, struct yg_http_call *call, const char *api)
{
	const char *server = yg_http_header(call, "Server");
	const char *libpod = yg_http_header(call, "Libpod-API-Version");
	int len = server && strchr(server, '/') ? (int)strcspn(strchr(server, '/') + 1, " ") : 0;

	d->is_podman = libpod != NULL;
	if (libpod)
		snprintf(d->version, sizeof(d->version), "Podman %.40s", libpod);
	else if (len)
		snprintf(d->version, sizeof(d->version), "Docker %.*s", YG_MIN(len, 60),
		    strchr(server, '/') + 1);
	else
		snprintf(d->version, sizeof(d->version), "Docker");
	size_t n = strlen(d->version);
	if (api)
		snprintf(d->version + n, sizeof(d->version) - n, ", API %.12s", api);
}

/* The newest that both sides know. Old daemons that say nothing get what they take for newest. */
static int agree(struct docker *d, const char *api, struct yg_err *err)
{
	int major, minor;

	if (!api)
		return 0;
	if (sscanf(api, "%d.%d", &major, &minor) != 2 || major < 0 || minor < 0)
		return yg_err_set(
		    err, YG_E_FAILED, "its API version is '%.20s': is this a Docker engine?", api);
	if (major < OUR_MAJOR || (major == OUR_MAJOR && minor < LEAST_MINOR))
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "API %d.%d is too old: %d.%d or later is needed", major, minor, OUR_MAJOR,
		    LEAST_MINOR);
	if (major > OUR_MAJOR || minor > OUR_MINOR) {
		major = OUR_MAJOR;
		minor = OUR_MINOR;
	}
	snprintf(d->prefix, sizeof(d->prefix), "/v%d.%d", major, minor);
	return 0;
}

static void on_ping_done(void *data, struct yg_http_call *call, const struct yg_err *err)
{
	struct docker *d = data;
	struct yg_err why = {0};

	d->ping = NULL;
	if (err) {
		yg_controller_failed(d->c, err);
		return;
	}
	if (d->is_up)
		return;
	const char *api = yg_http_header(call, "Api-Version");
	if (yg_http_status(call) != 200)
		docker_problem(d, "ping", yg_http_status(call), "", &why);
	else
		agree(d, api, &why);
	if (why.code) {
		yg_controller_failed(d->c, &why);
		return;
	}
	d->is_up = true;
	d->server_s = parse_date(yg_http_header(call, "Date"));
	set_version(d, call, api);
	yg_controller_up(d->c, d->version);
}

static void ping(struct docker *d)
{
	struct yg_http_request request = {
	    .method = "GET",
	    .path = "/_ping",
	    .total_ms = ANSWER_MS,
	    .max_bytes = MAX_PROBLEM,
	    .done = on_ping_done,
	    .data = d,
	};

	d->ping = yg_http_start(d->http, &request);
}

static void on_beat(void *data)
{
	struct docker *d = data;

	if (!d->is_up)
		return;
	if (!d->ping && docker_steady_ms() - d->heard_ms >= QUIET_MS)
		ping(d);
	docker_events_beat(d);
	docker_stats_beat(d);
}

static void on_asked(void *data)
{
	yg_controller_asked(((struct docker *)data)->c);
}

static void on_heard(void *data)
{
	struct docker *d = data;

	d->heard_ms = docker_steady_ms();
	yg_controller_heard(d->c);
}

/* ---- the table ---- */

/* What carries HTTP to a URL is loaded beside the loop; the connection may be closed meanwhile. */
struct docker_loading {
	struct docker *d; /* NULL: closed */
	struct docker_url url;
	struct yg_err err;
};

static int connect_now(struct docker *d, const struct docker_url *url, struct yg_err *err)
{
	struct yg_http_setup setup = {
	    .url = url->url,
	    .ca = url->ca,
	    .cert = url->cert,
	    .key = url->key,
	    .connect_ms = CONNECT_MS,
	    .asked = on_asked,
	    .heard = on_heard,
	    .data = d,
	};
	int rc = yg_http_create(d->c->loop, &setup, &d->http, err);

	if (rc)
		return rc;
	ping(d);
	/* Who it is takes it longer than anything else: that need not wait for the version. */
	docker_identity_load(d);
	if (!d->site.host_id)
		docker_ask_info(d);
	d->beat = yg_timer_start(d->c->loop, BEAT_MS, BEAT_MS, on_beat, d);
	return 0;
}

static void load_run(void *data)
{
	struct docker_loading *l = data;

	yg_http_load(l->url.url, &l->err);
}

static void load_done(void *data)
{
	struct docker_loading *l = data;
	struct docker *d = l->d;

	if (d) {
		d->loading = NULL;
		if (!l->err.code)
			connect_now(d, &l->url, &l->err);
		if (l->err.code)
			yg_controller_failed(d->c, &l->err);
	}
	yg_docker_url_done(&l->url);
	free(l);
}

static int docker_open(struct yg_controller *c, struct yg_err *err)
{
	struct docker *d = c->priv;
	struct docker_url url;
	int rc = yg_docker_url_parse(c, &url, err);

	if (rc)
		return rc;
	d->c = c;
	d->site.controller = c->name;
	if (yg_starts_with(url.url, "unix://")) {
		d->socket = yg_xstrdup(url.url + strlen("unix://"));
		rc = connect_now(d, &url, err);
		yg_docker_url_done(&url);
		return rc;
	}
	d->loading = yg_xcalloc(1, sizeof(*d->loading));
	d->loading->d = d;
	d->loading->url = url;
	yg_work(c->loop, load_run, load_done, d->loading);
	return 0;
}

static void docker_table_poll(struct yg_controller *c, uint64_t kinds)
{
	docker_poll(c->priv, kinds);
}

static void docker_table_visible(
    struct yg_controller *c, const struct yg_row *const *rows, size_t count)
{
	docker_visible(c->priv, rows, count);
}

static int docker_table_act(struct yg_controller *c, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	return docker_act(c->priv, action, row, task, err);
}

static int docker_table_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	if (request->what == YG_STREAM_LOGS)
		return docker_logs_open(c->priv, row, request, out, err);
	return docker_exec_open(c->priv, row, request, out, err);
}

static void docker_close(struct yg_controller *c)
{
	struct docker *d = c->priv;

	if (d->loading)
		d->loading->d = NULL;
	yg_timer_stop(d->beat);
	yg_timer_stop(d->soon);
	docker_acts_stop(d);
	docker_events_stop(d);
	yg_http_destroy(d->http);
	while (d->lists)
		list_free(d->lists);
	docker_boxes_free(d);
	free(d->site.host_id);
	free(d->site.host_name);
	free(d->socket);
}

const struct yg_provider_ops yg_provider_ops = {
    .size = sizeof(yg_provider_ops),
    .private_size = sizeof(struct docker),
    .open = docker_open,
    .poll = docker_table_poll,
    .visible = docker_table_visible,
    .act = docker_table_act,
    .close = docker_close,
    .stream = docker_table_stream,
};
