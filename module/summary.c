// SPDX-License-Identifier: GPL-2.0
/*
 * Who touches it: a watch's hits counted by stack.
 *
 * A table for each CPU, open-addressed, insert only: an entry is written by
 * the handler on its CPU and then announced (@ready), so readers need no lock.
 * Memory is constant; what finds no free entry is counted as "other", so that
 * the total stays exact.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <linux/topology.h>

#include "summary.h"

/* Entries looked at before a hit counts as "other". */
#define PROBES	16

static struct kwatch_summary_entry *entry_at(const struct kwatch_summary *summary,
					     const struct kwatch_summary_cpu *cpu,
					     u32 i)
{
	size_t size = sizeof(struct kwatch_summary_entry) +
		      summary->frames * sizeof(u64);

	return cpu->entries + (i % KWATCH_SUMMARY_ENTRIES) * size;
}

static u32 hash_frames(const struct kwatch_stack *stack, u32 hash)
{
	return stack ? jhash2((const u32 *)stack->ip, stack->nr * 2, hash) : hash;
}

static bool same_frames(const u64 *ip, const struct kwatch_stack *stack)
{
	return !stack || !memcmp(ip, stack->ip, stack->nr * sizeof(u64));
}

static bool same_task(const struct kwatch_task *a, const struct kwatch_task *b)
{
	return a->tgid == b->tgid && !memcmp(a->comm, b->comm, sizeof(a->comm));
}

static bool matches(const struct kwatch_summary *summary,
		    const struct kwatch_summary_entry *e, u32 hash,
		    const struct kwatch_task *task,
		    const struct kwatch_stack *kernel,
		    const struct kwatch_stack *user)
{
	u16 nr_kernel = kernel ? kernel->nr : 0, nr_user = user ? user->nr : 0;

	return e->hash == hash && e->nr == nr_kernel + nr_user &&
	       e->nr_user == nr_user &&
	       (!summary->by_task || same_task(&e->task, task)) &&
	       same_frames(e->ip, kernel) && same_frames(e->ip + nr_kernel, user);
}

static void fill(struct kwatch_summary_entry *e, u32 hash,
		 const struct kwatch_hit *hit, const struct kwatch_task *task,
		 const struct kwatch_stack *kernel,
		 const struct kwatch_stack *user)
{
	u16 nr_kernel = kernel ? kernel->nr : 0, nr_user = user ? user->nr : 0;

	e->hash = hash;
	e->nr = nr_kernel + nr_user;
	e->nr_user = nr_user;
	e->task = *task;
	e->first_ns = hit->rec.time_ns;
	if (kernel)
		memcpy(e->ip, kernel->ip, nr_kernel * sizeof(u64));
	if (user)
		memcpy(e->ip + nr_kernel, user->ip, nr_user * sizeof(u64));
}

void kwatch_summary_add(const struct kwatch_summary *summary,
			const struct kwatch_hit *hit,
			const struct kwatch_task *task,
			const struct kwatch_stack *kernel,
			const struct kwatch_stack *user)
{
	struct kwatch_summary_cpu *cpu = this_cpu_ptr(summary->cpu);
	struct kwatch_summary_entry *e;
	u32 hash = 0, i;

	hash = hash_frames(kernel, hash);
	hash = hash_frames(user, hash);
	if (summary->by_task)
		hash = jhash(task->comm, sizeof(task->comm), hash ^ task->tgid);

	for (i = 0; i < PROBES; i++) {
		e = entry_at(summary, cpu, hash + i);
		if (!e->ready) {
			fill(e, hash, hit, task, kernel, user);
			smp_store_release(&e->ready, 1); /* pairs with gather() */
			break;
		}
		if (matches(summary, e, hash, task, kernel, user))
			break;
	}
	if (i == PROBES) {
		WRITE_ONCE(cpu->other, cpu->other + 1);
		return;
	}
	WRITE_ONCE(e->count, e->count + 1);
	WRITE_ONCE(e->last_ns, hit->rec.time_ns);
	WRITE_ONCE(e->old_value, hit->old_value);
	WRITE_ONCE(e->new_value, hit->new_value);
}

/* Outside the exception from here on. */

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
	summary->cpu = alloc_percpu(struct kwatch_summary_cpu);
	if (!summary->cpu)
		goto err;
	for_each_possible_cpu(cpu) {
		struct kwatch_summary_cpu *c = per_cpu_ptr(summary->cpu, cpu);

		c->entries = kvzalloc_node(size, GFP_KERNEL, cpu_to_node(cpu));
		if (!c->entries)
			goto err;
	}
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
	if (summary->cpu)
		for_each_possible_cpu(cpu)
			kvfree(per_cpu_ptr(summary->cpu, cpu)->entries);
	free_percpu(summary->cpu);
	kfree(summary);
}

static bool same_entry(const struct kwatch_summary *summary,
		       const struct kwatch_summary_entry *a,
		       const struct kwatch_summary_entry *b)
{
	return a->hash == b->hash && a->nr == b->nr && a->nr_user == b->nr_user &&
	       (!summary->by_task || same_task(&a->task, &b->task)) &&
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
		const struct kwatch_summary_entry *e = entry_at(summary, c, i);

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
