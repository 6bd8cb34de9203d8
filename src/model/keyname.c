/* keyname: how keys are called. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/keyname.h"

#include <stdio.h>
#include <strings.h>

#include "base/text.h"

static const char *const names[] = {"Backspace", "Tab", "Enter", "Esc", "Space", "Up", "Down",
    "Left", "Right", "Insert", "Delete", "PageUp", "PageDown", "Home", "End"};

static bool is_plain_name(const char *name)
{
	const char *p = name;

	for (size_t i = 0; i < YG_COUNT(names); i++)
		if (yg_streq(names[i], name))
			return true;
	if (name[0] == 'F' && name[1] >= '1' && name[1] <= '9')
		return !name[2] || (name[2] >= '0' && name[2] <= '9' && !name[3]);
	yg_utf8_next(&p, name + strlen(name));
	return name[0] && !*p;
}

bool yg_key_is_name(const char *name)
{
	for (const char *m = "CMS"; *m; m++)
		if (name[0] == *m && name[1] == '-' && name[2])
			name += 2;
	return is_plain_name(name);
}

static const struct {
	const char *wrong, *right;
} others[] = {{"ctrl-", "C-"}, {"control-", "C-"}, {"ctrl+", "C-"}, {"c+", "C-"}, {"^", "C-"},
    {"alt-", "M-"}, {"alt+", "M-"}, {"meta-", "M-"}, {"a-", "M-"}, {"shift-", "S-"},
    {"shift+", "S-"}, {"escape", "Esc"}, {"return", "Enter"}, {"pgup", "PageUp"},
    {"pgdn", "PageDown"}, {"pgdown", "PageDown"}, {"del", "Delete"}, {"ins", "Insert"},
    {"blank", "Space"}};

const char *yg_key_nearest(const char *name, char *buf, size_t size)
{
	for (size_t i = 0; i < YG_COUNT(others); i++) {
		size_t len = strlen(others[i].wrong);
		if (strncasecmp(name, others[i].wrong, len) != 0)
			continue;
		snprintf(buf, size, "%s%s", others[i].right, name + len);
		if (yg_key_is_name(buf))
			return buf;
	}
	return yg_text_nearest(name, names, YG_COUNT(names));
}
