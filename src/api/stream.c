/* stream: the wrappers of streams: what a stream does not have does nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "api/stream.h"

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
		s->ops->close(s);
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
