/* vec: a growing array of anything, by macros over { items, count, room }. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_VEC_H
#define YG_BASE_VEC_H

#include <stdlib.h>

#include "base/mem.h"

/* struct yg_vec(int) numbers = {0}; all zero is the empty vec; yg_vec_done() frees the array. */
#define yg_vec(type)                \
	{                           \
		type *items;        \
		size_t count, room; \
	}

#define yg_vec_reserve(vec, wanted)                                                             \
	do {                                                                                    \
		size_t wanted_ = (wanted);                                                      \
		if ((vec)->room < wanted_) {                                                    \
			(vec)->room = YG_MAX(wanted_, (vec)->room * 2);                         \
			(vec)->room = YG_MAX((vec)->room, (size_t)8);                           \
			(vec)->items =                                                          \
			    yg_xreallocarray((vec)->items, (vec)->room, sizeof(*(vec)->items)); \
		}                                                                               \
	} while (0)

/* Appends one item; in C the items are plain values and are copied. */
#define yg_vec_push(vec, ...)                                 \
	do {                                                  \
		yg_vec_reserve(vec, (vec)->count + 1);        \
		(vec)->items[(vec)->count++] = (__VA_ARGS__); \
	} while (0)

/* Takes out the item at index, keeping the order of the others. */
#define yg_vec_remove(vec, index)                                      \
	do {                                                           \
		size_t at_ = (index);                                  \
		memmove((vec)->items + at_, (vec)->items + at_ + 1,    \
		    ((vec)->count - at_ - 1) * sizeof(*(vec)->items)); \
		(vec)->count--;                                        \
	} while (0)

#define yg_vec_insert(vec, index, ...)                              \
	do {                                                        \
		size_t at_ = (index);                               \
		yg_vec_reserve(vec, (vec)->count + 1);              \
		memmove((vec)->items + at_ + 1, (vec)->items + at_, \
		    ((vec)->count - at_) * sizeof(*(vec)->items));  \
		(vec)->items[at_] = (__VA_ARGS__);                  \
		(vec)->count++;                                     \
	} while (0)

/* An empty vec has no array, and nothing may be added to NULL, not even 0. */
#define yg_vec_each(vec, it)                                 \
	for (__typeof__((vec)->items + 0) it = (vec)->items; \
	     (vec)->count && it < (vec)->items + (vec)->count; it++)

#define yg_vec_done(vec)                          \
	do {                                      \
		free((vec)->items);               \
		memset((vec), 0, sizeof(*(vec))); \
	} while (0)

#endif
