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
 * struct kwatch_snapshot - being taken; all zero but @dir
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
struct kwatch_snapshot {
	int dir;
	const char *path;
	bool self;
	unsigned int nr;
	pid_t child;
	uint64_t modules_hash;
	bool unloaded;
	struct kwatch_map processes;
	struct kwatch_out build_ids;
	struct kwatch_code_keeper keeper;
	bool failed;
};

/**
 * kwatch_snapshot_begin() - take what does not change, begin with the symbols
 * @snapshot: with @dir and @path
 *
 * The symbols of a kernel take a moment; a child copies them meanwhile.
 */
void kwatch_snapshot_begin(struct kwatch_snapshot *snapshot);

/**
 * kwatch_snapshot_refresh() - have modules come or gone?
 * @snapshot: after kwatch_snapshot_begin()
 *
 * Cheap; meant for every second or so.
 */
void kwatch_snapshot_refresh(struct kwatch_snapshot *snapshot);

/**
 * kwatch_snapshot_unloaded() - a module was unloaded
 * @snapshot: after kwatch_snapshot_begin()
 *
 * Another, or another build of it, may be there without the list of modules
 * being different.
 */
void kwatch_snapshot_unloaded(struct kwatch_snapshot *snapshot);

/**
 * kwatch_snapshot_process() - a process with user frames made a hit
 * @snapshot: after kwatch_snapshot_begin()
 * @tgid:     its number
 */
void kwatch_snapshot_process(struct kwatch_snapshot *snapshot, uint32_t tgid);

/**
 * kwatch_snapshot_place() - code of the kernel was hit
 * @snapshot: after kwatch_snapshot_begin()
 * @ip:       where it trapped
 * @loads:    modules that were unloaded
 */
void kwatch_snapshot_place(struct kwatch_snapshot *snapshot, uint64_t ip,
			   const struct kwatch_loads *loads);

/**
 * kwatch_snapshot_end() - take what is left, wait for the child
 * @snapshot: after kwatch_snapshot_begin()
 *
 * Return: 0, or -1 if something is missing, which has been said.
 */
int kwatch_snapshot_end(struct kwatch_snapshot *snapshot);

/**
 * kwatch_snapshot_symbols() - the symbols of a capture
 * @dir:  of the capture
 * @path: its name
 * @whole: false if some are damaged or not there
 *
 * Return: them, for kwatch_symbols_destroy(); where there are none, or only
 * damaged ones, that is said and all addresses stay without a name.
 */
struct kwatch_symbols *kwatch_snapshot_symbols(int dir, const char *path,
					       bool *whole);

/**
 * kwatch_snapshot_code() - the code that a capture has kept
 * @dir:  of the capture
 * @path: its name
 * @whole: set to false if it is damaged
 *
 * Return: it, for kwatch_code_destroy(); none of it where there is none.
 */
struct kwatch_code *kwatch_snapshot_code(int dir, const char *path, bool *whole);

/**
 * kwatch_snapshot_build_ids() - which builds of kernel and modules there were
 * @dir: of the capture
 *
 * Return: "HEX NAME" a line, for free(); empty if that is not known.
 */
char *kwatch_snapshot_build_ids(int dir);

#endif /* KWATCH_SNAPSHOT_H */
