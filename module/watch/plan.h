/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A spec made into what the handler works with.
 */
#ifndef KWATCH_PLAN_H
#define KWATCH_PLAN_H

#include "hit/hit.h"
#include "language/spec.h"

struct kwatch_resolved;

/**
 * kwatch_plan_init() - fill in the handler's part of a watch
 * @plan: zeroed; its id and callback are the caller's to set
 * @spec: the watch
 * @found: what the names in @spec stand for
 * @depth: kernel frames unless @spec says otherwise
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EINVAL if the filter has no room for pid= and
 * comm=; then kwatch_plan_free() is to be called all the same.
 */
int kwatch_plan_init(struct kwatch_plan *plan, const struct kwatch_spec *spec,
		    const struct kwatch_resolved *found, unsigned int depth);

/* Free what it points to; no handler uses it any more.  May sleep */
void kwatch_plan_free(struct kwatch_plan *plan);

/* Have room for as many values as there are copies; not armed.  May sleep.  0 or -ENOMEM */
int kwatch_plan_place(struct kwatch_plan *plan, bool percpu);

/* Count no hits until kwatch_plan_release(); not armed. */
void kwatch_plan_hold(struct kwatch_plan *plan);

/* Record hits from now on, for watch @id; may be armed. */
void kwatch_plan_release(struct kwatch_plan *plan, u16 id);

/* Forget what ended the watch, and start over; not armed.  Any context */
void kwatch_plan_rearm(struct kwatch_plan *plan);

/* Function @i of allow= is at @range, or goes (NULL); armed or not.  One caller at a time */
void kwatch_plan_allow(struct kwatch_plan *plan, unsigned int i,
		      const struct kwatch_range *range);

#endif /* KWATCH_PLAN_H */
