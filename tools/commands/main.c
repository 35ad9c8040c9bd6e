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
static const struct kwatch_command *const commands[] = {
	&kwatch_watch_command,
	&kwatch_run_command,
	&kwatch_add_command,
	&kwatch_load_command,
	&kwatch_list_command,
	&kwatch_del_command,
	&kwatch_off_command,
	&kwatch_on_command,
	&kwatch_clear_command,
	&kwatch_tail_command,
	&kwatch_top_command,
	&kwatch_record_command,
	&kwatch_report_command,
	&kwatch_addr_command,
	&kwatch_summary_command,
	&kwatch_stats_command,
	&kwatch_doctor_command,
	&kwatch_version_command,
	&kwatch_help_command,
};

const struct kwatch_command *kwatch_client_find(const char *name)
{
	size_t i;

	if (kwatch_spectext_is_type(name))
		return &kwatch_watch_command;
	for (i = 0; i < KWATCH_ARRAY_SIZE(commands); i++) {
		if (!strcmp(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

int kwatch_client_help(const struct kwatch_command *command)
{
	printf("usage: kwatch %s %s\n\n%s\n", command->name, command->args,
	       command->summary);
	if (command->help)
		printf("\n%s", command->help);
	return kwatch_client_close_stdout(KWATCH_EXIT_OK);
}

int kwatch_client_screen(void)
{
	size_t i;

	puts("kwatch: who touched this memory?  Hardware watchpoints on a running kernel.\n\n"
	     "  kwatch w8 jiffies          who writes these 8 bytes, with stacks, live\n"
	     "  kwatch x vfs_read          who runs this function\n");
	for (i = 0; i < KWATCH_ARRAY_SIZE(commands); i++) {
		/* A screen has 24 lines; "off" names "on", and these two anybody tries. */
		if (commands[i] != &kwatch_on_command &&
		    commands[i] != &kwatch_help_command &&
		    commands[i] != &kwatch_version_command)
			printf("  %-8s %s\n", commands[i]->name,
			       commands[i]->summary);
	}
	puts("\nA watch is TYPE LEN TARGET [OPTION...]; more: kwatch help w8, help CMD, version");
	return kwatch_client_close_stdout(KWATCH_EXIT_OK);
}

static int run_help(int argc, char **argv)
{
	const struct kwatch_command *command;

	if (argc == 1)
		return kwatch_client_screen();
	command = argc == 2 ? kwatch_client_find(argv[1]) : NULL;
	return command ? kwatch_client_help(command) :
			 kwatch_client_usage(&kwatch_help_command);
}

static int run_version(int argc, char **argv)
{
	char *module;

	(void)argv;
	if (argc > 1)
		return kwatch_client_usage(&kwatch_version_command);
	module = kwatch_slurp(AT_FDCWD, "/sys/module/kwatch/version", NULL);
	printf("kwatch %s, ABI %d\n", KWATCH_VERSION, KWATCH_ABI);
	if (module)
		printf("module %.*s\n", (int)strcspn(module, "\n"), module);
	free(module);
	return kwatch_client_close_stdout(KWATCH_EXIT_OK);
}

const struct kwatch_command kwatch_help_command = {
	.name = "help",
	.args = "[COMMAND]",
	.summary = "explain a command",
	.run = run_help,
};

const struct kwatch_command kwatch_version_command = {
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
		kwatch_vmlinux_file = argv[at + 1];
		memmove(argv + at, argv + at + 2,
			(*argc - at - 1) * sizeof(*argv));
		*argc -= 2;
		return;
	}
}

int main(int argc, char **argv)
{
	const struct kwatch_command *command;
	char *end;

	/* A pipe that was closed is an error of write(), not the end. */
	signal(SIGPIPE, SIG_IGN);
	kwatch_foreign_guard();
	take_vmlinux(&argc, argv);
	if (argc < 2)
		return kwatch_client_screen();
	if (is_any(argv[1], "-h", "--help"))
		return kwatch_client_screen();
	if (is_any(argv[1], "-V", "--version"))
		return kwatch_version_command.run(1, argv + 1);

	/* "kwatch 'w8 jiffies'" is a watch as well. */
	end = strpbrk(argv[1], " \t");
	if (end)
		*end = '\0';
	command = kwatch_client_find(argv[1]);
	if (end && command != &kwatch_watch_command)
		command = NULL;
	if (end)
		*end = ' ';
	if (!command) {
		kwatch_complain("%s is no command; see \"kwatch help\"", argv[1]);
		return KWATCH_EXIT_USAGE;
	}
	if (argc > 2 && is_any(argv[2], "-h", "--help"))
		return kwatch_client_help(command);
	return command->run(argc - 1, argv + 1);
}
