/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The options of all subcommands: one name, one letter and one meaning each.
 */
#ifndef KWATCH_OPTIONS_H
#define KWATCH_OPTIONS_H

/* Options that have no letter.  A subcommand names what it takes by these. */
enum {
	KWATCH_OPTION_ALL	= 'A',
	KWATCH_OPTION_CLEAR	= 'C',
	KWATCH_OPTION_NO_FOLLOW	= 'F',
	KWATCH_OPTION_HTML	= 'H',
	KWATCH_OPTION_JSON	= 'J',
	KWATCH_OPTION_SPEC	= 'L',
	KWATCH_OPTION_METRICS	= 'M',
	KWATCH_OPTION_FROM_NOW	= 'N',
	KWATCH_OPTION_FOLDED	= 'O',
	KWATCH_OPTION_PERF	= 'P',
	KWATCH_OPTION_SELF	= 'S',
	KWATCH_OPTION_PROMETHEUS = 'T',
	KWATCH_OPTION_JOURNAL	= 'U',
};

/**
 * client_options_next() - the next option of a command line
 * @argc:  of the subcommand
 * @argv:  likewise; words that are no options move to its end
 * @takes: the options it has: "nwJ" has -n, --lines, -w, --watch and --json
 *
 * Return: the option, with its value in optarg; -1 at the end, where argv[optind]
 * is the first word that is none; '?' after saying what is wrong.
 */
int client_options_next(int argc, char **argv, const char *takes);

#endif /* KWATCH_OPTIONS_H */
