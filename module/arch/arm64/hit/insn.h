/* SPDX-License-Identifier: GPL-2.0 */
/*
 * arm64 instructions that access memory: what they are about to store.  Private to this
 * folder.
 *
 * A watchpoint is taken before the access, so the value after it can only be
 * had by reading the instruction.  Pure, but for reads of memory; compiled
 * into a unit test as well.
 */
#ifndef KWATCH_ARM64_INSN_H
#define KWATCH_ARM64_INSN_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include "insn_user.h"
#endif

/* In the order of struct user_pt_regs: x0 to x30, sp. */
#define KWATCH_INSN_REGS	32

/* 1 to 8 watched bytes; @old: before the instruction. */
struct kwatch_insn_bytes {
	u64	addr;
	u32	len;
	u64	old;
};

/* A store of 1 to 8 bytes that was made. */
struct kwatch_insn_store {
	u64	addr;
	u32	len;
	u64	old;
	u64	new;
};

/**
 * kwatch_insn_value() - what watched bytes will be after an instruction
 * @insn: the instruction
 * @x:    its registers, KWATCH_INSN_REGS of them
 * @zva:  bytes that "dc zva" clears on this CPU
 * @watch: the bytes
 * @new:  filled
 *
 * Context: any, NMI included.
 * Return: false if that cannot be told: an instruction that is not known here
 * (vector registers, exclusives), or one that does not touch these bytes.
 */
bool kwatch_insn_value(u32 insn, const u64 *x, u32 zva,
		       const struct kwatch_insn_bytes *watch, u64 *new);

/* What watched bytes were and are, after a store; @watch->old: the bytes now.  Any context */
void kwatch_insn_stored(const struct kwatch_insn_store *store,
			const struct kwatch_insn_bytes *watch, u64 *old, u64 *new);

/* A store-exclusive (stxr and its kin) fails after any exception.  Any context */
bool kwatch_insn_is_exclusive(u32 insn);

/* The register in which a store-exclusive says whether it stored. */
static inline unsigned int kwatch_insn_status(u32 insn)
{
	return (insn >> 16) & 0x1f;
}

/**
 * kwatch_insn_exclusive() - run a load-exclusive/store-exclusive sequence
 * @x:   registers at the store-exclusive; on success those behind it
 * @pc:  where that is
 * @store: filled on success
 *
 * A trap between the two makes the store fail, and the next try traps again.
 * So the sequence is run here, from its load on, which is what its own loop
 * would do next: nothing else is done if it is not a loop of a load, simple
 * arithmetic, the store and a branch back.
 *
 * Context: any, NMI included; the code and the word are the kernel's.
 * Return: true if the word has been stored to and the store-exclusive is done.
 */
bool kwatch_insn_exclusive(u64 *x, u64 pc, struct kwatch_insn_store *store);

#endif /* KWATCH_ARM64_INSN_H */
