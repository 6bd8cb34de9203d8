/* manifest: what the provider docker is, and which engines are on this machine. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/provider.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "model/kinds.h"
#include "providers/docker/contexts.h"
#include "providers/docker/url.h"

#define FROM_ENV "found: DOCKER_HOST"

extern const struct yg_provider yg_provider_docker;

static const struct yg_option options[] = {
    {.name = "tls_ca",
	.type = YG_T_TEXT,
	.help = "file of the authority that signed its certificate"},
    {.name = "tls_cert", .type = YG_T_TEXT, .help = "file of our certificate"},
    {.name = "tls_key", .type = YG_T_TEXT, .help = "file of our certificate's key"},
    {.name = "tls_certs",
	.type = YG_T_TEXT,
	.help = "folder with ca.pem, cert.pem and key.pem, as docker has it"},
};

static const struct yg_kind *const kinds[] = {&yg_kind_host, &yg_kind_container, &yg_kind_image,
    &yg_kind_network, &yg_kind_volume, &yg_kind_project};

/* ---- the URL ---- */

/* An option; for what DOCKER_HOST named, docker's own variables say where the certificates are. */
static const char *folder_of(const struct yg_controller *c)
{
	const char *folder = yg_controller_option(c, "tls_certs");
	const char *verify = getenv("DOCKER_TLS_VERIFY");

	if (folder || !yg_streq(c->source, FROM_ENV) || !verify || !verify[0])
		return folder;
	return getenv("DOCKER_CERT_PATH");
}

static char *file_of(const struct yg_controller *c, const char *option, const char *name)
{
	const char *file = yg_controller_option(c, option), *folder = folder_of(c);

	if (file && file[0])
		return yg_xstrdup(file);
	return folder && folder[0] ? yg_xasprintf("%s/%s", folder, name) : NULL;
}

/* NULL, or what is wrong with "host", "host:port", "[address]:port" of len bytes. */
static const char *bad_host(const char *host, size_t len)
{
	const char *bracket = memchr(host, ']', len), *end = host + len;
	const char *colon =
	    memchr(bracket ? bracket : host, ':', (size_t)(end - (bracket ? bracket : host)));
	unsigned long port = 1;

	if (!len)
		return N_("it names no host");
	if (host[0] == '[' && !bracket)
		return N_("the bracket is not closed");
	if (memchr(host, '/', len) || memchr(host, ' ', len))
		return N_("only a host and a port are expected");
	if (colon) {
		char *tail;
		port = strtoul(colon + 1, &tail, 10);
		if (tail != end || !strchr("0123456789", colon[1]))
			port = 0;
	}
	return port < 1 || port > 65535 ? N_("the port is no number from 1 to 65535") : NULL;
}

/* "tcp://host:port": TLS where certificates are named, else plain, as docker has it. */
static int parse_tcp(const char *url, struct docker_url *u, struct yg_err *err)
{
	const char *rest = url + strlen("tcp://");
	bool is_tls = u->ca || u->cert || u->key;
	const char *bracket = strchr(rest, ']');
	bool has_port = strchr(bracket ? bracket : rest, ':');
	size_t len = strlen(rest);

	/* It is not said again: there may be a password in it. */
	if (strchr(rest, '@'))
		return yg_err_set(err, YG_E_INVALID,
		    "URL: a user or password does not belong into it: use tls_cert and tls_key");
	if (!u->cert != !u->key)
		return yg_err_set(err, YG_E_INVALID,
		    "URL '%s': tls_cert and tls_key belong together: one is missing", url);
	while (len && rest[len - 1] == '/')
		len--;
	const char *why = bad_host(rest, len);
	if (why)
		return yg_err_set(err, YG_E_INVALID, "URL '%s': %s", url, _(why));
	u->url = yg_xasprintf("%s://%.*s%s", is_tls ? "https" : "http", (int)len, rest,
	    has_port ? ""
	    : is_tls ? ":2376"
		     : ":2375");
	return 0;
}

static int parse(const struct yg_controller *c, struct docker_url *u, struct yg_err *err)
{
	const char *url = c->url;

	u->ca = file_of(c, "tls_ca", "ca.pem");
	u->cert = file_of(c, "tls_cert", "cert.pem");
	u->key = file_of(c, "tls_key", "key.pem");
	if (yg_starts_with(url, "tcp://"))
		return parse_tcp(url, u, err);
	if (!yg_starts_with(url, "unix:///") || !url[strlen("unix:///")])
		return yg_err_set(err, YG_E_INVALID,
		    "URL '%s': unix:///PATH or tcp://HOST:PORT is expected", url);
	if (u->ca || u->cert || u->key)
		return yg_err_set(err, YG_E_INVALID,
		    "URL '%s': a socket on this machine takes no certificates: leave tls_... out",
		    url);
	u->url = yg_xstrdup(url);
	return 0;
}

int yg_docker_url_parse(const struct yg_controller *c, struct docker_url *out, struct yg_err *err)
{
	struct docker_url u = {0};
	int rc = parse(c, &u, err);

	if (rc)
		yg_docker_url_done(&u);
	else
		*out = u;
	return rc;
}

void yg_docker_url_done(struct docker_url *url)
{
	free(url->url);
	free(url->ca);
	free(url->cert);
	free(url->key);
	*url = (struct docker_url){0};
}

static int check(const struct yg_controller *c, struct yg_err *err)
{
	struct docker_url url;
	int rc = yg_docker_url_parse(c, &url, err);

	if (!rc)
		yg_docker_url_done(&url);
	return rc;
}

/* ---- what is on this machine ---- */

/* One socket that may be there. */
struct place {
	const char *name; /* of the controller */
	char *path;
	bool is_same; /* as one before: /var/run is /run */
};

static bool is_same_file(const char *a, const char *b)
{
	struct stat x, y;

	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

/* true if it is there and ours to use. */
static bool look_at(struct yg_discovery *d, const struct place *p, bool *is_barred)
{
	if (access(p->path, R_OK | W_OK) == 0) {
		char *url = yg_xasprintf("unix://%s", p->path);
		char *source = yg_xasprintf("found: %s", p->path);
		yg_discovery_add(d, p->name, url, source);
		free(url);
		free(source);
		return true;
	}
	if (errno == EACCES && yg_streq(p->name, "docker")) {
		yg_discovery_none(d, p->path,
		    "it is there, and not for you: sudo usermod -aG docker $USER, then log in "
		    "again");
		*is_barred = true;
	}
	return false;
}

static bool look_at_env(struct yg_discovery *d)
{
	const char *env = getenv("DOCKER_HOST");

	if (!env || !env[0])
		return false;
	if (!yg_starts_with(env, "unix:///") && !yg_starts_with(env, "tcp://")) {
		yg_discovery_none(
		    d, "DOCKER_HOST", "only unix:///PATH and tcp://HOST:PORT can be used");
		return false;
	}
	yg_discovery_add(d, "docker", env, FROM_ENV);
	return true;
}

static void discover(struct yg_discovery *d)
{
	const char *run = getenv("XDG_RUNTIME_DIR"), *env = getenv("DOCKER_HOST");
	bool has_run = run && run[0] == '/', is_barred = false, is_found = look_at_env(d);
	struct place places[] = {
	    {"docker", yg_xstrdup("/run/docker.sock"), false},
	    {"docker", yg_xstrdup("/var/run/docker.sock"), false},
	    {"docker", has_run ? yg_xasprintf("%s/docker.sock", run) : NULL, false},
	    {"podman", yg_xstrdup("/run/podman/podman.sock"), false},
	    {"podman", has_run ? yg_xasprintf("%s/podman/podman.sock", run) : NULL, false},
	};

	for (size_t i = 0; i < YG_COUNT(places); i++) {
		struct place *p = &places[i];
		p->is_same = p->path && env && yg_starts_with(env, "unix://") &&
			     is_same_file(p->path, env + strlen("unix://"));
		for (size_t k = 0; k < i && p->path && !p->is_same; k++)
			p->is_same = places[k].path && is_same_file(p->path, places[k].path);
		if (p->path && !p->is_same && look_at(d, p, &is_barred))
			is_found = true;
	}
	const char *known[YG_COUNT(places) + 1] = {
	    env && yg_starts_with(env, "unix://") ? env + strlen("unix://") : NULL};
	for (size_t i = 0; i < YG_COUNT(places); i++)
		known[i + 1] = places[i].path;
	if (yg_docker_contexts(d, known, YG_COUNT(known)))
		is_found = true;
	for (size_t i = 0; i < YG_COUNT(places); i++)
		free(places[i].path);
	if (!is_found && !is_barred)
		yg_discovery_none(d, "a socket of Docker or Podman",
		    "apt install docker.io, or apt install podman and systemctl --user enable "
		    "--now "
		    "podman.socket");
}

const struct yg_provider yg_provider_docker = {
    .size = sizeof(yg_provider_docker),
    .name = "docker",
    .help = "containers of Docker, and of Podman by the same door",
    .url_help = "unix:///run/docker.sock, tcp://host:2376",
    .options = options,
    .n_options = YG_COUNT(options),
    .kinds = kinds,
    .n_kinds = YG_COUNT(kinds),
    .actions = "container/start container/stop container/restart container/pause "
	       "container/unpause container/kill container/remove",
    .poll_ms = 15000,
    .open_ms = 10000,
    .discover = discover,
    .check = check,
    .module = "docker",
};
