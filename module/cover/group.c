// SPDX-License-Identifier: GPL-2.0
/*
 * The processes that are followed for a watch.  See group.h.
 */
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "base/lock.h"
#include "group.h"
#include "process.h"

struct hlist_head kwatch_groups[1 << KWATCH_GROUP_BITS];

int __kwatch_group_add(struct kwatch_process *process, struct task_struct *task)
{
	struct kwatch_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	lockdep_assert_held(&kwatch_mutex);
	if (!group)
		return -ENOMEM;
	group->process = process;
	group->task = get_task_struct(task);
	list_add_tail(&group->node, &process->groups);
	hlist_add_head_rcu(&group->hash, kwatch_group_bucket(task->signal));
	return 0;
}

static void free_group(struct rcu_head *rcu)
{
	struct kwatch_group *group = container_of(rcu, struct kwatch_group, rcu);

	/* A probe may have looked at it until now. */
	put_task_struct(group->task);
	kfree(group);
}

void __kwatch_group_drop(struct kwatch_group *group)
{
	lockdep_assert_held(&kwatch_mutex);
	hlist_del_rcu(&group->hash);
	list_del(&group->node);
	call_rcu(&group->rcu, free_group);
}

struct kwatch_group *__kwatch_group_find(const struct kwatch_process *process,
				       const struct task_struct *task)
{
	struct kwatch_group *group;

	lockdep_assert_held(&kwatch_mutex);
	list_for_each_entry(group, &process->groups, node)
		if (group->task->signal == task->signal)
			return group;
	return NULL;
}

bool kwatch_group_has_memory(const struct kwatch_process *process, struct task_struct *task)
{
	struct task_struct *t;
	bool has = false;

	rcu_read_lock();
	for_each_thread(task, t)
		if (READ_ONCE(t->mm) == process->mm) /* stored by exec and exit_mm() */
			has = true;
	rcu_read_unlock();
	return has;
}

/*
 * Does a process share the memory, or was it forked, for "children", since @process was
 * made?  In an RCU read-side section.
 */
static bool is_kin(const struct kwatch_process *process, struct task_struct *leader)
{
	struct task_struct *t;

	if (READ_ONCE(leader->flags) & PF_KTHREAD)
		return false;
	if (process->children && leader->start_time > process->made_ns &&
	    READ_ONCE(leader->self_exec_id) == process->exec_id &&
	    __kwatch_group_find(process, rcu_dereference(leader->real_parent)))
		return true;
	for_each_thread(leader, t)
		if (READ_ONCE(t->mm)) /* stored by exec and exit_mm() */
			return t->mm == process->mm;
	return false;
}

int __kwatch_group_add_kin(struct kwatch_process *process)
{
	struct task_struct *leader, *found[16];
	unsigned int nr, i;
	int ret = 0;

	lockdep_assert_held(&kwatch_mutex);
	do {
		nr = 0;
		rcu_read_lock();
		for_each_process(leader)
			if (nr < ARRAY_SIZE(found) && is_kin(process, leader) &&
			    !__kwatch_group_find(process, leader))
				found[nr++] = get_task_struct(leader);
		rcu_read_unlock();
		for (i = 0; i < nr; i++) {
			ret = ret ?: __kwatch_group_add(process, found[i]);
			put_task_struct(found[i]);
		}
	} while (nr == ARRAY_SIZE(found) && !ret);
	return ret;
}

struct task_struct **__kwatch_group_tasks(const struct kwatch_process *process,
					    unsigned int *nr)
{
	struct task_struct **tasks, *t;
	struct kwatch_group *group;
	unsigned int room = 16, all;

	lockdep_assert_held(&kwatch_mutex);
	for (;;) {
		tasks = kvmalloc_array(room, sizeof(*tasks), GFP_KERNEL);
		if (!tasks)
			return NULL;
		*nr = 0;
		all = 0;
		rcu_read_lock();
		list_for_each_entry(group, &process->groups, node) {
			if (READ_ONCE(group->execed)) /* stored by probe_exec() */
				continue;
			for_each_thread(group->task, t) {
				if (all++ < room)
					tasks[(*nr)++] = get_task_struct(t);
			}
		}
		rcu_read_unlock();
		if (all <= room)
			return tasks;
		kwatch_group_tasks_put(tasks, *nr);
		room = all + all / 4;
	}
}

void kwatch_group_tasks_put(struct task_struct **tasks, unsigned int nr)
{
	while (nr--)
		put_task_struct(tasks[nr]);
	kvfree(tasks);
}

void kwatch_group_of_current(void (*look)(struct kwatch_watch *watch, void *arg), void *arg)
{
	struct kwatch_group *group;
	struct kwatch_watch *watch;

	rcu_read_lock();
	kwatch_for_each_group(group, current->signal) {
		if (current->mm != group->process->mm)
			continue;
		/* Stored by follow and unfollow; a watch is freed after a grace period. */
		watch = READ_ONCE(group->process->watch);
		if (watch)
			look(watch, arg);
	}
	rcu_read_unlock();
}
