// SPDX-License-Identifier: GPL-2.0
/*
 * The last so many hits, see held.h.
 *
 * A circle of buffers.  What came before the first hit is in one of its own,
 * and is pushed out with it.
 */
#include <stdlib.h>

#include "base/client.h"
#include "held.h"

struct client_held {
	struct client_out *slots;	/* @size of them */
	uint64_t size;
	uint64_t hits;			/* ever; the last is in slot hits % size */
};

struct client_held *client_held_create(uint64_t hits)
{
	struct client_held *held = client_alloc(1, sizeof(*held));

	held->size = hits;
	held->slots = client_alloc(held->size, sizeof(*held->slots));
	return held;
}

void client_held_destroy(struct client_held *held)
{
	uint64_t i;

	for (i = 0; i < held->size; i++)
		free(held->slots[i].data);
	free(held->slots);
	free(held);
}

struct client_out *client_held_next(struct client_held *held, bool hit)
{
	struct client_out *slot;

	held->hits += hit;
	slot = &held->slots[held->hits % held->size];
	if (!slot->data)
		client_out_init(slot, -1);
	else if (hit && held->hits > 1)
		slot->len = 0;
	return slot;
}

uint64_t client_held_put(struct client_held *held, struct client_out *out)
{
	uint64_t i;

	for (i = 1; i <= held->size; i++) {
		struct client_out *slot;

		slot = &held->slots[(held->hits + i) % held->size];
		if (slot->data)
			client_out_put(out, slot->data, slot->len);
	}
	return held->hits < held->size ? held->hits : held->size;
}
