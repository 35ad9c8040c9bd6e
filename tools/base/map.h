/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A map from 64-bit numbers to pointers: tasks and stacks by CPU and number.
 *
 * Open addressing, never more than half full, nothing is ever removed: a
 * definition is replaced, or the whole map goes.
 */
#ifndef KWATCH_MAP_H
#define KWATCH_MAP_H

#include <stddef.h>
#include <stdint.h>

struct client_map_slot {
	uint64_t key;
	void *value;	/* NULL: free */
};

/**
 * struct client_map - a map; all zero is an empty one
 * @slots: of which @size, a power of two
 * @size:  slots
 * @nr:    slots in use
 */
struct client_map {
	struct client_map_slot *slots;
	size_t size;
	size_t nr;
};

/**
 * client_map_get() - look up
 * @map: where
 * @key: any number
 *
 * Return: what was set, or NULL.
 */
void *client_map_get(const struct client_map *map, uint64_t key);

/**
 * client_map_set() - set or replace
 * @map:   where
 * @key:   any number
 * @value: not NULL
 *
 * Return: what was there before, or NULL.
 */
void *client_map_set(struct client_map *map, uint64_t key, void *value);

/**
 * client_map_clear() - forget everything
 * @map:  what
 * @drop: called with every value, or NULL
 */
void client_map_clear(struct client_map *map, void (*drop)(void *value));

/**
 * client_map_mix() - spread the bits of a number
 * @x: number
 *
 * Return: one whose low bits depend on all of @x.
 */
static inline uint64_t client_map_mix(uint64_t x)
{
	x = (x ^ (x >> 32)) * 0x9e3779b97f4a7c15ull;
	return x ^ (x >> 29);
}

#endif /* KWATCH_MAP_H */
