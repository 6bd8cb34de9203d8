/* hello: the smallest whole plugin, to be copied: a kind, rows, a table view and an action. */
/* SPDX-License-Identifier: Apache-2.0 */
/* Build:  cc -shared -fPIC $(pkg-config --cflags yagura) hello.c -o hello.so
 * Load:   put it into ~/.local/share/yagura/plugins, or YAGURA_PLUGINS=FOLDER yagura
 * Use:    yagura get hello; yagura do greet hello/world; in the console :hellos and w */
#include <stdlib.h>

#include "api/yagura.h"

/* A kind is a table of fields and states. The first fields are those that every kind has. */
enum { HELLO_GREETED = YG_F_COMMON };
enum { HELLO_UNKNOWN, HELLO_QUIET, HELLO_HAPPY };
static const struct yg_field fields[] = {
    YG_FIELDS_COMMON, {"greeted", YG_T_INT, 0, 0, "GREETED", "how often it was greeted"}};
static const struct yg_state states[] = {
    {"unknown", YG_ST_UNKNOWN}, {"quiet", YG_ST_OFF}, {"happy", YG_ST_OK}};
static const struct yg_kind hello_kind = {sizeof(hello_kind), "hello", "hellos", "hi", "Hellos",
    "somebody who can be greeted", fields, YG_COUNT(fields), states, YG_COUNT(states)};

/* A view is the YAML of docs/guide-views.md. */
static const char view[] = "kind: hello\n"
			   "pane: containers\n"
			   "columns:\n"
			   "  - {field: state, format: glyph}\n"
			   "  - {field: name, flex: 1}\n"
			   "  - {field: greeted}\n";

static struct yg_host *the_host; /* what start() was given; a program has one */

/* Rows are never edited: a new one of the same id takes the place of the old one. Their controller
 * is the plugin's name, so that they go when it is unloaded. */
static void put(const char *name, int64_t greeted)
{
	struct yg_draft d;

	yg_draft_init(&d, &hello_kind, "hello", name);
	yg_draft_text(&d, YG_F_NAME, name);
	yg_draft_state(&d, greeted ? HELLO_HAPPY : HELLO_QUIET);
	yg_draft_int(&d, HELLO_GREETED, greeted);
	yg_inventory_put_new(yg_host_inventory(the_host), yg_draft_done(&d));
}

/* An action only begins; its task ends later, never from inside, and exactly once. Here that is
 * a timer's work; data is the number of the task, for the task may be gone by then. */
static void greeted(void *data)
{
	struct yg_task *task = yg_task_find(yg_host_tasks(the_host), (uint32_t)(uintptr_t)data);
	struct yg_inventory *inv = yg_host_inventory(the_host);

	if (!task || yg_task_is_over(task))
		return;
	const struct yg_row *row =
	    yg_inventory_row(inv, yg_inventory_find(inv, "hello", &hello_kind, task->target_id));
	if (row)
		put(task->target_id, yg_row_int(row, HELLO_GREETED) + 1);
	yg_task_end(task, YG_TASK_STATE_DONE, NULL);
}

static int greet(const struct yg_action *action, const struct yg_row *row,
    const struct yg_args *args, struct yg_task *task, struct yg_err *err)
{
	(void)action, (void)row, (void)args, (void)err;
	yg_task_phase(task, "waving");
	yg_host_wait(the_host, 50, 0, greeted, (void *)(uintptr_t)task->id);
	return 0;
}

/* From this come the key, the menu, `yagura do greet` and the help. */
static const struct yg_action greet_action = {.size = sizeof(greet_action),
    .name = "greet",
    .title = "Greet",
    .kind = "hello",
    .effect = YG_SAFE,
    .key = "w",
    .help = "says hello to it",
    .run = greet};

/* Once, when it is loaded. What it registers and puts is taken back when it is unloaded. */
static int start(struct yg_host *host, void **out_data, struct yg_err *err)
{
	int rc = yg_kind_register(&hello_kind, err);

	the_host = host;
	if (!rc)
		rc = yg_action_register(&greet_action, err);
	if (!rc)
		rc = yg_view_register_yaml("hellos", view, err);
	if (!rc)
		put("world", 0), put("moon", 0);
	return rc;
}

/* What Yagura looks for; the number says which header it was built against. */
const struct yg_plugin yg_plugin = {.api = YG_API_VERSION,
    .size = sizeof(yg_plugin),
    .name = "hello",
    .version = "1",
    .help = "greets the world",
    .start = start};
