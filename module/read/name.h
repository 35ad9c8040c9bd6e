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
 * @own:  it was made by /dev/kwatch, and gets a number of the upper half
 *
 * Numbers go round in each half of 1 to KWATCH_WATCH_MAX.  One is not used
 * again while a record can be read that refers to it.
 *
 * Context: may sleep.
 * Return: the number, -ENOMEM, or -ENOSPC if watches or records refer to all.
 */
int kwatch_name_create(const struct kwatch_spec *spec, u64 addr, bool own);

/**
 * kwatch_name_set_addr() - the watch is armed, maybe at another address
 * @id:   the number
 * @addr: as kwatch_name_create()
 *
 * Context: may sleep.
 */
void kwatch_name_set_addr(u16 id, u64 addr);

/**
 * kwatch_name_retire() - the watch is gone; keep its name for its records
 * @id: the number
 *
 * No record of it is written after this.
 *
 * Context: may sleep.
 */
void kwatch_name_retire(u16 id);

/**
 * kwatch_name_tidy() - forget names that no record refers to, if there are many
 *
 * Some thousand names of some hundred bytes are kept before that, and all to
 * which records refer.
 *
 * Context: may sleep; no lock of watch.h held, as it looks at all records.
 */
void kwatch_name_tidy(void);

/* Goes up before a number means something else; a reader then has to be told anew. */
extern u32 kwatch_name_gen;

/**
 * kwatch_name_label() - what a hit's line calls the watch
 * @id:   the number
 * @buf:  filled
 * @size: of @buf, in bytes
 *
 * Context: may sleep.
 */
void kwatch_name_label(u16 id, char *buf, size_t size);

/* kwatch_name_note() - the text of note=, KWATCH_NOTE_MAX bytes; false: none; may sleep */
bool kwatch_name_note(u16 id, char *buf, size_t size);

/* Room for any definition, in bytes. */
#define KWATCH_NAME_DEF_MAX \
	(sizeof(struct kwatch_watch_def) + ALIGN(KWATCH_SPEC_TEXT_MAX, 8))

/**
 * kwatch_name_def() - the record that defines a number for a binary reader
 * @id:  the number
 * @def: filled; KWATCH_NAME_DEF_MAX bytes
 *
 * Context: may sleep.
 * Return: true, or false if there is no such number.
 */
bool kwatch_name_def(u16 id, struct kwatch_watch_def *def);

/**
 * kwatch_name_exit() - forget all
 *
 * Context: may sleep; there are no watches and no readers any more.
 */
void kwatch_name_exit(void);

#endif /* KWATCH_NAME_H */
