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

struct kwatch_names;

/**
 * struct kwatch_name - what a name stands for
 * @address: of it; of a per-CPU variable what each CPU's offset is added to
 * @module:  its module, "" for the kernel itself
 * @percpu:  each CPU has its own
 * @foreign: the kernel does not know it by that name
 * @type:    as C has it, "struct list_head [16]", if the vmlinux file says so;
 *           else ""
 */
struct kwatch_name {
	uint64_t address;
	char module[64];
	bool percpu;
	bool foreign;
	char type[256];
};

/**
 * kwatch_names_create() - get ready
 * @vmlinux: of "-v", or NULL
 *
 * Without one, those in the usual places are looked at when a name is not
 * found.  KWATCH_KALLSYMS in the environment names another file.
 *
 * Return: it, for kwatch_names_destroy(), or NULL after saying why @vmlinux
 * will not do.
 */
struct kwatch_names *kwatch_names_create(const char *vmlinux);

/**
 * kwatch_names_destroy() - free it
 * @names: it, or NULL
 */
void kwatch_names_destroy(struct kwatch_names *names);

/**
 * kwatch_names_find() - look up a variable or function
 * @names: where
 * @name:  "jiffies", "module:variable"
 * @found: filled
 * @error: KWATCH_NAMES_ERROR_MAX bytes
 *
 * Return: 0; 1 if there is none; -1 with a sentence in @error if it cannot be
 * told.
 */
int kwatch_names_find(struct kwatch_names *names, const char *name,
		      struct kwatch_name *found, char *error);

/**
 * kwatch_names_is_percpu() - may a pointer be one to per-CPU memory?
 * @names:   where
 * @pointer: its value
 *
 * Return: true if it lies where the kernel's own per-CPU variables are linked
 * or, behind them, where the rest of the allocator's first chunk is and no
 * other variable.
 */
bool kwatch_names_is_percpu(struct kwatch_names *names, uint64_t pointer);

#endif /* KWATCH_NAMES_H */
