/* action: what can be done to a row: the core actions, and the list of all of them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/action.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "model/query.h"

static const struct yg_param snapshot_params[] = {
    {.name = "name", .type = YG_T_TEXT, .help = "its name; made from the time if none is given"},
    {.name = "description", .type = YG_T_TEXT, .help = "what it is for"},
};

static const struct yg_param migrate_params[] = {
    {.name = "to",
	.type = YG_T_TEXT,
	.is_required = true,
	.help = "where to: the URI of the other host, qemu+ssh://kvm-02/system"},
    {.name = "live", .type = YG_T_BOOL, .preset = "yes", .help = "keep it running on the way"},
    {.name = "bandwidth", .type = YG_T_RATE, .help = "bytes a second at most, 100M"},
};

/* One line for each: kind, name, title, key; when, why not; effect, state it leads to; help. */
#define DO(k, n, t, key_, when_, why_, effect_, after_, help_)                                   \
	{                                                                                        \
		.size = sizeof(struct yg_action), .kind = k, .name = n, .title = t, .key = key_, \
		.when = when_, .why_not = why_, .effect = YG_##effect_, .after = after_,         \
		.help = help_,                                                                   \
	}
#define DO_WITH(k, n, t, key_, when_, why_, effect_, after_, help_, params_)                     \
	{                                                                                        \
		.size = sizeof(struct yg_action), .kind = k, .name = n, .title = t, .key = key_, \
		.when = when_, .why_not = why_, .effect = YG_##effect_, .after = after_,         \
		.help = help_, .params = params_, .n_params = YG_COUNT(params_),                 \
	}

/* Keys are capitals, or with Ctrl: small letters are the console's own. The same capital means much
 * the same for every kind: S on, D down, R again, K by force, P hold, U go on, X take away. */
static const struct yg_action core[] = {
    DO("vm", "start", "Start", "S", "state=shutoff", "it is not off", SAFE, "running", "boots it"),
    DO("vm", "shutdown", "Shut down", "D", "state=running", "it is not running", DISRUPTIVE,
	"shutoff", "asks the system in it to shut down; it may take its time, or refuse"),
    DO("vm", "reboot", "Reboot", "R", "state=running", "it is not running", DISRUPTIVE, "running",
	"asks the system in it to restart"),
    DO("vm", "force-off", "Force off", "K", "!state=shutoff", "it is off already", DESTRUCTIVE,
	"shutoff", "pulls the plug: what it has not yet written to disk is lost"),
    DO("vm", "pause", "Pause", "P", "state=running", "it is not running", DISRUPTIVE, "paused",
	"holds its processors; its memory stays"),
    DO("vm", "resume", "Resume", "U", "state=paused", "it is not paused", SAFE, "running",
	"lets it go on where it was paused"),
    DO_WITH("vm", "snapshot", "Snapshot", "C-s", "state=running|paused|shutoff",
	"it is neither running, paused nor off", SAFE, NULL,
	"keeps its disks, and its memory if it runs, as they are now", snapshot_params),
    DO_WITH("vm", "migrate", "Migrate", "M", "state=running|paused",
	"it is neither running nor paused", DISRUPTIVE, NULL, "moves it to another host",
	migrate_params),

    DO("snapshot", "revert", "Revert to", "V", NULL, NULL, DESTRUCTIVE, NULL,
	"takes the machine back to it: all that happened since is lost"),
    DO("snapshot", "delete", "Delete", "X", NULL, NULL, DESTRUCTIVE, NULL,
	"deletes it; the machine itself stays as it is"),

    DO("container", "start", "Start", "S", "state=created|exited", "it is not stopped", SAFE,
	"running", "starts it"),
    DO("container", "stop", "Stop", "D", "state=running|paused|restarting", "it is not running",
	DISRUPTIVE, "exited", "asks it to end, and kills it when it does not within 10 s"),
    DO("container", "restart", "Restart", "R", "state=running|paused|restarting|exited",
	"it never ran, or is being removed", DISRUPTIVE, "running", "stops it and starts it again"),
    DO("container", "pause", "Pause", "P", "state=running", "it is not running", DISRUPTIVE,
	"paused", "holds all its processes"),
    DO("container", "unpause", "Unpause", "U", "state=paused", "it is not paused", SAFE, "running",
	"lets its processes go on"),
    DO("container", "kill", "Kill", "K", "state=running|paused|restarting", "it is not running",
	DISRUPTIVE, "exited", "ends it at once, without asking it"),
    DO("container", "remove", "Remove", "X", "state=created|exited|dead",
	"it is running: stop it first", DESTRUCTIVE, NULL,
	"removes it and all that was written inside of it; volumes stay"),

    DO("migration", "cancel", "Cancel", "C", "!state=postcopy|finishing",
	"it can no longer be taken back", DISRUPTIVE, NULL,
	"stops it; the machine goes on where it was"),

    DO("network", "start", "Start", "S", "state=inactive", "it is active already", SAFE, "active",
	"brings its bridge up"),
    DO("network", "stop", "Stop", "D", "state=active", "it is not active", DISRUPTIVE, "inactive",
	"takes its bridge down: machines on it are cut off"),
};

#define ACTIONS_MAX 256

static struct {
	const struct yg_action *items[ACTIONS_MAX];
	struct yg_query *whens[ACTIONS_MAX]; /* NULL where there is no condition */
	size_t count;
} registry;

static bool is_word(const char *s)
{
	return s && *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-_")];
}

static int check_params(const struct yg_action *a, struct yg_err *err)
{
	struct yg_args args;

	if (a->n_params > YG_COUNT(args.names) || (a->n_params && !a->params))
		return yg_err_set(err, YG_E_INVALID, "action '%s': at most %zu parameters", a->name,
		    YG_COUNT(args.names));
	for (size_t i = 0; i < a->n_params; i++) {
		const struct yg_param *p = &a->params[i];
		if (!is_word(p->name) || !p->help || (p->is_required && p->preset))
			return yg_err_set(err, YG_E_INVALID,
			    "action '%s': parameter %zu needs a name and a line of help, and no "
			    "default if it is required",
			    a->name, i + 1);
	}
	return 0;
}

/* *out_kind: the kind it is for. */
static int check(const struct yg_action *a, const struct yg_kind **out_kind, struct yg_err *err)
{
	if (a->size < sizeof(struct yg_action) || !is_word(a->name) || !a->kind)
		return yg_err_set(
		    err, YG_E_INVALID, "an action's table is of another version, or has no name");
	if (!a->title || !a->help || (unsigned)a->effect > YG_DESTRUCTIVE)
		return yg_err_set(err, YG_E_INVALID,
		    "action '%s': needs a title, a line of help and an effect", a->name);
	const struct yg_kind *kind = yg_kind_find(a->kind);
	if (!kind)
		return yg_err_set(
		    err, YG_E_INVALID, "action '%s': there is no kind '%s'", a->name, a->kind);
	if (a->after && !yg_kind_state(kind, a->after))
		return yg_err_set(err, YG_E_INVALID, "action '%s': %s has no state '%s'", a->name,
		    a->kind, a->after);
	if (yg_action_find(a->kind, a->name))
		return yg_err_set(err, YG_E_INVALID, "action '%s': %s has one of that name already",
		    a->name, a->kind);
	*out_kind = kind;
	return check_params(a, err);
}

static size_t free_place(void)
{
	for (size_t i = 0; i < registry.count; i++)
		if (!registry.items[i])
			return i;
	return registry.count;
}

int yg_action_register(const struct yg_action *action, struct yg_err *err)
{
	const struct yg_kind *kind = NULL;
	struct yg_query *when = NULL;
	int rc = check(action, &kind, err);

	if (rc)
		return rc;
	size_t at = free_place();
	if (at == ACTIONS_MAX)
		return yg_err_set(err, YG_E_TOOBIG, "action '%s': too many actions", action->name);
	if (action->when) {
		rc = yg_query_parse(action->when, kind, &when, err);
		if (rc) {
			yg_err_wrap(err, "action '%s'", action->name);
			return rc;
		}
	}
	registry.items[at] = action;
	registry.whens[at] = when;
	registry.count = YG_MAX(registry.count, at + 1);
	return 0;
}

void yg_action_forget(const struct yg_action *action)
{
	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i] == action) {
			yg_query_free(registry.whens[i]);
			registry.whens[i] = NULL;
			registry.items[i] = NULL;
		}
}

void yg_actions_register_core(void)
{
	for (size_t i = 0; i < YG_COUNT(core); i++) {
		struct yg_err err = {0};
		int rc = yg_action_register(&core[i], &err);
		assert(rc == 0);
		(void)rc;
	}
}

const struct yg_action *yg_action_find(const char *kind, const char *name)
{
	for (size_t i = 0; i < registry.count; i++) {
		const struct yg_action *a = registry.items[i];
		if (a && yg_streq(a->kind, kind) && yg_streq(a->name, name))
			return a;
	}
	return NULL;
}

const struct yg_action *const *yg_action_all(size_t *count)
{
	*count = registry.count;
	return registry.items;
}

static bool holds(const struct yg_action *action, const struct yg_row *row)
{
	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i] == action)
			return yg_query_match(registry.whens[i], row, yg_now_ms());
	return false;
}

int yg_action_check(const struct yg_action *action, const struct yg_row *row, struct yg_err *err)
{
	const struct yg_kind *kind = row->kind;

	if (!yg_streq(kind->name, action->kind))
		return yg_err_set(err, YG_E_REFUSED, "%s '%s': '%s' is for a %s", kind->name,
		    yg_row_name(row), action->name, action->kind);
	if (holds(action, row))
		return 0;
	size_t state = (size_t)yg_row_state(row);
	return yg_err_set(err, YG_E_REFUSED, "%s '%s': cannot %s: %s (it is %s)", kind->name,
	    yg_row_name(row), action->name,
	    _(action->why_not ? action->why_not : N_("it is not in a state for that")),
	    kind->states[state < kind->n_states ? state : 0].name);
}

const char *yg_effect_name(enum yg_effect effect)
{
	static const char *const names[] = {"safe", "disruptive", "destructive"};

	return names[effect];
}

const char *yg_args_get(
    const struct yg_args *args, const struct yg_action *action, const char *name)
{
	for (size_t i = 0; args && i < args->count; i++)
		if (yg_streq(args->names[i], name))
			return args->values[i];
	for (size_t i = 0; i < action->n_params; i++)
		if (yg_streq(action->params[i].name, name))
			return action->params[i].preset;
	return NULL;
}
