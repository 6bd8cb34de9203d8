/* pattern: one text to look for: a part of it, all of it, a shell pattern or a regular expression.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* Ceilings for expressions that explode: steps from one starting place, bytes looked at, and texts
 * that may reach the ceiling before the expression is given up. */
#define STEPS_MAX   5000
#define SUBJECT_MAX 4096
#define BLOWN_MAX   32
#define REGEX_MAX   1024

enum how { EVERYTHING, PART, EQUAL, GLOB, REGEX };

struct regex {
	pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	unsigned blown; /* texts on which it took too many steps */
};

/* fold[i] is 0x20 where text[i] is a letter: (c | fold[i]) == text[i] ignores its case. */
struct yg_pattern {
	enum how how;
	size_t len;
	char *text; /* as given, for people */
	unsigned char *low, *fold;
	struct regex regex;
};

static bool is_same(const struct yg_pattern *p, const unsigned char *s)
{
	for (size_t i = 0; i < p->len; i++)
		if ((s[i] | p->fold[i]) != p->low[i])
			return false;
	return true;
}

static const unsigned char *find_part(
    const struct yg_pattern *p, const unsigned char *s, size_t len)
{
	if (len < p->len)
		return NULL;
	unsigned char first = p->low[0], fold = p->fold[0];
	for (const unsigned char *last = s + (len - p->len); s <= last; s++)
		if ((*s | fold) == first && is_same(p, s))
			return s;
	return NULL;
}

static bool has_part(const struct yg_pattern *p, const unsigned char *s, size_t len)
{
	return find_part(p, s, len) != NULL;
}

/* Only the last star is ever tried again: linear in practice, at worst len times pattern. */
static bool is_glob(const struct yg_pattern *p, const unsigned char *s, size_t len)
{
	size_t i = 0, at = 0, resume = 0, star = SIZE_MAX;

	while (at < len) {
		if (i < p->len && p->low[i] == '*') {
			star = ++i;
			resume = at;
		} else if (i < p->len && (p->low[i] == '?' || (s[at] | p->fold[i]) == p->low[i])) {
			i++;
			at++;
		} else if (star != SIZE_MAX) {
			i = star;
			at = ++resume;
		} else
			return false;
	}
	while (i < p->len && p->low[i] == '*')
		i++;
	return i == p->len;
}

static bool regex_match(const struct regex *regex, const char *s, size_t len)
{
	struct regex *r = (struct regex *)regex; /* scratch memory and a counter, no meaning */

	if (r->blown >= BLOWN_MAX)
		return false;
	int rc = pcre2_match(
	    r->code, (PCRE2_SPTR)s, YG_MIN(len, (size_t)SUBJECT_MAX), 0, 0, r->data, r->limits);
	if (rc < 0 && rc != PCRE2_ERROR_NOMATCH)
		r->blown++;
	return rc >= 0;
}

bool yg_pattern_match(const struct yg_pattern *p, const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;

	switch (p->how) {
	case EVERYTHING: return true;
	case PART: return has_part(p, u, len);
	case EQUAL: return len == p->len && is_same(p, u);
	case GLOB: return is_glob(p, u, len);
	case REGEX: return regex_match(&p->regex, s, len);
	}
	return false;
}

bool yg_pattern_find(
    const struct yg_pattern *p, const char *s, size_t len, size_t *out_from, size_t *out_to)
{
	if (p->how == PART) {
		const unsigned char *at = find_part(p, (const unsigned char *)s, len);
		if (!at)
			return false;
		*out_from = (size_t)(at - (const unsigned char *)s);
		*out_to = *out_from + p->len;
		return true;
	}
	if (p->how != REGEX || !regex_match(&p->regex, s, len))
		return false;
	const PCRE2_SIZE *found = pcre2_get_ovector_pointer(p->regex.data);
	*out_from = found[0];
	*out_to = found[1];
	return found[1] >= found[0];
}

static int regex_compile(struct regex *r, const char *text, struct yg_err *err)
{
	int code = 0;
	PCRE2_SIZE at = 0;
	PCRE2_UCHAR why[120];
	size_t len = strlen(text);

	if (len > REGEX_MAX)
		return yg_err_set(
		    err, YG_E_INVALID, "the regular expression is longer than %d bytes", REGEX_MAX);
	r->code = pcre2_compile((PCRE2_SPTR)text, len,
	    PCRE2_CASELESS | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C, &code,
	    &at, NULL);
	if (!r->code) {
		pcre2_get_error_message(code, why, sizeof(why));
		return yg_err_set(err, YG_E_INVALID, "regular expression '%s': %s, at its byte %zu",
		    text, (const char *)why, (size_t)at + 1);
	}
	/* Where there is no JIT the interpreter does it. */
	pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
	r->data = pcre2_match_data_create(1, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (!r->data || !r->limits)
		abort();
	pcre2_set_match_limit(r->limits, STEPS_MAX);
	pcre2_set_depth_limit(r->limits, STEPS_MAX);
	pcre2_set_heap_limit(r->limits, 1024);
	return 0;
}

static void fold_text(struct yg_pattern *p)
{
	p->low = yg_xcalloc(2, p->len + 1);
	p->fold = p->low + p->len + 1;
	for (size_t i = 0; i < p->len; i++) {
		unsigned char c = (unsigned char)p->text[i];
		bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
		p->fold[i] = is_letter ? 0x20 : 0;
		p->low[i] = c | p->fold[i];
	}
}

static enum how choose(const char *text, enum yg_pattern_how how, bool is_literal)
{
	if (how == YG_PATTERN_REGEX)
		return REGEX;
	if (!is_literal && strpbrk(text, "*?"))
		return text[strspn(text, "*")] ? GLOB : EVERYTHING;
	if (how == YG_PATTERN_WHOLE)
		return EQUAL;
	return *text ? PART : EVERYTHING;
}

int yg_pattern_create(const char *text, enum yg_pattern_how how, bool is_literal,
    struct yg_pattern **out, struct yg_err *err)
{
	struct yg_pattern *p = yg_xcalloc(1, sizeof(*p));
	int rc = 0;

	p->how = choose(text, how, is_literal);
	p->text = yg_xstrdup(text);
	p->len = strlen(text);
	fold_text(p);
	if (p->how == REGEX)
		rc = regex_compile(&p->regex, text, err);
	if (rc) {
		yg_pattern_destroy(p);
		return rc;
	}
	*out = p;
	return 0;
}

void yg_pattern_destroy(struct yg_pattern *p)
{
	if (!p)
		return;
	pcre2_code_free(p->regex.code);
	pcre2_match_data_free(p->regex.data);
	pcre2_match_context_free(p->regex.limits);
	free(p->text);
	free(p->low);
	free(p);
}

bool yg_pattern_covers(const struct yg_pattern *a, const struct yg_pattern *b)
{
	if (a->how == EVERYTHING)
		return true;
	if (a->how == PART && (b->how == PART || b->how == EQUAL))
		return has_part(a, (const unsigned char *)b->text, b->len);
	if (a->how == REGEX)
		return b->how == REGEX && strcmp(a->text, b->text) == 0;
	return a->how == b->how && a->len == b->len && memcmp(a->low, b->low, a->len) == 0;
}

bool yg_pattern_gave_up(const struct yg_pattern *p)
{
	return p->regex.blown > 0;
}

const char *yg_pattern_text(const struct yg_pattern *p)
{
	return p->text;
}
