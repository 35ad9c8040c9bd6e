/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A report as libkwatch keeps it: what the program sees, and the record that
 * it was made of, which print.c prints.
 */
#ifndef KWATCH_LIB_REPORT_H
#define KWATCH_LIB_REPORT_H

#include <setjmp.h>

#include "stream/record_parts.h"
#include "session.h"

/**
 * struct kwatch_report_details - what kwatch_print() prints
 * @rec:    the record; its watch is the report's
 * @exact:  the first address is that of the instruction, not behind it
 */
struct kwatch_report_details {
	const struct kwatch_record *rec;
	bool exact;
};

/* Where the client's code goes without memory, while kwatch_print() runs it. */
extern __thread jmp_buf *client_memory_escape;

/**
 * client_lib_report() - make a report of a record
 * @rec:     checked
 * @parts:   of it
 * @setting: its watch, or NULL
 *
 * Return: it, for free(); NULL without memory, or if it is none to report.
 */
struct kwatch_report *client_lib_report(const struct kwatch_record *rec,
					    const struct client_parts *parts,
					    const struct client_setting *setting);

/**
 * client_lib_is_reported() - is a record one to report?
 * @rec: it
 */
bool client_lib_is_reported(const struct kwatch_record *rec);

#endif /* KWATCH_LIB_REPORT_H */
