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

#include "read/gone.h"

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
 * @pilot:  see bp_task.c
 * @notifier: tells what is unmapped in @mm
 * @addr:   of the watch
 * @len:    in bytes
 * @lock:   protects @hot
 * @hot:    of @watch, for @notifier
 * @unmapped: who unmapped the watched bytes; written by @notifier
 * @told:   that they did
 * @ends:   the watch ends with its memory (until=free)
 * @work:   frees it
 * @rcu:    likewise, when no probe looks at it
 *
 * @watch, @told and @groups are protected by kwatch_watch_mutex, the rest is constant.
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
	struct kwatch_hot *hot;
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
 * Return: it, to be given back with kwatch_process_put(); NULL with -ENOENT,
 * -EFAULT, -EOPNOTSUPP, -EINTR or -ENOMEM in @answer.
 */
struct kwatch_process *kwatch_process_find(const struct kwatch_cmd *cmd,
					   struct kwatch_answer *answer);

/* kwatch_process_get() - one reference more; any context */
static inline struct kwatch_process *kwatch_process_get(struct kwatch_process *process)
{
	kref_get(&process->ref);
	return process;
}

/**
 * kwatch_process_put() - give it back
 * @process: which, or NULL
 *
 * Context: may sleep.
 */
void kwatch_process_put(struct kwatch_process *process);

/**
 * __kwatch_process_follow() - from here on, know what becomes of it
 * @watch: that has it
 *
 * Context: may sleep; both locks held.
 * Return: 0; -ENOMEM; -ESRCH if nobody has its memory any more.
 */
int __kwatch_process_follow(struct kwatch_watch *watch);

/**
 * __kwatch_process_unfollow() - the watch goes
 * @process: of the watch, which no longer has its reference
 *
 * Context: may sleep; both locks held.
 */
void __kwatch_process_unfollow(struct kwatch_process *process);

/**
 * __kwatch_process_tend() - look after it
 * @watch: with a process
 *
 * Ends the watch, by kwatch_hit_end(), if the process did.  Tells of memory that was
 * unmapped.
 *
 * Context: may sleep; both locks held.
 * Return: when to look again, in ns from now; U64_MAX for when tend.c is asked.
 */
u64 __kwatch_process_tend(struct kwatch_watch *watch);

/* __kwatch_process_rearm() - tell of memory that is unmapped from here on; both locks held */
void __kwatch_process_rearm(struct kwatch_process *process);

/* __kwatch_process_is_gone() - is nobody left to follow?  Both locks held */
bool __kwatch_process_is_gone(const struct kwatch_watch *watch);

/**
 * __kwatch_process_tasks() - all threads of the processes that are followed
 * @process: which
 * @nr:      filled
 *
 * Context: may sleep; both locks held.
 * Return: an array of references, for kwatch_process_tasks_put(); NULL without
 * memory.
 */
struct task_struct **__kwatch_process_tasks(const struct kwatch_process *process,
					    unsigned int *nr);

/* kwatch_process_tasks_put() - give them back */
void kwatch_process_tasks_put(struct task_struct **tasks, unsigned int nr);

/**
 * kwatch_process_look() - read its memory, without any fault
 * @process: whose
 * @addr:    a user address
 * @len:     1 to 8
 * @value:   filled
 *
 * Nobody's hit, whoever calls.
 *
 * Context: may sleep.
 * Return: false if the page is not there at the moment.
 */
bool kwatch_process_look(const struct kwatch_process *process, unsigned long addr,
			 u32 len, u64 *value);

/**
 * kwatch_process_of_current() - the watches on the current task's memory
 * @look: called for each
 * @arg:  passed to @look
 *
 * Context: any but NMI; @look runs in an RCU read-side section, beside commands that
 * change the watch.
 */
void kwatch_process_of_current(void (*look)(struct kwatch_watch *watch, void *arg), void *arg);

/**
 * kwatch_process_tidy() - take the tracepoints off, in a while, if nobody needs them
 *
 * Context: may sleep; no lock held.
 */
void kwatch_process_tidy(void);

/**
 * kwatch_process_exit() - wait until nothing of this file runs
 *
 * Context: may sleep; all watches are gone.
 */
void kwatch_process_exit(void);

#endif /* KWATCH_PROCESS_H */
