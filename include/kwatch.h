/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kwatch for other kernel modules.
 *
 * A module that uses these depends on kwatch: it is loaded after it, and
 * kwatch stays while it is there.
 */
#ifndef _KWATCH_H
#define _KWATCH_H

#include <linux/types.h>

struct kwatch_hit;
struct pt_regs;

/**
 * typedef kwatch_callback_t - called for each hit of a watch of yours
 * @hit:  time, flags, values and sequence number (see uapi/kwatch.h); its
 *        other members are not filled in
 * @regs: of the code that made the access
 * @arg:  as given to kwatch_add()
 *
 * Context: inside the debug exception, on top of whatever made the access,
 * with any lock held: take no lock, allocate nothing, print nothing, wake
 * nobody up but by irq_work_queue(), and be short.  Hits on other CPUs may
 * call it at the same time.
 */
typedef void (*kwatch_callback_t)(const struct kwatch_hit *hit,
				  struct pt_regs *regs, void *arg);

/**
 * kwatch_add() - make a watch
 * @spec: a line as "ctl" takes it, "w8 jiffies changed"; only one that makes a
 *        watch, without until=close
 * @callback: called for each hit that would be recorded (which it is as well,
 *        or counted if the line says "summary"), or NULL
 * @arg:  passed to @callback
 *
 * Context: may sleep.
 * Return: the watch's number, above 0, for kwatch_remove(); -errno as a write
 * to "ctl" gives, and "error_log" explains it.
 */
int kwatch_add(const char *spec, kwatch_callback_t callback, void *arg);

/**
 * kwatch_remove() - remove a watch
 * @id: from kwatch_add()
 *
 * When it returns, no callback runs or will run.  A user may have removed the
 * watch before (it is listed in "ctl" as any other), and that is fine.
 *
 * Context: may sleep.
 */
void kwatch_remove(int id);

/**
 * kwatch_suspend_this_cpu() - begin stores that are allowed
 *
 * Until the matching kwatch_resume_this_cpu(), hits on this CPU are counted
 * as filtered and not recorded; the values they leave are noted, so that the
 * next recorded hit has the right old value.  Calls nest.
 *
 * Turns preemption off, so the caller must not sleep until it resumes: what
 * this means is "on this CPU, now", and a thread that slept might wake up on
 * another one.  (Taking the breakpoint off instead would itself sleep.)
 * Interrupts that come in between are suspended along with the caller.
 *
 * Context: process, softirq or hardirq; not NMI.
 */
void kwatch_suspend_this_cpu(void);

/**
 * kwatch_resume_this_cpu() - end stores that are allowed
 *
 * Context: as kwatch_suspend_this_cpu(), on the same CPU.
 */
void kwatch_resume_this_cpu(void);

#endif /* _KWATCH_H */
