/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Build-ids: which build an ELF file is of, told by its notes.
 */
#ifndef KWATCH_BUILDID_H
#define KWATCH_BUILDID_H

#include <stdbool.h>
#include <stddef.h>

#define KWATCH_BUILDID_MAX	64	/* bytes of it; 20 is usual */

/**
 * struct client_buildid - one
 * @len:  bytes, 0 for none
 * @data: they
 */
struct client_buildid {
	size_t len;
	unsigned char data[KWATCH_BUILDID_MAX];
};

/**
 * client_buildid_parse() - the build-id among notes
 * @notes: as ELF has them
 * @len:   bytes of @notes
 * @id:    filled
 *
 * Return: true if there is one.
 */
bool client_buildid_parse(const void *notes, size_t len,
			  struct client_buildid *id);

/**
 * client_buildid_file() - that of an ELF file
 * @fd: open for reading
 * @id: filled
 *
 * Return: true if it has one.
 */
bool client_buildid_file(int fd, struct client_buildid *id);

/**
 * client_buildid_kernel() - that of the running kernel
 * @id: filled
 *
 * KWATCH_NOTES in the environment names another file than /sys/kernel/notes.
 *
 * Return: true if it has one.
 */
bool client_buildid_kernel(struct client_buildid *id);

/**
 * client_buildid_hex() - as text
 * @id:  it
 * @hex: 2 * KWATCH_BUILDID_MAX + 1 bytes
 *
 * Return: @hex.
 */
const char *client_buildid_hex(const struct client_buildid *id, char *hex);

/**
 * client_buildid_kept() - that which a capture has of a file
 * @text: "HEX NAME" a line, of client_snapshot_build_ids()
 * @name: "kernel", a module, or the path of a program or library
 * @id:   filled
 *
 * Where it has several, the last one counts.
 *
 * Return: true if it has one.
 */
bool client_buildid_kept(const char *text, const char *name,
			 struct client_buildid *id);

#define KWATCH_BUILDID_PATH_MAX	512

/**
 * client_buildid_debug_directory() - where distributions put debug files
 *
 * Return: /usr/lib/debug, or KWATCH_DEBUG of the environment.
 */
const char *client_buildid_debug_directory(void);

/**
 * client_buildid_debug_path() - where they put that of a build
 * @id:   of the build
 * @path: filled, KWATCH_BUILDID_PATH_MAX bytes
 */
void client_buildid_debug_path(const struct client_buildid *id, char *path);

#endif /* KWATCH_BUILDID_H */
