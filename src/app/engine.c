/* engine: the running program without a face: what it holds, and what plugins may ask of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/host.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"

#define SERIES_BYTES (4 << 20)

static void before_wait(void *data)
{
	struct yg_host *host = data;

	if (host->is_status_old)
		yg_status_update(host);
	if (yg_inventory_dirty(host->inv))
		yg_inventory_flush(host->inv);
	if (host->on_turn)
		host->on_turn(host->on_turn_data);
}

int yg_host_create(const struct yg_setup *setup, struct yg_host **out, struct yg_err *err)
{
	struct yg_host *host = yg_xcalloc(1, sizeof(*host));
	int rc;

	yg_kinds_register_core();
	if (!yg_action_find("vm", "start"))
		yg_actions_register_core();
	host->is_batch = setup->is_batch;
	host->loop = yg_loop_create();
	host->inv = yg_inventory_create();
	host->tasks = yg_tasks_create(host->inv);
	rc = yg_config_load(setup->config_path, &host->config, err);
	if (rc)
		goto out;
	host->is_read_only = setup->is_read_only || host->config->is_read_only;
	rc = yg_controllers_create(host, setup, err);
	if (rc)
		goto out;
	yg_feed_start(host);
	yg_loop_before_wait(host->loop, before_wait, host);
	yg_plugins_load(host);
	*out = host;
out:
	if (rc)
		yg_host_destroy(host);
	return rc;
}

void yg_host_destroy(struct yg_host *host)
{
	if (!host)
		return;
	host->is_closing = true;
	host->on_turn = NULL;
	yg_plugins_unload(host);
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_feed *feed = host->controllers.items[i]->house;
		yg_controller_destroy(host->controllers.items[i]);
		free(feed);
	}
	while (host->timers.count)
		yg_host_unwait(host, host->timers.items[0].timer);
	yg_timer_stop(host->tick);
	yg_timer_stop(host->series_timer);
	yg_loop_destroy(host->loop);
	yg_vec_done(&host->controllers);
	yg_vec_done(&host->timers);
	yg_series_destroy(host->series);
	yg_graph_destroy(host->graph);
	yg_tasks_destroy(host->tasks);
	yg_inventory_destroy(host->inv);
	yg_discovery_done(&host->discovery);
	yg_config_free(host->config);
	free(host->modules);
	free(host->slots);
	free(host);
}

/* ---- what it holds ---- */

struct yg_loop *yg_host_loop(struct yg_host *host)
{
	return host->loop;
}

size_t yg_host_n_controllers(const struct yg_host *host)
{
	return host->controllers.count;
}

struct yg_controller *yg_host_controller(struct yg_host *host, size_t i)
{
	return i < host->controllers.count ? host->controllers.items[i] : NULL;
}

struct yg_controller *yg_host_find_controller(struct yg_host *host, const char *name)
{
	for (size_t i = 0; i < host->controllers.count; i++)
		if (yg_streq(host->controllers.items[i]->name, name))
			return host->controllers.items[i];
	return NULL;
}

bool yg_host_is_read_only(const struct yg_host *host)
{
	return host->is_read_only;
}

void yg_host_set_read_only(struct yg_host *host, bool on)
{
	host->is_read_only = on;
	for (size_t i = 0; i < host->controllers.count; i++)
		host->controllers.items[i]->is_read_only = on;
}

const struct yg_config *yg_host_config(const struct yg_host *host)
{
	return host->config;
}

void yg_host_set_config_new(struct yg_host *host, struct yg_config *config)
{
	yg_config_free(host->config);
	host->config = config;
}

struct yg_inventory *yg_host_inventory(struct yg_host *host)
{
	return host->inv;
}

struct yg_tasks *yg_host_tasks(struct yg_host *host)
{
	return host->tasks;
}

struct yg_graph *yg_host_graph(struct yg_host *host)
{
	if (!host->graph)
		host->graph = yg_graph_create(host->inv);
	return host->graph;
}

static void on_series_tick(void *data)
{
	yg_series_tick(((struct yg_host *)data)->series);
}

struct yg_series *yg_host_series(struct yg_host *host)
{
	if (!host->series) {
		host->series = yg_series_create(host->inv, SERIES_BYTES);
		if (!yg_clock_is_frozen()) /* no time passes: there is no past to keep */
			host->series_timer = yg_timer_start(
			    host->loop, YG_SERIES_PACE_MS, YG_SERIES_PACE_MS, on_series_tick, host);
	}
	return host->series;
}

/* ---- for views and plugins ---- */

struct yg_timer *yg_host_wait(
    struct yg_host *host, int64_t delay_ms, int64_t repeat_ms, void (*cb)(void *data), void *data)
{
	struct yg_timer *timer = yg_timer_start(host->loop, delay_ms, repeat_ms, cb, data);

	yg_vec_push(&host->timers, (struct yg_host_timer){timer, cb});
	return timer;
}

void yg_host_unwait(struct yg_host *host, struct yg_timer *timer)
{
	for (size_t i = 0; timer && i < host->timers.count; i++)
		if (host->timers.items[i].timer == timer) {
			yg_vec_remove(&host->timers, i);
			yg_timer_stop(timer);
			return;
		}
}

void yg_host_say(struct yg_host *host, enum yg_style style, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), _(fmt), ap);
	va_end(ap);
	if (host->say) {
		host->say(host->face_data, style, text);
		return;
	}
	struct yg_buf line = {0};
	yg_text_clean(&line, text, strlen(text));
	fprintf(stderr, "yagura: %s\n", yg_buf_text(&line));
	yg_buf_done(&line);
}

int yg_host_stream(struct yg_host *host, uint32_t slot, const struct yg_stream_request *request,
    struct yg_stream **out, struct yg_err *err)
{
	const struct yg_row *row = yg_inventory_row(host->inv, slot);

	if (!row)
		return yg_err_set(err, YG_E_NOTFOUND, "it is gone");
	if (host->is_read_only && request->what != YG_STREAM_LOGS)
		return yg_err_set(
		    err, YG_E_REFUSED, "read-only: nothing is typed into a %s", row->kind->name);
	struct yg_controller *c = yg_host_find_controller(host, yg_row_text(row, YG_F_CONTROLLER));
	if (!c)
		return yg_err_set(err, YG_E_UNSUPPORTED, "'%s' has no streams",
		    yg_row_text(row, YG_F_CONTROLLER));
	return yg_controller_stream(c, row, request, out, err);
}

int yg_host_command(struct yg_host *host, const char *line, struct yg_err *err)
{
	if (!host->command)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "command '%s': only the console has a command line", line);
	return host->command(host->face_data, line, err);
}

void yg_host_on_turn(struct yg_host *host, void (*cb)(void *data), void *data)
{
	host->on_turn = cb;
	host->on_turn_data = data;
}

void yg_host_set_face(struct yg_host *host,
    void (*say)(void *data, enum yg_style style, const char *text),
    int (*command)(void *data, const char *line, struct yg_err *err), void *data)
{
	host->say = say;
	host->command = command;
	host->face_data = data;
}
