/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is the module that is called kwatch this one?  Others have the name, too.
 */
#ifndef KWATCH_NAMED_H
#define KWATCH_NAMED_H

#include <stdbool.h>

/**
 * client_named_loaded() - is what the kernel calls kwatch another module?
 * @root: directory that /sys is looked for in; "" is the system's
 *
 * Return: NULL if nothing of the name is there, or kwatch is; else a sentence.
 */
const char *client_named_loaded(const char *root);

/**
 * client_named_file() - the file that modprobe finds by kwatch's name
 * @root:  directory that /lib is looked for in
 * @other: set if that file is another module's; one that is compressed is taken for
 *         kwatch's
 *
 * Return: its path, for free(); NULL if there is none.
 */
char *client_named_file(const char *root, bool *other);

#endif /* KWATCH_NAMED_H */
