// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_late: a module whose init already stores to what a test watches.
 *
 * Five stores to kwt_late_word; with fail=1, init then fails.  The name has an
 * underscore because users also write "kwt-late", as for modprobe.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>

#define STORES	5

static bool fail;
module_param(fail, bool, 0444);
MODULE_PARM_DESC(fail, "let init fail after its stores");

extern u64 kwt_late_word;
u64 kwt_late_word __section(".data..kwt_late") __aligned(64);
EXPORT_SYMBOL_GPL(kwt_late_word); /* without KALLSYMS_ALL it has no name otherwise */

static noinline void kwt_late_store(u64 value)
{
	WRITE_ONCE(kwt_late_word, value);
}

static int __init kwt_late_init(void)
{
	unsigned int i;

	for (i = 1; i <= STORES; i++)
		kwt_late_store(i);
	return fail ? -ENODEV : 0;
}
module_init(kwt_late_init);

static void __exit kwt_late_exit(void)
{
}
module_exit(kwt_late_exit);

MODULE_DESCRIPTION("Stores to a variable while it is being loaded");
MODULE_LICENSE("GPL");
