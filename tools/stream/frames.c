// SPDX-License-Identifier: GPL-2.0
/*
 * Stacks, each kept once, see frames.h.
 *
 * Found by a hash of their bytes and compared byte by byte.  Two stacks with
 * one hash push each other out, which costs time and never shows the wrong
 * one; when all of them take too much memory, those that no definition holds
 * go at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "frames.h"

#define CACHE_BYTES_MAX		(64 * 1024 * 1024)

/* What the text of a frame takes, for the sum only. */
#define SHOWN_BYTES_PER_FRAME	64

static uint64_t hash_bytes(const uint64_t *words, size_t size)
{
	uint64_t hash = size;
	size_t i;

	for (i = 0; i < size / sizeof(*words); i++)
		hash = client_map_mix(hash ^ words[i]) + i;
	return hash;
}

static size_t stack_bytes(const struct kwatch_stack *stack)
{
	return stack ? sizeof(*stack) + stack->nr * sizeof(stack->ip[0]) : 0;
}

static void frames_free(void *value)
{
	struct client_frames *frames = value;
	unsigned int i;

	for (i = 0; i < KWATCH_FRAMES_FORMS; i++) {
		free(frames->shown[i][0].data);
		free(frames->shown[i][1].data);
		free(frames->user[i].data);
	}
	free(frames);
}

static size_t frames_cost(const struct client_frames *frames)
{
	size_t addresses = frames->size / sizeof(uint64_t);

	return sizeof(*frames) + addresses * (8 + SHOWN_BYTES_PER_FRAME);
}

/* Start again with the pinned ones. */
static void shrink(struct client_frames_cache *cache)
{
	struct client_map old = cache->map;
	size_t i;

	memset(cache, 0, sizeof(*cache));
	for (i = 0; i < old.size; i++) {
		struct client_frames *frames = old.slots[i].value;

		if (frames && !frames->pins) {
			frames_free(frames);
		} else if (frames) {
			client_map_set(&cache->map, old.slots[i].key, frames);
			cache->bytes += frames_cost(frames);
		}
	}
	free(old.slots);
	/* If most are pinned, the next time is not soon. */
	cache->limit = cache->bytes * 2;
}

static struct client_frames *frames_alloc(const struct client_parts *parts,
					  const void *bytes, size_t size)
{
	struct client_frames *frames;
	size_t kernel = stack_bytes(parts->kstack);

	frames = client_alloc(1, sizeof(*frames) + size);
	memcpy(frames->bytes, bytes, size);
	frames->size = size;
	if (parts->kstack)
		frames->kstack = (const void *)frames->bytes;
	if (parts->ustack)
		frames->ustack = (const void *)((char *)frames->bytes + kernel);
	return frames;
}

static bool is_same(const struct client_frames *frames,
		    const struct client_parts *parts,
		    const void *bytes, size_t size)
{
	return frames->size == size && !frames->kstack == !parts->kstack &&
	       !memcmp(frames->bytes, bytes, size);
}

struct client_frames *client_frames_get(struct client_frames_cache *cache,
					const struct client_parts *parts)
{
	/* In a record the user's frames follow the kernel's at once. */
	const void *bytes = parts->kstack ? parts->kstack : parts->ustack;
	size_t size = stack_bytes(parts->kstack) + stack_bytes(parts->ustack);
	uint64_t hash = hash_bytes(bytes, size) ^ !parts->kstack;
	struct client_frames *frames = client_map_get(&cache->map, hash);

	if (frames && is_same(frames, parts, bytes, size))
		return frames;
	while (frames && frames->pins) {
		/* Same hash, other stack, and it is needed: step aside. */
		frames = client_map_get(&cache->map, ++hash);
		if (frames && is_same(frames, parts, bytes, size))
			return frames;
	}
	if (cache->bytes > CACHE_BYTES_MAX && cache->bytes > cache->limit) {
		shrink(cache);
		frames = client_map_get(&cache->map, hash);
	}

	if (frames) {
		cache->bytes -= frames_cost(frames);
		frames_free(frames);
	}
	frames = frames_alloc(parts, bytes, size);
	frames->hash = hash;
	cache->bytes += frames_cost(frames);
	client_map_set(&cache->map, hash, frames);
	return frames;
}

void client_frames_keep(struct client_frames_shown *shown, char *data, size_t len,
			uint64_t generation)
{
	free(shown->data);
	shown->data = data;
	shown->len = len;
	shown->generation = generation;
}

void client_frames_clear(struct client_frames_cache *cache)
{
	client_map_clear(&cache->map, frames_free);
	cache->bytes = 0;
}
