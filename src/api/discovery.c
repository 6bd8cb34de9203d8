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

void yg_discovery_known(struct yg_discovery *d, const char *what, const char *why)
{
	yg_discovery_none(d, what, why);
	d->missing[d->n_missing - 1].is_known = true;
}

void yg_discovery_option(struct yg_discovery *d, const char *name, const char *value)
{
	if (!d->n_found)
		return;
	struct yg_found *f = &d->found[d->n_found - 1];
	size_t n = f->n_options++;
	f->option_names = yg_xreallocarray(f->option_names, f->n_options, sizeof(*f->option_names));
	f->option_values =
	    yg_xreallocarray(f->option_values, f->n_options, sizeof(*f->option_values));
	f->option_names[n] = yg_xstrdup(name);
	f->option_values[n] = yg_xstrdup(value);
}

void yg_discovery_run(struct yg_discovery *d, const struct yg_provider *provider)
{
	d->provider = provider;
	if (provider->discover)
		provider->discover(d);
}

static void free_found(struct yg_found *f)
{
	for (size_t i = 0; i < f->n_options; i++) {
		free(f->option_names[i]);
		free(f->option_values[i]);
	}
	free(f->option_names);
	free(f->option_values);
	free(f->name);
	free(f->url);
	free(f->source);
}

void yg_discovery_done(struct yg_discovery *d)
{
	for (size_t i = 0; i < d->n_found; i++)
		free_found(&d->found[i]);
	for (size_t i = 0; i < d->n_missing; i++) {
		free(d->missing[i].looked_for);
		free(d->missing[i].hint);
	}
	free(d->found);
	free(d->missing);
	memset(d, 0, sizeof(*d));
}
