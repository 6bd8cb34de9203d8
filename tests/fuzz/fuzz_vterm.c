/* fuzz_vterm: any bytes as what a far side writes, in pieces, with changes of size between. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <limits.h>
#include <stdlib.h>

#include "base/text.h"
#include "ui/vterm.h"

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

static void on_answer(void *data, const char *bytes, size_t len)
{
	*(size_t *)data += len;
}

/* Every cell is harmless, and rows hold together. */
static void check_grid(const struct yg_grid *g)
{
	for (int y = 0; y < g->h; y++)
		for (int x = 0; x < g->w; x++) {
			const struct yg_cell *cell = yg_grid_cell(g, x, y);
			must(cell->width <= 2);
			must(cell->width != 0 || (x > 0 && cell[-1].width == 2));
			must(cell->width != 2 || (x + 1 < g->w && cell[1].width == 0));
			for (size_t i = 0; i <= YG_CELL_MARKS && cell->ch[i]; i++)
				must(yg_harmless(cell->ch[i]) == cell->ch[i]);
		}
}

static void draw(struct yg_vterm *vt, struct yg_grid *g)
{
	struct yg_canvas c = yg_canvas_of(g);

	yg_grid_clear(g);
	yg_vterm_draw(vt, &c, true);
	check_grid(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t answered = 0;
	struct yg_vterm_setup setup = {
	    .cols = 20, .rows = 6, .answer = on_answer, .data = &answered};
	struct yg_vterm *vt = yg_vterm_create(&setup);
	struct yg_grid g = {0};

	yg_grid_resize(&g, 17, 7);
	for (size_t at = 0; at < size;) {
		size_t n = YG_MIN((size_t)(1 + data[at] % 61), size - at);
		yg_vterm_feed(vt, (const char *)data + at, n);
		at += n;
		if (at < size && data[at] % 5 == 0)
			yg_vterm_resize(vt, data[at] % 40, data[at] / 6);
		if (at < size && data[at] % 7 == 0)
			yg_vterm_scroll(vt, (int)data[at] - 100);
		if (at < size && data[at] % 11 == 0)
			draw(vt, &g);
	}
	yg_vterm_find(vt, "a", true);
	draw(vt, &g);
	/* Nothing that it writes makes us say much more than it did. */
	must(answered <= 64 * size);
	struct yg_buf text = {0};
	yg_vterm_text(vt, &text);
	yg_buf_done(&text);
	yg_grid_done(&g);
	yg_vterm_destroy(vt);
	return 0;
}
