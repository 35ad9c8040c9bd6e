/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands to ctl, and what the kernel has to say about them.
 *
 * An errno means one thing each, but the kernel knows more: error_log has a
 * sentence and a caret under the word at fault, which are shown here.
 */
#ifndef KWATCH_CONTROL_H
#define KWATCH_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

/**
 * kwatch_control_open() - open ctl
 *
 * Return: a file descriptor, or -1 after saying why.
 */
int kwatch_control_open(void);

/**
 * kwatch_control_send() - give one command
 * @fd:   of ctl
 * @line: the command, without a newline
 * @hide: end of @line that the user did not write, not to be shown; or NULL
 *
 * Return: 0, or -1 after showing the kernel's reason.
 */
int kwatch_control_send(int fd, const char *line, const char *hide);

/**
 * kwatch_control_try() - give one command, and say nothing
 * @fd:   of ctl
 * @line: the command, without a newline anywhere
 *
 * Return: 0, or the errno with which the kernel refused it.
 */
int kwatch_control_try(int fd, const char *line);

/**
 * kwatch_control_refused() - show why a command was refused
 * @line:  the command
 * @hide:  as kwatch_control_send() has it
 * @error: what kwatch_control_try() returned
 */
void kwatch_control_refused(const char *line, const char *hide, int error);

/**
 * kwatch_control_find_error() - the last entry of a command in error_log
 * @log:  text of error_log
 * @line: the command
 * @len:  bytes of the entry, its last newline included
 *
 * The kernel keeps no more than KWATCH_LINE_MAX bytes of a command, and a "?"
 * for each that is no printable ASCII.
 *
 * Return: where in @log its first line begins, or NULL.
 */
const char *kwatch_control_find_error(const char *log, const char *line,
				      size_t *len);

#endif /* KWATCH_CONTROL_H */
