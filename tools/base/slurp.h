/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A whole file into memory.
 *
 * For the small text files of the module and of /proc, whose size cannot be
 * asked for: they are read until they end.
 */
#ifndef KWATCH_SLURP_H
#define KWATCH_SLURP_H

#include <stddef.h>
#include <sys/types.h>

/**
 * client_slurp() - read a file to its end
 * @dir:  directory that @path is relative to, or AT_FDCWD
 * @path: file
 * @len:  bytes that there were, or NULL
 *
 * Return: the text, NUL-terminated, for free(); NULL with errno set.
 */
char *client_slurp(int dir, const char *path, size_t *len);

/**
 * client_slurp_fd() - read an open file from its start to its end
 * @fd:  file
 * @len: bytes that there were, or NULL
 *
 * Return: as client_slurp().
 */
char *client_slurp_fd(int fd, size_t *len);

/**
 * client_slurp_open() - open a file of a directory that others may have filled
 * @dir:  the directory
 * @path: in it
 * @max:  the most bytes that make sense
 *
 * Pipes, which may never give anything, and devices, which may never end, are
 * refused with EINVAL, and files that are larger with EFBIG.
 *
 * Return: a file descriptor; -1 with errno.
 */
int client_slurp_open(int dir, const char *path, off_t max);

/**
 * client_slurp_kept() - read such a file to its end
 * @dir:  the directory
 * @path: in it
 * @max:  the most bytes that make sense
 *
 * Return: as client_slurp().
 */
char *client_slurp_kept(int dir, const char *path, off_t max);

#endif /* KWATCH_SLURP_H */
