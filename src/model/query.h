/* query: the one language that chooses rows: in a pane, on the command line, in views. */
/* SPDX-License-Identifier: Apache-2.0 */
/*   kind:vm state:running host:kvm-* cpu>80 mem>=4G age<7d label.app=web name~^web !paused web
 *
 * Terms are separated by spaces and must all hold; '!' or '-' in front turns one round; 'a|b' gives
 * alternatives for a value of ':' and '='. 'field:pattern' is a shell pattern or a part of the
 * text;
 * '=' is equal (patterns allowed), '!=' not; '<' '<=' '>' '>=' compare numbers with units, sizes,
 * percents, durations; on instants they compare the age. 'field~regex' and '~regex' (name and all
 * searched texts) are PCRE2, case ignored. A bare word is looked for in the name, the searched
 * fields and the state, case ignored; "quotes" keep spaces. 'age' means the field started or
 * created. */
#ifndef YG_MODEL_QUERY_H
#define YG_MODEL_QUERY_H

#include "model/inventory.h"

struct yg_query;

/* Compiles; on error the text says which term, at which column, and the nearest right word. kind
 * may be NULL: then fields are found in each row's own kind, and a row without the field does not
 * match (but an unknown field in every kind is an error). An empty text matches all. */
int yg_query_parse(
    const char *text, const struct yg_kind *kind, struct yg_query **out, struct yg_err *err);
void yg_query_free(struct yg_query *q); /* NULL is fine */
/* NULL matches all. No allocation; about 100 ns. now_ms: for ages. */
bool yg_query_match(const struct yg_query *q, const struct yg_row *row, int64_t now_ms);
/* The fields of kind it reads: a change of other fields cannot change its answer. */
uint64_t yg_query_fields(const struct yg_query *q, const struct yg_kind *kind);
/* true if b can only match rows that a matches: typing on made it narrower. */
bool yg_query_narrows(const struct yg_query *a, const struct yg_query *b);
const char *yg_query_text(const struct yg_query *q); /* "" for NULL */
/* true if a regular expression took too many steps on a row, which then counts as not matched; on
 * too many rows, and it is no longer tried. Say so where the query is shown. */
bool yg_query_gave_up(const struct yg_query *q);

#endif
