/* inside: a stream of a row on our own standard input and output, for verbs. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_APP_VERBS_INSIDE_H
#define YG_APP_VERBS_INSIDE_H

#include "api/stream.h"
#include "app/verbs.h"

struct yg_inside {
	const char *word; /* KIND/NAME */
	enum yg_stream_what what;
	const char *const *argv; /* NULL: a shell */
	bool has_input;          /* standard input goes to it */
	bool is_forced;          /* of a console: taken over from whoever has it */
	bool is_tty;             /* a terminal is wanted; there is one only if stdin is one */
};

/* Opens cli's host, finds the one row, connects, and carries bytes until it ends or is left with
 * Ctrl-]. Returns the exit code: the command's own where there is one. The terminal is given back
 * as it was, however it ends. */
int yg_inside_run(struct yg_cli *cli, const struct yg_inside *inside);

#endif
