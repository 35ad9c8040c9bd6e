/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where /proc is.
 */
#ifndef KWATCH_PROC_H
#define KWATCH_PROC_H

/**
 * kwatch_proc() - where /proc is
 *
 * Return: "/proc", or KWATCH_PROC of the environment.
 */
const char *kwatch_proc(void);

#endif /* KWATCH_PROC_H */
