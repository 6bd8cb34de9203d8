/* logline: one line of a log, and what can be read out of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/logline.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"

#define LEVEL_BYTES 256 /* of a line that are looked at for a level */
#define JSON_BYTES  512 /* the same, of an object in JSON */
#define MEMBERS_MAX 64

/* ---- time ---- */

static bool read_number(const char *s, size_t digits, int *out)
{
	int n = 0;

	for (size_t i = 0; i < digits; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (s[i] - '0');
	}
	*out = n;
	return true;
}

/* Days since 1970 of a date of our calendar. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1, era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* The digits of a fraction as microseconds; returns how many there were. */
static size_t read_fraction(const char *s, size_t len, int *out_us)
{
	size_t n = 0;
	int us = 0;

	for (; n < len && s[n] >= '0' && s[n] <= '9'; n++)
		if (n < 6)
			us = us * 10 + (s[n] - '0');
	for (size_t i = n; i < 6; i++)
		us *= 10;
	*out_us = us;
	return n;
}

/* "Z" or "+09:00" at the end; minutes east of Greenwich. */
static size_t read_zone(const char *s, size_t len, int *out_minutes)
{
	int hours, minutes;

	*out_minutes = 0;
	if (len >= 1 && s[0] == 'Z')
		return 1;
	if (len < 6 || (s[0] != '+' && s[0] != '-') || s[3] != ':' ||
	    !read_number(s + 1, 2, &hours) || !read_number(s + 4, 2, &minutes))
		return 0;
	*out_minutes = (s[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
	return 6;
}

size_t yg_logline_stamp(const char *text, size_t len, int64_t *out_us)
{
	int year, month, day, hour, minute, second, us = 0, east;
	size_t at = 19;

	if (len < 21 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
	    text[16] != ':')
		return 0;
	if (!read_number(text, 4, &year) || !read_number(text + 5, 2, &month) ||
	    !read_number(text + 8, 2, &day) || !read_number(text + 11, 2, &hour) ||
	    !read_number(text + 14, 2, &minute) || !read_number(text + 17, 2, &second) ||
	    month < 1 || month > 12 || day < 1 || day > 31)
		return 0;
	if (text[at] == '.')
		at += 1 + read_fraction(text + at + 1, len - at - 1, &us);
	size_t zone = read_zone(text + at, len - at, &east);
	if (!zone)
		return 0;
	at += zone;
	int64_t minutes = (days_of(year, month, day) * 24 + hour) * 60 + minute - east;
	*out_us = (minutes * 60 + second) * 1000000 + us;
	return at + (at < len && text[at] == ' ');
}

/* ---- cleaning ---- */

/* The bytes of an escape sequence at the start of s: CSI, or nothing that we know. */
static size_t csi_len(const char *s, size_t len)
{
	size_t n = 2;

	if (len < 2 || s[0] != '\033' || s[1] != '[')
		return 0;
	while (n < len && s[n] >= 0x20 && s[n] <= 0x3f)
		n++;
	return n < len && s[n] >= 0x40 && s[n] <= 0x7e ? n + 1 : 0;
}

size_t yg_logline_strip(char *text, size_t len)
{
	if (len && text[len - 1] == '\r')
		len--;
	const char *escape = len ? memchr(text, '\033', len) : NULL;
	size_t to = escape ? (size_t)(escape - text) : len;
	for (size_t at = to; at < len;) {
		size_t n = csi_len(text + at, len - at);
		if (!n)
			text[to++] = text[at++];
		at += n;
	}
	return to;
}

/* ---- level ---- */

static const struct {
	const char *word;
	enum yg_level level;
} level_words[] = {
    {"emerg", YG_LEVEL_ERROR},
    {"emergency", YG_LEVEL_ERROR},
    {"alert", YG_LEVEL_ERROR},
    {"crit", YG_LEVEL_ERROR},
    {"critical", YG_LEVEL_ERROR},
    {"fatal", YG_LEVEL_ERROR},
    {"panic", YG_LEVEL_ERROR},
    {"severe", YG_LEVEL_ERROR},
    {"error", YG_LEVEL_ERROR},
    {"err", YG_LEVEL_ERROR},
    {"eror", YG_LEVEL_ERROR},
    {"warn", YG_LEVEL_WARN},
    {"warning", YG_LEVEL_WARN},
    {"info", YG_LEVEL_INFO},
    {"notice", YG_LEVEL_INFO},
    {"log", YG_LEVEL_INFO},
    {"debug", YG_LEVEL_DEBUG},
    {"trace", YG_LEVEL_DEBUG},
    {"verbose", YG_LEVEL_DEBUG},
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static enum yg_level word_level(const char *s, size_t len)
{
	for (size_t i = 0; i < YG_COUNT(level_words) && len >= 3 && len <= 9; i++) {
		const char *word = level_words[i].word;
		size_t n = 0;
		while (n < len && word[n] && (s[n] | 0x20) == word[n])
			n++;
		if (n == len && !word[n])
			return level_words[i].level;
	}
	return YG_LEVEL_NONE;
}

/* Capitals are a level wherever they stand; small letters only where programs put one, so that "no
 * error was found" is none. */
static bool is_where_levels_are(const char *text, size_t at, size_t end, size_t len)
{
	bool is_capital = true;

	for (size_t i = at; i < end; i++)
		is_capital &= text[i] <= 'Z';
	if (is_capital || at == 0)
		return true;
	char before = text[at - 1], behind = end < len ? text[end] : ' ';
	return before == '=' || (before == '[' && behind == ']') ||
	       (before == '<' && behind == '>') || (before == '(' && behind == ')') ||
	       (before == ' ' && behind == ':');
}

/* klog: "E1124 10:42:07.123456". */
static enum yg_level klog_level(const char *text, size_t len)
{
	int date;

	if (len < 6 || !read_number(text + 1, 4, &date) || text[5] != ' ')
		return YG_LEVEL_NONE;
	switch (text[0]) {
	case 'I': return YG_LEVEL_INFO;
	case 'W': return YG_LEVEL_WARN;
	case 'E':
	case 'F': return YG_LEVEL_ERROR;
	default: return YG_LEVEL_NONE;
	}
}

static enum yg_level text_level(const char *text, size_t len)
{
	size_t at = 0;

	len = YG_MIN(len, (size_t)LEVEL_BYTES);
	while (at < len) {
		while (at < len && !is_letter(text[at]))
			at++;
		size_t end = at;
		while (end < len && is_letter(text[end]))
			end++;
		enum yg_level level = word_level(text + at, end - at);
		if (level && (at == 0 || text[at - 1] != '_') && (end == len || text[end] != '_') &&
		    is_where_levels_are(text, at, end, len))
			return level;
		at = end;
	}
	return klog_level(text, len);
}

/* ---- JSON ---- */

/* A member of the object as it stands there. */
struct member {
	const char *key, *value;
	size_t key_len, value_len; /* without quotes */
	bool is_text;
};

struct scan {
	const char *at, *end;
};

static void skip_blanks(struct scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

/* Behind the string that begins at s->at; its inside without quotes. */
static bool scan_string(struct scan *s, const char **out, size_t *out_len)
{
	if (s->at == s->end || *s->at != '"')
		return false;
	const char *from = ++s->at;
	while (s->at < s->end && *s->at != '"')
		s->at += *s->at == '\\' && s->at + 1 < s->end ? 2 : 1;
	if (s->at >= s->end)
		return false;
	*out = from;
	*out_len = (size_t)(s->at++ - from);
	return true;
}

/* A number, a word, or what is nested, as it stands there. */
static bool scan_other(struct scan *s, const char **out, size_t *out_len)
{
	const char *from = s->at, *inside;
	size_t depth = 0, len;

	while (s->at < s->end) {
		char c = *s->at;
		if (c == '"') {
			if (!scan_string(s, &inside, &len))
				return false;
			continue;
		}
		if (!depth && (c == ',' || c == '}' || c == ' '))
			break;
		depth += c == '{' || c == '[';
		depth -= depth && (c == '}' || c == ']');
		s->at++;
	}
	*out = from;
	*out_len = (size_t)(s->at - from);
	return *out_len > 0 && s->at < s->end;
}

static bool scan_member(struct scan *s, struct member *m)
{
	skip_blanks(s);
	if (!scan_string(s, &m->key, &m->key_len))
		return false;
	skip_blanks(s);
	if (s->at == s->end || *s->at++ != ':')
		return false;
	skip_blanks(s);
	m->is_text = s->at < s->end && *s->at == '"';
	return m->is_text ? scan_string(s, &m->value, &m->value_len)
			  : scan_other(s, &m->value, &m->value_len);
}

/* All members of an object; 0 if it is none. Those beyond the limit are left out. */
static size_t scan_object(const char *text, size_t len, struct member *out, size_t max)
{
	struct scan s = {text, text + len};
	struct member m;
	size_t n = 0;

	skip_blanks(&s);
	if (s.at == s.end || *s.at++ != '{')
		return 0;
	for (;;) {
		if (!scan_member(&s, &m))
			return 0;
		if (n < max)
			out[n++] = m;
		skip_blanks(&s);
		if (s.at == s.end || (*s.at != ',' && *s.at != '}'))
			return 0;
		if (*s.at++ == '}')
			break;
	}
	skip_blanks(&s);
	return s.at == s.end ? n : 0;
}

enum role { ROLE_OTHER, ROLE_LEVEL, ROLE_TIME, ROLE_MESSAGE };
static const struct {
	const char *key;
	enum role role;
} roles[] = {
    {"level", ROLE_LEVEL},
    {"lvl", ROLE_LEVEL},
    {"severity", ROLE_LEVEL},
    {"log.level", ROLE_LEVEL},
    {"loglevel", ROLE_LEVEL},
    {"time", ROLE_TIME},
    {"ts", ROLE_TIME},
    {"timestamp", ROLE_TIME},
    {"@timestamp", ROLE_TIME},
    {"msg", ROLE_MESSAGE},
    {"message", ROLE_MESSAGE},
};

static enum role role_of(const struct member *m)
{
	for (size_t i = 0; i < YG_COUNT(roles); i++)
		if (strlen(roles[i].key) == m->key_len &&
		    memcmp(roles[i].key, m->key, m->key_len) == 0)
			return roles[i].role;
	return ROLE_OTHER;
}

/* "error", or the numbers that bunyan and pino write: 10 trace to 60 fatal. */
static enum yg_level member_level(const struct member *m)
{
	int n;

	if (m->is_text)
		return word_level(m->value, m->value_len);
	if (m->value_len != 2 || !read_number(m->value, 2, &n))
		return YG_LEVEL_NONE;
	return n >= 50   ? YG_LEVEL_ERROR
	       : n >= 40 ? YG_LEVEL_WARN
	       : n >= 30 ? YG_LEVEL_INFO
			 : YG_LEVEL_DEBUG;
}

static enum yg_level json_level(const char *text, size_t len)
{
	struct scan s = {text + 1, text + YG_MIN(len, (size_t)JSON_BYTES)};
	struct member m;

	while (scan_member(&s, &m)) {
		if (role_of(&m) == ROLE_LEVEL)
			return member_level(&m);
		skip_blanks(&s);
		if (s.at == s.end || *s.at++ != ',')
			break;
	}
	return YG_LEVEL_NONE;
}

enum yg_level yg_logline_level(const char *text, size_t len)
{
	return len && text[0] == '{' ? json_level(text, len) : text_level(text, len);
}

static uint32_t read_hex4(const char *s)
{
	uint32_t n = 0;

	for (int i = 0; i < 4; i++) {
		char c = s[i];
		uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
				 : c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A') + 10
							: UINT32_MAX;
		if (digit == UINT32_MAX)
			return UINT32_MAX;
		n = n << 4 | digit;
	}
	return n;
}

/* The escape at s (behind its backslash); returns how many bytes it is. */
static size_t put_escape(struct yg_buf *out, const char *s, size_t len)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *known = s[0] ? strchr(from, s[0]) : NULL;
	char utf8[4];

	if (s[0] != 'u' || len < 5) {
		yg_buf_char(out, known ? to[known - from] : s[0]);
		return 1;
	}
	uint32_t cp = read_hex4(s + 1), low = 0;
	size_t n = 5;
	if (cp >= 0xd800 && cp < 0xdc00 && len >= 11 && s[5] == '\\' && s[6] == 'u')
		low = read_hex4(s + 7);
	if (low >= 0xdc00 && low < 0xe000) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		n = 11;
	}
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = YG_REPLACEMENT;
	yg_buf_add(out, utf8, yg_utf8_put(cp, utf8));
	return n;
}

static void put_unescaped(struct yg_buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] == '\\' && i + 1 < len)
			i += put_escape(out, s + i + 1, len - i - 1);
		else
			yg_buf_char(out, s[i]);
}

static void put_value(struct yg_buf *out, const struct member *m)
{
	bool is_quoted = m->is_text && (!m->value_len || memchr(m->value, ' ', m->value_len));

	if (is_quoted)
		yg_buf_char(out, '"');
	put_unescaped(out, m->value, m->value_len);
	if (is_quoted)
		yg_buf_char(out, '"');
}

static void put_level(struct yg_buf *out, const struct member *m)
{
	enum yg_level level = member_level(m);
	char word[16];
	size_t n = 0;

	if (!m->is_text && level)
		snprintf(word, sizeof(word), "%s", yg_level_name(level));
	else
		snprintf(
		    word, sizeof(word), "%.*s", (int)YG_MIN(m->value_len, (size_t)8), m->value);
	for (; word[n]; n++)
		if (word[n] >= 'a' && word[n] <= 'z')
			word[n] -= 0x20;
	yg_buf_printf(out, "%-5s", word);
}

bool yg_logline_json(struct yg_buf *out, const char *text, size_t len)
{
	struct member members[MEMBERS_MAX];
	size_t n = scan_object(text, len, members, MEMBERS_MAX), start = out->len;

	for (int role = ROLE_LEVEL; n && role <= ROLE_MESSAGE; role++)
		for (size_t i = 0; i < n; i++) {
			if ((int)role_of(&members[i]) != role || role == ROLE_TIME)
				continue;
			if (out->len > start)
				yg_buf_char(out, ' ');
			if (role == ROLE_LEVEL)
				put_level(out, &members[i]);
			else
				put_unescaped(out, members[i].value, members[i].value_len);
		}
	for (size_t i = 0; i < n; i++) {
		if (role_of(&members[i]) != ROLE_OTHER)
			continue;
		if (out->len > start)
			yg_buf_char(out, ' ');
		put_unescaped(out, members[i].key, members[i].key_len);
		yg_buf_char(out, '=');
		put_value(out, &members[i]);
	}
	return out->len > start;
}

/* ---- since and until ---- */

int yg_logline_when(const char *text, int64_t now_ms, int64_t *out_ms, struct yg_err *err)
{
	int64_t ms;

	if (!yg_parse_duration(text, &ms, NULL)) {
		*out_ms = YG_MAX(now_ms - ms, (int64_t)1);
		return 0;
	}
	if (!yg_time_parse(text, out_ms, NULL))
		return 0;
	return yg_err_set(
	    err, YG_E_INVALID, "'%s' is no time: write 10m, 2h, or 2026-01-15T10:42:07Z", text);
}

/* ---- how it is shown ---- */

enum yg_style yg_level_style(enum yg_level level)
{
	static const enum yg_style styles[] = {
	    [YG_LEVEL_NONE] = YG_ST_TEXT,
	    [YG_LEVEL_DEBUG] = YG_ST_DIM,
	    [YG_LEVEL_INFO] = YG_ST_TEXT,
	    [YG_LEVEL_WARN] = YG_ST_WARN,
	    [YG_LEVEL_ERROR] = YG_ST_BAD,
	};

	return styles[level];
}

const char *yg_level_name(enum yg_level level)
{
	static const char *const names[] = {
	    [YG_LEVEL_NONE] = "",
	    [YG_LEVEL_DEBUG] = "debug",
	    [YG_LEVEL_INFO] = "info",
	    [YG_LEVEL_WARN] = "warn",
	    [YG_LEVEL_ERROR] = "error",
	};

	return names[level];
}
