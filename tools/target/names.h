/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names of the kernel's variables to addresses: by /proc/kallsyms, and by a
 * vmlinux file or System.map where that has them not.
 */
#ifndef KWATCH_NAMES_H
#define KWATCH_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KWATCH_NAMES_ERROR_MAX	512

struct client_names;

/**
 * struct client_name - what a name stands for
 * @address: of it; of a per-CPU variable what each CPU's offset is added to
 * @module:  its module, "" for the kernel itself
 * @percpu:  each CPU has its own
 * @foreign: the kernel does not know it by that name
 * @type:    as C has it, "struct list_head [16]", if the vmlinux file says so;
 *           else ""
 */
struct client_name {
	uint64_t address;
	char module[64];
	bool percpu;
	bool foreign;
	char type[256];
};

/**
 * client_names_create() - get ready
 * @vmlinux: of "-v", or NULL
 *
 * Without one, those in the usual places are looked at when a name is not
 * found.  KWATCH_KALLSYMS in the environment names another file.
 *
 * Return: it, for client_names_destroy(), or NULL after saying why @vmlinux
 * will not do.
 */
struct client_names *client_names_create(const char *vmlinux);

/**
 * client_names_destroy() - free it
 * @names: it, or NULL
 */
void client_names_destroy(struct client_names *names);

/**
 * client_names_find() - look up a variable or function
 * @names: where
 * @name:  "jiffies", "module:variable"
 * @found: filled
 * @error: KWATCH_NAMES_ERROR_MAX bytes
 *
 * Return: 0; 1 if there is none; -1 with a sentence in @error if it cannot be
 * told.
 */
int client_names_find(struct client_names *names, const char *name,
		      struct client_name *found, char *error);

/**
 * client_names_is_percpu() - may a pointer be one to per-CPU memory?
 * @names:   where
 * @pointer: its value
 *
 * Return: true if it lies where the kernel's own per-CPU variables are linked
 * or, behind them, where the rest of the allocator's first chunk is and no
 * other variable.
 */
bool client_names_is_percpu(struct client_names *names, uint64_t pointer);

#endif /* KWATCH_NAMES_H */
