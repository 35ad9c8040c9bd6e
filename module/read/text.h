/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as text.
 */
#ifndef KWATCH_TEXT_H
#define KWATCH_TEXT_H

#include <uapi/kwatch.h>

struct seq_file;

struct kwatch_text_stacks;

/**
 * kwatch_text_show() - print one record the way "hits" shows it
 * @m:      where to
 * @record: any record out of a ring, or one that reader.c made
 * @stacks: those shown before, or NULL
 *
 * Context: may sleep; one at a time for each @stacks.
 */
void kwatch_text_show(struct seq_file *m, const struct kwatch_record *record,
		      struct kwatch_text_stacks *stacks);

/**
 * kwatch_text_stacks_create() - room for the text of stacks
 *
 * A name costs more than all the rest of a hit's text, and a hit mostly has a
 * stack that was shown before.
 *
 * Context: may sleep.
 * Return: NULL without memory.
 */
struct kwatch_text_stacks *kwatch_text_stacks_create(void);

/**
 * kwatch_text_stacks_free() - the opposite
 * @stacks: from kwatch_text_stacks_create()
 */
void kwatch_text_stacks_free(struct kwatch_text_stacks *stacks);

/**
 * kwatch_text_log() - print a hit's stack to the kernel log
 * @id: of the watch
 * @ip: its frames
 * @nr: how many
 * @exact: the first is the instruction itself, not the one behind it
 *
 * Context: any but NMI; right after the hit.
 */
void kwatch_text_log(u16 id, const u64 *ip, unsigned int nr, bool exact);

/**
 * kwatch_text_frame() - print one frame of a kernel stack
 * @m:  where to
 * @ip: a return address
 * @time_ns: of the hit
 * @exact: @ip is the instruction itself
 *
 * Context: may sleep.
 */
void kwatch_text_frame(struct seq_file *m, u64 ip, u64 time_ns, bool exact);

/**
 * kwatch_text_comm() - print a task's name
 * @m:     where to
 * @comm:  KWATCH_COMM_MAX bytes, any; those that no terminal may see become dots
 * @width: columns at least
 *
 * Context: may sleep.
 */
void kwatch_text_comm(struct seq_file *m, const char *comm, int width);

/**
 * kwatch_text_time() - print a time as the hits' lines have it
 * @m: where to
 * @time_ns: CLOCK_MONOTONIC
 *
 * Context: may sleep.
 */
void kwatch_text_time(struct seq_file *m, u64 time_ns);

#endif /* KWATCH_TEXT_H */
