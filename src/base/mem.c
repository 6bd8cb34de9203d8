/* mem: memory that never fails: when there is none left, the process aborts with one line. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <limits.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAP_MAX  ((size_t)64 << 20) /* of address space; what is not touched costs nothing */
#define BLOCK_MAX (1 << 20)          /* larger ones get a mapping of their own */
#define PAGE      ((uintptr_t)4096)

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

void yg_mem_prepare(size_t bytes)
{
	mallopt(M_TOP_PAD, (int)HEAP_MAX);
	mallopt(M_MMAP_THRESHOLD, BLOCK_MAX);
	uintptr_t from = (uintptr_t)sbrk(0);
	void *volatile block = malloc(BLOCK_MAX / 2); /* more than is left of the heap: it grows */
	free(block);
	uintptr_t to = (uintptr_t)sbrk(0);
	mallopt(M_TOP_PAD, BLOCK_MAX);
	mallopt(M_TRIM_THRESHOLD, INT_MAX);
	from = (from + PAGE - 1) / PAGE * PAGE;
	if (to - from < bytes || to - from > 2 * HEAP_MAX)
		return; /* another allocator: a sanitizer's, valgrind's */
	madvise((void *)from, to - from, MADV_HUGEPAGE);
	madvise((void *)from, bytes, MADV_POPULATE_WRITE);
}
