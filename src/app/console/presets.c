/* presets: keys to begin with, for people who come from elsewhere. What is not here is as in vi. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/console/keys.h"

const struct yg_preset_key yg_keys_presets[] = {
    {"emacs", "normal", "C-n", "key Down"},
    {"emacs", "normal", "C-p", "key Up"},
    {"emacs", "normal", "C-v", "key PageDown"},
    {"emacs", "normal", "M-v", "key PageUp"},
    {"emacs", "normal", "M-<", "key Home"},
    {"emacs", "normal", "M->", "key End"},
    {"emacs", "normal", "C-f", "focus right"},
    {"emacs", "normal", "C-b", "focus left"},
    {"emacs", "normal", "C-g", "back"},
    {"emacs", "normal", "C-s", "prompt filter"},
    {"emacs", "normal", "C-k", "close"},
    {"emacs", "normal", "M-x", "prompt command"},
    {"emacs", "normal", "M-f", "find"},
    {"emacs", "normal", "M-w", "copy"},
    {"emacs", "normal", "M-h", "help"},
    {"emacs", "prompt", "C-g", "key Esc"},
    {"emacs", "prompt", "C-s", "key Down"},
    {"function-keys", "normal", "F1", "help"},
    {"function-keys", "normal", "F2", "actions"},
    {"function-keys", "normal", "F3", "details"},
    {"function-keys", "normal", "F4", "prompt filter"},
    {"function-keys", "normal", "F5", "refresh"},
    {"function-keys", "normal", "F6", "sort"},
    {"function-keys", "normal", "F7", "find"},
    {"function-keys", "normal", "F8", "mark"},
    {"function-keys", "normal", "F9", "prompt command"},
    {"function-keys", "normal", "F10", "quit"},
    {"function-keys", "normal", "F11", "zoom"},
    {"function-keys", "normal", "F12", "graph"},
    {"function-keys", "prompt", "F10", "key Esc"},
};
const size_t yg_keys_n_presets = YG_COUNT(yg_keys_presets);
