/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's code as it runs, patched by the kernel itself as it may be: out
 * of its memory, or out of what a capture has kept of it.
 *
 * What is kept is text: "ADDRESS HEX..." a line.
 */
#ifndef KWATCH_CODE_H
#define KWATCH_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "map.h"
#include "out.h"

struct kwatch_code;

/**
 * kwatch_code_create() - the kernel that runs
 *
 * Opens nothing yet.
 *
 * Return: it, for kwatch_code_destroy().
 */
struct kwatch_code *kwatch_code_create(void);

/**
 * kwatch_code_create_kept() - what has been kept
 * @text: of kwatch_code_keep(), NUL-terminated; any bytes will do
 *
 * Return: it, for kwatch_code_destroy().
 */
struct kwatch_code *kwatch_code_create_kept(const char *text);

/**
 * kwatch_code_destroy() - free it
 * @code: it, or NULL
 */
void kwatch_code_destroy(struct kwatch_code *code);

/**
 * kwatch_code_read() - copy code
 * @code:    where from
 * @address: of its first byte
 * @buf:     where to
 * @len:     bytes
 *
 * Return: true if all of it is there.
 */
bool kwatch_code_read(struct kwatch_code *code, uint64_t address, void *buf,
		      size_t len);

/**
 * struct kwatch_code_keeper - code that is being kept; all zero but @code
 * @code: the kernel that runs
 * @seen: addresses
 * @text: of them
 */
struct kwatch_code_keeper {
	struct kwatch_code *code;
	struct kwatch_map seen;
	struct kwatch_out text;
};

/**
 * kwatch_code_keep() - keep what is needed to read an instruction later
 * @keeper: where
 * @ip:     where it trapped
 *
 * Cheap if it has been kept already.
 */
void kwatch_code_keep(struct kwatch_code_keeper *keeper, uint64_t ip);

#endif /* KWATCH_CODE_H */
