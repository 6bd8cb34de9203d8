/* registry: the drawn views there are, built in and of plugins. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "api/yagura.h"

static struct {
	const struct yg_view_ops *items[64];
	size_t count;
} registry;

static int check(const struct yg_view_ops *ops, struct yg_err *err)
{
	if (ops->size != sizeof(struct yg_view_ops) || !ops->name)
		return yg_err_set(err, YG_E_INVALID, "a view's table is of another version");
	if (!ops->draw)
		return yg_err_set(err, YG_E_INVALID, "view '%s': it cannot draw", ops->name);
	if (yg_view_find(ops->name))
		return yg_err_set(err, YG_E_INVALID, "view '%s': there is one already", ops->name);
	return 0;
}

int yg_view_register(const struct yg_view_ops *ops, struct yg_err *err)
{
	int rc = check(ops, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < registry.count; i++)
		if (!registry.items[i]) {
			registry.items[i] = ops;
			return 0;
		}
	if (registry.count == YG_COUNT(registry.items))
		return yg_err_set(err, YG_E_TOOBIG, "view '%s': too many views", ops->name);
	registry.items[registry.count++] = ops;
	return 0;
}

void yg_view_forget(const struct yg_view_ops *ops)
{
	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i] == ops)
			registry.items[i] = NULL;
}

const struct yg_view_ops *yg_view_find(const char *name)
{
	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i] && yg_streq(registry.items[i]->name, name))
			return registry.items[i];
	return NULL;
}

const struct yg_view_ops *const *yg_view_all(size_t *count)
{
	*count = registry.count;
	return registry.items;
}
