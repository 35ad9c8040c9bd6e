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

struct client_culprits;

/**
 * client_culprits_create() - get ready
 * @symbols: where functions begin; must outlive the culprits
 * @code:    of them; belongs to the culprits now
 * @arch:    KWATCH_ARCH_* of the machine, 0 for this one
 *
 * Return: it, for client_culprits_destroy().
 */
struct client_culprits *client_culprits_create(struct client_symbols *symbols,
					       struct client_code *code,
					       unsigned int arch);

/**
 * client_culprits_destroy() - free it
 * @culprits: it, or NULL
 */
void client_culprits_destroy(struct client_culprits *culprits);

/**
 * client_culprit_find() - the instruction behind a hit
 * @event: a hit, with its @culprits; or a stack with its watch
 *
 * Return: it, valid until the next call; NULL if it is not known, no access, or
 * not the kernel's, or if the code that made it may be another's by now.
 */
const struct client_insn *client_culprit_find(const struct client_event *event);

/**
 * client_culprit_is_no_read() - is a hit of a watch on reads none?
 * @event: a hit
 *
 * Return: true if the watch is for reads and the instruction makes none.
 */
bool client_culprit_is_no_read(const struct client_event *event);

/**
 * client_culprit_put() - as a line of text
 * @out:   where to; nothing is put if nothing is known
 * @event: see client_culprit_find()
 */
void client_culprit_put(struct client_out *out, const struct client_event *event);

/**
 * client_culprit_access() - what an instruction does, in a word
 * @insn: it
 *
 * Return: "load", "store" or "load+store".
 */
const char *client_culprit_access(const struct client_insn *insn);

/**
 * client_culprit_outcome() - what came of a cmpxchg
 * @event: a hit
 * @insn:  its instruction
 *
 * Return: "failed"; "succeeded"; "unchanged" if it failed or stored what was
 * there, which only the registers tell; NULL if it is no cmpxchg, or there is
 * nothing to tell by.
 */
const char *client_culprit_outcome(const struct client_event *event,
				   const struct client_insn *insn);

#endif /* KWATCH_CULPRIT_H */
