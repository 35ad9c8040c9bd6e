/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a read of ctl says: the watches there are.
 *
 * Each is a line that can be written back, and behind "# " its state:
 *
 *	w8 jiffies until=close  # id=1 state=armed hits=7
 */
#ifndef KWATCH_LISTING_H
#define KWATCH_LISTING_H

#include <stddef.h>

/**
 * struct kwatch_listing_field - one "name=value" behind the "#"
 * @name:  NUL-terminated
 * @value: NUL-terminated
 */
struct kwatch_listing_field {
	const char *name;
	const char *value;
};

/**
 * struct kwatch_listed - one watch
 * @spec:   its line, without blanks at its end
 * @id:     its number, 0 if the line does not say
 * @fields: in the kernel's order
 * @nr:     how many
 * @note:   what the kernel says of it in parentheses, without them; or NULL
 */
struct kwatch_listed {
	const char *spec;
	unsigned int id;
	struct kwatch_listing_field *fields;
	size_t nr;
	const char *note;
};

/**
 * struct kwatch_listing - all of them
 * @watches: in the kernel's order
 * @nr:      how many
 * @text:    that all strings are in
 */
struct kwatch_listing {
	struct kwatch_listed *watches;
	size_t nr;
	char *text;
};

/**
 * kwatch_listing_parse() - take a listing apart
 * @listing: to fill
 * @text:    that a read of ctl gave; belongs to @listing now
 */
void kwatch_listing_parse(struct kwatch_listing *listing, char *text);

/**
 * kwatch_listing_read() - read ctl from its start
 * @listing: to fill
 * @fd:      of ctl
 *
 * Return: 0, or -1 after saying why.
 */
int kwatch_listing_read(struct kwatch_listing *listing, int fd);

/**
 * kwatch_listing_destroy() - free it
 * @listing: it
 */
void kwatch_listing_destroy(struct kwatch_listing *listing);

/**
 * kwatch_listing_find() - the watch that a command has made
 * @listing: where
 * @line:    the command
 *
 * The kernel has no two watches that ask for the same, so the one that does
 * is ours.  Should this client not understand the line, the newest is taken.
 *
 * Return: it, or NULL.
 */
const struct kwatch_listed *
kwatch_listing_find(const struct kwatch_listing *listing, const char *line);

/**
 * kwatch_listing_by_id() - the watch with a number
 * @listing: where
 * @id:      number
 *
 * Return: it, or NULL.
 */
const struct kwatch_listed *
kwatch_listing_by_id(const struct kwatch_listing *listing, unsigned int id);

/**
 * kwatch_listing_named() - the number of a watch that the user named
 * @text: its number, or the name of one that there is
 *
 * Return: the number; 0 after saying that there is none.
 */
unsigned int kwatch_listing_named(const char *text);

/**
 * kwatch_listing_value() - a field of a watch
 * @watch: which
 * @name:  of the field
 *
 * Return: its value, or NULL.
 */
const char *kwatch_listing_value(const struct kwatch_listed *watch,
				 const char *name);

#endif /* KWATCH_LISTING_H */
