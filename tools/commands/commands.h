/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The subcommands, one file each, or a pair that belong together; each knows its options
 * and nothing of the others.
 */
#ifndef KWATCH_COMMANDS_H
#define KWATCH_COMMANDS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/client.h"

/**
 * struct kwatch_command - one subcommand
 * @name:    first word on the command line
 * @args:    what may follow it, for "usage:"
 * @summary: one line for the table that "kwatch" alone prints
 * @help:    what "kwatch help NAME" adds, lines of at most 78 columns
 * @run:     does it; @argv[0] is @name; returns enum kwatch_exit
 */
struct kwatch_command {
	const char *name;
	const char *args;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
};

extern const struct kwatch_command kwatch_watch_command;
extern const struct kwatch_command kwatch_run_command;
extern const struct kwatch_command kwatch_add_command;
extern const struct kwatch_command kwatch_load_command;
extern const struct kwatch_command kwatch_list_command;
extern const struct kwatch_command kwatch_del_command;
extern const struct kwatch_command kwatch_off_command;
extern const struct kwatch_command kwatch_on_command;
extern const struct kwatch_command kwatch_clear_command;
extern const struct kwatch_command kwatch_tail_command;
extern const struct kwatch_command kwatch_top_command;
extern const struct kwatch_command kwatch_record_command;
extern const struct kwatch_command kwatch_report_command;
extern const struct kwatch_command kwatch_addr_command;
extern const struct kwatch_command kwatch_summary_command;
extern const struct kwatch_command kwatch_stats_command;
extern const struct kwatch_command kwatch_doctor_command;
extern const struct kwatch_command kwatch_version_command;
extern const struct kwatch_command kwatch_help_command;

/**
 * kwatch_client_find() - the subcommand of this name
 * @name: first word of the command line
 *
 * Return: it, or NULL.
 */
const struct kwatch_command *kwatch_client_find(const char *name);

/**
 * kwatch_client_usage() - say on stderr how a subcommand is called
 * @command: which
 *
 * Return: KWATCH_EXIT_USAGE, so that callers can return it.
 */
int kwatch_client_usage(const struct kwatch_command *command);

/**
 * kwatch_client_help() - explain one subcommand on stdout
 * @command: which
 *
 * Return: enum kwatch_exit.
 */
int kwatch_client_help(const struct kwatch_command *command);

/**
 * kwatch_client_screen() - explain kwatch in one screen of 80x24, on stdout
 *
 * Return: enum kwatch_exit.
 */
int kwatch_client_screen(void);

/**
 * kwatch_client_close_stdout() - has everything that was printed got out?
 * @status: what to end with if it has
 *
 * A pipe that was closed is no failure: whoever read it had enough.
 *
 * Return: @status, or KWATCH_EXIT_FAILED after saying why.
 */
int kwatch_client_close_stdout(int status);

#endif /* KWATCH_COMMANDS_H */
