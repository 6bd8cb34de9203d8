/* messages: finds the messages of the user's language: beside the program where it was built, else
 * where they are installed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <unistd.h>

#include "app/host.h"
#include "app/verbs.h"
#include "base/i18n.h"

void yg_messages_start(void)
{
	static const char *const places[] = {"locale", YG_LOCALE_FROM_BIN};
	char *program = yg_program_folder();

	for (size_t i = 0; program && i < YG_COUNT(places); i++) {
		char *folder = yg_xasprintf("%s/%s", program, places[i]);
		bool is_there = access(folder, F_OK) == 0;
		if (is_there)
			yg_i18n_init(folder, NULL);
		free(folder);
		if (is_there)
			break;
	}
	free(program);
}
