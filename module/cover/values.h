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

/**
 * kwatch_cover_addr() - what a CPU's breakpoints watch
 * @bps: of the watch
 * @cpu: whose
 *
 * Context: any.
 * Return: the address of the watch's first byte there.
 */
unsigned long kwatch_cover_addr(const struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_cover_values() - where a CPU's values are kept
 * @bps: of a watch
 * @cpu: which
 *
 * Context: any.
 */
struct kwatch_value *kwatch_cover_values(const struct kwatch_bps *bps,
				      unsigned int cpu);

/**
 * kwatch_cover_note_values() - note what the bytes are, before they can be hit
 * @bps: of the watch
 * @cpu: whose copy, if every CPU has one
 *
 * Context: may sleep.
 */
void kwatch_cover_note_values(struct kwatch_bps *bps, unsigned int cpu);

/**
 * kwatch_cover_fill() - what the handler knows of a breakpoint
 * @bp:   filled
 * @bps:  of the watch
 * @i:    which of its slots
 * @addr: of the watch's first byte there
 *
 * Context: any.
 */
void kwatch_cover_fill(struct kwatch_bp *bp, const struct kwatch_bps *bps, unsigned int i,
		    unsigned long addr);

/**
 * kwatch_cover_is_expected() - is that what a last access found, or leaves?
 * @bps:  of an armed watch
 * @expects: the last access of a CPU or thread, by slot; kwatch_hit_expect() stores there
 * @slot: which value
 * @now:  what the bytes are
 *
 * Context: any; only where traps come before the access.
 */
bool kwatch_cover_is_expected(const struct kwatch_bps *bps, const struct kwatch_expects *expects,
		 unsigned int slot, u64 now);

#endif /* KWATCH_VALUES_H */
