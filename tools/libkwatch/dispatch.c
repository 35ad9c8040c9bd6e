// SPDX-License-Identifier: GPL-2.0
/*
 * What libkwatch reads from the device, report by report.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "session.h"

/* Records that were read and not taken yet. */
static uint64_t words[64 * 1024 / sizeof(uint64_t)];
static size_t pos, len;

void kwatch_reader_forget(void)
{
	pos = 0;
	len = 0;
}

/* Return: the next record to report, NULL if there is none or with errno. */
static const struct kwatch_record *next_record(int fd, struct kwatch_parts *parts)
{
	const struct kwatch_record *rec;
	const char *why;
	ssize_t got;
	int size;

	for (;;) {
		if (pos == len) {
			got = read(fd, words, sizeof(words));
			if (got <= 0) {
				kwatch_session_fail(got ? errno : EAGAIN, "No report: %s",
						    strerror(got ? errno : EAGAIN));
				return NULL;
			}
			pos = 0;
			len = got;
		}
		rec = (const void *)((const char *)words + pos);
		size = kwatch_records_next(rec, len - pos, parts, &why);
		if (size <= 0) {
			/* Another version of the module may know what it is. */
			kwatch_session_fail(EPROTO, "/dev/kwatch: %s",
					    size ? why : "half a record");
			pos = len;
			return NULL;
		}
		pos += size;
		if (kwatch_lib_is_reported(rec))
			return rec;
	}
}

struct kwatch_report *kwatch_reader_next(int fd)
{
	const struct kwatch_record *rec;
	struct kwatch_report *report;
	struct kwatch_parts parts;

	rec = next_record(fd, &parts);
	if (!rec)
		return NULL;
	report = kwatch_lib_report(rec, &parts, kwatch_session_setting(rec->watch));
	if (!report)
		kwatch_session_fail(ENOMEM, "No memory for a report");
	return report;
}
