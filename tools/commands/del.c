// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch del, off, on, clear: commands of ctl about watches that are there.
 *
 * Each ID or NAME is a command of its own; one that is refused does not keep
 * the others from being done.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "commands.h"
#include "control/control.h"
#include "base/out.h"

/* @verb: of ctl; the user types the name of @command. */
static int send_each(const struct client_command *command, const char *verb,
		     int argc, char **argv)
{
	int ctl, i, ret = KWATCH_EXIT_OK;

	if (argc < 2)
		return client_usage(command);
	ctl = client_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	for (i = 1; i < argc; i++) {
		struct client_out line, typed;

		client_out_init(&line, -1);
		client_out_printf(&line, "%s%s", verb, argv[i]);
		client_out_chr(&line, '\0');
		client_out_init(&typed, -1);
		client_out_printf(&typed, "%s %s", command->name, argv[i]);
		client_out_chr(&typed, '\0');
		if (client_control_send(ctl, line.data, typed.data))
			ret = KWATCH_EXIT_FAILED;
		client_out_destroy(&line);
		client_out_destroy(&typed);
	}
	close(ctl);
	return ret;
}

static int run_del(int argc, char **argv)
{
	return send_each(&client_del_command, "-", argc, argv);
}

static int run_off(int argc, char **argv)
{
	return send_each(&client_off_command, "off ", argc, argv);
}

static int run_on(int argc, char **argv)
{
	return send_each(&client_on_command, "on ", argc, argv);
}

static int run_clear(int argc, char **argv)
{
	int ctl, ret;

	(void)argv;
	if (argc > 1)
		return client_usage(&client_clear_command);
	ctl = client_control_open();
	if (ctl < 0)
		return KWATCH_EXIT_FAILED;
	ret = client_control_send(ctl, "clear", "clear");
	close(ctl);
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_del_command = {
	.name = "del",
	.args = "ID|NAME...",
	.summary = "remove watches",
	.help = "The hits that they recorded stay readable.\n",
	.run = run_del,
};

const struct client_command client_off_command = {
	.name = "off",
	.args = "ID|NAME...",
	.summary = "disarm watches, but keep them and their counts; \"on\" arms them again",
	.run = run_off,
};

const struct client_command client_on_command = {
	.name = "on",
	.args = "ID|NAME...",
	.summary = "arm them again",
	.run = run_on,
};

const struct client_command client_clear_command = {
	.name = "clear",
	.args = "",
	.summary = "remove all watches",
	.run = run_clear,
};
