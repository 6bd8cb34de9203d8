/* aliases: the names that a person gave to URIs in libvirt.conf. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/libvirt/aliases.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/provider.h"
#include "base/i18n.h"

#define CONF_BYTES  65536
#define ALIASES_MAX 100

/* "name=uri"; false: it is none that libvirt would take. */
static bool add_alias(struct yg_discovery *d, const char *text, size_t len, const char *source)
{
	char *name = yg_xstrndup(text, len), *uri = strchr(name, '=');
	size_t good =
	    strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	bool is_good = good && good <= 100 && name + good == uri && strstr(uri + 1, "://");

	for (const char *p = uri; p && *p; p++)
		is_good &= (unsigned char)*p > 0x20 && *p != 0x7F;
	if (is_good) {
		*uri = '\0';
		yg_discovery_add(d, name, uri + 1, source);
	}
	free(name);
	return is_good;
}

/* Behind blanks and comments. */
static const char *skip(const char *p)
{
	for (;;) {
		p += strspn(p, " \t\r\n,");
		if (*p != '#')
			return p;
		p += strcspn(p, "\n");
	}
}

/* The '[' of the setting, or NULL: none, or it is a comment. */
static const char *find_list(const char *text)
{
	static const char key[] = "uri_aliases";

	for (const char *p = skip(text); *p; p = skip(p + strcspn(p, "\n"))) {
		if (!yg_starts_with(p, key))
			continue;
		p += strlen(key);
		p += strspn(p, " \t=");
		return *p == '[' ? p : NULL;
	}
	return NULL;
}

static size_t read_list(struct yg_discovery *d, const char *text, const char *path)
{
	const char *p = find_list(text);
	char *source = yg_xasprintf("found: %s", path);
	size_t count = 0;

	while (p && *p != ']' && count < ALIASES_MAX) {
		const char *quote = skip(p + 1);
		if (*quote == ']')
			break;
		const char *end = *quote == '"' ? strpbrk(quote + 1, "\"\n") : NULL;
		if (!end || *end != '"' ||
		    !add_alias(d, quote + 1, (size_t)(end - quote - 1), source)) {
			yg_discovery_none(d, path, _("uri_aliases holds what is no \"name=uri\""));
			break;
		}
		count++;
		p = *skip(end + 1) == ']' ? skip(end + 1) : end;
	}
	free(source);
	return count;
}

/* The text, NUL-terminated; NULL: not there, or no file of a reasonable size, which is told. */
static char *read_conf(struct yg_discovery *d, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	char *text = NULL;
	struct stat st;

	if (fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR)
			yg_discovery_none(d, path, _("it cannot be read"));
		return NULL;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size >= CONF_BYTES)
		yg_discovery_none(d, path, _("it is no file of less than 64 KiB"));
	else {
		text = yg_xcalloc(1, CONF_BYTES);
		if (read(fd, text, CONF_BYTES - 1) < 0)
			text[0] = '\0';
	}
	close(fd);
	return text;
}

static size_t read_file(struct yg_discovery *d, const char *path)
{
	char *text = read_conf(d, path);
	size_t count = text ? read_list(d, text, path) : 0;

	free(text);
	return count;
}

size_t yg_libvirt_aliases(struct yg_discovery *d)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	char *path = NULL;

	if (config && config[0] == '/')
		path = yg_xasprintf("%s/libvirt/libvirt.conf", config);
	else if (home && home[0] == '/')
		path = yg_xasprintf("%s/.config/libvirt/libvirt.conf", home);
	size_t count = path ? read_file(d, path) : 0;
	free(path);
	return count + read_file(d, "/etc/libvirt/libvirt.conf");
}
