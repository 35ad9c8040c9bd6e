/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all kinds of cover do with addresses and values.
 */
#ifndef KWATCH_VALUES_H
#define KWATCH_VALUES_H

#include <linux/types.h>

struct kwatch_bp;
struct kwatch_bps;
struct kwatch_expects;

/* The address of the watch's first byte on a CPU.  Any context */
unsigned long kwatch_cover_addr(const struct kwatch_bps *bps, unsigned int cpu);

/* Where a CPU's values are kept.  Any context */
struct kwatch_value *kwatch_cover_values(const struct kwatch_bps *bps,
				      unsigned int cpu);

/* Note the bytes, before they can be hit; @cpu: whose copy.  May sleep */
void kwatch_cover_note_values(struct kwatch_bps *bps, unsigned int cpu);

/* Fill in what the handler knows of slot @i; @addr: of the watch's first byte there. */
void kwatch_cover_fill(struct kwatch_bp *bp, const struct kwatch_bps *bps, unsigned int i,
		    unsigned long addr);

/*
 * Is @now what a last access found in a value slot, or leaves there?  @expects: by slot, stored by
 * kwatch_hit_expect().  Any context; only where traps come before the access.
 */
bool kwatch_cover_is_expected(const struct kwatch_bps *bps, const struct kwatch_expects *expects,
		 unsigned int slot, u64 now);

#endif /* KWATCH_VALUES_H */
