// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_wake: stores 0xa1a2a3a4 at addr= as soon as the machine has woken, on the
 * CPU that slept last, while it runs alone and with interrupts off.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include <trace/events/power.h>

static unsigned long addr;
module_param(addr, ulong, 0444);
MODULE_PARM_DESC(addr, "of a word");

static void woken(void *data, const char *action, int val, bool start)
{
	if (start && !strcmp(action, "syscore_resume"))
		WRITE_ONCE(*(unsigned long *)addr, 0xa1a2a3a4);
}

static int __init kwt_wake_init(void)
{
	return register_trace_suspend_resume(woken, NULL);
}
module_init(kwt_wake_init);

static void __exit kwt_wake_exit(void)
{
	unregister_trace_suspend_resume(woken, NULL);
	tracepoint_synchronize_unregister();
}
module_exit(kwt_wake_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("kwatch tests: a store right after the machine has slept");
