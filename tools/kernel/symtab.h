/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The table behind symbols.h: the text of kallsyms made searchable.
 *
 * Apart from the file handling, so that it can be tested with any text.
 */
#ifndef KWATCH_SYMTAB_H
#define KWATCH_SYMTAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct client_sym - one line of kallsyms
 * @addr:   its address
 * @name:   in the text
 * @module: in the text, NULL for the kernel itself
 * @text:   it is code
 */
struct client_sym {
	uint64_t addr;
	const char *name;
	const char *module;
	bool text;
};

/**
 * struct client_symtab - all of them, by address
 * @syms:   sorted; of equal addresses in the order of the file
 * @nr:     how many
 * @text:   the file, cut into strings
 * @hidden: the file had symbols, but all at address 0
 */
struct client_symtab {
	struct client_sym *syms;
	size_t nr;
	char *text;
	bool hidden;
};

/**
 * client_symtab_build() - make a table
 * @symtab: to fill; all zero
 * @text:   as /proc/kallsyms has it, NUL-terminated; belongs to @symtab now
 *
 * Lines that are none are skipped.
 */
void client_symtab_build(struct client_symtab *symtab, char *text);

/**
 * client_symtab_destroy() - free it
 * @symtab: it
 */
void client_symtab_destroy(struct client_symtab *symtab);

/**
 * client_symtab_find() - the symbol that an address is in
 * @symtab: where
 * @addr:   address
 * @end:    where that symbol ends
 *
 * Return: the symbol, or NULL.
 */
const struct client_sym *client_symtab_find(const struct client_symtab *symtab,
					    uint64_t addr, uint64_t *end);

/**
 * client_symtab_each() - the symbols of a module in a part of memory
 * @symtab:  where
 * @module:  its name
 * @start:   of the memory
 * @end:     behind it
 * @each:    called for each, by address; of equal addresses the first
 * @context: for @each
 */
void client_symtab_each(const struct client_symtab *symtab, const char *module,
			uint64_t start, uint64_t end,
			void (*each)(void *context, const struct client_sym *sym,
				     uint64_t sym_end),
			void *context);

/**
 * client_symtab_next() - the next symbol of a name, in text that is not cut
 * @text:    lines as /proc/kallsyms or a System.map has them
 * @name:    without a module's
 * @address: set to its address
 * @module:  set to its module, "" for the kernel itself
 * @size:    of @module
 *
 * Return: the text behind the name, where the next look-up may begin; NULL if there
 * is none.
 */
const char *client_symtab_next(const char *text, const char *name, uint64_t *address,
			       char *module, size_t size);

#endif /* KWATCH_SYMTAB_H */
