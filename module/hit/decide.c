// SPDX-License-Identifier: GPL-2.0
/*
 * Is a hit wanted, and can it be afforded?
 *
 * All of it runs inside the debug exception: see hit.h for what that forbids.
 */
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/ptrace.h>
#include <linux/sched.h>

#include "arch/arch.h"
#include "hit.h"
#include "decide.h"
#include "client_ring.h"

/* Did a function that may (allow=) make the access? */
static bool kwatch_decide_allowed(const struct kwatch_plan *plan,
				 struct pt_regs *regs)
{
	unsigned long ip = instruction_pointer(regs) - kwatch_arch_after(plan->type);
	unsigned int i;

	for (i = 0; i < plan->nr_allow; i++)
		if (ip < smp_load_acquire(&plan->allow[i].end) && /* kwatch_plan_allow() */
		    ip >= READ_ONCE(plan->allow[i].start))
			return true;
	return false;
}

/* Apart, because its array on the stack costs whoever has it. */
static noinline bool kwatch_decide_matches(const struct kwatch_plan *plan,
					  const struct kwatch_hit *hit)
{
	u16 flags = hit->rec.flags;
	struct kwatch_filter_input in = {
		.unknown = !!(flags & KWATCH_FLAG_OLD_UNKNOWN) << KWATCH_FIELD_OLD |
			   !!(flags & KWATCH_FLAG_NEW_UNKNOWN) << KWATCH_FIELD_NEW,
		.old = hit->old_value,
		.new = hit->new_value,
		.pid = current->pid,
		.tgid = current->tgid,
		.cpu = smp_processor_id(),
		.comm = current->comm,
	};

	return kwatch_filter_match(plan->filter, &in);
}

/* changed, and an r watch where the CPU reports stores too; unknown values pass both. */
static bool kwatch_decide_values(const struct kwatch_plan *plan, const struct kwatch_hit *hit)
{
	bool same = hit->old_value == hit->new_value;

	if (hit->rec.flags & (KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN))
		return true;
	return same ? !plan->changed : !plan->unchanged;
}

/* Cheap things first. */
static bool kwatch_decide_wanted(const struct kwatch_plan *plan,
				const struct kwatch_hit *hit,
				struct pt_regs *regs)
{
	if (READ_ONCE(plan->ended)) /* stored by kwatch_hit_end() */
		return false;
	if (likely(!plan->picky))
		return true;
	if (plan->silent)
		return false;
	if (plan->own && kwatch_client_ring_is_paused(plan->own))
		return false;
	if ((plan->changed || plan->unchanged) && !kwatch_decide_values(plan, hit))
		return false;
	if (plan->nr_allow && kwatch_decide_allowed(plan, regs))
		return false;
	return !plan->filter || kwatch_decide_matches(plan, hit);
}

/* Take a hit's cost out of the budget.  Return: false if it is not there. */
static bool kwatch_decide_affordable(const struct kwatch_plan *plan, u64 now)
{
	struct kwatch_budget *budget = this_cpu_ptr(plan->budget);
	u64 saved = now > plan->burst_ns ? now - plan->burst_ns : 0;
	u64 spent = max(budget->spent_ns, saved) + plan->cost_ns;

	if (likely(spent <= now)) {
		budget->spent_ns = spent;
		return true;
	}
	if (!budget->suppressed++)
		budget->first_ns = now;
	return false;
}

/*
 * The governor was told that the budget is spent, and is about to take the
 * breakpoint off: no need to ask for the time again.
 */
static bool kwatch_decide_spent(const struct kwatch_plan *plan)
{
	struct kwatch_budget *budget = this_cpu_ptr(plan->budget);

	if (likely(!budget->told))
		return false;
	budget->suppressed++;
	return true;
}

enum kwatch_verdict kwatch_decide(struct kwatch_plan *plan,
				 struct kwatch_hit *hit, struct pt_regs *regs)
{
	u64 taken;

	if (unlikely(smp_load_acquire(&plan->early))) /* pairs with kwatch_plan_release() */
		return KWATCH_VERDICT_EARLY;
	if (!kwatch_decide_wanted(plan, hit, regs))
		return KWATCH_VERDICT_FILTER;
	if (plan->cost_ns && unlikely(kwatch_decide_spent(plan)))
		return KWATCH_VERDICT_OVER;
	/* Not before, because it costs as much as all else until here. */
	hit->rec.time_ns = ktime_get_mono_fast_ns();
	if (plan->cost_ns && !kwatch_decide_affordable(plan, hit->rec.time_ns))
		return KWATCH_VERDICT_OVER;
	if (likely(!plan->limit))
		return KWATCH_VERDICT_RECORD;

	taken = atomic64_inc_return(&plan->taken);
	if (taken > plan->limit)
		return KWATCH_VERDICT_SUPPRESS;
	return taken == plan->limit ? KWATCH_VERDICT_LAST : KWATCH_VERDICT_RECORD;
}
