/* call: one question that may hang on one guest, on a thread and a connection of its own, abandoned
 * past its deadline.
 *
 * A connection of its own: libvirt 9.0 loses wake-ups when two threads use one (the second's
 * request lies there until the first's is answered; "rpc: fix race in waking up client event loop"
 * is the commit that ends it), and its daemon serves only five requests of one client at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/virt.h"

struct yg_virt_call *yg_virt_call_new(struct yg_virt_conn *v)
{
	struct yg_virt_call *call = yg_xcalloc(1, sizeof(*call));

	call->conn = yg_virt_conn_ref(v);
	call->refs = 1;
	call->n_records = -1;
	call->virt = v->probe;
	if (call->virt)
		virConnectRef(call->virt);
	return call;
}

void yg_virt_call_unref(struct yg_virt_call *call)
{
	if (__atomic_sub_fetch(&call->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (call->records)
		virDomainStatsRecordListFree(call->records);
	for (size_t i = 0; call->doms && i < call->ids.count; i++)
		if (call->doms[i])
			virDomainFree(call->doms[i]);
	free(call->doms);
	free(call->jobs);
	free(call->job_types);
	yg_map_done(&call->ids);
	if (call->virt)
		virConnectClose(call->virt);
	yg_virt_conn_unref(call->conn);
	free(call);
}

static void keep_error(struct yg_virt_call *call)
{
	virErrorPtr last = virGetLastError();

	call->code = last ? last->code : VIR_ERR_INTERNAL_ERROR;
}

/* Handles of the domains asked about, of this connection; NULL for one that is gone. */
static bool find_doms(struct yg_virt_call *call)
{
	virDomainPtr *all = NULL;
	int count = virConnectListAllDomains(call->virt, &all, 0);

	call->doms = yg_xcalloc(call->ids.count + 1, sizeof(*call->doms));
	for (int i = 0; i < count; i++) {
		char uuid[VIR_UUID_STRING_BUFLEN] = "";
		virDomainGetUUIDString(all[i], uuid);
		uintptr_t place = (uintptr_t)yg_map_get(&call->ids, uuid);
		if (place)
			call->doms[place - 1] = all[i];
		else
			virDomainFree(all[i]);
	}
	free(all);
	return count >= 0;
}

static void *run_call(void *data)
{
	struct yg_virt_call *call = data;
	struct yg_virt_conn *v = call->conn;

	if (!call->virt)
		call->virt = yg_virt_open(v->uri, NULL);
	if (call->virt && (!call->ids.count || find_doms(call)))
		call->run(call);
	else
		keep_error(call);
	pthread_mutex_lock(&v->lock);
	call->is_done = true;
	if (call->is_abandoned)
		v->stuck--;
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
	yg_virt_call_unref(call);
	return NULL;
}

/* Keeps the connection for the next call, or gives it up: to what hangs on it, or because it is
 * broken. */
static void keep_probe(struct yg_virt_conn *v, struct yg_virt_call *call, bool is_done)
{
	bool is_good = is_done && call->virt && virConnectIsAlive(call->virt) == 1;

	if (is_good && v->probe)
		return;
	if (v->probe)
		virConnectClose(v->probe);
	v->probe = is_good ? call->virt : NULL;
	if (v->probe)
		virConnectRef(v->probe);
}

bool yg_virt_call_run(
    struct yg_virt_call *call, void (*run)(struct yg_virt_call *call), int timeout_ms)
{
	struct yg_virt_conn *v = call->conn;
	struct timespec until = yg_virt_after(timeout_ms);

	call->run = run;
	__atomic_add_fetch(&call->refs, 1, __ATOMIC_RELAXED);
	if (!yg_virt_thread(run_call, call)) {
		__atomic_sub_fetch(&call->refs, 1, __ATOMIC_RELAXED);
		return false;
	}
	pthread_mutex_lock(&v->lock);
	while (!call->is_done && !v->is_closed &&
	       pthread_cond_timedwait(&v->wake, &v->lock, &until) == 0)
		;
	bool is_done = call->is_done;
	if (!is_done) {
		call->is_abandoned = true;
		v->stuck++;
	}
	pthread_mutex_unlock(&v->lock);
	keep_probe(v, call, is_done);
	return is_done;
}

/* The list that libvirt wants has no holes. */
static size_t pack(const struct yg_virt_call *call, virDomainPtr *out)
{
	size_t count = 0;

	for (size_t i = 0; i < call->ids.count; i++)
		if (call->doms[i])
			out[count++] = call->doms[i];
	return count;
}

void yg_virt_call_stats(struct yg_virt_call *call)
{
	unsigned flags = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
	virDomainPtr *list = yg_xcalloc(call->ids.count + 1, sizeof(virDomainPtr));

	if (!call->ids.count)
		call->n_records =
		    virConnectGetAllDomainStats(call->virt, call->stats, &call->records, flags);
	else if (pack(call, list))
		call->n_records = virDomainListGetStats(list, call->stats, &call->records, flags);
	if (call->n_records < 0)
		keep_error(call);
	free(list);
}

uint64_t yg_virt_number(const virTypedParameter *p)
{
	switch (p->type) {
	case VIR_TYPED_PARAM_INT: return p->value.i < 0 ? 0 : (uint64_t)p->value.i;
	case VIR_TYPED_PARAM_UINT: return p->value.ui;
	case VIR_TYPED_PARAM_LLONG: return p->value.l < 0 ? 0 : (uint64_t)p->value.l;
	case VIR_TYPED_PARAM_ULLONG: return p->value.ul;
	default: return 0;
	}
}

/* The type of the job, VIR_DOMAIN_JOB_NONE if it is no outgoing migration, -1: no answer. */
static int ask_job(virDomainPtr dom, struct yg_virt_job *out)
{
	virTypedParameterPtr params = NULL;
	int count = 0, type = VIR_DOMAIN_JOB_NONE, operation = 0;

	if (virDomainGetJobStats(dom, &type, &params, &count, 0) < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		uint64_t value = yg_virt_number(&params[i]);
		if (yg_streq(params[i].field, VIR_DOMAIN_JOB_OPERATION))
			operation = (int)value;
		else
			yg_virt_job_add(out, params[i].field, value);
	}
	virTypedParamsFree(params, count);
	return operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT ? type : VIR_DOMAIN_JOB_NONE;
}

void yg_virt_call_jobs(struct yg_virt_call *call)
{
	for (size_t i = 0; i < call->ids.count; i++) {
		call->job_types[i] = call->doms[i] ? ask_job(call->doms[i], &call->jobs[i]) : -1;
		if (call->job_types[i] < 0)
			keep_error(call);
	}
}

void yg_virt_call_add(struct yg_virt_call *call, struct yg_virt_dom *d)
{
	yg_map_put(&call->ids, d->uuid, (void *)(uintptr_t)(call->ids.count + 1));
}
