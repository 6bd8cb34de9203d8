/* http: questions to one controller over HTTP, on the loop. Loop thread only.
 *
 * A pool belongs to one controller and one credential: connections are never shared across pools.
 * Redirects are not followed, ~/.netrc and proxies are not used, http is spoken only where the URL
 * says so. In libyagura-http.so. Sockets on this machine need no library; TCP and TLS are
 * libcurl's, which brings thirty others: it is loaded for the first pool that needs it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_HTTP_H
#define YG_NET_HTTP_H

#include <stdint.h>

#include "base/err.h"

struct yg_loop;
struct yg_http;      /* the pool */
struct yg_http_call; /* one question and its answer */

/* Texts are copied. */
struct yg_http_setup {
	const char
	    *url; /* "unix:///run/docker.sock", "https://host:2376", "http://host"; no path */
	const char *ca, *cert, *key; /* PEM files; NULL: the system's authorities; no certificate */
	int64_t connect_ms;          /* name, connection and TLS; 0: 10 s */
	/* A question goes out; a byte of any answer came. NULL: nobody asks. */
	void (*asked)(void *data);
	void (*heard)(void *data);
	void *data;
};

struct yg_http_request {
	const char *method; /* "GET"; all but GET and HEAD are never sent twice */
	const char *path;   /* "/v1.41/containers/json?all=1" */
	const char *type;   /* of the body; NULL: application/json */
	const char *body;   /* or NULL */
	size_t body_len;
	int64_t total_ms; /* the whole, from start to done; 0: no limit, for streams */
	int64_t idle_ms;  /* no byte for so long, once connected; 0: no limit */
	size_t max_bytes; /* of the decoded body; 0: no limit, for streams */
	/* All are called from the loop, never from inside yg_http_start(); only done may be called
	 * after a failure. They may start and cancel calls and destroy the pool. */
	/* Status and headers are there. May be NULL. */
	void (*head)(void *data, struct yg_http_call *call);
	/* Bytes of the body as they come. false: not now; they come again after yg_http_resume().
	 * NULL: they are dropped. */
	bool (*body_cb)(void *data, struct yg_http_call *call, const char *bytes, size_t len);
	/* Exactly once unless the call is cancelled or the pool destroyed. err NULL: an answer came
	 * whole, whatever its status. YG_E_DOUBT: it was sent and must not be sent again, and no
	 * answer came. The call ends with this. */
	void (*done)(void *data, struct yg_http_call *call, const struct yg_err *err);
	void *data;
};

/* Loads what this URL needs, which may take 10 ms the first time: for yg_work(), any thread. */
int yg_http_load(const char *url, struct yg_err *err);
/* YG_E_INVALID if the URL is wrong. Connects to nothing; loads what is not loaded yet. */
int yg_http_create(struct yg_loop *loop, const struct yg_http_setup *setup, struct yg_http **out,
    struct yg_err *err);
/* Cancels all that is under way. NULL is fine. */
void yg_http_destroy(struct yg_http *http);

/* Texts are copied. The call is valid until done, cancel or destroy. */
struct yg_http_call *yg_http_start(struct yg_http *http, const struct yg_http_request *request);
/* Lets go of it: nothing of it is called any more. NULL is fine. */
void yg_http_cancel(struct yg_http_call *call);
void yg_http_resume(struct yg_http_call *call);
/* 0 as long as there is none. */
int yg_http_status(const struct yg_http_call *call);
/* The value of an answer's header, borrowed until the next question to the call; NULL if absent. */
const char *yg_http_header(struct yg_http_call *call, const char *name);

/* Appends s with all but letters, digits and -._~ as %XX: for a part of a path or a query. */
struct yg_buf;
void yg_http_escape(struct yg_buf *out, const char *s);

#endif
