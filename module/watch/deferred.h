/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What hits leave to be done outside of the exception, and what is to be done
 * from time to time.
 *
 * The governor takes a breakpoint off a CPU where its budget is spent and
 * puts it back later; CPUs and threads without a breakpoint are tried again;
 * watches that ended themselves are taken off; values are compared with what
 * hits explain.
 */
#ifndef KWATCH_TEND_H
#define KWATCH_TEND_H

struct kwatch_watch;
struct work_struct;

/**
 * kwatch_tend_soon() - have all watches looked after
 *
 * Context: any but NMI.
 */
void kwatch_tend_soon(void);

/* kwatch_tend_queue() - run something else where tend.c works, in any context */
void kwatch_tend_queue(struct work_struct *work);

/**
 * __kwatch_tend_settle() - account for a watch that is about to be disarmed
 * @watch: armed, or not armed any more
 *
 * Ends the windows in which it was off and tells of changes that no hit
 * explains.
 *
 * Context: may sleep; both locks held.
 */
void __kwatch_tend_settle(struct kwatch_watch *watch);

/**
 * __kwatch_tend_forget() - a CPU's breakpoints are new, nothing is off there
 * @watch: armed
 * @cpu:   which
 *
 * Context: may sleep; the mutex held.
 */
void __kwatch_tend_forget(struct kwatch_watch *watch, unsigned int cpu);

/**
 * __kwatch_tend_slots_free() - a watch was disarmed: try again what is uncovered
 *
 * Context: any; the mutex held.
 */
void __kwatch_tend_slots_free(void);

/**
 * kwatch_tend_init() - before any CPU is made
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_tend_init(void);

/**
 * kwatch_tend_exit() - do nothing any more
 *
 * Context: may sleep; all watches are gone, and nobody is left who asks for anything.
 */
void kwatch_tend_exit(void);

#endif /* KWATCH_TEND_H */
