// SPDX-License-Identifier: GPL-2.0
/*
 * Read a capture, see capture.h.
 *
 * One packet of each stream is in memory at a time, and the streams are merged
 * by time.  A definition goes before everything else of its time; that of a
 * watch, which is older than all, when its packet begins; that of a module which
 * was unloaded, before all else: it says what addresses meant until then.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "base/client.h"
#include "base/slurp.h"

#define HEAD_BYTES	sizeof(struct client_ctf_packet)
#define METADATA_MAX	(64u << 20)

struct client_capture_lane {
	char *name;
	int fd;
	uint64_t size;
	uint64_t at;		/* where the next packet is */
	uint64_t damaged;
	size_t pos;		/* of the next record in @packet */
	size_t end;		/* of the records in @packet */
	uint64_t order_ns;	/* of the next record */
	bool defines;		/* it is a definition */
	struct client_ctf_packet *packet;
};

static const struct kwatch_record *record_at(const struct client_capture_lane *lane,
					     size_t pos)
{
	return (const void *)((const char *)lane->packet + pos);
}

/* Of a packet whose check sum is right, too: somebody else may have made it. */
static bool is_whole(const struct client_capture_lane *lane, size_t pos)
{
	struct client_parts parts;
	const char *why;

	return client_records_next(record_at(lane, pos), lane->end - pos,
				   &parts, &why) > 0;
}

/* Find out when the next record comes. */
static void look(struct client_capture_lane *lane)
{
	const struct kwatch_record *rec = record_at(lane, lane->pos);

	lane->defines = client_stream_is_definition(rec->type);
	if (rec->type == KWATCH_RECORD_MODULE || rec->type == KWATCH_RECORD_SYMBOL)
		lane->order_ns = 0;
	else
		lane->order_ns = rec->type == KWATCH_RECORD_WATCH ?
				 lane->packet->begin_ns : rec->time_ns;
}

static bool pread_all(const struct client_capture_lane *lane, uint64_t at,
		      void *data, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(lane->fd, (char *)data + done, len - done,
				  at + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += n;
	}
	return true;
}

/* Read the packet at @at.  Return: its bytes, 0 if there is no good one. */
static size_t read_packet(const struct client_capture *capture,
			  struct client_capture_lane *lane, uint64_t at)
{
	struct client_ctf_packet *packet = lane->packet;
	size_t size;

	if (lane->size - at < HEAD_BYTES ||
	    !pread_all(lane, at, packet, HEAD_BYTES))
		return 0;
	if (packet->magic != KWATCH_CTF_MAGIC ||
	    packet->stream_id > KWATCH_CTF_WATCHES ||
	    memcmp(packet->uuid, capture->info.uuid, sizeof(packet->uuid)) ||
	    packet->packet_bits % 64 || packet->content_bits > packet->packet_bits)
		return 0;
	if (packet->packet_bits / 8 <= HEAD_BYTES ||
	    packet->packet_bits / 8 > KWATCH_CTF_PACKET_MAX)
		return 0;
	size = packet->packet_bits / 8;
	if (lane->size - at < size ||
	    !pread_all(lane, at + HEAD_BYTES, packet + 1, size - HEAD_BYTES))
		return 0;
	return client_ctf_crc(packet, size) == packet->crc ? size : 0;
}

/* Where the next packet may begin, behind one that is damaged. */
static uint64_t find_packet(const struct client_capture *capture,
			    struct client_capture_lane *lane, uint64_t at)
{
	const uint32_t magic = KWATCH_CTF_MAGIC;
	unsigned char start[sizeof(magic) + KWATCH_CTF_UUID_BYTES];
	/* Of the packet's own memory: nothing else is in it now. */
	char *buffer = (char *)lane->packet;

	memcpy(start, &magic, sizeof(magic));
	memcpy(start + sizeof(magic), capture->info.uuid, KWATCH_CTF_UUID_BYTES);
	while (lane->size - at >= sizeof(start)) {
		size_t len = lane->size - at < KWATCH_CTF_PACKET_MAX ?
			     lane->size - at : KWATCH_CTF_PACKET_MAX;
		const char *found;

		if (!pread_all(lane, at, buffer, len))
			break;
		found = memmem(buffer, len, start, sizeof(start));
		if (found)
			return at + (found - buffer);
		at += len - sizeof(start) + 1;
	}
	return lane->size;
}

static void leave_out(struct client_capture *capture,
		      struct client_capture_lane *lane, uint64_t bytes)
{
	if (!lane->damaged)
		client_complain("%s/%s: cut or damaged at byte %llu; what cannot be read is left out",
				capture->path, lane->name,
				(unsigned long long)lane->at);
	lane->damaged += bytes;
	capture->damaged += bytes;
	capture->incomplete = true;
}

/* Make the next record of a lane the one at its @pos. */
static void advance(struct client_capture *capture,
		    struct client_capture_lane *lane)
{
	while (lane->pos >= lane->end || !is_whole(lane, lane->pos)) {
		size_t size;
		uint64_t next;

		if (lane->pos < lane->end)
			leave_out(capture, lane, lane->end - lane->pos);
		lane->pos = lane->end = 0;
		if (lane->at >= lane->size)
			return;
		size = read_packet(capture, lane, lane->at);
		next = size ? lane->at + size :
			      find_packet(capture, lane, lane->at + 1);
		if (!size)
			leave_out(capture, lane, next - lane->at);
		capture->done += next - lane->at;
		lane->at = next;
		lane->pos = size ? HEAD_BYTES : 0;
		lane->end = size;
	}
	look(lane);
}

static int compare_names(const void *a, const void *b)
{
	const struct client_capture_lane *x = a, *y = b;

	return strverscmp(x->name, y->name);
}

static int add_lane(struct client_capture *capture, const char *name)
{
	struct client_capture_lane *lane;
	struct stat st;
	int fd = openat(capture->dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 || fstat(fd, &st)) {
		client_complain("%s/%s: %s", capture->path, name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return 0;
	}
	capture->lanes = client_realloc(capture->lanes, (capture->nr + 1) *
					sizeof(*capture->lanes));
	lane = &capture->lanes[capture->nr++];
	memset(lane, 0, sizeof(*lane));
	lane->fd = fd;
	lane->size = st.st_size;
	lane->name = strdup(name);
	if (!lane->name)
		client_out_of_memory();
	lane->packet = client_alloc(1, KWATCH_CTF_PACKET_MAX);
	capture->bytes += lane->size;
	return 0;
}

static int add_lanes(struct client_capture *capture)
{
	int fd = openat(capture->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int ret = 0;

	if (!entries) {
		client_complain("%s: %s", capture->path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (!ret && (entry = readdir(entries))) {
		const char *name = entry->d_name;

		if (name[0] != '.' && strcmp(name, KWATCH_CTF_METADATA) &&
		    strcmp(name, KWATCH_CAPTURE_HOST))
			ret = add_lane(capture, name);
	}
	closedir(entries);
	return ret;
}

static int read_metadata(struct client_capture *capture)
{
	char why[128];
	char *text = client_slurp_kept(capture->dir, KWATCH_CTF_METADATA, METADATA_MAX);
	int ret;

	if (!text) {
		client_complain("%s: not a capture: it has no metadata that can be read",
				capture->path);
		return -1;
	}
	ret = client_ctf_parse_metadata(text, &capture->info, why, sizeof(why));
	free(text);
	if (ret)
		client_complain("%s/metadata: %s", capture->path, why);
	return ret;
}

int client_capture_open(struct client_capture *capture, const char *path)
{
	size_t i;

	memset(capture, 0, sizeof(*capture));
	capture->path = path;
	capture->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (capture->dir < 0) {
		client_complain("%s: %s", path, strerror(errno));
		return -1;
	}
	if (read_metadata(capture) || add_lanes(capture))
		return -1;
	capture->stream.arch = capture->info.arch;
	/* The order in a directory is no order. */
	if (capture->nr)
		qsort(capture->lanes, capture->nr, sizeof(*capture->lanes),
		      compare_names);
	for (i = 0; i < capture->nr; i++) {
		/* No stream begins without a packet. */
		if (!capture->lanes[i].size)
			leave_out(capture, &capture->lanes[i], 0);
		advance(capture, &capture->lanes[i]);
	}
	return 0;
}

/* The lane with the oldest record, NULL if there is no more. */
static struct client_capture_lane *choose(const struct client_capture *capture)
{
	struct client_capture_lane *best = NULL;
	size_t i;

	for (i = 0; i < capture->nr; i++) {
		struct client_capture_lane *lane = &capture->lanes[i];

		if (lane->pos >= lane->end)
			continue;
		if (!best || lane->order_ns < best->order_ns ||
		    (lane->order_ns == best->order_ns &&
		     lane->defines && !best->defines))
			best = lane;
	}
	return best;
}

int client_capture_next(struct client_capture *capture,
			struct client_event *event)
{
	struct client_capture_lane *lane;
	const char *why;
	int size;

	/* The record given last is in its packet until now. */
	if (capture->current) {
		capture->current->pos += capture->size;
		advance(capture, capture->current);
		capture->current = NULL;
	}
	lane = choose(capture);
	if (!lane)
		return 0;
	size = client_stream_next(&capture->stream, record_at(lane, lane->pos),
				  lane->end - lane->pos, event, &why);
	if (size <= 0) {
		client_complain("%s/%s: %s", capture->path, lane->name, why);
		capture->damaged += lane->end - lane->pos;
		capture->incomplete = true;
		return 0;
	}
	capture->current = lane;
	capture->size = size;
	return 1;
}

void client_capture_close(struct client_capture *capture)
{
	size_t i;

	for (i = 0; i < capture->nr; i++) {
		close(capture->lanes[i].fd);
		free(capture->lanes[i].name);
		free(capture->lanes[i].packet);
	}
	free(capture->lanes);
	client_stream_destroy(&capture->stream);
	if (capture->dir >= 0)
		close(capture->dir);
}
