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
