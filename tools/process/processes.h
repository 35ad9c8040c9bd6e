/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Processes, and what each had in its memory at any time.
 *
 * What is there when a process is first asked about is read from /proc; what
 * is mapped later is known where the process is followed (mapped.h), otherwise
 * /proc is read again when an address is not known.
 */
#ifndef KWATCH_PROCESS_H
#define KWATCH_PROCESS_H

#include <stdint.h>
#include <sys/types.h>

#include "space.h"

struct client_processes;

/*
 * How each look of a recorder at /proc/PID/maps begins in a capture: when it
 * was, and when the process began, in CLOCK_MONOTONIC.  Behind the maps stand
 * build-ids, "HEX PATH" a line.
 */
#define KWATCH_PROCESS_LOOK_START	"# at "
#define KWATCH_PROCESS_LOOK	KWATCH_PROCESS_LOOK_START "%llu, begun at %llu"

/**
 * client_processes_started() - when did a process begin?
 * @pid: process
 *
 * Return: CLOCK_MONOTONIC in nanoseconds, a hundredth of a second too early at
 * most, but for suspends; 0 if that is not known.
 */
uint64_t client_processes_started(pid_t pid);

/**
 * client_processes_create() - get ready
 *
 * Return: it, for client_processes_destroy().
 */
struct client_processes *client_processes_create(void);

/**
 * client_processes_create_saved() - processes of a capture
 * @dir:       of the capture, see snapshot.h; must outlive the processes
 * @build_ids: of client_snapshot_build_ids(); likewise
 *
 * Return: them, for client_processes_destroy(); nothing is read from /proc.
 */
struct client_processes *client_processes_create_saved(int dir, const char *build_ids);

/**
 * client_processes_destroy() - free it
 * @processes: it, or NULL
 */
void client_processes_destroy(struct client_processes *processes);

/**
 * client_processes_follow() - from here on, know what a process maps
 * @processes: where
 * @pid:       process; what it forks is followed too
 *
 * Without perf's events (a locked-down kernel, too many threads) /proc has to
 * do, and a library that comes and goes between two looks has no name.
 */
void client_processes_follow(struct client_processes *processes, pid_t pid);

/**
 * client_processes_update() - take in what was mapped up to now
 * @processes: where
 *
 * To be called after hits were read and before they are shown.
 */
void client_processes_update(struct client_processes *processes);

/**
 * client_processes_space() - the memory of a process at a time
 * @processes: where
 * @pid:       process
 * @time_ns:   CLOCK_MONOTONIC; UINT64_MAX for now
 * @addr:      an address that ought to be known in it, or 0
 *
 * Return: it, valid until the next call of any function here; NULL if nothing
 * is known of the process.
 */
struct client_space *client_processes_space(struct client_processes *processes,
					    pid_t pid, uint64_t time_ns,
					    uint64_t addr);

#endif /* KWATCH_PROCESS_H */
