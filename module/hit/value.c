// SPDX-License-Identifier: GPL-2.0
/*
 * The watched bytes: what they were, what they are.
 */
#include <linux/irqflags.h>
#include <linux/uaccess.h>

#include "value.h"

DEFINE_PER_CPU(bool, kwatch_value_own);

bool kwatch_value_read_part(unsigned long addr, u32 len, u64 *value)
{
	const void *from = (const void *)addr;
	u64 v = 0;
	u32 i;

	/* One load of the right width, so that a value is not torn. */
	switch (len) {
	case 1:
		__get_kernel_nofault(&v, from, u8, fault);
		break;
	case 2:
		__get_kernel_nofault(&v, from, u16, fault);
		break;
	case 4:
		__get_kernel_nofault(&v, from, u32, fault);
		break;
	case 3:
	case 5:
	case 6:
	case 7:
		for (i = 0; i < len; i++)
			__get_kernel_nofault((u8 *)&v + i, from + i, u8, fault);
		break;
	default:
		return false;
	}
	*value = v;
	return true;

fault:
	return false;
}

/* Interrupts are off in between, so that no handler's accesses are taken for ours. */
static unsigned long own_begin(void)
{
	unsigned long flags;

	local_irq_save(flags);
	this_cpu_write(kwatch_value_own, true);
	return flags;
}

static void own_end(unsigned long flags)
{
	this_cpu_write(kwatch_value_own, false);
	local_irq_restore(flags);
}

bool kwatch_value_look(unsigned long addr, u32 len, u64 *value)
{
	unsigned long flags = own_begin();
	bool ret = kwatch_value_read(addr, len, value);

	own_end(flags);
	return ret;
}

bool kwatch_value_mapped(unsigned long addr)
{
	unsigned long flags;
	bool ret;
	u8 byte;

	/* 5.10 warns of an address that no page table can have. */
	if (addr < PAGE_OFFSET)
		return false;
	flags = own_begin();
	ret = !copy_from_kernel_nofault(&byte, (void *)addr, 1);
	own_end(flags);
	return ret;
}

bool kwatch_value_read_user(unsigned long addr, u32 len, u64 *value)
{
	*value = 0;
	return !copy_from_user_nofault(value, (const void __user *)addr, len);
}

bool kwatch_value_look_user(unsigned long addr, u32 len, u64 *value)
{
	unsigned long flags = own_begin();
	bool ret = kwatch_value_read_user(addr, len, value);

	own_end(flags);
	return ret;
}

void kwatch_value_set(struct kwatch_value *value, unsigned int slot, bool known,
		      u64 now)
{
	unsigned int i;

	value->last[slot] = now;
	WRITE_ONCE(value->known[slot], known);
	for (i = 0; i < KWATCH_VALUES_BEFORE; i++)
		value->before[slot][i] = value->last[slot];
	value->unsure[slot] = 0;
}

bool kwatch_value_expected(const struct kwatch_value *value, unsigned int slot,
			   u64 seq, u64 now)
{
	unsigned int i;

	if (seq && READ_ONCE(value->unsure[slot]) == seq)
		return true;
	for (i = 0; i < KWATCH_VALUES_BEFORE; i++)
		if (READ_ONCE(value->before[slot][i]) == now)
			return true;
	return false;
}
