// SPDX-License-Identifier: GPL-2.0
/*
 * The governor: breakpoints whose budget is spent are off until there is some again.
 * See governor.h.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>

#include "base/lock.h"
#include "exit_stores.h"
#include "governor.h"
#include "read/event.h"
#include "until_free.h"
#include "unseen.h"
#include "watch.h"

/* A breakpoint that comes back has at least so much of its budget saved up. */
#define SAVED_MIN_NS	(50 * NSEC_PER_MSEC)

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

	kwatch_event_tell(watch->plan.own, &gap);
}

/* The handler is quiet: tell what it suppressed. */
static void tell_suppressed(const struct kwatch_watch *watch, unsigned int cpu,
			    struct kwatch_budget *budget)
{
	if (!budget->suppressed)
		return;
	tell_gap(watch, cpu, budget->first_ns, budget->suppressed, false);
	budget->suppressed = 0;
}

static void turn_off(struct kwatch_watch *watch, unsigned int unit)
{
	unsigned int cpu;
	u64 now;

	kwatch_cover_pause(&watch->bps, unit);
	/* From here on the budgets are ours: no handler runs. */
	now = ktime_get_mono_fast_ns();
	for_each_cpu(cpu, kwatch_cover_budgets(&watch->bps, unit)) {
		struct kwatch_budget *budget = per_cpu_ptr(watch->plan.budget, cpu);

		budget->off_ns = now;
		tell_suppressed(watch, cpu, budget);
	}
}

/* The handler is quiet: tell what it suppressed, and since when the breakpoints are off. */
static void settle(const struct kwatch_watch *watch, unsigned int unit)
{
	u64 from_ns = 0, now = ktime_get_mono_fast_ns();
	unsigned int cpu;

	for_each_cpu(cpu, kwatch_cover_budgets(&watch->bps, unit)) {
		struct kwatch_budget *budget = per_cpu_ptr(watch->plan.budget, cpu);

		tell_suppressed(watch, cpu, budget);
		budget->told = false;
		if (!budget->off_ns)
			continue;
		from_ns = budget->off_ns;
		budget->past_off_ns += now - from_ns;
		budget->off_ns = 0;
	}
	if (from_ns)
		tell_gap(watch, watch->bps.ops->by_cpu ? unit : KWATCH_CPU_NONE, from_ns, 0, true);
}

/**
 * struct budgets - those of a unit, together
 * @over:  a hit could not be afforded
 * @off:   the breakpoints are off
 * @spent_ns: the time up to which the most spent one is spent
 */
struct budgets {
	bool	over;
	bool	off;
	u64	spent_ns;
};

static struct budgets sum_up(const struct kwatch_watch *watch, unsigned int unit)
{
	struct budgets sum = { };
	unsigned int cpu;

	for_each_cpu(cpu, kwatch_cover_budgets(&watch->bps, unit)) {
		const struct kwatch_budget *budget = per_cpu_ptr(watch->plan.budget, cpu);

		/* Both are stored by kwatch_decide_affordable(). */
		sum.over |= READ_ONCE(budget->suppressed) > 0;
		sum.off |= budget->off_ns > 0;
		sum.spent_ns = max(sum.spent_ns, READ_ONCE(budget->spent_ns));
	}
	return sum;
}

/* Return: when to look again, in ns from now; U64_MAX for never. */
static u64 govern(struct kwatch_watch *watch, unsigned int unit)
{
	struct budgets sum = sum_up(watch, unit);
	unsigned int cpu;
	u64 due, now;

	if (!sum.off) {
		if (!sum.over)
			return U64_MAX;
		turn_off(watch, unit);
		sum = sum_up(watch, unit);
	}
	now = ktime_get_mono_fast_ns();
	due = sum.spent_ns + max_t(u64, SAVED_MIN_NS, watch->plan.cost_ns);
	if (due > now)
		return due - now;
	/* What came of it before this was not to be seen. */
	settle(watch, unit);
	if (!kwatch_cover_resume(&watch->bps, unit)) {
		__kwatch_unseen_begin(watch);
		return U64_MAX;
	}
	/* There was no memory to find its threads. */
	for_each_cpu(cpu, kwatch_cover_budgets(&watch->bps, unit))
		per_cpu_ptr(watch->plan.budget, cpu)->off_ns = now;
	return NSEC_PER_SEC;
}

u64 __kwatch_govern(struct kwatch_watch *watch)
{
	u64 next = U64_MAX;
	unsigned int unit;

	lockdep_assert_held(&kwatch_mutex);
	for_each_cpu(unit, kwatch_cover_units(&watch->bps, cpu_online_mask))
		next = min(next, govern(watch, unit));
	return next;
}

void __kwatch_governor_forget(struct kwatch_watch *watch, unsigned int cpu)
{
	lockdep_assert_held(&kwatch_mutex);
	if (watch->bps.ops->by_cpu)
		settle(watch, cpu);
}

void __kwatch_governor_settle(struct kwatch_watch *watch)
{
	unsigned int unit;

	lockdep_assert_held(&kwatch_mutex);
	/* While it is on: what is stored once it is off is not unseen, but not watched. */
	if (!kwatch_until_free_ends(watch->plan.ended))
		__kwatch_unseen_check(watch);
	if (watch->bps.armed && !watch->bps.off)
		kwatch_cover_pause_all(&watch->bps);
	if (watch->bps.armed)
		kwatch_cover_give_up(&watch->bps);
	if (watch->process)
		__kwatch_exit_stores_tell(watch);
	for_each_cpu(unit, kwatch_cover_units(&watch->bps, cpu_possible_mask))
		settle(watch, unit);
}
