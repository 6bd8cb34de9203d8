/* contexts: the contexts of docker's own command line: engines that a person has named already. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/docker/contexts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/provider.h"
#include "base/i18n.h"
#include "store/yaml.h"

#define CONTEXTS_MAX 100
#define META_BYTES   65536 /* docker writes some hundred */
#define NAME_MAX_LEN 100

/* What the reading of one folder shares. */
struct search {
	struct yg_discovery *d;
	const char *folder; /* ~/.docker/contexts */
	const char *const *known;
	size_t n_known, n_added;
	const char *wanted; /* by DOCKER_CONTEXT, until it is met */
};

/* A context as it is being looked at; id is the name of its folder. */
struct context {
	const char *id, *name, *host, *source;
};

static const char *text_of(const struct yg_node *map, const char *key)
{
	const struct yg_node *node = map ? yg_node_get(map, key) : NULL;

	return node ? node->text : "";
}

/* As docker itself has it: letters, digits and _ . + - */
static bool is_name(const char *s)
{
	static const char good[] =
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.+-";
	size_t len = strlen(s);

	return len && len <= NAME_MAX_LEN && strspn(s, good) == len;
}

static bool is_url(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s <= 0x20 || *s == 0x7F)
			return false;
	return true;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

static bool is_known(const struct search *s, const char *socket)
{
	for (size_t i = 0; i < s->n_known; i++)
		if (s->known[i] && is_same_file(s->known[i], socket))
			return true;
	return false;
}

static void add_certificates(const struct search *s, const char *id)
{
	static const struct {
		const char *file, *option;
	} files[] = {{"ca.pem", "tls_ca"}, {"cert.pem", "tls_cert"}, {"key.pem", "tls_key"}};

	for (size_t i = 0; i < YG_COUNT(files); i++) {
		char *path = yg_xasprintf("%s/tls/%s/docker/%s", s->folder, id, files[i].file);
		if (access(path, F_OK) == 0)
			yg_discovery_option(s->d, files[i].option, path);
		free(path);
	}
}

/* Why it cannot be connected to; NULL: it can. */
static const char *obstacle(const struct context *c, bool is_unverified)
{
	if (yg_starts_with(c->host, "ssh://"))
		return _("known, not connected yet: engines behind ssh come later");
	if (!is_url(c->host) ||
	    (!yg_starts_with(c->host, "unix:///") && !yg_starts_with(c->host, "tcp://")))
		return _("only unix:///PATH and tcp://HOST:PORT can be used");
	if (is_unverified)
		return _("it does not verify the engine's certificate, which we always do");
	if (yg_starts_with(c->host, "unix://") &&
	    access(c->host + strlen("unix://"), R_OK | W_OK) != 0)
		return _("its socket is not there, or not for you");
	return NULL;
}

static void take(struct search *s, const struct context *c, bool is_unverified)
{
	if (yg_streq(c->name, s->wanted))
		s->wanted = NULL;
	if (yg_starts_with(c->host, "unix://") && is_known(s, c->host + strlen("unix://")))
		return;
	const char *why = obstacle(c, is_unverified);
	if (why) {
		char *what = yg_xasprintf(_("context '%s' (%.200s)"), c->name, c->host);
		yg_discovery_known(s->d, what, why);
		free(what);
		return;
	}
	yg_discovery_add(s->d, c->name, c->host, c->source);
	add_certificates(s, c->id);
	s->n_added++;
}

/* Broken, too large, no file at all: one line. */
static int read_meta(const char *path, struct yg_yaml **out, struct yg_err *err)
{
	struct stat st;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return yg_err_set(err, YG_E_INVALID, "%s: is no file", path);
	if (st.st_size > META_BYTES)
		return yg_err_set(
		    err, YG_E_INVALID, "%s: larger than %d KiB", path, META_BYTES / 1024);
	/* JSON is YAML; docker's is plain enough for our strict reader. */
	return yg_yaml_read(path, out, err);
}

static void look_at(struct search *s, const char *id)
{
	char *path = yg_xasprintf("%s/meta/%s/meta.json", s->folder, id);
	char *source = yg_xasprintf("found: %s", path);
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (read_meta(path, &yaml, &err))
		yg_discovery_none(s->d, _("a context of docker"), err.text);
	else {
		const struct yg_node *all = yg_node_get(yaml->root, "Endpoints");
		const struct yg_node *end = all ? yg_node_get(all, "docker") : NULL;
		struct context c = {.id = id,
		    .name = text_of(yaml->root, "Name"),
		    .host = text_of(end, "Host"),
		    .source = source};
		if (is_name(c.name))
			take(s, &c, yg_streq(text_of(end, "SkipTLSVerify"), "true"));
		else
			yg_discovery_none(s->d, path, _("it has no name that docker would take"));
	}
	yg_yaml_free(yaml);
	free(source);
	free(path);
}

static int is_visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static void look_at_all(struct search *s)
{
	char *meta = yg_xasprintf("%s/meta", s->folder);
	struct dirent **entries = NULL;
	int n = scandir(meta, &entries, is_visible, alphasort);

	for (int i = 0; i < n; i++) {
		if (i < CONTEXTS_MAX)
			look_at(s, entries[i]->d_name);
		free(entries[i]);
	}
	if (n > CONTEXTS_MAX)
		yg_discovery_none(s->d, meta, _("more than 100 contexts: the rest is left out"));
	free(entries);
	free(meta);
}

size_t yg_docker_contexts(struct yg_discovery *d, const char *const *known, size_t n)
{
	const char *config = getenv("DOCKER_CONFIG"), *home = getenv("HOME");
	const char *wanted = getenv("DOCKER_CONTEXT");
	bool has_config = config && config[0] == '/';

	if (!has_config && (!home || home[0] != '/'))
		return 0;
	char *folder = has_config ? yg_xasprintf("%s/contexts", config)
				  : yg_xasprintf("%s/.docker/contexts", home);
	struct search s = {.d = d, .folder = folder, .known = known, .n_known = n};
	if (wanted && wanted[0] && !yg_streq(wanted, "default"))
		s.wanted = wanted;
	look_at_all(&s);
	if (s.wanted)
		yg_discovery_none(d, "DOCKER_CONTEXT", _("docker knows no context of this name"));
	free(folder);
	return s.n_added;
}
