/* clock: wall time in milliseconds, and a steady time; both can be set by hand. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t frozen_ms;

int64_t yg_now_ms(void)
{
	struct timespec ts;

	if (frozen_ms)
		return frozen_ms;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t yg_mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

bool yg_clock_is_frozen(void)
{
	return frozen_ms != 0;
}

void yg_clock_freeze(int64_t now_ms)
{
	frozen_ms = now_ms;
}

/* Reads "Z", "+09:00" or "-0330" at s; returns the offset in seconds, or -1 with *ok false. */
static long parse_offset(const char *s, bool *ok)
{
	int hours = 0, minutes = 0, used = 0;

	*ok = true;
	if ((s[0] == 'Z' || s[0] == 'z') && !s[1])
		return 0;
	if ((s[0] == '+' || s[0] == '-') && s[1] >= '0' && s[1] <= '9' &&
	    (sscanf(s + 1, "%2d:%2d%n", &hours, &minutes, &used) == 2 ||
		sscanf(s + 1, "%2d%2d%n", &hours, &minutes, &used) == 2) &&
	    !s[1 + used])
		return (s[0] == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
	*ok = false;
	return -1;
}

int yg_time_parse(const char *s, int64_t *out_ms, struct yg_err *err)
{
	struct tm tm = {0};
	int used = 0, ms = 0;
	bool ok = false;

	if (sscanf(s, "%4d-%2d-%2d%*1[Tt ]%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday,
		&tm.tm_hour, &tm.tm_min, &tm.tm_sec, &used) == 6 &&
	    used) {
		const char *p = s + used;
		if (*p == '.')
			for (int scale = 100; *++p >= '0' && *p <= '9'; scale /= 10)
				ms += (*p - '0') * scale;
		long offset = parse_offset(p, &ok);
		tm.tm_year -= 1900;
		tm.tm_mon -= 1;
		if (ok)
			*out_ms = ((int64_t)timegm(&tm) - offset) * 1000 + ms;
	}
	if (!ok)
		return yg_err_set(
		    err, YG_E_INVALID, "time '%s': write it like 2026-01-15T10:42:07Z", s);
	return 0;
}

const char *yg_time_iso(int64_t ms, char *buf, size_t size)
{
	time_t secs = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&secs, &tm);
	if (!strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
		buf[0] = '\0';
	return buf;
}
