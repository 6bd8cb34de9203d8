/* top: the largest consumers of a kind, drawn again in place while they change. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "app/verbs/rows.h"
#include "app/verbs/watch.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"
#include "ui/canvas.h"

#define PACE_US  1000000 /* it is not drawn more often */
#define ONCE_N   20      /* rows of one sample, if not said */
#define N_MAX    100000
#define SORT_MAX 80

struct top {
	struct yg_cli *cli;
	struct yg_ask ask;
	char sort[SORT_MAX];
	size_t n; /* rows at most; 0: as many as fit */
	bool is_dirty, is_leaving, is_resized;
	bool has_keys; /* standard input is a terminal, which before is the state of */
	struct termios before;
};

/* ---- what is asked for ---- */

/* The largest first: of the processor's share where there is one, else of the first metric. */
static void choose_sort(struct top *t, const struct yg_kind *kind)
{
	int field = yg_kind_field(kind, "cpu");

	for (int i = 0; field < 0 && i < (int)kind->n_fields; i++)
		if (kind->fields[i].flags & YG_FF_METRIC && !yg_type_is_text(kind->fields[i].type))
			field = i;
	if (field >= 0) {
		snprintf(t->sort, sizeof(t->sort), "-%s", kind->fields[field].name);
		t->ask.sort = t->sort;
	}
}

static int parse(struct yg_cli *cli, struct top *t, struct yg_err *err)
{
	const char *n = yg_cli_value(cli, "rows");
	struct yg_pick pick;
	char *end = NULL;

	if (n) {
		long value = strtol(n, &end, 10);
		if (!*n || *end || value < 1 || value > N_MAX)
			return yg_err_set(
			    err, YG_E_INVALID, "-n %s: a number from 1 to %d", n, N_MAX);
		t->n = (size_t)value;
	}
	int rc = yg_pick_parse(cli->args[0], &pick, err);
	if (rc)
		return rc;
	choose_sort(t, pick.kind);
	return yg_ask_parse(cli, &t->ask, err);
}

/* ---- one picture ---- */

/* The rows as they are now, sorted, the first limit of them; returns how many there are. */
static size_t look(struct top *t, size_t limit)
{
	struct yg_ask *ask = &t->ask;

	yg_ask_collect(t->cli, ask, ask->query);
	yg_host_set_visible(t->cli->host, ask->kinds, ask->rows.items, ask->rows.count);
	yg_printer_sort(&ask->printer, t->cli->host->inv, ask->rows.items, ask->rows.count);
	size_t total = ask->rows.count;
	ask->rows.count = YG_MIN(total, limit);
	return total;
}

/* Appends a line cut to width cells. Sequences of ours go through: the text is harmless already. */
static void put_cut(struct yg_buf *out, const char *s, const char *end, int width)
{
	while (s < end) {
		const char *from = s;
		if (*s == '\033') {
			while (s < end && *s != 'm')
				s++;
			s += s < end;
		} else {
			width -= yg_cells_of(yg_utf8_next(&s, end));
		}
		if (width >= 0 || *from == '\033')
			yg_buf_add(out, from, (size_t)(s - from));
	}
	yg_buf_str(out, "\033[K\r\n");
}

static void put_lines(struct yg_buf *out, const struct yg_buf *text, int width, int height)
{
	const char *s = yg_buf_text(text), *end = s + text->len;

	for (int y = 0; y < height && s < end; y++) {
		const char *stop = memchr(s, '\n', (size_t)(end - s));
		stop = stop ? stop : end;
		put_cut(out, s, stop, width);
		s = stop + 1;
	}
}

static void screen_size(int *w, int *h)
{
	struct winsize size = {0};

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*w = size.ws_col ? size.ws_col : 80;
	*h = size.ws_row ? size.ws_row : 24;
}

/* One line of what it is, the titles, the rows; the line below stays free for the cursor. */
static void draw(struct top *t)
{
	struct yg_buf text = {0}, *out = &t->cli->out;
	const char *sort = yg_cli_value(t->cli, "sort");
	int w, h;

	screen_size(&w, &h);
	size_t fit = (size_t)YG_MAX(h - 3, 1), total = look(t, t->n ? YG_MIN(t->n, fit) : fit);
	yg_buf_printf(&text, _("%s: %zu, by %s; %s"), t->ask.kind->plural, total,
	    sort          ? sort
	    : t->ask.sort ? t->ask.sort
			  : "name",
	    t->has_keys ? _("q leaves") : _("Ctrl-C leaves"));
	yg_buf_char(&text, '\n');
	yg_buf_add(out, text.data, text.len);
	yg_printer_print(t->cli, &t->ask.printer, t->ask.rows.items, t->ask.rows.count);
	yg_buf_done(&text);
	text = *out;
	*out = (struct yg_buf){0};
	yg_buf_str(out, "\033[H");
	put_lines(out, &text, w, h - 1);
	yg_buf_str(out, "\033[J");
	yg_cli_flush(t->cli);
	yg_buf_done(&text);
}

/* ---- the terminal ---- */

/* Keys come one by one, unseen; Ctrl-C stays a signal. */
static void take_keys(struct top *t)
{
	struct termios raw = t->before;

	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

static void on_key(void *data, int events)
{
	struct top *t = data;
	char keys[64];
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	(void)events;
	t->is_leaving |= n <= 0; /* the terminal is gone */
	for (ssize_t i = 0; i < n; i++)
		t->is_leaving |= keys[i] == 'q' || keys[i] == 'Q';
}

/* Continued by the shell, which has set the terminal as it likes it; or of another size. */
static void on_signal(void *data, int signum)
{
	struct top *t = data;

	if (signum == SIGCONT && t->has_keys)
		take_keys(t);
	t->is_resized = true;
}

static void on_changes(void *data, const struct yg_change *changes, size_t count)
{
	struct top *t = data;

	for (size_t i = 0; i < count && !t->is_dirty; i++)
		t->is_dirty = changes[i].kind == t->ask.kind;
}

static void turn(struct top *t)
{
	int64_t next = 0;

	while (!t->is_leaving && !t->cli->host->is_interrupted) {
		int64_t wait = next - yg_mono_us();
		if (t->is_resized || (t->is_dirty && wait <= 0)) {
			t->is_resized = t->is_dirty = false;
			draw(t);
			next = yg_mono_us() + PACE_US;
		} else {
			yg_loop_turn(
			    t->cli->host->loop, t->is_dirty ? (int)(wait / 1000) + 1 : 60000);
		}
	}
}

static int show_live(struct top *t)
{
	struct yg_loop *loop = t->cli->host->loop;
	struct yg_fd_watch *keys = NULL;

	yg_feed_watch_signals(t->cli->host);
	t->has_keys = tcgetattr(STDIN_FILENO, &t->before) == 0;
	if (t->has_keys) {
		take_keys(t);
		keys = yg_fd_watch_start(loop, STDIN_FILENO, YG_READABLE, on_key, t);
	}
	yg_loop_on_signal(loop, SIGWINCH, on_signal, t);
	yg_loop_on_signal(loop, SIGCONT, on_signal, t);
	yg_inventory_listen(t->cli->host->inv, on_changes, t);
	yg_buf_str(&t->cli->out, "\033[2J");
	t->is_resized = true;
	turn(t);
	yg_inventory_unlisten(t->cli->host->inv, on_changes, t);
	yg_fd_watch_stop(keys);
	if (t->has_keys)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &t->before);
	return YG_EXIT_INTERRUPTED;
}

static int show(struct top *t)
{
	bool is_live =
	    t->cli->is_terminal && !yg_cli_value(t->cli, "once") &&
	    (t->ask.printer.output == YG_OUT_TABLE || t->ask.printer.output == YG_OUT_WIDE);
	int code = yg_ask_wait(t->cli, &t->ask);

	if (code == YG_EXIT_INTERRUPTED)
		return code;
	if (is_live)
		return show_live(t);
	if (!look(t, t->n ? t->n : ONCE_N))
		return yg_ask_explain_nothing(t->cli, &t->ask, code);
	yg_printer_print(t->cli, &t->ask.printer, t->ask.rows.items, t->ask.rows.count);
	yg_cli_flush(t->cli);
	return code;
}

static int run(struct yg_cli *cli)
{
	struct yg_err err = {0};

	if (cli->n_args != 1)
		return yg_cli_usage(cli, "say which kind, for example: yagura top vm");
	int code = yg_cli_open(cli);
	if (code)
		return code;
	/* On the heap: the loop may still know of it when the program ends. */
	struct top *t = yg_xcalloc(1, sizeof(*t));
	t->cli = cli;
	code = parse(cli, t, &err) ? yg_cli_fail(cli, &err) : show(t);
	yg_ask_done(&t->ask);
	yg_host_destroy(cli->host);
	cli->host = NULL;
	free(t);
	return code;
}

static const struct yg_verb_option options[] = {
    {.name = "query",
	.letter = 'l',
	.arg = "QUERY",
	.help = "only what matches: 'state:running cpu>80'"},
    {.name = "rows", .letter = 'n', .arg = "N", .help = "so many rows, not as many as fit"},
    {.name = "once", .help = "one sample as text, also on a terminal"},
    YG_OUTPUT_OPTION,
    {.name = "sort", .arg = "FIELD", .help = "by this field; -FIELD: the largest first"},
    {.name = "columns", .arg = "A,B", .help = "these fields or expressions: name,mem_used/mem*100"},
    YG_TIMEOUT_OPTION,
};

const struct yg_verb yg_verb_top = {
    .name = "top",
    .usage = "KIND[/NAME]",
    .help = "the largest consumers of a kind, live",
    .notes = "By -cpu if not said, or the first field that changes all the time. q and Ctrl-C "
	     "leave.\n"
	     "Where the output is no terminal: one sample, 20 rows, as get prints them.",
    .options = options,
    .n_options = YG_COUNT(options),
    .run = run,
};
