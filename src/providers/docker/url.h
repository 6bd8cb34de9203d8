/* url: where an engine is and with what certificates, from the URL and options of a controller.
 * Part of the manifest: loads nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_DOCKER_URL_H
#define YG_PROVIDERS_DOCKER_URL_H

#include "base/err.h"

struct yg_controller;

struct docker_url {
	char *url;             /* unix://, http://, https:// */
	char *ca, *cert, *key; /* files, or NULL */
};

/* YG_E_INVALID: the URL, or options that contradict it. */
int yg_docker_url_parse(const struct yg_controller *c, struct docker_url *out, struct yg_err *err);
void yg_docker_url_done(struct docker_url *url);

#endif
