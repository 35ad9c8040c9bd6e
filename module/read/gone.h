/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who took a watch's memory away, and the record that says so.
 */
#ifndef KWATCH_GONE_H
#define KWATCH_GONE_H

#include <linux/types.h>

#include <uapi/kwatch.h>

struct kwatch_culprit;
struct kwatch_plan;

/**
 * kwatch_gone_tell() - tell that a watch's memory went
 * @plan:  of the watch
 * @type:  KWATCH_RECORD_GONE if the watch ended with it, else KWATCH_RECORD_FREED
 * @why:   what happened
 * @by:    the task that did it
 * @from_ns: 0; or since when the memory may be gone, with nobody to name
 *
 * Context: may sleep; both locks held.
 */
void kwatch_gone_tell(const struct kwatch_plan *plan, enum kwatch_record_type type,
		      enum kwatch_gone_why why, const struct kwatch_culprit *by, u64 from_ns);

#endif /* KWATCH_GONE_H */
