/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event that lets others be made with locks held.  Private to this folder.
 */
#ifndef KWATCH_PILOT_H
#define KWATCH_PILOT_H

struct perf_event;

/*
 * Be ready to arm a process: an event for kwatch_pilot_put() when it is not armed any more, or an
 * ERR_PTR().  May sleep; no lock held.
 */
struct perf_event *kwatch_pilot_get(void);

/* kwatch_pilot_put() - may sleep; no lock held */
void kwatch_pilot_put(struct perf_event *pilot);

#endif /* KWATCH_PILOT_H */
