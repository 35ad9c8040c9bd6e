/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events as JSON for programs: one object a line.
 *
 * Every object has "type", "time_ns" and, where there is one, "watch" and
 * "label".  Types: hit, lost, watch, gap, unseen, gone, cover, freed.  Addresses and
 * values are strings, "0x...", because JSON's numbers do not hold 64 bits; a value
 * that is not known is null.  Members may be added; none changes its meaning.
 */
#ifndef KWATCH_JSON_H
#define KWATCH_JSON_H

#include <jansson.h>

#include "base/out.h"
#include "stream/stream.h"
#include "kernel/symbols.h"

/**
 * client_json_event() - put an event and a newline
 * @out:     where to
 * @symbols: for the addresses
 * @event:   what; definitions of stacks and tasks put nothing
 */
void client_json_event(struct client_out *out, struct client_symbols *symbols,
		       const struct client_event *event);

/**
 * client_json_string() - a JSON string of any bytes
 * @text: bytes, of unknown origin
 * @len:  of @text at most; ends at a NUL, too
 *
 * JSON is UTF-8; each byte that is not becomes U+FFFD.
 *
 * Return: a new reference.
 */
json_t *client_json_string(const char *text, size_t len);

/**
 * client_json_put() - put an object, in one line
 * @out:    where to
 * @object: what; its reference is dropped
 */
void client_json_put(struct client_out *out, json_t *object);

/**
 * client_json_put_stacked() - put an object that ends with a hit's stacks
 * @out:     where to
 * @object:  what comes before; its reference is dropped
 * @symbols: for the addresses
 * @event:   of which only @frames and @exact are looked at
 */
void client_json_put_stacked(struct client_out *out, json_t *object,
			     struct client_symbols *symbols,
			     const struct client_event *event);

/**
 * client_json_hex() - a value or an address
 * @value: it
 *
 * Return: a new reference to the string "0x...".
 */
json_t *client_json_hex(uint64_t value);

/**
 * client_json_set() - add a member
 * @object: to what
 * @name:   of the member
 * @value:  of the member; its reference is taken
 */
void client_json_set(json_t *object, const char *name, json_t *value);

/**
 * client_json_set_where() - which bytes of a long watch values are
 * @object: gets "offset" and "len"
 * @where:  which, or NULL for all of the watch
 */
void client_json_set_where(json_t *object, const struct kwatch_where *where);

#endif /* KWATCH_JSON_H */
