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

#include "base/lock.h"
#include "base/module_list.h"
#include "base/work.h"
#include "governor.h"
#include "hit/cpu.h"
#include "follow.h"
#include "list.h"
#include "plan.h"
#include "base/symbol.h"
#include "read/buffers.h"
#include "unseen.h"
#include "watch.h"

/* Protected by kwatch_mutex. */
unsigned long kwatch_follow_gen;

/* Constant after kwatch_follow_init(). */
static int hotplug_state;

/* CPUs that come and go: hotplug callbacks, on the CPU in question. */

static int cpu_online_event(unsigned int cpu)
{
	struct kwatch_watch *watch;
	bool retry, covered;

	mutex_lock(&kwatch_mutex);
	kwatch_cover_cpu_moves(cpu);
	/* Without memory it is tried again, by deferred.c. */
	retry = kwatch_buffers_come(cpu);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (watch->state != KWATCH_STATE_ARMED)
			continue;
		__kwatch_governor_forget(watch, cpu);
		covered = kwatch_cover_online(&watch->bps, cpu);
		if (!watch->process)
			__kwatch_unseen_begin(watch);
		if (covered)
			continue;
		/* The CPU comes all the same: it is not ours to refuse. */
		pr_warn("watch %u does not cover CPU %u yet\n", watch->id, cpu);
		retry = true;
	}
	mutex_unlock(&kwatch_mutex);
	if (retry)
		kwatch_work_soon();
	return 0;
}

static int cpu_offline_event(unsigned int cpu)
{
	struct kwatch_watch *watch;

	mutex_lock(&kwatch_mutex);
	kwatch_cover_cpu_moves(cpu);
	if (!KWATCH_CPU_GOES_IDLE && !list_empty(&kwatch_watches))
		pr_warn("what CPU %u still runs while it goes offline is not watched, on kernels before 5.11\n",
			cpu);
	list_for_each_entry(watch, &kwatch_watches, node)
		if (watch->state == KWATCH_STATE_ARMED)
			kwatch_cover_offline(&watch->bps, cpu);
	mutex_unlock(&kwatch_mutex);
	return 0;
}

/* Modules that come and go. */

static bool in_module(const struct kwatch_watch *watch, const struct module *mod)
{
	return watch->resolved && (!strcmp(watch->symbol.module, mod->name) ||
				   within_module(watch->bps.addr, mod));
}

static bool in_init(const struct kwatch_watch *watch, const struct module *mod)
{
	return watch->resolved && within_module_init(watch->bps.addr, mod);
}

/* Forget the functions of allow= in memory of @mod that is about to be freed. */
static void disallow(struct kwatch_watch *watch, const struct module *mod, bool init)
{
	struct kwatch_plan *plan = &watch->plan;
	unsigned int i;

	for (i = 0; i < plan->nr_allow; i++)
		if (init ? within_module_init(plan->allow[i].start, mod) :
			   within_module(plan->allow[i].start, mod))
			kwatch_plan_allow(plan, i, NULL);
}

/* The module's memory is about to be freed, and used for something else. */
static void module_going(const struct module *mod)
{
	struct kwatch_watch *watch, *next;

	kwatch_command_lock();
	kwatch_follow_gen++;
	list_for_each_entry_safe(watch, next, &kwatch_watches, node) {
		disallow(watch, mod, false);
		if (in_module(watch, mod))
			__kwatch_watch_end(watch, KWATCH_GONE_MODULE);
	}
	kwatch_command_unlock();
}

/* So is that of its init, which has run. */
static void module_live(const struct module *mod)
{
	struct kwatch_watch *watch, *next;

	kwatch_command_lock();
	kwatch_follow_gen++;
	list_for_each_entry_safe(watch, next, &kwatch_watches, node) {
		disallow(watch, mod, true);
		if (in_init(watch, mod))
			__kwatch_watch_end(watch, KWATCH_GONE_INIT);
	}
	kwatch_command_unlock();
}

static void arm_pending(u16 id, const char *name, const struct kwatch_symbol *symbol)
{
	unsigned int nr = kwatch_symbol_count(name);
	static const u16 at[KWATCH_WORD_NR];
	struct kwatch_answer *answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	struct kwatch_watch *watch;

	kwatch_command_lock();
	watch = __kwatch_watch_find(id, NULL);
	if (watch && answer && watch->state == KWATCH_STATE_PENDING) {
		if (nr > 1) {
			watch->state = KWATCH_STATE_FAILED;
			pr_warn("watch %u could not be armed: %u symbols are called %s\n", id, nr, name);
			goto out;
		}
		watch->symbol = *symbol;
		watch->resolved = true;
		if (__kwatch_watch_arm(watch, at, answer)) {
			watch->state = KWATCH_STATE_FAILED;
			pr_warn("watch %u could not be armed: %s\n", id, answer->why);
		}
	}
out:
	kwatch_command_unlock();
	kfree(answer);
}

/* The id of the first pending watch after @id on this module, 0 for none. */
static u16 next_pending(const struct module *mod, u16 after, char *symbol)
{
	struct kwatch_watch *watch;
	u16 id = 0;

	mutex_lock(&kwatch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (watch->id <= after || watch->state != KWATCH_STATE_PENDING ||
		    !kwatch_module_matches(watch->spec.symbol, mod->name))
			continue;
		if (!id || watch->id < id) {
			id = watch->id;
			strscpy(symbol, watch->spec.symbol, KWATCH_SYMBOL_MAX);
		}
	}
	mutex_unlock(&kwatch_mutex);
	return id;
}

/**
 * struct wanted - a function of allow= whose module is not loaded
 * @id:   of the watch
 * @i:    which function of it
 * @name: as in its spec
 */
struct wanted {
	u16	id;
	unsigned int i;
	char	name[KWATCH_SYMBOL_MAX];
};

/* Is function @i of a watch behind @after, and not found yet? */
static bool wants(const struct kwatch_watch *watch, unsigned int i,
		  const struct wanted *after)
{
	return (watch->id > after->id || (watch->id == after->id && i > after->i)) &&
	       !watch->plan.allow[i].end;
}

/* Make @wanted the next one.  Return: false if there is none. */
static bool next_wanted(struct wanted *wanted)
{
	struct kwatch_watch *watch, *found = NULL;
	unsigned int i, at = 0;

	mutex_lock(&kwatch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node) {
		if (found && watch->id > found->id)
			continue;
		for (i = 0; i < watch->plan.nr_allow && !wants(watch, i, wanted); i++)
			;
		if (i == watch->plan.nr_allow)
			continue;
		found = watch;
		at = i;
	}
	if (found) {
		wanted->id = found->id;
		wanted->i = at;
		strscpy(wanted->name, found->spec.allow[at], sizeof(wanted->name));
	}
	mutex_unlock(&kwatch_mutex);
	return found;
}

/* Before pending watches are armed. */
static void allow_again(const struct module *mod)
{
	struct wanted wanted = { };
	struct kwatch_watch *watch;
	struct kwatch_range range;

	while (next_wanted(&wanted)) {
		if (kwatch_symbol_function(wanted.name, &range.start, &range.end) ||
		    !within_module(range.start, mod))
			continue;
		mutex_lock(&kwatch_mutex);
		watch = __kwatch_watch_find(wanted.id, NULL);
		if (watch && wanted.i < watch->plan.nr_allow &&
		    !strcmp(watch->spec.allow[wanted.i], wanted.name))
			kwatch_plan_allow(&watch->plan, wanted.i, &range);
		mutex_unlock(&kwatch_mutex);
	}
}

/* Its symbols are there and its init has not run yet. */
static void module_coming(const struct module *mod)
{
	char name[KWATCH_SYMBOL_MAX];
	struct kwatch_symbol symbol;
	u16 id = 0;

	mutex_lock(&kwatch_mutex);
	kwatch_follow_gen++;
	mutex_unlock(&kwatch_mutex);
	allow_again(mod);
	while ((id = next_pending(mod, id, name)) != 0) {
		if (!kwatch_symbol_find(name, &symbol))
			arm_pending(id, name, &symbol);
	}
}

static int module_event(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event == MODULE_STATE_COMING)
		module_coming(data);
	else if (event == MODULE_STATE_LIVE)
		module_live(data);
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
