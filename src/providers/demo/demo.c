/* demo: the demo site as a controller: lists itself in slices, then tells what changes as the clock
 * goes on. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

#include <stdlib.h>

#include "base/clock.h"
#include "net/loop.h"

#define SLICE_US  4000 /* of listing, or of changes, in one turn of the loop */
#define SECOND_MS 1000

/* A turn of the loop that was asked for: it may come after the site was closed. */
struct turn {
	struct yg_controller *c; /* NULL: it was */
};

/* At c->priv. */
struct demo {
	struct demo_site site;
	struct demo_jobs *jobs;
	struct yg_timer *timer;              /* the next thing to do, at its time */
	struct turn *turn;                   /* or in the next turn of the loop */
	struct yg_timer *fail, *hang, *back; /* faults that were ordered */
	uint8_t order[16];                   /* of listings */
	size_t listing;                      /* how many are through */
	uint32_t row;                        /* of the one under way */
	bool is_open, is_listing, is_listed, is_hanging, is_rest_old;
	uint64_t unanswered; /* kinds asked for while it was hanging */
	int64_t tick_done, second_done;
	int64_t moves[DEMO_LANES]; /* when what goes on in each lane began, 0 nothing */
};

static void on_turn(void *data);

static struct demo *demo_of(struct yg_controller *c)
{
	return c->priv;
}

static void turn_in(struct yg_controller *c, int64_t delay_ms)
{
	struct demo *demo = demo_of(c);

	yg_timer_stop(demo->timer);
	demo->timer = yg_timer_start(c->loop, YG_MAX(delay_ms, 1), 0, on_turn, c);
}

static void on_turn_posted(void *data)
{
	struct turn *turn = data;
	struct yg_controller *c = turn->c;

	free(turn);
	if (!c)
		return;
	demo_of(c)->turn = NULL;
	on_turn(c);
}

/* Not by a timer for now: started in a timer's callback it would run in the same turn. */
static void turn_next(struct yg_controller *c)
{
	struct demo *demo = demo_of(c);

	yg_timer_stop(demo->timer);
	demo->timer = NULL;
	if (demo->turn)
		return;
	demo->turn = yg_xcalloc(1, sizeof(*demo->turn));
	demo->turn->c = c;
	yg_loop_post(c->loop, on_turn_posted, demo->turn);
}

static void put(struct yg_controller *c, struct yg_row *row)
{
	if (row)
		yg_controller_put(c, row);
}

/* ---- single rows ---- */

void demo_put_vm(struct yg_controller *c, uint32_t vm)
{
	put(c, demo_row_vm(&demo_of(c)->site, c->name, vm, yg_now_ms()));
}

void demo_put_container(struct yg_controller *c, uint32_t container)
{
	struct demo_site *site = &demo_of(c)->site;
	char id[DEMO_NAME];

	if (site->containers[container].state != DEMO_GONE) {
		put(c, demo_row_container(site, c->name, container, yg_now_ms()));
		return;
	}
	demo_container_id(site, container, id);
	yg_controller_drop(c, &yg_kind_container, id);
}

static void put_listing(struct yg_controller *c, const struct demo_listing *listing)
{
	struct demo *demo = demo_of(c);
	int64_t now_ms = yg_now_ms();
	uint32_t count = listing->count(&demo->site);

	yg_controller_list_begin(c, listing->kind);
	for (uint32_t n = 0; n < count; n++)
		put(c, listing->row(&demo->site, c->name, n, now_ms));
	if (listing->kind == &yg_kind_migration)
		demo_jobs_put(demo->jobs, now_ms);
	yg_controller_list_end(c, listing->kind);
}

static void put_kind(struct yg_controller *c, const struct yg_kind *kind)
{
	for (size_t i = 0; i < demo_n_listings; i++)
		if (demo_listings[i].kind == kind)
			put_listing(c, &demo_listings[i]);
}

void demo_put_migrations(struct yg_controller *c)
{
	if (demo_of(c)->is_listed)
		put_kind(c, &yg_kind_migration);
}

void demo_put_rest(struct yg_controller *c)
{
	struct demo *demo = demo_of(c);

	demo->site.is_count_old = true;
	demo->is_rest_old = !demo->is_listed;
	for (size_t i = 0; i < demo_n_listings && demo->is_listed; i++) {
		const struct yg_kind *kind = demo_listings[i].kind;
		if (kind != &yg_kind_vm && kind != &yg_kind_container)
			put_listing(c, &demo_listings[i]);
	}
}

/* ---- the first listing ---- */

/* What is wanted now comes first, else small kinds before large ones. */
static void plan_listing(struct demo *demo, uint64_t kinds)
{
	size_t n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < demo_n_listings; i++) {
			bool is_wanted = kinds >> yg_kind_index(demo_listings[i].kind) & 1;
			if (is_wanted == !pass)
				demo->order[n++] = (uint8_t)i;
		}
	demo->listing = demo->row = 0;
	demo->is_listing = true;
}

/* Goes on with a listing; true when it is through, false when time is up. */
static bool list_some(struct yg_controller *c, const struct demo_listing *listing, int64_t until_us)
{
	struct demo *demo = demo_of(c);
	uint32_t count = listing->count(&demo->site);
	int64_t now_ms = yg_now_ms();

	if (!demo->row)
		yg_controller_list_begin(c, listing->kind);
	while (demo->row < count) {
		put(c, listing->row(&demo->site, c->name, demo->row++, now_ms));
		if (demo->row % 32 == 0 && yg_mono_us() >= until_us)
			return false;
	}
	if (listing->kind == &yg_kind_migration)
		demo_jobs_put(demo->jobs, now_ms);
	yg_controller_list_end(c, listing->kind);
	demo->row = 0;
	return true;
}

static void list_slice(struct yg_controller *c)
{
	struct demo *demo = demo_of(c);
	int64_t until_us = yg_mono_us() + SLICE_US;

	while (demo->listing < demo_n_listings) {
		if (!list_some(c, &demo_listings[demo->order[demo->listing]], until_us))
			return;
		demo->listing++;
	}
	demo->is_listing = false;
	demo->is_listed = true;
	if (demo->is_rest_old)
		demo_put_rest(c);
}

static void answer(struct yg_controller *c, uint64_t kinds)
{
	struct demo *demo = demo_of(c);

	demo->unanswered = 0;
	if (!demo->is_listing && !demo->is_listed) {
		plan_listing(demo, kinds);
		list_slice(c);
		turn_next(c);
	}
	yg_controller_heard(c);
}

/* ---- life ---- */

/* Row number n of all that change. */
static void put_living(struct yg_controller *c, uint32_t n, int64_t now_ms)
{
	struct demo_site *s = &demo_of(c)->site;
	const struct {
		demo_row_fn row;
		uint32_t count;
	} parts[] = {
	    {demo_row_host, s->spec.hosts},
	    {demo_row_vm, s->spec.vms},
	    {demo_row_container, s->spec.containers},
	    {demo_row_link, s->n_links},
	    {demo_row_disk, s->n_disks},
	    {demo_row_pool, s->n_pools},
	    {demo_row_network, s->n_networks},
	};

	for (size_t i = 0; i < YG_COUNT(parts); i++) {
		if (n < parts[i].count) {
			put(c, parts[i].row(s, c->name, n, now_ms));
			return;
		}
		n -= parts[i].count;
	}
}

/* Who begins to move or has arrived, and its disk: all of a ring, for there may have been several
 * turns since we looked. */
static void put_ring(struct yg_controller *c, const struct demo_ring *ring)
{
	struct demo_site *s = &demo_of(c)->site;

	for (unsigned i = 0; i < DEMO_RING; i++) {
		demo_put_vm(c, ring->vm[i]);
		if (ring->vm[i] < s->n_volumes)
			put(c, demo_row_volume(s, c->name, ring->vm[i], yg_now_ms()));
	}
}

/* Each second: migrations get on; who begins to move or arrives is told at once. */
static void live_second(struct yg_controller *c, int64_t now_ms)
{
	struct demo *demo = demo_of(c);

	for (unsigned lane = 0; lane < DEMO_LANES && demo->site.has_rings; lane++) {
		struct demo_migration m = {0};
		demo_lane(&demo->site, lane, now_ms, &m);
		if (m.started_ms != demo->moves[lane])
			put_ring(c, &demo->site.rings[lane]);
		demo->moves[lane] = m.started_ms;
	}
	put_kind(c, &yg_kind_migration);
	put_kind(c, &yg_kind_alarm);
}

/* Chunks whose time has come, as far as one turn allows; false if some are left. */
static bool live_chunks(struct yg_controller *c, int64_t now_ms)
{
	struct demo *demo = demo_of(c);
	const struct demo_site *s = &demo->site;
	int64_t tick = now_ms / s->interval_ms, until_us = yg_mono_us() + SLICE_US;

	/* After a long sleep each chunk is due once, not once for each time that was missed. */
	if (tick < demo->tick_done || tick - demo->tick_done > s->n_chunks)
		demo->tick_done = tick - s->n_chunks;
	while (demo->tick_done < tick) {
		uint32_t chunk = (uint32_t)(++demo->tick_done % s->n_chunks);
		for (uint32_t n = chunk; n < s->n_living; n += s->n_chunks)
			put_living(c, n, now_ms);
		if (yg_mono_us() >= until_us)
			break;
	}
	return demo->tick_done == tick;
}

static void live(struct yg_controller *c)
{
	struct demo *demo = demo_of(c);
	int64_t now_ms = yg_now_ms(), interval = demo->site.interval_ms;

	if (now_ms / SECOND_MS != demo->second_done) {
		demo->second_done = now_ms / SECOND_MS;
		live_second(c, now_ms);
		yg_controller_heard(c);
	}
	if (!live_chunks(c, now_ms)) {
		turn_next(c);
		return;
	}
	now_ms = yg_now_ms();
	turn_in(c, YG_MIN(interval - now_ms % interval, SECOND_MS - now_ms % SECOND_MS));
}

static void on_turn(void *data)
{
	struct yg_controller *c = data;
	struct demo *demo = demo_of(c);

	if (!demo->is_open) {
		demo->is_open = true;
		yg_controller_up(c, "Demo site " YG_VERSION);
		yg_controller_sampled(c);
	} else if (demo->is_hanging)
		turn_in(c, SECOND_MS);
	else if (demo->is_listing) {
		list_slice(c);
		turn_next(c);
	} else if (demo->is_listed)
		live(c);
}

/* ---- faults ---- */

static void on_fail(void *data)
{
	struct yg_controller *c = data;
	struct yg_err err;

	yg_err_set(&err, YG_E_UNREACHABLE, "demo site: connection lost, as ordered by 'fail'");
	yg_controller_failed(c, &err);
}

static void on_hang(void *data)
{
	demo_of(data)->is_hanging = true;
	demo_jobs_hang(demo_of(data)->jobs, true);
}

static void on_back(void *data)
{
	struct yg_controller *c = data;

	demo_of(c)->is_hanging = false;
	demo_jobs_hang(demo_of(c)->jobs, false);
	turn_next(c);
	if (demo_of(c)->unanswered)
		answer(c, demo_of(c)->unanswered);
}

static struct yg_timer *fault(struct yg_controller *c, int64_t after_ms, void (*cb)(void *data))
{
	return after_ms < 0 ? NULL : yg_timer_start(c->loop, after_ms, 0, cb, c);
}

/* ---- the provider ---- */

static int demo_open(struct yg_controller *c, struct yg_err *err)
{
	struct demo *demo = demo_of(c);
	const char *colon = strchr(c->url, ':');
	struct demo_spec spec;
	int rc = demo_spec_parse(colon ? colon + 1 : "", &spec, err);

	if (rc)
		return rc;
	demo_site_init(&demo->site, &spec, yg_now_ms());
	demo->jobs = demo_jobs_create(c, &demo->site);
	demo->tick_done = yg_now_ms() / demo->site.interval_ms;
	demo->fail = fault(c, spec.fail_ms, on_fail);
	demo->hang = fault(c, spec.hang_ms, on_hang);
	demo->back = fault(c, spec.back_ms, on_back);
	turn_next(c);
	return 0;
}

static void demo_poll(struct yg_controller *c, uint64_t kinds)
{
	struct demo *demo = demo_of(c);

	yg_controller_asked(c);
	if (demo->is_hanging)
		demo->unanswered |= kinds;
	else
		answer(c, kinds);
}

static int demo_act(struct yg_controller *c, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	return demo_jobs_start(demo_of(c)->jobs, action, row, args, task, err);
}

static int demo_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	return demo_logs_open(c, &demo_of(c)->site, row, request, out, err);
}

static void demo_close(struct yg_controller *c)
{
	struct demo *demo = demo_of(c);

	if (demo->turn)
		demo->turn->c = NULL;
	yg_timer_stop(demo->timer);
	yg_timer_stop(demo->fail);
	yg_timer_stop(demo->hang);
	yg_timer_stop(demo->back);
	demo_jobs_destroy(demo->jobs);
	demo_site_done(&demo->site);
}

const struct yg_provider_ops demo_ops = {
    .size = sizeof(struct yg_provider_ops),
    .private_size = sizeof(struct demo),
    .open = demo_open,
    .poll = demo_poll,
    .act = demo_act,
    .close = demo_close,
    .stream = demo_stream,
};
