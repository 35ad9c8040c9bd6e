// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel stores to watched memory when a thread ends.  See exit_stores.h.
 */
#include <linux/futex.h>
#include <linux/kprobes.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "base/work.h"
#include "cover/cover.h"
#include "cover/group.h"
#include "exit_stores.h"
#include "read/event.h"
#include "hit/value.h"
#include "watch/watch.h"

/* Values that an ending thread is looked after for: no process has more slots. */
#define VALUES_MAX	8

/**
 * struct before - the watched bytes before the kernel's stores
 * @nr:    how many values
 * @time_ns: when they were read
 * @tid_at: where the kernel clears the thread's ID, or 0
 * @value:  the values themselves
 * @value.watch: of which watch; only compared
 * @value.slot: which value of it
 * @value.seq: its hits until then
 * @value.bytes: the value
 */
struct before {
	unsigned int nr;
	u64	time_ns;
	unsigned long tid_at;
	struct {
		const struct kwatch_watch *watch;
		u8	slot;
		s64	seq;
		u64	bytes;
	} value[VALUES_MAX];
};

/**
 * struct change - a change that has to be told
 * @node:   in @changes
 * @watch:  its number
 * @record: the record
 * @task:   the thread
 */
struct change {
	struct list_head node;
	u16	watch;
	struct {
		struct kwatch_unseen unseen;
		struct kwatch_task task;
		struct kwatch_where where;
	} record;
};

static LIST_HEAD(changes);
static DEFINE_RAW_SPINLOCK(changes_lock);	/* protects @changes */

/* Stored with process.c's probe_mutex held. */
static bool probing;

/* Read a value.  In an RCU read-side section; the watch may be changed meanwhile. */
static bool read_value(const struct kwatch_watch *watch, unsigned int i, u64 *bytes)
{
	const struct kwatch_bps *bps = &watch->bps;
	u8 slot = bps->part[i].value_slot;

	return bps->part[i].value_len && READ_ONCE(watch->value.known[slot]) && /* as unseen.c */
	       kwatch_value_look_user(bps->addr + bps->part[i].value_offset,
				      bps->part[i].value_len, bytes);
}

static void note(struct kwatch_watch *watch, void *arg)
{
	struct before *before = arg;
	unsigned int i, seen = 0;
	u64 bytes;

	if (!READ_ONCE(watch->bps.armed) || READ_ONCE(watch->bps.off))
		return;
	for (i = 0; i < watch->plan.nr_slots && before->nr < VALUES_MAX; i++) {
		u8 slot = watch->bps.part[i].value_slot;
		s64 seq = atomic64_read(&watch->value.seq);

		if (seen & 1 << slot || !read_value(watch, i, &bytes))
			continue;
		seen |= 1 << slot;
		before->value[before->nr].watch = watch;
		before->value[before->nr].slot = slot;
		before->value[before->nr].seq = seq;
		before->value[before->nr++].bytes = bytes;
	}
}

static void add_change(struct kwatch_watch *watch, unsigned int part, u64 from_ns,
		       u64 old, u64 new)
{
	struct change *change = kzalloc(sizeof(*change), GFP_ATOMIC);
	u8 slot = watch->bps.part[part].value_slot;
	unsigned long flags;

	/* Then unseen.c finds it. */
	if (!change)
		return;
	/* A hit that comes now has the new value for its old one. */
	if (cmpxchg(&watch->value.last[slot], old, new) != old) {
		kfree(change);
		return;
	}
	change->watch = watch->id;
	change->record.unseen.rec.size = offsetof(typeof(change->record), where);
	change->record.unseen.rec.type = KWATCH_RECORD_UNSEEN;
	change->record.unseen.rec.parts = KWATCH_PART_TASK;
	change->record.unseen.rec.watch = watch->id;
	change->record.unseen.from_ns = from_ns;
	change->record.unseen.old_value = old;
	change->record.unseen.new_value = new;
	change->record.unseen.cpu = raw_smp_processor_id();
	change->record.task.tid = current->pid;
	change->record.task.tgid = current->tgid;
	memcpy(change->record.task.comm, current->comm, sizeof(change->record.task.comm));
	if (watch->plan.parts) {
		change->record.unseen.rec.size = sizeof(change->record);
		change->record.unseen.rec.parts |= KWATCH_PART_WHERE;
		change->record.where.offset = watch->bps.part[part].offset;
		change->record.where.len = watch->bps.part[part].len;
	}
	raw_spin_lock_irqsave(&changes_lock, flags);
	list_add_tail(&change->node, &changes);
	raw_spin_unlock_irqrestore(&changes_lock, flags);
	kwatch_work_soon();
}

/*
 * Is a change one that the kernel makes for this thread: its ID cleared, a robust futex
 * of it marked?  Any other is another thread's store, whose trap may still be to come.
 */
static bool is_kernels(const struct before *before, unsigned long addr, u32 len,
		       u64 old_value, u64 new_value)
{
	u32 i, old, new, tid = task_pid_vnr(current);

	if (addr % sizeof(u32) || len % sizeof(u32))
		return false;
	for (i = 0; i < len; i += sizeof(u32)) {
		old = old_value >> (8 * i);
		new = new_value >> (8 * i);
		if (old == new || (addr + i == before->tid_at && !new))
			continue;
		if ((old & FUTEX_TID_MASK) != tid || (new & ~FUTEX_WAITERS) != FUTEX_OWNER_DIED)
			return false;
	}
	return true;
}

static void compare(struct kwatch_watch *watch, void *arg)
{
	const struct before *before = arg;
	unsigned int i, j;
	u64 bytes;

	for (i = 0; i < before->nr; i++) {
		if (before->value[i].watch != watch)
			continue;
		for (j = 0; j < watch->plan.nr_slots; j++)
			if (watch->bps.part[j].value_slot == before->value[i].slot)
				break;
		if (j < watch->plan.nr_slots && read_value(watch, j, &bytes) &&
		    bytes != before->value[i].bytes &&
		    atomic64_read(&watch->value.seq) == before->value[i].seq &&
		    is_kernels(before, watch->bps.addr + watch->bps.part[j].value_offset,
			       watch->bps.part[j].value_len, before->value[i].bytes, bytes))
			add_change(watch, j, before->time_ns,
				   before->value[i].bytes, bytes);
	}
}

/* In the ending thread, which still has its memory. */
static int before_stores(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	struct before *before = (void *)instance->data;

	before->nr = 0;
	before->time_ns = ktime_get_mono_fast_ns();
	before->tid_at = (unsigned long)current->clear_child_tid;
	kwatch_group_of_current(note, before);
	return before->nr ? 0 : 1; /* 1: not interested in the return */
}

static int after_stores(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	kwatch_group_of_current(compare, (void *)instance->data);
	return 0;
}

static struct kretprobe probe;

static bool place(const char *name)
{
	memset(&probe, 0, sizeof(probe));
	probe.kp.symbol_name = name;
	probe.entry_handler = before_stores;
	probe.handler = after_stores;
	probe.data_size = sizeof(struct before);
	return !register_kretprobe(&probe);
}

void kwatch_exit_stores_start(void)
{
	/* Since 7.2 it has the other name. */
	probing = place("exit_mm_release") || place("mm_exit_exec_release");
}

void kwatch_exit_stores_stop(void)
{
	struct change *change, *next;

	if (probing)
		unregister_kretprobe(&probe);
	probing = false;
	list_for_each_entry_safe(change, next, &changes, node)
		kfree(change);
	INIT_LIST_HEAD(&changes);
}

static struct change *take(u16 watch)
{
	struct change *change, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&changes_lock, flags);
	list_for_each_entry(change, &changes, node) {
		if (change->watch == watch) {
			found = change;
			list_del(&change->node);
			break;
		}
	}
	raw_spin_unlock_irqrestore(&changes_lock, flags);
	return found;
}

void __kwatch_exit_stores_tell(const struct kwatch_watch *watch)
{
	struct change *change;

	lockdep_assert_held(&kwatch_mutex);
	while ((change = take(watch->id))) {
		kwatch_event_tell(watch->plan.own, &change->record);
		kfree(change);
	}
}
