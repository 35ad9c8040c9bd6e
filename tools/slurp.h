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

/**
 * kwatch_slurp() - read a file to its end
 * @dir:  directory that @path is relative to, or AT_FDCWD
 * @path: file
 * @len:  bytes that there were, or NULL
 *
 * Return: the text, NUL-terminated, for free(); NULL with errno set.
 */
char *kwatch_slurp(int dir, const char *path, size_t *len);

/**
 * kwatch_slurp_fd() - read an open file from its start to its end
 * @fd:  file
 * @len: bytes that there were, or NULL
 *
 * Return: as kwatch_slurp().
 */
char *kwatch_slurp_fd(int fd, size_t *len);

#endif /* KWATCH_SLURP_H */
