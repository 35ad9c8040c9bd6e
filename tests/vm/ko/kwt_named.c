// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_named: another module; a test gives its file, and itself, the name kwatch.
 */
#include <linux/module.h>

static int __init kwt_named_init(void)
{
	return 0;
}
module_init(kwt_named_init);

static void __exit kwt_named_exit(void)
{
}
module_exit(kwt_named_exit);

MODULE_DESCRIPTION("Has kwatch's name in a test");
MODULE_LICENSE("GPL");
