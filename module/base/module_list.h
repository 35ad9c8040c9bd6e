/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's modules, by name and by address.
 */
#ifndef KWATCH_MODULE_LIST_H
#define KWATCH_MODULE_LIST_H

#include <linux/list.h>
#include <linux/types.h>

/*
 * The kernel's list of modules, to be walked under RCU; NULL if it was not found.
 * Constant after kwatch_module_list_init().
 */
extern const struct list_head *kwatch_module_head;

/**
 * kwatch_module_matches() - does a symbol's name begin with a module's?
 * @name:   "module:symbol"
 * @module: a module's name, as the kernel has it
 *
 * As for modprobe, "-" is the same as "_" in a module's name.
 *
 * Context: any.
 * Return: true if @name is "module:something".
 */
bool kwatch_module_matches(const char *name, const char *module);

/**
 * kwatch_module_is_loaded() - is the module of a "module:symbol" loaded?
 * @name: with a colon
 *
 * Context: any but NMI.
 * Return: true if so, or if it is being loaded or unloaded right now.
 */
bool kwatch_module_is_loaded(const char *name);

/**
 * kwatch_module_of() - which module is an address in?
 * @addr:   any kernel address
 * @module: filled with its name, or made empty; MODULE_NAME_LEN bytes
 *
 * Context: may sleep.
 */
void kwatch_module_of(unsigned long addr, char *module);

/**
 * kwatch_module_list_init() - find the kernel's list of modules
 *
 * Context: any; before any other call here.
 * Return: 0.
 */
int kwatch_module_list_init(void);

#endif /* KWATCH_MODULE_LIST_H */
