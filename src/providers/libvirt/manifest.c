/* manifest: what the libvirt provider is, and the libvirt daemons of this machine. The rest is a
 * module: libvirt brings thirty libraries. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "api/provider.h"
#include "model/kinds.h"
#include "providers/libvirt/aliases.h"

static const struct yg_option options[] = {
    {.name = "shutdown_seconds",
	.type = YG_T_INT,
	.preset = "120",
	.help = "how long a guest may take to shut down or reboot before we say that it failed"},
};

static const struct yg_kind *const kinds[] = {
    &yg_kind_host,
    &yg_kind_vm,
    &yg_kind_snapshot,
    &yg_kind_network,
    &yg_kind_pool,
    &yg_kind_volume,
    &yg_kind_migration,
};

/* Places where a daemon listens; name: of the controller, driver: of its URI. */
static const struct place {
	const char *path, *name, *url;
} places[] = {
    {"/run/libvirt/virtqemud-sock", "qemu", "qemu:///system"},
    {"/run/libvirt/libvirt-sock", "qemu", "qemu:///system"},
    {"/run/libvirt/virtlxcd-sock", "lxc", "lxc:///system"},
    {"/run/libvirt/virtxend-sock", "xen", "xen:///system"},
};

static bool is_there(const char *path)
{
	return path && access(path, F_OK) == 0;
}

/* One daemon serves all drivers; that it can do containers is seen by the driver's own file. */
static bool has_lxc(void)
{
	return is_there("/run/libvirt/libvirt-sock") && is_there("/usr/lib/libvirt/libvirt_lxc");
}

static size_t discover_session(struct yg_discovery *d)
{
	static const char *const names[] = {"virtqemud-sock", "libvirt-sock"};
	const char *run = getenv("XDG_RUNTIME_DIR");

	for (size_t i = 0; run && i < YG_COUNT(names); i++) {
		char *path = yg_xasprintf("%s/libvirt/%s", run, names[i]);
		char *source = yg_xasprintf("found: %s", path);
		bool found = is_there(path);
		if (found)
			yg_discovery_add(d, "session", "qemu:///session", source);
		free(path);
		free(source);
		if (found)
			return 1;
	}
	return 0;
}

static size_t discover_system(struct yg_discovery *d, const char *known)
{
	const char *last = known;
	size_t count = 0;

	for (size_t i = 0; i < YG_COUNT(places); i++) {
		const struct place *p = &places[i];
		if (!is_there(p->path) || yg_streq(p->url, last) || yg_streq(p->url, known))
			continue;
		char *source = yg_xasprintf("found: %s", p->path);
		yg_discovery_add(d, p->name, p->url, source);
		free(source);
		last = p->url;
		count++;
	}
	if (has_lxc() && !is_there("/run/libvirt/virtlxcd-sock") &&
	    !yg_streq(known, "lxc:///system")) {
		yg_discovery_add(d, "lxc", "lxc:///system", "found: /usr/lib/libvirt/libvirt_lxc");
		count++;
	}
	return count;
}

static void discover(struct yg_discovery *d)
{
	const char *uri = getenv("LIBVIRT_DEFAULT_URI");
	size_t count = 0;

	if (uri && *uri) {
		yg_discovery_add(d, "libvirt", uri, "found: LIBVIRT_DEFAULT_URI");
		count++;
	}
	count += discover_system(d, uri);
	count += discover_session(d);
	count += yg_libvirt_aliases(d);
	if (!count)
		yg_discovery_none(d, "/run/libvirt/libvirt-sock, virtqemud-sock",
		    "apt install libvirt-daemon-system");
}

/* libvirt itself knows which URIs are good; what is plainly none is said at once. */
static int check(const struct yg_controller *c, struct yg_err *err)
{
	const char *colon = c->url ? strstr(c->url, ":///") : NULL;

	if (c->url && !colon)
		colon = strstr(c->url, "://");
	if (!colon || colon == c->url)
		return yg_err_set(err, YG_E_INVALID,
		    "'%s' is no libvirt URI: write for example qemu:///system or "
		    "qemu+ssh://root@host/system",
		    c->url ? c->url : "");
	const char *seconds = yg_controller_option(c, "shutdown_seconds");
	char *end = NULL;
	long value = seconds ? strtol(seconds, &end, 10) : 1;
	if (seconds && (!*seconds || *end || value < 1 || value > 86400))
		return yg_err_set(err, YG_E_INVALID,
		    "shutdown_seconds '%s': a number from 1 to 86400 is wanted", seconds);
	return 0;
}

const struct yg_provider yg_provider_libvirt = {
    .size = sizeof(struct yg_provider),
    .name = "libvirt",
    .help = "hypervisors and containers through libvirt: QEMU/KVM, LXC, Xen, ESX, test",
    .url_help = "qemu:///system, qemu+ssh://root@host/system, lxc:///system, test:///default",
    .options = options,
    .n_options = YG_COUNT(options),
    .kinds = kinds,
    .n_kinds = YG_COUNT(kinds),
    .actions = "vm/start vm/shutdown vm/reboot vm/force-off vm/pause vm/resume vm/snapshot "
	       "vm/migrate snapshot/revert snapshot/delete migration/cancel network/start "
	       "network/stop",
    .poll_ms = 2000,
    .open_ms = 15000,
    .discover = discover,
    .check = check,
    .module = "libvirt",
};
