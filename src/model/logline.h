/* logline: one line of a log, and what can be read out of it: its time, how grave it is, JSON
 * opened up. Pure functions; texts are hostile and stay as they came: who shows them makes them
 * harmless. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_LOGLINE_H
#define YG_MODEL_LOGLINE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "model/style.h"

#define YG_LOGLINE_MAX 16384 /* bytes of one line; the rest of a longer one is dropped */

enum yg_level { YG_LEVEL_NONE, YG_LEVEL_DEBUG, YG_LEVEL_INFO, YG_LEVEL_WARN, YG_LEVEL_ERROR };

struct yg_logline {
	int64_t us;       /* when it was written, microseconds since 1970 */
	const char *text; /* borrowed; not NUL-terminated, may hold NULs */
	size_t len;
	uint16_t source;
	uint8_t from;  /* 1 output, 2 errors */
	uint8_t level; /* enum yg_level */
	bool is_cut;   /* it was longer than YG_LOGLINE_MAX */
};

/* The time that a line begins with, "2026-11-24T13:21:12.123456789Z "; returns how many bytes that
 * is with its blank, 0 if there is none. */
size_t yg_logline_stamp(const char *text, size_t len, int64_t *out_us);
/* Takes the colours and cursor movements (CSI) out, and a CR at the end; returns the new length. */
size_t yg_logline_strip(char *text, size_t len);
/* By words that programs use for it: "ERROR", "level=warn", "[info]", "\"severity\":\"DEBUG\"". */
enum yg_level yg_logline_level(const char *text, size_t len);
/* Appends an object in JSON as "LEVEL message key=value ...", its time left out; false, and nothing
 * appended, if it is none. */
bool yg_logline_json(struct yg_buf *out, const char *text, size_t len);
/* "10m" (before now_ms) or "2026-01-15T10:42:07Z" as milliseconds since 1970; YG_E_INVALID. */
int yg_logline_when(const char *text, int64_t now_ms, int64_t *out_ms, struct yg_err *err);
enum yg_style yg_level_style(enum yg_level level);
const char *yg_level_name(enum yg_level level); /* "error"; "" for none */

#endif
