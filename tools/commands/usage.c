// SPDX-License-Identifier: GPL-2.0
/*
 * How a subcommand ends.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"

int client_usage(const struct client_command *command)
{
	fprintf(stderr, "usage: kwatch %s %s\n", command->name, command->args);
	return KWATCH_EXIT_USAGE;
}

int client_close_stdout(int status)
{
	bool failed = ferror(stdout);

	errno = 0;
	if (fflush(stdout))
		failed = true;
	if (!failed || errno == EPIPE)
		return status;
	client_complain("cannot write: %s", strerror(errno ? errno : EIO));
	return KWATCH_EXIT_FAILED;
}
