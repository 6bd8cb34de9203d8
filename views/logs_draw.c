/* logs_draw: draws the view of logs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/i18n.h"
#include "base/text.h"
#include "views/logs.h"

#define NAME_MAX_CELLS 20
#define TIME_CELLS     18 /* "01-15 10:42:07.123" */
#define LEFT_MIN_CELLS 10 /* of a line's text, however much stands in front */

/* A NUL would be the end of the text: the picture of one stands for it. */
static void show_nuls(struct yg_buf *text)
{
	struct yg_buf out = {0};

	if (!text->len || !memchr(text->data, 0, text->len))
		return;
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i])
			yg_buf_char(&out, text->data[i]);
		else
			yg_buf_str(&out, "␀");
	yg_buf_done(text);
	*text = out;
}

void logs_line_text(const struct logs *l, const struct yg_logline *line, struct yg_buf *out)
{
	if (l->is_raw || !line->len || line->text[0] != '{' ||
	    !yg_logline_json(out, line->text, line->len))
		yg_buf_add(out, line->text, line->len);
	for (size_t i = 0; i < out->len; i++)
		if (out->data[i] == '\t')
			out->data[i] = ' ';
	show_nuls(out);
	if (line->is_cut)
		yg_buf_str(out, "…");
}

/* ---- cells ---- */

/* The bytes of s that fill at most width cells; *out_cells: how many they fill. */
static size_t fit(const char *s, const char *end, int width, int *out_cells)
{
	const char *at = s;
	int cells = 0;

	while (at < end) {
		const char *next = at;
		char text[5] = {0};
		int w = 1;
		uint32_t cp = yg_utf8_next(&next, end);
		if (cp >= 0x7f) {
			yg_utf8_put(yg_harmless(cp), text);
			w = yg_text_cells(text);
		}
		if (cells + w > width)
			break;
		cells += w;
		at = next;
	}
	*out_cells = cells;
	return (size_t)(at - s);
}

static int name_cells(const struct logs *l)
{
	int w = 0;

	for (size_t i = 0; l->n_sources > 1 && i < l->n_sources; i++)
		w = YG_MAX(w, yg_text_cells(l->sources[i].name));
	return YG_MIN(w, NAME_MAX_CELLS);
}

static int prefix_cells(const struct logs *l)
{
	int names = name_cells(l);

	return (l->has_times ? TIME_CELLS + 1 : 0) + (names ? names + 1 : 0);
}

static int text_cells(const struct logs *l, int w)
{
	return YG_MAX(w - prefix_cells(l), LEFT_MIN_CELLS);
}

/* Rows that a line takes. */
static int height_of(const struct logs *l, uint64_t number, int w)
{
	struct yg_buf text = {0};
	struct yg_logline line;
	int rows = 0, cells;

	if (!l->is_wrapping)
		return 1;
	yg_logring_get(l->ring, number, &line);
	logs_line_text(l, &line, &text);
	const char *at = yg_buf_text(&text), *end = at + text.len;
	do {
		size_t n = fit(at, end, text_cells(l, w), &cells);
		at += n ? n : 1;
		rows++;
	} while (at < end);
	yg_buf_done(&text);
	return rows;
}

/* ---- a line ---- */

static void format_time(int64_t us, char *buf, size_t size)
{
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;
	char text[20];

	localtime_r(&seconds, &tm);
	strftime(text, sizeof(text), "%m-%d %H:%M:%S", &tm);
	snprintf(buf, size, "%s.%03d", text, (int)(us / 1000 % 1000));
}

static void draw_prefix(
    const struct logs *l, struct yg_canvas *c, int y, const struct yg_logline *line, int flags)
{
	static const int colours[] = {YG_ST_ACCENT, YG_ST_KEY, YG_ST_BUSY, YG_ST_OK, YG_ST_NUMBER};
	int x = 0;
	char time[40];

	if (l->has_times) {
		format_time(line->us, time, sizeof(time));
		yg_put(c, x, y, TIME_CELLS, YG_ST_DIM | flags, time);
		x += TIME_CELLS + 1;
	}
	if (l->n_sources > 1)
		yg_put(c, x, y, name_cells(l), colours[line->source % YG_COUNT(colours)] | flags,
		    l->sources[line->source].name);
}

/* One row of a line's text: from `at`, what fits; the part from match to match_end stands out. */
struct piece {
	const char *at, *end, *match, *match_end;
};

static void put_bytes(
    struct yg_canvas *c, int x, int y, int width, int style, const char *from, const char *to)
{
	char *copy = yg_xstrndup(from, (size_t)(to - from));

	yg_put(c, x, y, width, style, copy);
	free(copy);
}

static void draw_piece(struct yg_canvas *c, int x, int y, int width, int style, struct piece p)
{
	int cells;

	put_bytes(c, x, y, width, style, p.at, p.end);
	if (!p.match || p.match_end <= p.at || p.match >= p.end)
		return;
	const char *from = YG_MAX(p.match, p.at), *to = YG_MIN(p.match_end, p.end);
	fit(p.at, from, width, &cells);
	if (cells < width)
		put_bytes(c, x + cells, y, width - cells,
		    YG_ST_MATCH | YG_ST_STRONG | (style & YG_ST_SELECTED), from, to);
}

/* Draws a line from row y on, which may be above the first one; returns the row below it. */
static int draw_line(const struct logs *l, struct yg_canvas *c, int y, uint64_t number)
{
	int w = yg_canvas_width(c), x = prefix_cells(l), width = text_cells(l, w), cells;
	int flags = number == l->at ? YG_ST_SELECTED : 0;
	struct yg_buf text = {0};
	struct yg_logline line;
	size_t from = 0, to = 0;

	yg_logring_get(l->ring, number, &line);
	logs_line_text(l, &line, &text);
	struct piece p = {.at = yg_buf_text(&text)};
	const char *end = p.at + text.len;
	int style = (int)yg_level_style((enum yg_level)line.level) | flags;
	if (l->with && yg_pattern_find(l->with, p.at, text.len, &from, &to) && to > from) {
		p.match = p.at + from;
		p.match_end = p.at + to;
	}
	if (!l->is_wrapping)
		p.at += fit(p.at, end, l->left, &cells);
	if (y >= 0) {
		yg_put_fill(c, 0, y, w, YG_ST_TEXT | flags);
		draw_prefix(l, c, y, &line, flags);
	}
	do {
		size_t n = l->is_wrapping ? fit(p.at, end, width, &cells) : (size_t)(end - p.at);
		p.end = p.at + (n || p.at == end ? n : 1);
		if (y >= 0 && y < l->page)
			draw_piece(c, x, y, width, style, p);
		y++;
		p.at = p.end;
	} while (p.at < end && y < l->page);
	yg_buf_done(&text);
	return y;
}

/* ---- below the lines ---- */

static void draw_prompt(struct logs *l, struct yg_canvas *c, int y)
{
	static const char *const words[] = {
	    [PROMPT_FILTER] = N_("only lines with /"),
	    [PROMPT_NOT] = N_("no lines with !"),
	    [PROMPT_SAVE] = N_("save to file: "),
	};
	int w = yg_canvas_width(c), x = yg_put(c, 0, y, -1, YG_ST_KEY, _(words[l->prompt]));
	const char *text = yg_buf_text(&l->typed);

	/* The end of what is typed is what must be seen. */
	while (yg_text_cells(text) > YG_MAX(w - x - 2, 1) && *text)
		do
			text++;
		while (((unsigned char)*text & 0xc0) == 0x80);
	x += yg_put(c, x, y, -1, YG_ST_INPUT, text);
	yg_put(c, x, y, 1, YG_ST_INPUT | YG_ST_SELECTED, " ");
	if (l->told[0] && w - x > 24)
		yg_put_right(c, x + 2, y, w - x - 2, YG_ST_DIM, l->told);
}

static bool all_are(const struct logs *l, enum source_state state)
{
	for (size_t i = 0; i < l->n_sources; i++)
		if (l->sources[i].state != state)
			return false;
	return true;
}

/* Why there is less than one would think: who failed or ended. */
static bool trouble(const struct logs *l, char *out, size_t size, int *out_style)
{
	size_t failed = 0, ended = 0;
	const struct source *worst = NULL;

	for (size_t i = 0; i < l->n_sources; i++) {
		failed += l->sources[i].state == SOURCE_FAILED;
		ended += l->sources[i].state == SOURCE_ENDED;
		if (l->sources[i].state == SOURCE_FAILED && !worst)
			worst = &l->sources[i];
	}
	*out_style = worst ? YG_ST_WARN : YG_ST_DIM;
	if (worst && l->n_sources > 1)
		snprintf(out, size, _("%zu of %zu failed: %s: %s"), failed, l->n_sources,
		    worst->name, worst->error);
	else if (worst)
		snprintf(out, size, "%s", worst->error);
	else if (ended == l->n_sources)
		snprintf(out, size, _("that is all: %s"),
		    l->request.is_following ? _("it does not run") : _("the end was reached"));
	else if (ended)
		snprintf(out, size, _("%zu of %zu ended"), ended, l->n_sources);
	/* Where nothing is shown at all, the reasons stand there. */
	return (failed || ended) && (failed < l->n_sources || yg_logring_end(l->ring));
}

/* The row at the bottom, where there is something to say; returns how many rows it takes. */
static int draw_bottom(struct logs *l, struct yg_canvas *c)
{
	int y = yg_canvas_height(c) - 1, style;
	char text[512];

	if (l->prompt)
		draw_prompt(l, c, y);
	else if (l->told[0])
		yg_put(c, 0, y, -1, l->told_style, l->told);
	else if (trouble(l, text, sizeof(text), &style))
		yg_put(c, 0, y, -1, style, text);
	else
		return 0;
	return 1;
}

/* ---- nothing there ---- */

static void draw_empty(const struct logs *l, struct yg_canvas *c)
{
	uint64_t n = yg_logring_end(l->ring) - yg_logring_first(l->ring);

	if (n)
		yg_putf(c, 1, 0, -1, YG_ST_DIM,
		    _("none of %llu lines passes the filter; Esc takes it away"),
		    (unsigned long long)n);
	else if (all_are(l, SOURCE_FAILED))
		for (size_t i = 0; i < l->n_sources; i++)
			yg_putf(c, 1, (int)i, -1, YG_ST_WARN, "%s: %s", l->sources[i].name,
			    l->sources[i].error);
	else if (all_are(l, SOURCE_ASKED))
		yg_put(c, 1, 0, -1, YG_ST_DIM, _("asking for the logs ..."));
	else if (l->request.is_following && !all_are(l, SOURCE_ENDED))
		yg_put(
		    c, 1, 0, -1, YG_ST_DIM, _("nothing was written yet; what comes is shown here"));
	else
		yg_put(c, 1, 0, -1, YG_ST_DIM, _("nothing was written"));
}

/* ---- the whole ---- */

/* The first line of the last page, and how many rows of it are above the screen. */
static size_t find_last_top(const struct logs *l, int w, int *out_above)
{
	size_t i = yg_logsieve_count(l->shown);
	uint64_t first = yg_logring_first(l->ring);
	int rows = 0;

	while (i > 0 && rows < l->page && yg_logsieve_line(l->shown, i - 1) >= first)
		rows += height_of(l, yg_logsieve_line(l->shown, --i), w);
	*out_above = YG_MAX(rows - l->page, 0);
	return i;
}

static void set_count(struct logs *l)
{
	struct yg_view *v = l->view;
	size_t shown = yg_logsieve_count(l->shown);
	uint64_t all = yg_logring_end(l->ring) - yg_logring_first(l->ring);
	const char *how = l->is_paused ? _("paused") : l->is_following ? _("follow") : _("held");

	if (shown == all)
		snprintf(v->count, sizeof(v->count), _("%zu lines, %s"), shown, how);
	else
		snprintf(v->count, sizeof(v->count), _("%zu of %llu, %s"), shown,
		    (unsigned long long)all, how);
}

void logs_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct logs *l = v->priv;
	int w = yg_canvas_width(c), above, y = 0;
	size_t count = yg_logsieve_count(l->shown);

	l->page = YG_MAX(yg_canvas_height(c) - draw_bottom(l, c), 1);
	l->last_top = find_last_top(l, w, &above);
	size_t top = yg_logsieve_find(l->shown, YG_MAX(l->top, yg_logring_first(l->ring)));
	if (l->is_following || top > l->last_top) {
		top = l->last_top;
		y = -above;
	}
	if (top < count)
		l->top = yg_logsieve_line(l->shown, top);
	set_count(l);
	if (!count)
		draw_empty(l, c);
	for (size_t i = top; i < count && y < l->page; i++)
		y = draw_line(l, c, y, yg_logsieve_line(l->shown, i));
}
