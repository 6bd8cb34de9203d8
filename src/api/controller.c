/* controller: the state machine of one connection: open, silent, failed, tried again. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "api/house.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/map.h"

/* What the house knows and the provider need not. Times are steady milliseconds. */
struct ctl {
	struct yg_controller base; /* first */
	const struct yg_provider_ops *ops;
	void (*notify)(struct yg_controller *c);
	bool is_open;     /* ops->open was called, close is owed */
	bool must_close;  /* it failed */
	bool is_fresh;    /* came up, and was not polled yet */
	bool is_slow;     /* connecting, no answer for YG_SILENT_MS */
	int64_t begun_at; /* of connecting */
	int64_t up_at;
	int64_t asked_at;
	int64_t retry_at; /* 0: never by itself */
	uint32_t random;
};

static struct ctl *ctl_of(struct yg_controller *c)
{
	return yg_container_of(c, struct ctl, base);
}

static int64_t steady_ms(void)
{
	return yg_mono_us() / 1000;
}

static const char *const state_names[] = {
    [YG_CTL_OFF] = "off",
    [YG_CTL_CONNECTING] = "connecting",
    [YG_CTL_UP] = "up",
    [YG_CTL_SILENT] = "silent",
    [YG_CTL_DOWN] = "down",
    [YG_CTL_REFUSED] = "refused",
};

/* The one place that changes the state. */
static void set_state(struct ctl *ctl, enum yg_controller_state state)
{
	struct yg_controller *c = &ctl->base;

	if (c->state == state)
		return;
	yg_log("house", YG_LOG_INFO, "controller '%s': %s -> %s%s%s", c->name,
	    state_names[c->state], state_names[state], c->err.code ? ": " : "",
	    c->err.code ? c->err.text : "");
	c->state = state;
	c->since_ms = yg_now_ms();
	ctl->notify(c);
}

/* Between half and one and a half of what doubling gives, so that a hundred clients of a controller
 * that was restarted do not come back at once. */
static int64_t backoff_ms(struct ctl *ctl)
{
	unsigned doublings = YG_MIN(ctl->base.failures - 1, 6u);
	int64_t base = YG_MIN((int64_t)YG_RETRY_MIN_MS << doublings, (int64_t)YG_RETRY_MAX_MS);

	ctl->random ^= ctl->random << 13;
	ctl->random ^= ctl->random >> 17;
	ctl->random ^= ctl->random << 5;
	int64_t wait = base / 2 + ctl->random % base;
	return YG_MAX(YG_MIN(wait, (int64_t)YG_RETRY_MAX_MS), (int64_t)YG_RETRY_MIN_MS);
}

static void plan_retry(struct ctl *ctl)
{
	struct yg_controller *c = &ctl->base;
	int code = c->err.code;

	c->retry_ms = ctl->retry_at = 0;
	/* These do not get better by themselves. */
	if (code == YG_E_REFUSED || code == YG_E_INVALID || code == YG_E_UNSUPPORTED)
		return;
	int64_t wait = backoff_ms(ctl);
	ctl->retry_at = steady_ms() + wait;
	c->retry_ms = yg_now_ms() + wait;
}

static void fail(struct ctl *ctl, const struct yg_err *err)
{
	struct yg_controller *c = &ctl->base;

	if (yg_controller_is_up(c) && steady_ms() - ctl->up_at >= YG_STABLE_MS)
		c->failures = 0;
	c->failures++;
	c->err = *err;
	if (!c->err.code)
		c->err.code = YG_E_FAILED;
	c->asked_ms = ctl->asked_at = 0;
	ctl->is_fresh = false;
	ctl->must_close = ctl->is_open;
	plan_retry(ctl);
	set_state(ctl, c->err.code == YG_E_REFUSED ? YG_CTL_REFUSED : YG_CTL_DOWN);
}

/* What was asked for and has no answer yet will not get one any more. */
static void doubt_tasks(struct yg_controller *c)
{
	struct yg_task *task;
	struct yg_err err;

	yg_err_set(
	    &err, YG_E_DOUBT, "controller '%s': the connection ended before its answer", c->name);
	for (size_t i = 0; c->tasks && (task = yg_task_at(c->tasks, i)); i++)
		if (!yg_task_is_over(task) && yg_streq(task->controller, c->name)) {
			task->cancel = NULL;
			yg_task_end_code(task, &err);
			i = (size_t)-1; /* ending may have moved the others */
		}
}

static void end_streams(struct yg_controller *c)
{
	struct yg_err err;

	yg_err_set(&err, YG_E_UNREACHABLE, "controller '%s': the connection was closed", c->name);
	while (c->streams)
		yg_stream_end(c->streams, -1, &err);
}

static void let_go(struct ctl *ctl)
{
	struct yg_controller *c = &ctl->base;

	ctl->must_close = ctl->is_fresh = false;
	if (!ctl->is_open)
		return;
	ctl->is_open = false;
	end_streams(c);
	if (ctl->ops->close)
		ctl->ops->close(c);
	free(c->priv);
	c->priv = NULL;
	doubt_tasks(c);
}

static void connect_now(struct ctl *ctl)
{
	struct yg_controller *c = &ctl->base;
	struct yg_err err = {0};

	let_go(ctl);
	c->priv = yg_xcalloc(1, YG_MAX(ctl->ops->private_size, (size_t)1));
	c->listed = 0;
	c->is_sampled = false;
	c->asked_ms = ctl->asked_at = 0;
	c->retry_ms = ctl->retry_at = 0;
	ctl->begun_at = steady_ms();
	ctl->is_open = true;
	ctl->is_slow = false;
	set_state(ctl, YG_CTL_CONNECTING);
	int rc = ctl->ops->open(c, &err);
	if (rc && ctl->is_open) {
		err.code = rc;
		fail(ctl, &err);
		let_go(ctl);
	}
}

struct yg_controller *yg_controller_create(const struct yg_provider *provider, const char *name,
    const char *url, const char *source, void (*notify)(struct yg_controller *c))
{
	struct ctl *ctl = yg_xcalloc(1, sizeof(*ctl));
	struct yg_controller *c = &ctl->base;

	c->provider = provider;
	c->name = yg_xstrdup(name);
	c->url = yg_xstrdup(url ? url : "");
	c->source = yg_xstrdup(source ? source : "");
	c->since_ms = yg_now_ms();
	ctl->notify = notify;
	ctl->random = yg_hash(name, strlen(name), (uint32_t)yg_mono_us()) | 1;
	return c;
}

void yg_controller_destroy(struct yg_controller *c)
{
	if (!c)
		return;
	let_go(ctl_of(c));
	for (size_t i = 0; i < c->n_options; i++) {
		free(c->option_names[i]);
		free(c->option_values[i]);
	}
	free(c->option_names);
	free(c->option_values);
	free(c->name);
	free(c->url);
	free(c->site);
	free(c->source);
	free(c->version);
	free(ctl_of(c));
}

void yg_controller_open(struct yg_controller *c, const struct yg_provider_ops *ops)
{
	struct ctl *ctl = ctl_of(c);

	if (ctl->is_open && !ctl->must_close)
		return;
	if (ops)
		ctl->ops = ops;
	if (ctl->ops)
		connect_now(ctl);
	else
		set_state(ctl, YG_CTL_CONNECTING);
}

void yg_controller_close(struct yg_controller *c)
{
	struct ctl *ctl = ctl_of(c);

	let_go(ctl);
	c->retry_ms = ctl->retry_at = 0;
	c->err = (struct yg_err){0};
	c->failures = 0;
	set_state(ctl, YG_CTL_OFF);
}

bool yg_controller_is_up(const struct yg_controller *c)
{
	return c->state == YG_CTL_UP || c->state == YG_CTL_SILENT;
}

int64_t yg_controller_silent_ms(const struct yg_controller *c)
{
	const struct ctl *ctl = yg_container_of(c, const struct ctl, base);

	if (c->state == YG_CTL_CONNECTING && ctl->is_slow)
		return c->since_ms;
	return c->state == YG_CTL_SILENT ? c->asked_ms : 0;
}

static void give_up(struct ctl *ctl, const char *what, int64_t after_ms)
{
	struct yg_err err;

	yg_err_set(&err, YG_E_TIMEOUT, "%s within %lld s", what, (long long)(after_ms / 1000));
	fail(ctl, &err);
	let_go(ctl);
}

void yg_controller_tick(struct yg_controller *c, int64_t now_ms)
{
	struct ctl *ctl = ctl_of(c);
	int open_ms = c->provider->open_ms ? c->provider->open_ms : YG_OPEN_MS;

	if (ctl->must_close)
		let_go(ctl);
	switch (c->state) {
	case YG_CTL_CONNECTING:
		if (ctl->is_open && now_ms - ctl->begun_at >= open_ms)
			give_up(ctl, "no answer", open_ms);
		else if (ctl->is_open && !ctl->is_slow && now_ms - ctl->begun_at >= YG_SILENT_MS) {
			ctl->is_slow = true;
			ctl->notify(c);
		}
		break;
	case YG_CTL_UP:
		if (ctl->asked_at && now_ms - ctl->asked_at >= YG_SILENT_MS)
			set_state(ctl, YG_CTL_SILENT);
		break;
	case YG_CTL_SILENT:
		if (now_ms - ctl->asked_at >= YG_HANG_UP_MS)
			give_up(ctl, "connected, but no answer", YG_HANG_UP_MS);
		break;
	case YG_CTL_DOWN:
		if (ctl->retry_at && now_ms >= ctl->retry_at)
			connect_now(ctl);
		break;
	case YG_CTL_OFF:
	case YG_CTL_REFUSED: break;
	}
}

bool yg_controller_take_fresh(struct yg_controller *c)
{
	struct ctl *ctl = ctl_of(c);
	bool was = ctl->is_fresh;

	ctl->is_fresh = false;
	return was;
}

/* ---- what the provider can do ---- */

void yg_controller_poll(struct yg_controller *c, uint64_t kinds)
{
	struct ctl *ctl = ctl_of(c);

	if (yg_controller_is_up(c) && ctl->ops->poll)
		ctl->ops->poll(c, kinds);
}

void yg_controller_visible(struct yg_controller *c, const struct yg_row *const *rows, size_t count)
{
	struct ctl *ctl = ctl_of(c);

	if (yg_controller_is_up(c) && ctl->ops->visible)
		ctl->ops->visible(c, rows, count);
}

static int not_connected(const struct yg_controller *c, struct yg_err *err)
{
	return yg_err_set(err, YG_E_UNREACHABLE, "controller '%s': not connected%s%s", c->name,
	    c->err.code ? ": " : "", c->err.code ? c->err.text : "");
}

int yg_controller_act(struct yg_controller *c, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	struct ctl *ctl = ctl_of(c);

	if (!yg_controller_is_up(c))
		return not_connected(c, err);
	if (!ctl->ops->act || !yg_provider_can(c->provider, action))
		return yg_err_set(err, YG_E_UNSUPPORTED, "controller '%s': %s cannot %s a %s",
		    c->name, c->provider->name, action->name, action->kind);
	return ctl->ops->act(c, action, row, args, task, err);
}

int yg_controller_stream(struct yg_controller *c, const struct yg_row *row,
    const struct yg_stream_request *request, struct yg_stream **out, struct yg_err *err)
{
	static const char *const words[] = {
	    [YG_STREAM_CONSOLE] = "consoles",
	    [YG_STREAM_EXEC] = "shells",
	    [YG_STREAM_LOGS] = "logs",
	};
	struct ctl *ctl = ctl_of(c);

	if (!yg_controller_is_up(c))
		return not_connected(c, err);
	if (!ctl->ops->stream)
		return yg_err_set(err, YG_E_UNSUPPORTED, "controller '%s': %s has no %s of a %s",
		    c->name, c->provider->name, words[request->what], row->kind->name);
	return ctl->ops->stream(c, row, request, out, err);
}

uint64_t yg_provider_kinds(const struct yg_provider *provider)
{
	uint64_t kinds = 0;

	for (size_t i = 0; i < provider->n_kinds; i++) {
		int index = yg_kind_index(provider->kinds[i]);
		if (index >= 0)
			kinds |= UINT64_C(1) << index;
	}
	return kinds;
}

bool yg_provider_can(const struct yg_provider *provider, const struct yg_action *action)
{
	size_t kind_len = strlen(action->kind), len = kind_len + 1 + strlen(action->name);

	for (const char *p = provider->actions; p && *p;) {
		size_t n = strcspn(p, " ");
		if (n == len && strncmp(p, action->kind, kind_len) == 0 && p[kind_len] == '/' &&
		    strncmp(p + kind_len + 1, action->name, len - kind_len - 1) == 0)
			return true;
		p += n + strspn(p + n, " ");
	}
	return false;
}

int yg_controller_row_state(const struct yg_controller *c)
{
	static const int states[] = {
	    [YG_CTL_OFF] = YG_CONTROLLER_STATE_OFF,
	    [YG_CTL_CONNECTING] = YG_CONTROLLER_STATE_CONNECTING,
	    [YG_CTL_UP] = YG_CONTROLLER_STATE_UP,
	    [YG_CTL_SILENT] = YG_CONTROLLER_STATE_SILENT,
	    [YG_CTL_DOWN] = YG_CONTROLLER_STATE_DOWN,
	    [YG_CTL_REFUSED] = YG_CONTROLLER_STATE_REFUSED,
	};

	return states[c->state];
}

/* ---- for providers: what happened ---- */

/* false: it failed or was closed, and what it still says is of no interest. */
static bool is_listening(struct yg_controller *c)
{
	struct ctl *ctl = ctl_of(c);

	return ctl->is_open && !ctl->must_close;
}

void yg_controller_up(struct yg_controller *c, const char *version)
{
	struct ctl *ctl = ctl_of(c);

	if (!is_listening(c) || c->state != YG_CTL_CONNECTING)
		return;
	free(c->version);
	c->version = yg_xstrdup(version ? version : "");
	c->err = (struct yg_err){0};
	c->seen_ms = yg_now_ms();
	c->latency_ms = steady_ms() - ctl->begun_at;
	c->asked_ms = ctl->asked_at = 0;
	ctl->up_at = steady_ms();
	ctl->is_fresh = true;
	set_state(ctl, YG_CTL_UP);
}

void yg_controller_failed(struct yg_controller *c, const struct yg_err *err)
{
	struct ctl *ctl = ctl_of(c);

	if (ctl->must_close || (c->state != YG_CTL_CONNECTING && !yg_controller_is_up(c)))
		return;
	fail(ctl, err);
}

void yg_controller_asked(struct yg_controller *c)
{
	struct ctl *ctl = ctl_of(c);

	if (!is_listening(c) || ctl->asked_at)
		return;
	ctl->asked_at = steady_ms();
	c->asked_ms = yg_now_ms();
}

void yg_controller_heard(struct yg_controller *c)
{
	struct ctl *ctl = ctl_of(c);

	if (!is_listening(c))
		return;
	c->seen_ms = yg_now_ms();
	if (ctl->asked_at)
		c->latency_ms = steady_ms() - ctl->asked_at;
	c->asked_ms = ctl->asked_at = 0;
	if (c->state == YG_CTL_SILENT)
		set_state(ctl, YG_CTL_UP);
}

void yg_controller_list_begin(struct yg_controller *c, const struct yg_kind *kind)
{
	if (is_listening(c))
		yg_inventory_begin(c->inv, c->name, kind);
}

void yg_controller_put(struct yg_controller *c, struct yg_row *row)
{
	if (is_listening(c))
		yg_inventory_put_new(c->inv, row);
	else
		yg_row_unref(row);
}

static void mark_listed(struct yg_controller *c, const struct yg_kind *kind)
{
	int index = yg_kind_index(kind);

	if (index >= 0)
		c->listed |= UINT64_C(1) << index;
}

void yg_controller_list_end(struct yg_controller *c, const struct yg_kind *kind)
{
	if (!is_listening(c))
		return;
	yg_inventory_end(c->inv, c->name, kind);
	mark_listed(c, kind);
	ctl_of(c)->notify(c);
}

void yg_controller_list_skip(struct yg_controller *c, const struct yg_kind *kind)
{
	if (is_listening(c))
		mark_listed(c, kind);
}

void yg_controller_drop(struct yg_controller *c, const struct yg_kind *kind, const char *id)
{
	if (is_listening(c))
		yg_inventory_drop(c->inv, c->name, kind, id);
}

void yg_controller_sampled(struct yg_controller *c)
{
	if (is_listening(c))
		c->is_sampled = true;
}
