// SPDX-License-Identifier: GPL-2.0
/*
 * Numbers of processes, by namespace.
 */
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "pid.h"

static bool is_initial(void)
{
	return task_active_pid_ns(current) == &init_pid_ns;
}

s32 kwatch_pid_initial(s32 nr)
{
	s32 initial;

	if (is_initial())
		return nr;
	rcu_read_lock();
	initial = pid_nr(find_pid_ns(nr, task_active_pid_ns(current)));
	rcu_read_unlock();
	return initial;
}

s32 kwatch_pid_reader(s32 nr)
{
	s32 reader;

	if (is_initial())
		return nr;
	rcu_read_lock();
	reader = pid_vnr(find_pid_ns(nr, &init_pid_ns));
	rcu_read_unlock();
	return reader;
}

struct task_struct *kwatch_pid_task(s32 nr)
{
	struct task_struct *task;

	rcu_read_lock();
	task = pid_task(find_pid_ns(nr, &init_pid_ns), PIDTYPE_PID);
	if (task)
		get_task_struct(task);
	rcu_read_unlock();
	return task;
}
