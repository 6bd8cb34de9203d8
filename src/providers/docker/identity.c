/* identity: who answers behind a socket of this machine, remembered: an engine starts three
 * programs before it tells, which takes as long as half its list of containers. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/docker.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

#define MAX_AGE_MS (3600 * 1000)
#define MAX_BYTES  2048

/* The socket's own mark: an engine that is started anew makes its socket anew. NULL: there is none.
 * The caller frees. */
static char *mark_of(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return NULL;
	return yg_xasprintf("%llx %llx %lld.%09ld", (unsigned long long)st.st_dev,
	    (unsigned long long)st.st_ino, (long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

/* ~/.cache/yagura; the caller frees. NULL: no home. */
static char *folder(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (cache && cache[0] == '/')
		return yg_xasprintf("%s/yagura", cache);
	return home && home[0] == '/' ? yg_xasprintf("%s/.cache/yagura", home) : NULL;
}

static char *file_of(const char *path)
{
	char *in = folder();
	char *file = in ? yg_xasprintf("%s/docker-%08x", in, yg_hash(path, strlen(path), 7)) : NULL;

	free(in);
	return file;
}

/* The whole file, if it is ours and not old; the caller frees. */
static char *read_ours(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char text[MAX_BYTES];
	struct stat st;

	if (fd < 0)
		return NULL;
	bool is_ours = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
		       !(st.st_mode & 022);
	ssize_t n = is_ours ? read(fd, text, sizeof(text)) : -1;
	close(fd);
	int64_t age = yg_now_ms() - (int64_t)st.st_mtim.tv_sec * 1000;
	if (n <= 0 || n == sizeof(text) || age < -1000 || age > MAX_AGE_MS)
		return NULL;
	return yg_xstrndup(text, (size_t)n);
}

/* The next line of the text at *p, ended by NUL; NULL if there is none. */
static char *next_line(char **p)
{
	char *line = *p, *eol = line ? strchr(line, '\n') : NULL;

	if (!eol)
		return NULL;
	*eol = '\0';
	*p = eol + 1;
	return line;
}

void docker_identity_load(struct docker *d)
{
	char *mark = d->socket ? mark_of(d->socket) : NULL;
	char *file = mark ? file_of(d->socket) : NULL;
	char *text = file ? read_ours(file) : NULL, *p = text;
	const char *path = next_line(&p), *was = next_line(&p);
	const char *id = next_line(&p), *name = next_line(&p);

	if (name && name[0] && id[0] && yg_streq(path, d->socket) && yg_streq(was, mark)) {
		d->site.host_id = yg_xstrdup(id);
		d->site.host_name = yg_xstrdup(name);
	}
	free(text);
	free(file);
	free(mark);
}

static void write_file(const char *file, const struct yg_buf *text)
{
	char *fresh = yg_xasprintf("%s.%ld", file, (long)getpid());
	int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_whole = fd >= 0 && write(fd, text->data, text->len) == (ssize_t)text->len;

	if (fd >= 0)
		close(fd);
	if (!is_whole || rename(fresh, file))
		unlink(fresh);
	free(fresh);
}

/* What cannot be written is asked for the next time: no error. */
void docker_identity_save(struct docker *d)
{
	char *mark = d->socket ? mark_of(d->socket) : NULL;
	char *file = mark ? file_of(d->socket) : NULL, *in = folder();
	struct yg_buf text = {.max = MAX_BYTES - 1};

	if (file && !strpbrk(d->site.host_id, "\n") && !strpbrk(d->site.host_name, "\n")) {
		*strrchr(in, '/') = '\0';
		mkdir(in, 0700);
		in[strlen(in)] = '/';
		mkdir(in, 0700);
		yg_buf_printf(
		    &text, "%s\n%s\n%s\n%s\n", d->socket, mark, d->site.host_id, d->site.host_name);
		if (!text.is_full)
			write_file(file, &text);
	}
	yg_buf_done(&text);
	free(in);
	free(file);
	free(mark);
}
