/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the number of a watch stands for, also after the watch is gone.
 *
 * Records in the rings outlive their watch, and must still be told by name.
 */
#ifndef KWATCH_NAME_H
#define KWATCH_NAME_H

#include <linux/types.h>

#include "language/spec.h"

/**
 * kwatch_name_create() - a number for a new watch
 * @spec: the watch; copied as text
 * @addr: its address, 0 if it has none yet or one for each CPU
 * @own:  made by /dev/kwatch: the number is one of the upper half
 *
 * Numbers go round in each half of 1 to KWATCH_WATCH_MAX.  A number is not used
 * again while a record can be read that refers to it.
 *
 * Context: may sleep.
 * Return: the number, -ENOMEM, or -ENOSPC if watches or records refer to all.
 */
int kwatch_name_create(const struct kwatch_spec *spec, u64 addr, bool own);

/* The watch is armed, maybe at another address.  May sleep */
void kwatch_name_set_addr(u16 id, u64 addr);

/* The watch is gone and writes no record any more; keep its name for the records.  May sleep */
void kwatch_name_retire(u16 id);

/*
 * Forget names that no record refers to, once there are thousands.  Looks at all records.  May
 * sleep; no lock held.
 */
void kwatch_name_tidy(void);

/* Goes up before a number means something else; a reader then has to be told anew. */
extern u32 kwatch_name_gen;

/* What a hit's line calls the watch, into @size bytes.  May sleep */
void kwatch_name_label(u16 id, char *buf, size_t size);

/* kwatch_name_note() - the text of note=, KWATCH_NOTE_MAX bytes; false: none; may sleep */
bool kwatch_name_note(u16 id, char *buf, size_t size);

/* Room for any definition, in bytes. */
#define KWATCH_NAME_DEF_MAX \
	(sizeof(struct kwatch_watch_def) + ALIGN(KWATCH_SPEC_TEXT_MAX, 8))

/*
 * The record that defines a number, KWATCH_NAME_DEF_MAX bytes; false: no such number.  May
 * sleep.
 */
bool kwatch_name_def(u16 id, struct kwatch_watch_def *def);

/* Forget all; there are no watches and no readers any more.  May sleep */
void kwatch_name_exit(void);

#endif /* KWATCH_NAME_H */
