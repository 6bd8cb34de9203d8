/* test_task: a task ends once, its bar never runs backwards, and it is a row all the while. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <math.h>

#include <cmocka.h>

#include "base/clock.h"
#include "model/task.h"

struct site {
	struct yg_inventory *inv;
	struct yg_tasks *tasks;
	struct yg_row *vm;
	int ended, cancelled;
};

static int setup(void **state)
{
	static bool is_registered;
	struct site *s = calloc(1, sizeof(*s));
	struct yg_draft d;

	if (!is_registered)
		yg_kinds_register_core();
	is_registered = true;
	yg_clock_freeze(1000000);
	s->inv = yg_inventory_create();
	s->tasks = yg_tasks_create(s->inv);
	yg_draft_init(&d, &yg_kind_vm, "kvm", "uuid-1");
	yg_draft_text(&d, YG_F_NAME, "web-01");
	s->vm = yg_draft_done(&d);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct site *s = *state;

	yg_tasks_destroy(s->tasks);
	yg_inventory_destroy(s->inv);
	yg_row_unref(s->vm);
	yg_clock_freeze(0);
	free(s);
	return 0;
}

static struct yg_task *add(struct site *s)
{
	return yg_task_add(s->tasks, "shutdown", "shut down web-01", s->vm);
}

static const struct yg_row *row_of(struct site *s, const struct yg_task *t)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", t->id);
	return yg_inventory_row(s->inv, yg_inventory_find(s->inv, "yagura", &yg_kind_task, id));
}

static void on_end(struct yg_task *task, void *data)
{
	struct site *s = data;

	assert_true(yg_task_is_over(task));
	s->ended++;
}

static void on_cancel(struct yg_task *task, void *data)
{
	struct site *s = data;

	assert_false(yg_task_is_over(task));
	s->cancelled++;
}

static void test_life(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s);
	struct yg_buf out = {0};

	t->ended = on_end;
	t->ended_data = s;
	assert_int_equal(t->id, 1);
	assert_int_equal(yg_tasks_running(s->tasks), 1);
	const struct yg_row *row = row_of(s, t);
	assert_string_equal(yg_row_name(row), "shut down web-01");
	assert_int_equal(yg_row_state(row), YG_TASK_STATE_WAITING);
	assert_string_equal(yg_row_text(row, YG_TASK_TARGET), "@kvm/vm/uuid-1\tweb-01");
	assert_false(yg_row_has(row, YG_TASK_PERCENT));
	yg_task_phase(t, "asking %s", "it");
	yg_task_phase(t, "asking it");
	assert_int_equal(t->n_log, 1);
	row = row_of(s, t);
	assert_int_equal(yg_row_state(row), YG_TASK_STATE_RUNNING);
	yg_row_format(&out, row, YG_TASK_PHASE);
	assert_string_equal(out.data, "asking it");
	yg_buf_done(&out);
	yg_clock_freeze(1005000);
	yg_task_end(t, YG_TASK_STATE_DONE, NULL);
	assert_int_equal(s->ended, 1);
	row = row_of(s, t);
	assert_int_equal(yg_row_state(row), YG_TASK_STATE_DONE);
	assert_int_equal(yg_row_int(row, YG_TASK_ENDED), 1005000);
	assert_true(yg_row_number(row, YG_TASK_PERCENT) == 100);
	assert_int_equal(yg_tasks_running(s->tasks), 0);
}

static void test_one_end(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s);
	struct yg_err err = {0};

	t->ended = on_end;
	t->ended_data = s;
	yg_err_set(&err, YG_E_REFUSED, "vm 'web-01': not allowed");
	yg_task_end_code(t, &err);
	yg_task_end(t, YG_TASK_STATE_DONE, NULL);
	yg_task_end_code(t, NULL);
	yg_task_phase(t, "late");
	yg_task_progress(t, 1, 2, "bytes");
	yg_task_percent(t, 50);
	assert_int_equal(s->ended, 1);
	assert_int_equal(t->state, YG_TASK_STATE_FAILED);
	assert_true(t->percent == -1);
	assert_null(t->phase);
	assert_string_equal(yg_row_text(row_of(s, t), YG_F_NOTE), "vm 'web-01': not allowed");
	assert_string_equal(t->log[t->n_log - 1].text, "failed: vm 'web-01': not allowed");
}

static void ends_as(struct site *s, int code, int wanted)
{
	struct yg_task *t = add(s);
	struct yg_err err = {.code = code, .text = "why"};

	yg_task_end_code(t, &err);
	assert_int_equal(t->state, wanted);
}

static void test_codes(void **state)
{
	struct site *s = *state;

	ends_as(s, YG_OK, YG_TASK_STATE_DONE);
	ends_as(s, YG_E_CANCELLED, YG_TASK_STATE_CANCELLED);
	ends_as(s, YG_E_DOUBT, YG_TASK_STATE_DOUBT);
	ends_as(s, YG_E_TIMEOUT, YG_TASK_STATE_FAILED);
	ends_as(s, YG_E_FAILED, YG_TASK_STATE_FAILED);
}

/* A migration's saw-tooth: passes begin anew, and more is sent than there was. */
static void test_progress(void **state)
{
	static const double sent[] = {10, 50, 90, 20, 60, 130, 95, NAN, -5, INFINITY};
	static const double shown[] = {10, 50, 90, 90, 90, 90, 95, 95, 95, 95};
	struct site *s = *state;
	struct yg_task *t = add(s);

	yg_task_progress(t, 5, 0, "bytes");
	assert_true(t->percent == -1);
	for (size_t i = 0; i < YG_COUNT(sent); i++) {
		yg_task_progress(t, sent[i], 100, "bytes");
		assert_true(t->percent == shown[i]);
	}
	assert_true(yg_row_number(row_of(s, t), YG_TASK_PERCENT) == 95);
	assert_int_equal(yg_row_int(row_of(s, t), YG_TASK_DONE), 95);
	yg_task_percent(t, 40);
	assert_true(t->percent == 95);
	yg_task_percent(t, 400);
	assert_true(t->percent == 95);
	yg_task_percent(t, 97);
	assert_true(t->percent == 97);
	yg_task_progress(t, 3, 4, "files");
	assert_false(yg_row_has(row_of(s, t), YG_TASK_DONE));
	yg_task_end(t, YG_TASK_STATE_FAILED, NULL);
	assert_true(t->percent == 97);
}

static void test_cancel(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s);

	assert_false(yg_task_cancel(t));
	t->cancel = on_cancel;
	t->cancel_data = s;
	assert_true(yg_task_cancel(t));
	assert_int_equal(s->cancelled, 1);
	yg_task_end(t, YG_TASK_STATE_CANCELLED, NULL);
	assert_false(yg_task_cancel(t));
	assert_int_equal(s->cancelled, 1);
}

static void test_deadline(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s), *other = add(s), *late = add(s);

	t->deadline_ms = 1030000;
	t->ended = on_end;
	t->ended_data = s;
	late->deadline_ms = 1040000;
	yg_tasks_tick(s->tasks, 1030000);
	assert_false(yg_task_is_over(t));
	yg_tasks_tick(s->tasks, 1030001);
	assert_int_equal(t->state, YG_TASK_STATE_DOUBT);
	assert_int_equal(t->err.code, YG_E_DOUBT);
	assert_string_equal(
	    t->err.text, "shut down web-01: no answer after 30 s; look at it before you try again");
	assert_false(yg_task_is_over(other));
	assert_false(yg_task_is_over(late));
	yg_tasks_tick(s->tasks, 2000000);
	assert_int_equal(late->state, YG_TASK_STATE_DOUBT);
	assert_false(yg_task_is_over(other));
	assert_int_equal(s->ended, 1);
}

static void test_list(void **state)
{
	struct site *s = *state;
	struct yg_task *first = add(s), *running = add(s);

	yg_task_hold(first);
	yg_task_end(first, YG_TASK_STATE_DONE, NULL);
	for (int i = 0; i < 250; i++)
		yg_task_end(add(s), YG_TASK_STATE_DONE, NULL);
	/* 200 over, one that runs, one that is held. */
	assert_null(yg_task_at(s->tasks, 202));
	assert_ptr_equal(yg_task_at(s->tasks, 201), first);
	assert_ptr_equal(yg_task_at(s->tasks, 200), running);
	assert_int_equal(yg_task_at(s->tasks, 0)->id, 252);
	assert_ptr_equal(yg_task_find(s->tasks, 1), first);
	assert_ptr_equal(yg_task_find(s->tasks, 2), running);
	assert_null(yg_task_find(s->tasks, 3));
	assert_null(yg_task_find(s->tasks, 52));
	assert_int_equal(yg_task_find(s->tasks, 53)->id, 53);
	assert_null(yg_task_find(s->tasks, 999));
	assert_int_equal(yg_inventory_count(s->inv, "yagura"), 202);
	yg_task_let_go(first);
	assert_null(yg_task_find(s->tasks, 1));
	assert_int_equal(yg_inventory_count(s->inv, "yagura"), 201);
}

/* Who is told of an end may begin and end others. */
static void end_more(struct yg_task *task, void *data)
{
	struct site *s = data;

	for (int i = 0; i < 210; i++)
		yg_task_end(add(s), YG_TASK_STATE_DONE, NULL);
	assert_string_equal(task->title, "shut down web-01");
	s->ended++;
}

static void test_nested(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s);

	t->ended = end_more;
	t->ended_data = s;
	t->deadline_ms = 1;
	yg_tasks_tick(s->tasks, 1000000);
	assert_int_equal(s->ended, 1);
	assert_null(yg_task_find(s->tasks, 1));
}

static void test_log(void **state)
{
	struct site *s = *state;
	struct yg_task *t = add(s);

	for (int i = 0; i < 1234; i++)
		yg_task_log(t, "line %d", i);
	assert_in_range(t->n_log, 400, 500);
	assert_string_equal(t->log[t->n_log - 1].text, "line 1233");
	char first[32];
	snprintf(first, sizeof(first), "line %d", 1234 - (int)t->n_log);
	assert_string_equal(t->log[0].text, first);
	yg_tasks_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_life, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_one_end, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_codes, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_progress, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_cancel, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_deadline, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_list, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_nested, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_log, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
