// SPDX-License-Identifier: GPL-2.0
/*
 * A report for people: the capture, its watches, and each way in which they
 * were touched, the most frequent first.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/client.h"
#include "report.h"
#include "output/line.h"
#include "read/wording.h"

#define NSEC_PER_SEC	1000000000ull

static void put_time(struct client_out *out, uint64_t ns)
{
	time_t seconds = ns / NSEC_PER_SEC;
	struct tm tm;
	char text[64];

	if (gmtime_r(&seconds, &tm) &&
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm))
		client_out_str(out, text);
}

static void put_head(struct client_report *report)
{
	const struct client_ctf_info *info = &report->capture.info;
	const struct client_tally *tally = &report->tally;
	uint64_t ns = tally->end_ns - tally->begin_ns;
	struct client_out *out = &report->out;

	client_out_str(out, "# ");
	client_out_clean(out, info->hostname, sizeof(info->hostname));
	client_out_str(out, ", Linux ");
	client_out_clean(out, info->release, sizeof(info->release));
	client_out_chr(out, ' ');
	client_out_clean(out, info->machine, sizeof(info->machine));
	client_out_printf(out, "\n# %llu hit%s", (unsigned long long)tally->hits,
			  tally->hits == 1 ? "" : "s");
	if (tally->hits) {
		client_out_printf(out, " in %llu.%06llu s from ",
				  (unsigned long long)(ns / NSEC_PER_SEC),
				  (unsigned long long)(ns % NSEC_PER_SEC / 1000));
		put_time(out, tally->begin_ns + info->offset_ns);
	}
	client_out_printf(out, ", %llu overwritten before they were recorded\n",
			  (unsigned long long)tally->lost);
}

static void put_watches(struct client_report *report)
{
	struct client_tally_watch **watches;
	struct client_out *out = &report->out;
	size_t i, nr;

	watches = client_tally_watches(&report->tally, &nr);
	for (i = 0; i < nr; i++) {
		const struct client_tally_watch *watch = watches[i];

		client_out_printf(out, "# watch %u: %s: %llu hit%s, %llu changed the value",
				  watch->id, watch->spec ? watch->spec : watch->label,
				  (unsigned long long)watch->hits,
				  watch->hits == 1 ? "" : "s",
				  (unsigned long long)watch->changed);
		if (watch->suppressed)
			client_out_printf(out, ", %llu suppressed",
					  (unsigned long long)watch->suppressed);
		if (watch->unseen)
			client_out_printf(out, ", %llu by an unseen writer",
					  (unsigned long long)watch->unseen);
		if (watch->was_uncovered)
			client_out_printf(out, ", %llu time%s that a CPU or thread was not covered",
					  (unsigned long long)watch->was_uncovered,
					  watch->was_uncovered == 1 ? "" : "s");
		if (watch->no_reads)
			client_out_printf(out, "; %llu more that stored the same value and read nothing",
					  (unsigned long long)watch->no_reads);
		client_out_chr(out, '\n');
	}
	free(watches);
}

static void put_value(struct client_out *out, uint64_t value, bool unknown)
{
	if (unknown)
		client_out_str(out, KWATCH_WORDS_UNKNOWN);
	else
		client_out_hex(out, value);
}

static void put_row(struct client_report *report,
		    const struct client_tally_row *row)
{
	struct client_out *out = &report->out;
	struct client_event event;
	struct client_watch watch;

	client_out_printf(out, "\n%10llu %5.1f%%  %s  ",
			  (unsigned long long)row->count,
			  row->count * 100.0 / report->tally.hits,
			  client_tally_label(row));
	if (row->known) {
		client_out_clean(out, row->task.comm, KWATCH_COMM_MAX);
		client_out_printf(out, "-%u", row->task.tgid);
	} else {
		client_out_str(out, KWATCH_WORDS_UNKNOWN_COMM);
	}
	if (row->watch->type != KWATCH_TYPE_X) {
		client_out_str(out, "  last ");
		put_value(out, row->old_value, row->flags & KWATCH_FLAG_OLD_UNKNOWN);
		client_out_str(out, " -> ");
		put_value(out, row->new_value, row->flags & KWATCH_FLAG_NEW_UNKNOWN);
	}
	client_out_chr(out, '\n');
	client_report_event(report, row, &watch, &event);
	client_culprit_put(out, &event);
	if (event.frames)
		client_text_frames(out, report->symbols, &event);
}

void client_report_text(struct client_report *report)
{
	size_t i, nr = client_report_nr_rows(report);

	put_head(report);
	put_watches(report);
	for (i = 0; i < nr; i++)
		put_row(report, report->tally.rows[i]);
	if (nr < report->tally.nr)
		client_out_printf(&report->out, "\n# and %zu more; see -n\n",
				  report->tally.nr - nr);
}
