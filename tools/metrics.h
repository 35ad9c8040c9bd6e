/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's counters as metrics, for node_exporter's textfile collector.
 */
#ifndef KWATCH_METRICS_H
#define KWATCH_METRICS_H

#include "listing.h"
#include "out.h"

/**
 * kwatch_metrics_put() - put all metrics
 * @out:     where to
 * @stats:   text of the module's stats
 * @listing: the watches, for their lines; may be empty
 */
void kwatch_metrics_put(struct kwatch_out *out, const char *stats,
			const struct kwatch_listing *listing);

/**
 * kwatch_metrics_write() - write all metrics into a file
 * @path: of the file; a reader sees the old or the new one, never half of it
 *
 * Return: 0, or -1 after saying why not.
 */
int kwatch_metrics_write(const char *path);

#endif /* KWATCH_METRICS_H */
