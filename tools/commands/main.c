// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch: who touched this memory?  The client of the kernel module.
 *
 * Finds the subcommand and runs it.  A first word that is the type and length
 * of a watch, "w8", is one too.  Ends with 0 if fine, 1 if something failed, 2
 * if it was called wrongly.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uapi/kwatch.h>

#include "commands.h"
#include "kernel/vmlinux.h"
#include "process/foreign.h"
#include "base/slurp.h"
#include "stream/spectext.h"

/* In the order of the screen. */
static const struct client_command *const commands[] = {
	&client_watch_command,
	&client_run_command,
	&client_add_command,
	&client_load_command,
	&client_list_command,
	&client_del_command,
	&client_off_command,
	&client_on_command,
	&client_clear_command,
	&client_tail_command,
	&client_top_command,
	&client_record_command,
	&client_report_command,
	&client_addr_command,
	&client_summary_command,
	&client_stats_command,
	&client_doctor_command,
	&client_version_command,
	&client_help_command,
};

const struct client_command *client_find(const char *name)
{
	size_t i;

	if (client_spectext_is_type(name))
		return &client_watch_command;
	for (i = 0; i < KWATCH_ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

int client_help(const struct client_command *command)
{
	printf("usage: kwatch %s %s\n\n%s\n", command->name, command->args,
	       command->summary);
	if (command->help)
		printf("\n%s", command->help);
	return client_close_stdout(KWATCH_EXIT_OK);
}

int client_screen(void)
{
	size_t i;

	puts("kwatch: who touched this memory?  Hardware watchpoints on a running kernel.\n\n"
	     "  kwatch w8 jiffies          who writes these 8 bytes, with stacks, live\n"
	     "  kwatch x vfs_read          who runs this function\n");
	for (i = 0; i < KWATCH_ARRAY_SIZE(commands); i++) {
		/* A screen has 24 lines; "off" names "on", and these two anybody tries. */
		if (commands[i] != &client_on_command &&
		    commands[i] != &client_help_command &&
		    commands[i] != &client_version_command)
			printf("  %-8s %s\n", commands[i]->name,
			       commands[i]->summary);
	}
	puts("\nA watch is TYPE LEN TARGET [OPTION...]; more: kwatch help w8, help CMD, version");
	return client_close_stdout(KWATCH_EXIT_OK);
}

static int run_help(int argc, char **argv)
{
	const struct client_command *command;

	if (argc == 1)
		return client_screen();
	command = argc == 2 ? client_find(argv[1]) : NULL;
	return command ? client_help(command) :
			 client_usage(&client_help_command);
}

static int run_version(int argc, char **argv)
{
	char *module;

	(void)argv;
	if (argc > 1)
		return client_usage(&client_version_command);
	module = client_slurp(AT_FDCWD, "/sys/module/kwatch/version", NULL);
	printf("kwatch %s, ABI %d\n", KWATCH_VERSION, KWATCH_ABI);
	if (module)
		printf("module %.*s\n", (int)strcspn(module, "\n"), module);
	free(module);
	return client_close_stdout(KWATCH_EXIT_OK);
}

const struct client_command client_help_command = {
	.name = "help",
	.args = "[COMMAND]",
	.summary = "explain a command",
	.run = run_help,
};

const struct client_command client_version_command = {
	.name = "version",
	.args = "",
	.summary = "the versions of this program and of the loaded module",
	.run = run_version,
};

static bool is_any(const char *word, const char *first, const char *second)
{
	return !strcmp(word, first) || !strcmp(word, second);
}

/* Take "-v FILE" out, before or behind the subcommand. */
static void take_vmlinux(int *argc, char **argv)
{
	int at;

	for (at = 1; at < 3 && at + 1 < *argc; at++) {
		if (strcmp(argv[at], "-v"))
			continue;
		client_vmlinux_file = argv[at + 1];
		memmove(argv + at, argv + at + 2,
			(*argc - at - 1) * sizeof(*argv));
		*argc -= 2;
		return;
	}
}

int main(int argc, char **argv)
{
	const struct client_command *command;
	char *end;

	/* A pipe that was closed is an error of write(), not the end. */
	signal(SIGPIPE, SIG_IGN);
	client_foreign_guard();
	take_vmlinux(&argc, argv);
	if (argc < 2)
		return client_screen();
	if (is_any(argv[1], "-h", "--help"))
		return client_screen();
	if (is_any(argv[1], "-V", "--version"))
		return client_version_command.run(1, argv + 1);

	/* "kwatch 'w8 jiffies'" is a watch as well. */
	end = strpbrk(argv[1], " \t");
	if (end)
		*end = '\0';
	command = client_find(argv[1]);
	if (end && command != &client_watch_command)
		command = NULL;
	if (end)
		*end = ' ';
	if (!command) {
		client_complain("%s is no command; see \"kwatch help\"", argv[1]);
		return KWATCH_EXIT_USAGE;
	}
	if (argc > 2 && is_any(argv[2], "-h", "--help"))
		return client_help(command);
	return command->run(argc - 1, argv + 1);
}
