// SPDX-License-Identifier: GPL-2.0
/*
 * Follow hits_raw, see follow.h.
 *
 * hits_raw is read without blocking until it has nothing more; only then is
 * the output flushed and waited for.  So a quiet watch shows each hit at once
 * and a loud one costs few system calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "control/alive.h"
#include "control/control.h"
#include "follow.h"
#include "stream/held.h"
#include "output/json.h"
#include "control/listing.h"
#include "options.h"
#include "control/paths.h"
#include "output/line.h"

/* Much more than any record, which has 64 KiB at most. */
#define BUFFER_BYTES	(256 * 1024)

/* More than any record; few modules are unloaded between two looks. */
#define ASK_BYTES	(128 * 1024)

#define NSEC_PER_SEC	1000000000ull
#define TICK_NS		(2 * NSEC_PER_SEC)

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* The second of a kind kills: output may be stuck. */
static void catch_signals(void)
{
	struct sigaction action = {
		.sa_handler = on_signal,
		.sa_flags = SA_RESETHAND,
	};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	/* A closed pipe is seen where it is written to. */
	signal(SIGPIPE, SIG_IGN);
}

uint64_t client_follow_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

bool client_follow_option(struct client_follow *follow, int c)
{
	switch (c) {
	case 'c':
		follow->count = client_number(optarg, INT64_MAX);
		return follow->count;
	case 'w':
		follow->id = client_listing_named(optarg);
		return follow->id;
	case KWATCH_OPTION_ALL:
		follow->all = true;
		return true;
	case KWATCH_OPTION_SELF:
		follow->self = true;
		return true;
	case KWATCH_OPTION_FROM_NOW:
		follow->from_now = true;
		return true;
	case KWATCH_OPTION_NO_FOLLOW:
		follow->snapshot = true;
		return true;
	}
	return false;
}

/* Return: false at the end of the definitions, with which a new reader begins. */
static bool take_loads(struct client_follow *follow, const char *buffer, size_t len,
		       size_t *done)
{
	const struct kwatch_record *rec;
	struct client_parts parts;
	struct client_event event;
	const char *why;
	int size;

	for (*done = 0; ; *done += size) {
		rec = (const void *)(buffer + *done);
		size = client_records_next(rec, len - *done, &parts, &why);
		if (size <= 0)
			return !size;
		if (!client_stream_is_definition(rec->type))
			return false;
		if (rec->type != KWATCH_RECORD_MODULE && rec->type != KWATCH_RECORD_SYMBOL)
			continue;
		if (client_stream_next(&follow->stream, rec, size, &event, &why) <= 0)
			return false;
		if (!event.again && follow->event)
			follow->ended |= follow->event(follow, &event) != 0;
	}
}

void client_follow_ask(struct client_follow *follow)
{
	int fd = client_paths_try("hits_raw", O_RDONLY | O_NONBLOCK);
	size_t have = 0, done;
	struct stat st;
	char *buffer;
	ssize_t n;

	/* A pipe gives a record to one of its readers only. */
	if (fd < 0 || fstat(fd, &st) || S_ISFIFO(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		return;
	}
	buffer = client_alloc(1, ASK_BYTES);
	while ((n = read(fd, buffer + have, ASK_BYTES - have)) > 0) {
		have += n;
		if (!take_loads(follow, buffer, have, &done))
			break;
		have -= done;
		memmove(buffer, buffer + done, have);
	}
	free(buffer);
	close(fd);
}

static void ask(void *follow)
{
	client_follow_ask(follow);
}

int client_follow_open(struct client_follow *follow)
{
	follow->fd = -1;
	follow->self_fd = -1;
	client_out_init(&follow->out, follow->fd_out ? follow->fd_out : STDOUT_FILENO);
	follow->out.stop = &stop;
	if (client_paths_check_abi())
		return -1;
	/* Before anybody can see that this follows, and wants to end it. */
	catch_signals();
	follow->fd = client_paths_open("hits_raw", O_RDONLY | O_NONBLOCK);
	if (follow->fd < 0)
		return -1;
	if (!follow->self)
		follow->self_fd = client_control_ignore_self();
	if (!follow->all)
		follow->alive = client_alive_read();
	follow->opened_ns = client_follow_now();
	/* Not what this program did until it was ignored. */
	if (follow->from_now)
		follow->from_ns = follow->opened_ns;
	follow->buffer = client_alloc(1, BUFFER_BYTES);
	follow->symbols = client_symbols_create();
	client_symbols_set_loads(follow->symbols, &follow->stream.loads, ask, follow);
	follow->processes = client_processes_create();
	follow->lines = client_lines_create(follow->symbols, NULL, NULL, false);
	follow->culprits = client_culprits_create(follow->symbols,
						  client_code_create(), 0);
	if (!follow->event)
		client_symbols_load(follow->symbols);
	if (follow->last)
		follow->held = client_held_create(follow->last);
	follow->until_ns = client_follow_now();
	return 0;
}

/* No more holding back: what is held is the last of what was there. */
static void release(struct client_follow *follow)
{
	if (!follow->held)
		return;
	follow->hits += client_held_put(follow->held, &follow->out);
	client_held_destroy(follow->held);
	follow->held = NULL;
}

static void show(struct client_follow *follow, const struct client_event *event)
{
	struct client_out *out = &follow->out;
	bool hit = event->rec->type == KWATCH_RECORD_HIT;

	if (client_culprit_is_no_read(event))
		return;
	if (follow->held && event->rec->time_ns >= follow->until_ns)
		release(follow);
	if (follow->held)
		out = client_held_next(follow->held, hit);
	else
		follow->hits += hit;
	if (follow->json)
		client_json_event(out, follow->symbols, event);
	else
		client_text_event(out, follow->symbols, event);
}

/* Is it older than we are, and only of watches that were gone by then? */
static bool is_past(struct client_follow *follow, const struct kwatch_record *rec)
{
	uint64_t since;

	if (!follow->alive || rec->time_ns >= follow->opened_ns)
		return false;
	if (rec->type == KWATCH_RECORD_LOST) {
		since = client_alive_since(follow->alive, follow->id);
		/* A watch that is asked for by its number may be gone. */
		return since ? rec->time_ns < since : !follow->id;
	}
	return rec->watch && rec->watch != follow->id &&
	       !client_alive_has(follow->alive, rec->watch);
}

static bool is_wanted(struct client_follow *follow, const struct kwatch_record *rec)
{
	/* Losses are nobody's in particular: any watch may have lost a hit. */
	if (follow->id && rec->watch && rec->watch != follow->id)
		return false;
	if (client_stream_is_definition(rec->type))
		return true;
	if (rec->time_ns < follow->from_ns)
		return false;
	if (!is_past(follow, rec))
		return true;
	follow->left_out += rec->type == KWATCH_RECORD_HIT;
	return false;
}

static void take(struct client_follow *follow, const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;

	if (event->again || !is_wanted(follow, rec) ||
	    (rec->type == KWATCH_RECORD_GONE && follow->over))
		return;
	if (rec->type == KWATCH_RECORD_WATCH && follow->label)
		client_stream_relabel(&follow->stream, follow->id, follow->label);
	follow->taken += rec->type == KWATCH_RECORD_HIT;
	if (rec->type == KWATCH_RECORD_LOST)
		follow->lost += ((const struct kwatch_lost *)rec)->count;
	if (follow->event) {
		follow->hits += rec->type == KWATCH_RECORD_HIT;
		follow->ended |= follow->event(follow, event) != 0;
	} else {
		show(follow, event);
	}
	if (rec->type == KWATCH_RECORD_GONE && follow->gone)
		follow->ended |= follow->gone(follow, ((const struct kwatch_gone *)rec)->why);
	if (follow->count && follow->hits >= follow->count)
		follow->ended = true;
}

/* Show the records in the buffer; an incomplete one stays at its start. */
static int take_buffer(struct client_follow *follow, uint64_t until_ns)
{
	size_t done = 0;
	const char *why;

	/* What these hits may be in has been mapped by now. */
	client_processes_update(follow->processes);
	while (!follow->ended) {
		struct client_event event;
		int size = client_stream_next(&follow->stream,
					      follow->buffer + done,
					      follow->have - done, &event, &why);

		if (size < 0) {
			client_complain("hits_raw: %s", why);
			return -1;
		}
		if (!size)
			break;
		done += size;
		event.processes = follow->processes;
		event.culprits = follow->culprits;
		event.explain = client_culprit_put;
		if (event.rec->time_ns > until_ns &&
		    event.rec->type == KWATCH_RECORD_HIT)
			follow->ended = true;
		else
			take(follow, &event);
	}
	follow->have -= done;
	memmove(follow->buffer, follow->buffer + done, follow->have);
	return 0;
}

/*
 * Read and show once.
 * Return: 1 if there was something, 0 if there is nothing for now, -1 failed.
 */
static int pump(struct client_follow *follow, uint64_t until_ns)
{
	ssize_t n = read(follow->fd, follow->buffer + follow->have,
			 BUFFER_BYTES - follow->have);

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0 && errno == EINTR)
		return 1;
	if (n < 0) {
		client_complain("hits_raw: %s", errno == ENODEV || errno == EIO ?
				"the module was unloaded" : strerror(errno));
		return -1;
	}
	if (n == 0) {
		follow->ended = true;
		if (!follow->have)
			return 0;
		client_complain("hits_raw: ends in the middle of a record");
		return -1;
	}
	follow->have += n;
	return take_buffer(follow, until_ns) ? -1 : 1;
}

static uint64_t tick_ns(const struct client_follow *follow)
{
	return follow->every_ns ? follow->every_ns : TICK_NS;
}

/* Until there is something to read, to do every now and then, or a signal. */
static void wait_for_more(struct client_follow *follow)
{
	struct timespec timeout = {
		.tv_sec = tick_ns(follow) / NSEC_PER_SEC,
		.tv_nsec = tick_ns(follow) % NSEC_PER_SEC,
	};
	struct pollfd pfds[] = {
		{ .fd = follow->fd, .events = POLLIN },
		{ .fd = follow->out.fd },	/* a reader that goes away */
		{ .fd = follow->input ? STDIN_FILENO : -1, .events = POLLIN },
	};
	sigset_t block, before;

	sigemptyset(&block);
	sigaddset(&block, SIGINT);
	sigaddset(&block, SIGTERM);
	sigaddset(&block, SIGHUP);
	/* Between the look at @stop and the wait no signal may slip through. */
	sigprocmask(SIG_BLOCK, &block, &before);
	if (!stop && ppoll(pfds, KWATCH_ARRAY_SIZE(pfds), &timeout, &before) > 0 &&
	    pfds[1].revents & POLLERR)
		follow->out.error = EPIPE;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void tick(struct client_follow *follow)
{
	uint64_t now = client_follow_now();

	if (follow->input && follow->input(follow))
		follow->ended = true;
	if (now - follow->tick_ns < tick_ns(follow))
		return;
	follow->tick_ns = now;
	if (!follow->event)
		client_symbols_refresh(follow->symbols);
	if (follow->tick && follow->tick(follow))
		follow->ended = true;
}

/* Once: what was left out is missed by somebody who does not know of it. */
static void say_left_out(struct client_follow *follow)
{
	if (!follow->left_out)
		return;
	client_complain("%llu hit%s of watches that are gone left out; --all shows them",
			(unsigned long long)follow->left_out,
			follow->left_out == 1 ? "" : "s");
	follow->left_out = 0;
}

int client_follow_run(struct client_follow *follow)
{
	int ret = 1;

	follow->tick_ns = client_follow_now();
	while (ret >= 0 && !follow->ended && !stop && !follow->out.error) {
		ret = pump(follow, UINT64_MAX);
		if (!ret) {
			release(follow);
			say_left_out(follow);
			if (follow->idle)
				follow->idle(follow);
			if (client_out_flush(&follow->out) || follow->snapshot)
				break;
			if (!follow->ended)
				wait_for_more(follow);
		}
		tick(follow);
	}
	release(follow);
	say_left_out(follow);
	return ret < 0 ? -1 : 0;
}

int client_follow_drain(struct client_follow *follow)
{
	uint64_t now = client_follow_now();
	int ret;

	follow->ended = false;
	do
		ret = pump(follow, now);
	while (ret > 0 && !follow->ended && !follow->out.error);
	return ret < 0 ? -1 : 0;
}

int client_follow_skip(struct client_follow *follow)
{
	int ret;

	/* Only of a module that says what there is: what is there is old then. */
	if (!follow->alive)
		return 0;
	follow->from_ns = client_follow_now();
	ret = client_follow_drain(follow);
	follow->ended = false;
	return ret;
}

int client_follow_close(struct client_follow *follow)
{
	int error;

	client_out_flush(&follow->out);
	error = follow->out.error;
	client_out_destroy(&follow->out);
	if (follow->held)
		client_held_destroy(follow->held);
	client_stream_destroy(&follow->stream);
	client_culprits_destroy(follow->culprits);
	client_lines_destroy(follow->lines);
	client_symbols_destroy(follow->symbols);
	client_processes_destroy(follow->processes);
	free(follow->buffer);
	client_alive_free(follow->alive);
	if (follow->fd >= 0)
		close(follow->fd);
	if (follow->self_fd >= 0)
		close(follow->self_fd);
	/* Whoever closed the pipe had enough; whoever pressed Ctrl-C, too. */
	if (!error || error == EPIPE || error == EINTR)
		return 0;
	client_complain("cannot write: %s", strerror(error));
	return -1;
}
