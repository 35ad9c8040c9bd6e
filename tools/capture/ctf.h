/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A capture's form on disk: a directory that is a CTF 1.8 trace.
 *
 *	metadata	text: what machine, what types (kwatch.tsdl), the watches
 *	cpu_N		packets with the records of one CPU, as hits_raw gave them
 *	events		those of no CPU: gaps, unseen writers, watches that ended
 *	watches		what the watches are
 *	modules		which modules were unloaded, and functions of them
 *	host/		what names the addresses later, see snapshot.h; CTF readers
 *			do not look into it
 *
 * A packet has a check sum, so that a damaged one is seen and left out.
 */
#ifndef KWATCH_CTF_H
#define KWATCH_CTF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/out.h"
#include "stream/stream.h"

#define KWATCH_CTF_MAGIC	0xc1fc1fc1u
#define KWATCH_CTF_UUID_BYTES	16
#define KWATCH_CTF_METADATA	"metadata"

/**
 * struct client_ctf_packet - how a packet starts (80 bytes)
 * @magic:     KWATCH_CTF_MAGIC
 * @uuid:      of the capture
 * @stream_id: enum client_ctf_stream
 * @begin_ns:  time of the first record
 * @end_ns:    time of the last one
 * @content_bits: used, this header included
 * @packet_bits: the same and the padding of the last record
 * @seq:       of its stream, from 0
 * @discarded: records that were overwritten before they could be recorded, of
 *             this stream until the end of this packet
 * @cpu:       whose records, KWATCH_CPU_NONE for those of none
 * @crc:       CRC-32 of all @packet_bits, this one being 0
 */
struct client_ctf_packet {
	uint32_t magic;
	uint8_t uuid[KWATCH_CTF_UUID_BYTES];
	uint32_t stream_id;
	uint64_t begin_ns;
	uint64_t end_ns;
	uint64_t content_bits;
	uint64_t packet_bits;
	uint64_t seq;
	uint64_t discarded;
	uint32_t cpu;
	uint32_t crc;
};

/**
 * enum client_ctf_stream - the two kinds of streams
 * @KWATCH_CTF_RECORDS: of a CPU, or of none; times do not go back
 * @KWATCH_CTF_WATCHES: definitions of watches and modules, older than all
 */
enum client_ctf_stream {
	KWATCH_CTF_RECORDS,
	KWATCH_CTF_WATCHES,
};

/* No packet is larger; it holds several of the largest records. */
#define KWATCH_CTF_PACKET_MAX	(256 * 1024)

/**
 * struct client_ctf_info - what a capture says of itself
 * @uuid:     random
 * @abi:      KWATCH_ABI of its records
 * @arch:     KWATCH_ARCH_*
 * @offset_ns: to be added to a record's time for that of the day
 * @version:  of the kwatch that made it
 * @hostname: of the machine
 * @release:  of its kernel
 * @machine:  as uname says it
 */
struct client_ctf_info {
	uint8_t uuid[KWATCH_CTF_UUID_BYTES];
	unsigned int abi;
	unsigned int arch;
	uint64_t offset_ns;
	char version[32];
	char hostname[65];
	char release[65];
	char machine[65];
};

/**
 * client_ctf_info_now() - of this machine and this moment
 * @info: to fill
 */
void client_ctf_info_now(struct client_ctf_info *info);

/**
 * client_ctf_put_metadata() - the metadata of a capture without any event
 * @out:  where to
 * @info: of the capture
 */
void client_ctf_put_metadata(struct client_out *out,
			     const struct client_ctf_info *info);

/**
 * client_ctf_event_id() - the id of a record's event
 * @rec: it
 *
 * Return: type, parts and watch in one number.
 */
uint32_t client_ctf_event_id(const struct kwatch_record *rec);

/**
 * client_ctf_is_known() - can the metadata say what is in this record?
 * @rec: a whole record
 *
 * Return: false for a type or a part of another ABI.
 */
bool client_ctf_is_known(const struct kwatch_record *rec);

/**
 * client_ctf_padding() - bytes at a record's end that CTF does not count
 * @rec: a known one
 *
 * Return: those behind the text of a watch or a function.
 */
size_t client_ctf_padding(const struct kwatch_record *rec);

/**
 * client_ctf_put_event() - declare an event in the metadata
 * @out:   where to
 * @rec:   its first record; must be known
 * @label: name of its watch, NULL for none
 */
void client_ctf_put_event(struct client_out *out,
			  const struct kwatch_record *rec, const char *label);

/**
 * client_ctf_parse_metadata() - read it back
 * @text: of a capture's metadata, any bytes, NUL-terminated
 * @info: filled as far as it is known
 * @why:  one sentence, with two numbers where it is about versions
 * @size: of @why, in bytes
 *
 * Return: 0, or -1 if it is damaged, or not kwatch's, or of another ABI.
 */
int client_ctf_parse_metadata(const char *text, struct client_ctf_info *info,
			      char *why, size_t size);

/**
 * client_ctf_crc() - the check sum of a packet
 * @packet: all of it; its @crc does not count
 * @size:   in bytes, struct client_ctf_packet at least
 *
 * Return: what its @crc should be.
 */
uint32_t client_ctf_crc(const struct client_ctf_packet *packet, size_t size);

#define KWATCH_CTF_LANE_WATCHES	(KWATCH_CPU_NONE + 1)
#define KWATCH_CTF_LANE_MODULES	(KWATCH_CPU_NONE + 2)

/**
 * client_ctf_lane() - the stream that a record belongs to
 * @rec: a whole record
 *
 * Return: a CPU, KWATCH_CPU_NONE for what is of no CPU's ring, or
 * KWATCH_CTF_LANE_WATCHES or KWATCH_CTF_LANE_MODULES.
 */
unsigned int client_ctf_lane(const struct kwatch_record *rec);

#endif /* KWATCH_CTF_H */
