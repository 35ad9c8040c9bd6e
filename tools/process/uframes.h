/* SPDX-License-Identifier: GPL-2.0 */
/*
 * User stacks: frames with names and lines, and stacks unwound from a copy.
 *
 * The handler follows frame pointers, which most programs are built without.
 * "ucopy=" has it copy a part of the stack and the registers instead; here
 * libdwfl unwinds that by the program's own tables (CFI), as a debugger would.
 */
#ifndef KWATCH_UFRAMES_H
#define KWATCH_UFRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "processes.h"
#include "stream/stream.h"

/**
 * struct client_uframe - a frame
 * @ip:      address
 * @name:    function, clean; NULL if it is not known
 * @offset:  of @ip from its start
 * @size:    of the function, 0 if it is not known
 * @image:   program or library, clean; NULL if it is not known
 * @file:    source file, clean; NULL if it is not known
 * @line:    in @file
 * @inlined: the function was inlined into that of the next frame
 */
struct client_uframe {
	uint64_t ip;
	char *name;
	uint64_t offset;
	uint64_t size;
	char *image;
	char *file;
	unsigned int line;
	bool inlined;
};

/**
 * struct client_uframes - a user stack, innermost frame first
 * @frame: of which
 * @nr:    so many
 * @cut:   there are more, but the copy of the stack ends, or the depth
 * @broken: the handler could not go on
 * @unknown: nothing is known of what the process had mapped
 */
struct client_uframes {
	struct client_uframe *frame;
	size_t nr;
	bool cut;
	bool broken;
	bool unknown;
};

/**
 * client_uframes_space() - whose memory the user stack of an event is in
 * @event: with a user stack
 *
 * Return: the space, or NULL if nothing is known of it.
 */
struct client_space *client_uframes_space(const struct client_event *event);

/**
 * client_uframes_unwound() - the stack of an event with all of the user's frames
 * @event: with @frames
 * @cache: to keep it in
 *
 * Two hits of one frame may differ in what a copy of the stack (ucopy=) has behind it.
 *
 * Return: frames with what is unwound from the copy; those of @event where there
 * is no copy, or nothing to be had from it.
 */
struct client_frames *client_uframes_unwound(const struct client_event *event,
					     struct client_frames_cache *cache);

/**
 * client_uframes_get() - name the user stack of an event
 * @event:   with a user stack
 * @space:   client_uframes_space() of it, or NULL
 * @uframes: filled, for client_uframes_free()
 */
void client_uframes_get(const struct client_event *event, struct client_space *space,
			struct client_uframes *uframes);

/**
 * client_uframes_free() - free the frames
 * @uframes: after client_uframes_get()
 */
void client_uframes_free(struct client_uframes *uframes);

/* Put the user stack of an event; space is client_uframes_space() of it. */
typedef void (*client_uframes_put_t)(struct client_out *out, const struct client_event *event,
				     struct client_space *space);

/**
 * client_uframes_put() - put a user stack, as it was put before if it is the same
 * @out:   of whoever shows it
 * @event: with a user stack; one that was copied is seldom the same twice
 * @form:  which of event->frames->user: KWATCH_FRAMES_TEXT, ...
 * @put:   puts it the first time
 */
void client_uframes_put(struct client_out *out, const struct client_event *event,
			unsigned int form, client_uframes_put_t put);

#endif /* KWATCH_UFRAMES_H */
