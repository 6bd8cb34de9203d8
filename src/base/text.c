/* text: UTF-8 from outside made harmless, natural order, numbers for people. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

uint32_t yg_utf8_next(const char **s, const char *end)
{
	const unsigned char *p = (const unsigned char *)*s;
	uint32_t cp = *p, min = 0;
	int more = 0;

	*s += 1;
	if (cp < 0x80)
		return cp;
	if (cp >= 0xC2 && cp <= 0xDF)
		more = 1, min = 0x80, cp &= 0x1F;
	else if (cp >= 0xE0 && cp <= 0xEF)
		more = 2, min = 0x800, cp &= 0x0F;
	else if (cp >= 0xF0 && cp <= 0xF4)
		more = 3, min = 0x10000, cp &= 0x07;
	else
		return YG_REPLACEMENT;
	if (end - (const char *)p <= more)
		return YG_REPLACEMENT;
	for (int i = 1; i <= more; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return YG_REPLACEMENT;
		cp = cp << 6 | (p[i] & 0x3F);
	}
	if (cp < min || cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF))
		return YG_REPLACEMENT;
	*s += more;
	return cp;
}

size_t yg_utf8_put(uint32_t cp, char out[4])
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* Ranges that must not reach a terminal as they are; Unicode 15, sorted. */
static const struct {
	uint32_t first, last;
} harmful[] = {
    {0x80, 0x9F},     /* C1 */
    {0xAD, 0xAD},     /* soft hyphen: shown or not as the terminal likes */
    {0x034F, 0x034F}, /* combining grapheme joiner */
    {0x0600, 0x0605}, /* signs that enclose the digits behind them, as some terminals see it */
    {0x061C, 0x061C}, /* Arabic letter mark */
    {0x06DD, 0x06DD}, {0x070F, 0x070F}, {0x0890, 0x0891}, {0x08E2, 0x08E2}, /* as 0600 */
    {0x115F, 0x1160}, /* Hangul fillers: width differs between terminals */
    {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x200B, 0x200F}, /* zero width, directional marks */
    {0x2028, 0x202E},                   /* line and paragraph separator, embeddings and overrides */
    {0x2060, 0x206F},                   /* word joiner, isolates, deprecated format controls */
    {0x3164, 0x3164}, {0xE000, 0xF8FF}, /* private use */
    {0xFE00, 0xFE0F},                   /* variation selectors: width differs between terminals */
    {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF}, {0x110BD, 0x110BD},
    {0x110CD, 0x110CD}, /* as 0600 */
    {0x13430, 0x1343F}, /* formats of hieroglyphs, shorthand, music */
    {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A},
    {0xE0000, 0x10FFFF}, /* tags, selectors, private planes */
};

uint32_t yg_harmless(uint32_t cp)
{
	if (cp < 0x20)
		return 0x2400 + cp;
	if (cp < 0x7F)
		return cp;
	if (cp == 0x7F)
		return 0x2421;
	for (size_t i = 0; i < YG_COUNT(harmful) && harmful[i].first <= cp; i++)
		if (cp <= harmful[i].last)
			return YG_REPLACEMENT;
	return cp;
}

void yg_text_clean(struct yg_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	char utf8[4];

	while (s < end) {
		uint32_t cp = yg_harmless(yg_utf8_next(&s, end));
		yg_buf_add(out, utf8, yg_utf8_put(cp, utf8));
	}
}

static void json_escape(struct yg_buf *out, uint32_t cp)
{
	if (cp >= 0x10000) {
		cp -= 0x10000;
		yg_buf_printf(out, "\\u%04x\\u%04x", 0xD800 + (cp >> 10), 0xDC00 + (cp & 0x3FF));
	} else
		yg_buf_printf(out, "\\u%04x", cp);
}

void yg_text_json(struct yg_buf *out, const char *s, size_t len)
{
	const char *end = s + len;
	char utf8[4];

	yg_buf_char(out, '"');
	while (s < end) {
		uint32_t cp = yg_utf8_next(&s, end);
		if (cp == '"' || cp == '\\') {
			yg_buf_char(out, '\\');
			yg_buf_char(out, (char)cp);
		} else if (cp == '\n')
			yg_buf_str(out, "\\n");
		else if (cp == '\t')
			yg_buf_str(out, "\\t");
		else if (yg_harmless(cp) != cp)
			json_escape(out, cp);
		else
			yg_buf_add(out, utf8, yg_utf8_put(cp, utf8));
	}
	yg_buf_char(out, '"');
}

/* ASCII only, whatever the locale, and without a call. */
static int lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Length of the run of digits at s without leading zeros; *digits is set to its first digit. */
static size_t digit_run(const char *s, const char **digits)
{
	size_t n = 0;

	while (*s == '0' && is_digit(s[1]))
		s++;
	*digits = s;
	while (is_digit(s[n]))
		n++;
	return n;
}

int yg_text_natural(const char *a, const char *b)
{
	const char *x = a, *y = b;

	while (*x && *y) {
		if (is_digit(*x) && is_digit(*y)) {
			const char *dx, *dy;
			size_t nx = digit_run(x, &dx), ny = digit_run(y, &dy);
			if (nx != ny)
				return nx < ny ? -1 : 1;
			int c = memcmp(dx, dy, nx);
			if (c)
				return c;
			x = dx + nx;
			y = dy + ny;
			continue;
		}
		int c = lower((unsigned char)*x) - lower((unsigned char)*y);
		if (c)
			return c;
		x++;
		y++;
	}
	if (*x || *y)
		return *x ? 1 : -1;
	return strcmp(a, b);
}

/* A run of digits is put into the key as its length (0x30 + n, so that it sorts where digits do)
 * and its digits; the length makes longer numbers larger, as in yg_text_natural(). A run that is
 * too long for that ends the key: the rest is filled with what is larger than any digit. */
void yg_text_natural_key(const char *s, uint64_t key[YG_NATURAL_KEYS])
{
	unsigned char bytes[YG_NATURAL_KEYS * 8] = {0};
	size_t n = 0;

	while (*s && n < sizeof(bytes)) {
		const char *d;
		size_t digits = digit_run(s, &d);
		if (digits > 9) {
			memset(bytes + n, 0x3a, sizeof(bytes) - n);
			break;
		}
		if (!digits) {
			bytes[n++] = (unsigned char)lower((unsigned char)*s++);
			continue;
		}
		bytes[n++] = (unsigned char)(0x30 + digits);
		for (size_t i = 0; i < digits && n < sizeof(bytes); i++)
			bytes[n++] = (unsigned char)d[i];
		s = d + digits;
	}
	for (size_t i = 0; i < YG_NATURAL_KEYS; i++) {
		memcpy(&key[i], bytes + i * 8, 8);
		key[i] = __builtin_bswap64(key[i]);
	}
}

const char *yg_text_find(const char *hay, const char *needle)
{
	int first = tolower((unsigned char)needle[0]);
	size_t len = strlen(needle);

	if (!len)
		return hay;
	for (; *hay; hay++)
		if (tolower((unsigned char)*hay) == first && strncasecmp(hay, needle, len) == 0)
			return hay;
	return NULL;
}

bool yg_text_glob(const char *pattern, const char *s)
{
	const char *star = NULL, *resume = NULL;

	while (*s) {
		if (*pattern == '*') {
			star = ++pattern;
			resume = s;
		} else if (*pattern == '?' ||
			   tolower((unsigned char)*pattern) == tolower((unsigned char)*s)) {
			pattern++;
			s++;
		} else if (star) {
			pattern = star;
			s = ++resume;
		} else
			return false;
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

/* Edits between a and b; two letters that changed places are one. Both are cut at 31 bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t la = YG_MIN(strlen(a), (size_t)31), lb = YG_MIN(strlen(b), (size_t)31);
	size_t rows[3][32];

	for (size_t j = 0; j <= lb; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			row[j] = YG_MIN(YG_MIN(above[j], row[j - 1]) + 1,
			    above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = YG_MIN(row[j], before[j - 2] + 1);
		}
	}
	return rows[la % 3][lb];
}

const char *yg_text_nearest(const char *word, const char *const *list, size_t count)
{
	size_t best = YG_MAX(strlen(word) / 3, (size_t)1) + 1;
	const char *found = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t d = distance(word, list[i]);
		if (d < best) {
			best = d;
			found = list[i];
		}
	}
	return found;
}

const char *yg_half_width(const char *key, char buf[8])
{
	const char *p = key, *end = key + strlen(key);
	uint32_t cp = yg_utf8_next(&p, end);

	if (p != end)
		return key;
	if (cp == 0x3000) /* IDEOGRAPHIC SPACE */
		return "Space";
	if (cp < 0xFF01 || cp > 0xFF5E) /* the block Halfwidth and Fullwidth Forms */
		return key;
	buf[0] = (char)(cp - 0xFF01 + '!');
	buf[1] = '\0';
	return buf;
}

const char *yg_fmt_bytes(double bytes, char *buf, size_t size)
{
	static const char units[] = " KMGTPE";
	size_t unit = 0;

	if (!isfinite(bytes) || bytes < 0)
		bytes = 0;
	while (bytes >= 999.5 && units[unit + 1]) {
		bytes /= 1024;
		unit++;
	}
	/* By integers: printf takes several times as long for a real, and this is in every cell. */
	long whole = lrint(bytes), tenths = lrint(bytes * 10);
	if (!unit)
		snprintf(buf, size, "%ld", whole);
	else if (bytes < 9.95)
		snprintf(buf, size, "%ld.%ld%c", tenths / 10, tenths % 10, units[unit]);
	else
		snprintf(buf, size, "%ld%c", whole, units[unit]);
	return buf;
}

static const struct {
	char letter;
	int64_t ms;
} time_units[] = {{'d', 86400000}, {'h', 3600000}, {'m', 60000}, {'s', 1000}};

const char *yg_fmt_duration(int64_t ms, char *buf, size_t size)
{
	ms = YG_MAX(ms, (int64_t)0);
	if (ms > 0 && ms < 1000) {
		snprintf(buf, size, "%lldms", (long long)ms);
		return buf;
	}
	for (size_t i = 0; i < YG_COUNT(time_units); i++) {
		int64_t n = ms / time_units[i].ms;
		if (!n && i + 1 < YG_COUNT(time_units))
			continue;
		int64_t rest = 0;
		if (i + 1 < YG_COUNT(time_units))
			rest = ms % time_units[i].ms / time_units[i + 1].ms;
		if (rest)
			snprintf(buf, size, "%lld%c %lld%c", (long long)n, time_units[i].letter,
			    (long long)rest, time_units[i + 1].letter);
		else
			snprintf(buf, size, "%lld%c", (long long)n, time_units[i].letter);
		break;
	}
	return buf;
}

const char *yg_fmt_age(int64_t ms, char *buf, size_t size)
{
	ms = YG_MAX(ms, (int64_t)0);
	for (size_t i = 0; i < YG_COUNT(time_units); i++)
		if (ms >= time_units[i].ms || i + 1 == YG_COUNT(time_units)) {
			snprintf(buf, size, "%lld%c", (long long)(ms / time_units[i].ms),
			    time_units[i].letter);
			break;
		}
	return buf;
}

const char *yg_fmt_real(double value, char *buf, size_t size)
{
	double magnitude = fabs(value);

	if (!isfinite(value))
		snprintf(buf, size, "-");
	else if (magnitude >= 1e15)
		snprintf(buf, size, "%.3g", value);
	else if (magnitude >= 100 || value == floor(value))
		snprintf(buf, size, "%.0f", value);
	else
		snprintf(buf, size, magnitude >= 10 ? "%.1f" : "%.2f", value);
	return buf;
}

int yg_parse_bytes(const char *s, double *out, struct yg_err *err)
{
	static const char units[] = "KMGTPE";
	char *end = NULL;
	double value = strtod(s, &end);

	if (end != s && isfinite(value) && value >= 0) {
		const char *unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
		if (unit) {
			for (const char *u = units; u <= unit; u++)
				value *= 1024;
			end++;
			if (*end == 'i')
				end++;
		}
		if (*end == 'B')
			end++;
		if (!*end) {
			*out = value;
			return 0;
		}
	}
	return yg_err_set(err, YG_E_INVALID, "size '%s': write it like 512, 4G or 1.5M", s);
}

int yg_parse_bool(const char *s, bool *out, struct yg_err *err)
{
	static const char *const words[][2] = {
	    {"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; i < YG_COUNT(words); i++)
		for (int value = 0; value < 2; value++)
			if (strcasecmp(s, words[i][value]) == 0) {
				*out = value;
				return 0;
			}
	return yg_err_set(err, YG_E_INVALID, "'%s': write yes or no", s);
}

int yg_parse_duration(const char *s, int64_t *out_ms, struct yg_err *err)
{
	const char *p = s;
	double total = 0;

	while (*p) {
		char *end = NULL;
		double value = strtod(p, &end);
		double unit = 0;
		if (end == p || !isfinite(value) || value < 0)
			break;
		if (end[0] == 'm' && end[1] == 's')
			unit = 1, end++;
		else if (*end == 'w')
			unit = 7.0 * 86400000;
		for (size_t i = 0; i < YG_COUNT(time_units) && unit == 0; i++)
			if (*end == time_units[i].letter)
				unit = (double)time_units[i].ms;
		if (unit == 0)
			break;
		total += value * unit;
		p = end + 1;
	}
	if (p == s || *p || total > 9e15)
		return yg_err_set(err, YG_E_INVALID, "time '%s': write it like 90s, 5m or 7d", s);
	*out_ms = (int64_t)total;
	return 0;
}
