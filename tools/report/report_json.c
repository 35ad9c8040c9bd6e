// SPDX-License-Identifier: GPL-2.0
/*
 * A report for programs: one object a line, "capture", "watch"es, "stack"s.
 * Members may be added; none changes its meaning.
 */
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "output/json.h"
#include "report.h"

static json_t *object_of(const char *type)
{
	json_t *object = json_object();

	if (!object)
		client_out_of_memory();
	client_json_set(object, "type", json_string(type));
	return object;
}

static void set_string(json_t *object, const char *name, const char *text)
{
	client_json_set(object, name, client_json_string(text, -1));
}

static void put_capture(struct client_report *report)
{
	const struct client_ctf_info *info = &report->capture.info;
	const struct client_tally *tally = &report->tally;
	json_t *object = object_of("capture");

	set_string(object, "hostname", info->hostname);
	set_string(object, "release", info->release);
	set_string(object, "machine", info->machine);
	set_string(object, "version", info->version);
	client_json_set(object, "offset_ns", json_integer(info->offset_ns));
	client_json_set(object, "begin_ns", tally->hits ?
			json_integer(tally->begin_ns) : json_null());
	client_json_set(object, "end_ns", tally->hits ?
			json_integer(tally->end_ns) : json_null());
	client_json_set(object, "hits", json_integer(tally->hits));
	client_json_set(object, "overwritten", json_integer(tally->lost));
	client_json_set(object, "damaged_bytes",
			json_integer(report->capture.damaged));
	client_json_put(&report->out, object);
}

static void put_watch(struct client_report *report,
		      const struct client_tally_watch *watch)
{
	json_t *object = object_of("watch");

	client_json_set(object, "watch", json_integer(watch->id));
	set_string(object, "label", watch->label);
	if (watch->spec)
		set_string(object, "spec", watch->spec);
	client_json_set(object, "hits", json_integer(watch->hits));
	client_json_set(object, "changed", json_integer(watch->changed));
	client_json_set(object, "suppressed", json_integer(watch->suppressed));
	client_json_set(object, "unseen", json_integer(watch->unseen));
	client_json_set(object, "uncovered", json_integer(watch->was_uncovered));
	if (watch->type == KWATCH_TYPE_R)
		client_json_set(object, "no_reads", json_integer(watch->no_reads));
	client_json_put(&report->out, object);
}

static json_t *value(uint64_t number, bool unknown)
{
	return unknown ? json_null() : client_json_hex(number);
}

static void put_row(struct client_report *report,
		    const struct client_tally_row *row)
{
	bool code = row->watch->type == KWATCH_TYPE_X;
	json_t *object = object_of("stack");
	struct client_event event;
	struct client_watch watch;

	client_json_set(object, "watch", json_integer(row->watch->id));
	set_string(object, "label", row->watch->label);
	client_json_set_where(object, row->label ? &row->where : NULL);
	client_json_set(object, "count", json_integer(row->count));
	client_json_set(object, "changed", json_integer(row->changed));
	client_json_set(object, "first_ns", json_integer(row->first_ns));
	client_json_set(object, "last_ns", json_integer(row->last_ns));
	client_json_set(object, "old", value(row->old_value, code ||
			row->flags & KWATCH_FLAG_OLD_UNKNOWN));
	client_json_set(object, "new", value(row->new_value, code ||
			row->flags & KWATCH_FLAG_NEW_UNKNOWN));
	client_json_set(object, "tgid", row->known ?
			json_integer(row->task.tgid) : json_null());
	client_json_set(object, "comm", row->known ?
			client_json_string(row->task.comm, KWATCH_COMM_MAX) :
			json_null());
	client_report_event(report, row, &watch, &event);
	client_json_put_stacked(&report->out, object, report->symbols, &event);
}

void client_report_json(struct client_report *report)
{
	struct client_tally_watch **watches;
	size_t i, nr;

	put_capture(report);
	watches = client_tally_watches(&report->tally, &nr);
	for (i = 0; i < nr; i++)
		put_watch(report, watches[i]);
	free(watches);
	nr = client_report_nr_rows(report);
	for (i = 0; i < nr; i++)
		put_row(report, report->tally.rows[i]);
}
