// SPDX-License-Identifier: GPL-2.0
/*
 * Processes and their memory over time, see processes.h.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/client.h"
#include "base/map.h"
#include "base/proc.h"
#include "mapped.h"
#include "processes.h"
#include "base/slurp.h"

#define NSEC_PER_SEC	1000000000ull

/* How long /proc is believed of a process that is not followed. */
#define LOOK_NS		NSEC_PER_SEC

/* And how often it is asked for one address that is nowhere. */
#define LOOK_AGAIN_NS	(NSEC_PER_SEC / 10)

#define PROCESSES_MAX	256
#define SPACES_MAX	32	/* of a process */
#define MAPS_MAX	(16 << 20)	/* bytes of their list in a capture */
#define IMAGES_MAX	2048	/* of a process in a capture, which may be made up */
#define REPLACED_MAX	64	/* of them */

struct process {
	pid_t pid;
	bool followed;		/* mapped.c tells what changes */
	bool saved;		/* in a capture */
	unsigned int replaced;	/* mappings, in a capture */
	uint64_t started;	/* as /proc/PID/stat has it, or a capture; 0: not known */
	uint64_t looked_ns;	/* into /proc; 0: never */
	uint64_t hash;		/* of what was there */
	uint64_t used;
	struct client_space *space;	/* the newest */
};

struct client_processes {
	struct process *list[PROCESSES_MAX];
	size_t nr;
	uint64_t used;
	struct client_mapped *mapped;
	int saved;		/* directory of a capture, or -1 */
	const char *build_ids;	/* of its files */
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

struct client_processes *client_processes_create(void)
{
	return client_processes_create_saved(-1, NULL);
}

struct client_processes *client_processes_create_saved(int dir, const char *build_ids)
{
	struct client_processes *processes = client_alloc(1, sizeof(*processes));

	elf_version(EV_CURRENT);
	processes->saved = dir;
	processes->build_ids = build_ids;
	return processes;
}

static void process_free(struct process *process)
{
	while (process->space) {
		struct client_space *older = process->space->older;

		client_space_destroy(process->space);
		process->space = older;
	}
	free(process);
}

void client_processes_destroy(struct client_processes *processes)
{
	if (!processes)
		return;
	while (processes->nr)
		process_free(processes->list[--processes->nr]);
	client_mapped_close(processes->mapped);
	free(processes);
}

/* A new newest space; the oldest goes when there are many. */
static void set_space(struct process *process, struct client_space *space)
{
	struct client_space *last;
	unsigned int nr;

	if (space->older != process->space)
		space->older = process->space;
	process->space = space;
	for (last = space, nr = 1; last->older; last = last->older) {
		if (nr++ < SPACES_MAX)
			continue;
		while (last->older) {
			struct client_space *gone = last->older;

			last->older = gone->older;
			client_space_destroy(gone);
		}
		break;
	}
}

static void take_mapping(struct process *process, const struct client_mapping *mapping,
			 uint64_t time_ns)
{
	struct client_image image = { .start = mapping->start, .end = mapping->end };
	bool opened = client_space_open(process->saved ? 0 : process->pid, mapping, &image);

	if (opened && client_space_has(process->space, &image)) {
		client_space_close(&image);
		return;
	}
	if (client_space_overlaps(process->space, image.start, image.end)) {
		/* Told late: what is there now came after it.  In one look: nonsense. */
		if (time_ns < process->space->from_ns ||
		    (process->saved && process->replaced++ >= REPLACED_MAX)) {
			if (opened)
				client_space_close(&image);
			return;
		}
		set_space(process, client_space_without(process->space, image.start,
							image.end, time_ns));
	}
	if (opened)
		client_space_add(process->space, &image);
}

static char *slurp_proc(pid_t pid, const char *file)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%d/%s", client_proc(), pid, file);
	return client_slurp(AT_FDCWD, path, NULL);
}

/* When it started, in ticks since boot: two processes of one pid differ. */
static uint64_t read_started(pid_t pid)
{
	char *text = slurp_proc(pid, "stat"), *at;
	unsigned long long started = 0;

	/* The name in parentheses may have any bytes in it. */
	at = text ? strrchr(text, ')') : NULL;
	if (at && sscanf(at, ") %*c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
			 &started) != 1)
		started = 0;
	free(text);
	return started;
}

uint64_t client_processes_started(pid_t pid)
{
	uint64_t ticks = read_started(pid), hertz = sysconf(_SC_CLK_TCK), ns;
	struct timespec boot, now;

	/* In this order: the second has gone on, and is never behind the first. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	clock_gettime(CLOCK_BOOTTIME, &boot);
	ns = (boot.tv_sec - now.tv_sec) * NSEC_PER_SEC + boot.tv_nsec - now.tv_nsec;
	ticks = ticks * (NSEC_PER_SEC / hertz);
	return ticks > ns ? ticks - ns : 0;
}

/* Is the program still the one that was there before? */
static bool is_same_program(const struct process *process, const char *maps)
{
	const struct client_space *space = process->space;
	char start[32];

	if (!space || !space->nr)
		return true;
	snprintf(start, sizeof(start), "%llx-", (unsigned long long)space->images[0].start);
	return !strncmp(maps, start, strlen(start)) || strstr(maps, space->images[0].path);
}

static uint64_t hash_text(const char *text)
{
	uint64_t hash = 0;

	while (*text)
		hash = client_map_mix(hash ^ (unsigned char)*text++) + 1;
	return hash;
}

/*
 * The next mapping of a text as /proc/PID/maps has it; *@text goes behind it.
 * Return: false if there is none.
 */
static bool next_mapping(char **text, struct client_mapping *mapping)
{
	char *line;

	while (**text) {
		line = *text;
		*text += strcspn(line, "\n");
		if (**text)
			*(*text)++ = '\0';
		if (client_space_parse(line, mapping))
			return true;
	}
	return false;
}

/* Read /proc, and take in what is new there. */
static void look(struct process *process)
{
	uint64_t before = process->looked_ns, now = now_ns();
	uint64_t started, hash;
	struct client_mapping mapping;
	char *maps, *next;

	process->looked_ns = now;
	maps = slurp_proc(process->pid, "maps");
	/* It ended, or is a kernel thread. */
	if (!maps || !*maps) {
		free(maps);
		return;
	}
	hash = hash_text(maps);
	started = read_started(process->pid);
	if (process->started == started && process->hash == hash) {
		free(maps);
		return;
	}
	/* Records from before it began are of another process, which had its number. */
	if (!process->space->nr || (process->started && process->started != started))
		set_space(process, client_space_create(process->pid,
						       client_processes_started(process->pid)));
	else if (!is_same_program(process, maps))
		set_space(process, client_space_create(process->pid, before));
	process->started = started;
	process->hash = hash;
	next = maps;
	while (next_mapping(&next, &mapping))
		take_mapping(process, &mapping, before ? now : 0);
	free(maps);
}

/* Take in what the recorder saw of a process at one time. */
static void take_saved(struct client_processes *processes, struct process *process,
		       char *look, unsigned int *nr)
{
	unsigned long long at = 0, started = 0;
	struct client_mapping mapping;
	bool first = !*nr;
	char *maps = look, *ids;

	if (sscanf(look, KWATCH_PROCESS_LOOK, &at, &started) == 2)
		maps += strcspn(maps, "\n");
	maps += *maps == '\n';
	if (first || process->started != started)
		set_space(process, client_space_create(process->pid, started));
	else if (!is_same_program(process, maps))
		set_space(process, client_space_create(process->pid, process->looked_ns));
	process->started = started;
	process->looked_ns = at;
	ids = strdup(maps);
	if (!ids)
		client_out_of_memory();
	while ((*nr)++ < IMAGES_MAX && next_mapping(&maps, &mapping)) {
		if (!client_buildid_kept(ids, mapping.path, &mapping.build_id) &&
		    !client_buildid_kept(processes->build_ids, mapping.path, &mapping.build_id))
			mapping.build_id.len = 0;
		take_mapping(process, &mapping, first ? 0 : at);
	}
	free(ids);
}

/* Take in what a capture has of a process. */
static void look_saved(struct client_processes *processes, struct process *process)
{
	char name[64], *maps, *look, *next;
	unsigned int nr = 0;

	snprintf(name, sizeof(name), KWATCH_CAPTURE_HOST "/maps/%d", process->pid);
	maps = client_slurp_kept(processes->saved, name, MAPS_MAX);
	for (look = maps; look && nr < IMAGES_MAX; look = next) {
		next = strstr(look, "\n" KWATCH_PROCESS_LOOK_START);
		if (next)
			*next++ = '\0';
		take_saved(processes, process, look, &nr);
	}
	process->looked_ns = now_ns();
	free(maps);
}

static struct process *find(struct client_processes *processes, pid_t pid)
{
	size_t i;

	for (i = 0; i < processes->nr; i++) {
		if (processes->list[i]->pid == pid)
			return processes->list[i];
	}
	return NULL;
}

/* Make room: the one that was not asked about for longest goes. */
static void evict(struct client_processes *processes)
{
	size_t i, oldest = 0;

	for (i = 1; i < processes->nr; i++) {
		if (processes->list[i]->used < processes->list[oldest]->used)
			oldest = i;
	}
	process_free(processes->list[oldest]);
	processes->list[oldest] = processes->list[--processes->nr];
}

static struct process *add(struct client_processes *processes, pid_t pid)
{
	struct process *process = client_alloc(1, sizeof(*process));

	if (processes->nr == PROCESSES_MAX)
		evict(processes);
	process->pid = pid;
	process->saved = processes->saved >= 0;
	process->used = ++processes->used;
	process->space = client_space_create(pid, 0);
	processes->list[processes->nr++] = process;
	return process;
}

void client_processes_follow(struct client_processes *processes, pid_t pid)
{
	struct process *process = find(processes, pid);

	/* First listen, then look: nothing comes in between. */
	if (!processes->mapped)
		processes->mapped = client_mapped_open(pid);
	if (!process)
		process = add(processes, pid);
	process->followed = processes->mapped;
	look(process);
}

/* A child has what its parent had. */
static void take_fork(struct client_processes *processes,
		      const struct client_mapped_event *event)
{
	struct process *parent = find(processes, event->parent);
	struct client_space *space;
	struct process *process;

	if (!parent || find(processes, event->pid))
		return;
	/* Adding may evict, but not who was asked about last. */
	parent->used = ++processes->used;
	process = add(processes, event->pid);
	space = client_space_without(parent->space, 0, 0, 0);
	space->older = NULL;
	space->pid = event->pid;
	client_space_destroy(process->space);
	process->space = space;
	process->followed = true;
	process->looked_ns = now_ns();
}

static void take_event(void *context, const struct client_mapped_event *event)
{
	struct client_processes *processes = context;
	struct process *process = find(processes, event->pid);

	if (event->what == KWATCH_MAPPED_FORK)
		take_fork(processes, event);
	else if (!process)
		return;
	else if (event->what == KWATCH_MAPPED_MAP)
		take_mapping(process, &event->mapping, event->time_ns);
	else if (event->time_ns >= process->space->from_ns)
		set_space(process, client_space_create(process->pid, event->time_ns));
}

void client_processes_update(struct client_processes *processes)
{
	size_t i;

	if (!processes->mapped ||
	    client_mapped_read(processes->mapped, take_event, processes))
		return;
	for (i = 0; i < processes->nr; i++) {
		if (processes->list[i]->followed)
			look(processes->list[i]);
	}
}

/* Is it time to ask /proc? */
static bool is_stale(const struct process *process, bool known)
{
	uint64_t age = now_ns() - process->looked_ns;

	if (!process->looked_ns)
		return true;
	if (process->followed)
		return false;
	return age > (known ? LOOK_NS : LOOK_AGAIN_NS);
}

struct client_space *client_processes_space(struct client_processes *processes,
					    pid_t pid, uint64_t time_ns,
					    uint64_t addr)
{
	struct process *process = find(processes, pid);
	struct client_space *space;

	if (!process)
		process = add(processes, pid);
	process->used = ++processes->used;
	if (process->saved) {
		if (!process->looked_ns)
			look_saved(processes, process);
	} else if (is_stale(process, !addr || client_space_image(process->space, addr)))
		look(process);
	for (space = process->space; space->older; space = space->older) {
		if (space->from_ns <= time_ns)
			break;
	}
	return space->nr ? space : NULL;
}
