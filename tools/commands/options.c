// SPDX-License-Identifier: GPL-2.0
/*
 * The options of all subcommands, see options.h.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <getopt.h>
#include <string.h>

#include "commands.h"
#include "options.h"

static const struct option all[] = {
	{ "count",	 required_argument,	NULL, 'c' },
	{ "events",	 no_argument,		NULL, 'e' },
	{ "file",	 required_argument,	NULL, 'f' },
	{ "lines",	 required_argument,	NULL, 'n' },
	{ "output",	 required_argument,	NULL, 'o' },
	{ "pid",	 required_argument,	NULL, 'p' },
	{ "sort",	 required_argument,	NULL, 's' },
	{ "watch",	 required_argument,	NULL, 'w' },
	{ "once",	 no_argument,		NULL, '1' },
	{ "all",	 no_argument,		NULL, KWATCH_OPTION_ALL },
	{ "clear",	 no_argument,		NULL, KWATCH_OPTION_CLEAR },
	{ "no-follow",	 no_argument,		NULL, KWATCH_OPTION_NO_FOLLOW },
	{ "html",	 no_argument,		NULL, KWATCH_OPTION_HTML },
	{ "json",	 no_argument,		NULL, KWATCH_OPTION_JSON },
	{ "spec",	 no_argument,		NULL, KWATCH_OPTION_SPEC },
	{ "openmetrics", required_argument,	NULL, KWATCH_OPTION_METRICS },
	{ "prometheus",	 required_argument,	NULL, KWATCH_OPTION_PROMETHEUS },
	{ "from-now",	 no_argument,		NULL, KWATCH_OPTION_FROM_NOW },
	{ "folded",	 no_argument,		NULL, KWATCH_OPTION_FOLDED },
	{ "perf-script", no_argument,		NULL, KWATCH_OPTION_PERF },
	{ "self",	 no_argument,		NULL, KWATCH_OPTION_SELF },
	{ "journal",	 no_argument,		NULL, KWATCH_OPTION_JOURNAL },
};

int client_options_next(int argc, char **argv, const char *takes)
{
	struct option options[KWATCH_ARRAY_SIZE(all) + 1];
	char letters[2 * KWATCH_ARRAY_SIZE(all) + 1], *letter = letters;
	size_t i, nr = 0;

	for (i = 0; i < KWATCH_ARRAY_SIZE(all); i++) {
		if (!strchr(takes, all[i].val))
			continue;
		options[nr++] = all[i];
		if (isupper(all[i].val))
			continue;
		*letter++ = all[i].val;
		if (all[i].has_arg)
			*letter++ = ':';
	}
	memset(&options[nr], 0, sizeof(options[nr]));
	*letter = '\0';
	return getopt_long(argc, argv, letters, options, NULL);
}
