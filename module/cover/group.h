/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The processes that are followed for a watch: the one that it names, those that share
 * its memory, and with "children" those that it forks.
 */
#ifndef KWATCH_GROUP_H
#define KWATCH_GROUP_H

#include <linux/hash.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/types.h>

struct kwatch_process;
struct kwatch_watch;

/**
 * struct kwatch_group - a process that is followed for a watch
 * @hash:   by @task->signal; for the probes, under RCU
 * @node:   in process->groups; protected by kwatch_mutex
 * @task:   one of its threads, held by a reference, alive or not
 * @execed: it runs another program; stored by a probe
 */
struct kwatch_group {
	struct hlist_node hash;
	struct list_head node;
	struct kwatch_process *process;
	struct task_struct *task;
	bool	execed;
	struct rcu_head rcu;
};

#define KWATCH_GROUP_BITS	6

/* Of struct kwatch_group, by the hash of task->signal; written with kwatch_mutex held. */
extern struct hlist_head kwatch_groups[];

static inline struct hlist_head *kwatch_group_bucket(const struct signal_struct *signal)
{
	return &kwatch_groups[hash_ptr(signal, KWATCH_GROUP_BITS)];
}

/* For each group, of any watch, of the process whose signal_struct @s is; under RCU. */
#define kwatch_for_each_group(group, s) \
	hlist_for_each_entry_rcu(group, kwatch_group_bucket(s), hash) \
		if ((group)->task->signal != (s)) \
			continue; \
		else

/* __kwatch_group_add() - follow the process of @task; 0 or -ENOMEM; both locks held */
int __kwatch_group_add(struct kwatch_process *process, struct task_struct *task);

/* __kwatch_group_drop() - follow it no more; both locks held */
void __kwatch_group_drop(struct kwatch_group *group);

/* __kwatch_group_find() - the group of the process of @task, or NULL; both locks held */
struct kwatch_group *__kwatch_group_find(const struct kwatch_process *process,
					 const struct task_struct *task);

/* Follow the processes that are to be followed and are not.  0 or -ENOMEM.  Both locks held */
int __kwatch_group_add_kin(struct kwatch_process *process);

/*
 * kwatch_group_has_memory() - has a thread of @task's process the watched memory?  Any
 * context.
 */
bool kwatch_group_has_memory(const struct kwatch_process *process, struct task_struct *task);

/*
 * References to all threads of the processes that are followed, for kwatch_group_tasks_put(); NULL
 * without memory.  May sleep; both locks held.
 */
struct task_struct **__kwatch_group_tasks(const struct kwatch_process *process,
					    unsigned int *nr);

void kwatch_group_tasks_put(struct task_struct **tasks, unsigned int nr);

/*
 * Look at the watches on the current task's memory, in an RCU read-side section, beside commands
 * that change them.  Any context but NMI.
 */
void kwatch_group_of_current(void (*look)(struct kwatch_watch *watch, void *arg), void *arg);

#endif /* KWATCH_GROUP_H */
