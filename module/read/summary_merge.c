// SPDX-License-Identifier: GPL-2.0
/*
 * A summary's memory, and all CPUs' tables put together for a reader.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "hit/decide.h"
#include "hit/summary.h"

/* All summaries, and what protects the list. */
static LIST_HEAD(summaries);
static DEFINE_MUTEX(summaries_mutex);

struct kwatch_summary *kwatch_summary_create(bool by_task, unsigned int frames)
{
	struct kwatch_summary *summary = kzalloc(sizeof(*summary), GFP_KERNEL);
	size_t size = KWATCH_SUMMARY_ENTRIES *
		      (sizeof(struct kwatch_summary_entry) + frames * sizeof(u64));
	unsigned int cpu;

	if (!summary)
		return NULL;
	summary->by_task = by_task;
	summary->frames = frames;
	INIT_LIST_HEAD(&summary->node);
	summary->cpu = alloc_percpu(struct kwatch_summary_cpu);
	if (!summary->cpu)
		goto err;
	for_each_possible_cpu(cpu) {
		struct kwatch_summary_cpu *c = per_cpu_ptr(summary->cpu, cpu);

		c->entries = kvzalloc_node(size, GFP_KERNEL, cpu_to_node(cpu));
		if (!c->entries)
			goto err;
		summary->bytes += size;
	}
	mutex_lock(&summaries_mutex);
	list_add_tail(&summary->node, &summaries);
	mutex_unlock(&summaries_mutex);
	return summary;

err:
	kwatch_summary_destroy(summary);
	return NULL;
}

void kwatch_summary_destroy(struct kwatch_summary *summary)
{
	unsigned int cpu;

	if (!summary)
		return;
	mutex_lock(&summaries_mutex);
	list_del(&summary->node);
	mutex_unlock(&summaries_mutex);
	if (summary->cpu)
		for_each_possible_cpu(cpu)
			kvfree(per_cpu_ptr(summary->cpu, cpu)->entries);
	free_percpu(summary->cpu);
	kfree(summary);
}

static void each_of_cpu(const struct kwatch_summary *summary, unsigned int cpu,
			void (*fn)(struct kwatch_summary_entry *entry, void *arg), void *arg)
{
	const struct kwatch_summary_cpu *c = per_cpu_ptr(summary->cpu, cpu);
	struct kwatch_summary_entry *e;
	unsigned int i;

	for (i = 0; i < KWATCH_SUMMARY_ENTRIES; i++) {
		e = kwatch_summary_entry(summary, c, i);
		if (smp_load_acquire(&e->ready)) /* pairs with kwatch_summary_add() */
			fn(e, arg);
	}
}

void kwatch_summary_each(void (*fn)(struct kwatch_summary_entry *entry, void *arg), void *arg)
{
	struct kwatch_summary *summary;
	unsigned int cpu;

	mutex_lock(&summaries_mutex);
	list_for_each_entry(summary, &summaries, node)
		for_each_possible_cpu(cpu)
			each_of_cpu(summary, cpu, fn, arg);
	mutex_unlock(&summaries_mutex);
}

struct withdrawal {
	const struct kwatch_range *range;
	unsigned int nr;
	u32	times;
};

static void withdraw(struct kwatch_summary_entry *entry, void *arg)
{
	const struct withdrawal *w = arg;

	if (entry->withdrawn ||
	    !kwatch_range_has_any(w->range, w->nr, entry->ip, entry->nr - entry->nr_user))
		return;
	entry->withdrawn = w->times;
	WRITE_ONCE(entry->hash, ~entry->hash); /* read by matches() */
}

void kwatch_summary_withdraw(const struct kwatch_range *range, unsigned int nr, u32 times)
{
	struct withdrawal w = { range, nr, times };

	kwatch_summary_each(withdraw, &w);
}

/* What makes an entry different from others, in some order. */
static int by_entry(const void *x, const void *y, const void *summary)
{
	const struct kwatch_summary_entry *a = ((const struct kwatch_summary_line *)x)->entry;
	const struct kwatch_summary_entry *b = ((const struct kwatch_summary_line *)y)->entry;
	int ret;

	if (a->hash != b->hash)
		return a->hash < b->hash ? -1 : 1;
	if (a->withdrawn != b->withdrawn)
		return a->withdrawn < b->withdrawn ? -1 : 1;
	ret = a->nr - b->nr ?: a->nr_user - b->nr_user ?:
	      memcmp(a->ip, b->ip, a->nr * sizeof(u64));
	if (ret || !((const struct kwatch_summary *)summary)->by_task)
		return ret;
	return a->task.tgid - b->task.tgid ?:
	       memcmp(a->task.comm, b->task.comm, sizeof(a->task.comm));
}

static void take_entry(struct kwatch_summary_line *line,
		       const struct kwatch_summary_entry *e, unsigned int cpu)
{
	*line = (struct kwatch_summary_line) {
		.entry = e,
		.count = READ_ONCE(e->count),
		.first_ns = e->first_ns,
		.last_ns = READ_ONCE(e->last_ns),
		.old_value = READ_ONCE(e->old_value),
		.new_value = READ_ONCE(e->new_value),
		.cpus = 1ULL << min(cpu, 63U),
	};
}

static void merge_line(struct kwatch_summary_line *line, const struct kwatch_summary_line *from)
{
	line->count += from->count;
	line->cpus |= from->cpus;
	line->first_ns = min(line->first_ns, from->first_ns);
	if (from->last_ns >= line->last_ns) {
		line->last_ns = from->last_ns;
		line->old_value = from->old_value;
		line->new_value = from->new_value;
	}
}

/* Add one CPU's entries to the @nr lines that there are.  Return: lines now. */
static unsigned int gather(const struct kwatch_summary *summary, unsigned int cpu,
			   struct kwatch_summary_line *lines, unsigned int nr)
{
	const struct kwatch_summary_cpu *c = per_cpu_ptr(summary->cpu, cpu);
	unsigned int i;

	for (i = 0; i < KWATCH_SUMMARY_ENTRIES; i++) {
		const struct kwatch_summary_entry *e = kwatch_summary_entry(summary, c, i);

		if (smp_load_acquire(&e->ready)) /* pairs with kwatch_summary_add() */
			take_entry(&lines[nr++], e, cpu);
	}
	return nr;
}

/* Lines of the same stack, side by side, become one.  Return: lines now. */
static unsigned int merge(const struct kwatch_summary *summary,
			  struct kwatch_summary_line *lines, unsigned int nr)
{
	unsigned int i, to = 0;

	for (i = 1; i < nr; i++) {
		if (!by_entry(&lines[to], &lines[i], summary))
			merge_line(&lines[to], &lines[i]);
		else
			lines[++to] = lines[i];
	}
	return nr ? to + 1 : 0;
}

static int by_count(const void *a, const void *b)
{
	const struct kwatch_summary_line *x = a, *y = b;

	return x->count < y->count ? 1 : x->count > y->count ? -1 : 0;
}

struct kwatch_summary_line *kwatch_summary_merge(const struct kwatch_summary *summary,
						 unsigned int *nr, u64 *other)
{
	size_t most = (size_t)num_possible_cpus() * KWATCH_SUMMARY_ENTRIES;
	struct kwatch_summary_line *lines;
	unsigned int cpu;

	lines = kvcalloc(most, sizeof(*lines), GFP_KERNEL);
	if (!lines)
		return NULL;
	*nr = 0;
	*other = 0;
	for_each_possible_cpu(cpu) {
		*nr = gather(summary, cpu, lines, *nr);
		*other += READ_ONCE(per_cpu_ptr(summary->cpu, cpu)->other);
		cond_resched();
	}
	sort_r(lines, *nr, sizeof(*lines), by_entry, NULL, summary);
	*nr = merge(summary, lines, *nr);
	sort(lines, *nr, sizeof(*lines), by_count, NULL);
	return lines;
}
