/* keys_check: what is noteworthy of the user's keys: what does nothing, what stands twice, what
 * takes the place of something else. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>

#include "app/console/commands.h"
#include "app/console/keys.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/text.h"
#include "model/keyname.h"
#include "store/config.h"
#include "store/views.h"

struct check {
	void (*cb)(void *data, enum yg_key_trouble trouble, const char *line);
	void *data;
};

YG_PRINTF(3, 4)
static void tell(const struct check *c, enum yg_key_trouble trouble, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), _(fmt), ap);
	va_end(ap);
	c->cb(c->data, trouble, line);
}

static bool is_view(const char *word)
{
	if (yg_view_find(word) || yg_tables_find(word) || yg_kind_find(word))
		return true;
	for (size_t i = 0; i < yg_views_n_in_c; i++)
		if (yg_streq(yg_views_in_c[i]->name, word))
			return true;
	return false;
}

static void check_command(const struct check *c, const struct yg_binding *b)
{
	char word[64];
	const char *names[128];
	size_t count, n = 0;
	const struct yg_command *commands = yg_commands_all(&count);

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(b->command, " "), b->command);
	if (yg_streq(word, "key")) {
		if (!yg_key_is_name(b->command + YG_MIN(strlen(b->command), (size_t)4)))
			tell(c, YG_KEY_WRONG, "%s: '%s' is no key", b->where, b->command);
		return;
	}
	if (!word[0] || yg_command_find(word) || is_view(word))
		return;
	for (size_t i = 0; i < count && n < YG_COUNT(names); i++)
		names[n++] = commands[i].name;
	const char *near = yg_text_nearest(word, names, n);
	if (near)
		tell(c, YG_KEY_WRONG, "%s: no command '%s', did you mean '%s'", b->where, word,
		    near);
	else
		tell(c, YG_KEY_WRONG, "%s: no command '%s'", b->where, word);
}

/* What had the key: an action of the kind (all kinds, in normal), a built-in command. */
static void check_place(const struct check *c, const struct yg_binding *b)
{
	bool is_normal = yg_streq(b->context, "normal");
	size_t count;
	const struct yg_action *const *actions = yg_action_all(&count);
	char line[80];

	if (is_normal && yg_key_is_builtin(b))
		return;
	for (size_t i = 0; i < count; i++) {
		if (!actions[i] || !yg_streq(actions[i]->key, b->key) ||
		    (!is_normal && !yg_streq(actions[i]->kind, b->context)))
			continue;
		snprintf(line, sizeof(line), "do %s", actions[i]->name);
		if (!yg_streq(line, b->command))
			tell(c, YG_KEY_REPLACES, "%s: '%s' was '%s' of a %s", b->where, b->key,
			    actions[i]->name, actions[i]->kind);
	}
	for (size_t i = 0; is_normal && i < yg_keys_n_builtin; i++)
		if (yg_streq(yg_keys_builtin[i].key, b->key) &&
		    !yg_streq(yg_keys_builtin[i].command, b->command))
			tell(c, YG_KEY_REPLACES, "%s: '%s' was '%s'", b->where, b->key,
			    yg_keys_builtin[i].command);
}

void yg_keys_check(const struct yg_keymap *map, const struct yg_config *config,
    void (*cb)(void *data, enum yg_key_trouble trouble, const char *line), void *data)
{
	struct check c = {cb, data};

	yg_vec_each (&map->bindings, b) {
		const struct yg_binding *other =
		    config ? yg_keymap_find(&config->keys, b->context, b->key) : NULL;
		check_command(&c, b);
		check_place(&c, b);
		if (other)
			tell(&c, YG_KEY_TWICE, "%s: '%s' is also in %s; this one is used", b->where,
			    b->key, other->where);
	}
	if (!config)
		return;
	yg_vec_each (&config->keys.bindings, b) {
		check_command(&c, b);
		check_place(&c, b);
	}
}
