// SPDX-License-Identifier: GPL-2.0
/*
 * Records as reports, see report.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

#if defined(__x86_64__)
/* The trap comes behind the instruction, except behind one that is to be run. */
#define TRAPS_AFTER(access)	((access) != KWATCH_EXECUTE)
#else
#define TRAPS_AFTER(access)	false
#endif

bool client_lib_is_reported(const struct kwatch_record *rec)
{
	switch (rec->type) {
	case KWATCH_RECORD_HIT:
	case KWATCH_RECORD_UNSEEN:
	case KWATCH_RECORD_GAP:
	case KWATCH_RECORD_LOST:
	case KWATCH_RECORD_GONE:
	case KWATCH_RECORD_COVER:
		return true;
	default:
		return false;
	}
}

static unsigned int flags_of(const struct kwatch_record *rec)
{
	unsigned int flags = 0;

	if (rec->type == KWATCH_RECORD_HIT && !(rec->flags & KWATCH_FLAG_USER))
		flags |= KWATCH_REPORT_BY_KERNEL;
	if (rec->flags & KWATCH_FLAG_OLD_UNKNOWN)
		flags |= KWATCH_REPORT_OLD_UNKNOWN;
	if (rec->flags & KWATCH_FLAG_NEW_UNKNOWN)
		flags |= KWATCH_REPORT_NEW_UNKNOWN;
	return flags;
}

static void fill_by_type(struct kwatch_report *report, const struct kwatch_record *rec)
{
	const struct kwatch_unseen *unseen = (const void *)rec;
	const struct kwatch_hit *hit = (const void *)rec;
	const struct kwatch_lost *lost = (const void *)rec;
	const struct kwatch_gap *gap = (const void *)rec;
	const struct kwatch_cover *cover = (const void *)rec;

	switch (rec->type) {
	case KWATCH_RECORD_HIT:
		report->kind = KWATCH_REPORT_HIT;
		report->seq = hit->seq;
		report->old_value = hit->old_value;
		report->new_value = hit->new_value;
		break;
	case KWATCH_RECORD_UNSEEN:
		report->kind = KWATCH_REPORT_UNSEEN;
		report->from_ns = unseen->from_ns;
		report->old_value = unseen->old_value;
		report->new_value = unseen->new_value;
		break;
	case KWATCH_RECORD_GAP:
		report->kind = KWATCH_REPORT_SUPPRESSED;
		report->from_ns = gap->from_ns;
		report->count = gap->count;
		break;
	case KWATCH_RECORD_LOST:
		report->kind = KWATCH_REPORT_LOST;
		report->from_ns = lost->from_ns;
		report->count = lost->count;
		break;
	case KWATCH_RECORD_GONE:
		report->kind = KWATCH_REPORT_ENDED;
		break;
	case KWATCH_RECORD_COVER:
		report->kind = KWATCH_REPORT_UNCOVERED;
		report->from_ns = cover->from_ns;
		report->count = cover->count;
		if (cover->what == KWATCH_COVER_LOST)
			report->time_ns = cover->from_ns;
		break;
	}
}

/* Addresses inside of the instructions; a call's return address lies behind it. */
static unsigned int put_frames(uint64_t *to, const struct kwatch_stack *stack, bool exact)
{
	unsigned int nr = 0, i;

	for (i = 0; i < stack->nr; i++) {
		/* The link register, where the next frame says the same. */
		if (i == 1 && stack->flags & KWATCH_STACK_LR && stack->nr > 2 &&
		    stack->ip[1] == stack->ip[2])
			continue;
		to[nr++] = stack->ip[i] - !(exact && !i);
	}
	return nr;
}

/*
 * Are the record's PIDs those that this process sees?  They are of the initial
 * PID name space, whose inode is the same in every kernel.
 */
static bool is_numbered_here(void)
{
	static const char initial[] = "pid:[4026531836]";
	char link[sizeof(initial) + 16];
	ssize_t len = readlink("/proc/self/ns/pid", link, sizeof(link));

	return len == sizeof(initial) - 1 && !memcmp(link, initial, len);
}

/* In one piece, for free(). */
struct whole {
	struct kwatch_report report;
	struct kwatch_report_details details;
	uint64_t words[];		/* the frames, and the record */
};

struct kwatch_report *client_lib_report(const struct kwatch_record *rec,
					const struct client_parts *parts,
					const struct client_setting *setting)
{
	enum kwatch_access access = setting ? setting->access : KWATCH_WRITE;
	size_t nr = parts->ustack ? parts->ustack->nr : 0;
	size_t set = setting ? setting->nr : 0, i;
	struct whole *whole;
	struct kwatch_report *report;
	uint64_t *at;

	whole = calloc(1, sizeof(*whole) + (nr + set) * sizeof(*at) + rec->size);
	if (!whole)
		return NULL;
	whole->details.exact = !TRAPS_AFTER(access);
	report = &whole->report;
	report->details = &whole->details;
	report->watch = rec->watch;
	report->time_ns = rec->time_ns;
	report->flags = flags_of(rec);
	fill_by_type(report, rec);
	at = whole->words;
	if (parts->ustack) {
		report->frames = (const uintptr_t *)at;
		report->nr_frames = put_frames(at, parts->ustack,
					       rec->flags & KWATCH_FLAG_USER &&
					       whole->details.exact);
		at += nr;
	}
	if (setting) {
		report->access = setting->access;
		report->addr = setting->addr;
		report->len = setting->len;
		report->set_tid = setting->tid;
		report->set_frames = (const uintptr_t *)at;
		report->nr_set_frames = set;
		for (i = 0; i < set; i++)
			*at++ = setting->frames[i] - 1;
	}
	if (parts->task) {
		report->tid = is_numbered_here() ? parts->task->tid : 0;
		memcpy(report->comm, parts->task->comm, sizeof(report->comm) - 1);
	}
	memcpy(at, rec, rec->size);
	whole->details.rec = (const void *)at;
	return report;
}
