/* row: one thing that a controller told us of: immutable, counted, one block of memory. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/row.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"

#define TEXT_MAX (64 * 1024) /* of one field: what a peer may make us keep */

struct yg_row *yg_row_ref(struct yg_row *row)
{
	row->refs++;
	return row;
}

void yg_row_unref(struct yg_row *row)
{
	if (row && --row->refs == 0)
		free(row);
}

static enum yg_type type_of(const struct yg_row *row, int field)
{
	return row->kind->fields[field].type;
}

double yg_row_number(const struct yg_row *row, int field)
{
	if (!yg_row_has(row, field) || yg_type_is_text(type_of(row, field)))
		return 0;
	if (yg_type_is_real(type_of(row, field)))
		return row->v[field].r;
	return (double)row->v[field].i;
}

const char *yg_row_name(const struct yg_row *row)
{
	const char *name = yg_row_text(row, YG_F_NAME);
	return name[0] ? name : yg_row_id(row);
}

enum yg_style yg_row_meaning(const struct yg_row *row)
{
	int state = yg_row_state(row);

	if (yg_row_has(row, YG_F_SILENT))
		return YG_ST_STALE;
	if (state < 0 || (size_t)state >= row->kind->n_states)
		return YG_ST_UNKNOWN;
	return row->kind->states[state].meaning;
}

bool yg_row_is_sick(const struct yg_row *row)
{
	enum yg_style meaning = yg_row_meaning(row);

	return meaning != YG_ST_OK && meaning != YG_ST_OFF && meaning != YG_ST_BUSY;
}

uint64_t yg_row_diff(const struct yg_row *a, const struct yg_row *b)
{
	uint64_t diff = a->has ^ b->has, both = a->has & b->has;

	for (; both; both &= both - 1) {
		int f = __builtin_ctzll(both);
		if (a->v[f].i == b->v[f].i)
			continue;
		if (!yg_type_is_text(type_of(a, f)) || strcmp(a->v[f].s, b->v[f].s) != 0)
			diff |= (uint64_t)1 << f;
	}
	return diff;
}

/* ---- references ---- */

const char *yg_ref_next(const char *s, struct yg_ref *out)
{
	size_t len = strcspn(s, "\n");
	const char *end = s + len, *p = s;

	if (!len)
		return NULL;
	*out = (struct yg_ref){0};
	if (*p == '@') {
		const char *slash = memchr(p, '/', (size_t)(end - p));
		if (!slash)
			return NULL;
		out->controller = p + 1;
		out->controller_len = (size_t)(slash - p - 1);
		p = slash + 1;
	}
	const char *slash = memchr(p, '/', (size_t)(end - p));
	if (!slash)
		return NULL;
	out->kind = p;
	out->kind_len = (size_t)(slash - p);
	out->id = slash + 1;
	const char *tab = memchr(out->id, '\t', (size_t)(end - out->id));
	out->id_len = (size_t)((tab ? tab : end) - out->id);
	out->name = tab ? tab + 1 : out->id;
	out->name_len = (size_t)(end - out->name);
	return *end ? end + 1 : end;
}

/* ---- values for people and for programs ---- */

static void format_refs(struct yg_buf *out, const char *s)
{
	struct yg_ref ref;

	for (int n = 0; (s = yg_ref_next(s, &ref)); n++) {
		if (n)
			yg_buf_str(out, ", ");
		yg_text_clean(out, ref.name, ref.name_len);
	}
}

static void format_labels(struct yg_buf *out, const char *s)
{
	for (int n = 0; *s; n++) {
		size_t len = strcspn(s, "\n");
		if (n)
			yg_buf_str(out, ", ");
		yg_text_clean(out, s, len);
		s += len + (s[len] == '\n');
	}
}

static void format_state(struct yg_buf *out, const struct yg_row *row, int field)
{
	int64_t state = row->v[field].i;

	if (state < 0 || (size_t)state >= row->kind->n_states)
		state = 0;
	yg_buf_str(out, row->kind->states[state].name);
}

void yg_row_format(struct yg_buf *out, const struct yg_row *row, int field)
{
	const union yg_value *v = &row->v[field];
	char text[32];

	if (!yg_row_has(row, field))
		return;
	switch (type_of(row, field)) {
	case YG_T_TEXT: yg_text_clean(out, v->s, strlen(v->s)); break;
	case YG_T_INT: yg_buf_printf(out, "%lld", (long long)v->i); break;
	case YG_T_REAL: yg_buf_str(out, yg_fmt_real(v->r, text, sizeof(text))); break;
	case YG_T_BOOL: yg_buf_str(out, v->i ? "yes" : "no"); break;
	case YG_T_BYTES: yg_buf_str(out, yg_fmt_bytes((double)v->i, text, sizeof(text))); break;
	case YG_T_PERCENT: yg_buf_printf(out, v->r < 9.95 ? "%.1f%%" : "%.0f%%", v->r); break;
	case YG_T_RATE: yg_buf_printf(out, "%s/s", yg_fmt_bytes(v->r, text, sizeof(text))); break;
	case YG_T_INSTANT:
		yg_buf_str(out, yg_fmt_duration(yg_now_ms() - v->i, text, sizeof(text)));
		break;
	case YG_T_DURATION: yg_buf_str(out, yg_fmt_duration(v->i, text, sizeof(text))); break;
	case YG_T_STATE: format_state(out, row, field); break;
	case YG_T_REF:
	case YG_T_REFS: format_refs(out, v->s); break;
	case YG_T_LABELS: format_labels(out, v->s); break;
	}
}

static void json_ref(struct yg_buf *out, const struct yg_ref *ref)
{
	struct yg_buf key = {0};

	if (ref->controller)
		yg_buf_printf(&key, "%.*s/", (int)ref->controller_len, ref->controller);
	yg_buf_add(&key, ref->kind, ref->kind_len);
	yg_buf_char(&key, '/');
	yg_buf_add(&key, ref->id, ref->id_len);
	yg_buf_str(out, "{\"ref\":");
	yg_text_json(out, key.data, key.len);
	yg_buf_str(out, ",\"name\":");
	yg_text_json(out, ref->name, ref->name_len);
	yg_buf_char(out, '}');
	yg_buf_done(&key);
}

static void json_refs(struct yg_buf *out, const char *s)
{
	struct yg_ref ref;

	yg_buf_char(out, '[');
	for (int n = 0; (s = yg_ref_next(s, &ref)); n++) {
		if (n)
			yg_buf_char(out, ',');
		json_ref(out, &ref);
	}
	yg_buf_char(out, ']');
}

static void json_labels(struct yg_buf *out, const char *s)
{
	yg_buf_char(out, '{');
	for (int n = 0; *s; n++) {
		size_t len = strcspn(s, "\n"), eq = strcspn(s, "=\n");
		if (n)
			yg_buf_char(out, ',');
		yg_text_json(out, s, eq);
		yg_buf_char(out, ':');
		yg_text_json(out, s + eq + (eq < len), len - eq - (eq < len));
		s += len + (s[len] == '\n');
	}
	yg_buf_char(out, '}');
}

static void json_number(struct yg_buf *out, double value)
{
	if (value != value || value > 1e300 || value < -1e300)
		yg_buf_str(out, "null");
	else
		yg_buf_printf(out, "%.10g", value);
}

void yg_row_json(struct yg_buf *out, const struct yg_row *row, int field)
{
	const union yg_value *v = &row->v[field];
	struct yg_ref ref;
	char text[32];

	if (!yg_row_has(row, field)) {
		yg_buf_str(out, "null");
		return;
	}
	switch (type_of(row, field)) {
	case YG_T_TEXT: yg_text_json(out, v->s, strlen(v->s)); break;
	case YG_T_INT:
	case YG_T_BYTES:
	case YG_T_DURATION: yg_buf_printf(out, "%lld", (long long)v->i); break;
	case YG_T_REAL:
	case YG_T_PERCENT:
	case YG_T_RATE: json_number(out, v->r); break;
	case YG_T_BOOL: yg_buf_str(out, v->i ? "true" : "false"); break;
	case YG_T_INSTANT:
		yg_buf_printf(out, "\"%s\"", yg_time_iso(v->i, text, sizeof(text)));
		break;
	case YG_T_STATE:
		yg_buf_char(out, '"');
		format_state(out, row, field);
		yg_buf_char(out, '"');
		break;
	case YG_T_REF:
		if (yg_ref_next(v->s, &ref))
			json_ref(out, &ref);
		else
			yg_buf_str(out, "null");
		break;
	case YG_T_REFS: json_refs(out, v->s); break;
	case YG_T_LABELS: json_labels(out, v->s); break;
	}
}

/* ---- drafts ---- */

static uint64_t bit(int field)
{
	return (uint64_t)1 << field;
}

void yg_draft_init(
    struct yg_draft *d, const struct yg_kind *kind, const char *controller, const char *id)
{
	d->kind = kind;
	d->has = d->owned = 0;
	d->text = d->small;
	d->len = 0;
	d->room = sizeof(d->small);
	yg_draft_text(d, YG_F_ID, id);
	yg_draft_text(d, YG_F_CONTROLLER, controller);
}

void yg_draft_copy(struct yg_draft *d, const struct yg_row *row)
{
	d->kind = row->kind;
	d->has = row->has;
	d->owned = 0;
	d->text = d->small;
	d->len = 0;
	d->room = sizeof(d->small);
	const char *text = (const char *)&row->v[row->kind->n_fields];
	for (uint64_t left = row->has; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		const char *s = row->v[f].s;
		if (!yg_type_is_text(row->kind->fields[f].type) || s < text ||
		    s >= text + row->text_size)
			d->v[f] = row->v[f];
		else
			yg_draft_text(d, f, s);
	}
}

/* Room for len more bytes of text; the draft's own buffer is left when it is too small. */
static char *text_room(struct yg_draft *d, size_t len)
{
	if (d->len + len > d->room) {
		size_t room = YG_MAX(d->room * 2, d->len + len);
		char *grown = yg_xmalloc(room);
		memcpy(grown, d->text, d->len);
		if (d->text != d->small)
			free(d->text);
		d->text = grown;
		d->room = room;
	}
	return d->text + d->len;
}

void yg_draft_textn(struct yg_draft *d, int field, const char *s, size_t len)
{
	assert(yg_type_is_text(d->kind->fields[field].type));
	len = YG_MIN(len, (size_t)TEXT_MAX);
	char *to = text_room(d, len + 1);
	memcpy(to, s, len);
	to[len] = '\0';
	d->v[field].i = (int64_t)d->len;
	d->len += len + 1;
	d->has |= bit(field);
	d->owned |= bit(field);
}

void yg_draft_text(struct yg_draft *d, int field, const char *s)
{
	yg_draft_textn(d, field, s, strlen(s));
}

void yg_draft_printf(struct yg_draft *d, int field, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	yg_draft_text(d, field, text);
}

void yg_draft_const(struct yg_draft *d, int field, const char *s)
{
	assert(yg_type_is_text(d->kind->fields[field].type));
	d->v[field].s = s;
	d->has |= bit(field);
	d->owned &= ~bit(field);
}

void yg_draft_int(struct yg_draft *d, int field, int64_t value)
{
	assert(!yg_type_is_text(d->kind->fields[field].type) &&
	       !yg_type_is_real(d->kind->fields[field].type));
	d->v[field].i = value;
	d->has |= bit(field);
}

void yg_draft_real(struct yg_draft *d, int field, double value)
{
	assert(yg_type_is_real(d->kind->fields[field].type));
	d->v[field].r = value;
	d->has |= bit(field);
}

void yg_draft_number(struct yg_draft *d, int field, double value)
{
	if (yg_type_is_real(d->kind->fields[field].type))
		yg_draft_real(d, field, value);
	else
		yg_draft_int(d, field, value > 9e18 ? INT64_MAX : (int64_t)value);
}

void yg_draft_state(struct yg_draft *d, int state)
{
	yg_draft_int(d, YG_F_STATE, state);
}

/* The text of a field so far, wherever it is. */
static const char *text_so_far(const struct yg_draft *d, int field)
{
	if (!(d->has & bit(field)))
		return "";
	return d->owned & bit(field) ? d->text + d->v[field].i : d->v[field].s;
}

/* Sets field to what it was, then the piece. The old text stays behind as waste unless it was the
 * newest: drafts are short-lived. */
static void append(struct yg_draft *d, int field, const char *piece, size_t len)
{
	size_t old = strlen(text_so_far(d, field));

	if (old + len > TEXT_MAX)
		return;
	bool is_last = d->owned & bit(field) && (size_t)d->v[field].i + old + 1 == d->len;
	if (!is_last) {
		char *to = text_room(d, old + 1);
		memcpy(to, text_so_far(d, field), old + 1);
		d->v[field].i = (int64_t)d->len;
		d->len += old + 1;
	}
	char *to = text_room(d, len);
	memcpy(to - 1, piece, len);
	to[len - 1] = '\0';
	d->len += len;
	d->has |= bit(field);
	d->owned |= bit(field);
}

/* Adds s to b without the bytes that separate references and labels. */
static void add_part(struct yg_buf *b, const char *s)
{
	for (; *s; s++)
		yg_buf_char(b, *s == '\n' || *s == '\t' ? ' ' : *s);
}

static void build_ref(
    struct yg_buf *b, const char *controller, const char *kind, const char *id, const char *name)
{
	b->max = TEXT_MAX;
	if (controller) {
		yg_buf_char(b, '@');
		add_part(b, controller);
		yg_buf_char(b, '/');
	}
	yg_buf_str(b, kind);
	yg_buf_char(b, '/');
	add_part(b, id);
	if (name && name[0]) {
		yg_buf_char(b, '\t');
		add_part(b, name);
	}
}

void yg_draft_ref(struct yg_draft *d, int field, const char *controller, const char *kind,
    const char *id, const char *name)
{
	struct yg_buf b = {0};

	build_ref(&b, controller, kind, id, name);
	yg_draft_textn(d, field, b.data, b.len);
	yg_buf_done(&b);
}

void yg_draft_add_ref(struct yg_draft *d, int field, const char *controller, const char *kind,
    const char *id, const char *name)
{
	struct yg_buf b = {0};

	build_ref(&b, controller, kind, id, name);
	yg_buf_char(&b, '\n');
	append(d, field, b.data, b.len);
	yg_buf_done(&b);
}

void yg_draft_add_label(struct yg_draft *d, int field, const char *name, const char *value)
{
	struct yg_buf b = {.max = TEXT_MAX};

	add_part(&b, name);
	yg_buf_char(&b, '=');
	add_part(&b, value);
	yg_buf_char(&b, '\n');
	append(d, field, b.data, b.len);
	yg_buf_done(&b);
}

void yg_draft_add_text(struct yg_draft *d, int field, const char *s)
{
	if (!text_so_far(d, field)[0]) {
		yg_draft_text(d, field, s);
		return;
	}
	append(d, field, ", ", 2);
	append(d, field, s, strlen(s));
}

void yg_draft_clear(struct yg_draft *d, int field)
{
	d->has &= ~bit(field);
	d->owned &= ~bit(field);
}

/* Bytes of text that the row will hold: only what is still meant by a field. */
static size_t text_needed(const struct yg_draft *d)
{
	size_t size = 0;

	for (uint64_t left = d->owned; left; left &= left - 1)
		size += strlen(d->text + d->v[__builtin_ctzll(left)].i) + 1;
	return size;
}

struct yg_row *yg_draft_done(struct yg_draft *d)
{
	size_t values = d->kind->n_fields * sizeof(union yg_value), size = text_needed(d);
	struct yg_row *row = yg_xmalloc(sizeof(*row) + values + size);

	row->kind = d->kind;
	row->refs = 1;
	row->text_size = (uint32_t)size;
	row->has = d->has;
	memcpy(row->v, d->v, values);
	char *to = (char *)&row->v[d->kind->n_fields];
	for (uint64_t left = d->owned; left; left &= left - 1) {
		int f = __builtin_ctzll(left);
		size_t len = strlen(d->text + d->v[f].i) + 1;
		memcpy(to, d->text + d->v[f].i, len);
		row->v[f].s = to;
		to += len;
	}
	yg_draft_drop(d);
	return row;
}

void yg_draft_drop(struct yg_draft *d)
{
	if (d->text != d->small)
		free(d->text);
	d->text = d->small;
}
