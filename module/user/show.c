// SPDX-License-Identifier: GPL-2.0
/*
 * The state of things as text: what reading "ctl", "stats" and "summary" gives.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/math64.h>
#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "arch/arch.h"
#include "hit/cpu.h"
#include "watch/ended.h"
#include "base/pid.h"
#include "cover/process.h"
#include "watch/ignore.h"
#include "watch/list.h"
#include "watch/selftest.h"
#include "show.h"
#include "hit/summary.h"
#include "read/text.h"
#include "hit/unwind.h"
#include "watch/watch.h"

static const char * const state_names[] = {
	[KWATCH_STATE_ARMED] = "armed",
	[KWATCH_STATE_OFF] = "off",
	[KWATCH_STATE_PENDING] = "pending",
	[KWATCH_STATE_FAILED] = "failed",
};

static const char * const outcome_names[] = {
	[KWATCH_RECORDED] = "recorded",
	[KWATCH_FILTERED] = "filtered",
	[KWATCH_SUPPRESSED] = "suppressed",
};
static_assert(ARRAY_SIZE(outcome_names) == KWATCH_OUTCOMES);

static u64 hits(const struct kwatch_counts *counts)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < KWATCH_OUTCOMES; i++)
		sum += counts->nr[i];
	return sum;
}

/*
 * With numbers of processes as the reader has them.  Return: 0, or the first of those
 * that the reader's namespace does not have, which is printed as the initial one's.
 */
static s32 print_spec(char *text, const struct kwatch_spec *spec)
{
	struct kwatch_spec *mine = kmemdup(spec, sizeof(*spec), GFP_KERNEL);
	s32 foreign = 0;

	if (mine) {
		mine->pid = kwatch_pid_reader(spec->pid) ?: spec->pid;
		mine->task = kwatch_pid_reader(spec->task) ?: spec->task;
	}
	if (!mine || !kwatch_pid_reader(spec->pid))
		foreign = spec->pid;
	if (!foreign && (!mine || !kwatch_pid_reader(spec->task)))
		foreign = spec->task;
	kwatch_spec_print(text, KWATCH_SPEC_TEXT_MAX, mine ?: spec);
	kfree(mine);
	return foreign;
}

/* What follows the spec is at most KWATCH_SPEC_COMMENT_MAX bytes. */
static void show_watch(const struct kwatch_watch *watch, void *arg)
{
	struct kwatch_counts counts, sum = { };
	struct seq_file *m = arg;
	unsigned int cpu;
	s32 foreign;
	char *text;

	text = kmalloc(KWATCH_SPEC_TEXT_MAX, GFP_KERNEL);
	if (!text)
		return;
	foreign = print_spec(text, &watch->spec);
	for_each_possible_cpu(cpu) {
		kwatch_watch_counts(watch, cpu, &counts);
		kwatch_counts_add(&sum, &counts);
	}
	seq_printf(m, "%s  # id=%u state=%s hits=%llu", text, watch->id,
		   state_names[watch->state], hits(&sum));
	/* What was asked for is less than what hit. */
	if (sum.nr[KWATCH_RECORDED] != hits(&sum))
		seq_printf(m, " recorded=%llu", sum.nr[KWATCH_RECORDED]);
	if (watch->bps.nr_uncovered)
		seq_printf(m, " uncovered=%u", watch->bps.nr_uncovered);
	if (watch->plan.unchanged)
		seq_puts(m, " (with writes of the same value: this CPU has no read-only watch)");
	else if (watch->process && watch->spec.type != KWATCH_TYPE_X)
		seq_puts(m, kwatch_arch_sees_kernel ?
			 " (not what other processes write into it)" :
			 " (not what the kernel or other processes write into it)");
	if (foreign)
		seq_printf(m, " (%d is a number of the initial PID namespace)", foreign);
	seq_putc(m, '\n');
	kfree(text);
}

void kwatch_show_ctl(struct seq_file *m)
{
	kwatch_watch_each(show_watch, m);
	kwatch_ignore_show(m);
}

static void show_counts(struct seq_file *m, const char *prefix, unsigned int id,
			int cpu, const struct kwatch_counts *counts)
{
	unsigned int i;
	char name[40];

	if (cpu < 0)
		snprintf(name, sizeof(name), "%s%u", prefix, id);
	else
		snprintf(name, sizeof(name), "%s%u.cpu%d", prefix, id, cpu);
	seq_printf(m, "%s.hits: %llu\n", name, hits(counts));
	for (i = 0; i < KWATCH_OUTCOMES; i++)
		seq_printf(m, "%s.%s: %llu\n", name, outcome_names[i], counts->nr[i]);
}

struct stats {
	struct seq_file *m;
	struct stats_of_cpu {
		struct kwatch_counts counts;	/* sums of all watches */
		unsigned int slots;		/* armed */
	} *cpus;
	unsigned int process_slots;	/* of the process that has most */
	unsigned int watches;
};

/* How long the governor had the breakpoint off: hits of then are not counted. */
static void show_off(struct seq_file *m, const struct kwatch_watch *watch,
		     unsigned int cpu)
{
	const struct kwatch_budget *budget = per_cpu_ptr(watch->plan.budget, cpu);
	u64 off_ns = budget->past_off_ns;

	if (budget->off_ns)
		off_ns += ktime_get_mono_fast_ns() - budget->off_ns;
	if (off_ns)
		seq_printf(m, "watch%u.cpu%u.off_ns: %llu\n", watch->id, cpu, off_ns);
}

/* The slots that the watches of a process take; the kernel keeps them free on every CPU. */
static unsigned int slots_of_process(const struct kwatch_process *process)
{
	const struct kwatch_watch *watch;
	unsigned int nr = 0;

	list_for_each_entry(watch, &kwatch_watches, node)
		if (watch->state == KWATCH_STATE_ARMED && watch->process &&
		    watch->process->mm == process->mm)
			nr += watch->bps.nr;
	return nr;
}

/* One without a ring has hits of processes, which it suppresses. */
static bool may_have_hits(unsigned int cpu)
{
	return kwatch_cpu_get(cpu) || cpu_online(cpu);
}

/* A watch's own counters; add them to its CPUs' ones on the way. */
static void stats_watch(const struct kwatch_watch *watch, struct stats *stats)
{
	struct kwatch_counts counts, sum = { };
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		if (!may_have_hits(cpu))
			continue;
		kwatch_watch_counts(watch, cpu, &counts);
		show_counts(stats->m, "watch", watch->id, cpu, &counts);
		show_off(stats->m, watch, cpu);
		if (kwatch_cover_uncovered(&watch->bps, cpu))
			seq_printf(stats->m, "watch%u.cpu%u.uncovered: 1\n", watch->id, cpu);
		kwatch_counts_add(&stats->cpus[cpu].counts, &counts);
		kwatch_counts_add(&sum, &counts);
		if (watch->state == KWATCH_STATE_ARMED && !watch->process &&
		    (watch->bps.cpu < 0 || watch->bps.cpu == cpu))
			stats->cpus[cpu].slots += watch->bps.nr;
	}
	show_counts(stats->m, "watch", watch->id, -1, &sum);
	/* CPUs, or threads of the process. */
	seq_printf(stats->m, "watch%u.uncovered: %u\n", watch->id, watch->bps.nr_uncovered);
	seq_printf(stats->m, "watch%u.made_ns: %llu\n", watch->id, watch->made_ns);
	if (watch->process)
		stats->process_slots = max(stats->process_slots, slots_of_process(watch->process));
	stats->watches++;
}

static void stats_cpu(struct seq_file *m, unsigned int cpu,
		      struct kwatch_counts *counts)
{
	const struct kwatch_cpu *its = kwatch_cpu_get(cpu);
	struct kwatch_counts past;

	kwatch_watch_past(cpu, &past);
	kwatch_counts_add(counts, &past);
	show_counts(m, "cpu", cpu, -1, counts);
	if (!its)
		return;
	seq_printf(m, "cpu%u.overwritten: %llu\n", cpu, READ_ONCE(its->ring.overwritten));
	seq_printf(m, "cpu%u.stacks_by_kernel: %llu\n", cpu, READ_ONCE(its->by_kernel));
	seq_printf(m, "cpu%u.stacks_checked: %llu\n", cpu, READ_ONCE(its->checked));
}

void kwatch_show_stats(struct seq_file *m)
{
	struct stats stats = { .m = m };
	const struct kwatch_watch *watch;
	unsigned int cpu, used = 0, slots = kwatch_arch_slots(KWATCH_TYPE_W);

	stats.cpus = kcalloc(nr_cpu_ids, sizeof(*stats.cpus), GFP_KERNEL);
	if (!stats.cpus)
		return;

	seq_printf(m, "version: %s\n", KWATCH_VERSION);
	seq_printf(m, "abi: %u\n", KWATCH_ABI);
	if (kwatch_selftest.done)
		seq_printf(m, "selftest: ok, %llu ns a hit%s\n", kwatch_selftest.hit_ns,
			   kwatch_selftest.each ? "" :
			   ", an access to several watches is reported for one of them");
	else
		seq_puts(m, "selftest: not run, no slot was free\n");

	seq_printf(m, "unwinder: %s\n", kwatch_unwind_state());

	/* At one go: the hits of a watch that is removed move from it to its CPUs' past. */
	mutex_lock(&kwatch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node)
		stats_watch(watch, &stats);
	for_each_possible_cpu(cpu)
		if (may_have_hits(cpu))
			stats_cpu(m, cpu, &stats.cpus[cpu].counts);
	mutex_unlock(&kwatch_mutex);

	seq_printf(m, "watches: %u\n", stats.watches);
	seq_printf(m, "slots: %u\n", slots);
	/* On the fullest CPU: a watch on all CPUs needs one on each. */
	for_each_possible_cpu(cpu)
		used = max(used, stats.cpus[cpu].slots);
	used += stats.process_slots;
	seq_printf(m, "slots_used: %u\n", used);
	seq_printf(m, "slots_free: %u\n", slots - min(slots, used));
	kfree(stats.cpus);
}

static void summary_line(struct seq_file *m, const struct kwatch_summary *summary, u8 type,
			 const struct kwatch_summary_line *line, u64 total)
{
	const struct kwatch_summary_entry *e = line->entry;
	bool exact = !kwatch_arch_after(type);
	unsigned int i, nr_kernel = e->nr - e->nr_user;

	seq_printf(m, "%10llu %3llu%%  ", line->count,
		   div64_u64(line->count * 100, total ?: 1));
	kwatch_text_comm(m, e->task.comm, 0);
	seq_printf(m, "-%u  ", summary->by_task ? e->task.tgid : e->task.tid);
	kwatch_text_time(m, line->first_ns);
	seq_puts(m, " to ");
	kwatch_text_time(m, line->last_ns);
	seq_printf(m, "  cpus=%*pbl", 64, &line->cpus);
	if (type != KWATCH_TYPE_X)
		seq_printf(m, "  0x%llx -> 0x%llx", line->old_value, line->new_value);
	seq_putc(m, '\n');
	/* All hits of an entry are of one life of each module in it. */
	for (i = 0; i < nr_kernel; i++)
		kwatch_text_frame(m, e->ip[i], e->first_ns, exact && !i);
	if (e->nr_user)
		seq_puts(m, " => <user>\n");
	for (; i < e->nr; i++)
		seq_printf(m, " => 0x%llx\n", e->ip[i]);
}

/* Return: false if there was no room for it, or no memory. */
static bool show_summary(struct seq_file *m, const struct kwatch_summary *summary,
			 u8 type, u16 id, const char *label, const char *state)
{
	struct kwatch_summary_line *lines;
	unsigned int nr, i;
	u64 other, total;

	lines = kwatch_summary_merge(summary, &nr, &other);
	if (!lines) {
		seq_printf(m, "%s watch=%u: no memory to show it%s\n", label, id, state);
		return false;
	}
	total = other;
	for (i = 0; i < nr; i++)
		total += lines[i].count;

	seq_printf(m, "%s watch=%u: %llu hits, %u %s%s%s\n", label, id, total,
		   nr, summary->by_task ? "tasks and stacks" : "stacks",
		   nr ? ", most frequent first" : "", state);
	for (i = 0; i < nr; i++)
		summary_line(m, summary, type, &lines[i], total);
	if (other)
		seq_printf(m, "%10llu %3llu%%  other, the table of %u stacks a CPU being full\n",
			   other, div64_u64(other * 100, total), KWATCH_SUMMARY_ENTRIES);
	kvfree(lines);
	return !seq_has_overflowed(m);
}

static void summary_watch(const struct kwatch_watch *watch, void *arg)
{
	char label[KWATCH_SYMBOL_MAX + 48];

	if (!watch->plan.summary)
		return;
	kwatch_spec_label(label, sizeof(label), &watch->spec);
	show_summary(arg, watch->plan.summary, watch->plan.type, watch->id, label, "");
}

static bool summary_ended(const struct kwatch_summary *summary, void *arg)
{
	return show_summary(arg, summary, summary->ended.type, summary->ended.id,
			    summary->ended.label, " (ended)");
}

void kwatch_show_summary(struct seq_file *m)
{
	kwatch_ended_each(summary_ended, m);
	kwatch_watch_each(summary_watch, m);
}
