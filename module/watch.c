// SPDX-License-Identifier: GPL-2.0
/*
 * Watches: made, switched off and on, removed; and what the rest of the
 * kernel does to them (CPUs and modules that come and go).
 *
 * Locking: cpus_read_lock(), then watch_mutex.  Looking a symbol up takes
 * cpus_read_lock() itself, so it is done before both; module_gen tells
 * whether a module came or went in between.  A hotplug callback has the first
 * one for writing already.
 */
#include <linux/cpu.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/security.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "cpu.h"
#include "event.h"
#include "name.h"
#include "value.h"
#include "watch.h"

static DEFINE_MUTEX(watch_mutex);

/* Everything below is protected by watch_mutex. */
static LIST_HEAD(watches);		/* oldest first */
static struct kwatch_counts __percpu *past;	/* hits of watches that are gone */
static unsigned long module_gen;	/* modules that came or went */
static unsigned int default_depth;
static int hotplug_state;

/* Options that parse but that no watch can be armed with. */
#define UNSUPPORTED (KWATCH_GIVEN(PID) | KWATCH_GIVEN(COMM) | \
	KWATCH_GIVEN(LIMIT) | KWATCH_GIVEN(RATE) | KWATCH_GIVEN(USTACK) | \
	KWATCH_GIVEN(REGS) | KWATCH_GIVEN(SUMMARY) | KWATCH_GIVEN(CHANGED) | \
	KWATCH_GIVEN(ALLOW) | KWATCH_GIVEN(ACTION) | KWATCH_GIVEN(UNSEEN) | \
	KWATCH_GIVEN(CHILDREN) | KWATCH_GIVEN(IF))

static int refuse(struct kwatch_answer *answer, int error, u16 at,
		  const char *why)
{
	answer->error = error;
	answer->at = at;
	strscpy(answer->why, why, sizeof(answer->why));
	return error;
}

static void lock_all(void)
{
	cpus_read_lock();
	mutex_lock(&watch_mutex);
}

static void unlock_all(void)
{
	mutex_unlock(&watch_mutex);
	cpus_read_unlock();
}

/* Counters. */

static void counts_add(struct kwatch_counts *to, const struct kwatch_counts *from)
{
	unsigned int i;

	for (i = 0; i < KWATCH_OUTCOMES; i++)
		to->nr[i] += READ_ONCE(from->nr[i]);
}

void kwatch_watch_counts(const struct kwatch_watch *watch, unsigned int cpu,
			 struct kwatch_counts *counts)
{
	memset(counts, 0, sizeof(*counts));
	counts_add(counts, per_cpu_ptr(watch->hot.counts, cpu));
}

void kwatch_watch_past(unsigned int cpu, struct kwatch_counts *counts)
{
	*counts = *per_cpu_ptr(past, cpu);
}

/* A watch's memory. */

static void watch_free(struct kwatch_watch *watch)
{
	free_percpu(watch->hot.cpu_values);
	free_percpu(watch->hot.counts);
	kfree(watch);
}

static struct kwatch_watch *watch_alloc(const struct kwatch_spec *spec,
					const struct kwatch_symbol *symbol)
{
	struct kwatch_watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);

	if (!watch)
		return NULL;
	watch->spec = *spec;
	if (symbol)
		watch->symbol = *symbol;
	watch->hot.type = spec->type;
	watch->hot.depth = spec->given & KWATCH_GIVEN(STACK) ? spec->stack :
							     default_depth;
	watch->hot.values = &watch->value;
	watch->hot.counts = alloc_percpu(struct kwatch_counts);
	watch->hot.cpu_values = alloc_percpu(struct kwatch_value);
	if (!watch->hot.counts || !watch->hot.cpu_values) {
		watch_free(watch);
		return NULL;
	}
	return watch;
}

/* Arming.  All of these are called with both locks held. */

/* Fill in @watch->bps from its spec and symbol. */
static void plan(struct kwatch_watch *watch)
{
	const struct kwatch_spec *spec = &watch->spec;
	struct kwatch_bps *bps = &watch->bps;

	bps->hot = &watch->hot;
	bps->addr = watch->symbol.addr + spec->offset;
	bps->percpu = watch->symbol.percpu;
	bps->cpu = spec->given & KWATCH_GIVEN(CPU) ? spec->cpu : spec->copy;
	bps->nr = 1;
	bps->part[0].offset = 0;
	bps->part[0].len = spec->len;
	if (!bps->percpu) {
		free_percpu(watch->hot.cpu_values);
		watch->hot.cpu_values = NULL;
	}
}

/* Is there memory, the kernel's, for all of the watch? */
static bool mapped(const struct kwatch_watch *watch, unsigned long addr)
{
	u32 len = watch->spec.len ?: 1, i;
	u64 byte;

	if (addr < PAGE_OFFSET && addr < TASK_SIZE_MAX)
		return false;
	for (i = 0; i < len; i++)
		if (addr + i < addr || !kwatch_value_read(addr + i, 1, &byte))
			return false;
	return true;
}

static int check_place(struct kwatch_watch *watch, const u16 *at,
		       struct kwatch_answer *answer)
{
	unsigned int cpu = cpumask_first(cpu_online_mask);
	unsigned long addr;

	if (watch->bps.cpu >= 0) {
		cpu = watch->bps.cpu;
		if (cpu >= nr_cpu_ids || !cpu_possible(cpu))
			return refuse(answer, -EINVAL,
				      at[watch->spec.given & KWATCH_GIVEN(CPU) ?
					 KWATCH_WORD_CPU : KWATCH_WORD_TARGET],
				      "No such CPU");
	}
	if (watch->spec.copy >= 0 && !watch->bps.percpu)
		return refuse(answer, -EINVAL, at[KWATCH_WORD_TARGET],
			      "Not a per-CPU variable, so it has no copies");

	addr = kwatch_bp_addr(&watch->bps, cpu);
	if (addr < TASK_SIZE_MAX)
		return refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "Not a kernel address");
	if (!mapped(watch, addr))
		return refuse(answer, -EFAULT, at[KWATCH_WORD_TARGET],
			      "No memory is mapped there");
	if (!kwatch_arch_fits(watch->spec.type, addr, watch->spec.len))
		return refuse(answer, -EINVAL, at[KWATCH_WORD_LEN],
			      "Length must be 1, 2, 4 or 8, and the address a multiple of it");
	return 0;
}

/* Who has the slots: the sentence of an ENOSPC. */
static void name_holders(u8 type, unsigned int cpu, struct kwatch_answer *answer)
{
	unsigned int slots = kwatch_arch_slots(type), ours = 0;
	struct kwatch_watch *watch;
	char label[KWATCH_SYMBOL_MAX + 48];
	size_t n;

	n = scnprintf(answer->why, sizeof(answer->why),
		      "No slot left on CPU %u, which has %u; they are held by",
		      cpu, slots);
	list_for_each_entry(watch, &watches, node) {
		if (watch->state != KWATCH_STATE_ARMED)
			continue;
		if (watch->bps.cpu >= 0 && watch->bps.cpu != cpu)
			continue;
		kwatch_spec_label(label, sizeof(label), &watch->spec);
		n += scnprintf(answer->why + n, sizeof(answer->why) - n,
			       "\n  %u: %s", watch->id, label);
		ours += watch->bps.nr;
	}
	if (ours < slots)
		scnprintf(answer->why + n, sizeof(answer->why) - n,
			  "\n  %u by others (perf, bpftrace, kgdb or a debugger)",
			  slots - ours);
}

static int arm(struct kwatch_watch *watch, const u16 *at,
	       struct kwatch_answer *answer)
{
	unsigned int cpu = 0;
	int ret;

	plan(watch);
	ret = check_place(watch, at, answer);
	if (ret)
		return ret;
	ret = kwatch_bp_arm(&watch->bps, &cpu);
	switch (ret) {
	case 0:
		watch->state = KWATCH_STATE_ARMED;
		return 0;
	case -ENOSPC:
		refuse(answer, ret, at[KWATCH_WORD_TARGET], "");
		name_holders(watch->spec.type, cpu, answer);
		return ret;
	case -EOPNOTSUPP:
		return refuse(answer, ret, at[KWATCH_WORD_TARGET],
			      "The kernel allows no breakpoint there (entry code or data, or code that may not be probed)");
	default:
		return refuse(answer, ret, at[KWATCH_WORD_TARGET],
			      "The kernel refused the breakpoint");
	}
}

static void watch_remove(struct kwatch_watch *watch)
{
	unsigned int cpu;

	/* After this no hit of it can come. */
	kwatch_bp_disarm(&watch->bps);
	for_each_possible_cpu(cpu)
		counts_add(per_cpu_ptr(past, cpu), per_cpu_ptr(watch->hot.counts, cpu));
	list_del(&watch->node);
	kwatch_name_retire(watch->id);
	watch_free(watch);
}

/* Commands. */

static int check_spec(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	unsigned int word;

	for (word = 0; word < KWATCH_WORD_NR; word++)
		if (spec->given & UNSUPPORTED & (1u << word))
			return refuse(answer, -EOPNOTSUPP, cmd->at[word],
				      "This version of kwatch cannot do that yet");
	if (spec->target == KWATCH_TARGET_TASK)
		return refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_TARGET],
			      "This version of kwatch cannot do that yet");
	if (spec->until == KWATCH_UNTIL_FREE)
		return refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_UNTIL],
			      "This version of kwatch cannot do that yet");
	if (spec->len > 8)
		return refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_LEN],
			      "Length must be 1, 2, 4 or 8");
	return 0;
}

/*
 * Turn the target into an address.  Return: 0, with *pending set if its module
 * is not loaded; -ENOENT.
 */
static int resolve(const struct kwatch_cmd *cmd, struct kwatch_symbol *symbol,
		   bool *pending, struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;

	*pending = false;
	memset(symbol, 0, sizeof(*symbol));
	if (spec->target == KWATCH_TARGET_ADDR) {
		symbol->addr = spec->addr;
		kwatch_symbol_module(spec->addr + spec->offset, symbol->module);
		return 0;
	}
	if (!kwatch_symbol_find(spec->symbol, symbol))
		return 0;
	if (!strchr(spec->symbol, ':'))
		return refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
			      "No such symbol (for a module that is not loaded yet, say module:symbol)");
	if (kwatch_symbol_has_module(spec->symbol))
		return refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_TARGET],
			      "The module has no such symbol");
	*pending = true;
	return 0;
}

static struct kwatch_watch *find_same(const struct kwatch_spec *spec)
{
	struct kwatch_watch *watch;

	list_for_each_entry(watch, &watches, node)
		if (kwatch_spec_same(&watch->spec, spec))
			return watch;
	return NULL;
}

static struct kwatch_watch *find_ref(u32 id, const char *name)
{
	struct kwatch_watch *watch;

	list_for_each_entry(watch, &watches, node)
		if (id ? watch->id == id :
		    watch->spec.name[0] && !strcmp(watch->spec.name, name))
			return watch;
	return NULL;
}

/* With both locks held and the target resolved. */
static int add_locked(const struct kwatch_cmd *cmd, const void *owner,
		      const struct kwatch_symbol *symbol, bool pending,
		      struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	struct kwatch_watch *watch;
	int ret;

	if (find_same(spec))
		return refuse(answer, -EEXIST, cmd->at[KWATCH_WORD_TARGET],
			      "There is such a watch already");
	if (spec->name[0] && find_ref(0, spec->name))
		return refuse(answer, -EEXIST, cmd->at[KWATCH_WORD_NAME],
			      "There is a watch of that name already");

	watch = watch_alloc(spec, symbol);
	if (!watch)
		return refuse(answer, -ENOMEM, 0, "No memory");
	ret = kwatch_name_create(spec, symbol->percpu ? 0 : symbol->addr + spec->offset);
	if (ret < 0) {
		watch_free(watch);
		return refuse(answer, ret, 0, "No memory, or no number left");
	}
	watch->id = ret;
	watch->hot.id = ret;
	watch->owner = spec->until == KWATCH_UNTIL_CLOSE ? owner : NULL;
	watch->state = KWATCH_STATE_PENDING;
	list_add_tail(&watch->node, &watches);
	if (pending)
		return 0;

	/* A record may come from here on, so it has its name by now. */
	ret = arm(watch, cmd->at, answer);
	if (ret)
		watch_remove(watch);
	return ret;
}

static int do_add(const struct kwatch_cmd *cmd, const void *owner,
		  struct kwatch_answer *answer)
{
	struct kwatch_symbol symbol;
	unsigned long gen;
	bool pending;
	int ret;

	ret = check_spec(cmd, answer);
	if (ret)
		return ret;
	if (cmd->spec.until == KWATCH_UNTIL_CLOSE && !owner)
		return refuse(answer, -EINVAL, cmd->at[KWATCH_WORD_UNTIL],
			      "There is no open file here that could be closed");
	for (;;) {
		gen = READ_ONCE(module_gen); /* stored by module_event() */
		ret = resolve(cmd, &symbol, &pending, answer);
		if (ret)
			return ret;
		lock_all();
		if (gen == module_gen)
			break;
		/* A module came or went: the address may be stale. */
		unlock_all();
	}
	ret = add_locked(cmd, owner, &symbol, pending, answer);
	unlock_all();
	return ret;
}

static int do_off(struct kwatch_watch *watch)
{
	kwatch_bp_disarm(&watch->bps);
	watch->state = KWATCH_STATE_OFF;
	return 0;
}

static int do_on(struct kwatch_watch *watch, const struct kwatch_cmd *cmd,
		 struct kwatch_answer *answer)
{
	u16 at[KWATCH_WORD_NR];
	unsigned int i;

	if (watch->state == KWATCH_STATE_ARMED || watch->state == KWATCH_STATE_PENDING)
		return 0;
	if (watch->symbol.addr == 0) {
		watch->state = KWATCH_STATE_PENDING;
		return 0;
	}
	for (i = 0; i < KWATCH_WORD_NR; i++)
		at[i] = cmd->at[KWATCH_WORD_REF];
	return arm(watch, at, answer);
}

static int do_ref(const struct kwatch_cmd *cmd, struct kwatch_answer *answer)
{
	struct kwatch_watch *watch;
	int ret = 0;

	lock_all();
	watch = find_ref(cmd->id, cmd->name);
	if (!watch)
		ret = refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_REF],
			     "No watch has that number or name");
	else if (cmd->verb == KWATCH_VERB_REMOVE)
		watch_remove(watch);
	else if (cmd->verb == KWATCH_VERB_OFF)
		ret = do_off(watch);
	else
		ret = do_on(watch, cmd, answer);
	unlock_all();
	return ret;
}

static void remove_all(const void *owner)
{
	struct kwatch_watch *watch, *next;

	lock_all();
	list_for_each_entry_safe(watch, next, &watches, node)
		if (!owner || watch->owner == owner)
			watch_remove(watch);
	unlock_all();
}

static int do_command(const struct kwatch_cmd *cmd, const void *owner,
		      struct kwatch_answer *answer)
{
	if (security_locked_down(LOCKDOWN_KPROBES) || security_locked_down(LOCKDOWN_DEBUGFS))
		return refuse(answer, -EPERM, 0,
			      "The kernel is locked down (see kernel_lockdown.7)");

	switch (cmd->verb) {
	case KWATCH_VERB_NONE:
		return 0;
	case KWATCH_VERB_ADD:
		return do_add(cmd, owner, answer);
	case KWATCH_VERB_CLEAR:
		remove_all(NULL);
		return 0;
	default:
		return do_ref(cmd, answer);
	}
}

int kwatch_watch_command(const char *line, size_t len, const void *owner,
			 struct kwatch_answer *answer)
{
	struct kwatch_refusal refusal = { };
	struct kwatch_cmd *cmd;
	int ret;

	memset(answer, 0, sizeof(*answer));
	cmd = kmalloc(sizeof(*cmd), GFP_KERNEL);
	if (!cmd)
		return refuse(answer, -ENOMEM, 0, "No memory");

	ret = kwatch_spec_parse(line, len, cmd, &refusal);
	if (ret)
		refuse(answer, ret, refusal.at, refusal.why);
	else
		ret = do_command(cmd, owner, answer);
	kfree(cmd);
	return ret;
}

void kwatch_watch_close(const void *owner)
{
	remove_all(owner);
}

void kwatch_watch_each(void (*look)(const struct kwatch_watch *watch, void *arg),
		       void *arg)
{
	struct kwatch_watch *watch;

	mutex_lock(&watch_mutex);
	list_for_each_entry(watch, &watches, node)
		look(watch, arg);
	mutex_unlock(&watch_mutex);
}

/* CPUs that come and go: hotplug callbacks, on the CPU in question. */

static int cpu_online_event(unsigned int cpu)
{
	struct kwatch_watch *watch;
	int ret;

	mutex_lock(&watch_mutex);
	ret = kwatch_cpu_create(cpu);
	list_for_each_entry(watch, &watches, node) {
		if (watch->state != KWATCH_STATE_ARMED)
			continue;
		if (!ret)
			ret = kwatch_bp_online(&watch->bps, cpu);
		/* The CPU comes all the same: it is not ours to refuse. */
		if (ret)
			pr_warn("watch %u does not cover CPU %u (error %d)\n",
				watch->id, cpu, ret);
	}
	mutex_unlock(&watch_mutex);
	return 0;
}

static int cpu_offline_event(unsigned int cpu)
{
	struct kwatch_watch *watch;

	mutex_lock(&watch_mutex);
	list_for_each_entry(watch, &watches, node)
		if (watch->state == KWATCH_STATE_ARMED)
			kwatch_bp_offline(&watch->bps, cpu);
	mutex_unlock(&watch_mutex);
	return 0;
}

/* Modules that come and go. */

static void tell_gone(const struct kwatch_watch *watch, enum kwatch_gone_why why)
{
	struct kwatch_gone gone = {
		.rec.size = sizeof(gone),
		.rec.type = KWATCH_RECORD_GONE,
		.rec.watch = watch->id,
		.why = why,
		.cpu = raw_smp_processor_id(),
	};

	kwatch_event_add(&gone);
}

static bool in_module(const struct kwatch_watch *watch, const struct module *mod)
{
	return !strcmp(watch->symbol.module, mod->name) ||
	       within_module(watch->bps.addr, mod);
}

/* The module's memory is about to be freed, and used for something else. */
static void module_going(const struct module *mod)
{
	struct kwatch_watch *watch, *next;

	lock_all();
	module_gen++;
	list_for_each_entry_safe(watch, next, &watches, node) {
		if (watch->state == KWATCH_STATE_PENDING || !in_module(watch, mod))
			continue;
		tell_gone(watch, KWATCH_GONE_MODULE);
		if (!strchr(watch->spec.symbol, ':')) {
			watch_remove(watch);
			continue;
		}
		kwatch_bp_disarm(&watch->bps);
		memset(&watch->symbol, 0, sizeof(watch->symbol));
		if (watch->state != KWATCH_STATE_OFF)
			watch->state = KWATCH_STATE_PENDING;
	}
	unlock_all();
}

static void arm_pending(u16 id, const struct kwatch_symbol *symbol)
{
	static const u16 at[KWATCH_WORD_NR];
	struct kwatch_answer *answer = kzalloc(sizeof(*answer), GFP_KERNEL);
	struct kwatch_watch *watch;

	lock_all();
	watch = find_ref(id, NULL);
	if (watch && answer && watch->state == KWATCH_STATE_PENDING) {
		watch->symbol = *symbol;
		if (arm(watch, at, answer)) {
			watch->state = KWATCH_STATE_FAILED;
			pr_warn("watch %u could not be armed: %s\n", id, answer->why);
		}
	}
	unlock_all();
	kfree(answer);
}

/* The id of the first pending watch after @id on this module, 0 for none. */
static u16 next_pending(const struct module *mod, u16 after, char *symbol)
{
	size_t len = strlen(mod->name);
	struct kwatch_watch *watch;
	u16 id = 0;

	mutex_lock(&watch_mutex);
	list_for_each_entry(watch, &watches, node) {
		if (watch->id <= after || watch->state != KWATCH_STATE_PENDING ||
		    strncmp(watch->spec.symbol, mod->name, len) ||
		    watch->spec.symbol[len] != ':')
			continue;
		if (!id || watch->id < id) {
			id = watch->id;
			strscpy(symbol, watch->spec.symbol, KWATCH_SYMBOL_MAX);
		}
	}
	mutex_unlock(&watch_mutex);
	return id;
}

/* Its symbols are there and its init has not run yet. */
static void module_coming(const struct module *mod)
{
	char name[KWATCH_SYMBOL_MAX];
	struct kwatch_symbol symbol;
	u16 id = 0;

	mutex_lock(&watch_mutex);
	module_gen++;
	mutex_unlock(&watch_mutex);
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

int kwatch_watch_init(unsigned int stack_depth)
{
	int ret;

	if (stack_depth > KWATCH_STACK_MAX)
		return -EINVAL;
	default_depth = stack_depth;

	past = alloc_percpu(struct kwatch_counts);
	if (!past)
		return -ENOMEM;
	ret = register_module_notifier(&module_nb);
	if (ret)
		goto err_notifier;
	ret = cpuhp_setup_state(CPUHP_AP_ONLINE_DYN, "kwatch:online",
				cpu_online_event, cpu_offline_event);
	if (ret < 0)
		goto err_hotplug;
	hotplug_state = ret;
	return 0;

err_hotplug:
	unregister_module_notifier(&module_nb);
err_notifier:
	free_percpu(past);
	return ret;
}

void kwatch_watch_exit(void)
{
	remove_all(NULL);
	/* No breakpoint is left, and no command can make one. */
	cpuhp_remove_state(hotplug_state);
	unregister_module_notifier(&module_nb);
	free_percpu(past);
}
