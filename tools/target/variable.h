/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Watches of a process's memory, by the names that its programmers use.
 *
 * The kernel takes an address; "w counter", "w libz.so.1:z_errmsg+8" is turned
 * into one here, with the symbol tables of the program and of its libraries as
 * they lie in this process's memory.
 */
#ifndef KWATCH_VARIABLE_H
#define KWATCH_VARIABLE_H

#include <sys/types.h>

#include "process/processes.h"

/**
 * struct client_variable - a watch of a process's memory
 * @line:  for ctl: "w4 0x5581c0de4010 pid=1234", for free()
 * @label: "w4 counter+0x0", for free(); NULL if an address was given
 */
struct client_variable {
	char *line;
	char *label;
};

/**
 * client_variable_find() - the watch that words mean in a process
 * @processes: where
 * @pid:       process
 * @words:     "w counter stack=4": TYPE, with LEN or without, the variable or
 *             an address, options
 * @variable:  filled
 *
 * Without LEN it is the size of the variable.
 *
 * Return: 0, or -1 after saying why not.
 */
int client_variable_find(struct client_processes *processes, pid_t pid,
			 const char *words, struct client_variable *variable);

#endif /* KWATCH_VARIABLE_H */
