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

/* "# CPU 1: "; and for what is in no CPU's ring but that of events */
#define KWATCH_WORDS_CPU	"# CPU %u: "
#define KWATCH_WORDS_EVENTS	"# events: "
/* The breakpoints of a process are off on all of them at once. */
#define KWATCH_WORDS_CPUS	"# all CPUs: "

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

/* struct kwatch_cover of a thread: COMM, tid; of several: count, "" or "s" */
#define KWATCH_WORDS_THREAD	"# thread %s-%u: "
#define KWATCH_WORDS_THREADS	"# %u more thread%s: "

/* By enum kwatch_cover_what.  LOST: LABEL, from; others: LABEL, from, to; then why, watch */
#define KWATCH_WORDS_COVER_LOST \
	"%s: not covered since " KWATCH_WORDS_TIME
#define KWATCH_WORDS_COVER_AGAIN \
	"%s: covered again; not covered from " KWATCH_WORDS_TIME " to " KWATCH_WORDS_TIME
#define KWATCH_WORDS_COVER_OVER \
	"%s: nothing left to cover; not covered from " KWATCH_WORDS_TIME " to " KWATCH_WORDS_TIME
#define KWATCH_WORDS_COVER_WHY	" (%s) watch=%u\n"

/* By errno */
#define KWATCH_WORDS_COVER_ERROR(error) \
	((error) == ENOSPC ? "no free slot" : \
	 (error) == ENOMEM ? "no memory" : \
	 (error) == EAGAIN ? "found late" : \
	 "the kernel refused the breakpoint")

/* struct kwatch_unseen: "# ", LABEL, then from, to, CPU; then ": OLD -> NEW watch=N\n" */
#define KWATCH_WORDS_UNSEEN \
	": unseen writer between " KWATCH_WORDS_TIME " and " KWATCH_WORDS_TIME \
	", found by CPU %u"

/* The same, where each CPU watches its own copy */
#define KWATCH_WORDS_UNSEEN_COPY \
	": unseen writer between " KWATCH_WORDS_TIME " and " KWATCH_WORDS_TIME \
	", such as another CPU, of the copy of CPU %u"

/* Behind either, with a TASK part: COMM, tid */
#define KWATCH_WORDS_UNSEEN_ENDING	", the kernel at the end of thread %s-%u"

/* struct kwatch_also, below its hit: LABEL: OLD -> NEW; then watch, seq */
#define KWATCH_WORDS_ALSO	" <also> "
#define KWATCH_WORDS_ALSO_OF	" (watch %u, hit %llu)\n"

/*
 * struct kwatch_gone: time, LABEL, why; then perhaps the times between which it
 * went, perhaps " by COMM-PID"; " watch=N\n"
 */
#define KWATCH_WORDS_GONE	"# " KWATCH_WORDS_TIME ": %s ended: %s"
#define KWATCH_WORDS_GONE_BETWEEN " between " KWATCH_WORDS_TIME " and " KWATCH_WORDS_TIME
#define KWATCH_WORDS_GONE_BY	" by "

/* KWATCH_RECORD_FREED: the same, but the watch has not ended; then " watch=N\n" */
#define KWATCH_WORDS_FREED	"# " KWATCH_WORDS_TIME ": %s: %s"
#define KWATCH_WORDS_FREED_ON	"; the watch goes on"

/* By enum kwatch_gone_why; those of a later ABI are the first. */
#define KWATCH_WORDS_GONE_WHY { \
	"?", \
	"its module was unloaded", \
	"its limit was reached", \
	"its object was freed", \
	"its task ended", \
	"the same access trapped again and again", \
	"it was removed", \
	"its process runs another program", \
	"the file that made it was closed", \
	"its module freed the memory of its init", \
	"kfree_rcu() freed its object", \
	"its memory was freed", \
	"its memory was unmapped", \
}

/* Behind a hit whose watch has a note=. */
#define KWATCH_WORDS_NOTE	" note=\"%s\""

/* A value, label or stack that is not known; and a task's name, with PID 0. */
#define KWATCH_WORDS_UNKNOWN		"?"
#define KWATCH_WORDS_UNKNOWN_COMM	"<...>"

/* In a stack; the last one behind the kernel's frames. */
#define KWATCH_WORDS_FRAME		" => "
#define KWATCH_WORDS_USER		" => <user>\n"
/* Behind the user's, in libkwatch: who set the watch */
#define KWATCH_WORDS_SET		" => <set by thread %d>\n"
#define KWATCH_WORDS_STACK_BROKEN	" => <the unwinder lost its way here>\n"
#define KWATCH_WORDS_STACK_32BIT " => <a 32-bit program: no more frames>\n"
#define KWATCH_WORDS_UCOPY_END		" => <ucopy= ends here>\n"

#endif /* KWATCH_WORDING_H */
