/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where /proc is.
 */
#ifndef KWATCH_PROC_H
#define KWATCH_PROC_H

/**
 * client_proc() - where /proc is
 *
 * Return: "/proc", or KWATCH_PROC of the environment.
 */
const char *client_proc(void);

#endif /* KWATCH_PROC_H */
