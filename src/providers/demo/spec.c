/* spec: what "demo:hosts:200,vms:3000,seed:7" asks for. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/i18n.h"
#include "base/text.h"
#include "providers/demo/demo.h"

enum word { HOSTS, VMS, CONTAINERS, SEED, RATE, SPEED, FAIL, HANG, BACK, LOGS };
static const struct {
	const char *name;
	int64_t least, most;
} words[] = {
    [HOSTS] = {"hosts", 1, 10000},
    [VMS] = {"vms", 0, 1000000},
    [CONTAINERS] = {"containers", 0, 1000000},
    [SEED] = {"seed", 0, INT64_C(1) << 53},
    [RATE] = {"rate", 1, 100000},
    [SPEED] = {"speed", 1, 1000},
    [FAIL] = {"fail", 0, 86400},
    [HANG] = {"hang", 0, 86400},
    [BACK] = {"back", 0, 86400},
    [LOGS] = {"logs", 1, 1000000},
};

static int find_word(const char *name, struct yg_err *err)
{
	const char *names[YG_COUNT(words)];

	for (size_t i = 0; i < YG_COUNT(words); i++) {
		names[i] = words[i].name;
		if (yg_streq(name, names[i]))
			return (int)i;
	}
	const char *nearest = yg_text_nearest(name, names, YG_COUNT(words));
	return yg_err_set(err, YG_E_INVALID,
	    "demo site: no word '%s'%s%s%s; there are hosts, vms, "
	    "containers, seed, rate, speed, fail, hang, back, logs, each as word:number",
	    name, nearest ? _(" (did you mean '") : "", nearest ? nearest : "",
	    nearest ? _("'?)") : "");
}

static void set_word(struct demo_spec *spec, int word, int64_t value)
{
	switch (word) {
	case HOSTS: spec->hosts = (uint32_t)value; break;
	case VMS: spec->vms = (uint32_t)value; break;
	case CONTAINERS: spec->containers = (uint32_t)value; break;
	case SEED: spec->seed = (uint64_t)value; break;
	case RATE: spec->rate = (uint32_t)value; break;
	case SPEED: spec->speed = (uint32_t)value; break;
	case FAIL: spec->fail_ms = value * 1000; break;
	case HANG: spec->hang_ms = value * 1000; break;
	case BACK: spec->back_ms = value * 1000; break;
	case LOGS: spec->logs = (uint32_t)value; break;
	default: break;
	}
}

/* One "word:number" (or "word=number") of len bytes. */
static int parse_item(struct demo_spec *spec, const char *item, size_t len, struct yg_err *err)
{
	char text[64];

	if (len >= sizeof(text))
		return yg_err_set(err, YG_E_INVALID, "demo site: '%.20s...' is too long", item);
	memcpy(text, item, len);
	text[len] = '\0';
	char *colon = strpbrk(text, ":=");
	if (colon)
		*colon = '\0';
	int word = find_word(text, err);
	if (word < 0)
		return word;
	char *end = NULL;
	long long value = colon ? strtoll(colon + 1, &end, 10) : 0;
	if (!colon || end == colon + 1 || *end || value < words[word].least ||
	    value > words[word].most)
		return yg_err_set(err, YG_E_INVALID,
		    "demo site: '%s' needs a number of %lld to %lld, like %s:%lld", text,
		    (long long)words[word].least, (long long)words[word].most, text,
		    (long long)YG_MAX(words[word].least, 12));
	set_word(spec, word, value);
	return 0;
}

int demo_spec_parse(const char *text, struct demo_spec *out, struct yg_err *err)
{
	struct demo_spec spec = {.hosts = 12,
	    .vms = 48,
	    .containers = 60,
	    .seed = 1,
	    .speed = 1,
	    .fail_ms = -1,
	    .hang_ms = -1,
	    .back_ms = -1};

	while (*text) {
		size_t len = strcspn(text, ",");
		int rc = len ? parse_item(&spec, text, len, err) : 0;
		if (rc)
			return rc;
		text += len + (text[len] == ',');
	}
	*out = spec;
	return 0;
}
