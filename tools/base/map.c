// SPDX-License-Identifier: GPL-2.0
/*
 * A map from numbers to pointers, see map.h.
 *
 * Linear probing; a look-up ends at the first free slot, and there always is
 * one because the map grows when it is half full.
 */
#include <stdlib.h>

#include "client.h"
#include "map.h"

static struct client_map_slot *find(const struct client_map *map, uint64_t key)
{
	size_t i = client_map_mix(key) & (map->size - 1);

	while (map->slots[i].value && map->slots[i].key != key)
		i = (i + 1) & (map->size - 1);
	return &map->slots[i];
}

void *client_map_get(const struct client_map *map, uint64_t key)
{
	return map->size ? find(map, key)->value : NULL;
}

static void grow(struct client_map *map)
{
	struct client_map old = *map;
	size_t i;

	map->size = old.size ? old.size * 2 : 64;
	map->slots = client_alloc(map->size, sizeof(*map->slots));
	for (i = 0; i < old.size; i++) {
		if (old.slots[i].value)
			*find(map, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

void *client_map_set(struct client_map *map, uint64_t key, void *value)
{
	struct client_map_slot *slot;
	void *old;

	if (map->nr * 2 >= map->size)
		grow(map);
	slot = find(map, key);
	old = slot->value;
	map->nr += !old;
	slot->key = key;
	slot->value = value;
	return old;
}

void client_map_clear(struct client_map *map, void (*drop)(void *value))
{
	size_t i;

	for (i = 0; drop && i < map->size; i++) {
		if (map->slots[i].value)
			drop(map->slots[i].value);
	}
	free(map->slots);
	map->slots = NULL;
	map->size = 0;
	map->nr = 0;
}
