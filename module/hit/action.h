/* SPDX-License-Identifier: GPL-2.0 */
/*
 * action=: what is done at a hit besides recording it.
 */
#ifndef KWATCH_ACTION_H
#define KWATCH_ACTION_H

struct kwatch_cpu;
struct kwatch_hit;
struct kwatch_plan;

/**
 * kwatch_action_hit() - do it, or have it done when the exception is over
 * @cpu: this CPU's
 * @plan: the handler's part of the watch; its action is not "log"
 * @hit: as recorded just now, its parts behind it
 *
 * traceoff is done on the spot; dump, signal and panic want locks, so an
 * irq_work does them, at the latest when the code that was hit turns
 * interrupts on.  If it did not for many hits, that is done once, for the
 * first of them; and dump at most ten times a second on each CPU.
 *
 * Context: the debug exception.
 */
void kwatch_action_hit(struct kwatch_cpu *cpu, const struct kwatch_plan *plan,
		       const struct kwatch_hit *hit);

#endif /* KWATCH_ACTION_H */
