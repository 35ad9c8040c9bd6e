/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Modules that were unloaded: where the code of each load lay, from when to
 * when, and the functions in it.
 *
 * The module kwatch tells them (KWATCH_RECORD_MODULE, KWATCH_RECORD_SYMBOL).
 * With these, an address of a record gets the name that it had at the time of
 * the record, whatever lies there now.
 */
#ifndef KWATCH_LOADS_H
#define KWATCH_LOADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uapi/kwatch.h>

#include "buildid.h"

/**
 * struct client_function - a function of an unloaded module
 * @start: first byte
 * @end:   behind the last
 * @name:  clean
 */
struct client_function {
	uint64_t start;
	uint64_t end;
	char *name;
};

/**
 * struct client_load - one load of a module, from insmod to rmmod
 * @number:   struct kwatch_module_def.number
 * @name:     clean
 * @from_ns:  when it was loaded
 * @until_ns: when it was unloaded
 * @build_id: of its file
 * @nr_ranges: in @range
 * @range:    its memory: first byte, and behind the last
 * @functions: that are known, by address
 * @nr:       functions
 * @harvested: for symbols.c: its tables have been searched
 */
struct client_load {
	uint32_t number;
	char name[64];
	uint64_t from_ns;
	uint64_t until_ns;
	struct client_buildid build_id;
	unsigned int nr_ranges;
	struct {
		uint64_t start;
		uint64_t end;
	} range[KWATCH_MODULE_RANGES];
	struct client_function *functions;
	size_t nr;
	bool harvested;
};

/**
 * struct client_loads - all of them; all zero is none
 * @list:     in the order of their unloads
 * @nr:       how many
 * @bounds:   times at which a load begins or ends, sorted
 * @functions: of all loads
 * @stale_ns: before it, an address in a module has no name any more
 * @generation: changes with @list
 */
struct client_loads {
	struct client_load **list;
	size_t nr;
	uint64_t *bounds;
	size_t functions;
	uint64_t stale_ns;
	unsigned int generation;
};

/**
 * client_loads_module() - take a module that was unloaded
 * @loads: where to
 * @def:   checked by client_records_next()
 *
 * Return: false if it was told before.
 */
bool client_loads_module(struct client_loads *loads, const struct kwatch_module_def *def);

/**
 * client_loads_symbol() - take a function of such a module
 * @loads: where to
 * @def:   checked by client_records_next()
 *
 * Return: false if it was told before, or is of no module that is known.
 */
bool client_loads_symbol(struct client_loads *loads, const struct kwatch_symbol_def *def);

/**
 * client_loads_add() - add a function to a load
 * @loads: that @load is in
 * @load:  which
 * @start: first byte
 * @end:   behind the last
 * @name:  of it
 *
 * Return: false if one is known there.
 */
bool client_loads_add(struct client_loads *loads, struct client_load *load,
		      uint64_t start, uint64_t end, const char *name);

/**
 * client_loads_find() - which unloaded module's was an address at a time?
 * @loads:   where; NULL for none
 * @address: of the kernel
 * @time_ns: when
 *
 * Return: the load, or NULL.
 */
struct client_load *client_loads_find(const struct client_loads *loads, uint64_t address,
				      uint64_t time_ns);

/**
 * client_loads_count() - how many unloaded modules had an address?
 * @loads:   where
 * @address: of the kernel
 *
 * Return: so many, at any time.
 */
size_t client_loads_count(const struct client_loads *loads, uint64_t address);

/**
 * client_loads_function() - the function of a load that an address is in
 * @load:    which
 * @address: in one of its ranges
 *
 * Return: it, or NULL if it is not known.
 */
const struct client_function *client_loads_function(const struct client_load *load,
						    uint64_t address);

/**
 * client_loads_era() - which loads are in question at a time
 * @loads:   of all; NULL for none
 * @time_ns: when
 *
 * Return: a number; where it is the same, so is the load of any address, as
 * long as @generation is.
 */
size_t client_loads_era(const struct client_loads *loads, uint64_t time_ns);

/**
 * client_loads_same() - is a stack the same code at two times?
 * @loads: of all; NULL for none
 * @stack: of the kernel, or NULL
 * @exact: its first address is that of the instruction, not behind it
 * @a_ns:  when
 * @b_ns:  and when
 *
 * Return: true if each of its addresses was the same load's.
 */
bool client_loads_same(const struct client_loads *loads, const struct kwatch_stack *stack,
		       bool exact, uint64_t a_ns, uint64_t b_ns);

/**
 * client_loads_clear() - free them
 * @loads: all zero then
 */
void client_loads_clear(struct client_loads *loads);

#endif /* KWATCH_LOADS_H */
