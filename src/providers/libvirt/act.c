/* act: what is done to domains, snapshots, migrations and networks: each on a thread of its own,
 * which asks libvirt, waits until the thing has really happened, and says so. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "providers/libvirt/virt.h"

#define LOOK_MS  500    /* between two looks at a state that is waited for */
#define SHORT_MS 120000 /* for what libvirt does by itself */

struct yg_virt_act {
	struct yg_virt_act *next; /* the loop thread's list */
	int refs;                 /* atomic */
	struct yg_virt_conn *conn;
	const struct verb *verb;
	struct yg_tasks *tasks; /* the loop thread's */
	uint32_t task;
	char *id, *name; /* of the row; id: up to the '/' of a snapshot's */
	char *snapshot, *description, *to;
	unsigned long long bandwidth; /* bytes a second, 0: no limit */
	bool is_live;
	int seconds;        /* that a guest may take */
	bool is_cancelled;  /* under the connection's lock */
	virConnectPtr virt; /* the act's thread's: the connection it uses */
};

struct verb {
	const char *kind, *name;
	const char *doing; /* phase, and in messages "cannot ..." */
	const char *cannot;
	int (*run)(struct yg_virt_act *act, struct yg_err *err);
	void (*cancel)(struct yg_task *task, void *data);
	bool is_long; /* nobody knows how long */
};

static void act_unref(void *data)
{
	struct yg_virt_act *a = data;

	if (__atomic_sub_fetch(&a->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	yg_virt_conn_unref(a->conn);
	free(a->id);
	free(a->name);
	free(a->snapshot);
	free(a->description);
	free(a->to);
	free(a);
}

static struct yg_virt_act *act_ref(struct yg_virt_act *a)
{
	__atomic_add_fetch(&a->refs, 1, __ATOMIC_RELAXED);
	return a;
}

/* ---- what the thread says, on the loop thread ---- */
struct word {
	struct yg_virt_act *act;
	char *phase; /* NULL: the end */
	struct yg_err err;
};

static void word_free(void *data)
{
	struct word *w = data;

	act_unref(w->act);
	free(w->phase);
	free(w);
}

static struct yg_task *task_of(struct yg_virt_act *a)
{
	struct yg_task *task = a->tasks ? yg_task_find(a->tasks, a->task) : NULL;

	return task && !yg_task_is_over(task) ? task : NULL;
}

static void end(struct yg_virt_act *a, const struct yg_err *err)
{
	struct yg_task *task = task_of(a);

	a->tasks = NULL;
	if (!task)
		return;
	task->cancel = NULL;
	task->cancel_data = NULL;
	yg_task_end_code(task, err);
}

static void deliver(void *data)
{
	struct word *w = data;
	struct yg_virt_act *a = w->act;
	struct yg_task *task = task_of(a);

	if (w->phase) {
		if (task)
			yg_task_phase(task, "%s", w->phase);
	} else {
		for (struct yg_virt_act **at = &a->conn->acts; *at; at = &(*at)->next)
			if (*at == a) {
				*at = a->next;
				end(a, w->err.code ? &w->err : NULL);
				act_unref(a);
				break;
			}
	}
	word_free(w);
}

static void say(struct yg_virt_act *a, char *phase, const struct yg_err *err)
{
	struct word *w = yg_xcalloc(1, sizeof(*w));

	w->act = act_ref(a);
	w->phase = phase;
	if (err)
		w->err = *err;
	yg_virt_post(a->conn, deliver, word_free, w);
}

static void phase(struct yg_virt_act *a, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say(a, yg_xstrdup(text), NULL);
}

/* ---- small parts ---- */
static bool is_cancelled(struct yg_virt_act *a)
{
	pthread_mutex_lock(&a->conn->lock);
	bool is = a->is_cancelled;
	pthread_mutex_unlock(&a->conn->lock);
	return is;
}

/* Why libvirt did not: a connection that broke meanwhile leaves in doubt what became of it. */
static int failed(struct yg_virt_act *a, struct yg_err *err)
{
	yg_virt_error(err, "%s '%s': cannot %s", a->verb->kind, a->name, a->verb->cannot);
	if (virConnectIsAlive(a->virt) != 1)
		err->code = YG_E_DOUBT;
	return err->code;
}

static int result(struct yg_virt_act *a, int rc, struct yg_err *err)
{
	return rc < 0 ? failed(a, err) : 0;
}

static virDomainPtr domain(struct yg_virt_act *a, struct yg_err *err)
{
	virDomainPtr dom = virDomainLookupByUUIDString(a->virt, a->id);

	if (!dom)
		failed(a, err);
	return dom;
}

static int simple(struct yg_virt_act *a, int (*call)(virDomainPtr dom), struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);

	if (!dom)
		return err->code;
	int rc = result(a, call(dom), err);
	virDomainFree(dom);
	return rc;
}

/* ---- the verbs ---- */
static int run_start(struct yg_virt_act *a, struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);
	int state = 0;

	if (!dom)
		return err->code;
	int rc = result(a, virDomainCreate(dom), err);
	if (!rc && virDomainGetState(dom, &state, NULL, 0) == 0 && state == VIR_DOMAIN_SHUTOFF)
		rc = yg_err_set(err, YG_E_FAILED,
		    "vm '%s': was started and is off again: look at its log on the host", a->name);
	virDomainFree(dom);
	return rc;
}

static int run_force_off(struct yg_virt_act *a, struct yg_err *err)
{
	return simple(a, virDomainDestroy, err);
}

static int run_pause(struct yg_virt_act *a, struct yg_err *err)
{
	return simple(a, virDomainSuspend, err);
}

static int run_resume(struct yg_virt_act *a, struct yg_err *err)
{
	return simple(a, virDomainResume, err);
}

/* 1: it is off; 0: not yet; a negative code: cannot be told. */
static int is_off(struct yg_virt_act *a, virDomainPtr dom, struct yg_err *err)
{
	int state = 0;

	if (virDomainGetState(dom, &state, NULL, 0) < 0)
		/* A transient one is gone once it is off. */
		return virGetLastErrorCode() == VIR_ERR_NO_DOMAIN ? 1 : failed(a, err);
	return state == VIR_DOMAIN_SHUTOFF || state == VIR_DOMAIN_CRASHED;
}

/* Waits until it is off or, with wait, has started anew. */
static int wait_guest(
    struct yg_virt_act *a, virDomainPtr dom, struct yg_virt_wait *wait, struct yg_err *err)
{
	int64_t began = yg_mono_us(), said = -1;

	for (;;) {
		int off = is_off(a, dom, err);
		bool is_seen = false;
		if (off)
			return off < 0 || !wait
				   ? YG_MIN(off, 0)
				   : yg_err_set(err, YG_E_FAILED,
					 "vm '%s': went off instead of rebooting", a->name);
		int64_t seconds = (yg_mono_us() - began) / 1000000;
		if (seconds >= a->seconds)
			return yg_err_set(err, YG_E_TIMEOUT,
			    "vm '%s': the guest did not react within %d s: force-off?", a->name,
			    a->seconds);
		if (seconds != said)
			phase(a, "waiting for the guest %lld s", (long long)seconds);
		said = seconds;
		struct timespec until = yg_virt_after(LOOK_MS);
		pthread_mutex_lock(&a->conn->lock);
		if (!a->is_cancelled && !(wait && wait->is_seen))
			pthread_cond_timedwait(&a->conn->wake, &a->conn->lock, &until);
		is_seen = wait && wait->is_seen;
		bool stop = a->is_cancelled || a->conn->is_closed;
		pthread_mutex_unlock(&a->conn->lock);
		if (is_seen)
			return 0;
		if (stop)
			return yg_err_set(err, YG_E_CANCELLED,
			    "vm '%s': no longer waited for; the guest was asked and may still "
			    "do it",
			    a->name);
	}
}

static int run_shutdown(struct yg_virt_act *a, struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);

	if (!dom)
		return err->code;
	int rc = result(a, virDomainShutdown(dom), err);
	if (!rc) {
		phase(a, "asked the guest");
		rc = wait_guest(a, dom, NULL, err);
	}
	virDomainFree(dom);
	return rc;
}

static void wait_begin(struct yg_virt_conn *v, struct yg_virt_wait *wait)
{
	pthread_mutex_lock(&v->lock);
	wait->next = v->waits;
	v->waits = wait;
	pthread_mutex_unlock(&v->lock);
}

static void wait_end(struct yg_virt_conn *v, struct yg_virt_wait *wait)
{
	pthread_mutex_lock(&v->lock);
	for (struct yg_virt_wait **at = &v->waits; *at; at = &(*at)->next)
		if (*at == wait) {
			*at = wait->next;
			break;
		}
	pthread_mutex_unlock(&v->lock);
}

static void on_reboot(virConnectPtr virt, virDomainPtr dom, void *data)
{
	char uuid[VIR_UUID_STRING_BUFLEN];

	if (virDomainGetUUIDString(dom, uuid) == 0)
		yg_virt_event(data, YG_VIRT_EV_STATE, YG_VIRT_REBOOTED, uuid);
}

static void release_conn(void *data)
{
	yg_virt_conn_unref(data);
}

/* On our own connection: the worker's may not yet be told of reboots when the guest is asked. */
static int watch_reboot(struct yg_virt_act *a, virDomainPtr dom)
{
	int id = virConnectDomainEventRegisterAny(a->virt, dom, VIR_DOMAIN_EVENT_ID_REBOOT,
	    VIR_DOMAIN_EVENT_CALLBACK(on_reboot), yg_virt_conn_ref(a->conn), release_conn);

	if (id < 0)
		yg_virt_conn_unref(a->conn);
	return id;
}

static int run_reboot(struct yg_virt_act *a, struct yg_err *err)
{
	struct yg_virt_wait wait = {.uuid = a->id};
	virDomainPtr dom = domain(a, err);

	if (!dom)
		return err->code;
	int watch = a->conn->is_qemu ? watch_reboot(a, dom) : -1;
	wait_begin(a->conn, &wait);
	int rc = result(a, virDomainReboot(dom, 0), err);
	/* Only QEMU tells when the guest has really started anew. */
	if (!rc && a->conn->is_qemu) {
		phase(a, "asked the guest");
		rc = wait_guest(a, dom, &wait, err);
	}
	wait_end(a->conn, &wait);
	if (watch >= 0)
		virConnectDomainEventDeregisterAny(a->virt, watch);
	virDomainFree(dom);
	return rc;
}

static void add_element(struct yg_buf *b, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	yg_buf_printf(b, "<%s>", name);
	for (const char *p = text; *p; p++)
		switch (*p) {
		case '<': yg_buf_str(b, "&lt;"); break;
		case '>': yg_buf_str(b, "&gt;"); break;
		case '&': yg_buf_str(b, "&amp;"); break;
		default: yg_buf_char(b, (unsigned char)*p < 0x20 ? ' ' : *p);
		}
	yg_buf_printf(b, "</%s>", name);
}

static int run_snapshot(struct yg_virt_act *a, struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);
	struct yg_buf xml = {.max = 1 << 16};

	if (!dom)
		return err->code;
	yg_buf_str(&xml, "<domainsnapshot>");
	add_element(&xml, "name", a->snapshot);
	add_element(&xml, "description", a->description);
	yg_buf_str(&xml, "</domainsnapshot>");
	virDomainSnapshotPtr snap = virDomainSnapshotCreateXML(dom, yg_buf_text(&xml), 0);
	int rc = result(a, snap ? 0 : -1, err);
	if (snap)
		virDomainSnapshotFree(snap);
	yg_buf_done(&xml);
	virDomainFree(dom);
	yg_virt_event(a->conn, YG_VIRT_EV_SNAPSHOT, 0, a->id);
	return rc;
}

static int on_snapshot(struct yg_virt_act *a, bool is_revert, struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);

	if (!dom)
		return err->code;
	virDomainSnapshotPtr snap = virDomainSnapshotLookupByName(dom, a->snapshot, 0);
	int rc = snap ? 0 : -1;
	if (snap) {
		rc = is_revert ? virDomainRevertToSnapshot(snap, 0)
			       : virDomainSnapshotDelete(snap, 0);
		rc = result(a, rc, err);
		virDomainSnapshotFree(snap);
	} else {
		rc = failed(a, err);
	}
	virDomainFree(dom);
	yg_virt_event(a->conn, YG_VIRT_EV_SNAPSHOT, 0, a->id);
	return rc;
}

static int run_revert(struct yg_virt_act *a, struct yg_err *err)
{
	return on_snapshot(a, true, err);
}

static int run_delete(struct yg_virt_act *a, struct yg_err *err)
{
	return on_snapshot(a, false, err);
}

static int run_abort(struct yg_virt_act *a, struct yg_err *err)
{
	return simple(a, virDomainAbortJob, err);
}

static int run_network(struct yg_virt_act *a, struct yg_err *err)
{
	virNetworkPtr net = virNetworkLookupByUUIDString(a->virt, a->id);

	if (!net)
		return failed(a, err);
	int rc = yg_streq(a->verb->name, "start") ? virNetworkCreate(net) : virNetworkDestroy(net);
	rc = result(a, rc, err);
	virNetworkFree(net);
	yg_virt_event(a->conn, YG_VIRT_EV_NETWORK, 0, NULL);
	return rc;
}

/* ---- migration ---- */
static void set_going(struct yg_virt_act *a, const char *to)
{
	struct yg_virt_conn *v = a->conn;

	pthread_mutex_lock(&v->lock);
	if (to)
		free(yg_map_put(&v->going, a->id, yg_xstrdup(to)));
	else
		free(yg_map_remove(&v->going, a->id));
	pthread_mutex_unlock(&v->lock);
	yg_virt_event(v, YG_VIRT_EV_MIGRATION, 0, a->id);
}

struct move {
	virTypedParameterPtr params;
	int count, room;
	unsigned flags;
};

/* A machine that stays defined moves with its definition; it must not be left on both hosts. */
static void plan_move(struct yg_virt_act *a, virDomainPtr dom, struct move *m)
{
	unsigned long long mib = (a->bandwidth + (1 << 20) - 1) >> 20;

	if (a->is_live)
		m->flags |= VIR_MIGRATE_LIVE;
	if (virDomainIsPersistent(dom) == 1)
		m->flags |= VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE;
	if (mib)
		virTypedParamsAddULLong(
		    &m->params, &m->count, &m->room, VIR_MIGRATE_PARAM_BANDWIDTH, mib);
}

/* The daemons among themselves: the machine gets there also when we go away. */
static int move_by_peer(
    struct yg_virt_act *a, virDomainPtr dom, const struct move *m, struct yg_err *err)
{
	phase(a, "moving, host to host");
	return result(a,
	    virDomainMigrateToURI3(
		dom, a->to, m->params, (unsigned)m->count, m->flags | VIR_MIGRATE_PEER2PEER),
	    err);
}

/* We speak to both: for a destination that only we can reach. */
static int move_by_us(
    struct yg_virt_act *a, virDomainPtr dom, const struct move *m, struct yg_err *err)
{
	phase(a, "connecting to %s", a->to);
	virConnectPtr other = yg_virt_open(a->to, err);
	if (!other)
		return yg_err_wrap(err, "vm '%s': cannot migrate", a->name);
	phase(a, "moving");
	virDomainPtr there = virDomainMigrate3(dom, other, m->params, (unsigned)m->count, m->flags);
	int rc = result(a, there ? 0 : -1, err);
	if (there)
		virDomainFree(there);
	virConnectClose(other);
	return rc;
}

static int move(struct yg_virt_act *a, virDomainPtr dom, struct yg_err *err)
{
	struct move m = {0};

	plan_move(a, dom, &m);
	int rc = YG_E_UNREACHABLE;
	if (!yg_virt_is_here(a->to)) {
		rc = move_by_peer(a, dom, &m, err);
		/* libvirt 9.0 has no code of its own for "the source cannot connect there". */
		if (rc && !is_cancelled(a) && strstr(err->text, "Failed to connect to remote"))
			rc = YG_E_UNREACHABLE;
	}
	if (rc == YG_E_UNREACHABLE)
		rc = move_by_us(a, dom, &m, err);
	virTypedParamsFree(m.params, m.count);
	return rc;
}

static int run_migrate(struct yg_virt_act *a, struct yg_err *err)
{
	virDomainPtr dom = domain(a, err);

	if (!dom)
		return err->code;
	set_going(a, a->to);
	int rc = move(a, dom, err);
	set_going(a, NULL);
	if (rc && is_cancelled(a))
		rc = yg_err_set(err, YG_E_CANCELLED,
		    "vm '%s': migration cancelled; it goes on where it was", a->name);
	virDomainFree(dom);
	return rc;
}

static void *run_abort_thread(void *data)
{
	struct yg_virt_act *a = data;
	virConnectPtr virt = yg_virt_open(a->conn->uri, NULL);
	virDomainPtr dom = virt ? virDomainLookupByUUIDString(virt, a->id) : NULL;

	if (dom) {
		virDomainAbortJob(dom);
		virDomainFree(dom);
	}
	if (virt)
		virConnectClose(virt);
	act_unref(a);
	return NULL;
}

static void cancel_wait(struct yg_task *task, void *data)
{
	struct yg_virt_act *a = data;

	pthread_mutex_lock(&a->conn->lock);
	a->is_cancelled = true;
	pthread_cond_broadcast(&a->conn->wake);
	pthread_mutex_unlock(&a->conn->lock);
}

static void cancel_migrate(struct yg_task *task, void *data)
{
	struct yg_virt_act *a = data;

	cancel_wait(task, data);
	yg_task_phase(task, "cancelling");
	if (!yg_virt_thread(run_abort_thread, act_ref(a)))
		act_unref(a);
}

static const struct verb verbs[] = {
    {"vm", "start", "starting", "start it", run_start, NULL, false},
    {"vm", "shutdown", "asking the guest", "shut it down", run_shutdown, cancel_wait, false},
    {"vm", "reboot", "asking the guest", "reboot it", run_reboot, cancel_wait, false},
    {"vm", "force-off", "pulling the plug", "force it off", run_force_off, NULL, false},
    {"vm", "pause", "pausing", "pause it", run_pause, NULL, false},
    {"vm", "resume", "resuming", "resume it", run_resume, NULL, false},
    {"vm", "snapshot", "saving its disks and memory", "take a snapshot", run_snapshot, NULL, true},
    {"vm", "migrate", "connecting", "migrate", run_migrate, cancel_migrate, true},
    {"snapshot", "revert", "going back", "revert to it", run_revert, NULL, true},
    {"snapshot", "delete", "deleting", "delete it", run_delete, NULL, true},
    {"migration", "cancel", "cancelling", "cancel it", run_abort, NULL, false},
    {"network", "start", "starting", "start it", run_network, NULL, false},
    {"network", "stop", "stopping", "stop it", run_network, NULL, false},
};

/* Its own: see call.c for why one connection is for one thread. */
static virConnectPtr connection(struct yg_virt_act *a, struct yg_err *err)
{
	if (!a->conn->is_shared)
		return yg_virt_open(a->conn->uri, err);
	virConnectRef(a->conn->virt);
	return a->conn->virt;
}

static void *run_act(void *data)
{
	struct yg_virt_act *a = data;
	struct yg_err err = {0};

	a->virt = connection(a, &err);
	if (a->virt) {
		int rc = a->verb->run(a, &err);
		if (!rc)
			err = (struct yg_err){0};
		virConnectClose(a->virt);
	}
	virConnectClose(a->conn->virt);
	if (!a->virt)
		yg_err_wrap(&err, "%s '%s': cannot %s", a->verb->kind, a->name, a->verb->cannot);
	say(a, NULL, &err);
	act_unref(a);
	return NULL;
}

static const struct verb *find_verb(const struct yg_action *action)
{
	for (size_t i = 0; i < YG_COUNT(verbs); i++)
		if (yg_streq(verbs[i].kind, action->kind) && yg_streq(verbs[i].name, action->name))
			return &verbs[i];
	return NULL;
}

static int take_args(struct yg_virt_act *a, const struct yg_action *action,
    const struct yg_args *args, struct yg_err *err)
{
	const char *bandwidth = yg_args_get(args, action, "bandwidth");
	const char *live = yg_args_get(args, action, "live"), *to = yg_args_get(args, action, "to");
	const char *name = yg_args_get(args, action, "name");
	const char *description = yg_args_get(args, action, "description");
	double bytes = 0;

	if (bandwidth && (yg_parse_bytes(bandwidth, &bytes, err) || bytes < 1 || bytes > 1e15))
		return yg_err_set(err, YG_E_INVALID,
		    "bandwidth '%s': bytes a second are wanted, like 100M", bandwidth);
	a->bandwidth = (unsigned long long)bytes;
	a->is_live = true;
	if (live && yg_parse_bool(live, &a->is_live, err))
		return yg_err_wrap(err, "live");
	a->to = to ? yg_xstrdup(to) : NULL;
	if (yg_streq(a->verb->name, "migrate") && (!to || !strstr(to, "://")))
		return yg_err_set(err, YG_E_INVALID,
		    "to '%s': the URI of the other host is wanted, like qemu+ssh://kvm-02/system",
		    to ? to : "");
	if (!a->snapshot && name)
		a->snapshot = yg_xstrdup(name);
	a->description = description ? yg_xstrdup(description) : NULL;
	return 0;
}

static struct yg_virt_act *act_new(struct yg_controller *c, struct yg_virt_conn *v,
    const struct verb *verb, const struct yg_row *row)
{
	struct yg_virt_act *a = yg_xcalloc(1, sizeof(*a));
	const char *seconds = yg_controller_option(c, "shutdown_seconds");
	const char *id = yg_row_id(row), *slash = strchr(id, '/');

	a->refs = 1;
	a->conn = yg_virt_conn_ref(v);
	a->verb = verb;
	a->tasks = c->tasks;
	a->id = yg_xstrndup(id, slash ? (size_t)(slash - id) : strlen(id));
	a->name = yg_xstrdup(yg_row_name(row));
	if (slash)
		a->snapshot = yg_xstrdup(slash + 1);
	a->seconds = seconds ? atoi(seconds) : 120;
	return a;
}

/* Begins: from here on the act's thread tells how it goes. */
static int begin(struct yg_virt_act *a, struct yg_task *task, struct yg_err *err)
{
	struct yg_virt_conn *v = a->conn;

	virConnectRef(v->virt);
	if (!yg_virt_thread(run_act, act_ref(a))) {
		virConnectClose(v->virt);
		act_unref(a);
		return yg_err_set(err, YG_E_FAILED, "no thread to do it: too many at once?");
	}
	a->task = task->id;
	a->next = v->acts;
	v->acts = act_ref(a);
	yg_task_phase(task, "%s", a->verb->doing);
	task->cancel = a->verb->cancel;
	task->cancel_data = a;
	if (a->verb->run != run_migrate)
		task->deadline_ms = yg_now_ms() + SHORT_MS + a->seconds * 1000LL;
	if (a->verb->is_long)
		task->deadline_ms = 0;
	return 0;
}

int yg_virt_act(struct yg_controller *c, const struct yg_action *action, const struct yg_row *row,
    const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	struct yg_virt_conn *v = *(struct yg_virt_conn **)c->priv;
	const struct verb *verb = find_verb(action);

	if (!verb)
		return yg_err_set(
		    err, YG_E_UNSUPPORTED, "libvirt cannot '%s' a %s", action->name, action->kind);
	if (!v || !v->is_up)
		return yg_err_set(
		    err, YG_E_UNREACHABLE, "controller '%s': is not connected", c->name);
	struct yg_virt_act *a = act_new(c, v, verb, row);
	int rc = take_args(a, action, args, err);
	if (!rc)
		rc = begin(a, task, err);
	act_unref(a);
	return rc;
}

void yg_virt_acts_close(struct yg_virt_conn *v)
{
	while (v->acts) {
		struct yg_virt_act *a = v->acts;
		struct yg_err err = {0};
		v->acts = a->next;
		yg_err_set(&err, YG_E_DOUBT,
		    "%s '%s': the connection was closed before it was done: look what became of it",
		    a->verb->kind, a->name);
		end(a, &err);
		act_unref(a);
	}
}
