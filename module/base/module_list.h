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

/* Is @name "module:something" of @module?  "-" is "_", as for modprobe.  Any context */
bool kwatch_module_matches(const char *name, const char *module);

/*
 * Is the module of "module:symbol" loaded, or just being loaded or unloaded?  Any context
 * but NMI.
 */
bool kwatch_module_is_loaded(const char *name);

/* The module that an address is in, MODULE_NAME_LEN bytes; made empty if none.  May sleep */
void kwatch_module_of(unsigned long addr, char *module);

/* Find the kernel's list of modules; before any other call here.  0 */
int kwatch_module_list_init(void);

#endif /* KWATCH_MODULE_LIST_H */
