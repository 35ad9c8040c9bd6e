// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of a process that is watched: read, and told when it is unmapped.  See
 * process_memory.h.
 */
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>
#include <linux/signal.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "base/work.h"
#include "hit/culprit.h"
#include "hit/hit.h"
#include "hit/value.h"
#include "process.h"
#include "process_memory.h"

/* A driver's mapping may be a device's registers, which to read may change something. */
bool kwatch_process_is_device(struct mm_struct *mm, const struct kwatch_spec *spec)
{
	unsigned long addr = spec->addr + spec->offset;
	struct vm_area_struct *vma;
	bool ret;

	mmap_read_lock(mm);
	vma = find_vma(mm, addr);
	ret = vma && vma->vm_start < addr + (spec->len ?: 1) && vma->vm_flags & VM_IO;
	mmap_read_unlock(mm);
	return ret;
}

int kwatch_process_fault_in(struct task_struct *task, const struct kwatch_spec *spec)
{
	unsigned long addr = spec->addr + spec->offset;
	u32 len = spec->len ?: 1;
	u8 bytes[KWATCH_LEN_MAX];

	if (addr + len < addr || addr + len > TASK_SIZE_MAX)
		return -EFAULT;
	return access_process_vm(task, addr, bytes, len, FOLL_FORCE) == len ? 0 : -EFAULT;
}

/* What is unmapped. */

#ifdef CONFIG_MMU_NOTIFIER

/*
 * munmap(), or mremap() away, made by anybody who has the memory; not what only drops
 * pages, as madvise() and swapping do.  The bytes are gone, and no other thread can
 * map something else there before this returns.
 */
static void range_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct kwatch_process *process = container_of(notifier, struct kwatch_process, notifier);
	unsigned int i;

	if (range->event != MMU_NOTIFY_UNMAP || range->start >= process->addr + process->len ||
	    range->end <= process->addr)
		return;
	if (kwatch_culprit_claim(&process->unmapped)) {
		kwatch_culprit_note(&process->unmapped, _RET_IP_, NULL);
		if (current->mm == process->mm)
			kwatch_culprit_note_user(&process->unmapped);
		kwatch_culprit_publish(&process->unmapped);
	}
	spin_lock(&process->lock);
	if (process->plan && process->ends)
		kwatch_hit_end(process->plan, KWATCH_GONE_UNMAPPED);
	for (i = 0; process->plan && i < KWATCH_SLOTS_MAX; i++)
		kwatch_value_forget(process->plan->values, i);
	spin_unlock(&process->lock);
	kwatch_work_soon();
}

static void free_notifier(struct mmu_notifier *notifier)
{
	kfree_rcu(container_of(notifier, struct kwatch_process, notifier), rcu);
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range_end = range_end,
	.free_notifier = free_notifier,
};

/* A signal that is pending would make it fail: none is let through meanwhile. */
int kwatch_process_watch_mapping(struct kwatch_process *process, struct mm_struct *mm)
{
	sigset_t all, before;
	int ret;

	process->notifier.ops = &notifier_ops;
	if (mmap_write_lock_killable(mm))
		return -EINTR;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	ret = __mmu_notifier_register(&process->notifier, mm);
	sigprocmask(SIG_SETMASK, &before, NULL);
	mmap_write_unlock(mm);
	return ret;
}

void kwatch_process_free(struct kwatch_process *process)
{
	if (process->mm)
		mmu_notifier_put(&process->notifier);
	else
		kfree_rcu(process, rcu);
}

void kwatch_process_free_all(void)
{
	mmu_notifier_synchronize();
}

#else /* the kernel does not tell */

int kwatch_process_watch_mapping(struct kwatch_process *process, struct mm_struct *mm)
{
	return 0;
}

void kwatch_process_free(struct kwatch_process *process)
{
	kfree_rcu(process, rcu);
}

void kwatch_process_free_all(void)
{
}

#endif

/* Reading. */

/**
 * struct look - one read, by somebody who may borrow the memory
 * @work: does it
 * @process: whose
 * @addr: where
 * @len:  bytes
 * @value: result
 * @ok:   result
 */
struct look {
	struct work_struct work;
	const struct kwatch_process *process;
	unsigned long addr;
	u32	len;
	u64	value;
	bool	ok;
};

/*
 * In a kernel thread.  Not by access_process_vm(), which waits for whoever
 * handles the process's page faults, and that may be the process.
 */
static void look_borrowed(struct look *look)
{
	if (!mmget_not_zero(look->process->mm))
		return;
	kthread_use_mm(look->process->mm);
	look->ok = kwatch_value_look_user(look->addr, look->len, &look->value);
	kthread_unuse_mm(look->process->mm);
	/* Locks are held, and to take a process's memory apart may wait for anybody. */
	mmput_async(look->process->mm);
}

static void look_work(struct work_struct *work)
{
	look_borrowed(container_of(work, struct look, work));
}

bool kwatch_process_look(const struct kwatch_process *process, unsigned long addr,
			 u32 len, u64 *value)
{
	struct look look = { .process = process, .addr = addr, .len = len };

	if (current->mm == process->mm)
		return kwatch_value_look_user(addr, len, value);
	if (current->flags & PF_KTHREAD) {
		look_borrowed(&look);
	} else {
		INIT_WORK_ONSTACK(&look.work, look_work);
		queue_work(system_dfl_wq, &look.work);
		flush_work(&look.work);
		destroy_work_on_stack(&look.work);
	}
	*value = look.value;
	return look.ok;
}
