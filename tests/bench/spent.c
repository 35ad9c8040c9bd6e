// SPDX-License-Identifier: GPL-2.0
/*
 * spent FILE COMMAND...: run it, and write to FILE the nanoseconds that it had
 * of a CPU, its own and the kernel's for it.  Under QEMU's -icount shift=0
 * those are instructions.  SIGINT is passed on.
 *
 * The sum is exact to a microsecond; the parts are not, the kernel tells them
 * apart by the tick.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static void pass_on(int sig)
{
	if (child > 0)
		kill(child, sig);
}

static unsigned long long ns(const struct timeval *tv)
{
	return (tv->tv_sec * 1000000ull + tv->tv_usec) * 1000;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status = 0;
	FILE *file;

	if (argc < 3)
		return 2;
	signal(SIGINT, pass_on);
	child = fork();
	if (!child) {
		signal(SIGINT, SIG_DFL);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	while (wait4(child, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return 1;
	file = fopen(argv[1], "w");
	if (!file)
		return 1;
	fprintf(file, "%llu\n", ns(&usage.ru_utime) + ns(&usage.ru_stime));
	fclose(file);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
