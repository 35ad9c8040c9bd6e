// SPDX-License-Identifier: GPL-2.0
/*
 * kwup: a program as distributions ship them, for tests of user stacks and of
 * variables by name: position-independent, optimised, no frame pointers, with a
 * shared library and others that come and go.  kwups is the same, stripped.
 *
 *   kwup WORD...    does what the words say, one after the other
 *
 *   once        one store to counter: main, the library, a function of the
 *               program that the library calls, one that is inlined there
 *   store=N     N such stores
 *   own=N       N stores by main itself
 *   deep=N      a store N calls deep
 *   signal      a store by a signal handler
 *   read=N      N reads of a file into counter
 *   other=N     N stores to another variable
 *   lib=N       N stores to the library's variable
 *   plug=FILE   load a library, have it store to counter, unload it
 *   fork=N      such stores by a forked child
 *   ready       prints "ready PID ADDRESS", of counter
 *   wait        for a line on stdin
 *   traps       prints "traps N", how many SIGTRAPs came
 *   kill=N      signal N to itself
 *   exit=N      ends with that status
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

uint32_t counter;
uint64_t other[4];
/* There is one in the library, too. */
static volatile uint16_t twin;
_Thread_local int per_thread;
/* Where the dynamic linker stores, before main. */
uint32_t *relocated = &counter;
/* And where the program itself does. */
static volatile uint32_t early;
static volatile sig_atomic_t traps;

extern uint64_t lib_word;
void lib_call(uint32_t n, void (*func)(uint32_t n));

static __attribute__((constructor)) void before_main(void)
{
	early = 1;
}

static void on_trap(int sig)
{
	(void)sig;
	traps++;
}

/* In one line: a debugger shows the instruction behind the store. */
static inline __attribute__((always_inline)) void put(uint32_t n)
{
	*(volatile uint32_t *)&counter = n; __asm__ volatile("nop; nop");
}

__attribute__((noinline)) void program_store(uint32_t n)
{
	char room[64];

	/* It has a frame, of a size that no debugger guesses. */
	__asm__ volatile("" : : "r" (room) : "memory");
	put(n);
	twin++;
}

static __attribute__((noinline)) void deep(unsigned long n)
{
	char room[64];

	__asm__ volatile("" : : "r" (room) : "memory");
	if (n)
		deep(n - 1);
	else
		put(1);
	/* Not a tail call. */
	__asm__ volatile("nop");
}

static __attribute__((noinline)) void forked(unsigned long n)
{
	pid_t pid = fork();

	if (pid < 0)
		exit(1);
	if (pid > 0) {
		waitpid(pid, NULL, 0);
		return;
	}
	while (n)
		lib_call(n--, program_store);
	_exit(0);
}

static __attribute__((noinline)) void read_in(unsigned long n)
{
	int fd = open("/dev/zero", O_RDONLY);

	while (n-- && read(fd, &counter, sizeof(counter)) == sizeof(counter))
		;
	close(fd);
}

static void on_signal(int sig)
{
	put(sig);
}

static __attribute__((noinline)) void plug(const char *file)
{
	void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
	void (*store)(uint32_t *word);

	if (!library || !(store = (void (*)(uint32_t *))dlsym(library, "plug_store"))) {
		fprintf(stderr, "kwup: %s\n", dlerror());
		exit(1);
	}
	store(&counter);
	dlclose(library);
}

int main(int argc, char **argv)
{
	char line[64];
	int i;

	signal(SIGTRAP, on_trap);
	signal(SIGUSR1, on_signal);
	for (i = 1; i < argc; i++) {
		const char *value = strchr(argv[i], '=');
		unsigned long n = value ? strtoul(value + 1, NULL, 0) : 1, j;

		if (!strcmp(argv[i], "once") || !strncmp(argv[i], "store=", 6)) {
			for (j = 1; j <= n; j++)
				lib_call(j, program_store);
		} else if (!strncmp(argv[i], "own=", 4)) {
			for (j = 1; j <= n; j++)
				put(j);
		} else if (!strncmp(argv[i], "fork=", 5)) {
			forked(n);
		} else if (!strncmp(argv[i], "deep=", 5)) {
			deep(n);
		} else if (!strncmp(argv[i], "read=", 5)) {
			read_in(n);
		} else if (!strcmp(argv[i], "signal")) {
			raise(SIGUSR1);
		} else if (!strncmp(argv[i], "other=", 6)) {
			for (j = 1; j <= n; j++)
				*(volatile uint64_t *)&other[0] = j;
		} else if (!strncmp(argv[i], "lib=", 4)) {
			for (j = 1; j <= n; j++)
				*(volatile uint64_t *)&lib_word = j;
		} else if (!strncmp(argv[i], "plug=", 5)) {
			plug(value + 1);
		} else if (!strcmp(argv[i], "ready")) {
			printf("ready %d %p\n", getpid(), (void *)&counter);
			fflush(stdout);
		} else if (!strcmp(argv[i], "wait")) {
			if (!fgets(line, sizeof(line), stdin))
				return 1;
		} else if (!strcmp(argv[i], "traps")) {
			printf("traps %d\n", (int)traps);
			fflush(stdout);
		} else if (!strncmp(argv[i], "kill=", 5)) {
			raise(n);
		} else if (!strncmp(argv[i], "exit=", 5)) {
			exit(n);
		} else {
			fprintf(stderr, "kwup: %s?\n", argv[i]);
			return 2;
		}
	}
	return 0;
}
