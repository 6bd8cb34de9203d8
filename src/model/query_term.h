/* query_term: what query_parse.c hands to query.c: terms, and where each finds its value in a kind.
 * For these two files only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_QUERY_TERM_H
#define YG_MODEL_QUERY_TERM_H

#include "model/pattern.h"
#include "model/row.h"

/* '!=' and '!~' are '=' and '~' turned round. */
enum yg_term_op { YG_OP_LIKE, YG_OP_EQ, YG_OP_REGEX, YG_OP_LT, YG_OP_LE, YG_OP_GT, YG_OP_GE };

/* A value is read in every way that it can be; NAN where it cannot. */
enum yg_reading {
	YG_AS_PLAIN,
	YG_AS_BYTES,
	YG_AS_RATE,
	YG_AS_PERCENT,
	YG_AS_DURATION,
	YG_AS_BOOL,
	YG_AS_COUNT,
};

struct yg_choice {
	struct yg_pattern *pattern;
	bool is_any;     /* "*": whatever it is, if it is there */
	bool is_literal; /* was in quotes */
	double as[YG_AS_COUNT];
};

struct yg_term {
	char *field; /* NULL: a bare word or expression */
	char *label; /* "app" of label.app; or NULL */
	enum yg_term_op op;
	bool is_negated;
	size_t column;             /* 1, 2, ... in characters */
	struct yg_choice *choices; /* for '<' and the like, one */
	size_t n_choices;
};

/* How a term looks at rows of one kind. */
enum yg_spot_what {
	YG_SPOT_NEVER, /* the kind has no such field: no match, also when turned round */
	YG_SPOT_CONST, /* 'kind:vm': is_match */
	YG_SPOT_WORDS, /* name, searched fields, state */
	YG_SPOT_TEXT,
	YG_SPOT_REFS,
	YG_SPOT_LABELS,
	YG_SPOT_STATE,
	YG_SPOT_INT,
	YG_SPOT_REAL,
	YG_SPOT_AGE,
};

struct yg_spot {
	enum yg_spot_what what;
	enum yg_reading reading; /* of INT and REAL */
	int field, other;        /* other: where to look when field is absent; or -1 */
	bool is_match;
	uint64_t states;      /* bit n: state n passes, for the first 64 */
	uint64_t texts, rest; /* of WORDS: fields that are plain texts, and others */
};

/* Reads the terms; the array and all in it are the caller's, for yg_terms_free(). */
int yg_terms_parse(const char *text, struct yg_term **out, size_t *out_count, struct yg_err *err);
void yg_terms_free(struct yg_term *terms, size_t count);
/* Always fills in out. YG_E_NOTFOUND: no such field; YG_E_INVALID: the value does not fit it. */
int yg_term_bind(const struct yg_term *term, const struct yg_kind *kind, struct yg_spot *out,
    struct yg_err *err);
/* true if one of the choices matches. */
bool yg_term_passes(const struct yg_term *term, const char *s, size_t len);

#endif
