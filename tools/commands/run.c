// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch run w4 VARIABLE -- PROGRAM [ARG...]: watch a program from its start.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "commands.h"
#include "launch.h"
#include "options.h"
#include "stream/spectext.h"
#include "watching.h"

#define NSEC_PER_SEC	1000000000ull

/* The program may end while its watch is off. */
#define LOOK_NS		(NSEC_PER_SEC / 5)

struct running {
	struct client_watching watching;	/* the first: follow's context */
	const char *path;			/* of the hits, or NULL */
	pid_t pid;
	int status;
	bool ended;
};

static volatile sig_atomic_t running_pid;

/* Who ends this means the program, whose end is ours. */
static void pass_on(int sig)
{
	if (running_pid > 0)
		kill(running_pid, sig);
}

/* A terminal sends Ctrl-C to both of us. */
static void set_signals(void)
{
	struct sigaction action = { .sa_handler = pass_on };

	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
}

static bool look(struct client_follow *follow)
{
	struct running *running = follow->context;

	running->ended = client_launch_wait(running->pid, false, &running->status);
	return running->ended;
}

/* stdout is the program's. */
static int open_output(struct running *running)
{
	struct client_follow *follow = &running->watching.follow;

	follow->fd_out = STDERR_FILENO;
	if (!running->path)
		return 0;
	follow->fd_out = open(running->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (follow->fd_out >= 0)
		return 0;
	client_complain("%s: %s", running->path, strerror(errno));
	return -1;
}

/* Return: 0, or -1 if there is nothing to run or to watch. */
static int start(struct running *running, const char *words, char **program)
{
	struct client_watching *watching = &running->watching;

	if (open_output(running) || client_watching_open(watching))
		return -1;
	watching->follow.tick = look;
	watching->follow.every_ns = LOOK_NS;
	running->pid = client_launch(program, &running->status);
	if (running->pid < 0)
		return -1;
	running_pid = running->pid;
	set_signals();
	if (!client_watching_arm(watching, words, running->pid)) {
		client_launch_go(running->pid);
		return 0;
	}
	running_pid = 0;
	kill(running->pid, SIGKILL);
	client_launch_wait(running->pid, true, &running->status);
	running->status = KWATCH_EXIT_FAILED;
	return -1;
}

static int run(int argc, char **argv)
{
	struct running running = {
		.watching = { .ctl = -1, .follow.fd = -1, .ends = "the program ends" },
		.status = KWATCH_EXIT_FAILED,
	};
	int c, i, ret;
	char *words;

	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		;
	if (i + 1 >= argc)
		return client_usage(&client_run_command);
	while ((c = client_options_next(i, argv, "o" KWATCH_WATCHING_OPTIONS)) != -1) {
		if (c == 'o')
			running.path = optarg;
		else if (!client_watching_option(&running.watching, c))
			return client_usage(&client_run_command);
	}
	if (optind == i)
		return client_usage(&client_run_command);
	words = client_spectext_join(i - optind, argv + optind);
	if (!strpbrk(words, " \t")) {
		free(words);
		return client_usage(&client_run_command);
	}

	ret = start(&running, words, argv + i + 1);
	if (!ret)
		ret = client_watching_run(&running.watching);
	if (client_watching_close(&running.watching))
		ret = -1;
	if (running.pid > 0 && running_pid && !running.ended)
		client_launch_wait(running.pid, true, &running.status);
	free(words);
	return ret && !running.status ? KWATCH_EXIT_FAILED : running.status;
}

const struct client_command client_run_command = {
	.name = "run",
	.args = "WATCH... [-o FILE] [-c N] [--json] -- PROGRAM [ARG...]",
	.summary = "watch a variable of a program from its start",
	.help =
"  kwatch run w4 global_var -- ./prog args\n"
"  kwatch run w libfoo:table+8 children -- ./prog\n"
"\n"
"The watch is armed when the program and its libraries are loaded, before main,\n"
"and ends with the program, whose exit status is returned; 128 and the number of\n"
"a signal if that killed it, 127 if there is no such program.\n"
"\n"
"  -o, --output FILE  the hits go there, and not to stderr\n"
"  -c, --count N      watch no longer than N hits; the program goes on\n"
"      --json         one object a line\n"
"\n"
"No debugger is attached to the program while it runs.  WATCH is as for -p of\n"
"\"kwatch help w8\".\n",
	.run = run,
};
