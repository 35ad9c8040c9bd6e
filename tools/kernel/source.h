/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where in the source an address is, by the debug information that libdwfl has
 * of it.
 */
#ifndef KWATCH_SOURCE_H
#define KWATCH_SOURCE_H

#include <elfutils/libdwfl.h>

/**
 * typedef client_source_fn - told of a function that an address is in
 * @context:  as client_source_each() was given it
 * @function: that was inlined there; NULL for the last, which is the one that
 *            the symbol table knows
 * @file:     where in it, NULL if it is not known
 * @dir:      that the compiler ran in, or NULL
 * @line:     in @file
 */
typedef void (*client_source_fn)(void *context, const char *function,
				 const char *file, const char *dir,
				 unsigned int line);

/**
 * client_source_each() - the functions that an address is in, innermost first
 * @module:  of libdwfl
 * @at:      address in it
 * @each:    called for each, once at least
 * @context: for @each
 */
void client_source_each(Dwfl_Module *module, Dwarf_Addr at, client_source_fn each,
			void *context);

#endif /* KWATCH_SOURCE_H */
