/* json: JSON that comes in pieces, cut into its items: each is parsed alone, shown once, forgotten.
 * Memory is bounded by the largest item, and an item that is broken costs only itself.
 * Not thread-safe: one stream belongs to one thread at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_JSON_H
#define YG_NET_JSON_H

#include <stdint.h>

#include "base/err.h"

enum yg_json_type {
	YG_JSON_NULL,
	YG_JSON_FALSE,
	YG_JSON_TRUE,
	YG_JSON_NUMBER,
	YG_JSON_TEXT,
	YG_JSON_ARRAY,
	YG_JSON_OBJECT,
};

/* A value in an item's tree. What is inside of it follows it in memory; use the functions below.
 * Numbers keep their text, so none is too large. Text is as it came: not yet harmless, perhaps no
 * valid UTF-8; only NUL became U+2400, so that the text ends where it seems to. */
struct yg_json {
	const char *key;  /* NUL-terminated; NULL in arrays and at the top */
	const char *text; /* of TEXT and NUMBER, NUL-terminated; else NULL */
	uint32_t key_len;
	uint32_t len;  /* of text; of containers: how many values are directly inside */
	uint32_t skip; /* values in all, itself included */
	enum yg_json_type type;
};

struct yg_json_stream;

struct yg_json_setup {
	/* NULL: the items of a top-level array, or else each top-level value (one object; objects a
	 * line). A name: the items of the array under this name in the top-level object. */
	const char *member;
	size_t max_item; /* bytes of one item; 0: 1 MiB */
	/* An item, valid during the call. Must not destroy the stream. */
	void (*item)(void *data, const struct yg_json *item);
	/* Item number index is not usable; the stream goes on. May be NULL. */
	void (*bad)(void *data, size_t index, const struct yg_err *err);
	void *data;
};

/* Texts are borrowed as long as the stream lives. */
struct yg_json_stream *yg_json_stream_create(const struct yg_json_setup *setup);
void yg_json_stream_destroy(struct yg_json_stream *s); /* NULL is fine */
/* Takes the next piece. YG_E_INVALID: this is no JSON at all; nothing more will come of it. */
int yg_json_stream_feed(
    struct yg_json_stream *s, const char *bytes, size_t len, struct yg_err *err);
/* There is no more. YG_E_INVALID if something was still open. */
int yg_json_stream_end(struct yg_json_stream *s, struct yg_err *err);
/* Items so far, good and bad. */
size_t yg_json_stream_count(const struct yg_json_stream *s);

/* All of these take NULL for "not there", so that they can be chained. */
/* The value under a path of names, "HostConfig.NetworkMode", or NULL. */
const struct yg_json *yg_json_get(const struct yg_json *node, const char *path);
/* The same for one name that may have dots in it. */
const struct yg_json *yg_json_member(const struct yg_json *node, const char *name);
/* The values inside of an array or object: first, then next of the one before; NULL at the end. */
const struct yg_json *yg_json_first(const struct yg_json *node);
const struct yg_json *yg_json_next(const struct yg_json *parent, const struct yg_json *child);
/* Its text, also a number's; "" for all else. */
const char *yg_json_text(const struct yg_json *node);
/* false if it is no number. Out of range: the nearest int64; fractions are cut. */
bool yg_json_int(const struct yg_json *node, int64_t *out);
/* false if it is no number, or none that a double can hold. */
bool yg_json_real(const struct yg_json *node, double *out);
bool yg_json_is_true(const struct yg_json *node);

/* Appends s as a JSON string, with its quotes: for what we send. */
struct yg_buf;
void yg_json_quote(struct yg_buf *out, const char *s);

#endif
