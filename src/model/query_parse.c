/* query_parse: from the text of a query to terms, and from a term to the fields of a kind. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/query_term.h"

#define QUERY_MAX 1024 /* bytes of text: it bounds the time of a pattern, too */

struct cursor {
	const char *text, *p;
};

/* ---- values ---- */

static double read_plain(const char *s)
{
	char *end = NULL;

	if (!*s || s[strspn(s, "0123456789.+-eE")])
		return NAN;
	double value = strtod(s, &end);
	return *end || !isfinite(value) ? NAN : value;
}

static double read_percent(const char *s)
{
	char number[40];
	size_t len = strlen(s);

	if (len && s[len - 1] == '%')
		len--;
	if (len >= sizeof(number))
		return NAN;
	memcpy(number, s, len);
	number[len] = '\0';
	return read_plain(number);
}

static double read_bytes(const char *s)
{
	double value = NAN;

	if (s[strspn(s, "0123456789.eE+kKmMgGtTpPiB")] || yg_parse_bytes(s, &value, NULL))
		return NAN;
	return value;
}

static double read_rate(const char *s)
{
	char number[40];
	size_t len = strlen(s);

	if (len >= 2 && strcmp(s + len - 2, "/s") == 0)
		len -= 2;
	if (len >= sizeof(number))
		return NAN;
	memcpy(number, s, len);
	number[len] = '\0';
	return read_bytes(number);
}

static double read_duration(const char *s)
{
	int64_t ms = 0;

	if (s[strspn(s, "0123456789.wdhms")] || yg_parse_duration(s, &ms, NULL))
		return NAN;
	return (double)ms;
}

static double read_bool(const char *s)
{
	bool value;

	return yg_parse_bool(s, &value, NULL) ? NAN : value;
}

static double (*const readers[YG_AS_COUNT])(const char *s) = {
    [YG_AS_PLAIN] = read_plain,
    [YG_AS_BYTES] = read_bytes,
    [YG_AS_RATE] = read_rate,
    [YG_AS_PERCENT] = read_percent,
    [YG_AS_DURATION] = read_duration,
    [YG_AS_BOOL] = read_bool,
};

static const char *const how_to_write[YG_AS_COUNT] = {
    [YG_AS_PLAIN] = "a number like 4 or 2.5",
    [YG_AS_BYTES] = "a size like 512, 4G or 1.5M",
    [YG_AS_RATE] = "a rate like 500K or 10M",
    [YG_AS_PERCENT] = "a percentage like 80 or 80%",
    [YG_AS_DURATION] = "a time like 90s, 5m or 7d",
    [YG_AS_BOOL] = "yes or no",
};

/* ---- terms ---- */

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Characters, not bytes, before p: what a person counts. */
static size_t column_of(const struct cursor *c, const char *p)
{
	size_t column = 1;

	for (const char *s = c->text; s < p; s++)
		if ((*s & 0xC0) != 0x80)
			column++;
	return column;
}

static enum yg_pattern_how how_of(enum yg_term_op op)
{
	if (op == YG_OP_LIKE)
		return YG_PATTERN_PART;
	return op == YG_OP_REGEX ? YG_PATTERN_REGEX : YG_PATTERN_WHOLE;
}

static int add_choice(struct yg_term *t, const char *text, bool is_literal, struct yg_err *err)
{
	struct yg_choice choice = {.is_literal = is_literal};
	int rc = yg_pattern_create(text, how_of(t->op), is_literal, &choice.pattern, err);

	if (rc)
		return rc;
	choice.is_any = !is_literal && t->op != YG_OP_REGEX && *text && !text[strspn(text, "*")];
	for (int i = 0; i < YG_AS_COUNT; i++)
		choice.as[i] = readers[i](text);
	t->choices = yg_xreallocarray(t->choices, t->n_choices + 1, sizeof(*t->choices));
	t->choices[t->n_choices++] = choice;
	return 0;
}

/* Reads one alternative: up to a space or '|' outside of quotes, which are taken off. */
static int read_alternative(struct cursor *c, bool splits, struct yg_buf *out, bool *out_quoted)
{
	bool is_inside = false;

	*out_quoted = false;
	for (; *c->p && (is_inside || !is_space(*c->p)); c->p++) {
		if (c->p[0] == '\\' && c->p[1] == '"')
			yg_buf_char(out, *++c->p);
		else if (*c->p == '"') {
			is_inside = !is_inside;
			*out_quoted = true;
		} else if (*c->p == '|' && splits && !is_inside)
			break;
		else
			yg_buf_char(out, *c->p);
	}
	return is_inside ? YG_E_INVALID : 0;
}

/* Reads "a|b"; alternatives that are empty (still being typed) are left out. */
static int read_value(struct cursor *c, struct yg_term *t, struct yg_err *err)
{
	struct yg_buf text = {0};
	bool splits = t->op == YG_OP_LIKE || t->op == YG_OP_EQ, is_quoted = false;
	int rc = 0;

	for (bool more = true; more && !rc; c->p += more) {
		yg_buf_clear(&text);
		rc = read_alternative(c, splits, &text, &is_quoted);
		if (rc)
			yg_err_set(err, rc, "a quote is not closed");
		else if (text.len || is_quoted)
			rc = add_choice(t, yg_buf_text(&text), is_quoted, err);
		more = splits && *c->p == '|';
	}
	if (!rc && !t->n_choices)
		rc = t->field ? yg_err_set(err, YG_E_INVALID, "'%s': a value is missing", t->field)
			      : yg_err_set(err, YG_E_INVALID, "a word is missing");
	yg_buf_done(&text);
	return rc;
}

static const struct {
	const char *text;
	enum yg_term_op op;
	bool is_negated;
} operators[] = {
    {"<=", YG_OP_LE, false},
    {">=", YG_OP_GE, false},
    {"!=", YG_OP_EQ, true},
    {"!~", YG_OP_REGEX, true},
    {"==", YG_OP_EQ, false},
    {"<", YG_OP_LT, false},
    {">", YG_OP_GT, false},
    {"=", YG_OP_EQ, false},
    {":", YG_OP_LIKE, false},
    {"~", YG_OP_REGEX, false},
};

/* Takes an operator at c, if there is one. */
static bool read_operator(struct cursor *c, struct yg_term *t)
{
	for (size_t i = 0; i < YG_COUNT(operators); i++)
		if (yg_starts_with(c->p, operators[i].text)) {
			c->p += strlen(operators[i].text);
			t->op = operators[i].op;
			t->is_negated ^= operators[i].is_negated;
			return true;
		}
	return false;
}

/* Takes "field" or "label.key" and the operator behind it; leaves c alone if that is not there. */
static bool read_field(struct cursor *c, struct yg_term *t)
{
	struct cursor ahead = *c;
	const char *name = c->p;

	if (!isalpha((unsigned char)*name))
		return false;
	while (isalnum((unsigned char)*ahead.p) || *ahead.p == '_')
		ahead.p++;
	const char *dot = ahead.p;
	if (*dot == '.')
		while (isalnum((unsigned char)*ahead.p) || (*ahead.p && strchr("._-/", *ahead.p)))
			ahead.p++;
	const char *end = ahead.p;
	if (!read_operator(&ahead, t))
		return false;
	t->field = yg_xstrndup(name, (size_t)(dot - name));
	if (end > dot)
		t->label = yg_xstrndup(dot + 1, (size_t)(end - dot - 1));
	*c = ahead;
	return true;
}

static int read_term(struct cursor *c, struct yg_term *t, struct yg_err *err)
{
	for (; *c->p == '-' || *c->p == '!'; c->p++)
		t->is_negated = !t->is_negated;
	if (!read_field(c, t) && *c->p && strchr("=<>:", *c->p))
		return yg_err_set(err, YG_E_INVALID, "a field is missing before '%c'", *c->p);
	if (!t->field && *c->p == '~') {
		t->op = YG_OP_REGEX;
		c->p++;
	}
	return read_value(c, t, err);
}

void yg_terms_free(struct yg_term *terms, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; k < terms[i].n_choices; k++)
			yg_pattern_destroy(terms[i].choices[k].pattern);
		free(terms[i].choices);
		free(terms[i].field);
		free(terms[i].label);
	}
	free(terms);
}

int yg_terms_parse(const char *text, struct yg_term **out, size_t *out_count, struct yg_err *err)
{
	struct yg_vec(struct yg_term) terms = {0};
	struct cursor c = {text, text};
	int rc = 0;

	if (strlen(text) > QUERY_MAX)
		return yg_err_set(err, YG_E_INVALID, "query: longer than %d bytes", QUERY_MAX);
	while (!rc) {
		while (is_space(*c.p))
			c.p++;
		if (!*c.p)
			break;
		size_t column = column_of(&c, c.p);
		yg_vec_push(&terms, (struct yg_term){.column = column});
		rc = read_term(&c, &terms.items[terms.count - 1], err);
		if (rc)
			yg_err_wrap(err, "query: column %zu", column);
	}
	if (rc) {
		yg_terms_free(terms.items, terms.count);
		return rc;
	}
	*out = terms.items;
	*out_count = terms.count;
	return 0;
}

/* ---- terms and kinds ---- */

bool yg_term_passes(const struct yg_term *term, const char *s, size_t len)
{
	for (size_t i = 0; i < term->n_choices; i++)
		if (yg_pattern_match(term->choices[i].pattern, s, len))
			return true;
	return false;
}

static void bind_states(const struct yg_term *t, const struct yg_kind *kind, struct yg_spot *out)
{
	for (size_t i = 0; i < kind->n_states && i < 64; i++) {
		const char *name = kind->states[i].name;
		if (yg_term_passes(t, name, strlen(name)))
			out->states |= (uint64_t)1 << i;
	}
}

static void bind_words(const struct yg_term *t, const struct yg_kind *kind, struct yg_spot *out)
{
	out->what = YG_SPOT_WORDS;
	for (size_t i = 0; i < kind->n_fields; i++) {
		const struct yg_field *f = &kind->fields[i];
		if (i != YG_F_NAME && !(f->flags & YG_FF_SEARCH))
			continue;
		if (f->type == YG_T_TEXT)
			out->texts |= (uint64_t)1 << i;
		else if (yg_type_is_text(f->type))
			out->rest |= (uint64_t)1 << i;
	}
	bind_states(t, kind, out);
}

static bool is_kind(const struct yg_choice *choice, const struct yg_kind *kind)
{
	const char *text = yg_pattern_text(choice->pattern);

	return yg_kind_find(text) == kind ||
	       (strpbrk(text, "*?") && !choice->is_literal &&
		   yg_pattern_match(choice->pattern, kind->name, strlen(kind->name)));
}

static int bind_kind(
    const struct yg_term *t, const struct yg_kind *kind, struct yg_spot *out, struct yg_err *err)
{
	out->what = YG_SPOT_CONST;
	if (t->op != YG_OP_LIKE && t->op != YG_OP_EQ)
		return yg_err_set(
		    err, YG_E_INVALID, "'kind' is a word, compare it with ':' or '='");
	for (size_t i = 0; i < t->n_choices; i++) {
		const char *text = yg_pattern_text(t->choices[i].pattern);
		if (is_kind(&t->choices[i], kind))
			out->is_match = true;
		if (yg_kind_find(text) || strpbrk(text, "*?"))
			continue;
		const struct yg_kind *near = yg_kind_nearest(text);
		return yg_err_set(err, YG_E_INVALID,
		    near ? "no kind '%s', did you mean '%s'" : "no kind '%s'", text,
		    near ? near->name : "");
	}
	return 0;
}

/* Each word must be one of the kind's states, or a pattern: a typing error must not read as "none".
 */
static int bind_state(
    const struct yg_term *t, const struct yg_kind *kind, struct yg_spot *out, struct yg_err *err)
{
	const char *names[64];
	size_t n = YG_MIN(kind->n_states, YG_COUNT(names));

	out->what = YG_SPOT_STATE;
	bind_states(t, kind, out);
	for (size_t i = 0; i < n; i++)
		names[i] = kind->states[i].name;
	for (size_t i = 0; i < t->n_choices && t->op != YG_OP_REGEX && n == kind->n_states; i++) {
		const struct yg_pattern *p = t->choices[i].pattern;
		bool is_known = false;
		for (size_t k = 0; k < n; k++)
			is_known |= yg_pattern_match(p, names[k], strlen(names[k]));
		if (is_known)
			continue;
		const char *near = yg_text_nearest(yg_pattern_text(p), names, n);
		return yg_err_set(err, YG_E_INVALID,
		    near ? "no state '%s', did you mean '%s'" : "%s has no state '%s'",
		    near ? yg_pattern_text(p) : kind->name, near ? near : yg_pattern_text(p));
	}
	return 0;
}

static int bind_text(
    const struct yg_term *t, enum yg_type type, struct yg_spot *out, struct yg_err *err)
{
	if (t->op > YG_OP_REGEX)
		return yg_err_set(
		    err, YG_E_INVALID, "'%s' is a text, compare it with ':', '=' or '~'", t->field);
	if (type == YG_T_LABELS)
		out->what = YG_SPOT_LABELS;
	else if (t->label)
		return yg_err_set(err, YG_E_INVALID, "'%s' has no labels in it", t->field);
	else
		out->what = type == YG_T_TEXT ? YG_SPOT_TEXT : YG_SPOT_REFS;
	return 0;
}

static const struct {
	enum yg_spot_what what;
	enum yg_reading reading;
} numbers[] = {
    [YG_T_INT] = {YG_SPOT_INT, YG_AS_PLAIN},
    [YG_T_REAL] = {YG_SPOT_REAL, YG_AS_PLAIN},
    [YG_T_BOOL] = {YG_SPOT_INT, YG_AS_BOOL},
    [YG_T_BYTES] = {YG_SPOT_INT, YG_AS_BYTES},
    [YG_T_PERCENT] = {YG_SPOT_REAL, YG_AS_PERCENT},
    [YG_T_RATE] = {YG_SPOT_REAL, YG_AS_RATE},
    [YG_T_INSTANT] = {YG_SPOT_AGE, YG_AS_DURATION},
    [YG_T_DURATION] = {YG_SPOT_INT, YG_AS_DURATION},
};

static int bind_number(
    const struct yg_term *t, enum yg_type type, struct yg_spot *out, struct yg_err *err)
{
	enum yg_reading reading = numbers[type].reading;
	bool is_equality = t->op == YG_OP_LIKE || t->op == YG_OP_EQ, is_any = t->choices[0].is_any;

	if (t->op == YG_OP_REGEX || t->label)
		return yg_err_set(err, YG_E_INVALID, "'%s' is %s, compare it with %s", t->field,
		    type == YG_T_BOOL ? "yes or no" : "a number",
		    type == YG_T_BOOL ? "'='" : "'<', '>' or '='");
	if (type == YG_T_BOOL && !is_equality)
		return yg_err_set(
		    err, YG_E_INVALID, "'%s' is yes or no, compare it with '='", t->field);
	if (type == YG_T_INSTANT && is_equality && !is_any)
		return yg_err_set(
		    err, YG_E_INVALID, "'%s' is a time, compare its age with '<' or '>'", t->field);
	for (size_t i = 0; i < t->n_choices; i++)
		if (isnan(t->choices[i].as[reading]) && !(is_equality && t->choices[i].is_any))
			return yg_err_set(err, YG_E_INVALID, "'%s': '%s' is not %s", t->field,
			    yg_pattern_text(t->choices[i].pattern), how_to_write[reading]);
	out->what = numbers[type].what;
	out->reading = reading;
	return 0;
}

/* "age" stands for the first of these that a kind has, then for the next. */
static bool find_age(const struct yg_kind *kind, struct yg_spot *out)
{
	static const char *const names[] = {"started", "created", "since"};
	int found[2] = {-1, -1}, n = 0;

	for (size_t i = 0; i < YG_COUNT(names) && n < 2; i++) {
		int f = yg_kind_field(kind, names[i]);
		if (f >= 0 && kind->fields[f].type == YG_T_INSTANT)
			found[n++] = f;
	}
	out->field = found[0];
	out->other = found[1];
	return n > 0;
}

int yg_term_bind(
    const struct yg_term *term, const struct yg_kind *kind, struct yg_spot *out, struct yg_err *err)
{
	*out = (struct yg_spot){.field = -1, .other = -1};
	if (!term->field) {
		bind_words(term, kind, out);
		return 0;
	}
	out->field = yg_kind_field(kind, term->field);
	if (out->field < 0 && strcasecmp(term->field, "kind") == 0)
		return bind_kind(term, kind, out, err);
	if (out->field < 0 && !(strcasecmp(term->field, "age") == 0 && find_age(kind, out)))
		return yg_err_set(err, YG_E_NOTFOUND, "no field '%s'", term->field);
	enum yg_type type = kind->fields[out->field].type;
	if (type == YG_T_STATE && term->op <= YG_OP_REGEX && !term->label)
		return bind_state(term, kind, out, err);
	if (yg_type_is_text(type) || type == YG_T_STATE)
		return bind_text(term, type, out, err);
	return bind_number(term, type, out, err);
}
