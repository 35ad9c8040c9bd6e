// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_hold: kwatch waits where it has found a process and places its probes.
 *
 *   held     how many of its calls of tracepoint_probe_register() have come so far
 *   hold=0   lets them go on; a signal does, too
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>

#include "kwt_divert.h"

static DECLARE_WAIT_QUEUE_HEAD(queue);

static bool hold = true;

static int set_hold(const char *value, const struct kernel_param *kp)
{
	int ret = param_set_bool(value, kp);

	wake_up_all(&queue);
	return ret;
}

static const struct kernel_param_ops hold_ops = { .set = set_hold, .get = param_get_bool };
module_param_cb(hold, &hold_ops, &hold, 0644);
MODULE_PARM_DESC(hold, "kwatch waits");

static atomic_t held = ATOMIC_INIT(0);

static int get_held(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%d\n", atomic_read(&held));
}

static const struct kernel_param_ops held_ops = { .get = get_held };
module_param_cb(held, &held_ops, NULL, 0444);
MODULE_PARM_DESC(held, "calls so far");

/* Jumped to in place of the function, which it calls in the end. */
static noinline notrace int kwt_hold_instead(struct tracepoint *tp, void *probe, void *data)
{
	int ret;

	atomic_inc(&held);
	wait_event_interruptible(queue, !READ_ONCE(hold));
	ret = tracepoint_probe_register(tp, probe, data);
	/* No jump to it, which would have kwatch for its caller again. */
	barrier();
	return ret;
}

static int divert(struct kprobe *kp, struct pt_regs *regs)
{
	if (!kwt_is_from_kwatch(regs, ""))
		return 0;
	instruction_pointer_set(regs, (unsigned long)kwt_hold_instead);
	return 1;
}

static struct kprobe probe = {
	.symbol_name = "tracepoint_probe_register",
	.pre_handler = divert,
	.post_handler = kwt_no_jump,
};

static int __init kwt_hold_init(void)
{
	return register_kprobe(&probe);
}
module_init(kwt_hold_init);

static void __exit kwt_hold_exit(void)
{
	unregister_kprobe(&probe);
}
module_exit(kwt_hold_exit);

MODULE_DESCRIPTION("Holds kwatch where it places its probes of processes");
MODULE_LICENSE("GPL");
