/* mem: memory that never fails: when there is none left, the process aborts with one line. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void *checked(void *ptr)
{
	static const char msg[] = "yagura: out of memory\n";

	if (ptr)
		return ptr;
	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) < 0)
		abort();
	abort();
}

void *yg_xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *yg_xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *yg_xreallocarray(void *ptr, size_t count, size_t size)
{
	return checked(reallocarray(ptr, count ? count : 1, size ? size : 1));
}

char *yg_xstrdup(const char *s)
{
	return checked(strdup(s));
}

char *yg_xstrndup(const char *s, size_t max)
{
	return checked(strndup(s, max));
}

char *yg_xasprintf(const char *fmt, ...)
{
	char *out = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&out, fmt, ap) < 0)
		out = NULL;
	va_end(ap);
	return checked(out);
}

void yg_wipe_free(char *secret)
{
	if (secret)
		explicit_bzero(secret, strlen(secret));
	free(secret);
}
