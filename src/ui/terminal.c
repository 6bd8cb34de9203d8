/* terminal: the only file with curses. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/terminal.h"

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "ui/truecolour.h"

/* Not in terminfo, but for the scrolling region (DECSTBM: all of the screen again; curses sets one
 * when it starts and leaves it to the shell): mouse clicks and wheel in SGR coordinates, bracketed
 * paste. From the terminals' own documentation (xterm ctlseqs). */
#define MODES_ON  "\033[?1000h\033[?1006h\033[?2004h"
#define MODES_OFF "\033[r\033[?2004l\033[?1006l\033[?1000l"

/* CAN ends a sequence that was sent in part only: ECMA-48, xterm ctlseqs. */
#define CANCEL "\030"

#define LEAVE_MS 3000 /* a slow terminal is waited for so long at the end */
#define CRASH_MS 1000 /* and for so long by a crash */

#define N_STYLES (YG_ST_COUNT * 4) /* each with and without SELECTED and STRONG */

/* Pairs of a far side's colours: of those that curses has (256 to 65,536) it may fill no more than
 * these, so that the theme's are never taken away. */
#define FAR_PAIRS_MAX 4096
#define FAR_COLOURS   257 /* the terminal's own, and 256 */

/* Curses writes into a file in memory, never to the terminal: a write to a slow or stopped terminal
 * would block the loop. What it wrote is sent on by yg_terminal_flush(), as the terminal takes it.
 */
struct yg_terminal {
	SCREEN *screen;
	FILE *file;            /* what curses writes to */
	int tty;               /* our own way to the terminal, not blocking */
	struct yg_buf pending; /* written by curses, not yet sent */
	size_t sent;
	struct yg_grid shown; /* what the terminal shows */
	bool is_blank;        /* shown is not to be trusted */
	struct yg_truecolour colours;
	bool has_colour;
	attr_t attrs[N_STYLES];
	int pairs[N_STYLES];
	int *far_pairs; /* FAR_COLOURS * FAR_COLOURS, 0: none yet; NULL until one is needed */
	int n_far_pairs;
	bool has_too_many; /* pairs: forget them before the next picture */
	cchar_t *line;
	int cursor_x, cursor_y;
};

/* What a crash needs: handlers may use write() and tcsetattr() and nothing else. */
static struct {
	struct termios saved;
	char restore[256];
	size_t restore_len;
	int tty;
	int messages; /* standard error as it was; -1: it was left alone */
	volatile sig_atomic_t is_taken;
} crash = {.messages = -1};

static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGSYS};

/* A terminal that takes nothing must not keep a crash from ending. poll() too is safe here. */
static void restore_screen(void)
{
	struct pollfd ready = {.fd = crash.tty, .events = POLLOUT};
	size_t at = 0;

	for (int waited = 0; at < crash.restore_len && waited < CRASH_MS; waited += 50) {
		poll(&ready, 1, 50);
		ssize_t n = write(crash.tty, crash.restore + at, crash.restore_len - at);
		at += n > 0 ? (size_t)n : 0;
	}
}

static void on_crash(int signum)
{
	if (crash.is_taken) {
		crash.is_taken = 0;
		restore_screen();
		if (crash.messages >= 0)
			dup2(crash.messages, STDERR_FILENO);
		tcsetattr(STDIN_FILENO, TCSANOW, &crash.saved);
	}
	signal(signum, SIG_DFL);
	raise(signum);
}

static void restore_add(const char *sequence)
{
	size_t len = sequence && sequence != (char *)-1 ? strlen(sequence) : 0;

	if (crash.restore_len + len > sizeof(crash.restore))
		return;
	memcpy(crash.restore + crash.restore_len, sequence ? sequence : "", len);
	crash.restore_len += len;
}

static void guard_crashes(int tty)
{
	struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_RESETHAND | SA_NODEFER};

	crash.tty = tty;
	crash.restore_len = 0;
	restore_add(CANCEL);
	restore_add(MODES_OFF);
	restore_add(tigetstr("sgr0"));
	restore_add(tigetstr("cnorm"));
	restore_add(tigetstr("rmkx"));
	restore_add(tigetstr("rmcup"));
	crash.is_taken = 1;
	for (size_t i = 0; i < YG_COUNT(crash_signals); i++)
		sigaction(crash_signals[i], &action, NULL);
}

/* By the environment, not by the C library's locale: that is UTF-8 inside in any case. */
bool yg_terminal_is_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < YG_COUNT(names); i++) {
		const char *value = getenv(names[i]);
		if (value && value[0])
			return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
	}
	return false;
}

/* Takes what curses wrote since the last time. */
static void collect(struct yg_terminal *t)
{
	struct yg_buf written = {0};
	char bytes[8192];
	int fd = fileno(t->file);
	ssize_t n;

	fflush(t->file);
	off_t end = lseek(fd, 0, SEEK_CUR);
	if (t->sent == t->pending.len) {
		yg_buf_clear(&t->pending);
		t->sent = 0;
	}
	for (off_t at = 0; at < end; at += n) {
		n = pread(fd, bytes, (size_t)YG_MIN(end - at, (off_t)sizeof(bytes)), at);
		if (n <= 0)
			break;
		yg_buf_add(t->colours.is_on ? &written : &t->pending, bytes, (size_t)n);
	}
	if (written.len)
		yg_truecolour_rewrite(&t->colours, written.data, written.len, &t->pending);
	yg_buf_done(&written);
	if (end > 0)
		lseek(
		    fd, 0, SEEK_SET); /* the file keeps its pages: the next picture goes over it */
}

bool yg_terminal_flush(struct yg_terminal *t)
{
	collect(t);
	while (t->sent < t->pending.len) {
		ssize_t n = write(t->tty, t->pending.data + t->sent, t->pending.len - t->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0)
			break; /* it is gone: the keyboard will tell */
		t->sent += (size_t)n;
	}
	t->sent = t->pending.len;
	return true;
}

int yg_terminal_fd(const struct yg_terminal *t)
{
	return t->tty;
}

/* For the end: waits for a slow terminal, but not for ever. */
static void flush_and_wait(struct yg_terminal *t)
{
	struct pollfd ready = {.fd = t->tty, .events = POLLOUT};

	for (int waited = 0; !yg_terminal_flush(t) && waited < LEAVE_MS; waited += 50)
		poll(&ready, 1, 50);
}

static void send(struct yg_terminal *t, const char *sequence)
{
	collect(t);
	yg_buf_str(&t->pending, sequence);
}

/* Libraries write what they think of a file to standard error (libxml2 does, below libvirt): over
 * the picture, and curses would not know. While we have the terminal that goes nowhere. */
static void take_messages(void)
{
	int nowhere = isatty(STDERR_FILENO) ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;

	if (nowhere < 0)
		return;
	crash.messages = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (crash.messages >= 0)
		dup2(nowhere, STDERR_FILENO);
	close(nowhere);
}

static void give_messages_back(void)
{
	if (crash.messages < 0)
		return;
	dup2(crash.messages, STDERR_FILENO);
	close(crash.messages);
	crash.messages = -1;
}

/* Keys as they are typed, one by one; curses does not know the terminal, so we set it ourselves. */
static void take(struct yg_terminal *t)
{
	struct termios raw = crash.saved;

	raw.c_iflag &= (tcflag_t) ~(ICRNL | INLCR | IGNCR | ISTRIP | IXON | BRKINT);
	raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | ECHONL | ISIG | IEXTEN);
	raw.c_oflag &= (tcflag_t) ~(OPOST);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	take_messages();
	tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	leaveok(stdscr, FALSE);
	typeahead(-1); /* the loop answers keys before it paints */
	curs_set(0);
	send(t, MODES_ON);
}

/* The terminal once more, so that not blocking is ours alone and not our shell's. */
static int open_tty(void)
{
	const char *name = ttyname(STDOUT_FILENO);
	int fd = name ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;

	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
}

static FILE *open_file(void)
{
	int fd = memfd_create("yagura-screen", MFD_CLOEXEC);

	return fd < 0 ? NULL : fdopen(fd, "w+");
}

/* false: a terminal whose cursor cannot be placed, such as "dumb". */
static bool can_place(void)
{
	int known = 0;

	if (setupterm(NULL, STDOUT_FILENO, &known) != OK)
		return true; /* newterm() says it better */
	const char *place = tigetstr("cup");
	bool can = place && place != (const char *)-1;
	del_curterm(cur_term);
	return can;
}

static bool term_begins_with(const char *const *names, size_t count)
{
	const char *term = getenv("TERM");

	for (size_t i = 0; term && i < count; i++)
		if (yg_starts_with(term, names[i]))
			return true;
	return false;
}

/* These understand what xterm does, and their own entry is not installed everywhere: on a machine
 * that was reached by ssh it is missing. */
static SCREEN *open_screen(FILE *file)
{
	static const char *const likes[] = {
	    "alacritty", "contour", "foot", "ghostty", "kitty", "wezterm", "xterm-"};
	SCREEN *screen = newterm(NULL, file, stdin);

	if (!screen && term_begins_with(likes, YG_COUNT(likes)))
		screen = newterm("xterm-256color", file, stdin);
	return screen;
}

int yg_terminal_open(struct yg_terminal **out, struct yg_err *err)
{
	const char *type = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return yg_err_set(err, YG_E_INVALID,
		    "the console needs a terminal; use 'yagura "
		    "get', or 'yagura screen' for one picture");
	if (!can_place())
		return yg_err_set(err, YG_E_INVALID,
		    "terminal type '%s' cannot show a screen; use 'yagura get', or set TERM",
		    type ? type : "");
	if (tcgetattr(STDIN_FILENO, &crash.saved))
		return yg_err_set(err, YG_E_INVALID, "the terminal cannot be asked for its modes");
	FILE *file = open_file();
	SCREEN *screen = file ? open_screen(file) : NULL;
	if (!screen) {
		if (file)
			fclose(file);
		return yg_err_set(err, YG_E_INVALID,
		    "terminal type '%s' is not known here; set TERM, for example to xterm-256color",
		    type ? type : "");
	}
	struct yg_terminal *t = yg_xcalloc(1, sizeof(*t));
	t->screen = screen;
	t->file = file;
	t->tty = open_tty();
	t->is_blank = true;
	t->cursor_x = t->cursor_y = -1;
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
	yg_terminal_resized(t);
	take(t);
	guard_crashes(t->tty);
	*out = t;
	return 0;
}

/* Nobody will look at what a slow terminal has not taken yet, here or in the kernel: waiting for
 * that would leave no time for what gives the terminal back. */
static void give_up_pictures(struct yg_terminal *t)
{
	if (yg_terminal_flush(t))
		return;
	t->sent = t->pending.len;
	tcflush(t->tty, TCOFLUSH);
	send(t, CANCEL);
}

static void leave(struct yg_terminal *t)
{
	crash.is_taken = 0;
	give_up_pictures(t);
	send(t, MODES_OFF);
	curs_set(1);
	endwin();
	flush_and_wait(t);
	tcsetattr(STDIN_FILENO, TCSANOW, &crash.saved);
	give_messages_back();
}

void yg_terminal_close(struct yg_terminal *t)
{
	if (!t)
		return;
	leave(t);
	delscreen(t->screen);
	fclose(t->file);
	close(t->tty);
	yg_buf_done(&t->pending);
	yg_grid_done(&t->shown);
	free(t->far_pairs);
	free(t->line);
	free(t);
}

void yg_terminal_suspend(struct yg_terminal *t)
{
	leave(t);
}

void yg_terminal_resume(struct yg_terminal *t)
{
	take(t);
	crash.is_taken = 1;
	t->is_blank = true;
}

void yg_terminal_size(struct yg_terminal *t, int *out_w, int *out_h)
{
	struct winsize size = {0};

	(void)t;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || !size.ws_col || !size.ws_row) {
		size.ws_col = 80;
		size.ws_row = 24;
	}
	*out_w = YG_MIN(size.ws_col, 1000);
	*out_h = YG_MIN(size.ws_row, 500);
}

void yg_terminal_resized(struct yg_terminal *t)
{
	int w, h;

	yg_terminal_size(t, &w, &h);
	resizeterm(h, w);
	t->is_blank = true;
}

/* ---- colours ---- */

static int distance(int32_t a, int32_t b)
{
	int r = (a >> 16 & 255) - (b >> 16 & 255), g = (a >> 8 & 255) - (b >> 8 & 255);
	int blue = (a & 255) - (b & 255);

	return r * r * 3 + g * g * 4 + blue * blue * 2;
}

/* The nearest of the 6x6x6 cube and the 24 greys of 256-colour terminals (xterm's palette). */
static int nearest_256(int32_t rgb)
{
	int best = 16, best_distance = INT32_MAX;

	for (int i = 16; i < 256; i++) {
		int d = distance(rgb, yg_xterm_rgb(i));
		if (d < best_distance) {
			best = i;
			best_distance = d;
		}
	}
	return best;
}

static int colour_number(struct yg_terminal *t, struct yg_colour colour)
{
	if (COLORS >= 256 && colour.rgb != YG_COLOUR_DEFAULT) {
		int number = nearest_256(colour.rgb);
		yg_truecolour_add(&t->colours, number, colour.rgb);
		return number;
	}
	if (colour.ansi >= 0 && COLORS >= 8)
		return COLORS >= 16 ? colour.ansi : colour.ansi % 8;
	return -1;
}

void yg_terminal_theme(struct yg_terminal *t, const struct yg_theme *theme)
{
	bool use_colour = has_colors() && !getenv("NO_COLOR");

	collect(t); /* what was written is in the colours of the theme before */
	yg_truecolour_clear(&t->colours);
	t->colours.is_on = yg_truecolour_is_there();
	t->has_colour = use_colour;
	for (int i = 0; i < N_STYLES; i++) {
		int style = (i & 3) * 0x100 + i / 4;
		struct yg_look look = yg_theme_look(theme, style);
		attr_t attr = A_NORMAL;
		attr |= look.is_bold ? A_BOLD : 0;
		attr |= look.is_dim ? A_DIM : 0;
		attr |= look.is_underline ? A_UNDERLINE : 0;
		attr |= look.is_reverse ? A_REVERSE : 0;
		/* Without colour the row under the cursor must still be seen. */
		if ((style & YG_ST_SELECTED) && (!use_colour || colour_number(t, look.bg) < 0))
			attr |= A_REVERSE;
		t->attrs[i] = attr;
		t->pairs[i] = 0;
		if (use_colour)
			t->pairs[i] =
			    alloc_pair(colour_number(t, look.fg), colour_number(t, look.bg));
	}
	t->is_blank = true;
}

/* Terminals that are known to answer, or to pass over what they do not know. Others show it. */
static bool knows_questions(void)
{
	static const char *const names[] = {"xterm", "tmux", "foot", "alacritty", "kitty", "rxvt",
	    "st-", "konsole", "vte", "gnome", "wezterm", "contour", "ghostty", "mlterm", "screen"};

	return term_begins_with(names, YG_COUNT(names));
}

void yg_terminal_ask_background(struct yg_terminal *t)
{
	if (has_colors() && !getenv("NO_COLOR") && knows_questions())
		send(t, "\033]11;?\033\\");
}

/* ---- a far side's colours ---- */

/* The nearest of the first n of xterm's palette, for terminals that have no more. */
static int nearest_basic(int32_t rgb, int n)
{
	int best = 0;

	for (int i = 1; i < n; i++)
		if (distance(rgb, yg_xterm_rgb(i)) < distance(rgb, yg_xterm_rgb(best)))
			best = i;
	return best;
}

/* The colour's number on this terminal, -1: its own. */
static int far_number(uint32_t colour)
{
	static uint32_t last_rgb;
	static int last_number;
	int index = (int)(colour & 255);

	if (!colour)
		return -1;
	if (COLORS < 256) {
		int n = COLORS >= 16 ? 16 : 8;
		if (colour & YG_FAR_INDEX && index < 16)
			return index % n;
		return nearest_basic(
		    colour & YG_FAR_INDEX ? yg_xterm_rgb(index) : (int32_t)(colour & 0xffffff), n);
	}
	if (colour & YG_FAR_INDEX)
		return index;
	if (colour != last_rgb) { /* neighbours are mostly of one colour */
		last_rgb = colour;
		last_number = nearest_256((int32_t)(colour & 0xffffff));
	}
	return last_number;
}

static int far_pair(struct yg_terminal *t, const struct yg_cell *cell)
{
	int fg = far_number(cell->fg), bg = far_number(cell->bg);

	if (fg < 0 && bg < 0)
		return 0;
	if (!t->far_pairs)
		t->far_pairs = yg_xcalloc((size_t)FAR_COLOURS * FAR_COLOURS, sizeof(*t->far_pairs));
	int *pair = &t->far_pairs[(fg + 1) * FAR_COLOURS + bg + 1];
	if (*pair)
		return *pair;
	if (t->n_far_pairs >= YG_MIN(FAR_PAIRS_MAX, COLOR_PAIRS / 2)) {
		t->has_too_many = true;
		return 0;
	}
	t->n_far_pairs++;
	*pair = alloc_pair(fg, bg);
	*pair = *pair < 0 ? 0 : *pair;
	return *pair;
}

/* Only when there are too many: all is painted anew then. */
static void forget_far_pairs(struct yg_terminal *t)
{
	for (int i = 0; i < FAR_COLOURS * FAR_COLOURS; i++) {
		bool is_ours = t->far_pairs[i] > 0;
		for (int n = 0; n < N_STYLES && is_ours; n++)
			is_ours = t->pairs[n] != t->far_pairs[i];
		if (is_ours)
			free_pair(t->far_pairs[i]);
		t->far_pairs[i] = 0;
	}
	t->n_far_pairs = 0;
	t->has_too_many = false;
	t->is_blank = true;
}

static void far_to_curses(
    struct yg_terminal *t, const struct yg_cell *cell, attr_t *out_attrs, int *out_pair)
{
	static const struct {
		int flag;
		attr_t attr;
	} table[] = {{YG_FAR_BOLD, A_BOLD}, {YG_FAR_DIM, A_DIM}, {YG_FAR_ITALIC, A_ITALIC},
	    {YG_FAR_UNDERLINE, A_UNDERLINE}, {YG_FAR_REVERSE, A_REVERSE}};

	*out_attrs = A_NORMAL;
	for (size_t i = 0; i < YG_COUNT(table); i++)
		if (cell->style & table[i].flag)
			*out_attrs |= table[i].attr;
	*out_pair = t->has_colour ? far_pair(t, cell) : 0;
}

/* ---- painting ---- */

static void to_curses(struct yg_terminal *t, const struct yg_cell *cell, cchar_t *out)
{
	wchar_t text[2 + YG_CELL_MARKS] = {0};
	int n = (cell->style & YG_ST_MASK) * 4 + (cell->style >> 8 & 3), pair;
	attr_t attrs;

	for (size_t i = 0; i <= YG_CELL_MARKS && cell->ch[i]; i++)
		text[i] = (wchar_t)cell->ch[i];
	if (cell->style & YG_CELL_FAR)
		far_to_curses(t, cell, &attrs, &pair);
	else {
		attrs = t->attrs[n];
		pair = t->pairs[n];
	}
	setcchar(out, text, attrs, 0, &pair);
}

/* Gives curses the cells x0 to x1 of a row. */
static void paint_span(struct yg_terminal *t, const struct yg_grid *g, int y, int x0, int x1)
{
	int n = 0;

	for (int x = x0; x < x1; x++) {
		const struct yg_cell *cell = yg_grid_cell(g, x, y);
		if (cell->width)
			to_curses(t, cell, &t->line[n++]);
	}
	mvadd_wchnstr(y, x0, t->line, n);
}

static bool same_cell(const struct yg_cell *a, const struct yg_cell *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static bool paint_row(struct yg_terminal *t, const struct yg_grid *g, int y)
{
	const struct yg_cell *now = yg_grid_cell(g, 0, y);
	struct yg_cell *old = yg_grid_cell(&t->shown, 0, y);
	int x0 = 0, x1 = g->w;

	if (!t->is_blank && memcmp(now, old, (size_t)g->w * sizeof(*now)) == 0)
		return false;
	if (!t->is_blank) {
		while (x0 < x1 && same_cell(&now[x0], &old[x0]))
			x0++;
		while (x1 > x0 && same_cell(&now[x1 - 1], &old[x1 - 1]))
			x1--;
	}
	while (x0 > 0 && !now[x0].width)
		x0--;
	while (x1 < g->w && !now[x1].width)
		x1++;
	paint_span(t, g, y, x0, x1);
	memcpy(old, now, (size_t)g->w * sizeof(*now));
	return true;
}

static bool paint_cursor(struct yg_terminal *t, const struct yg_grid *g, bool changed)
{
	bool moved = t->cursor_x != g->cursor_x || t->cursor_y != g->cursor_y;

	if (moved)
		curs_set(g->cursor_x >= 0);
	t->cursor_x = g->cursor_x;
	t->cursor_y = g->cursor_y;
	if (g->cursor_x >= 0 && (moved || changed))
		move(g->cursor_y, g->cursor_x);
	return moved;
}

void yg_terminal_paint(struct yg_terminal *t, const struct yg_grid *g)
{
	if (t->has_too_many)
		forget_far_pairs(t);
	bool changed = t->is_blank;
	if (t->shown.w != g->w || t->shown.h != g->h) {
		yg_grid_resize(&t->shown, g->w, g->h);
		t->line = yg_xreallocarray(t->line, (size_t)g->w + 1, sizeof(*t->line));
		t->is_blank = changed = true;
	}
	if (t->is_blank)
		clearok(stdscr, TRUE);
	for (int y = 0; y < g->h; y++)
		changed |= paint_row(t, g, y);
	t->is_blank = false;
	changed |= paint_cursor(t, g, changed);
	if (changed)
		refresh();
	yg_terminal_flush(t);
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void yg_terminal_copy(struct yg_terminal *t, const char *text)
{
	struct yg_buf out = {0};
	size_t len = YG_MIN(strlen(text), (size_t)70000); /* what xterm takes in one OSC 52 */

	yg_buf_str(&out, "\033]52;c;");
	for (size_t i = 0; i < len; i += 3) {
		uint32_t v = (uint32_t)(unsigned char)text[i] << 16;
		v |= i + 1 < len ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0;
		v |= i + 2 < len ? (uint32_t)(unsigned char)text[i + 2] : 0;
		yg_buf_char(&out, base64[v >> 18 & 63]);
		yg_buf_char(&out, base64[v >> 12 & 63]);
		yg_buf_char(&out, i + 1 < len ? base64[v >> 6 & 63] : '=');
		yg_buf_char(&out, i + 2 < len ? base64[v & 63] : '=');
	}
	yg_buf_str(&out, "\a");
	send(t, out.data);
	yg_terminal_flush(t);
	yg_buf_done(&out);
}
