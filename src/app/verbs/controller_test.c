/* controller_test: opens one controller and tells how long each step took. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "app/host.h"
#include "app/verbs/controller.h"
#include "app/verbs/pick.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"
#include "net/loop.h"

struct trial {
	struct yg_cli *cli;
	struct yg_controller *c;
	uint64_t kinds;
	int64_t step_us;  /* when this step began */
	int64_t until_us; /* when all is over */
};

/* "connection     12.3 ms  libvirt 9.0.0" */
static void tell(struct trial *t, const char *step, const char *more)
{
	int64_t now = yg_mono_us();
	const char *name = _(step);
	int pad = 16 - yg_text_cells(name);

	yg_buf_str(&t->cli->out, name);
	yg_buf_fill(&t->cli->out, ' ', (size_t)YG_MAX(pad, 1));
	yg_buf_printf(&t->cli->out, "%8.1f ms", (double)(now - t->step_us) / 1000);
	if (more && *more) {
		yg_buf_str(&t->cli->out, "  ");
		yg_text_clean(&t->cli->out, more, strlen(more));
	}
	yg_buf_char(&t->cli->out, '\n');
	t->step_us = now;
}

static bool is_waiting(struct trial *t, bool must_list)
{
	if (!must_list)
		return t->c->state == YG_CTL_CONNECTING;
	return yg_feed_verdict(t->cli->host, t->c, t->kinds, false, NULL) == YG_E_BUSY;
}

/* Turns the loop until it is so, or the time is over. 0, or the exit code with the reason told. */
static int wait_until(struct trial *t, bool must_list)
{
	struct yg_host *host = t->cli->host;
	struct yg_err err = {0};

	yg_feed_watch_signals(host);
	while (is_waiting(t, must_list) && !host->is_interrupted) {
		int64_t left_ms = (t->until_us - yg_mono_us()) / 1000;
		if (left_ms <= 0)
			break;
		yg_loop_turn(host->loop, (int)left_ms);
	}
	if (host->is_interrupted) {
		yg_err_set(&err, YG_E_CANCELLED, "interrupted");
		return yg_cli_fail(t->cli, &err);
	}
	int rc = yg_feed_verdict(host, t->c, must_list ? t->kinds : 0, false, &err);
	if (t->c->state == YG_CTL_CONNECTING)
		rc = yg_err_set(&err, YG_E_UNREACHABLE, "controller '%s': no answer", t->c->name);
	if (!rc && yg_controller_is_up(t->c))
		return 0;
	if (t->c->err.code && !yg_controller_is_up(t->c))
		yg_err_set(
		    &err, YG_E_UNREACHABLE, "controller '%s': %s", t->c->name, t->c->err.text);
	yg_cli_fail(t->cli, &err);
	return YG_EXIT_UNREACHABLE;
}

static int run_steps(struct trial *t)
{
	struct yg_host *host = t->cli->host;
	struct yg_module *module = yg_module_of(host, t->c->provider);
	bool is_module = !module->ops;
	char rows[64];

	t->kinds = yg_provider_kinds(t->c->provider);
	host->wanted |= t->kinds;
	host->visible |= t->kinds;
	yg_feed_open(host, t->c);
	if (is_module && module->ops)
		tell(t, N_("module"), t->c->provider->name);
	int code = wait_until(t, false);
	if (code)
		return code;
	tell(t, N_("connection"), t->c->version);
	code = wait_until(t, true);
	if (code)
		return code;
	yg_inventory_flush(host->inv);
	size_t count = yg_inventory_count(host->inv, t->c->name);
	snprintf(rows, sizeof(rows), yg_tr_n("%zu row", "%zu rows", count), count);
	tell(t, N_("first listing"), rows);
	return YG_EXIT_OK;
}

int yg_controller_test(struct yg_cli *cli)
{
	struct trial t = {.cli = cli, .step_us = yg_mono_us()};
	struct yg_err err = {0};
	int64_t timeout_ms;

	if (yg_cli_timeout(cli, &timeout_ms, &err))
		return yg_cli_fail(cli, &err);
	int code = yg_cli_open(cli);
	if (code)
		return code;
	t.c = yg_host_find_controller(cli->host, cli->args[1]);
	if (!t.c) {
		yg_err_set(&err, YG_E_NOTFOUND, "no controller '%s'; see yagura controller list",
		    cli->args[1]);
		return yg_cli_fail(cli, &err);
	}
	tell(&t, N_("configuration"), t.c->source);
	t.until_us = yg_mono_us() + timeout_ms * 1000;
	return run_steps(&t);
}
