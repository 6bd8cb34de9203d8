/* buf: a growing text with a ceiling. All zero is an empty one without a ceiling. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Room for len more bytes and the NUL; returns how many of them may be written. */
static size_t make_room(struct yg_buf *b, size_t len)
{
	if (b->max && b->len + len > b->max) {
		b->is_full = true;
		len = b->max - b->len;
	}
	if (b->len + len + 1 > b->room) {
		b->room = YG_MAX(b->len + len + 1, b->room * 2);
		b->room = YG_MAX(b->room, (size_t)64);
		b->data = yg_xreallocarray(b->data, b->room, 1);
	}
	return len;
}

void yg_buf_add(struct yg_buf *b, const char *data, size_t len)
{
	len = make_room(b, len);
	if (len)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void yg_buf_str(struct yg_buf *b, const char *s)
{
	yg_buf_add(b, s, strlen(s));
}

void yg_buf_char(struct yg_buf *b, char c)
{
	yg_buf_add(b, &c, 1);
}

void yg_buf_fill(struct yg_buf *b, char c, size_t count)
{
	count = make_room(b, count);
	memset(b->data + b->len, c, count);
	b->len += count;
	b->data[b->len] = '\0';
}

void yg_buf_printf(struct yg_buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < sizeof(small)) {
		yg_buf_add(b, small, (size_t)n);
		return;
	}
	char *big = yg_xmalloc((size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(big, (size_t)n + 1, fmt, ap);
	va_end(ap);
	yg_buf_add(b, big, (size_t)n);
	free(big);
}

void yg_buf_clear(struct yg_buf *b)
{
	b->len = 0;
	b->is_full = false;
	if (b->data)
		b->data[0] = '\0';
}

const char *yg_buf_text(const struct yg_buf *b)
{
	return b->data ? b->data : "";
}

char *yg_buf_take(struct yg_buf *b)
{
	char *data = b->data ? b->data : yg_xstrdup("");

	*b = (struct yg_buf){.max = b->max};
	return data;
}

void yg_buf_done(struct yg_buf *b)
{
	free(b->data);
	*b = (struct yg_buf){.max = b->max};
}
