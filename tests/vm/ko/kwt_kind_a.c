// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_kind_a: a variable, kwt_kind_var, to which its init stores once.  kwt_kind_b is
 * the same with a per-CPU variable; a test loads it by kwt_kind_a's name.
 */
#include <linux/module.h>
#include <linux/percpu.h>

#ifdef KWT_KIND_PERCPU
DECLARE_PER_CPU(u64, kwt_kind_var);
DEFINE_PER_CPU(u64, kwt_kind_var);
#define kwt_kind_store(value)	this_cpu_write(kwt_kind_var, value)
#else
extern u64 kwt_kind_var;
u64 kwt_kind_var __aligned(64) = 1; /* in .data */
#define kwt_kind_store(value)	WRITE_ONCE(kwt_kind_var, value)
#endif

static int __init kwt_kind_init(void)
{
	kwt_kind_store(2);
	return 0;
}
module_init(kwt_kind_init);

static void __exit kwt_kind_exit(void)
{
}
module_exit(kwt_kind_exit);

MODULE_DESCRIPTION("A variable of one kind or another");
MODULE_LICENSE("GPL");
