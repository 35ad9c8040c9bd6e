// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_both: one access that triggers two debug registers.  A CPU reports both in one
 * exception; QEMU reports one.
 *
 * perf reports each by perf_bp_event().  A hit at @at+8 tells which event watches
 * there; from then on a hit at @at is preceded by one of that event, in the same
 * exception and with the same registers.  For one CPU.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/ptrace.h>

static unsigned long at;
module_param(at, ulong, 0600);
MODULE_PARM_DESC(at, "the first of the two words");

static struct perf_event *second;
static void (*report)(struct perf_event *event, void *regs);

static int probed(struct kprobe *p, struct pt_regs *regs)
{
	struct perf_event *event = (void *)regs_get_kernel_argument(regs, 0);

	if (event->attr.bp_addr == at + 8)
		second = event;
	else if (event->attr.bp_addr == at && second)
		report(second, (void *)regs_get_kernel_argument(regs, 1));
	return 0;
}

static struct kprobe probe = {
	.symbol_name = "perf_bp_event",
	.pre_handler = probed,
};

static int __init kwt_both_init(void)
{
	int ret = register_kprobe(&probe);

	report = (void *)probe.addr;
	return ret;
}

static void __exit kwt_both_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(kwt_both_init);
module_exit(kwt_both_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kwatch's tests: an access that triggers two debug registers");
