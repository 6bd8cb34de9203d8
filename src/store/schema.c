/* schema: a strict reader of settings, driven by a const table. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/schema.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/text.h"

static void note(struct yg_reading *r, int line, int column, const char *fmt, va_list ap)
{
	struct yg_mistakes *m = &r->mistakes;
	char what[400];

	if (m->count == YG_MISTAKES_MAX) {
		m->left_out++;
		return;
	}
	vsnprintf(what, sizeof(what), fmt, ap);
	m->lines[m->count++] = yg_xasprintf("%s:%d:%d: %s", r->file, line, column, what);
}

void yg_mistake(struct yg_reading *r, const struct yg_node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(r, node->line, node->column, fmt, ap);
	va_end(ap);
}

void yg_mistake_key(struct yg_reading *r, const struct yg_node *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	note(r, node->key_line, node->key_column, fmt, ap);
	va_end(ap);
}

const char *yg_did_you_mean(
    const char *word, const char *const *words, size_t count, char *buf, size_t size)
{
	const char *near = yg_text_nearest(word, words, count);

	buf[0] = '\0';
	if (near)
		snprintf(buf, size, ", did you mean '%s'", near);
	return buf;
}

/* Notes that a value is not what it should be: "'width' must be ..., not ...". */
static void wrong(struct yg_reading *r, const struct yg_node *node, const char *must_be)
{
	const char *name = node->key ? node->key : "an item";
	const char *quote = node->key ? "'" : "";

	if (node->is == YG_NODE_NOTHING)
		yg_mistake(
		    r, node, "%s%.60s%s has no value; it must be %s", quote, name, quote, must_be);
	else if (node->is == YG_NODE_TEXT)
		yg_mistake(r, node, "%s%.60s%s must be %s, not %s'%.60s'", quote, name, quote,
		    must_be, node->is_quoted ? "the text " : "", node->text);
	else
		yg_mistake(r, node, "%s%.60s%s must be %s, not %s", quote, name, quote, must_be,
		    yg_node_is_name(node));
}

static void read_text(struct yg_reading *r, const struct yg_node *node, char **out)
{
	if (node->is != YG_NODE_TEXT) {
		wrong(r, node, "text");
		return;
	}
	free(*out);
	*out = yg_xstrdup(node->text);
}

static void read_bool(struct yg_reading *r, const struct yg_node *node, bool *out)
{
	static const char *const words[] = {"false", "true", "no", "yes", "off", "on"};

	if (node->is == YG_NODE_TEXT && !node->is_quoted)
		for (size_t i = 0; i < YG_COUNT(words); i++)
			if (yg_streq(node->text, words[i])) {
				*out = i % 2;
				return;
			}
	wrong(r, node, "true or false");
}

static void read_int(
    struct yg_reading *r, const struct yg_node *node, const struct yg_setting *s, int *out)
{
	char must_be[80];
	char *end = NULL;

	errno = 0;
	long value = strtol(node->text, &end, 10);
	if (node->is == YG_NODE_TEXT && !node->is_quoted && end != node->text && !*end && !errno &&
	    value >= s->min && value <= s->max) {
		*out = (int)value;
		return;
	}
	snprintf(must_be, sizeof(must_be), "a whole number from %d to %d", s->min, s->max);
	wrong(r, node, must_be);
}

static void read_real(struct yg_reading *r, const struct yg_node *node, double *out)
{
	char *end = NULL;
	double value = strtod(node->text, &end);

	if (node->is == YG_NODE_TEXT && !node->is_quoted && end != node->text && !*end &&
	    isfinite(value) && value >= 0)
		*out = value;
	else
		wrong(r, node, "a number, 0 or more");
}

/* "auto, light or ascii" */
static void list_words(struct yg_buf *out, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			yg_buf_str(out, i + 1 == count ? " or " : ", ");
		yg_buf_str(out, words[i]);
	}
}

static void read_choice(
    struct yg_reading *r, const struct yg_node *node, const struct yg_setting *s, int *out)
{
	struct yg_buf must_be = {0};
	char near[80];

	for (size_t i = 0; i < s->n_words && node->is == YG_NODE_TEXT; i++)
		if (yg_streq(node->text, s->words[i])) {
			*out = (int)i;
			return;
		}
	list_words(&must_be, s->words, s->n_words);
	yg_did_you_mean(node->text, s->words, s->n_words, near, sizeof(near));
	if (*near && node->is == YG_NODE_TEXT)
		yg_mistake(r, node, "no %s '%.60s'%s", s->name, node->text, near);
	else
		wrong(r, node, yg_buf_text(&must_be));
	yg_buf_done(&must_be);
}

static void read_list(
    struct yg_reading *r, const struct yg_node *node, const struct yg_setting *s, void *dest)
{
	if (node->is == YG_NODE_NOTHING)
		return;
	if (node->is != YG_NODE_LIST) {
		wrong(r, node, "a list");
		return;
	}
	for (const struct yg_node *item = node->first; item; item = item->next)
		s->read(r, item, dest);
}

static void read_setting(
    struct yg_reading *r, const struct yg_node *node, const struct yg_setting *s, void *dest)
{
	void *out = (char *)dest + s->offset;

	switch (s->type) {
	case YG_SET_TEXT: read_text(r, node, out); break;
	case YG_SET_BOOL: read_bool(r, node, out); break;
	case YG_SET_INT: read_int(r, node, s, out); break;
	case YG_SET_REAL: read_real(r, node, out); break;
	case YG_SET_CHOICE: read_choice(r, node, s, out); break;
	case YG_SET_LIST: read_list(r, node, s, dest); break;
	case YG_SET_OWN: s->read(r, node, dest); break;
	}
}

static const struct yg_setting *find_setting(const struct yg_settings *settings, const char *name)
{
	for (size_t i = 0; i < settings->count; i++)
		if (settings->items[i].name[0] == name[0] &&
		    strcmp(settings->items[i].name, name) == 0)
			return &settings->items[i];
	return NULL;
}

static void refuse_unknown(
    struct yg_reading *r, const struct yg_node *node, const struct yg_settings *settings)
{
	const char *names[64] = {NULL};
	size_t count = YG_MIN(settings->count, YG_COUNT(names));
	struct yg_buf known = {.max = 240};
	char near[80];

	for (size_t i = 0; i < count; i++)
		names[i] = settings->items[i].name;
	yg_did_you_mean(node->key, names, count, near, sizeof(near));
	if (*near) {
		yg_mistake_key(r, node, "no setting '%.60s'%s", node->key, near);
		return;
	}
	list_words(&known, names, count);
	yg_mistake_key(r, node, "no setting '%.60s'; %s has %s", node->key, settings->what,
	    yg_buf_text(&known));
	yg_buf_done(&known);
}

/* A required key is missing; if another key of the mapping looks like it, that is said too. */
static void refuse_missing(struct yg_reading *r, const struct yg_node *map,
    const struct yg_settings *settings, const struct yg_setting *s)
{
	for (const struct yg_node *node = map->first; node; node = node->next)
		if (!find_setting(settings, node->key) && yg_text_nearest(node->key, &s->name, 1)) {
			if (settings->other)
				yg_mistake_key(r, node, "no setting '%.60s', did you mean '%s'",
				    node->key, s->name);
			return;
		}
	yg_mistake(r, map, "%s needs '%s'", settings->what, s->name);
}

size_t yg_settings_read(
    struct yg_reading *r, const struct yg_node *map, const struct yg_settings *settings, void *dest)
{
	size_t before = r->mistakes.count + r->mistakes.left_out;

	if (map->is == YG_NODE_TEXT || map->is == YG_NODE_LIST) {
		yg_mistake(r, map, "%s must be a mapping (name: value), not %s", settings->what,
		    yg_node_is_name(map));
		return 1;
	}
	for (const struct yg_node *node = map->first; node; node = node->next)
		if (!find_setting(settings, node->key)) {
			if (settings->other)
				settings->other(r, node, dest);
			else
				refuse_unknown(r, node, settings);
		}
	for (size_t i = 0; i < settings->count; i++) {
		const struct yg_setting *s = &settings->items[i];
		const struct yg_node *node = yg_node_get(map, s->name);
		if (node)
			read_setting(r, node, s, dest);
		else if (s->is_required)
			refuse_missing(r, map, settings, s);
	}
	return r->mistakes.count + r->mistakes.left_out - before;
}

int yg_mistakes_err(const struct yg_mistakes *m, struct yg_err *err)
{
	size_t more = m->count + m->left_out - 1;

	if (!m->count)
		return 0;
	if (!more)
		return yg_err_set(err, YG_E_INVALID, "%s", m->lines[0]);
	return yg_err_set(err, YG_E_INVALID, "%.470s (and %zu more)", m->lines[0], more);
}

void yg_mistakes_tell(const struct yg_mistakes *m, yg_report_cb *report, void *data)
{
	char more[80];

	for (size_t i = 0; i < m->count && report; i++)
		report(data, m->lines[i]);
	if (!m->left_out || !report)
		return;
	snprintf(more, sizeof(more), "and %zu more mistakes in this file", m->left_out);
	report(data, more);
}

void yg_mistakes_done(struct yg_mistakes *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->lines[i]);
	*m = (struct yg_mistakes){0};
}
