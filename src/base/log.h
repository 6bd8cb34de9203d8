/* log: lines to a file, never to the terminal. Thread-safe. Text from outside may be logged: the
 * writer makes control bytes visible. Secrets may not. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_LOG_H
#define YG_BASE_LOG_H

#include "base/err.h"

enum yg_log_level { YG_LOG_ERR, YG_LOG_WARN, YG_LOG_INFO, YG_LOG_DEBUG };

/* Opens (appends to, mode 0600) the file; NULL closes it. Without a file, lines are dropped.
 * trace: rooms whose DEBUG lines are wanted, "net,libvirt", or NULL (from YG_TRACE). */
int yg_log_open(const char *path, const char *trace, struct yg_err *err);
/* room: the part of the house that speaks, "net", "libvirt". */
void yg_log(const char *room, enum yg_log_level level, const char *fmt, ...) YG_PRINTF(3, 4);

#endif
