/* views: table views from YAML: built-in ones, those of plugins, the user's. Loop thread only.
 *
 * A name stands for one view: the user's file goes before a plugin's view, that before a built-in
 * one. Tables are borrowed and stay as they are until yg_tables_load(), _remove(), _forget_kind()
 * or _unload() takes them away; what is only hidden by another of its name stays valid. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_VIEWS_H
#define YG_STORE_VIEWS_H

#include "model/table.h"
#include "store/schema.h"

/* Reads the built-in views and then <folder>/views/NAME.yaml. The core kinds are registered by
 * then, and those of plugins if a user's file is to be about them. What is wrong is reported, a
 * line each, and the view of that name stays what it was. folder and report may be NULL. Views of
 * plugins that were there stay. */
void yg_tables_load(const char *folder, yg_report_cb *report, void *data);
/* The same, but reads only files of this name (NULL: all): quicker, for who needs one view. */
void yg_tables_load_only(const char *folder, const char *name, yg_report_cb *report, void *data);
/* NULL if there is none. */
const struct yg_table *yg_tables_find(const char *name);
/* The first view of a kind: the one named as its plural, or else in the order of _all(). */
const struct yg_table *yg_tables_find_kind(const struct yg_kind *kind);
/* All views by pane (hosts, vms, containers, network, none), tab and name; borrowed until the set
 * of views changes. */
const struct yg_table *const *yg_tables_all(size_t *count);
/* Adds a plugin's view; name is the file's in messages and the view's if the text has none. */
int yg_tables_add_yaml(const char *name, const char *text, struct yg_err *err);
/* Takes away what yg_tables_add_yaml() added under this name. */
void yg_tables_remove(const char *name);
/* Takes away every view of a kind that is going to be forgotten. */
void yg_tables_forget_kind(const struct yg_kind *kind);
void yg_tables_unload(void);

/* Reads one view, as the above do; NULL if r.mistakes says why. The caller frees it. */
struct yg_table *yg_table_read(struct yg_reading *r, const char *name, const struct yg_node *root);

#endif
