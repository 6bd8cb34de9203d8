/* console: the full-screen face: panes, overlays, prompt, dialogs. Loop thread only.
 *
 * A turn: events change the state and say what is dirty; changes of rows go to the views; before
 * the loop waits, what changed is painted, at once after a key, else at most seven times a second.
 * The same code runs without a terminal for `yagura screen`. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_H
#define YG_APP_CONSOLE_H

#include "app/engine.h"
#include "base/vec.h"
#include "ui/canvas.h"
#include "ui/line.h"
#include "ui/tableview.h"

#define YG_PANES     4
#define YG_TABS_MAX  12
#define YG_STACK_MAX 8 /* overlays upon each other */

struct yg_tab {
	const struct yg_view_ops *ops;
	struct yg_view *view; /* NULL until it is shown first */
};

struct yg_pane {
	struct yg_tab tabs[YG_TABS_MAX];
	size_t n_tabs, tab;
	struct yg_rect at; /* of its border, at the last drawing */
	int64_t drawn_us;  /* when that was */
};

enum yg_mode {
	YG_MODE_NORMAL,
	YG_MODE_COMMAND, /* ':' */
	YG_MODE_FILTER,  /* '/' */
	YG_MODE_MENU,
	YG_MODE_CONFIRM,
	YG_MODE_PARAM, /* a parameter of an action is asked for */
	YG_MODE_FIND,  /* the list of everything */
};

/* Parts of the screen: bit n is pane n. */
#define YG_DIRTY_PANES  0x0f
#define YG_DIRTY_HEADER 0x10
#define YG_DIRTY_STRIP  0x20
#define YG_DIRTY_BOTTOM 0x40
#define YG_DIRTY_ALL    0x80 /* everything, from a blank grid */

/* A list to choose from. */
struct yg_menu_item {
	char *label, *key, *help;
	char *command; /* run when it is chosen */
	bool is_disabled;
};

struct yg_term;

struct yg_console {
	struct yg_host *host;
	struct yg_terminal *term; /* NULL without one */
	struct yg_input *input;
	struct yg_fd_watch *keyboard;
	struct yg_fd_watch *output; /* not NULL: the terminal is still taking the last picture */
	struct yg_timer *escape_timer, *second_timer, *slice_timer, *paint_timer;
	struct yg_grid grid;
	const struct yg_theme *theme;
	bool is_theme_open; /* nobody has named one: the terminal's background may */
	struct yg_pane panes[YG_PANES];
	int focus;
	bool is_zoomed;
	bool is_touched;                     /* a key was pressed */
	struct yg_view *stack[YG_STACK_MAX]; /* overlays, the top one has the keys */
	size_t n_stack;
	struct yg_rect stack_at;
	struct yg_vec(
	    struct yg_term *) terms; /* those that run, and those that ended and are shown */

	enum yg_mode mode;
	struct yg_line line;
	struct yg_history commands, filters;
	char *filter_before; /* what Esc goes back to */
	struct yg_vec(struct yg_menu_item) menu;
	char menu_title[96];
	int menu_at, menu_top;
	char *last_done;                      /* as a command line of the shell, or NULL */
	struct yg_plan *plan;                 /* waiting for a yes */
	const struct yg_action *param_action; /* parameters are asked for */
	struct yg_args param_args;
	struct yg_slots_copy {
		uint32_t *items;
		size_t count;
	} param_targets;

	struct yg_keymap *keymap; /* of keys.yaml; never NULL */
	struct yg_reload *reload; /* who looks at the files; NULL where nobody does */
	struct yg_places *places; /* where one was; NULL before the first event */
	struct yg_finder *finder; /* what it remembers; NULL before it was opened first */
	char message[512];
	int message_style;
	char first_words[512]; /* what was said before the first picture */
	int n_words;
	int64_t message_until_us;
	unsigned dirty; /* YG_DIRTY_ flags: what is to be drawn anew */
	bool is_urgent; /* after a key: paint in this turn */
	bool is_quitting;
	int64_t painted_us;
	uint32_t visible[1024]; /* what the engine was told */
	size_t n_visible;
	uint64_t visible_kinds;
};

/* Makes the panes from the tables that are registered. term may be NULL. */
int yg_console_create(
    struct yg_host *host, int w, int h, struct yg_console **out, struct yg_err *err);
void yg_console_destroy(struct yg_console *con);
/* Takes over the terminal and runs until it is left. */
int yg_console_run(struct yg_console *con, struct yg_err *err);
/* Does what the key does without the user's own keys: for keys that stand for another. */
void yg_console_press(struct yg_console *con, const char *key);
/* One key or mouse event. */
void yg_console_event(struct yg_console *con, const struct yg_event *ev);
/* Draws what is dirty into con->grid. */
void yg_console_draw(struct yg_console *con);
/* Runs a line as typed after ':'. */
int yg_console_command(struct yg_console *con, const char *line, struct yg_err *err);
void yg_console_say(struct yg_console *con, enum yg_style style, const char *text);
/* Leaves the terminal to the shell until the program is continued. */
void yg_console_suspend(struct yg_console *con);
void yg_console_fail(struct yg_console *con, const struct yg_err *err);
/* Draws parts anew and paints soon; urgent: in this turn. */
void yg_console_touch(struct yg_console *con, unsigned parts, bool urgent);
int yg_console_theme(struct yg_console *con, const char *name, struct yg_err *err);

/* ---- panes.c: views and where they are ---- */
struct yg_view *yg_console_view_open(
    struct yg_console *con, const struct yg_view_ops *ops, uint32_t subject, struct yg_err *err);
/* The same on several rows, with arguments ("" for none); both are copied. */
struct yg_view *yg_console_view_open_many(struct yg_console *con, const struct yg_view_ops *ops,
    const uint32_t *slots, size_t count, const char *args, struct yg_err *err);
void yg_console_view_close(struct yg_view *v);
void yg_panes_make(struct yg_console *con);
void yg_panes_free(struct yg_console *con);
/* The view that has the keys: the top overlay or the focused pane's. Never NULL. */
struct yg_view *yg_panes_current(struct yg_console *con);
/* The row that an action is for, or YG_NO_SLOT. */
uint32_t yg_panes_current_slot(struct yg_console *con);
void yg_panes_focus(struct yg_console *con, int pane);
/* The view of a tab, opened if it was not. */
struct yg_view *yg_panes_tab_view(struct yg_console *con, struct yg_tab *tab);
/* Before the first key: where there are no VMs the keys go to what there is. */
void yg_panes_focus_first(struct yg_console *con);
void yg_panes_tab(struct yg_console *con, int step);
/* Shows the table in its pane, or any view as an overlay. */
int yg_panes_show(struct yg_console *con, const char *name, uint32_t subject, struct yg_err *err);
/* Shows the row in a table of its kind, where the keys are then; a filter that hides it is left,
 * and that is told. */
int yg_panes_go(struct yg_console *con, uint32_t slot, struct yg_err *err);
/* A view as an overlay on several rows; the first one is its subject. */
/* A view with max_rows, on the rows that are meant. */
int yg_panes_show_rows(
    struct yg_console *con, const char *name, const char *args, struct yg_err *err);
int yg_panes_show_many(struct yg_console *con, const struct yg_view_ops *ops, const uint32_t *slots,
    size_t count, const char *args, struct yg_err *err);
void yg_panes_pop(struct yg_console *con);
void yg_panes_changed(struct yg_console *con, const struct yg_change *changes, size_t count);
/* Goes on with sliced work; true if there is more to do. */
bool yg_panes_work(struct yg_console *con);
/* Draws the panes that are dirty, or the overlay; c is the area of all panes. */
void yg_panes_draw(struct yg_console *con, struct yg_canvas *c);
void yg_panes_mouse(struct yg_console *con, const struct yg_event *ev);
/* Tells the engine what is on screen. */
void yg_panes_tell_visible(struct yg_console *con);

/* ---- commands.c ---- */
void yg_command_complete(void *data, const char *text, struct yg_completions *out);
void yg_filter_complete(void *data, const char *text, struct yg_completions *out);
/* Help: all commands, keys and actions as lines for the help view. */
void yg_console_help(struct yg_console *con, struct yg_buf *out);

/* ---- keys.c ---- */
/* The command bound to a key in normal mode, or NULL. */
const char *yg_keys_find(struct yg_console *con, const char *key);
/* The key that the command is bound to, or NULL. */
const char *yg_keys_of(struct yg_console *con, const char *command);

/* ---- dialog.c: menus, questions, parameters ---- */
void yg_dialog_actions(struct yg_console *con);
/* A list to choose from: begun, filled (texts are copied), shown; an empty one is not shown. */
void yg_dialog_menu_begin(struct yg_console *con, const char *title);
void yg_dialog_menu_add(struct yg_console *con, const char *key, const char *label,
    const char *help, const char *command);
bool yg_dialog_menu_show(struct yg_console *con);
/* Asks for what is missing, then for a yes, then runs. slots are copied. */
int yg_dialog_do(struct yg_console *con, const struct yg_action *action, const uint32_t *slots,
    size_t count, const struct yg_args *args, struct yg_err *err);
void yg_dialog_event(struct yg_console *con, const struct yg_event *ev);
void yg_dialog_draw(struct yg_console *con, struct yg_canvas *c);
void yg_dialog_close(struct yg_console *con);
/* A box of h lines in the middle, cleared, with a border; returns its inside. */
struct yg_canvas yg_dialog_box(struct yg_canvas *c, int w, int h, const char *title, int style);

/* ---- frame.c: header, task strip, hint line ---- */
void yg_frame_draw(struct yg_console *con, struct yg_canvas *c);

#endif
