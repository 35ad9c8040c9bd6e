// SPDX-License-Identifier: GPL-2.0
/*
 * What processes map, see mapped.h.
 *
 * perf shares a ring between events of one CPU only, and lets none that is
 * inherited have one for all CPUs; so each CPU has its own, and what they have
 * is put in order by time.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/client.h"
#include "base/proc.h"
#include "mapped.h"
#include "processes.h"

#define RING_PAGES	16	/* a power of two */

/* Of files; a process with more threads than that is read from /proc. */
#define EVENTS_MAX	8192

/* How often the list of threads is read until it stays the same. */
#define SCANS_MAX	8

struct ring {
	int fd;				/* -1: no such CPU */
	struct perf_event_mmap_page *page;
};

/* A record, with what it needs to be sorted. */
struct item {
	uint64_t time_ns;
	size_t at;			/* in the buffer */
};

struct client_mapped {
	struct ring *rings;
	size_t nr_rings;
	int *fds;			/* of threads beside the first */
	size_t nr_fds;
	pid_t *tids;
	size_t nr_tids;
	char *records;
	size_t bytes;
	struct item *items;
	size_t nr_items;
};

static int perf_open(pid_t tid, int cpu)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.size = sizeof(attr),
		.sample_type = PERF_SAMPLE_TIME,
		.sample_id_all = 1,
		.inherit = 1,
		.exclude_kernel = 1,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.build_id = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};
	int fd = syscall(SYS_perf_event_open, &attr, tid, cpu, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0 && errno == EINVAL) {
		/* Before Linux 5.12. */
		attr.build_id = 0;
		fd = syscall(SYS_perf_event_open, &attr, tid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	}
	return fd;
}

static void *ring_map(int fd)
{
	size_t bytes = (1 + RING_PAGES) * sysconf(_SC_PAGESIZE);
	void *page = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return page == MAP_FAILED ? NULL : page;
}

/* Have a thread's events go to the rings; the first thread's have them. */
static bool add_thread(struct client_mapped *mapped, pid_t tid)
{
	size_t cpu;

	for (cpu = 0; cpu < mapped->nr_rings; cpu++) {
		struct ring *ring = &mapped->rings[cpu];
		int fd = perf_open(tid, cpu);

		if (fd < 0 && errno == ENODEV)
			continue;
		/* It ended. */
		if (fd < 0 && errno == ESRCH)
			return true;
		if (fd < 0)
			return false;
		if (ring->fd < 0) {
			ring->page = ring_map(fd);
			ring->fd = fd;
			if (!ring->page)
				return false;
			continue;
		}
		mapped->fds = client_realloc(mapped->fds,
					     (mapped->nr_fds + 1) * sizeof(*mapped->fds));
		mapped->fds[mapped->nr_fds++] = fd;
		if (mapped->nr_fds > EVENTS_MAX ||
		    ioctl(fd, PERF_EVENT_IOC_SET_OUTPUT, ring->fd))
			return false;
	}
	return true;
}

static bool has_thread(const struct client_mapped *mapped, pid_t tid)
{
	size_t i;

	for (i = 0; i < mapped->nr_tids; i++) {
		if (mapped->tids[i] == tid)
			return true;
	}
	return false;
}

/*
 * All threads that are not known yet.
 * Return: how many, or -1.
 */
static int add_threads(struct client_mapped *mapped, pid_t pid)
{
	struct dirent *entry;
	char path[4096];
	int nr = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/task", client_proc(), pid);
	dir = opendir(path);
	if (!dir)
		return -1;
	while (nr >= 0 && (entry = readdir(dir))) {
		pid_t tid = atoi(entry->d_name);

		if (tid <= 0 || has_thread(mapped, tid))
			continue;
		mapped->tids = client_realloc(mapped->tids,
					      (mapped->nr_tids + 1) * sizeof(*mapped->tids));
		mapped->tids[mapped->nr_tids++] = tid;
		nr = add_thread(mapped, tid) ? nr + 1 : -1;
	}
	closedir(dir);
	return nr;
}

/* An event takes a file for each thread and CPU. */
static void want_files(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

struct client_mapped *client_mapped_open(pid_t pid)
{
	struct client_mapped *mapped = client_alloc(1, sizeof(*mapped));
	int nr = 1, scans;
	size_t cpu;

	want_files();
	mapped->nr_rings = sysconf(_SC_NPROCESSORS_CONF);
	mapped->rings = client_alloc(mapped->nr_rings, sizeof(*mapped->rings));
	for (cpu = 0; cpu < mapped->nr_rings; cpu++)
		mapped->rings[cpu].fd = -1;
	/* Threads that these have while we look are told by none of them twice. */
	for (scans = 0; nr > 0 && scans < SCANS_MAX; scans++)
		nr = add_threads(mapped, pid);
	if (nr >= 0 && mapped->nr_tids)
		return mapped;
	client_mapped_close(mapped);
	return NULL;
}

void client_mapped_close(struct client_mapped *mapped)
{
	size_t i;

	if (!mapped)
		return;
	for (i = 0; i < mapped->nr_fds; i++)
		close(mapped->fds[i]);
	for (i = 0; i < mapped->nr_rings; i++) {
		if (mapped->rings[i].page)
			munmap(mapped->rings[i].page,
			       (1 + RING_PAGES) * sysconf(_SC_PAGESIZE));
		if (mapped->rings[i].fd >= 0)
			close(mapped->rings[i].fd);
	}
	free(mapped->rings);
	free(mapped->fds);
	free(mapped->tids);
	free(mapped->records);
	free(mapped->items);
	free(mapped);
}

/* The time of a record is its last word; but for those of the ring itself. */
static uint64_t time_of(const struct perf_event_header *header)
{
	uint64_t time_ns;

	memcpy(&time_ns, (const char *)header + header->size - sizeof(time_ns),
	       sizeof(time_ns));
	return time_ns;
}

static void keep(struct client_mapped *mapped, size_t at)
{
	const struct perf_event_header *header = (const void *)(mapped->records + at);

	mapped->items = client_realloc(mapped->items,
				       (mapped->nr_items + 1) * sizeof(*mapped->items));
	mapped->items[mapped->nr_items].time_ns = time_of(header);
	mapped->items[mapped->nr_items++].at = at;
	mapped->bytes = at + header->size;
}

/* Copy the records of a ring out of it; false if some were lost. */
static bool take_ring(struct client_mapped *mapped, struct perf_event_mmap_page *page)
{
	uint64_t head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = page->data_tail, size = page->data_size;
	const char *data = (const char *)page + page->data_offset;
	bool whole = true;

	mapped->records = client_realloc(mapped->records, mapped->bytes + (head - tail) + 1);
	while (tail < head) {
		size_t at = mapped->bytes;
		struct perf_event_header *header = (void *)(mapped->records + at);
		uint64_t left = head - tail, i;

		/* Headers are aligned to 8, records may be cut by the end. */
		memcpy(header, data + tail % size, sizeof(*header));
		if (header->size < sizeof(*header) + sizeof(uint64_t) || header->size > left)
			break;
		for (i = 0; i < header->size; i += 8)
			memcpy(mapped->records + at + i, data + (tail + i) % size, 8);
		tail += header->size;
		if (header->type == PERF_RECORD_LOST)
			whole = false;
		else
			keep(mapped, at);
	}
	__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
	return whole;
}

static int by_time(const void *a, const void *b)
{
	const struct item *first = a, *second = b;

	if (first->time_ns != second->time_ns)
		return first->time_ns < second->time_ns ? -1 : 1;
	return first->at < second->at ? -1 : first->at > second->at;
}

/* struct perf_record_mmap2, of which the header has only a comment. */
struct mmap2 {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t addr, len, pgoff;
	union {
		struct {
			uint32_t maj, min;
			uint64_t ino, ino_generation;
		};
		struct {
			uint8_t build_id_size, reserved[3];
			uint8_t build_id[20];
		};
	};
	uint32_t prot, flags;
	char filename[];
};

static bool take_mmap2(const struct mmap2 *record, struct client_mapped_event *event)
{
	size_t room = record->header.size - sizeof(uint64_t);

	if (room <= sizeof(*record) ||
	    !memchr(record->filename, '\0', room - sizeof(*record)))
		return false;
	event->what = KWATCH_MAPPED_MAP;
	event->pid = record->pid;
	event->mapping.start = record->addr;
	event->mapping.end = record->addr + record->len;
	event->mapping.offset = record->pgoff;
	event->mapping.path = record->filename;
	if (!(record->header.misc & PERF_RECORD_MISC_MMAP_BUILD_ID)) {
		event->mapping.ino = record->ino;
	} else if (record->build_id_size <= sizeof(record->build_id)) {
		event->mapping.build_id.len = record->build_id_size;
		memcpy(event->mapping.build_id.data, record->build_id, record->build_id_size);
	}
	return true;
}

/* Return: false if it is none of those. */
static bool take_record(const struct perf_event_header *header,
			struct client_mapped_event *event)
{
	const uint32_t *word = (const uint32_t *)(header + 1);

	memset(event, 0, sizeof(*event));
	event->time_ns = time_of(header);
	switch (header->type) {
	case PERF_RECORD_MMAP2:
		return take_mmap2((const void *)header, event);
	case PERF_RECORD_COMM:
		event->what = KWATCH_MAPPED_EXEC;
		event->pid = word[0];
		return header->misc & PERF_RECORD_MISC_COMM_EXEC;
	case PERF_RECORD_FORK:
		event->what = KWATCH_MAPPED_FORK;
		event->pid = word[0];
		event->parent = word[1];
		return event->pid != event->parent;
	}
	return false;
}

bool client_mapped_read(struct client_mapped *mapped,
			void (*each)(void *context,
				     const struct client_mapped_event *event),
			void *context)
{
	struct client_mapped_event event;
	bool whole = true;
	size_t i;

	mapped->bytes = 0;
	mapped->nr_items = 0;
	for (i = 0; i < mapped->nr_rings; i++) {
		if (mapped->rings[i].page)
			whole &= take_ring(mapped, mapped->rings[i].page);
	}
	if (mapped->nr_items > 1)
		qsort(mapped->items, mapped->nr_items, sizeof(*mapped->items), by_time);
	for (i = 0; i < mapped->nr_items; i++) {
		if (take_record((const void *)(mapped->records + mapped->items[i].at), &event))
			each(context, &event);
	}
	return whole;
}
