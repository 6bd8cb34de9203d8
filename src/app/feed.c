/* feed: opens controllers, polls what is wanted, tells what is on screen, and keeps the time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdlib.h>

#include "app/host.h"
#include "base/clock.h"
#include "net/loop.h"

#define TICK_MS       500
#define TICK_BATCH_MS 100
#define PACE_MS       2000  /* of polling, where the provider says none */
#define SAMPLE_MS     500   /* between the two samples that a verb waits for */
#define SELDOM_MS     30000 /* what is not on screen */
#define SLACK_MS      50    /* a tick comes a little early as often as late */

static int64_t steady_ms(void)
{
	return yg_mono_us() / 1000;
}

static void poll_now(struct yg_controller *c, uint64_t kinds, int64_t now)
{
	struct yg_feed *feed = c->house;
	uint64_t own = yg_provider_kinds(c->provider);

	feed->polled_at = now;
	if ((kinds & own) == (feed->host->wanted & own))
		feed->polled_all_at = now;
	yg_controller_poll(c, kinds & own);
}

/* The rows on screen that are this controller's. */
static void tell_visible(struct yg_host *host, struct yg_controller *c)
{
	const struct yg_row **rows = yg_xcalloc(host->n_slots + 1, sizeof(*rows));
	size_t count = 0;

	for (size_t i = 0; i < host->n_slots; i++) {
		const struct yg_row *row = yg_inventory_row(host->inv, host->slots[i]);
		if (row && yg_streq(yg_row_text(row, YG_F_CONTROLLER), c->name))
			rows[count++] = row;
	}
	yg_controller_visible(c, rows, count);
	free(rows);
}

static void feed(struct yg_host *host, struct yg_controller *c, int64_t now)
{
	struct yg_feed *f = c->house;
	int64_t pace = c->provider->poll_ms ? c->provider->poll_ms : PACE_MS;
	uint64_t visible = host->visible & yg_provider_kinds(c->provider);

	if (yg_controller_take_fresh(c)) {
		f->must_show = true;
		poll_now(c, host->wanted, now);
	}
	if (!yg_controller_is_up(c))
		return;
	if (host->is_batch && !c->is_sampled)
		pace = YG_MIN(pace, (int64_t)SAMPLE_MS);
	if (now - f->polled_all_at >= SELDOM_MS)
		poll_now(c, host->wanted, now);
	else if (visible && now - f->polled_at >= pace - SLACK_MS)
		poll_now(c, visible, now);
	if (f->must_show && host->slots) {
		f->must_show = false;
		tell_visible(host, c);
	}
}

static void tick(struct yg_host *host)
{
	int64_t now = steady_ms();

	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		yg_controller_tick(c, now);
		feed(host, c, now);
	}
	if (now - host->second_at >= 1000) {
		host->second_at = now;
		host->is_status_old = true;
		yg_tasks_tick(host->tasks, yg_now_ms());
	}
}

static void on_tick(void *data)
{
	tick(data);
}

static void on_tick_posted(void *data)
{
	struct yg_host *host = data;

	host->is_tick_posted = false;
	if (!host->is_closing)
		tick(host);
}

static void tick_soon(struct yg_host *host)
{
	if (host->is_tick_posted || host->is_closing)
		return;
	host->is_tick_posted = true;
	yg_loop_post(host->loop, on_tick_posted, host);
}

void yg_feed_notify(struct yg_controller *c)
{
	struct yg_feed *f = c->house;

	f->host->is_status_old = true;
	tick_soon(f->host);
}

void yg_feed_start(struct yg_host *host)
{
	int pace = host->is_batch ? TICK_BATCH_MS : TICK_MS;

	host->second_at = steady_ms();
	host->is_status_old = true;
	host->tick = yg_timer_start(host->loop, pace, pace, on_tick, host);
}

/* ---- what is wanted ---- */

void yg_feed_open(struct yg_host *host, struct yg_controller *c)
{
	struct yg_module *module = yg_module_of(host, c->provider);

	yg_controller_open(c, module->ops);
	if (!module->ops)
		yg_module_load(host, module, !host->is_batch);
}

/* Kinds that tell about controllers: they want all of them opened. */
static bool is_about_controllers(uint64_t kinds)
{
	uint64_t own = UINT64_C(1) << yg_kind_index(&yg_kind_controller) |
		       UINT64_C(1) << yg_kind_index(&yg_kind_alarm);

	return kinds & own;
}

static bool concerns(const struct yg_controller *c, uint64_t kinds)
{
	return is_about_controllers(kinds) || (yg_provider_kinds(c->provider) & kinds);
}

size_t yg_host_open(struct yg_host *host, uint64_t kinds)
{
	size_t count = 0;
	bool is_more = kinds & ~host->wanted;

	host->wanted |= kinds;
	if (host->is_batch)
		host->visible |= kinds;
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		if (!concerns(c, kinds))
			continue;
		count++;
		if (c->state == YG_CTL_OFF)
			yg_feed_open(host, c);
		else if (is_more && yg_controller_is_up(c))
			poll_now(c, kinds, steady_ms());
	}
	return count;
}

static void retry(struct yg_host *host, struct yg_controller *c)
{
	if (c->state == YG_CTL_UP) {
		poll_now(c, host->wanted, steady_ms());
		return;
	}
	yg_controller_close(c);
	yg_feed_open(host, c);
}

void yg_host_retry(struct yg_host *host, struct yg_controller *c)
{
	if (c) {
		retry(host, c);
		return;
	}
	for (size_t i = 0; i < host->controllers.count; i++)
		if (host->controllers.items[i]->state != YG_CTL_OFF)
			retry(host, host->controllers.items[i]);
}

void yg_host_refresh(struct yg_host *host, uint64_t kinds)
{
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		if (yg_controller_is_up(c) && concerns(c, kinds))
			poll_now(c, kinds, steady_ms());
	}
}

void yg_host_set_visible(struct yg_host *host, uint64_t kinds, const uint32_t *slots, size_t count)
{
	uint64_t more = kinds & ~host->visible;
	bool is_same = count == host->n_slots && host->slots &&
		       memcmp(slots, host->slots, count * sizeof(*slots)) == 0;

	host->visible = kinds;
	if (!is_same) {
		host->slots =
		    yg_xreallocarray(host->slots, YG_MAX(count, (size_t)1), sizeof(*slots));
		if (count)
			memcpy(host->slots, slots, count * sizeof(*slots));
		host->n_slots = count;
	}
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		if (!is_same)
			((struct yg_feed *)c->house)->must_show = true;
		if (more & yg_provider_kinds(c->provider))
			poll_now(c, kinds, steady_ms());
	}
	if (!is_same)
		tick_soon(host);
}

/* ---- waiting, for verbs ---- */

int yg_feed_verdict(struct yg_host *host, const struct yg_controller *c, uint64_t kinds,
    bool sampled, struct yg_err *err)
{
	uint64_t need = kinds & host->wanted & yg_provider_kinds(c->provider);

	if (c->state == YG_CTL_OFF || !concerns(c, kinds))
		return 0;
	if (c->state == YG_CTL_DOWN || c->state == YG_CTL_REFUSED) {
		int code = c->state == YG_CTL_REFUSED ? YG_E_REFUSED : YG_E_UNREACHABLE;
		return yg_err_set(err, code, "controller '%s': %s", c->name, c->err.text);
	}
	if (c->state == YG_CTL_CONNECTING || (c->listed & need) != need ||
	    (sampled && need && !c->is_sampled))
		return yg_err_set(err, YG_E_BUSY, "controller '%s': %s", c->name,
		    c->state == YG_CTL_CONNECTING ? "no answer" : "did not list all");
	return 0;
}

static bool is_settled(struct yg_host *host, uint64_t kinds, bool sampled)
{
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_controller *c = host->controllers.items[i];
		if (yg_feed_verdict(host, c, kinds, sampled, NULL) == YG_E_BUSY)
			return false;
	}
	return true;
}

static int first_failure(struct yg_host *host, uint64_t kinds, bool sampled, struct yg_err *err)
{
	for (size_t i = 0; i < host->controllers.count; i++) {
		struct yg_err why = {0};
		int rc = yg_feed_verdict(host, host->controllers.items[i], kinds, sampled, &why);
		if (rc)
			return yg_err_set(err, YG_E_UNREACHABLE, "%s", why.text);
	}
	return 0;
}

static void on_interrupt(void *data, int signum)
{
	((struct yg_host *)data)->is_interrupted = true;
}

void yg_feed_watch_signals(struct yg_host *host)
{
	if (host->is_watching_signals || !host->is_batch)
		return;
	host->is_watching_signals = true;
	yg_loop_on_signal(host->loop, SIGINT, on_interrupt, host);
	yg_loop_on_signal(host->loop, SIGTERM, on_interrupt, host);
}

int yg_host_settle(
    struct yg_host *host, uint64_t kinds, bool sampled, int64_t timeout_ms, struct yg_err *err)
{
	int64_t until = steady_ms() + timeout_ms;

	while (!is_settled(host, kinds, sampled) && !host->is_interrupted) {
		int64_t left = until - steady_ms();
		if (left <= 0)
			break;
		yg_feed_watch_signals(host);
		yg_loop_turn(host->loop, (int)left);
	}
	if (host->is_status_old)
		yg_status_update(host);
	yg_inventory_flush(host->inv);
	if (host->is_interrupted)
		return yg_err_set(err, YG_E_CANCELLED, "interrupted");
	return first_failure(host, kinds, sampled, err);
}
