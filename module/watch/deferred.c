// SPDX-License-Identifier: GPL-2.0
/*
 * What hits leave to be done outside of the exception, and what is to be done
 * from time to time.  See tend.h.
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

#include "hit/cpu.h"
#include "cover/ending.h"
#include "read/event.h"
#include "until_free.h"
#include "cover/process.h"
#include "deferred.h"
#include "read/text.h"
#include "unseen.h"
#include "watch.h"

/* A breakpoint that comes back has at least so much of its budget saved up. */
#define SAVED_MIN_NS	(50 * NSEC_PER_MSEC)

static struct workqueue_struct *queue;
static void tend(struct work_struct *work);
static DECLARE_DELAYED_WORK(tend_work, tend);

void kwatch_tend_soon(void)
{
	mod_delayed_work(queue, &tend_work, 0);
}

void kwatch_tend_queue(struct work_struct *work)
{
	queue_work(queue, work);
}

/* From hits. */

static void tend_irq(struct irq_work *work)
{
	kwatch_tend_soon();
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

/* The governor. */

static void tell_gap(const struct kwatch_watch *watch, unsigned int cpu,
		     u64 from_ns, u64 count, bool off)
{
	struct kwatch_gap gap = {
		.rec.size = sizeof(gap),
		.rec.type = KWATCH_RECORD_GAP,
		.rec.watch = watch->id,
		.from_ns = from_ns,
		.count = count,
		.cpu = cpu,
		.off = off,
	};

	kwatch_event_tell(watch->hot.own, &gap);
}

/* The breakpoint is off and its handler quiet: tell what it suppressed. */
static void tell_suppressed(const struct kwatch_watch *watch, unsigned int cpu,
			    struct kwatch_budget *budget)
{
	if (!budget->suppressed)
		return;
	tell_gap(watch, cpu, budget->first_ns, budget->suppressed, false);
	budget->suppressed = 0;
}

static void turn_off(struct kwatch_watch *watch, unsigned int cpu,
		     struct kwatch_budget *budget)
{
	kwatch_bp_pause(&watch->bps, cpu);
	/* From here on the budget is ours: no handler runs. */
	budget->off_ns = ktime_get_mono_fast_ns();
	tell_suppressed(watch, cpu, budget);
}

static void count_off(const struct kwatch_watch *watch, unsigned int cpu,
		      struct kwatch_budget *budget)
{
	if (!budget->off_ns)
		return;
	tell_gap(watch, cpu, budget->off_ns, 0, true);
	budget->past_off_ns += ktime_get_mono_fast_ns() - budget->off_ns;
	budget->off_ns = 0;
}

static void turn_on(struct kwatch_watch *watch, unsigned int cpu,
		    struct kwatch_budget *budget)
{
	/* Whatever came of it before this was not to be seen. */
	count_off(watch, cpu, budget);
	budget->told = false;
	kwatch_bp_unpause(&watch->bps, cpu);
	__kwatch_unseen_begin(watch);
}

/* Return: when to look again, in ns from now; U64_MAX for never. */
static u64 govern(struct kwatch_watch *watch, unsigned int cpu)
{
	struct kwatch_budget *budget = per_cpu_ptr(watch->hot.budget, cpu);
	u64 now = ktime_get_mono_fast_ns(), due;

	if (!budget->off_ns) {
		if (!READ_ONCE(budget->suppressed)) /* stored by kwatch_judge_affordable() */
			return U64_MAX;
		turn_off(watch, cpu, budget);
	}
	due = budget->spent_ns + max_t(u64, SAVED_MIN_NS, watch->hot.cost_ns);
	if (due > now)
		return due - now;
	turn_on(watch, cpu, budget);
	return U64_MAX;
}

/*
 * The same for a process, whose breakpoints go from CPU to CPU: they are all
 * off together, when any CPU's budget is spent, until all have some.
 */
static void turn_off_process(struct kwatch_watch *watch)
{
	u64 now;
	unsigned int cpu;

	kwatch_bp_pause_all(&watch->bps);
	now = ktime_get_mono_fast_ns();
	for_each_possible_cpu(cpu) {
		struct kwatch_budget *budget = per_cpu_ptr(watch->hot.budget, cpu);

		budget->off_ns = now;
		tell_suppressed(watch, cpu, budget);
	}
}

/* The breakpoints are off, and their handler quiet: tell since when. */
static void count_off_process(struct kwatch_watch *watch)
{
	u64 from_ns = 0, now = ktime_get_mono_fast_ns();
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct kwatch_budget *budget = per_cpu_ptr(watch->hot.budget, cpu);

		tell_suppressed(watch, cpu, budget);
		budget->told = false;
		if (!budget->off_ns)
			continue;
		from_ns = budget->off_ns;
		budget->past_off_ns += now - from_ns;
		budget->off_ns = 0;
	}
	if (from_ns)
		tell_gap(watch, KWATCH_CPU_NONE, from_ns, 0, true);
}

/* Return: as govern(). */
static u64 govern_process(struct kwatch_watch *watch)
{
	u64 spent = 0, due, now;
	bool over = false;
	unsigned int cpu;

	for_each_possible_cpu(cpu) {
		struct kwatch_budget *budget = per_cpu_ptr(watch->hot.budget, cpu);

		if (READ_ONCE(budget->suppressed)) /* stored by kwatch_judge_affordable() */
			over = true;
		spent = max(spent, READ_ONCE(budget->spent_ns)); /* likewise */
	}
	if (!watch->bps.off) {
		if (!over)
			return U64_MAX;
		turn_off_process(watch);
	}
	now = ktime_get_mono_fast_ns();
	due = spent + max_t(u64, SAVED_MIN_NS, watch->hot.cost_ns);
	if (due > now)
		return due - now;
	count_off_process(watch);
	if (!kwatch_bp_unpause_all(&watch->bps)) {
		__kwatch_unseen_begin(watch);
		return U64_MAX;
	}
	/* There was no memory to find its threads. */
	for_each_possible_cpu(cpu)
		per_cpu_ptr(watch->hot.budget, cpu)->off_ns = now;
	return NSEC_PER_SEC;
}

void __kwatch_tend_forget(struct kwatch_watch *watch, unsigned int cpu)
{
	struct kwatch_budget *budget = per_cpu_ptr(watch->hot.budget, cpu);

	lockdep_assert_held(&kwatch_watch_mutex);
	if (watch->process)
		return;
	count_off(watch, cpu, budget);
	tell_suppressed(watch, cpu, budget);
	budget->told = false;
}

void __kwatch_tend_settle(struct kwatch_watch *watch)
{
	unsigned int cpu;

	lockdep_assert_held(&kwatch_watch_mutex);
	/* While it is on: what is stored once it is off is not unseen, but not watched. */
	if (!kwatch_free_ends(watch->hot.ended))
		__kwatch_unseen_check(watch);
	if (watch->bps.armed && !watch->bps.off)
		kwatch_bp_pause_all(&watch->bps);
	if (watch->bps.armed)
		kwatch_bp_give_up(&watch->bps);
	if (watch->process)
		__kwatch_ending_tell(watch);
	/* The handler is quiet, so budgets stand still. */
	if (watch->process)
		count_off_process(watch);
	for_each_possible_cpu(cpu)
		__kwatch_tend_forget(watch, cpu);
}

/* Try again what is uncovered.  Return: as govern(). */
static u64 tend_cover(struct kwatch_watch *watch)
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
	kwatch_bp_retry(bps);
	if (bps->nr_uncovered < before)
		__kwatch_unseen_begin(watch);
	return bps->nr_uncovered ? KWATCH_UNCOVERED_RETRY_NS : U64_MAX;
}

/* CPUs that came when there was no memory for them.  Return: as govern(). */
static u64 tend_cpus(void)
{
	u64 next = U64_MAX;
	unsigned int cpu;

	for_each_online_cpu(cpu)
		if (kwatch_cpu_come(cpu))
			next = KWATCH_UNCOVERED_RETRY_NS;
	return next;
}

void __kwatch_tend_slots_free(void)
{
	struct kwatch_watch *watch;
	bool wanted = false;

	lockdep_assert_held(&kwatch_watch_mutex);
	list_for_each_entry(watch, &kwatch_watches, node) {
		watch->bps.retried_ns = 0;
		wanted |= watch->bps.nr_uncovered;
	}
	if (wanted)
		kwatch_tend_soon();
}

/* Watches that ended themselves. */

/* Return: when to look again; the watch may be gone then. */
static u64 tend_process(struct kwatch_watch *watch)
{
	u64 next = __kwatch_process_tend(watch);

	__kwatch_ending_tell(watch);
	if (watch->state == KWATCH_STATE_OFF && __kwatch_process_is_gone(watch)) {
		__kwatch_watch_end(watch, KWATCH_GONE_TASK);
		return U64_MAX;
	}
	if (watch->state != KWATCH_STATE_ARMED)
		return next;
	if (READ_ONCE(watch->hot.ended)) { /* stored by kwatch_hit_end() */
		__kwatch_watch_end(watch, watch->hot.ended);
		return U64_MAX;
	}
	next = min(next, govern_process(watch));
	next = min(next, tend_cover(watch));
	return min(next, __kwatch_unseen_tend(watch));
}

/* All of it, for one watch.  Return: when to look again. */
static u64 tend_watch(struct kwatch_watch *watch)
{
	u64 next = U64_MAX;
	unsigned int cpu;

	if (watch->process)
		return tend_process(watch);
	if (watch->state != KWATCH_STATE_ARMED)
		return next;
	next = __kwatch_free_tend(watch);
	if (READ_ONCE(watch->hot.ended)) { /* stored by kwatch_hit_end() */
		__kwatch_watch_end(watch, watch->hot.ended);
		return U64_MAX;
	}
	for_each_online_cpu(cpu)
		next = min(next, govern(watch, cpu));
	next = min(next, tend_cover(watch));
	return min(next, __kwatch_unseen_tend(watch));
}

static void tend(struct work_struct *work)
{
	struct kwatch_watch *watch, *other;
	u64 next;

	kwatch_watch_lock();
	next = tend_cpus();
	list_for_each_entry_safe(watch, other, &kwatch_watches, node)
		next = min(next, tend_watch(watch));
	kwatch_watch_unlock();
	kwatch_watch_tidy();

	if (next != U64_MAX)
		queue_delayed_work(queue, &tend_work, nsecs_to_jiffies(next) + 1);
}

int kwatch_tend_init(void)
{
	queue = alloc_workqueue("kwatch", WQ_UNBOUND | WQ_HIGHPRI, 1);
	if (!queue)
		return -ENOMEM;
	kwatch_cpu_set_work(tend_irq, act_irq);
	return 0;
}

void kwatch_tend_exit(void)
{
	/* These queue the work. */
	kwatch_cpu_quiet();
	cancel_delayed_work_sync(&tend_work);
	destroy_workqueue(queue);
}
