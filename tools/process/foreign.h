/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ELF files of other users: what they may cost, and that they may change while
 * they are read.
 */
#ifndef KWATCH_FOREIGN_H
#define KWATCH_FOREIGN_H

#include <libelf.h>
#include <stdbool.h>

/**
 * client_foreign_open() - open an ELF file for libdwfl
 * @fd:   of it; is not taken, and must stay open as long as the Elf
 * @path: for what is said
 *
 * Parts are read when they are needed.  Debug information that would take too
 * much memory is left out, which is said once a file.
 *
 * Return: it, for elf_end(), or NULL.
 */
Elf *client_foreign_open(int fd, const char *path);

/**
 * client_foreign_is_ours() - can nobody else change a file?
 * @fd: of it
 *
 * Return: true if it is root's or our user's, and only theirs to write.
 */
bool client_foreign_is_ours(int fd);

/**
 * client_foreign_guard() - survive a mapped file that is cut short
 *
 * libdw maps files by itself.  From here on, pages behind the end of a mapped
 * file are read as zeros, and do not end the program.
 */
void client_foreign_guard(void);

#endif /* KWATCH_FOREIGN_H */
