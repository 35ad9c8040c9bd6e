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
 * struct client_command - one subcommand
 * @name:    first word on the command line
 * @args:    what may follow it, for "usage:"
 * @summary: one line for the table that "kwatch" alone prints
 * @help:    what "kwatch help NAME" adds, lines of at most 78 columns
 * @run:     does it; @argv[0] is @name; returns enum client_exit
 */
struct client_command {
	const char *name;
	const char *args;
	const char *summary;
	const char *help;
	int (*run)(int argc, char **argv);
};

extern const struct client_command client_watch_command;
extern const struct client_command client_run_command;
extern const struct client_command client_add_command;
extern const struct client_command client_load_command;
extern const struct client_command client_list_command;
extern const struct client_command client_del_command;
extern const struct client_command client_off_command;
extern const struct client_command client_on_command;
extern const struct client_command client_clear_command;
extern const struct client_command client_tail_command;
extern const struct client_command client_top_command;
extern const struct client_command client_record_command;
extern const struct client_command client_report_command;
extern const struct client_command client_addr_command;
extern const struct client_command client_summary_command;
extern const struct client_command client_stats_command;
extern const struct client_command client_doctor_command;
extern const struct client_command client_version_command;
extern const struct client_command client_help_command;

/**
 * client_find() - the subcommand of this name
 * @name: first word of the command line
 *
 * Return: it, or NULL.
 */
const struct client_command *client_find(const char *name);

/**
 * client_usage() - say on stderr how a subcommand is called
 * @command: which
 *
 * Return: KWATCH_EXIT_USAGE, so that callers can return it.
 */
int client_usage(const struct client_command *command);

/**
 * client_help() - explain one subcommand on stdout
 * @command: which
 *
 * Return: enum client_exit.
 */
int client_help(const struct client_command *command);

/**
 * client_screen() - explain kwatch in one screen of 80x24, on stdout
 *
 * Return: enum client_exit.
 */
int client_screen(void);

/**
 * client_close_stdout() - has everything that was printed got out?
 * @status: what to end with if it has
 *
 * A pipe that was closed is no failure: whoever read it had enough.
 *
 * Return: @status, or KWATCH_EXIT_FAILED after saying why.
 */
int client_close_stdout(int status);

#endif /* KWATCH_COMMANDS_H */
