/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What names the addresses of a capture on another machine later: a
 * directory "host" in it.
 *
 *	kallsyms.gz     the symbols at the start; kallsyms.1.gz and so on when
 *	                modules had come or gone; the first line has the times of
 *	                the reading
 *	modules         /proc/modules at the start
 *	buildids        "HEX NAME" a line, of the kernel and its modules, and
 *	                "HEX PATH" of programs and libraries
 *	maps/TGID       /proc/TGID/maps of each process with user frames, as often as
 *	                it was seen to change; see processes.h
 *	stats.begin, stats.end   the module's own, before and after
 */
#ifndef KWATCH_SNAPSHOT_H
#define KWATCH_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "kernel/code.h"
#include "kernel/loads.h"
#include "base/map.h"
#include "base/out.h"
#include "kernel/symbols.h"

/**
 * struct client_snapshot - being taken; all zero but @dir
 * @dir:   of the capture
 * @path:  its name
 * @self:  what the child does is recorded, too
 * @nr:    copies of the symbols that were begun
 * @child: that makes the last of them, 0 for none
 * @modules_hash: of the modules then
 * @unloaded: a module was unloaded since
 * @processes: that have been seen, by number
 * @build_ids: of all that have been there so far
 * @keeper: code at the places that were hit
 * @failed: something could not be written
 */
struct client_snapshot {
	int dir;
	const char *path;
	bool self;
	unsigned int nr;
	pid_t child;
	uint64_t modules_hash;
	bool unloaded;
	struct client_map processes;
	struct client_out build_ids;
	struct client_code_keeper keeper;
	bool failed;
};

/**
 * client_snapshot_begin() - take what does not change, begin with the symbols
 * @snapshot: with @dir and @path
 *
 * The symbols of a kernel take a moment; a child copies them meanwhile.
 */
void client_snapshot_begin(struct client_snapshot *snapshot);

/**
 * client_snapshot_refresh() - have modules come or gone?
 * @snapshot: after client_snapshot_begin()
 *
 * Cheap; meant for every second or so.
 */
void client_snapshot_refresh(struct client_snapshot *snapshot);

/**
 * client_snapshot_unloaded() - a module was unloaded
 * @snapshot: after client_snapshot_begin()
 *
 * Another, or another build of it, may be there without the list of modules
 * being different.
 */
void client_snapshot_unloaded(struct client_snapshot *snapshot);

/**
 * client_snapshot_process() - a process with user frames made a hit
 * @snapshot: after client_snapshot_begin()
 * @tgid:     its number
 */
void client_snapshot_process(struct client_snapshot *snapshot, uint32_t tgid);

/**
 * client_snapshot_place() - code of the kernel was hit
 * @snapshot: after client_snapshot_begin()
 * @ip:       where it trapped
 * @loads:    modules that were unloaded
 */
void client_snapshot_place(struct client_snapshot *snapshot, uint64_t ip,
			   const struct client_loads *loads);

/**
 * client_snapshot_end() - take what is left, wait for the child
 * @snapshot: after client_snapshot_begin()
 *
 * Return: 0, or -1 if something is missing, which has been said.
 */
int client_snapshot_end(struct client_snapshot *snapshot);

/**
 * client_snapshot_symbols() - the symbols of a capture
 * @dir:  of the capture
 * @path: its name
 * @whole: false if some are damaged or not there
 *
 * Return: them, for client_symbols_destroy(); where there are none, or only
 * damaged ones, that is said and all addresses stay without a name.
 */
struct client_symbols *client_snapshot_symbols(int dir, const char *path,
					       bool *whole);

/**
 * client_snapshot_code() - the code that a capture has kept
 * @dir:  of the capture
 * @path: its name
 * @whole: set to false if it is damaged
 *
 * Return: it, for client_code_destroy(); none of it where there is none.
 */
struct client_code *client_snapshot_code(int dir, const char *path, bool *whole);

/**
 * client_snapshot_build_ids() - which builds of kernel and modules there were
 * @dir: of the capture
 *
 * Return: "HEX NAME" a line, for free(); empty if that is not known.
 */
char *client_snapshot_build_ids(int dir);

#endif /* KWATCH_SNAPSHOT_H */
