/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What all files of the client share: its exit codes, how it complains, numbers of the
 * user, and memory.
 */
#ifndef KWATCH_CLIENT_H
#define KWATCH_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KWATCH_ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* The folder of a capture that has what is known of the machine. */
#define KWATCH_CAPTURE_HOST	"host"

/* What the program ends with. */
enum client_exit {
	KWATCH_EXIT_OK,
	KWATCH_EXIT_FAILED,
	KWATCH_EXIT_USAGE,
};

/**
 * client_number() - read the number of an option
 * @text: of the user
 * @max:  the largest that makes sense
 *
 * Return: a number from 1 to @max; 0 after saying that it is none.
 */
uint64_t client_number(const char *text, uint64_t max);

/**
 * client_pid() - read the number of a process
 * @text: of the user
 *
 * Return: it; 0 after saying that it is none.
 */
pid_t client_pid(const char *text);

/**
 * client_complain() - "kwatch: ..." on stderr
 * @format: as printf()'s, without the newline
 */
void client_complain(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * client_out_of_memory() - say so and end
 *
 * A client that cannot get a few kilobytes has nothing left to tidy up; the
 * kernel disarms what "until=close" armed.
 */
void client_out_of_memory(void) __attribute__((noreturn));

/**
 * client_alloc() - calloc() that does not fail
 * @nr:   how many
 * @size: of each, in bytes
 *
 * Return: zeroed memory, for free().
 */
void *client_alloc(size_t nr, size_t size);

/**
 * client_realloc() - realloc() that does not fail
 * @old:  to grow, or NULL
 * @size: wanted, in bytes
 *
 * Return: it.
 */
void *client_realloc(void *old, size_t size);

#endif /* KWATCH_CLIENT_H */
