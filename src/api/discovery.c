/* discovery: collects what the providers' manifests find on this machine. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "api/house.h"

void yg_discovery_add(struct yg_discovery *d, const char *name, const char *url, const char *source)
{
	if (d->n_found == d->found_room) {
		d->found_room = d->found_room * 2 + 4;
		d->found = yg_xreallocarray(d->found, d->found_room, sizeof(*d->found));
	}
	d->found[d->n_found++] = (struct yg_found){
	    .provider = d->provider,
	    .name = yg_xstrdup(name),
	    .url = yg_xstrdup(url),
	    .source = yg_xstrdup(source),
	};
}

void yg_discovery_none(struct yg_discovery *d, const char *looked_for, const char *hint)
{
	if (d->n_missing == d->missing_room) {
		d->missing_room = d->missing_room * 2 + 4;
		d->missing = yg_xreallocarray(d->missing, d->missing_room, sizeof(*d->missing));
	}
	d->missing[d->n_missing++] = (struct yg_missing){
	    .provider = d->provider,
	    .looked_for = yg_xstrdup(looked_for ? looked_for : ""),
	    .hint = yg_xstrdup(hint ? hint : ""),
	};
}

void yg_discovery_run(struct yg_discovery *d, const struct yg_provider *provider)
{
	d->provider = provider;
	if (provider->discover)
		provider->discover(d);
}

void yg_discovery_done(struct yg_discovery *d)
{
	for (size_t i = 0; i < d->n_found; i++) {
		free(d->found[i].name);
		free(d->found[i].url);
		free(d->found[i].source);
	}
	for (size_t i = 0; i < d->n_missing; i++) {
		free(d->missing[i].looked_for);
		free(d->missing[i].hint);
	}
	free(d->found);
	free(d->missing);
	memset(d, 0, sizeof(*d));
}
