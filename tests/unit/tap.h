/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TAP for unit tests in C: ok() for each thing that is tested, diag() for what
 * a reader of a failure needs, and "return tap_done();" at the end of main().
 *
 * Everything is static: a test is one program.
 */
#ifndef KWATCH_TAP_H
#define KWATCH_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

static int tap_nr, tap_failed;

/* Return: @good, to let a caller say more about what is not. */
__attribute__((format(printf, 2, 3), unused))
static bool ok(bool good, const char *fmt, ...)
{
	va_list ap;
	char what[512], *c;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	/* "#" would begin a TAP directive, and what is tested has any bytes. */
	for (c = what; *c; c++) {
		if (*c == '#' || (unsigned char)*c < ' ' || (unsigned char)*c >= 0x7f)
			*c = '?';
	}
	tap_failed += !good;
	printf("%sok %d - %s\n", good ? "" : "not ", ++tap_nr, what);
	fflush(stdout); /* what follows may end in a sanitizer's report */
	return good;
}

__attribute__((format(printf, 1, 2), unused))
static void diag(const char *fmt, ...)
{
	va_list ap;

	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

/* Return: what main() returns. */
__attribute__((unused))
static int tap_done(void)
{
	printf("1..%d\n", tap_nr);
	return tap_failed != 0;
}

#endif /* KWATCH_TAP_H */
