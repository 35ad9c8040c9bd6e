// SPDX-License-Identifier: GPL-2.0
/*
 * What hits leave to be done outside of the exception, and what is to be done
 * from time to time.  See deferred.h.
 *
 * One piece of work looks after all watches: it is queued by an irq_work that
 * a hit queued, and by itself for the time when something is due.  So it needs
 * no reference to a watch, and the mutex keeps it apart from commands.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/workqueue.h>

#include "base/lock.h"
#include "base/work.h"
#include "governor.h"
#include "hit/cpu.h"
#include "exit_stores.h"
#include "list.h"
#include "process_follow.h"
#include "read/buffers.h"
#include "read/event.h"
#include "until_free.h"
#include "cover/process.h"
#include "deferred.h"
#include "read/text.h"
#include "unseen.h"
#include "watch.h"

/* From hits. */

static void work_irq(struct irq_work *work)
{
	kwatch_work_soon();
}

/* What action= wants done; queued by kwatch_action_hit(). */
static void act_irq(struct irq_work *work)
{
	struct kwatch_cpu *cpu = container_of(work, struct kwatch_cpu, act);
	struct kwatch_act *act = &cpu->action;
	unsigned long todo = smp_load_acquire(&act->todo); /* pairs with kwatch_action_hit() */

	if (todo & BIT(KWATCH_ACTION_SIGNAL)) {
		send_sig(act->signo, act->task, 0);
		put_task_struct(act->task);
	}
	if (todo & (BIT(KWATCH_ACTION_DUMP) | BIT(KWATCH_ACTION_PANIC)))
		kwatch_text_log(act->watch, act->ip, act->nr, act->exact);
	if (todo & BIT(KWATCH_ACTION_PANIC))
		panic("kwatch: watch %u was hit", act->watch);
	smp_store_release(&act->todo, 0); /* pairs with kwatch_action_hit() */
}

/* Try again what is uncovered.  Return: as __kwatch_govern(). */
static u64 retry_uncovered(struct kwatch_watch *watch)
{
	struct kwatch_bps *bps = &watch->bps;
	u64 since = ktime_get_mono_fast_ns() - bps->retried_ns;
	unsigned int before = bps->nr_uncovered;

	if (!before || bps->off)
		return U64_MAX;
	if (since < KWATCH_UNCOVERED_RETRY_NS)
		return KWATCH_UNCOVERED_RETRY_NS - since;
	/* Now, because what they stored is forgotten once they are covered. */
	__kwatch_unseen_check(watch);
	kwatch_cover_retry(bps);
	if (bps->nr_uncovered < before)
		__kwatch_unseen_begin(watch);
	return bps->nr_uncovered ? KWATCH_UNCOVERED_RETRY_NS : U64_MAX;
}

/* CPUs that came when there was no memory for them.  Return: as __kwatch_govern(). */
static u64 make_cpus(void)
{
	u64 next = U64_MAX;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (kwatch_buffers_come(cpu))
			next = KWATCH_UNCOVERED_RETRY_NS;
	return next;
}

/* Watches that ended themselves. */

/* Return: when to look again; the watch may be gone then. */
static u64 look_after_process(struct kwatch_watch *watch)
{
	u64 next = __kwatch_process_follow_look(watch);

	__kwatch_exit_stores_tell(watch);
	if (watch->state == KWATCH_STATE_OFF && __kwatch_process_follow_is_over(watch)) {
		__kwatch_watch_end(watch, KWATCH_GONE_TASK);
		return U64_MAX;
	}
	if (watch->state != KWATCH_STATE_ARMED)
		return next;
	if (READ_ONCE(watch->plan.ended)) { /* stored by kwatch_hit_end() */
		__kwatch_watch_end(watch, watch->plan.ended);
		return U64_MAX;
	}
	next = min(next, __kwatch_govern(watch));
	next = min(next, retry_uncovered(watch));
	return min(next, __kwatch_unseen_look(watch));
}

/* All of it, for one watch.  Return: when to look again. */
static u64 look_after_watch(struct kwatch_watch *watch)
{
	u64 next = U64_MAX;

	if (watch->process)
		return look_after_process(watch);
	if (watch->state != KWATCH_STATE_ARMED)
		return next;
	next = __kwatch_until_free_look(watch);
	if (READ_ONCE(watch->plan.ended)) { /* stored by kwatch_hit_end() */
		__kwatch_watch_end(watch, watch->plan.ended);
		return U64_MAX;
	}
	next = min(next, __kwatch_govern(watch));
	next = min(next, retry_uncovered(watch));
	return min(next, __kwatch_unseen_look(watch));
}

/* Return: when to be called again, in ns from now; U64_MAX for when it is asked for. */
static u64 look_after(void)
{
	struct kwatch_watch *watch, *other;
	u64 next;

	kwatch_lock();
	next = make_cpus();
	list_for_each_entry_safe(watch, other, &kwatch_watches, node)
		next = min(next, look_after_watch(watch));
	kwatch_unlock();
	kwatch_watch_tidy();
	return next;
}

int kwatch_deferred_init(void)
{
	kwatch_buffers_set_work(work_irq, act_irq);
	return kwatch_work_init(look_after);
}

void kwatch_deferred_exit(void)
{
	/* These queue the work. */
	kwatch_buffers_quiet();
	kwatch_work_exit();
}
