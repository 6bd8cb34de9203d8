/* http_answer: an HTTP/1.1 answer as it comes: head, then a body by length, by chunks or to the
 * end. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http_answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "net/http_wire.h"

#define MAX_LINE ((size_t)8 << 10) /* of the chunked coding */

static void fail(struct yg_http_answer *a, int code, const char *text)
{
	if (!a->err.code)
		yg_err_set(&a->err, code, "%s", text);
}

static bool is_token(const char *list, const char *word)
{
	return list && strcasestr(list, word);
}

const char *yg_http_answer_header(const struct yg_http_answer *a, const char *name)
{
	const char *p = a->head.data;
	size_t len = strlen(name);

	if (!p || !a->status)
		return NULL;
	const char *last = p + a->head.len;
	for (p += strlen(p) + 1; p < last; p += strlen(p) + 1) {
		if (strncasecmp(p, name, len) == 0 && p[len] == ':')
			return p + len + 1 + strspn(p + len + 1, " \t");
	}
	return NULL;
}

/* Ends each line of a complete head by NUL. */
static void split_head(struct yg_buf *head)
{
	char *to = head->data;

	for (const char *p = head->data, *last = p + head->len; p < last;) {
		const char *eol = memchr(p, '\n', (size_t)(last - p));
		size_t len = (size_t)(eol - p);
		while (len && (p[len - 1] == '\r' || p[len - 1] == ' '))
			len--;
		memmove(to, p, len);
		to += len;
		*to++ = '\0';
		p = eol + 1;
	}
	head->len = (size_t)(to - head->data);
}

static bool read_length(const char *text, int base, uint64_t *out)
{
	char *tail;

	errno = 0;
	unsigned long long n = strtoull(text, &tail, base);
	if (errno || tail == text || text[0] == '-' || text[0] == '+' ||
	    (*tail && *tail != ' ' && *tail != ';'))
		return false;
	*out = n;
	return true;
}

static void body_begins(struct yg_http_answer *a)
{
	const char *length = yg_http_answer_header(a, "Content-Length");
	int status = a->status;

	a->is_closing = is_token(yg_http_answer_header(a, "Connection"), "close") ||
			yg_starts_with(a->head.data, "HTTP/1.0");
	if (a->is_head || status == 204 || status == 304) {
		a->part = PART_DONE;
	} else if (is_token(yg_http_answer_header(a, "Transfer-Encoding"), "chunked")) {
		a->part = PART_CHUNK_SIZE;
	} else if (!length) {
		a->part = PART_TO_END;
		a->is_closing = true;
	} else if (read_length(length, 10, &a->left)) {
		a->part = a->left ? PART_LENGTH : PART_DONE;
	} else {
		fail(a, YG_E_FAILED, "the answer's length is no number");
	}
}

/* "HTTP/1.1 200 OK"; 1xx are followed by the real one. */
static void head_complete(struct yg_http_answer *a)
{
	int status = 0;

	split_head(&a->head);
	if (sscanf(a->head.data, "HTTP/1.%*1[01] %3d", &status) != 1 || status < 100) {
		fail(a, YG_E_FAILED, "the answer is no HTTP");
		return;
	}
	if (status == 101) {
		fail(a, YG_E_FAILED, "the answer changes the protocol, which was not asked for");
		return;
	}
	if (status < 200) {
		yg_buf_clear(&a->head);
		return;
	}
	a->status = status;
	body_begins(a);
	if (a->on_head && !a->err.code)
		a->on_head(a->data);
}

/* Takes head lines up to the empty one; returns the bytes taken, 0: more are needed. */
static size_t take_head(struct yg_http_answer *a, const char *p, size_t len)
{
	const char *eol = memchr(p, '\n', len);
	size_t n = eol ? (size_t)(eol - p) + 1 : len;

	if (a->head_bytes + n > YG_HTTP_MAX_HEADERS) {
		fail(a, YG_E_TOOBIG, "the answer has more than 64 KiB of headers");
		return 0;
	}
	/* What does not begin like HTTP need not be waited for. */
	if (a->head.len == 0 && strncmp(p, "HTTP/", YG_MIN(len, (size_t)5)) != 0) {
		fail(a, YG_E_FAILED, "the answer is no HTTP");
		return 0;
	}
	if (!eol)
		return 0;
	a->head_bytes += n;
	bool is_last = n == 1 || (n == 2 && p[0] == '\r');
	if (is_last)
		head_complete(a);
	else
		yg_buf_add(&a->head, p, n);
	return n;
}

static size_t take_body(struct yg_http_answer *a, const char *p, size_t len)
{
	bool is_to_end = a->part == PART_TO_END;
	size_t n = is_to_end ? len : (size_t)YG_MIN((uint64_t)len, a->left);

	if (!a->on_body(a->data, p, n))
		return 0;
	if (is_to_end)
		return n;
	a->left -= n;
	if (!a->left)
		a->part = a->part == PART_CHUNK ? PART_CHUNK_END : PART_DONE;
	return n;
}

/* A line of the chunked coding: a size, the end of a chunk, a trailer. */
static size_t take_line(struct yg_http_answer *a, const char *p, size_t len)
{
	const char *eol = memchr(p, '\n', len);
	char text[32];

	if (!eol) {
		if (len > MAX_LINE)
			fail(a, YG_E_FAILED, "the answer's chunks are broken");
		return 0;
	}
	size_t n = (size_t)(eol - p) + 1, size = n - 1;
	size -= size && p[size - 1] == '\r';
	snprintf(text, sizeof(text), "%.*s", (int)YG_MIN(size, sizeof(text) - 1), p);
	if (a->part == PART_TRAILER) {
		a->head_bytes += n;
		if (a->head_bytes > YG_HTTP_MAX_HEADERS)
			fail(a, YG_E_TOOBIG, "the answer has more than 64 KiB of headers");
		a->part = size ? PART_TRAILER : PART_DONE;
	} else if (a->part == PART_CHUNK_END) {
		a->part = PART_CHUNK_SIZE;
		if (size)
			fail(a, YG_E_FAILED, "the answer's chunks are broken");
	} else if (read_length(text, 16, &a->left)) {
		a->part = a->left ? PART_CHUNK : PART_TRAILER;
	} else {
		fail(a, YG_E_FAILED, "the answer's chunks are broken");
	}
	return n;
}

size_t yg_http_answer_take(struct yg_http_answer *a, const char *p, size_t len)
{
	switch (a->part) {
	case PART_HEAD: return take_head(a, p, len);
	case PART_LENGTH:
	case PART_CHUNK:
	case PART_TO_END: return take_body(a, p, len);
	case PART_CHUNK_SIZE:
	case PART_CHUNK_END:
	case PART_TRAILER: return take_line(a, p, len);
	case PART_DONE: break;
	}
	return 0;
}

bool yg_http_answer_is_done(const struct yg_http_answer *a)
{
	return a->part == PART_DONE && !a->err.code;
}

bool yg_http_answer_is_empty(const struct yg_http_answer *a)
{
	return a->part == PART_HEAD && !a->head_bytes;
}

int yg_http_answer_end(struct yg_http_answer *a, size_t rest, const char **why)
{
	*why = NULL;
	if (a->part == PART_TO_END || a->part == PART_DONE) {
		a->part = PART_DONE;
		return 0;
	}
	if (a->part != PART_HEAD) {
		*why = "the answer ended in the middle";
		return YG_E_FAILED;
	}
	*why = a->head_bytes || rest ? "the answer ended in its headers"
				     : "the connection was closed without an answer";
	return YG_E_UNREACHABLE;
}

void yg_http_answer_done(struct yg_http_answer *a)
{
	yg_buf_done(&a->head);
}
