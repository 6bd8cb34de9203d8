/* elsewhere: what other tools' files name here that no provider can connect to yet. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/elsewhere.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "api/house.h"
#include "base/i18n.h"
#include "store/yaml.h"

#define NAMES_SHOWN 50 /* of a file */

static void tell(struct yg_discovery *d, const char *fmt, const char *name, const char *path)
{
	char *what = yg_xasprintf(fmt, name, path);

	yg_discovery_known(d, what, _("it is connected to when its provider comes"));
	free(what);
}

/* The tree of a file; NULL: none is there, or it is broken, which is told. */
static struct yg_yaml *read_file(struct yg_discovery *d, const char *path)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode))
		yg_discovery_none(d, path, _("it is no file"));
	else if (yg_yaml_read(path, &yaml, &err))
		yg_discovery_none(d, _("what other tools know"), err.text);
	return yaml;
}

static void read_kube(struct yg_discovery *d, const char *path)
{
	struct yg_yaml *yaml = read_file(d, path);
	const struct yg_node *list = yaml ? yg_node_get(yaml->root, "contexts") : NULL;
	size_t n = 0;

	for (const struct yg_node *c = list ? list->first : NULL; c && n < NAMES_SHOWN;
	     c = c->next) {
		const struct yg_node *name = yg_node_get(c, "name");
		if (!name || !name->text[0])
			continue;
		tell(d, _("Kubernetes context '%.100s' (%s)"), name->text, path);
		n++;
	}
	yg_yaml_free(yaml);
}

static void read_clouds(struct yg_discovery *d, const char *path)
{
	struct yg_yaml *yaml = read_file(d, path);
	const struct yg_node *map = yaml ? yg_node_get(yaml->root, "clouds") : NULL;
	const struct yg_node *c = map && map->is == YG_NODE_MAP ? map->first : NULL;

	for (size_t n = 0; c && n < NAMES_SHOWN; c = c->next, n++)
		tell(d, _("OpenStack cloud '%.100s' (%s)"), c->key, path);
	yg_yaml_free(yaml);
}

/* Below the home of the user, if there is one. */
static void at_home(
    struct yg_discovery *d, const char *name, void (*read)(struct yg_discovery *, const char *))
{
	const char *home = getenv("HOME");

	if (!home || home[0] != '/')
		return;
	char *path = yg_xasprintf("%s/%s", home, name);
	read(d, path);
	free(path);
}

void yg_elsewhere_find(struct yg_discovery *d)
{
	const char *kube = getenv("KUBECONFIG"), *clouds = getenv("OS_CLIENT_CONFIG_FILE");

	d->provider = NULL;
	for (const char *p = kube; p && *p;) {
		size_t len = strcspn(p, ":");
		char *path = yg_xstrndup(p, len);
		if (*path)
			read_kube(d, path);
		free(path);
		p += len + (p[len] == ':');
	}
	if (!kube || !*kube)
		at_home(d, ".kube/config", read_kube);
	if (clouds && *clouds) {
		read_clouds(d, clouds);
		return;
	}
	at_home(d, ".config/openstack/clouds.yaml", read_clouds);
	read_clouds(d, "/etc/openstack/clouds.yaml");
}
