/* action: what can be done to a row, declared once: keys, menus, command line, help and forms are
 * made from it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_ACTION_H
#define YG_MODEL_ACTION_H

#include "model/task.h"

/* How much goes wrong when it was the wrong row. It decides how we ask. */
enum yg_effect {
	YG_SAFE,        /* nothing stops working: no question */
	YG_DISRUPTIVE,  /* something stops or restarts: one key */
	YG_DESTRUCTIVE, /* data or state is lost: the name is typed */
};

struct yg_param {
	const char *name; /* "to", as in --set to=... */
	enum yg_type type;
	bool is_required;
	const char *preset; /* default, or NULL */
	const char *help;
};

struct yg_args;

struct yg_action {
	size_t size;         /* sizeof(struct yg_action) */
	const char *name;    /* "force-off" */
	const char *title;   /* "Force off": stands before the name in the question */
	const char *kind;    /* the kind of row it is for */
	const char *when;    /* a query that the row must match, or NULL */
	const char *why_not; /* what to say where it does not: "it is not running" */
	enum yg_effect effect;
	const char *after; /* name of the state it leads to, or NULL: for the plan */
	const struct yg_param *params;
	size_t n_params;
	const char *key;  /* suggested key in a pane of that kind, or NULL */
	const char *help; /* one line: what it does, what is lost */
	/* For actions of plugins: runs it. NULL: the row's provider does, by name. */
	int (*run)(const struct yg_action *action, const struct yg_row *row,
	    const struct yg_args *args, struct yg_task *task, struct yg_err *err);
};

/* Values for the parameters, "name", "value", in order; NULL-terminated by count. */
struct yg_args {
	const char *names[8];
	const char *values[8];
	size_t count;
};
/* The value given, or the parameter's preset, or NULL. */
const char *yg_args_get(
    const struct yg_args *args, const struct yg_action *action, const char *name);

/* The core actions are registered by yg_actions_register_core(). A plugin's may be forgotten. */
void yg_actions_register_core(void);
int yg_action_register(const struct yg_action *action, struct yg_err *err);
void yg_action_forget(const struct yg_action *action);
const struct yg_action *yg_action_find(const char *kind, const char *name);
/* All of them; *count; NULL entries where one was forgotten. */
const struct yg_action *const *yg_action_all(size_t *count);
/* 0, or YG_E_REFUSED with why it cannot be done to the row as it is now. */
int yg_action_check(const struct yg_action *action, const struct yg_row *row, struct yg_err *err);
const char *yg_effect_name(enum yg_effect effect);

#endif
