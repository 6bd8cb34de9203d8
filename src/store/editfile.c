/* editfile: reads the file that is edited, and puts the new text in its place. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/edit.h"
#include "store/yaml.h"

static int cannot_read(const struct yg_edit *e, struct yg_err *err)
{
	return yg_err_set(err, YG_E_FAILED, "%s: cannot be read: %s", e->path, strerror(errno));
}

static int cannot_write(const struct yg_edit *e, struct yg_err *err)
{
	return yg_err_set(err, YG_E_FAILED, "%s: cannot be written: %s", e->path, strerror(errno));
}

static bool read_fd(int fd, struct yg_buf *out)
{
	char part[16384];
	ssize_t n;

	while ((n = read(fd, part, sizeof(part))) != 0) {
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			yg_buf_add(out, part, (size_t)n);
		if (out->is_full) {
			errno = EFBIG;
			return false;
		}
	}
	return true;
}

/* A pipe would be read once and then be gone: only a file can be edited. */
static int read_file(
    const struct yg_edit *e, struct yg_buf *out, struct stat *st, struct yg_err *err)
{
	int fd = open(e->real, O_RDONLY | O_CLOEXEC | O_NONBLOCK), rc = 0;

	*out = (struct yg_buf){.max = YG_YAML_BYTES};
	if (fd < 0 || fstat(fd, st) < 0)
		rc = cannot_read(e, err);
	else if (!S_ISREG(st->st_mode))
		rc = yg_err_set(err, YG_E_INVALID, "%s: it is no regular file", e->path);
	else if (!read_fd(fd, out))
		rc = cannot_read(e, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

int yg_edit_open(const char *path, struct yg_edit **out, struct yg_err *err)
{
	struct yg_edit *e = yg_xcalloc(1, sizeof(*e));
	struct stat st = {0};
	int rc = 0;

	e->path = yg_xstrdup(path);
	e->real = realpath(path, NULL);
	e->is_new = !e->real && errno == ENOENT;
	if (!e->real && !e->is_new)
		rc = cannot_read(e, err);
	else if (e->is_new)
		e->real = yg_xstrdup(path);
	else
		rc = read_file(e, &e->before, &st, err);
	e->mode = st.st_mode & 07777;
	e->uid = st.st_uid;
	e->gid = st.st_gid;
	if (rc)
		yg_edit_free(e);
	else
		*out = e;
	return rc;
}

void yg_edit_free(struct yg_edit *e)
{
	if (!e)
		return;
	yg_buf_done(&e->before);
	yg_buf_done(&e->after);
	free(e->path);
	free(e->real);
	free(e);
}

/* The folders down to the file, if they are not there; what fails shows when the file is made. */
static void make_folders(const char *path)
{
	char *copy = yg_xstrdup(path);

	for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

static bool write_fd(int fd, const struct yg_buf *text)
{
	for (size_t done = 0; done < text->len;) {
		ssize_t n = write(fd, text->data + done, text->len - done);
		if (n < 0 && errno != EINTR)
			return false;
		done += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* Whose it was and who may read it; a group that is not ours to give is left. */
static bool keep_mode(const struct yg_edit *e, int fd)
{
	if (e->is_new)
		return true; /* 0600, as it was made */
	if (fchown(fd, e->uid, e->gid) < 0 && e->uid != geteuid())
		return false;
	return fchmod(fd, e->mode) == 0;
}

static int changed(const struct yg_edit *e, struct yg_err *err)
{
	return yg_err_set(err, YG_E_FAILED,
	    "%s: it was changed by somebody else meanwhile; nothing is written, try again",
	    e->path);
}

/* 0 if the file is still what was read. */
static int check_same(const struct yg_edit *e, struct yg_err *err)
{
	struct yg_buf now = {0};
	struct stat st;

	if (e->is_new)
		return access(e->real, F_OK) == 0 ? changed(e, err) : 0;
	int rc = read_file(e, &now, &st, NULL);
	bool is_it = !rc && now.len == e->before.len &&
		     memcmp(yg_buf_text(&now), yg_buf_text(&e->before), now.len) == 0;
	yg_buf_done(&now);
	return is_it ? 0 : changed(e, err);
}

/* A new file is linked, so that one that came up meanwhile is never overwritten. */
static int put_in_place(const struct yg_edit *e, const char *other, struct yg_err *err)
{
	int rc = check_same(e, err);

	if (rc)
		return rc;
	if (e->is_new && link(other, e->real) == 0) {
		unlink(other);
		return 0;
	}
	if (e->is_new && errno == EEXIST)
		return changed(e, err);
	return rename(other, e->real) < 0 ? cannot_write(e, err) : 0;
}

/* The name, too, is on the disk before we say so. What a file system cannot do is not our fault. */
static void sync_folder(const char *path)
{
	char *folder = yg_xstrdup(path), *slash = strrchr(folder, '/');

	if (slash)
		slash[slash == folder] = '\0';
	int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

int yg_edit_save(const struct yg_edit *e, struct yg_err *err)
{
	if (e->is_new)
		make_folders(e->real);
	char *other = yg_xasprintf("%s.XXXXXX", e->real);
	int rc = 0, fd = mkostemp(other, O_CLOEXEC);

	if (fd < 0)
		rc = cannot_write(e, err);
	else if (!write_fd(fd, &e->after) || !keep_mode(e, fd) || fsync(fd) < 0)
		rc = cannot_write(e, err);
	else
		rc = put_in_place(e, other, err);
	if (fd >= 0) {
		close(fd);
		if (rc)
			unlink(other);
	}
	if (!rc)
		sync_folder(e->real);
	free(other);
	return rc;
}
