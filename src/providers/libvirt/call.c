/* call: one question that may hang on one guest, on a thread of its own, abandoned past its
 * deadline. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/virt.h"

struct yg_virt_call *yg_virt_call_new(struct yg_virt_conn *v, size_t count)
{
	struct yg_virt_call *call = yg_xcalloc(1, sizeof(*call));

	call->conn = yg_virt_conn_ref(v);
	call->refs = 1;
	call->n_records = -1;
	/* One more: libvirt wants the list ended by NULL. */
	call->doms = yg_xcalloc(count + 1, sizeof(*call->doms));
	virConnectRef(v->virt);
	return call;
}

void yg_virt_call_unref(struct yg_virt_call *call)
{
	if (__atomic_sub_fetch(&call->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (call->records)
		virDomainStatsRecordListFree(call->records);
	for (size_t i = 0; i < call->n_doms; i++)
		virDomainFree(call->doms[i]);
	free(call->doms);
	free(call->jobs);
	free(call->job_types);
	virConnectClose(call->conn->virt);
	yg_virt_conn_unref(call->conn);
	free(call);
}

static void *run_call(void *data)
{
	struct yg_virt_call *call = data;
	struct yg_virt_conn *v = call->conn;

	call->run(call);
	pthread_mutex_lock(&v->lock);
	call->is_done = true;
	if (call->is_abandoned)
		v->stuck--;
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
	yg_virt_call_unref(call);
	return NULL;
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
	return is_done;
}

static void keep_error(struct yg_virt_call *call)
{
	virErrorPtr last = virGetLastError();

	call->code = last ? last->code : VIR_ERR_INTERNAL_ERROR;
}

void yg_virt_call_stats(struct yg_virt_call *call)
{
	unsigned flags = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;

	if (call->n_doms)
		call->n_records =
		    virDomainListGetStats(call->doms, call->stats, &call->records, flags);
	else
		call->n_records = virConnectGetAllDomainStats(
		    call->conn->virt, call->stats, &call->records, flags);
	if (call->n_records < 0)
		keep_error(call);
}

static uint64_t param_number(const virTypedParameter *p)
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
		uint64_t value = param_number(&params[i]);
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
	for (size_t i = 0; i < call->n_doms; i++) {
		call->job_types[i] = ask_job(call->doms[i], &call->jobs[i]);
		if (call->job_types[i] < 0)
			keep_error(call);
	}
}
