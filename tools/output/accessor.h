/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The culprit of a hit: the instruction that made the access.
 *
 * What it does tells more than a debug register can: on x86, which has no
 * register for reads alone, a store of the value that was there before is no
 * read; and a cmpxchg may have stored nothing.
 */
#ifndef KWATCH_CULPRIT_H
#define KWATCH_CULPRIT_H

#include "kernel/code.h"
#include "kernel/disasm.h"
#include "stream/stream.h"
#include "kernel/symbols.h"

struct kwatch_culprits;

/**
 * kwatch_culprits_create() - get ready
 * @symbols: where functions begin; must outlive the culprits
 * @code:    of them; belongs to the culprits now
 * @arch:    KWATCH_ARCH_* of the machine, 0 for this one
 *
 * Return: it, for kwatch_culprits_destroy().
 */
struct kwatch_culprits *kwatch_culprits_create(struct kwatch_symbols *symbols,
					       struct kwatch_code *code,
					       unsigned int arch);

/**
 * kwatch_culprits_destroy() - free it
 * @culprits: it, or NULL
 */
void kwatch_culprits_destroy(struct kwatch_culprits *culprits);

/**
 * kwatch_culprit_find() - the instruction behind a hit
 * @event: a hit, with its @culprits; or a stack with its watch
 *
 * Return: it, valid until the next call; NULL if it is not known, no access, or
 * not the kernel's, or if the code that made it may be another's by now.
 */
const struct kwatch_insn *kwatch_culprit_find(const struct kwatch_event *event);

/**
 * kwatch_culprit_is_no_read() - is a hit of a watch on reads none?
 * @event: a hit
 *
 * Return: true if the watch is for reads and the instruction makes none.
 */
bool kwatch_culprit_is_no_read(const struct kwatch_event *event);

/**
 * kwatch_culprit_put() - as a line of text
 * @out:   where to; nothing is put if nothing is known
 * @event: see kwatch_culprit_find()
 */
void kwatch_culprit_put(struct kwatch_out *out, const struct kwatch_event *event);

/**
 * kwatch_culprit_access() - what an instruction does, in a word
 * @insn: it
 *
 * Return: "load", "store" or "load+store".
 */
const char *kwatch_culprit_access(const struct kwatch_insn *insn);

/**
 * kwatch_culprit_outcome() - what came of a cmpxchg
 * @event: a hit
 * @insn:  its instruction
 *
 * Return: "failed"; "succeeded"; "unchanged" if it failed or stored what was
 * there, which only the registers tell; NULL if it is no cmpxchg, or there is
 * nothing to tell by.
 */
const char *kwatch_culprit_outcome(const struct kwatch_event *event,
				   const struct kwatch_insn *insn);

#endif /* KWATCH_CULPRIT_H */
