// SPDX-License-Identifier: GPL-2.0
/*
 * Who touches it: a watch's hits counted by stack.  The handler's half;
 * summary_merge.c has the rest.
 *
 * A table for each CPU, open-addressed, insert only: an entry is written by
 * the handler on its CPU and then announced (@ready), so readers need no lock.
 * Memory is constant; what finds no free entry is counted as "other", so that
 * the total stays exact.
 */
#include <linux/jhash.h>
#include <linux/string.h>

#include "summary.h"

/* Entries looked at before a hit counts as "other". */
#define PROBES	16

static u32 hash_frames(const struct kwatch_stack *stack, u32 hash)
{
	return stack ? jhash2((const u32 *)stack->ip, stack->nr * 2, hash) : hash;
}

static bool same_frames(const u64 *ip, const struct kwatch_stack *stack)
{
	return !stack || !memcmp(ip, stack->ip, stack->nr * sizeof(u64));
}

static bool matches(const struct kwatch_summary *summary,
		    const struct kwatch_summary_entry *e, u32 hash,
		    const struct kwatch_task *task,
		    const struct kwatch_stack *kernel,
		    const struct kwatch_stack *user)
{
	u16 nr_kernel = kernel ? kernel->nr : 0, nr_user = user ? user->nr : 0;

	return READ_ONCE(e->hash) == hash && e->nr == nr_kernel + nr_user &&
	       e->nr_user == nr_user &&
	       (!summary->by_task || kwatch_summary_same_task(&e->task, task)) &&
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
		e = kwatch_summary_entry(summary, cpu, hash + i);
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
