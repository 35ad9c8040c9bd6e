// SPDX-License-Identifier: GPL-2.0
/*
 * Where the kernel's and the modules' ORC tables are.
 *
 * The kernel's own lie between symbols; a module's are in its struct module.
 * The handler cannot take the lock under which the kernel finds an address's
 * module, so there is a list of our own, replaced as a whole when a module
 * comes or goes, and read under RCU: the handler is a read-side section.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/vmalloc.h>

#include <asm/orc_types.h>

#include "arch/orc.h"
#include "base/symbol.h"

/* Makes those that replace kwatch_orc_tables.modules one at a time. */
static DEFINE_MUTEX(ranges_mutex);

/* Replace the list; the old one is not read any more when this returns. */
static void ranges_replace(struct kwatch_orc_ranges *ranges)
{
	struct kwatch_orc_ranges *old;

	old = rcu_replace_pointer(kwatch_orc_tables.modules, ranges,
				  lockdep_is_held(&ranges_mutex));
	/* A cache is dropped by its next user; pairs with kwatch_orc_unwind(). */
	smp_store_release(&kwatch_orc_tables.gen, kwatch_orc_tables.gen + 1);
	synchronize_rcu();
	kfree(old);
}

/* Ranges that a module has at most: its code, and that of its init. */
#define MODULE_RANGES	2

/* Room for one module more than there are, filled with those that are not @mod's. */
static struct kwatch_orc_ranges *ranges_without(const struct module *mod)
{
	const struct kwatch_orc_ranges *old;
	struct kwatch_orc_ranges *new;
	unsigned int i;

	old = rcu_dereference_protected(kwatch_orc_tables.modules, lockdep_is_held(&ranges_mutex));
	new = kzalloc(struct_size(new, range, (old ? old->nr : 0) + MODULE_RANGES), GFP_KERNEL);
	if (!new)
		return NULL;
	for (i = 0; old && i < old->nr; i++)
		if (old->range[i].ips != mod->arch.orc_unwind_ip)
			new->range[new->nr++] = old->range[i];
	return new;
}

/* A module's ranges, that of its init as long as that is there.  Return: how many. */
static unsigned int ranges_of(const struct module *mod, bool with_init,
			      struct kwatch_orc_range *range)
{
	range->start = (unsigned long)kwatch_module_text(mod);
	range->end = range->start + kwatch_module_text_size(mod);
	range->ips = mod->arch.orc_unwind_ip;
	range->entries = mod->arch.orc_unwind;
	range->nr = mod->arch.num_orcs;
	if (!range->ips || !range->entries || !range->nr)
		return 0;
	if (!with_init || !kwatch_module_init(mod))
		return 1;
	range[1] = range[0];
	range[1].start = (unsigned long)kwatch_module_init(mod);
	range[1].end = range[1].start + kwatch_module_init_size(mod);
	return 2;
}

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	const struct module *mod = data;
	struct kwatch_orc_ranges *new;

	mutex_lock(&ranges_mutex);
	new = ranges_without(mod);
	if (new && event != MODULE_STATE_GOING)
		new->nr += ranges_of(mod, event == MODULE_STATE_COMING,
				     &new->range[new->nr]);
	/* Without memory the kernel's unwinder does all modules. */
	ranges_replace(new);
	mutex_unlock(&ranges_mutex);
	return NOTIFY_OK;
}

static struct notifier_block module_nb = {
	.notifier_call = module_event,
};

/*
 * The modules that were there before us.  The kernel's list of them may be
 * read under RCU; @own must be on it, or it is not what it is taken for.  A
 * module in the middle of its going is left out: its notifier call may have
 * been before ours was registered.  Return: how many are written to @ranges,
 * @max at most; negative if the list makes no sense.
 */
static int modules_collect(const struct list_head *modules, struct kwatch_orc_ranges *ranges,
			   unsigned int max)
{
	const struct module *mod;
	bool own = false;
	unsigned int left = 10000;
	int nr = 0;

	rcu_read_lock();
	list_for_each_entry_rcu(mod, modules, list) {
		struct kwatch_orc_range range[MODULE_RANGES];
		unsigned int i, n;

		if (!--left)
			break;
		if (mod == THIS_MODULE)
			own = true;
		if (mod->state != MODULE_STATE_LIVE && mod->state != MODULE_STATE_COMING)
			continue;
		n = ranges_of(mod, mod->state == MODULE_STATE_COMING, range);
		for (i = 0; i < n; i++, nr++)
			if (nr < max)
				ranges->range[nr] = range[i];
	}
	rcu_read_unlock();
	return own && left ? nr : -ENOENT;
}

static int modules_init(void)
{
	struct kwatch_symbol symbol;
	struct kwatch_orc_ranges *ranges;
	int nr, max = 64;

	if (kwatch_symbol_find("modules", &symbol))
		return -ENOENT;

	mutex_lock(&ranges_mutex);
	for (;;) {
		ranges = kzalloc(struct_size(ranges, range, max), GFP_KERNEL);
		if (!ranges) {
			nr = -ENOMEM;
			break;
		}
		nr = modules_collect((void *)symbol.addr, ranges, max);
		if (nr <= max)
			break;
		kfree(ranges);
		max = nr + 16;
	}
	if (nr >= 0) {
		ranges->nr = nr;
		ranges_replace(ranges);
	} else {
		kfree(ranges);
	}
	mutex_unlock(&ranges_mutex);
	return nr < 0 ? nr : 0;
}

static unsigned long address_of(const char *name)
{
	struct kwatch_symbol symbol;

	return kwatch_symbol_find(name, &symbol) ? 0 : symbol.addr;
}

static bool find_kernel_range(void)
{
	struct kwatch_orc_range *kernel = &kwatch_orc_tables.kernel;
	unsigned long stop = address_of("__stop_orc_unwind_ip");
	unsigned int i;

	kernel->start = address_of("_stext");
	kernel->end = address_of("_etext");
	kernel->ips = (const int *)address_of("__start_orc_unwind_ip");
	kernel->entries = (const struct orc_entry *)address_of("__start_orc_unwind");
	if (!kernel->start || kernel->end <= kernel->start || !kernel->ips ||
	    !kernel->entries || stop <= (unsigned long)kernel->ips)
		return false;
	kernel->nr = (stop - (unsigned long)kernel->ips) / sizeof(int);

	/* Sorted, or it is something else. */
	for (i = 1; i < kernel->nr; i++) {
		const int *at = &kernel->ips[i];

		if ((unsigned long)at + *at < (unsigned long)(at - 1) + at[-1])
			return false;
	}
	kwatch_orc_tables.init = *kernel;
	kwatch_orc_tables.init.start = address_of("_sinittext");
	kwatch_orc_tables.init.end = address_of("_einittext");
	return true;
}

static int tables_init(void)
{
	/* What is not there on this kernel is no danger on it either. */
	static const char * const names[ARRAY_SIZE(kwatch_orc_tables.trampolines)] = {
		"return_to_handler", "arch_rethook_trampoline",
		"__kretprobe_trampoline", "kretprobe_trampoline",
	};
	struct kwatch_symbol symbol;
	unsigned int i;
	int ret;

	if (!find_kernel_range())
		return -EOPNOTSUPP;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		kwatch_orc_tables.trampolines[i] = address_of(names[i]);
	if (!kwatch_symbol_find(KWATCH_IRQ_STACK_SYMBOL, &symbol) && symbol.percpu)
		kwatch_orc_tables.irq_stack = (unsigned long __percpu __force *)
			(symbol.addr + KWATCH_IRQ_STACK_OFFSET);

	ret = register_module_notifier(&module_nb);
	if (ret)
		return ret;
	ret = modules_init();
	if (ret)
		unregister_module_notifier(&module_nb);
	return ret == -ENOENT ? -EOPNOTSUPP : ret;
}

struct kwatch_orc *kwatch_orc_create(unsigned int cpu)
{
	return vzalloc_node(sizeof(struct kwatch_orc), cpu_to_node(cpu));
}

void kwatch_orc_free(struct kwatch_orc *orc)
{
	vfree(orc);
}

int kwatch_orc_init(void)
{
	int ret = tables_init();

	kwatch_orc_tables.off = NULL;
	if (ret)
		kwatch_orc_give_up("kernel (its ORC tables are not understood)");
	return ret == -EOPNOTSUPP ? 0 : ret;
}

void kwatch_orc_exit(void)
{
	unregister_module_notifier(&module_nb);
	kfree(rcu_dereference_protected(kwatch_orc_tables.modules, 1));
	RCU_INIT_POINTER(kwatch_orc_tables.modules, NULL);
}
