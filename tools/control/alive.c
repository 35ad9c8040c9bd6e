// SPDX-License-Identifier: GPL-2.0
/*
 * The watches that there are, see alive.h.
 *
 * stats has "watch7.made_ns: 123" for each, and "watches: 1" in any case.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alive.h"
#include "base/client.h"
#include "base/map.h"
#include "paths.h"

struct kwatch_alive {
	struct kwatch_map made;		/* uint64_t by id */
	uint64_t oldest;
};

struct kwatch_alive *kwatch_alive_read(void)
{
	char *stats = kwatch_paths_read("stats"), *line, *rest = NULL;
	struct kwatch_alive *alive = kwatch_alloc(1, sizeof(*alive));
	unsigned long long ns;
	bool told = false;
	unsigned int id;
	uint64_t *made;

	for (line = stats ? strtok_r(stats, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		told |= !strncmp(line, "watches:", strlen("watches:"));
		if (sscanf(line, "watch%u.made_ns: %llu", &id, &ns) != 2)
			continue;
		made = kwatch_alloc(1, sizeof(*made));
		*made = ns;
		free(kwatch_map_set(&alive->made, id, made));
		if (!alive->oldest || ns < alive->oldest)
			alive->oldest = ns;
	}
	free(stats);
	if (told)
		return alive;
	kwatch_alive_free(alive);
	return NULL;
}

bool kwatch_alive_has(const struct kwatch_alive *alive, uint16_t id)
{
	return kwatch_map_get(&alive->made, id);
}

uint64_t kwatch_alive_since(const struct kwatch_alive *alive, uint16_t id)
{
	const uint64_t *made;

	if (!id)
		return alive->oldest;
	made = kwatch_map_get(&alive->made, id);
	return made ? *made : 0;
}

void kwatch_alive_free(struct kwatch_alive *alive)
{
	if (!alive)
		return;
	kwatch_map_clear(&alive->made, free);
	free(alive);
}
