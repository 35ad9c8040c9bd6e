/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs and libraries a process has in its memory, for libdwfl.
 *
 * A space is true from one time on: a library that goes stays in it, and what
 * is mapped in its place makes another space.  So an address of a hit has the
 * name that it had then.  The only file that makes a Dwfl of a process.
 */
#ifndef KWATCH_SPACE_H
#define KWATCH_SPACE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "kernel/buildid.h"

/**
 * struct client_image - a program or library in memory
 * @start:  of all of it
 * @end:    behind it
 * @load:   where its first part is loaded, aligned as that part is
 * @bias:   what its addresses are moved by
 * @fd:     of its file, -1 if it is not here
 * @size:   of its file when it was opened
 * @changed: when its file was last changed before it was opened
 * @path:   of its file, as the process sees it
 * @name:   the last part of @path
 */
struct client_image {
	uint64_t start;
	uint64_t end;
	uint64_t load;
	uint64_t bias;
	int fd;
	off_t size;
	struct timespec changed;
	char *path;
	const char *name;
};

/**
 * struct client_space - the images of a process from one time on
 * @id:      changes with every image; no two spaces ever have the same
 * @from_ns: since when
 * @pid:     of the process
 * @dwfl:    all of them
 * @images:  @nr of them, the program first
 * @nr:      images
 * @older:   the space that was before, or NULL
 * @memory:  for uframes.c: attached, what is unwound
 */
struct client_space {
	uint64_t id;
	uint64_t from_ns;
	pid_t pid;
	Dwfl *dwfl;
	struct client_image *images;
	size_t nr;
	struct client_space *older;
	void *memory;
};

/**
 * struct client_mapping - a part of a file in memory, that can be run
 * @start: address
 * @end:   behind it
 * @offset: in the file
 * @ino:   the file's, 0 if it is not known
 * @build_id: of the file, empty if it is not known
 * @path:  of the file, or "[vdso]", or whatever the kernel calls it
 */
struct client_mapping {
	uint64_t start;
	uint64_t end;
	uint64_t offset;
	uint64_t ino;
	struct client_buildid build_id;
	const char *path;
};

/**
 * client_space_parse() - a line of /proc/PID/maps
 * @line:    "START-END r-xp OFFSET MAJ:MIN INO   PATH", without its end
 * @mapping: filled; its @path is in @line
 *
 * Only what can be run is of interest: every program and library has such a part.
 *
 * Return: false if it is another.
 */
bool client_space_parse(const char *line, struct client_mapping *mapping);

/**
 * client_space_create() - one without images
 * @pid:     of the process
 * @from_ns: since when
 *
 * Return: it, for client_space_destroy().
 */
struct client_space *client_space_create(pid_t pid, uint64_t from_ns);

/**
 * client_space_without() - the same images, but those that lie in a range
 * @space: which; it becomes the new one's @older
 * @start: of the range
 * @end:   behind it
 * @from_ns: since when
 *
 * Return: a new space.
 */
struct client_space *client_space_without(struct client_space *space,
					  uint64_t start, uint64_t end,
					  uint64_t from_ns);

/**
 * client_space_destroy() - free it, but not those that are older
 * @space: it
 */
void client_space_destroy(struct client_space *space);

/**
 * client_space_overlaps() - is there an image in a range?
 * @space: where
 * @start: of the range
 * @end:   behind it
 *
 * Return: true if so.
 */
bool client_space_overlaps(const struct client_space *space, uint64_t start,
			   uint64_t end);

/**
 * client_space_open() - open the file of a mapping
 * @pid:     whose; 0 for one of a capture, maybe from elsewhere
 * @mapping: which
 * @image:   filled, if it is an ELF file
 *
 * Deleted files are found as long as they are mapped; a file that took the
 * place of the mapped one is not.  That of a capture has its build-id, or none
 * is open: then @image has no more than a name.
 *
 * Return: true if @image is filled, to be given to client_space_add() or
 * client_space_close().
 */
bool client_space_open(pid_t pid, const struct client_mapping *mapping,
		       struct client_image *image);

/**
 * client_space_has() - is this very image there already?
 * @space: where
 * @image: which
 *
 * Return: true if so.
 */
bool client_space_has(const struct client_space *space,
		      const struct client_image *image);

/**
 * client_space_add() - add an image
 * @space: where to; nothing in it overlaps
 * @image: what; belongs to @space now
 */
void client_space_add(struct client_space *space, struct client_image *image);

/**
 * client_space_is_intact() - is an image's file still what it was?
 * @image: it
 *
 * Return: false if it was written to or cut short since it was opened, so that
 * names which are read now may be wrong.
 */
bool client_space_is_intact(const struct client_image *image);

/* client_space_close() - forget an image that was not added */
void client_space_close(struct client_image *image);

/**
 * client_space_image() - what lies at an address
 * @space: where
 * @addr:  address
 *
 * Return: it, or NULL.
 */
const struct client_image *client_space_image(const struct client_space *space,
					      uint64_t addr);

#endif /* KWATCH_SPACE_H */
