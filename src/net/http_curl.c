/* http_curl: HTTP over TCP and TLS: libcurl's multi interface on our loop. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_wire.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/log.h"
#include "net/loop.h"

#define CONNECT_MS   10000
#define MAX_CACHED   8 /* connections kept open without a question on them */
#define KEEP_ALIVE_S 30L

enum resolve { RESOLVE_NEEDED, RESOLVE_RUNNING, RESOLVE_DONE };

/* What a resolver holds: it may come back after the pool is gone. */
struct resolving {
	struct pool *http;
};

struct socket_watch {
	struct pool *http;
	curl_socket_t fd;
	struct yg_fd_watch *watch;
};

struct pool {
	struct yg_http base; /* first */
	struct yg_loop *loop;
	struct yg_http_setup setup;
	char *url, *ca, *cert, *key; /* url: as given, for messages */
	char *prefix;                /* what stands before the path for libcurl */
	char *host;                  /* to be resolved, or NULL */
	int port;
	enum resolve resolve;
	struct resolving *resolving;
	struct curl_slist *address; /* "host:port:address" */
	CURLM *multi;
	struct yg_timer *timer; /* libcurl's */
	struct yg_timer *kick;  /* ours: something waits for settle() */
	struct call *calls;
	bool is_busy; /* libcurl or a callback is running: change nothing under its feet */
	bool is_dead; /* destroyed while busy */
};

struct call {
	struct yg_http_call base; /* first; status: of the final answer */
	struct pool *http;
	struct call *prev, *next;
	struct yg_http_request
	    request; /* method, path, type and body are not ours: not used later */
	CURL *easy;
	struct curl_slist *headers;
	size_t header_bytes, body_bytes;
	int status;    /* of the final answer */
	bool is_once;  /* must not be sent twice */
	bool is_added; /* libcurl has it */
	bool is_cancelled;
	bool is_resumed;   /* to be told to libcurl */
	struct yg_err err; /* why we made libcurl stop, or why it never began */
	char text[CURL_ERROR_SIZE];
};

/* ---- what libcurl calls during a transfer ---- */

static void heard(struct pool *http)
{
	if (http->setup.heard)
		http->setup.heard(http->setup.data);
}

/* An answer's status is final when it is none of the 1xx. */
static void head_complete(struct call *call)
{
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status < 200)
		return;
	call->base.status = (int)status;
	if (call->request.head)
		call->request.head(call->request.data, &call->base);
}

static size_t on_header(char *line, size_t size, size_t count, void *data)
{
	struct call *call = data;
	size_t len = size * count;

	if (call->is_cancelled)
		return 0;
	heard(call->http);
	if (call->is_cancelled)
		return 0;
	call->header_bytes += len;
	if (call->header_bytes > YG_HTTP_MAX_HEADERS) {
		yg_err_set(&call->err, YG_E_TOOBIG,
		    "'%s': the answer has more than %zu KiB of headers", call->http->url,
		    YG_HTTP_MAX_HEADERS >> 10);
		return 0;
	}
	/* Trailers behind the body end with an empty line too. */
	if (call->base.status == 0 && len <= 2 && (line[0] == '\r' || line[0] == '\n'))
		head_complete(call);
	return call->is_cancelled ? 0 : len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data)
{
	struct call *call = data;
	size_t len = size * count, max = call->request.max_bytes;

	if (call->is_cancelled)
		return 0;
	heard(call->http);
	if (call->is_cancelled)
		return 0;
	/* Decoded bytes: a small answer may be a very large one once unpacked. */
	if (max && len > max - call->body_bytes) {
		yg_err_set(&call->err, YG_E_TOOBIG, "'%s': the answer has more than %zu bytes",
		    call->http->url, max);
		return 0;
	}
	if (call->request.body_cb &&
	    !call->request.body_cb(call->request.data, &call->base, bytes, len))
		return call->is_cancelled ? 0 : CURL_WRITEFUNC_PAUSE;
	call->body_bytes += len;
	return call->is_cancelled ? 0 : len;
}

/* ---- the end of a call ---- */

static void unlink_call(struct call *call)
{
	if (call->prev)
		call->prev->next = call->next;
	else
		call->http->calls = call->next;
	if (call->next)
		call->next->prev = call->prev;
}

/* Not while libcurl is running. */
static void free_call(struct call *call)
{
	unlink_call(call);
	if (call->is_added)
		curl_multi_remove_handle(call->http->multi, call->easy);
	curl_easy_cleanup(call->easy);
	curl_slist_free_all(call->headers);
	free(call);
}

static bool was_sent(struct call *call)
{
	long bytes = 0;

	curl_easy_getinfo(call->easy, CURLINFO_REQUEST_SIZE, &bytes);
	return bytes > 0;
}

static int error_code(struct call *call, CURLcode rc)
{
	switch (rc) {
	case CURLE_OPERATION_TIMEDOUT: return YG_E_TIMEOUT;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_GOT_NOTHING:
	case CURLE_SEND_ERROR:
	case CURLE_SSL_CONNECT_ERROR: return YG_E_UNREACHABLE;
	/* TLS 1.3 servers refuse a client only after the handshake. */
	case CURLE_RECV_ERROR:
		if (strstr(call->text, "alert"))
			return YG_E_REFUSED;
		return call->base.status ? YG_E_FAILED : YG_E_UNREACHABLE;
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE: return YG_E_REFUSED;
	default: return YG_E_FAILED;
	}
}

/* What the operator reads. errno says more than libcurl does about a socket. */
static int explain(struct call *call, CURLcode rc, struct yg_err *err)
{
	const char *url = call->http->url;
	long os = 0;

	if (call->err.code) {
		*err = call->err;
		return err->code;
	}
	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &os);
	if (rc == CURLE_COULDNT_CONNECT && os == EACCES)
		return yg_err_set(err, YG_E_REFUSED,
		    "'%s': permission denied: join the group that owns the socket, or be root",
		    url);
	if (rc == CURLE_COULDNT_CONNECT && os)
		return yg_err_set(
		    err, YG_E_UNREACHABLE, "'%s': cannot connect: %s", url, strerror((int)os));
	if (rc == CURLE_SSL_CERTPROBLEM || rc == CURLE_SSL_CACERT_BADFILE)
		return yg_err_set(err, YG_E_REFUSED, "'%s': %s: see tls_ca, tls_cert and tls_key",
		    url, call->text[0] ? call->text : curl_easy_strerror(rc));
	return yg_err_set(err, error_code(call, rc), "'%s': %s", url,
	    call->text[0] ? call->text : curl_easy_strerror(rc));
}

static void finish(struct call *call, CURLcode rc)
{
	struct yg_err err = {0};

	/* libcurl 7.88 calls half a head a good answer without a body. */
	if (rc == CURLE_OK && call->base.status == 0) {
		snprintf(call->text, sizeof(call->text), "the answer ended in its headers");
		rc = CURLE_GOT_NOTHING;
	}
	if (rc != CURLE_OK) {
		explain(call, rc, &err);
		if (call->is_once && call->base.status == 0 && was_sent(call)) {
			err.code = YG_E_DOUBT;
			yg_err_wrap(&err, "it was asked for, and the answer was lost");
		}
		/* The name may lead elsewhere by now. */
		if (rc == CURLE_COULDNT_CONNECT && call->http->resolve == RESOLVE_DONE)
			call->http->resolve = RESOLVE_NEEDED;
	}
	/* From here on it is over for libcurl and for cancel, but its answers can be asked for. */
	if (call->is_added)
		curl_multi_remove_handle(call->http->multi, call->easy);
	call->is_added = false;
	call->is_cancelled = true;
	if (call->request.done)
		call->request.done(call->request.data, &call->base, rc == CURLE_OK ? NULL : &err);
	free_call(call);
}

/* ---- turns: between two of them nothing is half done ---- */

static void settle(struct pool *http);

static void on_kick(void *data)
{
	struct pool *http = data;

	yg_timer_stop(http->kick);
	http->kick = NULL;
	settle(http);
}

static void kick(struct pool *http)
{
	if (!http->kick)
		http->kick = yg_timer_start(http->loop, 0, 0, on_kick, http);
}

static void destroy_now(struct pool *http)
{
	while (http->calls)
		free_call(http->calls);
	if (http->resolving)
		http->resolving->http = NULL;
	yg_timer_stop(http->kick);
	curl_multi_cleanup(http->multi);
	yg_timer_stop(http->timer);
	curl_slist_free_all(http->address);
	free(http->url);
	free(http->ca);
	free(http->cert);
	free(http->key);
	free(http->prefix);
	free(http->host);
	free(http);
}

static void on_resolved(void *data, const char *addr, const struct yg_err *err)
{
	struct resolving *r = data;
	struct pool *http = r->http;

	free(r);
	if (!http)
		return;
	http->resolving = NULL;
	http->resolve = addr ? RESOLVE_DONE : RESOLVE_NEEDED;
	if (addr) {
		bool is_v6 = strchr(addr, ':');
		char *line =
		    yg_xasprintf(is_v6 ? "%s:%d:[%s]" : "%s:%d:%s", http->host, http->port, addr);
		curl_slist_free_all(http->address);
		http->address = curl_slist_append(NULL, line);
		free(line);
	} else {
		for (struct call *c = http->calls; c; c = c->next)
			if (!c->is_added && !c->err.code) {
				c->err = *err;
				yg_err_wrap(&c->err, "'%s'", http->url);
			}
	}
	settle(http);
}

static void resolve(struct pool *http)
{
	http->resolve = RESOLVE_RUNNING;
	http->resolving = yg_xcalloc(1, sizeof(*http->resolving));
	http->resolving->http = http;
	yg_resolve(http->loop, http->host, http->setup.connect_ms, on_resolved, http->resolving);
}

/* Gives a call to libcurl, or ends it, or leaves it waiting for the address. */
static void begin(struct call *call)
{
	struct pool *http = call->http;

	if (call->err.code) {
		finish(call, CURLE_COULDNT_RESOLVE_HOST);
		return;
	}
	if (http->host && http->resolve != RESOLVE_DONE) {
		if (http->resolve == RESOLVE_NEEDED)
			resolve(http);
		return;
	}
	if (http->address)
		curl_easy_setopt(call->easy, CURLOPT_RESOLVE, http->address);
	call->is_added = true;
	curl_multi_add_handle(http->multi, call->easy);
}

static struct call *next_in_need(struct pool *http)
{
	for (struct call *c = http->calls; c; c = c->next) {
		bool is_waiting = !c->is_added &&
				  (c->err.code || !http->host || http->resolve != RESOLVE_RUNNING);
		if (c->is_cancelled || is_waiting || c->is_resumed)
			return c;
	}
	return NULL;
}

static void finish_ended(struct pool *http)
{
	CURLMsg *msg;
	int left;

	while (!http->is_dead && (msg = curl_multi_info_read(http->multi, &left))) {
		struct call *call = NULL;
		CURLcode rc = msg->data.result;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&call);
		if (call->is_cancelled)
			free_call(call);
		else
			finish(call, rc);
	}
}

/* Does what callbacks asked for while nothing could be touched. */
static void settle(struct pool *http)
{
	struct call *call;

	http->is_busy = true;
	finish_ended(http);
	while (!http->is_dead && (call = next_in_need(http))) {
		if (call->is_cancelled) {
			free_call(call);
		} else if (call->is_resumed) {
			call->is_resumed = false;
			if (call->is_added)
				curl_easy_pause(call->easy, CURLPAUSE_CONT);
		} else {
			begin(call);
		}
		finish_ended(http);
	}
	http->is_busy = false;
	if (http->is_dead)
		destroy_now(http);
}

static void act(struct pool *http, curl_socket_t fd, int what)
{
	int running;

	http->is_busy = true;
	curl_multi_socket_action(http->multi, fd, what, &running);
	settle(http);
}

static void on_timer(void *data)
{
	struct pool *http = data;

	yg_timer_stop(http->timer);
	http->timer = NULL;
	act(http, CURL_SOCKET_TIMEOUT, 0);
}

static int on_timer_wanted(CURLM *multi, long ms, void *data)
{
	struct pool *http = data;

	yg_timer_stop(http->timer);
	http->timer = ms < 0 ? NULL : yg_timer_start(http->loop, ms, 0, on_timer, http);
	return 0;
}

static void on_ready(void *data, int events)
{
	struct socket_watch *w = data;
	int what = 0;

	if (events & YG_READABLE)
		what |= CURL_CSELECT_IN;
	if (events & YG_WRITABLE)
		what |= CURL_CSELECT_OUT;
	act(w->http, w->fd, what);
}

static int on_socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct pool *http = data;
	struct socket_watch *w = socket_data;

	if (what == CURL_POLL_REMOVE) {
		if (w)
			yg_fd_watch_stop(w->watch);
		free(w);
		return 0;
	}
	int events =
	    (what & CURL_POLL_IN ? YG_READABLE : 0) | (what & CURL_POLL_OUT ? YG_WRITABLE : 0);
	if (w) {
		yg_fd_watch_change(w->watch, events);
		return 0;
	}
	w = yg_xcalloc(1, sizeof(*w));
	w->http = http;
	w->fd = fd;
	w->watch = yg_fd_watch_start(http->loop, fd, events, on_ready, w);
	curl_multi_assign(http->multi, fd, w);
	return 0;
}

/* ---- setting up ---- */

static void set_method(struct call *call, const struct yg_http_request *request)
{
	CURL *easy = call->easy;

	if (yg_streq(request->method, "HEAD"))
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	else if (!yg_streq(request->method, "GET"))
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method);
	if (!request->body && !yg_streq(request->method, "POST"))
		return;
	/* Empty bodies too say how long they are. */
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
	curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, request->body ? request->body : "");
	char *type =
	    yg_xasprintf("Content-Type: %s", request->type ? request->type : "application/json");
	call->headers = curl_slist_append(call->headers, type);
	/* No waiting for "100 Continue". */
	call->headers = curl_slist_append(call->headers, "Expect:");
	free(type);
}

static void set_limits(struct call *call, const struct yg_http_request *request)
{
	CURL *easy = call->easy;

	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)call->http->setup.connect_ms);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)request->total_ms);
	if (request->idle_ms) {
		curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(
		    easy, CURLOPT_LOW_SPEED_TIME, (long)(request->idle_ms + 999) / 1000);
	}
	if (!call->is_once)
		return;
	/* On a connection that the server is just closing libcurl 7.88 sends a POST a second time
	 * by itself, and says nothing. */
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
}

static void set_peer(CURL *easy, const struct pool *http)
{
	bool is_tls = yg_starts_with(http->prefix, "https:");

	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, is_tls ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, KEEP_ALIVE_S);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, KEEP_ALIVE_S);
	if (!is_tls)
		return;
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (http->ca)
		curl_easy_setopt(easy, CURLOPT_CAINFO, http->ca);
	if (http->cert)
		curl_easy_setopt(easy, CURLOPT_SSLCERT, http->cert);
	if (http->key)
		curl_easy_setopt(easy, CURLOPT_SSLKEY, http->key);
}

static void set_call(struct call *call, const struct yg_http_request *request)
{
	CURL *easy = call->easy;
	char *url = yg_xasprintf("%s%s", call->http->prefix, request->path);

	curl_easy_setopt(easy, CURLOPT_URL, url);
	free(url);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "yagura/" YG_VERSION);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, call->text);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	set_peer(easy, call->http);
	set_method(call, request);
	set_limits(call, request);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->headers);
}

static char *copy_or_null(const char *s)
{
	return s ? yg_xstrdup(s) : NULL;
}

/* ---- the table ---- */

extern const struct yg_http_wire yg_http_wire_curl;

static struct yg_http *pool_create(
    struct yg_loop *loop, const struct yg_http_setup *setup, const struct yg_http_place *place)
{
	struct pool *http = yg_xcalloc(1, sizeof(*http));

	/* Counted by libcurl: all but the first call cost nothing. */
	curl_global_init(CURL_GLOBAL_NOTHING);
	http->base.wire = &yg_http_wire_curl;
	http->loop = loop;
	http->setup = *setup;
	if (!http->setup.connect_ms)
		http->setup.connect_ms = CONNECT_MS;
	http->url = yg_xstrdup(setup->url);
	http->ca = copy_or_null(setup->ca);
	http->cert = copy_or_null(setup->cert);
	http->key = copy_or_null(setup->key);
	http->prefix = yg_xstrdup(place->base);
	http->host = copy_or_null(place->host);
	http->port = place->port;
	http->multi = curl_multi_init();
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETFUNCTION, on_socket_wanted);
	curl_multi_setopt(http->multi, CURLMOPT_SOCKETDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERFUNCTION, on_timer_wanted);
	curl_multi_setopt(http->multi, CURLMOPT_TIMERDATA, http);
	curl_multi_setopt(http->multi, CURLMOPT_MAXCONNECTS, (long)MAX_CACHED);
	return &http->base;
}

static void pool_destroy(struct yg_http *base)
{
	struct pool *http = yg_container_of(base, struct pool, base);

	for (struct call *c = http->calls; c; c = c->next)
		c->is_cancelled = true;
	http->setup.asked = http->setup.heard = NULL;
	http->is_dead = true;
	if (!http->is_busy)
		destroy_now(http);
}

static struct yg_http_call *call_start(struct yg_http *base, const struct yg_http_request *request)
{
	struct pool *http = yg_container_of(base, struct pool, base);
	struct call *call = yg_xcalloc(1, sizeof(*call));

	call->base.wire = &yg_http_wire_curl;
	call->http = http;
	call->request = *request;
	call->is_once = !yg_streq(request->method, "GET") && !yg_streq(request->method, "HEAD");
	call->easy = curl_easy_init();
	set_call(call, request);
	call->next = http->calls;
	if (call->next)
		call->next->prev = call;
	http->calls = call;
	if (http->setup.asked)
		http->setup.asked(http->setup.data);
	if (http->is_busy || (http->host && http->resolve != RESOLVE_DONE))
		kick(http);
	else
		begin(call);
	return &call->base;
}

static void call_cancel(struct yg_http_call *base)
{
	struct call *call = yg_container_of(base, struct call, base);

	if (call->is_cancelled)
		return;
	call->is_cancelled = true;
	if (call->http->is_busy)
		return; /* settle() frees it */
	free_call(call);
}

static void call_resume(struct yg_http_call *base)
{
	struct call *call = yg_container_of(base, struct call, base);

	call->is_resumed = true;
	kick(call->http);
}

static const char *call_header(struct yg_http_call *base, const char *name)
{
	struct call *call = yg_container_of(base, struct call, base);
	struct curl_header *h;

	if (curl_easy_header(call->easy, name, 0, CURLH_HEADER, -1, &h) != CURLHE_OK)
		return NULL;
	return h->value;
}

const struct yg_http_wire yg_http_wire_curl = {
    .size = sizeof(yg_http_wire_curl),
    .create = pool_create,
    .destroy = pool_destroy,
    .start = call_start,
    .cancel = call_cancel,
    .resume = call_resume,
    .header = call_header,
};
