/* themes: how meanings look, from YAML. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "store/themes.h"

#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/map.h"
#include "base/text.h"
#include "store/builtin.h"
#include "store/folder.h"

#define COLOURS_MAX 64 /* words in a theme's own list */

static const struct {
	const char *name;
	int32_t rgb; /* as most terminals show it */
} ansi_colours[] = {
    {"black", 0x000000},
    {"red", 0xcd3131},
    {"green", 0x0dbc79},
    {"yellow", 0xe5e510},
    {"blue", 0x2472c8},
    {"magenta", 0xbc3fbc},
    {"cyan", 0x11a8cd},
    {"white", 0xe5e5e5},
    {"bright-black", 0x767676},
    {"bright-red", 0xf14c4c},
    {"bright-green", 0x23d18b},
    {"bright-yellow", 0xf5f543},
    {"bright-blue", 0x3b8eea},
    {"bright-magenta", 0xd670d6},
    {"bright-cyan", 0x29b8db},
    {"bright-white", 0xffffff},
};

static const char *const style_names[] = {
#define X(name, text, glyph, ascii) text,
    YG_STYLE_MAP(X)
#undef X
};

#define PLAIN_COLOUR                                 \
	(struct yg_colour)                           \
	{                                            \
		.rgb = YG_COLOUR_DEFAULT, .ansi = -1 \
	}

/* The one set of themes. Built-in ones, in the order of yg_builtin_themes, are NULL until they are
 * asked for. */
static struct {
	struct yg_theme **builtin;
	struct yg_map users;
	const char **names;
} shelf;

/* What is known while one theme is read. */
struct making {
	struct yg_theme *theme;
	struct yg_colour ground; /* behind everything that names no background of its own */
	const char *words[COLOURS_MAX];
	struct yg_colour colours[COLOURS_MAX];
	size_t n_colours;
};

static int find_ansi(const char *name)
{
	char *end = NULL;
	long number = strtol(name, &end, 10);

	for (size_t i = 0; i < YG_COUNT(ansi_colours); i++)
		if (yg_streq(ansi_colours[i].name, name))
			return (int)i;
	return end != name && !*end && number >= 0 && number < 16 ? (int)number : -1;
}

static int nearest_ansi(int32_t rgb)
{
	int best = INT_MAX, found = 0;

	for (size_t i = 0; i < YG_COUNT(ansi_colours); i++) {
		int sum = 0;
		for (int shift = 0; shift <= 16; shift += 8) {
			int d = (rgb >> shift & 255) - (ansi_colours[i].rgb >> shift & 255);
			sum += d * d;
		}
		if (sum < best) {
			best = sum;
			found = (int)i;
		}
	}
	return found;
}

/* "#8b949e" or "#8b949e/bright-black" */
static bool parse_rgb(const char *word, struct yg_colour *out)
{
	char *end = NULL;

	if (strspn(word + 1, "0123456789abcdefABCDEF") != 6)
		return false;
	int32_t rgb = (int32_t)strtol(word + 1, &end, 16);
	int ansi = *end == '/' ? find_ansi(end + 1) : nearest_ansi(rgb);
	if ((*end && *end != '/') || ansi < 0)
		return false;
	*out = (struct yg_colour){.rgb = rgb, .ansi = (int8_t)ansi};
	return true;
}

static bool parse_colour(const struct making *m, const char *word, struct yg_colour *out)
{
	for (size_t i = 0; i < m->n_colours; i++)
		if (yg_streq(m->words[i], word)) {
			*out = m->colours[i];
			return true;
		}
	if (*word == '#')
		return parse_rgb(word, out);
	int ansi = find_ansi(word);
	if (ansi >= 0)
		*out = (struct yg_colour){.rgb = ansi_colours[ansi].rgb, .ansi = (int8_t)ansi};
	else if (yg_streq(word, "default"))
		*out = PLAIN_COLOUR;
	else
		return false;
	return true;
}

static void refuse_word(struct yg_reading *r, const struct yg_node *node, const char *word)
{
	static const char *const flags[] = {"bold", "dim", "reverse", "underline", "default", "on"};
	const struct making *m = r->data;
	const char *words[COLOURS_MAX + YG_COUNT(flags) + YG_COUNT(ansi_colours)];
	size_t n = 0;
	char near[80];

	if (*word == '#') {
		yg_mistake(r, node,
		    "no colour '%.60s': write it like #8b949e or #8b949e/bright-black", word);
		return;
	}
	for (size_t i = 0; i < m->n_colours; i++)
		words[n++] = m->words[i];
	for (size_t i = 0; i < YG_COUNT(flags); i++)
		words[n++] = flags[i];
	for (size_t i = 0; i < YG_COUNT(ansi_colours); i++)
		words[n++] = ansi_colours[i].name;
	yg_did_you_mean(word, words, n, near, sizeof(near));
	yg_mistake(r, node, "no colour or emphasis '%.60s'%s", word, near);
}

static bool take_flag(const char *word, struct yg_look *look)
{
	if (yg_streq(word, "bold"))
		look->is_bold = true;
	else if (yg_streq(word, "dim"))
		look->is_dim = true;
	else if (yg_streq(word, "reverse"))
		look->is_reverse = true;
	else if (yg_streq(word, "underline"))
		look->is_underline = true;
	else
		return false;
	return true;
}

/* "bold accent on night" */
static void read_look(struct yg_reading *r, const struct yg_node *node, struct yg_look *out)
{
	const struct making *m = r->data;
	struct yg_look look = {.fg = PLAIN_COLOUR, .bg = PLAIN_COLOUR};
	struct yg_colour *next = &look.fg;
	char text[200], *rest = NULL;

	if (node->is != YG_NODE_TEXT || strlen(node->text) >= sizeof(text)) {
		yg_mistake(r, node, "'%.60s' must be words like bold red on blue, not %s",
		    node->key, yg_node_is_name(node));
		return;
	}
	snprintf(text, sizeof(text), "%s", node->text);
	for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		if (take_flag(word, &look))
			continue;
		if (yg_streq(word, "on"))
			next = &look.bg;
		else if (!parse_colour(m, word, next)) {
			refuse_word(r, node, word);
			return;
		}
	}
	*out = look;
}

static void read_styles(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct making *m = r->data;
	char near[80];

	if (node->is != YG_NODE_MAP) {
		yg_mistake(r, node, "'styles' must be a mapping (style: words), not %s",
		    yg_node_is_name(node));
		return;
	}
	for (const struct yg_node *style = node->first; style; style = style->next) {
		size_t i = 0;
		while (i < YG_ST_COUNT && !yg_streq(style_names[i], style->key))
			i++;
		if (i < YG_ST_COUNT) {
			read_look(r, style, &m->theme->looks[i]);
			continue;
		}
		yg_did_you_mean(style->key, style_names, YG_ST_COUNT, near, sizeof(near));
		yg_mistake_key(r, style, "no style '%.60s'%s", style->key, near);
	}
}

static void read_selected(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	read_look(r, node, &((struct yg_theme *)dest)->selected);
}

static void read_strong(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	read_look(r, node, &((struct yg_theme *)dest)->strong);
}

/* What begin() has read already, because the rest stands on it. */
static void pass_over(struct yg_reading *r, const struct yg_node *node, void *dest)
{
}

static void read_background(struct yg_reading *r, const struct yg_node *node, void *dest)
{
	struct yg_theme *theme = dest;

	if (node->is == YG_NODE_TEXT && yg_streq(node->text, "light"))
		theme->is_light = true;
	else if (node->is == YG_NODE_TEXT && yg_streq(node->text, "dark"))
		theme->is_light = false;
	else
		yg_mistake(r, node, "'background' must be dark or light");
}

static const struct yg_setting items[] = {
    {YG_SETTING("name", TEXT, struct yg_theme, name)},
    {YG_SETTING("help", TEXT, struct yg_theme, help)},
    {.name = "base", .type = YG_SET_OWN, .read = pass_over},
    {.name = "background", .type = YG_SET_OWN, .read = read_background},
    {.name = "colours", .type = YG_SET_OWN, .read = pass_over},
    {.name = "ground", .type = YG_SET_OWN, .read = pass_over},
    {.name = "styles", .type = YG_SET_OWN, .read = read_styles},
    {.name = "selected", .type = YG_SET_OWN, .read = read_selected},
    {.name = "strong", .type = YG_SET_OWN, .read = read_strong},
};
static const struct yg_settings settings = {
    .what = "a theme",
    .items = items,
    .count = YG_COUNT(items),
};

static struct yg_theme *plain_theme(void)
{
	struct yg_theme *theme = yg_xcalloc(1, sizeof(*theme));
	const struct yg_look plain = {.fg = PLAIN_COLOUR, .bg = PLAIN_COLOUR};

	for (size_t i = 0; i < YG_ST_COUNT; i++)
		theme->looks[i] = plain;
	theme->selected = theme->strong = plain;
	theme->selected.is_reverse = true;
	theme->strong.is_bold = true;
	return theme;
}

static void read_colours(struct yg_reading *r, const struct yg_node *node)
{
	struct making *m = r->data;

	if (node->is != YG_NODE_MAP || node->count > COLOURS_MAX) {
		yg_mistake(r, node, "'colours' must be a mapping of at most %d words to colours",
		    COLOURS_MAX);
		return;
	}
	for (const struct yg_node *word = node->first; word; word = word->next) {
		struct yg_colour colour = PLAIN_COLOUR;
		if (!parse_colour(m, word->text, &colour))
			refuse_word(r, word, word->text);
		/* Known all the same, so that one mistake is told once. */
		m->words[m->n_colours] = word->key;
		m->colours[m->n_colours++] = colour;
	}
}

static void read_ground(struct yg_reading *r, const struct yg_node *node)
{
	struct making *m = r->data;

	if (!parse_colour(m, node->text, &m->ground))
		refuse_word(r, node, node->text);
}

static void lay_ground(struct making *m)
{
	for (size_t i = 0; i < YG_ST_COUNT; i++)
		if (m->theme->looks[i].bg.rgb == YG_COLOUR_DEFAULT)
			m->theme->looks[i].bg = m->ground;
}

static const struct yg_theme *find_builtin(const char *name);

/* What the theme stands on: the built-in one that it names, "none", or the usual one. */
static void read_base(struct yg_reading *r, const struct yg_node *root)
{
	struct making *m = r->data;
	const struct yg_node *node = yg_node_get(root, "base");
	const struct yg_node *background = yg_node_get(root, "background");
	const char *name = background && yg_streq(background->text, "light") ? "light" : "default";

	if (node && yg_streq(node->text, "none"))
		return;
	const struct yg_theme *base = find_builtin(node ? node->text : name);
	if (!base) {
		yg_mistake(r, node, "no built-in theme '%.60s' to stand on", node->text);
		return;
	}
	*m->theme = *base;
	m->theme->name = m->theme->help = NULL;
}

struct yg_theme *yg_theme_read(struct yg_reading *r, const char *name, const struct yg_node *root)
{
	struct making m = {.theme = plain_theme(), .ground = PLAIN_COLOUR};
	const struct yg_node *colours = yg_node_get(root, "colours");
	const struct yg_node *ground = yg_node_get(root, "ground");

	r->data = &m;
	read_base(r, root);
	m.theme->name = yg_xstrdup(name);
	if (colours)
		read_colours(r, colours);
	if (ground)
		read_ground(r, ground);
	yg_settings_read(r, root, &settings, m.theme);
	lay_ground(&m);
	if (!m.theme->help)
		m.theme->help = yg_xstrdup("");
	r->data = NULL;
	return m.theme;
}

static struct yg_theme *read_builtin(const struct yg_builtin *file)
{
	struct yg_reading r = {.file = file->name};
	struct yg_yaml *yaml = NULL;
	struct yg_theme *theme = NULL;

	if (yg_yaml_parse(file->name, file->text, file->size, &yaml, NULL) == 0)
		theme = yg_theme_read(&r, file->name, yaml->root);
	/* A built-in one without fault is what the tests see to. */
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
	return theme ? theme : plain_theme();
}

/* Recursion: a theme may stand on a built-in one; that one stands on none. */
static const struct yg_theme *find_builtin(const char *name)
{
	if (!shelf.builtin)
		shelf.builtin = yg_xcalloc(yg_builtin_themes_count, sizeof(*shelf.builtin));
	for (size_t i = 0; i < yg_builtin_themes_count; i++)
		if (yg_streq(yg_builtin_themes[i].name, name)) {
			if (!shelf.builtin[i])
				shelf.builtin[i] = read_builtin(&yg_builtin_themes[i]);
			return shelf.builtin[i];
		}
	return NULL;
}

struct listener {
	yg_report_cb *report;
	void *data;
};

static void load_file(void *data, const char *name, const char *path)
{
	const struct listener *l = data;
	struct yg_yaml *yaml = NULL;
	struct yg_err err = {0};

	if (yg_yaml_read(path, &yaml, &err)) {
		if (l->report)
			l->report(l->data, err.text);
		return;
	}
	struct yg_reading r = {.file = yaml->name};
	struct yg_theme *theme = yg_theme_read(&r, name, yaml->root);
	if (!r.mistakes.count) {
		char *key = yg_xstrdup(theme->name);
		yg_theme_free(yg_map_put(&shelf.users, key, theme));
		free(key);
	} else
		yg_theme_free(theme);
	yg_mistakes_tell(&r.mistakes, l->report, l->data);
	yg_mistakes_done(&r.mistakes);
	yg_yaml_free(yaml);
}

void yg_themes_load(const char *folder, yg_report_cb *report, void *data)
{
	struct listener l = {.report = report, .data = data};

	yg_themes_unload();
	yg_folder_each(folder, "themes", report, data, load_file, &l);
}

const struct yg_theme *yg_theme_find(const char *name)
{
	const struct yg_theme *theme = yg_map_get(&shelf.users, name);

	return theme ? theme : find_builtin(name);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *yg_theme_names(size_t *count)
{
	size_t n = 0, kept = 0;

	shelf.names = yg_xreallocarray(
	    shelf.names, yg_builtin_themes_count + shelf.users.count, sizeof(*shelf.names));
	for (size_t i = 0; i < yg_builtin_themes_count; i++)
		shelf.names[n++] = yg_builtin_themes[i].name;
	for (size_t i = 0; i < shelf.users.count; i++)
		shelf.names[n++] = shelf.users.entries[i].key;
	qsort(shelf.names, n, sizeof(*shelf.names), compare_names);
	for (size_t i = 0; i < n; i++)
		if (!kept || !yg_streq(shelf.names[kept - 1], shelf.names[i]))
			shelf.names[kept++] = shelf.names[i];
	*count = kept;
	return shelf.names;
}

const struct yg_theme *yg_theme_need(const char *name, struct yg_err *err)
{
	const struct yg_theme *theme = yg_theme_find(name);
	size_t count;
	const char *const *names = yg_theme_names(&count);
	const char *near = theme ? NULL : yg_text_nearest(name, names, count);

	if (!theme)
		yg_err_set(err, YG_E_NOTFOUND, "no theme '%s'%s%s%s", name,
		    near ? _(", did you mean '") : "", near ? near : "", near ? "'" : "");
	return theme;
}

void yg_themes_unload(void)
{
	for (size_t i = 0; shelf.builtin && i < yg_builtin_themes_count; i++)
		yg_theme_free(shelf.builtin[i]);
	for (size_t i = 0; i < shelf.users.count; i++)
		yg_theme_free(shelf.users.entries[i].value);
	yg_map_done(&shelf.users);
	free(shelf.builtin);
	free(shelf.names);
	memset(&shelf, 0, sizeof(shelf));
}
