/* manifest: the demo provider: a built-in site that shows everything and needs nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/demo/demo.h"

static const struct yg_kind *const kinds[] = {
    &yg_kind_host,
    &yg_kind_vm,
    &yg_kind_container,
    &yg_kind_network,
    &yg_kind_link,
    &yg_kind_socket,
    &yg_kind_image,
    &yg_kind_volume,
    &yg_kind_pool,
    &yg_kind_disk,
    &yg_kind_project,
    &yg_kind_snapshot,
    &yg_kind_migration,
    &yg_kind_alarm,
};

static int check(const struct yg_controller *c, struct yg_err *err)
{
	struct demo_spec spec;
	const char *colon = strchr(c->url, ':');

	return demo_spec_parse(colon ? colon + 1 : "", &spec, err);
}

extern const struct yg_provider yg_provider_demo;
const struct yg_provider yg_provider_demo = {
    .size = sizeof(struct yg_provider),
    .name = "demo",
    .help = "a made-up site of any size, to look around and to test with",
    .url_help = "demo:, demo:hosts:200,vms:3000,containers:5000,seed:1,rate:5000",
    .kinds = kinds,
    .n_kinds = YG_COUNT(kinds),
    .actions = "vm/start vm/shutdown vm/reboot vm/force-off vm/pause vm/resume vm/snapshot "
	       "vm/migrate snapshot/revert snapshot/delete container/start container/stop "
	       "container/restart container/pause container/unpause container/kill "
	       "container/remove migration/cancel",
    .poll_ms = 2000,
    .open_ms = 5000,
    .check = check,
    .ops = &demo_ops,
};
