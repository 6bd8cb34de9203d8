/* width: how many cells a character takes. The only file with utf8proc. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <utf8proc.h>

#include "base/text.h"
#include "ui/canvas.h"

int yg_cells_of(uint32_t cp)
{
	if (cp < 0x300)
		return 1;
	/* Fast ways for what our screens are made of: kana, kanji, hangul; lines and blocks. */
	if ((cp >= 0x3041 && cp <= 0x9FFF) || (cp >= 0xAC00 && cp <= 0xD7A3))
		return cp == 0x3099 || cp == 0x309A ? 0 : 2;
	if (cp >= 0x2500 && cp <= 0x25AF)
		return 1;
	int w = utf8proc_charwidth((utf8proc_int32_t)cp);
	return w < 0 ? 1 : w;
}

int yg_text_cells(const char *text)
{
	const char *end = text + strlen(text);
	int cells = 0;

	while (text < end)
		cells += yg_cells_of(yg_harmless(yg_utf8_next(&text, end)));
	return cells;
}
