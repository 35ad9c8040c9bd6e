// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch stats, kwatch summary: the module's own text, wherever it is.
 *
 * Both files are made for people already; these two spare them the path.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "control/control.h"
#include "metrics.h"
#include "options.h"
#include "base/out.h"
#include "control/paths.h"
#include "output/summary_text.h"

static int show(const char *name)
{
	struct client_out out;
	char *text;
	int error;

	if (client_paths_check_abi())
		return KWATCH_EXIT_FAILED;
	text = client_paths_read(name);
	if (!text)
		return KWATCH_EXIT_FAILED;
	client_out_init(&out, STDOUT_FILENO);
	client_summary_put(&out, text);
	client_out_flush(&out);
	error = out.error;
	client_out_destroy(&out);
	free(text);
	if (!error || error == EPIPE)
		return KWATCH_EXIT_OK;
	client_complain("cannot write: %s", strerror(error));
	return KWATCH_EXIT_FAILED;
}

static int run_stats(int argc, char **argv)
{
	const char *metrics = NULL;
	enum client_metrics_format format = KWATCH_METRICS_PROMETHEUS;
	int c;

	while ((c = client_options_next(argc, argv, "MT")) != -1) {
		if (c == KWATCH_OPTION_METRICS)
			format = KWATCH_METRICS_OPEN;
		else if (c != KWATCH_OPTION_PROMETHEUS)
			return client_usage(&client_stats_command);
		else
			format = KWATCH_METRICS_PROMETHEUS;
		metrics = optarg;
	}
	if (optind < argc)
		return client_usage(&client_stats_command);
	if (metrics) {
		if (client_paths_check_abi() || client_metrics_write(format, metrics))
			return KWATCH_EXIT_FAILED;
		return KWATCH_EXIT_OK;
	}
	return show("stats");
}

static int run_summary(int argc, char **argv)
{
	bool clear = false;
	int c, ctl, ret;

	while ((c = client_options_next(argc, argv, "C")) != -1) {
		if (c != KWATCH_OPTION_CLEAR)
			return client_usage(&client_summary_command);
		clear = true;
	}
	if (optind < argc)
		return client_usage(&client_summary_command);
	ret = show("summary");
	if (ret != KWATCH_EXIT_OK || !clear)
		return ret;
	ctl = client_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	/* Only what was shown: a watch that ended meanwhile keeps its own. */
	ret = client_control_send(ctl, "clear summaries", "clear summaries");
	close(ctl);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_stats_command = {
	.name = "stats",
	.args = "[--prometheus FILE | --openmetrics FILE]",
	.summary = "what was recorded, overwritten and suppressed, and slots in use",
	.help =
"      --prometheus FILE   as metrics, for node_exporter's textfile collector;\n"
"                          FILE is replaced at once, never half written\n"
"      --openmetrics FILE  the same in the format OpenMetrics\n",
	.run = run_stats,
};

const struct client_command client_summary_command = {
	.name = "summary",
	.args = "[--clear]",
	.summary = "unique stacks and their counts, for watches with \"summary\"",
	.help =
"      --clear  then forget those of watches that have ended\n",
	.run = run_summary,
};
