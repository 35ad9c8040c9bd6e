// SPDX-License-Identifier: GPL-2.0
/*
 * The one mutex, and the order of locks.  See lock.h.
 */
#include <linux/cpu.h>

#include "lock.h"

DEFINE_MUTEX(kwatch_mutex);
DEFINE_MUTEX(kwatch_command_mutex);

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

void kwatch_command_lock(void)
{
	mutex_lock(&kwatch_command_mutex);
	kwatch_lock();
}

void kwatch_command_unlock(void)
{
	kwatch_unlock();
	mutex_unlock(&kwatch_command_mutex);
}
