/* edit: changes the list of controllers in yagura.yaml where it stands: comments, order and all
 * that is not asked for stay as they are.
 *
 * The new text is read back before it is anything: if it does not say what was asked, and only
 * that, nothing is changed. It is written beside the file, and takes its place only if the file is
 * still what was read. Any thread; blocks on the disk. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_EDIT_H
#define YG_STORE_EDIT_H

#include <sys/types.h>

#include "base/buf.h"
#include "store/config.h"

struct yg_edit {
	char *path;           /* as the user calls it */
	char *real;           /* behind symbolic links */
	struct yg_buf before; /* as it was read */
	struct yg_buf after;  /* as it will be */
	bool is_new;          /* there is no file yet */
	mode_t mode;          /* of the file, if there is one */
	uid_t uid;
	gid_t gid;
};

/* Reads the file, which may be missing. */
int yg_edit_open(const char *path, struct yg_edit **out, struct yg_err *err);
/* One of these, once. YG_E_NOTFOUND: no controller of that name stands there. */
int yg_edit_add(struct yg_edit *e, const struct yg_config_controller *c, struct yg_err *err);
int yg_edit_rename(struct yg_edit *e, const char *name, const char *now, struct yg_err *err);
int yg_edit_remove(struct yg_edit *e, const char *name, struct yg_err *err);
/* What changes, as diff -u has it. */
void yg_edit_diff(const struct yg_edit *e, struct yg_buf *out);
/* YG_E_FAILED: the file changed since it was read, or cannot be written; it is as it was. */
int yg_edit_save(const struct yg_edit *e, struct yg_err *err);
void yg_edit_free(struct yg_edit *e); /* NULL is fine */

#endif
