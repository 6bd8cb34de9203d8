/* tasks: a task in the strip for every migration, whoever began it, until it is known what became
 * of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"
#include "plugins/migration/moves.h"

#define FRESH_MS    3000  /* for the end of it to get round */
#define LATE_MS     5000  /* the end is told this much late at most */
#define PATIENCE_MS 60000 /* then nobody will say what became of it */

/* ---- names ---- */

void mig_short_host(const char *to, char *buf, size_t size)
{
	const char *host = strstr(to, "://");
	const char *at;

	host = host ? host + 3 : to;
	at = host == to ? NULL : memchr(host, '@', strcspn(host, "/"));
	host = at ? at + 1 : host;
	size_t len = host == to ? strlen(host) : strcspn(host, ":/?");
	snprintf(buf, size, "%.*s", (int)len, len ? host : to);
}

void mig_from(const struct yg_row *row, char *buf, size_t size)
{
	struct yg_ref ref;

	if (yg_ref_next(yg_row_text(row, YG_MIGRATION_FROM), &ref))
		snprintf(buf, size, "%.*s", (int)ref.name_len, ref.name);
	else
		snprintf(buf, size, "its host");
}

/* ---- the machine ---- */

static const struct yg_row *vm_of(
    const struct mig_moves *moves, const struct mig_move *m, uint32_t *out_slot)
{
	const struct yg_inventory *inv = yg_host_inventory(moves->host);
	struct yg_ref ref;

	*out_slot = YG_NO_SLOT;
	if (!yg_ref_next(yg_row_text(m->row, YG_MIGRATION_VM), &ref))
		return NULL;
	*out_slot = yg_inventory_follow(inv, m->row, &ref);
	return yg_inventory_row(inv, *out_slot);
}

/* The same machine, running, as another controller tells of it; its host's name to buf. */
static bool is_elsewhere(
    const struct mig_moves *moves, const struct mig_move *m, char *buf, size_t size)
{
	const struct yg_inventory *inv = yg_host_inventory(moves->host);
	struct yg_ref ref, host;
	size_t count;
	const uint32_t *slots = yg_inventory_slots(inv, &yg_kind_vm, &count);

	if (!yg_ref_next(yg_row_text(m->row, YG_MIGRATION_VM), &ref))
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct yg_row *vm = yg_inventory_row(inv, slots[i]);
		const char *uuid = yg_row_text(vm, YG_VM_UUID);
		if (strlen(uuid) != ref.id_len || memcmp(uuid, ref.id, ref.id_len) != 0 ||
		    yg_row_state(vm) != YG_VM_STATE_RUNNING ||
		    yg_inventory_seen(inv, slots[i]) < m->gone_ms - LATE_MS ||
		    yg_streq(
			yg_row_text(vm, YG_F_CONTROLLER), yg_row_text(m->row, YG_F_CONTROLLER)) ||
		    !yg_ref_next(yg_row_text(vm, YG_VM_HOST), &host))
			continue;
		snprintf(buf, size, "%.*s", (int)host.name_len, host.name);
		return true;
	}
	return false;
}

static bool is_at_source(const struct mig_move *m, const struct yg_row *vm)
{
	struct yg_ref from, now;

	if (!yg_ref_next(yg_row_text(m->row, YG_MIGRATION_FROM), &from) ||
	    !yg_ref_next(yg_row_text(vm, YG_VM_HOST), &now))
		return true;
	return from.id_len == now.id_len && memcmp(from.id, now.id, now.id_len) == 0;
}

/* ---- beginning ---- */

static bool is_about_vm(const struct mig_move *m, const struct yg_task *task)
{
	struct yg_ref ref;

	return yg_streq(task->action, "migrate") && yg_streq(task->kind, "vm") &&
	       yg_streq(task->controller, yg_row_text(m->row, YG_F_CONTROLLER)) &&
	       yg_ref_next(yg_row_text(m->row, YG_MIGRATION_VM), &ref) &&
	       strlen(task->target_id) == ref.id_len &&
	       memcmp(task->target_id, ref.id, ref.id_len) == 0;
}

/* The task of the action that began it, if that was us. */
static struct yg_task *find_own(const struct mig_moves *moves, const struct mig_move *m)
{
	struct yg_task *task;

	for (size_t i = 0; (task = yg_task_at(yg_host_tasks(moves->host), i)); i++)
		if (task->is_ours && !yg_task_is_over(task) && is_about_vm(m, task))
			return task;
	return NULL;
}

/* The action is asked for as if it had been typed, so that it asks before it is done. */
static void on_cancel(struct yg_task *task, void *data)
{
	const struct mig_moves *moves = data;
	struct yg_err err = {0};
	char line[200];

	for (size_t i = 0; i < moves->items.count; i++) {
		const struct mig_move *m = moves->items.items[i];
		const char *id = yg_row_id(m->row);
		if (m->task != task->id || m->gone_ms)
			continue;
		if (id[strcspn(id, " =*?")] || strlen(id) > 150)
			id = yg_row_name(m->row);
		snprintf(line, sizeof(line), "do cancel migration/%s", id);
		if (yg_host_command(moves->host, line, &err))
			yg_host_say(moves->host, YG_ST_WARN, "%s", err.text);
		return;
	}
}

static struct yg_task *watch(struct mig_moves *moves, const struct mig_move *m)
{
	uint32_t slot;
	const struct yg_row *vm = vm_of(moves, m, &slot);
	char from[64], to[64], title[256];

	mig_from(m->row, from, sizeof(from));
	mig_short_host(yg_row_text(m->row, YG_MIGRATION_TO), to, sizeof(to));
	snprintf(title, sizeof(title), "Migrate %s %s → %s", yg_row_name(m->row), from,
	    to[0] ? to : "?");
	struct yg_task *task =
	    yg_task_add(yg_host_tasks(moves->host), "migrate", title, vm ? vm : m->row);
	task->is_ours = false;
	if (yg_row_has(m->row, YG_MIGRATION_STARTED))
		task->started_ms = yg_row_int(m->row, YG_MIGRATION_STARTED);
	task->cancel = on_cancel;
	task->cancel_data = moves;
	return task;
}

static struct yg_task *task_of(const struct mig_moves *moves, const struct mig_move *m)
{
	struct yg_task *task = m->task ? yg_task_find(yg_host_tasks(moves->host), m->task) : NULL;

	return task && !yg_task_is_over(task) ? task : NULL;
}

/* ---- while it goes on ---- */

static void phase_text(const struct mig_move *m, char *buf, size_t size)
{
	int state = yg_row_state(m->row);
	const char *word = yg_kind_migration.states[state > 0 ? state : 0].name;
	int64_t pass = yg_row_int(m->row, YG_MIGRATION_PASS);

	if ((state == YG_MIGRATION_STATE_MEMORY || state == YG_MIGRATION_STATE_STUCK) && pass > 0)
		snprintf(buf, size, "pass %lld%s", (long long)pass,
		    m->progress.outlook == MIG_DIVERGES ? ", does not converge" : "");
	else
		snprintf(buf, size, "%s", state > 0 ? word : "moving");
}

/* What was sent has no total that it would not pass; the share is our own. */
static void show(const struct mig_move *m, struct yg_task *task)
{
	char phase[64];

	phase_text(m, phase, sizeof(phase));
	yg_task_phase(task, "%s", phase);
	if (yg_row_has(m->row, YG_MIGRATION_SENT))
		yg_task_progress(task, yg_row_number(m->row, YG_MIGRATION_SENT), 0, "bytes");
	if (m->progress.percent >= 0)
		yg_task_percent(task, m->progress.percent);
}

void mig_task_update(struct mig_moves *moves, struct mig_move *m)
{
	struct yg_task *task = task_of(moves, m);

	if (!m->task) {
		task = find_own(moves, m);
		m->is_watched = !task;
		task = task ? task : watch(moves, m);
		m->task = task->id;
	}
	uint32_t slot;
	const struct yg_row *vm = vm_of(moves, m, &slot);
	m->was_migrating |= vm && yg_row_state(vm) == YG_VM_STATE_MIGRATING;
	/* A provider that counts for itself (total) needs no help. */
	if (task && (m->is_watched || task->total <= 0))
		show(m, task);
}

/* ---- its end ---- */

static bool was_cancelled(const struct mig_moves *moves, const struct mig_move *m)
{
	const struct yg_task *task;

	for (size_t i = 0; (task = yg_task_at(yg_host_tasks(moves->host), i)); i++)
		if (yg_streq(task->kind, "migration") && yg_streq(task->action, "cancel") &&
		    yg_streq(task->controller, yg_row_text(m->row, YG_F_CONTROLLER)) &&
		    yg_streq(task->target_id, yg_row_id(m->row)) &&
		    task->started_ms >= m->seen_ms && task->state != YG_TASK_STATE_FAILED)
			return true;
	return false;
}

static bool settle(struct mig_moves *moves, struct mig_move *m, int outcome, const char *fmt, ...)
    YG_PRINTF(4, 5);

static bool settle(struct mig_moves *moves, struct mig_move *m, int outcome, const char *fmt, ...)
{
	static const int codes[] = {[YG_TASK_STATE_FAILED] = YG_E_FAILED,
	    [YG_TASK_STATE_CANCELLED] = YG_E_CANCELLED,
	    [YG_TASK_STATE_DOUBT] = YG_E_DOUBT};
	struct yg_task *task = task_of(moves, m);
	struct yg_err err = {0};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->verdict, sizeof(m->verdict), fmt, ap);
	va_end(ap);
	m->outcome = outcome;
	if (!task || !m->is_watched)
		return true;
	if (outcome == YG_TASK_STATE_DONE) {
		yg_task_log(task, "%s", m->verdict);
		yg_task_end(task, outcome, NULL);
	} else {
		yg_err_set(&err, codes[outcome], "%s", m->verdict);
		yg_task_end(task, outcome, &err);
	}
	return true;
}

static bool is_controller_up(const struct mig_moves *moves, const struct mig_move *m)
{
	const struct yg_inventory *inv = yg_host_inventory(moves->host);
	const struct yg_row *row =
	    yg_inventory_row(inv, yg_inventory_find(inv, "yagura", &yg_kind_controller,
				      yg_row_text(m->row, YG_F_CONTROLLER)));

	return row && yg_row_state(row) == YG_CONTROLLER_STATE_UP;
}

bool mig_task_settle(struct mig_moves *moves, struct mig_move *m)
{
	const struct yg_inventory *inv = yg_host_inventory(moves->host);
	int64_t waited_ms = yg_now_ms() - m->gone_ms;
	uint32_t slot;
	char from[64], to[64];

	mig_from(m->row, from, sizeof(from));
	const struct yg_task *own = yg_task_find(yg_host_tasks(moves->host), m->task);
	if (own && !m->is_watched && yg_task_is_over(own))
		return settle(moves, m, own->state, "%s",
		    own->err.text[0] ? own->err.text : yg_kind_task.states[own->state].name);
	if (is_elsewhere(moves, m, to, sizeof(to)))
		return settle(moves, m, YG_TASK_STATE_DONE, "it runs on %s now", to);
	if (waited_ms > PATIENCE_MS)
		return settle(moves, m, YG_TASK_STATE_DOUBT,
		    "nobody said what became of it; look where %s is", yg_row_name(m->row));
	if (!is_controller_up(moves, m))
		return false;
	const struct yg_row *vm = vm_of(moves, m, &slot);
	if (vm && !is_at_source(m, vm))
		return settle(moves, m, YG_TASK_STATE_DONE, "it left %s", from);
	if (vm && yg_row_state(vm) == YG_VM_STATE_MIGRATING)
		return false;
	/* The rest may be older than the end. */
	if (waited_ms < FRESH_MS ||
	    (vm && !m->was_migrating && yg_inventory_seen(inv, slot) < m->gone_ms))
		return false;
	if (!vm || yg_row_state(vm) == YG_VM_STATE_SHUTOFF)
		return settle(moves, m, YG_TASK_STATE_DONE, "%s let it go", from);
	mig_task_stayed(moves, m);
	return true;
}

void mig_task_stayed(struct mig_moves *moves, struct mig_move *m)
{
	char from[64];

	mig_from(m->row, from, sizeof(from));
	if (was_cancelled(moves, m))
		settle(moves, m, YG_TASK_STATE_CANCELLED, "it goes on at %s", from);
	else
		settle(moves, m, YG_TASK_STATE_FAILED,
		    "it goes on at %s: cancelled by somebody, or failed", from);
}

void mig_task_leave(struct mig_moves *moves, struct mig_move *m)
{
	struct yg_task *task = task_of(moves, m);

	if (task && m->is_watched) {
		task->cancel = NULL;
		task->cancel_data = NULL;
	}
}
