/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The watches that there are, and since when, as the module's "stats" says.
 */
#ifndef KWATCH_ALIVE_H
#define KWATCH_ALIVE_H

#include <stdbool.h>
#include <stdint.h>

struct client_alive;

/**
 * client_alive_read() - read stats
 *
 * Return: it, for client_alive_free(); NULL if stats does not say.
 */
struct client_alive *client_alive_read(void);

/**
 * client_alive_has() - is there this watch?
 * @alive: where
 * @id:    its number
 *
 * Return: true if it was there at client_alive_read().
 */
bool client_alive_has(const struct client_alive *alive, uint16_t id);

/**
 * client_alive_since() - when was a watch made?
 * @alive: where
 * @id:    its number; 0: the oldest
 *
 * Return: CLOCK_MONOTONIC; 0 if there is none such.
 */
uint64_t client_alive_since(const struct client_alive *alive, uint16_t id);

/**
 * client_alive_free() - free it
 * @alive: it, or NULL
 */
void client_alive_free(struct client_alive *alive);

#endif /* KWATCH_ALIVE_H */
