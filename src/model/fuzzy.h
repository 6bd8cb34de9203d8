/* fuzzy: how well a text fits a few letters that were typed, and which of its letters they are: as
 * people know it from fzf. Pure functions; nothing is allocated. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_FUZZY_H
#define YG_MODEL_FUZZY_H

#include <stdint.h>

#include "base/mem.h"

#define YG_FUZZY_TERMS   6
#define YG_FUZZY_LETTERS 32  /* of a term; more are not looked at */
#define YG_FUZZY_TEXT    192 /* code points of a text; more are not looked at */

/* Terms divided by blanks must all be found, each letter in order, in any place. A term without
 * capitals ignores case; full-width letters are the same as half-width ones. */
struct yg_fuzzy {
	struct yg_fuzzy_term {
		uint32_t letters[YG_FUZZY_LETTERS];
		int count;
		bool has_case;
	} terms[YG_FUZZY_TERMS];
	size_t count;
};

void yg_fuzzy_parse(struct yg_fuzzy *f, const char *text);
/* The larger the better, 0 where nothing was typed, negative where it does not fit. Beginnings of
 * words and letters in a row count most, gaps take away. marks: NULL, or true for each code point
 * of the text that was found, of YG_FUZZY_TEXT. */
int yg_fuzzy_score(const struct yg_fuzzy *f, const char *text, bool *marks);

#endif
