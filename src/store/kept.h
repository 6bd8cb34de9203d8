/* kept: what a person keeps by name: places to come back to, and workspaces; state.yaml beside the
 * configuration.
 *
 * The file is read before each change and written whole behind another name first, so that what
 * another console kept meanwhile stays and a crash leaves the old file. One with mistakes is never
 * overwritten: it is put aside under another name. Any thread, one at a time. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_KEPT_H
#define YG_STORE_KEPT_H

#include "base/buf.h"
#include "base/vec.h"
#include "store/schema.h"

#define YG_PLACE_OVERS 8   /* views upon each other */
#define YG_KEPT_MAX    500 /* bookmarks, and workspaces */
#define YG_KEPT_NAME   60  /* bytes of a name */

/* Where one is, as texts, so that it means the same after everything was read anew. */
struct yg_place {
	char *tab; /* the view of the pane with the keys */
	struct {
		char *view, *row; /* row "controller/kind/id", or NULL */
	} over[YG_PLACE_OVERS];
	size_t n_over;
	/* Of the topmost view, NULL where it has none. */
	char *filter, *sort, *row;
	bool is_zoomed;
};

struct yg_bookmark {
	char *name;
	struct yg_place place;
};

struct yg_workspace_tab {
	char *view, *filter, *sort;
	bool is_shown; /* on top of its pane */
};

struct yg_workspace {
	char *name;
	char *focus; /* the view with the keys */
	bool is_zoomed;
	struct yg_vec(struct yg_workspace_tab) tabs;
};

struct yg_kept {
	struct yg_vec(struct yg_bookmark) bookmarks;
	struct yg_vec(struct yg_workspace) workspaces;
	char *path;
	bool is_broken; /* what was right in it is here; the file is put aside when it is written */
};

/* folder: that of the configuration. A file that is missing is an empty one. With mistakes in it:
 * YG_E_INVALID, "FILE:LINE:COLUMN: what", and *out is what was right all the same. */
int yg_kept_load(const char *folder, struct yg_kept **out, struct yg_err *err);
/* Writes it, only for its owner to read; out_aside (may be NULL) is where a broken one went, or
 * NULL; the caller frees. */
int yg_kept_save(struct yg_kept *state, char **out_aside, struct yg_err *err);
void yg_kept_free(struct yg_kept *state); /* NULL is fine */
/* The file as it would be written. */
void yg_kept_text(const struct yg_kept *state, struct yg_buf *out);

/* 0, or YG_E_INVALID: 1 to YG_KEPT_NAME bytes without control characters. */
int yg_kept_check_name(const char *name, struct yg_err *err);
struct yg_bookmark *yg_kept_bookmark(struct yg_kept *state, const char *name);
struct yg_workspace *yg_kept_workspace(struct yg_kept *state, const char *name);
/* Puts it, in place of one of that name; what is in it is taken over. YG_E_TOOBIG: too many. */
int yg_kept_put_bookmark(struct yg_kept *state, struct yg_bookmark mark, struct yg_err *err);
int yg_kept_put_workspace(struct yg_kept *state, struct yg_workspace space, struct yg_err *err);
/* false if there is none. */
bool yg_kept_drop_bookmark(struct yg_kept *state, const char *name);
bool yg_kept_drop_workspace(struct yg_kept *state, const char *name);

void yg_place_done(struct yg_place *place);
void yg_workspace_done(struct yg_workspace *space);

#endif
