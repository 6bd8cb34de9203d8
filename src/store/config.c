/* config: ~/.config/yagura/yagura.yaml: controllers, settings. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/config.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/schema.h"

static void add_pair(
    struct yg_reading *r, const struct yg_node *node, struct yg_config_pair **pairs, size_t *count)
{
	if (node->is != YG_NODE_TEXT) {
		yg_mistake(
		    r, node, "'%.60s' must be one value, not %s", node->key, yg_node_is_name(node));
		return;
	}
	*pairs = yg_xreallocarray(*pairs, *count + 1, sizeof(**pairs));
	(*pairs)[(*count)++] = (struct yg_config_pair){.name = yg_xstrdup(node->key),
	    .value = yg_xstrdup(node->text),
	    .line = node->line,
	    .column = node->column,
	    .name_line = node->key_line,
	    .name_column = node->key_column};
}

static void read_option(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct yg_config_controller *c = dest;

	add_pair(r, node, &c->options, &c->n_options);
}

static const struct yg_setting controller_items[] = {
    {YG_SETTING("name", TEXT, struct yg_config_controller, name), .is_required = true},
    {YG_SETTING("provider", TEXT, struct yg_config_controller, provider), .is_required = true},
    {YG_SETTING("url", TEXT, struct yg_config_controller, url)},
    {YG_SETTING("site", TEXT, struct yg_config_controller, site)},
};
/* All other keys are options of the provider, whose table says what they may be. */
static const struct yg_settings controller_settings = {
    .what = "a controller",
    .items = controller_items,
    .count = YG_COUNT(controller_items),
    .other = read_option,
};

static bool has_control(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7F)
			return true;
	return false;
}

/* A controller's name is part of keys and references: what divides those cannot be in it. */
int yg_config_check_name(const char *name, struct yg_err *err)
{
	if (*name && !strchr(name, '/') && !has_control(name) && strlen(name) <= 100)
		return 0;
	return yg_err_set(err, YG_E_INVALID,
	    "a controller's name is 1 to 100 characters without '/', not '%.100s'", name);
}

static void check_name(struct yg_reading *r, const struct yg_config *config,
    const struct yg_node *item, const char *name)
{
	const struct yg_node *at = yg_node_get(item, "name");
	struct yg_err err = {0};

	if (yg_config_check_name(name, &err))
		yg_mistake(r, at, "%s", err.text);
	for (size_t i = 0; i < config->n_controllers; i++)
		if (yg_streq(config->controllers[i].name, name))
			yg_mistake(r, at, "controller '%.60s' stands here twice, first in line %d",
			    name, config->controllers[i].line);
}

static void free_controller(struct yg_config_controller *c)
{
	for (size_t i = 0; i < c->n_options; i++) {
		free(c->options[i].name);
		free(c->options[i].value);
	}
	free(c->options);
	free(c->name);
	free(c->provider);
	free(c->url);
	free(c->site);
}

static void read_controller(struct yg_reading *r, const struct yg_node *item, void *dest)
{
	struct yg_config *config = dest;
	struct yg_config_controller c = {.line = item->line, .column = item->column};

	yg_settings_read(r, item, &controller_settings, &c);
	if (c.name)
		check_name(r, config, item, c.name);
	if (!c.name || !c.provider) {
		free_controller(&c);
		return;
	}
	config->controllers = yg_xreallocarray(
	    config->controllers, config->n_controllers + 1, sizeof(*config->controllers));
	config->controllers[config->n_controllers++] = c;
}

static void read_keys(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	yg_keymap_read(r, node, &((struct yg_config *)dest)->keys);
}

static const char *const border_words[] = {"auto", "light", "ascii"};

static const struct yg_setting config_items[] = {
    {.name = "controllers", .type = YG_SET_LIST, .read = read_controller},
    {YG_SETTING("theme", TEXT, struct yg_config, theme)},
    {YG_SETTING("read_only", BOOL, struct yg_config, is_read_only)},
    /* Turned round once the file is read. */
    {YG_SETTING("discovery", BOOL, struct yg_config, no_discovery)},
    {YG_SETTING("borders", CHOICE, struct yg_config, borders), .words = border_words,
	.n_words = YG_COUNT(border_words)},
    {.name = "keys", .type = YG_SET_OWN, .read = read_keys},
};
static const struct yg_settings config_settings = {
    .what = "the configuration",
    .items = config_items,
    .count = YG_COUNT(config_items),
};

static int read_config(struct yg_config *config, const struct yg_yaml *yaml, struct yg_err *err)
{
	struct yg_reading r = {.file = yaml->name};

	config->no_discovery = true;
	yg_settings_read(&r, yaml->root, &config_settings, config);
	config->no_discovery = !config->no_discovery;
	int rc = yg_mistakes_err(&r.mistakes, err);
	yg_mistakes_done(&r.mistakes);
	return rc;
}

/* The home of who runs us; asked of the system only where the environment does not say. */
static const char *home_folder(void)
{
	const char *home = getenv("HOME");

	if (home && *home == '/')
		return home;
	const struct passwd *pw = getpwuid(getuid());
	return pw && pw->pw_dir && *pw->pw_dir == '/' ? pw->pw_dir : "/nonexistent";
}

char *yg_config_usual_path(void)
{
	const char *base = getenv("XDG_CONFIG_HOME");

	if (base && *base == '/')
		return yg_xasprintf("%s/yagura/yagura.yaml", base);
	return yg_xasprintf("%s/.config/yagura/yagura.yaml", home_folder());
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return yg_xstrdup(".");
	return slash == path ? yg_xstrdup("/") : yg_xstrndup(path, (size_t)(slash - path));
}

static bool is_missing(const char *path)
{
	return access(path, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

/* What the YAML says, or, without one, what holds where nothing is said. It takes yaml and path. */
static int make_config(char *path, struct yg_yaml *yaml, struct yg_config **out, struct yg_err *err)
{
	struct yg_config *config = yg_xcalloc(1, sizeof(*config));

	config->path = path;
	config->folder = folder_of(path);
	int rc = yaml ? read_config(config, yaml, err) : 0;
	yg_yaml_free(yaml);
	if (rc)
		yg_config_free(config);
	else
		*out = config;
	return rc;
}

int yg_config_parse(
    const char *path, const char *text, size_t len, struct yg_config **out, struct yg_err *err)
{
	struct yg_yaml *yaml = NULL;
	int rc = yg_yaml_parse(path, text, len, &yaml, err);

	return rc ? rc : make_config(yg_xstrdup(path), yaml, out, err);
}

int yg_config_load(const char *path, struct yg_config **out, struct yg_err *err)
{
	char *file = path ? yg_xstrdup(path) : yg_config_usual_path();
	struct yg_yaml *yaml = NULL;
	int rc = path || !is_missing(file) ? yg_yaml_read(file, &yaml, err) : 0;

	if (!rc)
		return make_config(file, yaml, out, err);
	free(file);
	return rc;
}

void yg_config_free(struct yg_config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->n_controllers; i++)
		free_controller(&config->controllers[i]);
	free(config->controllers);
	yg_keymap_done(&config->keys);
	free(config->theme);
	free(config->folder);
	free(config->path);
	free(config);
}
