// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_deaf: a machine whose debug exceptions do not arrive.
 *
 * Such hypervisors exist; here the breakpoints that perf is about to install
 * get the address of something that nobody touches.
 */
#include <linux/hw_breakpoint.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>

static u64 nobody __aligned(64);

static int divert(struct kprobe *probe, struct pt_regs *regs)
{
	struct perf_event *event = (struct perf_event *)regs_get_kernel_argument(regs, 0);

	counter_arch_bp(event)->address = (unsigned long)&nobody;
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "arch_install_hw_breakpoint",
	.pre_handler = divert,
};

static int __init kwt_deaf_init(void)
{
	return register_kprobe(&probe);
}
module_init(kwt_deaf_init);

static void __exit kwt_deaf_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(kwt_deaf_exit);

MODULE_DESCRIPTION("Lets no debug exception arrive");
MODULE_LICENSE("GPL");
