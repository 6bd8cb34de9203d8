/* controllers: who there is to speak to: the demo site, or what is configured and found here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "app/host.h"
#include "base/i18n.h"
#include "base/text.h"

static const struct yg_provider *find_provider(const char *name)
{
	for (size_t i = 0; i < yg_n_providers; i++)
		if (yg_streq(yg_providers[i]->name, name))
			return yg_providers[i];
	return NULL;
}

static struct yg_controller *add(struct yg_host *host, const struct yg_provider *provider,
    const char *name, const char *url, const char *source)
{
	struct yg_feed *feed = yg_xcalloc(1, sizeof(*feed));
	struct yg_controller *c = yg_controller_create(provider, name, url, source, yg_feed_notify);

	feed->host = host;
	c->house = feed;
	c->loop = host->loop;
	c->inv = host->inv;
	c->tasks = host->tasks;
	c->is_read_only = host->is_read_only;
	yg_vec_push(&host->controllers, c);
	return c;
}

static int add_demo(struct yg_host *host, const char *spec, struct yg_err *err)
{
	const struct yg_provider *demo = find_provider("demo");

	if (!demo)
		return yg_err_set(
		    err, YG_E_UNSUPPORTED, "--demo: this program was built without the demo site");
	char *url = yg_xasprintf("demo:%s", spec);
	const struct yg_controller *c = add(host, demo, "demo", url, "--demo");
	free(url);
	int rc = yg_controller_check(c, err);
	return rc ? yg_err_wrap(err, "--demo") : 0;
}

/* "FILE:LINE:COLUMN: " in front; what is not in the file yet stands in no line. */
static int place(
    const struct yg_host *host, const struct yg_config_controller *cc, struct yg_err *err)
{
	if (!cc->line)
		return err ? err->code : YG_E_INVALID;
	return yg_err_wrap(err, "%s:%d:%d", host->config->path, cc->line, cc->column);
}

static int unknown_provider(
    const struct yg_host *host, const struct yg_config_controller *cc, struct yg_err *err)
{
	const char **names = yg_xcalloc(yg_n_providers + 1, sizeof(*names));

	for (size_t i = 0; i < yg_n_providers; i++)
		names[i] = yg_providers[i]->name;
	const char *near = yg_text_nearest(cc->provider, names, yg_n_providers);
	free(names);
	yg_err_set(err, YG_E_INVALID, "controller '%s': no provider '%s'%s%s%s", cc->name,
	    cc->provider, near ? _("; did you mean '") : "", near ? near : "", near ? "'?" : "");
	return place(host, cc, err);
}

static int check_name(
    struct yg_host *host, const struct yg_config_controller *cc, struct yg_err *err)
{
	const char *why = NULL;

	if (!cc->name[0] || strpbrk(cc->name, "/\t\n"))
		why = N_("a name has no '/' and is not empty");
	else if (yg_streq(cc->name, YG_HOUSE_NAME))
		why = N_("that is the program's own name");
	else if (yg_host_find_controller(host, cc->name))
		why = N_("there is one of that name already");
	if (!why)
		return 0;
	yg_err_set(err, YG_E_INVALID, "controller '%s': %s", cc->name, _(why));
	return place(host, cc, err);
}

static int add_configured(
    struct yg_host *host, const struct yg_config_controller *cc, struct yg_err *err)
{
	const struct yg_provider *provider = find_provider(cc->provider);

	if (!provider)
		return unknown_provider(host, cc, err);
	int rc = check_name(host, cc, err);
	if (rc)
		return rc;
	char *source = yg_xasprintf("%s:%d", host->config->path, cc->line);
	struct yg_controller *c = add(host, provider, cc->name, cc->url, source);
	free(source);
	c->site = cc->site ? yg_xstrdup(cc->site) : NULL;
	for (size_t i = 0; i < cc->n_options; i++)
		yg_controller_set_option(c, cc->options[i].name, cc->options[i].value);
	rc = yg_controller_check(c, err);
	if (!rc)
		return 0;
	yg_err_wrap(err, "controller '%s'", cc->name);
	return place(host, cc, err);
}

int yg_controllers_check(
    struct yg_config *config, const struct yg_config_controller *cc, struct yg_err *err)
{
	struct yg_host host = {.config = config};
	struct yg_err why = {0};
	int rc = yg_config_check_name(cc->name, &why);

	if (!rc)
		rc = add_configured(&host, cc, &why);
	for (size_t i = 0; i < host.controllers.count; i++) {
		struct yg_feed *feed = host.controllers.items[i]->house;
		yg_controller_destroy(host.controllers.items[i]);
		free(feed);
	}
	yg_vec_done(&host.controllers);
	if (rc && err)
		*err = why;
	return rc;
}

static bool is_known(const struct yg_host *host, const struct yg_found *found)
{
	for (size_t i = 0; i < host->controllers.count; i++) {
		const struct yg_controller *c = host->controllers.items[i];
		if (c->provider == found->provider && yg_streq(c->url, found->url))
			return true;
	}
	return false;
}

static void add_found(struct yg_host *host, const struct yg_found *found)
{
	char *name = yg_xstrdup(found->name);

	if (!is_known(host, found)) {
		for (int i = 2;
		     yg_streq(name, YG_HOUSE_NAME) || yg_host_find_controller(host, name); i++) {
			free(name);
			name = yg_xasprintf("%s-%d", found->name, i);
		}
		struct yg_controller *c =
		    add(host, found->provider, name, found->url, found->source);
		for (size_t i = 0; i < found->n_options; i++)
			yg_controller_set_option(
			    c, found->option_names[i], found->option_values[i]);
	}
	free(name);
}

static void discover(struct yg_host *host)
{
	for (size_t i = 0; i < yg_n_providers; i++)
		yg_discovery_run(&host->discovery, yg_providers[i]);
	for (size_t i = 0; i < host->discovery.n_found; i++)
		add_found(host, &host->discovery.found[i]);
}

int yg_controllers_create(struct yg_host *host, const struct yg_setup *setup, struct yg_err *err)
{
	const struct yg_config *config = host->config;
	size_t n_of_site = 0;
	int rc = 0;

	host->modules = yg_xcalloc(yg_n_providers + 1, sizeof(*host->modules));
	for (size_t i = 0; i < yg_n_providers; i++)
		host->modules[i] = (struct yg_module){
		    .provider = yg_providers[i],
		    .ops = yg_providers[i]->ops,
		    .host = host,
		};
	if (setup->demo)
		return add_demo(host, setup->demo, err);
	for (size_t i = 0; i < config->n_controllers && !rc; i++) {
		if (setup->site && !yg_streq(setup->site, config->controllers[i].site))
			continue;
		n_of_site++;
		rc = add_configured(host, &config->controllers[i], err);
	}
	if (!rc && setup->site && !n_of_site)
		rc = yg_err_set(err, YG_E_INVALID, "--site %s: no controller in %s is of this site",
		    setup->site, config->path);
	if (!rc && !setup->site && !config->no_discovery)
		discover(host);
	return rc;
}
