/* i18n: messages in the user's language, by gettext. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/i18n.h"

#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#define DOMAIN "yagura"

/* What the environment asks for, as setlocale() reads it. */
static const char *wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		if (value && value[0])
			return value;
	}
	return "C";
}

/* gettext translates in any locale but "C" to what LANGUAGE says. So a locale that was never
 * generated on this machine, as ja_JP.UTF-8 on a small Debian, need not keep people from their
 * language. */
static void choose(const char *language)
{
	const char *locale = language ? language : wanted();

	if (!language && (strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0))
		return;
	if (!setlocale(LC_MESSAGES, "") || language ||
	    strcmp(setlocale(LC_MESSAGES, NULL), "C") == 0) {
		setlocale(LC_MESSAGES, "C.UTF-8");
		if (language || !getenv("LANGUAGE"))
			setenv("LANGUAGE", locale, 1);
	}
}

void yg_i18n_init(const char *folder, const char *language)
{
	if (!folder)
		return;
	choose(language);
	bindtextdomain(DOMAIN, folder);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
}

const char *yg_tr(const char *message)
{
	return message && message[0] ? gettext(message) : message;
}

const char *yg_tr_n(const char *one, const char *many, unsigned long n)
{
	return ngettext(one, many, n);
}
