/* keys: which key is which command in normal mode. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_CONSOLE_KEYS_H
#define YG_APP_CONSOLE_KEYS_H

#include "app/console/console.h"

struct yg_key {
	const char *key, *command;
	const char *help; /* NULL: a second key for the line above */
};

extern const struct yg_key yg_keys_builtin[];
extern const size_t yg_keys_n_builtin;

#endif
