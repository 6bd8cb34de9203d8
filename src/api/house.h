/* house: the engine's side of controllers: it creates, opens, ticks and closes them; providers use
 * api/provider.h only. Time is driven from outside, by yg_controller_tick(). Loop thread only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_API_HOUSE_H
#define YG_API_HOUSE_H

#include "api/provider.h"

#define YG_RETRY_MIN_MS 1000 /* first try after a failure; doubles, with jitter */
#define YG_RETRY_MAX_MS 60000
#define YG_STABLE_MS    10000  /* up this long: earlier failures are forgotten */
#define YG_HANG_UP_MS   120000 /* silent this long: a new connection is tried */
#define YG_OPEN_MS      10000  /* deadline of open where the provider says none */

/* notify: the state, or something that the controller's row shows, changed, or a tick is wanted
 * soon; it must not call back into the controller. Texts are copied; loop, inv, tasks and house are
 * the caller's to set. */
struct yg_controller *yg_controller_create(const struct yg_provider *provider, const char *name,
    const char *url, const char *source, void (*notify)(struct yg_controller *c));
void yg_controller_destroy(struct yg_controller *c); /* closes; NULL is fine */
void yg_controller_set_option(struct yg_controller *c, const char *name, const char *value);
/* 0, or YG_E_INVALID: an option is unknown or of the wrong type, or the provider does not like it.
 */
int yg_controller_check(const struct yg_controller *c, struct yg_err *err);
/* Begins to connect unless it is connected or about to be. ops NULL: they are being loaded; call it
 * again with them, or yg_controller_failed(). */
void yg_controller_open(struct yg_controller *c, const struct yg_provider_ops *ops);
/* Lets go and is OFF; tasks that wait for it end in doubt. */
void yg_controller_close(struct yg_controller *c);
/* Closes what failed, and sees to deadlines, silence and the next try. now_ms: steady time. */
void yg_controller_tick(struct yg_controller *c, int64_t now_ms);
/* true once per connection: it came up, and wants its first poll. */
bool yg_controller_take_fresh(struct yg_controller *c);
bool yg_controller_is_up(const struct yg_controller *c); /* UP or SILENT */
/* Wrappers of the provider's table: nothing happens where it is not up or cannot. */
void yg_controller_poll(struct yg_controller *c, uint64_t kinds);
void yg_controller_visible(struct yg_controller *c, const struct yg_row *const *rows, size_t count);
int yg_controller_act(struct yg_controller *c, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err);
/* Bits of yg_kind_index() of all that its provider can list. */
uint64_t yg_provider_kinds(const struct yg_provider *provider);
/* Opens a stream, or says why not: not connected, not offered. The request is read during the call.
 */
int yg_controller_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err);
/* true if "kind/action" stands in what the provider can do. */
bool yg_provider_can(const struct yg_provider *provider, const struct yg_action *action);
/* Since when it gives no answer, 0: it answers, or it is not yet worth telling. Connecting may take
 * longer than that by right (a login by ssh), so it goes on, but it is not hidden. */
int64_t yg_controller_silent_ms(const struct yg_controller *c);
/* The state of the controller's row, YG_CONTROLLER_STATE_... */
int yg_controller_row_state(const struct yg_controller *c);

/* What the manifests found, and what they did not. */
struct yg_found {
	const struct yg_provider *provider;
	char *name, *url, *source;
	char **option_names, **option_values;
	size_t n_options;
};
struct yg_missing {
	const struct yg_provider *provider;
	char *looked_for, *hint;
	bool is_known; /* it is there, and cannot be connected to */
};
struct yg_discovery {
	const struct yg_provider *provider; /* whose manifest is being asked */
	struct yg_found *found;
	size_t n_found, found_room;
	struct yg_missing *missing;
	size_t n_missing, missing_room;
};
/* Asks one provider's manifest; adds to d. */
void yg_discovery_run(struct yg_discovery *d, const struct yg_provider *provider);
void yg_discovery_done(struct yg_discovery *d);

#endif
