/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's code as it runs, patched by the kernel itself as it may be: out
 * of its memory, or out of what a capture has kept of it.
 *
 * What is kept is text: "ADDRESS HEX... BEGIN_NS END_NS" a line; the times are
 * when it was read.
 */
#ifndef KWATCH_CODE_H
#define KWATCH_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/out.h"

struct client_code;

/**
 * client_code_create() - the kernel that runs
 *
 * Opens nothing yet.
 *
 * Return: it, for client_code_destroy().
 */
struct client_code *client_code_create(void);

/**
 * client_code_create_kept() - what has been kept
 * @text: of client_code_keep(), NUL-terminated; any bytes will do
 *
 * Return: it, for client_code_destroy().
 */
struct client_code *client_code_create_kept(const char *text);

/**
 * client_code_destroy() - free it
 * @code: it, or NULL
 */
void client_code_destroy(struct client_code *code);

/**
 * struct client_code_times - when code was what it is
 * @begin_ns: when the reading of it began
 * @end_ns:   when it was over
 */
struct client_code_times {
	uint64_t begin_ns;
	uint64_t end_ns;
};

/**
 * client_code_read() - copy code
 * @code:    where from
 * @address: of its first byte
 * @buf:     where to
 * @len:     bytes
 * @nth:     0 for the code that is there; what a capture has kept may be of
 *           several times, from 0 on
 * @times:   filled
 *
 * Return: true if all of it is there.
 */
bool client_code_read(struct client_code *code, uint64_t address, void *buf,
		      size_t len, size_t nth, struct client_code_times *times);

/**
 * struct client_code_keeper - code that is being kept; all zero but @code
 * @code: the kernel that runs
 * @seen: addresses, and how many modules had been there
 * @text: of them
 */
struct client_code_keeper {
	struct client_code *code;
	struct client_map seen;
	struct client_out text;
};

/**
 * client_code_keep() - keep what is needed to read an instruction later
 * @keeper: where
 * @ip:     where it trapped
 * @nr_before: how many modules have been unloaded there
 *
 * Cheap if it has been kept already.
 */
void client_code_keep(struct client_code_keeper *keeper, uint64_t ip, size_t nr_before);

#endif /* KWATCH_CODE_H */
