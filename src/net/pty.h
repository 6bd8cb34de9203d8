/* pty: a command of this machine, in a terminal of its own or on pipes. Loop thread only; every
 * call returns at once.
 *
 * The command gets a new session, whose only terminal is the new one: it never has ours. Closing
 * hangs it up, as closing a terminal's window does; it is waited for by its id and no other. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_NET_PTY_H
#define YG_NET_PTY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define YG_PTY_PENDING_MAX ((size_t)1 << 20) /* of what the command does not take yet */

struct yg_loop;
struct yg_pty;

struct yg_pty_setup {
	const char *const *argv; /* ended by NULL; the program is looked for in PATH */
	bool is_tty;             /* else 0, 1 and 2 are pipes */
	int cols, rows;          /* of the terminal */
	/* From 1 or 2 (pipes only). */
	void (*bytes)(void *data, int from, const char *bytes, size_t len);
	/* Once, after all bytes: what it exited with, 128 + the signal that ended it. The pty is
	 * gone with this. Never from inside another call. */
	void (*end)(void *data, int exit_code);
	void *data;
};

int yg_pty_open(struct yg_loop *loop, const struct yg_pty_setup *setup, struct yg_pty **out,
    struct yg_err *err);
/* false: more than YG_PTY_PENDING_MAX waits; the rest was dropped. */
bool yg_pty_write(struct yg_pty *p, const char *bytes, size_t len);
size_t yg_pty_pending(const struct yg_pty *p);
/* Nothing more is written: pipes are closed once all is out; a terminal cannot tell. */
void yg_pty_eof(struct yg_pty *p);
void yg_pty_resize(struct yg_pty *p, int cols, int rows);
void yg_pty_pause(struct yg_pty *p, bool on);
/* Lets go at once: the command is hung up, and waited for in the background. */
void yg_pty_close(struct yg_pty *p); /* NULL is fine */

#endif
