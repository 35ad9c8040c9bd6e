/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watches that there are, and since when, as the module's "stats" says.
 */
#ifndef KWATCH_ALIVE_H
#define KWATCH_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

struct kwatch_alive;

/**
 * kwatch_alive_read() - read stats
 *
 * Return: it, for kwatch_alive_free(); NULL if stats does not say.
 */
struct kwatch_alive *kwatch_alive_read(void);

/**
 * kwatch_alive_has() - is there this watch?
 * @alive: where
 * @id:    its number
 *
 * Return: true if it was there at kwatch_alive_read().
 */
bool kwatch_alive_has(const struct kwatch_alive *alive, uint16_t id);

/**
 * kwatch_alive_since() - when was a watch made?
 * @alive: where
 * @id:    its number; 0: the oldest
 *
 * Return: CLOCK_MONOTONIC; 0 if there is none such.
 */
uint64_t kwatch_alive_since(const struct kwatch_alive *alive, uint16_t id);

/**
 * kwatch_alive_free() - free it
 * @alive: it, or NULL
 */
void kwatch_alive_free(struct kwatch_alive *alive);

#endif /* KWATCH_ALIVE_H */
