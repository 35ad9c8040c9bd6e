/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the kwatch client share: the table of subcommands, the
 * exit codes and how it complains.
 *
 * One file a subcommand, or a pair that belong together; each knows its
 * options and nothing of the others.  What several of them need is in
 * paths.c (where the module's files are), control.c (ctl and error_log),
 * listing.c (what ctl says) and follow.c (hits_raw).
 */
#ifndef KWATCH_CLIENT_H
#define KWATCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KWATCH_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* What the program ends with. */
enum kwatch_exit {
	KWATCH_EXIT_OK,
	KWATCH_EXIT_FAILED,
	KWATCH_EXIT_USAGE,
};

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

/* The file of "kwatch -v FILE", or NULL. */
extern const char *kwatch_client_vmlinux;

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
 * kwatch_client_number() - read the number of an option
 * @text: of the user
 * @max:  the largest that makes sense
 *
 * Return: a number from 1 to @max; 0 after saying that it is none.
 */
uint64_t kwatch_client_number(const char *text, uint64_t max);

/**
 * kwatch_client_pid() - read the number of a process
 * @text: of the user
 *
 * Return: it; 0 after saying that it is none.
 */
pid_t kwatch_client_pid(const char *text);

/**
 * kwatch_client_close_stdout() - has everything that was printed got out?
 * @status: what to end with if it has
 *
 * A pipe that was closed is no failure: whoever read it had enough.
 *
 * Return: @status, or KWATCH_EXIT_FAILED after saying why.
 */
int kwatch_client_close_stdout(int status);

/**
 * kwatch_complain() - "kwatch: ..." on stderr
 * @format: as printf()'s, without the newline
 */
void kwatch_complain(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * kwatch_out_of_memory() - say so and end
 *
 * A client that cannot get a few kilobytes has nothing left to tidy up; the
 * kernel disarms what "until=close" armed.
 */
void kwatch_out_of_memory(void) __attribute__((noreturn));

/**
 * kwatch_alloc() - calloc() that does not fail
 * @nr:   how many
 * @size: of each, in bytes
 *
 * Return: zeroed memory, for free().
 */
void *kwatch_alloc(size_t nr, size_t size);

/**
 * kwatch_realloc() - realloc() that does not fail
 * @old:  to grow, or NULL
 * @size: wanted, in bytes
 *
 * Return: it.
 */
void *kwatch_realloc(void *old, size_t size);

#endif /* KWATCH_CLIENT_H */
