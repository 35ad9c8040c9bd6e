// SPDX-License-Identifier: GPL-2.0
/*
 * kwt_taken: a module that has kwatch's names: the folder of debugfs, and the trace
 * system.
 */
#include <linux/debugfs.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "kwt_taken_event.h"

extern u32 kwt_taken_word;
u32 kwt_taken_word;
EXPORT_SYMBOL_GPL(kwt_taken_word); /* without KALLSYMS_ALL it has no name otherwise */

static struct dentry *folder;

static int __init kwt_taken_init(void)
{
	folder = debugfs_create_dir("kwatch", NULL);
	debugfs_create_u32("ctl", 0600, folder, &kwt_taken_word);
	trace_kwt_taken(0);
	return 0;
}
module_init(kwt_taken_init);

static void __exit kwt_taken_exit(void)
{
	debugfs_remove_recursive(folder);
}
module_exit(kwt_taken_exit);

MODULE_DESCRIPTION("Takes kwatch's names");
MODULE_LICENSE("GPL");
