/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files in /sys/kernel/debug/kwatch/, or in /proc/kwatch/.
 */
#ifndef KWATCH_FILES_H
#define KWATCH_FILES_H

/**
 * kwatch_files_create() - make the files
 *
 * Context: may sleep; all they need is ready.
 * Return: 0 or -ENOMEM.
 */
int kwatch_files_create(void);

/**
 * kwatch_files_remove() - remove them
 *
 * An open file keeps the module, so there is none.
 *
 * Context: may sleep.
 */
void kwatch_files_remove(void);

#endif /* KWATCH_FILES_H */
