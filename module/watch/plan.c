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
#include "prepare.h"
#include "hit/client_ring.h"
#include "cover/process.h"
#include "selftest.h"
#include "hit/summary.h"
#include "watch.h"

/* User frames of a hit in a process's memory, unless ustack= says otherwise. */
#define KWATCH_USER_DEPTH	16

static void set_budget(struct kwatch_hot *hot, const struct kwatch_spec *spec)
{
	hot->burst_ns = KWATCH_BURST_NS;
	if (spec->given & KWATCH_GIVEN(RATE)) {
		hot->cost_ns = spec->rate ? div_u64(NSEC_PER_SEC, spec->rate) : 0;
		return;
	}
	hot->cost_ns = kwatch_selftest.hit_ns * KWATCH_SHARE;
	hot->burst_ns = max_t(u64, KWATCH_BURST_NS, hot->cost_ns * KWATCH_BURST_HITS);
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

static int make_filter(struct kwatch_hot *hot, const struct kwatch_spec *spec)
{
	struct kwatch_filter_insn pid = {
		.field = KWATCH_FIELD_TGID, .op = KWATCH_OP_EQ, .value = spec->pid,
	}, comm = {
		.field = KWATCH_FIELD_COMM, .op = KWATCH_OP_GLOB,
	};
	struct kwatch_filter *filter;

	/* A watch of a process has its threads' breakpoints only. */
	bool by_pid = spec->pid && !hot->mm;

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
	hot->filter = filter;
	return 0;
}

int kwatch_hot_init(struct kwatch_hot *hot, const struct kwatch_spec *spec,
		    const struct kwatch_resolved *found, unsigned int depth)
{
	int ret;

	hot->type = spec->type;
	hot->depth = spec->given & KWATCH_GIVEN(STACK) ? spec->stack : depth;
	if (hot->own && !hot->own->trusted)
		hot->depth = 0;
	if (found->process) {
		hot->mm = found->process->mm;
		hot->exec_id = found->process->exec_id;
		hot->children = found->process->children;
		hot->user_depth = KWATCH_USER_DEPTH;
	}
	if (spec->given & KWATCH_GIVEN(USTACK))
		hot->user_depth = spec->ustack;
	hot->regs = spec->regs;
	hot->ucopy = spec->ucopy;
	hot->parts = spec->len > 8;
	hot->more = hot->regs || hot->ucopy || hot->parts;
	hot->changed = spec->changed;
	/* A CPU that cannot watch reads alone watches both: keep the reads. */
	hot->unchanged = spec->type == KWATCH_TYPE_R &&
		kwatch_arch_bp_type(KWATCH_TYPE_R) == kwatch_arch_bp_type(KWATCH_TYPE_RW);
	hot->action = spec->action;
	hot->signo = spec->signo;
	hot->nr_allow = spec->nr_allow;
	memcpy(hot->allow, found->allow, sizeof(hot->allow));
	hot->limit = spec->limit;
	set_budget(hot, spec);

	hot->counts = alloc_percpu(struct kwatch_counts);
	hot->budget = alloc_percpu(struct kwatch_budget);
	if (!hot->counts || !hot->budget)
		return -ENOMEM;
	ret = make_filter(hot, spec);
	if (ret)
		return ret;
	hot->picky = hot->silent || hot->changed || hot->unchanged || hot->nr_allow ||
		     hot->filter || hot->own;
	if (spec->summary) {
		hot->summary = kwatch_summary_create(spec->summary == KWATCH_SUMMARY_TASK,
						     hot->depth + max_t(u8, hot->user_depth, 1));
		if (!hot->summary)
			return -ENOMEM;
	}
	hot->aside = hot->summary || hot->own;
	return 0;
}

void kwatch_hot_free(struct kwatch_hot *hot)
{
	kwatch_summary_destroy(hot->summary);
	kfree(hot->filter);
	free_percpu(hot->budget);
	free_percpu(hot->cpu_values);
	free_percpu(hot->counts);
}

int kwatch_hot_place(struct kwatch_hot *hot, bool percpu)
{
	if (percpu && !hot->cpu_values) {
		hot->cpu_values = alloc_percpu(struct kwatch_value);
		return hot->cpu_values ? 0 : -ENOMEM;
	}
	if (!percpu) {
		free_percpu(hot->cpu_values);
		hot->cpu_values = NULL;
	}
	return 0;
}

void kwatch_hot_rearm(struct kwatch_hot *hot)
{
	atomic64_set(&hot->taken, 0);
	WRITE_ONCE(hot->ended, 0);
}

void kwatch_hot_allow(struct kwatch_hot *hot, unsigned int i,
		      const struct kwatch_range *range)
{
	/* The handler finds no function, or all of it. */
	WRITE_ONCE(hot->allow[i].end, 0);
	if (!range)
		return;
	WRITE_ONCE(hot->allow[i].start, range->start);
	smp_store_release(&hot->allow[i].end, range->end); /* pairs with kwatch_judge_allowed() */
}

void kwatch_hot_hold(struct kwatch_hot *hot)
{
	hot->early = true;
}

void kwatch_hot_release(struct kwatch_hot *hot, u16 id)
{
	hot->id = id;
	smp_store_release(&hot->early, false); /* pairs with kwatch_judge() */
}
