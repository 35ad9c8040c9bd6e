// SPDX-License-Identifier: GPL-2.0
/*
 * The records of an open /dev/kwatch: the half that runs inside the debug
 * exception.  See client_ring.h and device.c.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/irqflags.h>
#include <linux/processor.h>
#include <linux/sched.h>

#include "client_ring.h"

/* A turn is the copy of one record; with so many looks there was time for several. */
#define TRIES	10000

bool kwatch_client_ring_write(struct kwatch_client_ring *own, const u64 *words, u32 nr)
{
	unsigned long flags;
	unsigned int i;
	bool mine = false;

	/* Not to be interrupted by a hit on this CPU, which would wait in vain. */
	local_irq_save(flags);
	for (i = 0; !mine && i < TRIES; i++) {
		mine = !xchg(&own->busy, 1); /* pairs with the release below */
		if (!mine)
			cpu_relax();
	}
	if (mine) {
		kwatch_ring_write(&own->ring, words, nr);
		smp_store_release(&own->busy, 0); /* pairs with xchg() above */
	}
	local_irq_restore(flags);
	return mine;
}

bool kwatch_client_ring_is_paused(const struct kwatch_client_ring *own)
{
	unsigned int i, nr = READ_ONCE(own->nr_paused); /* stored by device.c */

	for (i = 0; i < nr; i++)
		if (READ_ONCE(own->paused[i]) == current) /* likewise */
			return true;
	return false;
}
