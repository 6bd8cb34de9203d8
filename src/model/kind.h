/* kind: what sort of thing a row describes: a const table of its fields and states.
 * Kinds are registered once, by the main thread before any other starts (core kinds) or when a
 * plugin is loaded; after that every thread may read them. A table given to us stays valid until
 * yg_kind_forget(). */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_KIND_H
#define YG_MODEL_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "model/style.h"

#define YG_FIELDS_MAX 64 /* a row marks its present fields in 64 bits */

/* name, upper and lower; how a value is stored (i: int64, r: double, s: text); what it is, for docs
 * and JSON. */
#define YG_TYPE_MAP(X)                                                                          \
	X(TEXT, text, s, "text")                                                                \
	X(INT, int, i, "integer")                                                               \
	X(REAL, real, r, "real number")                                                         \
	X(BOOL, bool, i, "true or false")                                                       \
	X(BYTES, bytes, i, "bytes")                                                             \
	X(PERCENT, percent, r, "percent, 0 to 100; 100 is one whole thing, also of many cores") \
	X(RATE, rate, r, "bytes a second")                                                      \
	X(INSTANT, instant, i, "time, milliseconds since 1970")                                 \
	X(DURATION, duration, i, "duration in milliseconds")                                    \
	X(STATE, state, i, "one of the kind's states")                                          \
	X(REF, ref, s, "one other row")                                                         \
	X(REFS, refs, s, "several other rows")                                                  \
	X(LABELS, labels, s, "name=value pairs")

enum yg_type {
#define X(name, lower, member, help) YG_T_##name,
	YG_TYPE_MAP(X)
#undef X
};

/* What a reference says about the two rows: "this row <relation> the other". */
#define YG_REL_MAP(X)                                 \
	X(NONE, "refers to", "referred to by")        \
	X(RUNS_ON, "runs on", "runs")                 \
	X(CONTAINS, "contains", "is in")              \
	X(PART_OF, "is in", "contains")               \
	X(ATTACHED, "is attached to", "has attached") \
	X(MANAGED_BY, "is managed by", "manages")     \
	X(BACKED_BY, "is backed by", "backs")         \
	X(PROTECTED, "is protected by", "protects")   \
	X(ABOUT, "is about", "has")                   \
	X(SAME_AS, "is the same as", "is the same as")

enum yg_rel {
#define X(name, forward, backward) YG_REL_##name,
	YG_REL_MAP(X)
#undef X
};

enum yg_field_flags {
	YG_FF_METRIC = 1, /* changes all the time: gets a history, does not reorder at once */
	YG_FF_IDENTITY =
	    2, /* equal values in fields of one name say that two rows are the same thing */
	YG_FF_SEARCH = 4, /* a bare word of a query looks here too */
	YG_FF_NEEDS = 8,  /* of a REF: when the other row goes off, this one stops working */
};

struct yg_field {
	const char *name; /* lower_snake, unique in the kind */
	enum yg_type type;
	enum yg_rel rel; /* of REF and REFS */
	unsigned flags;
	const char *title; /* column heading, as short as can be */
	const char *help;  /* one line */
};

struct yg_state {
	const char *name; /* the controller's own word where there is a common one */
	enum yg_style meaning;
};

struct yg_kind {
	size_t size; /* sizeof(struct yg_kind) */
	const char *name, *plural;
	const char *aliases; /* space-separated short names, "ct docker" */
	const char *title;   /* for a pane's border: "VMs" */
	const char *help;
	const struct yg_field *fields; /* the first YG_F_COMMON are YG_FIELDS_COMMON */
	size_t n_fields;
	const struct yg_state *states; /* [0] is "unknown" */
	size_t n_states;
};

/* Every kind starts with these. */
enum {
	YG_F_ID, /* the controller's own id: never shown without need, part of the key */
	YG_F_NAME,
	YG_F_CONTROLLER,
	YG_F_STATE,
	YG_F_NOTE,   /* why it is in that state, or what is wrong with it; in the controller's words
		      */
	YG_F_SILENT, /* since when the controller gets no answer about it; absent: it answers */
	YG_F_COMMON,
};

#define YG_FIELDS_COMMON                                                                \
	{"id", YG_T_TEXT, 0, 0, "ID", "the controller's own identifier"},               \
	    {"name", YG_T_TEXT, 0, YG_FF_SEARCH, "NAME", "its name"},                   \
	    {"controller", YG_T_TEXT, 0, 0, "CONTROLLER", "who told us of it"},         \
	    {"state", YG_T_STATE, 0, 0, "STATE", "what it is doing"},                   \
	    {"note", YG_T_TEXT, 0, 0, "NOTE", "why it is in this state"},               \
	{                                                                               \
		"silent", YG_T_INSTANT, 0, 0, "SILENT", "since when it does not answer" \
	}

/* Adds a kind. YG_E_INVALID if its table breaks a rule above or its name or an alias is taken. */
int yg_kind_register(const struct yg_kind *kind, struct yg_err *err);
void yg_kind_forget(const struct yg_kind *kind);
/* By name, plural or alias; NULL if there is none. */
const struct yg_kind *yg_kind_find(const char *name);
/* All kinds, in order of registration; *count of them, NULL where one was forgotten. */
const struct yg_kind *const *yg_kind_all(size_t *count);
/* The position of a kind in yg_kind_all(); stays the same while it is registered. */
int yg_kind_index(const struct yg_kind *kind);
/* The kind whose name is nearest to a mistyped one, or NULL. */
const struct yg_kind *yg_kind_nearest(const char *name);
/* Index of a field by name (case ignored), or -1. */
int yg_kind_field(const struct yg_kind *kind, const char *name);
const char *yg_kind_nearest_field(const struct yg_kind *kind, const char *name);
/* Index of a state by name (case ignored); 0, "unknown", if there is none. */
int yg_kind_state(const struct yg_kind *kind, const char *name);

const char *yg_type_help(enum yg_type type);
/* 0, or YG_E_INVALID: the text, as a person wrote it, is no value of the type. */
int yg_type_check(enum yg_type type, const char *text, struct yg_err *err);
bool yg_type_is_text(enum yg_type type);    /* stored as text */
bool yg_type_is_real(enum yg_type type);    /* stored as double */
bool yg_type_is_measure(enum yg_type type); /* a number that can be drawn over time */
const char *yg_rel_name(enum yg_rel rel, bool backward);

#endif
