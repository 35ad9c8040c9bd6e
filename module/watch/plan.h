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
 * @spec: what was asked for
 * @found: what the names in it stand for
 * @depth: kernel frames unless @spec says otherwise
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EINVAL if the filter has no room for pid= and
 * comm=; then kwatch_plan_free() is to be called all the same.
 */
int kwatch_plan_init(struct kwatch_plan *plan, const struct kwatch_spec *spec,
		    const struct kwatch_resolved *found, unsigned int depth);

/**
 * kwatch_plan_free() - free what it points to
 * @plan: no handler uses it any more
 *
 * Context: may sleep.
 */
void kwatch_plan_free(struct kwatch_plan *plan);

/**
 * kwatch_plan_place() - have room for as many values as there are copies
 * @plan: of a watch that is not armed
 * @percpu: each CPU watches its own copy
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_plan_place(struct kwatch_plan *plan, bool percpu);

/**
 * kwatch_plan_hold() - count no hits, until kwatch_plan_release()
 * @plan: not armed
 */
void kwatch_plan_hold(struct kwatch_plan *plan);

/**
 * kwatch_plan_release() - record hits from now on
 * @plan: may be armed
 * @id:  its watch's number
 */
void kwatch_plan_release(struct kwatch_plan *plan, u16 id);

/**
 * kwatch_plan_rearm() - forget what ended the watch, and start over
 * @plan: of a watch that is not armed
 *
 * Context: any.
 */
void kwatch_plan_rearm(struct kwatch_plan *plan);

/**
 * kwatch_plan_allow() - a function of allow= is there, or goes
 * @plan:  of a watch, armed or not
 * @i:     which function
 * @range: where it is, or NULL
 *
 * Context: any; one caller at a time.
 */
void kwatch_plan_allow(struct kwatch_plan *plan, unsigned int i,
		      const struct kwatch_range *range);

#endif /* KWATCH_PLAN_H */
