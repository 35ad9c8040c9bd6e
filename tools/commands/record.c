// SPDX-License-Identifier: GPL-2.0
/*
 * kwatch record: put hits into a capture, for "kwatch report" and for any
 * reader of CTF traces, now or later, here or on another machine.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/ctf_write.h"
#include "commands.h"
#include "follow.h"
#include "options.h"
#include "control/paths.h"
#include "capture/snapshot.h"

#define NSEC_PER_SEC	1000000000ull

/* A capture that grows is never further behind than that. */
#define FLUSH_NS	NSEC_PER_SEC

#define DEFAULT_DIR	"kwatch-capture"

struct recording {
	struct client_follow follow;
	struct client_ctf_writer *writer;
	struct client_snapshot snapshot;
	const char *path;
	uint64_t flushed_ns;
	bool terminal;		/* stderr is one */
	bool shown;		/* a progress line */
};

static bool take_option(struct recording *recording, int c)
{
	if (c == 'o') {
		recording->path = optarg;
		return *optarg;
	}
	return client_follow_option(&recording->follow, c);
}

static void show_progress(struct recording *recording)
{
	if (!recording->terminal)
		return;
	fprintf(stderr, "\r%llu hits, %.1f MB, %llu overwritten before they were read ",
		(unsigned long long)recording->follow.hits,
		client_ctf_writer_bytes(recording->writer) / 1e6,
		(unsigned long long)recording->follow.lost);
	recording->shown = true;
}

static int flush(struct recording *recording)
{
	recording->flushed_ns = client_follow_now();
	show_progress(recording);
	return client_ctf_writer_flush(recording->writer);
}

static int take(struct client_follow *follow, const struct client_event *event)
{
	struct recording *recording = follow->context;
	const struct kwatch_record *rec = event->rec;

	if (rec->type == KWATCH_RECORD_HIT && event->task &&
	    (rec->flags & KWATCH_FLAG_USER ||
	     (event->frames && event->frames->ustack)))
		client_snapshot_process(&recording->snapshot, event->task->tgid);
	if (rec->type == KWATCH_RECORD_HIT && event->watch &&
	    event->watch->type != KWATCH_TYPE_X &&
	    !(rec->flags & KWATCH_FLAG_USER) && event->frames &&
	    event->frames->kstack && event->frames->kstack->nr)
		client_snapshot_place(&recording->snapshot, event->frames->kstack->ip[0],
				      event->loads);
	/* What it is the place of may be another module already. */
	if (rec->type == KWATCH_RECORD_MODULE)
		client_snapshot_unloaded(&recording->snapshot);
	return client_ctf_writer_add(recording->writer, event);
}

/* Also while hits come in so fast that there is never nothing. */
static bool tick(struct client_follow *follow)
{
	struct recording *recording = follow->context;

	client_snapshot_refresh(&recording->snapshot);
	return flush(recording);
}

static void idle(struct client_follow *follow)
{
	struct recording *recording = follow->context;

	if (client_follow_now() - recording->flushed_ns >= FLUSH_NS &&
	    flush(recording))
		follow->ended = true;
}

static void say_what_there_is(const struct recording *recording,
			      uint64_t hits, uint64_t bytes)
{
	if (recording->shown)
		fputc('\n', stderr);
	fprintf(stderr, "# %s: %llu hit%s recorded, %.1f MB, %llu overwritten before they were read\n",
		recording->path, (unsigned long long)hits, hits == 1 ? "" : "s",
		bytes / 1e6, (unsigned long long)recording->follow.lost);
}

static int record(struct recording *recording)
{
	struct client_follow *follow = &recording->follow;
	uint64_t hits, bytes;
	int ret;

	/* Before anything is made: there may be nothing to record. */
	if (client_follow_open(follow))
		return -1;
	recording->writer = client_ctf_writer_create(recording->path);
	if (!recording->writer)
		return -1;
	recording->snapshot.dir = client_ctf_writer_dir(recording->writer);
	recording->snapshot.path = recording->path;
	recording->snapshot.self = follow->self;
	client_snapshot_begin(&recording->snapshot);

	ret = client_follow_run(follow);
	/* What hit before the user wanted to end is still in the rings. */
	if (!ret && (!follow->count || follow->hits < follow->count) &&
	    !client_ctf_writer_flush(recording->writer))
		ret = client_follow_drain(follow);
	if (client_ctf_writer_flush(recording->writer) ||
	    client_snapshot_end(&recording->snapshot))
		ret = -1;
	/* After all symbols were read: what is not told now is still there. */
	client_follow_ask(follow);
	if (client_ctf_writer_flush(recording->writer))
		ret = -1;
	hits = client_ctf_writer_hits(recording->writer);
	bytes = client_ctf_writer_bytes(recording->writer);
	say_what_there_is(recording, hits, bytes);
	return ret;
}

static int run(int argc, char **argv)
{
	struct recording recording = {
		.path = DEFAULT_DIR,
		.follow = {
			.fd = -1,
			.event = take,
			.idle = idle,
			.tick = tick,
		},
		.terminal = isatty(STDERR_FILENO),
	};
	int c, ret;

	recording.follow.context = &recording;
	while ((c = client_options_next(argc, argv, "ocwAFNS")) != -1) {
		if (!take_option(&recording, c))
			return client_usage(&client_record_command);
	}
	if (optind < argc)
		return client_usage(&client_record_command);

	ret = record(&recording);
	if (client_ctf_writer_close(recording.writer))
		ret = -1;
	if (client_follow_close(&recording.follow))
		ret = -1;
	return ret ? KWATCH_EXIT_FAILED : KWATCH_EXIT_OK;
}

const struct client_command client_record_command = {
	.name = "record",
	.args = "[-o DIR] [-c N] [-w ID|NAME] [--all | --from-now] [--no-follow] [--self]",
	.summary = "put the hits of all watches into a capture",
	.help =
"  -o, --output DIR  the capture, a new directory (" DEFAULT_DIR ")\n"
"  -c, --count N     end after N hits\n"
"  -w, --watch ID    only the hits of this watch, by its number or name\n"
"      --all         also hits of watches that are gone\n"
"      --from-now    none of the hits that are there\n"
"      --no-follow   end where the hits end for now\n"
"      --self        also what this program does itself\n"
"\n"
"A capture is a CTF 1.8 trace: \"kwatch report\" reads it, on any machine, and so\n"
"do babeltrace2 and other readers of such traces.  It can be read while it grows,\n"
"and when the disk was full.\n",
	.run = run,
};
