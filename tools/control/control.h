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
 * client_control_open() - open ctl
 *
 * Return: a file descriptor, or -1 after saying why.
 */
int client_control_open(void);

/**
 * client_control_ignore_self() - have no access of this process recorded
 *
 * The kernel filters them while the file is open, however this process ends.
 *
 * Return: a file descriptor, or -1; why is said if the kernel refused it.
 */
int client_control_ignore_self(void);

/**
 * client_control_send() - give one command
 * @fd:   of ctl
 * @line: the command, without a newline
 * @typed: what the user typed, of which @line was made; a refusal is shown in it
 *
 * Return: 0, or -1 after showing the kernel's reason.
 */
int client_control_send(int fd, const char *line, const char *typed);

/**
 * client_control_try() - give one command, and say nothing
 * @fd:   of ctl
 * @line: the command, without a newline anywhere
 *
 * Return: 0, or the errno with which the kernel refused it.
 */
int client_control_try(int fd, const char *line);

/**
 * client_control_refused() - show why a command was refused
 * @sent:  the command
 * @typed: as client_control_send() has it
 * @error: what client_control_try() returned
 */
void client_control_refused(const char *sent, const char *typed, int error);

/**
 * client_control_find_error() - the last entry of a command in error_log
 * @log:  text of error_log
 * @line: the command
 * @len:  bytes of the entry, its last newline included
 *
 * The kernel keeps no more than KWATCH_LINE_MAX bytes of a command, and a "?"
 * for each that is no printable ASCII.
 *
 * Return: where in @log its first line begins, or NULL.
 */
const char *client_control_find_error(const char *log, const char *line,
				      size_t *len);

#endif /* KWATCH_CONTROL_H */
