/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A report: commands/report.c reads a capture, and each report_*.c shows in one form what
 * was in it.
 */
#ifndef KWATCH_REPORT_H
#define KWATCH_REPORT_H

#include "capture/capture.h"
#include "output/accessor.h"
#include "kernel/lines.h"
#include "base/out.h"
#include "kernel/symbols.h"
#include "tally.h"
#include "timeline.h"
#include "process/uframes.h"

/**
 * struct client_report - a capture and what was found in it
 * @capture:  it
 * @symbols:  for its addresses
 * @lines:    for its source
 * @culprits: for the instructions
 * @processes: for the names of user frames, by
 * @build_ids: of their files
 * @out:      where the report goes
 * @tally:    its hits, counted
 * @timelines: struct client_timeline by struct client_tally_watch, for HTML only
 * @rows:     how many rows to show, 0 for all
 */
struct client_report {
	struct client_capture capture;
	struct client_symbols *symbols;
	struct client_lines *lines;
	struct client_culprits *culprits;
	struct client_processes *processes;
	char *build_ids;
	struct client_out out;
	struct client_tally tally;
	struct client_map timelines;
	size_t rows;
};

#define KWATCH_REPORT_NAME_MAX	512

/**
 * client_report_name() - a frame's function without offset
 * @report: for its symbols
 * @ip:     kernel address
 * @exact:  as client_symbols_find() has it
 * @time_ns: likewise
 * @name:   KWATCH_REPORT_NAME_MAX bytes
 *
 * Return: @name: a function, "function [module]" or an address.
 */
const char *client_report_name(struct client_report *report, uint64_t ip,
			       bool exact, uint64_t time_ns, char *name);

/**
 * client_report_user_name() - the same of a user frame
 * @frame: of client_uframes_get()
 * @name:  KWATCH_REPORT_NAME_MAX bytes
 *
 * Return: @name: "function [image]", or an address with or without image.
 */
const char *client_report_user_name(const struct client_uframe *frame, char *name);

/**
 * client_report_event() - a row as an event, to show its stack and instruction
 * @report: whose
 * @row:    which
 * @watch:  filled; @event refers to it
 * @event:  filled; has no record
 */
void client_report_event(struct client_report *report,
			 const struct client_tally_row *row,
			 struct client_watch *watch, struct client_event *event);

/**
 * client_report_nr_rows() - how many rows are shown
 * @report: which
 *
 * Return: at most as many as there are.
 */
size_t client_report_nr_rows(const struct client_report *report);

/**
 * client_report_text() - for people
 * @report: all of it
 */
void client_report_text(struct client_report *report);

/**
 * client_report_json() - an object a line: "capture", then a "watch" each,
 * then a "stack" for each row
 * @report: all of it
 */
void client_report_json(struct client_report *report);

/**
 * client_report_folded() - as flame graph tools read it: a stack a line,
 * outermost first, and its count
 * @report: all of it
 */
void client_report_folded(struct client_report *report);

/**
 * client_report_perf() - one hit as "perf script" prints it
 * @report: where to
 * @event:  a hit; other records put nothing
 */
void client_report_perf(struct client_report *report,
			const struct client_event *event);

/**
 * client_report_html() - one page that needs nothing but itself
 * @report: all of it, with timelines
 */
void client_report_html(struct client_report *report);

#endif /* KWATCH_REPORT_H */
