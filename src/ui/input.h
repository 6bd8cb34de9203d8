/* input: bytes from the terminal to named keys and mouse events. The only file with libtermkey.
 * Names: "j", "J", "Space", "Enter", "Tab", "S-Tab", "Esc", "Backspace", "Delete", "Up",
 * "PageDown", "Home", "F5", "C-x", "M-x". What is typed with an input method comes as the text
 * itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_UI_INPUT_H
#define YG_UI_INPUT_H

#include "api/yagura.h"

struct yg_input;

struct yg_input *yg_input_create(void);
void yg_input_destroy(struct yg_input *in);
/* Takes bytes that were read from the terminal. */
void yg_input_feed(struct yg_input *in, const char *bytes, size_t len);
/* The next event, or false if none is whole yet; *out_wait_ms: ask again, with is_late, after so
 * many milliseconds without new bytes (a lone Escape is only known by what does not follow), or -1.
 * out->key is valid until the next call. */
bool yg_input_next(struct yg_input *in, bool is_late, struct yg_event *out, int *out_wait_ms);
/* The background that the terminal told when it was asked, 0xRRGGBB, or -1. */
int32_t yg_input_background(const struct yg_input *in);
/* Breaks and tabs of a paste are keys too (for a terminal), instead of blanks. */
void yg_input_keep_breaks(struct yg_input *in, bool on);
/* Inside of a paste whose end has not come yet. */
bool yg_input_is_pasting(const struct yg_input *in);

#endif
