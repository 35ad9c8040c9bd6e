/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Numbers of processes: a command's are of the caller's PID namespace; inside, in
 * records and where hits are filtered, they are of the initial one.
 */
#ifndef KWATCH_PID_H
#define KWATCH_PID_H

#include <linux/types.h>

struct task_struct;

/**
 * kwatch_pid_initial() - the caller's number of a task as the initial one
 * @nr: the number
 *
 * Context: process.
 * Return: the number, 0 if there is no such task; in the initial namespace, @nr.
 */
s32 kwatch_pid_initial(s32 nr);

/**
 * kwatch_pid_reader() - the initial number of a task as the caller's
 * @nr: the number
 *
 * Context: process.
 * Return: the number, 0 if the caller's namespace does not have the task; in the
 * initial namespace, @nr.
 */
s32 kwatch_pid_reader(s32 nr);

/* A reference to a task by its initial number, or NULL.  Any context but NMI */
struct task_struct *kwatch_pid_task(s32 nr);

#endif /* KWATCH_PID_H */
