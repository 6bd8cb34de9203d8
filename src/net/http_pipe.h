/* http_pipe: one question over HTTP whose connection becomes a pipe in both directions, as Docker
 * and Podman give it for shells ("hijacked"). Sockets of this machine only: libcurl 7.88 gives such
 * a connection to nobody. Loop thread only; every call returns at once. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_HTTP_PIPE_H
#define YG_NET_HTTP_PIPE_H

#include <stdint.h>

#include "base/err.h"

#define YG_HTTP_PIPE_PENDING_MAX ((size_t)1 << 20) /* of what the far side does not take yet */

struct yg_loop;
struct yg_http_pipe;

/* Texts are copied. */
struct yg_http_pipe_setup {
	const char *url;   /* "unix:///run/docker.sock"; others: YG_E_UNSUPPORTED */
	const char *path;  /* of the POST */
	const char *body;  /* JSON */
	int64_t answer_ms; /* so long the answer's head may take */
	void (*open)(void *data);
	void (*bytes)(void *data, const char *bytes, size_t len);
	/* Once; the pipe is gone with it. status: of the answer, 0: none; answer: its body where
	 * the status is no success. err NULL: the far side ended it. Never from inside another
	 * call. */
	void (*end)(void *data, int status, const char *answer, const struct yg_err *err);
	void *data;
};

int yg_http_pipe_open(struct yg_loop *loop, const struct yg_http_pipe_setup *setup,
    struct yg_http_pipe **out, struct yg_err *err);
/* false: more than YG_HTTP_PIPE_PENDING_MAX waits; the rest was dropped. */
bool yg_http_pipe_write(struct yg_http_pipe *p, const char *bytes, size_t len);
size_t yg_http_pipe_pending(const struct yg_http_pipe *p);
/* Nothing more is written: our half is closed once all is out. */
void yg_http_pipe_eof(struct yg_http_pipe *p);
void yg_http_pipe_pause(struct yg_http_pipe *p, bool on);
/* Lets go at once; nothing is called any more. NULL is fine. */
void yg_http_pipe_close(struct yg_http_pipe *p);

#endif
