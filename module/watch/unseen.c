// SPDX-License-Identifier: GPL-2.0
/*
 * Writers that no debug register sees: DMA, another mapping, NMI handlers.
 *
 * The bytes are compared with what the last hit left.  A store that a CPU has
 * just made may not have reached its handler yet; but a CPU takes the trap of
 * a store before it takes an interrupt.  So if the bytes differ, every CPU is
 * interrupted once, and if no hit has come by then, none explains the change.
 *
 * Where a trap comes before its store, the store may be still to come, or have
 * been overtaken: values that recent hits have left are no surprise there.  And a
 * trap may have come before the watch, and its store comes after.
 */
#include <linux/cpumask.h>
#include <linux/ktime.h>
#include <linux/smp.h>

#include "arch/arch.h"
#include "base/lock.h"
#include "cover/cover.h"
#include "cover/values.h"
#include "read/event.h"
#include "unseen.h"
#include "hit/value.h"
#include "watch.h"

#define DEFAULT_MS	1000
/* How long to wait for those who are late. */
#define LATE_MS		10

static void nothing(void *unused)
{
}

static void tell(const struct kwatch_watch *watch, unsigned int cpu, unsigned int i,
		 u64 old, u64 new)
{
	struct {
		struct kwatch_unseen unseen;
		struct kwatch_where where;
	} record = {
		.unseen.rec.size = sizeof(record.unseen),
		.unseen.rec.type = KWATCH_RECORD_UNSEEN,
		.unseen.rec.watch = watch->id,
		.unseen.from_ns = watch->checked_ns,
		.unseen.old_value = old,
		.unseen.new_value = new,
		.unseen.cpu = cpu,
		.unseen.copy = watch->symbol.percpu,
		.where.offset = watch->bps.part[i].offset,
		.where.len = watch->bps.part[i].len,
	};

	if (watch->plan.parts) {
		record.unseen.rec.parts = KWATCH_PART_WHERE;
		record.unseen.rec.size = sizeof(record);
	}
	kwatch_event_tell(watch->plan.own, &record);
}

/*
 * While a breakpoint is off, its CPU's stores are a gap, not unseen.  From when
 * a hit has told that it is over budget perf may take it off at any time.
 */
static bool off_somewhere(const struct kwatch_watch *watch)
{
	const struct kwatch_budget *budget;
	unsigned int cpu;

	for_each_online_cpu(cpu) {
		budget = per_cpu_ptr(watch->plan.budget, cpu);
		if (budget->off_ns || READ_ONCE(budget->told)) /* stored by kwatch_hit_over() */
			return true;
	}
	return false;
}

/* One part of the watch, in one place. */
static void check_part(struct kwatch_watch *watch, unsigned int cpu, unsigned int i)
{
	struct kwatch_value *value = kwatch_cover_values(&watch->bps, cpu);
	unsigned int slot = watch->bps.part[i].value_slot;
	unsigned long addr = kwatch_cover_addr(&watch->bps, cpu) +
			     watch->bps.part[i].value_offset;
	u64 seq, old, new;

	if (!READ_ONCE(value->known[slot]))
		return;
	seq = atomic64_read(&value->seq);
	smp_rmb(); /* a hit counts before it notes the value, in hit.c */
	old = READ_ONCE(value->last[slot]);
	if (!kwatch_cover_look(&watch->bps, addr, watch->bps.part[i].value_len, &new) || old == new)
		return;
	if (!kwatch_arch_after(watch->spec.type) &&
	    (kwatch_value_expected(value, slot, seq, new) ||
	     kwatch_cover_expects(&watch->bps, slot, new)))
		return;
	on_each_cpu(nothing, NULL, 1);
	if (atomic64_read(&value->seq) != seq || off_somewhere(watch))
		return; /* explained, or to be looked at the next time */
	if (cmpxchg(&value->last[slot], old, new) == old && !watch->resync)
		tell(watch, cpu, i, old, new);
}

static void check_place(struct kwatch_watch *watch, unsigned int cpu)
{
	unsigned int i, slot, done = 0;

	for (i = 0; i < watch->bps.nr; i++) {
		slot = watch->bps.part[i].value_slot;
		if (!(done & (1 << slot)))
			check_part(watch, cpu, i);
		done |= 1 << slot;
	}
}

static void check(struct kwatch_watch *watch)
{
	/* Before the bytes are read, so that they have what those who were late stored. */
	bool late = kwatch_cover_late(&watch->bps);
	unsigned int cpu;

	if (watch->bps.percpu) {
		for_each_online_cpu(cpu)
			check_place(watch, cpu);
	} else {
		check_place(watch, raw_smp_processor_id());
	}
	watch->checked_ns = ktime_get_mono_fast_ns();
	watch->resync = late;
}

static bool is_whole(const struct kwatch_watch *watch)
{
	return watch->bps.armed && !watch->bps.off && watch->spec.type != KWATCH_TYPE_X &&
	       watch->bps.cpu < 0 && !off_somewhere(watch);
}

void __kwatch_unseen_check(struct kwatch_watch *watch)
{
	lockdep_assert_held(&kwatch_mutex);
	if (is_whole(watch) &&
	    !(watch->spec.given & KWATCH_GIVEN(UNSEEN) && !watch->spec.unseen_ms))
		check(watch);
}

/*
 * The bytes were noted before the breakpoints were there, so that a hit finds
 * them; but a store may have come in between, and then they are noted again.
 * So they are as long as one is on its way.
 */
void __kwatch_unseen_begin(struct kwatch_watch *watch)
{
	lockdep_assert_held(&kwatch_mutex);
	watch->resync = true;
	if (is_whole(watch))
		check(watch);
}

u64 __kwatch_unseen_look(struct kwatch_watch *watch)
{
	u64 every = DEFAULT_MS * NSEC_PER_MSEC, now = ktime_get_mono_fast_ns();

	lockdep_assert_held(&kwatch_mutex);
	if (watch->spec.given & KWATCH_GIVEN(UNSEEN))
		every = watch->spec.unseen_ms * (u64)NSEC_PER_MSEC;
	if (!every || watch->spec.type == KWATCH_TYPE_X)
		return U64_MAX;
	if (watch->resync && is_whole(watch))
		every = min_t(u64, every, LATE_MS * NSEC_PER_MSEC);
	if (now - watch->checked_ns < every)
		return every - (now - watch->checked_ns);
	__kwatch_unseen_check(watch);
	watch->checked_ns = now;
	return every;
}
