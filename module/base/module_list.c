// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's modules, by name and by address.  See module_list.h.
 */
#include <linux/kallsyms.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/string.h>

#include "module_list.h"

const struct list_head *kwatch_module_head;

bool kwatch_module_matches(const char *name, const char *module)
{
	for (; *module; name++, module++)
		if (*name != *module && !(*name == '-' && *module == '_'))
			return false;
	return *name == ':';
}

void kwatch_module_of(unsigned long addr, char *module)
{
	char text[KSYM_SYMBOL_LEN], *open, *close;

	module[0] = '\0';
	sprint_symbol(text, addr);
	open = strrchr(text, '[');
	close = open ? strchr(open, ']') : NULL;
	if (!close)
		return;
	*close = '\0';
	strscpy(module, open + 1, MODULE_NAME_LEN);
}

bool kwatch_module_is_loaded(const char *name)
{
	const struct module *mod;
	bool has = false;

	if (!kwatch_module_head)
		return true;
	rcu_read_lock();
	list_for_each_entry_rcu(mod, kwatch_module_head, list)
		has |= mod->state != MODULE_STATE_UNFORMED &&
		       kwatch_module_matches(name, mod->name);
	rcu_read_unlock();
	return has;
}

/* The head of the list is the one element that lies in no module. */
int kwatch_module_list_init(void)
{
	const struct module *mod;
	char name[MODULE_NAME_LEN];

	rcu_read_lock();
	list_for_each_entry_rcu(mod, &THIS_MODULE->list, list) {
		kwatch_module_of((unsigned long)&mod->list, name);
		if (!name[0])
			kwatch_module_head = &mod->list;
	}
	rcu_read_unlock();
	return 0;
}
