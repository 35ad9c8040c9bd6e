// SPDX-License-Identifier: GPL-2.0
/*
 * What the rest of the kernel does to a watch: CPUs and modules that come and
 * go.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cpu.h"
#include "event.h"
#include "follow.h"
#include "symbol.h"
#include "tend.h"
#include "unseen.h"
#include "watch.h"

/* Protected by kwatch_watch_mutex. */
unsigned long kwatch_follow_gen;

/* Constant after kwatch_follow_init(). */
static int hotplug_state;

/* CPUs that come and go: hotplug callbacks, on the CPU in question. */

static int cpu_online_event(unsigned int cpu)
{
	struct kwatch_watch *watch;
	int ret;

	mutex_lock(&kwatch_watch_mutex);
	ret = kwatch_cpu_create(cpu);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (watch->state != KWATCH_STATE_ARMED)
			continue;
		if (!ret) {
			__kwatch_tend_forget(watch, cpu);
			ret = kwatch_bp_online(&watch->bps, cpu);
			if (!watch->process)
				__kwatch_unseen_begin(watch);
		}
		/* The CPU comes all the same: it is not ours to refuse. */
		if (ret)
			pr_warn("watch %u does not cover CPU %u (error %d)\n",
				watch->id, cpu, ret);
	}
	mutex_unlock(&kwatch_watch_mutex);
	return 0;
}

static int cpu_offline_event(unsigned int cpu)
{
	struct kwatch_watch *watch;

	mutex_lock(&kwatch_watch_mutex);
	if (!KWATCH_CPU_GOES_IDLE && !list_empty(&kwatch_watches))
		pr_warn("what CPU %u still runs while it goes offline is not watched, on kernels before 5.11\n",
			cpu);
	list_for_each_entry(watch, &kwatch_watches, node)
		if (watch->state == KWATCH_STATE_ARMED)
			kwatch_bp_offline(&watch->bps, cpu);
	mutex_unlock(&kwatch_watch_mutex);
	return 0;
}

/* Modules that come and go. */

static bool in_module(const struct kwatch_watch *watch, const struct module *mod)
{
	return !strcmp(watch->symbol.module, mod->name) ||
	       within_module(watch->bps.addr, mod);
}

/* The module's memory is about to be freed, and used for something else. */
static void module_going(const struct module *mod)
{
	struct kwatch_watch *watch, *next;

	kwatch_watch_lock();
	kwatch_follow_gen++;
	list_for_each_entry_safe(watch, next, &kwatch_watches, node) {
		if (watch->state == KWATCH_STATE_PENDING || !in_module(watch, mod))
			continue;
		kwatch_event_gone(watch->hot.own, watch->id, KWATCH_GONE_MODULE);
		if (!strchr(watch->spec.symbol, ':')) {
			__kwatch_watch_remove(watch);
			continue;
		}
		__kwatch_watch_disarm(watch);
		memset(&watch->symbol, 0, sizeof(watch->symbol));
		if (watch->state != KWATCH_STATE_OFF)
			watch->state = KWATCH_STATE_PENDING;
	}
	kwatch_watch_unlock();
}

static void arm_pending(u16 id, const struct kwatch_symbol *symbol)
{
	static const u16 at[KWATCH_WORD_NR];
	struct kwatch_answer *answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	struct kwatch_watch *watch;

	kwatch_watch_lock();
	watch = __kwatch_watch_find(id, NULL);
	if (watch && answer && watch->state == KWATCH_STATE_PENDING) {
		watch->symbol = *symbol;
		if (__kwatch_watch_arm(watch, at, answer)) {
			watch->state = KWATCH_STATE_FAILED;
			pr_warn("watch %u could not be armed: %s\n", id, answer->why);
		}
	}
	kwatch_watch_unlock();
	kfree(answer);
}

/* The id of the first pending watch after @id on this module, 0 for none. */
static u16 next_pending(const struct module *mod, u16 after, char *symbol)
{
	struct kwatch_watch *watch;
	u16 id = 0;

	mutex_lock(&kwatch_watch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (watch->id <= after || watch->state != KWATCH_STATE_PENDING ||
		    !kwatch_symbol_in_module(watch->spec.symbol, mod->name))
			continue;
		if (!id || watch->id < id) {
			id = watch->id;
			strscpy(symbol, watch->spec.symbol, KWATCH_SYMBOL_MAX);
		}
	}
	mutex_unlock(&kwatch_watch_mutex);
	return id;
}

/* Its symbols are there and its init has not run yet. */
static void module_coming(const struct module *mod)
{
	char name[KWATCH_SYMBOL_MAX];
	struct kwatch_symbol symbol;
	u16 id = 0;

	mutex_lock(&kwatch_watch_mutex);
	kwatch_follow_gen++;
	mutex_unlock(&kwatch_watch_mutex);
	while ((id = next_pending(mod, id, name)) != 0) {
		if (!kwatch_symbol_find(name, &symbol))
			arm_pending(id, &symbol);
	}
}

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event == MODULE_STATE_COMING)
		module_coming(data);
	else if (event == MODULE_STATE_GOING)
		module_going(data);
	return NOTIFY_OK;
}

static struct notifier_block module_nb = {
	.notifier_call = module_event,
};

int kwatch_follow_init(void)
{
	int ret;

	ret = register_module_notifier(&module_nb);
	if (ret)
		return ret;
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kwatch:online",
				cpu_online_event, cpu_offline_event);
	if (ret < 0) {
		unregister_module_notifier(&module_nb);
		return ret;
	}
	hotplug_state = ret;
	return 0;
}

void kwatch_follow_exit(void)
{
	cpuhp_remove_state(hotplug_state);
	unregister_module_notifier(&module_nb);
}
