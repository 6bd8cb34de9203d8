/* http: questions to one controller over HTTP: URLs, and who carries what. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/http.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <stdlib.h>

#include "base/buf.h"
#include "net/http_wire.h"

#define UNIX_PREFIX "unix://"

extern const struct yg_http_wire yg_http_wire_plain;

/* ---- URLs ---- */

static int bad_url(const char *url, const char *why, struct yg_err *err)
{
	return yg_err_set(err, YG_E_INVALID, "URL '%s': %s", url, why);
}

/* The port behind the host at rest, or as it was. */
static int parse_port(const char *url, const char *rest, size_t len, struct yg_http_place *place,
    size_t *host_len, struct yg_err *err)
{
	const char *bracket = memchr(rest, ']', len);
	const char *from = bracket ? bracket : rest;
	const char *colon = memchr(from, ':', len - (size_t)(from - rest));
	char *tail;

	*host_len = colon ? (size_t)(colon - rest) : len;
	if (!colon)
		return 0;
	long n = strtol(colon + 1, &tail, 10);
	if (tail != rest + len || tail == colon + 1 || n < 1 || n > 65535)
		return bad_url(url, "the port is none of 1 to 65535", err);
	place->port = (int)n;
	return 0;
}

/* "host:port" behind "http://": what to connect to, and the name to be resolved if it is one. */
static int parse_host(
    const char *url, const char *rest, struct yg_http_place *place, struct yg_err *err)
{
	struct in_addr v4;
	size_t len = strcspn(rest, "/?#@ "), host_len;

	if (rest[len] == '@')
		return bad_url(url, "a user or password has no place in it", err);
	if (rest[len] && !yg_streq(rest + len, "/"))
		return bad_url(url, "nothing may follow host and port", err);
	int rc = parse_port(url, rest, len, place, &host_len, err);
	if (rc)
		return rc;
	if (host_len == 0)
		return bad_url(url, "it names no host", err);
	char *host = yg_xstrndup(rest, host_len);
	if (host[0] == '[' || inet_pton(AF_INET, host, &v4) == 1)
		free(host);
	else
		place->host = host;
	place->base = yg_xstrndup(url, (size_t)(rest - url) + len);
	return 0;
}

static int parse_url(const char *url, struct yg_http_place *place, struct yg_err *err)
{
	place->is_tls = yg_starts_with(url, "https://");
	place->port = place->is_tls ? 443 : 80;
	if (place->is_tls)
		return parse_host(url, url + strlen("https://"), place, err);
	if (yg_starts_with(url, "http://"))
		return parse_host(url, url + strlen("http://"), place, err);
	if (!yg_starts_with(url, UNIX_PREFIX "/"))
		return bad_url(url, "it begins with none of unix:///, http://, https://", err);
	place->socket_path = yg_xstrdup(url + strlen(UNIX_PREFIX));
	/* A socket's name ends at 107 bytes. */
	if (strlen(place->socket_path) > 107)
		return bad_url(url, "the path is too long for a socket", err);
	return 0;
}

static void place_done(struct yg_http_place *place)
{
	free(place->base);
	free(place->host);
	free(place->socket_path);
}

/* ---- who carries it ---- */

/* The file beside our own; the caller frees. */
static char *beside_us(const char *name)
{
	Dl_info us;

	if (!dladdr(&yg_http_wire_plain, &us) || !us.dli_fname)
		return yg_xstrdup(name);
	const char *slash = strrchr(us.dli_fname, '/');
	int folder = slash ? (int)(slash - us.dli_fname) + 1 : 0;
	return yg_xasprintf("%.*s%s", folder, us.dli_fname, name);
}

/* dlopen() counts: all but the first call cost nothing. It is never closed: TLS libraries do not
 * like to be. */
static int find_wire(const char *url, const struct yg_http_wire **out, struct yg_err *err)
{
	if (yg_starts_with(url, UNIX_PREFIX)) {
		*out = &yg_http_wire_plain;
		return 0;
	}
	char *path = beside_us("libyagura-curl.so");
	void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	free(path);
	const struct yg_http_wire *wire = handle ? dlsym(handle, "yg_http_wire_curl") : NULL;
	if (!wire || wire->size != sizeof(*wire))
		return yg_err_set(err, YG_E_UNSUPPORTED,
		    "URL '%s': TCP and TLS need libcurl: %s; apt install libcurl4", url,
		    handle ? "libyagura-curl.so is of another version" : dlerror());
	*out = wire;
	return 0;
}

/* ---- public ---- */

int yg_http_load(const char *url, struct yg_err *err)
{
	const struct yg_http_wire *wire;

	return find_wire(url, &wire, err);
}

int yg_http_create(struct yg_loop *loop, const struct yg_http_setup *setup, struct yg_http **out,
    struct yg_err *err)
{
	struct yg_http_place place = {0};
	const struct yg_http_wire *wire;
	int rc = parse_url(setup->url, &place, err);

	if (!rc)
		rc = find_wire(setup->url, &wire, err);
	if (!rc)
		*out = wire->create(loop, setup, &place);
	place_done(&place);
	return rc;
}

void yg_http_destroy(struct yg_http *http)
{
	if (http)
		http->wire->destroy(http);
}

struct yg_http_call *yg_http_start(struct yg_http *http, const struct yg_http_request *request)
{
	return http->wire->start(http, request);
}

void yg_http_cancel(struct yg_http_call *call)
{
	if (call)
		call->wire->cancel(call);
}

void yg_http_resume(struct yg_http_call *call)
{
	call->wire->resume(call);
}

int yg_http_status(const struct yg_http_call *call)
{
	return call->status;
}

const char *yg_http_header(struct yg_http_call *call, const char *name)
{
	return call->wire->header(call, name);
}

void yg_http_escape(struct yg_buf *out, const char *s)
{
	static const char plain[] = "-._~";

	for (; *s; s++) {
		unsigned char b = (unsigned char)*s;
		bool is_word =
		    (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9');
		if (is_word || strchr(plain, b))
			yg_buf_char(out, (char)b);
		else
			yg_buf_printf(out, "%%%02X", b);
	}
}
