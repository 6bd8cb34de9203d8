/* kind: the registry of kinds, and look-ups in their tables. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/kind.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "base/vec.h"

static struct {
	const struct yg_kind *items[64];
	size_t count;
} registry;

/* true if name is one of the space-separated words. */
static bool has_word(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = words; p && *p;) {
		size_t n = strcspn(p, " ");
		if (n == len && strncasecmp(p, name, len) == 0)
			return true;
		p += n + strspn(p + n, " ");
	}
	return false;
}

static int check(const struct yg_kind *kind, struct yg_err *err)
{
	if (kind->size < sizeof(struct yg_kind) || !kind->name || !kind->plural)
		return yg_err_set(err, YG_E_INVALID, "a kind's table is of another version");
	if (kind->n_fields < YG_F_COMMON || kind->n_fields > YG_FIELDS_MAX || kind->n_states < 1)
		return yg_err_set(err, YG_E_INVALID,
		    "kind '%s': needs the common fields, at most %d fields, and a state",
		    kind->name, YG_FIELDS_MAX);
	if (yg_kind_find(kind->name) || yg_kind_find(kind->plural))
		return yg_err_set(err, YG_E_INVALID, "kind '%s': there is one already", kind->name);
	return 0;
}

int yg_kind_register(const struct yg_kind *kind, struct yg_err *err)
{
	int rc = check(kind, err);

	if (rc)
		return rc;
	for (size_t i = 0; i < registry.count; i++)
		if (!registry.items[i]) {
			registry.items[i] = kind;
			return 0;
		}
	if (registry.count == YG_COUNT(registry.items))
		return yg_err_set(err, YG_E_TOOBIG, "kind '%s': too many kinds", kind->name);
	registry.items[registry.count++] = kind;
	return 0;
}

void yg_kind_forget(const struct yg_kind *kind)
{
	int index = yg_kind_index(kind);

	if (index >= 0)
		registry.items[index] = NULL;
}

const struct yg_kind *yg_kind_find(const char *name)
{
	for (size_t i = 0; i < registry.count; i++) {
		const struct yg_kind *k = registry.items[i];
		if (k && (strcasecmp(k->name, name) == 0 || strcasecmp(k->plural, name) == 0 ||
			     has_word(k->aliases, name)))
			return k;
	}
	return NULL;
}

const struct yg_kind *const *yg_kind_all(size_t *count)
{
	*count = registry.count;
	return registry.items;
}

int yg_kind_index(const struct yg_kind *kind)
{
	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i] == kind)
			return (int)i;
	return -1;
}

const struct yg_kind *yg_kind_nearest(const char *name)
{
	const char *names[2 * YG_COUNT(registry.items)];
	size_t n = 0;

	for (size_t i = 0; i < registry.count; i++)
		if (registry.items[i]) {
			names[n++] = registry.items[i]->name;
			names[n++] = registry.items[i]->plural;
		}
	const char *found = yg_text_nearest(name, names, n);
	return found ? yg_kind_find(found) : NULL;
}

int yg_kind_field(const struct yg_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->n_fields; i++)
		if (strcasecmp(kind->fields[i].name, name) == 0)
			return (int)i;
	return -1;
}

const char *yg_kind_nearest_field(const struct yg_kind *kind, const char *name)
{
	const char *names[YG_FIELDS_MAX];

	/* Shorter ones first: of two that are as near, "cpu" rather than "cpus". */
	for (size_t i = 0; i < kind->n_fields; i++) {
		size_t at = i;
		for (; at > 0 && strlen(names[at - 1]) > strlen(kind->fields[i].name); at--)
			names[at] = names[at - 1];
		names[at] = kind->fields[i].name;
	}
	return yg_text_nearest(name, names, kind->n_fields);
}

int yg_kind_state(const struct yg_kind *kind, const char *name)
{
	for (size_t i = 0; i < kind->n_states; i++)
		if (strcasecmp(kind->states[i].name, name) == 0)
			return (int)i;
	return 0;
}

static const struct {
	const char *member, *help;
} types[] = {
#define X(name, lower, member, help) {#member, help},
    YG_TYPE_MAP(X)
#undef X
};

const char *yg_type_help(enum yg_type type)
{
	return types[type].help;
}

static bool is_number(const char *s, bool has_fraction)
{
	char *end;

	if (!s[0] || s[strspn(s, has_fraction ? "+-.0123456789eE" : "+-0123456789")])
		return false;
	errno = 0;
	if (has_fraction)
		(void)strtod(s, &end);
	else
		(void)strtoll(s, &end, 10);
	return !*end && !errno;
}

int yg_type_check(enum yg_type type, const char *text, struct yg_err *err)
{
	double bytes;
	int64_t ms;
	bool yes;

	switch (type) {
	case YG_T_BOOL: return yg_parse_bool(text, &yes, err);
	case YG_T_BYTES:
	case YG_T_RATE: return yg_parse_bytes(text, &bytes, err);
	case YG_T_DURATION: return yg_parse_duration(text, &ms, err);
	case YG_T_INT:
	case YG_T_REAL:
	case YG_T_PERCENT: break;
	default: return 0;
	}
	if (is_number(text, type != YG_T_INT))
		return 0;
	return yg_err_set(err, YG_E_INVALID, "'%s': write %s", text,
	    type == YG_T_INT ? "a whole number" : "a number");
}

bool yg_type_is_text(enum yg_type type)
{
	return types[type].member[0] == 's';
}

bool yg_type_is_real(enum yg_type type)
{
	return types[type].member[0] == 'r';
}

bool yg_type_is_measure(enum yg_type type)
{
	return type == YG_T_INT || type == YG_T_REAL || type == YG_T_BYTES ||
	       type == YG_T_PERCENT || type == YG_T_RATE || type == YG_T_DURATION;
}

const char *yg_rel_name(enum yg_rel rel, bool backward)
{
	static const char *const names[][2] = {
#define X(name, forward, backward_text) {forward, backward_text},
	    YG_REL_MAP(X)
#undef X
	};

	return names[rel][backward];
}
