/* keys: which key is which command: the user's first, then those of the preset, of the view, of
 * actions, the built-in ones. Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_KEYS_H
#define YG_APP_CONSOLE_KEYS_H

#include "app/console/console.h"
#include "store/keymap.h"

struct yg_key {
	const char *key, *command;
	const char *help; /* NULL: a second key for the line above */
};

extern const struct yg_key yg_keys_builtin[];
extern const size_t yg_keys_n_builtin;

struct yg_preset_key {
	const char *preset, *context, *key, *command;
};

extern const struct yg_preset_key yg_keys_presets[];
extern const size_t yg_keys_n_presets;

struct yg_config;

/* What the user, or the preset, says about a key in normal mode: a command, "" for nothing, "key
 * NAME" for another key; or NULL. It goes before the view. */
const char *yg_keys_users(struct yg_console *con, const char *key);
/* The key that is meant where text is typed. */
const char *yg_keys_prompt(struct yg_console *con, const char *key);
/* Reads keys.yaml anew. With mistakes the old keys stay, unless there are none. */
int yg_keys_load(struct yg_console *con, yg_report_cb *report, void *data, struct yg_err *err);
void yg_keys_done(struct yg_console *con);
/* The keys as they are now, for help: "KEY tab COMMAND tab HELP" lines of what the user changed. */
void yg_keys_help_users(struct yg_console *con, struct yg_buf *out);
/* false: the user gave the key another meaning. */
bool yg_keys_is_in_force(struct yg_console *con, const struct yg_key *key);

/* It says again what is built in. */
bool yg_key_is_builtin(const struct yg_binding *b);

enum yg_key_trouble {
	YG_KEY_WRONG,    /* no such command: the key does nothing */
	YG_KEY_TWICE,    /* in both files */
	YG_KEY_REPLACES, /* something else had it: told, nothing more */
};
/* Tells all that is noteworthy of keys.yaml and yagura.yaml, a line each. config may be NULL. */
void yg_keys_check(const struct yg_keymap *map, const struct yg_config *config,
    void (*cb)(void *data, enum yg_key_trouble trouble, const char *line), void *data);

#endif
