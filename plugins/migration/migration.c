/* migration: every live migration under way: a table, a view of one, and a task in the strip for
 * each, whoever began it. It brings the fields "progress" and "eta", which no controller tells. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/migration/moves.h"

/* A user's ~/.config/yagura/views/migrations.yaml goes before it. */
static const char table[] =
    "title: Migrations\n"
    "help: machines on their way from one host to another\n"
    "kind: migration\n"
    "pane: vms\n"
    "tab: 3\n"
    "columns:\n"
    "  - {field: state, format: glyph, priority: 1}\n"
    "  - {field: name, title: VM, width: 10, flex: 2, priority: 1}\n"
    "  - {field: progress, format: bar, width: 12, flex: 1, priority: 1}\n"
    "  - {field: eta, width: 7, priority: 2}\n"
    "  - {field: from, width: 10, flex: 1, priority: 4}\n"
    "  - {field: to, width: 10, flex: 1, priority: 3}\n"
    "  - {field: pass, width: 4, priority: 3}\n"
    "  - {field: remaining, width: 4, priority: 4}\n"
    "  - {field: rate, width: 7, priority: 5}\n"
    "  - {field: dirty, width: 7, priority: 5}\n"
    "  - {field: downtime, title: DOWN/ms, format: number, width: 7, priority: 6}\n"
    "  - {field: elapsed, width: 7, priority: 6}\n"
    "  - {field: total, width: 5, wide: true}\n"
    "  - {field: sent, width: 5, wide: true}\n"
    "  - {field: throttle, width: 8, wide: true}\n"
    "  - {field: note, width: 12, flex: 1, wide: true}\n"
    "sort: name\n"
    "rules:\n"
    "  - {if: dirty >= rate, column: dirty, style: bad}\n"
    "  - {if: dirty >= rate * 0.8, column: dirty, style: warn}\n"
    "  - {when: state=stuck, column: VM, style: warn}\n"
    "keys:\n"
    "  - {key: Enter, command: view migration, help: passes and rates of the migration}\n"
    "  - {key: c, command: do cancel, help: stop the migration}\n"
    "empty: no machine is on its way - M on a VM moves it\n";

static struct mig_moves *here;

struct mig_moves *mig_moves_here(void)
{
	return here;
}

static int start(struct yg_host *host, void **out_data, struct yg_err *err)
{
	int rc = yg_view_register_yaml("migrations", table, err);

	if (!rc)
		rc = yg_view_register(&mig_view, err);
	if (rc)
		return rc;
	here = mig_moves_create(host);
	*out_data = here;
	return 0;
}

static void stop(struct yg_host *host, void *data)
{
	(void)host;
	mig_moves_destroy(data);
	here = NULL;
}

const struct yg_plugin yg_plugin = {
    .api = YG_API_VERSION,
    .size = sizeof(struct yg_plugin),
    .name = "migration",
    .version = "1",
    .help = "live migrations under way",
    .start = start,
    .stop = stop,
};
