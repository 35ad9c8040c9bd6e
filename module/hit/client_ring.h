/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The records of an open /dev/kwatch: a ring of its own.
 *
 * What an unprivileged caller's watches record goes here and nowhere else, so
 * it cannot push anybody else's records out.  One ring for all CPUs, because a
 * caller gets little memory; its writers take turns.
 */
#ifndef KWATCH_CLIENT_RING_H
#define KWATCH_CLIENT_RING_H

#include <linux/atomic.h>
#include <linux/types.h>

#include "ring.h"

struct task_struct;

#define KWATCH_CLIENT_PAUSED	16	/* threads that may pause at once */

/**
 * struct kwatch_client_ring - where the watches of one open file record
 * @ring:   the records; written with @busy
 * @busy:   somebody writes
 * @missed: hits that did not get their turn, of which the reader is to be told
 * @trusted: its caller may know of the kernel, and is not bounded
 * @nr_paused: entries of @paused that may be in use
 * @paused: threads whose accesses do not count, NULL where there is none;
 *          stored by device.c, read by the handler
 */
struct kwatch_client_ring {
	struct kwatch_ring ring;
	u32	busy;
	atomic_t missed;
	bool	trusted;
	u32	nr_paused;
	const struct task_struct *paused[KWATCH_CLIENT_PAUSED];
};

/*
 * Append a record of @nr words.  Any context, NMI included.  False: other CPUs did not let
 * this one have its turn, and nothing is written.
 */
bool kwatch_client_ring_write(struct kwatch_client_ring *own, const u64 *words, u32 nr);

/* Does the current thread pause?  Any context, NMI included */
bool kwatch_client_ring_is_paused(const struct kwatch_client_ring *own);

#endif /* KWATCH_CLIENT_RING_H */
