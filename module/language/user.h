/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel's headers have, for those files of the module that are compiled
 * outside of it as well: the client and the unit tests.
 */
#ifndef KWATCH_USER_H
#define KWATCH_USER_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define __printf(fmt, args)	__attribute__((format(printf, fmt, args)))

#endif /* KWATCH_USER_H */
