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

struct client_held;

/**
 * client_held_create() - get ready
 * @hits: how many to hold, 1 at least
 *
 * Return: it, for client_held_destroy().
 */
struct client_held *client_held_create(uint64_t hits);

/**
 * client_held_destroy() - free it and what it holds
 * @held: it
 */
void client_held_destroy(struct client_held *held);

/**
 * client_held_next() - where the next event is to be put
 * @held: it
 * @hit:  it is a hit, and may push out the oldest; else it goes with the last
 *
 * Return: a buffer in memory, to be added to.
 */
struct client_out *client_held_next(struct client_held *held, bool hit);

/**
 * client_held_put() - put all that is held, oldest first
 * @held: it
 * @out:  where to
 *
 * Return: how many hits that were.
 */
uint64_t client_held_put(struct client_held *held, struct client_out *out);

#endif /* KWATCH_HELD_H */
