/* jobs: migrations under way, whoever began them. libvirt tells only of passes (an event) and
 * answers about one domain at a time, so running domains are asked in turn. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "providers/libvirt/virt.h"

#define SCAN_MAX   64 /* domains asked in one poll */
#define SCAN_MS    1500
#define FOLLOW_MS  2000
#define FOLLOW_MAX 64

static char *going_to(struct yg_virt_conn *v, const char *uuid)
{
	pthread_mutex_lock(&v->lock);
	const char *uri = yg_map_get(&v->going, uuid);
	char *copy = uri ? yg_xstrdup(uri) : NULL;
	pthread_mutex_unlock(&v->lock);
	return copy;
}

void yg_virt_job_over(struct yg_virt_conn *v, struct yg_virt_dom *d)
{
	yg_virt_post_drop(v, &yg_kind_migration, d->uuid);
	d->is_migrating = false;
	d->is_changed = true;
	d->job = (struct yg_virt_job){0};
	free(d->going_to);
	d->going_to = NULL;
}

/* Asks about these domains; NULL if it hangs. */
static struct yg_virt_call *ask(
    struct yg_virt_conn *v, struct yg_virt_dom *const *doms, size_t count, int timeout_ms)
{
	struct yg_virt_call *call = yg_virt_call_new(v);

	for (size_t i = 0; i < count; i++)
		yg_virt_call_add(call, doms[i]);
	call->jobs = yg_xcalloc(count, sizeof(*call->jobs));
	call->job_types = yg_xcalloc(count, sizeof(*call->job_types));
	if (yg_virt_call_run(call, yg_virt_call_jobs, timeout_ms))
		return call;
	yg_virt_call_unref(call);
	return NULL;
}

static bool is_on(int type)
{
	return type == VIR_DOMAIN_JOB_BOUNDED || type == VIR_DOMAIN_JOB_UNBOUNDED;
}

static void take_jobs(
    struct yg_virt_conn *v, struct yg_virt_dom *const *doms, struct yg_virt_call *call)
{
	struct yg_virt_rows rows = {0};

	for (size_t i = 0; i < call->ids.count; i++) {
		struct yg_virt_dom *d = doms[i];
		bool was = d->is_migrating;
		if (!is_on(call->job_types[i])) {
			/* One that we have just begun is not there yet, or just over. */
			char *to = was ? going_to(v, d->uuid) : NULL;
			if (was && !to)
				yg_virt_job_over(v, d);
			free(to);
			continue;
		}
		d->job = call->jobs[i];
		d->is_migrating = true;
		d->is_changed |= !was;
		if (!d->going_to)
			d->going_to = going_to(v, d->uuid);
		yg_vec_push(&rows, yg_virt_migration_row(v, d));
	}
	if (rows.count)
		yg_virt_post_rows(v, &yg_kind_migration, &rows, false);
	if (call->code == VIR_ERR_NO_SUPPORT)
		v->has_jobs = false;
}

static bool may_ask(struct yg_virt_conn *v)
{
	pthread_mutex_lock(&v->lock);
	bool may = v->has_jobs && !v->is_closed && v->stuck < YG_VIRT_STUCK_MAX;
	pthread_mutex_unlock(&v->lock);
	return may;
}

static void scan(struct yg_virt_conn *v)
{
	struct yg_virt_dom *doms[SCAN_MAX];
	size_t count = 0;

	/* One that is silent would hold the question until libvirt gives up, 30 s. */
	for (size_t i = 0; i < v->doms.count && count < SCAN_MAX; i++) {
		struct yg_virt_dom *d = yg_virt_dom_at(v, v->scan_at++ % v->doms.count);
		if (d->is_active && !d->is_migrating && !d->silent_ms && !d->lack_ms)
			doms[count++] = d;
	}
	if (!count || !may_ask(v))
		return;
	struct yg_virt_call *call = ask(v, doms, count, SCAN_MS);
	if (!call)
		return;
	take_jobs(v, doms, call);
	yg_virt_call_unref(call);
}

void yg_virt_scan_jobs(struct yg_virt_conn *v)
{
	struct yg_virt_rows rows = {0};

	scan(v);
	if (v->is_migration_listed)
		return;
	v->is_migration_listed = true;
	for (size_t i = 0; i < v->doms.count; i++)
		if (yg_virt_dom_at(v, i)->is_migrating)
			yg_vec_push(&rows, yg_virt_migration_row(v, yg_virt_dom_at(v, i)));
	yg_virt_post_rows(v, &yg_kind_migration, &rows, true);
}

bool yg_virt_follow_jobs(struct yg_virt_conn *v)
{
	struct yg_virt_dom *doms[FOLLOW_MAX];
	size_t count = 0;

	for (size_t i = 0; i < v->doms.count && count < FOLLOW_MAX; i++)
		if (yg_virt_dom_at(v, i)->is_migrating)
			doms[count++] = yg_virt_dom_at(v, i);
	if (!count)
		return false;
	if (!may_ask(v))
		return true;
	struct yg_virt_call *call = ask(v, doms, count, FOLLOW_MS);
	if (call) {
		take_jobs(v, doms, call);
		yg_virt_call_unref(call);
	}
	return true;
}
