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

#include "judge.h"
#include "summary.h"

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

static bool same_entry(const struct kwatch_summary *summary,
		       const struct kwatch_summary_entry *a,
		       const struct kwatch_summary_entry *b)
{
	return a->hash == b->hash && a->withdrawn == b->withdrawn && a->nr == b->nr && a->nr_user == b->nr_user &&
	       (!summary->by_task || kwatch_summary_same_task(&a->task, &b->task)) &&
	       !memcmp(a->ip, b->ip, a->nr * sizeof(u64));
}

static void merge_entry(struct kwatch_summary_line *line,
			const struct kwatch_summary_entry *e, unsigned int cpu)
{
	u64 first = e->first_ns, last = READ_ONCE(e->last_ns);

	line->count += READ_ONCE(e->count);
	line->cpus |= 1ULL << min(cpu, 63U);
	if (!line->first_ns || first < line->first_ns)
		line->first_ns = first;
	if (last >= line->last_ns) {
		line->last_ns = last;
		line->old_value = READ_ONCE(e->old_value);
		line->new_value = READ_ONCE(e->new_value);
	}
}

/* Add one CPU's entries to the @nr lines that there are.  Return: lines now. */
static unsigned int gather(const struct kwatch_summary *summary, unsigned int cpu,
			   struct kwatch_summary_line *lines, unsigned int nr)
{
	const struct kwatch_summary_cpu *c = per_cpu_ptr(summary->cpu, cpu);
	unsigned int i, k;

	for (i = 0; i < KWATCH_SUMMARY_ENTRIES; i++) {
		const struct kwatch_summary_entry *e = kwatch_summary_entry(summary, c, i);

		if (!smp_load_acquire(&e->ready)) /* pairs with kwatch_summary_add() */
			continue;
		for (k = 0; k < nr; k++)
			if (same_entry(summary, lines[k].entry, e))
				break;
		if (k == nr)
			lines[nr++] = (struct kwatch_summary_line) { .entry = e };
		merge_entry(&lines[k], e, cpu);
	}
	return nr;
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
	sort(lines, *nr, sizeof(*lines), by_count, NULL);
	return lines;
}
