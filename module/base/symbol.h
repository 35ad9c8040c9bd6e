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

/*
 * How many symbols have a name?  0 or 1 where the kernel does not say.  As
 * kwatch_symbol_find().
 */
unsigned int kwatch_symbol_count(const char *name);

/* Before the first kwatch_symbol_count(); 0.  May sleep */
int kwatch_symbol_count_init(void);

/*
 * A function's first byte, and the byte behind its last; 0 or -ENOENT.  As
 * kwatch_symbol_find().
 */
int kwatch_symbol_function(const char *name, unsigned long *start,
			   unsigned long *end);

/*
 * Has every possible CPU @len bytes, at most a page, at @ptr as per_cpu_ptr() takes it: in
 * the first chunk, or in a chunk that the allocator has mapped?  May sleep.
 */
bool kwatch_symbol_is_percpu(unsigned long ptr, u32 len);

/* Find the way to the kernel's symbol table; first of all calls here.  0.  May sleep */
int kwatch_symbol_init(void);

#endif /* KWATCH_SYMBOL_H */
