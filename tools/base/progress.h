/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A line on the terminal for what takes more than a second.
 */
#ifndef KWATCH_PROGRESS_H
#define KWATCH_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct client_progress - how far something is
 * @what:  a few words, "reading kwatch-capture"
 * @begin_ns: when it began
 * @next_ns: when to show it next
 * @shown: there is a line to be removed
 */
struct client_progress {
	const char *what;
	uint64_t begin_ns;
	uint64_t next_ns;
	bool shown;
};

/**
 * client_progress_begin() - something begins
 * @progress: to fill
 * @what:     a few words; kept
 *
 * Nothing is ever shown if stderr is no terminal.
 */
void client_progress_begin(struct client_progress *progress, const char *what);

/**
 * client_progress_step() - so far it is
 * @progress: what
 * @done:     in any unit
 * @total:    in the same one, 0 if nobody knows
 */
void client_progress_step(struct client_progress *progress, uint64_t done,
			  uint64_t total);

/**
 * client_progress_end() - it is done; the line goes
 * @progress: what
 */
void client_progress_end(struct client_progress *progress);

#endif /* KWATCH_PROGRESS_H */
