/* manifest: the local provider: this machine, as the kernel tells of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <unistd.h>

#include "providers/local/local.h"

static const struct yg_kind *const kinds[] = {
    &yg_kind_host,
    &yg_kind_link,
    &yg_kind_disk,
    &yg_kind_socket,
};

static const struct yg_option options[] = {
    {.name = "remote_filesystems",
	.type = YG_T_BOOL,
	.preset = "no",
	.help = "show filesystems of other machines (NFS, SMB ...) too"},
};

static void discover(struct yg_discovery *d)
{
	if (access("/proc/stat", R_OK) == 0)
		yg_discovery_add(d, "local", "local:", "found: this machine");
	else
		yg_discovery_none(d, "/proc/stat", "this machine is shown where /proc is mounted");
}

extern const struct yg_provider yg_provider_local;
const struct yg_provider yg_provider_local = {
    .size = sizeof(struct yg_provider),
    .name = "local",
    .help = "this machine: processors, memory, links, disks, what listens",
    .url_help = "local:",
    .options = options,
    .n_options = YG_COUNT(options),
    .kinds = kinds,
    .n_kinds = YG_COUNT(kinds),
    .poll_ms = 2000,
    .open_ms = 5000,
    .discover = discover,
    .ops = &local_ops,
};
