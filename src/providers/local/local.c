/* local: this machine as a controller: polled, with threads for what may wait. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/local/local.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/loop.h"

#define SAMPLE_US   200000   /* rates over less time than this are noise */
#define SOCKETS_US  10000000 /* between two scans of sockets */
#define MOUNTS_US   10000000
#define FIRST_US    400000
#define STACK_BYTES (256 * 1024)

static struct local *local_of(struct yg_controller *c)
{
	return c->priv;
}

static bool wants(uint64_t kinds, const struct yg_kind *kind)
{
	return kinds >> yg_kind_index(kind) & 1;
}

/* ---- sockets: bounded in time by itself, so the pool will do ---- */

static void sockets_run(void *data)
{
	local_scan_sockets(&((struct local_socket_scan *)data)->sockets);
}

static void sockets_done(void *data)
{
	struct local_socket_scan *scan = data;

	if (scan->c) {
		local_of(scan->c)->socket_scan = NULL;
		local_put_sockets(scan->c, &scan->sockets);
	}
	yg_vec_done(&scan->sockets);
	free(scan);
}

static void start_sockets(struct yg_controller *c)
{
	struct local *local = local_of(c);
	int64_t now_us = yg_mono_us();

	if (local->socket_scan || (local->sockets_us && now_us - local->sockets_us < SOCKETS_US))
		return;
	local->sockets_us = now_us;
	local->socket_scan = yg_xcalloc(1, sizeof(*local->socket_scan));
	local->socket_scan->c = c;
	yg_work(c->loop, sockets_run, sockets_done, local->socket_scan);
}

/* ---- mounts: a filesystem that hangs holds its thread for good, so it has one of its own ---- */

static void mounts_done(void *data)
{
	struct local_mount_scan *scan = data;

	if (!scan->c) {
		local_mount_scan_free(scan);
		return;
	}
	struct local *local = local_of(scan->c);
	local->mount_scan = NULL;
	local_mount_scan_free(local->mounts);
	local->mounts = scan;
	local_put_disks(scan->c);
}

static void *mounts_run(void *data)
{
	struct local_mount_scan *scan = data;

	pthread_setname_np(pthread_self(), LOCAL_THREAD);
	local_measure(scan);
	yg_loop_post(scan->loop, mounts_done, scan);
	return NULL;
}

/* One at a time: while one hangs, no other is begun. */
static void start_mounts(struct yg_controller *c)
{
	struct local *local = local_of(c);
	pthread_attr_t attr;
	pthread_t thread;

	if (local->mount_scan ||
	    (local->mounts && yg_mono_us() - local->mounts->begun_us < MOUNTS_US))
		return;
	bool is_remote = false;
	(void)yg_parse_bool(yg_controller_option(c, "remote_filesystems"), &is_remote, NULL);
	struct local_mount_scan *scan = local_mount_scan_new(is_remote);
	scan->c = c;
	scan->loop = c->loop;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, mounts_run, scan) == 0)
		local->mount_scan = scan;
	else
		local_mount_scan_free(scan);
	pthread_attr_destroy(&attr);
}

/* The first time, what is mounted is told when it was measured, or when that takes too long. */
static void poll_disks(struct yg_controller *c)
{
	struct local *local = local_of(c);

	start_mounts(c);
	bool is_first = local->mount_scan && !local->mounts;
	if (!is_first || yg_mono_us() - local->mount_scan->begun_us > FIRST_US)
		local_put_disks(c);
}

/* ---- the provider ---- */

static void on_open(void *data)
{
	struct yg_controller *c = data;
	struct local *local = local_of(c);
	char version[160];

	yg_timer_stop(local->timer);
	local->timer = NULL;
	snprintf(version, sizeof(version), "Linux %s", local->kernel);
	yg_controller_up(c, version);
}

static int local_open(struct yg_controller *c, struct yg_err *err)
{
	struct local *local = local_of(c);

	local_identify(local);
	local_sample(local);
	local->timer = yg_timer_start(c->loop, 0, 0, on_open, c);
	return 0;
}

static void local_poll(struct yg_controller *c, uint64_t kinds)
{
	struct local *local = local_of(c);

	yg_controller_asked(c);
	if (yg_mono_us() - local->sampled_us >= SAMPLE_US)
		local_sample(local);
	local_put_host(c);
	if (wants(kinds, &yg_kind_link))
		local_put_links(c);
	if (wants(kinds, &yg_kind_disk))
		poll_disks(c);
	if (wants(kinds, &yg_kind_socket))
		start_sockets(c);
	yg_controller_heard(c);
	if (local->before_us && !c->is_sampled)
		yg_controller_sampled(c);
}

static void local_close(struct yg_controller *c)
{
	struct local *local = local_of(c);

	yg_timer_stop(local->timer);
	if (local->socket_scan)
		local->socket_scan->c = NULL;
	if (local->mount_scan)
		local->mount_scan->c = NULL;
	local_mount_scan_free(local->mounts);
	yg_vec_done(&local->links);
	yg_vec_done(&local->links_before);
	yg_vec_done(&local->disks);
	yg_vec_done(&local->disks_before);
}

const struct yg_provider_ops local_ops = {
    .size = sizeof(struct yg_provider_ops),
    .private_size = sizeof(struct local),
    .open = local_open,
    .poll = local_poll,
    .close = local_close,
    .stream = local_stream,
};
