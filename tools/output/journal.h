/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events for journald, with a field for each thing there is to know.
 *
 *	MESSAGE           the event's first line, as "hits" has it
 *	KWATCH_TYPE       hit, lost, gap, unseen, gone, cover, freed
 *	KWATCH_WATCH, KWATCH_LABEL, KWATCH_SPEC
 *	KWATCH_TIME_NS    CLOCK_MONOTONIC
 *	KWATCH_PID, KWATCH_TGID, KWATCH_COMM
 *	KWATCH_CPU, KWATCH_SEQ, KWATCH_OLD, KWATCH_NEW   of a hit
 *	KWATCH_FUNCTION, KWATCH_MODULE   the code that touched the memory
 *	KWATCH_STACK      a line each frame
 */
#ifndef KWATCH_JOURNAL_H
#define KWATCH_JOURNAL_H

#include "stream/stream.h"
#include "kernel/symbols.h"

/**
 * client_journal_open() - reach journald
 *
 * KWATCH_JOURNAL in the environment names another socket than journald's.
 *
 * Return: a file descriptor, or -1 after saying why.
 */
int client_journal_open(void);

/**
 * client_journal_send() - send an event
 * @fd:      from client_journal_open()
 * @symbols: for the addresses
 * @event:   what; definitions send nothing
 *
 * Waits while journald has no time.
 *
 * Return: 0, or -1 after saying why.
 */
int client_journal_send(int fd, struct client_symbols *symbols,
			const struct client_event *event);

#endif /* KWATCH_JOURNAL_H */
