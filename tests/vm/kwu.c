// SPDX-License-Identifier: GPL-2.0
/*
 * kwu: a process whose memory is watched, for the tests in the guest.
 *
 *   kwu victim    prints "ready PID ADDRESS", then does what stdin says, one
 *                 command a line, and prints "done" after each
 *   kwu poke PID ADDRESS VALUE    process_vm_writev(), or /proc/PID/mem
 *   kwu own ID N  what an unprivileged user gets of /dev/kwatch: "NAME: VALUE"
 *                 lines; ID is somebody else's watch, N how many to add and remove
 *   kwu hog       takes all slots that an unprivileged user gets, says how many,
 *                 and sleeps
 *   kwu as-user PROGRAM [ARG...]    run it by somebody unprivileged
 *   kwu execs N   prints "ready PID ADDRESS", runs itself N times, then waits for the
 *                 end of stdin
 *   kwu raw FILE  one line for each hit with a copy of the user stack
 *   kwu bpf ADDRESS VALUE    a BPF program on kwatch:hit that stores VALUE to ADDRESS
 *                 of the task that is hit; says "ready" and sleeps
 *
 * ADDRESS is that of eight bytes, the same in every run.  Commands:
 *
 *   store N         N stores by the main thread
 *   threads T N     T new threads make N stores each, and end
 *   pool T          T new threads, which wait
 *   poolstore N     each of these makes N stores
 *   churn T N R     R times: T threads that make N stores each and end, two at
 *                   a time the parents of the next
 *   bg / stop       start threads that store and make threads all the time;
 *                   have them end.  "done N" says how many stores they made
 *   sparse / stop   start two threads that store now and then; have them end
 *   late N          N times a thread stores, and another, which may interrupt it
 *                   there, stores 10 times
 *   rearm N         N times a thread stores, and if it is interrupted there, goes
 *                   on when the watch "c" of the word was made anew.  "done N"
 *                   says how many stores came while there may have been none
 *   fork N          a forked child stores N times and ends
 *   forkbg          one that sleeps for ever; "done PID"
 *   drop            give the word's page back to the kernel: it is 0, and not there
 *   zero N          N stores of 0 to the word, by a vector register on arm64
 *   vfork N         a child of vfork() stores N times and ends
 *   vforkexec N     one stores N times and runs another program
 *   share-vm N      a child of clone(CLONE_VM) stores N times, and so does a child of
 *                   its own
 *   heir N          one stores N times once this process has ended, and ends; "done
 *                   PID"
 *   cleartid N      N threads end, of each the kernel clears the word (CLEARTID);
 *                   2 * N stores
 *   robust N        the same with a robust futex
 *   where           "done OFFSET" in this file of the function that "called" calls
 *   called N        N stores by that function
 *   code32 N        N stores by 32-bit code, where there is such
 *   read N          N reads of eight bytes from a pipe into the word
 *   uring N F       N reads by io_uring, with IOSQE flags F; "done without" it
 *   traps           "done N" says how many SIGTRAPs came
 *   rate N          makes N stores; "done NS" says how long that took
 *   cost            "done NS": the shortest of 50 runs of 10,000 stores beside
 *                   the word, in its page
 *   share           map a word of /tmp/shared, a file; "done ADDRESS"
 *   count T         T threads, and those that another makes, count there for ever,
 *                   in turn
 *   map             map a page and store 7 to it; "done ADDRESS"
 *   mapstore V      store V there
 *   unmap, remap    unmap it; map another one at the same address
 *   move            mremap() it elsewhere, and store to it there
 *   dontneed, protect  drop its page, or lock it for a moment: it stays mapped
 *   comm NAME       the main thread calls itself so, with a newline for each "%"
 *   exec            the same program again, as the same process
 *   exit            and so does the end of stdin
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../include/uapi/kwatch.h"

#define POOL_MAX	64

/*
 * And some room behind it, in a page where nothing else is stored: QEMU takes an
 * unaligned store for one to whatever is watched further down in its page.
 */
static volatile uint64_t words[512] __attribute__((aligned(4096)));
#define word	(words[0])
static volatile sig_atomic_t traps;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static void store(unsigned long n)
{
	unsigned long i;

	for (i = 0; i < n; i++)
		word = i;
}

/* By an instruction whose value arm64's handler does not know. */
static void zero(unsigned long n)
{
	while (n--) {
#ifdef __aarch64__
		asm volatile("movi v0.2d, #0\n\tst1 {v0.d}[0], [%0]" : : "r" (&word) : "v0", "memory");
#else
		word = 0;
#endif
	}
}

static __attribute__((noinline, noclone)) void called(unsigned long n)
{
	store(n);
	asm volatile("" : : : "memory"); /* no tail call */
}

/* The file is not relocated, and its first byte lies at the start of its headers. */
static unsigned long where(void)
{
	extern const char __ehdr_start[];

	return (unsigned long)called - (unsigned long)__ehdr_start;
}

/* Code, data and stack below 4 GB, entered and left by far returns. */
static bool code32(unsigned long n)
{
#ifdef __x86_64__
	static const uint8_t insns[] = {
		0xc7, 0x05, 0, 0, 0, 0, 5, 0, 0, 0,	/* movl $5, word */
		0xcb,					/* lret */
	};
	uint32_t to = (unsigned long)&word;
	uint8_t *low = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);

	if (low == MAP_FAILED)
		die("mmap");
	memcpy(low, insns, sizeof(insns));
	memcpy(low + 2, &to, sizeof(to));
	while (n--)
		asm volatile("mov %%rsp, %%rbx\n\t"
			     "mov $0x2b, %%eax\n\t"
			     "mov %%eax, %%ds\n\t"
			     "lea 8000(%0), %%rsp\n\t"
			     "lea 1f(%%rip), %%rax\n\t"
			     "sub $8, %%rsp\n\t"
			     "movl %%eax, (%%rsp)\n\t"	/* what lret pops: ip and cs, 32 bits each */
			     "movl $0x33, 4(%%rsp)\n\t"
			     "pushq $0x23\n\t"
			     "pushq %0\n\t"
			     "lretq\n"
			     "1:\tmov %%rbx, %%rsp"
			     : : "r" ((unsigned long)low) : "rax", "rbx", "memory", "cc");
	munmap(low, 8192);
	return true;
#else
	(void)n;
	return false;
#endif
}

static pthread_t start(void *(*func)(void *arg), unsigned long arg)
{
	pthread_attr_t attr;
	pthread_t thread;
	int ret;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	ret = pthread_create(&thread, &attr, func, (void *)arg);
	if (ret) {
		errno = ret;
		die("pthread_create");
	}
	return thread;
}

static void *storer(void *arg)
{
	store((unsigned long)arg);
	return NULL;
}

static void threads(unsigned long nr, unsigned long n)
{
	pthread_t thread[POOL_MAX];
	unsigned long i;

	for (i = 0; i < nr; i++)
		thread[i] = start(storer, n);
	for (i = 0; i < nr; i++)
		pthread_join(thread[i], NULL);
}

/* The pool. */
static pthread_barrier_t pool_start, pool_end;
static unsigned long pool_n;

static void *pool_thread(void *arg)
{
	(void)arg;
	for (;;) {
		pthread_barrier_wait(&pool_start);
		store(pool_n);
		pthread_barrier_wait(&pool_end);
	}
	return NULL;
}

static void pool(unsigned long nr)
{
	pthread_barrier_init(&pool_start, NULL, nr + 1);
	pthread_barrier_init(&pool_end, NULL, nr + 1);
	while (nr--)
		start(pool_thread, 0);
}

static void pool_store(unsigned long n)
{
	pool_n = n;
	pthread_barrier_wait(&pool_start);
	pthread_barrier_wait(&pool_end);
}

/* A thread that stores, and makes another before it ends. */
static unsigned long churn_n;

static void *churner(void *arg)
{
	unsigned long left = (unsigned long)arg;

	store(churn_n);
	if (left > 1)
		pthread_join(start(churner, left - 1), NULL);
	return NULL;
}

static void churn(unsigned long nr, unsigned long n, unsigned long rounds)
{
	pthread_t thread[POOL_MAX];
	unsigned long i;

	churn_n = n;
	while (rounds--) {
		for (i = 0; i < nr; i++)
			thread[i] = start(churner, 2);
		for (i = 0; i < nr; i++)
			pthread_join(thread[i], NULL);
	}
}

/* In the background: whoever ends counts its stores. */
static atomic_bool bg_stop;
static atomic_ulong bg_stores;
static pthread_t bg_threads[2];

static void *bg_child(void *arg)
{
	(void)arg;
	store(10);
	bg_stores += 10;
	return NULL;
}

static void *bg_thread(void *arg)
{
	(void)arg;
	while (!bg_stop) {
		store(10);
		bg_stores += 10;
		pthread_join(start(bg_child, 0), NULL);
	}
	return NULL;
}

static void bg(void)
{
	bg_stop = false;
	bg_threads[0] = start(bg_thread, 0);
	bg_threads[1] = start(bg_thread, 0);
}

/* As long as it takes to arm a watch, more or less. */
static void *sparse_thread(void *arg)
{
	(void)arg;
	while (!bg_stop) {
		word = ++bg_stores;
		usleep(100 + bg_stores % 1000);
	}
	return NULL;
}

static void sparse(void)
{
	bg_stop = false;
	bg_threads[0] = start(sparse_thread, 0);
	bg_threads[1] = start(sparse_thread, 0);
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/*
 * Two threads of one CPU.  The second goes first, and its turn comes closer and closer
 * to the other's store: somewhere into it, which where traps come first ends
 * in a store that is late by ten others.
 */
#define LATE_EVERY_NS	3000000UL

static unsigned long late_from;	/* CLOCK_MONOTONIC, in ns */

static void late_wait(unsigned long at)
{
	const struct timespec ts = { at / 1000000000, at % 1000000000 };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL))
		;
}

static void late_pin(int policy)
{
	const struct sched_param param = { policy == SCHED_FIFO };
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	if (sched_setaffinity(0, sizeof(cpus), &cpus) || sched_setscheduler(0, policy, &param))
		die("late");
	prctl(PR_SET_TIMERSLACK, 1);
}

static void *late_thread(void *arg)
{
	unsigned long n = (unsigned long)arg, i;

	late_pin(SCHED_OTHER);
	for (i = 1; i <= n; i++) {
		late_wait(late_from + i * LATE_EVERY_NS - i * 7 % 400 * 1000);
		word = i * 100;
	}
	return NULL;
}

static void *first_thread(void *arg)
{
	unsigned long n = (unsigned long)arg, i, k;

	late_pin(SCHED_FIFO);
	for (i = 1; i <= n; i++) {
		late_wait(late_from + i * LATE_EVERY_NS);
		for (k = 1; k <= 10; k++)
			word = i * 100 + k;
	}
	return NULL;
}

static void late(unsigned long n)
{
	pthread_t one, other;

	late_from = now_ns();
	one = start(late_thread, n);
	other = start(first_thread, n);
	pthread_join(one, NULL);
	pthread_join(other, NULL);
}

/*
 * The same, but whoever comes in between keeps the CPU until a third thread has armed
 * the watch anew, which is to be named "c": that one never saw the store's trap.
 */
static atomic_ulong rearm_turn, rearm_begun, rearm_armed, rearm_stored;
static atomic_ulong rearm_gap;	/* odd while there is no watch */

static unsigned long rearm_next(unsigned long i)
{
	while (rearm_turn < i)
		usleep(100);
	return late_from;
}

/* Returns how many stores may have been made while there was no watch. */
static void *rearm_late_thread(void *arg)
{
	unsigned long n = (unsigned long)arg, i, gap, unwatched = 0;

	late_pin(SCHED_OTHER);
	for (i = 1; i <= n; i++) {
		late_wait(rearm_next(i) - i * 7 % 400 * 1000);
		gap = rearm_gap;
		word = i;
		unwatched += (gap | rearm_gap) & 1;
		rearm_stored = i;
	}
	return (void *)unwatched;
}

static void *rearm_hog_thread(void *arg)
{
	unsigned long n = (unsigned long)arg, i;

	late_pin(SCHED_FIFO);
	for (i = 1; i <= n; i++) {
		late_wait(rearm_next(i));
		rearm_begun = i;
		while (rearm_armed < i)
			;
	}
	return NULL;
}

static unsigned long rearm(unsigned long n)
{
	int ctl = open("/sys/kernel/debug/kwatch/ctl", O_WRONLY), len;
	pthread_t one, other;
	unsigned long i;
	char spec[128];
	void *unwatched;

	len = snprintf(spec, sizeof(spec), "w8 %p pid=%d rate=0 summary stack=off ustack=off name=c\n",
		       (void *)&word, getpid());
	rearm_turn = rearm_begun = rearm_armed = rearm_stored = rearm_gap = 0;
	one = start(rearm_late_thread, n);
	other = start(rearm_hog_thread, n);
	for (i = 1; i <= n; i++) {
		late_from = now_ns() + LATE_EVERY_NS;
		rearm_turn = i;
		while (rearm_begun < i)
			usleep(100);
		rearm_gap++;
		if (write(ctl, "-c\n", 3) != 3 || write(ctl, spec, len) != len)
			die("rearm");
		rearm_gap++;
		rearm_armed = i;
		while (rearm_stored < i)
			usleep(100);
	}
	pthread_join(one, &unwatched);
	pthread_join(other, NULL);
	close(ctl);
	return (unsigned long)unwatched;
}

static unsigned long stop_bg(void)
{
	bg_stop = true;
	pthread_join(bg_threads[0], NULL);
	pthread_join(bg_threads[1], NULL);
	return bg_stores;
}

/*
 * Where the number of stores is what was stored.  Not by atomic instructions,
 * of which QEMU loses some hits where two CPUs make them at once.
 */
static volatile unsigned long *page;

static void map_page(void *at)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | (at ? MAP_FIXED : 0);

	page = mmap(at, 4096, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (page == MAP_FAILED)
		die("mmap");
}

static void move_page(void)
{
	volatile unsigned long *to = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	to = mremap((void *)page, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, (void *)to);
	if (to == MAP_FAILED)
		die("mremap");
	*to = 5;
}

static void protect_page(void)
{
	if (mprotect((void *)page, 4096, PROT_READ) ||
	    mprotect((void *)page, 4096, PROT_READ | PROT_WRITE))
		die("mprotect");
}

static volatile unsigned long *shared;
static pthread_mutex_t shared_turn = PTHREAD_MUTEX_INITIALIZER;

static void *count_thread(void *arg)
{
	unsigned long n = (unsigned long)arg;

	while (!n || --n) {
		pthread_mutex_lock(&shared_turn);
		*shared += 1;
		pthread_mutex_unlock(&shared_turn);
	}
	return NULL;
}

static void *count_churn(void *arg)
{
	while (!arg)
		pthread_join(start(count_thread, 10), NULL);
	return NULL;
}

static void share(void)
{
	int fd = open("/tmp/shared", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || ftruncate(fd, 4096))
		die("/tmp/shared");
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED)
		die("mmap");
	close(fd);
	/* Mapped, so that a watch sees the first store as well. */
	*shared = 0;
}

static void count(unsigned long nr)
{
	while (nr--)
		start(count_thread, 0);
	start(count_churn, 0);
}

static void fork_store(unsigned long n)
{
	pid_t pid = fork();

	if (!pid) {
		store(n);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static pid_t fork_sleep(void)
{
	pid_t pid = fork();

	while (!pid)
		pause();
	return pid;
}

/* Children that share the memory. */

static void vfork_store(unsigned long n, bool exec)
{
	pid_t pid = vfork();

	if (!pid) {
		store(n);
		if (exec)
			execl("/proc/self/exe", "kwu", "nothing", NULL);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("vfork");
}

static pid_t start_sharing(int (*func)(void *arg), unsigned long arg)
{
	static char stack[2][64 * 1024] __attribute__((aligned(4096)));
	static unsigned int next;
	pid_t pid = clone(func, stack[next++ % 2] + sizeof(stack[0]), CLONE_VM | SIGCHLD,
			  (void *)arg);

	if (pid < 0)
		die("clone");
	return pid;
}

static int sharer(void *arg)
{
	store((unsigned long)arg);
	vfork_store((unsigned long)arg, false);
	_exit(0);
}

static pid_t victim_pid;

static int heir(void *arg)
{
	while (kill(victim_pid, 0) == 0 && getppid() == victim_pid)
		usleep(1000);
	store((unsigned long)arg);
	_exit(0);
}

/* What the kernel stores when a thread ends. */

static struct robust_list_head robust = {
	.list.next = &robust.list,
};
static struct robust_list robust_entry = { .next = &robust.list };

static int ending(void *arg)
{
	if (arg) {
		robust.list.next = &robust_entry;
		robust.futex_offset = (char *)&word - (char *)&robust_entry;
		syscall(SYS_set_robust_list, &robust, sizeof(robust));
		word = (uint32_t)syscall(SYS_gettid);
	}
	syscall(SYS_exit, 0);
	return 0;
}

static void end_threads(unsigned long n, bool by_robust)
{
	static char stack[64 * 1024] __attribute__((aligned(4096)));
	int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
		    CLONE_SYSVSEM;

	if (!by_robust)
		flags |= CLONE_CHILD_CLEARTID;
	while (n--) {
		volatile uint32_t *futex = (volatile uint32_t *)&word;
		int tid;

		if (!by_robust)
			*futex = 1;
		tid = clone(ending, stack + sizeof(stack), flags, by_robust ? (void *)1 : NULL,
			    NULL, NULL, (void *)&word);
		if (tid < 0)
			die("clone");
		while (by_robust ? !(*futex & FUTEX_OWNER_DIED) : *futex)
			usleep(100);
		/* Its stack is the next one's. */
		while (syscall(SYS_tgkill, getpid(), tid, 0) == 0)
			usleep(100);
		if (by_robust)
			robust.list.next = &robust.list;
	}
}

static void read_pipe(unsigned long n)
{
	uint64_t value = 0x1111;
	int fds[2];

	if (pipe(fds))
		die("pipe");
	while (n--) {
		value++;
		if (write(fds[1], &value, sizeof(value)) != sizeof(value) ||
		    read(fds[0], (void *)&word, sizeof(word)) != sizeof(word))
			die("pipe");
	}
	close(fds[0]);
	close(fds[1]);
}

/* The three rings, and one request at a time.  Return: false if the kernel has none. */
static bool read_uring(unsigned long n, unsigned int flags)
{
	struct io_uring_params p = { };
	struct io_uring_sqe *sqes;
	char *sq, *cq;
	unsigned int tail, file;
	uint64_t value[64];
	int fd;

	fd = syscall(SYS_io_uring_setup, 4, &p);
	if (fd < 0 && errno == ENOSYS)
		return false;
	if (fd < 0)
		die("io_uring_setup");
	sq = mmap(NULL, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQ_RING);
	cq = mmap(NULL, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe),
		  PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_CQ_RING);
	sqes = mmap(NULL, p.sq_entries * sizeof(*sqes), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, fd, IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || sqes == MAP_FAILED)
		die("mmap");
	file = open("/tmp/uring", O_RDWR | O_CREAT | O_TRUNC, 0600);
	for (tail = 0; tail < 64; tail++)
		value[tail] = 0x2222 + tail;
	if (write(file, value, sizeof(value)) != sizeof(value))
		die("write");
	while (n--) {
		tail = *(volatile unsigned int *)(sq + p.sq_off.tail);
		memset(&sqes[0], 0, sizeof(sqes[0]));
		sqes[0].opcode = IORING_OP_READ;
		sqes[0].flags = flags;
		sqes[0].fd = file;
		sqes[0].addr = (uintptr_t)&word;
		sqes[0].len = sizeof(word);
		sqes[0].off = n % 64 * 8;
		((unsigned int *)(sq + p.sq_off.array))[tail & (p.sq_entries - 1)] = 0;
		atomic_store((_Atomic unsigned int *)(sq + p.sq_off.tail), tail + 1);
		if (syscall(SYS_io_uring_enter, fd, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
			die("io_uring_enter");
		tail = *(volatile unsigned int *)(cq + p.cq_off.head);
		if (((struct io_uring_cqe *)(cq + p.cq_off.cqes))[tail & (p.cq_entries - 1)].res != 8)
			die("io_uring read");
		atomic_store((_Atomic unsigned int *)(cq + p.cq_off.head), tail + 1);
	}
	close(file);
	close(fd);
	return true;
}

static void on_trap(int sig)
{
	(void)sig;
	traps++;
}

static uint64_t cost(void)
{
	uint64_t begin, ns, best = UINT64_MAX;
	unsigned int run;
	unsigned long i;

	for (run = 0; run < 50; run++) {
		begin = now_ns();
		for (i = 0; i < 10000; i++)
			words[8] = i;
		ns = now_ns() - begin;
		if (ns < best)
			best = ns;
	}
	return best;
}

/* "%" for a newline, which ends a command. */
static void set_comm(const char *name)
{
	char comm[16] = "", *c;

	snprintf(comm, sizeof(comm), "%.15s", name);
	for (c = comm; *c; c++)
		if (*c == '%')
			*c = '\n';
	prctl(PR_SET_NAME, comm, 0, 0, 0);
}

static void command(const char *line)
{
	unsigned long a = 0, b = 0, c = 0;
	uint64_t begin;
	char op[16];

	if (sscanf(line, "%15s %lu %lu %lu", op, &a, &b, &c) < 1)
		return;
	if (!strcmp(op, "store")) {
		store(a);
	} else if (!strcmp(op, "threads")) {
		threads(a, b);
	} else if (!strcmp(op, "pool")) {
		pool(a);
	} else if (!strcmp(op, "poolstore")) {
		pool_store(a);
	} else if (!strcmp(op, "churn")) {
		churn(a, b, c);
	} else if (!strcmp(op, "bg")) {
		bg();
	} else if (!strcmp(op, "sparse")) {
		sparse();
	} else if (!strcmp(op, "late")) {
		late(a);
	} else if (!strcmp(op, "rearm")) {
		printf("done %lu\n", rearm(a));
		return;
	} else if (!strcmp(op, "stop")) {
		printf("done %lu\n", stop_bg());
		return;
	} else if (!strcmp(op, "share")) {
		share();
		printf("done 0x%lx\n", (unsigned long)shared);
		return;
	} else if (!strcmp(op, "count")) {
		count(a);
	} else if (!strcmp(op, "fork")) {
		fork_store(a);
	} else if (!strcmp(op, "forkbg")) {
		printf("done %d\n", fork_sleep());
		return;
	} else if (!strcmp(op, "drop")) {
		if (madvise((void *)words, sizeof(words), MADV_DONTNEED))
			die("madvise");
	} else if (!strcmp(op, "where")) {
		printf("done 0x%lx\n", where());
		return;
	} else if (!strcmp(op, "called")) {
		called(a);
	} else if (!strcmp(op, "code32")) {
		puts(code32(a) ? "done" : "done without");
		return;
	} else if (!strcmp(op, "zero")) {
		zero(a);
	} else if (!strcmp(op, "vfork") || !strcmp(op, "vforkexec")) {
		vfork_store(a, !strcmp(op, "vforkexec"));
	} else if (!strcmp(op, "share-vm")) {
		waitpid(start_sharing(sharer, a), NULL, 0);
	} else if (!strcmp(op, "heir")) {
		victim_pid = getpid();
		printf("done %d\n", start_sharing(heir, a));
		return;
	} else if (!strcmp(op, "cleartid") || !strcmp(op, "robust")) {
		end_threads(a, !strcmp(op, "robust"));
	} else if (!strcmp(op, "read")) {
		read_pipe(a);
	} else if (!strcmp(op, "uring")) {
		puts(read_uring(a, b) ? "done" : "done without");
		return;
	} else if (!strcmp(op, "traps")) {
		printf("done %d\n", (int)traps);
		return;
	} else if (!strcmp(op, "rate")) {
		begin = now_ns();
		store(a);
		printf("done %" PRIu64 "\n", now_ns() - begin);
		return;
	} else if (!strcmp(op, "cost")) {
		printf("done %" PRIu64 "\n", cost());
		return;
	} else if (!strcmp(op, "map")) {
		map_page(NULL);
		*page = 7;
		printf("done 0x%lx\n", (unsigned long)page);
		return;
	} else if (!strcmp(op, "mapstore")) {
		*page = a;
	} else if (!strcmp(op, "unmap")) {
		munmap((void *)page, 4096);
	} else if (!strcmp(op, "remap")) {
		map_page((void *)page);
	} else if (!strcmp(op, "move")) {
		move_page();
	} else if (!strcmp(op, "dontneed")) {
		madvise((void *)page, 4096, MADV_DONTNEED);
	} else if (!strcmp(op, "protect")) {
		protect_page();
	} else if (!strcmp(op, "exec")) {
		execl("/proc/self/exe", "kwu", "victim", NULL);
		die("exec");
	} else if (!strcmp(op, "comm")) {
		set_comm(line + strlen("comm "));
	} else if (!strcmp(op, "exit")) {
		exit(0);
	} else {
		printf("what is %s?\n", op);
		return;
	}
	puts("done");
}

static int victim(void)
{
	char line[128];
	size_t have = 0;

	signal(SIGTRAP, on_trap);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ready %d 0x%lx\n", getpid(), (unsigned long)&word);
	/* Byte by byte, so that what exec leaves unread is there for the next. */
	while (read(0, &line[have], 1) == 1) {
		if (line[have] != '\n') {
			have += have < sizeof(line) - 1;
			continue;
		}
		line[have] = '\0';
		have = 0;
		command(line);
	}
	return 0;
}

static int execs(int n)
{
	char left[16];

	printf("ready %d 0x%lx\n", getpid(), (unsigned long)&word);
	fflush(stdout);
	if (!n) {
		while (read(0, left, sizeof(left)) > 0)
			;
		return 0;
	}
	snprintf(left, sizeof(left), "%d", n - 1);
	execl("/proc/self/exe", "kwu", "execs", left, NULL);
	die("exec");
}

static int bpf(const char *address, const char *value)
{
	uint64_t addr = strtoull(address, NULL, 0);
	struct bpf_insn insns[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = -8, .imm = atoi(value) },
		{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .imm = (int)addr },
		{ .imm = addr >> 32 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 2, .src_reg = 10 },
		{ .code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = 2, .imm = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = 8 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_probe_write_user },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_TRACEPOINT,
		.insns = (uintptr_t)insns,
		.insn_cnt = sizeof(insns) / sizeof(insns[0]),
		.license = (uintptr_t)"GPL",
	};
	struct perf_event_attr perf = {
		.type = PERF_TYPE_TRACEPOINT, .size = sizeof(perf), .sample_period = 1,
	};
	FILE *f = fopen("/sys/kernel/tracing/events/kwatch/hit/id", "r");
	long cpu, nr = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned long id;
	int prog, fd;

	if (!f || fscanf(f, "%lu", &id) != 1)
		die("kwatch:hit");
	prog = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (prog < 0)
		die("bpf");
	perf.config = id;
	for (cpu = 0; cpu < nr; cpu++) {
		fd = syscall(SYS_perf_event_open, &perf, -1, cpu, -1, 0);
		if (fd < 0 || (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog) && errno != EEXIST) ||
		    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0))
			die("perf_event_open");
	}
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}

static int poke(const char *pid, const char *address, const char *text)
{
	uint64_t value = strtoull(text, NULL, 0);
	struct iovec local = { &value, sizeof(value) };
	char mem[32];
	int fd;
	struct iovec remote = { (void *)strtoul(address, NULL, 0), sizeof(value) };

	if (process_vm_writev(atoi(pid), &local, 1, &remote, 1, 0) == sizeof(value))
		return 0;
	if (errno != ENOSYS)
		die("process_vm_writev");
	/* A kernel without it, such as the debug kernel. */
	snprintf(mem, sizeof(mem), "/proc/%s/mem", pid);
	fd = open(mem, O_WRONLY);
	if (fd < 0 || pwrite(fd, &value, sizeof(value), (off_t)remote.iov_base) != sizeof(value))
		die(mem);
	return 0;
}

/* The parts before UCOPY, which have to be gone over. */
static const struct kwatch_ucopy *find_ucopy(const struct kwatch_hit *hit)
{
	const char *at = (const void *)(hit + 1);
	const struct kwatch_stack *stack;
	unsigned int part;

	if (!(hit->rec.parts & KWATCH_PART_UCOPY))
		return NULL;
	if (hit->rec.parts & KWATCH_PART_TASK)
		at += sizeof(struct kwatch_task);
	for (part = KWATCH_PART_KSTACK; part <= KWATCH_PART_USTACK; part *= 2) {
		stack = (const void *)at;
		if (hit->rec.parts & part)
			at = (const void *)&stack->ip[stack->nr];
	}
	if (hit->rec.parts & KWATCH_PART_REGS)
		at += sizeof(struct kwatch_regs) + ((const struct kwatch_regs *)at)->nr * 8;
	return (const void *)at;
}

static int raw(const char *file)
{
	static uint64_t buf[64 * 1024 / 8];
	int fd = open(file, O_RDONLY | O_NONBLOCK);
	const struct kwatch_ucopy *copy;
	const struct kwatch_record *rec;
	ssize_t n, pos;

	if (fd < 0)
		die(file);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (pos = 0; pos < n; pos += rec->size) {
			rec = (void *)((char *)buf + pos);
			if (rec->type != KWATCH_RECORD_HIT)
				continue;
			copy = find_ucopy((const void *)rec);
			if (copy)
				printf("watch=%u ucopy size=%u asked=%u nr=%u arch=%u sp=%d\n",
				       rec->watch, copy->size, copy->asked, copy->nr, copy->arch,
				       (int)(copy->sp >> 40));
		}
	}
	return 0;
}

/* /dev/kwatch. */

static struct kwatch_dev_command dev;

static const char *say(int fd, const char *line)
{
	memset(&dev, 0, sizeof(dev));
	dev.len = snprintf(dev.text, sizeof(dev.text), "%s", line);
	return ioctl(fd, KWATCH_IOC_COMMAND, &dev) ? strerrorname_np(errno) : "0";
}

static void try(int fd, const char *name, const char *line)
{
	const char *ret = say(fd, line);

	printf("%s: %s\n", name, ret);
}

/* Hits in what can be read now, and whatever looks like the kernel's. */
static void take(int fd, const char *name)
{
	static uint64_t buf[64 * 1024 / 8];
	unsigned int hits = 0, kernel = 0, kstacks = 0, gone = 0, others = 0;
	uint64_t lost = 0;
	const struct kwatch_record *rec;
	ssize_t n, pos, i;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		for (i = 0; i < n / 8; i++) {
			/* Not small negative numbers, nor an int before a -1. */
			if (buf[i] >> 47 != 0x1ffff || buf[i] > -(uint64_t)(1 << 20) ||
			    buf[i] >> 31 == 0x1fffffffe)
				continue;
			if (!kernel++)
				printf("like the kernel's: %" PRIx64 "\n", buf[i]);
		}
		for (pos = 0; pos < n; pos += rec->size) {
			rec = (void *)((char *)buf + pos);
			hits += rec->type == KWATCH_RECORD_HIT;
			kstacks += rec->type == KWATCH_RECORD_HIT && rec->parts & KWATCH_PART_KSTACK;
			gone += rec->type == KWATCH_RECORD_GONE;
			if (rec->type == KWATCH_RECORD_LOST)
				lost += ((const struct kwatch_lost *)rec)->count;
			others += rec->watch && rec->watch != dev.id;
		}
	}
	printf("%s: hits=%u kernel=%u kstacks=%u gone=%u lost=%" PRIu64 " others=%u\n", name,
	       hits, kernel, kstacks, gone, lost, others);
}

static int own_open(void)
{
	int fd;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (setgid(1000) || setuid(1000))
		die("setuid");
	fd = open("/dev/kwatch", O_RDWR | O_NONBLOCK);
	if (fd < 0)
		die("/dev/kwatch");
	return fd;
}

/* All the slots that it gets, until it is killed. */
static int hog(void)
{
	int fd = own_open(), n = 0;
	char line[64];

	do
		snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&words[n]);
	while (!strcmp(say(fd, line), "0") && ++n < 64);
	printf("%d\n", n);
	while (pause())
		;
	return 0;
}

static int own(const char *other, int nr)
{
	char line[128];
	unsigned int id;
	int fds[32], fd, i, n;
	pid_t pid;

	fd = own_open();
	snprintf(line, sizeof(line), "w8 0x%lx regs ucopy=256", (unsigned long)&word);
	try(fd, "add", line);
	id = dev.id;
	store(100);
	take(fd, "store");
	read_pipe(10);
	take(fd, "read");
	threads(4, 10);
	take(fd, "threads");
	ioctl(fd, KWATCH_IOC_PAUSE);
	ioctl(fd, KWATCH_IOC_PAUSE);
	store(10);
	ioctl(fd, KWATCH_IOC_RESUME);
	store(10);
	threads(1, 3);
	ioctl(fd, KWATCH_IOC_RESUME);
	store(5);
	take(fd, "pause");
	printf("resume: %s\n", ioctl(fd, KWATCH_IOC_RESUME) ? strerrorname_np(errno) : "0");

	try(fd, "other process", "w8 0x400000 pid=1");
	try(fd, "kernel address", "w8 ffffffff81000000");
	try(fd, "kernel address, own pid", "w8 0xffff888000000000");
	try(fd, "kernel address, by offset", "w8 0x10+0xffffffff81000000");
	try(fd, "past the end", "w16 0xfffffffffffffff8");
	try(fd, "symbol", "w8 jiffies");
	try(fd, "task", "w8 task(1)+8");
	try(fd, "unmapped", "w8 0x600000000000");
	snprintf(line, sizeof(line), "w8 0x%lx rate=0", (unsigned long)&word + 64);
	try(fd, "governor", line);
	snprintf(line, sizeof(line), "w8 0x%lx rate=100000000/s", (unsigned long)&word + 64);
	try(fd, "governor, nearly", line);
	snprintf(line, sizeof(line), "w8 0x%lx action=panic", (unsigned long)&word + 64);
	try(fd, "panic", line);
	snprintf(line, sizeof(line), "w8 0x%lx allow=do_exit", (unsigned long)&word + 64);
	try(fd, "allow", line);
	snprintf(line, sizeof(line), "w8 0x%lx name=mine", (unsigned long)&word + 64);
	try(fd, "name", line);
	snprintf(line, sizeof(line), "w8 0x%lx children pid=%d", (unsigned long)&word + 64,
		 getpid());
	try(fd, "children", line);
	snprintf(line, sizeof(line), "w8 0x%lx unseen=1", (unsigned long)&word + 64);
	try(fd, "unseen", line);
	snprintf(line, sizeof(line), "-%s", other);
	try(fd, "remove another's", line);
	snprintf(line, sizeof(line), "off %s", other);
	try(fd, "off another's", line);
	try(fd, "garbage", "w3x \"");
	snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word + 64);
	try(fd, "second slot", line);
	snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word + 128);
	try(fd, "third slot", line);
	printf("why: %s\n", dev.why);
	pid = fork();
	if (!pid) {
		snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word + 192);
		try(fd, "by a child", line);
		exit(0);
	}
	waitpid(pid, NULL, 0);
	for (n = 0; n < 32; n++) {
		fds[n] = open("/dev/kwatch", O_RDWR);
		if (fds[n] < 0)
			break;
	}
	printf("files: %d %s\n", n + 1, n < 32 ? strerrorname_np(errno) : "");
	snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word + 128);
	try(fds[0], "third slot, another file", line);
	for (i = 0; i < n; i++)
		close(fds[i]);

	/* More watches than the kernel remembers the names of. */
	snprintf(line, sizeof(line), "off %u", id);
	try(fd, "off", line);
	for (n = 0; n < nr; n++) {
		snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word + 192);
		if (strcmp(say(fd, line), "0"))
			break;
		snprintf(line, sizeof(line), "-%u", dev.id);
		say(fd, line);
	}
	printf("watches: %d %s\n", n, n < nr ? dev.why : "");
	snprintf(line, sizeof(line), "on %u", id);
	try(fd, "on", line);
	while (read(fd, &dev, sizeof(dev)) > 0)
		;
	/* A storm: with what the governor leaves of it. */
	store(300000);
	dev.id = id;
	take(fd, "storm");
	try(fd, "clear", "clear");
	store(10);
	take(fd, "cleared");
	snprintf(line, sizeof(line), "w8 0x%lx", (unsigned long)&word);
	try(fd, "again", line);
	close(fd);
	return 0;
}

static int as_user(char **argv)
{
	if (setgid(1000) || setuid(1000))
		die("setuid");
	execvp(argv[0], argv);
	die(argv[0]);
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "victim"))
		return victim();
	if (argc == 3 && !strcmp(argv[1], "execs"))
		return execs(atoi(argv[2]));
	if (argc == 2 && !strcmp(argv[1], "nothing"))
		return 0;
	if (argc == 4 && !strcmp(argv[1], "bpf"))
		return bpf(argv[2], argv[3]);
	if (argc == 5 && !strcmp(argv[1], "poke"))
		return poke(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "own"))
		return own(argv[2], atoi(argv[3]));
	if (argc == 2 && !strcmp(argv[1], "hog"))
		return hog();
	if (argc == 3 && !strcmp(argv[1], "raw"))
		return raw(argv[2]);
	if (argc >= 3 && !strcmp(argv[1], "as-user"))
		return as_user(argv + 2);
	fprintf(stderr, "usage: kwu victim | execs N | poke PID ADDRESS VALUE | own ID N | hog | raw FILE | as-user PROGRAM [ARG...]\n");
	return 2;
}
