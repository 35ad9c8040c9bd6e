// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel's and the modules' ORC tables say about an address.
 *
 * A table is an array of addresses, sorted, each as its distance from its own
 * place, and beside it an array of entries.  An entry holds from its address
 * to the next one.  orc_tables.c has found them.
 */
#include <linux/kernel.h>
#include <linux/rcupdate.h>

#include <asm/orc_types.h>

#include "arch/orc.h"

struct kwatch_orc_tables kwatch_orc_tables;

static const struct kwatch_orc_range *find_range(unsigned long ip)
{
	const struct kwatch_orc_ranges *ranges;
	unsigned int i;

	if (ip >= kwatch_orc_tables.kernel.start && ip < kwatch_orc_tables.kernel.end)
		return &kwatch_orc_tables.kernel;
	if (ip >= kwatch_orc_tables.init.start && ip < kwatch_orc_tables.init.end)
		return &kwatch_orc_tables.init;
	/* The handler cannot be preempted, and outside of it nobody calls here. */
	ranges = rcu_dereference_check(kwatch_orc_tables.modules, 1);
	for (i = 0; ranges && i < ranges->nr; i++)
		if (ip >= ranges->range[i].start && ip < ranges->range[i].end)
			return &ranges->range[i];
	return NULL;
}

/* The last entry that begins at @ip or before. */
static const struct orc_entry *find_entry(const struct kwatch_orc_range *range, unsigned long ip)
{
	unsigned int low = 0, high = range->nr;

	while (low < high) {
		unsigned int middle = low + (high - low) / 2;
		const int *at = &range->ips[middle];

		if ((unsigned long)at + *at <= ip)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &range->entries[low - 1] : NULL;
}

static bool is_trampoline(unsigned long ip)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kwatch_orc_tables.trampolines); i++)
		if (kwatch_orc_tables.trampolines[i] && ip - kwatch_orc_tables.trampolines[i] + 1 <= 1)
			return true;
	return false;
}

static u8 kind_of_call(struct kwatch_orc_step *step, const struct orc_entry *entry)
{
	switch (entry->sp_reg) {
	case ORC_REG_SP:
		/* A stack that does not get shorter is for the kernel to judge. */
		if (entry->sp_offset < (int)sizeof(long))
			return KWATCH_ORC_KERNEL;
		break;
	case ORC_REG_BP:
		step->from_bp = 1;
		break;
	case ORC_REG_SP_INDIRECT:
		step->indirect = 1;
		break;
	default:
		return KWATCH_ORC_KERNEL;
	}
	step->sp_offset = entry->sp_offset;

	switch (entry->bp_reg) {
	case ORC_REG_UNDEFINED:
		break;
	case ORC_REG_PREV_SP:
		step->load_bp = 1;
		step->bp_offset = entry->bp_offset;
		/* In the frame, where the stack's bounds need no second look. */
		if (step->bp_offset > -(int)sizeof(long) ||
		    (entry->sp_reg == ORC_REG_SP && step->bp_offset < -step->sp_offset))
			return KWATCH_ORC_KERNEL;
		break;
	default:
		return KWATCH_ORC_KERNEL;
	}
	if (step->from_bp || step->indirect)
		return KWATCH_ORC_OTHER;
	return step->load_bp ? KWATCH_ORC_SP_BP : KWATCH_ORC_SP;
}

static u8 kind_of_regs(struct kwatch_orc_step *step, const struct orc_entry *entry)
{
	if (entry->sp_reg != ORC_REG_SP || entry->sp_offset < 0 ||
	    entry->bp_reg != ORC_REG_UNDEFINED)
		return KWATCH_ORC_KERNEL;
	step->sp_offset = entry->sp_offset;
	return KWATCH_ORC_REGS;
}

void kwatch_orc_find(struct kwatch_orc_step *step)
{
	const struct kwatch_orc_range *range = find_range(step->key);
	const struct orc_entry *entry;

	step->kind = KWATCH_ORC_KERNEL;
	step->from_bp = 0;
	step->indirect = 0;
	step->load_bp = 0;
	if (!range || is_trampoline(step->key))
		return;
	entry = find_entry(range, step->key);
	if (!entry)
		return;
	switch (kwatch_orc_type(entry)) {
	case KWATCH_ORC_TYPE_CALL:
		step->kind = kind_of_call(step, entry);
		break;
	case KWATCH_ORC_TYPE_REGS:
		step->kind = kind_of_regs(step, entry);
		break;
	case KWATCH_ORC_TYPE_END:
		step->kind = KWATCH_ORC_END;
		break;
	}
}
