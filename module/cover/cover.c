// SPDX-License-Identifier: GPL-2.0
/*
 * Where the breakpoints of a watch lie, whatever kind of cover it has.  See cover.h.
 */
#include <linux/ktime.h>

#include "cover.h"

int kwatch_cover_arm(struct kwatch_bps *bps, unsigned int *failed)
{
	int ret;

	bps->off = false;
	ret = bps->ops->arm(bps, failed);
	bps->armed = !ret;
	return ret;
}

void kwatch_cover_disarm(struct kwatch_bps *bps)
{
	if (!bps->armed)
		return;
	bps->armed = false;
	bps->ops->disarm(bps);
}

int kwatch_cover_retry(struct kwatch_bps *bps)
{
	if (!bps->armed || bps->off)
		return 0;
	bps->retried_ns = ktime_get_mono_fast_ns();
	return bps->ops->retry(bps);
}

void kwatch_cover_pause_all(struct kwatch_bps *bps)
{
	unsigned int unit;

	for_each_cpu(unit, kwatch_cover_units(bps, cpu_online_mask))
		kwatch_cover_pause(bps, unit);
	bps->off = true;
}
