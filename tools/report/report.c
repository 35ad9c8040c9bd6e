// SPDX-License-Identifier: GPL-2.0
/*
 * What the forms of a report share.  See report.h.
 */
#include <stdio.h>
#include <string.h>

#include "output/line.h"
#include "process/processes.h"
#include "report.h"

const char *client_report_name(struct client_report *report, uint64_t ip,
			       bool exact, uint64_t time_ns, char *name)
{
	struct client_symbol symbol;

	if (!client_symbols_find(report->symbols, ip, exact, time_ns, &symbol))
		snprintf(name, KWATCH_REPORT_NAME_MAX,
			 symbol.load ? "0x%llx" KWATCH_TEXT_UNLOADED : "0x%llx",
			 (unsigned long long)ip, symbol.module);
	else if (symbol.module)
		snprintf(name, KWATCH_REPORT_NAME_MAX, "%s [%s]", symbol.name,
			 symbol.module);
	else
		snprintf(name, KWATCH_REPORT_NAME_MAX, "%s", symbol.name);
	return name;
}

const char *client_report_user_name(const struct client_uframe *frame, char *name)
{
	char hex[32];

	snprintf(hex, sizeof(hex), "0x%llx", (unsigned long long)frame->ip);
	if (frame->image)
		snprintf(name, KWATCH_REPORT_NAME_MAX, "%.400s [%.100s]",
			 frame->name ? frame->name : hex, frame->image);
	else
		snprintf(name, KWATCH_REPORT_NAME_MAX, "%s", hex);
	return name;
}

void client_report_event(struct client_report *report,
			 const struct client_tally_row *row,
			 struct client_watch *watch, struct client_event *event)
{
	client_tally_event(row, event);
	memset(watch, 0, sizeof(*watch));
	watch->type = row->watch->type;
	event->watch = watch;
	event->processes = report->processes;
	event->loads = &report->capture.stream.loads;
	event->culprits = row->flags & KWATCH_FLAG_USER ? NULL : report->culprits;
}

size_t client_report_nr_rows(const struct client_report *report)
{
	size_t nr = report->tally.nr;

	return report->rows && report->rows < nr ? report->rows : nr;
}
