/* theme: how each meaning looks: giving it back. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "model/theme.h"

#include <stdlib.h>

void yg_theme_free(struct yg_theme *t)
{
	if (!t)
		return;
	free(t->name);
	free(t->help);
	free(t);
}

/* By lightness as it is seen: ITU-R BT.601. */
bool yg_rgb_is_light(int32_t rgb)
{
	return (rgb >> 16 & 255) * 299 + (rgb >> 8 & 255) * 587 + (rgb & 255) * 114 > 127500;
}
