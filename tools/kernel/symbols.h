/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel addresses to names, by /proc/kallsyms.
 *
 * Sorted, searched by halves, with a small cache in front.  Names are given as
 * the kernel's own %pS and %pB give them, so that the client's stacks and those
 * in "hits" are the same text.
 *
 * An address has the name of the time of the record that it is from: modules
 * that were unloaded are in loads.h, and the symbols are read again when one
 * was.
 */
#ifndef KWATCH_SYMBOLS_H
#define KWATCH_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct client_load;
struct client_loads;
struct kwatch_stack;
struct client_symbols;

/**
 * struct client_symbol - what an address is
 * @name:   function or variable
 * @module: its module, NULL for the kernel itself
 * @offset: of the address from the symbol's start
 * @size:   of the symbol, to the next one
 * @load:   of @module, if that was unloaded since
 *
 * The strings live until the symbols are read again.
 */
struct client_symbol {
	const char *name;
	const char *module;
	uint64_t offset;
	uint64_t size;
	const struct client_load *load;
};

/**
 * client_symbols_create() - get ready
 *
 * Reads nothing yet.  KWATCH_KALLSYMS and KWATCH_MODULES in the environment
 * name other files than /proc/kallsyms and /proc/modules.
 *
 * Return: it, for client_symbols_destroy().
 */
struct client_symbols *client_symbols_create(void);

/**
 * client_symbols_create_fixed() - symbols that are known, and do not change
 * @text:     as /proc/kallsyms has it, NUL-terminated; belongs to the symbols now
 * @begin_ns: when the reading of @text began
 * @end_ns:   when it was over
 *
 * Return: them, for client_symbols_destroy().
 */
struct client_symbols *client_symbols_create_fixed(char *text, uint64_t begin_ns,
						   uint64_t end_ns);

/**
 * client_symbols_add_fixed() - what they were later
 * @symbols:  of client_symbols_create_fixed()
 * @text:     as that takes it
 * @begin_ns: when the reading of @text began
 * @end_ns:   when it was over
 */
void client_symbols_add_fixed(struct client_symbols *symbols, char *text,
			      uint64_t begin_ns, uint64_t end_ns);

/**
 * client_symbols_set_loads() - say which modules were unloaded
 * @symbols: which
 * @loads:   of the records' stream; must outlive the symbols
 * @ask:     adds to @loads what was unloaded up to now; NULL: nothing changes
 * @context: for @ask
 */
void client_symbols_set_loads(struct client_symbols *symbols, struct client_loads *loads,
			      void (*ask)(void *context), void *context);

/**
 * client_symbols_still() - is the code at an address that of a time, now?
 * @symbols: which
 * @address: of the kernel
 * @time_ns: when
 *
 * To be asked after the code, or what else the kernel has of a module, was read.
 *
 * Return: true if no module was unloaded there since.
 */
bool client_symbols_still(struct client_symbols *symbols, uint64_t address,
			  uint64_t time_ns);

/**
 * client_symbols_path() - where symbols are read from
 *
 * Return: /proc/kallsyms, or what the environment says.
 */
const char *client_symbols_path(void);

/**
 * client_symbols_modules_path() - where the list of modules is read from
 *
 * Return: /proc/modules, or what the environment says.
 */
const char *client_symbols_modules_path(void);

/**
 * client_symbols_modules_hash() - which modules there are now
 *
 * Return: a number that changes when a module comes or goes.
 */
uint64_t client_symbols_modules_hash(void);

/**
 * client_symbols_destroy() - free it
 * @symbols: it, or NULL
 */
void client_symbols_destroy(struct client_symbols *symbols);

/**
 * client_symbols_load() - read the symbols now, if that has not been done
 * @symbols: where to
 *
 * To be called before hits begin to come in: it may take a second on a slow
 * machine.  When there is nothing to be had, says why, once.
 */
void client_symbols_load(struct client_symbols *symbols);

/**
 * client_symbols_refresh() - look for modules that came or went
 * @symbols: which
 *
 * Cheap; meant for once a second or so.
 */
void client_symbols_refresh(struct client_symbols *symbols);

/**
 * client_symbols_generation() - what a text that was made with symbols depends on
 * @symbols: which
 * @time_ns: of the record that the text is for
 *
 * Return: a number that changes when such a text is out of date.
 */
uint64_t client_symbols_generation(const struct client_symbols *symbols, uint64_t time_ns);

/**
 * client_symbols_find() - name an address
 * @symbols: where to look; read if that was not done yet, or if a module may
 *           have come or gone since
 * @ip:      address
 * @exact:   false for a return address: the call is what lies before it, so
 *           @ip - 1 is looked up, and the offset is still that of @ip
 * @time_ns: of the record that @ip is from
 * @symbol:  filled
 *
 * Return: true if the address has a name; else @symbol may have the @module and
 * the @load that it is in.
 */
bool client_symbols_find(struct client_symbols *symbols, uint64_t ip, bool exact,
			 uint64_t time_ns, struct client_symbol *symbol);

/**
 * client_symbols_address() - where a function of the kernel itself is
 * @symbols: where to look
 * @name:    of it
 * @address: filled
 *
 * Return: true if there is one.  Slow.
 */
bool client_symbols_address(struct client_symbols *symbols, const char *name,
			    uint64_t *address);

/**
 * struct client_line - a function that an address is in, and where in it
 * @function: that was inlined there; NULL for the last, which is the symbol's
 * @file:     clean; NULL if it is not known
 * @line:     in it
 */
struct client_line {
	char *function;
	char *file;
	unsigned int line;
};

/**
 * typedef client_symbols_source_fn - knows lines, see lines.h
 * @context: of client_symbols_set_source()
 * @at:      address of the instruction or, in a call, before its end
 * @symbol:  that it is in
 * @start:   of the symbol
 * @time_ns: of the record
 * @nr:      filled
 */
typedef const struct client_line *
(*client_symbols_source_fn)(void *context, uint64_t at,
			    const struct client_symbol *symbol, uint64_t start,
			    uint64_t time_ns, size_t *nr);

/**
 * client_symbols_stale_link() - is a stack's second entry no caller?
 * @symbols: where functions begin and end
 * @stack:   the kernel's
 * @time_ns: of its record
 *
 * See KWATCH_STACK_LR: a link register says nothing in the function that has
 * called others, or when the address is on the stack as well.
 *
 * Return: 1, its index, if so; else 0, which is no index of such an entry.
 */
unsigned int client_symbols_stale_link(struct client_symbols *symbols,
				       const struct kwatch_stack *stack, uint64_t time_ns);

/**
 * client_symbols_set_source() - say who knows lines
 * @symbols: which
 * @source:  it, or NULL
 * @context: for it
 */
void client_symbols_set_source(struct client_symbols *symbols,
			       client_symbols_source_fn source, void *context);

/**
 * client_symbols_lines() - where in the source an address is
 * @symbols: which
 * @ip:      address
 * @exact:   as client_symbols_find() was given it
 * @time_ns: likewise
 * @symbol:  that it found
 * @nr:      filled: functions, innermost first; 0 if nothing is known
 *
 * Return: them, valid until the next call.
 */
const struct client_line *client_symbols_lines(struct client_symbols *symbols,
					       uint64_t ip, bool exact, uint64_t time_ns,
					       const struct client_symbol *symbol,
					       size_t *nr);

#endif /* KWATCH_SYMBOLS_H */
