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
 * struct kwatch_uframe - a frame
 * @ip:      address
 * @name:    function, clean; NULL if it is not known
 * @offset:  of @ip from its start
 * @size:    of the function, 0 if it is not known
 * @image:   program or library, clean; NULL if it is not known
 * @file:    source file, clean; NULL if it is not known
 * @line:    in @file
 * @inlined: the function was inlined into that of the next frame
 */
struct kwatch_uframe {
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
 * struct kwatch_uframes - a user stack, innermost frame first
 * @frame: of which
 * @nr:    so many
 * @cut:   there are more, but the copy of the stack ends, or the depth
 * @broken: the handler could not go on
 * @unknown: nothing is known of what the process had mapped
 */
struct kwatch_uframes {
	struct kwatch_uframe *frame;
	size_t nr;
	bool cut;
	bool broken;
	bool unknown;
};

/**
 * kwatch_uframes_space() - whose memory the user stack of an event is in
 * @event: with a user stack
 *
 * Return: the space, or NULL if nothing is known of it.
 */
struct kwatch_space *kwatch_uframes_space(const struct kwatch_event *event);

/**
 * kwatch_uframes_unwound() - the stack of an event with all of the user's frames
 * @event: with @frames
 * @cache: to keep it in
 *
 * Two hits of one frame may differ in what a copy of the stack (ucopy=) has behind it.
 *
 * Return: frames with what is unwound from the copy; those of @event where there
 * is no copy, or nothing to be had from it.
 */
struct kwatch_frames *kwatch_uframes_unwound(const struct kwatch_event *event,
					     struct kwatch_frames_cache *cache);

/**
 * kwatch_uframes_get() - name the user stack of an event
 * @event:   with a user stack
 * @space:   kwatch_uframes_space() of it, or NULL
 * @uframes: filled, for kwatch_uframes_free()
 */
void kwatch_uframes_get(const struct kwatch_event *event, struct kwatch_space *space,
			struct kwatch_uframes *uframes);

/**
 * kwatch_uframes_free() - free the frames
 * @uframes: after kwatch_uframes_get()
 */
void kwatch_uframes_free(struct kwatch_uframes *uframes);

/* Put the user stack of an event; space is kwatch_uframes_space() of it. */
typedef void (*kwatch_uframes_put_t)(struct kwatch_out *out, const struct kwatch_event *event,
				     struct kwatch_space *space);

/**
 * kwatch_uframes_put() - put a user stack, as it was put before if it is the same
 * @out:   of whoever shows it
 * @event: with a user stack; one that was copied is seldom the same twice
 * @form:  which of event->frames->user: KWATCH_FRAMES_TEXT, ...
 * @put:   puts it the first time
 */
void kwatch_uframes_put(struct kwatch_out *out, const struct kwatch_event *event,
			unsigned int form, kwatch_uframes_put_t put);

#endif /* KWATCH_UFRAMES_H */
