// SPDX-License-Identifier: GPL-2.0
/*
 * The module's counters as metrics, see metrics.h.
 *
 * The samples of a metric must stand together, and stats is sorted by watch:
 * so stats is gone through once for each metric.  Its names are taken apart,
 * not listed here: what the module counts as the fate of a hit is a label.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "metrics.h"
#include "control/paths.h"

#define NSEC_PER_SEC	1000000000.0

#define TOTAL		"_total"
#define SECONDS		"_seconds"

/* One line of stats: "watch1.cpu0.recorded: 7". */
struct line {
	unsigned int watch;	/* 0 for none */
	int cpu;		/* -1 for none */
	char name[64];
	const char *value;
	size_t value_len;
};

enum kind {
	KIND_HITS,		/* fates of the hits of a watch */
	KIND_OFF,
	KIND_CPU_HITS,
	KIND_OVERWRITTEN,
	KIND_UNCOVERED,
	KINDS
};

static const struct {
	const char *name;
	const char *help;
	const char *type;	/* a counter if NULL */
} kinds[KINDS] = {
	[KIND_HITS]	= { "kwatch_watch_hits_total",
			    "Hits of a watch on a CPU, by what became of them." },
	[KIND_OFF]	= { "kwatch_watch_off_seconds_total",
			    "Time in which the governor had a watch off a CPU." },
	[KIND_CPU_HITS]	= { "kwatch_cpu_hits_total",
			    "Hits of all watches there were on a CPU, by what became of them." },
	[KIND_OVERWRITTEN] = { "kwatch_overwritten_total",
			       "Records that newer ones have overwritten." },
	[KIND_UNCOVERED] = { "kwatch_watch_uncovered",
			     "CPUs or threads without the breakpoint that they should have.",
			     "gauge" },
};

static const struct {
	const char *key;
	const char *name;
	const char *help;
} gauges[] = {
	{ "watches", "kwatch_watches", "Watches there are." },
	{ "slots", "kwatch_slots", "Debug registers of a CPU." },
	{ "slots_used", "kwatch_slots_used", "Debug registers in use on the fullest CPU." },
};

/* What is counted of a CPU and is no fate of a hit. */
static bool is_fate(const char *name)
{
	return strcmp(name, "hits") && strcmp(name, "overwritten") &&
	       strncmp(name, "stacks_", 7) && strcmp(name, "off_ns") &&
	       strcmp(name, "uncovered");
}

/* Return: the next line, or NULL. */
static const char *parse(const char *text, struct line *line)
{
	const char *end = text + strcspn(text, "\n"), *colon;
	int used = 0;

	memset(line, 0, sizeof(*line));
	line->cpu = -1;
	if (sscanf(text, "watch%u.%n", &line->watch, &used) == 1 && used)
		text += used;
	else
		line->watch = 0;
	used = 0;
	if (sscanf(text, "cpu%d.%n", &line->cpu, &used) == 1 && used)
		text += used;
	else
		line->cpu = -1;
	colon = memchr(text, ':', end - text);
	if (colon && (size_t)(colon - text) < sizeof(line->name)) {
		memcpy(line->name, text, colon - text);
		line->value = colon + 1 + strspn(colon + 1, " ");
		line->value_len = end > line->value ? end - line->value : 0;
	}
	return *end ? end + 1 : NULL;
}

static bool is_kind(const struct line *line, enum kind kind)
{
	if (!line->value || (line->cpu < 0) != (kind == KIND_UNCOVERED))
		return false;
	switch (kind) {
	case KIND_UNCOVERED:
		return line->watch && !strcmp(line->name, "uncovered");
	case KIND_HITS:
		return line->watch && is_fate(line->name);
	case KIND_OFF:
		return line->watch && !strcmp(line->name, "off_ns");
	case KIND_CPU_HITS:
		return !line->watch && is_fate(line->name);
	case KIND_OVERWRITTEN:
		return !line->watch && !strcmp(line->name, "overwritten");
	default:
		return false;
	}
}

/* A label's value, without its quotes. */
static void put_escaped(struct client_out *out, const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len && text[i]; i++) {
		unsigned char c = text[i];

		if (c == '"' || c == '\\')
			client_out_chr(out, '\\');
		/* It must be UTF-8, and a command need not be. */
		client_out_chr(out, c < 0x20 || c >= 0x7f ? '.' : c);
	}
}

/*
 * OpenMetrics names a counter without the "_total" of its samples, and wants the
 * unit that its name ends with; Prometheus's own text wants the name as it is.
 */
static void put_head(struct client_out *out, enum client_metrics_format format,
		     const char *name, const char *help, const char *type)
{
	size_t len = strlen(name), tail = strlen(TOTAL), unit = strlen(SECONDS);

	if (format == KWATCH_METRICS_OPEN && !strcmp(type, "counter") && len > tail &&
	    !strcmp(name + len - tail, TOTAL))
		len -= tail;
	client_out_printf(out, "# HELP %.*s %s\n# TYPE %.*s %s\n", (int)len, name, help,
			  (int)len, name, type);
	if (format == KWATCH_METRICS_OPEN && len > unit &&
	    !strncmp(name + len - unit, SECONDS, unit))
		client_out_printf(out, "# UNIT %.*s seconds\n", (int)len, name);
}

static void put_sample(struct client_out *out, enum kind kind,
		       const struct line *line,
		       const struct client_listing *listing)
{
	const struct client_listed *watch;

	client_out_printf(out, "%s{", kinds[kind].name);
	if (line->cpu >= 0)
		client_out_printf(out, "cpu=\"%d\"", line->cpu);
	if (kind == KIND_HITS || kind == KIND_CPU_HITS)
		client_out_printf(out, ",fate=\"%s\"", line->name);
	if (line->watch) {
		client_out_printf(out, "%swatch=\"%u\"", line->cpu >= 0 ? "," : "", line->watch);
		watch = client_listing_by_id(listing, line->watch);
		if (watch) {
			client_out_str(out, ",spec=\"");
			put_escaped(out, watch->spec, strlen(watch->spec));
			client_out_chr(out, '"');
		}
	}
	if (kind == KIND_OFF)
		client_out_printf(out, "} %.9f\n", strtoull(line->value, NULL, 10) /
				  NSEC_PER_SEC);
	else
		client_out_printf(out, "} %llu\n", strtoull(line->value, NULL, 10));
}

static void put_kind(struct client_out *out, enum client_metrics_format format,
		     enum kind kind, const char *stats,
		     const struct client_listing *listing)
{
	bool head = false;
	struct line line;

	while (stats) {
		stats = parse(stats, &line);
		if (!is_kind(&line, kind))
			continue;
		if (!head)
			put_head(out, format, kinds[kind].name, kinds[kind].help,
				 kinds[kind].type ? kinds[kind].type : "counter");
		head = true;
		put_sample(out, kind, &line, listing);
	}
}

static bool find(const char *stats, const char *name, struct line *line)
{
	while (stats) {
		stats = parse(stats, line);
		if (line->value && !line->watch && line->cpu < 0 &&
		    !strcmp(line->name, name))
			return true;
	}
	return false;
}

void client_metrics_put(struct client_out *out, enum client_metrics_format format,
			const char *stats,
			const struct client_listing *listing)
{
	struct line line;
	enum kind kind;
	size_t i;

	put_head(out, format, "kwatch_info", "The version of the loaded module.", "gauge");
	client_out_str(out, "kwatch_info{version=\"");
	if (find(stats, "version", &line))
		put_escaped(out, line.value, line.value_len);
	client_out_str(out, "\",unwinder=\"");
	if (find(stats, "unwinder", &line))
		put_escaped(out, line.value, line.value_len);
	client_out_str(out, "\"} 1\n");
	for (i = 0; i < KWATCH_ARRAY_SIZE(gauges); i++) {
		if (!find(stats, gauges[i].key, &line))
			continue;
		put_head(out, format, gauges[i].name, gauges[i].help, "gauge");
		client_out_printf(out, "%s %llu\n", gauges[i].name,
				  strtoull(line.value, NULL, 10));
	}
	for (kind = 0; kind < KINDS; kind++)
		put_kind(out, format, kind, stats, listing);
	if (format == KWATCH_METRICS_OPEN)
		client_out_str(out, "# EOF\n");
}

static int write_file(const char *path, const struct client_out *text)
{
	struct client_out file;
	char *temporary;
	struct stat st;
	int fd, ret = -1, error = 0;

	/* To rename over a device would replace it, for everybody. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		client_complain("%s: is no regular file", path);
		return -1;
	}
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		client_out_of_memory();
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd >= 0) {
		client_out_init(&file, fd);
		client_out_put(&file, text->data, text->len);
		ret = client_out_flush(&file);
		error = file.error;
		client_out_destroy(&file);
		/* node_exporter is somebody else, and what stats says is no secret. */
		if (!ret && (fchmod(fd, 0644) || rename(temporary, path))) {
			error = errno;
			ret = -1;
		}
		close(fd);
		if (ret)
			unlink(temporary);
	} else {
		error = errno;
	}
	if (ret)
		client_complain("%s: %s", path, strerror(error));
	free(temporary);
	return ret;
}

int client_metrics_write(enum client_metrics_format format, const char *path)
{
	struct client_listing listing = { 0 };
	char *stats = client_paths_read("stats");
	struct client_out text;
	int fd, ret;

	if (!stats)
		return -1;
	fd = client_paths_try("ctl", O_RDONLY);
	if (fd >= 0) {
		client_listing_read(&listing, fd);
		close(fd);
	}
	client_out_init(&text, -1);
	client_metrics_put(&text, format, stats, &listing);
	ret = write_file(path, &text);
	client_out_destroy(&text);
	client_listing_destroy(&listing);
	free(stats);
	return ret;
}
