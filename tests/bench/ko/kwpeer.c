// SPDX-License-Identifier: GPL-2.0
/*
 * What else a module could do at a hit: peers for the benchmark's table.
 *
 *	insmod kwpeer.ko addr=0x... mode=NAME
 *
 * empty:  nothing: the exception in and out, which nobody can go below
 * unwind: the kernel's unwinder, started from the registers of the trap
 * save:   stack_trace_save(), which starts in the handler
 * ftrace: a line and a stack into ftrace's ring
 * dump:   what the kernel's samples/hw_breakpoint does
 */
#include <linux/hw_breakpoint.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/stacktrace.h>

#include <asm/unwind.h>

#define FRAMES_MAX	64

static unsigned long addr;
module_param(addr, ulong, 0444);

static char *mode = "empty";
module_param(mode, charp, 0444);

static DEFINE_PER_CPU(unsigned long [FRAMES_MAX], frames);
static DEFINE_PER_CPU(unsigned int, nr_frames);
static struct perf_event * __percpu *event;

static void on_hit_empty(struct perf_event *bp, struct perf_sample_data *data,
			 struct pt_regs *regs)
{
}

static void on_hit_unwind(struct perf_event *bp, struct perf_sample_data *data,
			  struct pt_regs *regs)
{
	unsigned long *ips = *this_cpu_ptr(&frames);
	struct unwind_state state;
	unsigned int nr = 0;

	ips[nr++] = instruction_pointer(regs);
	for (unwind_start(&state, current, regs, NULL);
	     !unwind_done(&state) && nr < FRAMES_MAX; unwind_next_frame(&state)) {
		unsigned long ip = unwind_get_return_address(&state);

		if (!ip)
			break;
		ips[nr++] = ip;
	}
	this_cpu_write(nr_frames, nr);
}

static void on_hit_save(struct perf_event *bp, struct perf_sample_data *data,
			struct pt_regs *regs)
{
	this_cpu_write(nr_frames, stack_trace_save(*this_cpu_ptr(&frames), FRAMES_MAX, 0));
}

static void on_hit_ftrace(struct perf_event *bp, struct perf_sample_data *data,
			  struct pt_regs *regs)
{
	trace_puts("kwbench_word was written\n");
	trace_dump_stack(0);
}

static void on_hit_dump(struct perf_event *bp, struct perf_sample_data *data,
			struct pt_regs *regs)
{
	pr_info("kwbench_word was written\n");
	dump_stack();
}

static const struct {
	const char *name;
	perf_overflow_handler_t on_hit;
} modes[] = {
	{ "empty", on_hit_empty },
	{ "unwind", on_hit_unwind },
	{ "save", on_hit_save },
	{ "ftrace", on_hit_ftrace },
	{ "dump", on_hit_dump },
};

static int __init kwpeer_init(void)
{
	struct perf_event_attr attr;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++)
		if (!strcmp(mode, modes[i].name))
			break;
	if (i == ARRAY_SIZE(modes))
		return -EINVAL;

	hw_breakpoint_init(&attr);
	attr.bp_addr = addr;
	attr.bp_len = HW_BREAKPOINT_LEN_8;
	attr.bp_type = HW_BREAKPOINT_W;
	event = register_wide_hw_breakpoint(&attr, modes[i].on_hit, NULL);
	return PTR_ERR_OR_ZERO((void __force *)(unsigned long)event);
}
module_init(kwpeer_init);

static void __exit kwpeer_exit(void)
{
	unregister_wide_hw_breakpoint(event);
	pr_info("%s: %u frames\n", mode, per_cpu(nr_frames, 0));
}
module_exit(kwpeer_exit);

MODULE_DESCRIPTION("Other ways to note a hit, for kwatch's benchmark");
MODULE_LICENSE("GPL");
