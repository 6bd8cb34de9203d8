/* config: ~/.config/yagura/yagura.yaml and what stands beside it: controllers, settings. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_CONFIG_H
#define YG_STORE_CONFIG_H

#include "store/keymap.h"

struct yg_config_pair {
	char *name, *value;
	int line, column;           /* of the value, in config->path */
	int name_line, name_column; /* of the name */
};

struct yg_config_controller {
	char *name, *provider, *url, *site;
	struct yg_config_pair *options;
	size_t n_options;
	int line; /* where it stands */
	int column;
};

struct yg_config {
	char *path;   /* the file that was read, or where it would be */
	char *folder; /* its folder: views/, themes/ and plugins/ stand there */
	struct yg_config_controller *controllers;
	size_t n_controllers;
	char *theme; /* or NULL: default */
	bool is_read_only;
	bool no_discovery;
	int borders; /* 0 auto, 1 light, 2 ascii */
	struct yg_keymap keys;
};

/* path NULL: $XDG_CONFIG_HOME/yagura/yagura.yaml, or ~/.config/..., which may be missing. Unknown
 * words, wrong types, duplicates: YG_E_INVALID, "FILE:LINE:COLUMN: what, did you mean ...". */
int yg_config_load(const char *path, struct yg_config **out, struct yg_err *err);
/* The same from a text that is not in the file (yet). path: as in messages, not NULL. */
int yg_config_parse(
    const char *path, const char *text, size_t len, struct yg_config **out, struct yg_err *err);
/* Where the configuration is if nothing else is said; the caller frees. */
char *yg_config_usual_path(void);
/* 0, or YG_E_INVALID: it is too long, or what divides names is in it. */
int yg_config_check_name(const char *name, struct yg_err *err);
void yg_config_free(struct yg_config *config);

#endif
