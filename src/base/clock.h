/* clock: wall time in milliseconds, and a steady time; both can be set by hand for repeatable
 * screens. Any thread may read; only main sets, before threads start. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_CLOCK_H
#define YG_BASE_CLOCK_H

#include <stdint.h>

#include "base/err.h"

/* Milliseconds since 1970, the unit of every instant in the model. */
int64_t yg_now_ms(void);
/* Microseconds of a steady clock that nobody can set back; never frozen: for measuring. */
int64_t yg_mono_us(void);
/* From now on yg_now_ms() answers this; 0 goes back to the real clock. */
void yg_clock_freeze(int64_t now_ms);
bool yg_clock_is_frozen(void);
/* RFC 3339 ("2026-01-15T10:42:07.25Z", offsets too) to milliseconds. YG_E_INVALID if it is none. */
int yg_time_parse(const char *s, int64_t *out_ms, struct yg_err *err);
/* Milliseconds to "2026-01-15T10:42:07Z"; buf of at least 32 bytes. Returns buf. */
const char *yg_time_iso(int64_t ms, char *buf, size_t size);

#endif
