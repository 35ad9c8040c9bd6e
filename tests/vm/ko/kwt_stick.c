// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_stick: an arm64 kernel that does not step over watched accesses.
 *
 * It does so only for events that have perf's own handler; those that are about
 * to be installed at addr= get another, so that the access traps for ever.
 */
#include <linux/hw_breakpoint.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>

static unsigned long addr;
module_param(addr, ulong, 0444);
MODULE_PARM_DESC(addr, "of which breakpoints");

static void ignore(struct perf_event *event, struct perf_sample_data *data,
		   struct pt_regs *regs)
{
}

static int stick(struct kprobe *probe, struct pt_regs *regs)
{
	struct perf_event *event = (struct perf_event *)regs_get_kernel_argument(regs, 0);

	if (counter_arch_bp(event)->address == (addr & ~7UL))
		event->overflow_handler = ignore;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "arch_install_hw_breakpoint",
	.pre_handler = stick,
};

static int __init kwt_stick_init(void)
{
	return register_kprobe(&probe);
}
module_init(kwt_stick_init);

/* The events that it was done to must be gone by now. */
static void __exit kwt_stick_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(kwt_stick_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kwatch tests: watchpoints that are not stepped over");
