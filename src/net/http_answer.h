/* http_answer: an HTTP/1.1 answer as it comes, in pieces of any size. For the files of http only.
 * All zero but for is_head and the callbacks is the beginning. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_HTTP_ANSWER_H
#define YG_NET_HTTP_ANSWER_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct yg_http_answer {
	/* What comes next. */
	enum {
		PART_HEAD,
		PART_LENGTH, /* left bytes of body */
		PART_CHUNK_SIZE,
		PART_CHUNK,     /* left bytes of it */
		PART_CHUNK_END, /* its line end */
		PART_TRAILER,
		PART_TO_END, /* body until the connection is closed */
		PART_DONE,
	} part;
	uint64_t left;
	struct yg_buf head; /* of the final answer, each line ended by NUL once it is complete */
	size_t head_bytes;  /* of all heads and trailers */
	int status;         /* of the final answer; 0: none yet */
	bool is_head;       /* it answers HEAD: no body */
	bool is_closing;    /* the connection is of no more use */
	struct yg_err err;  /* why it can go on no further */
	void (*on_head)(void *data);
	bool (*on_body)(void *data, const char *bytes, size_t len); /* false: not taken */
	void *data;
};

/* Takes the next part; returns how many bytes it took, 0: more are needed, or it stopped. */
size_t yg_http_answer_take(struct yg_http_answer *a, const char *bytes, size_t len);
/* The connection was closed, with rest bytes not taken: 0 if it is complete, else a code and why.
 */
int yg_http_answer_end(struct yg_http_answer *a, size_t rest, const char **why);
bool yg_http_answer_is_done(const struct yg_http_answer *a);
bool yg_http_answer_is_empty(const struct yg_http_answer *a); /* nothing came */
/* The value of a header, borrowed; NULL: no such, or no head yet. */
const char *yg_http_answer_header(const struct yg_http_answer *a, const char *name);
void yg_http_answer_done(struct yg_http_answer *a);

#endif
