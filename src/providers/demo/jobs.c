/* jobs: actions on the demo site, carried out as controllers do: they take time, have phases, can
 * be cancelled, and some fail. They get on by the loop's time, also where the clock stands still.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/text.h"
#include "net/loop.h"
#include "providers/demo/demo.h"

#define BEAT_MS    100
#define DEAF_MS    10000 /* a guest that does not obey is waited for this long */
#define TURBULENCE 0.45
#define NO_STATE   (-1)

/* How an action goes. The states are those of the row while it goes on and when it is done. */
struct recipe {
	const char *kind, *action;
	int length_ms, during, after, exit_code;
	bool is_force; /* overtakes what else goes on with the row */
	const char *phases[3];
};

#define VM(state)  YG_VM_STATE_##state
#define CTR(state) YG_CONTAINER_STATE_##state
static const struct recipe recipes[] = {
    {"vm", "start", 1500, NO_STATE, VM(RUNNING), 0, false, {"allocating", "starting", "booting"}},
    {"vm", "shutdown", 3000, VM(SHUTDOWN), VM(SHUTOFF), 0, false,
	{"asking the guest", "waiting for it"}},
    {"vm", "reboot", 3500, VM(SHUTDOWN), VM(RUNNING), 0, false,
	{"asking the guest", "waiting for it", "booting"}},
    {"vm", "force-off", 300, NO_STATE, VM(SHUTOFF), 0, true, {"stopping"}},
    {"vm", "pause", 200, NO_STATE, VM(PAUSED), 0, false, {"pausing"}},
    {"vm", "resume", 200, NO_STATE, VM(RUNNING), 0, false, {"resuming"}},
    {"vm", "snapshot", 2500, NO_STATE, NO_STATE, 0, false, {"memory", "disks"}},
    {"vm", "migrate", 8000, VM(MIGRATING), NO_STATE, 0, false, {"setup"}},
    {"snapshot", "revert", 2000, NO_STATE, NO_STATE, 0, false, {"disks", "memory"}},
    {"snapshot", "delete", 1500, NO_STATE, NO_STATE, 0, false, {"merging"}},
    {"container", "start", 600, NO_STATE, CTR(RUNNING), 0, false, {"starting"}},
    {"container", "stop", 1500, NO_STATE, CTR(EXITED), 0, false, {"asking it to end"}},
    {"container", "restart", 2000, NO_STATE, CTR(RUNNING), 0, false,
	{"asking it to end", "starting"}},
    {"container", "pause", 200, NO_STATE, CTR(PAUSED), 0, false, {"pausing"}},
    {"container", "unpause", 200, NO_STATE, CTR(RUNNING), 0, false, {"resuming"}},
    {"container", "kill", 200, NO_STATE, CTR(EXITED), 137, true, {"killing"}},
    {"container", "remove", 900, CTR(REMOVING), DEMO_GONE - 1, 0, false, {"removing"}},
    {"migration", "cancel", 400, NO_STATE, NO_STATE, 0, false, {"cancelling"}},
};

struct job {
	struct job *next;
	struct demo_jobs *jobs;
	const struct recipe *recipe;
	uint32_t task;   /* its number: the task itself may be forgotten once it has ended */
	uint32_t number; /* of the VM, container or snapshot; of the lane or task for a migration */
	bool is_lane;    /* of a migration: number is a lane */
	bool is_cancelled;
	uint8_t state_before; /* a fate's */
	uint16_t from, to;
	int64_t begun_us, length_us;
	double total;
	char name[DEMO_NAME];
	char *snapshot_name, *description;
};

struct demo_jobs {
	struct yg_controller *c;
	struct demo_site *site;
	struct job *first;
	struct yg_timer *beat;
	int64_t beat_us;
	bool is_hanging;
};

static void job_free(struct job *job)
{
	free(job->snapshot_name);
	free(job->description);
	free(job);
}

static bool is_vm(const struct job *job)
{
	return yg_streq(job->recipe->kind, "vm");
}

static bool is_action(const struct job *job, const char *name)
{
	return yg_streq(job->recipe->action, name);
}

/* What actions make of the row that a job is about; NULL for snapshots and migrations. */
static struct demo_fate *fate_of(const struct job *job)
{
	if (is_vm(job))
		return &job->jobs->site->vms[job->number];
	if (yg_streq(job->recipe->kind, "container"))
		return &job->jobs->site->containers[job->number];
	return NULL;
}

static void put_row(const struct job *job)
{
	if (is_vm(job))
		demo_put_vm(job->jobs->c, job->number);
	else if (fate_of(job))
		demo_put_container(job->jobs->c, job->number);
}

static void set_state(const struct job *job, int state)
{
	struct demo_fate *fate = fate_of(job);

	if (!fate || state == NO_STATE)
		return;
	fate->state = (uint8_t)(state + 1);
	put_row(job);
}

/* ---- snapshots ---- */

static struct demo_snapshot *find_snapshot(const struct demo_site *s, uint32_t number)
{
	yg_vec_each (&s->snapshots, snap) {
		if (snap->number == number)
			return snap;
	}
	return NULL;
}

static void make_current(struct demo_site *s, uint32_t vm, uint32_t number)
{
	yg_vec_each (&s->snapshots, snap) {
		if (snap->vm == vm)
			snap->is_current = snap->number == number;
	}
}

static void take_snapshot(struct job *job)
{
	struct demo_site *s = job->jobs->site;
	uint32_t parent = 0;

	yg_vec_each (&s->snapshots, snap) {
		if (snap->vm == job->number && snap->is_current)
			parent = snap->number;
	}
	yg_vec_push(&s->snapshots, (struct demo_snapshot){.number = ++s->snapshot_counter,
				       .vm = job->number,
				       .parent = parent,
				       .created_ms = yg_now_ms(),
				       .name = job->snapshot_name,
				       .description = job->description});
	job->snapshot_name = job->description = NULL;
	make_current(s, job->number, s->snapshot_counter);
	put_row(job);
}

static void revert_snapshot(const struct job *job)
{
	struct demo_site *s = job->jobs->site;
	const struct demo_snapshot *snap = find_snapshot(s, job->number);

	if (!snap)
		return;
	make_current(s, snap->vm, snap->number);
	bool has_memory = snap->number % 3 == 0;
	s->vms[snap->vm].state = (has_memory ? YG_VM_STATE_RUNNING : YG_VM_STATE_SHUTOFF) + 1;
	s->vms[snap->vm].since_s = (uint32_t)(yg_now_ms() / 1000);
	demo_put_vm(job->jobs->c, snap->vm);
}

static void delete_snapshot(const struct job *job)
{
	struct demo_site *s = job->jobs->site;
	struct demo_snapshot *snap = find_snapshot(s, job->number);

	if (!snap)
		return;
	uint32_t vm = snap->vm, parent = snap->parent;
	bool was_current = snap->is_current;
	free(snap->name);
	free(snap->description);
	yg_vec_remove(&s->snapshots, (size_t)(snap - s->snapshots.items));
	yg_vec_each (&s->snapshots, other) {
		if (other->parent == job->number)
			other->parent = parent;
	}
	if (was_current)
		make_current(s, vm, parent);
	demo_put_vm(job->jobs->c, vm);
}

/* ---- migrations ---- */

static struct job *find_job(const struct demo_jobs *jobs, uint32_t task)
{
	for (struct job *job = jobs->first; job; job = job->next)
		if (job->task == task)
			return job;
	return NULL;
}

static struct demo_migration moving(const struct job *job, int64_t elapsed_us)
{
	struct demo_migration m = {.vm = job->number,
	    .from = job->from,
	    .to = job->to,
	    .total = job->total,
	    .started_ms = yg_now_ms() - elapsed_us / 1000};

	demo_migration_at(&m, TURBULENCE, elapsed_us / 1000, job->length_us / 1000);
	return m;
}

void demo_jobs_put(struct demo_jobs *jobs, int64_t now_ms)
{
	char id[DEMO_NAME];

	for (const struct job *job = jobs->first; job; job = job->next) {
		if (!is_action(job, "migrate") || job->is_cancelled)
			continue;
		struct demo_migration m = moving(job, yg_mono_us() - job->begun_us);
		m.started_ms = now_ms - m.elapsed_ms;
		demo_cat_number(demo_cat(id, "task-"), job->task, 1);
		yg_controller_put(
		    jobs->c, demo_row_moving(jobs->site, jobs->c->name, id, &m, now_ms));
	}
}

/* What is left counts memory that was changed again, so that it never jumps up; what was sent
 * passes the total and says nothing. */
static void show_pass(const struct job *job, struct yg_task *task, int64_t elapsed_us)
{
	struct demo_migration m = moving(job, elapsed_us);

	yg_task_phase(task, "pass %d", m.pass);
	yg_task_progress(task, m.total - m.remaining - m.changed, m.total, "bytes");
}

/* The host that a migration is to go to: by its name, alone or in a URI. */
static int find_target(struct job *job, const char *to, struct yg_err *err)
{
	const struct demo_site *s = job->jobs->site;
	char name[DEMO_NAME];
	const char *start = strstr(to, "://");

	start = start ? start + 3 : to;
	start += strcspn(start, "@/") < strcspn(start, "/") ? strcspn(start, "@") + 1 : 0;
	size_t len = YG_MIN(strcspn(start, "/:?"), sizeof(name) - 1);
	memcpy(name, start, len);
	name[len] = '\0';
	uint32_t host = demo_host_find(s, name);
	if (host == DEMO_NONE || host >= s->n_hypervisors)
		return yg_err_set(err, YG_E_NOTFOUND,
		    "vm '%s': no hypervisor '%s' to migrate to; see: yagura get host", job->name,
		    name);
	if (host == job->from)
		return yg_err_set(
		    err, YG_E_REFUSED, "vm '%s': it is on '%s' already", job->name, name);
	if (!demo_host_answers(s, host))
		return yg_err_set(
		    err, YG_E_UNREACHABLE, "vm '%s': host '%s' does not answer", job->name, name);
	job->to = (uint16_t)host;
	return 0;
}

static int prepare_migration(
    struct job *job, const char *to, const char *bandwidth, struct yg_err *err)
{
	const struct demo_role *role = demo_vm_role(job->jobs->site, job->number);
	double speed = 0;
	int rc = find_target(job, to ? to : "", err);

	if (rc)
		return rc;
	if (bandwidth && yg_parse_bytes(bandwidth, &speed, err))
		return yg_err_wrap(err, "vm '%s': bandwidth", job->name);
	job->total = role->cpus * role->mem_per_cpu * 1073741824.0;
	if (speed > 0) {
		double seconds = job->total / (1 - TURBULENCE) / speed;
		job->length_us = (int64_t)(YG_MIN(YG_MAX(seconds, 3), 3600) * 1e6);
	}
	return 0;
}

/* Stops a migration: of an action, or of a lane. */
static void cancel_migration(const struct job *job)
{
	struct demo_jobs *jobs = job->jobs;

	if (job->is_lane) {
		struct demo_migration m = {.vm = DEMO_NONE};
		demo_lane(jobs->site, job->number, yg_now_ms(), &m);
		demo_lane_cancel(jobs->site, job->number, yg_now_ms());
		if (m.vm != DEMO_NONE)
			demo_put_vm(jobs->c, m.vm);
	} else {
		struct job *other = find_job(jobs, job->number);
		if (other)
			other->is_cancelled = true;
	}
}

/* ---- ends ---- */

/* What a job leaves behind when it is done. */
static void carry_out(struct job *job)
{
	struct demo_fate *fate = fate_of(job);

	if (is_action(job, "migrate")) {
		fate->host = (uint16_t)(job->to + 1);
		fate->state = job->state_before;
		put_row(job);
	} else if (is_action(job, "snapshot"))
		take_snapshot(job);
	else if (is_action(job, "revert"))
		revert_snapshot(job);
	else if (is_action(job, "delete"))
		delete_snapshot(job);
	else if (is_action(job, "cancel"))
		cancel_migration(job);
	else {
		bool goes_on = is_action(job, "pause") || is_action(job, "unpause") ||
			       is_action(job, "resume");
		fate->exit_code = (uint8_t)job->recipe->exit_code;
		if (!goes_on)
			fate->since_s = (uint32_t)(yg_now_ms() / 1000);
		set_state(job, job->recipe->after);
	}
}

/* Some never do as they are told; the reason, or 0. */
static int refusal(const struct job *job, struct yg_err *err)
{
	const struct demo_site *s = job->jobs->site;

	if (is_vm(job) && is_action(job, "shutdown") && job->number == s->deaf_vm)
		return yg_err_set(err, YG_E_TIMEOUT,
		    "vm '%s': the guest did not react to the shutdown request within %d s; force "
		    "it "
		    "off if it must stop",
		    job->name, DEAF_MS / 1000);
	if (is_action(job, "remove") && job->number == s->held_container)
		return yg_err_set(err, YG_E_REFUSED,
		    "container '%s': the engine refuses to remove it: its filesystem is in use by "
		    "process 4711",
		    job->name);
	return 0;
}

/* Ends a job: NULL err is success. It is out of the list already. */
static void job_end(struct job *job, const struct yg_err *err)
{
	struct yg_task *task = yg_task_find(job->jobs->c->tasks, job->task);
	struct demo_fate *fate = fate_of(job);

	if (!err)
		carry_out(job);
	else if (fate && job->recipe->during != NO_STATE) {
		fate->state = job->state_before;
		put_row(job);
	}
	if (task && !yg_task_is_over(task)) {
		task->cancel = NULL;
		yg_task_end_code(task, err);
	}
	job_free(job);
}

static void unlink_job(struct demo_jobs *jobs, struct job *job)
{
	struct job **at = &jobs->first;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
}

/* One beat of a job; true when it has come to its end, with *err set if that is no good one. */
static bool job_beat(struct job *job, struct yg_err *err)
{
	struct yg_task *task = yg_task_find(job->jobs->c->tasks, job->task);
	int64_t elapsed_us = yg_mono_us() - job->begun_us;

	if (!task || yg_task_is_over(task))
		yg_err_set(err, YG_E_CANCELLED, "%s: given up", job->name);
	else if (job->is_cancelled)
		yg_err_set(
		    err, YG_E_CANCELLED, "%s of '%s': cancelled", job->recipe->action, job->name);
	if (err->code)
		return true;
	if (elapsed_us >= job->length_us) {
		refusal(job, err);
		return true;
	}
	if (is_action(job, "migrate")) {
		show_pass(job, task, elapsed_us);
		return false;
	}
	size_t n_phases = 0;
	while (n_phases < YG_COUNT(job->recipe->phases) && job->recipe->phases[n_phases])
		n_phases++;
	double share = (double)elapsed_us / (double)job->length_us;
	yg_task_phase(task, "%s", job->recipe->phases[(size_t)(share * (double)n_phases)]);
	if (is_action(job, "snapshot") || is_action(job, "delete") || is_action(job, "revert"))
		yg_task_percent(task, 100 * share);
	return false;
}

/* While it hangs, time stands still for jobs. */
static void stand_still(struct demo_jobs *jobs)
{
	int64_t now_us = yg_mono_us();

	for (struct job *job = jobs->first; job; job = job->next)
		job->begun_us += now_us - jobs->beat_us;
	jobs->beat_us = now_us;
}

static void on_beat(void *data)
{
	struct demo_jobs *jobs = data;
	bool has_ended = false, has_moves = false;

	if (jobs->is_hanging) {
		stand_still(jobs);
		return;
	}
	jobs->beat_us = yg_mono_us();
	for (struct job *job = jobs->first, *next = NULL; job; job = next) {
		struct yg_err err = {0};
		next = job->next;
		has_moves |= is_action(job, "migrate");
		if (!job_beat(job, &err))
			continue;
		unlink_job(jobs, job);
		has_ended = true;
		job_end(job, err.code ? &err : NULL);
	}
	if (has_ended)
		demo_put_rest(jobs->c);
	else if (has_moves)
		demo_put_migrations(jobs->c);
	if (!jobs->first) {
		yg_timer_stop(jobs->beat);
		jobs->beat = NULL;
	}
}

/* ---- starts ---- */

static const struct recipe *find_recipe(const struct yg_action *action)
{
	for (size_t i = 0; i < YG_COUNT(recipes); i++)
		if (yg_streq(recipes[i].kind, action->kind) &&
		    yg_streq(recipes[i].action, action->name))
			return &recipes[i];
	return NULL;
}

static uint32_t tail_number(const char *id, const char *head)
{
	return yg_starts_with(id, head) ? (uint32_t)strtoul(id + strlen(head), NULL, 10)
					: DEMO_NONE;
}

/* The number of what a row is about; DEMO_NONE if it is not ours any more. */
static uint32_t number_of(struct job *job, const struct yg_row *row)
{
	const struct demo_site *s = job->jobs->site;
	const char *id = yg_row_id(row);

	if (is_vm(job))
		return demo_vm_number(s, id);
	if (fate_of(job)) {
		uint32_t n = demo_container_number(s, id);
		return n != DEMO_NONE && s->containers[n].state == DEMO_GONE ? DEMO_NONE : n;
	}
	if (yg_streq(job->recipe->kind, "snapshot")) {
		uint32_t n = tail_number(id, "s");
		return find_snapshot(s, n) ? n : DEMO_NONE;
	}
	uint32_t lane = tail_number(id, "lane"), task = tail_number(id, "task-");
	job->is_lane = lane < DEMO_LANES;
	return job->is_lane ? lane : find_job(job->jobs, task) ? task : DEMO_NONE;
}

/* Forced actions overtake; others wait their turn. */
static int check_busy(struct job *job, struct yg_err *err)
{
	struct demo_jobs *jobs = job->jobs;

	for (struct job *other = jobs->first; other; other = other->next) {
		if (other->number != job->number ||
		    !yg_streq(other->recipe->kind, job->recipe->kind))
			continue;
		if (job->recipe->is_force)
			other->is_cancelled = true;
		else
			return yg_err_set(err, YG_E_BUSY, "%s '%s': it is busy with '%s'",
			    job->recipe->kind, job->name, other->recipe->action);
	}
	return 0;
}

static int check_host(const struct job *job, struct yg_err *err)
{
	const struct demo_site *s = job->jobs->site;

	if (!fate_of(job))
		return 0;
	uint32_t host = is_vm(job) ? demo_vm_host(s, job->number, yg_now_ms())
				   : demo_container_host(s, job->number);
	if (demo_host_answers(s, host))
		return 0;
	return yg_err_set(err, YG_E_UNREACHABLE, "%s '%s': its host '%s' does not answer",
	    job->recipe->kind, job->name, s->host_names[host]);
}

static int prepare(
    struct job *job, const struct yg_action *action, const struct yg_args *args, struct yg_err *err)
{
	const struct demo_site *s = job->jobs->site;
	int rc = check_host(job, err);

	if (!rc)
		rc = check_busy(job, err);
	if (rc)
		return rc;
	if (fate_of(job))
		job->state_before = fate_of(job)->state;
	if (is_vm(job) && is_action(job, "shutdown") && job->number == s->deaf_vm)
		job->length_us = DEAF_MS * INT64_C(1000) / s->spec.speed;
	if (is_action(job, "migrate")) {
		job->from = (uint16_t)demo_vm_host(s, job->number, yg_now_ms());
		return prepare_migration(job, yg_args_get(args, action, "to"),
		    yg_args_get(args, action, "bandwidth"), err);
	}
	if (is_action(job, "snapshot")) {
		const char *name = yg_args_get(args, action, "name");
		const char *description = yg_args_get(args, action, "description");
		job->snapshot_name = name && name[0] ? yg_xstrdup(name) : NULL;
		job->description = description ? yg_xstrdup(description) : NULL;
	}
	return 0;
}

static void on_cancel(struct yg_task *task, void *data)
{
	struct job *job = find_job(data, task->id);

	if (job)
		job->is_cancelled = true;
}

int demo_jobs_start(struct demo_jobs *jobs, const struct yg_action *action,
    const struct yg_row *row, const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	const struct recipe *recipe = find_recipe(action);

	if (!recipe)
		return yg_err_set(err, YG_E_UNSUPPORTED, "%s '%s': the demo site cannot %s",
		    action->kind, yg_row_name(row), action->name);
	struct job *job = yg_xcalloc(1, sizeof(*job));
	*job = (struct job){.jobs = jobs,
	    .recipe = recipe,
	    .task = task->id,
	    .begun_us = yg_mono_us(),
	    .length_us = recipe->length_ms * INT64_C(1000) / jobs->site->spec.speed};
	snprintf(job->name, sizeof(job->name), "%s", yg_row_name(row));
	job->number = number_of(job, row);
	int rc = job->number == DEMO_NONE ? yg_err_set(err, YG_E_NOTFOUND, "%s '%s': it is gone",
						action->kind, job->name)
					  : prepare(job, action, args, err);
	if (rc) {
		job_free(job);
		return rc;
	}
	job->next = jobs->first;
	jobs->first = job;
	task->cancel = on_cancel;
	task->cancel_data = jobs;
	set_state(job, recipe->during);
	if (!jobs->beat) {
		jobs->beat_us = yg_mono_us();
		jobs->beat = yg_timer_start(jobs->c->loop, BEAT_MS, BEAT_MS, on_beat, jobs);
	}
	return 0;
}

void demo_jobs_hang(struct demo_jobs *jobs, bool is_hanging)
{
	if (jobs->is_hanging)
		stand_still(jobs);
	jobs->beat_us = yg_mono_us();
	jobs->is_hanging = is_hanging;
}

struct demo_jobs *demo_jobs_create(struct yg_controller *c, struct demo_site *site)
{
	struct demo_jobs *jobs = yg_xcalloc(1, sizeof(*jobs));

	jobs->c = c;
	jobs->site = site;
	return jobs;
}

void demo_jobs_destroy(struct demo_jobs *jobs)
{
	if (!jobs)
		return;
	yg_timer_stop(jobs->beat);
	while (jobs->first) {
		struct job *job = jobs->first;
		struct yg_task *task = yg_task_find(jobs->c->tasks, job->task);
		jobs->first = job->next;
		if (task && !yg_task_is_over(task)) {
			struct yg_err err;
			yg_err_set(&err, YG_E_DOUBT,
			    "%s of '%s': the demo site was closed before it was done",
			    job->recipe->action, job->name);
			task->cancel = NULL;
			yg_task_end_code(task, &err);
		}
		job_free(job);
	}
	free(jobs);
}
