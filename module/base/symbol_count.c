// SPDX-License-Identifier: GPL-2.0
/*
 * How many symbols have a name.  A look-up by name gives the first of them.
 *
 * The kernel's functions that visit symbols are not exported; symbol.c says why a
 * static_call reaches them.  Where there are none (arm64 up to 6.1), the kernel's
 * own symbols of a name count as one.
 */
#include <linux/kallsyms.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/static_call.h>
#include <linux/string.h>

#include <uapi/kwatch.h>

#include "module_list.h"
#include "symbol.h"

/* Names whose number is remembered: up to 6.1 the kernel looks at all symbols. */
#define NAMES	8

typedef int (*match_t)(void *data, unsigned long addr);
typedef int (*visit_t)(void *data, const char *name, struct module *mod, unsigned long addr);

static int no_matches(match_t match, const char *name, void *data)
{
	return -EOPNOTSUPP;
}

static int no_visits(visit_t visit, void *data)
{
	return -EOPNOTSUPP;
}

DEFINE_STATIC_CALL(kwatch_each_match, no_matches);	/* 6.2, 6.1.68 and newer */
DEFINE_STATIC_CALL(kwatch_each_symbol, no_visits);	/* used only where that is missing */

/**
 * struct counting - symbols of a name so far
 * @name: the name, without a module's
 * @nr:   different addresses, as far as two that come in turn tell
 * @last: the last one
 */
struct counting {
	const char *name;
	unsigned int nr;
	unsigned long last;
};

static int matches(void *data, unsigned long addr)
{
	struct counting *counting = data;

	counting->nr += addr != counting->last;
	counting->last = addr;
	return 0;
}

static int visits(void *data, const char *name, struct module *mod, unsigned long addr)
{
	struct counting *counting = data;

	if (mod)
		return 1; /* modules come last, and are counted otherwise */
	return strcmp(name, counting->name) ? 0 : matches(data, addr);
}

static DEFINE_MUTEX(names_mutex); /* protects the next two */
static struct {
	char name[KWATCH_SYMBOL_MAX];
	unsigned int nr;
} names[NAMES];
static unsigned int names_next;

/* The kernel's own symbols never change. */
static unsigned int count_kernel(const char *name)
{
	struct counting counting = { .name = name };
	unsigned int i, nr;

	mutex_lock(&names_mutex);
	for (i = 0; i < NAMES; i++)
		if (!strcmp(names[i].name, name))
			break;
	if (i == NAMES) {
		if (static_call(kwatch_each_match)(matches, name, &counting) == -EOPNOTSUPP) {
			kwatch_symbols_begin();
			static_call(kwatch_each_symbol)(visits, &counting);
			kwatch_symbols_end();
		}
		i = names_next++ % NAMES;
		strscpy(names[i].name, name, sizeof(names[i].name));
		names[i].nr = counting.nr;
	}
	nr = names[i].nr;
	mutex_unlock(&names_mutex);
	return nr;
}

static unsigned int count_module(const struct module *mod, const char *name)
{
	const struct mod_kallsyms *syms = rcu_dereference(mod->kallsyms);
	struct counting counting = { };
	unsigned int i;

	if (mod->state == MODULE_STATE_UNFORMED || !syms)
		return 0;
	for (i = 0; i < syms->num_symtab; i++)
		if (syms->symtab[i].st_shndx != SHN_UNDEF &&
		    !strcmp(syms->strtab + syms->symtab[i].st_name, name))
			matches(&counting, syms->symtab[i].st_value);
	return counting.nr;
}

unsigned int kwatch_symbol_count(const char *name)
{
	const char *colon = strchr(name, ':'), *bare = colon ? colon + 1 : name;
	unsigned int nr = colon ? 0 : count_kernel(bare);
	const struct module *mod;

	if (!kwatch_module_head)
		return nr;
	rcu_read_lock();
	list_for_each_entry_rcu(mod, kwatch_module_head, list)
		if (!colon || kwatch_module_matches(name, mod->name))
			nr += count_module(mod, bare);
	rcu_read_unlock();
	return nr;
}

int kwatch_symbol_count_init(void)
{
	struct kwatch_symbol symbol;

	if (!kwatch_symbol_find("kallsyms_on_each_match_symbol", &symbol))
		static_call_update(kwatch_each_match, (typeof(&no_matches))symbol.addr);
	else if (!kwatch_symbol_find("kallsyms_on_each_symbol", &symbol))
		static_call_update(kwatch_each_symbol, (typeof(&no_visits))symbol.addr);
	return 0;
}
