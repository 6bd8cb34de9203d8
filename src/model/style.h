/* style: the meanings that colour may have. A theme says how each looks; nobody names a colour. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_STYLE_H
#define YG_MODEL_STYLE_H

/* name, glyph of a state of that meaning (UTF-8), the same in ASCII. The glyph carries the meaning
 * where colour cannot. Plain styles have no glyph. */
#define YG_STYLE_MAP(X)                   \
	X(TEXT, "text", " ", " ")         \
	X(DIM, "dim", " ", " ")           \
	X(OK, "ok", "●", "*")             \
	X(WARN, "warn", "▲", "!")         \
	X(BAD, "bad", "✖", "X")           \
	X(OFF, "off", "○", "o")           \
	X(BUSY, "busy", "◐", "~")         \
	X(UNKNOWN, "unknown", "?", "?")   \
	X(STALE, "stale", "?", "?")       \
	X(TITLE, "title", " ", " ")       \
	X(ACCENT, "accent", " ", " ")     \
	X(BORDER, "border", " ", " ")     \
	X(FOCUS, "focus", " ", " ")       \
	X(HEADER, "header", " ", " ")     \
	X(COLUMN, "column", " ", " ")     \
	X(KEY, "key", " ", " ")           \
	X(HINT, "hint", " ", " ")         \
	X(INPUT, "input", " ", " ")       \
	X(MATCH, "match", " ", " ")       \
	X(MARK, "mark", "+", "+")         \
	X(BAR, "bar", " ", " ")           \
	X(BAR_REST, "bar-rest", " ", " ") \
	X(SPARK, "spark", " ", " ")       \
	X(NUMBER, "number", " ", " ")     \
	X(LINE_1, "line-1", " ", " ")     \
	X(LINE_2, "line-2", " ", " ")     \
	X(LINE_3, "line-3", " ", " ")     \
	X(LINE_4, "line-4", " ", " ")

enum yg_style {
#define X(name, text, glyph, ascii) YG_ST_##name,
	YG_STYLE_MAP(X)
#undef X
	    YG_ST_COUNT,
};

/* May be or-ed to a style in a cell: the row under the cursor, emphasis. */
#define YG_ST_SELECTED 0x100
#define YG_ST_STRONG   0x200
#define YG_ST_MASK     0x0ff

#endif
