/* fuzz_yaml: any bytes as a YAML file, then as a view and as a theme. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/kinds.h"
#include "store/themes.h"
#include "store/views.h"

static void must(bool is_true)
{
	if (!is_true)
		abort();
}

/* What every tree promises; returns how many nodes there are. */
static size_t walk(const struct yg_node *node, int depth)
{
	size_t count = 0, all = 1;

	must(depth <= YG_YAML_DEPTH + 1 && node->line >= 1 && node->column >= 1 && node->text);
	must(node->is == YG_NODE_LIST || node->is == YG_NODE_MAP || !node->first);
	for (const struct yg_node *n = node->first; n; n = n->next, count++) {
		must(!n->key == (node->is == YG_NODE_LIST));
		must(!n->key || yg_node_get(node, n->key) == n);
		all += walk(n, depth + 1);
	}
	must(count == node->count);
	return all;
}

/* Every mistake names the file, a line and a column. */
static void check_mistakes(struct yg_reading *r)
{
	for (size_t i = 0; i < r->mistakes.count; i++) {
		int line = 0, column = 0;
		must(sscanf(r->mistakes.lines[i], "f:%d:%d: ", &line, &column) == 2);
		must(line >= 1 && column >= 1);
	}
	yg_mistakes_done(&r->mistakes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool is_ready;
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (!is_ready)
		yg_kinds_register_core();
	is_ready = true;
	if (yg_yaml_parse("f", (const char *)data, size, &yaml, &err)) {
		must(yg_starts_with(err.text, "f:") && !yaml);
		return 0;
	}
	must(walk(yaml->root, 1) <= YG_YAML_NODES + 1);
	struct yg_reading r = {.file = yaml->name};
	struct yg_table *table = yg_table_read(&r, "f", yaml->root);
	must(!table == (r.mistakes.count > 0));
	yg_table_free(table);
	check_mistakes(&r);
	yg_theme_free(yg_theme_read(&r, "f", yaml->root));
	check_mistakes(&r);
	yg_themes_unload();
	yg_yaml_free(yaml);
	return 0;
}
