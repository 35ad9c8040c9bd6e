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
 * @owner:  what until=close refers to; NULL if there is no file
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

/*
 * kwatch_command() for an open /dev/kwatch, whose records are @own.  Return: the number of the
 * watch that was made, above 0; 0; -EPERM; else as kwatch_command().
 */
int kwatch_command_own(const char *line, size_t len, struct kwatch_client_ring *own,
		       struct kwatch_answer *answer);

/*
 * kwatch_command() for a line that makes a watch, and only such a line.  @callback: for each
 * recorded hit, or NULL.  Return: the watch's number, above 0; else as kwatch_command().
 */
int kwatch_command_add(const char *line, size_t len, kwatch_callback_t callback,
		       void *arg, struct kwatch_answer *answer);

#endif /* KWATCH_COMMAND_H */
