/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Start a program and hold it where its libraries are loaded and its main has
 * not begun, so that a variable of either can be watched from the start.
 */
#ifndef KWATCH_LAUNCH_H
#define KWATCH_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

/**
 * client_launch() - start a program and hold it
 * @argv:   program, looked for in PATH, and its arguments, NULL-terminated
 * @status: filled if it could not be started: what a shell would return
 *
 * It is traced (ptrace) up to client_launch_go() and dies with this process
 * until then.
 *
 * Return: its process number, or -1 after saying why.
 */
pid_t client_launch(char **argv, int *status);

/**
 * client_launch_go() - let it run, traced by nobody
 * @pid: after client_launch()
 */
void client_launch_go(pid_t pid);

/**
 * client_launch_wait() - has it ended?
 * @pid:    after client_launch_go()
 * @block:  wait until it has
 * @status: filled if it has: what a shell would return
 *
 * Return: true if it has.
 */
bool client_launch_wait(pid_t pid, bool block, int *status);

#endif /* KWATCH_LAUNCH_H */
