/* conn: one connection: its life, its errors, and libvirt's own event thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/log.h"
#include "providers/libvirt/virt.h"

#define EVENTS_MAX 256 /* more than these at once: everything is listed again */

/* libvirt has one event loop for the process, and what hangs outlives its controller: both need a
 * place that is nobody's. */
static struct {
	pthread_once_t once;
	pthread_mutex_t lock;
	struct yg_virt_conn *all;
} house = {.once = PTHREAD_ONCE_INIT, .lock = PTHREAD_MUTEX_INITIALIZER};

static void no_print(void *data, virErrorPtr error)
{
}

static void *run_events(void *data)
{
	for (;;)
		if (virEventRunDefaultImpl() < 0)
			yg_log("libvirt", YG_LOG_WARN, "libvirt's event loop: a turn failed");
	return NULL;
}

static void start(void)
{
	/* Without this libvirt writes warnings to stderr, which is the operator's screen. */
	setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0);
	virSetErrorFunc(NULL, no_print);
	virInitialize();
	if (virEventRegisterDefaultImpl() == 0 && !yg_virt_thread(run_events, NULL))
		yg_log("libvirt", YG_LOG_ERR, "no thread for libvirt's events");
}

void yg_virt_start(void)
{
	pthread_once(&house.once, start);
}

bool yg_virt_thread(void *(*run)(void *data), void *data)
{
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 512 << 10);
	int rc = pthread_create(&thread, &attr, run, data);
	pthread_attr_destroy(&attr);
	return rc == 0;
}

struct yg_virt_conn *yg_virt_conn_new(struct yg_controller *c, const char *uri)
{
	struct yg_virt_conn *v = yg_xcalloc(1, sizeof(*v));
	pthread_condattr_t attr;

	v->refs = 1;
	pthread_mutex_init(&v->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&v->wake, &attr);
	pthread_condattr_destroy(&attr);
	v->ctl = c;
	v->loop = c->loop;
	v->name = yg_xstrdup(c->name);
	v->uri = yg_xstrdup(uri);
	v->is_opening = true;
	v->net_callback = v->pool_callback = v->refresh_callback = -1;
	pthread_mutex_lock(&house.lock);
	v->next = house.all;
	house.all = v;
	pthread_mutex_unlock(&house.lock);
	return v;
}

struct yg_virt_conn *yg_virt_conn_ref(struct yg_virt_conn *v)
{
	__atomic_add_fetch(&v->refs, 1, __ATOMIC_RELAXED);
	return v;
}

static void unlink_conn(struct yg_virt_conn *v)
{
	pthread_mutex_lock(&house.lock);
	for (struct yg_virt_conn **at = &house.all; *at; at = &(*at)->next)
		if (*at == v) {
			*at = v->next;
			break;
		}
	pthread_mutex_unlock(&house.lock);
}

static void free_host(struct yg_virt_host *h)
{
	free(h->model);
	free(h->arch);
	free(h->uuid);
	free(h->version);
}

void yg_virt_conn_unref(struct yg_virt_conn *v)
{
	if (!v || __atomic_sub_fetch(&v->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	unlink_conn(v);
	for (size_t i = 0; i < v->doms.count; i++)
		yg_virt_dom_free(v->doms.entries[i].value);
	for (size_t i = 0; i < v->nets.count; i++)
		yg_virt_net_free(v->nets.entries[i].value);
	for (size_t i = 0; i < v->going.count; i++)
		free(v->going.entries[i].value);
	yg_map_done(&v->doms);
	yg_map_done(&v->nets);
	yg_map_done(&v->going);
	yg_map_done(&v->visible);
	yg_vec_done(&v->events);
	free_host(&v->host);
	free(v->hostname);
	free(v->type);
	free(v->uri);
	free(v->name);
	pthread_cond_destroy(&v->wake);
	pthread_mutex_destroy(&v->lock);
	free(v);
}

bool yg_virt_is_closed(struct yg_virt_conn *v)
{
	pthread_mutex_lock(&v->lock);
	bool closed = v->is_closed;
	pthread_mutex_unlock(&v->lock);
	return closed;
}

int yg_virt_hanging(const char *uri)
{
	int count = 0;

	pthread_mutex_lock(&house.lock);
	for (struct yg_virt_conn *v = house.all; v; v = v->next) {
		pthread_mutex_lock(&v->lock);
		count += v->is_closed && v->is_opening && yg_streq(v->uri, uri);
		pthread_mutex_unlock(&v->lock);
	}
	pthread_mutex_unlock(&house.lock);
	return count;
}

void yg_virt_event(
    struct yg_virt_conn *v, enum yg_virt_event_what what, int detail, const char *uuid)
{
	struct yg_virt_event ev = {.what = what, .detail = detail};

	snprintf(ev.uuid, sizeof(ev.uuid), "%s", uuid ? uuid : "");
	pthread_mutex_lock(&v->lock);
	if (v->events.count < EVENTS_MAX)
		yg_vec_push(&v->events, ev);
	else
		v->has_missed_events = true;
	for (struct yg_virt_wait *w = v->waits; w; w = w->next)
		w->is_seen |= what == YG_VIRT_EV_STATE && detail == YG_VIRT_REBOOTED &&
			      yg_streq(w->uuid, ev.uuid);
	pthread_cond_broadcast(&v->wake);
	pthread_mutex_unlock(&v->lock);
}

struct timespec yg_virt_after(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (ms % 1000) * 1000000L;
	if (t.tv_nsec >= 1000000000L) {
		t.tv_nsec -= 1000000000L;
		t.tv_sec++;
	}
	return t;
}

static int code_of(int virt)
{
	switch (virt) {
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
	case VIR_ERR_OPERATION_DENIED:
	case VIR_ERR_ACCESS_DENIED: return YG_E_REFUSED;
	case VIR_ERR_NO_DOMAIN:
	case VIR_ERR_NO_NETWORK:
	case VIR_ERR_NO_DOMAIN_SNAPSHOT: return YG_E_NOTFOUND;
	case VIR_ERR_NO_SUPPORT:
	case VIR_ERR_OPERATION_UNSUPPORTED:
	case VIR_ERR_CONFIG_UNSUPPORTED:
	case VIR_ERR_ARGUMENT_UNSUPPORTED: return YG_E_UNSUPPORTED;
	case VIR_ERR_OPERATION_TIMEOUT: return YG_E_TIMEOUT;
	case VIR_ERR_OPERATION_ABORTED: return YG_E_CANCELLED;
	default: return YG_E_FAILED;
	}
}

int yg_virt_error(struct yg_err *err, const char *fmt, ...)
{
	virErrorPtr last = virGetLastError();
	char what[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return yg_err_set(err, last ? code_of(last->code) : YG_E_FAILED, "%s: %s", what,
	    last && last->message ? last->message : "libvirt does not say why");
}

/* Asked only after libvirt has looked into its own auth.conf. The terminal is not libvirt's. */
static int no_login(virConnectCredentialPtr wanted, unsigned count, void *data)
{
	return -1;
}

/* ssh must neither ask nor draw at the terminal. */
static char *quiet_uri(const char *uri)
{
	bool is_ssh = strstr(uri, "+ssh://") != NULL;

	if (!is_ssh || strstr(uri, "no_tty="))
		return yg_xstrdup(uri);
	return yg_xasprintf("%s%sno_tty=1", uri, strchr(uri, '?') ? "&" : "?");
}

virConnectPtr yg_virt_open(const char *uri, struct yg_err *err)
{
	static int types[] = {VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE, VIR_CRED_USERNAME,
	    VIR_CRED_ECHOPROMPT, VIR_CRED_NOECHOPROMPT};
	virConnectAuth auth = {.credtype = types, .ncredtype = YG_COUNT(types), .cb = no_login};
	char *quiet = quiet_uri(uri);
	virConnectPtr virt = virConnectOpenAuth(quiet, &auth, 0);

	free(quiet);
	if (virt) {
		/* Drivers without a daemon have none, and need none. */
		if (virConnectSetKeepAlive(virt, 2, 3) < 0)
			virResetLastError();
		return virt;
	}
	if (yg_virt_error(err, "cannot connect to '%s'", uri) == YG_E_FAILED && err)
		err->code = YG_E_UNREACHABLE;
	if (err && err->code == YG_E_REFUSED)
		yg_err_wrap(err, "put the login into ~/.config/libvirt/auth.conf");
	return NULL;
}
