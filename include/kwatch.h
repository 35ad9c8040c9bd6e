/* SPDX-License-Identifier: GPL-2.0 */
/*
 * kwatch for other kernel modules.
 *
 * A module that uses these depends on kwatch: it is loaded after it, and
 * kwatch stays while it is there.
 */
#ifndef _KWATCH_H
#define _KWATCH_H

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
