// SPDX-License-Identifier: GPL-2.0
/*
 * Records as text.
 *
 * A hit's first line is that of ftrace's "trace" file, its frames those of
 * ftrace's stack traces.  tools/ prints the same from the binary records; a
 * test compares the two.
 */
#include <linux/errno.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "arch/arch.h"
#include "code.h"
#include "hit/cpu.h"
#include "hit/dedup.h"
#include "language/label.h"
#include "name.h"
#include "language/printable.h"
#include "text.h"
#include "wording.h"

#define LABEL_MAX	(KWATCH_SYMBOL_MAX + 48)

struct parts {
	const struct kwatch_task *task;
	const struct kwatch_stack *kstack;
	const struct kwatch_stack *ustack;
	const struct kwatch_regs *regs;
	const struct kwatch_where *where;
};

static const void *stack_end(const struct kwatch_stack *stack)
{
	return &stack->ip[stack->nr];
}

/**
 * struct kwatch_text_stacks - stacks as they were shown
 * @stack: by a hash of what follows
 * @stack.number: struct kwatch_hit.stack
 * @stack.cpu:  of that number
 * @stack.exec: an x watch's, where the first frame reads otherwise
 * @stack.len:  of @stack.text
 * @stack.text: NULL where there is none
 */
struct kwatch_text_stacks {
	struct stack_text {
		u32	number;
		u16	cpu;
		bool	exec;
		size_t	len;
		char	*text;
	} stack[256];
};

/* Find the variable parts that start at @at. */
static struct parts find_parts(u8 bits, const void *at)
{
	struct parts parts = { };

	if (bits & KWATCH_PART_TASK) {
		parts.task = at;
		at = parts.task + 1;
	}
	if (bits & KWATCH_PART_KSTACK) {
		parts.kstack = at;
		at = stack_end(parts.kstack);
	}
	if (bits & KWATCH_PART_USTACK) {
		parts.ustack = at;
		at = stack_end(parts.ustack);
	}
	if (bits & KWATCH_PART_REGS) {
		parts.regs = at;
		at = &parts.regs->reg[parts.regs->nr];
	}
	if (bits & KWATCH_PART_UCOPY) {
		/* For programs. */
		const struct kwatch_ucopy *copy = at;

		at = (const void *)&copy->reg[copy->nr] + copy->size;
	}
	if (bits & KWATCH_PART_WHERE)
		parts.where = at;
	return parts;
}

void kwatch_text_time(struct seq_file *m, u64 time_ns)
{
	u32 ns;
	u64 s = div_u64_rem(time_ns, NSEC_PER_SEC, &ns);

	seq_printf(m, "%5llu.%06u", s, ns / 1000);
}

/* @text: KWATCH_COMM_MAX + 1 bytes; what no terminal may see becomes a dot. */
static const char *printable_comm(char *text, const char *comm)
{
	unsigned int i = 0, len;

	while (i < KWATCH_COMM_MAX && comm[i]) {
		len = kwatch_printable(comm + i, strnlen(comm + i, KWATCH_COMM_MAX - i));
		memcpy(text + i, len ? comm + i : ".", len ?: 1);
		i += len ?: 1;
	}
	text[i] = '\0';
	return text;
}

void kwatch_text_comm(struct seq_file *m, const char *comm, int width)
{
	char text[KWATCH_COMM_MAX + 1];

	seq_printf(m, "%*s", width, printable_comm(text, comm));
}

static void show_task(struct seq_file *m, const struct kwatch_task *task)
{
	kwatch_text_comm(m, task ? task->comm : KWATCH_WORDS_UNKNOWN_COMM, 16);
	seq_printf(m, "-%-7u", task ? task->tid : 0);
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

void kwatch_text_frame(struct seq_file *m, u64 ip, u64 time_ns, bool exact)
{
	char name[KWATCH_CODE_NAME_MAX];

	kwatch_code_name(name, ip, time_ns, exact);
	seq_printf(m, " => %s\n", name);
}

/*
 * Is the second entry a link register that says nothing?  It lies in the
 * function that trapped, which has called others, or is on the stack as well.
 * Return: 1, its index, or 0.
 */
static unsigned int stale_link(const struct kwatch_stack *stack, u64 time_ns)
{
	unsigned long offset, size, ip = stack->ip[0];
	char text[KWATCH_CODE_NAME_MAX], *plus;

	if (!(stack->flags & KWATCH_STACK_LR) || stack->nr < 2)
		return 0;
	if (stack->nr > 2 && stack->ip[1] == stack->ip[2])
		return 1;
	kwatch_code_name(text, ip, time_ns, true);
	plus = strrchr(text, '+');
	if (!plus || sscanf(plus, "+0x%lx/0x%lx", &offset, &size) != 2)
		return 0;
	/* A call may be the last instruction of a function. */
	return stack->ip[1] - 1 - (ip - offset) < size;
}

/* @exact: the first frame is the instruction itself, not one behind it. */
static void show_kstack(struct seq_file *m, const struct kwatch_stack *stack,
			u64 time_ns, bool exact)
{
	unsigned int i, stale = stale_link(stack, time_ns);

	for (i = 0; i < stack->nr; i++)
		if (!i || i != stale)
			kwatch_text_frame(m, stack->ip[i], time_ns, exact && !i);
	if (stack->flags & KWATCH_STACK_BROKEN)
		seq_puts(m, KWATCH_WORDS_STACK_BROKEN);
}

static void show_ustack(struct seq_file *m, const struct kwatch_stack *stack)
{
	unsigned int i;

	seq_puts(m, KWATCH_WORDS_USER);
	for (i = 0; i < stack->nr; i++)
		seq_printf(m, " => 0x%llx\n", stack->ip[i]);
	if (stack->flags & KWATCH_STACK_32BIT)
		seq_puts(m, KWATCH_WORDS_STACK_32BIT);
}

static void show_regs(struct seq_file *m, const struct kwatch_regs *regs)
{
	unsigned int i;

	/* What comes behind those with names is the kernel's own. */
	for (i = 0; i < regs->nr && kwatch_arch_reg_name(i); i++)
		seq_printf(m, "%s%s=0x%llx", i % 6 ? " " : i ? "\n    " : "    ",
			   kwatch_arch_reg_name(i), regs->reg[i]);
	seq_putc(m, '\n');
}

/* What a hit has itself, and what it refers to. */
static struct parts hit_parts(const struct kwatch_hit *hit)
{
	struct parts parts = find_parts(hit->rec.parts, hit + 1), stacks;
	const struct kwatch_dedup *known;
	const struct kwatch_dedup_stack *stack;

	if (!hit->task && !hit->stack)
		return parts;
	known = kwatch_cpu_get(hit->cpu)->known;
	if (hit->task)
		parts.task = kwatch_dedup_task(known, hit->task);
	if (hit->stack) {
		stack = kwatch_dedup_stack(known, hit->stack);
		stacks = find_parts(stack->parts, stack->word);
		parts.kstack = stacks.kstack;
		parts.ustack = stacks.ustack;
	}
	return parts;
}

static void show_stacks(struct seq_file *m, const struct parts *parts, u64 time_ns,
			bool exec)
{
	if (parts->kstack)
		show_kstack(m, parts->kstack, time_ns, !kwatch_arch_after(exec ? KWATCH_TYPE_X :
									KWATCH_TYPE_W));
	if (parts->ustack)
		show_ustack(m, parts->ustack);
}

/* The same, from the last time if there was one. */
static void show_known_stack(struct seq_file *m, struct kwatch_text_stacks *stacks,
			     const struct kwatch_hit *hit, const struct parts *parts,
			     bool exec)
{
	u32 slot = (hit->stack * 2 + exec + hit->cpu * 37) % ARRAY_SIZE(stacks->stack);
	struct stack_text *text = &stacks->stack[slot];
	size_t before = m->count;

	if (text->text && text->number == hit->stack && text->cpu == hit->cpu &&
	    text->exec == exec) {
		seq_write(m, text->text, text->len);
		return;
	}
	show_stacks(m, parts, hit->rec.time_ns, exec);
	if (seq_has_overflowed(m))
		return;
	kfree(text->text);
	text->len = m->count - before;
	text->text = kmemdup(m->buf + before, text->len, GFP_KERNEL);
	text->number = hit->stack;
	text->cpu = hit->cpu;
	text->exec = exec;
}

/* @label with the offset of the bytes that were touched; in @buf unless that is all of them. */
static const char *label_at(char *buf, const char *label, const struct kwatch_where *where)
{
	if (!where)
		return label;
	kwatch_label_at(buf, LABEL_MAX, label, where->offset);
	return buf;
}

static void show_values(struct seq_file *m, const struct kwatch_record *record, u64 old, u64 new)
{
	seq_puts(m, ": ");
	show_value(m, old, record->flags & KWATCH_FLAG_OLD_UNKNOWN);
	seq_puts(m, " -> ");
	show_value(m, new, record->flags & KWATCH_FLAG_NEW_UNKNOWN);
}

static void show_hit(struct seq_file *m, const struct kwatch_record *record,
		     const char *label, struct kwatch_text_stacks *stacks)
{
	const struct kwatch_hit *hit = (const struct kwatch_hit *)record;
	struct parts parts = hit_parts(hit);
	bool exec = label[0] == 'x';
	char buf[LABEL_MAX];

	show_task(m, parts.task);
	seq_printf(m, " [%03u] ", hit->cpu);
	show_flags(m, record->flags);
	seq_putc(m, ' ');
	kwatch_text_time(m, record->time_ns);
	seq_printf(m, ": %s", label_at(buf, label, parts.where));
	if (exec)
		seq_putc(m, ':');
	else
		show_values(m, record, hit->old_value, hit->new_value);
	seq_printf(m, " watch=%u seq=%llu", record->watch, hit->seq);
	if (kwatch_name_note(record->watch, buf, sizeof(buf)))
		seq_printf(m, KWATCH_WORDS_NOTE, buf);
	seq_putc(m, '\n');

	if (stacks && hit->stack)
		show_known_stack(m, stacks, hit, &parts, exec);
	else
		show_stacks(m, &parts, record->time_ns, exec);
	if (parts.regs)
		show_regs(m, parts.regs);
}

static const char *plural(u64 n)
{
	return n == 1 ? "" : "s";
}

/* A time as two arguments of a format of wording.h. */
struct when {
	u64	s;
	u64	us;
};

static struct when when(u64 time_ns)
{
	struct when w;
	u32 ns;

	w.s = div_u64_rem(time_ns, NSEC_PER_SEC, &ns);
	w.us = ns / 1000;
	return w;
}

static void show_lost(struct seq_file *m, const struct kwatch_record *record)
{
	const struct kwatch_lost *lost = (const struct kwatch_lost *)record;
	struct when from = when(lost->from_ns), to = when(record->time_ns);

	if (lost->cpu == KWATCH_CPU_NONE)
		seq_puts(m, KWATCH_WORDS_EVENTS);
	else
		seq_printf(m, KWATCH_WORDS_CPU, lost->cpu);
	seq_printf(m, KWATCH_WORDS_LOST, lost->count, plural(lost->count),
		   from.s, from.us, to.s, to.us);
}

static void show_gap(struct seq_file *m, const struct kwatch_record *record,
		     const char *label)
{
	const struct kwatch_gap *gap = (const struct kwatch_gap *)record;
	struct when from = when(gap->from_ns), to = when(record->time_ns);

	if (gap->cpu == KWATCH_CPU_NONE)
		seq_puts(m, KWATCH_WORDS_CPUS);
	else
		seq_printf(m, KWATCH_WORDS_CPU, gap->cpu);
	seq_printf(m, gap->off ? KWATCH_WORDS_GAP_OFF : KWATCH_WORDS_GAP, label,
		   gap->count, plural(gap->count), from.s, from.us, to.s, to.us,
		   record->watch);
}

static void show_cover(struct seq_file *m, const struct kwatch_record *record,
		       const char *label)
{
	const struct kwatch_cover *cover = (const struct kwatch_cover *)record;
	struct when from = when(cover->from_ns), to = when(record->time_ns);
	char comm[KWATCH_COMM_MAX + 1];

	if (cover->cpu != KWATCH_CPU_NONE)
		seq_printf(m, KWATCH_WORDS_CPU, cover->cpu);
	else if (cover->task.tid)
		seq_printf(m, KWATCH_WORDS_THREAD, printable_comm(comm, cover->task.comm),
			   cover->task.tid);
	else
		seq_printf(m, KWATCH_WORDS_THREADS, cover->count, plural(cover->count));
	if (cover->what == KWATCH_COVER_LOST)
		seq_printf(m, KWATCH_WORDS_COVER_LOST, label, from.s, from.us);
	else
		seq_printf(m, cover->what == KWATCH_COVER_AGAIN ? KWATCH_WORDS_COVER_AGAIN :
								  KWATCH_WORDS_COVER_OVER,
			   label, from.s, from.us, to.s, to.us);
	seq_printf(m, KWATCH_WORDS_COVER_WHY, KWATCH_WORDS_COVER_ERROR(cover->error),
		   record->watch);
}

static void show_unseen(struct seq_file *m, const struct kwatch_record *record,
			const char *label)
{
	const struct kwatch_unseen *unseen = (const struct kwatch_unseen *)record;
	struct when from = when(unseen->from_ns), to = when(record->time_ns);
	struct parts parts = find_parts(record->parts, unseen + 1);
	char buf[LABEL_MAX], comm[KWATCH_COMM_MAX + 1];

	seq_printf(m, "# %s", label_at(buf, label, parts.where));
	seq_printf(m, unseen->copy ? KWATCH_WORDS_UNSEEN_COPY : KWATCH_WORDS_UNSEEN,
		   from.s, from.us, to.s, to.us, unseen->cpu);
	if (parts.task)
		seq_printf(m, KWATCH_WORDS_UNSEEN_ENDING,
			   printable_comm(comm, parts.task->comm), parts.task->tid);
	seq_printf(m, ": 0x%llx -> 0x%llx watch=%u\n", unseen->old_value,
		   unseen->new_value, record->watch);
}

static void show_gone(struct seq_file *m, const struct kwatch_record *record,
		      const char *label)
{
	static const char * const why[] = KWATCH_WORDS_GONE_WHY;
	const struct kwatch_gone *gone = (const struct kwatch_gone *)record;
	struct parts parts = find_parts(record->parts, gone + 1);
	bool between = gone->flags & KWATCH_GONE_BETWEEN;
	struct when from = when(gone->from_ns), to = when(record->time_ns);
	struct when at = gone->from_ns && !between ? from : to;
	bool ended = record->type == KWATCH_RECORD_GONE;

	seq_printf(m, ended ? KWATCH_WORDS_GONE : KWATCH_WORDS_FREED, at.s, at.us, label,
		   why[gone->why < ARRAY_SIZE(why) ? gone->why : 0]);
	if (between)
		seq_printf(m, KWATCH_WORDS_GONE_BETWEEN, from.s, from.us, to.s, to.us);
	if (parts.task) {
		seq_puts(m, KWATCH_WORDS_GONE_BY);
		kwatch_text_comm(m, parts.task->comm, 0);
		seq_printf(m, "-%u", parts.task->tid);
	}
	if (!ended)
		seq_puts(m, KWATCH_WORDS_FREED_ON);
	seq_printf(m, " watch=%u\n", record->watch);
	if (parts.kstack)
		show_kstack(m, parts.kstack, record->time_ns, false);
	if (parts.ustack)
		show_ustack(m, parts.ustack);
}

static void show_also(struct seq_file *m, const struct kwatch_record *record,
		      const char *label)
{
	const struct kwatch_also *also = (const struct kwatch_also *)record;
	char buf[LABEL_MAX];

	seq_printf(m, KWATCH_WORDS_ALSO "%s", label_at(buf, label, &also->where));
	show_values(m, record, also->old_value, also->new_value);
	seq_printf(m, KWATCH_WORDS_ALSO_OF, record->watch, also->seq);
}

void kwatch_text_show(struct seq_file *m, const struct kwatch_record *record,
		      struct kwatch_text_stacks *stacks)
{
	char label[LABEL_MAX];

	kwatch_name_label(record->watch, label, sizeof(label));
	switch (record->type) {
	case KWATCH_RECORD_HIT:
		show_hit(m, record, label, stacks);
		break;
	case KWATCH_RECORD_LOST:
		show_lost(m, record);
		break;
	case KWATCH_RECORD_GAP:
		show_gap(m, record, label);
		break;
	case KWATCH_RECORD_COVER:
		show_cover(m, record, label);
		break;
	case KWATCH_RECORD_UNSEEN:
		show_unseen(m, record, label);
		break;
	case KWATCH_RECORD_ALSO:
		show_also(m, record, label);
		break;
	case KWATCH_RECORD_GONE:
	case KWATCH_RECORD_FREED:
		show_gone(m, record, label);
		break;
	}
}

struct kwatch_text_stacks *kwatch_text_stacks_create(void)
{
	return kzalloc(sizeof(struct kwatch_text_stacks), GFP_KERNEL);
}

void kwatch_text_stacks_free(struct kwatch_text_stacks *stacks)
{
	unsigned int i;

	for (i = 0; stacks && i < ARRAY_SIZE(stacks->stack); i++)
		kfree(stacks->stack[i].text);
	kfree(stacks);
}

void kwatch_text_log(u16 id, const u64 *ip, unsigned int nr, bool exact)
{
	char name[KWATCH_CODE_NAME_MAX];
	unsigned int i;

	pr_warn("watch %u was hit:\n", id);
	for (i = 0; i < nr; i++) {
		kwatch_code_name(name, ip[i], ktime_get_mono_fast_ns(), exact && !i);
		pr_warn(" => %s\n", name);
	}
}
