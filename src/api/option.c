/* option: what is configured for a controller, looked up and checked against its provider. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "api/house.h"
#include "base/i18n.h"
#include "base/text.h"

void yg_controller_set_option(struct yg_controller *c, const char *name, const char *value)
{
	c->option_names =
	    yg_xreallocarray(c->option_names, c->n_options + 1, sizeof(*c->option_names));
	c->option_values =
	    yg_xreallocarray(c->option_values, c->n_options + 1, sizeof(*c->option_values));
	c->option_names[c->n_options] = yg_xstrdup(name);
	c->option_values[c->n_options++] = yg_xstrdup(value);
}

static const struct yg_option *find(const struct yg_provider *p, const char *name)
{
	for (size_t i = 0; i < p->n_options; i++)
		if (yg_streq(p->options[i].name, name))
			return &p->options[i];
	return NULL;
}

const char *yg_controller_option(const struct yg_controller *c, const char *name)
{
	for (size_t i = 0; i < c->n_options; i++)
		if (yg_streq(c->option_names[i], name))
			return c->option_values[i];
	const struct yg_option *option = find(c->provider, name);
	return option ? option->preset : NULL;
}

static int unknown_option(const struct yg_provider *p, const char *name, struct yg_err *err)
{
	const char **names = yg_xcalloc(p->n_options + 1, sizeof(*names));

	for (size_t i = 0; i < p->n_options; i++)
		names[i] = p->options[i].name;
	const char *near = yg_text_nearest(name, names, p->n_options);
	free(names);
	return yg_err_set(err, YG_E_INVALID, "provider '%s' has no option '%s'%s%s%s", p->name,
	    name, near ? _("; did you mean '") : "", near ? near : "", near ? "'?" : "");
}

int yg_controller_check(const struct yg_controller *c, struct yg_err *err)
{
	for (size_t i = 0; i < c->n_options; i++) {
		const struct yg_option *option = find(c->provider, c->option_names[i]);
		if (!option)
			return unknown_option(c->provider, c->option_names[i], err);
		if (yg_type_check(option->type, c->option_values[i], err))
			return yg_err_wrap(err, "option '%s'", option->name);
	}
	return c->provider->check ? c->provider->check(c, err) : 0;
}
