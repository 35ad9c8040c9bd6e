/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of a line that is not a hit.
 *
 * The module's "hits" and the client's "tail" say the same thing in the same
 * words; this is the one list of them.  Lines that are no hits begin with
 * "# ", so that a filter for hits need not know them.  Times are seconds and
 * microseconds; LABEL is the watch's, as in a hit's line.
 */
#ifndef KWATCH_WORDING_H
#define KWATCH_WORDING_H

/* A time: seconds, microseconds. */
#define KWATCH_WORDS_TIME	"%llu.%06llu"

/* "# CPU 1: " */
#define KWATCH_WORDS_CPU	"# CPU %u: "

/* struct kwatch_lost: count, "" or "s", from, to */
#define KWATCH_WORDS_LOST \
	"%llu record%s overwritten between " KWATCH_WORDS_TIME \
	" and " KWATCH_WORDS_TIME "\n"

/* struct kwatch_gap, breakpoint on: LABEL, count, "" or "s", from, to, watch */
#define KWATCH_WORDS_GAP \
	"%s: %llu hit%s suppressed between " KWATCH_WORDS_TIME \
	" and " KWATCH_WORDS_TIME " watch=%u\n"

/* struct kwatch_gap, breakpoint off: likewise; the count is only of the start */
#define KWATCH_WORDS_GAP_OFF \
	"%s: %llu hit%s suppressed, more not counted from " KWATCH_WORDS_TIME \
	" to " KWATCH_WORDS_TIME " watch=%u\n"

/* struct kwatch_unseen: LABEL, from, to; then ": OLD -> NEW watch=N\n" */
#define KWATCH_WORDS_UNSEEN \
	"%s: unseen writer between " KWATCH_WORDS_TIME " and " KWATCH_WORDS_TIME

/* struct kwatch_gone: LABEL, time, why; then " by COMM-PID" and " watch=N\n" */
#define KWATCH_WORDS_GONE	"%s: ended at " KWATCH_WORDS_TIME ": %s"
#define KWATCH_WORDS_GONE_BY	" by "

/* enum kwatch_gone_why, from 1; a later ABI's are "no reason given". */
#define KWATCH_WORDS_GONE_WHY { \
	"no reason given", \
	"its module was unloaded, pending until it comes back", \
	"limit= was reached", \
	"the object was freed", \
	"its task ended", \
	"it watched what kwatch itself uses", \
}

/* A value, label, task or stack that is not known. */
#define KWATCH_WORDS_UNKNOWN		"?"

/* In a stack, after the frames. */
#define KWATCH_WORDS_FRAME		" => "
#define KWATCH_WORDS_USER		" => <user>\n"
#define KWATCH_WORDS_STACK_CUT		" => <cut>\n"
#define KWATCH_WORDS_STACK_BROKEN	" => <broken>\n"

#endif /* KWATCH_WORDING_H */
