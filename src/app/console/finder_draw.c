/* finder_draw: how the list of everything looks. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "app/console/finder.h"
#include "base/i18n.h"
#include "base/text.h"

#define WIDTH    110
#define WHAT_W   10
#define KEY_W    7
#define NARROW_W 70

struct columns {
	int what, label, help, key; /* where each begins */
	int end;
};

static struct columns lay_out(int width)
{
	struct columns c = {.what = 0, .label = WHAT_W, .key = width - KEY_W, .end = width};

	c.help = c.label + (c.key - c.label) * 9 / 20 + 1;
	return c;
}

/* The text with the letters that were found in another style; a combining mark goes with its
 * letter. */
static void put_marked(
    struct yg_canvas *c, int x, int y, int width, int style, const char *text, const bool *marks)
{
	const char *end = text + strlen(text);
	int end_x = x + width;
	size_t n = 0;

	while (text < end && x < end_x) {
		const char *from = text;
		bool is_marked = n < YG_FUZZY_TEXT && marks[n];
		for (; text < end && (n < YG_FUZZY_TEXT && marks[n]) == is_marked; n++)
			yg_utf8_next(&text, end);
		char *run = yg_xstrndup(from, (size_t)(text - from));
		int look = is_marked ? YG_ST_MATCH | (style & ~YG_ST_MASK) : style;
		x += yg_put(c, x, y, end_x - x, look, run);
		free(run);
	}
}

static void put_label(struct yg_console *con, struct yg_canvas *c, const struct columns *at, int y,
    int style, const char *label, const char *what)
{
	bool marks[YG_FUZZY_TEXT];
	char text[256];

	snprintf(text, sizeof(text), "%.200s  %s", label, what);
	yg_fuzzy_score(&con->finder->wanted, text, marks);
	put_marked(c, at->label, y, at->help - at->label - 1, style, label, marks);
}

static void draw_item(struct yg_console *con, struct yg_canvas *c, const struct columns *at, int y,
    int flags, const struct yg_finder_item *item)
{
	int style = (item->is_disabled ? YG_ST_DIM : YG_ST_TEXT) | flags;

	yg_put(c, at->what, y, WHAT_W - 1, YG_ST_DIM | flags, item->what);
	put_label(con, c, at, y, style, item->label, item->what);
	yg_put(c, at->help, y, at->key - at->help - 1, YG_ST_DIM | flags, item->help);
	if (item->key)
		yg_put_right(c, at->key, y, KEY_W, YG_ST_KEY | flags, item->key);
}

/* "running · kvm-01": its state, and on which controller. */
static void draw_row(struct yg_console *con, struct yg_canvas *c, const struct columns *at, int y,
    int flags, const struct yg_row *row)
{
	int meaning = (int)yg_row_meaning(row), x = at->help;
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);

	yg_put(c, at->what, y, WHAT_W - 1, YG_ST_DIM | flags, row->kind->name);
	put_label(con, c, at, y, YG_ST_TEXT | flags, yg_row_name(row), row->kind->name);
	if (yg_row_has(row, YG_F_STATE)) {
		yg_put_glyph(c, x, y, meaning | flags);
		x += 2 + yg_put(c, x + 2, y, at->key - x - 3, meaning | flags,
			     row->kind->states[yg_row_state(row)].name);
	}
	if (controller[0] && x < at->end - 4)
		yg_putf(c, x, y, at->end - x, YG_ST_DIM | flags, "%s%s", x > at->help ? " · " : "",
		    controller);
}

static void draw_hit(
    struct yg_console *con, struct yg_canvas *c, const struct columns *at, int y, size_t position)
{
	const struct yg_row *row;
	const struct yg_finder_item *item = yg_finder_item(con, &con->finder->best[position], &row);
	int flags = position == con->finder->at ? YG_ST_SELECTED : 0;

	yg_put_fill(c, 0, y, at->end, YG_ST_TEXT | flags);
	if (item)
		draw_item(con, c, at, y, flags, item);
	else if (row)
		draw_row(con, c, at, y, flags, row);
	else
		yg_put(c, at->label, y, -1, YG_ST_DIM | flags, _("gone"));
}

static void draw_count(const struct yg_finder *f, struct yg_canvas *c)
{
	bool is_whole = f->scan_at == f->items.count + f->rows.count;
	char text[64];

	if (!f->wanted.count)
		return;
	snprintf(text, sizeof(text), _("%zu%s found"), f->n_found, is_whole ? "" : "+");
	yg_put_right(c, yg_canvas_width(c) - 20, 0, 20, YG_ST_DIM, text);
}

static void keep_in_sight(struct yg_finder *f, int rows)
{
	f->page = (size_t)YG_MAX(rows, 1);
	f->at = f->n_best ? YG_MIN(f->at, f->n_best - 1) : 0;
	if (f->at < f->top)
		f->top = f->at;
	if (f->at >= f->top + f->page)
		f->top = f->at - f->page + 1;
}

void yg_finder_draw(struct yg_console *con, struct yg_canvas *c)
{
	struct yg_finder *f = con->finder;
	int w = YG_MIN(yg_canvas_width(c) - 4, WIDTH), h = yg_canvas_height(c) - 2;

	if (w < NARROW_W)
		w = yg_canvas_width(c) - 4;
	struct yg_canvas in = yg_dialog_box(c, w, YG_MIN(h, 32), _("Find anything"), YG_ST_FOCUS);
	struct columns at = lay_out(yg_canvas_width(&in));
	int rows = yg_canvas_height(&in) - 1;

	struct yg_canvas top = yg_canvas_sub(&in, (struct yg_rect){0, 0, at.end - 20, 1});
	draw_count(f, &in);
	keep_in_sight(f, rows);
	for (int y = 0; y < rows && f->top + (size_t)y < f->n_best; y++)
		draw_hit(con, &in, &at, y + 1, f->top + (size_t)y);
	if (!f->n_best && f->scan_at == f->items.count + f->rows.count)
		yg_put(&in, at.label, 2, -1, YG_ST_DIM, _("nothing is called so; Esc goes back"));
	yg_line_draw(&f->line, &top, 0, "> ");
}
