// SPDX-License-Identifier: GPL-2.0
/*
 * The process whose memory a watch is on.  See process.h.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "base/answer.h"
#include "base/pid.h"
#include "base/work.h"
#include "language/spec.h"
#include "pilot.h"
#include "process.h"
#include "process_memory.h"

static atomic_t nr_processes = ATOMIC_INIT(0);
static DECLARE_WAIT_QUEUE_HEAD(freed_wait);

bool kwatch_process_any(void)
{
	return atomic_read(&nr_processes);
}

void kwatch_process_wait(void)
{
	/* They are freed by work on kwatch's queue. */
	wait_event(freed_wait, !atomic_read(&nr_processes));
	kwatch_process_free_all();
}

static void free_process(struct work_struct *work)
{
	struct kwatch_process *process = container_of(work, struct kwatch_process, work);
	struct mm_struct *mm = process->mm;

	kwatch_pilot_put(process->pilot);
	put_task_struct(process->task);
	kwatch_process_free(process);
	if (mm)
		mmdrop(mm);
	if (atomic_dec_and_test(&nr_processes))
		wake_up_all(&freed_wait);
}

static void release(struct kref *ref)
{
	struct kwatch_process *process = container_of(ref, struct kwatch_process, ref);

	/* From here, because a probe may have had the last reference. */
	kwatch_work_queue(&process->work);
}

void kwatch_process_put(struct kwatch_process *process)
{
	if (process)
		kref_put(&process->ref, release);
}

static struct kwatch_process *create(struct task_struct *task, const struct kwatch_spec *spec)
{
	struct kwatch_process *process = kzalloc(sizeof(*process), GFP_KERNEL);

	if (!process)
		return NULL;
	process->pilot = kwatch_pilot_get();
	if (IS_ERR(process->pilot)) {
		kfree(process);
		return NULL;
	}
	kref_init(&process->ref);
	INIT_LIST_HEAD(&process->groups);
	INIT_WORK(&process->work, free_process);
	process->task = get_task_struct(task);
	process->exec_id = READ_ONCE(task->self_exec_id);
	process->made_ns = ktime_get_ns();
	process->children = spec->children;
	process->ends = spec->until == KWATCH_UNTIL_FREE;
	process->addr = spec->addr + spec->offset;
	process->len = spec->len ?: 1;
	spin_lock_init(&process->lock);
	atomic_inc(&nr_processes);
	return process;
}

struct kwatch_process *kwatch_process_find(const struct kwatch_cmd *cmd,
					   struct kwatch_answer *answer)
{
	const struct kwatch_spec *spec = &cmd->spec;
	struct kwatch_process *process = NULL;
	struct task_struct *task;
	struct mm_struct *mm;
	int ret;

	task = kwatch_pid_task(spec->pid);
	if (!task) {
		kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID], "No such process");
		return NULL;
	}
	mm = get_task_mm(task);
	if (!mm) {
		if (task->flags & PF_KTHREAD)
			kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_PID],
				      "A kernel thread has no user memory");
		else
			kwatch_refuse(answer, -ENOENT, cmd->at[KWATCH_WORD_PID],
				      "The process has ended");
		goto out_task;
	}
	if (kwatch_process_is_device(mm, spec)) {
		kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_TARGET],
			      "A driver has mapped that: to read it may change what a device does");
		goto out_mm;
	}
	if (kwatch_process_fault_in(task, spec)) {
		kwatch_refuse(answer, -EFAULT, cmd->at[KWATCH_WORD_TARGET],
			      "No memory of the process is mapped there");
		goto out_mm;
	}
	process = create(task, spec);
	if (!process) {
		kwatch_refuse(answer, -ENOMEM, 0, "No memory");
		goto out_mm;
	}
	ret = kwatch_process_watch_mapping(process, mm);
	if (ret) {
		kwatch_refuse(answer, ret, 0, ret == -EINTR ? "Interrupted" : "No memory");
		kwatch_process_put(process);
		process = NULL;
		goto out_mm;
	}
	mmgrab(mm);
	process->mm = mm;
out_mm:
	mmput(mm);
out_task:
	put_task_struct(task);
	return process;
}
