/* err: what went wrong: a code for the program, one line of text for the operator. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_ERR_H
#define YG_BASE_ERR_H

#include "base/mem.h"

/* Codes are negative; the third column is the exit code of a batch verb that ends with it. */
#define YG_ERR_MAP(X)                    \
	X(FAILED, "failed", 1)           \
	X(INVALID, "invalid", 2)         \
	X(NOTFOUND, "not found", 3)      \
	X(UNREACHABLE, "unreachable", 4) \
	X(TIMEOUT, "timed out", 4)       \
	X(REFUSED, "refused", 5)         \
	X(DOUBT, "in doubt", 6)          \
	X(CANCELLED, "cancelled", 130)   \
	X(UNSUPPORTED, "unsupported", 5) \
	X(TOOBIG, "too big", 1)          \
	X(BUSY, "busy", 1)

enum yg_error {
	YG_OK = 0,
	YG_E_BASE_ = -1000,
#define X(name, text, exit_code) YG_E_##name,
	YG_ERR_MAP(X)
#undef X
};

/* Lives on the caller's stack; a zeroed one says "no error". The text is bounded; it may hold text
 * from outside and is cleaned by whoever shows it. */
struct yg_err {
	int code;
	char text[512];
};

/* Sets code and text and returns code. err may be NULL. */
int yg_err_set(struct yg_err *err, int code, const char *fmt, ...) YG_PRINTF(3, 4);
/* Puts context in front, "context: text", and returns the code that is there. err may be NULL. */
int yg_err_wrap(struct yg_err *err, const char *fmt, ...) YG_PRINTF(2, 3);
/* The short name of a code, as JSON shows it: "unreachable". */
const char *yg_err_name(int code);
/* The exit code of a batch verb that ends with this code; 0 for YG_OK. */
int yg_err_exit(int code);

#endif
