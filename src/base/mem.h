/* mem: memory that never fails: when there is none left, the process aborts with one line. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_MEM_H
#define YG_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define YG_COUNT(array)                    (sizeof(array) / sizeof((array)[0]))
#define YG_PRINTF(fmt, args)               __attribute__((format(printf, fmt, args)))
#define yg_container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

#define YG_MIN(a, b) ((a) < (b) ? (a) : (b))
#define YG_MAX(a, b) ((a) > (b) ? (a) : (b))

/* All of these return memory for free(), and abort when there is none. */
void *yg_xmalloc(size_t size);
void *yg_xcalloc(size_t count, size_t size);
void *yg_xreallocarray(void *ptr, size_t count, size_t size);
char *yg_xstrdup(const char *s);
char *yg_xstrndup(const char *s, size_t max);
/* printf into new memory; the caller frees. */
char *yg_xasprintf(const char *fmt, ...) YG_PRINTF(1, 2);

/* Takes so many bytes of heap from the kernel at once, and larger pages for what follows, instead
 * of a page fault for every 4 KiB: a virtual machine may need 10 us for each. Once, before much was
 * allocated; only speed depends on it. */
void yg_mem_prepare(size_t bytes);

/* Frees a secret's memory after wiping it in a way that the compiler keeps. NULL is fine. */
void yg_wipe_free(char *secret);

/* true if both are NULL, or both are the same text. */
static inline bool yg_streq(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static inline bool yg_starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

#endif
