/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stacks, each kept once however many hits have it.
 *
 * Few places in a kernel touch a given word, so the same stack comes again
 * and again.  What it looks like as text (or JSON) is worked out once and
 * copied from then on: that, not the symbol look-up, is what makes a follower
 * keep up.
 */
#ifndef KWATCH_FRAMES_H
#define KWATCH_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "record_parts.h"

/* What a stack can be shown as. */
enum client_frames_form {
	KWATCH_FRAMES_TEXT,
	KWATCH_FRAMES_JSON,
	KWATCH_FRAMES_FORMS
};

/**
 * struct client_frames_shown - a stack as it is shown
 * @data: the text, NULL if nobody asked yet
 * @len:  its bytes
 * @generation: of the symbols it was made with
 */
struct client_frames_shown {
	char *data;
	size_t len;
	uint64_t generation;
};

/**
 * struct client_frames - one stack
 * @hash:   of @bytes
 * @size:   of @bytes
 * @pins:   definitions of a stream that mean it; it stays while there are any
 * @kstack: kernel frames, or NULL; in @bytes
 * @ustack: user frames, or NULL; in @bytes
 * @unwound: @ustack is all that was unwound from a copy of the stack
 * @exact:  then: a bit for each of its first frames whose address is that of the
 *          instruction, not behind it
 * @shown:  the kernel's frames by form, and by whether the first address is exact
 * @user:   the user's, by form; their generation is a space's number
 * @bytes:  the parts of the record
 */
struct client_frames {
	uint64_t hash;
	size_t size;
	unsigned int pins;
	const struct kwatch_stack *kstack;
	const struct kwatch_stack *ustack;
	bool unwound;
	uint64_t exact;
	struct client_frames_shown shown[KWATCH_FRAMES_FORMS][2];
	struct client_frames_shown user[KWATCH_FRAMES_FORMS];
	uint64_t bytes[];
};

/**
 * struct client_frames_cache - all of them; all zero is an empty one
 * @map:   by hash
 * @bytes: that they take, about
 * @limit: of @bytes, from which on those that are not pinned go
 */
struct client_frames_cache {
	struct client_map map;
	size_t bytes;
	size_t limit;
};

/**
 * client_frames_get() - the one copy of a stack
 * @cache: of all
 * @parts: of a record; one of the stacks at least
 *
 * Return: it, valid until the next call unless it is pinned.
 */
struct client_frames *client_frames_get(struct client_frames_cache *cache,
					const struct client_parts *parts);

/**
 * client_frames_keep() - keep what a stack is shown as
 * @shown: where, in its @shown or @user
 * @data:  the text, allocated; belongs to the frames now
 * @len:   its bytes
 * @generation: of the symbols in it
 */
void client_frames_keep(struct client_frames_shown *shown, char *data, size_t len,
			uint64_t generation);

/**
 * client_frames_clear() - forget them all, pinned ones too
 * @cache: of all
 */
void client_frames_clear(struct client_frames_cache *cache);

#endif /* KWATCH_FRAMES_H */
