/* query: the one language that chooses rows: matching, and what one query says about another. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/query.h"

#include <math.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "base/vec.h"
#include "model/query_term.h"

struct yg_query {
	char *text;
	const struct yg_kind *kind; /* NULL: any */
	struct yg_term *terms;      /* cheap ones first */
	size_t n_terms;
	const struct yg_kind **kinds; /* those that there were when it was compiled */
	size_t n_kinds;
	struct yg_spot *spots; /* n_terms for each of kinds */
};

/* ---- matching ---- */

static bool passes_state(
    const struct yg_term *t, const struct yg_spot *spot, const struct yg_row *row, int field)
{
	int64_t state = yg_row_int(row, field);

	if (state < 0 || (uint64_t)state >= row->kind->n_states)
		state = 0;
	if (state < 64)
		return spot->states >> state & 1;
	const char *name = row->kind->states[state].name;
	return yg_term_passes(t, name, strlen(name));
}

static bool passes_text(const struct yg_term *t, const char *s)
{
	return yg_term_passes(t, s, strlen(s));
}

/* A reference is known by the name that is shown, and by its id. */
static bool passes_refs(const struct yg_term *t, const char *s)
{
	struct yg_ref ref;

	while ((s = yg_ref_next(s, &ref)))
		if (yg_term_passes(t, ref.name, ref.name_len) ||
		    (ref.name != ref.id && yg_term_passes(t, ref.id, ref.id_len)))
			return true;
	return false;
}

/* label.app: the value of that one. Without a key: "app=web", or the name of any. */
static bool passes_labels(const struct yg_term *t, const char *s)
{
	size_t key_len = t->label ? strlen(t->label) : 0;

	for (size_t len = 0; *s; s += len + (s[len] == '\n')) {
		len = strcspn(s, "\n");
		const char *eq = memchr(s, '=', len);
		size_t name_len = eq ? (size_t)(eq - s) : len;
		if (!t->label) {
			if (yg_term_passes(t, s, len) || yg_term_passes(t, s, name_len))
				return true;
			continue;
		}
		const char *value = eq ? eq + 1 : s + len;
		if (name_len == key_len && strncasecmp(s, t->label, key_len) == 0 &&
		    yg_term_passes(t, value, (size_t)(s + len - value)))
			return true;
	}
	return false;
}

static bool passes_words(
    const struct yg_term *t, const struct yg_spot *spot, const struct yg_row *row)
{
	if (passes_state(t, spot, row, YG_F_STATE))
		return true;
	for (uint64_t left = spot->texts & row->has; left; left &= left - 1)
		if (passes_text(t, row->v[__builtin_ctzll(left)].s))
			return true;
	for (uint64_t left = spot->rest & row->has; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		const char *s = row->v[f].s;
		if (row->kind->fields[f].type == YG_T_LABELS ? passes_labels(t, s)
							     : passes_refs(t, s))
			return true;
	}
	return !yg_row_text(row, YG_F_NAME)[0] && passes_text(t, yg_row_id(row));
}

static bool passes_number(const struct yg_term *t, enum yg_reading reading, double value)
{
	double limit = t->choices[0].as[reading];

	switch (t->op) {
	case YG_OP_LT: return value < limit;
	case YG_OP_LE: return value <= limit;
	case YG_OP_GT: return value > limit;
	case YG_OP_GE: return value >= limit;
	default: break;
	}
	for (size_t i = 0; i < t->n_choices; i++)
		if (t->choices[i].is_any || value == t->choices[i].as[reading])
			return true;
	return false;
}

static bool passes_age(
    const struct yg_term *t, const struct yg_spot *spot, const struct yg_row *row, int64_t now_ms)
{
	int field = spot->field;

	if (!yg_row_has(row, field))
		field = spot->other;
	return field >= 0 && yg_row_has(row, field) &&
	       passes_number(t, YG_AS_DURATION, (double)now_ms - (double)row->v[field].i);
}

static bool passes(
    const struct yg_term *t, const struct yg_spot *spot, const struct yg_row *row, int64_t now_ms)
{
	int f = spot->field;

	switch (spot->what) {
	case YG_SPOT_NEVER: return false;
	case YG_SPOT_CONST: return spot->is_match;
	case YG_SPOT_WORDS: return passes_words(t, spot, row);
	case YG_SPOT_TEXT: return yg_row_has(row, f) && passes_text(t, row->v[f].s);
	case YG_SPOT_REFS: return yg_row_has(row, f) && passes_refs(t, row->v[f].s);
	case YG_SPOT_LABELS: return yg_row_has(row, f) && passes_labels(t, row->v[f].s);
	case YG_SPOT_STATE: return passes_state(t, spot, row, f);
	case YG_SPOT_INT:
		return yg_row_has(row, f) && passes_number(t, spot->reading, (double)row->v[f].i);
	case YG_SPOT_REAL:
		return yg_row_has(row, f) && passes_number(t, spot->reading, row->v[f].r);
	case YG_SPOT_AGE: return passes_age(t, spot, row, now_ms);
	}
	return false;
}

static const struct yg_spot *find_spots(const struct yg_query *q, const struct yg_kind *kind)
{
	for (size_t i = 0; i < q->n_kinds; i++)
		if (q->kinds[i] == kind)
			return q->spots + i * q->n_terms;
	return NULL;
}

bool yg_query_match(const struct yg_query *q, const struct yg_row *row, int64_t now_ms)
{
	if (!q)
		return true;
	const struct yg_spot *spots = find_spots(q, row->kind);
	for (size_t i = 0; i < q->n_terms; i++) {
		struct yg_spot own; /* of a kind that came after the query was compiled */
		const struct yg_spot *spot = spots ? &spots[i] : &own;
		if (!spots)
			yg_term_bind(&q->terms[i], row->kind, &own, NULL);
		if (spot->what == YG_SPOT_NEVER ||
		    passes(&q->terms[i], spot, row, now_ms) == q->terms[i].is_negated)
			return false;
	}
	return true;
}

/* ---- making ---- */

/* The nearest right word among the fields of kind, or of all kinds. */
static const char *nearest_field(const char *name, const struct yg_kind *kind)
{
	static const char *const aliases[] = {"age", "kind"};
	size_t n_kinds = 1;
	const struct yg_kind *const *kinds = kind ? &kind : yg_kind_all(&n_kinds);

	for (size_t i = 0; i < n_kinds; i++) {
		const char *found = kinds[i] ? yg_kind_nearest_field(kinds[i], name) : NULL;
		if (found)
			return found;
	}
	return yg_text_nearest(name, aliases, YG_COUNT(aliases));
}

/* A term must make sense for the kind, or for one of all kinds. */
static int check_term(const struct yg_query *q, const struct yg_term *t, struct yg_err *err)
{
	struct yg_spot spot;
	struct yg_err why = {0};
	int rc = YG_E_NOTFOUND;

	for (size_t i = 0; i < q->n_kinds; i++) {
		struct yg_err mine = {0};
		int one = yg_term_bind(t, q->kinds[i], &spot, &mine);
		if (!one)
			return 0;
		if (one == YG_E_INVALID && rc != YG_E_INVALID) {
			rc = one;
			why = mine;
		}
	}
	if (rc == YG_E_INVALID)
		return yg_err_set(err, rc, "query: column %zu: %s", t->column, why.text);
	const char *near = nearest_field(t->field, q->kind);
	if (near)
		return yg_err_set(err, YG_E_INVALID,
		    "query: column %zu: no field '%s', did you mean '%s'", t->column, t->field,
		    near);
	return yg_err_set(err, YG_E_INVALID,
	    "query: column %zu: no field '%s'; to look for a text with that in it, quote it",
	    t->column, t->field);
}

static int cost(const struct yg_term *t)
{
	return (t->op == YG_OP_REGEX ? 2 : 0) + (t->field ? 0 : 1);
}

/* Stable, and short: the terms that a person types. */
static void sort_by_cost(struct yg_term *terms, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct yg_term t = terms[i];
		size_t at = i;
		for (; at > 0 && cost(&terms[at - 1]) > cost(&t); at--)
			terms[at] = terms[at - 1];
		terms[at] = t;
	}
}

static void list_kinds(struct yg_query *q)
{
	size_t count = 1;
	const struct yg_kind *const *all = q->kind ? &q->kind : yg_kind_all(&count);

	q->kinds = yg_xcalloc(count + 1, sizeof(*q->kinds));
	for (size_t i = 0; i < count; i++)
		if (all[i])
			q->kinds[q->n_kinds++] = all[i];
}

static void bind_all(struct yg_query *q)
{
	q->spots = yg_xcalloc(q->n_kinds * q->n_terms + 1, sizeof(*q->spots));
	for (size_t k = 0; k < q->n_kinds; k++)
		for (size_t i = 0; i < q->n_terms; i++)
			yg_term_bind(
			    &q->terms[i], q->kinds[k], &q->spots[k * q->n_terms + i], NULL);
}

int yg_query_parse(
    const char *text, const struct yg_kind *kind, struct yg_query **out, struct yg_err *err)
{
	struct yg_query *q = yg_xcalloc(1, sizeof(*q));
	int rc = yg_terms_parse(text, &q->terms, &q->n_terms, err);

	if (rc)
		goto out;
	q->text = yg_xstrdup(text);
	q->kind = kind;
	list_kinds(q);
	for (size_t i = 0; i < q->n_terms && !rc; i++)
		rc = check_term(q, &q->terms[i], err);
	if (rc)
		goto out;
	sort_by_cost(q->terms, q->n_terms);
	bind_all(q);
	*out = q;
	q = NULL;
out:
	yg_query_free(q);
	return rc;
}

void yg_query_free(struct yg_query *q)
{
	if (!q)
		return;
	yg_terms_free(q->terms, q->n_terms);
	free(q->kinds);
	free(q->spots);
	free(q->text);
	free(q);
}

const char *yg_query_text(const struct yg_query *q)
{
	return q ? q->text : "";
}

bool yg_query_gave_up(const struct yg_query *q)
{
	for (size_t i = 0; q && i < q->n_terms; i++)
		for (size_t k = 0; k < q->terms[i].n_choices; k++)
			if (yg_pattern_gave_up(q->terms[i].choices[k].pattern))
				return true;
	return false;
}

/* ---- what it reads ---- */

static uint64_t bit(int field)
{
	return field < 0 ? 0 : (uint64_t)1 << field;
}

static uint64_t fields_of(const struct yg_spot *spot)
{
	if (spot->what == YG_SPOT_WORDS)
		return spot->texts | spot->rest | bit(YG_F_STATE);
	if (spot->what == YG_SPOT_NEVER || spot->what == YG_SPOT_CONST)
		return 0;
	return bit(spot->field) | bit(spot->other);
}

uint64_t yg_query_fields(const struct yg_query *q, const struct yg_kind *kind)
{
	uint64_t fields = 0;

	for (size_t i = 0; q && i < q->n_terms; i++) {
		struct yg_spot spot;
		yg_term_bind(&q->terms[i], kind, &spot, NULL);
		fields |= fields_of(&spot);
	}
	return fields;
}

/* ---- narrowing ---- */

/* The term looks at a number somewhere (and at time): then only some comparisons can be judged. */
static bool looks_at(
    const struct yg_query *q, size_t term, enum yg_spot_what from, enum yg_spot_what to)
{
	for (size_t k = 0; k < q->n_kinds; k++) {
		enum yg_spot_what what = q->spots[k * q->n_terms + term].what;
		if (what >= from && what <= to)
			return true;
	}
	return false;
}

static bool is_same_choice(const struct yg_choice *a, const struct yg_choice *b)
{
	return a->is_literal == b->is_literal &&
	       strcmp(yg_pattern_text(a->pattern), yg_pattern_text(b->pattern)) == 0;
}

/* true if every value that inner takes is taken by outer. */
static bool choices_cover(const struct yg_term *outer, const struct yg_term *inner, bool is_number)
{
	for (size_t i = 0; i < inner->n_choices; i++) {
		bool is_covered = false;
		for (size_t k = 0; k < outer->n_choices && !is_covered; k++)
			is_covered = is_number
					 ? is_same_choice(&outer->choices[k], &inner->choices[i])
					 : yg_pattern_covers(outer->choices[k].pattern,
					       inner->choices[i].pattern);
		if (!is_covered)
			return false;
	}
	return true;
}

/* The same for '<' and the like, whatever way the value is read. */
static bool limit_covers(const struct yg_term *outer, const struct yg_term *inner)
{
	if (outer->op != inner->op)
		return false;
	for (int i = 0; i < YG_AS_COUNT; i++) {
		double o = outer->choices[0].as[i], n = inner->choices[0].as[i];
		if (isnan(o) && isnan(n))
			continue;
		if (outer->op == YG_OP_LT || outer->op == YG_OP_LE ? !(n <= o) : !(n >= o))
			return false;
	}
	return true;
}

/* true if a row that passes b's term passes a's. */
static bool implies(const struct yg_query *b, size_t ib, const struct yg_query *a, size_t ia)
{
	const struct yg_term *tb = &b->terms[ib], *ta = &a->terms[ia];

	if (tb->is_negated != ta->is_negated || !tb->field != !ta->field ||
	    (tb->field && strcasecmp(tb->field, ta->field) != 0) || !tb->label != !ta->label ||
	    (tb->label && strcasecmp(tb->label, ta->label) != 0))
		return false;
	const struct yg_term *outer = ta->is_negated ? tb : ta;
	const struct yg_term *inner = ta->is_negated ? ta : tb;
	if (ta->op >= YG_OP_LT || tb->op >= YG_OP_LT)
		return limit_covers(outer, inner);
	bool is_number = looks_at(a, ia, YG_SPOT_INT, YG_SPOT_AGE) ||
			 looks_at(a, ia, YG_SPOT_CONST, YG_SPOT_CONST);
	return choices_cover(outer, inner, is_number);
}

bool yg_query_narrows(const struct yg_query *a, const struct yg_query *b)
{
	if (!a || !a->n_terms)
		return true;
	if (!b || a->kind != b->kind)
		return false;
	for (size_t i = 0; i < a->n_terms; i++) {
		bool is_implied = false;
		/* Time goes by between the two. */
		if (looks_at(a, i, YG_SPOT_AGE, YG_SPOT_AGE))
			return false;
		for (size_t k = 0; k < b->n_terms && !is_implied; k++)
			is_implied = implies(b, k, a, i);
		if (!is_implied)
			return false;
	}
	return true;
}
