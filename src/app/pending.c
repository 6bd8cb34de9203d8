/* pending: stands in, weakly, for parts of the model that are being written; goes with them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/host.h"

#define PENDING __attribute__((weak))

PENDING struct yg_tasks *yg_tasks_create(struct yg_inventory *inv)
{
	return NULL;
}
PENDING void yg_tasks_destroy(struct yg_tasks *tasks)
{
}
PENDING struct yg_task *yg_task_add(
    struct yg_tasks *tasks, const char *action, const char *title, const struct yg_row *target)
{
	return NULL;
}
PENDING void yg_task_end_code(struct yg_task *task, const struct yg_err *err)
{
}
PENDING bool yg_task_is_over(const struct yg_task *task)
{
	return true;
}
PENDING struct yg_task *yg_task_at(struct yg_tasks *tasks, size_t i)
{
	return NULL;
}
PENDING struct yg_task *yg_task_find(struct yg_tasks *tasks, uint32_t id)
{
	return NULL;
}
PENDING void yg_task_phase(struct yg_task *task, const char *fmt, ...)
{
}
PENDING void yg_task_percent(struct yg_task *task, double percent)
{
}
PENDING void yg_tasks_tick(struct yg_tasks *tasks, int64_t now_ms)
{
}
PENDING void yg_actions_register_core(void)
{
}
PENDING const struct yg_action *const *yg_action_all(size_t *count)
{
	*count = 0;
	return NULL;
}
PENDING void yg_action_forget(const struct yg_action *action)
{
}
PENDING int yg_action_check(
    const struct yg_action *action, const struct yg_row *row, struct yg_err *err)
{
	return 0;
}
PENDING const char *yg_args_get(
    const struct yg_args *args, const struct yg_action *action, const char *name)
{
	return NULL;
}
PENDING struct yg_graph *yg_graph_create(struct yg_inventory *inv)
{
	return NULL;
}
PENDING void yg_graph_destroy(struct yg_graph *g)
{
}
PENDING size_t yg_graph_impact(struct yg_graph *g, uint32_t slot, uint32_t *out, size_t max)
{
	return 0;
}
PENDING struct yg_series *yg_series_create(struct yg_inventory *inv, size_t max_bytes)
{
	return NULL;
}
PENDING void yg_series_destroy(struct yg_series *s)
{
}
PENDING void yg_series_tick(struct yg_series *s)
{
}
