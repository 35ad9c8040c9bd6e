/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Records as text.
 */
#ifndef KWATCH_TEXT_H
#define KWATCH_TEXT_H

#include <uapi/kwatch.h>

struct seq_file;

struct kwatch_text_stacks;

/*
 * Print a record as "hits" shows it.  @stacks: those shown before, or NULL; one caller at a
 * time for each.  May sleep.
 */
void kwatch_text_show(struct seq_file *m, const struct kwatch_record *record,
		      struct kwatch_text_stacks *stacks);

/*
 * Room for the text of stacks; NULL without memory.  A name costs more than the rest of a hit's
 * text, and most hits have a stack that was shown before.  May sleep.
 */
struct kwatch_text_stacks *kwatch_text_stacks_create(void);

void kwatch_text_stacks_free(struct kwatch_text_stacks *stacks);

/*
 * Print a hit's stack to the kernel log, right after the hit; @exact: the first frame is the
 * instruction itself, not the one behind it.  Any context but NMI.
 */
void kwatch_text_log(u16 id, const u64 *ip, unsigned int nr, bool exact);

/* Print a frame of a kernel stack; @exact: @ip is the instruction itself.  May sleep */
void kwatch_text_frame(struct seq_file *m, u64 ip, u64 time_ns, bool exact);

/*
 * Print a task's name, KWATCH_COMM_MAX bytes, in @width columns at least; bytes that no terminal
 * may see become dots.  May sleep.
 */
void kwatch_text_comm(struct seq_file *m, const char *comm, int width);

/* Print a time of CLOCK_MONOTONIC as the hits' lines have it.  May sleep */
void kwatch_text_time(struct seq_file *m, u64 time_ns);

#endif /* KWATCH_TEXT_H */
