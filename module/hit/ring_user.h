/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What ring.c takes from the kernel, for its unit test in user space.  Private to this
 * folder.
 *
 * Every racy access becomes a relaxed atomic, so that ThreadSanitizer sees
 * that it is meant; the fences are real ones, so that the test also runs as
 * the kernel does.
 */
#ifndef KWATCH_RING_USER_H
#define KWATCH_RING_USER_H

#include <string.h>

#include "language/user.h"

#define noinline		__attribute__((noinline))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define min_t(type, a, b)	((type)(a) < (type)(b) ? (type)(a) : (type)(b))
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)

static inline void cpu_relax(void)
{
	__asm__ __volatile__("" ::: "memory");
}

#endif /* KWATCH_RING_USER_H */
