/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processes map, as it happens, told by perf.
 *
 * A dummy event on every thread of a process and every CPU, inherited by what
 * is born later: no other process pays anything for it.
 */
#ifndef KWATCH_MAPPED_H
#define KWATCH_MAPPED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "space.h"

enum client_mapped_what {
	KWATCH_MAPPED_MAP,	/* @mapping came */
	KWATCH_MAPPED_EXEC,	/* all that was there went */
	KWATCH_MAPPED_FORK,	/* @pid is a copy of @parent */
};

/**
 * struct client_mapped_event - something that changed a process's memory
 * @what:    which of these
 * @time_ns: CLOCK_MONOTONIC
 * @pid:     process
 * @parent:  of a FORK
 * @mapping: of a MAP
 */
struct client_mapped_event {
	enum client_mapped_what what;
	uint64_t time_ns;
	pid_t pid;
	pid_t parent;
	struct client_mapping mapping;
};

struct client_mapped;

/**
 * client_mapped_open() - begin to listen
 * @pid: process
 *
 * Return: it, for client_mapped_close(); NULL if that cannot be had here.
 */
struct client_mapped *client_mapped_open(pid_t pid);

/**
 * client_mapped_close() - end it
 * @mapped: it, or NULL
 */
void client_mapped_close(struct client_mapped *mapped);

/**
 * client_mapped_read() - what came since the last call, by time
 * @mapped:  where
 * @each:    called with each event
 * @context: for it
 *
 * Return: false if events were lost.
 */
bool client_mapped_read(struct client_mapped *mapped,
			void (*each)(void *context,
				     const struct client_mapped_event *event),
			void *context);

#endif /* KWATCH_MAPPED_H */
