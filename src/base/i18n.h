/* i18n: messages in the user's language, by gettext. English is written in the code; a message
 * without a translation stays English. What controllers say is never translated. Any thread. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef YG_BASE_I18N_H
#define YG_BASE_I18N_H

/* Once, before the first message. folder holds LANGUAGE/LC_MESSAGES/yagura.mo; NULL: English.
 * language is what the configuration says ("ja", "en"), NULL: what LANGUAGE, LC_ALL, LC_MESSAGES
 * and LANG say. */
void yg_i18n_init(const char *folder, const char *language);
/* The translation of a message, or itself; NULL and "" stay. Formats are translated before they are
 * filled in. */
const char *yg_tr(const char *message) __attribute__((format_arg(1)));
/* The same where a number decides: "1 task", "3 tasks". */
const char *yg_tr_n(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1), format_arg(2)));

#define _(message)  yg_tr(message)
#define N_(message) message /* in a table: to be translated where it is shown */

#endif
