/* pattern: one text to look for: a part of it, all of it, a shell pattern or a regular expression;
 * ASCII case ignored. Matching allocates nothing and takes a bounded time, whatever the expression.
 * A pattern is used by one thread at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_PATTERN_H
#define YG_MODEL_PATTERN_H

#include "base/err.h"

struct yg_pattern;

enum yg_pattern_how {
	YG_PATTERN_PART,  /* found anywhere; all of it where the pattern has * or ? */
	YG_PATTERN_WHOLE, /* equal; * and ? as in the shell */
	YG_PATTERN_REGEX, /* PCRE2, found anywhere */
};

/* is_literal: * and ? are themselves. Only a regular expression can be wrong: YG_E_INVALID with
 * what PCRE2 says. */
int yg_pattern_create(const char *text, enum yg_pattern_how how, bool is_literal,
    struct yg_pattern **out, struct yg_err *err);
void yg_pattern_destroy(struct yg_pattern *p); /* NULL is fine */
bool yg_pattern_match(const struct yg_pattern *p, const char *s, size_t len);
/* Where it is found for the first time: from *out_from to before *out_to; false: nowhere, or all of
 * the text is the match of a shell pattern. */
bool yg_pattern_find(
    const struct yg_pattern *p, const char *s, size_t len, size_t *out_from, size_t *out_to);
/* true if all that b matches is matched by a, as far as is plain to see. */
bool yg_pattern_covers(const struct yg_pattern *a, const struct yg_pattern *b);
/* The expression needed too many steps on a text, which it then did not match; on so many, and it
 * is no longer tried. */
bool yg_pattern_gave_up(const struct yg_pattern *p);
const char *yg_pattern_text(const struct yg_pattern *p);

#endif
