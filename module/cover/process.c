// SPDX-License-Identifier: GPL-2.0
/*
 * The process whose memory a watch is on.  See process.h.
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
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/task_work.h>
#include <linux/tracepoint.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "cover.h"
#include "ending.h"
#include "read/gone.h"
#include "hit/hit.h"
#include "pid.h"
#include "process.h"
#include "watch/deferred.h"
#include "uncovered.h"
#include "hit/value.h"
#include "watch/watch.h"

#define HASH_BITS	6

/* How long the probes stay when the last watch of a process has gone. */
#define LINGER		(10 * HZ)

/* Between the tracepoint for exit and the end of a task's memory. */
#define EXIT_POLL_NS	NSEC_PER_MSEC

/**
 * struct kwatch_group - a process that is followed for a watch
 * @hash:   by @task->signal; for the probes, under RCU
 * @node:   in process->groups; protected by kwatch_watch_mutex
 * @process: of the watch
 * @task:   one of its threads, held by a reference, alive or not
 * @execed: it runs another program; stored by a probe
 * @rcu:    frees it
 */
struct kwatch_group {
	struct hlist_node hash;
	struct list_head node;
	struct kwatch_process *process;
	struct task_struct *task;
	bool	execed;
	struct rcu_head rcu;
};

/**
 * struct birth - a new task that is to have a breakpoint
 * @work:    runs in it, before its program does
 * @process: whose, held by a reference
 */
struct birth {
	struct callback_head work;
	struct kwatch_process *process;
};

/* Of struct kwatch_group; written with kwatch_watch_mutex held. */
static struct hlist_head groups[1 << HASH_BITS];

static struct tracepoint *tp_newtask, *tp_exec, *tp_exit;

/*
 * Protects the next two; outside of kwatch_watch_lock(), because placing a
 * tracepoint takes cpus_read_lock().
 */
static DEFINE_MUTEX(probe_mutex);
static bool probing;
static atomic_t nr_processes = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(freed_wait);

/* There was a birth; each holds the module, but not to the end of its function. */
static bool had_births;

static struct hlist_head *bucket(const struct signal_struct *signal)
{
	return &groups[hash_ptr(signal, HASH_BITS)];
}

/* Groups. */

static int add_group(struct kwatch_process *process, struct task_struct *task)
{
	struct kwatch_group *group = kzalloc(sizeof(*group), GFP_KERNEL);

	if (!group)
		return -ENOMEM;
	group->process = process;
	group->task = get_task_struct(task);
	list_add_tail(&group->node, &process->groups);
	hlist_add_head_rcu(&group->hash, bucket(task->signal));
	return 0;
}

static void free_group(struct rcu_head *rcu)
{
	struct kwatch_group *group = container_of(rcu, struct kwatch_group, rcu);

	/* A probe may have looked at it until now. */
	put_task_struct(group->task);
	kfree(group);
}

static void drop_group(struct kwatch_group *group)
{
	hlist_del_rcu(&group->hash);
	list_del(&group->node);
	call_rcu(&group->rcu, free_group);
}

static struct kwatch_group *find_group(const struct kwatch_process *process,
				       const struct task_struct *task)
{
	struct kwatch_group *group;

	list_for_each_entry(group, &process->groups, node)
		if (group->task->signal == task->signal)
			return group;
	return NULL;
}

/* Has any thread of a process the memory that is watched? */
static bool has_memory(const struct kwatch_process *process, struct task_struct *task)
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

/* Has a child of vfork() or CLONE_VM the memory still, when the process has left it? */
static bool is_shared(const struct kwatch_process *process)
{
	struct kwatch_group *group;

	list_for_each_entry(group, &process->groups, node)
		if (has_memory(process, group->task))
			return true;
	return false;
}

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

struct task_struct **__kwatch_process_tasks(const struct kwatch_process *process,
					    unsigned int *nr)
{
	struct task_struct **tasks, *t;
	struct kwatch_group *group;
	unsigned int room = 16, all;

	lockdep_assert_held(&kwatch_watch_mutex);
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
		kwatch_process_tasks_put(tasks, *nr);
		room = all + all / 4;
	}
}

void kwatch_process_tasks_put(struct task_struct **tasks, unsigned int nr)
{
	while (nr--)
		put_task_struct(tasks[nr]);
	kvfree(tasks);
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
	    find_group(process, rcu_dereference(leader->real_parent)))
		return true;
	for_each_thread(leader, t)
		if (READ_ONCE(t->mm)) /* stored by exec and exit_mm() */
			return t->mm == process->mm;
	return false;
}

/*
 * Follow those that are not followed yet.  Both locks held.  Return: 0 or -ENOMEM.
 */
static int follow_kin(struct kwatch_process *process)
{
	struct task_struct *leader, *found[16];
	unsigned int nr, i;
	int ret = 0;

	do {
		nr = 0;
		rcu_read_lock();
		for_each_process(leader)
			if (nr < ARRAY_SIZE(found) && is_kin(process, leader) &&
			    !find_group(process, leader))
				found[nr++] = get_task_struct(leader);
		rcu_read_unlock();
		for (i = 0; i < nr; i++) {
			ret = ret ?: add_group(process, found[i]);
			put_task_struct(found[i]);
		}
	} while (nr == ARRAY_SIZE(found) && !ret);
	return ret;
}

/* What is unmapped. */

#ifdef CONFIG_MMU_NOTIFIER

/*
 * munmap(), or mremap() away, made by anybody who has the memory; not what only drops
 * pages, as madvise() and swapping do.  The bytes are gone, and no other thread can
 * map something else there before this returns.
 */
static void range_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct kwatch_process *process = container_of(notifier, struct kwatch_process, notifier);
	unsigned int i;

	if (range->event != MMU_NOTIFY_UNMAP || range->start >= process->addr + process->len ||
	    range->end <= process->addr)
		return;
	if (kwatch_culprit_claim(&process->unmapped)) {
		kwatch_culprit_note(&process->unmapped, _RET_IP_, NULL);
		if (current->mm == process->mm)
			kwatch_culprit_note_user(&process->unmapped);
		kwatch_culprit_publish(&process->unmapped);
	}
	spin_lock(&process->lock);
	if (process->hot && process->ends)
		kwatch_hit_end(process->hot, KWATCH_GONE_UNMAPPED);
	for (i = 0; process->hot && i < KWATCH_SLOTS_MAX; i++)
		kwatch_value_forget(process->hot->values, i);
	spin_unlock(&process->lock);
	kwatch_tend_soon();
}

static void free_notifier(struct mmu_notifier *notifier)
{
	kfree_rcu(container_of(notifier, struct kwatch_process, notifier), rcu);
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range_end = range_end,
	.free_notifier = free_notifier,
};

/* A signal that is pending would make it fail: none is let through meanwhile. */
static int watch_mapping(struct kwatch_process *process, struct mm_struct *mm)
{
	sigset_t all, before;
	int ret;

	process->notifier.ops = &notifier_ops;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	ret = __mmu_notifier_register(&process->notifier, mm);
	sigprocmask(SIG_SETMASK, &before, NULL);
	mmap_write_unlock(mm);
	return ret;
}

static void free_watched(struct kwatch_process *process)
{
	if (process->mm)
		mmu_notifier_put(&process->notifier);
	else
		kfree_rcu(process, rcu);
}

static void free_all_watched(void)
{
	mmu_notifier_synchronize();
}

#else /* the kernel does not tell */

static int watch_mapping(struct kwatch_process *process, struct mm_struct *mm)
{
	return 0;
}

static void free_watched(struct kwatch_process *process)
{
	kfree_rcu(process, rcu);
}

static void free_all_watched(void)
{
}

#endif

/* New tasks. */

/* As soon as may be, which is not before it runs. */
static void look_for_new(struct kwatch_process *process)
{
	WRITE_ONCE(process->rescan, true); /* taken by __kwatch_process_tend() */
	kwatch_tend_soon();
}

static void birth_work(struct callback_head *work)
{
	struct birth *birth = container_of(work, struct birth, work);
	struct kwatch_process *process = birth->process;
	struct kwatch_watch *watch;

	kwatch_watch_lock();
	atomic_dec(&process->births);
	watch = process->watch;
	if (watch && !(current->flags & PF_EXITING)) {
		if (!find_group(process, current) && add_group(process, current))
			look_for_new(process);
		if (watch->state == KWATCH_STATE_ARMED)
			kwatch_bp_cover(&watch->bps, current);
	}
	/* It may have been the last that kept the watch. */
	kwatch_tend_soon();
	kwatch_watch_unlock();
	kwatch_process_put(process);
	kfree(birth);
	/* kwatch_process_exit() waits until this has returned. */
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
	WRITE_ONCE(had_births, true); /* read by kwatch_process_exit() */
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
	hlist_for_each_entry_rcu(group, bucket(current->signal), hash) {
		if (group->task->signal != current->signal)
			continue;
		if (flags & CLONE_THREAD) {
			if (!kwatch_bp_covers(group->process, task))
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
	hlist_for_each_entry_rcu(group, bucket(task->signal), hash) {
		if (group->task->signal != task->signal)
			continue;
		WRITE_ONCE(group->execed, true); /* read by __kwatch_process_tend() */
		kwatch_tend_soon();
	}
	rcu_read_unlock();
}

static void probe_exit(void *unused, struct task_struct *task)
{
	struct kwatch_group *group;

	if (atomic_read(&task->signal->live))
		return;
	rcu_read_lock();
	hlist_for_each_entry_rcu(group, bucket(task->signal), hash)
		if (group->task->signal == task->signal)
			kwatch_tend_soon();
	rcu_read_unlock();
}

void kwatch_process_of_current(void (*look)(struct kwatch_watch *watch, void *arg), void *arg)
{
	struct kwatch_group *group;
	struct kwatch_watch *watch;

	rcu_read_lock();
	hlist_for_each_entry_rcu(group, bucket(current->signal), hash) {
		if (group->task->signal != current->signal || current->mm != group->process->mm)
			continue;
		/* Stored by follow and unfollow; a watch is freed after a grace period. */
		watch = READ_ONCE(group->process->watch);
		if (watch)
			look(watch, arg);
	}
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
	kwatch_ending_stop();
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
	kwatch_ending_start();
	return 0;

err_exit:
	tracepoint_probe_unregister(tp_exec, probe_exec, NULL);
err_exec:
	tracepoint_probe_unregister(tp_newtask, probe_newtask, NULL);
	tracepoint_synchronize_unregister();
	return ret;
}

static int need_probes(void)
{
	int ret = 0;

	mutex_lock(&probe_mutex);
	if (!probing)
		ret = start_probes();
	WRITE_ONCE(probing, !ret); /* read by kwatch_process_tidy() */
	if (!ret)
		atomic_inc(&nr_processes);
	mutex_unlock(&probe_mutex);
	return ret;
}

static void tidy(struct work_struct *work)
{
	mutex_lock(&probe_mutex);
	if (probing && !atomic_read(&nr_processes)) {
		stop_probes();
		probing = false;
	}
	mutex_unlock(&probe_mutex);
}

static DECLARE_DELAYED_WORK(tidy_work, tidy);

/* Not at once: to place and remove them patches the kernel, and takes a while. */
void kwatch_process_tidy(void)
{
	if (!READ_ONCE(probing) || atomic_read(&nr_processes)) /* changes with the mutex held */
		return;
	/* With the mutex held, so that it is not queued once kwatch_process_exit() has been. */
	mutex_lock(&probe_mutex);
	if (probing)
		queue_delayed_work(system_percpu_wq, &tidy_work, LINGER);
	mutex_unlock(&probe_mutex);
}

void kwatch_process_exit(void)
{
	/* They are freed by tend.c's work. */
	wait_event(freed_wait, !atomic_read(&nr_processes));
	free_all_watched();
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

/* The process. */

static void free_process(struct work_struct *work)
{
	struct kwatch_process *process = container_of(work, struct kwatch_process, work);
	struct mm_struct *mm = process->mm;

	kwatch_bp_pilot_put(process->pilot);
	put_task_struct(process->task);
	free_watched(process);
	if (mm)
		mmdrop(mm);
	/* The probes go with the next kwatch_process_tidy(). */
	if (atomic_dec_and_test(&nr_processes))
		wake_up_all(&freed_wait);
}

static void release(struct kref *ref)
{
	struct kwatch_process *process = container_of(ref, struct kwatch_process, ref);

	/* From here, because a probe may have had the last reference. */
	kwatch_tend_queue(&process->work);
}

void kwatch_process_put(struct kwatch_process *process)
{
	if (process)
		kref_put(&process->ref, release);
}

/* A driver's mapping may be a device's registers, which to read may change something. */
static bool is_device(struct mm_struct *mm, const struct kwatch_spec *spec)
{
	unsigned long addr = spec->addr + spec->offset;
	struct vm_area_struct *vma;
	bool ret;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	ret = vma && vma->vm_start < addr + (spec->len ?: 1) && vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return ret;
}

static int fault_in(struct task_struct *task, const struct kwatch_spec *spec)
{
	unsigned long addr = spec->addr + spec->offset;
	u32 len = spec->len ?: 1;
	u8 bytes[KWATCH_LEN_MAX];

	if (addr + len < addr || addr + len > TASK_SIZE_MAX)
		return -EFAULT;
	return access_process_vm(task, addr, bytes, len, FOLL_FORCE) == len ? 0 : -EFAULT;
}

static struct kwatch_process *create(struct task_struct *task, const struct kwatch_spec *spec)
{
	struct kwatch_process *process = kzalloc(sizeof(*process), GFP_KERNEL);

	if (!process)
		return NULL;
	process->pilot = kwatch_bp_pilot_get();
	if (IS_ERR(process->pilot)) {
		kfree(process);
		return NULL;
	}
	kref_init(&process->ref);
	INIT_LIST_HEAD(&process->groups);
	INIT_WORK(&process->work, free_process);
	process->task = get_task_struct(task);
	process->exec_id = READ_ONCE(task->self_exec_id);
	process->made_ns = ktime_get_ns();
	process->children = spec->children;
	process->ends = spec->until == KWATCH_UNTIL_FREE;
	process->addr = spec->addr + spec->offset;
	process->len = spec->len ?: 1;
	spin_lock_init(&process->lock);
	return process;
}

struct kwatch_process *kwatch_process_find(const struct kwatch_cmd *cmd,
					   struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	struct kwatch_process *process = NULL;
	struct task_struct *task;
	struct mm_struct *mm;
	int ret;

	task = kwatch_pid_task(spec->pid);
	if (!task) {
		kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID], "No such process");
		return NULL;
	}
	mm = get_task_mm(task);
	if (!mm) {
		if (task->flags & PF_KTHREAD)
			kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_PID],
				      "A kernel thread has no user memory");
		else
			kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID],
				      "The process has ended");
		goto out_task;
	}
	if (is_device(mm, spec)) {
		kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_TARGET],
			      "A driver has mapped that: to read it may change what a device does");
		goto out_mm;
	}
	if (fault_in(task, spec)) {
		kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_TARGET],
			      "No memory of the process is mapped there");
		goto out_mm;
	}
	if (need_probes()) {
		kwatch_refuse(answer, -EOPNOTSUPP, cmd->at[KWATCH_WORD_PID],
			      "The kernel cannot tell what becomes of a process");
		goto out_mm;
	}
	process = create(task, spec);
	if (!process) {
		atomic_dec(&nr_processes);
		kwatch_refuse(answer, -ENOMEM, 0, "No memory");
		goto out_mm;
	}
	ret = watch_mapping(process, mm);
	if (ret) {
		kwatch_refuse(answer, ret, 0, ret == -EINTR ? "Interrupted" : "No memory");
		kwatch_process_put(process);
		process = NULL;
		goto out_mm;
	}
	mmgrab(mm);
	process->mm = mm;
out_mm:
	mmput(mm);
out_task:
	put_task_struct(task);
	return process;
}

static void set_hot(struct kwatch_process *process, struct kwatch_hot *hot)
{
	spin_lock(&process->lock);
	process->hot = hot;
	spin_unlock(&process->lock);
}

int __kwatch_process_follow(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;
	int ret;

	lockdep_assert_held(&kwatch_watch_mutex);
	WRITE_ONCE(process->watch, watch); /* read by kwatch_process_of_current() */
	set_hot(process, &watch->hot);
	ret = add_group(process, process->task) ?: follow_kin(process);
	if (ret)
		return ret;
	/*
	 * It may have run another program before probe_exec() could find the group, and
	 * then it has other memory.  The barrier orders the group's publication before
	 * that look; exec stores the new memory long before the probe.
	 */
	smp_mb();
	if (!has_memory(process, process->task))
		drop_group(find_group(process, process->task));
	return list_empty(&process->groups) ? -ESRCH : 0;
}

void __kwatch_process_unfollow(struct kwatch_process *process)
{
	struct kwatch_group *group, *next;

	lockdep_assert_held(&kwatch_watch_mutex);
	WRITE_ONCE(process->watch, NULL); /* likewise */
	set_hot(process, NULL);
	list_for_each_entry_safe(group, next, &process->groups, node)
		drop_group(group);
	kwatch_process_put(process);
}

void __kwatch_process_rearm(struct kwatch_process *process)
{
	lockdep_assert_held(&kwatch_watch_mutex);
	if (!process->told)
		return;
	process->told = false;
	smp_store_release(&process->unmapped.state, 0); /* read by kwatch_culprit_claim() */
}

bool __kwatch_process_is_gone(const struct kwatch_watch *watch)
{
	lockdep_assert_held(&kwatch_watch_mutex);
	return list_empty(&watch->process->groups) &&
	       !atomic_read(&watch->process->births);
}

/* The watch stays, as a debugger's does: something else may be mapped there. */
static void tend_mapping(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;

	if (!kwatch_culprit_is_known(&process->unmapped) || process->told || process->ends ||
	    watch->state != KWATCH_STATE_ARMED)
		return;
	kwatch_gone_tell(watch, KWATCH_RECORD_FREED, KWATCH_GONE_UNMAPPED,
			 &process->unmapped, 0);
	process->told = true;
}

u64 __kwatch_process_tend(struct kwatch_watch *watch)
{
	struct kwatch_process *process = watch->process;
	struct kwatch_group *group, *next;
	bool dropped = false, left = false;
	u64 again = U64_MAX;

	lockdep_assert_held(&kwatch_watch_mutex);
	list_for_each_entry_safe(group, next, &process->groups, node) {
		bool execed = READ_ONCE(group->execed); /* stored by probe_exec() */

		if (execed || is_over(group->task)) {
			left |= execed && group->task == process->task;
			drop_group(group);
			dropped = true;
			continue;
		}
		if (!atomic_read(&group->task->signal->live))
			again = EXIT_POLL_NS;
	}
	if (dropped)
		kwatch_bp_reap(&watch->bps);
	if (left && !is_shared(process))
		kwatch_hit_end(&watch->hot, KWATCH_GONE_EXEC);
	tend_mapping(watch);
	if (xchg(&process->rescan, false) && /* set by look_for_new() */
	    (follow_kin(process) || kwatch_bp_retry(&watch->bps))) {
		WRITE_ONCE(process->rescan, true);
		again = min_t(u64, again, KWATCH_UNCOVERED_RETRY_NS);
	}
	if (__kwatch_process_is_gone(watch))
		kwatch_hit_end(&watch->hot, KWATCH_GONE_TASK);
	return again;
}

/* Its memory. */

/**
 * struct look - one read, by somebody who may borrow the memory
 * @work: does it
 * @process: whose
 * @addr: where
 * @len:  bytes
 * @value: result
 * @ok:   result
 */
struct look {
	struct work_struct work;
	const struct kwatch_process *process;
	unsigned long addr;
	u32	len;
	u64	value;
	bool	ok;
};

/*
 * In a kernel thread.  Not by access_process_vm(), which waits for whoever
 * handles the process's page faults, and that may be the process.
 */
static void look_borrowed(struct look *look)
{
	if (!mmget_not_zero(look->process->mm))
		return;
	kthread_use_mm(look->process->mm);
	look->ok = kwatch_value_look_user(look->addr, look->len, &look->value);
	kthread_unuse_mm(look->process->mm);
	/* Locks are held, and to take a process's memory apart may wait for anybody. */
	mmput_async(look->process->mm);
}

static void look_work(struct work_struct *work)
{
	look_borrowed(container_of(work, struct look, work));
}

bool kwatch_process_look(const struct kwatch_process *process, unsigned long addr,
			 u32 len, u64 *value)
{
	struct look look = { .process = process, .addr = addr, .len = len };

	if (current->mm == process->mm)
		return kwatch_value_look_user(addr, len, value);
	if (current->flags & PF_KTHREAD) {
		look_borrowed(&look);
	} else {
		INIT_WORK_ONSTACK(&look.work, look_work);
		queue_work(system_dfl_wq, &look.work);
		flush_work(&look.work);
		destroy_work_on_stack(&look.work);
	}
	*value = look.value;
	return look.ok;
}
