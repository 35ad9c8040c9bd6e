// SPDX-License-Identifier: GPL-2.0
/*
 * libkwatch's thread, which calls the user's function with each report.
 *
 * Reports are taken and given under one lock, so that they come in order and
 * one at a time, be it by this thread, by kwatch_flush() or at exit().
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "session.h"

#define ALONE_MS	1000	/* how often it is looked whether other threads are left */

/* Outside of client_session_lock; held while the user's function runs. */
static pthread_mutex_t deliver_lock = PTHREAD_MUTEX_INITIALIZER;

/* What goes on while the user's function is called. */
struct delivery {
	struct kwatch_report *report;
	unsigned int forks;
	bool paused;
};

/* The frame that called it, if this thread did and so holds deliver_lock; else NULL. */
static __thread void *delivering;
static __thread bool delivering_paused;

/* Forks that this process comes from. */
static unsigned int forks;

/* Protected by deliver_lock. */
static void (*function)(const struct kwatch_report *report, void *arg);
static void *function_arg;

/* Protects the next four; outside of the other two. */
static pthread_mutex_t thread_lock = PTHREAD_MUTEX_INITIALIZER;
static bool running;
static pthread_t thread;
static int stop_fd = -1;
static int device_fd = -1;

struct kwatch_report *kwatch_next(void)
{
	KWATCH_NOT_CANCELLED();
	int fd = client_session_begin();
	struct kwatch_report *report;

	if (fd < 0)
		return NULL;
	report = client_reader_next(fd);
	client_session_end();
	return report;
}

/* Also when the user's function leaves by an exception or pthread_exit(). */
static void end_delivery(struct delivery *delivery)
{
	/* In a child that was forked by the user's function the lock is another. */
	if (delivery->forks == forks) {
		free(delivery->report);
		delivering = NULL;
		pthread_mutex_unlock(&deliver_lock);
	}
	if (delivery->paused)
		kwatch_resume();
}

bool client_thread_delivers(const void *frame)
{
	struct delivery left;

	if (!delivering)
		return false;
	/*
	 * The stack grows downwards.  A caller that is no deeper than the call of the
	 * user's function means that it was left by longjmp(); its report is lost.
	 */
	if (frame >= delivering) {
		left = (struct delivery){ .forks = forks, .paused = delivering_paused };
		end_delivery(&left);
		return false;
	}
	client_session_fail(EDEADLK, "Not by the function that is given the reports");
	return true;
}

/* In a child, which has no such thread. */
static void forked(void)
{
	pthread_mutex_init(&deliver_lock, NULL);
	pthread_mutex_init(&thread_lock, NULL);
	if (running)
		close(stop_fd);
	running = false;
	delivering = NULL;
	function = NULL;
	forks++;
}

/* All that is there.  Return: how many. */
static int deliver(bool paused)
{
	struct delivery delivery __attribute__((cleanup(end_delivery))) = {
		.forks = forks,
		.paused = paused,
	};
	int nr = 0;

	pthread_mutex_lock(&deliver_lock);
	delivering = __builtin_frame_address(0);
	delivering_paused = paused;
	while (delivery.forks == forks && function && (delivery.report = kwatch_next())) {
		function(delivery.report, function_arg);
		free(delivery.report);
		delivery.report = NULL;
		nr++;
	}
	return nr;
}

int kwatch_flush(void)
{
	KWATCH_NOT_CANCELLED();
	int fd;

	if (client_thread_delivers(__builtin_frame_address(0)))
		return -1;
	client_session_at_fork(KWATCH_FORK_THREAD, forked);
	fd = client_session_begin();
	if (fd < 0)
		return -1;
	client_session_end();
	return deliver(!kwatch_pause());
}

/*
 * Is this the only thread that is left?  A program whose main thread ends by
 * pthread_exit() ends with its last thread, and this one is none of its own.
 */
static bool is_alone(void)
{
	char stat[256], *state;
	unsigned int nr = 0;
	ssize_t len;
	DIR *tasks;
	int fd;

	fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	len = fd < 0 ? 0 : read(fd, stat, sizeof(stat) - 1);
	if (fd >= 0)
		close(fd);
	stat[len < 0 ? 0 : len] = '\0';
	state = strrchr(stat, ')');
	if (!state || strncmp(state, ") Z", 3))
		return false;
	tasks = opendir("/proc/self/task");
	if (!tasks)
		return false;
	while (readdir(tasks))
		nr++;
	closedir(tasks);
	/* ".", "..", the main thread, this one */
	return nr <= 4;
}

static time_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
	return ts.tv_sec;
}

static void *run(void *arg)
{
	struct pollfd fds[2] = {
		{ .fd = device_fd, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};
	unsigned int born = forks;
	time_t looked = now();

	(void)arg;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
	/* What the user's function does is no hit; else it might never end. */
	kwatch_pause();
	while (!fds[1].revents) {
		if (poll(fds, 2, ALONE_MS) < 0 && errno != EINTR)
			break;
		deliver(false);
		if (born != forks) {
			fputs("libkwatch: a child that the report function forked returned from it, and ends\n",
			      stderr);
			_exit(EXIT_FAILURE);
		}
		if (now() != looked && is_alone())
			exit(EXIT_SUCCESS);
		looked = now();
	}
	kwatch_resume();
	return NULL;
}

/* What comes after it is for nobody.  The user's function may call exit(), too. */
static void at_exit(void)
{
	if (running)
		kwatch_flush();
}

static int start(void)
{
	static bool registered;
	int fd = client_session_begin();
	sigset_t all, old;
	int ret;

	if (fd < 0)
		return -1;
	client_session_end();

	stop_fd = eventfd(0, EFD_CLOEXEC);
	if (stop_fd < 0)
		return client_session_fail(errno, "No thread for reports: %s", strerror(errno));
	device_fd = fd;
	/* The program's signals are not for it. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret) {
		close(stop_fd);
		return client_session_fail(ret, "No thread for reports: %s", strerror(ret));
	}
	pthread_setname_np(thread, "kwatch");
	running = true;
	if (!registered)
		atexit(at_exit);
	registered = true;
	return 0;
}

void client_thread_stop(void (*then)(void))
{
	uint64_t one = 1;

	pthread_mutex_lock(&thread_lock);
	if (running) {
		/* An eventfd takes it. */
		if (write(stop_fd, &one, sizeof(one)) == sizeof(one))
			pthread_join(thread, NULL);
		close(stop_fd);
		running = false;
	}
	if (then)
		then();
	pthread_mutex_unlock(&thread_lock);
}

static void set_function(void (*func)(const struct kwatch_report *report, void *arg), void *arg)
{
	pthread_mutex_lock(&deliver_lock);
	function = func;
	function_arg = arg;
	pthread_mutex_unlock(&deliver_lock);
}

int kwatch_on_report(void (*func)(const struct kwatch_report *report, void *arg), void *arg)
{
	KWATCH_NOT_CANCELLED();
	int ret = 0;

	if (client_thread_delivers(__builtin_frame_address(0)))
		return -1;
	if (!func) {
		client_thread_stop(NULL);
		set_function(NULL, NULL);
		return 0;
	}
	client_session_at_fork(KWATCH_FORK_THREAD, forked);
	set_function(func, arg);
	pthread_mutex_lock(&thread_lock);
	if (!running)
		ret = start();
	pthread_mutex_unlock(&thread_lock);
	if (ret)
		set_function(NULL, NULL);
	return ret;
}
