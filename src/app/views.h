/* views: makes views of all that can be one: tables from YAML, views in C, those of plugins. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VIEWS_H
#define YG_APP_VIEWS_H

#include "app/engine.h"

/* Reads the tables (the user's too; mistakes are told by yg_host_say()) and registers every view.
 * After plugins were loaded; once. */
void yg_views_start(struct yg_host *host);
/* Forgets them all; open views are closed by then. */
void yg_views_stop(void);
/* Takes away what yg_view_register_yaml() added since the mark; for a plugin that is unloaded. */
size_t yg_views_yaml_mark(void);
void yg_views_yaml_forget_since(size_t mark, size_t end);

/* The views that are written in C; generated from views/CMakeLists.txt. */
extern const struct yg_view_ops *const yg_views_in_c[];
extern const size_t yg_views_n_in_c;

#endif
