/* text: UTF-8 from outside made harmless, natural order, numbers for people. Pure functions. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_TEXT_H
#define YG_BASE_TEXT_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define YG_REPLACEMENT 0xFFFDu

/* Decodes the code point at *s and moves *s behind it; end is one past the last byte. Bytes that
 * are no valid UTF-8 (overlong, surrogates, beyond U+10FFFF) give YG_REPLACEMENT, one each. */
uint32_t yg_utf8_next(const char **s, const char *end);
/* Writes the UTF-8 of cp, at most 4 bytes, without NUL; returns how many. */
size_t yg_utf8_put(uint32_t cp, char out[4]);
/* What may be shown for a code point from outside: C0 and DEL become control pictures (U+2400..),
 * C1, bidirectional controls, zero-width and tag characters, line separators, private-use and
 * non-characters become YG_REPLACEMENT; all else is itself. */
uint32_t yg_harmless(uint32_t cp);
/* Appends s with every code point made harmless: for everything that goes to a person's terminal.
 */
void yg_text_clean(struct yg_buf *out, const char *s, size_t len);
/* Appends s as a JSON string with its quotes; everything yg_harmless() would change is written as
 * an escape, so that JSON on a terminal is harmless too; invalid UTF-8 becomes U+FFFD. */
void yg_text_json(struct yg_buf *out, const char *s, size_t len);

/* Order as people count: "vm2" before "vm10"; case is ignored at first; never 0 for two texts that
 * differ. */
int yg_text_natural(const char *a, const char *b);
/* The beginning of the natural order as numbers, so that most comparisons are one: if the keys of a
 * are less than those of b, then natural(a, b) < 0; equal keys say nothing. */
#define YG_NATURAL_KEYS 3
void yg_text_natural_key(const char *s, uint64_t key[YG_NATURAL_KEYS]);
/* Position of needle in hay, ignoring ASCII case; NULL if it is not there. */
const char *yg_text_find(const char *hay, const char *needle);
/* Shell pattern with * and ?, ignoring ASCII case; linear, no recursion. */
bool yg_text_glob(const char *pattern, const char *s);
/* The word of the list that is nearest to word (at most 1/3 of it differs), or NULL. */
const char *yg_text_nearest(const char *word, const char *const *list, size_t count);

/* Numbers for people; each writes at most size bytes and returns buf. */
/* 1536 -> "1.5K"; 1024-based, K M G T P, at most 5 cells. */
/* A full-width letter of an input method, "ｊ", as the key that was meant, "j"; "　" as "Space";
 * all else as it is. buf holds the answer where it is another. */
const char *yg_half_width(const char *key, char buf[8]);
const char *yg_fmt_bytes(double bytes, char *buf, size_t size);
/* 93784000 ms -> "1d 2h"; the two largest units; 250 -> "250ms". */
const char *yg_fmt_duration(int64_t ms, char *buf, size_t size);
/* One unit only: "26h" would be "1d": for narrow columns. */
const char *yg_fmt_age(int64_t ms, char *buf, size_t size);
/* Up to 4 significant digits, no trailing zeros: 3.25, 12.5, 1204. */
const char *yg_fmt_real(double value, char *buf, size_t size);

/* "4G", "1.5Mi", "512" -> bytes (1024-based; a trailing B is allowed). */
int yg_parse_bytes(const char *s, double *out, struct yg_err *err);
/* "yes", "true", "on", "1" and their opposites, in any case. */
int yg_parse_bool(const char *s, bool *out, struct yg_err *err);
/* "90s", "5m", "7d", "1h30m" -> milliseconds. A bare number is refused. */
int yg_parse_duration(const char *s, int64_t *out_ms, struct yg_err *err);

#endif
