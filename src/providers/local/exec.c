/* exec: a shell or a command on this machine, as a stream of its host's row. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/pty.h"
#include "providers/local/local.h"

struct local_exec {
	struct yg_stream base; /* first */
	struct yg_pty *pty;
};

static struct local_exec *exec_of(struct yg_stream *s)
{
	return yg_container_of(s, struct local_exec, base);
}

static void on_bytes(void *data, int from, const char *bytes, size_t len)
{
	struct local_exec *e = data;

	e->base.request.bytes(e->base.request.data, from, bytes, len);
}

static void on_end(void *data, int exit_code)
{
	struct local_exec *e = data;

	e->pty = NULL;
	yg_stream_end(&e->base, exit_code, NULL);
}

static bool exec_write(struct yg_stream *s, const char *bytes, size_t len)
{
	return yg_pty_write(exec_of(s)->pty, bytes, len);
}

static void exec_resize(struct yg_stream *s, int cols, int rows)
{
	yg_pty_resize(exec_of(s)->pty, cols, rows);
}

static void exec_pause(struct yg_stream *s, bool on)
{
	yg_pty_pause(exec_of(s)->pty, on);
}

static void exec_eof(struct yg_stream *s)
{
	yg_pty_eof(exec_of(s)->pty);
}

static size_t exec_pending(struct yg_stream *s)
{
	return yg_pty_pending(exec_of(s)->pty);
}

static void exec_close(struct yg_stream *s)
{
	yg_pty_close(exec_of(s)->pty);
	free(exec_of(s));
}

static const struct yg_stream_ops exec_ops = {
    .size = sizeof(struct yg_stream_ops),
    .write = exec_write,
    .resize = exec_resize,
    .pause = exec_pause,
    .close = exec_close,
    .eof = exec_eof,
    .pending = exec_pending,
};

static const char *user_shell(void)
{
	const char *shell = getenv("SHELL");
	const struct passwd *user = shell && shell[0] ? NULL : getpwuid(getuid());

	if (user)
		shell = user->pw_shell;
	return shell && shell[0] ? shell : "/bin/sh";
}

int local_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	const char *const shell[] = {user_shell(), NULL};

	if (request->what != YG_STREAM_EXEC || row->kind != &yg_kind_host)
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "%s '%s': only a shell on the host can be opened here", row->kind->name,
		    yg_row_name(row));
	struct local_exec *e = yg_xcalloc(1, sizeof(*e));
	struct yg_pty_setup setup = {
	    .argv = request->argv ? request->argv : shell,
	    .is_tty = request->is_tty,
	    .cols = request->cols,
	    .rows = request->rows,
	    .bytes = on_bytes,
	    .end = on_end,
	    .data = e,
	};
	int rc = yg_pty_open(c->loop, &setup, &e->pty, err);
	if (rc) {
		free(e);
		return yg_err_wrap(err, "host '%s'", yg_row_name(row));
	}
	yg_stream_begin(&e->base, &exec_ops, c, request);
	*out = &e->base;
	return 0;
}
