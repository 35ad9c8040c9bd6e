/* SPDX-License-Identifier: GPL-2.0 */
/*
 * libkwatch: a program watches its own memory.
 *
 *	kwatch_on_report(kwatch_print, stderr);
 *	kwatch_watch(&list->head, sizeof(list->head), KWATCH_WRITE);
 *
 * and every store to it, by any thread or by the kernel, is reported with its
 * stack, the value before and after, and the stack of where the watch was set.
 * The program is not stopped.  See libkwatch(3).
 *
 * All functions may be called by any thread, none by a signal handler.  None is
 * a cancellation point, nor is what the report function does.  They
 * go through /dev/kwatch, which may be opened by whom its mode lets.
 */
#ifndef LIBKWATCH_H
#define LIBKWATCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * enum kwatch_access - what a watch waits for
 * @KWATCH_READ:  reads.  x86 has no such thing: there it waits for both and
 *                reports what left the value as it was
 * @KWATCH_WRITE: writes
 * @KWATCH_READ_WRITE: both
 * @KWATCH_EXECUTE: the instruction at the address is run
 */
enum kwatch_access {
	KWATCH_READ		= 1,
	KWATCH_WRITE		= 2,
	KWATCH_READ_WRITE	= 3,
	KWATCH_EXECUTE		= 4,
};

/**
 * enum kwatch_report_kind - what a report says
 * @KWATCH_REPORT_HIT:    an access
 * @KWATCH_REPORT_UNSEEN: the value changed and no hit explains it: another
 *                        process wrote, or a device, or another mapping
 * @KWATCH_REPORT_SUPPRESSED: there were hits, or may have been, that were not
 *                        recorded, so that they do not slow the program down
 * @KWATCH_REPORT_LOST:   reports were overwritten before they were taken; or,
 *                        seldom, CPUs had too many at once
 * @KWATCH_REPORT_ENDED:  the watch is no more, or off
 * @KWATCH_REPORT_UNCOVERED: threads had no breakpoint, from @from_ns to @time_ns; one
 *                        report when that begins, where the two are the same, and
 *                        one when it ends
 *
 * More may come.
 */
enum kwatch_report_kind {
	KWATCH_REPORT_HIT	= 1,
	KWATCH_REPORT_UNSEEN	= 2,
	KWATCH_REPORT_SUPPRESSED = 3,
	KWATCH_REPORT_LOST	= 4,
	KWATCH_REPORT_ENDED	= 5,
	KWATCH_REPORT_UNCOVERED	= 6,
};

/* struct kwatch_report.flags */
#define KWATCH_REPORT_BY_KERNEL		0x1	/* read(2) into it, for example */
#define KWATCH_REPORT_OLD_UNKNOWN	0x2	/* @old_value means nothing */
#define KWATCH_REPORT_NEW_UNKNOWN	0x4	/* @new_value means nothing */

struct kwatch_report_details;

/**
 * struct kwatch_report - one thing that happened
 * @kind:  enum kwatch_report_kind
 * @flags: KWATCH_REPORT_*
 * @watch: number of the watch; 0 for KWATCH_REPORT_LOST
 * @access: what the watch waits for
 * @addr:  where it watches
 * @len:   how many bytes
 * @time_ns: when, CLOCK_MONOTONIC
 * @from_ns: of all but hits, since when
 * @seq:   the watch's own count of hits, from 1
 * @count: of SUPPRESSED and LOST, how many that are known of; of UNCOVERED, threads
 * @old_value: the bytes before the access, at most 8
 * @new_value: and after it
 * @tid:   of a hit, the thread; 0 in a PID name space of one's own, where its
 *         number is not known
 * @comm:  its name
 * @nr_frames: how many
 * @nr_set_frames: how many
 * @frames: of a hit, where it was made and who called that, by frame pointers:
 *         addresses inside of the instructions, innermost first
 * @set_frames: who called kwatch_watch(), likewise
 * @set_tid: the thread that did
 * @details: for kwatch_print(); of a copy, valid as long as what it is a copy of
 *
 * Later versions of the library may add members at the end.
 */
struct kwatch_report {
	unsigned int kind;
	unsigned int flags;
	int watch;
	enum kwatch_access access;
	const volatile void *addr;
	size_t len;
	uint64_t time_ns;
	uint64_t from_ns;
	uint64_t seq;
	uint64_t count;
	uint64_t old_value;
	uint64_t new_value;
	pid_t tid;
	char comm[16];
	unsigned int nr_frames;
	unsigned int nr_set_frames;
	const uintptr_t *frames;
	const uintptr_t *set_frames;
	pid_t set_tid;
	const struct kwatch_report_details *details;
};

/* Options of kwatch_watch(): so much of the stack is copied, to be unwound. */
#define KWATCH_OPTIONS	"ucopy=1024"

/**
 * kwatch_watch() - watch memory of this program
 * @addr:   of the first byte
 * @len:    how many bytes, 1 to 32; of KWATCH_EXECUTE, 1
 * @access: what to wait for
 *
 * Each aligned 8 bytes take one of the machine's debug registers, of which
 * there are four and a program gets two, unless the administrator says
 * otherwise (dev_slots=).
 *
 * Return: the number of the watch, above 0; -1 with errno, and kwatch_error():
 * ENOENT there is no /dev/kwatch, EACCES it is not for this user, ENOSPC no
 * debug register is left, EEXIST there is such a watch, EFAULT nothing is
 * mapped there, EINVAL no such length or access, EOPNOTSUPP the CPU cannot.
 */
int kwatch_watch(const volatile void *addr, size_t len, enum kwatch_access access);

/**
 * kwatch_watch_with() - the same, with options of the command language
 * @addr:   of the first byte
 * @len:    how many bytes
 * @access: what to wait for
 * @options: "changed", "limit=1 action=signal=SIGSTOP", KWATCH_OPTIONS
 *           " if new > 100"; NULL for none
 *
 * Without ucopy= a report takes a tenth of the memory, in which there is room
 * for so many more of them; but printed stacks are only found by frame pointers.
 *
 * Return: as kwatch_watch().
 */
int kwatch_watch_with(const volatile void *addr, size_t len, enum kwatch_access access,
		      const char *options);

/**
 * kwatch_unwatch() - end a watch
 * @watch: its number
 *
 * What it has seen up to now is still reported.
 *
 * Return: 0; -1 with errno ENOENT if there is none of that number.
 */
int kwatch_unwatch(int watch);

/**
 * kwatch_pause() - what the calling thread does from now on is allowed
 *
 * Hits of this thread, of all watches, are not reported until kwatch_resume();
 * calls nest.  Other threads are not affected.
 *
 * Return: 0; -1 with errno ENOSPC if 16 threads pause already, else as
 * kwatch_watch().
 */
int kwatch_pause(void);

/**
 * kwatch_resume() - end a pause
 *
 * Return: 0; -1 with errno EINVAL without kwatch_pause().
 */
int kwatch_resume(void);

/**
 * kwatch_on_report() - have a function called with each report
 * @func: called by a thread of the library, one report at a time, with a report
 *        that is valid during the call; NULL to end that.  Its accesses are no
 *        hits.  It may call exit(), and all functions here but this one,
 *        kwatch_flush() and kwatch_close(), for which errno is EDEADLK
 * @arg:  for @func
 *
 * @func may leave kwatch_flush() by an exception, and any thread by
 * pthread_exit(); of the library's thread that is the end: then only kwatch_flush()
 * and exit() call @func.  longjmp() should not leave it: the report leaks.  A child that is forked in it may call exec() or exit(), and must not return.
 *
 * A program that ends by pthread_exit() of its last thread ends a second later.
 *
 * Reports that come before the end of the program are given to it by exit().
 *
 * Return: 0; -1 with errno.
 */
int kwatch_on_report(void (*func)(const struct kwatch_report *report, void *arg), void *arg);

/**
 * kwatch_flush() - have the function called with all that happened up to now
 *
 * By the calling thread.
 *
 * Return: number of reports; -1 with errno.
 */
int kwatch_flush(void);

/**
 * kwatch_fd() - a file descriptor for poll()
 *
 * It is readable when there are reports.  Then call kwatch_next() until it
 * returns NULL; do not read or close it.  Not together with
 * kwatch_on_report().
 *
 * Return: the file descriptor; -1 with errno.
 */
int kwatch_fd(void);

/**
 * kwatch_next() - take the oldest report
 *
 * Return: it, for free(); NULL with errno EAGAIN if there is none.
 */
struct kwatch_report *kwatch_next(void);

/**
 * kwatch_print() - print a report, as "kwatch tail" would
 * @report: of kwatch_next(), or as given to the function of kwatch_on_report()
 * @file:   FILE to print it to
 *
 * Can be given to kwatch_on_report() itself.  Functions, files and lines are
 * named as far as the program has symbols and debug information.
 */
void kwatch_print(const struct kwatch_report *report, void *file);

/**
 * kwatch_error() - why the last call of this thread failed
 *
 * Return: a sentence, valid until the thread's next call; never NULL.
 */
const char *kwatch_error(void);

/**
 * kwatch_close() - end all watches and forget all reports
 */
void kwatch_close(void);

#ifdef __cplusplus
}
#endif

#endif /* LIBKWATCH_H */
