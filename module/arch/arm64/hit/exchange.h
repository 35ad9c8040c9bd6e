/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Compare and exchange of memory that another CPU may be unmapping.  Private to this
 * folder.
 */
#ifndef KWATCH_ARM64_EXCHANGE_H
#define KWATCH_ARM64_EXCHANGE_H

#include <linux/types.h>
#include <linux/uaccess.h>

#include "compat.h"

/* By exclusives, which every arm64 CPU has.  No fault: it goes on behind them. */
#define kwatch_exclusives(size, w)						\
	asm volatile(								\
	"1:	ldaxr" size "	%" w "[was], [%[addr]]\n"			\
	"	cmp	%[was], %[old]\n"					\
	"	b.ne	3f\n"							\
	"2:	stlxr" size "	%w[failed], %" w "[new], [%[addr]]\n"		\
	"3:\n"									\
	_ASM_EXTABLE_KACCESS(1b, 3b)						\
	_ASM_EXTABLE_KACCESS(2b, 3b)						\
	: [was] "=&r" (was), [failed] "+&r" (failed)				\
	: [addr] "r" (addr), [old] "r" (old), [new] "r" (new)			\
	: "cc", "memory")

/**
 * kwatch_exchange() - store to kernel memory if it has not changed
 * @addr: aligned to @len
 * @len:  in bytes: 1, 2, 4 or 8
 * @old:  the value that memory should hold; bits beyond @len are 0
 * @new:  the value to store
 *
 * Context: the debug exception, which masks watchpoints: none is hit here.
 *
 * Return: true if it stored; false if something else is there, another CPU
 * was faster, or nothing is mapped there any more.
 */
static inline bool kwatch_exchange(u64 addr, u32 len, u64 old, u64 new)
{
	u32 failed = 1;
	u64 was;

	switch (len) {
	case 1:
		kwatch_exclusives("b", "w");
		break;
	case 2:
		kwatch_exclusives("h", "w");
		break;
	case 4:
		kwatch_exclusives("", "w");
		break;
	default:
		kwatch_exclusives("", "x");
	}
	return !failed;
}

#endif /* KWATCH_ARM64_EXCHANGE_H */
