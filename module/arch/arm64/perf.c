// SPDX-License-Identifier: GPL-2.0
/*
 * How a hit is observed on arm64: what has to be set up for hook.c.
 */
#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/hw_breakpoint.h>
#include <linux/irq_work.h>
#include <linux/kprobes.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/printk.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "arm64.h"

/* Makes writers of the table one at a time. */
static DEFINE_MUTEX(table_mutex);

static char traced[] = "perf_bp_event";

static struct ftrace_ops ops = {
	.func = kwatch_hook_traced,
	.flags = KWATCH_FTRACE_FLAGS,
};

static struct kprobe probe = {
	.symbol_name = traced,
	.pre_handler = kwatch_hook_probed,
	.post_handler = kwatch_hook_probe_ended,
};

static bool by_ftrace;

/* What the kernel calls first when a step has ended, by its names since 5.10. */
static char *step_names[] = {
	"try_step_suspended_breakpoints",	/* 6.12 on */
	"reinstall_suspended_bps",
};

static struct ftrace_ops step_ops = {
	.func = kwatch_hook_stepped,
	.flags = KWATCH_FTRACE_FLAGS,
};

bool kwatch_arm64_steps_traced;

static char installs[] = "arch_install_hw_breakpoint";

static struct ftrace_ops install_ops = {
	.func = kwatch_hook_installs,
	.flags = KWATCH_FTRACE_FLAGS,
};

static bool installs_traced;

/* Have hits of an event found; one that is not found yet is nobody's. */
static int note_event(struct perf_event *event, struct kwatch_bp *bp)
{
	struct kwatch_arm64_event *known = kzalloc(sizeof(*known), GFP_KERNEL);

	if (!known)
		return -ENOMEM;
	known->event = event;
	known->bp = bp;
	mutex_lock(&table_mutex);
	hlist_add_head_rcu(&known->node, kwatch_arm64_bucket(event));
	mutex_unlock(&table_mutex);
	return 0;
}

struct perf_event *kwatch_arch_create(struct perf_event_attr *attr, int cpu,
				      struct task_struct *task,
				      struct kwatch_bp *bp)
{
	struct perf_event *event;
	int ret;

	/* A thread that inherits the event would inherit that it is disabled. */
	attr->disabled = !task;
	event = perf_event_create_kernel_counter(attr, cpu, task, NULL, NULL);
	if (IS_ERR(event))
		return event;
	ret = note_event(event, bp);
	if (ret) {
		perf_event_release_kernel(event);
		return ERR_PTR(ret);
	}
	if (!task)
		perf_event_enable(event);
	return event;
}

/* Before it is released, for then another event may get its address. */
static void forget_event(const struct perf_event *event)
{
	struct kwatch_arm64_event *known, *found = NULL;

	mutex_lock(&table_mutex);
	hlist_for_each_entry(known, kwatch_arm64_bucket(event), node)
		if (known->event == event)
			found = known;
	if (found)
		hlist_del_rcu(&found->node);
	mutex_unlock(&table_mutex);
	if (found)
		kfree_rcu(found, rcu);
}

void kwatch_arch_release(struct perf_event *event)
{
	forget_event(event);
	perf_event_release_kernel(event);
}

void kwatch_arch_release_wide(struct perf_event *__percpu *events)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		if (*per_cpu_ptr(events, cpu))
			forget_event(*per_cpu_ptr(events, cpu));
	unregister_wide_hw_breakpoint(events);
}

struct perf_event *__percpu *kwatch_arch_create_wide(struct perf_event_attr *attr,
						     struct kwatch_bp *bp)
{
	struct perf_event *__percpu *events, *event;
	unsigned int cpu;
	int ret = 0;

	attr->disabled = 1;
	events = register_wide_hw_breakpoint(attr, NULL, NULL);
	if (IS_ERR_PCPU(events))
		return events;
	for_each_possible_cpu(cpu) {
		event = *per_cpu_ptr(events, cpu);
		if (event && !ret)
			ret = note_event(event, bp);
	}
	if (ret) {
		kwatch_arch_release_wide(events);
		return ERR_PTR_PCPU(ret);
	}
	/* One whose CPU has gone stays off. */
	for_each_possible_cpu(cpu) {
		event = *per_cpu_ptr(events, cpu);
		if (event)
			perf_event_enable(event);
	}
	return events;
}

/* So that nothing stays allocated; ftrace_free_filter() is not exported by 5.10. */
static void forget_filter(struct ftrace_ops *which)
{
	ftrace_set_filter(which, NULL, 0, 1);
}

static int trace(struct ftrace_ops *which, char *name)
{
	int ret = ftrace_set_filter(which, name, strlen(name), 1) ?:
		  register_ftrace_function(which);

	if (ret)
		forget_filter(which);
	return ret;
}

static void untrace(struct ftrace_ops *which)
{
	unregister_ftrace_function(which);
	forget_filter(which);
}

/* Can do without: see kwatch_hook_again(). */
static void trace_steps(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(step_names) && !kwatch_arm64_steps_traced; i++)
		kwatch_arm64_steps_traced = !trace(&step_ops, step_names[i]);
}

/* Without it a watch may miss what comes while a program is stepped: kwatch_hook_installs(). */
static void trace_installs(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		init_irq_work(per_cpu_ptr(&kwatch_arm64_installed, cpu), kwatch_arm64_wake);
	installs_traced = !trace(&install_ops, installs);
}

static void untrace_installs(void)
{
	unsigned int cpu;

	if (!installs_traced)
		return;
	untrace(&install_ops);
	for_each_possible_cpu(cpu)
		irq_work_sync(per_cpu_ptr(&kwatch_arm64_installed, cpu));
}

int kwatch_arch_init(void)
{
	int ret;

	ret = trace(&ops, traced);
	by_ftrace = !ret;
	if (ret)
		/* 5.10 leaves it out of ftrace. */
		ret = register_kprobe(&probe);
	if (!ret) {
		trace_steps();
		trace_installs();
		if (!kwatch_arm64_steps_traced || !installs_traced)
			pr_warn("without ftrace an access that is interrupted may be counted twice or not at all when another CPU stores there, and a watch that is armed while a program stores to its own watched memory may miss hits\n");
	} else {
		pr_err("neither ftrace nor a kprobe can trace %s() (error %d), so no hit would be seen\n",
		       traced, ret);
	}
	return ret;
}

void kwatch_arch_exit(void)
{
	untrace_installs();
	if (kwatch_arm64_steps_traced)
		untrace(&step_ops);
	if (by_ftrace)
		untrace(&ops);
	else
		unregister_kprobe(&probe);
}
