/* builtin: the files that are part of the program: made at build time by yg_embed() of
 * cmake/Yagura.cmake from views/ and themes/, in the order of their lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_STORE_BUILTIN_H
#define YG_STORE_BUILTIN_H

#include <stddef.h>

struct yg_builtin {
	const char *name; /* the file's, without .yaml */
	const char *text; /* with a NUL behind it */
	size_t size;      /* without that NUL */
};

extern const struct yg_builtin yg_builtin_views[];
extern const size_t yg_builtin_views_count;
extern const struct yg_builtin yg_builtin_themes[];
extern const size_t yg_builtin_themes_count;

#endif
