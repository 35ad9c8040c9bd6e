// SPDX-License-Identifier: GPL-2.0
/*
 * What all kinds of cover do with addresses and values.  See values.h.
 */
#include <linux/percpu.h>

#include "arch/arch.h"
#include "cover.h"
#include "hit/value.h"
#include "values.h"

unsigned long kwatch_cover_addr(const struct kwatch_bps *bps, unsigned int cpu)
{
	if (bps->percpu)
		return (unsigned long)per_cpu_ptr((void __percpu __force *)bps->addr, cpu);
	return bps->addr;
}

struct kwatch_value *kwatch_cover_values(const struct kwatch_bps *bps,
				      unsigned int cpu)
{
	return bps->percpu ? per_cpu_ptr(bps->plan->cpu_values, cpu) :
			     bps->plan->values;
}

void kwatch_cover_note_values(struct kwatch_bps *bps, unsigned int cpu)
{
	unsigned long addr = kwatch_cover_addr(bps, cpu);
	unsigned int i;
	u64 now = 0;
	bool known;

	for (i = 0; i < bps->nr; i++) {
		known = bps->part[i].value_len &&
			kwatch_cover_look(bps, addr + bps->part[i].value_offset,
				       bps->part[i].value_len, &now);
		kwatch_value_set(kwatch_cover_values(bps, cpu), bps->part[i].value_slot,
				 known, now);
	}
}

void kwatch_cover_fill(struct kwatch_bp *bp, const struct kwatch_bps *bps, unsigned int i,
		    unsigned long addr)
{
	bp->plan = bps->plan;
	bp->process = bps->process;
	bp->addr = addr + bps->part[i].value_offset;
	bp->len = bps->part[i].value_len;
	bp->slot = i;
	bp->where.offset = bps->part[i].offset;
	bp->where.len = bps->part[i].len;
	/* User memory is read another way. */
	bp->after = !bps->process && kwatch_arch_after(bps->plan->type);
	bp->value_slot = bps->part[i].value_slot;
	bp->thread_expects = bps->expects ? &bps->expects[0][i] : NULL;
}

bool kwatch_cover_is_expected(const struct kwatch_bps *bps, const struct kwatch_expects *expects,
			unsigned int slot, u64 now)
{
	unsigned int i;

	for (i = 0; i < bps->nr; i++)
		if (bps->part[i].value_slot == slot && READ_ONCE(expects[i].known) &&
		    (READ_ONCE(expects[i].found) == now || READ_ONCE(expects[i].value) == now))
			return true;
	return false;
}
