/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The module's counters as metrics, for node_exporter's textfile collector.
 */
#ifndef KWATCH_METRICS_H
#define KWATCH_METRICS_H

#include "control/listing.h"
#include "base/out.h"

/* The two differ in how a counter is named, and each is refused by the other's parser. */
enum client_metrics_format {
	KWATCH_METRICS_PROMETHEUS = 256,
	KWATCH_METRICS_OPEN,
};

/**
 * client_metrics_put() - put all metrics
 * @out:     where to
 * @format:  whose text
 * @stats:   text of the module's stats
 * @listing: the watches, for their lines; may be empty
 */
void client_metrics_put(struct client_out *out, enum client_metrics_format format,
			const char *stats,
			const struct client_listing *listing);

/**
 * client_metrics_write() - write all metrics into a file
 * @format: whose text
 * @path: of the file; a reader sees the old or the new one, never half of it
 *
 * Return: 0, or -1 after saying why not.
 */
int client_metrics_write(enum client_metrics_format format, const char *path);

#endif /* KWATCH_METRICS_H */
