/* keymap: keys and what they do, as a person wrote it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/keymap.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "model/keyname.h"
#include "model/kind.h"

#define BINDINGS_MAX 2000

const char *const yg_key_presets[] = {"vi", "emacs", "function-keys"};
const size_t yg_n_key_presets = YG_COUNT(yg_key_presets);

static const char *const contexts[] = {"normal", "overlay", "prompt"};

/* The context of this name as it is called here, or NULL. */
static const char *find_context(const char *name)
{
	for (size_t i = 0; i < YG_COUNT(contexts); i++)
		if (yg_streq(contexts[i], name))
			return contexts[i];
	return yg_kind_find(name) ? yg_kind_find(name)->name : NULL;
}

static void wrong_key(struct yg_reading *r, const struct yg_node *node)
{
	char buf[64];
	const char *near = yg_key_nearest(node->key, buf, sizeof(buf));

	yg_mistake_key(r, node, "'%.40s' is no key%s%s%s", node->key,
	    near ? ", did you mean '" : "", near ? near : "", near ? "'" : "");
}

/* Where text is typed a key can only be another key. */
static bool fits_context(struct yg_reading *r, const struct yg_node *node, const char *context)
{
	if (!yg_streq(context, "prompt") || !node->text[0] || yg_starts_with(node->text, "key "))
		return true;
	yg_mistake(r, node, "in 'prompt' a key can only be another one: \"key NAME\"");
	return false;
}

static void read_binding(
    struct yg_reading *r, const struct yg_node *node, const char *context, struct yg_keymap *out)
{
	if (!yg_key_is_name(node->key)) {
		wrong_key(r, node);
		return;
	}
	if (node->is != YG_NODE_TEXT) {
		yg_mistake(
		    r, node, "'%.60s' must be one value, not %s", node->key, yg_node_is_name(node));
		return;
	}
	if (!fits_context(r, node, context) || out->bindings.count == BINDINGS_MAX)
		return;
	yg_vec_push(&out->bindings,
	    (struct yg_binding){.context = yg_xstrdup(context),
		.key = yg_xstrdup(node->key),
		.command = yg_xstrdup(node->text),
		.where = yg_xasprintf("%s:%d:%d", r->file, node->key_line, node->key_column)});
}

static void wrong_context(struct yg_reading *r, const struct yg_node *node)
{
	char buf[64];
	size_t count, n = YG_COUNT(contexts);
	const struct yg_kind *const *kinds = yg_kind_all(&count);
	const char **words = yg_xcalloc(n + count, sizeof(*words));

	memcpy(words, contexts, sizeof(contexts));
	for (size_t i = 0; i < count; i++)
		if (kinds[i])
			words[n++] = kinds[i]->name;
	yg_mistake_key(r, node, "no context '%.40s': normal, overlay, prompt or a kind%s",
	    node->key, yg_did_you_mean(node->key, words, n, buf, sizeof(buf)));
	free(words);
}

static void read_context(struct yg_reading *r, const struct yg_node *node, struct yg_keymap *out)
{
	const char *context = find_context(node->key);

	if (!context) {
		wrong_context(r, node);
		return;
	}
	for (const struct yg_node *key = node->first; key; key = key->next)
		read_binding(r, key, context, out);
}

static void read_preset(struct yg_reading *r, const struct yg_node *node, struct yg_keymap *out)
{
	char buf[64];

	for (size_t i = 0; node->is == YG_NODE_TEXT && i < yg_n_key_presets; i++)
		if (yg_streq(yg_key_presets[i], node->text)) {
			free(out->preset);
			out->preset = yg_xstrdup(node->text);
			return;
		}
	yg_mistake(r, node, "'preset' is vi, emacs or function-keys%s",
	    yg_did_you_mean(node->text, yg_key_presets, yg_n_key_presets, buf, sizeof(buf)));
}

void yg_keymap_read(struct yg_reading *r, const struct yg_node *map, struct yg_keymap *out)
{
	if (map->is == YG_NODE_LIST || map->is == YG_NODE_TEXT) {
		yg_mistake(r, map, "'keys' must be a mapping (key: \"command line\"), not %s",
		    yg_node_is_name(map));
		return;
	}
	for (const struct yg_node *node = map->first; node; node = node->next)
		if (yg_streq(node->key, "preset"))
			read_preset(r, node, out);
		else if (node->is == YG_NODE_MAP)
			read_context(r, node, out);
		else if (node->is == YG_NODE_NOTHING && find_context(node->key))
			continue; /* a context with nothing in it */
		else
			read_binding(r, node, "normal", out);
}

static int load(
    const char *path, struct yg_keymap *out, yg_report_cb *report, void *data, struct yg_err *err)
{
	struct yg_yaml *yaml = NULL;
	struct yg_err why = {0};
	int rc = yg_yaml_read(path, &yaml, &why);

	if (rc) {
		if (report)
			report(data, why.text);
		if (err)
			*err = why;
		return rc;
	}
	struct yg_reading r = {.file = yaml->name};
	yg_keymap_read(&r, yaml->root, out);
	yg_mistakes_tell(&r.mistakes, report, data);
	rc = yg_mistakes_err(&r.mistakes, err);
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
	return rc;
}

int yg_keymap_load(
    const char *folder, struct yg_keymap *out, yg_report_cb *report, void *data, struct yg_err *err)
{
	char *path = yg_xasprintf("%s/keys.yaml", folder);
	int rc = 0;

	*out = (struct yg_keymap){0};
	if (access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR))
		rc = load(path, out, report, data, err);
	free(path);
	return rc;
}

const struct yg_binding *yg_keymap_find(
    const struct yg_keymap *map, const char *context, const char *key)
{
	for (size_t i = map->bindings.count; i-- > 0;)
		if (yg_streq(map->bindings.items[i].key, key) &&
		    yg_streq(map->bindings.items[i].context, context))
			return &map->bindings.items[i];
	return NULL;
}

void yg_keymap_done(struct yg_keymap *map)
{
	yg_vec_each (&map->bindings, b) {
		free(b->context);
		free(b->key);
		free(b->command);
		free(b->where);
	}
	yg_vec_done(&map->bindings);
	free(map->preset);
	map->preset = NULL;
}
