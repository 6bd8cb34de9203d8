/* help: keys, commands and the query language as a view, made from the tables. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/help.h"

#include <stdlib.h>

#include "base/buf.h"

struct help {
	struct yg_buf text; /* lines of KEY tab NAME tab HELP; "# " begins a title */
	int top, page, lines;
};

static struct yg_console *console; /* the one that this program has; see yg_help_register() */

static int help_open(struct yg_view *v, struct yg_err *err)
{
	struct help *h = v->priv;

	(void)err;
	yg_console_help(console, &h->text);
	for (const char *p = yg_buf_text(&h->text); *p; p++)
		h->lines += *p == '\n';
	return 0;
}

static int help_event(struct yg_view *v, const struct yg_event *ev)
{
	static const struct {
		const char *key;
		int lines, pages;
	} moves[] = {{"j", 1, 0}, {"Down", 1, 0}, {"k", -1, 0}, {"Up", -1, 0}, {"PageDown", 0, 1},
	    {"C-d", 0, 1}, {"Space", 0, 1}, {"PageUp", 0, -1}, {"C-u", 0, -1}, {"g", -9999, 0},
	    {"Home", -9999, 0}, {"G", 9999, 0}, {"End", 9999, 0}};
	struct help *h = v->priv;
	int step = 0;

	if (ev->what == YG_EV_MOUSE && ev->button >= 4)
		step = ev->button == 4 ? -3 : 3;
	for (size_t i = 0; ev->what == YG_EV_KEY && i < YG_COUNT(moves); i++)
		if (yg_streq(moves[i].key, ev->key))
			step = moves[i].lines + moves[i].pages * YG_MAX(h->page - 2, 1);
	if (!step)
		return 0;
	h->top = YG_MAX(YG_MIN(h->top + step, h->lines - h->page), 0);
	return YG_R_HANDLED | YG_R_REDRAW;
}

static void draw_line(struct yg_canvas *c, int y, const char *line, size_t len)
{
	char *copy = yg_xstrndup(line, len), *name = strchr(copy, '\t');
	char *help = name ? strchr(name + 1, '\t') : NULL;

	if (copy[0] == '#')
		yg_put(c, 1, y, -1, YG_ST_ACCENT | YG_ST_STRONG, copy + 2);
	if (name)
		*name++ = '\0';
	if (help)
		*help++ = '\0';
	if (name) {
		yg_put(c, 3, y, 8, YG_ST_KEY, copy);
		yg_put(c, 12, y, 26, YG_ST_TEXT, name);
	}
	if (help)
		yg_put(c, 39, y, -1, YG_ST_DIM, help);
	free(copy);
}

static void help_draw(struct yg_view *v, struct yg_canvas *c)
{
	struct help *h = v->priv;
	const char *p = yg_buf_text(&h->text);
	int line = 0;

	h->page = yg_canvas_height(c);
	for (; *p && line < h->top + h->page; line++) {
		size_t len = strcspn(p, "\n");
		if (line >= h->top)
			draw_line(c, line - h->top, p, len);
		p += len + (p[len] == '\n');
	}
}

static void help_close(struct yg_view *v)
{
	yg_buf_done(&((struct help *)v->priv)->text);
}

static const struct yg_view_ops ops = {
    .size = sizeof(struct yg_view_ops),
    .name = "help",
    .title = "Help",
    .help = "keys, commands, the query language",
    .private_size = sizeof(struct help),
    .open = help_open,
    .event = help_event,
    .draw = help_draw,
    .close = help_close,
};

void yg_help_register(struct yg_console *con)
{
	console = con;
	yg_view_register(&ops, NULL);
}

void yg_help_forget(void)
{
	yg_view_forget(&ops);
	console = NULL;
}
