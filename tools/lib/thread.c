// SPDX-License-Identifier: GPL-2.0
/*
 * libkwatch's thread, which calls the user's function with each report.
 *
 * Reports are taken and given under one lock, so that they come in order and
 * one at a time, be it by this thread, by kwatch_flush() or at exit().
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "session.h"

/* Outside of kwatch_session_lock; held while the user's function runs. */
static pthread_mutex_t deliver_lock = PTHREAD_MUTEX_INITIALIZER;

/* This thread holds it: the user's function calls us. */
static __thread bool delivering;

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
	int fd = kwatch_session_open();
	struct kwatch_report *report;

	if (fd < 0)
		return NULL;
	pthread_mutex_lock(&kwatch_session_lock);
	report = kwatch_reader_next(fd);
	pthread_mutex_unlock(&kwatch_session_lock);
	return report;
}

bool kwatch_thread_delivers(void)
{
	if (delivering)
		kwatch_session_fail(EDEADLK, "Not by the function that is given the reports");
	return delivering;
}

/* All that is there.  Return: how many. */
static int deliver(void)
{
	struct kwatch_report *report;
	int nr = 0;

	pthread_mutex_lock(&deliver_lock);
	delivering = true;
	while (function && (report = kwatch_next())) {
		function(report, function_arg);
		free(report);
		nr++;
	}
	delivering = false;
	pthread_mutex_unlock(&deliver_lock);
	return nr;
}

int kwatch_flush(void)
{
	bool paused;
	int nr;

	if (kwatch_thread_delivers() || kwatch_session_open() < 0)
		return -1;
	paused = !kwatch_pause();
	nr = deliver();
	if (paused)
		kwatch_resume();
	return nr;
}

static void *run(void *arg)
{
	struct pollfd fds[2] = {
		{ .fd = device_fd, .events = POLLIN },
		{ .fd = stop_fd, .events = POLLIN },
	};

	(void)arg;
	/* What the user's function does is no hit; else it might never end. */
	kwatch_pause();
	while (!fds[1].revents) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
		deliver();
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

static int start(int fd)
{
	static bool registered;
	sigset_t all, old;
	int ret;

	stop_fd = eventfd(0, EFD_CLOEXEC);
	if (stop_fd < 0)
		return kwatch_session_fail(errno, "No thread for reports: %s", strerror(errno));
	device_fd = fd;
	/* The program's signals are not for it. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	ret = pthread_create(&thread, NULL, run, NULL);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (ret) {
		close(stop_fd);
		return kwatch_session_fail(ret, "No thread for reports: %s", strerror(ret));
	}
	pthread_setname_np(thread, "kwatch");
	running = true;
	if (!registered)
		atexit(at_exit);
	registered = true;
	return 0;
}

void kwatch_thread_stop(void)
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
	pthread_mutex_unlock(&thread_lock);
}

void kwatch_thread_forked(void)
{
	pthread_mutex_init(&deliver_lock, NULL);
	pthread_mutex_init(&thread_lock, NULL);
	if (running)
		close(stop_fd);
	running = false;
	delivering = false;
	function = NULL;
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
	int fd, ret = 0;

	if (kwatch_thread_delivers())
		return -1;
	if (!func) {
		kwatch_thread_stop();
		set_function(NULL, NULL);
		return 0;
	}
	fd = kwatch_session_open();
	if (fd < 0)
		return -1;
	set_function(func, arg);
	pthread_mutex_lock(&thread_lock);
	if (!running)
		ret = start(fd);
	pthread_mutex_unlock(&thread_lock);
	if (ret)
		set_function(NULL, NULL);
	return ret;
}
