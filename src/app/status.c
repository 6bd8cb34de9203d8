/* status: controllers, and what is wrong with them, as rows on the controller "yagura". */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "app/host.h"

static void put_controller(struct yg_host *host, const struct yg_controller *c)
{
	struct yg_draft d;

	yg_draft_init(&d, &yg_kind_controller, YG_HOUSE_NAME, c->name);
	yg_draft_text(&d, YG_F_NAME, c->name);
	yg_draft_state(&d, yg_controller_row_state(c));
	if (c->err.code && !yg_controller_is_up(c))
		yg_draft_text(&d, YG_F_NOTE, c->err.text);
	if (yg_controller_silent_ms(c))
		yg_draft_int(&d, YG_F_SILENT, yg_controller_silent_ms(c));
	yg_draft_const(&d, YG_CONTROLLER_PROVIDER, c->provider->name);
	if (c->url[0])
		yg_draft_text(&d, YG_CONTROLLER_URL, c->url);
	if (c->site)
		yg_draft_text(&d, YG_CONTROLLER_SITE, c->site);
	if (c->version && c->version[0])
		yg_draft_text(&d, YG_CONTROLLER_VERSION, c->version);
	if (c->seen_ms) {
		yg_draft_int(&d, YG_CONTROLLER_SEEN, c->seen_ms);
		yg_draft_int(&d, YG_CONTROLLER_LATENCY, c->latency_ms);
		yg_draft_int(
		    &d, YG_CONTROLLER_ROWS, (int64_t)yg_inventory_count(host->inv, c->name));
	}
	if (c->retry_ms)
		yg_draft_int(&d, YG_CONTROLLER_RETRY, c->retry_ms);
	yg_draft_text(&d, YG_CONTROLLER_SOURCE, c->source);
	yg_inventory_put_new(host->inv, yg_draft_done(&d));
}

/* What to tell an operator about a controller in this state; NULL: nothing is wrong. */
static const char *wrong(const struct yg_controller *c)
{
	switch (c->state) {
	case YG_CTL_SILENT: return "connected, but does not answer";
	case YG_CTL_DOWN: return c->err.text[0] ? c->err.text : "cannot be reached";
	case YG_CTL_REFUSED: return c->err.text[0] ? c->err.text : "refuses us";
	/* A try after a failure is no all-clear. */
	case YG_CTL_CONNECTING:
		if (c->failures)
			return c->err.text;
		return yg_controller_silent_ms(c) ? "does not answer yet" : NULL;
	case YG_CTL_OFF:
	case YG_CTL_UP: break;
	}
	return NULL;
}

/* When it began: the row that is there knows, if it is still the same trouble. */
static int64_t since(struct yg_host *host, const struct yg_controller *c, const char *id)
{
	uint32_t slot = yg_inventory_find(host->inv, YG_HOUSE_NAME, &yg_kind_alarm, id);
	const struct yg_row *row = slot == YG_NO_SLOT ? NULL : yg_inventory_row(host->inv, slot);

	return row ? yg_row_int(row, YG_ALARM_SINCE) : c->since_ms;
}

static void put_alarm(struct yg_host *host, const struct yg_controller *c)
{
	const char *text = wrong(c);
	char id[256];
	struct yg_draft d;

	snprintf(id, sizeof(id), "controller/%s", c->name);
	if (!text) {
		yg_inventory_drop(host->inv, YG_HOUSE_NAME, &yg_kind_alarm, id);
		return;
	}
	yg_draft_init(&d, &yg_kind_alarm, YG_HOUSE_NAME, id);
	yg_draft_text(&d, YG_F_NAME, c->name);
	bool is_waiting = yg_controller_silent_ms(c) && !c->failures;
	yg_draft_state(&d, c->state == YG_CTL_SILENT || is_waiting ? YG_ALARM_STATE_WARNING
								   : YG_ALARM_STATE_CRITICAL);
	yg_draft_ref(&d, YG_ALARM_ABOUT, NULL, "controller", c->name, c->name);
	yg_draft_text(&d, YG_ALARM_TEXT, text);
	yg_draft_int(&d, YG_ALARM_SINCE, since(host, c, id));
	yg_inventory_put_new(host->inv, yg_draft_done(&d));
}

void yg_status_update(struct yg_host *host)
{
	host->is_status_old = false;
	for (size_t i = 0; i < host->controllers.count; i++) {
		put_controller(host, host->controllers.items[i]);
		put_alarm(host, host->controllers.items[i]);
	}
}
