/* pty: a command of this machine, in a terminal of its own or on pipes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/loop.h"

#define READ_BYTES ((size_t)64 << 10) /* at a time: others have their turn between */
#define LAST_READS 64                 /* of what is left when it has ended */

/* One of its descriptors on our side. */
struct end {
	struct yg_pty *pty;
	int from, fd; /* -1: closed */
	struct yg_fd_watch *watch;
};

struct yg_pty {
	struct yg_loop *loop;
	struct yg_pty_setup setup;
	pid_t pid;
	int pidfd;
	struct yg_fd_watch *exit_watch;
	struct end out, err;          /* a terminal has only out, in both directions */
	int in;                       /* what is written to: out's, or a pipe's; -1: closed */
	struct yg_fd_watch *in_watch; /* of a pipe that takes no more now */
	struct yg_buf pending;
	size_t sent;
	bool is_eof_wanted, is_paused;
	bool is_closed; /* waits for the command's end only */
};

/* ---- descriptors ---- */

static void end_close(struct end *e)
{
	yg_fd_watch_stop(e->watch);
	e->watch = NULL;
	if (e->fd >= 0)
		close(e->fd);
	e->fd = -1;
}

static void in_close(struct yg_pty *p)
{
	yg_fd_watch_stop(p->in_watch);
	p->in_watch = NULL;
	if (p->in >= 0 && !p->setup.is_tty)
		close(p->in);
	p->in = -1;
}

static void close_all(struct yg_pty *p)
{
	in_close(p);
	end_close(&p->out);
	end_close(&p->err);
	yg_buf_done(&p->pending);
}

static void pty_free(struct yg_pty *p)
{
	close_all(p);
	yg_fd_watch_stop(p->exit_watch);
	if (p->pidfd >= 0)
		close(p->pidfd);
	free(p);
}

/* ---- what it writes ---- */

static void watch_out(struct end *e)
{
	int events = e->pty->is_paused ? 0 : YG_READABLE;

	if (e->pty->setup.is_tty && e->pty->sent < e->pty->pending.len)
		events |= YG_WRITABLE;
	if (e->watch)
		yg_fd_watch_change(e->watch, events);
}

/* false: nothing more for now, or for ever. The callback may close the pty. */
static bool read_some(struct end *e)
{
	char bytes[READ_BYTES];
	ssize_t n = read(e->fd, bytes, sizeof(bytes));

	if (n > 0) {
		e->pty->setup.bytes(e->pty->setup.data, e->from, bytes, (size_t)n);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (e->pty->setup.is_tty) /* EIO: nobody has the other side open */
		e->pty->in = -1;
	end_close(e);
	return false;
}

static void write_out(struct yg_pty *p)
{
	while (p->in >= 0 && p->sent < p->pending.len) {
		ssize_t n = write(p->in, p->pending.data + p->sent, p->pending.len - p->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		if (n < 0) {
			in_close(p);
			break;
		}
		p->sent += (size_t)n;
	}
	if (p->in < 0 || p->sent == p->pending.len) {
		yg_buf_clear(&p->pending);
		p->sent = 0;
		if (p->is_eof_wanted && !p->setup.is_tty)
			in_close(p);
	}
}

static void on_in_ready(void *data, int events);

static void watch_in(struct yg_pty *p)
{
	if (p->setup.is_tty) {
		watch_out(&p->out);
		return;
	}
	bool is_waiting = p->in >= 0 && p->sent < p->pending.len;
	if (is_waiting && !p->in_watch)
		p->in_watch = yg_fd_watch_start(p->loop, p->in, YG_WRITABLE, on_in_ready, p);
	else if (!is_waiting && p->in_watch) {
		yg_fd_watch_stop(p->in_watch);
		p->in_watch = NULL;
	}
}

static void on_in_ready(void *data, int events)
{
	write_out(data);
	watch_in(data);
}

static void on_out_ready(void *data, int events)
{
	struct end *e = data;
	struct yg_pty *p = e->pty;

	if (events & YG_WRITABLE && p->setup.is_tty) {
		write_out(p);
		watch_out(e);
	}
	if (events & YG_READABLE && !p->is_paused && e->fd >= 0)
		read_some(e);
}

/* ---- the end ---- */

static int exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What it wrote last is still to be read. Others that it left behind may go on writing: they do not
 * hold us. */
static void read_last(struct yg_pty *p)
{
	for (int i = 0; i < LAST_READS && !p->is_closed && p->out.fd >= 0; i++)
		if (!read_some(&p->out))
			break;
	for (int i = 0; i < LAST_READS && !p->is_closed && p->err.fd >= 0; i++)
		if (!read_some(&p->err))
			break;
}

static void on_exit_ready(void *data, int events)
{
	struct yg_pty *p = data;
	int status;

	if (p->is_paused && !p->is_closed) { /* it is told when the rest may be told */
		yg_fd_watch_change(p->exit_watch, 0);
		return;
	}
	pid_t got = waitpid(p->pid, &status, WNOHANG);
	if (got == 0 || (got < 0 && errno == EINTR))
		return;
	int code = got < 0 ? -1 : exit_code(status);
	read_last(p);
	bool is_closed = p->is_closed;
	struct yg_pty_setup setup = p->setup;
	pty_free(p);
	if (!is_closed)
		setup.end(setup.data, code);
}

/* ---- the beginning ---- */

/* What a terminal of ours can do, instead of what the one that we run in can. The caller frees the
 * list, not the texts. */
static char **environment(bool is_tty)
{
	static char term[] = "TERM=xterm-256color";
	size_t n = 0, at = 0;

	while (environ[n])
		n++;
	char **env = yg_xcalloc(n + 2, sizeof(*env));
	for (size_t i = 0; i < n; i++) {
		bool is_ours = yg_starts_with(environ[i], "TERM=") ||
			       yg_starts_with(environ[i], "COLUMNS=") ||
			       yg_starts_with(environ[i], "LINES=");
		if (!is_tty || !is_ours)
			env[at++] = environ[i];
	}
	if (is_tty)
		env[at++] = term;
	return env;
}

/* A terminal's other side is opened by the new session's leader, and so becomes its own. */
static int spawn(struct yg_pty *p, const char *tty, const int pipes[3], struct yg_err *err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char **env = environment(p->setup.is_tty);

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(
	    &attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	for (int fd = 0; fd < 3; fd++)
		if (!tty)
			posix_spawn_file_actions_adddup2(&files, pipes[fd], fd);
		else if (fd == 0)
			posix_spawn_file_actions_addopen(&files, 0, tty, O_RDWR, 0);
		else
			posix_spawn_file_actions_adddup2(&files, 0, fd);
	posix_spawn_file_actions_addclosefrom_np(&files, 3);
	int rc = posix_spawnp(
	    &p->pid, p->setup.argv[0], &files, &attr, (char *const *)(uintptr_t)p->setup.argv, env);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	free(env);
	if (rc)
		return yg_err_set(err, rc == ENOENT ? YG_E_NOTFOUND : YG_E_FAILED,
		    "'%s': cannot be started: %s", p->setup.argv[0], strerror(rc));
	return 0;
}

static int open_tty(struct yg_pty *p, struct yg_err *err)
{
	char name[64];

	p->out.fd = p->in = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (p->in < 0 || grantpt(p->in) || unlockpt(p->in) || ptsname_r(p->in, name, sizeof(name)))
		return yg_err_set(
		    err, YG_E_FAILED, "no terminal can be made here: %s", strerror(errno));
	yg_pty_resize(p, p->setup.cols, p->setup.rows);
	return spawn(p, name, NULL, err);
}

static int open_pipes(struct yg_pty *p, struct yg_err *err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1}, rc;

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(errors, O_CLOEXEC)) {
		rc = yg_err_set(err, YG_E_FAILED, "no pipe can be made: %s", strerror(errno));
	} else {
		rc = spawn(p, NULL, (const int[]){in[0], out[1], errors[1]}, err);
		fcntl(in[1], F_SETFL, O_NONBLOCK);
		fcntl(out[0], F_SETFL, O_NONBLOCK);
		fcntl(errors[0], F_SETFL, O_NONBLOCK);
	}
	p->in = in[1];
	p->out.fd = out[0];
	p->err.fd = errors[0];
	for (int i = 0; i < 3; i++) {
		int theirs = i == 0 ? in[0] : i == 1 ? out[1] : errors[1];
		if (theirs >= 0)
			close(theirs);
	}
	return rc;
}

int yg_pty_open(
    struct yg_loop *loop, const struct yg_pty_setup *setup, struct yg_pty **out, struct yg_err *err)
{
	struct yg_pty *p = yg_xcalloc(1, sizeof(*p));

	p->loop = loop;
	p->setup = *setup;
	p->pidfd = p->in = -1;
	p->out = (struct end){.pty = p, .from = 1, .fd = -1};
	p->err = (struct end){.pty = p, .from = 2, .fd = -1};
	p->pending.max = YG_PTY_PENDING_MAX;
	int rc = setup->is_tty ? open_tty(p, err) : open_pipes(p, err);
	if (rc) {
		pty_free(p);
		return rc;
	}
	p->setup.argv = NULL; /* the caller's */
	p->pidfd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (p->pidfd >= 0)
		fcntl(p->pidfd, F_SETFD, FD_CLOEXEC);
	p->exit_watch = yg_fd_watch_start(loop, p->pidfd, YG_READABLE, on_exit_ready, p);
	p->out.watch = yg_fd_watch_start(loop, p->out.fd, YG_READABLE, on_out_ready, &p->out);
	if (p->err.fd >= 0)
		p->err.watch =
		    yg_fd_watch_start(loop, p->err.fd, YG_READABLE, on_out_ready, &p->err);
	*out = p;
	return 0;
}

bool yg_pty_write(struct yg_pty *p, const char *bytes, size_t len)
{
	if (p->in < 0 || p->is_eof_wanted)
		return false;
	p->pending.is_full = false;
	if (p->sent > 0) {
		memmove(p->pending.data, p->pending.data + p->sent, p->pending.len - p->sent);
		p->pending.len -= p->sent;
		p->sent = 0;
	}
	yg_buf_add(&p->pending, bytes, len);
	bool is_whole = !p->pending.is_full;
	write_out(p);
	watch_in(p);
	return is_whole;
}

size_t yg_pty_pending(const struct yg_pty *p)
{
	return p->pending.len - p->sent;
}

void yg_pty_eof(struct yg_pty *p)
{
	p->is_eof_wanted = true;
	write_out(p);
	watch_in(p);
}

void yg_pty_resize(struct yg_pty *p, int cols, int rows)
{
	struct winsize size = {.ws_col = (unsigned short)cols, .ws_row = (unsigned short)rows};

	if (p->setup.is_tty && p->out.fd >= 0)
		ioctl(p->out.fd, TIOCSWINSZ, &size);
}

void yg_pty_pause(struct yg_pty *p, bool on)
{
	p->is_paused = on;
	watch_out(&p->out);
	watch_out(&p->err);
	if (!on && p->exit_watch)
		yg_fd_watch_change(p->exit_watch, YG_READABLE);
}

void yg_pty_close(struct yg_pty *p)
{
	if (!p)
		return;
	p->is_closed = true;
	if (!p->setup.is_tty)
		kill(-p->pid, SIGHUP); /* its session's; nobody has waited for it yet */
	close_all(p);
	if (p->exit_watch)
		yg_fd_watch_change(p->exit_watch, YG_READABLE);
	else
		pty_free(p);
}
