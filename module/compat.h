/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every difference between kernel versions, and no other file has one.
 *
 * The other files are written for the newest kernel; here an older one is
 * made to look like it.  Included ahead of everything by Kbuild.  Prefer a
 * test for the name, then for the configuration, then for the version.
 */
#ifndef KWATCH_COMPAT_H
#define KWATCH_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "kwatch needs Linux 5.10 or newer"
#endif

/* 5.18 took hex_asc_lo() out of kernel.h. */
#if __has_include(<linux/hex.h>)
#include <linux/hex.h>
#endif

/* 5.16 took kvzalloc() and kvfree() from mm.h to slab.h. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 16, 0)
#include <linux/mm.h>
#endif

#endif /* KWATCH_COMPAT_H */
