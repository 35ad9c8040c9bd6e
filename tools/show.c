// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch stats, kwatch summary: the module's own text, wherever it is.
 *
 * Both files are made for people already; these two spare them the path.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "client.h"
#include "metrics.h"
#include "paths.h"

static int show(const struct kwatch_command *command, int argc,
		const char *name)
{
	char *text;

	if (argc > 1)
		return kwatch_client_usage(command);
	if (kwatch_paths_check_abi())
		return KWATCH_EXIT_FAILED;
	text = kwatch_paths_read(name);
	if (!text)
		return KWATCH_EXIT_FAILED;
	fputs(text, stdout);
	free(text);
	return kwatch_client_close_stdout(KWATCH_EXIT_OK);
}

static const struct option options[] = {
	{ "openmetrics", required_argument, NULL, KWATCH_METRICS_OPEN },
	{ "prometheus", required_argument, NULL, KWATCH_METRICS_PROMETHEUS },
	{ NULL, 0, NULL, 0 }
};

static int run_stats(int argc, char **argv)
{
	const char *metrics = NULL;
	enum kwatch_metrics_format format = KWATCH_METRICS_PROMETHEUS;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c != KWATCH_METRICS_OPEN && c != KWATCH_METRICS_PROMETHEUS)
			return kwatch_client_usage(&kwatch_stats_command);
		format = c;
		metrics = optarg;
	}
	if (metrics && optind == argc) {
		if (kwatch_paths_check_abi() || kwatch_metrics_write(format, metrics))
			return KWATCH_EXIT_FAILED;
		return KWATCH_EXIT_OK;
	}
	return show(&kwatch_stats_command, argc, "stats");
}

static int run_summary(int argc, char **argv)
{
	(void)argv;
	return show(&kwatch_summary_command, argc, "summary");
}

const struct kwatch_command kwatch_stats_command = {
	.name = "stats",
	.args = "[--prometheus FILE | --openmetrics FILE]",
	.summary = "what was recorded, overwritten and suppressed, and slots in use",
	.help =
"      --prometheus FILE   as metrics, for node_exporter's textfile collector;\n"
"                          FILE is replaced at once, never half written\n"
"      --openmetrics FILE  the same in the format OpenMetrics\n",
	.run = run_stats,
};

const struct kwatch_command kwatch_summary_command = {
	.name = "summary",
	.args = "",
	.summary = "unique stacks and their counts, for watches with \"summary\"",
	.run = run_summary,
};
