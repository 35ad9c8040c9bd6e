// SPDX-License-Identifier: GPL-2.0
/*
 * What libkwatch reads from the device, report by report.
 */
#include <errno.h>

#include "report.h"
#include "session.h"

struct kwatch_report *client_reader_next(int fd)
{
	const struct kwatch_record *rec;
	struct kwatch_report *report;
	struct client_parts parts;

	do
		rec = client_session_record(fd, &parts);
	while (rec && !client_lib_is_reported(rec));
	if (!rec)
		return NULL;
	report = client_lib_report(rec, &parts, client_session_setting(rec->watch));
	if (!report)
		client_session_fail(ENOMEM, "No memory for a report");
	return report;
}
