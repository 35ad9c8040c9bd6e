/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One line of the command language, done.
 */
#ifndef KWATCH_COMMAND_H
#define KWATCH_COMMAND_H

#include "watch.h"

/**
 * kwatch_command() - do what one line of the command language says
 * @line:   the line, without its newline
 * @len:    its bytes
 * @owner:  whoever until=close refers to; NULL if that makes no sense
 * @answer: filled
 *
 * A command that fails changes nothing.
 *
 * Context: may sleep; takes cpus_read_lock().
 * Return: @answer->error: -EINVAL malformed, misaligned, bad length or type;
 * -ENOENT no such symbol, task or watch; -EEXIST same watch again; -ENOSPC no
 * slot left; -EFAULT address not in the asked-for address space or not
 * mapped; -E2BIG line too long; -EOPNOTSUPP this CPU or kernel cannot; -EPERM
 * locked down; -ENOMEM.
 */
int kwatch_command(const char *line, size_t len, const void *owner,
			 struct kwatch_answer *answer);

/**
 * kwatch_command_own() - do a line for an open /dev/kwatch
 * @line:   the line
 * @len:    its bytes
 * @own:    its records; and who owns its watches
 * @answer: filled
 *
 * Context: as kwatch_command().
 * Return: the number of the watch if it made one, above 0; 0; -EPERM what it
 * may not; else as kwatch_command().
 */
int kwatch_command_own(const char *line, size_t len, struct kwatch_client_ring *own,
		       struct kwatch_answer *answer);

/**
 * kwatch_command_add() - do a line that makes a watch, and only such a one
 * @line:   the line
 * @len:    its bytes
 * @callback: for each recorded hit, or NULL
 * @arg:    passed to it
 * @answer: filled
 *
 * Context: as kwatch_command().
 * Return: the watch's number, above 0; else as kwatch_command().
 */
int kwatch_command_add(const char *line, size_t len, kwatch_callback_t callback,
		       void *arg, struct kwatch_answer *answer);

#endif /* KWATCH_COMMAND_H */
