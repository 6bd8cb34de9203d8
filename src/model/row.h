/* row: one thing that a controller told us of: immutable, counted, one block of memory.
 * A row is made through a draft, by any thread; once it is given to the inventory it belongs to the
 * loop thread. Rows are replaced, never edited. Text in a row is as it came: not yet harmless. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_ROW_H
#define YG_MODEL_ROW_H

#include "base/buf.h"
#include "model/kind.h"

union yg_value {
	int64_t i;
	double r;
	const char *s;
};

struct yg_row {
	const struct yg_kind *kind;
	uint32_t refs;
	uint32_t text_size; /* bytes of text behind the values */
	uint64_t has;       /* bit n: field n is present */
	union yg_value v[]; /* kind->n_fields of them; texts point behind them */
};

struct yg_row *yg_row_ref(struct yg_row *row);
void yg_row_unref(struct yg_row *row); /* NULL is fine */

static inline bool yg_row_has(const struct yg_row *row, int field)
{
	return row->has >> field & 1;
}

/* "" if it is absent. Only for fields stored as text. */
static inline const char *yg_row_text(const struct yg_row *row, int field)
{
	return yg_row_has(row, field) ? row->v[field].s : "";
}

/* 0 if it is absent. Only for fields stored as integers. */
static inline int64_t yg_row_int(const struct yg_row *row, int field)
{
	return yg_row_has(row, field) ? row->v[field].i : 0;
}

/* Any number as a double; 0 if it is absent or a text. */
double yg_row_number(const struct yg_row *row, int field);
static inline const char *yg_row_id(const struct yg_row *row)
{
	return yg_row_text(row, YG_F_ID);
}

/* The name, or the id where there is none. */
const char *yg_row_name(const struct yg_row *row);
static inline int yg_row_state(const struct yg_row *row)
{
	return (int)yg_row_int(row, YG_F_STATE);
}

enum yg_style yg_row_meaning(const struct yg_row *row);
/* true if it is neither well nor meant to be off nor on its way. */
bool yg_row_is_sick(const struct yg_row *row);
/* Bit n is set where field n differs. Both must be of one kind. */
uint64_t yg_row_diff(const struct yg_row *a, const struct yg_row *b);
/* Appends a value as a person reads it ("1.5G", "3d 2h", "running", "kvm-01"); nothing if absent.
 * Text is made harmless. Instants are shown as the time since then. */
void yg_row_format(struct yg_buf *out, const struct yg_row *row, int field);
/* Appends a value as JSON: numbers in their unit, instants as RFC 3339, states by name, references
 * as "kind/id", labels as an object; null if absent. */
void yg_row_json(struct yg_buf *out, const struct yg_row *row, int field);

/* References are texts: "kind/native-id" on the same controller or "@controller/kind/native-id" on
 * another, then, after a tab, the name to show. REFS are several, each ended by a newline. Labels
 * are "name=value", each ended by a newline. The parsed parts point into the text. */
struct yg_ref {
	const char *controller; /* NULL: the same as the row's */
	size_t controller_len;
	const char *kind;
	size_t kind_len;
	const char *id;
	size_t id_len;
	const char *name; /* never NULL; the id if no name was given */
	size_t name_len;
};
/* Parses the reference at s and returns where the next one starts, or NULL if s is at the end or
 * is no reference. */
const char *yg_ref_next(const char *s, struct yg_ref *out);

/* A row being made. Lives on the stack: init, set, done; or drop to give up. */
#define YG_DRAFT_TEXT 2048
struct yg_draft {
	const struct yg_kind *kind;
	uint64_t has;
	uint64_t owned; /* bit n: the text of field n is in our buffer, v[n].i is its offset */
	union yg_value v[YG_FIELDS_MAX];
	char *text; /* small, or of our own when it grew */
	size_t len, room;
	char small[YG_DRAFT_TEXT];
};

/* id and controller are copied. Texts are cut at 64 KiB each (ceiling for what a peer sends). */
void yg_draft_init(
    struct yg_draft *d, const struct yg_kind *kind, const char *controller, const char *id);
/* Starts from an older row: set what is different. The row need not outlive the draft. */
void yg_draft_copy(struct yg_draft *d, const struct yg_row *row);
void yg_draft_text(struct yg_draft *d, int field, const char *s);
void yg_draft_textn(struct yg_draft *d, int field, const char *s, size_t len);
void yg_draft_printf(struct yg_draft *d, int field, const char *fmt, ...) YG_PRINTF(3, 4);
/* Text that lives as long as the program (a literal, an interned name): not copied. */
void yg_draft_const(struct yg_draft *d, int field, const char *s);
void yg_draft_int(struct yg_draft *d, int field, int64_t value);
void yg_draft_real(struct yg_draft *d, int field, double value);
/* Whatever the field's type stores: for numbers that come as doubles. */
void yg_draft_number(struct yg_draft *d, int field, double value);
void yg_draft_state(struct yg_draft *d, int state);
/* A reference; controller NULL: the same; name NULL: none. Tabs and newlines in them become
 * spaces. yg_draft_add_ref appends one to REFS. */
void yg_draft_ref(struct yg_draft *d, int field, const char *controller, const char *kind,
    const char *id, const char *name);
void yg_draft_add_ref(struct yg_draft *d, int field, const char *controller, const char *kind,
    const char *id, const char *name);
void yg_draft_add_label(struct yg_draft *d, int field, const char *name, const char *value);
/* Appends ", s" to a text field. */
void yg_draft_add_text(struct yg_draft *d, int field, const char *s);
void yg_draft_clear(struct yg_draft *d, int field);
/* The row, with one reference that the caller owns. The draft is done with. */
struct yg_row *yg_draft_done(struct yg_draft *d);
void yg_draft_drop(struct yg_draft *d);

#endif
