/* logmerge: bytes of several logs at once, cut into lines and merged by time. now_ms is of a
 * steady clock. Lines of one source stay in the order in which they came. While following, a
 * source that is silent holds the others up for a short while only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_LOGMERGE_H
#define YG_MODEL_LOGMERGE_H

#include "model/logline.h"

#define YG_LOGMERGE_SOURCES 256
#define YG_LOGMERGE_BYTES   ((size_t)2 << 20) /* of lines that wait; beyond it the oldest go on */

struct yg_logmerge;
/* The line is borrowed during the call. */
typedef void (*yg_logline_cb)(void *data, const struct yg_logline *line);

/* window_ms: how long a source that has said something before is waited for. */
struct yg_logmerge *yg_logmerge_create(int64_t window_ms, yg_logline_cb cb, void *data);
void yg_logmerge_destroy(struct yg_logmerge *m); /* NULL is fine */
/* A source, numbered from 0; has_times: its lines begin with a stamp, which is taken off. It is
 * waited for until it says something, ends, or yg_logmerge_opened() was a window ago. */
unsigned yg_logmerge_add(struct yg_logmerge *m, bool has_times);
void yg_logmerge_opened(struct yg_logmerge *m, unsigned source, int64_t now_ms);
/* Calls cb for lines that need not wait. */
void yg_logmerge_feed(struct yg_logmerge *m, unsigned source, int from, const char *bytes,
    size_t len, int64_t now_ms);
/* What it left unfinished is a line; nobody waits for it any more. */
void yg_logmerge_end(struct yg_logmerge *m, unsigned source, int64_t now_ms);
/* It ended and begins anew. */
void yg_logmerge_again(struct yg_logmerge *m, unsigned source);
/* Calls cb for what has waited long enough; true if there are lines that still wait. */
bool yg_logmerge_settle(struct yg_logmerge *m, int64_t now_ms);
/* Bytes of a source's lines that wait for others: to hold up the one that is far ahead. */
size_t yg_logmerge_waiting(const struct yg_logmerge *m, unsigned source);

#endif
