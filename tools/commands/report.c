// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch report: what is in a capture, in the form that is asked for.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "options.h"
#include "output/json.h"
#include "process/processes.h"
#include "base/progress.h"
#include "capture/snapshot.h"
#include "report/report.h"
#include "stream/spectext.h"
#include "output/line.h"

/* How often to look whether it takes long. */
#define PROGRESS_RECORDS	4096

#define DEFAULT_DIR	"kwatch-capture"
#define TEXT_ROWS	50
#define TIMELINES_MAX	256	/* watches; nobody looks at more on a page */

enum form {
	FORM_TEXT,
	FORM_JSON,
	FORM_FOLDED,
	FORM_PERF,
	FORM_HTML,
};

struct asked {
	enum form form;
	unsigned int forms;	/* that were asked for */
	bool events;		/* one by one */
	const char *watch;	/* only this one, by number or name; or NULL */
	unsigned int id;	/* of it, 0 as long as that is not known */
	size_t rows;
};

/* Return: NULL if there are too many already. */
static struct client_timeline *timeline_of(struct client_report *report,
					   const struct client_tally_watch *watch)
{
	struct client_timeline *timeline;

	timeline = client_map_get(&report->timelines, (uintptr_t)watch);
	if (!timeline && report->timelines.nr < TIMELINES_MAX) {
		timeline = client_alloc(1, sizeof(*timeline));
		client_map_set(&report->timelines, (uintptr_t)watch, timeline);
	}
	return timeline;
}

static void take(struct client_report *report, struct asked *asked,
		 const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;
	struct client_timeline *timeline;
	struct client_event whole = *event;
	struct client_tally_row *row;

	if (asked->watch && rec->type == KWATCH_RECORD_WATCH && event->watch &&
	    client_spectext_is_named(event->watch->spec, asked->watch))
		asked->id = rec->watch;
	if (asked->watch && rec->watch && rec->watch != asked->id)
		return;
	if ((asked->form == FORM_PERF || asked->events) &&
	    client_culprit_is_no_read(event))
		return;
	if (asked->form == FORM_PERF) {
		client_report_perf(report, event);
	} else if (asked->events && asked->form == FORM_JSON) {
		client_json_event(&report->out, report->symbols, event);
	} else if (asked->events) {
		client_text_event(&report->out, report->symbols, event);
	} else {
		if (event->frames)
			whole.frames = client_uframes_unwound(event,
							      &report->capture.stream.cache);
		row = client_tally_add(&report->tally, &whole);
		if (!row || asked->form != FORM_HTML)
			return;
		timeline = timeline_of(report, row->watch);
		if (timeline)
			client_timeline_add(timeline, (const void *)rec);
	}
}

static void read_all(struct client_report *report, struct asked *asked)
{
	struct client_progress progress;
	struct client_event event;
	uint64_t nr = 0;

	client_progress_begin(&progress, report->capture.path);
	while (!report->out.error &&
	       client_capture_next(&report->capture, &event)) {
		event.processes = report->processes;
		event.culprits = report->culprits;
		event.explain = client_culprit_put;
		take(report, asked, &event);
		if (++nr % PROGRESS_RECORDS == 0)
			client_progress_step(&progress, report->capture.done,
					     report->capture.bytes);
	}
	client_progress_end(&progress);
}

static void show(struct client_report *report, const struct asked *asked)
{
	if (asked->form == FORM_PERF || asked->events)
		return;
	client_tally_sort(&report->tally);
	switch (asked->form) {
	case FORM_JSON:
		client_report_json(report);
		break;
	case FORM_FOLDED:
		client_report_folded(report);
		break;
	case FORM_HTML:
		client_report_html(report);
		break;
	default:
		client_report_text(report);
	}
}

static int report_dir(const char *path, struct asked *asked)
{
	struct client_report report = { .rows = asked->rows };
	bool whole;
	int error, ret;

	ret = client_capture_open(&report.capture, path);
	if (!ret) {
		report.symbols = client_snapshot_symbols(report.capture.dir, path,
							 &whole);
		client_symbols_set_loads(report.symbols, &report.capture.stream.loads,
					 NULL, NULL);
		report.build_ids = client_snapshot_build_ids(report.capture.dir);
		report.lines = client_lines_create(report.symbols, report.build_ids,
				report.capture.info.release, true);
		report.culprits = client_culprits_create(report.symbols,
				client_snapshot_code(report.capture.dir, path, &whole),
				report.capture.info.arch);
		report.processes = client_processes_create_saved(report.capture.dir,
								 report.build_ids);
		client_out_init(&report.out, STDOUT_FILENO);
		read_all(&report, asked);
		show(&report, asked);
		client_out_flush(&report.out);
		error = report.out.error;
		client_out_destroy(&report.out);
		if (error && error != EPIPE) {
			client_complain("cannot write: %s", strerror(error));
			ret = -1;
		}
		if (report.capture.incomplete || !whole)
			ret = -1;
	}
	client_map_clear(&report.timelines, free);
	client_tally_destroy(&report.tally);
	client_processes_destroy(report.processes);
	client_culprits_destroy(report.culprits);
	client_lines_destroy(report.lines);
	free(report.build_ids);
	client_symbols_destroy(report.symbols);
	client_capture_close(&report.capture);
	return ret;
}

static bool take_option(struct asked *asked, int c)
{
	switch (c) {
	case 'n':
		asked->rows = client_number(optarg, INT32_MAX);
		return asked->rows;
	case 'w':
		asked->watch = optarg;
		if (optarg[strspn(optarg, "0123456789")])
			return true;
		asked->id = client_number(optarg, KWATCH_WATCH_MAX);
		return asked->id;
	case 'e':
		asked->events = true;
		return true;
	case KWATCH_OPTION_JSON:
		asked->form = FORM_JSON;
		break;
	case KWATCH_OPTION_FOLDED:
		asked->form = FORM_FOLDED;
		break;
	case KWATCH_OPTION_PERF:
		asked->form = FORM_PERF;
		break;
	case KWATCH_OPTION_HTML:
		asked->form = FORM_HTML;
		break;
	default:
		return false;
	}
	asked->forms++;
	return true;
}

static int run(int argc, char **argv)
{
	struct asked asked = { .form = FORM_TEXT };
	int c;

	while ((c = client_options_next(argc, argv, "nweJOPH")) != -1) {
		if (!take_option(&asked, c))
			return client_usage(&client_report_command);
	}
	if (optind + 1 < argc || asked.forms > 1 ||
	    (asked.events && asked.form > FORM_JSON))
		return client_usage(&client_report_command);
	if (asked.form == FORM_TEXT && !asked.rows)
		asked.rows = TEXT_ROWS;
	return report_dir(optind < argc ? argv[optind] : DEFAULT_DIR, &asked) ?
	       KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_report_command = {
	.name = "report",
	.args = "[-n N] [-w ID|NAME] [-e] [--json | --folded | --perf-script | --html] [DIR]",
	.summary = "what is in a capture: who touched what, how often",
	.help =
"      --json         one object a line: the capture, its watches, each stack\n"
"      --folded       a stack a line, for flame graph tools\n"
"      --perf-script  each hit as \"perf script\" prints it\n"
"      --html         a page with a flame graph, a timeline and a table\n"
"  -e, --events       each hit as \"kwatch tail\" shows it; also with --json\n"
"  -n, --lines N      the N most frequent stacks (50 as text, else all)\n"
"  -w, --watch ID     only this watch, by its number or name\n"
"\n"
"DIR is what \"kwatch record\" has made (" DEFAULT_DIR "); any machine will do.\n"
"Ends with 1 if a part of it is damaged; the rest is shown.\n",
	.run = run,
};
