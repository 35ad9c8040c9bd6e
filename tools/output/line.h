/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as text for people: what the module's "hits" file says, to the byte,
 * but that user frames have names, where there are struct client_processes.
 */
#ifndef KWATCH_TEXT_H
#define KWATCH_TEXT_H

#include "base/out.h"
#include "stream/stream.h"
#include "kernel/symbols.h"

#define KWATCH_TEXT_FLAGS	5	/* characters in "d..1." */

/* In struct kwatch_lost: not a CPU's ring, but that of the watches' own events. */
#define KWATCH_TEXT_NO_CPU	0xffff

/* Behind an address of a module that is gone; as "hits" has it. */
#define KWATCH_TEXT_UNLOADED	" [%s, unloaded]"

/* Under a user stack without names, because the process ended too early. */
#define KWATCH_TEXT_NO_NAMES	" => <no names: what the process had mapped is not known>\n"

/**
 * client_text_event() - put an event
 * @out:     where to
 * @symbols: for the addresses
 * @event:   what; definitions put nothing
 */
void client_text_event(struct client_out *out, struct client_symbols *symbols,
		       const struct client_event *event);

/**
 * client_text_frames() - put the stack of an event, a line each frame
 * @out:     where to
 * @symbols: for the addresses
 * @event:   with its @frames not NULL, and @exact
 */
void client_text_frames(struct client_out *out, struct client_symbols *symbols,
			const struct client_event *event);

/**
 * client_text_flags() - context flags as ftrace's latency format has them
 * @rec:   of which
 * @flags: KWATCH_TEXT_FLAGS characters, not terminated
 */
void client_text_flags(const struct kwatch_record *rec, char *flags);

#endif /* KWATCH_TEXT_H */
