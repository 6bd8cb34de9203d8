/* http_wire: what a way to carry HTTP is made of: one for sockets of this machine, one by libcurl.
 * For the files of http only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_HTTP_WIRE_H
#define YG_NET_HTTP_WIRE_H

#include "net/http.h"

#define YG_HTTP_MAX_HEADERS ((size_t)64 << 10)

/* What a URL says. */
struct yg_http_place {
	char *socket_path; /* of a unix socket, or NULL */
	char *base;        /* else what stands before the path: "https://host:2376" */
	char *host;        /* to be resolved, or NULL */
	int port;
	bool is_tls;
};

/* The contracts are those of http.h. create gets a URL that was looked at; its pool begins with a
 * struct yg_http, its calls with a struct yg_http_call. */
struct yg_http_wire {
	size_t size; /* sizeof(struct yg_http_wire) */
	struct yg_http *(*create)(struct yg_loop *loop, const struct yg_http_setup *setup,
	    const struct yg_http_place *place);
	void (*destroy)(struct yg_http *http);
	struct yg_http_call *(*start)(struct yg_http *http, const struct yg_http_request *request);
	void (*cancel)(struct yg_http_call *call);
	void (*resume)(struct yg_http_call *call);
	const char *(*header)(struct yg_http_call *call, const char *name);
};

struct yg_http {
	const struct yg_http_wire *wire;
};

struct yg_http_call {
	const struct yg_http_wire *wire;
	int status; /* of the final answer; 0: none yet */
};

#endif
