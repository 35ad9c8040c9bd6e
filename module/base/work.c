// SPDX-License-Identifier: GPL-2.0
/*
 * The workqueue, and the one work that looks after all watches.  See work.h.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>

#include "work.h"

static struct workqueue_struct *queue;

/* Constant after kwatch_work_init(). */
static u64 (*look_after)(void);

static void run(struct work_struct *work);
static DECLARE_DELAYED_WORK(soon_work, run);

static void run(struct work_struct *work)
{
	u64 next = look_after();

	if (next != U64_MAX)
		queue_delayed_work(queue, &soon_work, nsecs_to_jiffies(next) + 1);
}

void kwatch_work_soon(void)
{
	mod_delayed_work(queue, &soon_work, 0);
}

void kwatch_work_queue(struct work_struct *work)
{
	queue_work(queue, work);
}

int kwatch_work_init(u64 (*look)(void))
{
	look_after = look;
	queue = alloc_workqueue("kwatch", WQ_UNBOUND | WQ_HIGHPRI, 1);
	return queue ? 0 : -ENOMEM;
}

void kwatch_work_exit(void)
{
	cancel_delayed_work_sync(&soon_work);
	destroy_workqueue(queue);
}
