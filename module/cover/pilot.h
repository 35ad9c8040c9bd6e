/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An event that lets others be made with locks held.  Private to this folder.
 */
#ifndef KWATCH_PILOT_H
#define KWATCH_PILOT_H

struct perf_event;

/**
 * kwatch_pilot_get() - be ready to arm a process
 *
 * Context: may sleep; no lock held.
 * Return: for kwatch_pilot_put() when the process is not armed any more, or
 * an ERR_PTR().
 */
struct perf_event *kwatch_pilot_get(void);

/* kwatch_pilot_put() - may sleep; no lock held */
void kwatch_pilot_put(struct perf_event *pilot);

#endif /* KWATCH_PILOT_H */
