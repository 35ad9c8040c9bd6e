// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_fail: functions of the kernel fail, for kwatch and nobody else.
 *
 *   call=FUNCTION,...  called by a function of kwatch with FROM in its name, these
 *                      do nothing and return RET; names that this kernel lacks are
 *                      passed over
 *   from=FROM          (any)
 *   ret=N              (-ENOMEM)
 *   failed             how often they did
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

#include "kwt_divert.h"

#define CALLS_MAX	4

static char *call[CALLS_MAX];
static int nr_calls;
module_param_array(call, charp, &nr_calls, 0444);
MODULE_PARM_DESC(call, "functions that fail");

static char *from = "";
module_param(from, charp, 0444);
MODULE_PARM_DESC(from, "part of the name of the function that calls them");

static long ret = -ENOMEM;
module_param(ret, long, 0444);
MODULE_PARM_DESC(ret, "what they return");

static unsigned int failed;
module_param(failed, uint, 0444);
MODULE_PARM_DESC(failed, "how often they failed");

static struct kprobe probe[CALLS_MAX];

/* Jumped to in place of the function: it has its caller's return address. */
static noinline notrace long kwt_fail_instead(void)
{
	return ret;
}

static int fail(struct kprobe *kp, struct pt_regs *regs)
{
	if (!kwt_is_from_kwatch(regs, from))
		return 0;
	failed++;
	instruction_pointer_set(regs, (unsigned long)kwt_fail_instead);
	return 1;
}

static int __init kwt_fail_init(void)
{
	int i, nr = 0;

	for (i = 0; i < nr_calls; i++) {
		probe[i].symbol_name = call[i];
		probe[i].pre_handler = fail;
		probe[i].post_handler = kwt_no_jump;
		if (register_kprobe(&probe[i]))
			probe[i].pre_handler = NULL;
		else
			nr++;
	}
	return nr ? 0 : -ENOENT;
}
module_init(kwt_fail_init);

static void __exit kwt_fail_exit(void)
{
	int i;

	for (i = 0; i < nr_calls; i++)
		if (probe[i].pre_handler)
			unregister_kprobe(&probe[i]);
}
module_exit(kwt_fail_exit);

MODULE_DESCRIPTION("Lets what kwatch calls fail");
MODULE_LICENSE("GPL");
