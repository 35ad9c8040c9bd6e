// SPDX-License-Identifier: GPL-2.0
/*
 * until=free: the watch goes when the slab object that holds its target does.
 *
 * The kernel's tracepoints kmem:kfree and kmem:kmem_cache_free give the object
 * and the caller.  They fire for every free of the machine, in any context, so
 * most are told apart by two comparisons.
 */
#include <linux/irq_work.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "cpu.h"
#include "event.h"
#include "free.h"
#include "hit.h"
#include "watch.h"

/* Watches that may wait at once: each holds a slot of every CPU. */
#define WAITING_MAX	16

/* No slab object is longer; a larger allocation is made of pages. */
#define OBJECT_MAX	(64 * 1024)

/**
 * struct kwatch_freed - a watch that waits, and then who freed its object
 * @addr: the target
 * @hot:  of the watch
 * @task: who
 * @nr:   frames in @ip
 * @ip:   from where
 */
struct kwatch_freed {
	unsigned long addr;
	struct kwatch_hot *hot;
	struct kwatch_task task;
	unsigned int nr;
	unsigned long ip[KWATCH_STACK_MAX];
};

/* Stored with kwatch_watch_mutex held, read by the probes. */
static struct kwatch_freed *waiting[WAITING_MAX];
static unsigned int nr_waiting;

static struct tracepoint *tp_kfree, *tp_cache_free;

/*
 * Protects the two below; outside of kwatch_watch_lock(), because placing a
 * tracepoint takes cpus_read_lock().
 */
static DEFINE_MUTEX(probe_mutex);
static bool probing;		/* the tracepoints are ours */
static unsigned int nr_ready;	/* between kwatch_free_ready() and _unready() */

/* Does the object at @ptr hold @addr?  Called while @ptr is still allocated. */
static bool holds(const void *ptr, unsigned long addr)
{
	unsigned long start = (unsigned long)ptr;

	/* All but a few frees end with this line. */
	if (addr - start >= OBJECT_MAX)
		return false;
	if (virt_to_head_page(ptr) != virt_to_head_page((void *)addr))
		return false;
	return addr - start < ksize(ptr);
}

static void note(struct kwatch_freed *freed, unsigned long caller)
{
	unsigned int i;

	freed->task.tid = current->pid;
	freed->task.tgid = current->tgid;
	memcpy(freed->task.comm, current->comm, sizeof(freed->task.comm));

	/* Begin with whoever called kfree(), not with us and the tracepoint. */
	freed->nr = stack_trace_save(freed->ip, ARRAY_SIZE(freed->ip), 0);
	for (i = 0; i < freed->nr && freed->ip[i] != caller; i++)
		;
	if (i == freed->nr)
		return;
	freed->nr -= i;
	memmove(freed->ip, freed->ip + i, freed->nr * sizeof(*freed->ip));
}

/*
 * The tracepoints' further arguments differ by kernel version, and are of no
 * use here: a function may be called with more arguments than it looks at.
 */
static void probe_free(void *unused, unsigned long caller, const void *ptr)
{
	unsigned int i;

	for (i = 0; i < WAITING_MAX; i++) {
		struct kwatch_freed *freed = READ_ONCE(waiting[i]);

		if (!freed || !holds(ptr, freed->addr))
			continue;
		preempt_disable();
		if (kwatch_hit_end(freed->hot, KWATCH_GONE_FREED)) {
			note(freed, caller);
			kwatch_cpu_want_tend();
		}
		preempt_enable();
	}
}

static void find_tracepoint(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "kfree"))
		tp_kfree = tp;
	else if (!strcmp(tp->name, "kmem_cache_free"))
		tp_cache_free = tp;
}

static int start_probes(void)
{
	int ret;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	if (!tp_kfree || !tp_cache_free)
		return -EOPNOTSUPP;
	ret = tracepoint_probe_register(tp_kfree, probe_free, NULL);
	if (ret)
		return ret;
	ret = tracepoint_probe_register(tp_cache_free, probe_free, NULL);
	if (ret)
		tracepoint_probe_unregister(tp_kfree, probe_free, NULL);
	return ret;
}

static void stop_probes(void)
{
	tracepoint_probe_unregister(tp_cache_free, probe_free, NULL);
	tracepoint_probe_unregister(tp_kfree, probe_free, NULL);
	/* No probe runs after this, so the module may go. */
	tracepoint_synchronize_unregister();
}

void kwatch_free_ready(void)
{
	mutex_lock(&probe_mutex);
	nr_ready++;
	if (!probing)
		WRITE_ONCE(probing, !start_probes());
	mutex_unlock(&probe_mutex);
}

void kwatch_free_unready(void)
{
	mutex_lock(&probe_mutex);
	nr_ready--;
	mutex_unlock(&probe_mutex);
	kwatch_free_tidy();
}

void kwatch_free_tidy(void)
{
	mutex_lock(&probe_mutex);
	/* A watch begins to wait only while nr_ready is not 0. */
	if (probing && !nr_ready && !READ_ONCE(nr_waiting)) {
		stop_probes();
		WRITE_ONCE(probing, false);
	}
	mutex_unlock(&probe_mutex);
}

int kwatch_free_follow(struct kwatch_watch *watch)
{
	void *target = (void *)watch->bps.addr;
	struct kwatch_freed *freed;
	unsigned int i;

	if (watch->bps.percpu || !virt_addr_valid(target) ||
	    !PageSlab(virt_to_head_page(target)))
		return -EINVAL;
	if (!READ_ONCE(probing))
		return -EOPNOTSUPP;
	for (i = 0; i < WAITING_MAX && waiting[i]; i++)
		;
	if (i == WAITING_MAX)
		return -ENOMEM;
	freed = kzalloc(sizeof(*freed), GFP_KERNEL);
	if (!freed)
		return -ENOMEM;
	kfree(watch->freed);
	freed->addr = watch->bps.addr;
	freed->hot = &watch->hot;

	WRITE_ONCE(nr_waiting, nr_waiting + 1); /* read by kwatch_free_tidy() */
	watch->freed = freed;
	WRITE_ONCE(waiting[i], freed); /* read by probe_free() */
	return 0;
}

void kwatch_free_unfollow(struct kwatch_watch *watch)
{
	unsigned int i;

	for (i = 0; i < WAITING_MAX && (!watch->freed || waiting[i] != watch->freed); i++)
		;
	if (i == WAITING_MAX)
		return;
	WRITE_ONCE(waiting[i], NULL); /* read by probe_free() */
	WRITE_ONCE(nr_waiting, nr_waiting - 1); /* read by kwatch_free_tidy() */
	/* A probe may just be looking at it. */
	tracepoint_synchronize_unregister();
}

void kwatch_free_tell(const struct kwatch_watch *watch)
{
	const struct kwatch_freed *freed = watch->freed;
	struct {
		struct kwatch_gone gone;
		struct kwatch_task task;
		struct kwatch_stack stack;
		u64 ip[KWATCH_STACK_MAX];
	} *record;
	unsigned int i;

	record = kzalloc(sizeof(*record), GFP_KERNEL | __GFP_NOFAIL);
	record->gone.rec.type = KWATCH_RECORD_GONE;
	record->gone.rec.parts = KWATCH_PART_TASK | KWATCH_PART_KSTACK;
	record->gone.rec.watch = watch->id;
	record->gone.why = KWATCH_GONE_FREED;
	record->gone.cpu = raw_smp_processor_id();
	record->task = freed->task;
	record->stack.nr = freed->nr;
	for (i = 0; i < freed->nr; i++)
		record->stack.ip[i] = freed->ip[i];
	record->gone.rec.size = (void *)&record->stack.ip[freed->nr] - (void *)record;
	kwatch_event_add(record);
	kfree(record);
}
