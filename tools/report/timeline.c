// SPDX-License-Identifier: GPL-2.0
/*
 * A watch's hits and values over time, see timeline.h.
 */
#include <stdbool.h>
#include <string.h>

#include "timeline.h"

#define NSEC_PER_USEC	1000ull

static void join(struct client_timeline_bin *bin,
		 const struct client_timeline_bin *later)
{
	bin->count += later->count;
	bin->changed += later->changed;
	if (!later->values)
		return;
	if (!bin->values || later->min < bin->min)
		bin->min = later->min;
	if (!bin->values || later->max > bin->max)
		bin->max = later->max;
	bin->last = later->last;
	bin->values += later->values;
}

static void make_longer(struct client_timeline *timeline)
{
	struct client_timeline_bin *bins = timeline->bins;
	size_t i;

	for (i = 0; i < KWATCH_TIMELINE_BINS / 2; i++) {
		struct client_timeline_bin bin = bins[2 * i];

		join(&bin, &bins[2 * i + 1]);
		bins[i] = bin;
	}
	memset(bins + i, 0, i * sizeof(*bins));
	timeline->bin_ns *= 2;
}

void client_timeline_add(struct client_timeline *timeline,
			 const struct kwatch_hit *hit)
{
	uint64_t time_ns = hit->rec.time_ns, past;
	/* The words of a long watch are not one series of values. */
	bool known = !(hit->rec.flags & KWATCH_FLAG_NEW_UNKNOWN) &&
		     !(hit->rec.parts & KWATCH_PART_WHERE);
	struct client_timeline_bin one = {
		.count = 1,
		.changed = known && hit->old_value != hit->new_value &&
			   !(hit->rec.flags & KWATCH_FLAG_OLD_UNKNOWN),
		.values = known,
		.min = hit->new_value,
		.max = hit->new_value,
		.last = hit->new_value,
	};

	if (!timeline->nr) {
		timeline->begin_ns = time_ns;
		timeline->bin_ns = NSEC_PER_USEC;
	}
	/* A clock may be a few nanoseconds behind another CPU's. */
	past = time_ns > timeline->begin_ns ? time_ns - timeline->begin_ns : 0;
	while (past / timeline->bin_ns >= KWATCH_TIMELINE_BINS)
		make_longer(timeline);
	join(&timeline->bins[past / timeline->bin_ns], &one);
	if (timeline->nr < KWATCH_TIMELINE_POINTS)
		timeline->points[timeline->nr] = (struct client_timeline_point) {
			.time_ns = time_ns,
			.old_value = hit->old_value,
			.new_value = hit->new_value,
			.flags = hit->rec.parts & KWATCH_PART_WHERE ?
				 hit->rec.flags | KWATCH_FLAG_OLD_UNKNOWN | KWATCH_FLAG_NEW_UNKNOWN :
				 hit->rec.flags,
		};
	timeline->nr++;
}
