/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kwview_a and kwview_b have in common: two modules that lie at the same
 * address one after the other.
 *
 * Each stores to the word at addr=, by KWVIEW(store), which the file that
 * includes this defines.  The two have other names and other instructions at
 * the same offsets, so a view that takes one for the other shows it.
 *
 *   init=N, exit=N    N stores while the module comes, goes
 *   parameters/store  write N: N stores
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>

static unsigned long addr;
module_param(addr, ulong, 0444);
MODULE_PARM_DESC(addr, "of the word");

static unsigned int init;
module_param(init, uint, 0444);
MODULE_PARM_DESC(init, "stores in init");

static unsigned int exit;
module_param(exit, uint, 0444);
MODULE_PARM_DESC(exit, "stores in exit");

static noinline void KWVIEW(store)(u64 *word);

static noinline void KWVIEW(stores)(unsigned int n)
{
	while (addr && n--)
		KWVIEW(store)((u64 *)addr);
}

static int KWVIEW(set)(const char *text, const struct kernel_param *param)
{
	unsigned int n;
	int ret = kstrtouint(text, 0, &n);

	if (!ret)
		KWVIEW(stores)(n);
	return ret;
}

static const struct kernel_param_ops KWVIEW(ops) = { .set = KWVIEW(set) };
module_param_cb(store, &KWVIEW(ops), NULL, 0200);
MODULE_PARM_DESC(store, "store so often");

/* In a hit's stack by name only until it is freed, when init is done. */
static int __init noinline KWVIEW(init)(void)
{
	KWVIEW(stores)(init);
	return 0;
}
#define EXPANDED(macro, name) macro(name)	/* these two want the name itself */
EXPANDED(module_init, KWVIEW(init));

static void __exit KWVIEW(exit)(void)
{
	KWVIEW(stores)(exit);
}
EXPANDED(module_exit, KWVIEW(exit));

MODULE_DESCRIPTION("Stores to a word; another module follows at its address");
MODULE_LICENSE("GPL");
