/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A stream of records with what its numbers stand for.
 *
 * hits_raw defines a watch, a stack or a task once and refers to it by number
 * from then on, within one open file.  This keeps those definitions, so that
 * whoever shows an event has all of it in one place.
 */
#ifndef KWATCH_STREAM_H
#define KWATCH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frames.h"
#include "kernel/loads.h"
#include "base/map.h"
#include "record_parts.h"

struct client_processes;
struct client_culprits;
struct client_out;

/* KWATCH_ARCH_* of this machine. */
#if defined(__x86_64__)
#define KWATCH_STREAM_ARCH	KWATCH_ARCH_X86_64
#else
#define KWATCH_STREAM_ARCH	KWATCH_ARCH_ARM64
#endif

/**
 * struct client_watch - a watch that the stream has defined
 * @id:    its number
 * @nr:    how many other watches had that number before
 * @made_ns: when it was made: older records mean another watch
 * @older: the watch that had the number before, or NULL
 * @type:  KWATCH_TYPE_*
 * @len:   in bytes
 * @addr:  where, 0 for a per-CPU variable
 * @label: "w8 jiffies+0x0", clean
 * @label_len: its bytes
 * @note:  text of note=, clean, or NULL
 * @spec:  the whole line, clean
 */
struct client_watch {
	uint16_t id;
	unsigned int nr;
	uint64_t made_ns;
	struct client_watch *older;
	uint8_t type;
	uint32_t len;
	uint64_t addr;
	char *label;
	size_t label_len;
	char *note;
	char *spec;
};

/**
 * struct client_event - one record and all that it refers to
 * @rec:    the record; cast it by its @type
 * @time_ns: of the record, or that a row of a tally has
 * @again:  it defines what was defined before
 * @loads:  modules that were unloaded; or NULL
 * @watch:  NULL for none, or if it was never defined
 * @task:   NULL for none or not known
 * @frames: NULL for no stack or one that is not known
 * @regs:   of the code that made the access, or NULL
 * @ucopy:  user registers and stack, to be unwound; or NULL
 * @where:  which bytes of a long watch the values are, or NULL
 * @processes: for the names of user frames, set by whoever shows them; NULL: none
 * @culprits: for the instruction, likewise
 * @explain: puts more lines under that of a hit; NULL: none
 * @exact:  the first address is that of the instruction, not behind it
 * @user:   user code made the access
 *
 * Valid until the next record is read.
 */
struct client_event {
	const struct kwatch_record *rec;
	uint64_t time_ns;
	bool again;
	const struct client_loads *loads;
	const struct client_watch *watch;
	const struct kwatch_task *task;
	struct client_frames *frames;
	const struct kwatch_regs *regs;
	const struct kwatch_ucopy *ucopy;
	const struct kwatch_where *where;
	struct client_processes *processes;
	struct client_culprits *culprits;
	void (*explain)(struct client_out *out, const struct client_event *event);
	bool exact;
	bool user;
};

/**
 * struct client_stream - one open file; all zero is a new one
 * @arch:    KWATCH_ARCH_* of the machine that it is from, 0 for this one
 * @cache:   stacks
 * @watches: by id, the newest of each
 * @nr_watches: with those that are older
 * @loads:   modules that were unloaded
 * @stacks:  struct client_frames by CPU and number
 * @tasks:   struct kwatch_task by CPU and number
 */
struct client_stream {
	unsigned int arch;
	struct client_frames_cache cache;
	struct client_map watches;
	size_t nr_watches;
	struct client_loads loads;
	struct client_map stacks;
	struct client_map tasks;
};

/**
 * client_stream_next() - the record at the start of a buffer
 * @stream: for its definitions; takes up a new one
 * @data:   bytes, aligned to 8
 * @len:    how many
 * @event:  the record, and what it refers to
 * @why:    one sentence, when it is corrupt
 *
 * Return: its size in bytes; 0 if @len ends before it does; -1 corrupt.
 */
int client_stream_next(struct client_stream *stream, const void *data,
		       size_t len, struct client_event *event, const char **why);

/**
 * client_stream_is_definition() - does a record only say what others refer to?
 * @type: enum kwatch_record_type
 *
 * Return: true for a watch, stack, task, module or symbol.
 */
bool client_stream_is_definition(unsigned int type);

/**
 * client_stream_relabel() - give a watch another label
 * @stream: where it has been defined
 * @id:     of the watch
 * @label:  clean; the user's own words for it
 */
void client_stream_relabel(struct client_stream *stream, uint16_t id, const char *label);

/**
 * client_stream_destroy() - free what it knows
 * @stream: it
 */
void client_stream_destroy(struct client_stream *stream);

#endif /* KWATCH_STREAM_H */
