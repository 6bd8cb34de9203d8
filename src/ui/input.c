/* input: bytes from the terminal to named keys and mouse events. The only file with libtermkey. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <termkey.h>

#include "base/text.h"

struct yg_input {
	TermKey *tk;
	char key[64];
	bool is_pasting;    /* between the marks of a bracketed paste */
	int32_t background; /* that the terminal has told, or -1 */
	int answer;         /* how much of "ESC ]" was seen: 2 is in an answer */
	bool keeps_breaks;
};

/* A lone Escape is told after this long without a following byte: longer than a slow line's gap
 * between bytes (9,600 baud: 1 ms a byte), shorter than a person notices. */
#define ESCAPE_MS 40

/* libtermkey 0.22 takes what stands behind terminfo's kmous for three bytes in the manner of X10.
 * In ncurses 6.4 that is "CSI <" for xterm, and the digits of a click would be typed as keys. It
 * knows both manners of mouse without terminfo. */
static const char *without_mouse(const char *name, const char *value, void *data)
{
	(void)data;
	return yg_streq(name, "key_mouse") ? NULL : value;
}

static TermKey *create(const char *term)
{
	TermKey *tk = termkey_new_abstract(term, TERMKEY_FLAG_UTF8 | TERMKEY_FLAG_NOSTART);

	if (!tk)
		return NULL;
	termkey_hook_terminfo_getstr(tk, without_mouse, NULL);
	if (termkey_start(tk))
		return tk;
	termkey_destroy(tk);
	return NULL;
}

struct yg_input *yg_input_create(void)
{
	struct yg_input *in = yg_xcalloc(1, sizeof(*in));
	const char *term = getenv("TERM");

	in->tk = create(term ? term : "xterm");
	if (!in->tk)
		in->tk = create("xterm");
	if (!in->tk)
		abort();
	termkey_set_buffer_size(in->tk, 65536);
	in->background = -1;
	return in;
}

void yg_input_destroy(struct yg_input *in)
{
	if (!in)
		return;
	termkey_destroy(in->tk);
	free(in);
}

/* libtermkey 0.22 waits for ST at the end of an answer; some terminals end it with BEL, as xterm's
 * documentation allows. That becomes the ST of one byte. */
static char end_answer(struct yg_input *in, char c)
{
	bool is_end = in->answer >= 2 && c == '\a';

	if (c == '\033')
		in->answer = 1;
	else if ((in->answer == 1 && c == ']') || (in->answer >= 2 && c >= ' '))
		in->answer = 2;
	else
		in->answer = 0;
	return (char)(is_end ? 0x9c : c);
}

void yg_input_feed(struct yg_input *in, const char *bytes, size_t len)
{
	char copy[1024];

	for (size_t at = 0; at < len;) {
		size_t n = YG_MIN(len - at, sizeof(copy));
		for (size_t i = 0; i < n; i++)
			copy[i] = end_answer(in, bytes[at + i]);
		termkey_push_bytes(in->tk, copy, n);
		at += n;
	}
}

static const struct {
	TermKeySym sym;
	const char *name;
} names[] = {
    {TERMKEY_SYM_BACKSPACE, "Backspace"},
    {TERMKEY_SYM_TAB, "Tab"},
    {TERMKEY_SYM_ENTER, "Enter"},
    {TERMKEY_SYM_ESCAPE, "Esc"},
    {TERMKEY_SYM_SPACE, "Space"},
    {TERMKEY_SYM_DEL, "Backspace"},
    {TERMKEY_SYM_UP, "Up"},
    {TERMKEY_SYM_DOWN, "Down"},
    {TERMKEY_SYM_LEFT, "Left"},
    {TERMKEY_SYM_RIGHT, "Right"},
    {TERMKEY_SYM_INSERT, "Insert"},
    {TERMKEY_SYM_DELETE, "Delete"},
    {TERMKEY_SYM_PAGEUP, "PageUp"},
    {TERMKEY_SYM_PAGEDOWN, "PageDown"},
    {TERMKEY_SYM_HOME, "Home"},
    {TERMKEY_SYM_END, "End"},
    {TERMKEY_SYM_FIND, "Home"},
    {TERMKEY_SYM_SELECT, "End"},
    {TERMKEY_SYM_KPENTER, "Enter"},
};

static const char *sym_name(TermKeySym sym)
{
	for (size_t i = 0; i < YG_COUNT(names); i++)
		if (names[i].sym == sym)
			return names[i].name;
	return NULL;
}

static void put_modifiers(char *out, int modifiers, bool with_shift)
{
	*out = '\0';
	if (modifiers & TERMKEY_KEYMOD_CTRL)
		out = stpcpy(out, "C-");
	if (modifiers & TERMKEY_KEYMOD_ALT)
		out = stpcpy(out, "M-");
	if (with_shift && (modifiers & TERMKEY_KEYMOD_SHIFT))
		out = stpcpy(out, "S-");
}

/* false: a key that has no name here. */
static bool name_key(struct yg_input *in, const TermKeyKey *key)
{
	char modifiers[8];
	const char *name = NULL;

	switch (key->type) {
	case TERMKEY_TYPE_UNICODE:
		if (key->code.codepoint == ' ' || yg_harmless(key->code.codepoint) == ' ')
			name = "Space";
		else
			name = key->utf8;
		put_modifiers(modifiers, key->modifiers, false);
		break;
	case TERMKEY_TYPE_KEYSYM:
		name = sym_name(key->code.sym);
		put_modifiers(modifiers, key->modifiers, true);
		break;
	case TERMKEY_TYPE_FUNCTION:
		put_modifiers(modifiers, key->modifiers, true);
		snprintf(in->key, sizeof(in->key), "%sF%d", modifiers, key->code.number);
		return true;
	default: break;
	}
	if (!name)
		return false;
	snprintf(in->key, sizeof(in->key), "%s%s", modifiers, name);
	/* Enter as it is typed before the terminal is in raw mode, and Escape twice in one go. */
	if (yg_streq(in->key, "C-j"))
		snprintf(in->key, sizeof(in->key), "Enter");
	else if (yg_streq(in->key, "M-Esc"))
		snprintf(in->key, sizeof(in->key), "Esc");
	return true;
}

static bool read_mouse(struct yg_input *in, TermKeyKey *key, struct yg_event *out)
{
	TermKeyMouseEvent what;
	int button, line, col;

	termkey_interpret_mouse(in->tk, key, &what, &button, &line, &col);
	if (what != TERMKEY_MOUSE_PRESS)
		return false;
	*out =
	    (struct yg_event){.what = YG_EV_MOUSE, .x = col - 1, .y = line - 1, .button = button};
	return true;
}

/* CSI 200~ and 201~ stand around what was pasted (xterm: bracketed paste mode). */
static void read_unknown(struct yg_input *in, TermKeyKey *key)
{
	long args[4];
	size_t n = YG_COUNT(args);
	unsigned long command;

	if (termkey_interpret_csi(in->tk, key, args, &n, &command) == TERMKEY_RES_KEY && n &&
	    command == '~' && (args[0] == 200 || args[0] == 201))
		in->is_pasting = args[0] == 200;
}

/* "ffff", "f" or what is between, of full 1: 0 to 255, or -1. */
static int read_channel(const char **p)
{
	size_t n = strspn(*p, "0123456789abcdefABCDEF");
	char digits[8];

	if (n < 1 || n > 4)
		return -1;
	snprintf(digits, sizeof(digits), "%.*s", (int)n, *p);
	*p += n;
	return (int)(strtol(digits, NULL, 16) * 255 / ((1L << (4 * n)) - 1));
}

/* "11;rgb:1e1e/1e1e/1e1e": the answer to OSC 11 (xterm ctlseqs). Anything else says nothing. */
static void read_answer(struct yg_input *in, TermKeyKey *key)
{
	const char *p = NULL;
	int32_t rgb = 0;

	if (termkey_interpret_string(in->tk, key, &p) != TERMKEY_RES_KEY || !p ||
	    !yg_starts_with(p, "11;rgb:"))
		return;
	p += strlen("11;rgb:");
	for (int i = 0; i < 3; i++) {
		int channel = read_channel(&p);
		if (channel < 0 || (i < 2 && *p++ != '/'))
			return;
		rgb = rgb << 8 | channel;
	}
	if (!*p)
		in->background = rgb;
}

int32_t yg_input_background(const struct yg_input *in)
{
	return in->background;
}

/* What is pasted is text: breaks become blanks, and no other key comes of it. */
static bool clean_paste(struct yg_input *in, const TermKeyKey *key)
{
	if (!in->is_pasting || yg_streq(in->key, "Space"))
		return true;
	if (yg_streq(in->key, "Enter") || yg_streq(in->key, "Tab")) {
		if (in->keeps_breaks)
			return true;
		snprintf(in->key, sizeof(in->key), "Space");
		return true;
	}
	return key->type == TERMKEY_TYPE_UNICODE && !key->modifiers;
}

void yg_input_keep_breaks(struct yg_input *in, bool on)
{
	in->keeps_breaks = on;
}

bool yg_input_is_pasting(const struct yg_input *in)
{
	return in->is_pasting;
}

bool yg_input_next(struct yg_input *in, bool is_late, struct yg_event *out, int *out_wait_ms)
{
	TermKeyKey key;

	*out_wait_ms = -1;
	if (is_late)
		in->answer = 0;
	for (;;) {
		TermKeyResult r =
		    is_late ? termkey_getkey_force(in->tk, &key) : termkey_getkey(in->tk, &key);
		if (r == TERMKEY_RES_AGAIN)
			*out_wait_ms = ESCAPE_MS;
		if (r != TERMKEY_RES_KEY)
			return false;
		if (key.type == TERMKEY_TYPE_MOUSE) {
			if (read_mouse(in, &key, out))
				return true;
			continue;
		}
		if (key.type == TERMKEY_TYPE_UNKNOWN_CSI)
			read_unknown(in, &key);
		else if (key.type == TERMKEY_TYPE_OSC)
			read_answer(in, &key);
		else if (name_key(in, &key) && clean_paste(in, &key)) {
			*out = (struct yg_event){
			    .what = YG_EV_KEY, .key = in->key, .is_pasted = in->is_pasting};
			return true;
		}
	}
}
