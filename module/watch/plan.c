// SPDX-License-Identifier: GPL-2.0
/*
 * A spec made into what the handler works with.
 */
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "arch/arch.h"
#include "plan.h"
#include "hit/client_ring.h"
#include "cover/process.h"
#include "selftest.h"
#include "hit/summary.h"
#include "watch.h"

/* User frames of a hit in a process's memory, unless ustack= says otherwise. */
#define KWATCH_USER_DEPTH	16

static void set_budget(struct kwatch_plan *plan, const struct kwatch_spec *spec)
{
	plan->burst_ns = KWATCH_BURST_NS;
	if (spec->given & KWATCH_GIVEN(RATE)) {
		plan->cost_ns = spec->rate ? div_u64(NSEC_PER_SEC, spec->rate) : 0;
		return;
	}
	plan->cost_ns = kwatch_selftest.hit_ns * KWATCH_SHARE;
	plan->burst_ns = max_t(u64, KWATCH_BURST_NS, plan->cost_ns * KWATCH_BURST_HITS);
}

/*
 * Put predicates for pid= and comm= in front of the program of "if", whose
 * jumps then go further by as much.
 */
static void prepend(struct kwatch_filter *filter,
		    const struct kwatch_filter_insn *insn)
{
	struct kwatch_filter_insn *first = &filter->insn[0];
	u8 i;

	memmove(first + 1, first, filter->nr * sizeof(*first));
	for (i = 1; i <= filter->nr; i++) {
		if (filter->insn[i].on_true < KWATCH_FILTER_ACCEPT)
			filter->insn[i].on_true++;
		if (filter->insn[i].on_false < KWATCH_FILTER_ACCEPT)
			filter->insn[i].on_false++;
	}
	*first = *insn;
	first->on_true = filter->nr ? 1 : KWATCH_FILTER_ACCEPT;
	first->on_false = KWATCH_FILTER_REJECT;
	filter->nr++;
}

static int make_filter(struct kwatch_plan *plan, const struct kwatch_spec *spec)
{
	struct kwatch_filter_insn pid = {
		.field = KWATCH_FIELD_TGID, .op = KWATCH_OP_EQ, .value = spec->pid,
	}, comm = {
		.field = KWATCH_FIELD_COMM, .op = KWATCH_OP_GLOB,
	};
	struct kwatch_filter *filter;

	/* A watch of a process has its threads' breakpoints only. */
	bool by_pid = spec->pid && !plan->mm;

	if (!spec->filter.nr && !by_pid && !spec->comm[0])
		return 0;
	if (spec->filter.nr + by_pid + !!spec->comm[0] > KWATCH_FILTER_MAX)
		return -EINVAL;
	filter = kmemdup(&spec->filter, sizeof(spec->filter), GFP_KERNEL);
	if (!filter)
		return -ENOMEM;
	memcpy(comm.pattern, spec->comm, sizeof(comm.pattern));
	if (spec->comm[0])
		prepend(filter, &comm);
	if (by_pid)
		prepend(filter, &pid);
	plan->filter = filter;
	return 0;
}

int kwatch_plan_init(struct kwatch_plan *plan, const struct kwatch_spec *spec,
		    const struct kwatch_resolved *found, unsigned int depth)
{
	int ret;

	plan->type = spec->type;
	plan->depth = spec->given & KWATCH_GIVEN(STACK) ? spec->stack : depth;
	if (plan->own && !plan->own->trusted)
		plan->depth = 0;
	if (found->process) {
		plan->mm = found->process->mm;
		plan->exec_id = found->process->exec_id;
		plan->children = found->process->children;
		plan->user_depth = KWATCH_USER_DEPTH;
	}
	if (spec->given & KWATCH_GIVEN(USTACK))
		plan->user_depth = spec->ustack;
	plan->regs = spec->regs;
	plan->ucopy = spec->ucopy;
	plan->parts = spec->len > 8;
	plan->more = plan->regs || plan->ucopy || plan->parts;
	plan->changed = spec->changed;
	/* A CPU that cannot watch reads alone watches both: keep the reads. */
	plan->unchanged = spec->type == KWATCH_TYPE_R &&
		kwatch_arch_bp_type(KWATCH_TYPE_R) == kwatch_arch_bp_type(KWATCH_TYPE_RW);
	plan->action = spec->action;
	plan->signo = spec->signo;
	plan->nr_allow = spec->nr_allow;
	memcpy(plan->allow, found->allow, sizeof(plan->allow));
	plan->limit = spec->limit;
	set_budget(plan, spec);

	plan->counts = alloc_percpu(struct kwatch_counts);
	plan->budget = alloc_percpu(struct kwatch_budget);
	if (!plan->counts || !plan->budget)
		return -ENOMEM;
	ret = make_filter(plan, spec);
	if (ret)
		return ret;
	plan->picky = plan->silent || plan->changed || plan->unchanged || plan->nr_allow ||
		     plan->filter || plan->own;
	if (spec->summary) {
		plan->summary = kwatch_summary_create(spec->summary == KWATCH_SUMMARY_TASK,
						     plan->depth + max_t(u8, plan->user_depth, 1));
		if (!plan->summary)
			return -ENOMEM;
	}
	plan->aside = plan->summary || plan->own;
	return 0;
}

void kwatch_plan_free(struct kwatch_plan *plan)
{
	kwatch_summary_destroy(plan->summary);
	kfree(plan->filter);
	free_percpu(plan->budget);
	free_percpu(plan->cpu_values);
	free_percpu(plan->counts);
}

int kwatch_plan_place(struct kwatch_plan *plan, bool percpu)
{
	if (percpu && !plan->cpu_values) {
		plan->cpu_values = alloc_percpu(struct kwatch_value);
		return plan->cpu_values ? 0 : -ENOMEM;
	}
	if (!percpu) {
		free_percpu(plan->cpu_values);
		plan->cpu_values = NULL;
	}
	return 0;
}

void kwatch_plan_rearm(struct kwatch_plan *plan)
{
	atomic64_set(&plan->taken, 0);
	WRITE_ONCE(plan->ended, 0);
}

void kwatch_plan_allow(struct kwatch_plan *plan, unsigned int i,
		      const struct kwatch_range *range)
{
	/* The handler finds no function, or all of it. */
	WRITE_ONCE(plan->allow[i].end, 0);
	if (!range)
		return;
	WRITE_ONCE(plan->allow[i].start, range->start);
	smp_store_release(&plan->allow[i].end, range->end); /* pairs with kwatch_decide_allowed() */
}

void kwatch_plan_hold(struct kwatch_plan *plan)
{
	plan->early = true;
}

void kwatch_plan_release(struct kwatch_plan *plan, u16 id)
{
	plan->id = id;
	smp_store_release(&plan->early, false); /* pairs with kwatch_decide() */
}
