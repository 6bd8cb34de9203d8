/* pick: which rows the words KIND[/NAME] of a command line mean. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/verbs/pick.h"

#include <stdio.h>

#include "app/host.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/text.h"

#define TIMEOUT_MS 10000

uint64_t yg_kind_bit(const struct yg_kind *kind)
{
	return UINT64_C(1) << yg_kind_index(kind);
}

int yg_pick_parse(const char *word, struct yg_pick *out, struct yg_err *err)
{
	size_t n = strcspn(word, "/");
	char *name = yg_xstrndup(word, n);
	const struct yg_kind *kind = yg_kind_find(name);
	int rc = 0;

	if (kind) {
		*out = (struct yg_pick){kind, word[n] && word[n + 1] ? word + n + 1 : NULL};
	} else {
		const struct yg_kind *near = yg_kind_nearest(name);
		rc = yg_err_set(err, YG_E_INVALID, "no kind '%s'%s%s%s", name,
		    near ? _("; did you mean '") : _("; yagura get lists them"),
		    near ? near->name : "", near ? "'?" : "");
	}
	free(name);
	return rc;
}

int yg_picks_parse(
    char **words, size_t count, struct yg_pick **out, uint64_t *out_kinds, struct yg_err *err)
{
	struct yg_pick *picks = yg_xcalloc(count + 1, sizeof(*picks));
	uint64_t kinds = 0;

	for (size_t i = 0; i < count; i++) {
		int rc = yg_pick_parse(words[i], &picks[i], err);
		/* "get vm web-01", as kubectl has it. */
		if (rc && i && !picks[i - 1].name && !strchr(words[i], '/'))
			yg_err_set(err, rc, "no kind '%s'; a row is written %s/%s", words[i],
			    picks[i - 1].kind->name, words[i]);
		if (rc) {
			free(picks);
			return rc;
		}
		kinds |= yg_kind_bit(picks[i].kind);
	}
	*out = picks;
	*out_kinds = kinds;
	return 0;
}

typedef bool (*match_cb)(const char *pattern, const char *s);

static bool is_called(const struct yg_row *row, const char *name, match_cb match)
{
	const char *slash = strchr(name, '/');

	if (match(name, yg_row_name(row)) || match(name, yg_row_id(row)))
		return true;
	if (!slash)
		return false;
	char controller[128];
	snprintf(controller, sizeof(controller), "%.*s", (int)(slash - name), name);
	return match(controller, yg_row_text(row, YG_F_CONTROLLER)) &&
	       (match(slash + 1, yg_row_name(row)) || match(slash + 1, yg_row_id(row)));
}

bool yg_pick_is(const struct yg_pick *pick, const struct yg_row *row)
{
	return pick->kind == row->kind && (!pick->name || is_called(row, pick->name, yg_streq) ||
					      is_called(row, pick->name, yg_text_glob));
}

static void add_called(struct yg_host *host, const struct yg_pick *pick, match_cb match,
    const struct yg_query *query, struct yg_picked *out)
{
	size_t count;
	const uint32_t *slots = yg_inventory_slots(host->inv, pick->kind, &count);
	int64_t now = yg_now_ms();

	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(host->inv, slots[i]);
		if (row && (!pick->name || is_called(row, pick->name, match)) &&
		    yg_query_match(query, row, now))
			yg_vec_push(out, slots[i]);
	}
}

void yg_pick_rows(struct yg_host *host, const struct yg_pick *pick, const struct yg_query *query,
    struct yg_picked *out)
{
	size_t before = out->count;

	add_called(host, pick, yg_streq, query, out);
	if (pick->name && out->count == before)
		add_called(host, pick, yg_text_glob, query, out);
}

int yg_cli_settle(struct yg_cli *cli, uint64_t kinds, bool sampled, int64_t timeout_ms)
{
	struct yg_host *host = cli->host;
	struct yg_err err = {0};
	int code = 0;

	yg_host_open(host, kinds);
	if (yg_host_settle(host, kinds, sampled, timeout_ms, &err) == YG_E_CANCELLED)
		return yg_cli_fail(cli, &err);
	for (size_t i = 0; i < host->controllers.count; i++) {
		int rc = yg_feed_verdict(host, host->controllers.items[i], kinds, sampled, &err);
		if (!rc)
			continue;
		if (rc == YG_E_BUSY)
			yg_cli_say(cli, "%s within %.3g s", err.text, (double)timeout_ms / 1000);
		else
			yg_cli_say(cli, "%s", err.text);
		code = YG_EXIT_UNREACHABLE;
	}
	return code;
}

int yg_cli_timeout(const struct yg_cli *cli, int64_t *out_ms, struct yg_err *err)
{
	const char *text = yg_cli_value(cli, "timeout");

	*out_ms = TIMEOUT_MS;
	if (!text || !yg_parse_duration(text, out_ms, err))
		return 0;
	return yg_err_wrap(err, "--timeout");
}
