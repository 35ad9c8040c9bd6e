/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Is a hit wanted, and can it be afforded?  Decided in the handler, before
 * the stack is taken, so that what is not recorded costs next to nothing.
 */
#ifndef KWATCH_DECIDE_H
#define KWATCH_DECIDE_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_plan;
struct pt_regs;

/*
 * A budget saves up for so long, and may then be spent in one burst; but so
 * many hits a burst has in any case, however dear they are on a machine.
 */
#define KWATCH_BURST_NS		NSEC_PER_SEC
#define KWATCH_BURST_HITS	32768

/* One hit in so much of a CPU's time: a quarter of it for a watch. */
#define KWATCH_SHARE		4

/**
 * struct kwatch_budget - what a watch may cost on one CPU
 * @spent_ns:  the time up to which its budget is spent; a hit that is afforded
 *             moves it on by what it costs, and it may not get ahead of now
 * @first_ns:  time of the first hit that could not be afforded, since the
 *             governor last looked
 * @suppressed: how many of them
 * @told:      the governor was asked to look, and has not yet
 * @off_ns:    since when the breakpoint is off, 0 if it is on
 * @past_off_ns: how long it was off before
 *
 * The first four are the handler's own while the breakpoint is on, and
 * deferred.c's while it is off; the others are deferred.c's.
 */
struct kwatch_budget {
	u64	spent_ns;
	u64	first_ns;
	u64	suppressed;
	bool	told;
	u64	off_ns;
	u64	past_off_ns;
};

/**
 * struct kwatch_range - some code
 * @start: first byte
 * @end:   behind the last; 0 while its module is not loaded
 */
struct kwatch_range {
	unsigned long start;
	unsigned long end;
};

/* kwatch_range_has_any() - is any of @ips in any of the ranges? */
static inline bool kwatch_range_has_any(const struct kwatch_range *range, unsigned int nr,
					const u64 *ips, unsigned int nr_ips)
{
	unsigned int i, k;

	for (i = 0; i < nr; i++)
		for (k = 0; k < nr_ips; k++)
			if (ips[k] >= range[i].start && ips[k] < range[i].end)
				return true;
	return false;
}

/**
 * enum kwatch_verdict - what is to become of a hit
 * @KWATCH_VERDICT_RECORD: record it
 * @KWATCH_VERDICT_FILTER: it is not what was asked for
 * @KWATCH_VERDICT_SUPPRESS: it is, but there is no budget for it
 * @KWATCH_VERDICT_OVER:  the same, and the governor must be told
 * @KWATCH_VERDICT_LAST:  record it, it is the last one (limit=)
 * @KWATCH_VERDICT_EARLY: the watch is not armed everywhere yet: it is no hit
 */
enum kwatch_verdict {
	KWATCH_VERDICT_RECORD,
	KWATCH_VERDICT_FILTER,
	KWATCH_VERDICT_SUPPRESS,
	KWATCH_VERDICT_OVER,
	KWATCH_VERDICT_LAST,
	KWATCH_VERDICT_EARLY,
};

/**
 * kwatch_decide() - what is to become of a hit?
 * @plan: the handler's part of its watch
 * @hit:  its values, and flags that say which are unknown; its time is filled in if
 *        it is to be recorded
 * @regs: of the trap
 *
 * Context: the debug exception, once for each hit.
 * Return: enum kwatch_verdict.
 */
enum kwatch_verdict kwatch_decide(struct kwatch_plan *plan,
				 struct kwatch_hit *hit,
				 struct pt_regs *regs);

#endif /* KWATCH_DECIDE_H */
