/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a binary reader must be told before a record: what its numbers stand
 * for.
 */
#ifndef KWATCH_DEFINE_H
#define KWATCH_DEFINE_H

#include <uapi/kwatch.h>

struct kwatch_define;

/**
 * kwatch_define_create() - for a reader that knows nothing yet
 * @kernel: it may know of the kernel's memory
 *
 * Context: may sleep.
 * Return: NULL without memory.
 */
struct kwatch_define *kwatch_define_create(bool kernel);

/**
 * kwatch_define_free() - the opposite
 * @define: from kwatch_define_create()
 */
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

/**
 * kwatch_define_told() - the reader has got it
 * @define: what the reader was told
 *
 * To be called once after each kwatch_define_next() that returned something.
 */
void kwatch_define_told(struct kwatch_define *define);

/**
 * kwatch_define_waits() - is there something for the reader without a record?
 * @define: what the reader was told
 *
 * Context: any; as a condition of a wait for kwatch_wait.
 */
bool kwatch_define_waits(const struct kwatch_define *define);

#endif /* KWATCH_DEFINE_H */
