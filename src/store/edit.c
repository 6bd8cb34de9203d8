/* edit: changes the list of controllers in yagura.yaml where it stands. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/edit.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/yaml.h"

/* Lines of the text, numbered from 1 as nodes have them; the one behind the last is empty. */
static size_t line_start(const struct yg_buf *text, int line)
{
	size_t at = 0;

	for (int i = 1; i < line && at < text->len; i++) {
		const char *end = memchr(text->data + at, '\n', text->len - at);
		at = end ? (size_t)(end - text->data) + 1 : text->len;
	}
	return at;
}

static size_t next_line(const struct yg_buf *text, size_t at)
{
	const char *end = at < text->len ? memchr(text->data + at, '\n', text->len - at) : NULL;

	return end ? (size_t)(end - text->data) + 1 : text->len;
}

/* The byte at a line and column; a column is a character. */
static size_t place_of(const struct yg_buf *text, int line, int column)
{
	size_t at = line_start(text, line);

	while (--column > 0 && at < text->len)
		do
			at++;
		while (at < text->len && (text->data[at] & 0xC0) == 0x80);
	return at;
}

static size_t indent_of(const struct yg_buf *text, size_t at)
{
	size_t n = 0;

	while (at + n < text->len && text->data[at + n] == ' ')
		n++;
	return n;
}

static bool is_blank(const struct yg_buf *text, size_t at)
{
	while (at < text->len && strchr(" \t\r", text->data[at]))
		at++;
	return at >= text->len || text->data[at] == '\n';
}

/* ---- where an item stands ---- */

/* The line of an item's dash, which may stand above what it holds. */
static int dash_line(const struct yg_buf *text, const struct yg_node *item)
{
	for (int line = item->line; line > 0; line--) {
		size_t at = line_start(text, line);
		at += indent_of(text, at);
		if (at < text->len && text->data[at] == '-')
			return line;
	}
	return 0;
}

/* Behind the last line of what is indented deeper than the dash; empty lines at the end, and what
 * is said there in the dash's own column, belong to what follows. */
static size_t item_end(const struct yg_buf *text, size_t start)
{
	size_t indent = indent_of(text, start), end = next_line(text, start);

	for (size_t at = end; at < text->len; at = next_line(text, at)) {
		if (is_blank(text, at))
			continue;
		if (indent_of(text, at) <= indent)
			break;
		end = next_line(text, at);
	}
	return end;
}

/* ---- is it what was asked for, and nothing else? ---- */

struct change {
	const struct yg_config_controller *added; /* or NULL */
	const char *name;                         /* to be renamed or removed */
	const char *now;                          /* the new name; NULL: removed */
};

static bool is_same(const struct yg_node *a, const struct yg_node *b)
{
	if (a->is != b->is || a->is_quoted != b->is_quoted || a->count != b->count ||
	    !yg_streq(a->key, b->key) || strcmp(a->text, b->text) != 0)
		return false;
	const struct yg_node *x = a->first, *y = b->first;
	for (; x && y; x = x->next, y = y->next)
		if (!is_same(x, y))
			return false;
	return x == y;
}

static bool is_named(const struct yg_node *item, const char *name)
{
	const struct yg_node *node = yg_node_get(item, "name");

	return node && node->is == YG_NODE_TEXT && yg_streq(node->text, name);
}

static bool is_renamed(const struct yg_node *a, const struct yg_node *b, const char *now)
{
	const struct yg_node *x = a->first, *y = b->first;

	for (; x && y; x = x->next, y = y->next)
		if (yg_streq(x->key, "name") ? !yg_streq(y->key, "name") || strcmp(y->text, now)
					     : !is_same(x, y))
			return false;
	return x == y;
}

static bool has_text(const struct yg_node *item, const char *key, const char *value)
{
	const struct yg_node *node = yg_node_get(item, key);

	return value ? node && node->is == YG_NODE_TEXT && yg_streq(node->text, value) : !node;
}

static bool is_added(const struct yg_node *item, const struct yg_config_controller *c)
{
	bool is_it = item && has_text(item, "name", c->name) &&
		     has_text(item, "provider", c->provider) && has_text(item, "url", c->url) &&
		     has_text(item, "site", c->site);

	for (size_t i = 0; is_it && i < c->n_options; i++)
		is_it = has_text(item, c->options[i].name, c->options[i].value);
	return is_it && item->count == 2 + !!c->url + !!c->site + c->n_options && !item->next;
}

static bool is_list_as_asked(
    const struct yg_node *a, const struct yg_node *b, const struct change *change)
{
	const struct yg_node *x = a ? a->first : NULL, *y = b ? b->first : NULL;

	for (; x; x = x->next) {
		if (change->name && !change->now && is_named(x, change->name))
			continue;
		if (!y)
			return false;
		bool is_it = change->name && is_named(x, change->name);
		if (is_it ? !is_renamed(x, y, change->now) : !is_same(x, y))
			return false;
		y = y->next;
	}
	return change->added ? is_added(y, change->added) : !y;
}

static bool is_as_asked(
    const struct yg_node *a, const struct yg_node *b, const struct change *change)
{
	const struct yg_node *x = a->first, *y = b->first;

	while (x || y) {
		bool is_ours = x && yg_streq(x->key, "controllers");
		if (is_ours || (!x && yg_streq(y->key, "controllers"))) {
			if (!y || !yg_streq(y->key, "controllers") ||
			    !is_list_as_asked(x, y, change))
				return false;
		} else if (!x || !y || !is_same(x, y))
			return false;
		x = x ? x->next : NULL;
		y = y->next;
	}
	return true;
}

static int too_special(const struct yg_edit *e, struct yg_err *err)
{
	return yg_err_set(err, YG_E_UNSUPPORTED,
	    "%s: the controllers are written in a way that is not changed by program; edit it by "
	    "hand",
	    e->path);
}

static int verify(const struct yg_edit *e, const struct yg_yaml *yaml, const struct change *change,
    struct yg_err *err)
{
	struct yg_yaml *now = NULL;

	if (yg_yaml_parse(e->path, yg_buf_text(&e->after), e->after.len, &now, NULL))
		return too_special(e, err);
	bool is_good = is_as_asked(yaml->root, now->root, change);
	yg_yaml_free(now);
	return is_good ? 0 : too_special(e, err);
}

/* ---- the changes ---- */

static void put_line(struct yg_buf *out, size_t indent, const char *key, const char *value)
{
	if (!value)
		return;
	yg_buf_fill(out, ' ', indent);
	yg_buf_printf(out, "%s: ", key);
	yg_yaml_put_text(out, value);
	yg_buf_char(out, '\n');
}

static void put_item(struct yg_buf *out, size_t indent, const struct yg_config_controller *c)
{
	yg_buf_fill(out, ' ', indent);
	yg_buf_str(out, "- name: ");
	yg_yaml_put_text(out, c->name);
	yg_buf_char(out, '\n');
	put_line(out, indent + 2, "provider", c->provider);
	put_line(out, indent + 2, "url", c->url);
	put_line(out, indent + 2, "site", c->site);
	for (size_t i = 0; i < c->n_options; i++)
		put_line(out, indent + 2, c->options[i].name, c->options[i].value);
}

/* Everything, with what stands between from and to replaced. */
static void splice(struct yg_edit *e, size_t from, size_t to, const char *text)
{
	yg_buf_clear(&e->after);
	yg_buf_add(&e->after, yg_buf_text(&e->before), from);
	yg_buf_str(&e->after, text);
	yg_buf_add(&e->after, yg_buf_text(&e->before) + to, e->before.len - to);
}

/* A new line needs the one before it to be ended. */
static void insert_item(
    struct yg_edit *e, size_t at, const char *lead, size_t indent, const struct change *change)
{
	struct yg_buf text = {0};

	if (at && e->before.data[at - 1] != '\n')
		yg_buf_char(&text, '\n');
	yg_buf_str(&text, lead);
	put_item(&text, indent, change->added);
	splice(e, at, at, yg_buf_text(&text));
	yg_buf_done(&text);
}

/* "controllers: []" or "controllers:": the list begins in the line below. */
static int begin_list(struct yg_edit *e, const struct yg_node *list, const struct change *change)
{
	size_t key = place_of(&e->before, list->key_line, list->key_column);
	size_t colon = key, end = next_line(&e->before, key);

	while (colon < end && e->before.data[colon] != ':')
		colon++;
	size_t at = colon + 1, to = at;
	while (to < end && strchr(" []~", e->before.data[to]))
		to++;
	struct yg_buf text = {0};
	yg_buf_add(&text, e->before.data + to, end - to);
	if (!text.len || text.data[text.len - 1] != '\n')
		yg_buf_char(&text, '\n');
	/* A comment behind it is divided by a blank. */
	char *rest =
	    yg_xasprintf("%s%s", yg_buf_text(&text)[0] == '#' ? " " : "", yg_buf_text(&text));
	yg_buf_clear(&text);
	yg_buf_str(&text, rest);
	free(rest);
	put_item(&text, 2, change->added);
	if (colon < end)
		splice(e, at, end, yg_buf_text(&text));
	yg_buf_done(&text);
	return colon < end ? 0 : -1;
}

static void append_list(struct yg_edit *e, const struct change *change)
{
	insert_item(
	    e, e->before.len, e->before.len ? "\ncontrollers:\n" : "controllers:\n", 2, change);
}

/* Behind the last of them, indented as it is. */
static void append_item(struct yg_edit *e, const struct yg_node *list, const struct change *change)
{
	const struct yg_node *last = list->first;

	while (last->next)
		last = last->next;
	size_t start = line_start(&e->before, dash_line(&e->before, last));
	insert_item(e, item_end(&e->before, start), "", indent_of(&e->before, start), change);
}

static int open_tree(const struct yg_edit *e, struct yg_yaml **out, struct yg_err *err)
{
	return yg_yaml_parse(e->path, yg_buf_text(&e->before), e->before.len, out, err);
}

int yg_edit_add(struct yg_edit *e, const struct yg_config_controller *c, struct yg_err *err)
{
	struct change change = {.added = c};
	struct yg_yaml *yaml = NULL;
	int rc = open_tree(e, &yaml, err);

	if (rc)
		return rc;
	const struct yg_node *list = yg_node_get(yaml->root, "controllers");
	if (!list)
		append_list(e, &change);
	else if (!list->count)
		begin_list(e, list, &change);
	else
		append_item(e, list, &change);
	rc = verify(e, yaml, &change, err);
	yg_yaml_free(yaml);
	return rc;
}

static const struct yg_node *find_item(const struct yg_yaml *yaml, const char *name)
{
	const struct yg_node *list = yg_node_get(yaml->root, "controllers");

	for (const struct yg_node *item = list ? list->first : NULL; item; item = item->next)
		if (is_named(item, name))
			return item;
	return NULL;
}

static int not_there(const struct yg_edit *e, const char *name, struct yg_err *err)
{
	return yg_err_set(err, YG_E_NOTFOUND, "no controller '%.100s' stands in %s", name, e->path);
}

/* Behind a scalar of one line: up to its closing quote, or as long as its text is. */
static size_t scalar_end(const struct yg_buf *text, size_t at, const struct yg_node *node)
{
	char quote = at < text->len ? text->data[at] : '\0';

	if (!node->is_quoted)
		return YG_MIN(at + strlen(node->text), text->len);
	for (at++; at < text->len && text->data[at] != '\n'; at++) {
		if (quote == '"' && text->data[at] == '\\')
			at++;
		else if (text->data[at] == quote && quote == '\'' && at + 1 < text->len &&
			 text->data[at + 1] == quote)
			at++;
		else if (text->data[at] == quote)
			return at + 1;
	}
	return at;
}

int yg_edit_rename(struct yg_edit *e, const char *name, const char *now, struct yg_err *err)
{
	struct change change = {.name = name, .now = now};
	struct yg_yaml *yaml = NULL;
	struct yg_buf text = {0};
	int rc = open_tree(e, &yaml, err);

	if (rc)
		return rc;
	const struct yg_node *item = find_item(yaml, name);
	if (item) {
		const struct yg_node *node = yg_node_get(item, "name");
		size_t from = place_of(&e->before, node->line, node->column);
		yg_yaml_put_text(&text, now);
		splice(e, from, scalar_end(&e->before, from, node), yg_buf_text(&text));
		rc = verify(e, yaml, &change, err);
	} else
		rc = not_there(e, name, err);
	yg_buf_done(&text);
	yg_yaml_free(yaml);
	return rc;
}

int yg_edit_remove(struct yg_edit *e, const char *name, struct yg_err *err)
{
	struct change change = {.name = name};
	struct yg_yaml *yaml = NULL;
	int rc = open_tree(e, &yaml, err);

	if (rc)
		return rc;
	const struct yg_node *item = find_item(yaml, name);
	if (item) {
		size_t start = line_start(&e->before, dash_line(&e->before, item));
		splice(e, start, item_end(&e->before, start), "");
		rc = verify(e, yaml, &change, err);
	} else
		rc = not_there(e, name, err);
	yg_yaml_free(yaml);
	return rc;
}

/* ---- what changes ---- */

#define CONTEXT 3

static void put_lines(struct yg_buf *out, char sign, const struct yg_buf *text, int from, int to)
{
	for (int line = from; line < to; line++) {
		size_t at = line_start(text, line), end = next_line(text, at);
		yg_buf_char(out, sign);
		yg_buf_add(out, yg_buf_text(text) + at, end - at);
		if (end == at || text->data[end - 1] != '\n')
			yg_buf_str(out, "\n\\ No newline at end of file\n");
	}
}

static int count_lines(const struct yg_buf *text)
{
	int count = 0;

	for (size_t at = 0; at < text->len; at = next_line(text, at))
		count++;
	return count;
}

static bool is_same_line(const struct yg_buf *a, int i, const struct yg_buf *b, int j)
{
	size_t x = line_start(a, i), y = line_start(b, j);
	size_t n = next_line(a, x) - x, m = next_line(b, y) - y;

	return n == m && memcmp(yg_buf_text(a) + x, yg_buf_text(b) + y, n) == 0;
}

void yg_edit_diff(const struct yg_edit *e, struct yg_buf *out)
{
	const struct yg_buf *a = &e->before, *b = &e->after;
	int n = count_lines(a), m = count_lines(b), head = 0, tail = 0;

	while (head < n && head < m && is_same_line(a, head + 1, b, head + 1))
		head++;
	while (tail < n - head && tail < m - head && is_same_line(a, n - tail, b, m - tail))
		tail++;
	int from = YG_MAX(head - CONTEXT, 0), more = YG_MIN(tail, CONTEXT);
	int old_lines = n - tail + more - from, new_lines = m - tail + more - from;
	yg_buf_printf(out, "--- %s\n+++ %s\n@@ -%d,%d +%d,%d @@\n", e->path, e->path,
	    from + (old_lines > 0), old_lines, from + (new_lines > 0), new_lines);
	put_lines(out, ' ', a, from + 1, head + 1);
	put_lines(out, '-', a, head + 1, n - tail + 1);
	put_lines(out, '+', b, head + 1, m - tail + 1);
	put_lines(out, ' ', a, n - tail + 1, n - tail + more + 1);
}
