// SPDX-License-Identifier: GPL-2.0
/*
 * ctlfuzz CTL N SEED: write N random and mutated lines to a ctl file.
 *
 * Most are made of words that the command language knows, so that many arm
 * something; then bytes of some are changed, doubled, swapped or dropped.
 * Left out is what would end the test and not the module: action=panic,
 * action=signal, and rate=0, which lets a watch on what every interrupt reads
 * take all of a slow machine, as it is asked to.  Prints "N lines, M taken".
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long long state;

static unsigned int below(unsigned int n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 11) % n;
}

#define PICK(a) ((a)[below(sizeof(a) / sizeof((a)[0]))])

static const char *const types[] = {
	"w8", "w8", "w4", "w1", "rw8", "r4", "x", "x8", "w24", "w3", "w", "rw", "w0", "w99", "z8",
};
static const char *const targets[] = {
	"kwtest_word", "kwtest_word", "kwtest_word+4", "kwtest_word+3", "kwtest_byte",
	"kwtest:kwtest_percpu", "kwtest:kwtest_percpu@1", "kwtest:nosuch", "nosuch",
	"late:symbol", "kwtest_func", "jiffies", "task(1)+16", "task(0)", "task(99999)",
	"0xffffffffffffffff", "0", "0x400000", "ffff888000000000", "process_counts", "init_task",
	"linux_banner", "vfs_read", "asm_exc_debug", "kwtest_word@1", "kwtest_word-8",
};
static const char *const options[] = {
	"rate=100/s", "rate=1/s", "limit=5", "limit=0", "changed", "regs", "stack=off",
	"stack=3", "stack=65", "ustack=4", "ucopy=512", "summary", "summary=task", "cpu=1", "cpu=0", "cpu=77",
	"comm=kwtest*", "comm=\"a b\"", "pid=1", "pid=0", "name=a", "name=b", "name=1",
	"allow=kwtest:kwt_op_store8", "allow=nosuch", "action=log", "action=traceoff",
	"until=close", "until=free", "unseen=1", "unseen=0", "children", "if new == 5",
	"if old & 1 && comm ~ \"kwt*\"", "if (new > 3 || !(pid == 4))", "if", "if new ==",
};
static const char *const others[] = {
	"clear", "-1", "-a", "-b", "off a", "on a", "off 1", "on 1", "# note", "", "-", "off", "-99999",
};

static size_t make(char *line, size_t room)
{
	size_t n;

	if (below(5) == 0)
		return snprintf(line, room, "%s", PICK(others));
	n = snprintf(line, room, "%s %s", PICK(types), PICK(targets));
	while (below(2))
		n += snprintf(line + n, room - n, " %s", PICK(options));
	return n;
}

static size_t mutate(char *line, size_t n, size_t room)
{
	size_t at = n ? below(n) : 0;

	switch (below(4)) {
	case 0: /* change a byte, to any */
		if (n)
			line[at] = below(256);
		break;
	case 1: /* double one */
		if (n && n + 1 < room) {
			memmove(line + at + 1, line + at, n - at);
			n++;
		}
		break;
	case 2: /* drop the rest */
		n = at;
		break;
	case 3: /* swap two */
		if (n) {
			size_t other = below(n);
			char c = line[at];

			line[at] = line[other];
			line[other] = c;
		}
		break;
	}
	return n;
}

static int dangerous(const char *line, size_t n)
{
	return memmem(line, n, "panic", 5) || memmem(line, n, "signal", 6) ||
	       memmem(line, n, "rate=0", 6);
}

int main(int argc, char **argv)
{
	unsigned long i, lines, taken = 0;
	char line[2048];
	int fd;

	if (argc != 4)
		return 2;
	lines = strtoul(argv[2], NULL, 0);
	state = strtoull(argv[3], NULL, 0) * 2654435761u + 1;
	fd = open(argv[1], O_WRONLY);
	if (fd < 0) {
		perror(argv[1]);
		return 1;
	}
	for (i = 0; i < lines; i++) {
		size_t n = make(line, sizeof(line));

		while (below(2))
			n = mutate(line, n, sizeof(line));
		if (dangerous(line, n))
			continue;
		taken += write(fd, line, n) == (ssize_t)n;
	}
	close(fd);
	printf("%lu lines, %lu taken\n", lines, taken);
	return 0;
}
