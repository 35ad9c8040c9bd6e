// SPDX-License-Identifier: GPL-2.0
/*
 * Why the last call of a thread failed.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include <uapi/kwatch.h>

#include "session.h"

static __thread char error_text[512 + KWATCH_LINE_MAX];

int client_session_fail(int error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(error_text, sizeof(error_text), format, args);
	va_end(args);
	errno = error;
	return -1;
}

const char *kwatch_error(void)
{
	return error_text;
}
