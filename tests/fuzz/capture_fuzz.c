// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzing of captures: whatever is in a stream, every form of a report comes to
 * its end within its memory.
 *
 * The input is what follows the head of packets: the records; or, where its first
 * byte is a "/", metadata, and where it is a "b", the list of build-ids.  Heads and
 * check sums are put around it here, for a fuzzer does not find a CRC; what
 * happens to those that are wrong is tested byte by byte in tests/client.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "kernel/buildid.h"
#include "base/client.h"
#include "output/json.h"
#include "report/report.h"
#include "output/line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* In memory: a disk would take most of the time. */
static char dir[] = "/dev/shm/kwatch-fuzz-XXXXXX";
static struct client_ctf_info info;

static void write_file(const char *name, const void *data, size_t len)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd < 0 || write(fd, data, len) != (ssize_t)len)
		abort();
	close(fd);
}

static void remove_dir(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -rf %s", dir);
	if (system(command))
		perror(command);
}

static void set_up(void)
{
	struct client_out text;

	if (!mkdtemp(dir))
		abort();
	atexit(remove_dir);
	client_ctf_info_now(&info);
	client_out_init(&text, -1);
	client_ctf_put_metadata(&text, &info);
	write_file(KWATCH_CTF_METADATA, text.data, text.len);
	client_out_destroy(&text);
}

/* Half of it for each of two streams. */
static void write_stream(const char *name, unsigned int cpu, const uint8_t *data,
			 size_t size)
{
	static char bytes[KWATCH_CTF_PACKET_MAX] __attribute__((aligned(8)));
	struct client_ctf_packet *packet = (void *)bytes;

	size &= ~7ul;
	memset(packet, 0, sizeof(*packet));
	packet->magic = KWATCH_CTF_MAGIC;
	memcpy(packet->uuid, info.uuid, sizeof(info.uuid));
	packet->cpu = cpu;
	memcpy(packet + 1, data, size);
	packet->content_bits = packet->packet_bits = (sizeof(*packet) + size) * 8;
	packet->crc = client_ctf_crc(packet, sizeof(*packet) + size);
	write_file(name, bytes, sizeof(*packet) + size);
}

static void show(struct client_report *report)
{
	struct client_tally_row *row;
	struct client_event event;

	while (client_capture_next(&report->capture, &event)) {
		report->out.len = 0;
		client_text_event(&report->out, report->symbols, &event);
		client_json_event(&report->out, report->symbols, &event);
		client_report_perf(report, &event);
		row = client_tally_add(&report->tally, &event);
		if (row) {
			struct client_timeline *timeline;

			timeline = client_map_get(&report->timelines, (uintptr_t)row->watch);
			if (!timeline) {
				timeline = client_alloc(1, sizeof(*timeline));
				client_map_set(&report->timelines, (uintptr_t)row->watch,
					       timeline);
			}
			client_timeline_add(timeline, (const void *)event.rec);
		}
	}
	client_tally_sort(&report->tally);
	client_report_text(report);
	client_report_json(report);
	client_report_folded(report);
	client_report_html(report);
}

/* In memory that ends where the text does. */
static void read_metadata(const uint8_t *data, size_t size)
{
	struct client_ctf_info read;
	char *text, why[128];

	if (asprintf(&text, "%.*s/* crc32 of what is above: %08lx */\n", (int)size, data,
		     crc32(0, data, strnlen((const char *)data, size))) < 0)
		abort();
	client_ctf_parse_metadata(text, &read, why, sizeof(why));
	free(text);
}

static void read_build_ids(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct client_buildid id;

	if (!text)
		abort();
	client_buildid_kept(text, "kernel", &id);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool ready;
	struct client_report report = { 0 };

	if (size && *data == '/')
		read_metadata(data, size);
	else if (size && *data == 'b')
		read_build_ids(data + 1, size - 1);
	if (size && (*data == '/' || *data == 'b'))
		return 0;

	if (!ready)
		set_up();
	ready = true;
	if (size > 65536)
		return 0;
	write_stream("cpu_0", 0, data, size / 2);
	write_stream("events", KWATCH_CPU_NONE, data + size / 2, size - size / 2);
	if (client_capture_open(&report.capture, dir))
		abort();
	report.symbols = client_symbols_create_fixed(
		strdup("ffffffff81000000 T _stext\nffffffff81000100 t kthread\n"), 0, 0);
	client_symbols_set_loads(report.symbols, &report.capture.stream.loads, NULL, NULL);
	client_out_init(&report.out, -1);
	show(&report);
	client_out_destroy(&report.out);
	client_map_clear(&report.timelines, free);
	client_tally_destroy(&report.tally);
	client_symbols_destroy(report.symbols);
	client_capture_close(&report.capture);
	return 0;
}
