// SPDX-License-Identifier: GPL-2.0
/*
 * bpfpeer ADDRESS: watch eight bytes on every CPU with bpfpeer.bpf.c, and show
 * each hit and its stack with names, until SIGINT.  "Attaching" is said first,
 * and how many hits were shown and lost last, both on stderr.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/hw_breakpoint.h>
#include <linux/perf_event.h>

#include <bpf/libbpf.h>

#include "bpfpeer.h"
#include "bpfpeer.skel.h"

struct symbol {
	unsigned long long start;
	char *name;
};

static struct symbol *symbols;
static size_t nr_symbols;
static unsigned long long shown;
static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static int by_start(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

static int load_symbols(void)
{
	FILE *file = fopen("/proc/kallsyms", "r");
	unsigned long long start;
	char name[512], type;
	size_t room = 0;

	if (!file)
		return -1;
	while (fscanf(file, "%llx %c %511s%*[^\n]", &start, &type, name) == 3) {
		if (type != 't' && type != 'T')
			continue;
		if (nr_symbols == room) {
			room = room ? room * 2 : 1 << 16;
			symbols = realloc(symbols, room * sizeof(*symbols));
			if (!symbols)
				return -1;
		}
		symbols[nr_symbols].start = start;
		symbols[nr_symbols++].name = strdup(name);
	}
	fclose(file);
	qsort(symbols, nr_symbols, sizeof(*symbols), by_start);
	return nr_symbols ? 0 : -1;
}

static void show_frame(unsigned long long ip)
{
	size_t low = 0, high = nr_symbols, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (symbols[middle].start <= ip)
			low = middle + 1;
		else
			high = middle;
	}
	if (low)
		printf("    %s+0x%llx\n", symbols[low - 1].name, ip - symbols[low - 1].start);
	else
		printf("    0x%llx\n", ip);
}

static int show(void *context, void *data, size_t bytes)
{
	const struct bpfpeer_hit *hit = data;
	int i;

	(void)context;
	(void)bytes;
	printf("[%llu.%09llu] %s-%u cpu=%u value=0x%llx\n", hit->time_ns / 1000000000,
	       hit->time_ns % 1000000000, hit->comm, hit->pid, hit->cpu, hit->value);
	for (i = 0; i < hit->bytes / 8; i++)
		show_frame(hit->ip[i]);
	shown++;
	return 0;
}

/* Return: 0, or -1 with a word on stderr. */
static int attach(struct bpfpeer_bpf *peer, unsigned long long address, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_W,
		.bp_addr = address,
		.bp_len = HW_BREAKPOINT_LEN_8,
		.sample_period = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	/* A CPU that is possible, and not there. */
	if (fd < 0 && errno == ENODEV)
		return 0;
	if (fd >= 0 && bpf_program__attach_perf_event(peer->progs.on_hit, fd))
		return 0;
	fprintf(stderr, "bpfpeer: CPU %d: %s\n", cpu, strerror(errno));
	return -1;
}

int main(int argc, char **argv)
{
	unsigned long long address = argc > 1 ? strtoull(argv[1], NULL, 0) : 0;
	struct bpfpeer_bpf *peer = bpfpeer_bpf__open();
	struct ring_buffer *ring;
	int cpu;

	if (!address || !peer || load_symbols())
		return 1;
	peer->rodata->watched = address;
	if (bpfpeer_bpf__load(peer))
		return 1;
	ring = ring_buffer__new(bpf_map__fd(peer->maps.hits), show, NULL, NULL);
	if (!ring)
		return 1;
	for (cpu = 0; cpu < libbpf_num_possible_cpus(); cpu++)
		if (attach(peer, address, cpu))
			return 1;
	signal(SIGINT, on_signal);
	fprintf(stderr, "Attaching done\n");
	while (!stop)
		ring_buffer__poll(ring, 200);
	ring_buffer__consume(ring);
	fflush(stdout);
	fprintf(stderr, "shown %llu lost %llu\n", shown, peer->bss->lost);
	return 0;
}
