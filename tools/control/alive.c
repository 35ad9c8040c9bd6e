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

struct client_alive {
	struct client_map made;		/* uint64_t by id */
	uint64_t oldest;
};

struct client_alive *client_alive_read(void)
{
	char *stats = client_paths_read("stats"), *line, *rest = NULL;
	struct client_alive *alive = client_alloc(1, sizeof(*alive));
	unsigned long long ns;
	bool told = false;
	unsigned int id;
	uint64_t *made;

	for (line = stats ? strtok_r(stats, "\n", &rest) : NULL; line;
	     line = strtok_r(NULL, "\n", &rest)) {
		told |= !strncmp(line, "watches:", strlen("watches:"));
		if (sscanf(line, "watch%u.made_ns: %llu", &id, &ns) != 2)
			continue;
		made = client_alloc(1, sizeof(*made));
		*made = ns;
		free(client_map_set(&alive->made, id, made));
		if (!alive->oldest || ns < alive->oldest)
			alive->oldest = ns;
	}
	free(stats);
	if (told)
		return alive;
	client_alive_free(alive);
	return NULL;
}

bool client_alive_has(const struct client_alive *alive, uint16_t id)
{
	return client_map_get(&alive->made, id);
}

uint64_t client_alive_since(const struct client_alive *alive, uint16_t id)
{
	const uint64_t *made;

	if (!id)
		return alive->oldest;
	made = client_map_get(&alive->made, id);
	return made ? *made : 0;
}

void client_alive_free(struct client_alive *alive)
{
	if (!alive)
		return;
	client_map_clear(&alive->made, free);
	free(alive);
}
