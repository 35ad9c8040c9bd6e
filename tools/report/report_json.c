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
		kwatch_out_of_memory();
	kwatch_json_set(object, "type", json_string(type));
	return object;
}

static void set_string(json_t *object, const char *name, const char *text)
{
	kwatch_json_set(object, name, kwatch_json_string(text, -1));
}

static void put_capture(struct kwatch_report *report)
{
	const struct kwatch_ctf_info *info = &report->capture.info;
	const struct kwatch_tally *tally = &report->tally;
	json_t *object = object_of("capture");

	set_string(object, "hostname", info->hostname);
	set_string(object, "release", info->release);
	set_string(object, "machine", info->machine);
	set_string(object, "version", info->version);
	kwatch_json_set(object, "offset_ns", json_integer(info->offset_ns));
	kwatch_json_set(object, "begin_ns", tally->hits ?
			json_integer(tally->begin_ns) : json_null());
	kwatch_json_set(object, "end_ns", tally->hits ?
			json_integer(tally->end_ns) : json_null());
	kwatch_json_set(object, "hits", json_integer(tally->hits));
	kwatch_json_set(object, "overwritten", json_integer(tally->lost));
	kwatch_json_set(object, "damaged_bytes",
			json_integer(report->capture.damaged));
	kwatch_json_put(&report->out, object);
}

static void put_watch(struct kwatch_report *report,
		      const struct kwatch_tally_watch *watch)
{
	json_t *object = object_of("watch");

	kwatch_json_set(object, "watch", json_integer(watch->id));
	set_string(object, "label", watch->label);
	if (watch->spec)
		set_string(object, "spec", watch->spec);
	kwatch_json_set(object, "hits", json_integer(watch->hits));
	kwatch_json_set(object, "changed", json_integer(watch->changed));
	kwatch_json_set(object, "suppressed", json_integer(watch->suppressed));
	kwatch_json_set(object, "unseen", json_integer(watch->unseen));
	kwatch_json_set(object, "uncovered", json_integer(watch->was_uncovered));
	if (watch->type == KWATCH_TYPE_R)
		kwatch_json_set(object, "no_reads", json_integer(watch->no_reads));
	kwatch_json_put(&report->out, object);
}

static json_t *value(uint64_t number, bool unknown)
{
	return unknown ? json_null() : kwatch_json_hex(number);
}

static void put_row(struct kwatch_report *report,
		    const struct kwatch_tally_row *row)
{
	bool code = row->watch->type == KWATCH_TYPE_X;
	json_t *object = object_of("stack");
	struct kwatch_event event;
	struct kwatch_watch watch;

	kwatch_json_set(object, "watch", json_integer(row->watch->id));
	set_string(object, "label", row->watch->label);
	kwatch_json_set_where(object, row->label ? &row->where : NULL);
	kwatch_json_set(object, "count", json_integer(row->count));
	kwatch_json_set(object, "changed", json_integer(row->changed));
	kwatch_json_set(object, "first_ns", json_integer(row->first_ns));
	kwatch_json_set(object, "last_ns", json_integer(row->last_ns));
	kwatch_json_set(object, "old", value(row->old_value, code ||
			row->flags & KWATCH_FLAG_OLD_UNKNOWN));
	kwatch_json_set(object, "new", value(row->new_value, code ||
			row->flags & KWATCH_FLAG_NEW_UNKNOWN));
	kwatch_json_set(object, "tgid", row->known ?
			json_integer(row->task.tgid) : json_null());
	kwatch_json_set(object, "comm", row->known ?
			kwatch_json_string(row->task.comm, KWATCH_COMM_MAX) :
			json_null());
	kwatch_report_event(report, row, &watch, &event);
	kwatch_json_put_stacked(&report->out, object, report->symbols, &event);
}

void kwatch_report_json(struct kwatch_report *report)
{
	struct kwatch_tally_watch **watches;
	size_t i, nr;

	put_capture(report);
	watches = kwatch_tally_watches(&report->tally, &nr);
	for (i = 0; i < nr; i++)
		put_watch(report, watches[i]);
	free(watches);
	nr = kwatch_report_nr_rows(report);
	for (i = 0; i < nr; i++)
		put_row(report, report->tally.rows[i]);
}
