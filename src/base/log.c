/* log: lines to a file, never to the terminal. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

#define LOG_LINE_MAX 1024

static struct {
	pthread_mutex_t lock;
	int fd;
	char trace[128];
} sink = {.lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1};

int yg_log_open(const char *path, const char *trace, struct yg_err *err)
{
	int fd = -1;

	if (path) {
		fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0)
			return yg_err_set(err, YG_E_FAILED, "log file '%s': cannot be opened (%s)",
			    path, strerror(errno));
	}
	pthread_mutex_lock(&sink.lock);
	if (sink.fd >= 0)
		close(sink.fd);
	sink.fd = fd;
	snprintf(sink.trace, sizeof(sink.trace), "%s", trace ? trace : "");
	pthread_mutex_unlock(&sink.lock);
	return 0;
}

/* true if the comma-separated list names room, or is "all". */
static bool is_traced(const char *list, const char *room)
{
	size_t len = strlen(room);

	for (const char *p = list; p && *p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if ((strncmp(p, room, len) == 0 && (p[len] == ',' || !p[len])) ||
		    yg_streq(p, "all"))
			return true;
	return false;
}

/* Control bytes become '?', so that a log can be read with cat. */
static void harmless(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			*s = '?';
}

void yg_log(const char *room, enum yg_log_level level, const char *fmt, ...)
{
	static const char *const names[] = {"ERR", "WARN", "INFO", "DEBUG"};
	char line[LOG_LINE_MAX], when[32];
	va_list ap;

	if (sink.fd < 0 || (level == YG_LOG_DEBUG && !is_traced(sink.trace, room)))
		return;
	int n = snprintf(line, sizeof(line),
	    "%s %-5s %s: ", yg_time_iso(yg_now_ms(), when, sizeof(when)), names[level], room);
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	harmless(line);
	size_t len = strlen(line);
	line[len++] = '\n';
	pthread_mutex_lock(&sink.lock);
	if (sink.fd >= 0 && write(sink.fd, line, len) < 0)
		sink.trace[0] = '\0';
	pthread_mutex_unlock(&sink.lock);
}
