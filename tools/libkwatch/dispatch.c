// SPDX-License-Identifier: GPL-2.0
/*
 * What libkwatch reads from the device, report by report.
 */
#include <errno.h>

#include "report.h"
#include "session.h"

struct kwatch_report *kwatch_reader_next(int fd)
{
	const struct kwatch_record *rec;
	struct kwatch_report *report;
	struct kwatch_parts parts;

	do
		rec = kwatch_session_record(fd, &parts);
	while (rec && !kwatch_lib_is_reported(rec));
	if (!rec)
		return NULL;
	report = kwatch_lib_report(rec, &parts, kwatch_session_setting(rec->watch));
	if (!report)
		kwatch_session_fail(ENOMEM, "No memory for a report");
	return report;
}
