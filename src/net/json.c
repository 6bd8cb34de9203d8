/* json: JSON that comes in pieces, cut into its items; yajl parses each. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/vec.h"

#define MAX_ITEM  ((size_t)1 << 20)
#define MAX_DEPTH 64 /* one bit for each in struct cutter */

/* Where the cutter is. */
enum where {
	AT_START, /* before the first byte that says anything */
	AT_OUTER, /* in the object that holds the member, not in its items */
	AT_OUTER_TEXT,
	AT_GAP,    /* between items */
	AT_ITEM,   /* in an array or object that is an item */
	AT_TEXT,   /* in a string of an item */
	AT_SCALAR, /* in an item that is no container; ends at what cannot be part of it */
	AT_END,    /* behind the last bracket */
};

/* The cutter only finds where items end: it knows brackets and strings, nothing else. */
struct cutter {
	enum where where;
	bool is_array;      /* items are in an array; else they follow one another */
	bool is_escaped;    /* the next byte of a string is none of its end */
	bool is_mismatched; /* a bracket was closed by the wrong one: the item is bad */
	bool is_wanted;     /* AT_OUTER: the name before the colon was the member's */
	unsigned depth;     /* brackets open in the item (or in the outer object) */
	uint64_t curly;     /* bit n: the bracket at depth n is a curly one */
};

struct yg_json_stream {
	struct yg_json_setup setup;
	struct cutter cut;
	struct yg_buf item; /* bytes of the item that is not complete; or the outer name */
	size_t count;
	/* The tree of the item being parsed. */
	yajl_handle parser;
	struct yg_vec(struct yg_json) nodes;
	struct yg_arena texts;    /* what had escapes in it */
	uint32_t open[MAX_DEPTH]; /* nodes of the containers around */
	unsigned depth;
	const char *key;
	uint32_t key_len;
	const char *why; /* we stopped yajl */
};

/* ---- the tree: yajl's callbacks ---- */

static struct yg_json *add_node(struct yg_json_stream *s, enum yg_json_type type)
{
	if (s->nodes.count >= s->setup.max_item / 4) {
		s->why = "too many values in it";
		return NULL;
	}
	if (s->depth)
		s->nodes.items[s->open[s->depth - 1]].len++;
	yg_vec_reserve(&s->nodes, s->nodes.count + 1);
	struct yg_json *n = &s->nodes.items[s->nodes.count++];
	*n = (struct yg_json){.key = s->key, .key_len = s->key_len, .skip = 1, .type = type};
	s->key = NULL;
	s->key_len = 0;
	return n;
}

static int open_node(struct yg_json_stream *s, enum yg_json_type type)
{
	if (s->depth == MAX_DEPTH) {
		s->why = "nested too deeply";
		return 0;
	}
	if (!add_node(s, type))
		return 0;
	s->open[s->depth++] = (uint32_t)s->nodes.count - 1;
	return 1;
}

static int close_node(void *ctx)
{
	struct yg_json_stream *s = ctx;
	uint32_t at = s->open[--s->depth];

	s->nodes.items[at].skip = (uint32_t)s->nodes.count - at;
	return 1;
}

static int on_null(void *ctx)
{
	return add_node(ctx, YG_JSON_NULL) != NULL;
}

static int on_boolean(void *ctx, int value)
{
	return add_node(ctx, value ? YG_JSON_TRUE : YG_JSON_FALSE) != NULL;
}

/* A string with escapes is in a buffer of yajl's and must be copied. */
static const char *copy_text(struct yg_json_stream *s, const char *text, size_t *len)
{
	size_t nuls = 0;

	for (size_t i = 0; i < *len; i++)
		nuls += text[i] == '\0';
	if (!nuls)
		return yg_arena_strndup(&s->texts, text, *len);
	char *out = yg_arena_alloc(&s->texts, *len + 2 * nuls + 1), *o = out;
	for (size_t i = 0; i < *len; i++) {
		if (text[i]) {
			*o++ = text[i];
			continue;
		}
		memcpy(o, "\xe2\x90\x80", 3); /* U+2400, the picture of NUL */
		o += 3;
	}
	*o = '\0';
	*len = (size_t)(o - out);
	return out;
}

static bool is_in_item(const struct yg_json_stream *s, const char *bytes, size_t len)
{
	uintptr_t at = (uintptr_t)bytes, base = (uintptr_t)s->item.data;

	return at >= base && at + len < base + s->item.len;
}

/* A string without escapes stands in the item's own bytes; yajl is done with its closing quote,
 * which becomes the NUL. */
static const char *keep_text(struct yg_json_stream *s, const unsigned char *bytes, size_t *len)
{
	if (!is_in_item(s, (const char *)bytes, *len))
		return copy_text(s, (const char *)bytes, len);
	char *text = s->item.data + ((const char *)bytes - s->item.data);
	text[*len] = '\0';
	return text;
}

/* The byte behind a number is one that yajl has not looked at yet: it is ended later. The first
 * token of a text may be in a buffer of yajl's. */
static int on_number(void *ctx, const char *bytes, size_t len)
{
	struct yg_json_stream *s = ctx;
	struct yg_json *n = add_node(s, YG_JSON_NUMBER);

	if (!n)
		return 0;
	n->text = is_in_item(s, bytes, len) ? bytes : copy_text(s, bytes, &len);
	n->len = (uint32_t)len;
	return 1;
}

static int on_string(void *ctx, const unsigned char *bytes, size_t len)
{
	struct yg_json_stream *s = ctx;
	const char *text = keep_text(s, bytes, &len);
	struct yg_json *n = add_node(s, YG_JSON_TEXT);

	if (!n)
		return 0;
	n->text = text;
	n->len = (uint32_t)len;
	return 1;
}

static int on_key(void *ctx, const unsigned char *bytes, size_t len)
{
	struct yg_json_stream *s = ctx;

	s->key = keep_text(s, bytes, &len);
	s->key_len = (uint32_t)len;
	return 1;
}

static int on_object(void *ctx)
{
	return open_node(ctx, YG_JSON_OBJECT);
}

static int on_array(void *ctx)
{
	return open_node(ctx, YG_JSON_ARRAY);
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = close_node,
    .yajl_start_array = on_array,
    .yajl_end_array = close_node,
};

/* ---- an item is complete ---- */

static void make_parser(struct yg_json_stream *s)
{
	s->parser = yajl_alloc(&callbacks, NULL, s);
	/* Bad UTF-8 is made harmless where it is shown; here it would cost the row. */
	yajl_config(s->parser, yajl_dont_validate_strings, 1);
	/* One parser for all items: making one costs as much as a small item. */
	yajl_config(s->parser, yajl_allow_multiple_values, 1);
}

static void drop_parser(struct yg_json_stream *s)
{
	if (s->parser)
		yajl_free(s->parser);
	s->parser = NULL;
}

/* The numbers' texts are ended here, when nobody reads the bytes behind them any more. */
static void end_numbers(struct yg_json_stream *s)
{
	yg_vec_each (&s->nodes, n) {
		if (n->type == YG_JSON_NUMBER)
			((char *)n->text)[n->len] = '\0';
	}
}

/* Makes the tree of the bytes in s->item; a space follows them, so that a number ends. */
static int parse_item(struct yg_json_stream *s, struct yg_err *err)
{
	if (!s->parser)
		make_parser(s);
	s->nodes.count = 0;
	yg_arena_reset(&s->texts);
	s->depth = 0;
	s->key = NULL;
	s->key_len = 0;
	s->why = NULL;
	yajl_status status =
	    yajl_parse(s->parser, (const unsigned char *)s->item.data, s->item.len);
	if (status == yajl_status_ok && s->depth == 0 && s->nodes.count &&
	    s->nodes.items[0].skip == s->nodes.count) {
		end_numbers(s);
		return 0;
	}
	drop_parser(s);
	return yg_err_set(err, YG_E_INVALID, "%s", s->why ? s->why : _("it is no valid JSON"));
}

static void tell_bad(struct yg_json_stream *s, int code, const char *why)
{
	struct yg_err err = {0};

	yg_err_set(&err, code, "item %zu: %s", s->count + 1, why);
	if (s->setup.bad)
		s->setup.bad(s->setup.data, s->count, &err);
}

static void finish_item(struct yg_json_stream *s)
{
	struct yg_err err = {0};
	bool is_full = s->item.is_full || s->item.len >= s->setup.max_item;

	s->item.max = 0; /* the one space may pass the ceiling */
	yg_buf_char(&s->item, ' ');
	if (is_full)
		tell_bad(s, YG_E_TOOBIG, "larger than one item may be");
	else if (s->cut.is_mismatched)
		tell_bad(s, YG_E_INVALID, "a bracket is closed by the wrong one");
	else if (parse_item(s, &err))
		tell_bad(s, err.code, err.text);
	else
		s->setup.item(s->setup.data, s->nodes.items);
	s->count++;
	yg_buf_clear(&s->item);
	s->item.max = s->setup.max_item;
	s->cut.depth = 0;
	s->cut.is_mismatched = false;
}

/* ---- the cutter ---- */

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void push_bracket(struct cutter *c, bool is_curly)
{
	if (c->depth < MAX_DEPTH)
		c->curly = (c->curly & ~((uint64_t)1 << c->depth)) | (uint64_t)is_curly << c->depth;
	c->depth++;
}

/* Closes a bracket. A wrong one closes as many as must have been forgotten, so that the next item
 * is found again. false: it closes what is around the item. */
static bool pop_bracket(struct cutter *c, bool is_curly)
{
	while (c->depth) {
		unsigned at = --c->depth;
		if (at >= MAX_DEPTH || (c->curly >> at & 1) == is_curly)
			return true;
		c->is_mismatched = true;
	}
	return false;
}

/* The closing quote of a string, or NULL if it is not in this piece. */
static const char *find_quote(struct cutter *c, const char *p, const char *end)
{
	if (c->is_escaped && p < end) {
		c->is_escaped = false;
		p++;
	}
	const char *from = p;
	for (;;) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *stop = quote ? quote : end, *slash = stop;
		while (slash > from && slash[-1] == '\\')
			slash--;
		bool is_odd = (stop - slash) & 1;
		if (!quote) {
			c->is_escaped = is_odd;
			return NULL;
		}
		if (!is_odd)
			return quote;
		p = from = quote + 1;
	}
}

/* 1: a bracket or a quote. */
static const unsigned char structural[256] = {
    ['"'] = 1, ['{'] = 1, ['}'] = 1, ['['] = 1, [']'] = 1};

/* Goes on in an item to its end; returns the byte behind it, or end (is_done says which). */
static const char *scan_item(struct cutter *c, const char *p, const char *end, bool *is_done)
{
	*is_done = false;
	while (p < end) {
		if (c->where == AT_TEXT) {
			const char *quote = find_quote(c, p, end);
			if (!quote)
				return end;
			p = quote + 1;
			c->where = AT_ITEM;
		}
		while (p < end && !structural[(unsigned char)*p])
			p++;
		if (p == end)
			return end;
		char b = *p++;
		if (b == '"') {
			c->where = AT_TEXT;
		} else if (b == '{' || b == '[') {
			push_bracket(c, b == '{');
		} else if (!pop_bracket(c, b == '}')) {
			*is_done = true;
			return b == ']' && c->is_array ? p - 1 : p;
		} else if (c->depth == 0) {
			*is_done = true;
			return p;
		}
	}
	return end;
}

/* A number, a word, or rubbish: to the next comma or bracket; outside of arrays, to the line's end.
 */
static const char *scan_scalar(struct cutter *c, const char *p, const char *end, bool *is_done)
{
	while (p < end) {
		if (c->is_array ? *p == ',' || *p == ']' : *p == '\n') {
			*is_done = true;
			return p;
		}
		p++;
	}
	*is_done = false;
	return end;
}

/* A string that is an item by itself. */
static const char *scan_text(struct cutter *c, const char *p, const char *end, bool *is_done)
{
	const char *quote = find_quote(c, p, end);

	*is_done = quote != NULL;
	return quote ? quote + 1 : end;
}

/* Between two items: finds where the next begins, or the end of all. */
static const char *scan_gap(struct yg_json_stream *s, const char *p, const char *end)
{
	struct cutter *c = &s->cut;

	while (p < end && (is_space(*p) || (*p == ',' && c->is_array)))
		p++;
	if (p == end)
		return end;
	if (*p == ']' && c->is_array) {
		c->where = s->setup.member ? AT_OUTER : AT_END;
		c->depth = 1;
		c->is_wanted = false;
		return p + 1;
	}
	c->depth = 0;
	c->where = *p == '{' || *p == '[' ? AT_ITEM : AT_SCALAR;
	if (*p == '"') {
		c->where = AT_TEXT;
		yg_buf_char(&s->item, '"');
		return p + 1;
	}
	return p;
}

static const char *scan_in_item(struct yg_json_stream *s, const char *p, const char *end)
{
	struct cutter *c = &s->cut;
	bool is_done;
	const char *stop;

	if (c->where == AT_SCALAR)
		stop = scan_scalar(c, p, end, &is_done);
	else if (c->where == AT_TEXT && c->depth == 0)
		stop = scan_text(c, p, end, &is_done);
	else
		stop = scan_item(c, p, end, &is_done);
	if (s->item.len < s->setup.max_item)
		yg_buf_add(&s->item, p, (size_t)(stop - p));
	if (is_done) {
		finish_item(s);
		c->where = AT_GAP;
	}
	return stop;
}

/* A name or text of the outer object; the last one is kept to be compared with the member. */
static const char *scan_outer_text(struct yg_json_stream *s, const char *p, const char *end)
{
	const char *quote = find_quote(&s->cut, p, end), *stop = quote ? quote : end;

	if (s->item.len < s->setup.max_item)
		yg_buf_add(&s->item, p, (size_t)(stop - p));
	if (!quote)
		return end;
	s->cut.where = AT_OUTER;
	return quote + 1;
}

static const char *scan_outer(struct yg_json_stream *s, const char *p)
{
	struct cutter *c = &s->cut;

	switch (*p) {
	case '"':
		yg_buf_clear(&s->item);
		c->where = AT_OUTER_TEXT;
		break;
	case ':':
		c->is_wanted = c->depth == 1 && yg_streq(yg_buf_text(&s->item), s->setup.member);
		break;
	case ',': c->is_wanted = false; break;
	case '[':
		if (c->is_wanted) {
			yg_buf_clear(&s->item);
			c->where = AT_GAP;
			c->is_array = true;
			break;
		}
		c->depth++;
		break;
	case '{': c->depth++; break;
	case '}':
	case ']':
		if (c->depth <= 1)
			c->where = AT_END;
		else
			c->depth--;
		break;
	}
	return p + 1;
}

static const char *scan_start(struct yg_json_stream *s, const char *p, struct yg_err *err)
{
	struct cutter *c = &s->cut;

	if (is_space(*p))
		return p + 1;
	if (s->setup.member && *p == '{') {
		c->where = AT_OUTER;
		c->depth = 1;
		return p + 1;
	}
	if (!s->setup.member && (*p == '[' || *p == '{')) {
		c->where = AT_GAP;
		c->is_array = *p == '[';
		return c->is_array ? p + 1 : p;
	}
	yg_err_set(err, YG_E_INVALID, "the answer is no JSON list: it begins with byte 0x%02x",
	    (unsigned char)*p);
	return NULL;
}

/* ---- public ---- */

struct yg_json_stream *yg_json_stream_create(const struct yg_json_setup *setup)
{
	struct yg_json_stream *s = yg_xcalloc(1, sizeof(*s));

	s->setup = *setup;
	if (!s->setup.max_item)
		s->setup.max_item = MAX_ITEM;
	s->item.max = s->setup.max_item;
	return s;
}

void yg_json_stream_destroy(struct yg_json_stream *s)
{
	if (!s)
		return;
	drop_parser(s);
	yg_vec_done(&s->nodes);
	yg_arena_done(&s->texts);
	yg_buf_done(&s->item);
	free(s);
}

int yg_json_stream_feed(struct yg_json_stream *s, const char *bytes, size_t len, struct yg_err *err)
{
	const char *p = bytes, *end = bytes + len;

	while (p < end) {
		switch (s->cut.where) {
		case AT_START:
			p = scan_start(s, p, err);
			if (!p)
				return YG_E_INVALID;
			break;
		case AT_OUTER: p = scan_outer(s, p); break;
		case AT_OUTER_TEXT: p = scan_outer_text(s, p, end); break;
		case AT_GAP: p = scan_gap(s, p, end); break;
		case AT_END: return 0; /* nothing that follows is ours */
		default: p = scan_in_item(s, p, end); break;
		}
	}
	return 0;
}

int yg_json_stream_end(struct yg_json_stream *s, struct yg_err *err)
{
	enum where where = s->cut.where;

	if (where == AT_SCALAR && !s->cut.is_array) {
		finish_item(s);
		s->cut.where = where = AT_GAP;
	}
	if (where == AT_END || (where == AT_GAP && !s->cut.is_array))
		return 0;
	return yg_err_set(
	    err, YG_E_INVALID, "the answer ended in the middle, after %zu items", s->count);
}

size_t yg_json_stream_count(const struct yg_json_stream *s)
{
	return s->count;
}

const struct yg_json *yg_json_first(const struct yg_json *node)
{
	return node && node->type >= YG_JSON_ARRAY && node->len ? node + 1 : NULL;
}

const struct yg_json *yg_json_next(const struct yg_json *parent, const struct yg_json *child)
{
	const struct yg_json *next = child + child->skip;

	return next < parent + parent->skip ? next : NULL;
}

static const struct yg_json *find_member(const struct yg_json *node, const char *name, size_t len)
{
	if (!node || node->type != YG_JSON_OBJECT)
		return NULL;
	for (const struct yg_json *n = node + 1, *end = node + node->skip; n < end; n += n->skip) {
		if (n->key_len == len && memcmp(n->key, name, len) == 0)
			return n;
	}
	return NULL;
}

const struct yg_json *yg_json_member(const struct yg_json *node, const char *name)
{
	return find_member(node, name, strlen(name));
}

const struct yg_json *yg_json_get(const struct yg_json *node, const char *path)
{
	for (;;) {
		const char *dot = strchrnul(path, '.');
		node = find_member(node, path, (size_t)(dot - path));
		if (!node || !*dot)
			return node;
		path = dot + 1;
	}
}

const char *yg_json_text(const struct yg_json *node)
{
	return node && node->text ? node->text : "";
}

bool yg_json_int(const struct yg_json *node, int64_t *out)
{
	if (!node || node->type != YG_JSON_NUMBER)
		return false;
	if (!strpbrk(node->text, ".eE")) {
		*out = strtoll(node->text, NULL, 10); /* out of range gives the limit */
		return true;
	}
	double d = strtod(node->text, NULL);
	if (d >= 9223372036854775807.0)
		*out = INT64_MAX;
	else
		*out = d <= -9223372036854775808.0 ? INT64_MIN : (int64_t)d;
	return true;
}

bool yg_json_real(const struct yg_json *node, double *out)
{
	if (!node || node->type != YG_JSON_NUMBER)
		return false;
	double d = strtod(node->text, NULL);
	if (!isfinite(d))
		return false;
	*out = d;
	return true;
}

bool yg_json_is_true(const struct yg_json *node)
{
	return node && node->type == YG_JSON_TRUE;
}

void yg_json_quote(struct yg_buf *out, const char *s)
{
	yg_buf_char(out, '"');
	for (; *s; s++) {
		unsigned char b = (unsigned char)*s;
		if (b < 0x20)
			yg_buf_printf(out, "\\u%04x", b);
		else if (b == '"' || b == '\\')
			yg_buf_printf(out, "\\%c", b);
		else
			yg_buf_char(out, (char)b);
	}
	yg_buf_char(out, '"');
}
