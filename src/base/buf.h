/* buf: a growing text with a ceiling. All zero is an empty one without a ceiling. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_BUF_H
#define YG_BASE_BUF_H

#include "base/mem.h"

/* data is NUL-terminated whenever it is not NULL. max in bytes, 0 is none: what would pass it is
 * left out and is_full is set, so that a peer decides neither our memory nor a crash. */
struct yg_buf {
	char *data;
	size_t len, room, max;
	bool is_full;
};

void yg_buf_add(struct yg_buf *b, const char *data, size_t len);
void yg_buf_str(struct yg_buf *b, const char *s);
void yg_buf_char(struct yg_buf *b, char c);
void yg_buf_fill(struct yg_buf *b, char c, size_t count);
void yg_buf_printf(struct yg_buf *b, const char *fmt, ...) YG_PRINTF(2, 3);
/* Empties it and keeps the memory. */
void yg_buf_clear(struct yg_buf *b);
/* The text, never NULL; borrowed until the next change. */
const char *yg_buf_text(const struct yg_buf *b);
/* Hands the text over to the caller, who frees it; b is empty afterwards. */
char *yg_buf_take(struct yg_buf *b);
void yg_buf_done(struct yg_buf *b);

#endif
