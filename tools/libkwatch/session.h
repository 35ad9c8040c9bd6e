/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of libkwatch share: the one session of a program with
 * /dev/kwatch.
 *
 * session.c has the device and the watches, dispatch.c makes reports of its records,
 * thread.c gives them to a function, print.c prints them.  All else is the client's own
 * code.
 */
#ifndef KWATCH_LIB_SESSION_H
#define KWATCH_LIB_SESSION_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <libkwatch.h>

struct client_parts;
struct kwatch_record;

#define KWATCH_LIB_FRAMES_MAX	64

/**
 * struct client_setting - a watch, and who set it
 * @next:   set before it
 * @watch:  its number
 * @access: what it waits for
 * @addr:   where
 * @len:    how many bytes
 * @tid:    of the thread that set it
 * @gone:   it is no more; kept for reports that are still to come
 * @nr:     frames
 * @frames: who called kwatch_watch(): return addresses
 */
struct client_setting {
	struct client_setting *next;
	int watch;
	enum kwatch_access access;
	const volatile void *addr;
	size_t len;
	pid_t tid;
	bool gone;
	unsigned int nr;
	uintptr_t frames[KWATCH_LIB_FRAMES_MAX];
};

static inline int client_cancel_off(void)
{
	int old;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
	return old;
}

static inline void client_cancel_back(const int *old)
{
	pthread_setcancelstate(*old, NULL);
}

/*
 * First in every public function that takes a lock: the thread is not cancelled
 * while it holds one.  The user's function may leave by an exception or
 * pthread_exit(): then, too, what has a cleanup function is undone.
 */
#define KWATCH_NOT_CANCELLED() \
	int cancel_state __attribute__((cleanup(client_cancel_back), unused)) = client_cancel_off()

/* Protects the device, its records and the settings; no function of the user's is called under it. */
extern pthread_mutex_t client_session_lock;

/**
 * client_session_fail() - note why a call fails
 * @error:  for errno
 * @format: as printf()'s, one sentence
 *
 * Return: -1.
 */
int client_session_fail(int error, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * client_session_begin() - take the lock, and the device, opened if need be
 *
 * With the lock nobody closes it, so that its number is not another file's.
 *
 * Return: its file descriptor, with client_session_lock held until
 * client_session_end(); -1 with errno and without the lock.
 */
int client_session_begin(void);

/* client_session_end() - give the lock back */
void client_session_end(void);

/**
 * client_session_setting() - the watch of a number
 * @watch: it
 *
 * Context: with client_session_lock.
 * Return: it, or NULL.
 */
const struct client_setting *client_session_setting(int watch);

/* client_session_close() - close the device and forget all watches; with the lock */
void client_session_close(void);

/**
 * client_session_record() - take the oldest record out of the device
 * @fd:    of the device
 * @parts: filled
 *
 * Context: with client_session_lock.
 * Return: the record, valid until the next call; NULL with errno.
 */
const struct kwatch_record *client_session_record(int fd, struct client_parts *parts);

/* Who is told of a fork. */
enum client_fork {
	KWATCH_FORK_THREAD,
	KWATCH_FORK_PRINT,
	KWATCH_FORKS
};

/**
 * client_session_at_fork() - be called in a forked child
 * @who:      who calls
 * @in_child: called with client_session_lock, if the device was ever open
 *
 * Context: any.
 */
void client_session_at_fork(enum client_fork who, void (*in_child)(void));

/**
 * client_reader_next() - take the oldest report
 * @fd: of the device
 *
 * Context: with client_session_lock.
 * Return: it, for free(); NULL with errno.
 */
struct kwatch_report *client_reader_next(int fd);

/**
 * client_thread_stop() - end the thread that calls the user's function
 * @then: called when it has ended and before another can begin, or NULL
 *
 * Context: without the lock, not by the user's function.
 */
void client_thread_stop(void (*then)(void));

/**
 * client_thread_delivers() - is it the user's function that calls?
 * @frame: __builtin_frame_address(0) of the public function
 *
 * It holds what others wait for.
 *
 * Return: true, with errno, if so.
 */
bool client_thread_delivers(const void *frame);

#endif /* KWATCH_LIB_SESSION_H */
