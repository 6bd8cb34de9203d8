/* line: a line of text being typed: editing keys, history, completion. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/line.h"

#include <stdio.h>
#include <strings.h>

#include "base/text.h"

#define SHOWN_MAX 8 /* candidates on screen */

void yg_line_start(struct yg_line *l, const char *text, struct yg_history *history,
    yg_complete_cb complete, void *data)
{
	yg_line_done(l);
	l->text.max = YG_LINE_MAX;
	yg_buf_str(&l->text, text);
	l->cursor = l->text.len;
	l->history = history;
	l->complete = complete;
	l->complete_data = data;
	l->completions.chosen = -1;
}

void yg_line_done(struct yg_line *l)
{
	if (l->text.data)
		explicit_bzero(l->text.data, l->text.room);
	yg_buf_done(&l->text);
	free(l->draft);
	*l = (struct yg_line){0};
}

const char *yg_line_text(const struct yg_line *l)
{
	return yg_buf_text(&l->text);
}

static void insert(struct yg_line *l, const char *s, size_t len)
{
	char *tail = yg_xstrdup(yg_line_text(l) + l->cursor);

	if (l->text.len + len < YG_LINE_MAX) {
		l->text.len = l->cursor;
		yg_buf_add(&l->text, s, len);
		l->cursor = l->text.len;
		yg_buf_str(&l->text, tail);
	}
	free(tail);
}

static void cut(struct yg_line *l, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(l->text.data + from, l->text.data + to, l->text.len - to + 1);
	l->text.len -= to - from;
	l->cursor = from;
}

/* Where the character before, or behind, a position begins. */
static size_t before(const struct yg_line *l, size_t at)
{
	const char *s = yg_line_text(l);

	while (at > 0 && ((unsigned char)s[--at] & 0xC0) == 0x80)
		;
	return at;
}

static size_t behind(const struct yg_line *l, size_t at)
{
	const char *p = yg_line_text(l) + at, *end = yg_line_text(l) + l->text.len;

	if (p < end)
		yg_utf8_next(&p, end);
	return (size_t)(p - yg_line_text(l));
}

static size_t word_before(const struct yg_line *l, size_t at)
{
	const char *s = yg_line_text(l);

	while (at > 0 && s[at - 1] == ' ')
		at--;
	while (at > 0 && s[at - 1] != ' ')
		at--;
	return at;
}

/* ---- history ---- */

void yg_history_add(struct yg_history *h, const char *text)
{
	if (!text[0] || (h->count && yg_streq(h->items[h->count - 1], text)))
		return;
	if (h->count == YG_HISTORY_MAX) {
		free(h->items[0]);
		yg_vec_remove(h, 0);
	}
	yg_vec_push(h, yg_xstrdup(text));
}

void yg_history_done(struct yg_history *h)
{
	yg_vec_each (h, text)
		free(*text);
	yg_vec_done(h);
}

static void set_text(struct yg_line *l, const char *text)
{
	yg_buf_clear(&l->text);
	yg_buf_str(&l->text, text);
	l->cursor = l->text.len;
}

static void walk_history(struct yg_line *l, int step)
{
	int count = l->history ? (int)l->history->count : 0, to = l->history_at + step;

	if (to < 0 || to > count)
		return;
	if (l->history_at == 0) {
		free(l->draft);
		l->draft = yg_xstrdup(yg_line_text(l));
	}
	l->history_at = to;
	set_text(l, to ? l->history->items[count - to] : l->draft);
}

/* ---- completion ---- */

void yg_complete_add(
    struct yg_completions *out, const char *prefix, const char *text, const char *help)
{
	if (out->count == YG_COMPLETE_MAX || strncasecmp(text, prefix, strlen(prefix)) != 0)
		return;
	for (size_t i = 0; i < out->count; i++)
		if (strncmp(out->items[i].text, text, sizeof(out->items[i].text) - 1) == 0)
			return;
	struct yg_completion *c = &out->items[out->count++];
	snprintf(c->text, sizeof(c->text), "%s", text);
	snprintf(c->help, sizeof(c->help), "%s", help ? help : "");
}

static void look_up(struct yg_line *l)
{
	char *head = yg_xstrndup(yg_line_text(l), l->cursor);

	l->completions.count = 0;
	l->completions.chosen = -1;
	l->completions.start = word_before(l, l->cursor);
	if (l->cursor && yg_line_text(l)[l->cursor - 1] == ' ')
		l->completions.start = l->cursor;
	l->complete(l->complete_data, head, &l->completions);
	free(head);
}

/* Each Tab puts the next candidate in place; a single one is followed by a blank. */
static void complete(struct yg_line *l, int step)
{
	struct yg_completions *c = &l->completions;

	if (!l->complete)
		return;
	if (!c->count || c->chosen < 0)
		look_up(l);
	if (!c->count)
		return;
	int n = (int)c->count;
	c->chosen = c->chosen < 0 ? (step > 0 ? 0 : n - 1) : (c->chosen + step + n) % n;
	cut(l, c->start, l->cursor);
	insert(l, c->items[c->chosen].text, strlen(c->items[c->chosen].text));
	if (n == 1) {
		size_t len = strlen(c->items[0].text);
		char last = len ? c->items[0].text[len - 1] : ' ';
		if (last != ':' && last != '=' && last != '/')
			insert(l, " ", 1);
		c->count = 0;
		c->chosen = -1;
	}
}

/* ---- keys ---- */

static bool edit(struct yg_line *l, const char *key)
{
	if (yg_streq(key, "Backspace") || yg_streq(key, "C-h"))
		cut(l, before(l, l->cursor), l->cursor);
	else if (yg_streq(key, "Delete") || yg_streq(key, "C-d")) {
		size_t at = l->cursor;
		cut(l, at, behind(l, at));
	} else if (yg_streq(key, "C-w"))
		cut(l, word_before(l, l->cursor), l->cursor);
	else if (yg_streq(key, "C-u"))
		cut(l, 0, l->cursor);
	else if (yg_streq(key, "C-k"))
		cut(l, l->cursor, l->text.len);
	else
		return false;
	return true;
}

static bool move(struct yg_line *l, const char *key)
{
	if (yg_streq(key, "Left") || yg_streq(key, "C-b"))
		l->cursor = before(l, l->cursor);
	else if (yg_streq(key, "Right") || yg_streq(key, "C-f"))
		l->cursor = behind(l, l->cursor);
	else if (yg_streq(key, "Home") || yg_streq(key, "C-a"))
		l->cursor = 0;
	else if (yg_streq(key, "End") || yg_streq(key, "C-e"))
		l->cursor = l->text.len;
	else if (yg_streq(key, "Up") || yg_streq(key, "C-p"))
		walk_history(l, 1);
	else if (yg_streq(key, "Down") || yg_streq(key, "C-n"))
		walk_history(l, -1);
	else
		return false;
	return true;
}

static bool is_text(const char *key)
{
	const char *p = key;

	yg_utf8_next(&p, key + strlen(key));
	return key[0] && !*p && (unsigned char)key[0] >= ' ' && key[0] != 0x7f;
}

int yg_line_event(struct yg_line *l, const struct yg_event *ev)
{
	if (ev->what != YG_EV_KEY)
		return YG_R_NONE;
	if (yg_streq(ev->key, "Tab") || yg_streq(ev->key, "S-Tab")) {
		complete(l, ev->key[0] == 'S' ? -1 : 1);
		return YG_R_HANDLED | YG_R_REDRAW;
	}
	l->completions.count = 0;
	l->completions.chosen = -1;
	if (yg_streq(ev->key, "Space"))
		insert(l, " ", 1);
	else if (is_text(ev->key))
		insert(l, ev->key, strlen(ev->key));
	else if (!edit(l, ev->key) && !move(l, ev->key))
		return YG_R_NONE;
	return YG_R_HANDLED | YG_R_REDRAW;
}

/* ---- drawing ---- */

void yg_line_draw(struct yg_line *l, struct yg_canvas *c, int y, const char *prompt)
{
	int x = 1 + yg_put(c, 1, y, -1, YG_ST_ACCENT | YG_ST_STRONG, prompt);
	int room = yg_canvas_width(c) - x - 2;
	size_t from = 0;

	if (room < 4)
		return;
	char *head = yg_xstrndup(yg_line_text(l), l->cursor);
	while (yg_text_cells(head + from) >= room)
		from = behind(l, from);
	if (l->is_secret)
		yg_put_fill(c, x, y, 1, YG_ST_INPUT);
	else
		yg_put(c, x, y, room + 1, YG_ST_INPUT, yg_line_text(l) + from);
	yg_put_cursor(c, l->is_secret ? x : x + yg_text_cells(head + from), y);
	free(head);
}

void yg_line_draw_completions(struct yg_line *l, struct yg_canvas *c, int y)
{
	const struct yg_completions *all = &l->completions;
	int rows = (int)YG_MIN(all->count, (size_t)SHOWN_MAX), width = 24;
	int first = all->chosen >= rows ? all->chosen - rows + 1 : 0;

	if (all->count < 2 || y < rows + 2)
		return;
	for (size_t i = 0; i < all->count; i++)
		width = YG_MAX(width,
		    yg_text_cells(all->items[i].text) + yg_text_cells(all->items[i].help) + 6);
	width = YG_MIN(width, yg_canvas_width(c) - 2);
	struct yg_canvas box = yg_canvas_sub(c, (struct yg_rect){1, y - rows - 2, width, rows + 2});
	char note[32];
	snprintf(note, sizeof(note), "%d of %zu", all->chosen + 1, all->count);
	yg_put_border(&box, YG_ST_BORDER, YG_ST_DIM, "", note);
	for (int i = 0; i < rows; i++) {
		const struct yg_completion *item = &all->items[first + i];
		int flags = first + i == all->chosen ? YG_ST_SELECTED : 0;
		yg_put_fill(&box, 1, i + 1, width - 2, YG_ST_TEXT | flags);
		int used = yg_put(&box, 2, i + 1, width - 4, YG_ST_TEXT | flags, item->text);
		yg_put(&box, used + 4, i + 1, width - used - 6, YG_ST_DIM | flags, item->help);
	}
}
