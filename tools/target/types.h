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
struct kwatch_types;

/**
 * struct kwatch_type - a type
 * @btf:   where it is; NULL: not known
 * @id:    its number there, 0 for void
 * @stars: pointers to it
 */
struct kwatch_type {
	struct btf *btf;
	uint32_t id;
	unsigned int stars;
};

/* What matters about a type when it is used. */
enum kwatch_type_kind {
	KWATCH_TYPE_NONE,		/* void, functions */
	KWATCH_TYPE_NUMBER,		/* integers, bool, enums */
	KWATCH_TYPE_POINTER,
	KWATCH_TYPE_ARRAY,
	KWATCH_TYPE_STRUCT,		/* and unions */
	KWATCH_TYPE_FLOAT,
};

/**
 * struct kwatch_member - a member of a struct
 * @type:     its type
 * @offset:   from the struct's start, in bits
 * @bits:     of a bitfield, else 0
 */
struct kwatch_member {
	struct kwatch_type type;
	uint64_t offset;
	unsigned int bits;
};

/**
 * kwatch_types_create() - get ready
 *
 * Reads nothing yet.  KWATCH_BTF in the environment names another directory
 * than /sys/kernel/btf.
 *
 * Return: it, for kwatch_types_destroy().
 */
struct kwatch_types *kwatch_types_create(void);

/**
 * kwatch_types_create_from() - types that are there already
 * @btf: belongs to the types now
 *
 * Return: as kwatch_types_create().
 */
struct kwatch_types *kwatch_types_create_from(struct btf *btf);

/**
 * kwatch_types_destroy() - free them
 * @types: them, or NULL
 */
void kwatch_types_destroy(struct kwatch_types *types);

/**
 * kwatch_types_error() - are there any?
 * @types: where
 *
 * Return: NULL if so, else what is wrong.
 */
const char *kwatch_types_error(struct kwatch_types *types);

/**
 * kwatch_types_find() - a type by its name
 * @types: where
 * @name:  "struct page", "unsigned long", "u64"
 * @stars: pointers to it
 * @type:  filled if there is one
 *
 * Return: true if there is one.
 */
bool kwatch_types_find(struct kwatch_types *types, const char *name,
		       unsigned int stars, struct kwatch_type *type);

/**
 * kwatch_types_variable() - the type of a variable
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
bool kwatch_types_variable(struct kwatch_types *types, const char *module,
			   const char *name, struct kwatch_type *type,
			   bool *percpu);

/**
 * kwatch_types_enumerator() - a named number
 * @types: where
 * @name:  "PIDTYPE_TGID"
 * @value: filled if there is one
 *
 * Return: true if there is one.
 */
bool kwatch_types_enumerator(struct kwatch_types *types, const char *name,
			     uint64_t *value);

/**
 * kwatch_types_kind() - what a type is when it comes to use
 * @types: where
 * @type:  typedefs, const and volatile are seen through
 *
 * Return: enum kwatch_type_kind.
 */
enum kwatch_type_kind kwatch_types_kind(struct kwatch_types *types,
					const struct kwatch_type *type);

/**
 * kwatch_types_size() - how long it is
 * @types: where
 * @type:  a type
 *
 * Return: bytes; 0 for what has no size.
 */
size_t kwatch_types_size(struct kwatch_types *types,
			 const struct kwatch_type *type);

/**
 * kwatch_types_target() - what a pointer points to, or an array is made of
 * @types:  where
 * @type:   a pointer or an array
 * @target: filled; may be @type itself
 */
void kwatch_types_target(struct kwatch_types *types,
			 const struct kwatch_type *type,
			 struct kwatch_type *target);

/**
 * kwatch_types_signed() - is it a number that may be negative?
 * @types: where
 * @type:  a number
 */
bool kwatch_types_signed(struct kwatch_types *types,
			 const struct kwatch_type *type);

/**
 * kwatch_types_is_percpu() - does the type say that a pointer is a per-CPU one?
 * @types: where
 * @type:  a pointer
 *
 * Compilers that write btf_type_tag("percpu") say it; most do not.
 */
bool kwatch_types_is_percpu(struct kwatch_types *types,
			    const struct kwatch_type *type);

/**
 * kwatch_types_is_text() - is it an array of char?
 * @types: where
 * @type:  a type
 */
bool kwatch_types_is_text(struct kwatch_types *types,
			  const struct kwatch_type *type);

/**
 * kwatch_types_only_member() - see through structs that wrap one member
 * @types: where
 * @type:  refcount_t, atomic_t, kuid_t, or any other type
 * @inner: filled: the type of the member, or @type itself
 */
void kwatch_types_only_member(struct kwatch_types *types,
			      const struct kwatch_type *type,
			      struct kwatch_type *inner);

/**
 * kwatch_types_member() - a member by its name
 * @types:  where
 * @type:   a struct; its unnamed members are looked into
 * @name:   the member
 * @member: filled if there is one
 *
 * Return: true if there is one.
 */
bool kwatch_types_member(struct kwatch_types *types,
			 const struct kwatch_type *type, const char *name,
			 struct kwatch_member *member);

/**
 * kwatch_types_each_member() - the names of all members
 * @types: where
 * @type:  a struct; its unnamed members are looked into
 * @each:  called for every name
 * @context: for it
 */
void kwatch_types_each_member(struct kwatch_types *types,
			      const struct kwatch_type *type,
			      void (*each)(void *context, const char *name),
			      void *context);

/**
 * kwatch_types_put() - a type as C has it
 * @types: where
 * @type:  what
 * @out:   where to
 */
void kwatch_types_put(struct kwatch_types *types,
		      const struct kwatch_type *type, struct kwatch_out *out);

#endif /* KWATCH_TYPES_H */
