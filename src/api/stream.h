/* stream: bytes to and from something of a row: a VM's serial console, a shell in a container, what
 * a container wrote. Loop thread only; every call returns at once.
 *
 * Who asks gives callbacks; the provider makes the stream and owns it. After `end` was called, or
 * yg_stream_close(), the stream is gone and nothing of it is called again; neither happens inside
 * the call that opened it. What comes is hostile: who shows it makes it harmless. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_API_STREAM_H
#define YG_API_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum yg_stream_what {
	YG_STREAM_CONSOLE, /* the serial console of a VM; of a container: its main process */
	YG_STREAM_EXEC,    /* a command of its own: argv */
	YG_STREAM_LOGS,    /* what it wrote, and with is_following what it will */
};

struct yg_stream_request {
	enum yg_stream_what what;
	const char *const *argv;    /* of EXEC, ended by NULL; NULL: a shell */
	bool is_tty;                /* of EXEC: a terminal on the far side */
	int cols, rows;             /* of that terminal */
	bool is_following;          /* of LOGS */
	int64_t since_ms, until_ms; /* of LOGS: wall time; 0: no bound */
	int64_t tail;               /* of LOGS: at most so many lines of the past; -1: all */
	bool has_times; /* of LOGS: each line begins with "2026-11-24T13:21:12.123456789Z " */
	/* It is connected; may be NULL. */
	void (*open)(void *data);
	/* Bytes of the far side: from 1 (output) or 2 (errors; never with a terminal). */
	void (*bytes)(void *data, int from, const char *bytes, size_t len);
	/* Once: it ended. exit_code is the command's, -1 where there is none; err: why it broke, or
	 * NULL. */
	void (*end)(void *data, int exit_code, const struct yg_err *err);
	void *data;
	bool is_forced; /* of CONSOLE: taken over from whoever is attached */
};

/* A provider's stream begins with one, which yg_stream_begin() fills. */
struct yg_stream {
	const struct yg_stream_ops *ops;
	struct yg_stream_request request;      /* its texts are not ours: not used later */
	struct yg_stream **list, *prev, *next; /* the house's: all of a controller */
};

struct yg_stream_ops {
	size_t size; /* sizeof(struct yg_stream_ops) */
	/* Takes all of it; what the far side does not take yet is kept, up to 1 MiB: beyond that
	 * the rest is dropped and the call is false. NULL: nothing can be typed. */
	bool (*write)(struct yg_stream *s, const char *bytes, size_t len);
	/* NULL: it has no size. */
	void (*resize)(struct yg_stream *s, int cols, int rows);
	/* true: no more `bytes` until false; the far side is held up. NULL: cannot be held up. */
	void (*pause)(struct yg_stream *s, bool on);
	/* Lets go of everything at once. Nobody is told: the house does that. */
	void (*close)(struct yg_stream *s);
	/* Nothing more will be written: what reads on the far side finds the end. NULL: cannot be
	 * told, as with a terminal. */
	void (*eof)(struct yg_stream *s);
	/* How much of what was written is still kept. NULL: not told. */
	size_t (*pending)(struct yg_stream *s);
};

/* The wrappers: NULL streams and functions are fine. */
bool yg_stream_write(struct yg_stream *s, const char *bytes, size_t len);
void yg_stream_resize(struct yg_stream *s, int cols, int rows);
void yg_stream_pause(struct yg_stream *s, bool on);
void yg_stream_close(struct yg_stream *s);
void yg_stream_eof(struct yg_stream *s);
size_t yg_stream_pending(struct yg_stream *s);

#endif
