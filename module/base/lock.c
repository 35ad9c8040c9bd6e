// SPDX-License-Identifier: GPL-2.0
/*
 * The one mutex, and the order of locks.  See lock.h.
 */
#include <linux/cpu.h>

#include "lock.h"

DEFINE_MUTEX(kwatch_mutex);

void kwatch_lock(void)
{
	cpus_read_lock();
	mutex_lock(&kwatch_mutex);
}

void kwatch_unlock(void)
{
	mutex_unlock(&kwatch_mutex);
	cpus_read_unlock();
}
