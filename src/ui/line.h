/* line: a line of text being typed: editing keys, history, completion. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_LINE_H
#define YG_UI_LINE_H

#include "api/yagura.h"
#include "base/vec.h"
#include "ui/canvas.h"

#define YG_LINE_MAX     1024 /* bytes that may be typed */
#define YG_HISTORY_MAX  200
#define YG_COMPLETE_MAX 64

struct yg_history yg_vec(char *);

/* What may stand at the cursor: made by the owner's complete callback. */
struct yg_completion {
	char text[96]; /* replaces the word from start on */
	char help[96];
};

struct yg_completions {
	struct yg_completion items[YG_COMPLETE_MAX];
	size_t count; /* kept */
	size_t start; /* byte of the line where the word begins */
	int chosen;   /* -1: none yet */
};

/* Fills out for the text up to the cursor; texts are made harmless when drawn. */
typedef void (*yg_complete_cb)(void *data, const char *text, struct yg_completions *out);

struct yg_line {
	struct yg_buf text;
	size_t cursor;              /* byte */
	struct yg_history *history; /* borrowed, or NULL */
	int history_at;             /* entries from the end, 0: the line itself */
	char *draft;                /* what was typed before going into history */
	yg_complete_cb complete;
	void *complete_data;
	struct yg_completions completions;
	bool is_secret; /* shown as dots */
};

void yg_line_start(struct yg_line *l, const char *text, struct yg_history *history,
    yg_complete_cb complete, void *data);
void yg_line_done(struct yg_line *l);
const char *yg_line_text(const struct yg_line *l);
/* Takes a key; flags as a view's event. Enter and Esc are the owner's. */
int yg_line_event(struct yg_line *l, const struct yg_event *ev);
/* Draws after a prompt, scrolled so that the cursor is seen, and puts the cursor there. */
void yg_line_draw(struct yg_line *l, struct yg_canvas *c, int y, const char *prompt);
/* Draws the candidates as a box above row y. */
void yg_line_draw_completions(struct yg_line *l, struct yg_canvas *c, int y);
/* Adds a candidate if it begins with the prefix (case ignored). */
void yg_complete_add(
    struct yg_completions *out, const char *prefix, const char *text, const char *help);
void yg_history_add(struct yg_history *h, const char *text);
void yg_history_done(struct yg_history *h);

#endif
