/* yaml: one YAML document read into a tree of nodes that know where they stand. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/text.h"

#define PIPE_PATIENCE_MS 2000

/* A list or mapping that is not closed yet. */
struct level {
	struct yg_node *node, *last;
	const char *key;  /* of a mapping: read, its value not yet; NULL: a key comes next */
	uint32_t *hashes; /* of the keys so far */
	int key_line, key_column;
};

struct build {
	struct yg_yaml *yaml;
	yaml_parser_t parser;
	const char *text;
	size_t len;
	struct level levels[YG_YAML_DEPTH];
	int depth;
	size_t nodes;
	bool has_document;
	struct yg_err *err;
};

/* line and column as libyaml counts them: from 0. */
YG_PRINTF(4, 5)
static int refuse(struct build *b, size_t line, size_t column, const char *fmt, ...)
{
	char what[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return yg_err_set(
	    b->err, YG_E_INVALID, "%s:%zu:%zu: %s", b->yaml->name, line + 1, column + 1, what);
}

/* The place of a byte, for errors that libyaml tells without a line. */
static void locate(const struct build *b, size_t offset, size_t *out_line, size_t *out_column)
{
	*out_line = *out_column = 0;
	for (size_t i = 0; i < YG_MIN(offset, b->len); i++)
		if (b->text[i] == '\n') {
			++*out_line;
			*out_column = 0;
		} else if ((b->text[i] & 0xC0) != 0x80)
			++*out_column;
}

/* true if the white space that the line begins with has a tab in it. */
static bool is_tab_indented(const struct build *b, size_t line)
{
	const char *p = b->text, *end = b->text + b->len;

	while (line-- && p)
		if ((p = memchr(p, '\n', (size_t)(end - p))))
			p++;
	while (p && p < end && *p == ' ')
		p++;
	return p && p < end && *p == '\t';
}

static int refuse_problem(struct build *b)
{
	const yaml_parser_t *p = &b->parser;
	size_t line = p->problem_mark.line, column = p->problem_mark.column;

	if (p->error == YAML_READER_ERROR) {
		locate(b, p->problem_offset, &line, &column);
		return refuse(b, line, column, "not text in UTF-8: %s", p->problem);
	}
	if (is_tab_indented(b, line))
		return refuse(b, line, column, "not YAML: a tab; indent with spaces");
	return refuse(b, line, column, "not YAML: %s", p->problem ? p->problem : "cannot be read");
}

static struct yg_node *add_node(struct build *b, const yaml_mark_t *mark)
{
	struct yg_node *node = yg_arena_alloc(&b->yaml->arena, sizeof(*node));

	*node = (struct yg_node){
	    .line = (int)mark->line + 1, .column = (int)mark->column + 1, .text = ""};
	node->key_line = node->line;
	node->key_column = node->column;
	b->nodes++;
	struct level *level = b->depth ? &b->levels[b->depth - 1] : NULL;
	if (!level) {
		b->yaml->root = node;
		return node;
	}
	if (level->key) {
		node->key = level->key;
		node->key_line = level->key_line;
		node->key_column = level->key_column;
		level->key = NULL;
	}
	if (level->last)
		level->last->next = node;
	else
		level->node->first = node;
	level->last = node;
	level->node->count++;
	return node;
}

/* true if a key comes next. */
static bool wants_key(const struct build *b)
{
	const struct level *level = b->depth ? &b->levels[b->depth - 1] : NULL;

	return level && level->node->is == YG_NODE_MAP && !level->key;
}

static const struct yg_node *find_key(const struct level *level, const char *key, uint32_t hash)
{
	const struct yg_node *node = level->node->first;

	for (size_t i = 0; node; node = node->next, i++)
		if (level->hashes[i] == hash && strcmp(node->key, key) == 0)
			return node;
	return NULL;
}

/* FNV-1a; only to compare less. */
static uint32_t hash_key(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

static int take_key(struct build *b, const yaml_event_t *ev, const char *text)
{
	struct level *level = &b->levels[b->depth - 1];
	size_t line = ev->start_mark.line, column = ev->start_mark.column;
	uint32_t hash = hash_key(text);

	if (!*text)
		return refuse(b, line, column, "a key without a name");
	if (level->node->count == YG_YAML_KEYS)
		return refuse(b, line, column, "more than %d keys in one mapping", YG_YAML_KEYS);
	const struct yg_node *old = find_key(level, text, hash);
	if (old)
		return refuse(b, line, column, "'%.60s' stands here twice, first in line %d", text,
		    old->key_line);
	if (!level->hashes)
		level->hashes = yg_xreallocarray(NULL, YG_YAML_KEYS, sizeof(*level->hashes));
	level->hashes[level->node->count] = hash;
	level->key = text;
	level->key_line = (int)line + 1;
	level->key_column = (int)column + 1;
	return 0;
}

static bool is_nothing(const char *text)
{
	return !*text || yg_streq(text, "~") || yg_streq(text, "null");
}

static int take_scalar(struct build *b, const yaml_event_t *ev)
{
	const char *value = (const char *)ev->data.scalar.value;
	size_t len = ev->data.scalar.length;
	bool is_quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;

	if (memchr(value, '\0', len))
		return refuse(
		    b, ev->start_mark.line, ev->start_mark.column, "text with a NUL in it");
	const char *text = yg_arena_strndup(&b->yaml->arena, value, len);
	if (wants_key(b))
		return take_key(b, ev, text);
	struct yg_node *node = add_node(b, &ev->start_mark);
	node->is_quoted = is_quoted;
	node->is = !is_quoted && is_nothing(text) ? YG_NODE_NOTHING : YG_NODE_TEXT;
	if (node->is == YG_NODE_TEXT)
		node->text = text;
	return 0;
}

static int open_level(struct build *b, const yaml_event_t *ev, enum yg_node_is is)
{
	size_t line = ev->start_mark.line, column = ev->start_mark.column;

	if (wants_key(b))
		return refuse(b, line, column, "a key must be a word");
	if (b->depth == YG_YAML_DEPTH)
		return refuse(b, line, column, "nested deeper than %d", YG_YAML_DEPTH);
	struct yg_node *node = add_node(b, &ev->start_mark);
	node->is = is;
	uint32_t *hashes = b->levels[b->depth].hashes;
	b->levels[b->depth++] = (struct level){.node = node, .hashes = hashes};
	return 0;
}

static int begin_document(struct build *b, const yaml_event_t *ev)
{
	if (b->has_document)
		return refuse(b, ev->start_mark.line, ev->start_mark.column, "a second document");
	b->has_document = true;
	return 0;
}

static int take(struct build *b, const yaml_event_t *ev)
{
	const yaml_char_t *tag = NULL;

	switch (ev->type) {
	case YAML_SCALAR_EVENT: tag = ev->data.scalar.tag; break;
	case YAML_SEQUENCE_START_EVENT: tag = ev->data.sequence_start.tag; break;
	case YAML_MAPPING_START_EVENT: tag = ev->data.mapping_start.tag; break;
	default: break;
	}
	if (tag)
		return refuse(b, ev->start_mark.line, ev->start_mark.column,
		    "a tag ('%.40s') means nothing here", (const char *)tag);
	if (b->nodes >= YG_YAML_NODES)
		return refuse(b, ev->start_mark.line, ev->start_mark.column, "more than %d values",
		    YG_YAML_NODES);
	switch (ev->type) {
	case YAML_DOCUMENT_START_EVENT: return begin_document(b, ev);
	case YAML_SCALAR_EVENT: return take_scalar(b, ev);
	case YAML_SEQUENCE_START_EVENT: return open_level(b, ev, YG_NODE_LIST);
	case YAML_MAPPING_START_EVENT: return open_level(b, ev, YG_NODE_MAP);
	case YAML_ALIAS_EVENT:
		return refuse(b, ev->start_mark.line, ev->start_mark.column,
		    "an alias ('*%.40s'); write it out", (const char *)ev->data.alias.anchor);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT: b->depth--; return 0;
	default: return 0;
	}
}

static int take_all(struct build *b)
{
	for (bool is_over = false; !is_over;) {
		yaml_event_t ev;
		if (!yaml_parser_parse(&b->parser, &ev))
			return refuse_problem(b);
		is_over = ev.type == YAML_STREAM_END_EVENT;
		int rc = take(b, &ev);
		yaml_event_delete(&ev);
		if (rc)
			return rc;
	}
	return 0;
}

/* The end of a very long name, so that the message after it still fits. */
static char *short_name(const char *name)
{
	size_t len = strlen(name);

	return len <= 160 ? yg_xstrdup(name) : yg_xasprintf("...%s", name + len - 157);
}

static int too_big(const char *name, struct yg_err *err)
{
	return yg_err_set(
	    err, YG_E_INVALID, "%s:1:1: larger than %zu KiB", name, YG_YAML_BYTES / 1024);
}

int yg_yaml_parse(
    const char *name, const char *text, size_t len, struct yg_yaml **out, struct yg_err *err)
{
	static const struct yg_node nothing = {
	    .line = 1, .column = 1, .key_line = 1, .key_column = 1, .text = ""};

	if (len > YG_YAML_BYTES)
		return too_big(name, err);
	struct build b = {
	    .yaml = yg_xcalloc(1, sizeof(*b.yaml)), .text = text, .len = len, .err = err};
	b.yaml->name = short_name(name);
	b.yaml->root = &nothing;
	int rc = YG_E_FAILED;
	if (yaml_parser_initialize(&b.parser)) {
		yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
		yaml_parser_set_input_string(&b.parser, (const unsigned char *)text, len);
		rc = take_all(&b);
		yaml_parser_delete(&b.parser);
	} else
		yg_err_set(err, YG_E_FAILED, "%s: libyaml does not start", name);
	for (size_t i = 0; i < YG_COUNT(b.levels); i++)
		free(b.levels[i].hashes);
	if (rc)
		yg_yaml_free(b.yaml);
	else
		*out = b.yaml;
	return rc;
}

/* Reads up to the ceiling and one byte more; 0 or an errno. */
static int read_all(int fd, struct yg_buf *buf)
{
	char chunk[16384];

	while (buf->len <= YG_YAML_BYTES) {
		ssize_t n = read(fd, chunk, sizeof(chunk));
		if (n > 0)
			yg_buf_add(buf, chunk, (size_t)n);
		else if (n == 0)
			return 0;
		else if (errno == EAGAIN) {
			struct pollfd p = {.fd = fd, .events = POLLIN};
			if (poll(&p, 1, PIPE_PATIENCE_MS) == 0)
				return ETIMEDOUT;
		} else if (errno != EINTR)
			return errno;
	}
	return 0;
}

int yg_yaml_read(const char *path, struct yg_yaml **out, struct yg_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return yg_err_set(
		    err, YG_E_INVALID, "%s: cannot be read: %s", path, strerror(errno));
	struct yg_buf buf = {.max = YG_YAML_BYTES + 1};
	int rc = 0, number = read_all(fd, &buf);
	close(fd);
	if (number)
		rc =
		    yg_err_set(err, YG_E_INVALID, "%s: cannot be read: %s", path, strerror(number));
	else
		rc = yg_yaml_parse(path, yg_buf_text(&buf), buf.len, out, err);
	yg_buf_done(&buf);
	return rc;
}

void yg_yaml_free(struct yg_yaml *yaml)
{
	if (!yaml)
		return;
	yg_arena_done(&yaml->arena);
	free(yaml->name);
	free(yaml);
}

const struct yg_node *yg_node_get(const struct yg_node *map, const char *key)
{
	if (map->is != YG_NODE_MAP)
		return NULL;
	for (const struct yg_node *node = map->first; node; node = node->next)
		if (node->key[0] == key[0] && strcmp(node->key, key) == 0)
			return node;
	return NULL;
}

const char *yg_node_is_name(const struct yg_node *node)
{
	switch (node->is) {
	case YG_NODE_TEXT: return "text";
	case YG_NODE_LIST: return "a list";
	case YG_NODE_MAP: return "a mapping";
	case YG_NODE_NOTHING: break;
	}
	return "nothing";
}

void yg_yaml_put_quoted(struct yg_buf *out, const char *text)
{
	const char *end = text + strlen(text);

	yg_buf_char(out, '"');
	while (text < end) {
		const char *from = text;
		uint32_t cp = yg_utf8_next(&text, end);
		if (cp == '"' || cp == '\\')
			yg_buf_printf(out, "\\%c", (char)cp);
		else if (cp >= 0x10000 && yg_harmless(cp) != cp)
			yg_buf_printf(out, "\\U%08X", (unsigned)cp);
		else if (cp < ' ' || yg_harmless(cp) != cp || cp == YG_REPLACEMENT)
			yg_buf_printf(out, "\\u%04X", (unsigned)cp);
		else
			yg_buf_add(out, from, (size_t)(text - from));
	}
	yg_buf_char(out, '"');
}

/* Letters, digits and what divides paths and URLs: no other meaning in a list or in braces. */
static bool is_plain(const char *text)
{
	size_t len = strlen(text);
	size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				"-._+@/:");

	return len && n == len && !strchr("-.+@:", text[0]) && text[len - 1] != ':' &&
	       !is_nothing(text);
}

void yg_yaml_put_text(struct yg_buf *out, const char *text)
{
	if (is_plain(text))
		yg_buf_str(out, text);
	else
		yg_yaml_put_quoted(out, text);
}
