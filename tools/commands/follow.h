/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Follow hits_raw: read, show, wait, until somebody wants to end.
 *
 * What "tail" and "kwatch w8 ..." share, and what "top" and "record" will.
 */
#ifndef KWATCH_FOLLOW_H
#define KWATCH_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "output/accessor.h"
#include "kernel/lines.h"
#include "base/out.h"
#include "process/processes.h"
#include "stream/stream.h"
#include "kernel/symbols.h"

/**
 * struct client_follow - what to follow and how
 * @json:    objects, not text
 * @snapshot: end when there is nothing more for now, do not wait
 * @id:      only this watch, 0 for all
 * @label:   what to call it, for free(); or NULL
 * @fd_out:  where to show hits, 0 for stdout
 * @from_now: nothing that is older than client_follow_open()
 * @all:     also hits of watches that were gone before this began
 * @self:    also what this process does itself
 * @last:    of what is there at the start, only this many hits; 0 for all
 * @count:   end after so many hits, 0 for never
 * @tick:    called now and then, or NULL; true ends
 * @event:   takes each record, definitions too, instead of its being shown; NULL
 *           shows it.  Not 0 ends
 * @idle:    called when there is nothing more for now, or NULL
 * @input:   called after each read and each wait, while stdin is waited for, too;
 *           or NULL; true ends
 * @every_ns: how often @tick is called, 0 for two seconds
 * @over:    what ended the watch was our own doing: its end is not shown
 * @gone:    called when a watch ended by itself, or NULL; true ends
 * @context: for these
 * @hits:    result: hits shown
 * @taken:   result: hits of wanted watches, shown or not
 * @left_out: result: hits of watches that are gone
 * @lost:    result: records that were overwritten before they were read
 *
 * The rest is follow.c's own.
 */
struct client_follow {
	bool json;
	bool snapshot;
	uint16_t id;
	char *label;
	int fd_out;
	bool from_now;
	bool all;
	bool self;
	uint64_t last;
	uint64_t count;
	bool (*tick)(struct client_follow *follow);
	int (*event)(struct client_follow *follow, const struct client_event *event);
	void (*idle)(struct client_follow *follow);
	bool (*input)(struct client_follow *follow);
	uint64_t every_ns;
	bool over;
	bool (*gone)(struct client_follow *follow, unsigned int why);
	void *context;
	uint64_t hits;
	uint64_t taken;
	uint64_t left_out;
	uint64_t lost;

	int fd;
	int self_fd;
	struct client_alive *alive;
	uint64_t opened_ns;
	uint64_t from_ns;
	struct client_stream stream;
	struct client_symbols *symbols;
	struct client_processes *processes;
	struct client_culprits *culprits;
	struct client_lines *lines;
	struct client_out out;
	struct client_held *held;
	uint64_t until_ns;
	uint64_t tick_ns;
	char *buffer;
	size_t have;
	bool ended;
};

/**
 * client_follow_open() - open hits_raw and get everything ready
 * @follow: with its options set, the rest zero
 *
 * Reads the symbols, too: what follows should lose no time.  From here on
 * SIGINT, SIGTERM and SIGHUP end client_follow_run(), a second one kills.
 *
 * Return: 0, or -1 after saying why.
 */
int client_follow_open(struct client_follow *follow);

/**
 * client_follow_run() - show hits until the end
 * @follow: after client_follow_open()
 *
 * The end is a signal, @count, @gone, a reader of our output that went
 * away, or the end of hits_raw.
 *
 * Return: 0, or -1 after saying why.
 */
int client_follow_run(struct client_follow *follow);

/**
 * client_follow_drain() - show what is left, and do not wait
 * @follow: after client_follow_run()
 *
 * Only what happened before this call: other watches may go on for ever.
 *
 * Return: 0, or -1 after saying why.
 */
int client_follow_drain(struct client_follow *follow);

/**
 * client_follow_skip() - leave out all that was recorded before this call
 * @follow: after client_follow_open()
 *
 * Losses of then are nobody's business either.
 *
 * Return: 0, or -1 after saying why not.
 */
int client_follow_skip(struct client_follow *follow);

/**
 * client_follow_close() - flush, close and free
 * @follow: after client_follow_open(), whether that worked or not
 *
 * Return: 0, or -1 after saying that the output could not be written.
 */
int client_follow_close(struct client_follow *follow);

/**
 * client_follow_ask() - take in which modules were unloaded up to now
 * @follow: after client_follow_open()
 *
 * Those that hits_raw has not told yet, because no younger record has come.
 */
void client_follow_ask(struct client_follow *follow);

/**
 * client_follow_option() - an option that all who follow hits have
 * @follow: not open yet
 * @c:      from client_options_next()
 *
 * Return: false if it is another option, or its argument is wrong.
 */
bool client_follow_option(struct client_follow *follow, int c);

/**
 * client_follow_now() - the time as hits have it
 *
 * Return: CLOCK_MONOTONIC in nanoseconds.
 */
uint64_t client_follow_now(void);

#endif /* KWATCH_FOLLOW_H */
