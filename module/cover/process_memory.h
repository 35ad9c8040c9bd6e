/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The memory of a process that is watched: read, and told when it is unmapped.  Private
 * to this folder.
 */
#ifndef KWATCH_PROCESS_MEMORY_H
#define KWATCH_PROCESS_MEMORY_H

#include <linux/types.h>

struct kwatch_process;
struct kwatch_spec;
struct mm_struct;
struct task_struct;

/* kwatch_process_is_device() - has a driver mapped the bytes of @spec?  May sleep */
bool kwatch_process_is_device(struct mm_struct *mm, const struct kwatch_spec *spec);

/* kwatch_process_fault_in() - have the bytes of @spec in memory; 0 or -EFAULT; may sleep */
int kwatch_process_fault_in(struct task_struct *task, const struct kwatch_spec *spec);

/*
 * Be told when its watched bytes are unmapped in @mm; @process->mm is not set yet.  May sleep.  0,
 * -EINTR or -ENOMEM.
 */
int kwatch_process_watch_mapping(struct kwatch_process *process, struct mm_struct *mm);

/* kwatch_process_free() - free it when nobody is told any more; may sleep */
void kwatch_process_free(struct kwatch_process *process);

/* kwatch_process_free_all() - wait until all of them are freed; may sleep */
void kwatch_process_free_all(void);

/*
 * Read 1 to 8 bytes of its memory, without any fault; nobody's hit.  May sleep.  False: the page is
 * not there at the moment.
 */
bool kwatch_process_look(const struct kwatch_process *process, unsigned long addr,
			 u32 len, u64 *value);

#endif /* KWATCH_PROCESS_MEMORY_H */
