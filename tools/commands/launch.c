// SPDX-License-Identifier: GPL-2.0
/*
 * Start a program and hold it, see launch.h.
 *
 * exec() stops with the program mapped and none of its libraries.  A breakpoint
 * instruction at the program's entry, where the dynamic linker jumps to when it
 * is done, stops it a second time.  The trap comes to its tracer; when the
 * program goes on it has neither.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "commands.h"
#include "launch.h"
#include "base/slurp.h"

#define STATUS_NOT_FOUND	127
#define STATUS_NOT_RUN		126
#define STATUS_SIGNAL		128

#if defined(__x86_64__)
#define TRAP_MASK	0xfful
#define TRAP		0xccul
#define TRAP_BYTES	1		/* the trap comes behind it */
#define PC(regs)	((regs)->rip)
#elif defined(__aarch64__)
#define TRAP_MASK	0xfffffffful
#define TRAP		0xd4200000ul	/* brk #0 */
#define TRAP_BYTES	0
#define PC(regs)	((regs)->pc)
#else
#error "which instruction traps here?"
#endif

static int status_of(int wait_status)
{
	return WIFSIGNALED(wait_status) ? STATUS_SIGNAL + WTERMSIG(wait_status) :
					  WEXITSTATUS(wait_status);
}

static void __attribute__((noreturn)) child(char **argv)
{
	/* What this program has changed for itself. */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		client_complain("%s: cannot be held before its start: %s", argv[0],
				strerror(errno));
		_exit(STATUS_NOT_RUN);
	}
	execvp(argv[0], argv);
	client_complain("%s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN);
}

static pid_t wait_stop(pid_t pid, int *status)
{
	pid_t ret;

	do
		ret = waitpid(pid, status, __WALL);
	while (ret < 0 && errno == EINTR);
	return ret;
}

/* Where the program begins, from its auxiliary vector; 0 if it is of 32 bits. */
static uint64_t entry_of(pid_t pid)
{
	char path[64], *text;
	uint64_t entry = 0;
	size_t len, i;

	snprintf(path, sizeof(path), "/proc/%d/auxv", pid);
	text = client_slurp(AT_FDCWD, path, &len);
	for (i = 0; text && i + sizeof(Elf64_auxv_t) <= len; i += sizeof(Elf64_auxv_t)) {
		Elf64_auxv_t aux;

		memcpy(&aux, text + i, sizeof(aux));
		if (aux.a_type == AT_NULL)
			break;
		if (aux.a_type == AT_ENTRY)
			entry = aux.a_un.a_val;
	}
	free(text);
	return entry;
}

static int get_regs(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	return ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
}

static int set_regs(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec iov = { regs, sizeof(*regs) };

	return ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &iov);
}

/* Let it run, with the signals that come, until it stands on @entry. */
static int run_to(pid_t pid, uint64_t entry, int *wait_status)
{
	struct user_regs_struct regs;
	unsigned long sig = 0;

	for (;;) {
		if (ptrace(PTRACE_CONT, pid, NULL, sig) || wait_stop(pid, wait_status) < 0)
			return -1;
		if (!WIFSTOPPED(*wait_status))
			return 0;
		sig = WSTOPSIG(*wait_status);
		if (sig == SIGTRAP && !get_regs(pid, &regs) &&
		    PC(&regs) == entry + TRAP_BYTES) {
			PC(&regs) = entry;
			return set_regs(pid, &regs);
		}
	}
}

/*
 * From exec() to the program's entry.
 * Return: 0, @wait_status says whether it is still there; -1 with errno.
 */
static int run_to_entry(pid_t pid, int *wait_status)
{
	uint64_t entry = entry_of(pid), at = entry & -sizeof(long);
	unsigned int shift = (entry - at) * 8;
	unsigned long word;

	/* The watch begins with exec() then. */
	if (!entry)
		return 0;
	/* The word may end behind the page, but not outside of the program. */
	errno = 0;
	word = ptrace(PTRACE_PEEKTEXT, pid, at, NULL);
	if (errno)
		return -1;
	if (ptrace(PTRACE_POKETEXT, pid, at,
		   (word & ~(TRAP_MASK << shift)) | TRAP << shift) ||
	    run_to(pid, entry, wait_status))
		return -1;
	if (!WIFSTOPPED(*wait_status))
		return 0;
	return ptrace(PTRACE_POKETEXT, pid, at, word);
}

pid_t client_launch(char **argv, int *status)
{
	int wait_status;
	pid_t pid;

	*status = STATUS_NOT_RUN;
	fflush(NULL);
	pid = fork();
	if (!pid)
		child(argv);
	if (pid < 0) {
		client_complain("%s: %s", argv[0], strerror(errno));
		return -1;
	}
	if (wait_stop(pid, &wait_status) < 0)
		goto failed;
	if (!WIFSTOPPED(wait_status)) {
		/* The child has said why. */
		*status = status_of(wait_status);
		return -1;
	}
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL) ||
	    run_to_entry(pid, &wait_status))
		goto failed;
	if (WIFSTOPPED(wait_status))
		return pid;
	*status = status_of(wait_status);
	client_complain("%s: it ended before its main", argv[0]);
	return -1;

failed:
	client_complain("%s: cannot be held before its start: %s", argv[0], strerror(errno));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
	return -1;
}

void client_launch_go(pid_t pid)
{
	ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

bool client_launch_wait(pid_t pid, bool block, int *status)
{
	int wait_status;
	pid_t ret;

	do
		ret = waitpid(pid, &wait_status, block ? 0 : WNOHANG);
	while (ret < 0 && errno == EINTR);
	if (ret > 0)
		*status = status_of(wait_status);
	return ret != 0;
}
