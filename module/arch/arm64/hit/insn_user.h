/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What insn.c takes from the kernel, for its unit test in user space.  Private to this
 * folder.
 */
#ifndef KWATCH_ARM64_INSN_USER_H
#define KWATCH_ARM64_INSN_USER_H

#include "language/user.h"

/* As in value.h; of the test's own memory, at the addresses that the code sees. */
bool kwatch_value_read(unsigned long addr, u32 len, u64 *value);

/* As in exchange.h, of the same memory. */
bool kwatch_exchange(u64 addr, u32 len, u64 old, u64 new);

#endif /* KWATCH_ARM64_INSN_USER_H */
