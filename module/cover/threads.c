// SPDX-License-Identifier: GPL-2.0
/*
 * Breakpoints on the memory of a process, in each of its threads.  See threads.h.
 *
 * Every thread that exists gets an event of its own, and threads that it makes
 * inherit it.  There is no way to switch the inherited ones off and on again
 * from outside of perf; so to pause is to release them all, and to go on is to
 * cover all threads anew.
 */
#include <linux/err.h>
#include <linux/hw_breakpoint.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/perf_event.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "arch/arch.h"
#include "cover.h"
#include "group.h"
#include "process.h"
#include "process_memory.h"
#include "threads.h"
#include "uncovered.h"
#include "values.h"

/* Threads that are named one by one; if there are more, their number is told. */
#define KWATCH_UNCOVERED_MAX	64

/**
 * struct kwatch_bp_thread - the events of a thread, and of those it makes
 * @node: in bps->threads
 * @task: the thread, held by a reference
 * @late: when it got its events, it was on its way to an access that they did not see
 * @slot: by slot, what the handler knows
 * @event: by slot, perf's side; NULL: none
 */
struct kwatch_bp_thread {
	struct list_head node;
	struct task_struct *task;
	bool	late;
	struct kwatch_bp slot[KWATCH_SLOTS_MAX];
	struct perf_event *event[KWATCH_SLOTS_MAX];
};

static void release(const struct kwatch_bps *bps, struct kwatch_bp_thread *thread)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (thread->event[i])
			kwatch_arch_release(thread->event[i]);
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

static int create(struct kwatch_bps *bps, struct kwatch_bp_thread *thread, unsigned int i)
{
	struct kwatch_bp *bp = &thread->slot[i];
	struct perf_event_attr attr;
	struct perf_event *event;
	u8 type = bps->plan->type;

	kwatch_cover_fill(bp, bps, i, bps->addr);
	hw_breakpoint_init(&attr);
	kwatch_attr_follow(&attr);
	attr.bp_addr = bps->addr + bps->part[i].offset;
	attr.bp_len = kwatch_arch_bp_len(type, bps->part[i].len);
	attr.bp_type = kwatch_arch_bp_type(type);
	event = kwatch_arch_create(&attr, bps->cpu, thread->task, bp);
	if (IS_ERR(event))
		return PTR_ERR(event) == -EINVAL ? -EOPNOTSUPP : PTR_ERR(event);
	thread->event[i] = event;
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
		ret = create(bps, thread, i);
	if (!ret) {
		/* Not before: it may have trapped until it had them. */
		thread->late = bps->expects && is_late(bps, task);
		list_add_tail(&thread->node, &bps->threads);
		return 0;
	}
	bps->free = i - 1;
	release(bps, thread);
	/* As in cpus_disarm(). */
	if (bps->free)
		synchronize_rcu_expedited();
	free_thread(thread);
	return ret;
}

bool kwatch_threads_covers(const struct kwatch_process *process, struct task_struct *task)
{
	struct perf_event_context *ctx = rcu_dereference_raw(kwatch_task_context(task));
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

/*
 * perf may have swapped the events of two threads, of which one inherited the other's;
 * each still has one.
 */
static bool is_covered(const struct kwatch_bps *bps, struct task_struct *task)
{
	bool covered;

	rcu_read_lock();
	covered = kwatch_threads_covers(bps->process, task);
	rcu_read_unlock();
	return covered;
}

/* Threads without a breakpoint. */

static struct kwatch_uncovered *find_uncovered(struct kwatch_bps *bps,
					       const struct task_struct *task)
{
	struct kwatch_uncovered *uncovered;

	list_for_each_entry(uncovered, &bps->uncovered, node)
		if (uncovered->task == task)
			return uncovered;
	return NULL;
}

static void forget(struct kwatch_bps *bps, struct kwatch_uncovered *uncovered,
		   enum kwatch_cover_what what)
{
	kwatch_uncovered_end(bps, uncovered, what);
	list_del(&uncovered->node);
	put_task_struct(uncovered->task);
	kfree(uncovered);
}

/* Return: true if @task is one of bps->uncovered now. */
static bool uncover(struct kwatch_bps *bps, struct task_struct *task, int why)
{
	struct kwatch_uncovered *uncovered = find_uncovered(bps, task);

	if (!uncovered) {
		if (bps->nr_uncovered >= KWATCH_UNCOVERED_MAX)
			return false;
		uncovered = kzalloc(sizeof(*uncovered), GFP_KERNEL);
		if (!uncovered)
			return false;
		uncovered->task = get_task_struct(task);
		uncovered->cpu = KWATCH_CPU_NONE;
		uncovered->count = 1;
		list_add_tail(&uncovered->node, &bps->uncovered);
		kwatch_uncovered_begin(bps, uncovered, why, ktime_get_mono_fast_ns());
	}
	uncovered->scan = bps->scan;
	return true;
}

/* There are @nr uncovered threads that are not in bps->uncovered. */
static void set_others(struct kwatch_bps *bps, unsigned int nr, int why)
{
	struct kwatch_uncovered *others = &bps->others;

	if (!nr) {
		kwatch_uncovered_end(bps, others, KWATCH_COVER_AGAIN);
	} else if (!others->why) {
		others->cpu = KWATCH_CPU_NONE;
		others->count = nr;
		kwatch_uncovered_begin(bps, others, why, ktime_get_mono_fast_ns());
	} else {
		bps->nr_uncovered += nr - others->count;
		others->count = nr;
	}
}

/**
 * struct cover - one pass over threads
 * @bps:    whose
 * @strict: stop at the first that cannot be covered
 * @found:  the threads have been running: say so of those that are new
 * @new:    how many have been covered
 * @others: how many are uncovered, and not in bps->uncovered
 * @why:    of @others, -errno
 */
struct cover {
	struct kwatch_bps *bps;
	bool	strict;
	bool	found;
	unsigned int new;
	unsigned int others;
	int	why;
};

/* Return: 0; -errno where that is the end of it. */
static int cover_task(struct cover *cover, struct task_struct *task)
{
	struct kwatch_bps *bps = cover->bps;
	struct kwatch_uncovered *uncovered = find_uncovered(bps, task);
	bool was_covered = is_covered(bps, task);
	int ret = was_covered ? 0 : add_thread(bps, task);

	if (ret == -ESRCH) /* it is just exiting */
		return 0;
	if (ret && cover->strict)
		return ret;
	if (ret) {
		if (!uncover(bps, task, ret)) {
			cover->others++;
			cover->why = ret;
		}
		return 0;
	}
	if (uncovered)
		forget(bps, uncovered, KWATCH_COVER_AGAIN);
	else if (cover->found && !was_covered && !bps->others.why)
		kwatch_uncovered_was(bps, task, max_t(u64, task->start_time, bps->armed_ns));
	cover->new += !was_covered;
	return 0;
}

/*
 * Until there is nobody new: a thread that is covered has no child that is not,
 * but for those that it was making at that moment, which process.c finds.
 */
static int cover_all(struct cover *cover)
{
	struct kwatch_bps *bps = cover->bps;
	struct kwatch_uncovered *uncovered, *next;
	struct task_struct **tasks;
	unsigned int nr, i;
	int ret;

	bps->scan++;
	do {
		cover->new = 0;
		cover->others = 0;
		tasks = __kwatch_group_tasks(bps->process, &nr);
		if (!tasks)
			return -ENOMEM;
		for (i = 0, ret = 0; i < nr && !ret; i++)
			ret = cover_task(cover, tasks[i]);
		kwatch_group_tasks_put(tasks, nr);
		if (ret)
			return ret;
	} while (cover->new);
	set_others(bps, cover->others, cover->why);
	/* Those that were not seen have ended. */
	list_for_each_entry_safe(uncovered, next, &bps->uncovered, node)
		if (uncovered->scan != bps->scan)
			forget(bps, uncovered, KWATCH_COVER_OVER);
	return 0;
}

static void release_list(const struct kwatch_bps *bps, struct list_head *threads)
{
	struct kwatch_bp_thread *thread, *next;

	list_for_each_entry(thread, threads, node)
		release(bps, thread);
	/* As in cpus_disarm(). */
	synchronize_rcu_expedited();
	list_for_each_entry_safe(thread, next, threads, node) {
		list_del(&thread->node);
		free_thread(thread);
	}
}

void kwatch_threads_cover(struct kwatch_bps *bps, struct task_struct *task)
{
	struct cover cover = { .bps = bps };

	if (!bps->armed || bps->off)
		return;
	cover_task(&cover, task);
	if (cover.others)
		set_others(bps, bps->others.why ? bps->others.count + 1 : 1, cover.why);
}

static int threads_retry(struct kwatch_bps *bps)
{
	struct cover cover = { .bps = bps, .found = true };

	return cover_all(&cover);
}

static void threads_give_up(struct kwatch_bps *bps)
{
	struct kwatch_uncovered *uncovered, *next;

	kwatch_uncovered_end(bps, &bps->others, KWATCH_COVER_OVER);
	list_for_each_entry_safe(uncovered, next, &bps->uncovered, node)
		forget(bps, uncovered, KWATCH_COVER_OVER);
}

static void threads_pause(struct kwatch_bps *bps, unsigned int unit)
{
	bps->off = true;
	release_list(bps, &bps->threads);
}

static int threads_resume(struct kwatch_bps *bps, unsigned int unit)
{
	struct cover cover = { .bps = bps };
	int ret;

	kwatch_cover_note_values(bps, raw_smp_processor_id());
	/* Of accesses before the pause; to which threads are late is found out anew. */
	if (bps->expects)
		memset(bps->expects, 0, KWATCH_EXPECTS_THREADS * sizeof(*bps->expects));
	bps->off = false;
	bps->armed_ns = ktime_get_mono_fast_ns();
	ret = cover_all(&cover);
	if (ret)
		threads_pause(bps, unit);
	return ret;
}

static void threads_disarm(struct kwatch_bps *bps)
{
	release_list(bps, &bps->threads);
	kvfree(bps->expects);
	bps->expects = NULL;
}

static int threads_arm(struct kwatch_bps *bps, unsigned int *failed)
{
	struct cover cover = { .bps = bps, .strict = true };
	int ret;

	*failed = 0;
	INIT_LIST_HEAD(&bps->threads);
	INIT_LIST_HEAD(&bps->uncovered);
	if (!kwatch_arch_after(bps->plan->type)) {
		bps->expects = kvcalloc(KWATCH_EXPECTS_THREADS, sizeof(*bps->expects), GFP_KERNEL);
		if (!bps->expects)
			return -ENOMEM;
	}
	kwatch_cover_note_values(bps, raw_smp_processor_id());
	bps->armed_ns = ktime_get_mono_fast_ns();
	ret = cover_all(&cover);
	if (!ret && list_empty(&bps->threads))
		ret = -ESRCH;
	if (ret)
		threads_disarm(bps);
	return ret;
}

static bool threads_expect(const struct kwatch_bps *bps, unsigned int slot, u64 now)
{
	unsigned int i;

	for (i = 0; bps->expects && i < KWATCH_EXPECTS_THREADS; i++)
		if (kwatch_cover_is_expected(bps, bps->expects[i], slot, now))
			return true;
	return false;
}

static bool threads_late(struct kwatch_bps *bps)
{
	struct kwatch_bp_thread *thread;
	bool late = false;

	if (!bps->expects)
		return false;
	list_for_each_entry(thread, &bps->threads, node) {
		thread->late = thread->late && is_late(bps, thread->task);
		late |= thread->late;
	}
	smp_rmb(); /* who is not late has made his access before he was seen so */
	return late;
}

static bool threads_look(const struct kwatch_bps *bps, unsigned long addr, u32 len, u64 *value)
{
	return kwatch_process_look(bps->process, addr, len, value);
}

/* Has the task of an event ended, and are there no threads that inherited it? */
static bool is_done(struct perf_event *event)
{
	bool done;

	mutex_lock(&event->child_mutex);
	done = READ_ONCE(event->state) <= PERF_EVENT_STATE_EXIT && /* set by perf */
	       list_empty(&event->child_list);
	mutex_unlock(&event->child_mutex);
	return done;
}

void kwatch_threads_reap(struct kwatch_bps *bps)
{
	struct kwatch_bp_thread *thread, *next;
	unsigned int i;
	LIST_HEAD(done);

	if (!bps->armed)
		return;
	list_for_each_entry_safe(thread, next, &bps->threads, node) {
		for (i = 0; i < bps->nr; i++)
			if (!is_done(thread->event[i]))
				break;
		if (i == bps->nr)
			list_move(&thread->node, &done);
	}
	if (!list_empty(&done))
		release_list(bps, &done);
}

const struct kwatch_cover_ops kwatch_cover_threads = {
	.arm	= threads_arm,
	.disarm	= threads_disarm,
	.pause	= threads_pause,
	.resume	= threads_resume,
	.retry	= threads_retry,
	.give_up = threads_give_up,
	.look	= threads_look,
	.expect	= threads_expect,
	.late	= threads_late,
};
