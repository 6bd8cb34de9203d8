/* test_text: what is made harmless, of all of Unicode. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "base/text.h"

/* Controls, formats, separators of lines, private use: none reaches a terminal as it is. */
static bool is_no_letter(uint32_t cp)
{
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_CO:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP: return true;
	default: return false;
	}
}

static void test_formats(void **state)
{
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++)
		if (is_no_letter(cp) && yg_harmless(cp) == cp)
			fail_msg("U+%04X is let through", cp);
}

/* What is made of it is harmless itself, and letters of all scripts stay. */
static void test_letters(void **state)
{
	static const uint32_t letters[] = {'a', '~', 0xE9, 0x3A9, 0x5D0, 0x627, 0x915, 0x3042,
	    0x6AD3, 0xAC00, 0x2588, 0x28FF, 0x1F600};

	for (size_t i = 0; i < sizeof(letters) / sizeof(*letters); i++)
		assert_int_equal(yg_harmless(letters[i]), letters[i]);
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++)
		assert_int_equal(yg_harmless(yg_harmless(cp)), yg_harmless(cp));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_formats),
	    cmocka_unit_test(test_letters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
