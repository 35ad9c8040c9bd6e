// SPDX-License-Identifier: GPL-2.0
/*
 * Debug registers while the machine sleeps: they are lost, and the kernel does
 * not put them back.
 *
 * CPUs that are taken offline before it sleeps get theirs when they come back, as
 * ever.  The one that sleeps last has what resets it; perf takes its breakpoints
 * for installed, and they stay silent until something happens to load them all
 * again (patching code does).  So the kernel's own announcement of the last thing
 * before and the first thing after is listened to: that CPU runs alone then, with
 * interrupts off, and nothing that changes debug registers comes between.
 */
#include <linux/irqflags.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/msr.h>

#include <trace/events/power.h>

#include "x86.h"

/* AMD's masks of address bits that do not matter, one for each register. */
static const u32 mask_msr[] = {
	MSR_F16H_DR0_ADDR_MASK, MSR_F16H_DR1_ADDR_MASK,
	MSR_F16H_DR2_ADDR_MASK, MSR_F16H_DR3_ADDR_MASK,
};

/* Of the CPU that sleeps last. */
static struct {
	bool saved;
	unsigned long addr[4];
	unsigned long control;
	struct {
		bool is_there;
		u32 low;
		u32 high;
	} mask[ARRAY_SIZE(mask_msr)];
} registers;

static void save(void)
{
	unsigned int i;

	get_debugreg(registers.addr[0], 0);
	get_debugreg(registers.addr[1], 1);
	get_debugreg(registers.addr[2], 2);
	get_debugreg(registers.addr[3], 3);
	get_debugreg(registers.control, 7);
	for (i = 0; i < ARRAY_SIZE(mask_msr); i++)
		registers.mask[i].is_there = boot_cpu_has(X86_FEATURE_BPEXT) &&
			!rdmsr_safe(mask_msr[i], &registers.mask[i].low,
				    &registers.mask[i].high);
	registers.saved = true;
}

static void restore(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mask_msr); i++)
		if (registers.mask[i].is_there)
			wrmsr_safe(mask_msr[i], registers.mask[i].low,
				   registers.mask[i].high);
	set_debugreg(registers.addr[0], 0);
	set_debugreg(registers.addr[1], 1);
	set_debugreg(registers.addr[2], 2);
	set_debugreg(registers.addr[3], 3);
	set_debugreg(registers.control, 7); /* the last, for it switches them on */
	registers.saved = false;
}

static void sleeps(void *unused, const char *action, int state, bool start)
{
	/* In suspend-to-idle interrupts are on, others run, and nothing is lost. */
	if (strcmp(action, "machine_suspend") || !irqs_disabled())
		return;
	if (start)
		save();
	else if (registers.saved)
		restore();
}

int kwatch_x86_sleep_init(void)
{
	int ret = register_trace_suspend_resume(sleeps, NULL);

	if (ret)
		pr_err("the kernel does not tell when the machine sleeps (error %d), so breakpoints would be lost then\n",
		       ret);
	return ret;
}

void kwatch_x86_sleep_exit(void)
{
	unregister_trace_suspend_resume(sleeps, NULL);
	tracepoint_synchronize_unregister();
}
