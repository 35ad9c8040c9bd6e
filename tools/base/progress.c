// SPDX-License-Identifier: GPL-2.0
/*
 * A line on the terminal for what takes more than a second, see progress.h.
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "progress.h"

#define NSEC_PER_SEC	1000000000ull
#define EVERY_NS	(NSEC_PER_SEC / 5)

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

void client_progress_begin(struct client_progress *progress, const char *what)
{
	progress->what = what;
	progress->begin_ns = now_ns();
	progress->next_ns = isatty(STDERR_FILENO) ?
			    progress->begin_ns + NSEC_PER_SEC : UINT64_MAX;
	progress->shown = false;
}

void client_progress_step(struct client_progress *progress, uint64_t done,
			  uint64_t total)
{
	uint64_t now;

	if (progress->next_ns == UINT64_MAX)
		return;
	now = now_ns();
	if (now < progress->next_ns)
		return;
	progress->next_ns = now + EVERY_NS;
	progress->shown = true;
	fprintf(stderr, "\r%s: ", progress->what);
	if (total)
		fprintf(stderr, "%u %%\033[K", (unsigned int)(done * 100.0 / total));
	else
		fprintf(stderr, "%llu\033[K", (unsigned long long)done);
}

void client_progress_end(struct client_progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}
