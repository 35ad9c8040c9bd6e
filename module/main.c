// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch: who touched this memory?
 *
 * Init in order, exit in reverse, nothing else.
 */
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "arch/orc.h"
#include "command.h"
#include "cpu.h"
#include "event.h"
#include "device.h"
#include "files.h"
#include "follow.h"
#include "name.h"
#include "process.h"
#include "selftest.h"
#include "symbol.h"
#include "tend.h"
#include "watch.h"

static char *ksym;
module_param(ksym, charp, 0444);
MODULE_PARM_DESC(ksym, "a symbol to watch from the start, as in \"w8 KSYM\"");

static char *type = "w8";
module_param(type, charp, 0444);
MODULE_PARM_DESC(type, "how ksym is watched: w8, rw4, x, ... (default w8)");

static unsigned int ring_kb = 512;
module_param(ring_kb, uint, 0444);
MODULE_PARM_DESC(ring_kb, "size of each CPU's ring in KiB, rounded up to a power of two (default 512)");

static unsigned int stack_depth = 32;
module_param(stack_depth, uint, 0444);
MODULE_PARM_DESC(stack_depth, "frames recorded unless stack= says otherwise, 0 to 64 (default 32)");

/* ksym= and type=, as a line of the command language. */
static int arm_ksym(void)
{
	struct kwatch_answer *answer;
	char *line;
	int ret = -ENOMEM;

	if (!ksym)
		return 0;
	line = kasprintf(GFP_KERNEL, "%s %s", type, ksym);
	answer = kmalloc(sizeof(*answer), GFP_KERNEL);
	if (line && answer) {
		ret = kwatch_command(line, strlen(line), NULL, answer);
		/* There is no error_log yet that could explain it. */
		if (ret)
			pr_err("ksym=%s: %s\n", ksym, answer->why);
	}
	kfree(answer);
	kfree(line);
	return ret;
}

static int __init kwatch_init(void)
{
	int ret;

	kwatch_symbol_init();
	ret = kwatch_arch_init();
	if (ret)
		goto err_arch;
	ret = kwatch_orc_init();
	if (ret)
		goto err_orc;
	ret = kwatch_cpu_init(ring_kb);
	if (ret)
		goto err_cpu;
	ret = kwatch_event_init();
	if (ret)
		goto err_event;
	ret = kwatch_tend_init();
	if (ret)
		goto err_tend;
	ret = kwatch_watch_init(stack_depth);
	if (ret)
		goto err_watch;
	ret = kwatch_follow_init();
	if (ret)
		goto err_follow;
	ret = kwatch_selftest_run();
	if (ret)
		goto err_selftest;
	ret = arm_ksym();
	if (ret)
		goto err_ksym;
	ret = kwatch_files_create();
	if (ret)
		goto err_files;
	ret = kwatch_device_create();
	if (ret)
		goto err_device;
	return 0;

err_device:
	kwatch_files_remove();
err_files:
	kwatch_watch_end_all(NULL, KWATCH_GONE_REMOVED);
err_ksym:
err_selftest:
	kwatch_follow_exit();
err_follow:
	kwatch_cpu_quiet();
	kwatch_watch_exit();
	kwatch_name_exit();
err_watch:
	kwatch_tend_stop();
err_tend:
	kwatch_event_exit();
err_event:
	kwatch_cpu_exit();
err_cpu:
	kwatch_orc_exit();
err_orc:
	kwatch_arch_exit();
err_arch:
	return ret;
}

static void __exit kwatch_exit(void)
{
	kwatch_device_remove();
	kwatch_files_remove();
	/* No command can come, and no reader is left: each held the module. */
	kwatch_watch_end_all(NULL, KWATCH_GONE_REMOVED);
	/* No breakpoint is left, so nothing writes to a ring; nor is one to come. */
	kwatch_process_exit();
	kwatch_follow_exit();
	/* No CPU or module event comes any more. */
	kwatch_cpu_quiet();
	/* No irq_work is left that would queue the work of tend.c. */
	kwatch_tend_stop();
	kwatch_watch_exit();
	kwatch_name_exit();
	kwatch_event_exit();
	kwatch_cpu_exit();
	kwatch_orc_exit();
	kwatch_arch_exit();
}

module_init(kwatch_init);
module_exit(kwatch_exit);

MODULE_AUTHOR("The kwatch developers");
MODULE_DESCRIPTION("Hardware watchpoints that tell who touched a piece of memory");
MODULE_LICENSE("GPL");
MODULE_VERSION(KWATCH_VERSION);
