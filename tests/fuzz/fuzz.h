/* fuzz: what every fuzz target has: one function that takes any bytes and comes back. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_TESTS_FUZZ_H
#define YG_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; aborts where something is wrong with what it tests. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
