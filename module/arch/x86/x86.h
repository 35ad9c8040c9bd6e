/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What x86's files share.  Private to this folder.
 */
#ifndef KWATCH_X86_H
#define KWATCH_X86_H

/**
 * kwatch_x86_sleep_init() - keep the debug registers over a sleep of the machine
 *
 * All of them, also those that others use.
 *
 * Context: may sleep.
 * Return: 0, or -errno after saying why.
 */
int kwatch_x86_sleep_init(void);

/* kwatch_x86_sleep_exit() - undo that; may sleep */
void kwatch_x86_sleep_exit(void);

#endif /* KWATCH_X86_H */
