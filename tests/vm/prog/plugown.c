// SPDX-License-Identifier: GPL-2.0
/* A library that kwlodd loads and unloads, with a libkwatch of its own in it. */
#include <stdint.h>
#include <stdio.h>

#include <libkwatch.h>

static volatile uint64_t word;

int plug_start(void);

/* Return: 0 if it is watched. */
int plug_start(void)
{
	static int watch;

	if (kwatch_on_report(kwatch_print, stderr))
		return 1;
	if (!watch)
		watch = kwatch_watch(&word, sizeof(word), KWATCH_WRITE);
	word = word + 1;
	return watch <= 0;
}
