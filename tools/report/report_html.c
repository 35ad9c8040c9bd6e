// SPDX-License-Identifier: GPL-2.0
/*
 * A report as one page: report.html with the data put into it.
 *
 * What goes in is JSON inside a script element, which ends at the first "</":
 * so no "<" is left in it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/client.h"
#include "base/embed.h"
#include "output/json.h"
#include "report.h"

#define MARK		"/*DATA*/"

#define NSEC_PER_MSEC	1000000ull

/* What a browser draws without thinking; more goes only on the user's word. */
#define ROWS_MAX	5000

struct page {
	struct client_report *report;
	json_t *names;			/* array of strings */
	struct client_map name_numbers;	/* number + 1 in @names, by a hash */
	struct client_map watch_numbers; /* the same of watches */
};

static void append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, value))
		client_out_of_memory();
}

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 1;

	for (; *text; text++)
		hash = client_map_mix(hash ^ (unsigned char)*text) + 1;
	return hash;
}

/* A name as its number: most come again and again. */
static json_t *number_of(struct page *page, const char *name)
{
	uint64_t hash = hash_of(name);
	uintptr_t number = (uintptr_t)client_map_get(&page->name_numbers, hash);

	if (!number) {
		append(page->names, client_json_string(name, -1));
		number = json_array_size(page->names);
		client_map_set(&page->name_numbers, hash, (void *)number);
	}
	return json_integer(number - 1);
}

static void set(json_t *object, const char *name, json_t *value)
{
	client_json_set(object, name, value);
}

static json_t *value_or_null(uint64_t value, bool unknown)
{
	return unknown ? json_null() : client_json_hex(value);
}

static json_t *capture_object(const struct client_report *report)
{
	const struct client_ctf_info *info = &report->capture.info;
	const struct client_tally *tally = &report->tally;
	json_t *object = json_object();

	set(object, "hostname", client_json_string(info->hostname, -1));
	set(object, "release", client_json_string(info->release, -1));
	set(object, "machine", client_json_string(info->machine, -1));
	set(object, "version", client_json_string(info->version, -1));
	set(object, "begin_ms", json_integer((info->offset_ns + tally->begin_ns) /
					     NSEC_PER_MSEC));
	set(object, "span_ns", json_integer(tally->end_ns - tally->begin_ns));
	set(object, "hits", json_integer(tally->hits));
	set(object, "overwritten", json_integer(tally->lost));
	set(object, "damaged", json_integer(report->capture.damaged));
	return object;
}

static json_t *timeline_object(const struct client_report *report,
			       const struct client_timeline *timeline)
{
	json_t *object = json_object(), *bins = json_array(), *points = json_array();
	uint64_t zero = report->tally.begin_ns;
	size_t i;

	for (i = 0; i < KWATCH_TIMELINE_BINS; i++) {
		const struct client_timeline_bin *bin = &timeline->bins[i];
		json_t *array;

		if (!bin->count)
			continue;
		array = json_array();
		append(array, json_integer(i));
		append(array, json_integer(bin->count));
		append(array, json_integer(bin->changed));
		append(array, value_or_null(bin->min, !bin->values));
		append(array, value_or_null(bin->max, !bin->values));
		append(array, value_or_null(bin->last, !bin->values));
		append(bins, array);
	}
	/* Some of them are of no use: all, or the bins. */
	for (i = 0; i < timeline->nr && timeline->nr <= KWATCH_TIMELINE_POINTS; i++) {
		const struct client_timeline_point *point = &timeline->points[i];
		json_t *array = json_array();

		append(array, json_integer((int64_t)(point->time_ns - zero)));
		append(array, value_or_null(point->old_value,
					    point->flags & KWATCH_FLAG_OLD_UNKNOWN));
		append(array, value_or_null(point->new_value,
					    point->flags & KWATCH_FLAG_NEW_UNKNOWN));
		append(points, array);
	}
	set(object, "begin_ns", json_integer((int64_t)(timeline->begin_ns - zero)));
	set(object, "bin_ns", json_integer(timeline->bin_ns));
	set(object, "bins", bins);
	set(object, "points", points);
	return object;
}

static json_t *watches_array(struct page *page)
{
	struct client_report *report = page->report;
	struct client_tally_watch **watches;
	json_t *array = json_array();
	uintptr_t i;
	size_t nr;

	watches = client_tally_watches(&report->tally, &nr);
	for (i = 0; i < nr; i++) {
		const struct client_tally_watch *watch = watches[i];
		const struct client_timeline *timeline;
		json_t *object = json_object();

		timeline = client_map_get(&report->timelines, (uintptr_t)watch);
		set(object, "id", json_integer(watch->id));
		set(object, "label", client_json_string(watch->label, -1));
		set(object, "spec", watch->spec ?
				    client_json_string(watch->spec, -1) : json_null());
		set(object, "code", json_boolean(watch->type == KWATCH_TYPE_X));
		set(object, "hits", json_integer(watch->hits));
		set(object, "changed", json_integer(watch->changed));
		set(object, "suppressed", json_integer(watch->suppressed));
		set(object, "unseen", json_integer(watch->unseen));
		set(object, "uncovered", json_integer(watch->was_uncovered));
		set(object, "timeline", timeline ?
					timeline_object(report, timeline) : json_null());
		append(array, object);
		client_map_set(&page->watch_numbers, (uintptr_t)watch, (void *)(i + 1));
	}
	free(watches);
	return array;
}

/* Kernel frames, innermost first. */
static json_t *kernel_array(struct page *page, const struct client_tally_row *row)
{
	const struct kwatch_stack *stack = row->frames ? row->frames->kstack : NULL;
	char name[KWATCH_REPORT_NAME_MAX];
	json_t *array = json_array();
	unsigned int i, stale;

	stale = stack ? client_symbols_stale_link(page->report->symbols, stack, row->last_ns) : 0;
	for (i = 0; stack && i < stack->nr; i++)
		if (!i || i != stale)
			append(array, number_of(page, client_report_name(page->report,
							stack->ip[i], row->exact && !i,
							row->last_ns, name)));
	return array;
}

static json_t *user_array(struct page *page, const struct client_tally_row *row)
{
	char name[KWATCH_REPORT_NAME_MAX];
	json_t *array = json_array();
	struct client_uframes user;
	struct client_watch watch;
	struct client_event event;
	size_t i;

	if (!row->frames || !row->frames->ustack)
		return array;
	client_report_event(page->report, row, &watch, &event);
	client_uframes_get(&event, client_uframes_space(&event), &user);
	for (i = 0; i < user.nr; i++)
		append(array, number_of(page, client_report_user_name(&user.frame[i], name)));
	client_uframes_free(&user);
	return array;
}

/* The culprit itself, with its offset. */
static json_t *where(struct page *page, const struct client_tally_row *row)
{
	const struct kwatch_stack *stack = row->frames ? row->frames->kstack : NULL;
	char name[KWATCH_REPORT_NAME_MAX];
	struct client_symbol symbol;

	if (!stack || !stack->nr)
		stack = row->frames ? row->frames->ustack : NULL;
	if (!stack || !stack->nr)
		return json_null();
	if (!client_symbols_find(page->report->symbols, stack->ip[0], row->exact,
				 row->last_ns, &symbol))
		return client_json_string(client_report_name(page->report, stack->ip[0],
							     row->exact, row->last_ns, name), -1);
	snprintf(name, sizeof(name), "%s+0x%llx%s%s%s", symbol.name,
		 (unsigned long long)symbol.offset, symbol.module ? " [" : "",
		 symbol.module ? symbol.module : "", symbol.module ? "]" : "");
	return client_json_string(name, -1);
}

/* The instruction, where it is known. */
static void set_insn(struct page *page, json_t *object,
		     const struct client_tally_row *row)
{
	char text[KWATCH_INSN_TEXT_MAX + 32];
	const struct client_insn *insn;
	struct client_event event;
	struct client_watch watch;

	client_report_event(page->report, row, &watch, &event);
	insn = client_culprit_find(&event);
	if (!insn)
		return;
	snprintf(text, sizeof(text), "%s: %s%s", insn->text,
		 client_culprit_access(insn),
		 insn->does & KWATCH_INSN_LOCKED ? ", locked" : "");
	set(object, "insn", client_json_string(text, -1));
}

static json_t *row_object(struct page *page, const struct client_tally_row *row)
{
	const struct client_tally *tally = &page->report->tally;
	json_t *object = json_object();

	set(object, "w", json_integer((uintptr_t)
			client_map_get(&page->watch_numbers, (uintptr_t)row->watch) - 1));
	if (row->label)
		set(object, "label", client_json_string(row->label, -1));
	set(object, "comm", row->known ?
			    client_json_string(row->task.comm, KWATCH_COMM_MAX) :
			    json_null());
	set(object, "tgid", row->known ? json_integer(row->task.tgid) : json_null());
	set(object, "count", json_integer(row->count));
	set(object, "changed", json_integer(row->changed));
	set(object, "last", json_integer(row->last_ns - tally->begin_ns));
	set(object, "old", value_or_null(row->old_value,
					 row->flags & KWATCH_FLAG_OLD_UNKNOWN));
	set(object, "new", value_or_null(row->new_value,
					 row->flags & KWATCH_FLAG_NEW_UNKNOWN));
	set(object, "where", where(page, row));
	set_insn(page, object, row);
	set(object, "k", kernel_array(page, row));
	set(object, "u", user_array(page, row));
	return object;
}

static int put_escaped(const char *data, size_t len, void *out)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] == '<')
			client_out_str(out, "\\u003c");
		else
			client_out_chr(out, data[i]);
	}
	return 0;
}

void client_report_html(struct client_report *report)
{
	struct page page = { .report = report, .names = json_array() };
	json_t *object = json_object(), *rows = json_array();
	const char *mark = strstr(client_embed_html, MARK);
	size_t i, nr;

	if (!report->rows)
		report->rows = ROWS_MAX;
	nr = client_report_nr_rows(report);
	set(object, "capture", capture_object(report));
	set(object, "watches", watches_array(&page));
	for (i = 0; i < nr; i++)
		append(rows, row_object(&page, report->tally.rows[i]));
	set(object, "rows", rows);
	set(object, "left_out", json_integer(report->tally.nr - nr));
	set(object, "names", page.names);

	client_out_put(&report->out, client_embed_html, mark - client_embed_html);
	if (json_dump_callback(object, put_escaped, &report->out, JSON_COMPACT))
		client_out_of_memory();
	client_out_str(&report->out, mark + strlen(MARK));
	json_decref(object);
	client_map_clear(&page.name_numbers, NULL);
	client_map_clear(&page.watch_numbers, NULL);
}
