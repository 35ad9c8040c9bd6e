// SPDX-License-Identifier: GPL-2.0
/*
 * What becomes of the process whose memory a watch is on.  See process_follow.h.
 *
 * Breakpoints are inherited by new threads inside clone(), by perf.  Three kinds
 * of new tasks have none: a thread whose clone() began before its parent got
 * one; a child that shares the memory (vfork(), CLONE_VM), which is followed as a
 * thread is; and a forked child, which is followed with "children".  perf is told
 * to leave children alone, so that 5.10, which cannot be told, is the same as later
 * kernels.  For those that are wanted a task_work is queued before they first run;
 * it runs in the new task before the first instruction of its program, where it may
 * sleep, and arms there.
 */
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <linux/tracepoint.h>
#include <linux/workqueue.h>

#include "base/work.h"
#include "cover/cover.h"
#include "cover/group.h"
#include "cover/process.h"
#include "cover/threads.h"
#include "cover/uncovered.h"
#include "exit_stores.h"
#include "process_follow.h"
#include "read/gone.h"
#include "watch.h"

/* How long the probes stay when the last watch of a process has gone. */
#define LINGER		(10 * HZ)

/* Between the tracepoint for exit and the end of a task's memory. */
#define EXIT_POLL_NS	NSEC_PER_MSEC

/**
 * struct birth - a new task that is to have a breakpoint
 * @work:    runs in it, before its program does
 * @process: whose, held by a reference
 */
struct birth {
	struct callback_head work;
	struct kwatch_process *process;
};

static struct tracepoint *tp_newtask, *tp_exec, *tp_exit;

/*
 * Protects @probing; outside of kwatch_lock(), because placing a tracepoint takes
 * cpus_read_lock().
 */
static DEFINE_MUTEX(probe_mutex);
static bool probing;
/* There was a birth; each holds the module, but not to the end of its function. */
static bool had_births;

/* Has a process made its last access to its memory? */
static bool is_over(struct task_struct *task)
{
	struct task_struct *t;
	bool over = true;

	if (atomic_read(&task->signal->live))
		return false;
	rcu_read_lock();
	for_each_thread(task, t)
		if (READ_ONCE(t->mm)) /* stored by exit_mm() */
			over = false;
	rcu_read_unlock();
	return over;
}

/* Has a child of vfork() or CLONE_VM the memory still, when the process has left it? */
static bool is_shared(const struct kwatch_process *process)
{
	struct kwatch_group *group;

	list_for_each_entry(group, &process->groups, node)
		if (kwatch_group_has_memory(process, group->task))
			return true;
	return false;
}

/* New tasks. */

/* As soon as may be, which is not before it runs. */
static void look_for_new(struct kwatch_process *process)
{
	WRITE_ONCE(process->rescan, true); /* taken by __kwatch_process_follow_look() */
	kwatch_work_soon();
}

static void birth_work(struct callback_head *work)
{
	struct birth *birth = container_of(work, struct birth, work);
	struct kwatch_process *process = birth->process;
	struct kwatch_watch *watch;

	kwatch_lock();
	atomic_dec(&process->births);
	watch = process->watch;
	if (watch && !(current->flags & PF_EXITING)) {
		if (!__kwatch_group_find(process, current) && __kwatch_group_add(process, current))
			look_for_new(process);
		if (watch->state == KWATCH_STATE_ARMED)
			kwatch_threads_cover(&watch->bps, current);
	}
	/* It may have been the last that kept the watch. */
	kwatch_work_soon();
	kwatch_unlock();
	kwatch_process_put(process);
	kfree(birth);
	/* kwatch_process_follow_exit() waits until this has returned. */
	module_put(THIS_MODULE);
}

/* Called by the probe, which may not sleep. */
static void announce(struct kwatch_process *process, struct task_struct *task)
{
	struct birth *birth = NULL;

	/*
	 * What never runs a program runs no task_work before it; vhost's tasks run none
	 * at all.  And a load that fails does not ask who holds the module.
	 */
	if (!(task->flags & (PF_KTHREAD | PF_IO_WORKER | PF_USER_WORKER)) &&
	    THIS_MODULE->state == MODULE_STATE_LIVE)
		birth = kmalloc(sizeof(*birth), GFP_ATOMIC);
	if (!birth) {
		look_for_new(process);
		return;
	}
	/* Its watch may just be going, or kwatch. */
	if (!try_module_get(THIS_MODULE))
		goto out_birth;
	if (!kref_get_unless_zero(&process->ref))
		goto out_module;
	init_task_work(&birth->work, birth_work);
	birth->process = process;
	WRITE_ONCE(had_births, true); /* read by kwatch_process_follow_exit() */
	atomic_inc(&process->births);
	if (!task_work_add(task, &birth->work, TWA_RESUME))
		return;
	/* It cannot be over before it began; but nothing depends on that. */
	atomic_dec(&process->births);
	kwatch_process_put(process);
out_module:
	module_put(THIS_MODULE);
out_birth:
	kfree(birth);
}

/* In the parent, before @task runs. */
static void probe_newtask(void *unused, struct task_struct *task, unsigned long flags)
{
	struct kwatch_group *group;

	rcu_read_lock();
	kwatch_for_each_group(group, current->signal) {
		if (flags & CLONE_THREAD) {
			if (!kwatch_threads_covers(group->process, task))
				announce(group->process, task);
		} else if (flags & CLONE_VM || group->process->children) {
			announce(group->process, task);
		}
	}
	rcu_read_unlock();
}

static void probe_exec(void *unused, struct task_struct *task)
{
	struct kwatch_group *group;

	rcu_read_lock();
	kwatch_for_each_group(group, task->signal) {
		WRITE_ONCE(group->execed, true); /* read by __kwatch_process_follow_look() */
		kwatch_work_soon();
	}
	rcu_read_unlock();
}

static void probe_exit(void *unused, struct task_struct *task)
{
	struct kwatch_group *group;

	if (atomic_read(&task->signal->live))
		return;
	rcu_read_lock();
	kwatch_for_each_group(group, task->signal)
		kwatch_work_soon();
	rcu_read_unlock();
}

static void find_tracepoint(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "task_newtask"))
		tp_newtask = tp;
	else if (!strcmp(tp->name, "sched_process_exec"))
		tp_exec = tp;
	else if (!strcmp(tp->name, "sched_process_exit"))
		tp_exit = tp;
}

static void stop_probes(void)
{
	tracepoint_probe_unregister(tp_newtask, probe_newtask, NULL);
	tracepoint_probe_unregister(tp_exec, probe_exec, NULL);
	tracepoint_probe_unregister(tp_exit, probe_exit, NULL);
	kwatch_exit_stores_stop();
	/* No probe runs after this, so the module may go. */
	tracepoint_synchronize_unregister();
}

static int start_probes(void)
{
	int ret;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (!tp_newtask || !tp_exec || !tp_exit)
		return -EOPNOTSUPP;
	ret = tracepoint_probe_register(tp_newtask, probe_newtask, NULL);
	if (ret)
		return ret;
	ret = tracepoint_probe_register(tp_exec, probe_exec, NULL);
	if (ret)
		goto err_exec;
	ret = tracepoint_probe_register(tp_exit, probe_exit, NULL);
	if (ret)
		goto err_exit;
	kwatch_exit_stores_start();
	return 0;

err_exit:
	tracepoint_probe_unregister(tp_exec, probe_exec, NULL);
err_exec:
	tracepoint_probe_unregister(tp_newtask, probe_newtask, NULL);
	tracepoint_synchronize_unregister();
	return ret;
}

int kwatch_process_follow_ready(void)
{
	int ret = 0;

	mutex_lock(&probe_mutex);
	if (!probing)
		ret = start_probes();
	WRITE_ONCE(probing, !ret); /* read by kwatch_process_follow_tidy() */
	mutex_unlock(&probe_mutex);
	return ret;
}

static void tidy(struct work_struct *work)
{
	mutex_lock(&probe_mutex);
	if (probing && !kwatch_process_any()) {
		stop_probes();
		probing = false;
	}
	mutex_unlock(&probe_mutex);
}

static DECLARE_DELAYED_WORK(tidy_work, tidy);

/* Not at once: to place and remove them patches the kernel, and takes a while. */
void kwatch_process_follow_tidy(void)
{
	if (!READ_ONCE(probing) || kwatch_process_any()) /* changes with the mutex held */
		return;
	/*
	 * With the mutex held, so that it is not queued once kwatch_process_follow_exit()
	 * has been.
	 */
	mutex_lock(&probe_mutex);
	if (probing)
		queue_delayed_work(system_percpu_wq, &tidy_work, LINGER);
	mutex_unlock(&probe_mutex);
}

void kwatch_process_follow_exit(void)
{
	kwatch_process_wait();
	mutex_lock(&probe_mutex);
	if (probing)
		stop_probes();
	probing = false;
	mutex_unlock(&probe_mutex);
	cancel_delayed_work_sync(&tidy_work);
	/* A birth that gave the module back may have been preempted on its way out. */
	if (READ_ONCE(had_births)) /* stored by announce() */
		synchronize_rcu_tasks();
	/* Groups are freed by a function of ours. */
	rcu_barrier();
}

static void set_hot(struct kwatch_process *process, struct kwatch_plan *plan)
{
	spin_lock(&process->lock);
	process->plan = plan;
	spin_unlock(&process->lock);
}

int __kwatch_process_follow_begin(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;
	int ret;

	lockdep_assert_held(&kwatch_mutex);
	WRITE_ONCE(process->watch, watch); /* read by kwatch_group_of_current() */
	set_hot(process, &watch->plan);
	ret = __kwatch_group_add(process, process->task) ?: __kwatch_group_add_kin(process);
	if (ret)
		return ret;
	/*
	 * It may have run another program before probe_exec() could find the group, and
	 * then it has other memory.  The barrier orders the group's publication before
	 * that look; exec stores the new memory long before the probe.
	 */
	smp_mb();
	if (!kwatch_group_has_memory(process, process->task))
		__kwatch_group_drop(__kwatch_group_find(process, process->task));
	return list_empty(&process->groups) ? -ESRCH : 0;
}

void __kwatch_process_follow_end(struct kwatch_process *process)
{
	struct kwatch_group *group, *next;

	lockdep_assert_held(&kwatch_mutex);
	WRITE_ONCE(process->watch, NULL); /* likewise */
	set_hot(process, NULL);
	list_for_each_entry_safe(group, next, &process->groups, node)
		__kwatch_group_drop(group);
	kwatch_process_put(process);
}

void __kwatch_process_follow_rearm(struct kwatch_process *process)
{
	lockdep_assert_held(&kwatch_mutex);
	if (!process->told)
		return;
	process->told = false;
	smp_store_release(&process->unmapped.state, 0); /* read by kwatch_culprit_claim() */
}

bool __kwatch_process_follow_is_over(const struct kwatch_watch *watch)
{
	lockdep_assert_held(&kwatch_mutex);
	return list_empty(&watch->process->groups) &&
	       !atomic_read(&watch->process->births);
}

/* The watch stays, as a debugger's does: something else may be mapped there. */
static void tell_unmapped(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;

	if (!kwatch_culprit_is_known(&process->unmapped) || process->told || process->ends ||
	    watch->state != KWATCH_STATE_ARMED)
		return;
	kwatch_gone_tell(&watch->plan, KWATCH_RECORD_FREED, KWATCH_GONE_UNMAPPED,
			 &process->unmapped, 0);
	process->told = true;
}

u64 __kwatch_process_follow_look(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;
	struct kwatch_group *group, *next;
	bool dropped = false, left = false;
	u64 again = U64_MAX;

	lockdep_assert_held(&kwatch_mutex);
	list_for_each_entry_safe(group, next, &process->groups, node) {
		bool execed = READ_ONCE(group->execed); /* stored by probe_exec() */

		if (execed || is_over(group->task)) {
			left |= execed && group->task == process->task;
			__kwatch_group_drop(group);
			dropped = true;
			continue;
		}
		if (!atomic_read(&group->task->signal->live))
			again = EXIT_POLL_NS;
	}
	if (dropped)
		kwatch_threads_reap(&watch->bps);
	if (left && !is_shared(process))
		kwatch_hit_end(&watch->plan, KWATCH_GONE_EXEC);
	tell_unmapped(watch);
	if (xchg(&process->rescan, false) && /* set by look_for_new() */
	    (__kwatch_group_add_kin(process) || kwatch_cover_retry(&watch->bps))) {
		WRITE_ONCE(process->rescan, true);
		again = min_t(u64, again, KWATCH_UNCOVERED_RETRY_NS);
	}
	if (__kwatch_process_follow_is_over(watch))
		kwatch_hit_end(&watch->plan, KWATCH_GONE_TASK);
	return again;
}
