/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A spec made into what the handler works with.
 */
#ifndef KWATCH_HOT_H
#define KWATCH_HOT_H

#include "hit/hit.h"
#include "language/spec.h"

struct kwatch_resolved;

/**
 * kwatch_hot_init() - fill in the handler's part of a watch
 * @hot:  zeroed; its id and callback are the caller's to set
 * @spec: what was asked for
 * @found: what the names in it stand for
 * @depth: kernel frames unless @spec says otherwise
 *
 * Context: may sleep.
 * Return: 0, -ENOMEM, or -EINVAL if the filter has no room for pid= and
 * comm=; then kwatch_hot_free() is to be called all the same.
 */
int kwatch_hot_init(struct kwatch_hot *hot, const struct kwatch_spec *spec,
		    const struct kwatch_resolved *found, unsigned int depth);

/**
 * kwatch_hot_free() - free what it points to
 * @hot: no handler uses it any more
 *
 * Context: may sleep.
 */
void kwatch_hot_free(struct kwatch_hot *hot);

/**
 * kwatch_hot_place() - have room for as many values as there are copies
 * @hot:  of a watch that is not armed
 * @percpu: each CPU watches its own copy
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int kwatch_hot_place(struct kwatch_hot *hot, bool percpu);

/**
 * kwatch_hot_hold() - count no hits, until kwatch_hot_release()
 * @hot: not armed
 */
void kwatch_hot_hold(struct kwatch_hot *hot);

/**
 * kwatch_hot_release() - record hits from now on
 * @hot: may be armed
 * @id:  its watch's number
 */
void kwatch_hot_release(struct kwatch_hot *hot, u16 id);

/**
 * kwatch_hot_rearm() - forget what ended the watch, and start over
 * @hot: of a watch that is not armed
 *
 * Context: any.
 */
void kwatch_hot_rearm(struct kwatch_hot *hot);

/**
 * kwatch_hot_allow() - a function of allow= is there, or goes
 * @hot:   of a watch, armed or not
 * @i:     which function
 * @range: where it is, or NULL
 *
 * Context: any; one caller at a time.
 */
void kwatch_hot_allow(struct kwatch_hot *hot, unsigned int i,
		      const struct kwatch_range *range);

#endif /* KWATCH_HOT_H */
