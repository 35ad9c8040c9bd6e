// SPDX-License-Identifier: GPL-2.0
/*
 * Records as text: the only place that turns an address into a name.
 *
 * A hit's first line is that of ftrace's "trace" file, its frames those of
 * ftrace's stack traces.  tools/ prints the same from the binary records; a
 * test compares the two.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/ktime.h>

#include "arch/arch.h"
#include "name.h"
#include "text.h"

#define LABEL_MAX	(KWATCH_SYMBOL_MAX + 48)

struct parts {
	const struct kwatch_task *task;
	const struct kwatch_stack *kstack;
	const struct kwatch_stack *ustack;
};

static const void *stack_end(const struct kwatch_stack *stack)
{
	return &stack->ip[stack->nr];
}

/* Find the variable parts that start at @at. */
static struct parts find_parts(const struct kwatch_record *record, const void *at)
{
	struct parts parts = { };

	if (record->parts & KWATCH_PART_TASK) {
		parts.task = at;
		at = parts.task + 1;
	}
	if (record->parts & KWATCH_PART_KSTACK) {
		parts.kstack = at;
		at = stack_end(parts.kstack);
	}
	if (record->parts & KWATCH_PART_USTACK)
		parts.ustack = at;
	return parts;
}

static void show_time(struct seq_file *m, u64 time_ns)
{
	u32 ns;
	u64 s = div_u64_rem(time_ns, NSEC_PER_SEC, &ns);

	seq_printf(m, "%5llu.%06u", s, ns / 1000);
}

static void show_task(struct seq_file *m, const struct kwatch_task *task)
{
	seq_printf(m, "%16.16s-%-7u", task ? task->comm : "<...>",
		   task ? task->tid : 0);
}

/* As ftrace's latency format, and whether user code it was. */
static void show_flags(struct seq_file *m, u16 flags)
{
	unsigned int depth = flags & KWATCH_FLAG_PREEMPT_MASK;
	char context = '.';

	if (flags & KWATCH_FLAG_NMI)
		context = 'z';
	else if (flags & KWATCH_FLAG_HARDIRQ)
		context = flags & KWATCH_FLAG_SOFTIRQ ? 'H' : 'h';
	else if (flags & KWATCH_FLAG_SOFTIRQ)
		context = 's';

	seq_printf(m, "%c%c%c%c%c",
		   flags & KWATCH_FLAG_IRQS_OFF ? 'd' : '.',
		   flags & KWATCH_FLAG_NEED_RESCHED ? 'N' : '.',
		   context,
		   depth ? hex_asc_lo(depth) : '.',
		   flags & KWATCH_FLAG_USER ? 'u' : '.');
}

static void show_value(struct seq_file *m, u64 value, bool unknown)
{
	if (unknown)
		seq_putc(m, '?');
	else
		seq_printf(m, "0x%llx", value);
}

/* @exact: the first frame is the instruction itself, not one behind it. */
static void show_kstack(struct seq_file *m, const struct kwatch_stack *stack,
			bool exact)
{
	unsigned int i;

	for (i = 0; i < stack->nr; i++)
		if (!i && exact)
			seq_printf(m, " => %pS\n", (void *)(unsigned long)stack->ip[i]);
		else
			seq_printf(m, " => %pB\n", (void *)(unsigned long)stack->ip[i]);
	if (stack->flags & KWATCH_STACK_BROKEN)
		seq_puts(m, " => <the unwinder lost its way here>\n");
}

static void show_ustack(struct seq_file *m, const struct kwatch_stack *stack)
{
	unsigned int i;

	seq_puts(m, " => <user>\n");
	for (i = 0; i < stack->nr; i++)
		seq_printf(m, " => 0x%llx\n", stack->ip[i]);
}

static void show_hit(struct seq_file *m, const struct kwatch_record *record)
{
	const struct kwatch_hit *hit = (const struct kwatch_hit *)record;
	struct parts parts = find_parts(record, hit + 1);
	char label[LABEL_MAX];
	bool exec;

	kwatch_name_label(record->watch, label, sizeof(label));
	exec = label[0] == 'x';

	show_task(m, parts.task);
	seq_printf(m, " [%03u] ", hit->cpu);
	show_flags(m, record->flags);
	seq_putc(m, ' ');
	show_time(m, record->time_ns);
	seq_printf(m, ": %s:", label);
	if (!exec) {
		seq_putc(m, ' ');
		show_value(m, hit->old_value, record->flags & KWATCH_FLAG_OLD_UNKNOWN);
		seq_puts(m, " -> ");
		show_value(m, hit->new_value, record->flags & KWATCH_FLAG_NEW_UNKNOWN);
	}
	seq_printf(m, " watch=%u seq=%llu\n", record->watch, hit->seq);

	if (parts.kstack)
		show_kstack(m, parts.kstack, !kwatch_arch_after(exec ? KWATCH_TYPE_X :
								       KWATCH_TYPE_W));
	if (parts.ustack)
		show_ustack(m, parts.ustack);
}

static void show_lost(struct seq_file *m, const struct kwatch_record *record)
{
	const struct kwatch_lost *lost = (const struct kwatch_lost *)record;

	if (lost->cpu < nr_cpu_ids)
		seq_printf(m, "# CPU %u: ", lost->cpu);
	else
		seq_puts(m, "# events: ");
	seq_printf(m, "%llu records overwritten between ", lost->count);
	show_time(m, lost->from_ns);
	seq_puts(m, " and ");
	show_time(m, record->time_ns);
	seq_putc(m, '\n');
}

static void show_gone(struct seq_file *m, const struct kwatch_record *record)
{
	static const char * const why[] = {
		[KWATCH_GONE_MODULE] = "its module was unloaded",
		[KWATCH_GONE_LIMIT] = "its limit was reached",
		[KWATCH_GONE_FREED] = "its object was freed",
		[KWATCH_GONE_TASK] = "its task ended",
		[KWATCH_GONE_LOOP] = "the same access trapped again and again",
	};
	const struct kwatch_gone *gone = (const struct kwatch_gone *)record;
	char label[LABEL_MAX];

	kwatch_name_label(record->watch, label, sizeof(label));
	seq_puts(m, "# ");
	show_time(m, record->time_ns);
	seq_printf(m, ": %s ended: %s watch=%u\n", label,
		   gone->why < ARRAY_SIZE(why) && why[gone->why] ? why[gone->why] : "?",
		   record->watch);
}

void kwatch_text_show(struct seq_file *m, const struct kwatch_record *record)
{
	switch (record->type) {
	case KWATCH_RECORD_HIT:
		show_hit(m, record);
		break;
	case KWATCH_RECORD_LOST:
		show_lost(m, record);
		break;
	case KWATCH_RECORD_GONE:
		show_gone(m, record);
		break;
	}
}
