/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's own types, from its BTF: vmlinux and modules.
 *
 * Read when they are first asked for, modules only when vmlinux does not have
 * what is looked for.
 */
#ifndef KWATCH_TYPES_H
#define KWATCH_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"

struct btf;
struct client_types;

/**
 * struct client_type - a type
 * @btf:   where it is; NULL: not known
 * @id:    its number there, 0 for void
 * @stars: pointers to it
 */
struct client_type {
	struct btf *btf;
	uint32_t id;
	unsigned int stars;
};

/* What matters about a type when it is used. */
enum client_type_kind {
	KWATCH_TYPE_NONE,		/* void, functions */
	KWATCH_TYPE_NUMBER,		/* integers, bool, enums */
	KWATCH_TYPE_POINTER,
	KWATCH_TYPE_ARRAY,
	KWATCH_TYPE_STRUCT,		/* and unions */
	KWATCH_TYPE_FLOAT,
};

/**
 * struct client_member - a member of a struct
 * @type:     its type
 * @offset:   from the struct's start, in bits
 * @bits:     of a bitfield, else 0
 */
struct client_member {
	struct client_type type;
	uint64_t offset;
	unsigned int bits;
};

/**
 * client_types_create() - get ready
 *
 * Reads nothing yet.  KWATCH_BTF in the environment names another directory
 * than /sys/kernel/btf.
 *
 * Return: it, for client_types_destroy().
 */
struct client_types *client_types_create(void);

/**
 * client_types_create_from() - types that are there already
 * @btf: belongs to the types now
 *
 * Return: as client_types_create().
 */
struct client_types *client_types_create_from(struct btf *btf);

/**
 * client_types_destroy() - free them
 * @types: them, or NULL
 */
void client_types_destroy(struct client_types *types);

/**
 * client_types_error() - are there any?
 * @types: where
 *
 * Return: NULL if so, else what is wrong.
 */
const char *client_types_error(struct client_types *types);

/**
 * client_types_find() - a type by its name
 * @types: where
 * @name:  "struct page", "unsigned long", "u64"
 * @stars: pointers to it
 * @type:  filled if there is one
 *
 * Return: true if there is one.
 */
bool client_types_find(struct client_types *types, const char *name,
		       unsigned int stars, struct client_type *type);

/**
 * client_types_variable() - the type of a variable
 * @types:  where
 * @module: its module, or NULL
 * @name:   of the variable
 * @type:   filled if it is known
 * @percpu: filled: each CPU has its own
 *
 * The kernel's BTF knows its per-CPU variables, and in Debian no others.
 *
 * Return: true if it is known.
 */
bool client_types_variable(struct client_types *types, const char *module,
			   const char *name, struct client_type *type,
			   bool *percpu);

/**
 * client_types_enumerator() - a named number
 * @types: where
 * @name:  "PIDTYPE_TGID"
 * @value: filled if there is one
 *
 * Return: true if there is one.
 */
bool client_types_enumerator(struct client_types *types, const char *name,
			     uint64_t *value);

/**
 * client_types_kind() - what a type is when it comes to use
 * @types: where
 * @type:  typedefs, const and volatile are seen through
 *
 * Return: enum client_type_kind.
 */
enum client_type_kind client_types_kind(struct client_types *types,
					const struct client_type *type);

/**
 * client_types_size() - how long it is
 * @types: where
 * @type:  a type
 *
 * Return: bytes; 0 for what has no size.
 */
size_t client_types_size(struct client_types *types,
			 const struct client_type *type);

/**
 * client_types_target() - what a pointer points to, or an array is made of
 * @types:  where
 * @type:   a pointer or an array
 * @target: filled; may be @type itself
 */
void client_types_target(struct client_types *types,
			 const struct client_type *type,
			 struct client_type *target);

/**
 * client_types_signed() - is it a number that may be negative?
 * @types: where
 * @type:  a number
 */
bool client_types_signed(struct client_types *types,
			 const struct client_type *type);

/**
 * client_types_is_percpu() - does the type say that a pointer is a per-CPU one?
 * @types: where
 * @type:  a pointer
 *
 * Compilers that write btf_type_tag("percpu") say it; most do not.
 */
bool client_types_is_percpu(struct client_types *types,
			    const struct client_type *type);

/**
 * client_types_is_text() - is it an array of char?
 * @types: where
 * @type:  a type
 */
bool client_types_is_text(struct client_types *types,
			  const struct client_type *type);

/**
 * client_types_only_member() - see through structs that wrap one member
 * @types: where
 * @type:  refcount_t, atomic_t, kuid_t, or any other type
 * @inner: filled: the type of the member, or @type itself
 */
void client_types_only_member(struct client_types *types,
			      const struct client_type *type,
			      struct client_type *inner);

/**
 * client_types_member() - a member by its name
 * @types:  where
 * @type:   a struct; its unnamed members are looked into
 * @name:   the member
 * @member: filled if there is one
 *
 * Return: true if there is one.
 */
bool client_types_member(struct client_types *types,
			 const struct client_type *type, const char *name,
			 struct client_member *member);

/**
 * client_types_each_member() - the names of all members
 * @types: where
 * @type:  a struct; its unnamed members are looked into
 * @each:  called for every name
 * @context: for it
 */
void client_types_each_member(struct client_types *types,
			      const struct client_type *type,
			      void (*each)(void *context, const char *name),
			      void *context);

/**
 * client_types_put() - a type as C has it
 * @types: where
 * @type:  what
 * @out:   where to
 */
void client_types_put(struct client_types *types,
		      const struct client_type *type, struct client_out *out);

#endif /* KWATCH_TYPES_H */
