/* keymap: keys and what they do, as a person wrote it: keys.yaml, and `keys` of yagura.yaml.
 *
 * A mapping of keys to lines as after ':'. A word in it that is a context holds keys of its own:
 * normal (the same as outside), overlay, prompt, or a kind of row. `preset` names keys to begin
 * with. "" takes a key's meaning away; "key NAME" makes it another key. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_KEYMAP_H
#define YG_STORE_KEYMAP_H

#include "base/vec.h"
#include "store/schema.h"

struct yg_binding {
	char *context; /* "normal", "overlay", "prompt", or a kind's name */
	char *key, *command;
	char *where; /* "FILE:LINE:COLUMN" of the key */
};

struct yg_keymap {
	char *preset; /* or NULL */
	struct yg_vec(struct yg_binding) bindings;
};

extern const char *const yg_key_presets[];
extern const size_t yg_n_key_presets;

/* Mistakes are noted in r; what is right is there all the same. */
void yg_keymap_read(struct yg_reading *r, const struct yg_node *map, struct yg_keymap *out);
/* Reads <folder>/keys.yaml, which may be missing. With mistakes YG_E_INVALID, and each is told;
 * what is right is there all the same. */
int yg_keymap_load(const char *folder, struct yg_keymap *out, yg_report_cb *report, void *data,
    struct yg_err *err);
/* The command in this context, or NULL; the last one that was written. */
const struct yg_binding *yg_keymap_find(
    const struct yg_keymap *map, const char *context, const char *key);
void yg_keymap_done(struct yg_keymap *map);

#endif
