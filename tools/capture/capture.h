/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Read a capture, see ctf.h: its records in the order of their time, as
 * hits_raw gave them.
 *
 * Nothing in a capture is believed: a packet whose check sum is wrong is left
 * out and what follows it is found again.
 */
#ifndef KWATCH_CAPTURE_H
#define KWATCH_CAPTURE_H

#include "ctf.h"
#include "stream/stream.h"
#include "kernel/symbols.h"

/**
 * struct client_capture - an open capture
 * @path:   of its directory
 * @dir:    the same, open
 * @info:   what it says of itself
 * @stream: its definitions
 * @bytes:  of all streams
 * @done:   of them that have been read
 * @damaged: bytes that were left out
 * @incomplete: something was left out or is missing, which has been said
 * @nr:     streams
 * @lanes:  one of each stream
 * @current: the one that the last record is from
 * @size:   of that record
 */
struct client_capture {
	const char *path;
	int dir;
	struct client_ctf_info info;
	struct client_stream stream;
	uint64_t bytes;
	uint64_t done;
	uint64_t damaged;
	bool incomplete;
	size_t nr;
	struct client_capture_lane *lanes;
	struct client_capture_lane *current;
	size_t size;
};

/**
 * client_capture_open() - open a capture
 * @capture: to fill
 * @path:    of its directory
 *
 * Return: 0, or -1 after saying why not.
 */
int client_capture_open(struct client_capture *capture, const char *path);

/**
 * client_capture_next() - the next record
 * @capture: of which
 * @event:   the record and what it refers to, valid until the next call
 *
 * Return: 1, or 0 if there is no more.  What is damaged is left out; that is
 * said once for each file.
 */
int client_capture_next(struct client_capture *capture,
			struct client_event *event);

/**
 * client_capture_close() - close and free
 * @capture: after client_capture_open(), whether that worked or not
 */
void client_capture_close(struct client_capture *capture);

#endif /* KWATCH_CAPTURE_H */
