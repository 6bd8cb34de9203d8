/* inside: a stream of a row on our own standard input and output, for verbs. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/inside.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "net/loop.h"

#define LEAVE_KEY  0x1d /* Ctrl-] */
#define READ_BYTES ((size_t)32 << 10)
#define PENDING_MAX                                                                  \
	((size_t)256 << 10) /* what the far side has not taken: then we read no more \
			     */
#define AGAIN_MS    5
#define INTERRUPTED 130
#define HANGUP      129

struct session {
	struct yg_cli *cli;
	const struct yg_inside *inside;
	uint32_t slot;
	struct yg_stream *stream; /* NULL: none yet, or it ended */
	struct yg_fd_watch *input;
	struct yg_timer *again;
	bool is_raw, is_over, is_input_over, is_left;
	int code;
	struct yg_err err;
};

/* ---- the terminal ---- */

/* What a crash needs: handlers may use tcsetattr() and little else. */
static struct {
	struct termios saved;
	volatile sig_atomic_t is_raw;
} terminal;

static void restore(void)
{
	if (terminal.is_raw) {
		terminal.is_raw = 0;
		tcsetattr(STDIN_FILENO, TCSANOW, &terminal.saved);
	}
}

static void on_crash(int signum)
{
	restore();
	signal(signum, SIG_DFL);
	raise(signum);
}

static void make_raw(struct session *s)
{
	static const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGQUIT};
	struct termios raw;

	if (!s->inside->is_tty || tcgetattr(STDIN_FILENO, &terminal.saved))
		return;
	raw = terminal.saved;
	cfmakeraw(&raw);
	for (size_t i = 0; i < YG_COUNT(crashes); i++)
		signal(crashes[i], on_crash);
	terminal.is_raw = 1;
	s->is_raw = true;
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

static void terminal_size(int *out_cols, int *out_rows)
{
	struct winsize size = {0};

	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col || !size.ws_row)
		size = (struct winsize){.ws_col = 80, .ws_row = 24};
	*out_cols = size.ws_col;
	*out_rows = size.ws_row;
}

static void on_resize(void *data, int signum)
{
	struct session *s = data;
	int cols, rows;

	terminal_size(&cols, &rows);
	yg_stream_resize(s->stream, cols, rows);
}

/* ---- what comes ---- */

/* As it is, as ssh does: what reads it is the user's own terminal, or a script. */
static void on_bytes(void *data, int from, const char *bytes, size_t len)
{
	struct session *s = data;
	int fd = from == 2 ? STDERR_FILENO : STDOUT_FILENO;
	struct pollfd ready = {.fd = fd, .events = POLLOUT};

	while (len > 0 && !s->is_over) {
		ssize_t n = write(fd, bytes, len);
		if (n < 0 && errno == EAGAIN)
			poll(&ready, 1, 1000);
		if (n < 0 && (errno == EINTR || errno == EAGAIN) && !s->cli->host->is_interrupted)
			continue;
		if (n < 0) { /* nobody reads any more */
			s->is_over = true;
			s->code = errno == EPIPE ? YG_EXIT_OK : YG_EXIT_SOME;
			return;
		}
		bytes += n;
		len -= (size_t)n;
	}
}

static void on_end(void *data, int exit_code, const struct yg_err *err)
{
	struct session *s = data;

	s->stream = NULL;
	s->is_over = true;
	s->code = exit_code < 0 ? YG_EXIT_OK : exit_code;
	if (err)
		s->err = *err;
}

static void on_open(void *data)
{
	struct session *s = data;

	if (s->is_raw)
		fprintf(stderr, "connected to %s; Ctrl-] leaves it\r\n", s->inside->word);
}

/* ---- what goes ---- */

static void on_again(void *data);

static void input_over(struct session *s)
{
	s->is_input_over = true;
	yg_fd_watch_stop(s->input);
	s->input = NULL;
	if (s->is_raw)
		s->is_over = true; /* our terminal is gone */
	else
		yg_stream_eof(s->stream);
}

static void read_input(struct session *s)
{
	char bytes[READ_BYTES];
	ssize_t n = read(STDIN_FILENO, bytes, sizeof(bytes));

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		input_over(s);
		return;
	}
	const char *leave = s->is_raw ? memchr(bytes, LEAVE_KEY, (size_t)n) : NULL;
	yg_stream_write(s->stream, bytes, leave ? (size_t)(leave - bytes) : (size_t)n);
	s->is_left |= leave != NULL;
	s->is_over |= leave != NULL;
}

/* What cannot be watched (a file) is read when its turn comes; what the far side does not take
 * yet is waited for. */
static void go_on(struct session *s)
{
	bool is_full = yg_stream_pending(s->stream) >= PENDING_MAX;

	if (s->is_input_over || s->again)
		return;
	if (s->input)
		yg_fd_watch_change(s->input, is_full ? 0 : YG_READABLE);
	if (is_full || !s->input)
		s->again =
		    yg_timer_start(s->cli->host->loop, is_full ? AGAIN_MS : 0, 0, on_again, s);
}

static void on_again(void *data)
{
	struct session *s = data;

	yg_timer_stop(s->again);
	s->again = NULL;
	if (!s->stream || s->is_over)
		return;
	if (!s->input && yg_stream_pending(s->stream) < PENDING_MAX)
		read_input(s);
	go_on(s);
}

static void on_input(void *data, int events)
{
	struct session *s = data;

	if (s->stream && !s->is_over) {
		read_input(s);
		go_on(s);
	}
}

static void start_input(struct session *s)
{
	if (!s->inside->has_input) {
		s->is_input_over = true;
		yg_stream_eof(s->stream);
		return;
	}
	s->input = yg_fd_watch_start(s->cli->host->loop, STDIN_FILENO, YG_READABLE, on_input, s);
	go_on(s);
}

/* ---- the whole ---- */

static void on_hangup(void *data, int signum)
{
	struct session *s = data;

	s->code = HANGUP;
	s->is_over = true;
}

static int end_session(struct session *s)
{
	yg_fd_watch_stop(s->input);
	yg_timer_stop(s->again);
	yg_stream_close(s->stream);
	restore();
	if (s->is_left)
		fprintf(stderr, "\nleft %s\n", s->inside->word);
	else if (s->err.code)
		return yg_cli_fail(s->cli, &s->err);
	else if (s->cli->host->is_interrupted)
		return INTERRUPTED;
	return s->code;
}

static int carry(struct session *s)
{
	struct yg_host *host = s->cli->host;
	struct yg_stream_request request = {
	    .what = s->inside->what,
	    .argv = s->inside->argv,
	    .is_tty = s->inside->is_tty,
	    .is_forced = s->inside->is_forced,
	    .open = on_open,
	    .bytes = on_bytes,
	    .end = on_end,
	    .data = s,
	};

	terminal_size(&request.cols, &request.rows);
	yg_feed_watch_signals(host);
	yg_loop_on_signal(host->loop, SIGHUP, on_hangup, s);
	yg_loop_on_signal(host->loop, SIGWINCH, on_resize, s);
	if (yg_host_stream(host, s->slot, &request, &s->stream, &s->err))
		return s->err.code;
	make_raw(s);
	start_input(s);
	while (!s->is_over && !host->is_interrupted)
		yg_loop_turn(host->loop, 60000);
	return 0;
}

/* The one row that the word means; YG_NO_SLOT after a word about why not, with *out_code. */
static uint32_t find_row(struct yg_cli *cli, const char *word, int *out_code)
{
	struct yg_pick pick;
	struct yg_picked rows = {0};
	struct yg_err err = {0};
	int64_t timeout_ms;
	uint32_t slot = YG_NO_SLOT;

	if (yg_cli_timeout(cli, &timeout_ms, &err) || yg_pick_parse(word, &pick, &err)) {
		*out_code = yg_cli_fail(cli, &err);
		return YG_NO_SLOT;
	}
	if (!pick.name) {
		*out_code = yg_cli_usage(
		    cli, "which %s? write %s/NAME", pick.kind->plural, pick.kind->name);
		return YG_NO_SLOT;
	}
	*out_code = yg_cli_settle(cli, yg_kind_bit(pick.kind), false, timeout_ms);
	if (*out_code == YG_EXIT_INTERRUPTED)
		return YG_NO_SLOT;
	yg_pick_rows(cli->host, &pick, NULL, &rows);
	if (rows.count == 1) {
		slot = rows.items[0];
	} else if (rows.count) {
		yg_cli_say(cli, "%zu %s are called %s: say which, %s/CONTROLLER/NAME or %s/ID",
		    rows.count, pick.kind->plural, pick.name, pick.kind->name, pick.kind->name);
		*out_code = YG_EXIT_USAGE;
	} else if (!*out_code) {
		yg_cli_say(cli, "nothing matches %s", word);
		*out_code = YG_EXIT_NONE;
	}
	yg_vec_done(&rows);
	return slot;
}

int yg_inside_run(struct yg_cli *cli, const struct yg_inside *inside)
{
	struct yg_inside mine = *inside;
	struct session s = {.cli = cli, .inside = &mine};
	int code = yg_cli_open(cli);

	if (code)
		return code;
	if (cli->host->is_read_only) {
		yg_cli_say(cli, "%s: read-only: nothing is changed, so nothing is typed into",
		    cli->verb->name);
		return YG_EXIT_REFUSED;
	}
	mine.is_tty = inside->is_tty && isatty(STDIN_FILENO);
	s.slot = find_row(cli, inside->word, &code);
	if (s.slot == YG_NO_SLOT)
		return code;
	carry(&s);
	return end_session(&s);
}
