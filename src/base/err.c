/* err: what went wrong: a code for the program, one line of text for the operator. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/i18n.h"

int yg_err_set(struct yg_err *err, int code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return code;
	err->code = code;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), _(fmt), ap);
	va_end(ap);
	return code;
}

int yg_err_wrap(struct yg_err *err, const char *fmt, ...)
{
	char old[sizeof(err->text)];
	va_list ap;
	size_t n;

	if (!err)
		return YG_E_FAILED;
	memcpy(old, err->text, sizeof(old));
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), _(fmt), ap);
	va_end(ap);
	n = strlen(err->text);
	snprintf(err->text + n, sizeof(err->text) - n, ": %s", old);
	return err->code;
}

const char *yg_err_name(int code)
{
	switch (code) {
	case YG_OK: return "ok";
#define X(name, text, exit_code) \
	case YG_E_##name: return text;
		YG_ERR_MAP(X)
#undef X
	}
	return "failed";
}

int yg_err_exit(int code)
{
	switch (code) {
	case YG_OK: return 0;
#define X(name, text, exit_code) \
	case YG_E_##name: return exit_code;
		YG_ERR_MAP(X)
#undef X
	}
	return 1;
}
