/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The last so many hits, held back until it is known that they are the last.
 *
 * For "tail -n N": what is in the rings is read to its end, and only then is
 * it clear where to begin.
 */
#ifndef KWATCH_HELD_H
#define KWATCH_HELD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/out.h"

struct kwatch_held;

/**
 * kwatch_held_create() - get ready
 * @hits: how many to hold, 1 at least
 *
 * Return: it, for kwatch_held_destroy().
 */
struct kwatch_held *kwatch_held_create(uint64_t hits);

/**
 * kwatch_held_destroy() - free it and what it holds
 * @held: it
 */
void kwatch_held_destroy(struct kwatch_held *held);

/**
 * kwatch_held_next() - where the next event is to be put
 * @held: it
 * @hit:  it is a hit, and may push out the oldest; else it goes with the last
 *
 * Return: a buffer in memory, to be added to.
 */
struct kwatch_out *kwatch_held_next(struct kwatch_held *held, bool hit);

/**
 * kwatch_held_put() - put all that is held, oldest first
 * @held: it
 * @out:  where to
 *
 * Return: how many hits that were.
 */
uint64_t kwatch_held_put(struct kwatch_held *held, struct kwatch_out *out);

#endif /* KWATCH_HELD_H */
