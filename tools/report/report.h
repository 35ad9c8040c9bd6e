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
 * struct kwatch_report - a capture and what was found in it
 * @capture:  it
 * @symbols:  for its addresses
 * @lines:    for its source
 * @culprits: for the instructions
 * @processes: for the names of user frames, by
 * @build_ids: of their files
 * @out:      where the report goes
 * @tally:    its hits, counted
 * @timelines: struct kwatch_timeline by struct kwatch_tally_watch, for HTML only
 * @rows:     how many rows to show, 0 for all
 */
struct kwatch_report {
	struct kwatch_capture capture;
	struct kwatch_symbols *symbols;
	struct kwatch_lines *lines;
	struct kwatch_culprits *culprits;
	struct kwatch_processes *processes;
	char *build_ids;
	struct kwatch_out out;
	struct kwatch_tally tally;
	struct kwatch_map timelines;
	size_t rows;
};

#define KWATCH_REPORT_NAME_MAX	512

/**
 * kwatch_report_name() - a frame's function without offset
 * @report: for its symbols
 * @ip:     kernel address
 * @exact:  as kwatch_symbols_find() has it
 * @time_ns: likewise
 * @name:   KWATCH_REPORT_NAME_MAX bytes
 *
 * Return: @name: a function, "function [module]" or an address.
 */
const char *kwatch_report_name(struct kwatch_report *report, uint64_t ip,
			       bool exact, uint64_t time_ns, char *name);

/**
 * kwatch_report_user_name() - the same of a user frame
 * @frame: of kwatch_uframes_get()
 * @name:  KWATCH_REPORT_NAME_MAX bytes
 *
 * Return: @name: "function [image]", or an address with or without image.
 */
const char *kwatch_report_user_name(const struct kwatch_uframe *frame, char *name);

/**
 * kwatch_report_event() - a row as an event, to show its stack and instruction
 * @report: whose
 * @row:    which
 * @watch:  filled; @event refers to it
 * @event:  filled; has no record
 */
void kwatch_report_event(struct kwatch_report *report,
			 const struct kwatch_tally_row *row,
			 struct kwatch_watch *watch, struct kwatch_event *event);

/**
 * kwatch_report_nr_rows() - how many rows are shown
 * @report: which
 *
 * Return: at most as many as there are.
 */
size_t kwatch_report_nr_rows(const struct kwatch_report *report);

/**
 * kwatch_report_text() - for people
 * @report: all of it
 */
void kwatch_report_text(struct kwatch_report *report);

/**
 * kwatch_report_json() - an object a line: "capture", then a "watch" each,
 * then a "stack" for each row
 * @report: all of it
 */
void kwatch_report_json(struct kwatch_report *report);

/**
 * kwatch_report_folded() - as flame graph tools read it: a stack a line,
 * outermost first, and its count
 * @report: all of it
 */
void kwatch_report_folded(struct kwatch_report *report);

/**
 * kwatch_report_perf() - one hit as "perf script" prints it
 * @report: where to
 * @event:  a hit; other records put nothing
 */
void kwatch_report_perf(struct kwatch_report *report,
			const struct kwatch_event *event);

/**
 * kwatch_report_html() - one page that needs nothing but itself
 * @report: all of it, with timelines
 */
void kwatch_report_html(struct kwatch_report *report);

#endif /* KWATCH_REPORT_H */
