/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A watch's hits and values over time, in constant memory.
 *
 * Few hits are kept one by one.  However many there are, they are counted in
 * bins of equal length; when time runs out of the last one, all become twice
 * as long.
 */
#ifndef KWATCH_TIMELINE_H
#define KWATCH_TIMELINE_H

#include <stddef.h>
#include <stdint.h>

#include <uapi/kwatch.h>

#define KWATCH_TIMELINE_BINS	512	/* even */
#define KWATCH_TIMELINE_POINTS	1000

/**
 * struct client_timeline_bin - the hits of a while
 * @count:   how many
 * @changed: of them, those that changed the value
 * @values:  hits whose new value is known; without any, the next mean nothing
 * @min:     smallest of the new values
 * @max:     largest
 * @last:    the last one
 */
struct client_timeline_bin {
	uint64_t count;
	uint64_t changed;
	uint64_t values;
	uint64_t min;
	uint64_t max;
	uint64_t last;
};

/**
 * struct client_timeline_point - one hit
 * @time_ns: when
 * @old_value: before
 * @new_value: after
 * @flags:   KWATCH_FLAG_*
 */
struct client_timeline_point {
	uint64_t time_ns;
	uint64_t old_value;
	uint64_t new_value;
	uint16_t flags;
};

/**
 * struct client_timeline - of one watch; all zero is an empty one
 * @begin_ns: start of the first bin
 * @bin_ns:   length of each
 * @nr:       hits; of them at most KWATCH_TIMELINE_POINTS in @points
 * @bins:     all hits
 * @points:   the first hits
 */
struct client_timeline {
	uint64_t begin_ns;
	uint64_t bin_ns;
	uint64_t nr;
	struct client_timeline_bin bins[KWATCH_TIMELINE_BINS];
	struct client_timeline_point points[KWATCH_TIMELINE_POINTS];
};

/**
 * client_timeline_add() - add a hit
 * @timeline: of its watch
 * @hit:      it
 */
void client_timeline_add(struct client_timeline *timeline,
			 const struct kwatch_hit *hit);

#endif /* KWATCH_TIMELINE_H */
