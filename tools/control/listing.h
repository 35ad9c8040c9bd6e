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
 * struct client_listing_field - one "name=value" behind the "#"
 * @name:  NUL-terminated
 * @value: NUL-terminated
 */
struct client_listing_field {
	const char *name;
	const char *value;
};

/**
 * struct client_listed - one watch
 * @spec:   its line, without blanks at its end
 * @id:     its number, 0 if the line does not say
 * @fields: in the kernel's order
 * @nr:     how many
 * @note:   what the kernel says of it in parentheses, without them; or NULL
 */
struct client_listed {
	const char *spec;
	unsigned int id;
	struct client_listing_field *fields;
	size_t nr;
	const char *note;
};

/**
 * struct client_listing - all of them
 * @watches: in the kernel's order
 * @nr:      how many
 * @text:    that all strings are in
 */
struct client_listing {
	struct client_listed *watches;
	size_t nr;
	char *text;
};

/**
 * client_listing_parse() - take a listing apart
 * @listing: to fill
 * @text:    that a read of ctl gave; belongs to @listing now
 */
void client_listing_parse(struct client_listing *listing, char *text);

/**
 * client_listing_read() - read ctl from its start
 * @listing: to fill
 * @fd:      of ctl
 *
 * Return: 0, or -1 after saying why.
 */
int client_listing_read(struct client_listing *listing, int fd);

/**
 * client_listing_destroy() - free it
 * @listing: it
 */
void client_listing_destroy(struct client_listing *listing);

/**
 * client_listing_find() - the watch that a command has made
 * @listing: where
 * @line:    the command
 *
 * The kernel has no two watches that ask for the same, so the one that does
 * is ours.  Should this client not understand the line, the newest is taken.
 *
 * Return: it, or NULL.
 */
const struct client_listed *
client_listing_find(const struct client_listing *listing, const char *line);

/**
 * client_listing_by_id() - the watch with a number
 * @listing: where
 * @id:      number
 *
 * Return: it, or NULL.
 */
const struct client_listed *
client_listing_by_id(const struct client_listing *listing, unsigned int id);

/**
 * client_listing_named() - the number of a watch that the user named
 * @text: its number, or the name of one that there is
 *
 * Return: the number; 0 after saying that there is none.
 */
unsigned int client_listing_named(const char *text);

/**
 * client_listing_value() - a field of a watch
 * @watch: which
 * @name:  of the field
 *
 * Return: its value, or NULL.
 */
const char *client_listing_value(const struct client_listed *watch,
				 const char *name);

#endif /* KWATCH_LISTING_H */
