/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who touches it: a watch's hits counted by stack, or by task and stack,
 * instead of recorded one by one.
 */
#ifndef KWATCH_SUMMARY_H
#define KWATCH_SUMMARY_H

#include <linux/list.h>
#include <linux/percpu.h>
#include <linux/string.h>
#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_range;
struct seq_file;

/* Different stacks that are kept apart, by watch and CPU. */
#define KWATCH_SUMMARY_ENTRIES	256

/**
 * struct kwatch_summary_entry - a stack
 * @ready: the rest may be read; never taken back
 * @hash:  of what makes it different; changed once it was withdrawn, so that
 *         the handler finds it no more
 * @withdrawn: 0, or which time it was withdrawn: the same addresses are then
 *         other code's
 * @nr:    frames in @ip
 * @nr_user: of these, user frames, at the end
 * @old_value: of the last hit
 * @new_value: of the last hit
 * @task:  of the first hit; with summary=task, of all
 *
 * Made and counted by the handler on its CPU; read by anybody, each number by itself.
 */
struct kwatch_summary_entry {
	u32	ready;
	u32	hash;
	u16	nr;
	u16	nr_user;
	u32	withdrawn;
	u64	count;
	u64	first_ns;
	u64	last_ns;
	u64	old_value;
	u64	new_value;
	struct kwatch_task task;
	u64	ip[];
};

/* A CPU's part: KWATCH_SUMMARY_ENTRIES, and the hits that found no free one. */
struct kwatch_summary_cpu {
	void	*entries;
	u64	other;
};

/**
 * struct kwatch_summary - a watch's
 * @node:    in the list of all
 * @by_task: tasks are kept apart too
 * @frames:  room for frames in an entry
 * @bytes:   that the tables take
 * @ended:   for ended.c, once the watch is gone
 */
struct kwatch_summary {
	struct list_head node;
	bool	by_task;
	u16	frames;
	struct kwatch_summary_cpu __percpu *cpu;
	size_t	bytes;
	struct {
		struct list_head node;
		u16	id;
		u8	type;
		bool	shown;
		char	label[KWATCH_SYMBOL_MAX + 48];
	} ended;
};

/* The entry of a CPU's table at @i, which goes round. */
static inline struct kwatch_summary_entry *
kwatch_summary_entry(const struct kwatch_summary *summary,
		     const struct kwatch_summary_cpu *cpu, u32 i)
{
	size_t size = sizeof(struct kwatch_summary_entry) +
		      summary->frames * sizeof(u64);

	return cpu->entries + (i % KWATCH_SUMMARY_ENTRIES) * size;
}

/* With summary=task: the same one? */
static inline bool kwatch_summary_same_task(const struct kwatch_task *a,
					    const struct kwatch_task *b)
{
	return a->tgid == b->tgid && !memcmp(a->comm, b->comm, sizeof(a->comm));
}

/*
 * An empty summary: KWATCH_SUMMARY_ENTRIES * (88 + 8 * @frames) bytes a CPU; NULL without memory.
 * May sleep.
 */
struct kwatch_summary *kwatch_summary_create(bool by_task, unsigned int frames);

/* Free it; NULL is fine; no handler uses it any more.  May sleep */
void kwatch_summary_destroy(struct kwatch_summary *summary);

/* Look at every stack of all summaries.  May sleep */
void kwatch_summary_each(void (*fn)(struct kwatch_summary_entry *entry, void *arg), void *arg);

/*
 * Count no later hit to the stacks of some code; @times: how often this was called, not 0.  May
 * sleep; one at a time.
 */
void kwatch_summary_withdraw(const struct kwatch_range *range, unsigned int nr, u32 times);

/* Count a hit; @kernel and @user: frames, or NULL.  The debug exception */
void kwatch_summary_add(const struct kwatch_summary *summary,
			const struct kwatch_hit *hit,
			const struct kwatch_task *task,
			const struct kwatch_stack *kernel,
			const struct kwatch_stack *user);

/*
 * A stack over all CPUs; @entry: one of its entries, for what does not change; @cpus: bit by CPU,
 * those above 62 in bit 63.
 */
struct kwatch_summary_line {
	const struct kwatch_summary_entry *entry;
	u64	count;
	u64	first_ns;
	u64	last_ns;
	u64	old_value;
	u64	new_value;
	u64	cpus;
};

/**
 * kwatch_summary_merge() - all CPUs together, most frequent first
 * @summary: the watch's
 * @nr:    filled with the number of lines
 * @other: filled with the hits that found no free entry
 *
 * Context: may sleep.
 * Return: the lines, for kvfree(), good as long as @summary; NULL without memory.
 */
struct kwatch_summary_line *kwatch_summary_merge(const struct kwatch_summary *summary,
						 unsigned int *nr, u64 *other);

#endif /* KWATCH_SUMMARY_H */
