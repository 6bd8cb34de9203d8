/* aliases: the names that a person gave to URIs in libvirt.conf. Part of the manifest. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_PROVIDERS_LIBVIRT_ALIASES_H
#define YG_PROVIDERS_LIBVIRT_ALIASES_H

#include <stddef.h>

struct yg_discovery;

/* Adds each of uri_aliases in the user's libvirt.conf and the machine's. Returns how many. */
size_t yg_libvirt_aliases(struct yg_discovery *d);

#endif
