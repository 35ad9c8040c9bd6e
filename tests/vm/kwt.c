// SPDX-License-Identifier: GPL-2.0
/*
 * kwt: what a busybox shell cannot do to a file, for the tests in the guest.
 *
 *   kwt write FILE STRING     one open, one write(2): "N" or the errno's name
 *   kwt write FILE            the same with all of stdin as one write
 *   kwt lines FILE            one open, one write(2) for each line of stdin
 *   kwt trunc FILE STRING     as write, opened with O_TRUNC
 *   kwt open FILE [r|w|rw]    "0" or the errno's name
 *   kwt hold FILE STRING      write, print the result, stay open until stdin ends
 *   kwt read FILE [BYTES]     to EOF with reads of BYTES (4096), O_NONBLOCK;
 *                             data to stdout, "reads N bytes M end NAME" to stderr
 *   kwt read FILE BYTES fault the same after a read() of 64 KiB into no memory, whose
 *                             errno goes to stderr
 *   kwt poll FILE MS          read to EOF, then poll: "ready" or "timeout"
 *   kwt follow FILE MS [N]    read to EOF, poll, read on; ends after MS without
 *                             anything new, or when N lines have been seen
 *   kwt sit FILE              read to EOF, then sit in poll() for ever
 *   kwt raw < FILE            what an open hits_raw has, a line a record: "hit W", "gone W",
 *                             "watch W SPEC @ADDRESS", "module N NAME FROM TO", "symbol N NAME", ...
 *   kwt hammer FILE PROCS N STRING...  PROCS processes write the strings in turn,
 *                             N writes each: "ok A NAME B..." over all of them
 *   kwt slots N               take N debug registers on a CPU by perf, print how
 *                             many there were, keep them until stdin ends
 *   kwt slots N cpu CPU       the same on that CPU, for this task, so that they
 *                             stay taken while the CPU is offline
 *   kwt slots N tid TID       the same of a thread
 *   kwt event                 leave a process behind that has a perf event of its own
 *   kwt nothing FILE          what a read() of 0 bytes gives within 10 seconds
 *   kwt drain FILE            wait until what was written to a tty has left
 *
 * Exit status: 0 when the call worked, 1 when it gave an errno, 2 for usage.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "../../include/uapi/kwatch.h"

#define ERRNO_MAX	256

static int usage(void)
{
	fprintf(stderr, "usage: kwt write|lines|trunc|open|hold|read|poll|follow|sit|hammer FILE ...\n");
	return 2;
}

static const char *errno_name(int e)
{
	const char *name = strerrorname_np(e);

	return name ? name : "?";
}

static int say_errno(int e)
{
	printf("%s\n", errno_name(e));
	fflush(stdout);
	return 1;
}

static char *slurp(size_t *len)
{
	size_t room = 1 << 16, n = 0;
	char *buf = malloc(room);
	ssize_t got;

	while (buf && (got = read(0, buf + n, room - n)) > 0) {
		n += got;
		if (n == room)
			buf = realloc(buf, room *= 2);
	}
	*len = n;
	return buf;
}

static int cmd_write(int flags, const char *file, const char *text, int hold)
{
	size_t len;
	ssize_t n;
	int fd, e;

	if (text)
		len = strlen(text);
	else
		text = slurp(&len);
	fd = open(file, flags);
	if (fd < 0)
		return say_errno(errno);
	n = write(fd, text, len);
	e = errno;
	if (n < 0)
		say_errno(e);
	else
		printf("%zd\n", n);
	fflush(stdout);
	if (hold) {
		char c;

		while (read(0, &c, 1) > 0)
			;
	}
	close(fd);
	return n < 0;
}

static int cmd_lines(const char *file)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len, n;
	int fd, ret = 0;

	fd = open(file, O_WRONLY);
	if (fd < 0)
		return say_errno(errno);
	while ((len = getline(&line, &room, stdin)) > 0) {
		n = write(fd, line, len);
		if (n < 0)
			ret = say_errno(errno);
		else
			printf("%zd\n", n);
	}
	close(fd);
	return ret;
}

static int cmd_open(const char *file, const char *mode)
{
	int flags = !strcmp(mode, "w") ? O_WRONLY : !strcmp(mode, "rw") ? O_RDWR : O_RDONLY;
	int fd = open(file, flags | O_NONBLOCK);

	if (fd < 0)
		return say_errno(errno);
	close(fd);
	puts("0");
	return 0;
}

/* Copies what there is to stdout; returns 0 at EOF or EAGAIN, else an errno. */
static int drain(int fd, size_t size, unsigned long *reads, unsigned long *bytes, unsigned long *lines)
{
	char *buf = malloc(size);
	ssize_t n, i;

	for (;;) {
		n = read(fd, buf, size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		(*reads)++;
		*bytes += n;
		for (i = 0; i < n; i++)
			*lines += buf[i] == '\n';
		fwrite(buf, 1, n, stdout);
	}
	i = n < 0 && errno != EAGAIN ? errno : 0;
	fflush(stdout);
	free(buf);
	return i;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static int cmd_reader(const char *cmd, const char *file, int argc, char **argv)
{
	unsigned long reads = 0, bytes = 0, lines = 0, want = 0, had = 0;
	long long until;
	size_t size = 4096;
	struct pollfd p;
	int e, ms = -1;

	if (!strcmp(cmd, "read")) {
		if (argc > 0)
			size = strtoul(argv[0], NULL, 0);
	} else if (strcmp(cmd, "sit")) {
		if (argc < 1)
			return usage();
		ms = atoi(argv[0]);
		if (argc > 1)
			want = strtoul(argv[1], NULL, 0);
	}
	p.fd = open(file, O_RDONLY | O_NONBLOCK);
	if (p.fd < 0)
		return say_errno(errno);
	p.events = POLLIN;
	if (!strcmp(cmd, "read") && argc > 1) {
		void *nowhere = mmap(NULL, 65536, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

		fprintf(stderr, "fault %s\n", read(p.fd, nowhere, 65536) < 0 ? errno_name(errno) : "0");
	}
	if (!strcmp(cmd, "poll")) {
		if (!freopen("/dev/null", "w", stdout))
			return 2;
		drain(p.fd, size, &reads, &bytes, &lines);
		e = poll(&p, 1, ms);
		fprintf(stderr, "%s\n", e < 0 ? errno_name(errno) : e ? "ready" : "timeout");
		return e < 0;
	}
	until = now_ms() + ms;
	for (;;) {
		e = drain(p.fd, size, &reads, &bytes, &lines);
		if (bytes != had)
			until = now_ms() + ms;
		had = bytes;
		if (e || !strcmp(cmd, "read") || (want && lines >= want))
			break;
		if (poll(&p, 1, ms) <= 0)
			break;
		/* A file that is always ready but empty would spin for ever. */
		if (ms >= 0 && now_ms() > until)
			break;
		if (p.revents & (POLLERR | POLLHUP | POLLNVAL))
			break;
	}
	fprintf(stderr, "reads %lu bytes %lu end %s\n", reads, bytes, e ? errno_name(e) : "0");
	return !!e;
}

static int cmd_hammer(const char *file, int procs, int n, char **text, int nr)
{
	/* [0] counts the writes that worked, [E] those that gave errno E */
	unsigned long *sum = mmap(NULL, ERRNO_MAX * sizeof(*sum), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int p, i, status, bad = 0;

	for (p = 0; p < procs; p++) {
		if (fork())
			continue;
		int fd = open(file, O_WRONLY);

		if (fd < 0)
			_exit(2);
		for (i = 0; i < n; i++) {
			const char *s = text[(p + i) % nr];
			int e = write(fd, s, strlen(s)) < 0 ? errno : 0;

			__atomic_fetch_add(&sum[e < ERRNO_MAX ? e : 1], 1, __ATOMIC_RELAXED);
		}
		_exit(0);
	}
	while (wait(&status) > 0)
		bad |= status;
	printf("ok %lu", sum[0]);
	for (i = 1; i < ERRNO_MAX; i++)
		if (sum[i])
			printf(" %s %lu", errno_name(i), sum[i]);
	printf("\n");
	return bad ? 1 : 0;
}

static int cmd_slots(int nr, pid_t tid, int cpu)
{
	static unsigned long long words[16];
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_len = HW_BREAKPOINT_LEN_8,
	};
	int n = 0;
	char c;

	while (n < nr && n < 16) {
		attr.bp_addr = (unsigned long)&words[n];
		if (syscall(SYS_perf_event_open, &attr, tid, cpu, -1, 0) < 0)
			break;
		n++;
	}
	printf("%d\n", n);
	fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0)
		;
	return n < nr;
}

static int cmd_event(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_DUMMY,
	};
	int fds[2];
	char c = 1;

	if (pipe(fds))
		return 1;
	if (!fork()) {
		if (syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 || write(fds[1], &c, 1) != 1)
			_exit(1);
		close(fds[1]);
		while (pause())
			;
	}
	close(fds[1]);
	return read(fds[0], &c, 1) != 1;
}

static void say_record(const struct kwatch_record *rec)
{
	const struct kwatch_watch_def *watch = (const void *)rec;
	const struct kwatch_module_def *module = (const void *)rec;
	const struct kwatch_symbol_def *symbol = (const void *)rec;
	int i;

	switch (rec->type) {
	case KWATCH_RECORD_HIT:
		printf("hit %u\n", rec->watch);
		break;
	case KWATCH_RECORD_GONE:
		printf("gone %u\n", rec->watch);
		break;
	case KWATCH_RECORD_WATCH:
		printf("watch %u %s @0x%llx\n", rec->watch, watch->spec,
		       (unsigned long long)watch->addr);
		break;
	case KWATCH_RECORD_MODULE:
		printf("module %u %s%s %llu %llu ", module->number, module->name,
		       module->flags & KWATCH_MODULE_STALE ? "STALE" : "",
		       (unsigned long long)module->from_ns, (unsigned long long)rec->time_ns);
		for (i = 0; i < module->build_id_size; i++)
			printf("%02x", module->build_id[i]);
		for (i = 0; i < module->nr_ranges; i++)
			printf(" 0x%llx", (unsigned long long)module->range[i].start);
		printf("\n");
		break;
	case KWATCH_RECORD_SYMBOL:
		printf("symbol %u %s\n", symbol->module, symbol->name);
		break;
	default:
		printf("type %u\n", rec->type);
	}
}

static int cmd_raw(void)
{
	static __u64 words[8192];
	const struct kwatch_record *rec;
	ssize_t n, at;

	fcntl(0, F_SETFL, O_NONBLOCK);
	while ((n = read(0, words, sizeof(words))) > 0)
		for (at = 0; at < n; at += rec->size) {
			rec = (const void *)((const char *)words + at);
			say_record(rec);
		}
	return n == 0 || errno != EAGAIN;
}

int main(int argc, char **argv)
{
	const char *cmd, *file;

	if (argc == 2 && !strcmp(argv[1], "raw"))
		return cmd_raw();
	if (argc == 2 && !strcmp(argv[1], "event"))
		return cmd_event();
	if (argc < 3)
		return usage();
	/* A shell lets what it starts in the background ignore Ctrl-C. */
	signal(SIGINT, SIG_DFL);
	cmd = argv[1];
	file = argv[2];
	if (!strcmp(cmd, "write") && argc <= 4)
		return cmd_write(O_WRONLY, file, argv[3], 0);
	if (!strcmp(cmd, "trunc") && argc == 4)
		return cmd_write(O_WRONLY | O_TRUNC, file, argv[3], 0);
	if (!strcmp(cmd, "hold") && argc == 4)
		return cmd_write(O_WRONLY, file, argv[3], 1);
	if (!strcmp(cmd, "lines"))
		return cmd_lines(file);
	if (!strcmp(cmd, "open"))
		return cmd_open(file, argc > 3 ? argv[3] : "r");
	if (!strcmp(cmd, "read") || !strcmp(cmd, "poll") || !strcmp(cmd, "follow") || !strcmp(cmd, "sit"))
		return cmd_reader(cmd, file, argc - 3, argv + 3);
	if (!strcmp(cmd, "slots"))
		return cmd_slots(atoi(file),
				 argc < 5 ? -1 : !strcmp(argv[3], "tid") ? atoi(argv[4]) : 0,
				 argc < 5 ? 0 : !strcmp(argv[3], "cpu") ? atoi(argv[4]) : -1);
	if (!strcmp(cmd, "nothing")) {
		int fd = open(file, O_RDONLY);

		alarm(10);
		printf("%zd\n", read(fd, &fd, 0));
		return 0;
	}
	if (!strcmp(cmd, "drain")) {
		int fd = open(file, O_WRONLY | O_NOCTTY);

		return fd < 0 || tcdrain(fd) < 0;
	}
	if (!strcmp(cmd, "hammer") && argc >= 6)
		return cmd_hammer(file, atoi(argv[3]), atoi(argv[4]), argv + 5, argc - 5);
	return usage();
}
