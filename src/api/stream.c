/* stream: streams from their beginning to their end, and the wrappers: what one does not have does
 * nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "api/provider.h"

void yg_stream_begin(struct yg_stream *s, const struct yg_stream_ops *ops, struct yg_controller *c,
    const struct yg_stream_request *request)
{
	s->ops = ops;
	s->request = *request;
	s->list = &c->streams;
	s->prev = NULL;
	s->next = c->streams;
	if (s->next)
		s->next->prev = s;
	c->streams = s;
}

/* Out of the list first: close may free it. */
static void let_go(struct yg_stream *s)
{
	if (s->prev)
		s->prev->next = s->next;
	else
		*s->list = s->next;
	if (s->next)
		s->next->prev = s->prev;
	s->ops->close(s);
}

void yg_stream_end(struct yg_stream *s, int exit_code, const struct yg_err *err)
{
	struct yg_stream_request request = s->request;

	let_go(s);
	request.end(request.data, exit_code, err);
}

bool yg_stream_write(struct yg_stream *s, const char *bytes, size_t len)
{
	return s && s->ops->write && s->ops->write(s, bytes, len);
}

void yg_stream_resize(struct yg_stream *s, int cols, int rows)
{
	if (s && s->ops->resize)
		s->ops->resize(s, cols, rows);
}

void yg_stream_pause(struct yg_stream *s, bool on)
{
	if (s && s->ops->pause)
		s->ops->pause(s, on);
}

void yg_stream_close(struct yg_stream *s)
{
	if (s)
		let_go(s);
}

void yg_stream_eof(struct yg_stream *s)
{
	if (s && s->ops->eof)
		s->ops->eof(s);
}

size_t yg_stream_pending(struct yg_stream *s)
{
	return s && s->ops->pending ? s->ops->pending(s) : 0;
}
