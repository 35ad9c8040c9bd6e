/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Hits counted: who touched what, by which way, how often.
 *
 * One row for each watch, process and stack; what a report and "top" show.
 */
#ifndef KWATCH_TALLY_H
#define KWATCH_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "stream/stream.h"

/**
 * struct client_tally_watch - what happened to one watch
 * @id:      its number
 * @nr:      how many other watches had that number before
 * @type:    KWATCH_TYPE_*, 0 if not known
 * @label:   its name, clean
 * @spec:    its line, clean; NULL if not known
 * @hits:    that were recorded
 * @changed: of them, those that changed the value
 * @suppressed: hits that were counted and not recorded
 * @unseen:  changes that no hit explains
 * @uncovered: CPUs and threads that have no breakpoint, by the last record
 * @was_uncovered: times that one had none
 * @no_reads: hits of a watch on reads that stored the same value; not in @hits
 * @first_ns: time of the first hit
 * @last_ns: time of the last one
 */
struct client_tally_watch {
	uint16_t id;
	unsigned int nr;
	uint8_t type;
	char *label;
	char *spec;
	uint64_t hits;
	uint64_t changed;
	uint64_t suppressed;
	uint64_t unseen;
	uint64_t uncovered;
	uint64_t was_uncovered;
	uint64_t no_reads;
	uint64_t first_ns;
	uint64_t last_ns;
};

/**
 * struct client_tally_row - one way in which one process touched one watch
 * @watch:    which
 * @where:    which bytes of a long one; its @len is 0 otherwise
 * @label:    of these bytes, if it is a long one; see client_tally_label()
 * @task:     the thread that did it last
 * @known:    @task is known
 * @frames:   its stack, or NULL
 * @exact:    its first address is that of the instruction
 * @count:    hits
 * @changed:  of them, those that changed the value
 * @first_ns: time of the first
 * @last_ns:  time of the last
 * @old_value: of the last
 * @new_value: of the last
 * @flags:    KWATCH_FLAG_* of the last
 * @cpu:      of the last
 * @before:   for the user: @count at an earlier look
 */
struct client_tally_row {
	struct client_tally_watch *watch;
	struct kwatch_where where;
	char *label;
	struct kwatch_task task;
	bool known;
	struct client_frames *frames;
	bool exact;
	uint64_t count;
	uint64_t changed;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t old_value;
	uint64_t new_value;
	uint16_t flags;
	uint16_t cpu;
	uint64_t before;
};

/**
 * struct client_tally - all of it; all zero is an empty one
 * @rows:    as they came
 * @nr:      how many
 * @size:    room for so many
 * @by_key:  rows by what they have in common
 * @watches: struct client_tally_watch by id and @nr
 * @hits:    in all
 * @lost:    records that were overwritten before they were read
 * @begin_ns: time of the first hit
 * @end_ns:  time of the last one
 */
struct client_tally {
	struct client_tally_row **rows;
	size_t nr;
	size_t size;
	struct client_map by_key;
	struct client_map watches;
	uint64_t hits;
	uint64_t lost;
	uint64_t begin_ns;
	uint64_t end_ns;
};

/**
 * client_tally_add() - count one record
 * @tally: where
 * @event: any record; its stack is kept as long as the stream
 *
 * Return: the row of a hit; NULL for other records, and for a hit of a watch on
 * reads that is none.
 */
struct client_tally_row *client_tally_add(struct client_tally *tally,
					  const struct client_event *event);

/**
 * client_tally_sort() - the rows with most hits first
 * @tally: whose
 */
void client_tally_sort(struct client_tally *tally);

/**
 * client_tally_watches() - the watches by their number
 * @tally: whose
 * @nr:    how many there are
 *
 * Return: an array of them, for free().
 */
struct client_tally_watch **client_tally_watches(const struct client_tally *tally,
						 size_t *nr);

/**
 * client_tally_label() - what a row is of
 * @row: which
 *
 * Return: the watch's label, for a long watch with the offset of the bytes.
 */
const char *client_tally_label(const struct client_tally_row *row);

/**
 * client_tally_event() - a row as an event, to show its stack
 * @row:   which
 * @event: filled with what the row has; has no record
 */
void client_tally_event(const struct client_tally_row *row,
			struct client_event *event);

/**
 * client_tally_destroy() - free it
 * @tally: it
 */
void client_tally_destroy(struct client_tally *tally);

#endif /* KWATCH_TALLY_H */
