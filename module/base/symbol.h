/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Names to addresses: the only place in the module that does it.
 */
#ifndef KWATCH_SYMBOL_H
#define KWATCH_SYMBOL_H

#include <linux/module.h>
#include <linux/types.h>

/**
 * struct kwatch_symbol - what a name stands for
 * @addr:   its address; of a per-CPU variable, what per_cpu_ptr() takes
 * @percpu: every CPU has a copy
 * @module: name of the module it is in, empty for the kernel itself
 */
struct kwatch_symbol {
	unsigned long addr;
	bool	percpu;
	char	module[MODULE_NAME_LEN];
};

/**
 * kwatch_symbol_find() - look a name up, exported or not, data or text
 * @name:   "symbol" or "module:symbol"
 * @symbol: filled
 *
 * Context: may sleep; takes cpus_read_lock(), so call it before that or any
 * lock taken inside it.
 * Return: 0, or -ENOENT.  A module's per-CPU variable is only found by
 * "module:symbol".
 */
int kwatch_symbol_find(const char *name, struct kwatch_symbol *symbol);

/**
 * kwatch_symbol_count() - how many symbols have a name?
 * @name: as kwatch_symbol_find()
 *
 * Context: as kwatch_symbol_find().
 * Return: 0 or 1 where the kernel does not say.
 */
unsigned int kwatch_symbol_count(const char *name);

/* kwatch_symbol_count_init() - before the first kwatch_symbol_count(); may sleep; 0 */
int kwatch_symbol_count_init(void);

/**
 * kwatch_symbol_function() - where a function is
 * @name:  "function" or "module:function"
 * @start: filled with its first byte
 * @end:   filled with what is behind its last
 *
 * Context: as kwatch_symbol_find().
 * Return: 0, or -ENOENT.
 */
int kwatch_symbol_function(const char *name, unsigned long *start,
			   unsigned long *end);

/**
 * kwatch_symbol_is_percpu() - is there per-CPU memory?
 * @ptr: first byte, as per_cpu_ptr() takes it
 * @len: in bytes, at most a page
 *
 * Context: may sleep.
 * Return: true if every possible CPU has these bytes: they are in the first
 * chunk, or in one that the allocator has mapped.
 */
bool kwatch_symbol_is_percpu(unsigned long ptr, u32 len);

/**
 * kwatch_symbol_init() - find the way to the kernel's symbol table
 *
 * Context: may sleep; first of all calls here.
 * Return: 0: there is always some way, though not to every symbol.
 */
int kwatch_symbol_init(void);

#endif /* KWATCH_SYMBOL_H */
