/* themes: how meanings look, from YAML: built-in themes and the user's. Loop thread only.
 *
 * Built-in themes are read when they are first asked for; the user's when they are loaded, so that
 * their mistakes are told. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_THEMES_H
#define YG_STORE_THEMES_H

#include "model/theme.h"
#include "store/schema.h"

/* Reads <folder>/themes/NAME.yaml, each a theme of its own or in place of the built-in one of that
 * name. What is wrong is reported, a line each, and the file is passed over. folder and report may
 * be NULL. */
void yg_themes_load(const char *folder, yg_report_cb *report, void *data);
/* Borrowed until yg_themes_unload() or the next load; NULL if there is none. "default" is always
 * there. */
const struct yg_theme *yg_theme_find(const char *name);
/* The same, or NULL with an error that tells the nearest name. */
const struct yg_theme *yg_theme_need(const char *name, struct yg_err *err);
/* All names, sorted; borrowed like the themes. */
const char *const *yg_theme_names(size_t *count);
void yg_themes_unload(void);
/* Reads one theme, as the above do; the caller frees it. r.file and r.mistakes tell what is wrong.
 */
struct yg_theme *yg_theme_read(struct yg_reading *r, const char *name, const struct yg_node *root);

#endif
