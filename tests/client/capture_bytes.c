// SPDX-License-Identifier: GPL-2.0
/*
 * capture_bytes DIR: read the capture with each file cut at each byte, and
 * with each byte changed; for tests, built with the sanitizers.
 *
 * What comes out may be fewer records, and none that was not there.  The check
 * sums are what makes that true; so once more with packets whose check sum is
 * right whatever is in them, and then only a crash is a fault.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "capture/capture.h"
#include "base/client.h"

#define RECORDS_MAX	256

static const char *path;
static uint32_t known[RECORDS_MAX];	/* check sums of the records there are */
static size_t nr_known;

static uint32_t sum_of(const struct client_event *event)
{
	return crc32(0, (const void *)event->rec, event->rec->size);
}

static bool is_known(uint32_t sum)
{
	size_t i;

	for (i = 0; i < nr_known; i++) {
		if (known[i] == sum)
			return true;
	}
	return false;
}

/* Return: records that came out; ends the program if one was not there. */
static size_t read_capture(bool honest, const char *what)
{
	struct client_capture capture;
	struct client_event event;
	size_t nr = 0;

	if (!client_capture_open(&capture, path)) {
		while (client_capture_next(&capture, &event)) {
			if (honest && !is_known(sum_of(&event))) {
				printf("%s: a record that was never there\n", what);
				exit(1);
			}
			nr++;
		}
		if (honest && nr < nr_known && !capture.incomplete &&
		    !strstr(what, "cut")) {
			printf("%s: %zu of %zu records, and not a word\n",
			       what, nr, nr_known);
			exit(1);
		}
	}
	client_capture_close(&capture);
	return nr;
}

static void write_file(const char *name, const void *data, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		exit(2);
	close(fd);
}

/* Make the check sum of the first packet what it should be. */
static void mend(char *data, size_t len)
{
	struct client_ctf_packet packet;
	size_t size;

	if (len < sizeof(packet))
		return;
	memcpy(&packet, data, sizeof(packet));
	size = packet.packet_bits / 8;
	if (size < sizeof(packet) || size > len)
		return;
	packet.crc = client_ctf_crc((const void *)data, size);
	memcpy(data, &packet, sizeof(packet));
}

static void damage(const char *name, size_t *cuts, size_t *flips)
{
	static const unsigned char masks[] = { 0x01, 0x80 };
	char what[256], *data, *copy;
	struct stat st;
	size_t len, at, i;
	int fd = open(name, O_RDONLY);

	if (fd < 0 || fstat(fd, &st))
		exit(2);
	len = st.st_size;
	data = malloc(len + 8);
	copy = malloc(len + 8);
	if (read(fd, data, len) != (ssize_t)len)
		exit(2);
	close(fd);
	for (at = 0; at < len; at++) {
		snprintf(what, sizeof(what), "%s cut at %zu", name, at);
		write_file(name, data, at);
		read_capture(true, what);
		++*cuts;
		for (i = 0; i < sizeof(masks); i++) {
			memcpy(copy, data, len);
			copy[at] ^= masks[i];
			snprintf(what, sizeof(what), "%s at %zu", name, at);
			write_file(name, copy, len);
			/* Behind its check sum the metadata is for others. */
			read_capture(true, what);
			mend(copy, len);
			write_file(name, copy, len);
			read_capture(false, what);
			++*flips;
		}
	}
	write_file(name, data, len);
	free(data);
	free(copy);
}

int main(int argc, char **argv)
{
	struct client_capture capture;
	struct client_event event;
	const struct dirent *entry;
	size_t cuts = 0, flips = 0;
	char name[4096];
	DIR *dir;

	if (argc != 2)
		return 2;
	path = argv[1];
	if (client_capture_open(&capture, path))
		return 2;
	while (client_capture_next(&capture, &event) && nr_known < RECORDS_MAX)
		known[nr_known++] = sum_of(&event);
	client_capture_close(&capture);
	/* What it says of each damage is too much to read. */
	if (!nr_known || !freopen("/dev/null", "w", stderr))
		return 2;

	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_REG)
			damage(name, &cuts, &flips);
	}
	if (dir)
		closedir(dir);
	printf("%zu cuts, %zu flips: as whole, shorter or refused\n", cuts, flips);
	return 0;
}
