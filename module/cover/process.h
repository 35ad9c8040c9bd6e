/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The process whose memory a watch is on: what becomes of it, and its memory.
 *
 * A watch with pid= and a user address has one struct kwatch_process.  It ends
 * when the process does, or runs another program.  perf lets new threads
 * inherit their breakpoints; what perf cannot do is done here, told by the
 * kernel's tracepoints for new tasks, exec and exit, which are placed only
 * while there is such a watch.
 */
#ifndef KWATCH_PROCESS_H
#define KWATCH_PROCESS_H

#include <linux/atomic.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "hit/culprit.h"

struct kwatch_answer;
struct kwatch_cmd;
struct kwatch_watch;
struct mm_struct;
struct perf_event;
struct task_struct;

/**
 * struct kwatch_process - the process of a watch
 * @ref:    the watch's, and that of each birth
 * @watch:  whose; NULL before it is made and when it is gone
 * @task:   a thread of it, held by a reference, alive or not
 * @mm:     its memory, held but not kept mapped
 * @exec_id: what its tasks have until one of them runs another program
 * @made_ns: when this was made
 * @children: processes that it forks are followed too
 * @births: new tasks that have not run kwatch's part yet
 * @rescan: there are new tasks that no birth could be made for
 * @groups: struct kwatch_group, the process and its children: those that share its
 *          memory, and with @children all
 * @pilot:  see pilot.h
 * @notifier: tells what is unmapped in @mm
 * @addr:   of the watch
 * @len:    in bytes
 * @lock:   protects @plan
 * @plan:   of @watch, for @notifier
 * @unmapped: who unmapped the watched bytes; written by @notifier
 * @told:   that they did
 * @ends:   the watch ends with its memory (until=free)
 * @work:   frees it
 * @rcu:    likewise, when no probe looks at it
 *
 * @watch, @told and @groups are protected by kwatch_mutex, the rest is constant.
 */
struct kwatch_process {
	struct kref ref;
	struct kwatch_watch *watch;
	struct task_struct *task;
	struct mm_struct *mm;
	u64	exec_id;
	u64	made_ns;
	bool	children;
	atomic_t births;
	bool	rescan;
	struct list_head groups;
	struct perf_event *pilot;
#ifdef CONFIG_MMU_NOTIFIER
	struct mmu_notifier notifier;
#endif
	unsigned long addr;
	u32	len;
	spinlock_t lock;
	struct kwatch_plan *plan;
	struct kwatch_culprit unmapped;
	bool	told;
	bool	ends;
	struct work_struct work;
	struct rcu_head rcu;
};

/**
 * kwatch_process_find() - the process that a command names
 * @cmd:    an add with pid= and a user address
 * @answer: filled on failure
 *
 * Faults the bytes in, so that they can be read without a fault later on.
 *
 * Context: may sleep; no lock held.
 * Return: a reference; NULL with -ENOENT, -EFAULT, -EINTR or -ENOMEM in @answer.
 */
struct kwatch_process *kwatch_process_find(const struct kwatch_cmd *cmd,
					   struct kwatch_answer *answer);

/* kwatch_process_get() - one reference more; any context */
static inline struct kwatch_process *kwatch_process_get(struct kwatch_process *process)
{
	kref_get(&process->ref);
	return process;
}

/* Give a reference back, or NULL.  May sleep */
void kwatch_process_put(struct kwatch_process *process);

/* kwatch_process_any() - is there one, or is one being made or freed?  Any context */
bool kwatch_process_any(void);

/* kwatch_process_wait() - wait until there is none; may sleep; all watches are gone */
void kwatch_process_wait(void);

#endif /* KWATCH_PROCESS_H */
