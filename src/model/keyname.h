/* keyname: how keys are called: "j", "Up", "C-x", "M-Left", "F5": in files, help and events. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_MODEL_KEYNAME_H
#define YG_MODEL_KEYNAME_H

#include "base/mem.h"

/* One character or a name, perhaps with C-, M- and S- in front, in this order. */
bool yg_key_is_name(const char *name);
/* The right spelling of one that people write otherwise ("Ctrl-x", "esc", "PgUp"), or NULL; valid
 * until buf goes. */
const char *yg_key_nearest(const char *name, char *buf, size_t size);

#endif
