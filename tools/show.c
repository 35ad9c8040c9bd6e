// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch stats, kwatch summary: the module's own text, wherever it is.
 *
 * Both files are made for people already; these two spare them the path.
 */
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "paths.h"

static int show(const struct kwatch_command *command, int argc,
		const char *name)
{
	char *text;

	if (argc > 1)
		return kwatch_client_usage(command);
	text = kwatch_paths_read(name);
	if (!text)
		return KWATCH_EXIT_FAILED;
	fputs(text, stdout);
	free(text);
	return kwatch_client_close_stdout(KWATCH_EXIT_OK);
}

static int run_stats(int argc, char **argv)
{
	(void)argv;
	return show(&kwatch_stats_command, argc, "stats");
}

static int run_summary(int argc, char **argv)
{
	(void)argv;
	return show(&kwatch_summary_command, argc, "summary");
}

const struct kwatch_command kwatch_stats_command = {
	.name = "stats",
	.args = "",
	.summary = "what was recorded, overwritten and suppressed, and slots in use",
	.run = run_stats,
};

const struct kwatch_command kwatch_summary_command = {
	.name = "summary",
	.args = "",
	.summary = "unique stacks and their counts, for watches with \"summary\"",
	.run = run_summary,
};
