// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch: who touched this memory?
 *
 * The parameters, and the layers that the module is made of.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "arch/orc.h"
#include "base/module_list.h"
#include "read/buffers.h"
#include "read/code.h"
#include "watch/command.h"
#include "hit/cpu.h"
#include "read/event.h"
#include "user/device.h"
#include "user/debugfs.h"
#include "watch/follow.h"
#include "watch/process_follow.h"
#include "watch/until_free.h"
#include "read/name.h"
#include "watch/selftest.h"
#include "base/symbol.h"
#include "watch/deferred.h"
#include "hit/trace.h"
#include "watch/watch.h"

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

static int make_cpus(void)
{
	return kwatch_buffers_init(ring_kb);
}

static int make_trace(void)
{
	return kwatch_trace_init(kwatch_code_trace);
}

static int make_watches(void)
{
	return kwatch_watch_init(stack_depth);
}

static void remove_watches(void)
{
	kwatch_watch_end_all(NULL, KWATCH_GONE_REMOVED);
}

/*
 * Each uses those above it, so init goes forwards and exit backwards; exit undoes what
 * init did and what was done since.
 */
static const struct layer {
	const char *name;
	int (*init)(void);
	void (*exit)(void);
} layers[] = {
	{ "module list", kwatch_module_list_init },
	{ "symbols", kwatch_symbol_init },
	{ "symbol counts", kwatch_symbol_count_init },
	{ "architecture", kwatch_arch_init, kwatch_arch_exit },
	{ "unwinder", kwatch_orc_init, kwatch_orc_exit },
	{ "CPUs", make_cpus, kwatch_buffers_exit },
	{ "events", kwatch_event_init, kwatch_event_exit },
	{ "names", NULL, kwatch_name_exit },
	{ "modules", kwatch_code_init, kwatch_code_exit },
	{ "tracepoint", make_trace },
	{ "work", kwatch_deferred_init, kwatch_deferred_exit },
	{ "processes", NULL, kwatch_process_follow_exit },
	{ "frees", NULL, kwatch_until_free_exit },
	{ "watches", make_watches, kwatch_watch_exit },
	{ "hotplug", kwatch_follow_init, kwatch_follow_exit },
	{ "self-test", kwatch_selftest_run },
	{ "ksym", arm_ksym, remove_watches },
	{ "device", kwatch_device_create, kwatch_device_remove },
	{ "files", kwatch_files_create, kwatch_files_remove },
};

/* Undo the first @nr layers. */
static void undo(unsigned int nr)
{
	while (nr--)
		if (layers[nr].exit)
			layers[nr].exit();
}

static int __init kwatch_init(void)
{
	unsigned int i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(layers); i++) {
		ret = layers[i].init ? layers[i].init() : 0;
		if (ret) {
			pr_err("not loaded: %s (error %d)\n", layers[i].name, ret);
			undo(i);
			return ret;
		}
	}
	return 0;
}

static void __exit kwatch_exit(void)
{
	undo(ARRAY_SIZE(layers));
}

module_init(kwatch_init);
module_exit(kwatch_exit);

MODULE_AUTHOR("The kwatch developers");
MODULE_DESCRIPTION("Hardware watchpoints that tell who touched a piece of memory");
MODULE_LICENSE("GPL");
MODULE_VERSION(KWATCH_VERSION);
