/* yagura: the one door for views and plugins. What is not here (and in the model's headers that it
 * includes) is not theirs to use. All calls are on the loop thread and return at once. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_API_YAGURA_H
#define YG_API_YAGURA_H

#include "api/stream.h"
#include "model/action.h"
#include "model/chart.h"
#include "model/kinds.h"
#include "model/query.h"
#include "model/relation.h"
#include "model/series.h"

/* Grows at every change of a struct or function that a plugin sees; a plugin is loaded only if it
 * was built against the same number. */
#define YG_API_VERSION 3

struct yg_host;   /* the running program, as a plugin or view sees it */
struct yg_canvas; /* where a view draws */
struct yg_timer;

/* ---- what the program holds ---- */
struct yg_inventory *yg_host_inventory(struct yg_host *host);
struct yg_tasks *yg_host_tasks(struct yg_host *host);
struct yg_graph *yg_host_graph(struct yg_host *host);
struct yg_series *yg_host_series(struct yg_host *host);
/* Calls cb after delay_ms, then each repeat_ms (0: once), until yg_host_unwait(). */
struct yg_timer *yg_host_wait(
    struct yg_host *host, int64_t delay_ms, int64_t repeat_ms, void (*cb)(void *data), void *data);
void yg_host_unwait(struct yg_host *host, struct yg_timer *timer);
/* One line for the operator, shown in the console's message line or on stderr. */
void yg_host_say(struct yg_host *host, enum yg_style style, const char *fmt, ...) YG_PRINTF(3, 4);
/* Runs a command line of the console, as if typed after ':'; "view graph", "do start vm/web-01". */
int yg_host_command(struct yg_host *host, const char *line, struct yg_err *err);

/* Opens a stream of a row at its controller, see api/stream.h. An error: the row is gone, its
 * controller is not connected or has no such stream; with --read-only, only logs are opened. */
int yg_host_stream(struct yg_host *host, uint32_t slot, const struct yg_stream_request *request,
    struct yg_stream **out, struct yg_err *err);

/* ---- drawing: (0,0) is the top left of the view; all is clipped to it; text is made harmless ----
 */
int yg_canvas_width(const struct yg_canvas *c);
int yg_canvas_height(const struct yg_canvas *c);
/* Writes text from (x, y), at most width cells (-1: to the edge), cut with "…"; returns the cells
 * used. style is a yg_style, or-ed with YG_ST_SELECTED, YG_ST_STRONG. */
int yg_put(struct yg_canvas *c, int x, int y, int width, int style, const char *text);
int yg_putf(struct yg_canvas *c, int x, int y, int width, int style, const char *fmt, ...)
    YG_PRINTF(6, 7);
/* Right-aligned in width cells. */
void yg_put_right(struct yg_canvas *c, int x, int y, int width, int style, const char *text);
/* width cells of blanks in a style. */
void yg_put_fill(struct yg_canvas *c, int x, int y, int width, int style);
/* The glyph of a meaning, one cell: ● ▲ ✖ ○ ◐. */
void yg_put_glyph(struct yg_canvas *c, int x, int y, int style);
/* A bar of width cells, percent 0..100 full (in eighths); style of the full part. */
void yg_put_bar(struct yg_canvas *c, int x, int y, int width, int style, double percent);
/* A sparkline: the last width of n samples, 0..max (max <= 0: their largest); NAN is a gap. */
void yg_put_spark(struct yg_canvas *c, int x, int y, int width, int style, const float *samples,
    size_t n, double max);
/* Cells a text takes on screen once harmless. */
int yg_text_cells(const char *text);
/* true where there are no fine characters, such as braille: draw with lines, blocks and letters. */
bool yg_canvas_is_plain(const struct yg_canvas *c);

/* ---- views ---- */
enum yg_event_what { YG_EV_KEY, YG_EV_MOUSE };
struct yg_event {
	enum yg_event_what what;
	const char *key;  /* "j", "Up", "PageDown", "Enter", "C-x": names as in the key files */
	int x, y, button; /* of MOUSE: cell in the view, 1..3, 4/5 wheel up/down */
	int64_t now_ms;
	bool is_pasted; /* part of a paste: text, never a command; see takes_paste */
};

/* What a handler wants to happen; flags. */
enum yg_reaction {
	YG_R_NONE = 0,
	YG_R_HANDLED = 1, /* the event is used up */
	YG_R_REDRAW = 2,
	YG_R_RECALC = 4,
	YG_R_CLOSE = 8,
	YG_R_NOW = 16, /* of recalc, with REDRAW: painted in this turn, as after a key */
};

struct yg_view {
	const struct yg_view_ops *ops;
	struct yg_host *host;
	uint32_t subject; /* the row it was opened on, or YG_NO_SLOT */
	char title[128];  /* of the pane; the view may set it */
	char count[48];   /* at the right of the pane's border: "3 of 12"; the view may set it */
	void *priv;       /* ops->private_size bytes, zeroed before open */
	const uint32_t *slots; /* all rows it was opened on, the subject first */
	size_t n_slots;
	const char *args; /* what stood behind the command: "--since 10m"; never NULL */
};

/* A key of a view's own, for help; with a hint also for the line at the bottom. Its event() does
 * what it says. */
struct yg_view_key {
	const char *key, *hint; /* hint: one word, or NULL */
	const char *help;       /* one line */
};

struct yg_view_ops {
	size_t size;      /* sizeof(struct yg_view_ops) */
	const char *name; /* ":view NAME" */
	const char *title;
	const char *help; /* one line */
	const char *kind; /* opened on a row of this kind; "*" any row; NULL: on none */
	size_t private_size;
	/* 0 or an error, which is shown. */
	int (*open)(struct yg_view *v, struct yg_err *err);
	/* Returns yg_reaction flags. */
	int (*event)(struct yg_view *v, const struct yg_event *ev);
	/* Rows changed. With count 0, in each turn of the loop while it is on screen: go on with
	 * what is not done yet. Returns flags: REDRAW if it shows, RECALC if there is more to do.
	 */
	int (*recalc)(struct yg_view *v, const struct yg_change *changes, size_t count);
	/* Changes nothing but what scrolling needs. */
	void (*draw)(struct yg_view *v, struct yg_canvas *c);
	/* The row under the cursor, or YG_NO_SLOT. NULL: none. */
	uint32_t (*current)(struct yg_view *v);
	void (*close)(struct yg_view *v);
	/* true: event() gets what is pasted, too, key by key. Else nobody does. */
	bool takes_paste;
	const struct yg_view_key *keys; /* NULL: it only moves */
	size_t n_keys;
	/* A tab of this pane ("hosts", "vms", "containers", "network"), in the order of the
	 * numbers; such a view opens without a row. NULL: it covers the panes. */
	const char *pane;
	int tab;
	const struct yg_kind *rows; /* it lists rows of this kind, or NULL */
	/* It is opened on all marked rows, at most so many, or the one under the cursor, with
	 * arguments; again from itself: on the same rows, in its own place. 0: on one row. */
	size_t max_rows;
};

int yg_view_register(const struct yg_view_ops *ops, struct yg_err *err);
void yg_view_forget(const struct yg_view_ops *ops);
const struct yg_view_ops *yg_view_find(const char *name);
const struct yg_view_ops *const *yg_view_all(size_t *count); /* NULL entries were forgotten */
/* A table view from YAML text, as in a file of views/; name: for messages ("hello"). */
int yg_view_register_yaml(const char *name, const char *yaml, struct yg_err *err);
void yg_view_forget_yaml(const char *name);

/* ---- plugins: a module exports one const struct yg_plugin named yg_plugin ---- */
struct yg_plugin {
	uint32_t api; /* YG_API_VERSION, looked at first */
	size_t size;  /* sizeof(struct yg_plugin) */
	const char *name, *version, *help;
	/* Registers kinds, actions, views; puts first rows. An error unloads it again. */
	int (*start)(struct yg_host *host, void **out_data, struct yg_err *err);
	/* Stops timers and listeners. The house takes back what it registered and put. */
	void (*stop)(struct yg_host *host, void *data);
};

#endif
