// SPDX-License-Identifier: GPL-2.0
/*
 * Breakpoints of a process: the other half of the only place that talks to
 * perf.  See bp.h.
 *
 * Every thread that exists gets an event of its own, and threads that it makes
 * inherit it.  There is no way to switch the inherited ones off and on again
 * from outside of perf; so to pause is to release them all, and to go on is to
 * cover all threads anew.
 */
#include <linux/err.h>
#include <linux/hw_breakpoint.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "arch/arch.h"
#include "bp.h"
#include "process.h"

/**
 * struct kwatch_bp_thread - the events of a thread, and of those it makes
 * @node: in bps->threads
 * @task: the thread, held by a reference
 * @late: when it got its events, it was on its way to an access that they did not see
 * @slot: by slot
 */
struct kwatch_bp_thread {
	struct list_head node;
	struct task_struct *task;
	bool	late;
	struct kwatch_bp slot[KWATCH_SLOTS_MAX];
};

static void release(const struct kwatch_bps *bps, struct kwatch_bp_thread *thread)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (thread->slot[i].event)
			kwatch_arch_release(thread->slot[i].event);
}

static void free_thread(struct kwatch_bp_thread *thread)
{
	put_task_struct(thread->task);
	kfree(thread);
}

/*
 * Where traps come first, a thread may trap, lose its CPU, and make its access after a
 * watch was armed that never saw the trap.  Not any more if it has had a hit since.
 */
static bool is_late(const struct kwatch_bps *bps, struct task_struct *task)
{
	const struct kwatch_expects *expects;
	unsigned int i;

	if (!kwatch_arch_stepped(task) || READ_ONCE(task->flags) & PF_EXITING)
		return false;
	expects = bps->expects[task->pid % KWATCH_EXPECTS_THREADS];
	for (i = 0; i < bps->nr; i++)
		if (READ_ONCE(expects[i].tid) == task->pid) /* stored by kwatch_hit_expect() */
			return false;
	return true;
}

bool kwatch_bp_late(struct kwatch_bps *bps)
{
	struct kwatch_bp_thread *thread;
	bool late = false;

	if (!bps->process || !bps->expects)
		return false;
	list_for_each_entry(thread, &bps->threads, node) {
		thread->late = thread->late && is_late(bps, thread->task);
		late |= thread->late;
	}
	smp_rmb(); /* who is not late has made his access before he was seen so */
	return late;
}

static int create(struct kwatch_bps *bps, struct task_struct *task, unsigned int i,
		  struct kwatch_bp *bp)
{
	struct perf_event_attr attr;
	struct perf_event *event;
	u8 type = bps->hot->type;

	kwatch_bp_fill(bp, bps, i, bps->addr);
	hw_breakpoint_init(&attr);
	kwatch_attr_follow(&attr);
	attr.bp_addr = bps->addr + bps->part[i].offset;
	attr.bp_len = kwatch_arch_bp_len(type, bps->part[i].len);
	attr.bp_type = kwatch_arch_bp_type(type);
	event = kwatch_arch_create(&attr, bps->cpu, task, bp);
	if (IS_ERR(event))
		return PTR_ERR(event) == -EINVAL ? -EOPNOTSUPP : PTR_ERR(event);
	bp->event = event;
	return 0;
}

static int add_thread(struct kwatch_bps *bps, struct task_struct *task)
{
	struct kwatch_bp_thread *thread = kzalloc(sizeof(*thread), GFP_KERNEL);
	unsigned int i;
	int ret = 0;

	if (!thread)
		return -ENOMEM;
	thread->task = get_task_struct(task);
	for (i = 0; !ret && i < bps->nr; i++)
		ret = create(bps, task, i, &thread->slot[i]);
	if (!ret) {
		/* Not before: it may have trapped until it had them. */
		thread->late = bps->expects && is_late(bps, task);
		list_add_tail(&thread->node, &bps->threads);
		return 0;
	}
	release(bps, thread);
	/* As in kwatch_bp_disarm(). */
	synchronize_rcu_expedited();
	free_thread(thread);
	return ret;
}

static bool is_of(struct perf_event *event, const struct task_struct *task)
{
	struct perf_event *child;
	bool found = event->hw.target == task;

	/* perf may move events between threads, but not what they were made for. */
	mutex_lock(&event->child_mutex);
	list_for_each_entry(child, &event->child_list, child_list)
		if (child->hw.target == task)
			found = true;
	mutex_unlock(&event->child_mutex);
	return found;
}

static bool is_covered(const struct kwatch_bps *bps, const struct task_struct *task)
{
	const struct kwatch_bp_thread *thread;

	list_for_each_entry(thread, &bps->threads, node)
		if (is_of(thread->slot[0].event, task))
			return true;
	return false;
}

/* Cover those of @tasks that are not.  Return: how many that were, or -errno. */
static int cover_tasks(struct kwatch_bps *bps, struct task_struct **tasks,
		       unsigned int nr)
{
	unsigned int i;
	int ret, new = 0;

	for (i = 0; i < nr; i++) {
		if (is_covered(bps, tasks[i]))
			continue;
		ret = add_thread(bps, tasks[i]);
		if (ret && ret != -ESRCH) /* it is just exiting */
			return ret;
		new += !ret;
	}
	return new;
}

/*
 * Until there is nobody new: a thread that is covered has no child that is not,
 * but for those that it was making at that moment, which process.c finds.
 */
int kwatch_bp_cover(struct kwatch_bps *bps)
{
	struct task_struct **tasks;
	unsigned int nr;
	int ret;

	if (!bps->armed || bps->off)
		return 0;
	do {
		tasks = __kwatch_process_tasks(bps->process, &nr);
		if (!tasks)
			return -ENOMEM;
		ret = cover_tasks(bps, tasks, nr);
		kwatch_process_tasks_put(tasks, nr);
	} while (ret > 0);
	return ret;
}

bool kwatch_bp_covers(const struct kwatch_process *process, struct task_struct *task)
{
	struct perf_event_context *ctx = kwatch_task_context(task);
	const struct kwatch_bp *bp;
	struct perf_event *event;
	unsigned long flags;
	bool found = false;

	if (!ctx)
		return false;
	raw_spin_lock_irqsave(&ctx->lock, flags);
	list_for_each_entry(event, &ctx->event_list, event_entry) {
		bp = kwatch_arch_bp_of(event);
		if (bp && bp->process == process)
			found = true;
	}
	raw_spin_unlock_irqrestore(&ctx->lock, flags);
	return found;
}

void kwatch_bp_task_release(struct kwatch_bps *bps)
{
	struct kwatch_bp_thread *thread, *next;

	list_for_each_entry(thread, &bps->threads, node)
		release(bps, thread);
	/* As in kwatch_bp_disarm(). */
	synchronize_rcu_expedited();
	list_for_each_entry_safe(thread, next, &bps->threads, node) {
		list_del(&thread->node);
		free_thread(thread);
	}
}

int kwatch_bp_task_arm(struct kwatch_bps *bps)
{
	int ret;

	INIT_LIST_HEAD(&bps->threads);
	bps->armed = true;
	ret = kwatch_bp_cover(bps);
	if (!ret && list_empty(&bps->threads))
		ret = -ESRCH;
	if (ret)
		kwatch_bp_disarm(bps);
	return ret;
}

/*
 * The first event of a task that perf has makes it patch the kernel, for which
 * it takes cpus_read_lock(), and the last one that goes undoes that.  Events
 * are made here with that lock held, so they must never be the first: the
 * pilot is made before, without locks, and counts nothing.
 */
struct perf_event *kwatch_bp_pilot_get(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_TASK_CLOCK,
		.size = sizeof(attr),
		.disabled = 1,
	};

	return perf_event_create_kernel_counter(&attr, -1, current, NULL, NULL);
}

void kwatch_bp_pilot_put(struct perf_event *pilot)
{
	perf_event_release_kernel(pilot);
}
