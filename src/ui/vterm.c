/* vterm: a terminal inside the screen, on libvterm. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/vterm.h"

#include <limits.h>
#include <stdlib.h>
#include <vterm.h>

#include "base/text.h"

#define DIGITS_MAX 5                  /* of a number in a sequence: libvterm counts with ints */
#define CAN        '\030'             /* ends a sequence, whatever it was */
#define STRING_MAX ((size_t)64 << 10) /* a string that does not end by then was none */

/* Where we are in what the far side writes, before libvterm sees it. */
enum filter_state {
	IN_TEXT,
	IN_ESCAPE,     /* ESC was passed on */
	IN_CSI,        /* the numbers of a control sequence */
	IN_STRING,     /* OSC, DCS, APC, PM, SOS: dropped */
	IN_STRING_ESC, /* an ESC in one: its end, or another sequence */
};

struct sb_line {
	int n;
	struct yg_cell cells[];
};

struct yg_vterm {
	VTerm *vt;
	VTermState *state;
	VTermScreen *screen;
	struct yg_vterm_setup setup;
	/* The filter. */
	enum filter_state filter;
	int digits, number; /* of the control sequence */
	char last;          /* printable ASCII written last, for REP; 0: something else */
	size_t string_len;
	/* What scrolled away: a ring. */
	struct sb_line **lines;
	size_t first, count, bytes;
	int scroll;
	char *needle;
	/* What the far side asked for. */
	VTermPos cursor;
	bool has_cursor, is_other_screen;
	int mouse;
};

/* ---- cells ---- */

static uint32_t colour_in(const VTermColor *c, bool is_default)
{
	if (is_default)
		return 0;
	if (VTERM_COLOR_IS_INDEXED(c))
		return YG_FAR_INDEX | c->indexed.idx;
	return YG_FAR_RGB | (uint32_t)c->rgb.red << 16 | (uint32_t)c->rgb.green << 8 | c->rgb.blue;
}

static void colour_out(uint32_t colour, VTermColor *out)
{
	if (colour & YG_FAR_INDEX)
		vterm_color_indexed(out, (uint8_t)colour);
	else
		vterm_color_rgb(
		    out, (uint8_t)(colour >> 16), (uint8_t)(colour >> 8), (uint8_t)colour);
}

static void cell_in(const VTermScreenCell *from, struct yg_cell *out)
{
	*out = (struct yg_cell){.ch = {' '}, .style = YG_CELL_FAR, .width = 1};
	if (from->chars[0] == UINT32_MAX) /* the right half of a wide one */
		out->width = 0;
	else if (from->chars[0])
		out->width = from->width == 2 ? 2 : 1;
	for (size_t i = 0; i <= YG_CELL_MARKS && out->width && from->chars[i]; i++)
		out->ch[i] = from->chars[i];
	out->style |= from->attrs.bold ? YG_FAR_BOLD : 0;
	out->style |= from->attrs.italic ? YG_FAR_ITALIC : 0;
	out->style |= from->attrs.underline ? YG_FAR_UNDERLINE : 0;
	out->style |= from->attrs.reverse ? YG_FAR_REVERSE : 0;
	out->fg = colour_in(&from->fg, VTERM_COLOR_IS_DEFAULT_FG(&from->fg));
	out->bg = colour_in(&from->bg, VTERM_COLOR_IS_DEFAULT_BG(&from->bg));
}

static void cell_out(const struct yg_vterm *vt, const struct yg_cell *from, VTermScreenCell *out)
{
	memset(out, 0, sizeof(*out));
	vterm_state_get_default_colors(vt->state, &out->fg, &out->bg);
	for (size_t i = 0; i <= YG_CELL_MARKS && from->ch[i]; i++)
		out->chars[i] = from->ch[i];
	out->width = from->width == 2 ? 2 : 1;
	out->attrs.bold = (from->style & YG_FAR_BOLD) != 0;
	out->attrs.italic = (from->style & YG_FAR_ITALIC) != 0;
	out->attrs.underline = (from->style & YG_FAR_UNDERLINE) != 0;
	out->attrs.reverse = (from->style & YG_FAR_REVERSE) != 0;
	if (from->fg)
		colour_out(from->fg, &out->fg);
	if (from->bg)
		colour_out(from->bg, &out->bg);
}

/* ---- what scrolled away ---- */

static struct sb_line *line_at(const struct yg_vterm *vt, size_t i)
{
	return vt->lines[(vt->first + i) % YG_VTERM_LINES];
}

static size_t line_bytes(int n)
{
	return sizeof(struct sb_line) + (size_t)n * sizeof(struct yg_cell);
}

static void drop_first(struct yg_vterm *vt)
{
	struct sb_line *line = line_at(vt, 0);

	vt->bytes -= line_bytes(line->n);
	free(line);
	vt->first = (vt->first + 1) % YG_VTERM_LINES;
	vt->count--;
}

static bool is_empty(const struct yg_cell *cell)
{
	return cell->ch[0] == ' ' && !cell->ch[1] && !cell->bg && cell->style == YG_CELL_FAR;
}

static int on_push(int cols, const VTermScreenCell *cells, void *user)
{
	struct yg_vterm *vt = user;
	struct yg_cell row[YG_VTERM_MAX_W];
	int n = 0;

	for (int x = 0; x < cols && x < YG_VTERM_MAX_W; x++) {
		cell_in(&cells[x], &row[x]);
		if (!is_empty(&row[x]))
			n = x + 1;
	}
	while (vt->count &&
	       (vt->count == YG_VTERM_LINES || vt->bytes + line_bytes(n) > YG_VTERM_BYTES))
		drop_first(vt);
	struct sb_line *line = yg_xmalloc(line_bytes(n));
	line->n = n;
	memcpy(line->cells, row, (size_t)n * sizeof(*row));
	vt->lines[(vt->first + vt->count++) % YG_VTERM_LINES] = line;
	vt->bytes += line_bytes(n);
	if (vt->scroll) /* who reads further up stays where he is */
		vt->scroll = YG_MIN(vt->scroll + 1, (int)vt->count);
	return 1;
}

static int on_pop(int cols, VTermScreenCell *cells, void *user)
{
	static const struct yg_cell blank = {.ch = {' '}, .style = YG_CELL_FAR, .width = 1};
	struct yg_vterm *vt = user;

	if (!vt->count)
		return 0;
	struct sb_line *line = line_at(vt, vt->count - 1);
	for (int x = 0; x < cols; x++) {
		const struct yg_cell *from = x < line->n ? &line->cells[x] : &blank;
		bool is_cut = from->width == 2 && x + 1 >= cols;
		cell_out(vt, !from->width || is_cut ? &blank : from, &cells[x]);
		if (from->width == 2 && !is_cut && ++x < cols) {
			cell_out(vt, from, &cells[x]);
			cells[x].chars[0] = UINT32_MAX;
			cells[x].width = 1;
		}
	}
	vt->bytes -= line_bytes(line->n);
	free(line);
	vt->count--;
	vt->scroll = YG_MIN(vt->scroll, (int)vt->count);
	return 1;
}

int yg_vterm_scroll(struct yg_vterm *vt, int lines)
{
	long to = (long)vt->scroll + lines;

	vt->scroll = (int)YG_MAX(YG_MIN(to, (long)vt->count), 0L);
	return vt->scroll;
}

int yg_vterm_scrolled(const struct yg_vterm *vt)
{
	return vt->scroll;
}

size_t yg_vterm_lines(const struct yg_vterm *vt)
{
	return vt->count;
}

/* ---- libvterm's questions to us ---- */

static int on_cursor(VTermPos pos, VTermPos before, int is_visible, void *user)
{
	((struct yg_vterm *)user)->cursor = pos;
	return 1;
}

static int on_prop(VTermProp prop, VTermValue *value, void *user)
{
	struct yg_vterm *vt = user;

	switch (prop) {
	case VTERM_PROP_CURSORVISIBLE: vt->has_cursor = value->boolean; break;
	case VTERM_PROP_ALTSCREEN: vt->is_other_screen = value->boolean; break;
	case VTERM_PROP_MOUSE: vt->mouse = value->number; break;
	default: break; /* titles, and what else concerns a window */
	}
	return 1;
}

static const VTermScreenCallbacks screen_callbacks = {
    .movecursor = on_cursor,
    .settermprop = on_prop,
    .sb_pushline = on_push,
    .sb_popline = on_pop,
};

static void on_output(const char *bytes, size_t len, void *user)
{
	struct yg_vterm *vt = user;

	vt->setup.answer(vt->setup.data, bytes, len);
}

static int size_in(int n, int max)
{
	return YG_MAX(YG_MIN(n, max), 2);
}

struct yg_vterm *yg_vterm_create(const struct yg_vterm_setup *setup)
{
	struct yg_vterm *vt = yg_xcalloc(1, sizeof(*vt));

	vt->setup = *setup;
	vt->has_cursor = true;
	vt->lines = yg_xcalloc(YG_VTERM_LINES, sizeof(struct sb_line *));
	vt->vt =
	    vterm_new(size_in(setup->rows, YG_VTERM_MAX_H), size_in(setup->cols, YG_VTERM_MAX_W));
	vterm_set_utf8(vt->vt, 1);
	vterm_output_set_callback(vt->vt, on_output, vt);
	vt->state = vterm_obtain_state(vt->vt);
	vt->screen = vterm_obtain_screen(vt->vt);
	vterm_screen_set_callbacks(vt->screen, &screen_callbacks, vt);
	vterm_screen_set_damage_merge(vt->screen, VTERM_DAMAGE_SCREEN);
	vterm_screen_enable_altscreen(vt->screen, 1);
	vterm_screen_reset(vt->screen, 1);
	return vt;
}

void yg_vterm_destroy(struct yg_vterm *vt)
{
	if (!vt)
		return;
	vterm_free(vt->vt);
	while (vt->count)
		drop_first(vt);
	free(vt->lines);
	free(vt->needle);
	free(vt);
}

bool yg_vterm_resize(struct yg_vterm *vt, int cols, int rows)
{
	int old_cols, old_rows;

	cols = size_in(cols, YG_VTERM_MAX_W);
	rows = size_in(rows, YG_VTERM_MAX_H);
	vterm_get_size(vt->vt, &old_rows, &old_cols);
	if (cols == old_cols && rows == old_rows)
		return false;
	vterm_set_size(vt->vt, rows, cols);
	vterm_screen_flush_damage(vt->screen);
	vterm_state_get_cursorpos(vt->state, &vt->cursor);
	return true;
}

void yg_vterm_size(const struct yg_vterm *vt, int *out_cols, int *out_rows)
{
	vterm_get_size(vt->vt, out_rows, out_cols);
}

bool yg_vterm_is_full_screen(const struct yg_vterm *vt)
{
	return vt->is_other_screen;
}

/* ---- the filter ---- */

/* What comes behind ESC. Openers of strings never reach libvterm, so the ESC is held until then. */
static enum filter_state after_escape(char b)
{
	if (b == '[')
		return IN_CSI;
	if (memchr("]PX^_", b, 5))
		return IN_STRING;
	return b == '\033' ? IN_ESCAPE : IN_TEXT;
}

/* A number may go on behind a control character: that is done at once, in the middle of it. */
static void count_digits(struct yg_vterm *vt, char b)
{
	if (b >= '0' && b <= '9') {
		if (++vt->digits <= DIGITS_MAX)
			vt->number = vt->number * 10 + b - '0';
	} else if ((unsigned char)b >= ' ' && b != 'b')
		vt->digits = vt->number = 0;
}

static bool is_too_long(const struct yg_vterm *vt, char b)
{
	return b >= '0' && b <= '9' && vt->digits > DIGITS_MAX;
}

/* One byte outside of plain text; out has room for two more. Returns how many were written. */
static size_t filter_byte(struct yg_vterm *vt, char b, char *out)
{
	size_t n = 0;

	switch (vt->filter) {
	case IN_TEXT:
		if (b == '\033')
			vt->filter = IN_ESCAPE;
		else
			out[n++] = b;
		break;
	case IN_ESCAPE:
		vt->filter = after_escape(b);
		vt->digits = vt->number = 0;
		vt->string_len = 0;
		if (vt->filter == IN_TEXT || vt->filter == IN_CSI) {
			out[n++] = '\033';
			out[n++] = b;
		}
		break;
	case IN_CSI:
		count_digits(vt, b);
		if (b == '\033')
			vt->filter = IN_ESCAPE;
		else if (b == 'b')
			out[n++] = CAN; /* repeat() does it */
		else if (!is_too_long(vt, b))
			out[n++] = b;
		if ((b >= 0x40 && b <= 0x7e) || b == 0x18 || b == 0x1a)
			vt->filter = IN_TEXT;
		break;
	case IN_STRING:
		if (b == '\033')
			vt->filter = IN_STRING_ESC;
		else if (b == '\a' || b == 0x18 || b == 0x1a || ++vt->string_len > STRING_MAX)
			vt->filter = IN_TEXT;
		break;
	case IN_STRING_ESC:
		vt->filter = IN_TEXT;
		if (b != '\\') {
			vt->filter = IN_ESCAPE;
			return filter_byte(vt, b, out);
		}
		break;
	}
	return n;
}

/* REP, "the character once more, n times". libvterm 0.1.4 never comes back from it where the last
 * character had no width ("case 0x62" in its state.c), so it does not get to see it. */
static void repeat(struct yg_vterm *vt)
{
	char copies[YG_VTERM_MAX_W];
	size_t n = (size_t)YG_MIN(YG_MAX(vt->number, 1), YG_VTERM_MAX_W);

	if (!vt->last)
		return;
	memset(copies, vt->last, n);
	vterm_input_write(vt->vt, copies, n);
}

static void feed_plain(struct yg_vterm *vt, const char *bytes, size_t len)
{
	char last = bytes[len - 1];

	vterm_input_write(vt->vt, bytes, len);
	vt->last = last >= ' ' && last < 0x7f ? last : '\0';
}

void yg_vterm_feed(struct yg_vterm *vt, const char *bytes, size_t len)
{
	char out[512];
	size_t n = 0;

	for (size_t i = 0; i < len;) {
		if (vt->filter == IN_TEXT && !n) { /* most of it: as it is */
			const char *escape = memchr(bytes + i, '\033', len - i);
			size_t plain = escape ? (size_t)(escape - bytes) - i : len - i;
			if (plain)
				feed_plain(vt, bytes + i, plain);
			i += plain;
			if (i == len)
				break;
		}
		bool is_repeat = vt->filter == IN_CSI && bytes[i] == 'b';
		n += filter_byte(vt, bytes[i++], out + n);
		if (n + 2 > sizeof(out) || (n && vt->filter == IN_TEXT) || i == len) {
			if (n)
				vterm_input_write(vt->vt, out, n);
			n = 0;
		}
		if (is_repeat)
			repeat(vt);
	}
	vterm_screen_flush_damage(vt->screen);
}

/* ---- drawing ---- */

/* The row y of what is shown: n cells. The line is the caller's, of YG_VTERM_MAX_W. */
static int shown_row(const struct yg_vterm *vt, int y, struct yg_cell *out)
{
	size_t at = vt->count - (size_t)vt->scroll + (size_t)y;
	VTermScreenCell cell;
	int cols, rows;

	vterm_get_size(vt->vt, &rows, &cols);
	if (at < vt->count) {
		const struct sb_line *line = line_at(vt, at);
		memcpy(out, line->cells, (size_t)line->n * sizeof(*out));
		return line->n;
	}
	VTermPos pos = {.row = (int)(at - vt->count)};
	if (pos.row >= rows)
		return 0;
	for (; pos.col < cols; pos.col++) {
		memset(&cell, 0, sizeof(cell));
		vterm_screen_get_cell(vt->screen, pos, &cell);
		cell_in(&cell, &out[pos.col]);
	}
	return cols;
}

/* The text of a row, and where in it each cell begins. */
static void row_text(
    const struct yg_cell *cells, int n, struct yg_buf *out, size_t from[YG_VTERM_MAX_W + 1])
{
	char utf8[4];

	for (int x = 0; x < n; x++) {
		from[x] = out->len;
		for (size_t i = 0; i <= YG_CELL_MARKS && cells[x].width && cells[x].ch[i]; i++)
			yg_buf_add(out, utf8, yg_utf8_put(yg_harmless(cells[x].ch[i]), utf8));
	}
	from[n] = out->len;
}

static void mark_found(const struct yg_vterm *vt, struct yg_cell *cells, int n)
{
	size_t from[YG_VTERM_MAX_W + 1];
	struct yg_buf text = {0};

	row_text(cells, n, &text, from);
	const char *p = yg_buf_text(&text);
	while ((p = yg_text_find(p, vt->needle))) {
		size_t begin = (size_t)(p - text.data), end = begin + strlen(vt->needle);
		for (int x = 0; x < n; x++)
			if (from[x] < end && from[x + 1] > begin)
				cells[x].style ^= YG_FAR_REVERSE;
		p += strlen(vt->needle);
	}
	yg_buf_done(&text);
}

void yg_vterm_draw(struct yg_vterm *vt, struct yg_canvas *c, bool with_cursor)
{
	struct yg_cell row[YG_VTERM_MAX_W];
	static const struct yg_cell blank = {.ch = {' '}, .style = YG_CELL_FAR, .width = 1};

	for (int y = 0; y < c->clip.h; y++) {
		int n = shown_row(vt, y, row);
		if (vt->needle)
			mark_found(vt, row, n);
		for (int x = 0; x < c->clip.w; x++)
			if (x >= n || row[x].width)
				yg_put_far(c, x, y, x < n ? &row[x] : &blank);
	}
	int y = vt->cursor.row + vt->scroll;
	if (with_cursor && vt->has_cursor && y < c->clip.h)
		yg_put_cursor(c, vt->cursor.col, y);
}

void yg_vterm_text(const struct yg_vterm *vt, struct yg_buf *out)
{
	struct yg_cell row[YG_VTERM_MAX_W];
	size_t from[YG_VTERM_MAX_W + 1];
	int cols, rows;

	vterm_get_size(vt->vt, &rows, &cols);
	for (int y = -(int)vt->count; y < rows; y++) {
		int n = shown_row(vt, y + vt->scroll, row);
		while (n && is_empty(&row[n - 1]))
			n--;
		row_text(row, n, out, from);
		yg_buf_char(out, '\n');
	}
}

/* ---- looking for a text ---- */

/* y: of the screen, negative for what scrolled away. */
static bool has_text(const struct yg_vterm *vt, int y, const char *text)
{
	struct yg_cell row[YG_VTERM_MAX_W];
	size_t from[YG_VTERM_MAX_W + 1];
	struct yg_buf line = {0};

	row_text(row, shown_row(vt, y + vt->scroll, row), &line, from);
	bool is_there = yg_text_find(yg_buf_text(&line), text) != NULL;
	yg_buf_done(&line);
	return is_there;
}

bool yg_vterm_find(struct yg_vterm *vt, const char *text, bool is_up)
{
	int cols, rows, step = is_up ? -1 : 1, top = -(int)vt->count;

	free(vt->needle);
	vt->needle = text[0] ? yg_xstrdup(text) : NULL;
	vterm_get_size(vt->vt, &rows, &cols);
	for (int y = -vt->scroll + step; vt->needle && y >= top && y < rows; y += step)
		if (has_text(vt, y, text)) {
			vt->scroll = YG_MAX(-y, 0);
			return true;
		}
	return false;
}

/* ---- what is typed ---- */

static const struct {
	const char *name;
	VTermKey key;
} keys[] = {
    {"Enter", VTERM_KEY_ENTER},
    {"Tab", VTERM_KEY_TAB},
    {"Backspace", VTERM_KEY_BACKSPACE},
    {"Esc", VTERM_KEY_ESCAPE},
    {"Up", VTERM_KEY_UP},
    {"Down", VTERM_KEY_DOWN},
    {"Left", VTERM_KEY_LEFT},
    {"Right", VTERM_KEY_RIGHT},
    {"Insert", VTERM_KEY_INS},
    {"Delete", VTERM_KEY_DEL},
    {"Home", VTERM_KEY_HOME},
    {"End", VTERM_KEY_END},
    {"PageUp", VTERM_KEY_PAGEUP},
    {"PageDown", VTERM_KEY_PAGEDOWN},
};

static const char *take_modifiers(const char *name, int *out)
{
	static const struct {
		char letter;
		int mod;
	} table[] = {{'C', VTERM_MOD_CTRL}, {'M', VTERM_MOD_ALT}, {'S', VTERM_MOD_SHIFT}};

	*out = VTERM_MOD_NONE;
	for (size_t i = 0; i < YG_COUNT(table); i++)
		if (name[0] == table[i].letter && name[1] == '-' && name[2]) {
			*out |= table[i].mod;
			name += 2;
		}
	return name;
}

/* A character with Ctrl as every terminal has sent it: libvterm sends CSI u for some, which no
 * shell reads. */
static bool send_control(struct yg_vterm *vt, uint32_t cp, int mod)
{
	char bytes[2] = {'\033', 0};

	if (cp == ' ' || cp == '@')
		bytes[1] = 0;
	else if (cp == '?')
		bytes[1] = 0x7f;
	else if (cp >= 0x40 && cp < 0x7f)
		bytes[1] = (char)(cp & 0x1f);
	else
		return false;
	bool has_alt = mod & VTERM_MOD_ALT;
	on_output(has_alt ? bytes : bytes + 1, has_alt ? 2 : 1, vt);
	return true;
}

bool yg_vterm_key(struct yg_vterm *vt, const char *name)
{
	int mod;
	const char *base = take_modifiers(name, &mod);

	for (size_t i = 0; i < YG_COUNT(keys); i++)
		if (yg_streq(keys[i].name, base)) {
			vterm_keyboard_key(vt->vt, keys[i].key, (VTermModifier)mod);
			return true;
		}
	if (base[0] == 'F' && base[1] >= '1' && base[1] <= '9') {
		int n = (int)strtol(base + 1, NULL, 10);
		vterm_keyboard_key(vt->vt, (VTermKey)VTERM_KEY_FUNCTION(n), (VTermModifier)mod);
		return n <= 12;
	}
	if (yg_streq(base, "Space"))
		base = " ";
	const char *p = base, *end = base + strlen(base);
	if (p == end)
		return false;
	uint32_t cp = yg_utf8_next(&p, end);
	if (p != end && mod)
		return false;
	if (mod & VTERM_MOD_CTRL)
		return send_control(vt, cp, mod);
	if (mod & VTERM_MOD_ALT)
		on_output("\033", 1, vt);
	on_output(base, strlen(base), vt); /* with its marks, as an input method gives them */
	return true;
}

void yg_vterm_paste(struct yg_vterm *vt, bool is_begin)
{
	if (is_begin)
		vterm_keyboard_start_paste(vt->vt);
	else
		vterm_keyboard_end_paste(vt->vt);
}

bool yg_vterm_mouse(struct yg_vterm *vt, int x, int y, int button)
{
	int cols, rows;

	vterm_get_size(vt->vt, &rows, &cols);
	if (!vt->mouse || vt->scroll || x < 0 || y < 0 || x >= cols || y >= rows)
		return false;
	vterm_mouse_move(vt->vt, y, x, VTERM_MOD_NONE);
	vterm_mouse_button(vt->vt, button, true, VTERM_MOD_NONE);
	if (button < 4)
		vterm_mouse_button(vt->vt, button, false, VTERM_MOD_NONE);
	return true;
}
