/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a binary reader must be told before a record: what its numbers stand
 * for.
 */
#ifndef KWATCH_DEFINE_H
#define KWATCH_DEFINE_H

#include <uapi/kwatch.h>

struct kwatch_define;

/*
 * For a new reader; @kernel: it may know of the kernel's memory.  NULL without memory.  May
 * sleep.
 */
struct kwatch_define *kwatch_define_create(bool kernel);

void kwatch_define_free(struct kwatch_define *define);

/**
 * kwatch_define_next() - what must go before a record
 * @define: what the reader was told
 * @record: the record; NULL if there is none, but the reader reads now
 *
 * Context: may sleep.
 * Return: a definition, good until the next call; NULL if nothing is missing.
 */
const struct kwatch_record *kwatch_define_next(struct kwatch_define *define,
					       const struct kwatch_record *record);

/* The reader has got what kwatch_define_next() returned; once for each. */
void kwatch_define_told(struct kwatch_define *define);

/* Is there a definition for the reader without a record?  Any context */
bool kwatch_define_waits(const struct kwatch_define *define);

#endif /* KWATCH_DEFINE_H */
