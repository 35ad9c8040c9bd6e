// SPDX-License-Identifier: GPL-2.0
/*
 * Write a capture, see ctf_write.h.
 *
 * CTF wants the times of a stream not to go back.  hits_raw gives the records
 * of a ring in its order, and a clock read in an exception may be a few
 * nanoseconds behind the one before.  Such a record goes into another file of
 * the same CPU, where it is the youngest: records are never changed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/client.h"
#include "ctf_write.h"
#include "base/out.h"

#define HEAD_BYTES	sizeof(struct client_ctf_packet)
#define NAME_BYTES	32

struct lane {
	struct lane *next;	/* another of the same CPU */
	unsigned int cpu;
	char name[NAME_BYTES];
	int fd;
	off_t size;		/* of the file: whole packets */
	uint64_t seq;
	uint64_t discarded;
	uint64_t last_ns;
	uint64_t hits;		/* in @packet */
	size_t used;		/* of @packet; 0: nothing in it */
	size_t padding;		/* behind the last record in it */
	struct client_ctf_packet *packet;
};

struct client_ctf_writer {
	char *path;
	int dir;
	bool failed;
	struct client_ctf_info info;
	off_t metadata_size;
	uint64_t hits;
	struct client_map lanes;	/* struct lane by CPU */
	struct client_map declared;	/* events, by their id */
	uint64_t unknown;		/* records left out */
	uint64_t last_ns;		/* of any record but these definitions */
};

static int fail(struct client_ctf_writer *writer, const char *name)
{
	client_complain("%s/%s: %s", writer->path, name, strerror(errno));
	writer->failed = true;
	return -1;
}

/* All or nothing: what could be written of it is taken back. */
static int append(int fd, off_t *size, const void *data, size_t len)
{
	size_t done = 0;
	int error;

	while (done < len) {
		ssize_t n = pwrite(fd, (const char *)data + done, len - done,
				   *size + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error = n ? errno : ENOSPC;
			if (ftruncate(fd, *size))
				error = errno;
			errno = error;
			return -1;
		}
		done += n;
	}
	*size += len;
	return 0;
}

static int append_metadata(struct client_ctf_writer *writer,
			   const struct client_out *text)
{
	int fd = openat(writer->dir, KWATCH_CTF_METADATA,
			O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	int ret = -1;

	if (fd >= 0) {
		ret = append(fd, &writer->metadata_size, text->data, text->len);
		if (ret)
			fail(writer, KWATCH_CTF_METADATA);
		close(fd);
	} else {
		fail(writer, KWATCH_CTF_METADATA);
	}
	return ret;
}

static bool is_empty(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	bool empty = entries;

	while (empty && (entry = readdir(entries)))
		empty = !strcmp(entry->d_name, ".") ||
			!strcmp(entry->d_name, "..");
	if (entries)
		closedir(entries);
	else if (fd >= 0)
		close(fd);
	return empty;
}

static int make_dir(struct client_ctf_writer *writer)
{
	bool made = !mkdir(writer->path, 0700);

	if (made || errno == EEXIST)
		writer->dir = open(writer->path,
				   O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (writer->dir < 0) {
		client_complain("%s: %s", writer->path, strerror(errno));
		return -1;
	}
	/* Of the user's own making; but nothing is ever overwritten. */
	if (!made && !is_empty(writer->dir)) {
		client_complain("%s: is there already, and not empty",
				writer->path);
		return -1;
	}
	if (mkdirat(writer->dir, KWATCH_CAPTURE_HOST, 0700))
		return fail(writer, KWATCH_CAPTURE_HOST);
	return 0;
}

struct client_ctf_writer *client_ctf_writer_create(const char *path)
{
	struct client_ctf_writer *writer = client_alloc(1, sizeof(*writer));
	struct client_out text;
	int ret;

	writer->dir = -1;
	writer->path = strdup(path);
	if (!writer->path)
		client_out_of_memory();
	writer->failed = make_dir(writer);
	if (!writer->failed) {
		client_ctf_info_now(&writer->info);
		client_out_init(&text, -1);
		client_ctf_put_metadata(&text, &writer->info);
		ret = append_metadata(writer, &text);
		client_out_destroy(&text);
		if (!ret)
			return writer;
	}
	client_ctf_writer_close(writer);
	return NULL;
}

int client_ctf_writer_dir(const struct client_ctf_writer *writer)
{
	return writer->dir;
}

/* The metadata must know an event before it is in a stream. */
static int declare(struct client_ctf_writer *writer,
		   const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;
	uint32_t id = client_ctf_event_id(rec);
	struct client_out text;
	char name[NAME_BYTES];
	const char *label = NULL;
	int ret;

	if (client_map_get(&writer->declared, id))
		return 0;
	if (event->watch) {
		label = event->watch->label;
	} else if (rec->watch) {
		snprintf(name, sizeof(name), "watch %u", rec->watch);
		label = name;
	}
	client_out_init(&text, -1);
	client_ctf_put_event(&text, rec, label);
	ret = append_metadata(writer, &text);
	client_out_destroy(&text);
	/* Not a pointer to anything: it is there. */
	client_map_set(&writer->declared, id, writer);
	return ret;
}

static int write_packet(struct client_ctf_writer *writer, struct lane *lane)
{
	struct client_ctf_packet *packet = lane->packet;

	if (!lane->used)
		return 0;
	packet->magic = KWATCH_CTF_MAGIC;
	memcpy(packet->uuid, writer->info.uuid, sizeof(packet->uuid));
	packet->stream_id = lane->cpu >= KWATCH_CTF_LANE_WATCHES ?
			    KWATCH_CTF_WATCHES : KWATCH_CTF_RECORDS;
	packet->end_ns = lane->last_ns;
	packet->packet_bits = lane->used * 8;
	packet->content_bits = packet->packet_bits - lane->padding * 8;
	packet->seq = lane->seq++;
	packet->discarded = lane->discarded;
	packet->cpu = lane->cpu < KWATCH_CPU_NONE ? lane->cpu : KWATCH_CPU_NONE;
	packet->crc = client_ctf_crc(packet, lane->used);
	/* Not before: a file without a packet is one that was cut. */
	if (lane->fd < 0)
		lane->fd = openat(writer->dir, lane->name,
				  O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (lane->fd < 0)
		return fail(writer, lane->name);
	if (append(lane->fd, &lane->size, packet, lane->used)) {
		fail(writer, lane->name);
		if (!lane->size)
			unlinkat(writer->dir, lane->name, 0);
		return -1;
	}
	writer->hits += lane->hits;
	lane->hits = 0;
	lane->used = 0;
	return 0;
}

static struct lane *create_lane(unsigned int cpu, unsigned int nr)
{
	struct lane *lane = client_alloc(1, sizeof(*lane));

	lane->fd = -1;
	lane->cpu = cpu;
	if (cpu == KWATCH_CTF_LANE_WATCHES)
		snprintf(lane->name, sizeof(lane->name), "watches");
	else if (cpu == KWATCH_CTF_LANE_MODULES)
		snprintf(lane->name, sizeof(lane->name), "modules");
	else if (cpu == KWATCH_CPU_NONE)
		snprintf(lane->name, sizeof(lane->name), "events");
	else
		snprintf(lane->name, sizeof(lane->name), "cpu_%u", cpu);
	if (nr)
		snprintf(lane->name + strlen(lane->name),
			 sizeof(lane->name) - strlen(lane->name), "_late%u", nr);
	lane->packet = client_alloc(1, KWATCH_CTF_PACKET_MAX);
	return lane;
}

/* The file of this CPU in which a record of this time is the youngest. */
static struct lane *find_lane(struct client_ctf_writer *writer,
			      unsigned int cpu, uint64_t time_ns)
{
	struct lane *lane = client_map_get(&writer->lanes, cpu), *last = NULL;
	unsigned int nr = 0;

	while (lane && time_ns < lane->last_ns) {
		last = lane;
		lane = lane->next;
		nr++;
	}
	if (lane)
		return lane;
	lane = create_lane(cpu, nr);
	if (last)
		last->next = lane;
	else
		client_map_set(&writer->lanes, cpu, lane);
	return lane;
}

int client_ctf_writer_add(struct client_ctf_writer *writer,
			  const struct client_event *event)
{
	const struct kwatch_record *rec = event->rec;
	unsigned int number = client_ctf_lane(rec);
	bool defines = number >= KWATCH_CTF_LANE_WATCHES;
	uint64_t time_ns = defines && writer->last_ns ? writer->last_ns :
							   rec->time_ns;
	struct lane *lane;

	if (writer->failed)
		return -1;
	if (!client_ctf_is_known(rec)) {
		if (!writer->unknown++)
			client_complain("hits_raw: a record of another ABI is left out");
		return 0;
	}
	if (declare(writer, event))
		return -1;
	lane = find_lane(writer, number, time_ns);
	if (lane->used + rec->size > KWATCH_CTF_PACKET_MAX &&
	    write_packet(writer, lane))
		return -1;
	if (!lane->used) {
		lane->used = HEAD_BYTES;
		lane->packet->begin_ns = time_ns;
	}
	memcpy((char *)lane->packet + lane->used, rec, rec->size);
	lane->used += rec->size;
	lane->padding = client_ctf_padding(rec);
	lane->last_ns = time_ns;
	lane->hits += rec->type == KWATCH_RECORD_HIT;
	if (rec->type == KWATCH_RECORD_LOST)
		lane->discarded += ((const struct kwatch_lost *)rec)->count;
	/* No hit is in a file before its watch is, or what its addresses mean. */
	if (defines)
		return write_packet(writer, lane);
	if (time_ns > writer->last_ns)
		writer->last_ns = time_ns;
	return 0;
}

int client_ctf_writer_flush(struct client_ctf_writer *writer)
{
	size_t i;

	for (i = 0; i < writer->lanes.size && !writer->failed; i++) {
		struct lane *lane = writer->lanes.slots[i].value;

		for (; lane && !writer->failed; lane = lane->next)
			write_packet(writer, lane);
	}
	return writer->failed ? -1 : 0;
}

uint64_t client_ctf_writer_hits(const struct client_ctf_writer *writer)
{
	return writer->hits;
}

uint64_t client_ctf_writer_bytes(const struct client_ctf_writer *writer)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < writer->lanes.size; i++) {
		const struct lane *lane = writer->lanes.slots[i].value;

		for (; lane; lane = lane->next)
			bytes += lane->size;
	}
	return bytes;
}

static void lane_free(void *value)
{
	struct lane *lane = value, *next;

	for (; lane; lane = next) {
		next = lane->next;
		if (lane->fd >= 0)
			close(lane->fd);
		free(lane->packet);
		free(lane);
	}
}

int client_ctf_writer_close(struct client_ctf_writer *writer)
{
	int ret;

	if (!writer)
		return 0;
	ret = client_ctf_writer_flush(writer);
	client_map_clear(&writer->lanes, lane_free);
	client_map_clear(&writer->declared, NULL);
	if (writer->dir >= 0)
		close(writer->dir);
	free(writer->path);
	free(writer);
	return ret;
}
