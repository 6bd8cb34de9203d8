/* contexts: the contexts of docker's own command line: engines that a person has named already.
 * Part of the manifest: loads nothing, connects to nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_DOCKER_CONTEXTS_H
#define YG_PROVIDERS_DOCKER_CONTEXTS_H

#include <stddef.h>

struct yg_discovery;

/* Adds each context of $DOCKER_CONFIG or ~/.docker that can be connected to, and tells of those
 * that cannot. known: n sockets that were found already, entries may be NULL. Returns how many were
 * added. */
size_t yg_docker_contexts(struct yg_discovery *d, const char *const *known, size_t n);

#endif
