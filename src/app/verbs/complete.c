/* complete: what a shell may offer for the word under the cursor: verbs, options, kinds, names. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "app/host.h"
#include "app/verbs/pick.h"
#include "base/i18n.h"
#include "base/text.h"
#include "store/themes.h"

/* A person waits: what controllers have not told by then is left out. */
#define DEADLINE_MS 300

#define HEAP_BYTES ((size_t)256 << 10) /* what one takes at least */

/* The command line, taken apart as far as it is typed. */
struct asking {
	struct yg_cli *cli;
	const struct yg_verb *verb;          /* or NULL: none yet */
	const struct yg_verb_option *option; /* whose value the word is, or NULL */
	char **words;                        /* behind the verb, before the word; ours */
	size_t n_words;
	const char *word;    /* to be completed */
	const char *typed;   /* the word as it stands there: word is its end */
	bool is_behind_dash; /* after "--": no options */
};

/* What cannot be typed is not offered: a control character in a name is a line of its own, or
 * worse. */
static bool is_harmless(const char *text)
{
	const char *end = text + strlen(text);

	for (const char *p = text; p < end;) {
		uint32_t cp = yg_utf8_next(&p, end);
		if (cp == YG_REPLACEMENT || yg_harmless(cp) != cp)
			return false;
	}
	return true;
}

static void put_clean(struct yg_buf *out, const char *text)
{
	if (text)
		yg_text_clean(out, text, strlen(text));
}

/* One line: what the word becomes (before and text in one), a tab, what that is. */
static void offer(struct asking *a, const char *before, const char *text, const char *help)
{
	struct yg_buf *out = &a->cli->out;
	size_t n_before = strlen(before), n_word = strlen(a->word), n = YG_MIN(n_before, n_word);

	if (!text[0] || memcmp(before, a->word, n) != 0 || !is_harmless(text) ||
	    (n_word > n_before && !yg_starts_with(text, a->word + n_before)))
		return;
	yg_buf_add(out, a->typed, (size_t)(a->word - a->typed));
	yg_buf_add(out, before, n_before);
	yg_buf_str(out, text);
	yg_buf_char(out, '\t');
	put_clean(out, _(help));
	yg_buf_char(out, '\n');
}

/* The word begins behind the last of these characters; what is before stays as it is. */
static void begin_behind(struct asking *a, char divider)
{
	const char *last = strrchr(a->word, divider);

	if (last)
		a->word = last + 1;
}

/* ---- verbs and options ---- */

static void offer_verbs(struct asking *a)
{
	size_t count;
	const struct yg_verb *const *verbs = yg_verb_all(&count);

	for (size_t i = 0; i < count; i++)
		if (verbs[i] && !verbs[i]->is_hidden)
			offer(a, "", verbs[i]->name, verbs[i]->help);
}

static void offer_options(struct asking *a, const struct yg_verb *verb)
{
	size_t count;
	const struct yg_verb_option *options = yg_verb_options(verb, &count);

	for (size_t i = 0; i < count; i++)
		offer(a, "--", options[i].name, options[i].help);
}

/* Of "--name=value", "--name", "-nvalue" and "-n". *out_value NULL: none is said with it. */
static const struct yg_verb_option *find_option(
    const struct yg_verb *verb, const char *word, const char **out_value)
{
	size_t count, len = strcspn(word, "=");
	const struct yg_verb_option *options = yg_verb_options(verb, &count);
	bool is_long = word[1] == '-';

	*out_value = is_long ? (word[len] ? word + len + 1 : NULL) : (word[2] ? word + 2 : NULL);
	for (size_t i = 0; i < count; i++) {
		const char *name = options[i].name;
		if (is_long ? len == strlen(name) + 2 && memcmp(word + 2, name, len - 2) == 0
			    : options[i].letter == word[1])
			return &options[i];
	}
	return verb ? find_option(NULL, word, out_value) : NULL;
}

/* What stands there already and says which rows there are. */
static void heed(struct asking *a, const struct yg_verb_option *o, const char *value)
{
	struct yg_setup *setup = &a->cli->setup;

	if (yg_streq(o->name, "demo"))
		setup->demo = value ? value : "";
	else if (yg_streq(o->name, "config"))
		setup->config_path = value;
	else if (yg_streq(o->name, "site"))
		setup->site = value;
}

static bool wants_value(const struct yg_verb_option *o)
{
	return o && o->arg && o->arg[0] != '[';
}

/* Takes one word before the last; returns how many more it takes with it. */
static size_t take_word(struct asking *a, char **words, size_t n_left)
{
	const char *word = words[0], *value = NULL;

	if (!a->is_behind_dash && yg_streq(word, "--")) {
		a->is_behind_dash = true;
		return 0;
	}
	if (a->is_behind_dash || word[0] != '-' || !word[1]) {
		if (a->verb)
			a->words[a->n_words++] = words[0];
		else
			a->verb = yg_verb_find(word);
		return 0;
	}
	const struct yg_verb_option *o = find_option(a->verb, word, &value);
	if (wants_value(o) && !value) {
		if (!n_left) {
			a->option = o;
			return 0;
		}
		value = words[1];
	}
	if (o)
		heed(a, o, value);
	return wants_value(o) && value == words[1] && n_left ? 1 : 0;
}

/* The last word may itself be "--option=value". */
static void take_last(struct asking *a, const char *word)
{
	const char *value = NULL;

	a->typed = a->word = word;
	if (a->option || a->is_behind_dash || word[0] != '-' || !word[1])
		return;
	const struct yg_verb_option *o = find_option(a->verb, word, &value);
	if (o && o->arg && value && (word[1] == '-' || word[2])) {
		a->option = o;
		a->word = value;
	}
}

static void take_apart(struct asking *a)
{
	struct yg_cli *cli = a->cli;
	size_t last = cli->n_args ? cli->n_args - 1 : 0;

	a->words = yg_xcalloc(cli->n_args + 1, sizeof(*a->words));
	for (size_t i = 0; i < last; i++)
		i += take_word(a, cli->args + i, last - i - 1);
	take_last(a, cli->n_args ? cli->args[last] : "");
}

/* ---- rows ---- */

static const struct yg_kind *kind_of_word(const char *word)
{
	size_t n = strcspn(word, "/");
	char *name = yg_xstrndup(word, n);
	const struct yg_kind *kind = yg_kind_find(name);

	free(name);
	return kind;
}

/* The kind that the words before have named, or NULL. */
static const struct yg_kind *kind_of_words(const struct asking *a)
{
	for (size_t i = a->n_words; i-- > 0;) {
		const struct yg_kind *kind = kind_of_word(a->words[i]);
		if (kind)
			return kind;
	}
	return NULL;
}

/* The action that `do` is asked for, on rows of this kind; kind NULL: of any. */
static const struct yg_action *action_of(const struct asking *a, const struct yg_kind *kind)
{
	bool is_do = a->verb && a->verb->usage && yg_starts_with(a->verb->usage, "ACTION");
	size_t count;
	const struct yg_action *const *all = yg_action_all(&count);

	for (size_t i = 0; is_do && a->n_words && i < count; i++)
		if (all[i] && yg_streq(all[i]->name, a->words[0]) &&
		    (!kind || yg_streq(all[i]->kind, kind->name)))
			return all[i];
	return NULL;
}

static void offer_row(struct asking *a, const struct yg_row *row, const char *before, bool is_full)
{
	const char *controller = yg_row_text(row, YG_F_CONTROLLER);
	int state = yg_row_state(row);
	char help[160], front[320];

	snprintf(help, sizeof(help), "%s, %s",
	    state >= 0 && (size_t)state < row->kind->n_states ? row->kind->states[state].name : "",
	    controller);
	snprintf(
	    front, sizeof(front), "%s%s%s", before, is_full ? controller : "", is_full ? "/" : "");
	offer(a, front, yg_row_name(row), help);
}

/* KIND/NAME; with a second slash, KIND/CONTROLLER/NAME. Rows that an action cannot be done to now
 * are no use to it. */
static void offer_names(struct asking *a, const struct yg_kind *kind)
{
	const char *slash = strchr(a->word, '/');
	struct yg_host *host = a->cli->host;
	const struct yg_action *action = action_of(a, kind);
	bool is_full = strchr(slash + 1, '/') != NULL;
	char *before = yg_xstrndup(a->word, (size_t)(slash + 1 - a->word));
	size_t count;

	yg_host_open(host, yg_kind_bit(kind));
	yg_host_settle(host, yg_kind_bit(kind), false, DEADLINE_MS, NULL);
	const uint32_t *slots = yg_inventory_slots(host->inv, kind, &count);
	for (size_t i = 0; i < count; i++) {
		const struct yg_row *row = yg_inventory_row(host->inv, slots[i]);
		if (row && (!action || yg_action_check(action, row, NULL) == 0))
			offer_row(a, row, before, is_full);
	}
	free(before);
}

static void offer_kinds(struct asking *a)
{
	size_t count;
	const struct yg_kind *const *kinds = yg_kind_all(&count);
	bool is_do = action_of(a, NULL) != NULL;

	for (size_t i = 0; i < count; i++) {
		if (!kinds[i] || (is_do && !action_of(a, kinds[i])))
			continue;
		char *text = yg_xasprintf("%s/", kinds[i]->name);
		offer(a, "", text, kinds[i]->help);
		free(text);
	}
}

static void offer_rows(struct asking *a)
{
	const struct yg_kind *kind = strchr(a->word, '/') ? kind_of_word(a->word) : NULL;

	if (kind)
		offer_names(a, kind);
	else
		offer_kinds(a);
}

/* An action's name once, though several kinds have it. */
static void offer_actions(struct asking *a)
{
	size_t count;
	const struct yg_action *const *all = yg_action_all(&count);

	for (size_t i = 0; i < count; i++) {
		bool is_new = all[i] != NULL;
		for (size_t j = 0; is_new && j < i; j++)
			is_new = !all[j] || !yg_streq(all[j]->name, all[i]->name);
		if (is_new)
			offer(a, "", all[i]->name, all[i]->help);
	}
}

/* ---- words behind the verb: what its usage says ---- */

/* The n-th word of "ACTION KIND/NAME..."; the last one goes on if it says so. */
static void usage_word(const char *usage, size_t n, char *out, size_t size)
{
	out[0] = '\0';
	for (const char *p = usage; p && *p;) {
		size_t len = strcspn(p, " ");
		const char *next = p + len + strspn(p + len, " ");
		if (n == 0 || (!*next && strstr(p, "..."))) {
			snprintf(out, size, "%.*s", (int)len, p);
			return;
		}
		n--;
		p = next;
	}
}

/* "list|add|test": one of these. */
static void offer_choices(struct asking *a, const char *words)
{
	for (const char *p = words; *p;) {
		size_t n = strcspn(p, "|");
		char *word = yg_xstrndup(p, n);
		offer(a, "", word, "");
		free(word);
		p += n + (p[n] == '|');
	}
}

/* Those that the verb's first word can be about: a found one has no line to change. */
static void offer_controllers(struct asking *a)
{
	struct yg_host *host = a->cli->host;
	bool is_any = a->n_words && yg_streq(a->words[0], "test");

	if (a->n_words == 1 && is_any)
		for (size_t i = 0; i < host->controllers.count; i++)
			offer(a, "", host->controllers.items[i]->name,
			    host->controllers.items[i]->url);
	else if (a->n_words == 1 && !yg_streq(a->words[0], "add"))
		for (size_t i = 0; i < host->config->n_controllers; i++)
			offer(a, "", host->config->controllers[i].name,
			    host->config->controllers[i].provider);
}

static void offer_arguments(struct asking *a)
{
	char what[80];

	if (a->verb == &yg_verb_controller && a->n_words) {
		offer_controllers(a);
		return;
	}

	usage_word(a->verb->usage, a->n_words, what, sizeof(what));
	const struct yg_kind *kind = kind_of_word(what + strspn(what, "["));
	if (strstr(what, "KIND"))
		offer_rows(a);
	else if (strstr(what, "ACTION"))
		offer_actions(a);
	else if (strstr(what, "VERB"))
		offer_verbs(a);
	else if (a->verb == &yg_verb_controller)
		offer_choices(a, what);
	else if (kind && kind_of_word(a->word) == kind && strchr(a->word, '/'))
		offer_names(a, kind);
	else if (kind) {
		char *text = yg_xasprintf("%s/", kind->name);
		offer(a, "", text, kind->help);
		free(text);
	}
}

/* ---- values of options ---- */

/* The help of a FORMAT names them all: "text, ansi or svg". */
static void offer_formats(struct asking *a)
{
	char *copy = yg_xstrdup(a->option->help), *save = NULL;

	for (char *w = strtok_r(copy, ", ", &save); w; w = strtok_r(NULL, ", ", &save))
		if (!yg_streq(w, "or") && w[0] != '(')
			offer(a, "", w, "");
	free(copy);
}

static void offer_themes(struct asking *a)
{
	size_t count;

	yg_themes_load(a->cli->host->config->folder, NULL, NULL);
	const char *const *names = yg_theme_names(&count);
	for (size_t i = 0; i < count; i++) {
		const struct yg_theme *theme = yg_theme_find(names[i]);
		offer(a, "", names[i], theme ? theme->help : "");
	}
}

static void offer_sites(struct asking *a)
{
	const struct yg_config *config = a->cli->host->config;

	for (size_t i = 0; i < config->n_controllers; i++) {
		const char *site = config->controllers[i].site;
		bool is_new = site != NULL;
		for (size_t j = 0; is_new && j < i; j++)
			is_new = !config->controllers[j].site ||
				 !yg_streq(config->controllers[j].site, site);
		if (is_new)
			offer(a, "", site, "");
	}
}

static void offer_fields(struct asking *a, const char *behind)
{
	const struct yg_kind *kind = kind_of_words(a);
	const char *minus = a->word[0] == '-' ? "-" : "";

	for (size_t i = 0; kind && i < kind->n_fields; i++) {
		char *text = yg_xasprintf("%s%s", kind->fields[i].name, behind);
		offer(a, minus, text, kind->fields[i].help);
		free(text);
	}
}

/* The last term of a query: a field, or behind state: one of the states. */
static void offer_terms(struct asking *a)
{
	const struct yg_kind *kind = kind_of_words(a);

	begin_behind(a, ' ');
	if (!yg_starts_with(a->word, "state:")) {
		offer_fields(a, ":");
		return;
	}
	for (size_t i = 0; kind && i < kind->n_states; i++)
		offer(a, "state:", kind->states[i].name, "");
}

static void offer_providers(struct asking *a)
{
	for (size_t i = 0; i < yg_n_providers; i++)
		offer(a, "", yg_providers[i]->name, yg_providers[i]->help);
}

static void offer_provider_options(struct asking *a)
{
	for (size_t i = 0; i < yg_n_providers; i++)
		for (size_t j = 0; j < yg_providers[i]->n_options; j++) {
			char *text = yg_xasprintf("%s=", yg_providers[i]->options[j].name);
			offer(a, "", text, yg_providers[i]->options[j].help);
			free(text);
		}
}

static void offer_parameters(struct asking *a)
{
	if (a->verb == &yg_verb_controller) {
		offer_provider_options(a);
		return;
	}
	const struct yg_kind *kind = kind_of_words(a);
	const struct yg_action *action = action_of(a, kind);

	for (size_t i = 0; action && i < action->n_params; i++) {
		char *text = yg_xasprintf("%s=", action->params[i].name);
		if (action->params[i].type == YG_T_BOOL) {
			offer(a, text, "yes", "");
			offer(a, text, "no", "");
		} else {
			offer(a, "", text, action->params[i].help);
		}
		free(text);
	}
}

static void offer_columns(struct asking *a)
{
	begin_behind(a, ',');
	offer_fields(a, "");
}

static void offer_order(struct asking *a)
{
	offer_fields(a, "");
}

/* The scripts complete files themselves, where their shell knows how. */
static void offer_files(struct asking *a)
{
	yg_buf_str(&a->cli->out, ":files\n");
}

static const struct {
	const char *option;
	void (*offer)(struct asking *a);
} values[] = {
    {"columns", offer_columns},
    {"config", offer_files},
    {"provider", offer_providers},
    {"query", offer_terms},
    {"set", offer_parameters},
    {"site", offer_sites},
    {"sort", offer_order},
    {"theme", offer_themes},
};

static void offer_values(struct asking *a)
{
	if (yg_streq(a->option->arg, "FORMAT")) {
		offer_formats(a);
		return;
	}
	for (size_t i = 0; i < YG_COUNT(values); i++)
		if (yg_streq(values[i].option, a->option->name))
			values[i].offer(a);
}

static int run(struct yg_cli *cli)
{
	struct asking a = {.cli = cli};

	yg_mem_prepare(HEAP_BYTES);
	take_apart(&a);
	/* A configuration with a mistake gives nothing to offer; a verb will tell of it. */
	if (yg_host_create(&cli->setup, &cli->host, NULL) == 0) {
		if (a.option)
			offer_values(&a);
		else if (a.word[0] == '-' && !a.is_behind_dash) {
			offer_options(&a, a.verb);
			if (a.verb)
				offer_options(&a, NULL);
		} else if (a.verb)
			offer_arguments(&a);
		else
			offer_verbs(&a);
	}
	yg_themes_unload();
	free(a.words);
	return YG_EXIT_OK;
}

const struct yg_verb yg_verb_complete = {
    .name = "__complete",
    .usage = "-- [WORD...]",
    .help = "what a shell may offer for the last of these words",
    .is_hidden = true,
    .run = run,
};
