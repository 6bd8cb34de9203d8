/* logs: the inside of the view of logs: logs.c takes lines and keys, logs_draw.c draws. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_VIEWS_LOGS_H
#define YG_VIEWS_LOGS_H

#include "api/stream.h"
#include "api/yagura.h"
#include "model/logmerge.h"
#include "model/logring.h"

struct logs;

enum source_state { SOURCE_ASKED, SOURCE_OPEN, SOURCE_ENDED, SOURCE_FAILED };

struct source {
	struct logs *logs;
	uint32_t slot;
	unsigned number;
	char *name;
	struct yg_stream *stream; /* NULL: it ended */
	enum source_state state;
	char error[256];
	int64_t last_us; /* of its last line */
};

enum prompt { PROMPT_NONE, PROMPT_FILTER, PROMPT_NOT, PROMPT_SAVE };

/* A line is told by its number; an index counts those that are shown. */
struct logs {
	struct yg_view *view;
	struct yg_stream_request request;
	struct yg_logmerge *merge;
	struct yg_logring *ring;
	struct yg_logsieve *shown, *matches;
	struct yg_pattern *with, *without;
	struct source *sources;
	size_t n_sources;
	struct yg_timer *settling; /* lines wait for other sources */
	bool is_following, is_paused, is_wrapping, has_times, is_raw, is_all;
	bool is_dirty;   /* there is something new to be drawn */
	uint64_t top;    /* the first line on screen, while not following */
	size_t last_top; /* index of the first line when the last one is at the bottom */
	uint64_t at;     /* the match that n and N went to, or NO_LINE */
	int left;        /* cells at the left that are not shown */
	int page;        /* rows of lines */
	/* what is typed */
	enum prompt prompt;
	struct yg_buf typed;
	char *before;   /* what Esc goes back to */
	char told[256]; /* below the lines, until the next key */
	int told_style;
	/* saving, in slices */
	int fd; /* -1: nothing is being saved */
	char *file;
	uint64_t saved_to, save_end; /* lines before saved_to are in the file */
	size_t n_saved;
};
#define NO_LINE UINT64_MAX

/* What is shown of a line: JSON opened up, blanks for tabs; NUL-terminated. */
void logs_line_text(const struct logs *l, const struct yg_logline *line, struct yg_buf *out);
void logs_draw(struct yg_view *v, struct yg_canvas *c);

#endif
