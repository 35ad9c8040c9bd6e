// SPDX-License-Identifier: GPL-2.0
/*
 * A program that uses libkwatch as no program should: kwlodd MODE.  Each mode
 * ends by itself, with status 0 if all is well.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libkwatch.h>

static volatile uint64_t word;
static atomic_int told;
static pthread_t main_thread;
static jmp_buf back;

static void count(const struct kwatch_report *report, void *arg)
{
	(void)arg;
	told += report->kind == KWATCH_REPORT_HIT;
}

static void leave(const struct kwatch_report *report, void *arg)
{
	count(report, arg);
	pthread_exit(NULL);
}

static void jump(const struct kwatch_report *report, void *arg)
{
	count(report, arg);
	if (pthread_equal(pthread_self(), main_thread))
		longjmp(back, 1);
}

static void fork_there(const struct kwatch_report *report, void *arg)
{
	int status;

	(void)arg;
	if (report->kind != KWATCH_REPORT_HIT || told++ || !fork())
		return;
	wait(&status);
	printf("child: %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	fflush(stdout);
}

static int child_ends(void)
{
	pid_t child = fork();
	int status = -1;

	if (!child)
		_exit(0);
	waitpid(child, &status, 0);
	return status;
}

static void *take(void *arg)
{
	(void)arg;
	for (;;) {
		word = word + 1;
		free(kwatch_next());
		pthread_testcancel();
	}
	return NULL;
}

static void *flush(void *arg)
{
	(void)arg;
	for (;;) {
		word = word + 1;
		kwatch_flush();
		pthread_testcancel();
	}
	return NULL;
}

/* Threads that are cancelled hold nothing that fork() or exit() would wait for. */
static int cancel(void *(*func)(void *))
{
	pthread_t thread;
	int i;

	for (i = 0; i < 100; i++) {
		pthread_create(&thread, NULL, func, NULL);
		usleep(200 + i * 37 % 500);
		pthread_cancel(thread);
		pthread_join(thread, NULL);
		if (child_ends())
			return 1;
	}
	return 0;
}

static atomic_bool stop;
static atomic_long stolen, rounds;

static void *take_on(void *arg)
{
	(void)arg;
	while (!stop) {
		free(kwatch_next());
		if (!kwatch_pause())
			kwatch_resume();
	}
	return NULL;
}

static void *close_on(void *arg)
{
	(void)arg;
	while (!stop) {
		kwatch_close();
		usleep(20);
	}
	return NULL;
}

/* The program's own files keep what is theirs. */
static void *pipe_on(void *arg)
{
	char text[16] = "mine, not yours";
	int ends[2];

	(void)arg;
	while (!stop) {
		if (pipe2(ends, O_NONBLOCK))
			continue;
		if (write(ends[1], text, sizeof(text)) == sizeof(text)) {
			sched_yield();
			stolen += read(ends[0], text, sizeof(text)) != sizeof(text);
			rounds++;
		}
		close(ends[0]);
		close(ends[1]);
	}
	return NULL;
}

static int closing(void)
{
	void *(*const funcs[])(void *) = { take_on, take_on, take_on, close_on, pipe_on, pipe_on };
	pthread_t threads[6];
	int i;

	for (i = 0; i < 6; i++)
		pthread_create(&threads[i], NULL, funcs[i], NULL);
	while (rounds < 3000)
		usleep(1000);
	stop = true;
	for (i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	printf("stolen: %ld\n", stolen);
	return stolen != 0;
}

static int plugin(void)
{
	int i, (*start)(void);
	void *lib;

	for (i = 0; i < 3; i++) {
		lib = dlopen("/usr/lib/libplug_own.so", RTLD_NOW);
		start = lib ? (int (*)(void))dlsym(lib, "plug_start") : NULL;
		if (!start) {
			puts(dlerror());
			return 2;
		}
		if (start())
			return 1;
		dlclose(lib);
		usleep(50000);
	}
	return child_ends();
}

/* A report that was copied, and one without its library. */
static int copy(void)
{
	struct kwatch_report *report, mine;

	kwatch_watch(&word, sizeof(word), KWATCH_WRITE);
	word = 7;
	report = kwatch_next();
	if (!report)
		return 1;
	mine = *report;
	kwatch_print(&mine, stdout);
	free(report);
	return 0;
}

static void *store(void *arg)
{
	(void)arg;
	word = 5;
	kwatch_flush();
	return NULL;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	pthread_t thread;

	if (!strcmp(mode, "close"))
		return closing();
	if (!strcmp(mode, "plugin"))
		return plugin();
	if (!strcmp(mode, "copy"))
		return copy();
	if (kwatch_watch(&word, sizeof(word), KWATCH_WRITE) < 0) {
		puts(kwatch_error());
		return 2;
	}
	if (!strcmp(mode, "cancel-next"))
		return cancel(take);
	if (!strcmp(mode, "cancel-flush")) {
		kwatch_on_report(count, NULL);
		return cancel(flush);
	}
	if (!strcmp(mode, "main-ends")) {
		kwatch_on_report(count, NULL);
		pthread_exit(NULL);
	}
	if (!strcmp(mode, "function-ends")) {
		/* First the library's thread, then one that flushes. */
		kwatch_on_report(leave, NULL);
		word = 5;
		while (!told)
			usleep(1000);
		pthread_create(&thread, NULL, store, NULL);
		pthread_join(thread, NULL);
		kwatch_on_report(count, NULL);
		word = 6;
		kwatch_flush();
		printf("told: %d\n", told);
		return child_ends();
	}
	if (!strcmp(mode, "function-jumps")) {
		main_thread = pthread_self();
		kwatch_on_report(jump, NULL);
		/* Until it is this thread that has a report to give. */
		if (!setjmp(back)) {
			for (;;) {
				word = word + 1;
				kwatch_flush();
			}
		}
		kwatch_on_report(count, NULL);
		told = 0;
		word = 6;
		kwatch_flush();
		printf("told: %d\n", told);
		return child_ends();
	}
	if (!strcmp(mode, "function-forks")) {
		kwatch_on_report(fork_there, NULL);
		word = 5;
		while (!told)
			usleep(1000);
		kwatch_on_report(NULL, NULL);
		return 0;
	}
	return 2;
}
