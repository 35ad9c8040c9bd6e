// SPDX-License-Identifier: GPL-2.0
/*
 * kwl: an unprivileged program that watches its own memory by libkwatch.
 *
 *   kwl NAME    does what NAME says and prints what it got of it
 *
 *   threads     eight threads that store, by callback
 *   pause       threads that pause around stores that are allowed
 *   fd          by kwatch_fd() and kwatch_next(), the kernel's stores too
 *   set         where a watch was set, and who ends it
 *   errors      everything that is refused
 *   fork        a child has watches of its own
 *   life        watches, and closes, again and again
 *   exit        stores right before it ends; prints the reports
 *   callback    what the function that gets the reports may call; ends in it
 *   wait        watches, and sleeps until it is killed
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libkwatch.h>

#define THREADS	8

static volatile uint64_t words[8] __attribute__((aligned(64)));

/* The one that is watched and stored to. */
static volatile uint64_t *word = &words[0];

static atomic_ulong hits, by_kernel, wrong, lost, suppressed, ended, unseen;
static int watched;

static _Noreturn void die(const char *what)
{
	printf("%s: %s: %s\n", what, strerror(errno), kwatch_error());
	exit(1);
}

static int watch(volatile uint64_t *at)
{
	/* Without a copy of the stack there is room for more reports. */
	watched = kwatch_watch_with(at, sizeof(*at), KWATCH_WRITE, NULL);
	if (watched < 0)
		die("kwatch_watch");
	return watched;
}

static void count(const struct kwatch_report *report, void *arg)
{
	(void)arg;
	switch (report->kind) {
	case KWATCH_REPORT_HIT:
		hits++;
		by_kernel += report->flags & KWATCH_REPORT_BY_KERNEL;
		/* On x86 what another CPU stores is seen as well; but a hit of one thread is exact. */
		wrong += report->addr != word || report->len != 8 || !report->nr_frames ||
			 !report->nr_set_frames || !report->tid || report->watch != watched ||
			 strncmp(report->comm, "kwl", 3);
		break;
	case KWATCH_REPORT_LOST:
		lost += report->count;
		break;
	case KWATCH_REPORT_SUPPRESSED:
		suppressed++;
		break;
	case KWATCH_REPORT_ENDED:
		ended++;
		break;
	case KWATCH_REPORT_UNSEEN:
		unseen++;
		break;
	}
}

static void tell(const char *what)
{
	/* Of stores by several CPUs at once one may be lost, and is told then. */
	printf("%s: hits=%lu lost=%lu told=%lu wrong=%lu suppressed=%lu ended=%lu unseen=%lu\n", what,
	       hits, lost, hits + lost, wrong, suppressed, ended, unseen);
	hits = wrong = lost = suppressed = ended = unseen = 0;
}

/* The reports are taken as they come, so that none is overwritten. */
static void store(unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		*word = i;
		if (i % 16 == 15)
			kwatch_flush();
	}
	kwatch_flush();
}

static void *storer(void *arg)
{
	store((unsigned long)arg);
	return NULL;
}

static void threads(void *(*func)(void *arg), unsigned long arg)
{
	pthread_t thread[THREADS];
	int i;

	for (i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, func, (void *)arg))
			die("pthread_create");
	for (i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
}

static int do_threads(void)
{
	if (kwatch_on_report(count, NULL))
		die("kwatch_on_report");
	watch(&words[0]);
	store(500);
	tell("main");
	threads(storer, 1000);
	tell("threads");
	if (kwatch_unwatch(watched))
		die("kwatch_unwatch");
	store(100);
	tell("unwatched");
	return 0;
}

static void refused(const char *what, int ret)
{
	printf("%s: %s: %s\n", what, ret == -1 ? strerrorname_np(errno) : "done", kwatch_error());
}

static void *pauser(void *arg)
{
	kwatch_pause();
	kwatch_pause();
	store((unsigned long)arg);
	kwatch_resume();
	store((unsigned long)arg);
	kwatch_resume();
	store(3);
	return NULL;
}

static int do_pause(void)
{
	if (kwatch_on_report(count, NULL))
		die("kwatch_on_report");
	watch(&words[0]);
	threads(pauser, 100);
	tell("pause");
	refused("resume", kwatch_resume());
	return 0;
}

static unsigned int take_all(void)
{
	struct kwatch_report *report;
	unsigned int nr = 0;

	errno = 0;
	while ((report = kwatch_next())) {
		count(report, NULL);
		free(report);
		nr++;
	}
	return nr;
}

static int do_fd(void)
{
	struct pollfd fd = { .fd = kwatch_fd(), .events = POLLIN };
	int pipes[2], ret;

	watch(&words[0]);
	ret = poll(&fd, 1, 0);
	printf("nothing: %d ", ret);
	ret = take_all();
	printf("%d %s\n", ret, strerrorname_np(errno));
	words[0] = 1;
	ret = poll(&fd, 1, 10000);
	printf("poll: %d ", ret);
	printf("%d\n", take_all());
	tell("fd");
	if (pipe(pipes) || write(pipes[1], "12345678", 8) != 8 || read(pipes[0], (void *)words, 8) != 8)
		die("pipe");
	take_all();
	printf("kernel: %d %d\n", hits > 0, hits == by_kernel);
	return 0;
}

static __attribute__((noinline)) int set_the_watch(void)
{
	int id = kwatch_watch(&words[0], sizeof(words[0]), KWATCH_WRITE);

	/* Else it would be a jump, and not in the stack. */
	__asm__ volatile ("" ::: "memory");
	return id;
}

static __attribute__((noinline)) void store_here(void)
{
	words[0] = 77;
	__asm__ volatile ("" ::: "memory");
}

static __attribute__((noinline)) void store_there(void)
{
	store_here();
	__asm__ volatile ("" ::: "memory");
}

static int do_set(void)
{
	struct pollfd fd = { .fd = kwatch_fd(), .events = POLLIN };
	struct kwatch_report *report;

	watched = set_the_watch();
	store_there();
	report = kwatch_next();
	if (!report)
		die("kwatch_next");
	kwatch_print(report, stdout);
	printf("values: %d %d\n", (int)report->old_value, (int)report->new_value);
	free(report);
	kwatch_unwatch(watched);
	report = kwatch_next();
	if (!report)
		die("kwatch_next");
	kwatch_print(report, stdout);
	free(report);
	watched = kwatch_watch_with(words, 8, KWATCH_WRITE, "limit=2 changed");
	store(10);
	while (!ended && poll(&fd, 1, 10000) == 1)
		take_all();
	tell("limit");
	return 0;
}

static int do_errors(void)
{
	char options[2048];

	refused("length", kwatch_watch(words, 0, KWATCH_WRITE));
	refused("access", kwatch_watch(words, 8, 0));
	refused("null", kwatch_watch(NULL, 8, KWATCH_WRITE));
	refused("kernel", kwatch_watch((void *)0xffffffff81000000, 8, KWATCH_WRITE));
	refused("option", kwatch_watch_with(words, 8, KWATCH_WRITE, "rate=0"));
	memset(options, 'x', sizeof(options));
	options[sizeof(options) - 1] = '\0';
	refused("long", kwatch_watch_with(words, 8, KWATCH_WRITE, options));
	refused("unwatch", kwatch_unwatch(1));
	watch(&words[0]);
	refused("same", kwatch_watch_with(words, 8, KWATCH_WRITE, NULL));
	watch(&words[1]);
	refused("third", kwatch_watch(&words[2], 8, KWATCH_WRITE));
	kwatch_close();
	watch(&words[2]);
	refused("closed", kwatch_unwatch(watched));
	return 0;
}

static int do_fork(void)
{
	pid_t pid;

	if (kwatch_on_report(count, NULL))
		die("kwatch_on_report");
	watch(&words[0]);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		words[0] = 3;
		if (kwatch_on_report(count, NULL))
			die("kwatch_on_report");
		/* On 5.10 it has its parent's breakpoint, and QEMU knows one to a word. */
		word = &words[4];
		watch(word);
		store(7);
		tell("child");
		exit(0);
	}
	waitpid(pid, NULL, 0);
	store(5);
	tell("parent");
	return 0;
}

static int do_life(void)
{
	int i;

	for (i = 0; i < 100; i++) {
		if (kwatch_on_report(count, NULL))
			die("kwatch_on_report");
		watch(&words[0]);
		store(3);
		kwatch_close();
	}
	tell("life");
	return 0;
}

static int do_exit(void)
{
	if (kwatch_on_report(kwatch_print, stdout))
		die("kwatch_on_report");
	watch(&words[0]);
	words[0] = 42;
	return 0;
}

static void call(const struct kwatch_report *report, void *arg)
{
	if (report->kind == KWATCH_REPORT_ENDED)
		exit(3);
	if (report->kind != KWATCH_REPORT_HIT)
		return;
	words[0]++;	/* no hit */
	refused("flush", kwatch_flush());
	refused("on_report", kwatch_on_report(call, arg));
	errno = 0;
	kwatch_close();
	printf("close: %s\n", strerrorname_np(errno));
	printf("watch: %d\n", kwatch_watch(&words[1], 8, KWATCH_WRITE) > 0);
	printf("unwatch: %d\n", kwatch_unwatch(report->watch));
}

static int do_callback(void)
{
	if (kwatch_on_report(call, NULL))
		die("kwatch_on_report");
	watch(&words[0]);
	words[0] = 1;
	for (;;)
		pause();
}

static int do_wait(void)
{
	if (kwatch_on_report(count, NULL))
		die("kwatch_on_report");
	watch(&words[0]);
	printf("waits\n");
	for (;;)
		pause();
}

static const struct {
	const char *name;
	int (*run)(void);
} modes[] = {
	{ "threads", do_threads },
	{ "pause", do_pause },
	{ "fd", do_fd },
	{ "set", do_set },
	{ "errors", do_errors },
	{ "fork", do_fork },
	{ "life", do_life },
	{ "exit", do_exit },
	{ "callback", do_callback },
	{ "wait", do_wait },
};

int main(int argc, char **argv)
{
	size_t i;

	if (getuid() == 0 && (setgid(1000) || setuid(1000)))
		die("setuid");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (argc == 2 && !strcmp(argv[1], modes[i].name))
			return modes[i].run();
	fprintf(stderr, "usage: kwl threads|pause|fd|set|errors|fork|life|exit|callback|wait\n");
	return 2;
}
